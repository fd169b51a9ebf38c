package hotlist

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"time"
)

// Version is one version of a list's file.
type Version struct {
	File []byte
	// Name is what the list is called: feeds whose files look alike differ by it.
	Name string
	// Read is the earliest that anybody took it in: an entry whose time had not begun
	// then may be missing from the list that came of it.
	Read time.Time
}

// Comparison says what [Compare] found.
type Comparison struct {
	// Added, Changed and Removed count entries.
	Added, Changed, Removed int
	// Source and Contact are the list's now: the first that an entry names.
	Source, Contact string
}

// Compare writes to w the delta that makes the list of one file that of another, as
// [ReadDelta] reads it: entries are compared by their ids, as every car that takes
// the files in whole makes them by the same layouts. Whether an entry has expired,
// and whether its category may be on a hotlist, is left to the car.
//
// It reads the older file twice and keeps no entries: beside the files it takes
// some hundred bytes of memory an entry. It returns the errors of [Import], but for
// a list that is held back, and those of w.
func Compare(w io.Writer, layouts []Layout, before, after Version) (Comparison, error) {
	// A zone that no offset in a file can name marks the times that a file gives
	// without one. It is near the machine's own, so that days begin when they should.
	_, offset := after.Read.In(time.Local).Zone()
	c := &comparer{layouts: layouts, zone: time.FixedZone("", offset+1), seed: maphash.MakeSeed()}
	c.out = newDeltaWriter(w, c.zone)
	if _, err := c.read(before, c.note); err != nil {
		return Comparison{}, fmt.Errorf("read the version before: %w", err)
	}
	c.states = make([]state, len(c.contents))
	made, err := c.read(after, c.compare)
	if err != nil {
		return Comparison{}, fmt.Errorf("compare with the version before: %w", err)
	}
	if _, err := c.read(before, c.remove); err != nil {
		return Comparison{}, fmt.Errorf("compare with the version before: %w", err)
	}
	if err := errors.Join(c.out.made(made), c.out.packed.Close()); err != nil {
		return Comparison{}, fmt.Errorf("write a delta: %w", err)
	}
	return c.found, nil
}

// state is what became of an entry of the version before.
type state byte

const (
	gone    state = iota
	stayed        // as it was
	written       // changed, or taken away already
)

type comparer struct {
	layouts []Layout
	zone    *time.Location
	seed    maphash.Seed
	out     *deltaWriter
	found   Comparison
	// ids numbers the entries, those of the version before first. contents are
	// digests of what these say, states what became of them.
	ids      seenTable
	contents []uint64
	states   []state
}

// read reads a file's entries with their numbers, and returns the list's own date.
func (c *comparer) read(v Version, keep func(int, Entry) error) (made time.Time, err error) {
	o := Options{FileName: v.Name, Now: v.Read, Zone: c.zone, keepExpired: true}
	report, err := Import(bytes.NewReader(v.File), c.layouts, o, func(e Entry) error {
		var id [16]byte
		if _, err := hex.Decode(id[:], []byte(e.ID)); err != nil {
			return err
		}
		at, _ := c.ids.find(id)
		return keep(at, e)
	})
	return report.Made, err
}

// note keeps what an entry of the version before says; a repeated one counts last.
func (c *comparer) note(at int, e Entry) error {
	if at == len(c.contents) {
		c.contents = append(c.contents, 0)
	}
	c.contents[at] = c.content(e)
	return nil
}

// compare writes an entry that is not as it was.
func (c *comparer) compare(at int, e Entry) error {
	c.found.Source, c.found.Contact = cmp.Or(c.found.Source, e.Source), cmp.Or(c.found.Contact, e.Contact)
	switch {
	case at == len(c.states):
		c.states = append(c.states, written)
		c.found.Added++
	case c.states[at] == gone && c.contents[at] == c.content(e):
		c.states[at] = stayed
		return nil
	case c.states[at] != written:
		c.states[at] = written
		c.found.Changed++
	}
	// One that was written before comes again with a later end: that one stands.
	return c.out.add(e)
}

// remove writes an entry of the version before that is not in the one after.
func (c *comparer) remove(at int, e Entry) error {
	if c.states[at] != gone || c.contents[at] != c.content(e) {
		return nil
	}
	c.states[at] = written
	c.found.Removed++
	return c.out.remove(e)
}

// content is a digest of what an entry says beside its id.
func (c *comparer) content(e Entry) uint64 {
	return maphash.Comparable(c.seed, [...]string{e.Contact, e.Make, e.Model, e.Colour, e.Driver.Name, fmt.Sprint(e.Driver.Lenses), e.Note,
		c.out.time(e.Expires), fmt.Sprint(e.Year)})
}
