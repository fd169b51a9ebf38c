package protocol

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"secondlook/app/shift"
)

// A list travels as
//
//	magic (4) | head length (4) | head as JSON | Ed25519 signature (64) | sealed CSV
//
// The signature covers the head, and the head holds the digest of the sealed
// CSV. The digest is of the sealed bytes, because one of the plain CSV would let
// anybody with the disk test guesses against a short list.
const (
	listMagic   = "SLL1"
	listContext = "secondlook list v1\n"
	maxListHead = 4 << 10
)

// ListOverhead is more than what the form adds to a list, in bytes.
const ListOverhead = 8 << 10

type listHead struct {
	Name      string    `json:"name"`
	Version   int       `json:"version"`
	Made      time.Time `json:"made"`
	Withdrawn bool      `json:"withdrawn,omitempty"`
	Digest    []byte    `json:"digest"` // SHA-256
}

// SealList seals a list with the fleet key and signs it with the publishing key.
func SealList(fleet *FleetKey, publishing ed25519.PrivateKey, l shift.ListFile) ([]byte, error) {
	if err := CheckListName(l.Name); err != nil {
		return nil, err
	}
	if len(l.Data) > MaxList {
		return nil, fmt.Errorf("list of %d bytes, at most %d: %w", len(l.Data), MaxList, ErrSize)
	}
	head := listHead{Name: l.Name, Version: l.Version, Made: l.Made.UTC(), Withdrawn: l.Withdrawn}
	sealed := fleet.list.Seal(nil, nil, l.Data, nil)
	digest := sha256.Sum256(sealed)
	head.Digest = digest[:]
	h, err := json.Marshal(head)
	if err != nil {
		return nil, fmt.Errorf("seal list: %w", err)
	}
	out := make([]byte, 0, len(listMagic)+4+len(h)+ed25519.SignatureSize+len(sealed))
	out = append(out, listMagic...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(h)))
	out = append(out, h...)
	out = append(out, ed25519.Sign(publishing, append([]byte(listContext), h...))...)
	return append(out, sealed...), nil
}

// OpenList verifies a list that came under a name and opens it. It returns
// [shift.ErrUntrusted] for anything that the publishing key did not sign.
func OpenList(fleet *FleetKey, publishing ed25519.PublicKey, name string, b []byte) (shift.ListFile, error) {
	untrusted := func(why string) (shift.ListFile, error) {
		return shift.ListFile{}, fmt.Errorf("%s: %w", why, shift.ErrUntrusted)
	}
	h, sig, sealed, ok := splitList(b)
	if !ok {
		return untrusted("not a list's form")
	}
	if !ed25519.Verify(publishing, append([]byte(listContext), h...), sig) {
		return untrusted("signature")
	}
	var head listHead
	if json.Unmarshal(h, &head) != nil || head.Version < 1 {
		return untrusted("head")
	}
	if head.Name != name {
		return untrusted("signed for another list")
	}
	if digest := sha256.Sum256(sealed); !bytes.Equal(digest[:], head.Digest) {
		return untrusted("content changed after signing")
	}
	data, err := fleet.list.Open(nil, nil, sealed, nil)
	if err != nil {
		return untrusted("sealed with another fleet's key")
	}
	l := shift.ListFile{Name: name, Version: head.Version, Made: head.Made, Withdrawn: head.Withdrawn}
	if !l.Withdrawn {
		l.Data = data
	}
	return l, nil
}

func splitList(b []byte) (head, sig, sealed []byte, ok bool) {
	b, ok = cutMagic(b, listMagic)
	if !ok || len(b) < 4 {
		return nil, nil, nil, false
	}
	n := binary.BigEndian.Uint32(b)
	if b = b[4:]; n > maxListHead || len(b) < int(n)+ed25519.SignatureSize {
		return nil, nil, nil, false
	}
	return b[:n], b[n : n+ed25519.SignatureSize], b[n+ed25519.SignatureSize:], true
}
