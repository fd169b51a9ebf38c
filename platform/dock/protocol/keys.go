package protocol

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
)

// FleetKey seals what a station distributes to its cars, so that the station's
// disk and every relay hold nothing plain. It proves nothing about who sealed:
// signatures do.
type FleetKey struct {
	list, delta, entry, roster, policy cipher.AEAD
	upload                             []byte // for HMAC, see [Upload]
}

// FleetKeySize is the size of a fleet key, in bytes.
const FleetKeySize = 32

// NewFleetKey returns [ErrKey] unless raw is [FleetKeySize] bytes that are not all zero.
func NewFleetKey(raw []byte) (*FleetKey, error) {
	if len(raw) != FleetKeySize || bytes.Equal(raw, make([]byte, FleetKeySize)) {
		return nil, ErrKey
	}
	k := &FleetKey{}
	var err error
	if k.upload, err = hkdf.Key(sha256.New, raw, nil, "secondlook fleet upload v1", sha256.Size); err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	for _, use := range []struct {
		name string
		key  *cipher.AEAD
	}{{"list", &k.list}, {"delta", &k.delta}, {"entry", &k.entry}, {"roster", &k.roster}, {"policy", &k.policy}} {
		if *use.key, err = derive(raw, "secondlook fleet "+use.name+" v1"); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// derive gives each use a key of its own. Nonces are random, 96 bits: a fleet
// seals far fewer than the 2^32 messages for which that is safe.
func derive(raw []byte, label string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, raw, nil, label, 32)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// NewFleetKeyBytes makes the bytes of a new fleet key.
func NewFleetKeyBytes() []byte {
	raw := make([]byte, FleetKeySize)
	rand.Read(raw) // never fails: it ends the program where the system has no randomness
	return raw
}

// recordsPEM is the type of the block in a records key's file.
const recordsPEM = "SECONDLOOK RECORDS PRIVATE KEY"

func kem() hpke.KEM { return hpke.DHKEM(ecdh.P256()) }

// NewRecordsKey makes the key pair of a service's records. private is the
// content of its key file; whoever has it can read every record.
func NewRecordsKey() (private []byte, public []byte, err error) {
	key, err := kem().GenerateKey()
	if err != nil {
		return nil, nil, fmt.Errorf("make records key: %w", err)
	}
	raw, err := key.Bytes()
	if err != nil {
		return nil, nil, fmt.Errorf("make records key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: recordsPEM, Bytes: raw}), key.PublicKey().Bytes(), nil
}

// ParseRecordsKey reads the content of a records key's file, or returns [ErrKey].
func ParseRecordsKey(file []byte) (hpke.PrivateKey, error) {
	block, _ := pem.Decode(file)
	if block == nil || block.Type != recordsPEM {
		return nil, fmt.Errorf("records key: %w", ErrKey)
	}
	key, err := kem().NewPrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("records key: %w", ErrKey)
	}
	return key, nil
}

// ParseRecordsPublic reads the public half, or returns [ErrKey].
func ParseRecordsPublic(raw []byte) (hpke.PublicKey, error) {
	key, err := kem().NewPublicKey(raw)
	if err != nil {
		return nil, ErrKey
	}
	return key, nil
}
