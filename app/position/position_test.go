package position_test

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"secondlook/app/position"
)

func TestRequirement49_AFixThatCannotBeIsRefused(t *testing.T) {
	good := position.Fix{Place: position.Place{Latitude: 43.6, Longitude: -79.4}, KMH: 50}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*position.Fix){
		"beyond the pole":      func(f *position.Fix) { f.Latitude = 90.1 },
		"beyond the date line": func(f *position.Fix) { f.Longitude = -180.1 },
		"no number":            func(f *position.Fix) { f.Latitude = math.NaN() },
		"endless":              func(f *position.Fix) { f.KMH = math.Inf(1) },
		"backwards":            func(f *position.Fix) { f.KMH = -1 },
		"faster than any car":  func(f *position.Fix) { f.KMH = 401 },
		"no place yet":         func(f *position.Fix) { f.Latitude, f.Longitude = 0, 0 },
	} {
		f := good
		spoil(&f)
		if err := f.Validate(); !errors.Is(err, position.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPlaceIsNeverPrinted(t *testing.T) {
	f := position.Fix{Place: position.Place{Latitude: 43.61234, Longitude: -79.43210}}
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("fix", "place", f.Place, "fix", f)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		fmt.Fprintf(&b, verb+verb+verb, f, f.Place, &f)
	}
	if s := b.String(); strings.Contains(s, "43") || strings.Contains(s, "79") || !strings.Contains(s, "[position]") {
		t.Errorf("printed: %s", s)
	}
	if got, want := f.Degrees(), "43.61234, -79.43210"; got != want {
		t.Errorf("on a screen %q, want %q", got, want)
	}
}

func TestRequirement48_MotionDoesNotFlap(t *testing.T) {
	const limit = 8
	start := time.Date(2026, 3, 2, 20, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		speeds string // a letter a second: s stands, c creeps between half the limit and the limit, m moves
		want   string // - stands, M moves
	}{
		"sets off and stops":      {"ssmmmssss", "---MMMMM-"},
		"stands after 3 seconds":  {"mmsssss", "-MMMM--"},
		"one report that jumps":   {"ssmssmsss", "---------"},
		"creeps on":               {"mmcccccccc", "-MMMMMMMMM"},
		"creeps from standing":    {"sccccc", "------"},
		"stop and go":             {"mmssmssmss", "-MMMMMMMMM"},
		"creeps while it stops":   {"mmssccssss", "-MMMMMMMM-"},
		"stops and sets off anew": {"mmssssssmm", "-MMMM----M"},
	} {
		var m position.Motion
		var got strings.Builder
		for i, s := range c.speeds {
			was := m.Moving
			changed := m.Hear(map[rune]float64{'s': 0.4, 'c': 6, 'm': 8}[s], limit, start.Add(time.Duration(i)*time.Second))
			if changed != (was != m.Moving) {
				t.Errorf("%s: second %d: a change was told of wrongly", name, i)
			}
			if m.Moving {
				got.WriteByte('M')
			} else {
				got.WriteByte('-')
			}
		}
		if got.String() != c.want {
			t.Errorf("%s: %s gives %s, want %s", name, c.speeds, got.String(), c.want)
		}
	}
}

func TestParseSource(t *testing.T) {
	for text, want := range map[string]position.Source{
		"gpsd://localhost":        {Kind: position.GPSD, Address: "localhost:2947"},
		"gpsd://localhost:2948/":  {Kind: position.GPSD, Address: "localhost:2948"},
		"gpsd://[::1]:2947":       {Kind: position.GPSD, Address: "[::1]:2947"},
		"tcp://192.168.0.1:10110": {Kind: position.TCP, Address: "192.168.0.1:10110"},
		" /dev/ttyACM0 ":          {Kind: position.Device, Address: "/dev/ttyACM0", Baud: 9600},
		"/dev/ttyUSB0@4800":       {Kind: position.Device, Address: "/dev/ttyUSB0", Baud: 4800},
		"COM3":                    {Kind: position.Device, Address: "COM3", Baud: 9600},
		"script:":                 {Kind: position.Script},
	} {
		if got, err := position.ParseSource(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "ttyACM0", "tcp://host", "http://host:80", "gpsd://", "gpsd://host:0", "gpsd://host:99999",
		"gpsd://name:secret@host", "gpsd://host/path", "/dev/ttyUSB0@", "/dev/ttyUSB0@fast", "/dev/ttyUSB0@12", "gpsd://%zz"} {
		if s, err := position.ParseSource(text); !errors.Is(err, position.ErrSource) {
			t.Errorf("%q: %+v, %v", text, s, err)
		}
	}
}
