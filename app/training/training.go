// Package training is the demo mode's script for field trainers: which cars pass
// which camera, when and in what light, what the hotlist says about some of them,
// and which verdict an attentive officer gives (requirements row 39).
//
// A [Scenario] is data, written by a trainer as a file (platform/scenariofile reads
// it): package vision/scene draws it, main puts its entries into the demo's hotlist,
// and [Score] compares what the trainee answered with what the picture showed. Every
// plate in it is invented.
package training

import (
	"slices"
	"time"

	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

// Verdict is what a trainee should answer, or did answer, to an alert.
type Verdict string

const (
	// Correct: the picture shows the plate that the list names.
	Correct Verdict = "correct"
	// Misread: the picture shows other characters than the list names.
	Misread Verdict = "misread"
	// WrongJurisdiction: the characters are the same, the province or state is not.
	WrongJurisdiction Verdict = "wrong-jurisdiction"
)

// Light is the light in which a car passes.
type Light string

const (
	Day   Light = "day"
	Dusk  Light = "dusk"
	Night Light = "night"
)

// Text is a text in the two languages of the screens.
type Text struct{ EN, FR string }

// In returns the text in a language, "en" or "fr".
func (t Text) In(language string) string {
	if language == "fr" && t.FR != "" {
		return t.FR
	}
	return t.EN
}

// Camera is one camera of the demo's patrol car.
type Camera struct {
	// Name is shown on the tile and on alerts: "Front left".
	Name string
	// Side is where it looks: "front-left", "front-right" or "rear".
	Side string
}

// Way is how cars pass a camera that looks to its side, unless a file says otherwise:
// on the left they come, elsewhere they drive the same way as the patrol car.
func (c Camera) Way() Way {
	if c.Side == "front-left" {
		return Approaching
	}
	return Leaving
}

// Vehicle is what a car looks like.
type Vehicle struct {
	Make, Model string
	Year        int
	// Colour is one of [Colours], Body one of [Bodies].
	Colour, Body string
}

// Car is one car that passes.
type Car struct {
	// At is when the car comes into the street, from the start of the pass.
	At time.Duration
	// Camera is the name of the one camera that sees it.
	Camera       string
	Plate        plate.Text
	Jurisdiction plate.Jurisdiction
	Vehicle      Vehicle
	Approach     Approach
	// Mud is how dirty the plate is, 0 (clean) to 1.
	Mud float64
	// Once is set for a car that a trainer sent: it comes once, and At counts from the
	// start of the first pass.
	Once bool
}

// On returns how long the car has been in the street at a time since the start;
// negative before it comes.
func (c Car) On(since, within time.Duration) time.Duration {
	if c.Once {
		return since - c.At
	}
	return within - c.At
}

// Hit is one alert that the script leads to.
type Hit struct {
	// ID names the hit in answers and reports: "stolen-vehicle-1".
	ID string
	// Car and Entry are positions in the scenario's Cars and Entries.
	Car, Entry int
	// Expected is the verdict of an officer who compares.
	Expected Verdict
	// Debrief says in one line what was there to see.
	Debrief Text
	// Target is how long the verdict may take; zero is the scenario's.
	Target time.Duration
	// Record is what the agency answers, [hit.Active] if empty. Notices and Outcomes
	// are the codes that are right after it; any is where there are none.
	Record            hit.Activity
	Notices, Outcomes []string
}

// Phase is a light that begins at a time within the pass.
type Phase struct {
	From  time.Duration
	Light Light
}

// Loss is a time within the pass in which a camera gives no picture.
type Loss struct {
	Camera    string // its name
	From, For time.Duration
}

// Scenario is one script. It repeats: after Length the next pass begins.
type Scenario struct {
	Name Text
	// Summary says in one line what is trained.
	Summary Text
	// Seed decides buildings, trees and noise.
	Seed   int64
	Length time.Duration
	// Target is how long a verdict may take; zero is [UsualTarget].
	Target  time.Duration
	Cameras []Camera
	Phases  []Phase
	Cars    []Car
	// Entries is the hotlist of the demo, ListAge how old it is when the demo begins.
	Entries []hotlist.Entry
	ListAge time.Duration
	Hits    []Hit
	Losses  []Loss
	// Drive is how fast the patrol car goes; empty where that is not trained.
	Drive []Pace
}

// Pace is a speed of the patrol car that begins at a time within the pass.
type Pace struct {
	From time.Duration
	KMH  float64
}

// Pass splits the time since the start into the number of the pass, from 0, and
// the time within it.
func (s *Scenario) Pass(since time.Duration) (int, time.Duration) {
	if since < 0 || s.Length <= 0 {
		return 0, 0
	}
	return int(since / s.Length), since % s.Length
}

// LightAt returns the light at a time within the pass.
func (s *Scenario) LightAt(within time.Duration) Light {
	light := Day
	for _, p := range s.Phases {
		if p.From <= within {
			light = p.Light
		}
	}
	return light
}

// SpeedAt returns the patrol car's speed at a time within the pass, in kilometres an
// hour; ok is false where the scenario says nothing of it.
func (s *Scenario) SpeedAt(within time.Duration) (kmh float64, ok bool) {
	for _, p := range s.Drive {
		if p.From <= within {
			kmh, ok = p.KMH, true
		}
	}
	return kmh, ok
}

// Lost reports whether a camera gives no picture at a time within the pass.
func (s *Scenario) Lost(camera string, within time.Duration) bool {
	return slices.ContainsFunc(s.Losses, func(l Loss) bool {
		return l.Camera == camera && within >= l.From && within < l.From+l.For
	})
}

// Expect finds the scripted hit that an alert stands for, by the plate and the
// category of the entry that it matched.
func (s *Scenario) Expect(listed plate.Text, category string) (Hit, bool) {
	for _, h := range s.Hits {
		if e := s.Entries[h.Entry]; e.Plate == listed && e.Category == category {
			return h, true
		}
	}
	return Hit{}, false
}

// Listed reports whether an entry names a plate or one of its look-alikes.
func (s *Scenario) Listed(t plate.Text) bool {
	for _, e := range s.Entries {
		if plate.Alike(e.Plate, t) {
			return true
		}
	}
	return false
}
