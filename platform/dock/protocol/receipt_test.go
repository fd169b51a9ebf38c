package protocol

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
)

func sampleReceipt(s *service) shift.Receipt {
	return shift.Receipt{Request: "aa11", Made: s.now, Records: []shift.Received{
		{Ref: shift.Ref{Kind: shift.HitParcel, ID: "h1"}, Digest: listDigest([]byte("one"))},
		{Ref: shift.Ref{Kind: shift.DeploymentParcel, ID: "d1"}, Digest: listDigest([]byte("two"))},
	}}
}

func TestRequirement29_ReceiptIsTheStationsForThisCarAndThisRequest(t *testing.T) {
	s := newService(t)
	public := s.publishing.Public().(ed25519.PublicKey)
	sent := sampleReceipt(s)
	b, err := SealReceipt(s.publishing, "car-12", sent)
	require.NoError(t, err)
	got, err := OpenReceipt(public, "car-12", "aa11", b)
	require.NoError(t, err)
	require.Equal(t, sent.Records, got.Records)
	require.Contains(t, string(got.Proof), `"counts":{"deployment":1,"hit":1}`)
	list, err := json.Marshal(got.Records)
	require.NoError(t, err)
	require.Equal(t, listDigest(list), got.Digest, "what the audit keeps proves the list")
	request, err := ReceiptOf(b)
	require.NoError(t, err)
	require.Equal(t, "aa11", request)

	_, stranger, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	foreign, err := SealReceipt(stranger, "car-12", sent)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		car, request string
		b            []byte
	}{
		"AnotherCars":     {"car-13", "aa11", b},
		"Replayed":        {"car-12", "bb22", b},
		"AnotherStations": {"car-12", "aa11", foreign},
		"Nothing":         {"car-12", "aa11", nil},
		"TooLarge":        {"car-12", "aa11", make([]byte, MaxReceipt+1)},
	} {
		_, err := OpenReceipt(public, c.car, c.request, c.b)
		require.ErrorIs(t, err, shift.ErrReceipt, name)
	}
	for i := range b {
		changed := bytes.Clone(b)
		changed[i] ^= 1
		_, err := OpenReceipt(public, "car-12", "aa11", changed)
		require.ErrorIs(t, err, shift.ErrReceipt, "byte %d", i)
	}
}

func TestRecordsShowTheirCertificate(t *testing.T) {
	s := newService(t)
	id := s.car(t, "car-12")
	sealed, err := SealRecord(id.Records, id.Signer, shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: []byte("{}")})
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(id.Signer.certificate)
	require.NoError(t, err)
	require.Equal(t, leaf.SerialNumber, SignedWith(sealed))
	require.Nil(t, SignedWith(nil))
	require.Nil(t, SignedWith([]byte("SLS1\x00\x01x\x00")))
}

func TestReceiptRequests(t *testing.T) {
	good := ReceiptRequest{Request: NewRequest(), Records: []shift.Ref{{Kind: shift.HitParcel, ID: "h1"}}}
	raw, err := json.Marshal(good)
	require.NoError(t, err)
	car, got, err := ParseReceiptRequest(ReceiptSubject("car-12"), raw)
	require.NoError(t, err)
	require.Equal(t, "car-12", car)
	require.Equal(t, good, got)
	for _, subject := range []string{"receipt", "receipt.", "receipt.a.b", "hit.car-12"} {
		_, _, err := ParseReceiptRequest(subject, raw)
		require.ErrorIs(t, err, ErrName, subject)
	}
	for _, bad := range []string{"", "[]", `{"request":""}`, `{"request":"a","records":[{"kind":"letter","id":"h1"}]}`, `{"request":"a","records":[{"kind":"hit","id":">"}]}`} {
		_, _, err := ParseReceiptRequest("receipt.car-12", []byte(bad))
		require.Error(t, err, bad)
	}
	many, err := json.Marshal(ReceiptRequest{Request: "a", Records: make([]shift.Ref, shift.MaxReceipt+1)})
	require.NoError(t, err)
	_, _, err = ParseReceiptRequest("receipt.car-12", many)
	require.ErrorIs(t, err, ErrSize)
	require.NotEqual(t, NewRequest(), NewRequest())
}

func FuzzOpenReceipt(f *testing.F) {
	s := newService(f)
	public := s.publishing.Public().(ed25519.PublicKey)
	good, err := SealReceipt(s.publishing, "car-12", sampleReceipt(s))
	require.NoError(f, err)
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err := OpenReceipt(public, "car-12", "aa11", b)
		switch {
		case err == nil && !bytes.Equal(b, good):
			t.Fatal("took what the station did not sign")
		case err != nil && !errors.Is(err, shift.ErrReceipt):
			t.Fatalf("not the documented error: %v", err)
		}
	})
}
