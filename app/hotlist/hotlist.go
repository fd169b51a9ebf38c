// Package hotlist holds the lists of plates to look out for: their entries, the
// import of a list file, and the index that matches a read against every list
// in force.
//
// Use [ReadCSV] to take in a file, [Index.Replace] to put lists in force and
// [Index.Match] for each read.
package hotlist

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"secondlook/app/audit"
	"secondlook/app/plate"
)

// ManualList is the name of the list that approved manual entries form.
const ManualList = "manual"

// Entry is one plate with one reason to look out for it.
type Entry struct {
	// ID is unique within its list: the row's digest for imported lists, the
	// entry's own id for manual entries.
	ID           string
	Plate        plate.Text
	Jurisdiction plate.Jurisdiction // empty: unknown
	Category     string             // a category id of the policy pack
	Source       string             // who publishes the list: "CPIC", "MTO"
	Agency       string             // who entered the record
	Contact      string             // how to reach that agency's hotlist desk
	Reference    string             // its file number
	Expires      time.Time          // zero: does not expire by itself
	Make, Model  string
	Year         int // zero: unknown
	Colour       string
	Note         string
}

// ExpiredAt reports whether the entry's time is over.
func (e Entry) ExpiredAt(now time.Time) bool { return !e.Expires.IsZero() && !now.Before(e.Expires) }

// Format prints "[entry]" for every verb: its notes, references and contacts are
// as personal as its plate.
func (Entry) Format(f fmt.State, _ rune) { io.WriteString(f, "[entry]") }

// LogValue is what slog records of an entry.
func (Entry) LogValue() slog.Value { return slog.StringValue("[entry]") }

// List is one list in force.
type List struct {
	Name string
	// Made is when its source made it, Received when this terminal took it in.
	Made, Received time.Time
	// Version is the station's number for it; zero for a list imported by hand.
	Version int
	Entries []Entry
}

// LogValue is what slog records of a list: its name and how long it is.
func (l List) LogValue() slog.Value {
	return slog.GroupValue(slog.String("name", l.Name), slog.Int("entries", len(l.Entries)))
}

// Age is how old the list's content is.
func (l List) Age(now time.Time) time.Duration { return now.Sub(l.Made) }

// Summary is what screens show of a list.
type Summary struct {
	Name           string
	Made, Received time.Time
	Count          int
	Old            bool // older than the pack's limit
}

// Kind is how a read matched.
type Kind int

const (
	// Exact: every character is the same.
	Exact Kind = iota
	// LookAlike: the texts differ in characters that look alike.
	LookAlike
)

// String returns the kind as it stands in JSON output.
func (k Kind) String() string { return [...]string{"exact", "look-alike"}[k] }

// Match is one entry that a read matched.
type Match struct {
	Entry Entry
	// List is the name of the entry's list, ListMade when its source made it.
	List     string
	ListMade time.Time
	Kind     Kind
	// Doubtful are the positions of the characters that differ.
	Doubtful []int
	// Jurisdiction compares the read's with the entry's.
	Jurisdiction plate.Agreement
}

// LogValue is what slog records of a match.
func (m Match) LogValue() slog.Value {
	return slog.GroupValue(slog.String("list", m.List), slog.String("match", m.Kind.String()))
}

// Store keeps the lists. Package store satisfies it.
type Store interface {
	// PutList replaces the list of the same name, whole or not at all.
	PutList(ctx context.Context, l List, e audit.Event) error
	// DropList removes a list.
	DropList(ctx context.Context, name string, e audit.Event) error
	// Lists returns every list with its entries.
	Lists(ctx context.Context) ([]List, error)
}
