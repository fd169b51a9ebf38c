package training

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/policy"
)

// ErrInvalid is wrapped by every [*Fault].
var ErrInvalid = errors.New("the training scenario is not valid")

// Fault is why a scenario cannot be played or scored.
type Fault struct {
	// Part is what is at fault: "car", "camera", "phase", "entry", "hit", "loss", "speed", or
	// "scenario" for the whole.
	Part string
	// Number is which of them, from 1; 0 for the whole. A hit has the number of its
	// car.
	Number int
	What   string
}

func (f *Fault) Error() string {
	if f.Number == 0 {
		return f.What
	}
	return fmt.Sprintf("%s %d: %s", f.Part, f.Number, f.What)
}

// Unwrap returns [ErrInvalid].
func (f *Fault) Unwrap() error { return ErrInvalid }

// bad is a fault of a part by its position, from 0; of the whole scenario where
// there is no part.
func bad(part string, i int, format string, a ...any) error {
	return &Fault{Part: part, Number: i + 1, What: fmt.Sprintf(format, a...)}
}

func badScenario(format string, a ...any) error { return bad("scenario", -1, format, a...) }

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
// do not belong together, a car that is listed though no hit scripts it. What it
// returns is a [*Fault].
func (s *Scenario) Validate() error {
	for _, check := range []func() error{s.checkFrame, s.checkCars, s.checkGaps, s.checkEntries, s.checkHits, s.checkOrdinary, s.checkLosses, s.checkDrive} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (s *Scenario) checkFrame() error {
	switch {
	case s.Name.EN == "" || s.Name.FR == "":
		return badScenario("the name needs English and French")
	case s.Summary.EN == "" || s.Summary.FR == "":
		return badScenario("the summary needs English and French")
	case s.Length <= 0 || s.Length > longest:
		return badScenario("the length must be above zero, and at most %v", longest)
	case s.Target < 0 || s.Target > longest:
		return badScenario("the target for a verdict must lie between 0 and %v", longest)
	case s.ListAge < 0:
		return badScenario("the list cannot be of the future")
	case len(s.Cameras) == 0:
		return badScenario("cameras are missing")
	case len(s.Cameras) > mostCameras:
		return badScenario("a terminal has %d cameras at most", mostCameras)
	case len(s.Phases) == 0 || s.Phases[0].From != 0:
		return badScenario("the phases must begin at zero")
	}
	names := map[string]bool{}
	for i, c := range s.Cameras {
		switch {
		case c.Name == "" || names[c.Name]:
			return bad("camera", i, "it has no name or one that stands twice")
		case !slices.Contains(Sides, c.Side):
			return bad("camera", i, "unknown side %q: use one of %s", c.Side, strings.Join(Sides, ", "))
		}
		names[c.Name] = true
	}
	for i, p := range s.Phases {
		switch {
		case p.Light != Day && p.Light != Dusk && p.Light != Night:
			return bad("phase", i, "unknown light %q: use day, dusk or night", p.Light)
		case i > 0 && p.From <= s.Phases[i-1].From, p.From >= s.Length:
			return bad("phase", i, "it is out of order or after the end")
		}
	}
	return nil
}

func (s *Scenario) hasCamera(name string) bool {
	return slices.ContainsFunc(s.Cameras, func(k Camera) bool { return k.Name == name })
}

func (s *Scenario) checkCars() error {
	known := plate.Jurisdictions()
	for i, c := range s.Cars {
		parsed, err := plate.Parse(string(c.Plate))
		switch {
		case err != nil || parsed != c.Plate:
			return bad("car", i, "the plate needs capitals and digits only")
		case !slices.Contains(known, c.Jurisdiction):
			return bad("car", i, "unknown issuer %q: write it like CA-ON or US-NY", string(c.Jurisdiction))
		case !s.hasCamera(c.Camera):
			return bad("car", i, "there is no camera %q", c.Camera)
		case !slices.Contains(Colours, c.Vehicle.Colour):
			return bad("car", i, "unknown colour %q: use one of %s", c.Vehicle.Colour, strings.Join(Colours, ", "))
		case !slices.Contains(Bodies, c.Vehicle.Body):
			return bad("car", i, "unknown body %q: use one of %s", c.Vehicle.Body, strings.Join(Bodies, ", "))
		case !(c.Mud >= 0 && c.Mud <= 1):
			return bad("car", i, "mud must lie between 0 and 1")
		}
		if what := c.Approach.fault(); what != "" {
			return bad("car", i, "%s", what)
		}
		if c.At < 0 || !c.Once && c.At > s.Length-c.Approach.Time() {
			return bad("car", i, "it does not fit into the pass: it is in the street from %v to %v, and the pass ends at %v",
				c.At, (c.At + c.Approach.Time()).Round(time.Second/10), s.Length)
		}
	}
	return nil
}

// fault says what of the path cannot be driven.
func (a Approach) fault() string {
	switch {
	case a.Way != Approaching && a.Way != Leaving:
		return fmt.Sprintf("unknown way %q: use approaching or leaving", a.Way)
	case !(a.Speed >= 1 && a.Speed <= 40):
		return "the speed must lie between 1 and 40 m/s"
	case !(a.Slow >= 0.5 && a.Slow <= a.Speed):
		return "the slow speed must lie between 0.5 m/s and the speed"
	case !(a.Distance >= 25 && a.Distance <= 200):
		return "the distance must lie between 25 and 200 m"
	case !(a.Lane >= 2 && a.Lane <= 8):
		return "the lane must lie between 2 and 8 m"
	}
	return ""
}

const (
	// leastGap keeps cars of one lane from driving into each other.
	leastGap = 5 * time.Second
	// longest is the longest pass.
	longest = time.Hour
	// mostCameras is how many a terminal has at most.
	mostCameras = 6
)

func (s *Scenario) checkGaps() error {
	for i, a := range s.Cars {
		for k, b := range s.Cars[:i] {
			if !a.Once && !b.Once && a.Camera == b.Camera && (a.At-b.At).Abs() < leastGap {
				return bad("car", i, "it comes within %v of car %d", leastGap, k+1)
			}
		}
	}
	return nil
}

func (s *Scenario) checkEntries() error {
	ids := map[string]bool{}
	for i, e := range s.Entries {
		parsed, err := plate.Parse(string(e.Plate))
		if err != nil || parsed != e.Plate || e.Category == "" || e.ID == "" || ids[e.ID] {
			return bad("entry", i, "it needs an id of its own, a plate in capitals and digits, and a category")
		}
		if e.Driver != e.SuspendedDriver() {
			return bad("entry", i, "only an entry of the category %q names a driver", hotlist.SuspendedDriver)
		}
		ids[e.ID] = true
	}
	return nil
}

func (s *Scenario) checkHits() error {
	ids := map[string]bool{}
	for _, h := range s.Hits {
		switch {
		case h.Car < 0 || h.Car >= len(s.Cars) || h.Entry < 0 || h.Entry >= len(s.Entries):
			return badScenario("hit %q points at no car or no entry", h.ID)
		case h.ID == "" || ids[h.ID]:
			return bad("hit", h.Car, "it has no id or one that stands twice")
		case h.Debrief.EN == "" || h.Debrief.FR == "":
			return bad("hit", h.Car, "it needs a debrief in English and French")
		case h.Expected != s.truth(h):
			return bad("hit", h.Car, "it expects %q where the car and its entry give %q", h.Expected, s.truth(h))
		}
		ids[h.ID] = true
		if err := s.checkAnswers(h); err != nil {
			return err
		}
	}
	return nil
}

// checkAnswers looks at what a hit expects after its verdict.
func (s *Scenario) checkAnswers(h Hit) error {
	after := h.Record != "" || len(h.Notices) > 0 || len(h.Outcomes) > 0
	switch {
	case h.Target < 0 || h.Target > longest:
		return bad("hit", h.Car, "the target for the verdict must lie between 0 and %v", longest)
	case after && h.Expected != Correct:
		return bad("hit", h.Car, "nothing follows %q: leave record, notice and outcome out", h.Expected)
	case !slices.Contains([]hit.Activity{"", hit.Active, hit.NotActive, hit.NotYet}, h.Record):
		return bad("hit", h.Car, "unknown record %q: use active, not-active or not-yet", h.Record)
	case h.Record == hit.NotActive && len(h.Notices)+len(h.Outcomes) > 0:
		return bad("hit", h.Car, "a record that is not active ends the hit: leave notice and outcome out")
	}
	return nil
}

// CheckPolicy reports the first category, notice or outcome that a policy does not
// have: under it, the scenario could not be answered as it expects. What it returns is
// a [*Fault].
func (s *Scenario) CheckPolicy(p *policy.Pack) error {
	for i, e := range s.Entries {
		if _, ok := p.Category(e.Category); !ok {
			return bad("entry", i, "the policy %q has no category %q", p.ID, e.Category)
		}
	}
	for _, h := range s.Hits {
		for _, code := range h.Notices {
			if code != NoticeGiven && code != NoticeNoStop && policy.CheckCode(p.Notice.NotGiven, code) != nil {
				return bad("hit", h.Car, "unknown notice %q: use given, no-stop or %s", code, codes(p.Notice.NotGiven))
			}
		}
		for _, code := range h.Outcomes {
			if policy.CheckCode(p.Outcomes, code) != nil {
				return bad("hit", h.Car, "unknown outcome %q: use one of %s", code, codes(p.Outcomes))
			}
		}
	}
	return nil
}

func codes(choices []policy.Choice) string {
	var all []string
	for _, c := range choices {
		all = append(all, c.Code)
	}
	return strings.Join(all, ", ")
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
			return bad("car", i, "it is on the list but no hit scripts it")
		}
	}
	return nil
}

func (s *Scenario) checkDrive() error {
	for i, p := range s.Drive {
		switch {
		case !(p.KMH >= 0 && p.KMH <= 200):
			return bad("speed", i, "it must lie between 0 and 200 km/h")
		case p.From < 0, i > 0 && p.From <= s.Drive[i-1].From, p.From >= s.Length:
			return bad("speed", i, "it is out of order or after the end")
		}
	}
	return nil
}

func (s *Scenario) checkLosses() error {
	for i, l := range s.Losses {
		switch {
		case !s.hasCamera(l.Camera):
			return bad("loss", i, "there is no camera %q", l.Camera)
		case l.From < 0 || l.For <= 0 || l.From > s.Length-l.For:
			return bad("loss", i, "it does not lie within the pass")
		}
	}
	return nil
}
