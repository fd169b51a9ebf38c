package training

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"secondlook/app/plate"
)

// ErrInvalid is returned by [Scenario.Validate]; the error names the part at fault.
var ErrInvalid = errors.New("the training scenario is not valid")

var (
	// Colours are the body colours that can be drawn.
	Colours = []string{"black", "blue", "brown", "green", "grey", "orange", "red", "silver", "white", "yellow"}
	// Bodies are the body shapes that can be drawn.
	Bodies = []string{"hatchback", "pickup", "sedan", "suv", "van"}
	// Sides are the camera views that can be drawn.
	Sides = []string{"front-left", "front-right", "rear"}
)

// Validate reports the first part that cannot be played or scored: an unknown
// camera, colour or body, a path that does not move, a hit whose car and entry
// do not belong together, a car that is listed though no hit scripts it.
func (s *Scenario) Validate() error {
	for _, check := range []func() error{s.checkFrame, s.checkCars, s.checkGaps, s.checkEntries, s.checkHits, s.checkOrdinary} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func bad(format string, a ...any) error {
	return fmt.Errorf(format+": %w", append(a, ErrInvalid)...)
}

func (s *Scenario) checkFrame() error {
	switch {
	case s.Name.EN == "" || s.Name.FR == "":
		return bad("name needs English and French")
	case s.Length <= 0:
		return bad("length must be above zero")
	case len(s.Cameras) == 0:
		return bad("cameras are missing")
	case len(s.Phases) == 0 || s.Phases[0].From != 0:
		return bad("phases must begin at zero")
	}
	names := map[string]bool{}
	for i, c := range s.Cameras {
		switch {
		case c.Name == "" || names[c.Name]:
			return bad("camera %d has no name or one that stands twice", i)
		case !slices.Contains(Sides, c.Side):
			return bad("camera %q has an unknown side %q", c.Name, c.Side)
		}
		names[c.Name] = true
	}
	for i, p := range s.Phases {
		switch {
		case p.Light != Day && p.Light != Dusk && p.Light != Night:
			return bad("phase %d has an unknown light %q", i, p.Light)
		case i > 0 && p.From <= s.Phases[i-1].From, p.From >= s.Length:
			return bad("phase %d is out of order or after the end", i)
		}
	}
	return nil
}

func (s *Scenario) checkCars() error {
	known := plate.Jurisdictions()
	for i, c := range s.Cars {
		parsed, err := plate.Parse(string(c.Plate))
		switch {
		case err != nil || parsed != c.Plate:
			return bad("car %d: the plate needs capitals and digits only", i)
		case !slices.Contains(known, c.Jurisdiction):
			return bad("car %d: unknown jurisdiction %q", i, string(c.Jurisdiction))
		case !slices.ContainsFunc(s.Cameras, func(k Camera) bool { return k.Name == c.Camera }):
			return bad("car %d: unknown camera %q", i, c.Camera)
		case !slices.Contains(Colours, c.Vehicle.Colour):
			return bad("car %d: unknown colour %q", i, c.Vehicle.Colour)
		case !slices.Contains(Bodies, c.Vehicle.Body):
			return bad("car %d: unknown body %q", i, c.Vehicle.Body)
		case c.Approach.Way != Approaching && c.Approach.Way != Leaving:
			return bad("car %d: unknown way %q", i, c.Approach.Way)
		case c.Approach.Speed < 1 || c.Approach.Speed > 40:
			return bad("car %d: speed must lie between 1 and 40 m/s", i)
		case c.Approach.Slow < 0.5 || c.Approach.Slow > c.Approach.Speed:
			return bad("car %d: slow speed must lie between 0.5 m/s and the speed", i)
		case c.Approach.Distance < 25 || c.Approach.Distance > 200:
			return bad("car %d: distance must lie between 25 and 200 m", i)
		case c.Approach.Lane < 2 || c.Approach.Lane > 8:
			return bad("car %d: lane must lie between 2 and 8 m", i)
		case c.Mud < 0 || c.Mud > 1:
			return bad("car %d: mud must lie between 0 and 1", i)
		case c.At < 0 || c.At+c.Approach.Time() > s.Length:
			return bad("car %d: does not fit into the pass", i)
		}
	}
	return nil
}

// leastGap keeps cars of one lane from driving into each other.
const leastGap = 5 * time.Second

func (s *Scenario) checkGaps() error {
	for i, a := range s.Cars {
		for k, b := range s.Cars[:i] {
			if a.Camera == b.Camera && (a.At-b.At).Abs() < leastGap {
				return bad("cars %d and %d come within %v of each other", k, i, leastGap)
			}
		}
	}
	return nil
}

func (s *Scenario) checkEntries() error {
	for i, e := range s.Entries {
		parsed, err := plate.Parse(string(e.Plate))
		if err != nil || parsed != e.Plate || e.Category == "" || e.ID == "" {
			return bad("entry %d needs an id, a plate and a category", i)
		}
	}
	return nil
}

func (s *Scenario) checkHits() error {
	ids := map[string]bool{}
	for i, h := range s.Hits {
		switch {
		case h.ID == "" || ids[h.ID]:
			return bad("hit %d has no id or one that stands twice", i)
		case h.Car < 0 || h.Car >= len(s.Cars) || h.Entry < 0 || h.Entry >= len(s.Entries):
			return bad("hit %q points at no car or no entry", h.ID)
		case h.Debrief.EN == "" || h.Debrief.FR == "":
			return bad("hit %q needs a debrief in English and French", h.ID)
		case h.Expected != s.truth(h):
			return bad("hit %q expects %q where the car and its entry give %q", h.ID, h.Expected, s.truth(h))
		}
		ids[h.ID] = true
	}
	return nil
}

// truth is the verdict that follows from a hit's car and entry, empty if the
// car would raise no alert.
func (s *Scenario) truth(h Hit) Verdict {
	c, e := s.Cars[h.Car], s.Entries[h.Entry]
	switch {
	case !plate.Alike(c.Plate, e.Plate):
		return ""
	case c.Plate != e.Plate:
		return Misread
	case plate.Compare(c.Jurisdiction, e.Jurisdiction) == plate.Different:
		return WrongJurisdiction
	}
	return Correct
}

// checkOrdinary finds cars that would raise an alert that nobody scripted.
func (s *Scenario) checkOrdinary() error {
	for i, c := range s.Cars {
		scripted := slices.ContainsFunc(s.Hits, func(h Hit) bool { return h.Car == i })
		if !scripted && s.Listed(c.Plate) {
			return bad("car %d is on the list but no hit scripts it", i)
		}
	}
	return nil
}
