// Package scenariofile reads training scenarios from TOML. Use [Decode] for a
// trainer's own, and [BuiltIn] for those that the program carries.
// assets/scenarios/README.md explains every key.
package scenariofile

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/training"
	"secondlook/assets"
)

const (
	// MaxSize is the largest scenario that is accepted, in bytes.
	MaxSize = 256 << 10
	// Standard is the scenario that is played unless another is named.
	Standard = "evening"
)

// ErrInvalid is returned for a file that is not a scenario or not a valid one. The
// error names the line at fault.
var ErrInvalid = training.ErrInvalid

// scenario is a file, with times in seconds.
type scenario struct {
	Name, Summary training.Text
	Seed          int64
	Length        float64
	Target        float64
	Age           float64 // of the list, in hours
	Camera        []training.Camera
	Phase         []struct {
		From  float64
		Light training.Light
	}
	Car  []car
	Loss []struct {
		Camera    string
		From, For float64
	}
	Speed []struct{ From, KMH float64 }
	Entry []entry
}

type car struct {
	At      float64
	Camera  string
	Plate   plate.Text
	Issuer  plate.Jurisdiction
	Vehicle training.Vehicle
	// Way, where it is left out, is what the side of the camera suggests.
	Way                         training.Way
	Distance, Speed, Slow, Lane float64
	Mud                         float64
	Hit                         *struct {
		ID, Entry string
		Expect    training.Verdict
		Debrief   training.Text
		Target    float64
		Record    hit.Activity
		Notice    []string
		Outcome   []string
	}
}

type entry struct {
	ID                                                 string
	Plate                                              plate.Text
	Issuer                                             plate.Jurisdiction
	Category, Source, Agency, Contact, Reference, Note string
	Vehicle                                            struct {
		Make, Model string
		Year        int
		Colour      string
	}
	Driver hotlist.Driver
}

// BuiltIn reads a scenario that the program carries, by its name.
func BuiltIn(name string) (*training.Scenario, error) {
	text, err := assets.Scenario(name)
	if err != nil {
		return nil, err
	}
	return Decode(name+".toml", text)
}

// Open reads a scenario: a built-in one by its name, or else a file.
func Open(name string) (*training.Scenario, error) {
	if slices.Contains(assets.Scenarios(), name) {
		return BuiltIn(name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("open the scenario (built in are %s): %w", strings.Join(assets.Scenarios(), ", "), err)
	}
	return Decode(name, text)
}

// Decode reads a scenario from TOML and validates it. A key that no scenario has is
// refused too: a misspelled one must not be passed over. name is the file's, for
// errors, which wrap [ErrInvalid] and begin with name and line.
func Decode(name string, text []byte) (*training.Scenario, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("%s: %d bytes are too many (at most %d): %w", name, len(text), MaxSize, ErrInvalid)
	}
	var f scenario
	meta, err := toml.Decode(string(text), &f)
	if err != nil {
		return nil, syntax(name, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("%s: no scenario has the key %s: %w", name, unknown[0], ErrInvalid)
	}
	s, err := f.scenario()
	if err == nil {
		err = s.Validate()
	}
	var fault *training.Fault
	switch {
	case errors.As(err, &fault):
		return nil, fmt.Errorf("%s: %w", place(name, text, fault), err)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// scenario is what the file describes.
func (f *scenario) scenario() (*training.Scenario, error) {
	s := &training.Scenario{Name: f.Name, Summary: f.Summary, Seed: f.Seed, Length: seconds(f.Length), Target: seconds(f.Target), Cameras: f.Camera,
		ListAge: time.Duration(f.Age * float64(time.Hour))}
	for _, p := range f.Phase {
		s.Phases = append(s.Phases, training.Phase{From: seconds(p.From), Light: p.Light})
	}
	for _, l := range f.Loss {
		s.Losses = append(s.Losses, training.Loss{Camera: l.Camera, From: seconds(l.From), For: seconds(l.For)})
	}
	for _, p := range f.Speed {
		s.Drive = append(s.Drive, training.Pace{From: seconds(p.From), KMH: p.KMH})
	}
	for _, e := range f.Entry {
		s.Entries = append(s.Entries, hotlist.Entry{ID: e.ID, Plate: e.Plate, Jurisdiction: e.Issuer, Category: e.Category,
			Source: e.Source, Agency: e.Agency, Contact: e.Contact, Reference: e.Reference, Note: e.Note,
			Make: e.Vehicle.Make, Model: e.Vehicle.Model, Year: e.Vehicle.Year, Colour: e.Vehicle.Colour, Driver: e.Driver})
	}
	for i, c := range f.Car {
		s.Cars = append(s.Cars, training.Car{At: seconds(c.At), Camera: c.Camera, Plate: c.Plate, Jurisdiction: c.Issuer,
			Vehicle: c.Vehicle, Mud: c.Mud, Approach: f.approach(c)})
		if c.Hit == nil {
			continue
		}
		listed := slices.IndexFunc(s.Entries, func(e hotlist.Entry) bool { return e.ID == c.Hit.Entry })
		if listed < 0 {
			return nil, &training.Fault{Part: "hit", Number: i + 1, What: fmt.Sprintf("there is no entry %q", c.Hit.Entry)}
		}
		s.Hits = append(s.Hits, training.Hit{ID: c.Hit.ID, Car: i, Entry: listed, Expected: c.Hit.Expect, Debrief: c.Hit.Debrief,
			Target: seconds(c.Hit.Target), Record: c.Hit.Record, Notices: c.Hit.Notice, Outcomes: c.Hit.Outcome})
	}
	return s, nil
}

// approach is a car's path, with what the file leaves out: on the near lane, slow
// enough beside the patrol car for a reader to see the plate more than once.
func (f *scenario) approach(c car) training.Approach {
	a := training.Approach{Way: c.Way, Distance: c.Distance, Speed: c.Speed, Slow: c.Slow, Lane: c.Lane}
	side := slices.IndexFunc(f.Camera, func(k training.Camera) bool { return k.Name == c.Camera })
	if a.Way == "" {
		a.Way = training.Leaving
		if side >= 0 {
			a.Way = f.Camera[side].Way()
		}
	}
	distance := 55.0
	if a.Way == training.Approaching {
		distance = 48
	}
	for _, of := range []struct {
		value *float64
		usual float64
	}{{&a.Distance, distance}, {&a.Speed, 10}, {&a.Slow, 1.1}, {&a.Lane, 2.8}} {
		if *of.value == 0 {
			*of.value = of.usual
		}
	}
	return a
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// syntax words an error of the TOML library with its line.
func syntax(name string, err error) error {
	var at toml.ParseError
	if !errors.As(err, &at) {
		return fmt.Errorf("%s: %s: %w", name, strings.TrimPrefix(err.Error(), "toml: "), ErrInvalid)
	}
	return fmt.Errorf("%s, line %d: %s: %w", name, at.Position.Line, strings.TrimSpace(at.Message+" "+at.LastKey), ErrInvalid)
}

// place is the file's name, and the line that opens the part at fault. The TOML
// library does not say where a part stands that it read.
func place(name string, text []byte, f *training.Fault) string {
	opens := "[[" + f.Part + "]]"
	if f.Part == "hit" {
		opens = "[[car]]"
	}
	number, n := 0, 0
	for line := range strings.Lines(string(text)) {
		n++
		if strings.HasPrefix(strings.TrimSpace(line), opens) {
			if number++; number == f.Number {
				return fmt.Sprintf("%s, line %d", name, n)
			}
		}
	}
	return name
}
