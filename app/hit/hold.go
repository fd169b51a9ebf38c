package hit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
)

var (
	// ErrHeld is returned where a hit would be erased that is on legal hold.
	ErrHeld = errors.New("this hit is on legal hold")
	// ErrNotHeld is returned for the release of a hit that is not on hold.
	ErrNotHeld = errors.New("this hit is not on legal hold")
	// ErrNeedsCase is returned where a hit is beyond tactical access and no case
	// number or name was given (FL 6e).
	ErrNeedsCase = errors.New("a case number or name is needed for a hit of that age")
)

// Hold keeps a finished hit from being erased, for as long as a court or an
// investigation needs it: a legal hold outlives retention (IPC, Retention).
type Hold struct {
	// ID is that of the hit.
	ID string
	// Authority is the order or the proceeding, Reason why this hit is part of it.
	Authority, Reason string
	By                access.Officer
	At                time.Time
	// Delivered is when the station acknowledged the hit, with its hold; zero before.
	Delivered time.Time
}

// Format prints the id for every verb: the rest is personal.
func (h Hold) Format(f fmt.State, _ rune) { io.WriteString(f, "[hold "+h.ID+"]") }

// LogValue is what slog records of a hold.
func (h Hold) LogValue() slog.Value { return slog.StringValue(h.ID) }

// Hold puts a hit on legal hold. Only a closed one can be: until then a verdict or
// the entering agency may make a non-hit of it, and a non-hit is erased whatever
// anybody wants. It returns [ErrWrongState] or [ErrIncomplete].
func (h Hit) Hold(by access.Officer, authority, reason string, now time.Time) (Hold, error) {
	authority, reason = strings.TrimSpace(authority), strings.TrimSpace(reason)
	switch {
	case h.State != Closed:
		return Hold{}, h.wrong("hold")
	case authority == "":
		return Hold{}, fmt.Errorf("authority of the hold: %w", ErrIncomplete)
	case reason == "":
		return Hold{}, fmt.Errorf("reason of the hold: %w", ErrIncomplete)
	}
	return Hold{ID: h.ID, Authority: authority, Reason: reason, By: by, At: now}, nil
}

// Used is when the hit was last used: its latest step.
func (h Hit) Used() time.Time {
	last := h.Read.At
	note := func(t time.Time) {
		if t.After(last) {
			last = t
		}
	}
	note(h.RaisedAt)
	if h.Verdict != nil {
		note(h.Verdict.At)
	}
	if h.Verification != nil {
		note(h.Verification.At)
	}
	if h.Notice != nil {
		note(h.Notice.At)
	}
	if h.Outcome != nil {
		note(h.Outcome.At)
	}
	return last
}

// HoldStore keeps legal holds, sealed. Package store satisfies it; while a hit is on
// hold its Destroy returns [ErrHeld].
type HoldStore interface {
	// PutHold adds or replaces the hold of a hit. It returns [ErrNotFound] where the
	// hit is not in the car.
	PutHold(ctx context.Context, h Hold, e audit.Event) error
	// DropHold releases a hit, and destroys it as well where erase is set. It
	// returns [ErrNotHeld].
	DropHold(ctx context.Context, id string, erase bool, e audit.Event) error
	// Holds returns every hold, oldest first.
	Holds(ctx context.Context) ([]Hold, error)
}
