// Package search is the manual check of a plate: purpose, reason and file number
// come first, the log entry whatever the result (IPC, Manual searches). It is also
// the answer to an individual who asks what is known of their plate (IPC, Access to
// information requests).
package search

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/policy"
)

// ErrIncomplete is returned when something is missing that the policy wants stated;
// the error names it.
var ErrIncomplete = errors.New("is needed before a search runs")

// Query is a manual search for one whole plate. It looks in hotlists and in the
// car's confirmed hits only.
type Query struct {
	Plate        plate.Text
	Jurisdiction plate.Jurisdiction
	Purpose      string // a code of the pack
	Reason       string
	// FileNumber is the number of the investigation, or its name.
	FileNumber string
}

// Format prints "[search]" for every verb: plate, reason and file are personal.
func (Query) Format(f fmt.State, _ rune) { io.WriteString(f, "[search]") }

// LogValue is what slog records of a search.
func (Query) LogValue() slog.Value { return slog.StringValue("[search]") }

// Validate checks a search against what the policy wants stated. It returns
// [ErrIncomplete] for the first that is missing, [policy.ErrUnknownCode] for a
// purpose that is none of the policy's, and [plate.ErrNotPlate] for anything but one
// whole plate: there is no search by a part of a plate or by a pattern.
func (q Query) Validate(rules policy.Search, purposes []policy.Choice) error {
	for _, f := range []struct {
		name, value string
		needed      bool
	}{
		{"plate", string(q.Plate), true},
		{"purpose", q.Purpose, true},
		{"reason", q.Reason, rules.Needs(policy.SearchReason)},
		{"file number", q.FileNumber, rules.Needs(policy.SearchFileNumber)},
	} {
		if f.needed && strings.TrimSpace(f.value) == "" {
			return fmt.Errorf("%s %w", f.name, ErrIncomplete)
		}
	}
	if err := policy.CheckCode(purposes, q.Purpose); err != nil {
		return fmt.Errorf("purpose: %w", err)
	}
	return q.Plate.Check()
}

// Finds reports whether a hit is one that the search may find: a confirmed one, with
// this plate in the picture or on the list, that is not kept back by retention.
func (q Query) Finds(h hit.Hit, r policy.Retention, now time.Time) bool {
	return !h.State.Waiting() && of(h, q.Plate) && !q.keptBack(r, h.Read.At, now)
}

// keptBack reports whether a hit of that age needs a case number or name, and the
// search has none (FL 6e).
func (q Query) keptBack(r policy.Retention, captured, now time.Time) bool {
	return r.NeedsCase(captured, now) && strings.TrimSpace(q.FileNumber) == ""
}

// TacticalOnly reports whether the search leaves out hits beyond tactical access,
// because it names no case.
func (q Query) TacticalOnly(r policy.Retention) bool {
	return r.CaseBeyondTactical && r.TacticalDays > 0 && strings.TrimSpace(q.FileNumber) == ""
}

// of reports whether a hit is about a plate.
func of(h hit.Hit, t plate.Text) bool {
	if h.Read.Text == t {
		return true
	}
	for _, m := range h.Matches {
		if m.Entry.Plate == t {
			return true
		}
	}
	return false
}

// Result is what was found.
type Result struct {
	At      time.Time
	Matches []hotlist.Match
	// Hits are the ids of the car's confirmed hits with this plate, and no more: a list
	// of times and cameras would tell where a vehicle was. What a hit says is shown
	// when it is opened, which is recorded.
	Hits []string
	// TacticalOnly is set where hits beyond tactical access were not looked at,
	// because the search named no case.
	TacticalOnly bool
}
