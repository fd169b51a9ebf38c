// Package search is the manual check of a plate: purpose, reason and file number,
// as the policy asks, come first, the log entry whatever the result (IPC, Manual searches).
package search

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/policy"
)

// ErrIncomplete is returned when purpose, reason or file number is missing; the
// error names it.
var ErrIncomplete = errors.New("is needed before a search runs")

// Query is a manual search. It looks in hotlists and in the car's hits only.
type Query struct {
	Plate        plate.Text
	Jurisdiction plate.Jurisdiction
	Purpose      string // a code of the pack
	Reason       string
	FileNumber   string
}

// Format prints "[search]" for every verb: plate, reason and file are personal.
func (Query) Format(f fmt.State, _ rune) { io.WriteString(f, "[search]") }

// LogValue is what slog records of a search.
func (Query) LogValue() slog.Value { return slog.StringValue("[search]") }

// Validate reports the first field that is missing: plate and purpose always, the
// others where the policy asks for them.
func (q Query) Validate(p policy.Search) error {
	for _, f := range []struct {
		name, value string
		needed      bool
	}{
		{"plate", string(q.Plate), true}, {"purpose", q.Purpose, true},
		{"reason", q.Reason, p.Needs(policy.SearchReason)}, {"file number", q.FileNumber, p.Needs(policy.SearchFileNumber)},
	} {
		if f.needed && strings.TrimSpace(f.value) == "" {
			return fmt.Errorf("%s %w", f.name, ErrIncomplete)
		}
	}
	return nil
}

// Result is what was found.
type Result struct {
	At      time.Time
	Matches []hotlist.Match
	// Hits are ids of hits in the car with this plate.
	Hits []string
	// CaseNeeded counts further hits, which are older than the policy's tactical
	// access: a search that states a file number finds them too.
	CaseNeeded int
}
