package hotlist

import (
	"fmt"
	"iter"
	"math/bits"
	"strings"

	"secondlook/app/plate"
)

// InForce is a list ready to match: for each of its parts the index in memory,
// and where the entries' details are. It never changes; an update makes another.
type InForce struct {
	Head
	// Parts are the list as it was taken in whole, and the deltas since, in order.
	Parts []Part
	// SetAside is set where what is stored of the list cannot be read: it has no
	// parts and matches nothing until it is taken in anew. Had is how many entries
	// it had.
	SetAside bool
	Had      int
}

// Part is some entries of a list.
type Part struct {
	Segment *Segment
	Details Details
	// Gone are the rows that are not in force any more; nil for none.
	Gone Rows
}

// Details gives the entries of a segment. It may be called from any goroutine.
type Details interface {
	// Around returns the entry of a row together with those stored beside it: the
	// first of them is that of row first. They must not be changed.
	Around(row uint32) (first uint32, entries []Entry, err error)
}

// Rows is a set of rows. Nil is the empty set.
type Rows []uint64

// Has reports whether a row is in the set.
func (r Rows) Has(row uint32) bool {
	i := int(row / 64)
	return i < len(r) && r[i]>>(row%64)&1 != 0
}

// Add adds a row to a set that was made for as many rows with [NewRows].
func (r Rows) Add(row uint32) { r[row/64] |= 1 << (row % 64) }

// Len is how many rows are in the set.
func (r Rows) Len() (n int) {
	for _, w := range r {
		n += bits.OnesCount64(w)
	}
	return n
}

// NewRows is an empty set for so many rows.
func NewRows(n int) Rows { return make(Rows, (n+63)/64) }

// Count is how many entries are in force.
func (l *InForce) Count() (n int) {
	for _, p := range l.Parts {
		n += p.Segment.Rows() - p.Gone.Len()
	}
	return n
}

// All gives the entries in force one by one, reading them as it goes.
func (l *InForce) All() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for _, p := range l.Parts {
			if !p.each(yield) {
				return
			}
		}
	}
}

func (p Part) each(yield func(Entry, error) bool) bool {
	rows := uint32(p.Segment.Rows())
	for row := uint32(0); row < rows; {
		first, entries, err := p.Details.Around(row)
		if err == nil && (first > row || int(row-first) >= len(entries)) {
			err = fmt.Errorf("row %d: %w", row, ErrSegment)
		}
		if err != nil {
			return yield(Entry{}, err)
		}
		for _, e := range entries[row-first:] {
			if !p.Gone.Has(row) && !yield(e, nil) {
				return false
			}
			row++
		}
	}
	return true
}

// entry reads one entry.
func (p Part) entry(row uint32) (Entry, error) {
	first, entries, err := p.Details.Around(row)
	switch {
	case err != nil:
		return Entry{}, err
	case row < first || int(row-first) >= len(entries):
		return Entry{}, fmt.Errorf("row %d: %w", row, ErrSegment)
	}
	return entries[row-first].alone(), nil
}

// alone is the entry in memory that it shares with no other: what keeps one of its
// texts, a count by category say, keeps neither its plate nor its neighbours'.
func (e Entry) alone() Entry {
	e.Plate = plate.Alone([]byte(e.Plate))
	e.Jurisdiction = plate.Jurisdiction(strings.Clone(string(e.Jurisdiction)))
	for _, s := range []*string{&e.ID, &e.Category, &e.Source, &e.Agency, &e.Contact, &e.Reference, &e.Make, &e.Model, &e.Colour, &e.Driver.Name, &e.Note} {
		*s = strings.Clone(*s)
	}
	return e
}

// inMemory is the details of a list that is held in memory.
type inMemory []Entry

func (m inMemory) Around(uint32) (uint32, []Entry, error) { return 0, m, nil }

// InForce makes a list ready to match, its details in memory. The entries must
// not be changed afterwards; those without a plate match nothing.
func (l List) InForce() *InForce {
	var b Builder
	kept := make(inMemory, 0, len(l.Entries))
	for _, e := range l.Entries {
		if b.Add(e.Plate) == nil {
			kept = append(kept, e)
		}
	}
	return &InForce{Head: l.Head(), Parts: []Part{{Segment: b.Build(), Details: kept}}}
}
