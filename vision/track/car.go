package track

import (
	"image"
	"slices"
	"time"

	"secondlook/app/plate"
	"secondlook/vision/vote"
)

// When a read is given out. Confidences are probabilities, but those of frames of
// one car are not independent: the same blur makes the same V a W in ten frames
// running, each of them seven or eight tenths sure, and all of them together
// nothing like as sure as ten witnesses. What has never misled is two frames that
// are sure each by itself.
const (
	// certainAlone is for one thorough look at a plate that is not small.
	certainAlone = 0.985
	largeAlone   = 80 // pixels
	// certainVoted is for the vote, sureEach for the two surest looks in it.
	certainVoted, sureEach = 0.95, 0.90
	// A vote that does not become certain is settled when no look has been better
	// than those before for a while, or at last when it has gone on for long, and the
	// last looks have left the winner as it was.
	betterFor, longest = 600 * time.Millisecond, 2 * time.Second
	stable             = 4
	// It is given out if it is likelyEnough, counting look-alikes as one: lists are
	// compared that way too, so that an O that may be a 0 does not keep a hit back.
	likelyEnough = 0.80
	// likelyAlone is for a single look at a car that has left.
	likelyAlone = 0.93
)

// kept is how many looks vote, the best ones.
const kept = 8

// look is one reading of a plate.
type look struct {
	reading  vote.Reading
	thorough bool
	width    int
	worth    float64
}

// car is one plate that is being followed.
type car struct {
	id          int
	box         image.Rectangle
	first, seen time.Time
	vx, vy      float64      // pixels a second
	beside      map[int]bool // the cars that were in the same frame once

	tried      time.Time // when it was last looked at
	triedWidth int       // pixels, then
	failures   int       // since it was last read

	looks   []look
	frames  int       // in which it was read
	read    time.Time // the first of them
	best    look      // whose pictures are kept
	peak    float64   // the greatest worth of a look
	better  time.Time // when it last rose by more than a tenth
	voted   vote.Reading
	won     int // looks since the winner changed
	emitted bool
}

// rests reports whether a plate of a width in pixels needs no look at a time.
func (c *car) rests(width int, at time.Time) bool {
	if c.emitted {
		return at.Sub(c.tried) < fresh
	}
	hard := c.failures >= hopeless || c.frames >= often
	return hard && at.Sub(c.tried) < retry && sameSize(width, c.triedWidth, change)
}

// worth is how much a look at a plate is to be trusted, to choose the best ones
// and the one whose pictures are shown: a sure reader of a large plate that is
// surely one. How sharp the picture is shows in how sure the reader is.
func worth(s Sighting) float64 {
	const full = 100 // pixels: more width adds nothing
	return s.Reading.Confidence * min(1, float64(s.Box.Dx())/full) * (1 + s.Score) / 2
}

// add takes a reading into the vote and reports whether it is the best so far.
func (c *car) add(s Sighting, at time.Time) bool {
	if c.frames == 0 {
		c.read = at
	}
	c.frames++
	l := look{*s.Reading, s.Thorough, s.Box.Dx(), worth(s)}
	if l.worth > 1.1*c.peak {
		c.peak, c.better = l.worth, at
	}
	c.looks = append(c.looks, l)
	if len(c.looks) > kept {
		worst := 0
		for i := range c.looks {
			if c.looks[i].worth < c.looks[worst].worth {
				worst = i
			}
		}
		c.looks = slices.Delete(c.looks, worst, worst+1)
	}
	readings := make([]vote.Reading, len(c.looks))
	for i := range c.looks {
		readings[i] = c.looks[i].reading
	}
	before := c.voted.Text
	c.voted = vote.Readings(readings)
	if c.won++; c.voted.Text != before {
		c.won = 1
	}
	// A picture that shows what was voted beats one that does not.
	shows := func(l look) bool { return l.reading.Text == c.voted.Text }
	if c.frames == 1 || shows(l) && !shows(c.best) || shows(l) == shows(c.best) && l.worth > c.best.worth {
		c.best = l
		return true
	}
	return false
}

// agreeing counts the looks that say what was voted, and the most that say the
// same other text. sure is the confidence of the second surest that agrees.
func (c *car) agreeing() (with, against int, sure float64) {
	others := map[plate.Text]int{}
	first := 0.0
	for _, l := range c.looks {
		if l.reading.Text != c.voted.Text {
			others[l.reading.Text]++
			against = max(against, others[l.reading.Text])
			continue
		}
		with++
		p := l.reading.Confidence
		first, sure = max(first, p), max(sure, min(first, p))
	}
	return with, against, sure
}

// alike is the probability of all candidates that a list does not tell from the
// one that was voted.
func (c *car) alike() float64 {
	sum := 0.0
	for _, k := range c.voted.Candidates {
		if plate.Alike(k.Text, c.voted.Text) {
			sum += k.Confidence
		}
	}
	return sum
}

// certain reports whether the vote can be given out while the car is in view.
func (c *car) certain(at time.Time) bool {
	with, against, sure := c.agreeing()
	switch {
	case with == 0:
		return false
	case len(c.looks) == 1:
		l := c.looks[0]
		return l.thorough && l.width >= largeAlone && c.voted.Confidence >= certainAlone
	case with == 1:
		return false
	case c.voted.Confidence >= certainVoted && sure >= sureEach && with >= 2*against:
		return true
	}
	settled := at.Sub(c.better) >= betterFor || at.Sub(c.read) >= longest
	return settled && c.won >= stable && c.alike() >= likelyEnough
}

// goodEnough reports whether the vote can be given out once the car has left.
func (c *car) goodEnough() bool {
	switch with, _, _ := c.agreeing(); with {
	case 0:
		return false
	case 1:
		return c.alike() >= likelyAlone
	}
	return c.alike() >= likelyEnough
}
