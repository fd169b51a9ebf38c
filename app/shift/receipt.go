package shift

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"secondlook/app/audit"
)

// ErrReceipt is returned for a receipt that is not the station's, not this car's, not
// for what was asked about, or that was taken before.
var ErrReceipt = errors.New("this is not the station's receipt for these records")

// MaxReceipt is how many records one receipt covers at most: so many, with the longest
// ids, fit one message of the station's.
const MaxReceipt = 5_000

// Ref names a record at the station.
type Ref struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
}

// Received is a record as the station has it.
type Received struct {
	Ref
	// Digest is the SHA-256 of the record as it was sealed and signed in the car.
	Digest []byte `json:"digest"`
}

// Acknowledged is a record of which the station signed a receipt.
type Acknowledged struct {
	Ref
	// Held is set for a hit that travelled as one on legal hold: it stays in the car.
	Held  bool
	Event audit.Event
}

// Receipt is the station's word for what of a car's records it has on disk, in the
// order in which the car named them. A car erases nothing without it.
type Receipt struct {
	// Request is the car's number for the receipt; no two have the same.
	Request string
	Made    time.Time
	Records []Received
	// Digest is the SHA-256 of the list of the records, Proof what the station signed:
	// the car's name, request, time, counts and that digest, with the signature.
	Digest, Proof []byte
}

// Within returns [ErrReceipt] unless what the receipt names was asked about, in that
// order and nothing twice.
func (r Receipt) Within(asked []Ref) error {
	for _, have := range r.Records {
		for len(asked) > 0 && asked[0] != have.Ref {
			asked = asked[1:]
		}
		if len(asked) == 0 {
			return fmt.Errorf("record %s was not asked about, or not in this order: %w", have.ID, ErrReceipt)
		}
		asked = asked[1:]
	}
	return nil
}

// Refs are the records that the receipt names.
func (r Receipt) Refs() []Ref {
	refs := make([]Ref, len(r.Records))
	for i, have := range r.Records {
		refs[i] = have.Ref
	}
	return refs
}

// Order is a digest of records in their order, in hexadecimal.
func Order(refs []Ref) string {
	h := sha256.New()
	for _, r := range refs {
		fmt.Fprintf(h, "%s.%s\n", r.Kind, r.ID)
	}
	return hex.EncodeToString(h.Sum(nil))
}
