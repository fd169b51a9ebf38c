package protocol

import (
	"bytes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"secondlook/app/shift"
)

// What the station distributes travels as
//
//	magic (4) | head length (4) | head as JSON | Ed25519 signature (64) | sealed content
//
// The signature covers the head, and the head holds the digest of the sealed
// content. The digest is of the sealed bytes, because one of the plain content would
// let anybody with the disk test guesses against a short list.
type publication struct {
	magic string
	// context begins what is signed, so that no head stands for one of another kind.
	context string
}

var (
	wholeList = publication{"SLL1", "secondlook list v1\n"}
	listDelta = publication{"SLD1", "secondlook list delta v1\n"}
)

const maxListHead = 4 << 10

// ListOverhead is more than what the form adds to a list or a delta, in bytes.
const ListOverhead = 8 << 10

type listHead struct {
	Name      string    `json:"name"`
	Version   int       `json:"version"`
	Made      time.Time `json:"made"`
	Withdrawn bool      `json:"withdrawn,omitempty"`
	Digest    []byte    `json:"digest"` // SHA-256
}

type deltaHead struct {
	Name    string    `json:"name"`
	From    int       `json:"from"`
	Version int       `json:"version"`
	Made    time.Time `json:"made"`
	Source  string    `json:"source,omitempty"`
	Contact string    `json:"contact,omitempty"`
	Reading string    `json:"reading"`
	Digest  []byte    `json:"digest"` // SHA-256
}

// SealList seals a list with the fleet key and signs it with the publishing key.
func SealList(fleet *FleetKey, publishing ed25519.PrivateKey, l shift.ListFile) ([]byte, error) {
	if err := checkContent(l.Name, l.Data); err != nil {
		return nil, err
	}
	sealed, digest := sealContent(fleet.list, l.Data)
	return wholeList.sign(publishing, listHead{Name: l.Name, Version: l.Version, Made: l.Made.UTC(), Withdrawn: l.Withdrawn, Digest: digest}, sealed)
}

// OpenList verifies a list that came under a name and opens it. It returns
// [shift.ErrUntrusted] for anything that the publishing key did not sign.
func OpenList(fleet *FleetKey, publishing ed25519.PublicKey, name string, b []byte) (shift.ListFile, error) {
	var head listHead
	sealed, err := wholeList.verify(publishing, b, &head)
	if err != nil {
		return shift.ListFile{}, err
	}
	switch {
	case head.Version < 1:
		return shift.ListFile{}, untrusted("head")
	case head.Name != name:
		return shift.ListFile{}, untrusted("signed for another list")
	}
	data, err := openContent(fleet.list, head.Digest, sealed)
	if err != nil {
		return shift.ListFile{}, err
	}
	l := shift.ListFile{Name: name, Version: head.Version, Made: head.Made, Withdrawn: head.Withdrawn}
	if !l.Withdrawn {
		l.Data = data
	}
	return l, nil
}

// SealDelta seals a delta with the fleet key and signs it with the publishing key.
func SealDelta(fleet *FleetKey, publishing ed25519.PrivateKey, d shift.ListDelta) ([]byte, error) {
	if err := checkContent(d.Name, d.Data); err != nil {
		return nil, err
	}
	sealed, digest := sealContent(fleet.delta, d.Data)
	return listDelta.sign(publishing, deltaHead{Name: d.Name, From: d.From, Version: d.Version, Made: d.Made.UTC(),
		Source: d.Source, Contact: d.Contact, Reading: d.Reading, Digest: digest}, sealed)
}

// OpenDelta verifies the delta that should make version from+1 of the list of a
// name, and opens it. It returns [shift.ErrUntrusted] for anything that the
// publishing key did not sign, and for a delta of another list or version.
func OpenDelta(fleet *FleetKey, publishing ed25519.PublicKey, name string, from int, b []byte) (shift.ListDelta, error) {
	var head deltaHead
	sealed, err := listDelta.verify(publishing, b, &head)
	if err != nil {
		return shift.ListDelta{}, err
	}
	switch {
	case head.Name != name:
		return shift.ListDelta{}, untrusted("signed for another list")
	case head.From < 1 || head.From != from || head.Version != from+1:
		return shift.ListDelta{}, untrusted("signed for another version")
	}
	data, err := openContent(fleet.delta, head.Digest, sealed)
	if err != nil {
		return shift.ListDelta{}, err
	}
	return shift.ListDelta{Name: name, From: from, Version: head.Version, Made: head.Made,
		Source: head.Source, Contact: head.Contact, Reading: head.Reading, Data: data}, nil
}

func checkContent(name string, data []byte) error {
	if err := CheckListName(name); err != nil {
		return err
	}
	if len(data) > MaxList {
		return fmt.Errorf("list of %d bytes, at most %d: %w", len(data), MaxList, ErrSize)
	}
	return nil
}

func sealContent(key cipher.AEAD, data []byte) (sealed, digest []byte) {
	sealed = key.Seal(nil, nil, data, nil)
	sum := sha256.Sum256(sealed)
	return sealed, sum[:]
}

func openContent(key cipher.AEAD, digest, sealed []byte) ([]byte, error) {
	if sum := sha256.Sum256(sealed); !bytes.Equal(sum[:], digest) {
		return nil, untrusted("content changed after signing")
	}
	data, err := key.Open(nil, nil, sealed, nil)
	if err != nil {
		return nil, untrusted("sealed with another fleet's key")
	}
	return data, nil
}

func untrusted(why string) error { return fmt.Errorf("%s: %w", why, shift.ErrUntrusted) }

func (p publication) sign(key ed25519.PrivateKey, head any, sealed []byte) ([]byte, error) {
	h, err := json.Marshal(head)
	if err != nil {
		return nil, fmt.Errorf("seal list: %w", err)
	}
	out := make([]byte, 0, len(p.magic)+4+len(h)+ed25519.SignatureSize+len(sealed))
	out = append(out, p.magic...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(h)))
	out = append(out, h...)
	out = append(out, ed25519.Sign(key, append([]byte(p.context), h...))...)
	return append(out, sealed...), nil
}

// verify fills in the head, which is signed, and returns the sealed content, which
// is good if its digest is the head's.
func (p publication) verify(key ed25519.PublicKey, b []byte, head any) (sealed []byte, err error) {
	h, sig, sealed, ok := p.split(b)
	if !ok {
		return nil, untrusted("not in its form")
	}
	if !ed25519.Verify(key, append([]byte(p.context), h...), sig) {
		return nil, untrusted("signature")
	}
	if json.Unmarshal(h, head) != nil {
		return nil, untrusted("head")
	}
	return sealed, nil
}

func (p publication) split(b []byte) (head, sig, sealed []byte, ok bool) {
	b, ok = cutMagic(b, p.magic)
	if !ok || len(b) < 4 {
		return nil, nil, nil, false
	}
	n := binary.BigEndian.Uint32(b)
	if b = b[4:]; n > maxListHead || len(b) < int(n)+ed25519.SignatureSize {
		return nil, nil, nil, false
	}
	return b[:n], b[n : n+ed25519.SignatureSize], b[n+ed25519.SignatureSize:], true
}
