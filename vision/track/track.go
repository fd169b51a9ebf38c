// Package track follows each plate through the frames of one camera and votes
// its readings into one read a passing car.
//
// Start with [New]. A [Tracker] is told what each frame showed, with the time of
// the frame; it asks no clock, so that the same frames always give the same reads.
// A read is given out once and cannot be taken back, so everything here is about
// when to give it out: see car.go.
package track

import (
	"hash/maphash"
	"image"
	"slices"
	"time"

	"secondlook/app/plate"
	"secondlook/vision/vote"
)

const (
	// gone is how long a plate may be out of sight and still be followed: a gap
	// of a few frames, a pole between camera and car.
	gone = 1500 * time.Millisecond
	// again is how long after it left the same plate is still the same passing
	// car, hidden for a moment; nearly is the same for a plate that reads nearly the
	// same, which may as well be the next car of a fleet.
	again  = 10 * time.Second
	nearly = 2500 * time.Millisecond
)

// How long a plate in view can go without being read again.
const (
	// fresh is for one whose read is out: it is looked at now and then because
	// another car may have taken the place.
	fresh = 500 * time.Millisecond
	// retry is for one that could not be read a moment ago, or that has been read
	// often without becoming sure, unless its size has changed by a part of change.
	retry  = 200 * time.Millisecond
	change = 1.08
	// hopeless is from how many failures in a row, often from how many looks on.
	hopeless, often = 3, 12
)

// Sighting is one plate in one frame.
type Sighting struct {
	// Box is where the plate stands in the frame, in pixels.
	Box image.Rectangle
	// Score is how sure the detector is, 0 to 1.
	Score float64
	// Tried is whether it was looked at. Reading is what it says; nil if it was not
	// looked at or does not read like a plate.
	Tried   bool
	Reading *vote.Reading
	// Thorough is whether several networks and crops agreed on the reading.
	Thorough bool
}

// Outcome says what became of one sighting.
type Outcome struct {
	// Track numbers the plate that the sighting belongs to, from 1.
	Track int
	// Best is set when this is the best sighting of the plate so far and the plate
	// is not emitted yet: its pictures are the ones to keep.
	Best bool
	// Emit is the read, set in the frame in which it became certain.
	Emit *Vote
	// Settled is set from that frame on, also when nothing was emitted because the
	// same car had been read a moment ago: its pictures are not needed any more.
	Settled bool
}

// Vote is a read that is ready.
type Vote struct {
	vote.Reading
	// Frames is how many frames voted.
	Frames int
}

// Ended is a plate that has left.
type Ended struct {
	Track int
	// Emit is its read if it had not been emitted before and is good enough.
	Emit *Vote
}

// Effort is how much a plate in a frame is worth to the tracker.
type Effort int

const (
	// Nothing: another look would change nothing.
	Nothing Effort = iota
	// Look: one look more.
	Look
	// First: the first look. One that is nearly certain is worth a thorough one, on
	// which alone the read can be given out.
	First
)

// Tracker follows the plates of one camera. It is not safe for concurrent use.
type Tracker struct {
	cars     []*car
	departed []departed
	seed     maphash.Seed
	last     int
}

// New returns a tracker that has seen nothing.
func New() *Tracker { return &Tracker{seed: maphash.MakeSeed()} }

// Wants says how much the plate found in box at a time should be looked at.
func (t *Tracker) Wants(box image.Rectangle, at time.Time) Effort {
	var here *car
	near, best := 0, 0.3
	for _, c := range t.cars {
		expected := c.expected(at)
		if c.voted.Text != "" && between(expected, box) < 1.5*float64(box.Dx()) {
			near++
		}
		if o := overlap(expected, box); o > best {
			here, best = c, o
		}
	}
	switch {
	case here == nil || here.tried.IsZero():
		return First
	case near > 1: // only reading tells them apart
		return Look
	case here.rests(box.Dx(), at):
		return Nothing
	}
	return Look
}

// inView is how long after it was seen a plate counts as still in view.
const inView = 300 * time.Millisecond

// patience is how many looks at a plate in view may fail before it is no longer
// asked for.
const patience = 6

// Unsettled returns where the plates in view are, at a time, that are worth a look
// even if nothing has moved, in pixels of the frame.
func (t *Tracker) Unsettled(at time.Time) []image.Rectangle {
	var boxes []image.Rectangle
	for _, c := range t.cars {
		if !c.emitted && at.Sub(c.seen) <= inView && c.failures < patience && !c.rests(c.box.Dx(), at) {
			boxes = append(boxes, c.expected(at))
		}
	}
	return boxes
}

// Where is where the plate of a track stands so long after the newest frame, which was
// captured at a time, by its last sighting and how it moves; false when it is not in
// view.
func (t *Tracker) Where(track int, frame time.Time, after time.Duration) (image.Rectangle, bool) {
	for _, c := range t.cars {
		if c.id == track && frame.Sub(c.seen) <= inView {
			return c.expected(frame.Add(after)), true
		}
	}
	return image.Rectangle{}, false
}

// Frame takes the sightings of the frame captured at a time, which must not be
// before the frame of the last call. It returns an outcome for each sighting, and
// the plates that have left.
func (t *Tracker) Frame(at time.Time, sightings []Sighting) ([]Outcome, []Ended) {
	ended := t.drop(at)
	outcomes := make([]Outcome, len(sightings))
	owner := t.assign(at, sightings)
	for i, s := range sightings {
		c := owner[i]
		if c == nil {
			t.last++
			c = &car{id: t.last, box: s.Box, first: at, seen: at, beside: map[int]bool{}}
			t.cars = append(t.cars, c)
		}
		c.move(s.Box, at)
		owner[i] = c
		outcomes[i].Track = c.id
		if s.Tried {
			c.tried, c.triedWidth = at, s.Box.Dx()
			c.failures++
		}
		if s.Reading != nil {
			c.failures = 0
			if !c.emitted {
				outcomes[i].Best = c.add(s, at)
			}
		}
		if !c.emitted && c.certain(at) {
			outcomes[i].Emit = t.emit(c)
		}
		outcomes[i].Settled = c.emitted
	}
	together(owner)
	return outcomes, ended
}

// together notes that cars were seen side by side.
func together(cars []*car) {
	for _, a := range cars {
		for _, b := range cars {
			if a != b {
				a.beside[b.id] = true
			}
		}
	}
}

// Flush ends every plate: the camera was lost or has ended.
func (t *Tracker) Flush() []Ended {
	var ended []Ended
	for len(t.cars) > 0 {
		c := t.cars[0]
		t.cars = t.cars[1:]
		ended = append(ended, t.end(c))
	}
	return ended
}

// drop ends the plates that have been out of sight for too long.
func (t *Tracker) drop(at time.Time) []Ended {
	var left []*car
	t.cars = slices.DeleteFunc(t.cars, func(c *car) bool {
		if at.Sub(c.seen) <= gone {
			return false
		}
		left = append(left, c)
		return true
	})
	var ended []Ended
	for _, c := range left {
		e := t.end(c)
		ended = append(ended, e)
		if !c.emitted {
			t.forget(c.id)
		}
	}
	t.departed = slices.DeleteFunc(t.departed, func(d departed) bool {
		if at.Sub(d.seen) <= again {
			return false
		}
		t.forget(d.id)
		return true
	})
	return ended
}

// forget drops the number of a plate that nobody will ask for any more.
func (t *Tracker) forget(id int) {
	for _, c := range t.cars {
		delete(c.beside, id)
	}
}

// end says what is left to do for a plate that has gone.
func (t *Tracker) end(c *car) Ended {
	e := Ended{Track: c.id}
	if !c.emitted && c.goodEnough() {
		e.Emit = t.emit(c)
	}
	if c.emitted {
		t.departed = append(t.departed, departed{c.id, t.traces(c.voted.Text), c.first, c.seen})
	}
	return e
}

// emit marks a plate as emitted and returns its read, or nil if the same car has
// been emitted.
func (t *Tracker) emit(c *car) *Vote {
	c.emitted = true
	v := &Vote{Reading: c.voted, Frames: c.frames}
	if c.best.reading.Text == c.voted.Text {
		// The characters of the picture that is shown, so that their centres fit it.
		v.Characters = slices.Clone(c.best.reading.Characters)
	}
	c.looks = nil
	if t.known(c) {
		return nil
	}
	return v
}

// departed remembers an emitted plate for a moment, as keyed hashes.
type departed struct {
	id          int
	traces      []uint64
	first, seen time.Time
}

// known reports whether a car is one that has been emitted: it reads the same, or
// nearly the same a moment before or after, and the two were never seen side by
// side.
func (t *Tracker) known(c *car) bool {
	traces := t.traces(c.voted.Text)
	same := func(d departed) bool {
		apart := max(c.first.Sub(d.seen), d.first.Sub(c.seen))
		switch {
		case apart > again:
			return false
		case traces[0] == d.traces[0]:
			return true
		}
		return apart <= nearly && !c.beside[d.id] && slices.ContainsFunc(traces, func(h uint64) bool { return slices.Contains(d.traces, h) })
	}
	if slices.ContainsFunc(t.departed, same) {
		return true
	}
	return slices.ContainsFunc(t.cars, func(o *car) bool {
		return o != c && o.emitted && same(departed{o.id, t.traces(o.voted.Text), o.first, o.seen})
	})
}

// traces are the hashes of a text, look-alikes alike, and of what is left of it
// without each of its characters. Texts that differ in one character, or by one
// that is missing, have a trace in common.
func (t *Tracker) traces(text plate.Text) []uint64 {
	var whole, part [plate.MaxLength]byte // on the stack, which is swept
	folded := whole[:0]
	for _, c := range []byte(text) {
		folded = append(folded, plate.FoldByte(c))
	}
	all := []uint64{maphash.Bytes(t.seed, folded)}
	for i := range folded {
		all = append(all, maphash.Bytes(t.seed, append(append(part[:0], folded[:i]...), folded[i+1:]...)))
	}
	return all
}
