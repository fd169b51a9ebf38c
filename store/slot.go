package store

import (
	"bytes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
)

const (
	// DefaultRounds are PBKDF2-HMAC-SHA256's rounds (OWASP, 2023: 600,000).
	DefaultRounds = 600_000
	// maxRounds bounds what is read from a file, so that a changed number cannot
	// hold the sign-in up for hours.
	maxRounds = 10_000_000
	saltSize  = 32
	// slotSecret is the kind of slot of earlier files: the secret wraps the file key.
	slotSecret = 1
	// slotPair is the kind that is written: the secret wraps a private key, to which
	// the file key is sealed.
	slotPair = 2
	// maxOfficerID bounds an owner's id inside a slot, in bytes.
	maxOfficerID = 128
)

// HPKE over P-256, see [RFC 9180]: the encapsulated key is a point of 65 bytes, the
// private key a number of 32.
//
// [RFC 9180]: https://www.rfc-editor.org/rfc/rfc9180.html
const (
	pointSize   = 65
	privateSize = 32
	sealedSize  = pointSize + keySize + 16
)

func kem() hpke.KEM { return hpke.DHKEM(ecdh.P256()) }

// sealTo seals bytes to a public key, for one use of it.
func sealTo(public hpke.PublicKey, use string, plain []byte) ([]byte, error) {
	return hpke.Seal(public, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte("secondlook store "+use), plain)
}

// openWith undoes sealTo.
func openWith(private hpke.PrivateKey, use string, sealed []byte) ([]byte, error) {
	return hpke.Open(private, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte("secondlook store "+use), sealed)
}

// errWrongSecret is returned by slot.open; callers make it access.ErrBadSignIn.
var errWrongSecret = errors.New("wrong secret")

// slot is one way to the file key. A secret, stretched, wraps a private key and the
// owner's id; the file key is sealed to its public key. Whoever has that public key
// can give the slot another file key without the secret, as re-keying does: it takes
// the public key from the owner's sealed record, since the slot lies in the clear.
// In the file:
//
//	kind byte | rounds uint32 | salt [32]byte | sealed file key [113]byte | wrapped private key and owner
//
// In a slot of kind slotSecret the file key itself is wrapped, and there is no
// sealed one.
type slot struct {
	kind    byte
	rounds  uint32
	salt    [saltSize]byte
	sealed  []byte
	wrapped []byte
}

// encode gives the slot as it stands in the file.
func (s slot) encode() []byte {
	b := append([]byte{s.kind}, uint32Bytes(s.rounds)...)
	b = append(b, s.salt[:]...)
	b = append(b, s.sealed...)
	return append(b, s.wrapped...)
}

// decodeSlot reads a slot. It returns [ErrDamaged] for one that cannot be.
func decodeSlot(b []byte) (slot, error) {
	const header = 1 + 4 + saltSize
	if len(b) < header {
		return slot{}, damaged("key slot")
	}
	s := slot{kind: b[0], rounds: binary.BigEndian.Uint32(b[1:])}
	if s.rounds < 1 || s.rounds > maxRounds {
		return slot{}, damaged("key slot's rounds")
	}
	copy(s.salt[:], b[5:])
	rest := bytes.Clone(b[header:])
	switch {
	case s.kind == slotSecret:
		s.wrapped = rest
	case s.kind == slotPair && len(rest) >= sealedSize:
		s.sealed, s.wrapped = rest[:sealedSize:sealedSize], rest[sealedSize:]
	default:
		return slot{}, damaged("key slot")
	}
	return s, nil
}

// newSlot makes a key pair and its slot. public is for the owner's sealed record.
func newSlot(id []byte, secret string, rounds uint32, file []byte, owner string) (s slot, public []byte, err error) {
	if len(owner) > maxOfficerID {
		return slot{}, nil, fmt.Errorf("officer's id is longer than %d bytes", maxOfficerID)
	}
	private, err := kem().GenerateKey()
	if err != nil {
		return slot{}, nil, fmt.Errorf("make a slot's keys: %w", err)
	}
	raw, err := private.Bytes()
	if err != nil {
		return slot{}, nil, fmt.Errorf("make a slot's keys: %w", err)
	}
	defer clear(raw)
	s = slot{kind: slotPair, rounds: rounds}
	copy(s.salt[:], randomBytes(saltSize))
	a, err := s.wrapper(secret)
	if err != nil {
		return slot{}, nil, err
	}
	plain := append(bytes.Clone(raw), owner...)
	defer clear(plain)
	s.wrapped = seal(a, bucketSlots, id, plain)
	public = private.PublicKey().Bytes()
	s, err = s.give(id, public, file)
	return s, public, err
}

// give seals a file key to the slot. public is that of the owner's sealed record.
func (s slot) give(id, public, file []byte) (slot, error) {
	key, err := kem().NewPublicKey(public)
	if err != nil {
		return slot{}, damaged("a person's public key")
	}
	s.sealed, err = sealTo(key, slotUse(id), file)
	if err != nil {
		return slot{}, fmt.Errorf("seal the file key: %w", err)
	}
	return s, nil
}

// slotUse binds a sealed file key to its slot.
func slotUse(id []byte) string { return "slot " + string(id) }

// opened is what a secret gets out of a slot.
type opened struct {
	file  []byte
	owner string
	// private is nil in a slot of kind slotSecret.
	private hpke.PrivateKey
}

// public is the public key of the slot's pair, nil where it has none.
func (o opened) public() []byte {
	if o.private == nil {
		return nil
	}
	return o.private.PublicKey().Bytes()
}

// open unwraps the file key and the owner's id. It returns errWrongSecret where the
// secret, or the slot, is not right: the two cannot be told apart.
func (s slot) open(id []byte, secret string) (opened, error) {
	a, err := s.wrapper(secret)
	if err != nil {
		return opened{}, err
	}
	plain, err := unseal(a, bucketSlots, id, s.wrapped)
	if err != nil || len(plain) < keySize {
		return opened{}, errWrongSecret
	}
	if s.kind == slotSecret {
		return opened{file: plain[:keySize:keySize], owner: string(plain[keySize:])}, nil
	}
	defer clear(plain)
	private, err := kem().NewPrivateKey(plain[:privateSize])
	if err != nil {
		return opened{}, errWrongSecret
	}
	file, err := openWith(private, slotUse(id), s.sealed)
	if err != nil || len(file) != keySize {
		return opened{}, errWrongSecret
	}
	return opened{file: file, owner: string(plain[privateSize:]), private: private}, nil
}

// wrapper is the cipher of the slot's wrapping key; that key seals one value only.
func (s slot) wrapper(secret string) (cipher.AEAD, error) {
	key, err := pbkdf2.Key(sha256.New, secret, s.salt[:], int(s.rounds), keySize)
	if err != nil {
		return nil, fmt.Errorf("stretch the secret: %w", err)
	}
	defer clear(key)
	return newAEAD(key)
}

// decoy is a slot that nothing opens, and that costs as much to try.
func decoy(rounds uint32) slot {
	s := slot{kind: slotPair, rounds: rounds, sealed: randomBytes(sealedSize), wrapped: randomBytes(1 + 28 + privateSize + 36)}
	copy(s.salt[:], randomBytes(saltSize))
	s.wrapped[0] = sealVersion
	return s
}

// stretching is what the file says about slot ids and new slots.
type stretching struct {
	salt   []byte
	rounds uint32
}

// stretching reads it from the file.
func (s *Store) stretching() (stretching, error) {
	var st stretching
	err := s.view(func(tx *bolt.Tx) error {
		meta := tx.Bucket([]byte(bucketMeta))
		st.salt = append(st.salt, meta.Get(keySalt)...)
		rounds := meta.Get(keyRounds)
		if len(st.salt) != saltSize || len(rounds) != 4 {
			return fmt.Errorf("terminal's salt: %w", ErrDamaged)
		}
		st.rounds = roundsOf(rounds)
		if st.rounds < 1 || st.rounds > maxRounds {
			return fmt.Errorf("terminal's rounds: %w", ErrDamaged)
		}
		return nil
	})
	return st, err
}

func roundsOf(b []byte) uint32 { return binary.BigEndian.Uint32(b) }

// plainBadge is a badge as it counts: blanks around it and its case do not matter.
func plainBadge(b access.Badge) string { return strings.ToUpper(strings.TrimSpace(string(b))) }

// slotID stands for a badge in the file.
func (st stretching) slotID(b access.Badge) ([]byte, error) {
	id, err := pbkdf2.Key(sha256.New, "badge "+plainBadge(b), st.salt, int(st.rounds), keySize)
	if err != nil {
		return nil, fmt.Errorf("stretch the badge: %w", err)
	}
	return id, nil
}
