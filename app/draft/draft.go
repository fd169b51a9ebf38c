// Package draft keeps what somebody has begun to write into a form until they send it.
// The terminal may lock itself, an alert take the screen or the program end meanwhile:
// what was written is there again when the same person opens the same form.
//
// A draft is no act. Nothing was looked up and nothing has happened, so the audit record
// has nothing of it; it begins with what is sent. A draft holds plates and names all the
// same: it is sealed like a record, nobody but its author sees it, and it is erased when
// it is sent or given up, when the shift ends, and [Lasts] after the last word of it.
package draft

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Lasts is how long a draft is kept after its author last wrote to it: until the same
// hour of the next day, whoever forgot it.
const Lasts = 24 * time.Hour

// A draft goes to the store when its author rests, and while they write on and on once
// in a while: what a crash takes is at most the words of that time. Each word written
// for itself would wear the disk out.
const (
	Rest   = 2 * time.Second
	Longer = 10 * time.Second
)

// Draft is what one person has written into one form.
type Draft struct {
	// ID is that of this person's draft of this form, see [ID].
	ID string
	// At is when its author last wrote.
	At time.Time
	// Fields are the answers that are not as the form began, by the question's name.
	// None is a draft that is given up.
	Fields map[string]string
}

// ID names the draft of a form by a person, given by their id.
func ID(by, form string) string { return by + "/" + form }

// Gone reports whether there is nothing to keep.
func (d Draft) Gone() bool { return len(d.Fields) == 0 }

// Over reports whether the draft's time is over.
func (d Draft) Over(now time.Time) bool { return now.Sub(d.At) >= Lasts }

// Format prints the same for every verb: what somebody writes is personal.
func (d Draft) Format(f fmt.State, _ rune) { io.WriteString(f, "[draft]") }

// LogValue is what slog records of a draft.
func (d Draft) LogValue() slog.Value { return slog.StringValue("[draft]") }

// Store keeps drafts, sealed. None of it has an audit event. Package store satisfies it.
type Store interface {
	// PutDraft adds or replaces a draft.
	PutDraft(ctx context.Context, d Draft) error
	// DropDrafts erases drafts by their ids; those that are not there are none.
	DropDrafts(ctx context.Context, ids ...string) error
	// Drafts returns every draft, oldest first.
	Drafts(ctx context.Context) ([]Draft, error)
}

// Desk has what was written since it was last kept. Its zero value is empty; its methods
// may be called from any goroutine.
type Desk struct {
	mu     sync.Mutex
	sheets map[string]*Sheet
}

// Sheet is a draft on the desk.
type Sheet struct {
	Draft
	since time.Time // of the first word that is not kept
}

// Write puts a draft on the desk, in place of what was there of it.
func (k *Desk) Write(d Draft) {
	k.mu.Lock()
	defer k.mu.Unlock()
	since := d.At
	if before, ok := k.sheets[d.ID]; ok {
		since = before.since
	}
	if k.sheets == nil {
		k.sheets = map[string]*Sheet{}
	}
	k.sheets[d.ID] = &Sheet{d, since}
}

// On returns the draft with an id, if it is on the desk.
func (k *Desk) On(id string) (Draft, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, ok := k.sheets[id]
	if !ok {
		return Draft{}, false
	}
	d := s.Draft
	d.Fields = maps.Clone(d.Fields)
	return d, true
}

// All returns what is on the desk, Due what is to be kept now: its author rests, or has
// written for long.
func (k *Desk) All() []*Sheet { return k.which(func(*Sheet) bool { return true }) }

func (k *Desk) Due(now time.Time) []*Sheet {
	return k.which(func(s *Sheet) bool { return now.Sub(s.At) >= Rest || now.Sub(s.since) >= Longer })
}

func (k *Desk) which(is func(*Sheet) bool) (found []*Sheet) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, s := range k.sheets {
		if is(s) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b *Sheet) int { return strings.Compare(a.ID, b.ID) })
	return found
}

// Kept takes a sheet off the desk, unless its author wrote on since.
func (k *Desk) Kept(s *Sheet) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.sheets[s.ID] == s {
		delete(k.sheets, s.ID)
	}
}

// Clear empties the desk.
func (k *Desk) Clear() {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.sheets)
}
