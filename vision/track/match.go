package track

import (
	"image"
	"math"
	"slices"
	"time"

	"secondlook/app/plate"
)

// Limits of what may be the same plate in the next frame.
const (
	// reach is how far from where it is expected a plate may turn up, in widths of
	// the plate, and faster how much farther for each second out of sight: a car
	// that is seen for the first time has no speed yet. Readings that agree allow
	// any distance.
	reach, faster = 2.0, 6.0
	// resized is how many times larger or smaller a plate may be than in the frame
	// before, unless it reads the same.
	resized = 1.6
	// legible is the confidence from which a reading can contradict another.
	legible = 0.5
	// another is the edit distance from which two legible readings are two plates.
	another = 3
)

// pair is a sighting that may belong to a plate.
type pair struct {
	car      *car
	sighting int
	score    float64
}

// assign gives each sighting to at most one plate and each plate at most one
// sighting, the best fitting pairs first.
func (t *Tracker) assign(at time.Time, sightings []Sighting) []*car {
	var pairs []pair
	for _, c := range t.cars {
		for i, s := range sightings {
			if score, ok := c.fit(s, at); ok {
				pairs = append(pairs, pair{c, i, score})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	owner := make([]*car, len(sightings))
	taken := map[*car]bool{}
	for _, p := range pairs {
		if owner[p.sighting] == nil && !taken[p.car] {
			owner[p.sighting] = p.car
			taken[p.car] = true
		}
	}
	return owner
}

// fit says how well a sighting continues a plate, and whether it can.
func (c *car) fit(s Sighting, at time.Time) (float64, bool) {
	expected := c.expected(at)
	width := float64(max(expected.Dx(), s.Box.Dx(), 1))
	distance := between(expected, s.Box) / width
	within := reach + faster*at.Sub(c.seen).Seconds()
	score := overlap(expected, s.Box) + max(0, 1-distance/within)
	near := distance < within && sameSize(expected.Dx(), s.Box.Dx(), resized)
	if s.Reading == nil || c.voted.Text == "" {
		return score, near
	}
	d := editDistance(plate.Fold(c.voted.Text), plate.Fold(s.Reading.Text))
	switch {
	case d == 0:
		return score + 2, true
	case d == 1:
		return score + 1, near
	case d >= another && s.Reading.Confidence >= legible && c.voted.Confidence >= legible:
		return 0, false
	}
	return score, near
}

// sameSize reports whether neither of two widths is more than times the other.
func sameSize(a, b int, times float64) bool {
	return float64(max(a, b)) <= times*float64(min(a, b))
}

// move takes a plate to where it was seen.
func (c *car) move(box image.Rectangle, at time.Time) {
	if dt := at.Sub(c.seen).Seconds(); dt > 0 {
		// Half old, half new: a detector's box trembles by a few pixels.
		c.vx = (c.vx + (middleX(box)-middleX(c.box))/dt) / 2
		c.vy = (c.vy + (middleY(box)-middleY(c.box))/dt) / 2
	}
	c.box, c.seen = box, at
}

// expected is where a plate should be at a time, if it kept its way.
func (c *car) expected(at time.Time) image.Rectangle {
	dt := at.Sub(c.seen).Seconds()
	return c.box.Add(image.Pt(int(c.vx*dt), int(c.vy*dt)))
}

func middleX(r image.Rectangle) float64 { return float64(r.Min.X+r.Max.X) / 2 }
func middleY(r image.Rectangle) float64 { return float64(r.Min.Y+r.Max.Y) / 2 }

// between is the distance of the middles, in pixels.
func between(a, b image.Rectangle) float64 {
	return math.Hypot(middleX(a)-middleX(b), middleY(a)-middleY(b))
}

// overlap is the intersection over union, 0 to 1.
func overlap(a, b image.Rectangle) float64 {
	both := area(a.Intersect(b))
	if both == 0 {
		return 0
	}
	return both / (area(a) + area(b) - both)
}

func area(r image.Rectangle) float64 { return float64(r.Dx()) * float64(r.Dy()) }

// editDistance is the number of characters to change, add or drop (Levenshtein).
func editDistance(a, b plate.Text) int {
	row := make([]int, len(b)+1)
	for k := range row {
		row[k] = k
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for k := range len(b) {
			cost := 1
			if a[i] == b[k] {
				cost = 0
			}
			diagonal, row[k+1] = row[k+1], min(row[k+1]+1, row[k]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
