package protocol

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
)

// largeBody is as long as it should be, and always the same for a seed.
func largeBody(size int, seed uint64) []byte {
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{byte(seed)}).Read(b)
	return b
}

// sent is an upload as it arrives.
type sent struct {
	*Upload
	pieces [][]byte
	record []byte
	header map[string][]string
	digest []byte
}

func upload(t testing.TB, id *Identity, p shift.Parcel) sent {
	t.Helper()
	u, err := id.Upload(p)
	require.NoError(t, err)
	s := sent{Upload: u}
	for i := range u.Head().Pieces {
		subject, b, err := u.Piece(i)
		require.NoError(t, err)
		require.Equal(t, PieceSubject(u.Ref, id.Car, u.Head().Upload, i), subject)
		s.pieces = append(s.pieces, b)
	}
	m, err := u.Record()
	require.NoError(t, err)
	require.Equal(t, RecordSubject(p.Kind, id.Car, p.ID), m.Subject)
	s.record, s.header, s.digest = m.Sealed, m.Header, m.Digest
	return s
}

// open opens an upload as it arrived at a car's record.
func (s sent) open(by *service, ref shift.Ref, car string) ([]byte, error) {
	return OpenPieces(by.records, by.ca, ref, car, by.now, s.record, func(h Head, i int) ([]byte, time.Time, error) {
		if i >= len(s.pieces) {
			return nil, time.Time{}, errors.New("not there")
		}
		return s.pieces[i], by.now, nil
	})
}

func TestRequirement35_RecordsOfAnySizeArriveWholeAndSealed(t *testing.T) {
	s := newService(t)
	id := s.car(t, "car-12")
	for _, c := range []struct{ size, pieces int }{
		{0, 0}, {1, 0}, {PieceSize, 0}, {PieceSize + 1, 1}, {2 * PieceSize, 1}, {2*PieceSize + 1, 2}, {MaxBody, MaxBody/PieceSize - 1},
	} {
		p := shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: largeBody(c.size, 1), Captured: s.now}
		got := upload(t, id, p)
		require.Len(t, got.pieces, c.pieces)
		require.Equal(t, got.Head(), HeadOf(got.record))
		digest, err := CheckRecord(s.ca, got.Ref, "car-12", s.now, got.record)
		require.NoError(t, err)
		require.Equal(t, got.digest, digest, "what the car signed")
		for i, b := range append(slices.Clone(got.pieces), got.record) {
			require.LessOrEqual(t, len(b), PieceSize+4<<10, "message %d", i)
		}
		var body []byte
		if c.pieces == 0 {
			body, err = OpenRecord(s.records, s.ca, p.Kind, "car-12", p.ID, s.now, got.record)
		} else {
			require.NotEmpty(t, got.header[HeaderPieces])
			body, err = got.open(s, got.Ref, "car-12")
		}
		require.NoError(t, err)
		require.True(t, bytes.Equal(p.Body, body), "of %d bytes", c.size)
	}
	_, err := id.Upload(shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: make([]byte, MaxBody+1)})
	require.ErrorIs(t, err, ErrSize)
	_, err = id.Upload(shift.Parcel{ID: "h 1", Kind: shift.HitParcel})
	require.ErrorIs(t, err, ErrName)
}

// What another attempt sent counts, whichever sealing it had; and no two pieces are
// sealed alike.
func TestRequirement29_PiecesOfTwoAttemptsMakeOneRecord(t *testing.T) {
	s := newService(t)
	p := shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: largeBody(3*PieceSize, 1)}
	one, two := upload(t, s.car(t, "car-12"), p), upload(t, s.car(t, "car-12"), p)
	require.Equal(t, one.Head(), two.Head())
	require.NotEqual(t, one.pieces[0], two.pieces[0])
	two.pieces[1] = one.pieces[1]
	body, err := two.open(s, two.Ref, "car-12")
	require.NoError(t, err)
	require.True(t, bytes.Equal(p.Body, body))

	// Another body, record, car or service has other names for its pieces.
	other := p
	other.Body = bytes.Clone(p.Body)
	other.Body[len(other.Body)-1] ^= 1
	names := []string{one.Head().Upload, upload(t, s.car(t, "car-12"), other).Head().Upload, upload(t, s.car(t, "car-13"), p).Head().Upload,
		upload(t, otherService(t).car(t, "car-12"), p).Head().Upload}
	other = p
	other.ID = "h2"
	names = append(names, upload(t, s.car(t, "car-12"), other).Head().Upload)
	slices.Sort(names)
	require.Len(t, slices.Compact(names), 5)
}

func TestRequirement35_PiecesOutOfPlaceAreRefused(t *testing.T) {
	s, stranger := newService(t), otherService(t)
	id := s.car(t, "car-12")
	parcel := func(id string, seed uint64) shift.Parcel {
		return shift.Parcel{ID: id, Kind: shift.HitParcel, Body: largeBody(3*PieceSize+9, seed)}
	}
	good := upload(t, id, parcel("h1", 1))
	require.Len(t, good.pieces, 3)
	_, err := good.open(s, good.Ref, "car-12")
	require.NoError(t, err)
	otherRecord, otherBody := upload(t, id, parcel("h2", 1)), upload(t, id, parcel("h1", 2))
	otherCar, otherService := upload(t, s.car(t, "car-13"), parcel("h1", 1)), upload(t, stranger.car(t, "car-12"), parcel("h1", 1))
	whole, err := SealRecord(id.Records, id.Signer, parcel("h1", 1))
	require.NoError(t, err)

	for name, change := range map[string]func(b *sent){
		"swapped":         func(b *sent) { b.pieces[0], b.pieces[1] = b.pieces[1], b.pieces[0] },
		"repeated":        func(b *sent) { b.pieces[1] = b.pieces[0] },
		"missing":         func(b *sent) { b.pieces = b.pieces[:2] },
		"shifted":         func(b *sent) { b.pieces = append(b.pieces[1:], b.pieces[2]) },
		"truncated":       func(b *sent) { b.pieces[1] = b.pieces[1][:len(b.pieces[1])-1] },
		"lengthened":      func(b *sent) { b.pieces[1] = append(bytes.Clone(b.pieces[1]), 0) },
		"changed":         func(b *sent) { b.pieces[1] = bytes.Clone(b.pieces[1]); b.pieces[1][len(b.pieces[1])/2] ^= 1 },
		"another record":  func(b *sent) { b.pieces[1] = otherRecord.pieces[1] },
		"another body":    func(b *sent) { b.pieces[1] = otherBody.pieces[1] },
		"another car":     func(b *sent) { b.pieces[1] = otherCar.pieces[1] },
		"another service": func(b *sent) { b.pieces[1] = otherService.pieces[1] },
		"the head":        func(b *sent) { b.pieces[1] = b.record },
		"a whole record":  func(b *sent) { b.pieces[1] = whole },
		"head of another": func(b *sent) { b.record = otherRecord.record },
		"head of a body":  func(b *sent) { b.record = otherBody.record },
		"piece as head":   func(b *sent) { b.record = b.pieces[0] },
		"whole as head":   func(b *sent) { b.record = whole },
		"head truncated":  func(b *sent) { b.record = b.record[:len(b.record)-1] },
		"nothing":         func(b *sent) { b.record = nil },
	} {
		t.Run(name, func(t *testing.T) {
			bad := good
			bad.pieces = slices.Clone(good.pieces)
			change(&bad)
			body, err := bad.open(s, good.Ref, "car-12")
			require.Error(t, err)
			require.Nil(t, body)
			// The station sees the same without the key, unless the record itself is at fault.
			_, checked := CheckRecord(s.ca, good.Ref, "car-12", s.now, bad.record)
			for i := range good.Head().Pieces {
				if i >= len(bad.pieces) {
					checked = errors.Join(checked, errMissing)
					continue
				}
				checked = errors.Join(checked, CheckPiece(s.ca, good.Ref, "car-12", HeadOf(bad.record).Upload, i, s.now, bad.pieces[i]))
			}
			require.Error(t, checked)
		})
	}
	for _, moved := range []struct {
		ref shift.Ref
		car string
	}{{shift.Ref{Kind: shift.AuditParcel, ID: "h1"}, "car-12"}, {shift.Ref{Kind: shift.HitParcel, ID: "h2"}, "car-12"}, {good.Ref, "car-13"}} {
		_, err := good.open(s, moved.ref, moved.car)
		require.Error(t, err)
	}
	_, err = good.open(&service{records: stranger.records, ca: s.ca, now: s.now}, good.Ref, "car-12")
	require.ErrorIs(t, err, ErrForm, "another key")
	_, err = OpenRecord(s.records, s.ca, shift.HitParcel, "car-12", "h1", s.now, good.record)
	require.Error(t, err, "a head is no whole record")
	for i := range good.record {
		changed := bytes.Clone(good.record)
		changed[i] ^= 1
		_, err := CheckRecord(s.ca, good.Ref, "car-12", s.now, changed)
		require.Error(t, err, "byte %d", i)
	}
}

// A car's program that is at fault: what it signs must still be of one body.
func TestRequirement35_PiecesMustMakeTheBodyOfTheHead(t *testing.T) {
	s := newService(t)
	id := s.car(t, "car-12")
	good := upload(t, id, shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: largeBody(2*PieceSize, 1)})
	subject := PieceSubject(good.Ref, "car-12", good.Head().Upload, 0)
	var err error
	good.pieces[0], _, err = good.seal(pieceContext(subject), nil, largeBody(PieceSize, 2))
	require.NoError(t, err)
	_, err = good.open(s, good.Ref, "car-12")
	require.ErrorIs(t, err, ErrForm)
	// Nor may it take all the memory.
	good.head.Pieces = maxPieces
	m, err := (&Upload{Ref: good.Ref, to: id.Records, by: id.Signer, head: good.head,
		parcel: shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: make([]byte, maxPieces*PieceSize)}}).Record()
	require.NoError(t, err)
	good.record = m.Sealed
	asked := 0
	_, err = OpenPieces(s.records, s.ca, good.Ref, "car-12", s.now, good.record, func(h Head, i int) ([]byte, time.Time, error) {
		asked++
		b, _, err := good.seal(pieceContext(PieceSubject(good.Ref, "car-12", h.Upload, i)), nil, make([]byte, PieceSize))
		return b, s.now, err
	})
	require.ErrorIs(t, err, ErrForm)
	require.Equal(t, MaxBody/PieceSize+1, asked)
}

func TestPieceSubjects(t *testing.T) {
	ref := shift.Ref{Kind: shift.HitParcel, ID: "h1"}
	subject := PieceSubject(ref, "car-12", "abc", 7)
	require.Equal(t, "piece.hit.car-12.h1.abc.7", subject)
	record, err := RecordOfPiece(subject)
	require.NoError(t, err)
	require.Equal(t, RecordSubject(shift.HitParcel, "car-12", "h1"), record)
	for _, bad := range []string{"", "hit.car-12.h1", "piece.hit.car-12.h1.abc", subject + ".8", strings.Replace(subject, "piece", "peace", 1)} {
		_, err := RecordOfPiece(bad)
		require.ErrorIs(t, err, ErrName, bad)
	}
}

func TestMissingRequests(t *testing.T) {
	ask := MissingRequest{Ref: shift.Ref{Kind: shift.HitParcel, ID: "h1"}, Upload: strings.Repeat("0f", 16), Pieces: 3}
	raw, err := json.Marshal(ask)
	require.NoError(t, err)
	car, got, err := ParseMissingRequest(MissingSubject("car-12"), raw)
	require.NoError(t, err)
	require.Equal(t, "car-12", car)
	require.Equal(t, ask, got)
	for _, subject := range []string{"missing", "missing.", "missing.a.b", "receipt.car-12"} {
		_, _, err := ParseMissingRequest(subject, raw)
		require.ErrorIs(t, err, ErrName, subject)
	}
	for name, change := range map[string]func(*MissingRequest){
		"kind": func(r *MissingRequest) { r.Kind = "letter" }, "id": func(r *MissingRequest) { r.ID = "*" },
		"upload": func(r *MissingRequest) { r.Upload = ">" }, "none": func(r *MissingRequest) { r.Pieces = 0 },
		"many": func(r *MissingRequest) { r.Pieces = maxPieces + 1 },
	} {
		bad := ask
		change(&bad)
		raw, err := json.Marshal(bad)
		require.NoError(t, err)
		_, _, err = ParseMissingRequest("missing.car-12", raw)
		require.Error(t, err, name)
	}
	for answer, want := range map[string][]int{`[]`: {}, `[0,2]`: {0, 2}, `null`: nil, `[0,0]`: nil, `[1,0]`: nil, `[3]`: nil, `[-1]`: nil, `{}`: nil, ``: nil} {
		got, err := ParseMissing([]byte(answer), 3)
		require.Equal(t, want == nil, err != nil, answer)
		require.Equal(t, want, got, answer)
	}
}

func FuzzHead(f *testing.F) {
	s := newService(f)
	id := s.car(f, "car-12")
	good := upload(f, id, shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: largeBody(PieceSize+1, 1)})
	whole := upload(f, id, shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: []byte("{}")})
	_, _, content, ok := splitSigned(good.record)
	require.True(f, ok)
	f.Add(good.record)
	f.Add(whole.record)
	f.Add(good.record[:len(good.record)-len(content)+10])
	f.Add([]byte("SLS1\x00\x00\x00SLH1\xff\xff0123456789abcdef"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h := HeadOf(b)
		if h.Pieces < 0 || h.Pieces > maxPieces || h.Pieces > 0 && !uploadName.MatchString(h.Upload) {
			t.Fatalf("a head that cannot be: %+v", h)
		}
		if _, _, content, ok := splitSigned(b); ok && h.Pieces > 0 {
			if _, clear, sealed, _ := parseHead(content); !bytes.Equal(h.encode(), clear) || len(clear)+len(sealed) != len(content) {
				t.Fatal("read otherwise than written")
			}
		}
		body, err := OpenPieces(s.records, s.ca, good.Ref, "car-12", s.now, b, func(_ Head, i int) ([]byte, time.Time, error) { return good.pieces[i], s.now, nil })
		if err == nil && !bytes.Equal(body, good.parcel.Body) {
			t.Fatal("a record was opened that the car did not send")
		}
		if _, err := CheckRecord(s.ca, good.Ref, "car-12", s.now, b); err == nil && HeadOf(b) != good.Head() && HeadOf(b) != whole.Head() {
			t.Fatal("a record was taken that the car did not sign")
		}
	})
}
