// Package track follows each plate through the frames of one camera and votes
// its readings into one read a passing car.
//
// Start with [New]. A [Tracker] is told what each frame showed, with the time of
// the frame; it asks no clock, so that the same frames always give the same reads.
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
	// car, hidden for a moment.
	again = 10 * time.Second
	// fresh is how long a plate that has been emitted needs no further look.
	fresh = 500 * time.Millisecond
	// keptReadings bounds what one plate costs while its car stands in view.
	keptReadings = 12
)

// When a read is certain enough to be emitted. On single pictures one reading of
// 0.97 and more is right 95 times of 100; agreement of frames is what counts.
const (
	certainAlone  = 0.97
	certainVoted  = 0.90
	enoughVotes   = 5   // from here two agreeing frames and the following do
	certainEnough = 0.5 // the better half, once there were enough votes
	certainAtEnd  = 0.8 // for a single reading of a car that left
)

// Sighting is one plate in one frame.
type Sighting struct {
	// Box is where the plate stands in the frame, in pixels.
	Box image.Rectangle
	// Reading is what it says; nil if it was not read or does not read like a
	// plate. A sighting without a reading keeps a plate in view and starts none.
	Reading *vote.Reading
}

// Outcome says what became of one sighting.
type Outcome struct {
	// Track numbers the plate that the sighting belongs to, from 1; 0 for none.
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

// car is one plate that is being followed.
type car struct {
	id       int
	box      image.Rectangle
	seen     time.Time
	read     time.Time
	vx, vy   float64 // pixels a second
	readings []vote.Reading
	frames   int
	best     vote.Reading
	bestArea int
	voted    vote.Reading
	emitted  bool
}

// departed remembers an emitted plate for a moment, as a keyed hash.
type departed struct {
	hash uint64
	seen time.Time
}

// Tracker follows the plates of one camera. It is not safe for concurrent use.
type Tracker struct {
	cars     []*car
	departed []departed
	seed     maphash.Seed
	last     int
}

// New returns a tracker that has seen nothing.
func New() *Tracker { return &Tracker{seed: maphash.MakeSeed()} }

// Settled reports whether a plate found in box at a time needs no reading: its
// read is emitted and it was looked at a moment ago.
func (t *Tracker) Settled(box image.Rectangle, at time.Time) bool {
	for _, c := range t.cars {
		if c.emitted && at.Sub(c.read) < fresh && overlap(c.expected(at), box) > 0.3 {
			return true
		}
	}
	return false
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
			if s.Reading == nil {
				continue
			}
			t.last++
			c = &car{id: t.last, box: s.Box, seen: at}
			t.cars = append(t.cars, c)
		}
		c.move(s.Box, at)
		outcomes[i].Track = c.id
		if s.Reading == nil {
			continue
		}
		c.read = at
		if !c.emitted {
			outcomes[i].Best = c.add(*s.Reading, s.Box)
			if c.certain() {
				outcomes[i].Emit = t.emit(c)
			}
		}
		outcomes[i].Settled = c.emitted
	}
	return outcomes, ended
}

// Flush ends every plate: the camera was lost or has ended.
func (t *Tracker) Flush() []Ended {
	var ended []Ended
	for _, c := range t.cars {
		ended = append(ended, t.end(c))
	}
	t.cars = nil
	return ended
}

// drop ends the plates that have been out of sight for too long.
func (t *Tracker) drop(at time.Time) []Ended {
	var ended []Ended
	t.cars = slices.DeleteFunc(t.cars, func(c *car) bool {
		if at.Sub(c.seen) <= gone {
			return false
		}
		ended = append(ended, t.end(c))
		return true
	})
	t.departed = slices.DeleteFunc(t.departed, func(d departed) bool { return at.Sub(d.seen) > again })
	return ended
}

// end says what is left to do for a plate that has gone.
func (t *Tracker) end(c *car) Ended {
	e := Ended{Track: c.id}
	if !c.emitted && (c.agreeing() >= 2 && c.voted.Confidence >= certainEnough || c.voted.Confidence >= certainAtEnd) {
		e.Emit = t.emit(c)
	}
	if c.emitted {
		t.departed = append(t.departed, departed{t.hash(c.voted.Text), c.seen})
	}
	return e
}

// emit marks a plate as emitted and returns its read, or nil if the same car was
// emitted a moment ago.
func (t *Tracker) emit(c *car) *Vote {
	c.emitted = true
	v := &Vote{Reading: c.voted, Frames: c.frames}
	if c.best.Text == c.voted.Text {
		// The characters of the picture that is shown, so that their centres fit it.
		v.Characters = slices.Clone(c.best.Characters)
	}
	c.readings = nil
	hash := t.hash(c.voted.Text)
	for i, d := range t.departed {
		if d.hash == hash {
			t.departed = slices.Delete(t.departed, i, i+1)
			return nil
		}
	}
	return v
}

// hash is equal for texts that look alike.
func (t *Tracker) hash(text plate.Text) uint64 {
	return maphash.String(t.seed, string(plate.Fold(text)))
}

// add takes a reading into the vote and reports whether it is the best so far.
func (c *car) add(r vote.Reading, box image.Rectangle) bool {
	c.frames++
	if len(c.readings) == keptReadings {
		weakest := 0
		for i := range c.readings {
			if c.readings[i].Confidence < c.readings[weakest].Confidence {
				weakest = i
			}
		}
		c.readings = slices.Delete(c.readings, weakest, weakest+1)
	}
	c.readings = append(c.readings, r)
	c.voted = vote.Readings(c.readings)
	area := box.Dx() * box.Dy()
	// A picture that shows what was voted beats one that does not; then the
	// clearer, then the larger.
	rank := func(r vote.Reading) int {
		if r.Text == c.voted.Text {
			return 1
		}
		return 0
	}
	better := rank(r) > rank(c.best) ||
		rank(r) == rank(c.best) && (r.Confidence > c.best.Confidence || r.Confidence == c.best.Confidence && area > c.bestArea)
	if better || c.frames == 1 {
		c.best, c.bestArea = r, area
		return true
	}
	return false
}

// agreeing counts the readings that say what was voted.
func (c *car) agreeing() int {
	n := 0
	for _, r := range c.readings {
		if r.Text == c.voted.Text {
			n++
		}
	}
	return n
}

// certain reports whether the vote can be emitted.
func (c *car) certain() bool {
	p := c.voted.Confidence
	if c.agreeing() < 2 {
		return p >= certainAlone
	}
	return p >= certainVoted || len(c.readings) >= enoughVotes && p >= certainEnough
}
