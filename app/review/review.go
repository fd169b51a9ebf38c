// Package review is how somebody looks at what others did on a terminal: random
// draws of people and their acts, flags for unusual use, and what the reviewer
// found (IPC, Reviews and audits; CJIS AU-6).
//
// All of it is made of the audit record and kept in it. A draw is its seed: drawn
// again from the same records, it gives the same people and acts.
package review

import (
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
	// ErrNobody is returned for a draw from a time in which nobody else did anything.
	ErrNobody = errors.New("nobody else did anything in that time")
	// ErrOwnActs is returned for a finding about oneself.
	ErrOwnActs = errors.New("somebody else must review your own acts")
	// ErrIncomplete is returned for a finding without a known code, or without a note
	// where one is needed.
	ErrIncomplete = errors.New("choose a finding, and say why unless there is no concern")
	// ErrNotFound is returned for a finding about what was neither drawn nor flagged.
	ErrNotFound = errors.New("there is no such review on this terminal")
)

// Limits are the policy's thresholds. They are the police service's to choose; a
// count of 0 turns its rule off.
type Limits struct {
	// OffShiftActs are so many uses while the terminal is on no shift that they are
	// flagged; those up to OffShiftGrace before and after a shift do not count.
	OffShiftActs  int
	OffShiftGrace time.Duration
	// SameSearches are so many manual searches of one plate by one person within
	// SameSearchesWithin that they are flagged.
	SameSearches       int
	SameSearchesWithin time.Duration
	// FastVerdicts are so many verdicts of one person on end, each on an alert that
	// had been visible for less than FastVerdict, that they are flagged.
	FastVerdicts int
	FastVerdict  time.Duration
	// Refusals are so many acts refused to one person within RefusalsWithin.
	Refusals       int
	RefusalsWithin time.Duration
	// FailedSignIns are so many with one badge within FailedSignInsWithin.
	FailedSignIns       int
	FailedSignInsWithin time.Duration
	// Exports are so many copies taken out by one person within ExportsWithin; 1
	// flags each.
	Exports       int
	ExportsWithin time.Duration
}

// TooFast reports whether an alert was visible for too short a time to be compared.
func (l Limits) TooFast(seen time.Duration) bool { return l.FastVerdict > 0 && seen < l.FastVerdict }

// Flags reports whether so many verdicts on end that were too fast are flagged.
func (l Limits) Flags(run int) bool { return l.FastVerdicts > 0 && run >= l.FastVerdicts }

// Person is somebody named in the audit record; all empty for a badge that nobody has.
type Person struct {
	Name  access.Name
	Badge access.Badge
	Role  string
}

func personOf(e audit.Event) Person {
	return Person{access.Name(e.Name), access.Badge(e.Badge), e.Role}
}

// Act is one record as a reviewer sees it: without the plate that a search was for.
type Act struct {
	Number uint64
	Event  audit.Event
}

// LogValue is what slog records of an act.
func (a Act) LogValue() slog.Value { return slog.Uint64Value(a.Number) }

func actOf(r audit.Record) Act {
	e := r.Event
	if _, ok := e.Detail[audit.DetailPlate]; ok {
		detail := map[string]string{}
		for k, v := range e.Detail {
			if k != audit.DetailPlate {
				detail[k] = v
			}
		}
		e.Detail = detail
	}
	return Act{r.Sequence, e}
}

// Code is a kind of finding.
type Code string

const (
	NoConcern Code = "no-concern"
	Explained Code = "explained"
	FollowUp  Code = "follow-up"
	Breach    Code = "breach"
)

// Codes are all kinds, in the order in which they are shown.
var Codes = []Code{NoConcern, Explained, FollowUp, Breach}

// Finding is what a reviewer found.
type Finding struct {
	// About is the id of the draw or flag, Badge whose acts they are.
	About string
	Badge access.Badge
	Code  Code
	// Note says why; it may be empty where there is no concern.
	Note string
	By   Person
	At   time.Time
}

// Format prints "[finding]" for every verb: the note is about a person.
func (Finding) Format(f fmt.State, _ rune) { io.WriteString(f, "[finding]") }

// LogValue is what slog records of a finding.
func (Finding) LogValue() slog.Value { return slog.StringValue("[finding]") }

// Validate returns [ErrIncomplete].
func (f Finding) Validate() error {
	if !slices.Contains(Codes, f.Code) || f.Code != NoConcern && strings.TrimSpace(f.Note) == "" {
		return ErrIncomplete
	}
	return nil
}

// The keys of the details that findings are kept in.
const (
	detailFinding = "finding"
	detailAbout   = "about"
	// nobody stands for a badge that nobody has.
	nobody = "unknown badge"
)

// Write puts the finding into an event of [audit.ReviewFinding].
func (f Finding) Write(e *audit.Event) {
	e.Object, e.Reason = f.About, f.Note
	e.Detail = map[string]string{detailFinding: string(f.Code), detailAbout: string(f.Badge)}
	if f.Badge == "" {
		e.Detail[detailAbout] = nobody
	}
}

// findingOf reads it back.
func findingOf(e audit.Event) Finding {
	f := Finding{About: e.Object, Badge: access.Badge(e.Detail[detailAbout]), Code: Code(e.Detail[detailFinding]),
		Note: e.Reason, By: personOf(e), At: e.At}
	if f.Badge == nobody {
		f.Badge = ""
	}
	return f
}

// Findings are all in the record, oldest first.
func Findings(records []audit.Record) []Finding {
	var out []Finding
	for _, r := range records {
		if r.Event.Act == audit.ReviewFinding {
			out = append(out, findingOf(r.Event))
		}
	}
	return out
}
