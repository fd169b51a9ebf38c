// Package position is where the car is and how fast it goes: a fix of its receiver,
// the address of one, and what tells a car that moves from one that stands
// (requirements rows 1, 48 and 49).
//
// Where a car was is personal information of whoever drove it and of whoever was met
// there: a [Place] prints as "[position]" whatever it is printed with.
package position

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"time"
)

// ErrInvalid is returned for a fix that cannot be one, and for a report of a receiver
// that cannot be read. It never says what was reported.
var ErrInvalid = errors.New("not a valid position")

// Place is a point on the ground, in degrees of WGS 84: north and east are positive.
type Place struct {
	Latitude, Longitude float64
	// At is when the receiver reported it, by the terminal's clock.
	At time.Time
}

// Format prints nothing of the place, for every verb.
func (Place) Format(f fmt.State, _ rune) { io.WriteString(f, "[position]") }

// LogValue is what slog records of a place.
func (Place) LogValue() slog.Value { return slog.StringValue("[position]") }

// Degrees is the place for a screen: "43.65321, -79.38318", about a metre fine.
func (p Place) Degrees() string {
	return fmt.Sprintf("%.5f, %.5f", p.Latitude, p.Longitude)
}

// Fix is one report of a receiver.
type Fix struct {
	Place
	// KMH is the speed over the ground, in kilometres an hour.
	KMH float64
}

// fastest is the speed above which a report is an error of the receiver, in
// kilometres an hour.
const fastest = 400

// Validate returns [ErrInvalid] for what is nowhere on earth, for the point that
// receivers report before they know anything (0° north, 0° east), and for a speed that
// no car has.
func (f Fix) Validate() error {
	within := func(v, most float64) bool { return !math.IsNaN(v) && math.Abs(v) <= most }
	switch {
	case !within(f.Latitude, 90), !within(f.Longitude, 180), f.Latitude == 0 && f.Longitude == 0:
		return fmt.Errorf("where it is: %w", ErrInvalid)
	case !within(f.KMH, fastest), f.KMH < 0:
		return fmt.Errorf("how fast it is: %w", ErrInvalid)
	}
	return nil
}

const (
	// movesAfter is how long a car is at the limit or above it until it counts as
	// moving: one report that jumps is no drive.
	movesAfter = time.Second
	// standsAfter is how long a car is at half the limit or below it until it counts as
	// standing: in a queue of traffic the screen does not change to and fro.
	standsAfter = 3 * time.Second
)

// Motion tells a car that moves from one that stands. Between half the limit and the
// limit it stays what it was. The zero Motion stands.
type Motion struct {
	Moving bool
	// Since is when it began to move or to stand; zero before the first fix.
	Since time.Time

	turning time.Time // since when the speed says otherwise, zero while it does not
}

// Hear takes the speed of a fix and the speed from which a car moves, both in
// kilometres an hour, and reports whether the car began to move or to stand.
func (m *Motion) Hear(kmh, limit float64, now time.Time) bool {
	if m.Since.IsZero() {
		m.Since = now
	}
	against, lasts := kmh >= limit, movesAfter
	if m.Moving {
		against, lasts = kmh <= limit/2, standsAfter
	}
	switch {
	case !against:
		m.turning = time.Time{}
		return false
	case m.turning.IsZero():
		m.turning = now
	}
	if now.Sub(m.turning) < lasts {
		return false
	}
	*m = Motion{Moving: !m.Moving, Since: m.turning}
	return true
}
