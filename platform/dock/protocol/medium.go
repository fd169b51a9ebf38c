package protocol

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"time"

	"secondlook/app/shift"
)

// ErrMedium is returned for a file of records that is cut short, changed, or something
// else.
var ErrMedium = errors.New("not a whole file of a car's records")

// Names of files on a medium end so.
const (
	// RecordsSuffix is a car's file for the station, ReceiptSuffix the station's for
	// the car.
	RecordsSuffix = ".slrecords"
	ReceiptSuffix = ".slreceipt"
)

// A file of records on a medium is
//
//	magic (4) | head length (4) | head as JSON | records | 0 (4) | SHA-256 of all before (32)
//
// and a record is
//
//	head length (4) | head as JSON | record as it travels over the network
//
// A large record's pieces, each in the same form, stand before it; files of version 1
// have none. Each record is sealed and signed as always; the digest tells a medium that was taken
// out too soon.
const (
	mediumMagic   = "SLM1"
	maxMediumHead = 8 << 10
	mediumVersion = 2
)

// MediumHead begins a file of records.
type MediumHead struct {
	Version int       `json:"version"`
	Station string    `json:"station"`
	Car     string    `json:"car"`
	Request string    `json:"request"` // for the receipt
	Made    time.Time `json:"made"`
}

// MediumRecord is one record on a medium, or, where Upload is set, a piece of the record
// that follows.
type MediumRecord struct {
	shift.Ref
	Upload string              `json:"upload,omitempty"`
	Index  int                 `json:"index,omitempty"`
	Header map[string][]string `json:"header,omitempty"` // see [Headers]
	Size   int                 `json:"size"`
	Sealed []byte              `json:"-"`
}

// MediumWriter writes records onto a medium.
type MediumWriter struct {
	to io.Writer
	h  hash.Hash
	id *Identity
}

// NewMedium begins a file of a car's records; the receipt for it will answer to the
// request's number.
func NewMedium(w io.Writer, id *Identity, request string, made time.Time) (*MediumWriter, error) {
	if err := CheckName(request); err != nil {
		return nil, fmt.Errorf("number of the request: %w", err)
	}
	m := &MediumWriter{h: sha256.New(), id: id}
	m.to = io.MultiWriter(w, m.h)
	if _, err := io.WriteString(m.to, mediumMagic); err != nil {
		return nil, fmt.Errorf("write to the medium: %w", err)
	}
	return m, m.head(MediumHead{Version: mediumVersion, Station: id.Station, Car: id.Car, Request: request, Made: made.UTC()})
}

func (m *MediumWriter) head(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write to the medium: %w", err)
	}
	_, err = m.to.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(raw))), raw...))
	if err != nil {
		return fmt.Errorf("write to the medium: %w", err)
	}
	return nil
}

// Put seals a parcel and adds it.
func (m *MediumWriter) Put(p shift.Parcel) error {
	u, err := m.id.Upload(p)
	if err != nil {
		return err
	}
	for i := range u.Head().Pieces {
		_, sealed, err := u.Piece(i)
		if err != nil {
			return err
		}
		if err := m.put(MediumRecord{Ref: u.Ref, Upload: u.Head().Upload, Index: i, Sealed: sealed}); err != nil {
			return err
		}
	}
	record, err := u.Record()
	if err != nil {
		return err
	}
	return m.put(MediumRecord{Ref: u.Ref, Header: record.Header, Sealed: record.Sealed})
}

func (m *MediumWriter) put(r MediumRecord) error {
	r.Size = len(r.Sealed)
	if err := m.head(r); err != nil {
		return err
	}
	if _, err := m.to.Write(r.Sealed); err != nil {
		return fmt.Errorf("write to the medium: %w", err)
	}
	return nil
}

// Close ends the file.
func (m *MediumWriter) Close() error {
	_, err := m.to.Write(make([]byte, 4))
	if err == nil {
		_, err = m.to.Write(m.h.Sum(nil))
	}
	if err != nil {
		return fmt.Errorf("write to the medium: %w", err)
	}
	return nil
}

// ReadMedium reads a file of records and calls each for every one, in order, a record's
// pieces before it. It returns
// [ErrMedium] for a file that is not whole, perhaps after some records: whoever takes
// them must be able to take them again.
func ReadMedium(r io.Reader, head func(MediumHead) error, each func(MediumRecord) error) error {
	in := &mediumReader{from: bufio.NewReader(r), h: sha256.New()}
	magic, err := in.next(len(mediumMagic))
	if err != nil || string(magic) != mediumMagic {
		return ErrMedium
	}
	var h MediumHead
	if end, err := in.head(&h); err != nil || end || h.Version < 1 || h.Version > mediumVersion || CheckName(h.Car) != nil || CheckName(h.Request) != nil {
		return ErrMedium
	}
	if err := head(h); err != nil {
		return err
	}
	for records := 0; ; {
		var record MediumRecord
		end, err := in.head(&record)
		if err != nil {
			return ErrMedium
		}
		if end {
			return in.end()
		}
		if err := record.check(); err != nil {
			return err
		}
		if record.Upload == "" {
			records++
		}
		if records > shift.MaxReceipt {
			return ErrMedium
		}
		if record.Sealed, err = in.next(record.Size); err != nil {
			return ErrMedium
		}
		if err := each(record); err != nil {
			return err
		}
	}
}

func (r MediumRecord) check() error {
	switch {
	case r.Size < 1, !slices.Contains(Kinds, r.Kind), CheckName(r.ID) != nil:
		return ErrMedium
	case r.Upload != "" && (!uploadName.MatchString(r.Upload) || r.Index < 0 || r.Index >= maxPieces):
		return ErrMedium
	case r.Size > MaxPayload:
		return fmt.Errorf("record %s of %d bytes: make the file again with this version: %w", r.ID, r.Size, ErrMedium)
	}
	return nil
}

type mediumReader struct {
	from *bufio.Reader
	h    hash.Hash
}

// next reads n bytes, and takes no more memory than there are.
func (m *mediumReader) next(n int) ([]byte, error) {
	var b bytes.Buffer
	if _, err := io.CopyN(&b, m.from, int64(n)); err != nil {
		return nil, err
	}
	m.h.Write(b.Bytes())
	return b.Bytes(), nil
}

// head reads a head; end is set where the records end instead.
func (m *mediumReader) head(v any) (end bool, err error) {
	size, err := m.next(4)
	if err != nil {
		return false, err
	}
	n := binary.BigEndian.Uint32(size)
	if n == 0 {
		return true, nil
	}
	if n > maxMediumHead {
		return false, ErrMedium
	}
	raw, err := m.next(int(n))
	if err != nil {
		return false, err
	}
	return false, json.Unmarshal(raw, v)
}

func (m *mediumReader) end() error {
	want := m.h.Sum(nil)
	got, err := m.next(sha256.Size)
	if err != nil || !bytes.Equal(got, want) {
		return ErrMedium
	}
	if _, err := m.from.ReadByte(); err == nil {
		return ErrMedium
	}
	return nil
}
