package protocol

import (
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

// SealEntry signs a decided entry as the car's and seals it with the fleet key.
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
	signed, err := by.sign(context, plain)
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
// the time at, and the entry is a decided one.
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
	plain, err := verify(ca, car, context, at, signed)
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
	if !slices.Contains([]entry.State{entry.Approved, entry.Refused, entry.Withdrawn, entry.Expired}, e.State) {
		return errors.New("not decided")
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
