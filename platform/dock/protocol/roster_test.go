package protocol

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/shift"
)

func sampleRoster(s *service) access.Roster {
	return access.Roster{Version: 3, Made: s.now, People: []access.Listed{
		{ID: "s-1", Name: "Ann Example", Badge: "4127", Roles: []access.Role{access.Patrol}, TrainedOn: s.now, Course: "ALPR", SecondFactor: true},
		{ID: "s-2", Name: "Ben Example", Badge: "4128", Roles: []access.Role{access.Administrator, access.Trainer}},
	}}
}

func TestRosterIsSealedAndSigned(t *testing.T) {
	s := newService(t)
	public := s.publishing.Public().(ed25519.PublicKey)
	sent := sampleRoster(s)
	b, err := SealRoster(s.fleet, s.publishing, sent)
	require.NoError(t, err)
	require.NotContains(t, string(b), "Example")
	require.NotContains(t, string(b), "4127")
	got, err := OpenRoster(s.fleet, public, b)
	require.NoError(t, err)
	require.True(t, reflect.DeepEqual(sent, got))

	for i := range b {
		changed := append([]byte(nil), b...)
		changed[i] ^= 1
		_, err := OpenRoster(s.fleet, public, changed)
		require.ErrorIs(t, err, shift.ErrUntrusted, "byte %d", i)
	}
	_, stranger, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	b, err = SealRoster(s.fleet, stranger, sent)
	require.NoError(t, err)
	_, err = OpenRoster(s.fleet, public, b)
	require.ErrorIs(t, err, shift.ErrUntrusted)
	l, err := SealList(s.fleet, s.publishing, shift.ListFile{Name: "stolen", Version: 9, Data: []byte("[]")})
	require.NoError(t, err)
	_, err = OpenRoster(s.fleet, public, l)
	require.ErrorIs(t, err, shift.ErrUntrusted, "a list is no roster")
	_, err = SealRoster(s.fleet, s.publishing, access.Roster{Version: 1})
	require.ErrorIs(t, err, access.ErrIncomplete)
}

// A province's service fits one message.
func TestTheLargestRosterFitsOneMessage(t *testing.T) {
	s := newService(t)
	random := rand.New(rand.NewPCG(1, 2))
	word := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte('a' + random.IntN(26))
		}
		return string(b)
	}
	large := access.Roster{Version: 1, Made: s.now}
	for i := range access.MaxListed {
		large.People = append(large.People, access.Listed{
			ID: fmt.Sprint("s-", i), Name: access.Name(word(6) + " " + word(8)), Badge: access.Badge(fmt.Sprint(20000 + i)),
			Roles: []access.Role{access.Patrol}, TrainedOn: s.now.AddDate(0, 0, -random.IntN(1000)), Course: "ALPR 2026",
		})
	}
	b, err := SealRoster(s.fleet, s.publishing, large)
	require.NoError(t, err)
	require.LessOrEqual(t, len(b), MaxRoster)
	got, err := OpenRoster(s.fleet, s.publishing.Public().(ed25519.PublicKey), b)
	require.NoError(t, err)
	require.Equal(t, large.People[access.MaxListed-1], got.People[access.MaxListed-1])
}

// A station may have published its roster before rosters were compressed.
func TestARosterFromBeforeIsRead(t *testing.T) {
	s := newService(t)
	sent := sampleRoster(s)
	plain, err := json.Marshal(sent.People)
	require.NoError(t, err)
	for _, packed := range []bool{false, true} {
		sealed, digest := sealContent(s.fleet.roster, plain)
		b, err := roster.sign(s.publishing, rosterHead{Version: sent.Version, Made: sent.Made, Digest: digest, Packed: packed}, sealed)
		require.NoError(t, err)
		got, err := OpenRoster(s.fleet, s.publishing.Public().(ed25519.PublicKey), b)
		if packed {
			require.ErrorIs(t, err, shift.ErrUntrusted, "it says to be compressed and is not")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, sent, got)
	}
}

func FuzzOpenRoster(f *testing.F) {
	s := newService(f)
	public := s.publishing.Public().(ed25519.PublicKey)
	sent := sampleRoster(s)
	good, err := SealRoster(s.fleet, s.publishing, sent)
	require.NoError(f, err)
	f.Add(good)
	f.Add(good[:20])
	f.Add([]byte("SLP1\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := OpenRoster(s.fleet, public, b)
		if err == nil && !reflect.DeepEqual(got, sent) {
			t.Fatal("a roster was taken that the station did not sign")
		}
		if err != nil && !errors.Is(err, shift.ErrUntrusted) {
			t.Fatalf("not the documented error: %v", err)
		}
	})
}
