package protocol

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"secondlook/app/shift"
)

// policyPack is the form of a policy pack, see publication. The pack comes with the
// signature of who answers for it, which may be another's than the station's: to put
// a policy in force on a car takes both.
var policyPack = publication{"SLK1", "secondlook policy pack v1\n"}

type packHead struct {
	Version int       `json:"version"`
	Made    time.Time `json:"made"`
	Digest  []byte    `json:"digest"` // SHA-256
}

type packContent struct {
	Pack      []byte `json:"pack"`
	Signature []byte `json:"signature"`
}

// MaxPack is the largest sealed policy pack, in bytes: one message of the station's.
const MaxPack = MaxPayload - 8<<10

// SealPack seals a policy pack with the fleet key and signs it with the publishing
// key. It returns [ErrSize] for one that is too large.
func SealPack(fleet *FleetKey, publishing ed25519.PrivateKey, p shift.PackFile) ([]byte, error) {
	if len(p.Pack) == 0 || len(p.Signature) == 0 {
		return nil, errors.New("a policy pack travels with its signature")
	}
	plain, err := json.Marshal(packContent{p.Pack, p.Signature})
	if err != nil {
		return nil, fmt.Errorf("encode policy pack: %w", err)
	}
	sealed, digest := sealContent(fleet.policy, plain)
	signed, err := policyPack.sign(publishing, packHead{Version: p.Version, Made: p.Made.UTC(), Digest: digest}, sealed)
	if err == nil && len(signed) > MaxPack {
		err = fmt.Errorf("policy pack of %d bytes, at most %d: %w", len(signed), MaxPack, ErrSize)
	}
	return signed, err
}

// OpenPack verifies that the station published a policy pack, and opens it. It returns
// [shift.ErrUntrusted] for anything that the publishing key did not sign. The pack's
// own signature is left to whoever knows whom to trust.
func OpenPack(fleet *FleetKey, publishing ed25519.PublicKey, b []byte) (shift.PackFile, error) {
	var head packHead
	sealed, err := policyPack.verify(publishing, b, &head)
	if err != nil {
		return shift.PackFile{}, err
	}
	if head.Version < 1 {
		return shift.PackFile{}, untrusted("head")
	}
	plain, err := openContent(fleet.policy, head.Digest, sealed)
	if err != nil {
		return shift.PackFile{}, err
	}
	var content packContent
	if json.Unmarshal(plain, &content) != nil || len(content.Pack) == 0 || len(content.Signature) == 0 {
		return shift.PackFile{}, untrusted("not a policy pack")
	}
	return shift.PackFile{Version: head.Version, Made: head.Made, Pack: content.Pack, Signature: content.Signature}, nil
}
