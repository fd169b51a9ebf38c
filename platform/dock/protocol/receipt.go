package protocol

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"secondlook/app/shift"
)

// receipt is the form of a receipt, see publication. Its content is not sealed: ids
// and digests say nothing about anybody.
var receipt = publication{"SLR1", "secondlook receipt v1\n"}

// MaxReceipt is the largest receipt, in bytes: one message.
const MaxReceipt = MaxPayload

type receiptHead struct {
	Car     string             `json:"car"`
	Request string             `json:"request"`
	Made    time.Time          `json:"made"`
	Counts  map[shift.Kind]int `json:"counts"`
	Digest  []byte             `json:"digest"` // SHA-256 of the list
}

// ReceiptRequest asks the station which of a car's records it has.
type ReceiptRequest struct {
	Request string      `json:"request"`
	Records []shift.Ref `json:"records"`
}

// NewRequest makes the number of a receipt: 128 random bits.
func NewRequest() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// ReceiptSubject is where a car asks for its receipts.
func ReceiptSubject(car string) string { return "receipt." + car }

// ParseReceiptRequest reads what a car asked under its subject. It returns the car,
// and [ErrName] or [ErrSize] for what cannot be.
func ParseReceiptRequest(subject string, b []byte) (car string, r ReceiptRequest, err error) {
	car, ok := strings.CutPrefix(subject, ReceiptSubject(""))
	if !ok || CheckName(car) != nil {
		return "", r, fmt.Errorf("subject: %w", ErrName)
	}
	if json.Unmarshal(b, &r) != nil {
		return car, r, fmt.Errorf("request for a receipt: %w", ErrName)
	}
	return car, r, r.check()
}

func (r ReceiptRequest) check() error {
	if err := CheckName(r.Request); err != nil {
		return fmt.Errorf("request for a receipt: %w", err)
	}
	if len(r.Records) > shift.MaxReceipt {
		return fmt.Errorf("a receipt for %d records, at most %d: %w", len(r.Records), shift.MaxReceipt, ErrSize)
	}
	for _, ref := range r.Records {
		if !slices.Contains(Kinds, ref.Kind) || CheckName(ref.ID) != nil {
			return fmt.Errorf("request for a receipt: %w", ErrName)
		}
	}
	return nil
}

// CheckRecord verifies that the car signed a record, its certificate good at the time
// at, without opening it, and returns the digest that it signed: of the sealed body in
// its place. It returns another error than nil for one that was cut, changed or moved.
// Where the record came in pieces it says nothing of them, see [CheckPiece]; the digest
// is of its head then, which names the pieces of one body.
func CheckRecord(ca *x509.Certificate, ref shift.Ref, car string, at time.Time, sealed []byte) (digest []byte, err error) {
	context := recordContext(ref.Kind, car, ref.ID)
	if HeadOf(sealed).Pieces > 0 {
		context = headContext(RecordSubject(ref.Kind, car, ref.ID))
	}
	_, digest, err = verify(ca, car, context, at, sealed)
	return digest, err
}

// SignedWith is the serial number of the certificate that a record shows, whether or not
// it is good; nil where it shows none.
func SignedWith(sealed []byte) *big.Int {
	raw, _, _, ok := splitSigned(sealed)
	if !ok {
		return nil
	}
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil
	}
	return leaf.SerialNumber
}

// SealReceipt signs a car's receipt with the publishing key.
func SealReceipt(publishing ed25519.PrivateKey, car string, r shift.Receipt) ([]byte, error) {
	list, err := json.Marshal(r.Records)
	if err != nil {
		return nil, fmt.Errorf("encode receipt: %w", err)
	}
	head := receiptHead{Car: car, Request: r.Request, Made: r.Made.UTC(), Counts: map[shift.Kind]int{}, Digest: listDigest(list)}
	for _, have := range r.Records {
		head.Counts[have.Kind]++
	}
	return receipt.sign(publishing, head, list)
}

// OpenReceipt verifies a receipt that this car asked for under a number. It returns
// [shift.ErrReceipt] for one that the publishing key did not sign, for another car's,
// and for the answer to another request, as one that is replayed.
func OpenReceipt(publishing ed25519.PublicKey, car, request string, b []byte) (shift.Receipt, error) {
	refused := func(why string) (shift.Receipt, error) {
		return shift.Receipt{}, fmt.Errorf("%s: %w", why, shift.ErrReceipt)
	}
	if len(b) > MaxReceipt {
		return refused("too large")
	}
	var head receiptHead
	list, err := receipt.verify(publishing, b, &head)
	switch {
	case err != nil:
		return refused("not signed by the station")
	case head.Car != car:
		return refused("another car's")
	case head.Request != request:
		return refused("the answer to another request")
	case !bytes.Equal(listDigest(list), head.Digest):
		return refused("changed after signing")
	}
	r := shift.Receipt{Request: request, Made: head.Made, Digest: head.Digest, Proof: b[:len(b)-len(list)]}
	if json.Unmarshal(list, &r.Records) != nil || len(r.Records) > shift.MaxReceipt {
		return refused("not a list of records")
	}
	return r, nil
}

// ReceiptOf says which request a receipt answers, before anything of it is verified.
func ReceiptOf(b []byte) (request string, err error) {
	head, _, _, ok := receipt.split(b)
	var h receiptHead
	if !ok || json.Unmarshal(head, &h) != nil || CheckName(h.Request) != nil {
		return "", fmt.Errorf("not in its form: %w", shift.ErrReceipt)
	}
	return h.Request, nil
}

func listDigest(list []byte) []byte {
	sum := sha256.Sum256(list)
	return sum[:]
}
