package protocol

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
)

func mediumOf(t testing.TB, s *service) []byte {
	t.Helper()
	id := s.car(t, "car-12")
	var file bytes.Buffer
	m, err := NewMedium(&file, id, "a1", s.now)
	require.NoError(t, err)
	require.NoError(t, m.Put(shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: []byte("secret words"), Captured: s.now, Used: s.now}))
	require.NoError(t, m.Put(shift.Parcel{ID: "d1", Kind: shift.DeploymentParcel, Body: []byte("{}")}))
	require.ErrorIs(t, m.Put(shift.Parcel{ID: "x", Kind: "letter"}), ErrName)
	require.NoError(t, m.Close())
	return file.Bytes()
}

func readAll(b []byte) (head MediumHead, all []MediumRecord, err error) {
	err = ReadMedium(bytes.NewReader(b), func(h MediumHead) error { head = h; return nil },
		func(r MediumRecord) error { all = append(all, r); return nil })
	return head, all, err
}

func TestRequirement29_MediumIsWholeOrRefused(t *testing.T) {
	s := newService(t)
	b := mediumOf(t, s)
	require.NotContains(t, string(b), "secret words")
	head, all, err := readAll(b)
	require.NoError(t, err)
	require.Equal(t, "car-12", head.Car)
	require.Equal(t, "a1", head.Request)
	require.Len(t, all, 2)
	_, err = CheckRecord(s.ca, all[0].Ref, "car-12", s.now, all[0].Sealed)
	require.NoError(t, err)
	_, err = CheckRecord(s.ca, all[1].Ref, "car-12", s.now, all[0].Sealed)
	require.Error(t, err, "moved")
	require.Equal(t, RetentionHeader(shift.Parcel{Captured: s.now, Used: s.now}), all[0].Header)
	for i := range b {
		_, _, err := readAll(b[:i])
		require.ErrorIs(t, err, ErrMedium, "cut to %d bytes", i)
		changed := bytes.Clone(b)
		changed[i] ^= 1
		_, _, err = readAll(changed)
		require.ErrorIs(t, err, ErrMedium, "byte %d", i)
	}
	_, _, err = readAll(append(bytes.Clone(b), 0))
	require.ErrorIs(t, err, ErrMedium, "more than the file")
	_, err = NewMedium(&bytes.Buffer{}, s.car(t, "car-12"), "a request", s.now)
	require.ErrorIs(t, err, ErrName)
}

func TestRequirement29_ALargeRecordsPiecesStandBeforeIt(t *testing.T) {
	s := newService(t)
	var file bytes.Buffer
	m, err := NewMedium(&file, s.car(t, "car-12"), "a1", s.now)
	require.NoError(t, err)
	p := shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: largeBody(2*PieceSize+1, 1), Captured: s.now}
	require.NoError(t, m.Put(p))
	require.NoError(t, m.Close())
	_, all, err := readAll(file.Bytes())
	require.NoError(t, err)
	require.Len(t, all, 3)
	head := HeadOf(all[2].Sealed)
	for i, r := range all[:2] {
		require.Equal(t, Head{r.Upload, i + 1}, Head{head.Upload, r.Index + 1})
		require.NoError(t, CheckPiece(s.ca, r.Ref, "car-12", r.Upload, r.Index, s.now, r.Sealed))
	}
	require.Empty(t, all[2].Upload)
	require.NotEmpty(t, all[2].Header[HeaderPieces])
	_, err = CheckRecord(s.ca, all[2].Ref, "car-12", s.now, all[2].Sealed)
	require.NoError(t, err)
}

func FuzzReadMedium(f *testing.F) {
	s := newService(f)
	f.Add(mediumOf(f, s))
	f.Add([]byte("SLM1\x00\x00\x00\x02{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, _, err := readAll(b); err != nil && !errors.Is(err, ErrMedium) {
			t.Fatalf("not the documented error: %v", err)
		}
	})
}
