package store

import (
	"crypto/cipher"
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
	// slotPerson is the kind of slot that a person's secret opens.
	slotPerson = 1
	// maxOfficerID bounds an officer's id inside a slot, in bytes.
	maxOfficerID = 128
)

// errWrongSecret is returned by slot.open; callers make it access.ErrBadSignIn.
var errWrongSecret = errors.New("wrong secret")

// slot is the file key wrapped by one person's secret. In the file:
//
//	kind byte | rounds uint32 | salt [32]byte | wrapped file key and officer id
type slot struct {
	rounds  uint32
	salt    [saltSize]byte
	wrapped []byte
}

// encode gives the slot as it stands in the file.
func (s slot) encode() []byte {
	b := append([]byte{slotPerson}, uint32Bytes(s.rounds)...)
	b = append(b, s.salt[:]...)
	return append(b, s.wrapped...)
}

// decodeSlot reads a slot. It returns [ErrDamaged] for one that cannot be.
func decodeSlot(b []byte) (slot, error) {
	const header = 1 + 4 + saltSize
	if len(b) < header || b[0] != slotPerson {
		return slot{}, fmt.Errorf("key slot: %w", ErrDamaged)
	}
	s := slot{rounds: binary.BigEndian.Uint32(b[1:])}
	if s.rounds < 1 || s.rounds > maxRounds {
		return slot{}, fmt.Errorf("key slot's rounds: %w", ErrDamaged)
	}
	copy(s.salt[:], b[5:])
	s.wrapped = append([]byte(nil), b[header:]...)
	return s, nil
}

// newSlot wraps the file key for one person.
func newSlot(id []byte, secret string, rounds uint32, file []byte, officer string) (slot, error) {
	s := slot{rounds: rounds}
	copy(s.salt[:], randomBytes(saltSize))
	a, err := s.wrapper(secret)
	if err != nil {
		return slot{}, err
	}
	plain := append(append([]byte(nil), file...), officer...)
	defer clear(plain)
	s.wrapped = seal(a, bucketSlots, id, plain)
	return s, nil
}

// open unwraps the file key and the officer's id. It returns errWrongSecret
// where the secret, or the slot, is not right: the two cannot be told apart.
func (s slot) open(id []byte, secret string) (file []byte, officer string, err error) {
	a, err := s.wrapper(secret)
	if err != nil {
		return nil, "", err
	}
	plain, err := unseal(a, bucketSlots, id, s.wrapped)
	if err != nil || len(plain) < keySize {
		return nil, "", errWrongSecret
	}
	return plain[:keySize:keySize], string(plain[keySize:]), nil
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
		st.rounds = binary.BigEndian.Uint32(rounds)
		if st.rounds < 1 || st.rounds > maxRounds {
			return fmt.Errorf("terminal's rounds: %w", ErrDamaged)
		}
		return nil
	})
	return st, err
}

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
