package protocol

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/entry"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/shift"
)

// maxField is the longest text of an entry, in bytes; an officer's descriptors
// are the longest and have a few lines.
const maxField = 4 << 10

// StationAuthor is what stands in a car's place where the station decided on an entry.
// No car can have this name, see [CheckName].
const StationAuthor = "=station"

// decision is the form of what the station decided on an entry, see publication.
var decision = publication{"SLE1", "secondlook decision v1\n"}

type decisionHead struct {
	ID     string `json:"id"`
	Digest []byte `json:"digest"` // SHA-256
}

// SealDecision signs an entry that a supervisor decided on at the station with the
// publishing key, and seals it with the fleet key.
func SealDecision(fleet *FleetKey, publishing ed25519.PrivateKey, e entry.Entry) ([]byte, error) {
	if err := checkEntry(e); err != nil {
		return nil, fmt.Errorf("entry: %w", err)
	}
	plain, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode entry: %w", err)
	}
	sealed, digest := sealContent(fleet.entry, plain)
	signed, err := decision.sign(publishing, decisionHead{e.ID, digest}, sealed)
	if err == nil && len(signed) > MaxEntry {
		err = fmt.Errorf("entry of %d bytes, at most %d: %w", len(signed), MaxEntry, ErrSize)
	}
	return signed, err
}

// OpenDecision opens what came under an entry's name as the station's decision. It
// returns [shift.ErrUntrusted] unless the station signed it for that entry.
func OpenDecision(fleet *FleetKey, publishing ed25519.PublicKey, id string, b []byte) (entry.Entry, error) {
	var head decisionHead
	sealed, err := decision.verify(publishing, b, &head)
	if err != nil {
		return entry.Entry{}, err
	}
	plain, err := openContent(fleet.entry, head.Digest, sealed)
	if err != nil {
		return entry.Entry{}, err
	}
	var e entry.Entry
	if json.Unmarshal(plain, &e) != nil || head.ID != id || e.ID != id || e.State == entry.Proposed || checkEntry(e) != nil {
		return entry.Entry{}, untrusted("not a decision on this entry")
	}
	return e, nil
}

// SealEntry signs an entry as the car's and seals it with the fleet key.
// The signature is inside the sealing, so that a relay learns nothing of it.
func SealEntry(fleet *FleetKey, by *Signer, e entry.Entry) ([]byte, error) {
	if err := checkEntry(e); err != nil {
		return nil, fmt.Errorf("entry: %w", err)
	}
	plain, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode entry: %w", err)
	}
	context := entryContext(by.car, e.ID)
	signed, _, err := by.sign(context, plain)
	if err != nil {
		return nil, err
	}
	sealed := fleet.entry.Seal(nil, nil, signed, []byte(context))
	if len(sealed) > MaxEntry {
		return nil, fmt.Errorf("entry of %d bytes, at most %d: %w", len(sealed), MaxEntry, ErrSize)
	}
	return sealed, nil
}

// OpenEntry opens an entry that came under a car's and an entry's name. It
// returns [shift.ErrUntrusted] unless the car signed it, its certificate good at
// the time at, and the entry is whole: decided by who may, or proposed.
func OpenEntry(fleet *FleetKey, ca *x509.Certificate, car, id string, at time.Time, b []byte) (entry.Entry, error) {
	untrusted := func(err error) (entry.Entry, error) {
		return entry.Entry{}, fmt.Errorf("%w: %w", shift.ErrUntrusted, err)
	}
	if len(b) > MaxEntry {
		return untrusted(ErrSize)
	}
	context := entryContext(car, id)
	signed, err := fleet.entry.Open(nil, nil, b, []byte(context))
	if err != nil {
		return untrusted(errors.New("sealed with another fleet's key, or changed"))
	}
	plain, _, err := verify(ca, car, context, at, signed)
	if err != nil {
		return untrusted(err)
	}
	var e entry.Entry
	if err := json.Unmarshal(plain, &e); err != nil {
		// The decoder's error may quote a plate or a name.
		return untrusted(errors.New("not an entry"))
	}
	if e.ID != id {
		return untrusted(errors.New("signed for another entry"))
	}
	if err := checkEntry(e); err != nil {
		return untrusted(err)
	}
	return e, nil
}

// checkEntry holds the rules that need no policy pack: the pack's own are
// checked again where the entry is put in force.
func checkEntry(e entry.Entry) error {
	if err := CheckName(e.ID); err != nil {
		return fmt.Errorf("id: %w", err)
	}
	if !slices.Contains([]entry.State{entry.Proposed, entry.Approved, entry.Refused, entry.Withdrawn, entry.Expired}, e.State) {
		return errors.New("no state of an entry")
	}
	if e.State == entry.Proposed && e.Decider != nil {
		return errors.New("decided and proposed at a time")
	}
	if t, err := plate.Parse(string(e.Plate)); err != nil || t != e.Plate {
		return plate.ErrNotPlate
	}
	if e.Revision < 1 {
		return errors.New("no revision")
	}
	if e.Expires.IsZero() {
		return errors.New("no expiry")
	}
	if e.Distribution != policy.Internal && e.Distribution != policy.Shared {
		return errors.New("no distribution")
	}
	if e.State == entry.Approved || e.State == entry.Refused {
		switch {
		case e.Decider == nil || !e.Decider.May(access.ActApproveEntry):
			return errors.New("not decided by a supervisor")
		case e.Decider.ID == e.Author.ID:
			return entry.ErrOwnEntry
		}
	}
	for _, f := range []struct{ name, text string }{
		{"category", e.Category}, {"reason", e.Reason}, {"author", e.Author.ID},
	} {
		if strings.TrimSpace(f.text) == "" {
			return fmt.Errorf("%s: %w", f.name, entry.ErrIncomplete)
		}
	}
	return checkLengths(e)
}

func checkLengths(e entry.Entry) error {
	texts := []string{
		e.Category, e.Reason, e.FileNumber, e.Descriptors, e.Make, e.Model, e.Colour, e.Service,
		e.Decision, string(e.Jurisdiction), e.Author.ID, string(e.Author.Name), string(e.Author.Badge),
	}
	if e.Decider != nil {
		texts = append(texts, e.Decider.ID, string(e.Decider.Name), string(e.Decider.Badge))
	}
	for _, t := range texts {
		if len(t) > maxField {
			return fmt.Errorf("a text of %d bytes, at most %d: %w", len(t), maxField, ErrSize)
		}
	}
	return nil
}

func entryContext(car, id string) string {
	return "secondlook entry v1\n" + EntrySubject(car, id)
}
