package protocol

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hpke"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/entry"
	"secondlook/app/policy"
	"secondlook/app/shift"
)

// service is the keys of one station and its cars.
type service struct {
	seed       byte
	ca         *x509.Certificate
	caKey      *ecdsa.PrivateKey
	records    hpke.PrivateKey
	publishing ed25519.PrivateKey
	fleetBytes []byte
	fleet      *FleetKey
	now        time.Time
}

// newService has the same keys in every process, so that what one fuzzing worker
// found means the same to the others.
func newService(t testing.TB) *service { return serviceOf(t, 0x10) }

// otherService shares no key with newService's.
func otherService(t testing.TB) *service { return serviceOf(t, 0x20) }

func serviceOf(t testing.TB, seed byte) *service {
	t.Helper()
	s := &service{seed: seed, now: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), fleetBytes: bytes.Repeat([]byte{seed}, FleetKeySize)}
	s.caKey = fixedKey(t, s.seed+1)
	s.ca = s.certificate(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "West"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, &s.caKey.PublicKey)
	var err error
	s.records, err = kem().DeriveKeyPair(bytes.Repeat([]byte{seed}, 32))
	require.NoError(t, err)
	s.publishing = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	s.fleet, err = NewFleetKey(s.fleetBytes)
	require.NoError(t, err)
	return s
}

func fixedKey(t testing.TB, seed byte) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), bytes.Repeat([]byte{seed}, 32))
	require.NoError(t, err)
	return key
}

func (s *service) certificate(t testing.TB, c *x509.Certificate, key *ecdsa.PublicKey) *x509.Certificate {
	t.Helper()
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(7), s.now.Add(-time.Hour), s.now.Add(time.Hour)
	parent := s.ca
	if parent == nil {
		parent = c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key, s.caKey)
	require.NoError(t, err)
	made, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return made
}

// bundle makes a bundle for a car, with a certificate of a role.
func (s *service) bundle(t testing.TB, car, role string) Bundle {
	t.Helper()
	key := fixedKey(t, s.seed+2)
	cert := s.certificate(t, &x509.Certificate{
		Subject:     pkix.Name{CommonName: car, OrganizationalUnit: []string{role}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, &key.PublicKey)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	text := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return Bundle{
		Version: BundleVersion, Station: "West", Car: car, Addresses: []string{"dock.example.org:4222", "[::1]:4222"},
		CA: text("CERTIFICATE", s.ca.Raw), Certificate: text("CERTIFICATE", cert.Raw), Key: text("PRIVATE KEY", pkcs8),
		RecordsKey: s.records.PublicKey().Bytes(), PublishingKey: s.publishing.Public().(ed25519.PublicKey), FleetKey: s.fleetBytes,
	}
}

func (s *service) car(t testing.TB, name string) *Identity {
	t.Helper()
	id, err := s.bundle(t, name, RoleCar).identity()
	require.NoError(t, err)
	return id
}

func approved() entry.Entry {
	return entry.Entry{
		ID: "e1", State: entry.Approved, Plate: "ABCD123", Category: "stolen-vehicle", Reason: "seen leaving",
		Expires: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), Distribution: policy.Shared, Revision: 2,
		Author:  access.Officer{ID: "o1", Name: "Robin", Badge: "4711"},
		Decider: &access.Officer{ID: "o2", Roles: []access.Role{access.Supervisor}},
	}
}

func TestBundleKeepsWhatItHolds(t *testing.T) {
	s := newService(t)
	raw, err := s.bundle(t, "car-12", RoleCar).Encode()
	require.NoError(t, err)
	id, err := ParseBundle(raw)
	require.NoError(t, err)
	require.Equal(t, "West", id.Station)
	require.Equal(t, "car-12", id.Car)
	require.Equal(t, "car-12", id.Signer.Car())
	require.Equal(t, []string{"dock.example.org:4222", "[::1]:4222"}, id.Addresses)
	require.Equal(t, s.records.PublicKey().Bytes(), id.Records.Bytes())
}

func TestBundleRefuses(t *testing.T) {
	s, other := newService(t), otherService(t)
	swapped := other.bundle(t, "car-12", RoleCar)
	for name, c := range map[string]struct {
		field  string
		change func(*Bundle)
	}{
		"OtherAuthority":    {"certificate", func(b *Bundle) { b.CA = swapped.CA }},
		"OtherCar":          {"certificate", func(b *Bundle) { b.Car = "car-13" }},
		"OtherRole":         {"certificate", func(b *Bundle) { *b = s.bundle(t, "car-12", RoleOperator) }},
		"OtherKey":          {"key", func(b *Bundle) { b.Key = swapped.Key }},
		"LeafAsAuthority":   {"ca", func(b *Bundle) { b.CA = b.Certificate }},
		"TwoCertificates":   {"certificate", func(b *Bundle) { b.Certificate += b.CA }},
		"AddressNoPort":     {"addresses", func(b *Bundle) { b.Addresses = []string{"dock"} }},
		"AddressPort0":      {"addresses", func(b *Bundle) { b.Addresses = []string{"dock:0"} }},
		"AddressUser":       {"addresses", func(b *Bundle) { b.Addresses = []string{"user@dock:4222"} }},
		"AddressMany":       {"addresses", func(b *Bundle) { b.Addresses = strings.Split(strings.Repeat("a:1,", 17)+"a:1", ",") }},
		"ShortFleetKey":     {"fleet_key", func(b *Bundle) { b.FleetKey = b.FleetKey[1:] }},
		"RecordsKeyOffside": {"records_key", func(b *Bundle) { b.RecordsKey = make([]byte, 65) }},
	} {
		t.Run(name, func(t *testing.T) {
			b := s.bundle(t, "car-12", RoleCar)
			c.change(&b)
			_, err := b.identity()
			require.ErrorIs(t, err, ErrBundle)
			require.ErrorContains(t, err, `field "`+c.field+`"`)
		})
	}
	_, err := ParseBundle(make([]byte, maxBundle+1))
	require.ErrorIs(t, err, ErrBundle)
}

func TestRecordOpensOnlyInItsPlace(t *testing.T) {
	s := newService(t)
	id := s.car(t, "car-12")
	b, err := SealRecord(id.Records, id.Signer, shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: []byte(`{"a":1}`)})
	require.NoError(t, err)
	require.NotContains(t, string(b), `"a"`)
	body, err := OpenRecord(s.records, s.ca, shift.HitParcel, "car-12", "h1", s.now, b)
	require.NoError(t, err)
	require.Equal(t, `{"a":1}`, string(body))

	other := otherService(t)
	for name, open := range map[string]func() ([]byte, error){
		"OtherCar": func() ([]byte, error) { return OpenRecord(s.records, s.ca, shift.HitParcel, "car-13", "h1", s.now, b) },
		"OtherKind": func() ([]byte, error) {
			return OpenRecord(s.records, s.ca, shift.AuditParcel, "car-12", "h1", s.now, b)
		},
		"OtherID": func() ([]byte, error) { return OpenRecord(s.records, s.ca, shift.HitParcel, "car-12", "h2", s.now, b) },
		"OtherKey": func() ([]byte, error) {
			return OpenRecord(other.records, s.ca, shift.HitParcel, "car-12", "h1", s.now, b)
		},
		"OtherCA": func() ([]byte, error) {
			return OpenRecord(s.records, other.ca, shift.HitParcel, "car-12", "h1", s.now, b)
		},
		"AfterItEnd": func() ([]byte, error) {
			return OpenRecord(s.records, s.ca, shift.HitParcel, "car-12", "h1", s.now.Add(2*time.Hour), b)
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := open()
			require.Error(t, err)
		})
	}
	// No byte of it can be changed, and no end cut off.
	for i := range b {
		changed := append([]byte(nil), b...)
		changed[i] ^= 1
		_, err := OpenRecord(s.records, s.ca, shift.HitParcel, "car-12", "h1", s.now, changed)
		require.Error(t, err, "byte %d", i)
		_, err = OpenRecord(s.records, s.ca, shift.HitParcel, "car-12", "h1", s.now, b[:i])
		require.Error(t, err, "cut to %d bytes", i)
	}
}

func TestListOpensOnlyAsSigned(t *testing.T) {
	s := newService(t)
	public := s.publishing.Public().(ed25519.PublicKey)
	l := shift.ListFile{Name: "stolen", Version: 3, Made: s.now, Data: []byte("plate,category\n")}
	b, err := SealList(s.fleet, s.publishing, l)
	require.NoError(t, err)
	require.Less(t, len(b), len(l.Data)+ListOverhead)
	require.NotContains(t, string(b), "plate")
	got, err := OpenList(s.fleet, public, "stolen", b)
	require.NoError(t, err)
	require.Equal(t, l, got)
	for i := range b {
		changed := append([]byte(nil), b...)
		changed[i] ^= 1
		_, err := OpenList(s.fleet, public, "stolen", changed)
		require.ErrorIs(t, err, shift.ErrUntrusted, "byte %d", i)
		_, err = OpenList(s.fleet, public, "stolen", b[:i])
		require.ErrorIs(t, err, shift.ErrUntrusted, "cut to %d bytes", i)
	}
	for _, bad := range []shift.ListFile{{Name: "", Version: 1}, {Name: "a\nb", Version: 1}, {Name: "big", Version: 1, Data: make([]byte, MaxList+1)}} {
		_, err := SealList(s.fleet, s.publishing, bad)
		require.Error(t, err)
	}
	zero, err := SealList(s.fleet, s.publishing, shift.ListFile{Name: "stolen"})
	require.NoError(t, err)
	_, err = OpenList(s.fleet, public, "stolen", zero)
	require.ErrorIs(t, err, shift.ErrUntrusted, "a list without a version")
}

func TestEntryRules(t *testing.T) {
	s := newService(t)
	id := s.car(t, "car-12")
	for name, change := range map[string]func(*entry.Entry){
		"NoID":             func(e *entry.Entry) { e.ID = "" },
		"Proposed":         func(e *entry.Entry) { e.State = entry.Proposed },
		"UnknownState":     func(e *entry.Entry) { e.State = "odd" },
		"NoPlate":          func(e *entry.Entry) { e.Plate = "" },
		"PlateUnnormal":    func(e *entry.Entry) { e.Plate = "abcd 123" },
		"NoRevision":       func(e *entry.Entry) { e.Revision = 0 },
		"NoExpiry":         func(e *entry.Entry) { e.Expires = time.Time{} },
		"NoDistribution":   func(e *entry.Entry) { e.Distribution = "" },
		"NoDecider":        func(e *entry.Entry) { e.Decider = nil },
		"DeciderNoSuperv.": func(e *entry.Entry) { e.Decider.Roles = []access.Role{access.Patrol} },
		"OwnDecision":      func(e *entry.Entry) { e.Decider.ID = e.Author.ID },
		"NoCategory":       func(e *entry.Entry) { e.Category = " " },
		"NoReason":         func(e *entry.Entry) { e.Reason = "" },
		"NoAuthor":         func(e *entry.Entry) { e.Author.ID = "" },
		"LongText":         func(e *entry.Entry) { e.Descriptors = strings.Repeat("x", maxField+1) },
	} {
		t.Run(name, func(t *testing.T) {
			e := approved()
			change(&e)
			_, err := SealEntry(s.fleet, id.Signer, e)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "abcd 123")

			// Nor is it taken from a car that sends it all the same.
			plain, err := json.Marshal(e)
			require.NoError(t, err)
			context := entryContext("car-12", e.ID)
			signed, _, err := id.Signer.sign(context, plain)
			require.NoError(t, err)
			_, err = OpenEntry(s.fleet, s.ca, "car-12", e.ID, s.now, s.fleet.entry.Seal(nil, nil, signed, []byte(context)))
			require.ErrorIs(t, err, shift.ErrUntrusted)
		})
	}
	for _, state := range []entry.State{entry.Proposed, entry.Approved, entry.Refused, entry.Withdrawn, entry.Expired} {
		e := approved()
		e.State = state
		if state == entry.Proposed {
			e.Decider = nil
		}
		b, err := SealEntry(s.fleet, id.Signer, e)
		require.NoError(t, err)
		got, err := OpenEntry(s.fleet, s.ca, "car-12", "e1", s.now, b)
		require.NoError(t, err)
		require.Equal(t, e, got)
		_, err = OpenEntry(s.fleet, s.ca, "car-13", "e1", s.now, b)
		require.ErrorIs(t, err, shift.ErrUntrusted)
	}
}

func TestRequirement19_StationsDecisionIsSealedAndSigned(t *testing.T) {
	s := newService(t)
	public := s.publishing.Public().(ed25519.PublicKey)
	sent := approved()
	b, err := SealDecision(s.fleet, s.publishing, sent)
	require.NoError(t, err)
	got, err := OpenDecision(s.fleet, public, sent.ID, b)
	require.NoError(t, err)
	require.Equal(t, sent, got)
	for i := range b {
		changed := bytes.Clone(b)
		changed[i] ^= 1
		_, err := OpenDecision(s.fleet, public, sent.ID, changed)
		require.ErrorIs(t, err, shift.ErrUntrusted, "byte %d", i)
	}
	_, err = OpenDecision(s.fleet, public, "e2", b)
	require.ErrorIs(t, err, shift.ErrUntrusted, "of another entry")
	id := s.car(t, "car-12")
	fromCar, err := SealEntry(s.fleet, id.Signer, sent)
	require.NoError(t, err)
	_, err = OpenDecision(s.fleet, public, sent.ID, fromCar)
	require.ErrorIs(t, err, shift.ErrUntrusted, "a car's word is not the station's")
	proposed := sent
	proposed.State, proposed.Decider = entry.Proposed, nil
	b, err = SealDecision(s.fleet, s.publishing, proposed)
	require.NoError(t, err)
	_, err = OpenDecision(s.fleet, public, sent.ID, b)
	require.ErrorIs(t, err, shift.ErrUntrusted, "nothing was decided")
}

func FuzzOpenDecision(f *testing.F) {
	s := newService(f)
	public := s.publishing.Public().(ed25519.PublicKey)
	good, err := SealDecision(s.fleet, s.publishing, approved())
	require.NoError(f, err)
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := OpenDecision(s.fleet, public, "e1", b)
		switch {
		case err == nil && !reflect.DeepEqual(e, approved()):
			t.Fatal("took what the station did not sign")
		case err != nil && !errors.Is(err, shift.ErrUntrusted):
			t.Fatalf("not the documented error: %v", err)
		}
	})
}

func TestSubjects(t *testing.T) {
	kind, car, id, err := ParseRecordSubject(RecordSubject(shift.AuditParcel, "car-12", "a1"))
	require.NoError(t, err)
	require.Equal(t, []string{"audit", "car-12", "a1"}, []string{string(kind), car, id})
	car, id, err = ParseEntrySubject(EntrySubject("car-12", "e1"))
	require.NoError(t, err)
	require.Equal(t, []string{"car-12", "e1"}, []string{car, id})
	for _, bad := range []string{"", "entry", "entry.a", "entry.a.b.c", "hit.a.b", "entry..b", "entry.*.b", "entry.a.>"} {
		_, _, err := ParseEntrySubject(bad)
		require.ErrorIs(t, err, ErrName, bad)
	}
	for _, bad := range []string{"", "a b", "a.b", "*", ">", "é", strings.Repeat("a", 65)} {
		require.ErrorIs(t, CheckName(bad), ErrName, bad)
	}
}

func TestKeysAreChecked(t *testing.T) {
	for _, bad := range []string{"", "garbage", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		"-----BEGIN SECONDLOOK RECORDS PRIVATE KEY-----\nAAAA\n-----END SECONDLOOK RECORDS PRIVATE KEY-----\n"} {
		_, err := ParseRecordsKey([]byte(bad))
		require.ErrorIs(t, err, ErrKey)
	}
}

func TestNewRecordsKeyOpensWhatItsHalfSealed(t *testing.T) {
	private, public, err := NewRecordsKey()
	require.NoError(t, err)
	key, err := ParseRecordsKey(private)
	require.NoError(t, err)
	half, err := ParseRecordsPublic(public)
	require.NoError(t, err)
	s := newService(t)
	b, err := SealRecord(half, s.car(t, "car-12").Signer, shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: []byte("{}")})
	require.NoError(t, err)
	body, err := OpenRecord(key, s.ca, shift.HitParcel, "car-12", "h1", s.now, b)
	require.NoError(t, err)
	require.Equal(t, "{}", string(body))
}

func TestRequirement8_OnlyTheDeltaThatTheStationSignedForThisStepIsTaken(t *testing.T) {
	s, other := newService(t), otherService(t)
	public := s.publishing.Public().(ed25519.PublicKey)
	d := shift.ListDelta{Name: "stolen", From: 3, Version: 4, Made: s.now, Source: "CPIC", Contact: "555-0100", Reading: "r", Data: []byte("content")}
	good, err := SealDelta(s.fleet, s.publishing, d)
	require.NoError(t, err)
	require.NotContains(t, string(good), "content")
	got, err := OpenDelta(s.fleet, public, "stolen", 3, good)
	require.NoError(t, err)
	require.Equal(t, d, got)
	for i := range good {
		changed := bytes.Clone(good)
		changed[i] ^= 1
		_, err := OpenDelta(s.fleet, public, "stolen", 3, changed)
		require.ErrorIs(t, err, shift.ErrUntrusted, "byte %d", i)
		_, err = OpenDelta(s.fleet, public, "stolen", 3, good[:i])
		require.ErrorIs(t, err, shift.ErrUntrusted, "byte %d", i)
	}
	list, err := SealList(s.fleet, s.publishing, shift.ListFile{Name: "stolen", Version: 4, Made: s.now})
	require.NoError(t, err)
	seal := func(fleet *FleetKey, publishing ed25519.PrivateKey, from, version int) []byte {
		b, err := SealDelta(fleet, publishing, shift.ListDelta{Name: "stolen", From: from, Version: version})
		require.NoError(t, err)
		return b
	}
	for name, c := range map[string]struct {
		name  string
		from  int
		bytes []byte
	}{
		"another list":       {"amber", 3, good},
		"an older version":   {"stolen", 2, good},
		"replayed":           {"stolen", 4, good},
		"no version before":  {"stolen", 0, seal(s.fleet, s.publishing, 0, 1)},
		"more than one step": {"stolen", 3, seal(s.fleet, s.publishing, 3, 5)},
		"another station":    {"stolen", 3, seal(s.fleet, other.publishing, 3, 4)},
		"another fleet":      {"stolen", 3, seal(other.fleet, s.publishing, 3, 4)},
		"a list":             {"stolen", 3, list},
		"a list's signature": {"stolen", 3, append([]byte(listDelta.magic), list[4:]...)},
	} {
		_, err := OpenDelta(s.fleet, public, c.name, c.from, c.bytes)
		require.ErrorIs(t, err, shift.ErrUntrusted, name)
	}
	_, err = SealDelta(s.fleet, s.publishing, shift.ListDelta{Name: "stolen", Data: make([]byte, MaxList+1)})
	require.ErrorIs(t, err, ErrSize)
}

func TestDeltasTakeTurnsInTheirPlaces(t *testing.T) {
	seen := map[string]bool{}
	for _, list := range []string{"stolen", "1 stolen", "amber alerts"} {
		for version := 1; version <= MaxDeltas; version++ {
			name := DeltaName(list, version)
			require.False(t, seen[name])
			require.Equal(t, name, DeltaName(list, version+MaxDeltas))
			seen[name] = true
		}
	}
}
