package protocol

import (
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"secondlook/app/access"
)

// roster is the form of a roster, see publication.
var roster = publication{"SLP1", "secondlook roster v1\n"}

type rosterHead struct {
	Version int       `json:"version"`
	Made    time.Time `json:"made"`
	Digest  []byte    `json:"digest"` // SHA-256
	// Packed is set where the content was compressed before it was sealed; rosters
	// from before were not.
	Packed bool `json:"packed,omitempty"`
}

// MaxRoster is the largest sealed roster, in bytes: one message of the station's.
const MaxRoster = MaxPayload - 8<<10

// SealRoster seals a roster with the fleet key and signs it with the publishing key.
// It returns [ErrSize], or the roster's own fault, which names the row.
func SealRoster(fleet *FleetKey, publishing ed25519.PrivateKey, r access.Roster) ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	plain, err := json.Marshal(r.People)
	if err != nil {
		return nil, fmt.Errorf("encode roster: %w", err)
	}
	// [access.MaxListed] people are too much for one message otherwise.
	packed, err := pack(plain)
	if err != nil {
		return nil, fmt.Errorf("encode roster: %w", err)
	}
	sealed, digest := sealContent(fleet.roster, packed)
	signed, err := roster.sign(publishing, rosterHead{Version: r.Version, Made: r.Made.UTC(), Digest: digest, Packed: true}, sealed)
	if err == nil && len(signed) > MaxRoster {
		err = fmt.Errorf("roster of %d bytes, at most %d: %w", len(signed), MaxRoster, ErrSize)
	}
	return signed, err
}

// OpenRoster verifies a roster and opens it. It returns [shift.ErrUntrusted] for
// anything that the publishing key did not sign.
func OpenRoster(fleet *FleetKey, publishing ed25519.PublicKey, b []byte) (access.Roster, error) {
	var head rosterHead
	sealed, err := roster.verify(publishing, b, &head)
	if err != nil {
		return access.Roster{}, err
	}
	if head.Version < 1 {
		return access.Roster{}, untrusted("head")
	}
	plain, err := openContent(fleet.roster, head.Digest, sealed)
	if err != nil {
		return access.Roster{}, err
	}
	if head.Packed {
		if plain, err = unpack(plain); err != nil {
			return access.Roster{}, untrusted("not a roster")
		}
	}
	r := access.Roster{Version: head.Version, Made: head.Made}
	if json.Unmarshal(plain, &r.People) != nil || r.Validate() != nil {
		// Their errors may quote a name.
		return access.Roster{}, untrusted("not a roster")
	}
	return r, nil
}

func pack(plain []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(plain)
	err = errors.Join(err, z.Close())
	return b.Bytes(), err
}

// maxPlainRoster bounds what a roster unpacks to, in bytes.
const maxPlainRoster = 32 << 20

func unpack(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, maxPlainRoster))
}
