// Package disclosure is the log of personal information that left the service: to
// whom, on what authority, under which conditions (IPC, Disclosure; FL 6c). The log
// only grows: what was written wrong is corrected by a new record that names the
// old one.
package disclosure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/plate"
	"secondlook/app/policy"
)

var (
	// ErrIncomplete is returned for a field that the policy asks for and that is
	// empty; the error names the field in the policy's word.
	ErrIncomplete = errors.New("is needed before a disclosure is recorded")
	// ErrAuthority is returned for a legal ground that the policy does not list.
	ErrAuthority = errors.New("this legal ground is not one of the policy's")
	// ErrTime is returned for a disclosure in the future, and for one that was made
	// before the information was collected.
	ErrTime = errors.New("the times of the disclosure do not fit together")
	// ErrCorrects is returned for a correction of a record that is not in the log.
	ErrCorrects = errors.New("the record that this one corrects is not in the log")
	// ErrExists is returned for a second record under an id: the log only grows.
	ErrExists = errors.New("the disclosure log only grows")
)

// AfterUse is what the recipient does with the information after use.
type AfterUse string

const (
	Returned  AfterUse = "returned"
	Destroyed AfterUse = "destroyed"
	// Kept is for a recipient who has to keep it, as a court does.
	Kept AfterUse = "kept"
)

// AfterUses are the answers in the order in which they are shown.
var AfterUses = []AfterUse{Returned, Destroyed, Kept}

// Record is one disclosure. The numbered fields are those that the IPC's guidance
// lists, in its order (Disclosure).
type Record struct {
	// ID is random; it sorts by the time at which the record was made.
	ID string
	// Made is when the record was made and By who made it; Disclosed is when the
	// information went out.
	Made, Disclosed time.Time
	By              access.Officer

	// 1: Authority is a code of the policy, Circumstances what justifies the
	// disclosure, Agreement the information sharing agreement, empty for none.
	Authority, Circumstances, Agreement string
	// 2: who authorised it.
	AuthorisedBy    access.Name
	AuthorisedBadge access.Badge
	// 3: the original collection; until is zero where it was one moment.
	Collected, CollectedUntil time.Time
	Place                     string
	// 4: Linked are linked or appended records; it says so where there are none.
	Linked string
	// 5: the third party and its official, and the two file numbers, empty for none.
	Recipient, RecipientName, RecipientTitle string
	OurFile, TheirFile                       string
	// 6: the plates, the categories of hotlist they came from, and a description.
	Plates      []plate.Text
	Categories  []string
	Information string
	// 7: Means is how it was sent.
	Means string
	// 8: Conditions restrict the recipient's use and disclosure.
	Conditions string
	// 9: AfterUse is what becomes of it.
	AfterUse AfterUse

	// Corrects is the id of an earlier record that this one takes the place of;
	// Why says what was wrong with it.
	Corrects, Why string
	// Delivered is when the station acknowledged the record; zero before.
	Delivered time.Time
}

// Format prints the id for every verb: the rest is personal.
func (r Record) Format(f fmt.State, _ rune) { io.WriteString(f, "[disclosure "+r.ID+"]") }

// LogValue is what slog records of a disclosure.
func (r Record) LogValue() slog.Value { return slog.StringValue(r.ID) }

// Missing returns the policy's words of the required fields that are empty, in the
// guidance's order.
func (r Record) Missing(p policy.Disclosure) (fields []string) {
	filled := map[string]bool{
		"legal-authority": said(r.Authority, r.Circumstances),
		"authorised-by":   said(string(r.AuthorisedBy), string(r.AuthorisedBadge)),
		"collection":      !r.Collected.IsZero() && said(r.Place),
		"linked-records":  said(r.Linked),
		"recipient":       said(r.Recipient, r.RecipientName, r.RecipientTitle),
		"information":     len(r.Plates) > 0 && len(r.Categories) > 0 && said(r.Information),
		"means":           said(r.Means),
		"conditions":      said(r.Conditions),
		"after-use":       slices.Contains(AfterUses, r.AfterUse),
	}
	for _, f := range policy.DisclosureFields {
		if p.Needs(f) && !filled[f] {
			fields = append(fields, f)
		}
	}
	return fields
}

// said reports whether every text says something.
func said(texts ...string) bool {
	return !slices.ContainsFunc(texts, func(s string) bool { return strings.TrimSpace(s) == "" })
}

// Validate checks a record against the policy at the time now. It returns
// [ErrIncomplete], [ErrAuthority], [ErrTime] or [plate.ErrNotPlate].
func (r Record) Validate(p policy.Disclosure, now time.Time) error {
	if missing := r.Missing(p); len(missing) > 0 {
		return fmt.Errorf("%s %w", missing[0], ErrIncomplete)
	}
	if policy.CheckCode(p.Authorities, r.Authority) != nil {
		return ErrAuthority
	}
	if r.Corrects != "" && !said(r.Why) {
		return fmt.Errorf("reason of the correction %w", ErrIncomplete)
	}
	if r.AfterUse != "" && !slices.Contains(AfterUses, r.AfterUse) {
		return fmt.Errorf("after-use %w", ErrIncomplete)
	}
	for _, t := range r.Plates {
		if err := t.Check(); err != nil {
			return err
		}
	}
	last := r.Collected
	if r.CollectedUntil.After(last) {
		last = r.CollectedUntil
	}
	if r.Disclosed.IsZero() || r.Disclosed.After(now) || last.After(r.Disclosed) ||
		!r.CollectedUntil.IsZero() && r.CollectedUntil.Before(r.Collected) {
		return ErrTime
	}
	return nil
}

// Of returns the records that disclosed a plate, those left out that a later one
// corrected.
func Of(log []Record, text plate.Text) (found []Record) {
	corrected := Corrected(log)
	for _, r := range log {
		if slices.Contains(r.Plates, text) && corrected[r.ID] == "" {
			found = append(found, r)
		}
	}
	return found
}

// Corrected says which records were corrected, and by which.
func Corrected(log []Record) map[string]string {
	by := map[string]string{}
	for _, r := range log {
		if r.Corrects != "" {
			by[r.Corrects] = r.ID
		}
	}
	return by
}

// Store keeps the log, sealed. Package store satisfies it. Every change comes with
// its audit event and is durable when the method returns.
type Store interface {
	// AddDisclosure adds a record. It returns [ErrExists] for an id that is taken,
	// and [ErrCorrects].
	AddDisclosure(ctx context.Context, r Record, e audit.Event) error
	// Disclosures returns the log, oldest first.
	Disclosures(ctx context.Context) ([]Record, error)
}
