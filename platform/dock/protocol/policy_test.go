package protocol

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
)

func samplePack(s *service) shift.PackFile {
	return shift.PackFile{Version: 3, Made: s.now, Pack: []byte("id = \"ontario\"\n"), Signature: []byte("signed\n")}
}

func TestRequirement5_PublishedPackIsSealedAndSigned(t *testing.T) {
	s := newService(t)
	public := s.publishing.Public().(ed25519.PublicKey)
	sent := samplePack(s)
	b, err := SealPack(s.fleet, s.publishing, sent)
	require.NoError(t, err)
	got, err := OpenPack(s.fleet, public, b)
	require.NoError(t, err)
	require.Equal(t, sent, got)

	for i := range b {
		changed := bytes.Clone(b)
		changed[i] ^= 1
		_, err := OpenPack(s.fleet, public, changed)
		require.ErrorIs(t, err, shift.ErrUntrusted, "byte %d", i)
	}
	_, stranger, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	b, err = SealPack(s.fleet, stranger, sent)
	require.NoError(t, err)
	_, err = OpenPack(s.fleet, public, b)
	require.ErrorIs(t, err, shift.ErrUntrusted)
	roster, err := SealRoster(s.fleet, s.publishing, sampleRoster(s))
	require.NoError(t, err)
	_, err = OpenPack(s.fleet, public, roster)
	require.ErrorIs(t, err, shift.ErrUntrusted, "a roster is no pack")

	_, err = SealPack(s.fleet, s.publishing, shift.PackFile{Version: 1, Pack: sent.Pack})
	require.Error(t, err, "without its signature")
	_, err = SealPack(s.fleet, s.publishing, shift.PackFile{Version: 1, Pack: make([]byte, MaxPack), Signature: sent.Signature})
	require.ErrorIs(t, err, ErrSize)
}

func FuzzOpenPack(f *testing.F) {
	s := newService(f)
	public := s.publishing.Public().(ed25519.PublicKey)
	sent := samplePack(s)
	good, err := SealPack(s.fleet, s.publishing, sent)
	require.NoError(f, err)
	f.Add(good)
	f.Add([]byte("SLK1\x00\x00\x00\x02{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := OpenPack(s.fleet, public, b)
		switch {
		case err == nil && !reflect.DeepEqual(p, sent):
			t.Fatalf("took what the station did not sign: version %d", p.Version)
		case err != nil && !errors.Is(err, shift.ErrUntrusted):
			t.Fatalf("not the documented error: %v", err)
		}
	})
}
