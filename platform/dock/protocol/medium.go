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
// Each record is sealed and signed as always; the digest tells a medium that was taken
// out too soon.
const (
	mediumMagic   = "SLM1"
	maxMediumHead = 8 << 10
)

// MediumHead begins a file of records.
type MediumHead struct {
	Version int       `json:"version"`
	Station string    `json:"station"`
	Car     string    `json:"car"`
	Request string    `json:"request"` // for the receipt
	Made    time.Time `json:"made"`
}

// MediumRecord is one record on a medium.
type MediumRecord struct {
	shift.Ref
	Header map[string][]string `json:"header,omitempty"` // see [RetentionHeader]
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
	return m, m.head(MediumHead{Version: 1, Station: id.Station, Car: id.Car, Request: request, Made: made.UTC()})
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
	sealed, err := SealRecord(m.id.Records, m.id.Signer, p)
	if err != nil {
		return err
	}
	err = m.head(MediumRecord{Ref: shift.Ref{Kind: p.Kind, ID: p.ID}, Header: RetentionHeader(p), Size: len(sealed)})
	if err != nil {
		return err
	}
	if _, err := m.to.Write(sealed); err != nil {
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

// ReadMedium reads a file of records and calls each for every one, in order. It returns
// [ErrMedium] for a file that is not whole, perhaps after some records: whoever takes
// them must be able to take them again.
func ReadMedium(r io.Reader, head func(MediumHead) error, each func(MediumRecord) error) error {
	in := &mediumReader{from: bufio.NewReader(r), h: sha256.New()}
	magic, err := in.next(len(mediumMagic))
	if err != nil || string(magic) != mediumMagic {
		return ErrMedium
	}
	var h MediumHead
	if end, err := in.head(&h); err != nil || end || h.Version != 1 || CheckName(h.Car) != nil || CheckName(h.Request) != nil {
		return ErrMedium
	}
	if err := head(h); err != nil {
		return err
	}
	for n := 0; ; n++ {
		var record MediumRecord
		end, err := in.head(&record)
		if err != nil {
			return ErrMedium
		}
		if end {
			return in.end()
		}
		if n == shift.MaxReceipt || record.Size < 1 || record.Size > MaxPayload || !slices.Contains(Kinds, record.Kind) || CheckName(record.ID) != nil {
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
