// Package breach is the report of a suspected breach of privacy or security, which
// anybody makes from any screen, and which reaches the station with the next sync
// (IPC, Security: breach protocols, operations monitoring).
package breach

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
)

var (
	// ErrIncomplete is returned for a report that does not say what happened.
	ErrIncomplete = errors.New("say what happened and choose what kind of breach it may be")
	// ErrNoticed is returned for a report without the time at which the breach was
	// noticed, and for one in the future.
	ErrNoticed = errors.New("the time at which it was noticed is missing or in the future")
)

// Kind is what seems to have happened.
type Kind string

const (
	// Lost is a terminal, bundle or print that is lost or stolen.
	Lost Kind = "lost"
	// Seen is information that was seen or used by somebody who should not.
	Seen Kind = "seen"
	// Sent is information that went to the wrong place.
	Sent Kind = "sent"
	// Tampered is equipment, a store or a record that was tampered with.
	Tampered Kind = "tampered"
	// Other is anything else.
	Other Kind = "other"
)

// Kinds are all of them in the order in which they are shown.
var Kinds = []Kind{Lost, Seen, Sent, Tampered, Other}

// Report is one suspected breach.
type Report struct {
	// ID is random; it sorts by the time at which the report was made.
	ID       string
	Terminal string
	Kind     Kind
	// What happened, in the words of who reports it.
	What string
	// Noticed is when it was noticed, Made when it was reported.
	Noticed, Made time.Time
	By            access.Officer
}

// Format prints the id for every verb: the rest may be personal.
func (r Report) Format(f fmt.State, _ rune) { io.WriteString(f, "[breach "+r.ID+"]") }

// LogValue is what slog records of a report.
func (r Report) LogValue() slog.Value { return slog.StringValue(r.ID) }

// Validate returns [ErrIncomplete] or [ErrNoticed] for a report that will not do at
// the time now.
func (r Report) Validate(now time.Time) error {
	switch {
	case !slices.Contains(Kinds, r.Kind), strings.TrimSpace(r.What) == "":
		return ErrIncomplete
	case r.Noticed.IsZero(), r.Noticed.After(now):
		return ErrNoticed
	}
	return nil
}

// Store keeps reports until the station has them, sealed. Package store satisfies it.
type Store interface {
	// PutBreach adds a report.
	PutBreach(ctx context.Context, r Report, e audit.Event) error
	// Breaches returns the reports that the station does not have yet, oldest first.
	Breaches(ctx context.Context) ([]Report, error)
}
