// Package entry is manual entries: what an officer proposes by hand, and how a
// supervisor lets it onto the hotlist (IPC, Manual entries and Appendix B).
package entry

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
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/policy"
)

var (
	// ErrIncomplete is returned when a mandatory field is missing; the error names it.
	ErrIncomplete = errors.New("a mandatory field is missing")
	// ErrCategory is returned for a category that may not be entered by hand.
	ErrCategory = errors.New("this category may not be entered by hand")
	// ErrExpiry is returned for an expiry in the past or beyond the category's limit.
	ErrExpiry = errors.New("the expiry is outside the category's limit")
	// ErrDistribution is returned for a distribution that the category forbids.
	ErrDistribution = errors.New("this category may not be distributed that way")
	// ErrEnds is returned for an entry that outlasts the suspension it rests on.
	ErrEnds = errors.New("the entry may not outlast the suspension")
	// ErrOwnEntry is returned when its author tries to approve an entry.
	ErrOwnEntry = errors.New("another supervisor must decide on your own entry")
	// ErrWrongState is returned for a step that the entry's state does not allow.
	ErrWrongState = errors.New("this entry has been decided already")
	// ErrNotFound is returned for an entry that is not in the store.
	ErrNotFound = errors.New("no such entry")
)

// State is where a manual entry is in its life.
type State string

const (
	Proposed  State = "proposed"
	Approved  State = "approved"
	Refused   State = "refused"
	Withdrawn State = "withdrawn"
	Expired   State = "expired"
)

// Entry is one manual entry.
type Entry struct {
	ID           string
	State        State
	Plate        plate.Text
	Jurisdiction plate.Jurisdiction
	Category     string // of the policy pack, one that allows manual entries
	Reason       string
	FileNumber   string // optional
	Expires      time.Time
	// Ends is when that ends which the entry rests on, where its category asks for
	// it: a short-term suspension. The entry lasts no longer.
	Ends         time.Time
	Distribution policy.Distribution
	// Descriptors describe the driver, where the category needs them.
	Descriptors string
	Make, Model string
	Colour      string

	Author   access.Officer
	Service  string // the police service it comes from
	Proposed time.Time
	Decider  *access.Officer
	Decided  time.Time
	// Decision is why it was refused, withdrawn or amended.
	Decision string
	// Amended are the fields that differ from what was first proposed.
	Amended []Field `json:",omitempty"`
	// Replaces is the id of the entry that this one renews, ReplacedBy that of the
	// renewal which took this one's place.
	Replaces   string `json:",omitempty"`
	ReplacedBy string `json:",omitempty"`
	// Revision grows with each change, so that the newest wins everywhere.
	Revision int
	// Foreign is set for an entry that came from another terminal.
	Foreign bool
}

// Format prints the id and the state for every verb: the rest is personal.
func (e Entry) Format(f fmt.State, _ rune) {
	io.WriteString(f, "[manual entry "+e.ID+" "+string(e.State)+"]")
}

// LogValue is what slog records of an entry.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", e.ID), slog.String("state", string(e.State)))
}

// Validate checks an entry against the pack, at the time now.
func (e Entry) Validate(p *policy.Pack, now time.Time) error {
	c, ok := p.Category(e.Category)
	if !ok || !c.Manual {
		return ErrCategory
	}
	if !slices.ContainsFunc(e.Author.Roles, func(r access.Role) bool { return c.AddedBy(string(r)) }) {
		return access.ErrNotAllowed
	}
	for _, f := range []struct{ name, value string }{
		{"plate", string(e.Plate)}, {"reason", e.Reason},
		{"name", string(e.Author.Name)}, {"badge", string(e.Author.Badge)},
	} {
		if strings.TrimSpace(f.value) == "" {
			return fmt.Errorf("%s: %w", f.name, ErrIncomplete)
		}
	}
	if e.Expires.IsZero() {
		return fmt.Errorf("expiry: %w", ErrIncomplete)
	}
	return withinLimits(c, e.terms(), e.Expires, now)
}

// withinLimits holds what a category asks of a manual entry's time, distribution
// and descriptors.
func withinLimits(c policy.Category, t hotlist.Terms, expires, now time.Time) error {
	// The limit counts from the proposal: waiting for approval must not lengthen
	// it, nor a proposal from a clock that runs ahead.
	from := t.Proposed
	if from.IsZero() || from.After(now) {
		from = now
	}
	if !expires.After(now) || expires.After(from.AddDate(0, 0, c.MaxDays)) {
		return fmt.Errorf("at most %d days: %w", c.MaxDays, ErrExpiry)
	}
	switch {
	case c.EndsWith != "" && t.Ends.IsZero():
		return fmt.Errorf("end of the %s: %w", c.EndsWith, ErrIncomplete)
	case c.EndsWith != "" && expires.After(t.Ends):
		return ErrEnds
	}
	if !slices.Contains(c.Distribution, policy.Distribution(t.Distribution)) {
		return ErrDistribution
	}
	if c.Descriptors && strings.TrimSpace(t.Descriptors) == "" {
		return fmt.Errorf("driver's physical descriptors: %w", ErrIncomplete)
	}
	return nil
}

// Admits reports whether the policy lets an entry match at the time now: one of an
// agency's list, if lists may have its category; a manual one, if it is approved
// and keeps to its category's limits. It is asked at each match, so that what a
// form should have refused still matches nothing (IPC, Appendix B).
func Admits(p *policy.Pack, e hotlist.Entry, now time.Time) bool {
	if e.Terms == nil {
		return p.Listed(e.Category)
	}
	c, ok := p.Category(e.Category)
	return ok && c.Manual && e.Terms.Approved && withinLimits(c, *e.Terms, e.Expires, now) == nil
}

// Approve lets the entry onto the hotlist. by must be a supervisor other than
// the author.
func (e *Entry) Approve(by access.Officer, p *policy.Pack, now time.Time) error {
	if err := e.mayDecide(by); err != nil {
		return err
	}
	if err := e.Validate(p, now); err != nil {
		return err
	}
	e.decide(Approved, by, now, "")
	return nil
}

// Refuse keeps it off the hotlist, with a reason.
func (e *Entry) Refuse(by access.Officer, reason string, now time.Time) error {
	if err := e.mayDecide(by); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return fmt.Errorf("reason: %w", ErrIncomplete)
	}
	e.decide(Refused, by, now, reason)
	return nil
}

// Withdraw takes a proposed or approved entry back; its author and supervisors may.
func (e *Entry) Withdraw(by access.Officer, reason string, now time.Time) error {
	if e.State != Proposed && e.State != Approved {
		return ErrWrongState
	}
	if by.ID != e.Author.ID && !by.May(access.ActApproveEntry) {
		return access.ErrNotAllowed
	}
	e.decide(Withdrawn, by, now, reason)
	return nil
}

// Expire ends an entry whose time is over; it reports whether it did.
func (e *Entry) Expire(now time.Time) bool {
	if (e.State != Proposed && e.State != Approved) || now.Before(e.Expires) {
		return false
	}
	e.State, e.Revision = Expired, e.Revision+1
	return true
}

// OnHotlist reports whether the entry matches reads at the time now.
func (e Entry) OnHotlist(now time.Time) bool { return e.State == Approved && now.Before(e.Expires) }

// Listed is the entry as the index sees it.
func (e Entry) Listed() hotlist.Entry {
	terms := e.terms()
	return hotlist.Entry{
		ID: e.ID, Plate: e.Plate, Jurisdiction: e.Jurisdiction, Category: e.Category,
		Source: e.Service, Agency: e.Service, Reference: e.FileNumber, Expires: e.Expires,
		Make: e.Make, Model: e.Model, Colour: e.Colour, Note: e.Descriptors,
		Terms: &terms,
	}
}

func (e Entry) terms() hotlist.Terms {
	approved := e.State == Approved && e.Decider != nil && e.Decider.May(access.ActApproveEntry) && !samePerson(*e.Decider, e.Author)
	return hotlist.Terms{Approved: approved, Proposed: e.Proposed, Ends: e.Ends,
		Distribution: string(e.Distribution), Descriptors: e.Descriptors}
}

func (e *Entry) mayDecide(by access.Officer) error {
	switch {
	case e.State != Proposed:
		return ErrWrongState
	case !by.May(access.ActApproveEntry):
		return access.ErrNotAllowed
	case samePerson(by, e.Author):
		return ErrOwnEntry
	}
	return nil
}

// samePerson goes by the badge too: ids are a terminal's own, and its author may
// be registered on another terminal as well.
func samePerson(a, b access.Officer) bool {
	badge := func(o access.Officer) string { return strings.ToUpper(strings.TrimSpace(string(o.Badge))) }
	return a.ID == b.ID || badge(a) != "" && badge(a) == badge(b)
}

func (e *Entry) decide(s State, by access.Officer, now time.Time, why string) {
	e.State, e.Decider, e.Decided, e.Decision = s, &by, now, why
	e.Revision++
}

// Follows reports whether e takes the place of old, the same entry as another terminal
// or the station has it. Of two decisions on one proposal the one wins that keeps the
// entry off the hotlist, else the later one.
func (e Entry) Follows(old Entry) bool {
	if e.Revision != old.Revision {
		return e.Revision > old.Revision
	}
	if on := e.State == Approved; on != (old.State == Approved) {
		return !on
	}
	return e.Decided.After(old.Decided)
}

// Decides reports whether e is a decision on the proposal old, and no more: of the same
// plate, person and time, and within what was asked for.
func (e Entry) Decides(old Entry) bool {
	return e.ID == old.ID && e.Plate == old.Plate && samePerson(e.Author, old.Author) && e.Proposed.Equal(old.Proposed) &&
		!e.Expires.After(old.Expires) && (e.Distribution == old.Distribution || e.Distribution == policy.Internal)
}

// Store keeps manual entries. Package store satisfies it.
type Store interface {
	// PutEntry adds or replaces an entry.
	PutEntry(ctx context.Context, e Entry, ev audit.Event) error
	// Entries returns every entry, oldest first.
	Entries(ctx context.Context) ([]Entry, error)
}
