// Package hotlist holds the lists of plates to look out for: their entries, the
// import of a list file, and the index that matches a read against every list
// in force.
//
// Use [Import] to take in a file, [Store] to keep lists, [Index.Put] to put them
// in force and [Index.Match] for each read.
package hotlist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
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
	// Driver is set for a [SuspendedDriver] only.
	Driver Driver `json:",omitzero"`
	Note   string
	// Terms are those of a manual entry; nil for an entry of an agency's list file.
	// No file can give any: they are not among what is kept of a list.
	Terms *Terms `json:",omitempty"`
}

// Terms are what a manual entry was approved under. The index holds the entry to
// them at each match ([Rules]).
type Terms struct {
	// Approved is set once a supervisor has let the entry onto the hotlist.
	Approved bool
	// Proposed is when it was: its longest life counts from here.
	Proposed time.Time
	// Ends is when that ends which the entry rests on; zero where nothing does.
	Ends time.Time
	// Distribution says how far it may travel, in the policy pack's word.
	Distribution string
	// Descriptors describe the driver, where the category needs them.
	Descriptors string
}

// ExpiredAt reports whether the entry's time is over.
func (e Entry) ExpiredAt(now time.Time) bool { return !e.Expires.IsZero() && !now.Before(e.Expires) }

// Format prints "[entry]" for every verb: its notes, references and contacts are
// as personal as its plate.
func (Entry) Format(f fmt.State, _ rune) { io.WriteString(f, "[entry]") }

// LogValue is what slog records of an entry.
func (Entry) LogValue() slog.Value { return slog.StringValue("[entry]") }

// Head is what is known of a list beside its entries.
type Head struct {
	Name string
	// Made is when its source made it, Received when this terminal took it in.
	Made, Received time.Time
	// Version is the station's number for it; zero for a list imported by hand.
	Version int
	// Source publishes the list, Contact is how to reach it.
	Source, Contact string
	// Reading is how the station's file was read, see the function [Reading]: a delta
	// fits only what was read as files are now. Empty where a person had a hand in the
	// list.
	Reading string
}

// Age is how old the list's content is.
func (h Head) Age(now time.Time) time.Duration { return now.Sub(h.Made) }

// List is a list with its entries in memory, as small ones are.
type List struct {
	Name           string
	Made, Received time.Time // see [Head]
	Version        int
	Entries        []Entry
}

// Head is the list without its entries.
func (l List) Head() Head {
	return Head{Name: l.Name, Made: l.Made, Received: l.Received, Version: l.Version}
}

// All gives the entries one by one.
func (l List) All() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for _, e := range l.Entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// LogValue is what slog records of a list: its name and how long it is.
func (l List) LogValue() slog.Value {
	return slog.GroupValue(slog.String("name", l.Name), slog.Int("entries", len(l.Entries)))
}

// Summary is what screens show of a list.
type Summary struct {
	Name           string
	Version        int // see [Head]
	Made, Received time.Time
	Count          int
	Old            bool // older than the pack's limit
	// Source publishes the list, Contact is how to reach it; empty where unknown.
	Source, Contact string
	// SetAside is set where the stored list cannot be read and so matches nothing:
	// see [InForce]. Count is then how many entries it had.
	SetAside bool
}

// Kind is how a read matched.
type Kind int

const (
	// Exact: every character is the same.
	Exact Kind = iota
	// LookAlike: the texts differ, and may be of one plate; see [Why].
	LookAlike
)

// String returns the kind as it stands in JSON output.
func (k Kind) String() string { return [...]string{"exact", "look-alike"}[k] }

// Why is the rule by which an entry matched; see [Index].
type Why int

const (
	// SameText: every character is the same.
	SameText Why = iota
	// AlikeCharacters: characters differ that look alike.
	AlikeCharacters
	// OtherReading: another reading of the plate is nearly as likely, and fits.
	OtherReading
	// UnreadCharacter: one character could not be read; all others fit.
	UnreadCharacter
)

// Match is one entry that a read matched.
type Match struct {
	Entry Entry
	// List is the name of the entry's list, ListMade when its source made it.
	List     string
	ListMade time.Time
	Kind     Kind
	Why      Why
	// Doubtful are the positions of the characters that differ.
	Doubtful []int
	// Jurisdiction compares the read's with the entry's.
	Jurisdiction plate.Agreement
	// Unreadable is set where the details could not be read: the entry has its
	// plate only, if that.
	Unreadable bool `json:",omitempty"`
}

// LogValue is what slog records of a match.
func (m Match) LogValue() slog.Value {
	return slog.GroupValue(slog.String("list", m.List), slog.String("match", m.Kind.String()))
}

// Delta is a change of a list: what its source added and took away since the
// list was made.
type Delta struct {
	// From is the version of the list that it changes; zero is any.
	From int
	// Head is that of the list after the change. Without a source or a contact, those
	// of before stay.
	Head Head
	// Added are new entries, and changed ones under the id that they had.
	Added iter.Seq2[Entry, error]
	// Removed are entries to take away, known by id and plate; nil for none.
	Removed iter.Seq2[Entry, error]
}

// Change counts what an update does to a list.
type Change struct {
	// Before and After are how many entries the list has.
	Before, After int
	// Added entries are new, Replaced ones came in place of one with the same id,
	// Removed ones are gone. Duplicates came twice and were kept once.
	Added, Replaced, Removed, Duplicates int
}

// Purge counts what a purge erased: entries whose time was over, and what was
// left on the disk of duplicates and of entries that were withdrawn or replaced.
type Purge struct {
	List                           string
	Expired, Duplicates, Withdrawn int
}

// Decide is asked when an update is ready, before anything is in force: it may
// complete the list's head, whose date a file may say at its end only. It gives
// the event to record, or an error that leaves the list as it was.
type Decide func(*Head, Change) (audit.Event, error)

// ErrNoList is returned for a delta to a list that is not in force.
var ErrNoList = errors.New("there is no such list in force: import it whole first")

// ErrOtherVersion is returned for a delta that changes another version of the list
// than the one in force.
var ErrOtherVersion = errors.New("the delta is from another version of the list than the one in force")

// Store keeps the lists. Package store satisfies it.
type Store interface {
	// PutList replaces the list of the same name, whole or not at all. Of entries
	// with one id it keeps the one that lasts longest.
	PutList(ctx context.Context, h Head, entries iter.Seq2[Entry, error], decide Decide) (Change, error)
	// ChangeList applies a delta, whole or not at all. It returns [ErrNoList] or
	// [ErrOtherVersion].
	ChangeList(ctx context.Context, d Delta, decide Decide) (Change, error)
	// DropList removes a list.
	DropList(ctx context.Context, name string, e audit.Event) error
	// TidyLists erases, once a day, what is not in force any more, with an event
	// for each list where there was anything, and joins deltas where they are many.
	// It reports whether it did anything.
	TidyLists(ctx context.Context, event func(Purge) audit.Event) (changed bool, err error)
	// Lists returns every list, ready to match, by name. One that cannot be read
	// comes set aside, and never stands in the way of the others.
	Lists(ctx context.Context) ([]*InForce, error)
}
