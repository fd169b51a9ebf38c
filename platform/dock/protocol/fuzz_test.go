package protocol

import (
	"crypto/ed25519"
	"errors"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/entry"
	"secondlook/app/shift"
)

func FuzzParseBundle(f *testing.F) {
	s := newService(f)
	good, err := s.bundle(f, "car-12", RoleCar).Encode()
	require.NoError(f, err)
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte(`{"secondlook_bundle":1,"addresses":["a:1"]}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		id, err := ParseBundle(raw)
		if err != nil {
			if !errors.Is(err, ErrBundle) {
				t.Fatalf("not the documented error: %v", err)
			}
			return
		}
		if id.Car == "" || id.Station == "" || len(id.Addresses) == 0 || id.Signer == nil || id.Fleet == nil || len(id.TLS().Certificates) != 1 {
			t.Fatal("a bundle was taken that lacks something")
		}
	})
}

func FuzzOpenRecord(f *testing.F) {
	s := newService(f)
	id := s.car(f, "car-12")
	const sent = `{"a":1}`
	good, err := SealRecord(id.Records, id.Signer, shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: []byte(sent)})
	require.NoError(f, err)
	f.Add(good)
	f.Add(good[:7])
	f.Add([]byte("SLS1\x00\x00\x00"))
	f.Add([]byte("SLS1\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		body, err := OpenRecord(s.records, s.ca, shift.HitParcel, "car-12", "h1", s.now, b)
		if err == nil && string(body) != sent {
			t.Fatalf("a record was opened that the car did not send: %q", body)
		}
	})
}

func FuzzOpenList(f *testing.F) {
	s := newService(f)
	public := s.publishing.Public().(ed25519.PublicKey)
	sent := shift.ListFile{Name: "stolen", Version: 1, Made: s.now, Data: []byte("plate\n")}
	good, err := SealList(s.fleet, s.publishing, sent)
	require.NoError(f, err)
	f.Add(good)
	f.Add(good[:20])
	f.Add([]byte("SLL1\xff\xff\xff\xff"))
	f.Add([]byte("SLL1\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := OpenList(s.fleet, public, "stolen", b)
		if err == nil && !reflect.DeepEqual(got, sent) {
			t.Fatal("a list was taken that the station did not sign")
		}
		if err != nil && !errors.Is(err, shift.ErrUntrusted) {
			t.Fatalf("not the documented error: %v", err)
		}
	})
}

func FuzzOpenDelta(f *testing.F) {
	s := newService(f)
	public := s.publishing.Public().(ed25519.PublicKey)
	sent := shift.ListDelta{Name: "stolen", From: 1, Version: 2, Made: s.now, Reading: "r", Data: []byte("content")}
	good, err := SealDelta(s.fleet, s.publishing, sent)
	require.NoError(f, err)
	list, err := SealList(s.fleet, s.publishing, shift.ListFile{Name: "stolen", Version: 2, Made: s.now})
	require.NoError(f, err)
	f.Add(good)
	f.Add(good[:20])
	f.Add(list)
	f.Add(append([]byte("SLD1"), list[4:]...))
	f.Add([]byte("SLD1\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := OpenDelta(s.fleet, public, "stolen", 1, b)
		if err == nil && !reflect.DeepEqual(got, sent) {
			t.Fatal("a delta was taken that the station did not sign")
		}
		if err != nil && !errors.Is(err, shift.ErrUntrusted) {
			t.Fatalf("not the documented error: %v", err)
		}
	})
}

// FuzzOpenEntry lets the fuzzer write what an enrolled car might sign: the
// decoder under the seals is what it can reach that way.
func FuzzOpenEntry(f *testing.F) {
	s := newService(f)
	id := s.car(f, "car-12")
	context := entryContext("car-12", "e1")
	f.Add([]byte(`{"ID":"e1","State":"approved","Plate":"ABCD123","Category":"c","Reason":"r","Expires":"2026-12-01T00:00:00Z",` +
		`"Distribution":"shared","Revision":2,"Author":{"ID":"o1"},"Decider":{"ID":"o2","Roles":["supervisor"]}}`))
	f.Add([]byte(`{"ID":"e1","State":"expired"}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		if _, err := OpenEntry(s.fleet, s.ca, "car-12", "e1", s.now, plain); !errors.Is(err, shift.ErrUntrusted) {
			t.Fatalf("not the documented error: %v", err)
		}
		signed, _, err := id.Signer.sign(context, plain)
		require.NoError(t, err)
		e, err := OpenEntry(s.fleet, s.ca, "car-12", "e1", s.now, s.fleet.entry.Seal(nil, nil, signed, []byte(context)))
		switch {
		case err != nil && !errors.Is(err, shift.ErrUntrusted):
			t.Fatalf("not the documented error: %v", err)
		case err == nil && (e.ID != "e1" || e.State == entry.Proposed || e.Revision < 1):
			t.Fatal("an entry was taken that is not a decided one")
		}
	})
}
