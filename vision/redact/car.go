package redact

import (
	"image"
	"math"
)

// car is what is known of the car that the picture is for.
type car struct {
	plate image.Rectangle
	// body is its front or rear below the glass: the picture is for its colour
	// and shape.
	body image.Rectangle
}

func newCar(plate image.Rectangle) car {
	if plate.Empty() {
		return car{}
	}
	return car{plate: plate, body: around(plate, 0.95, -glassLow, 0.45)}
}

// mine reports whether an area lies mostly on the car's body.
func (c car) mine(area image.Rectangle) bool {
	return 2*size(area.Intersect(c.body)) > size(area)
}

// outline is where the car is, with a little around it; empty if there is none.
func (c car) outline() image.Rectangle {
	if c.plate.Empty() {
		return image.Rectangle{}
	}
	return around(c.plate, 1.25, -1.35, 0.7)
}

// spare returns an area that is only an estimate without the car's body.
func (c car) spare(area image.Rectangle) []image.Rectangle { return without(area, c.body) }

// without returns an area without a hole in it.
func without(area, hole image.Rectangle) []image.Rectangle {
	hole = hole.Intersect(area)
	if hole.Empty() {
		return []image.Rectangle{area}
	}
	var parts []image.Rectangle
	for _, p := range []image.Rectangle{
		image.Rect(area.Min.X, area.Min.Y, area.Max.X, hole.Min.Y),
		image.Rect(area.Min.X, hole.Max.Y, area.Max.X, area.Max.Y),
		image.Rect(area.Min.X, hole.Min.Y, hole.Min.X, hole.Max.Y),
		image.Rect(hole.Max.X, hole.Min.Y, area.Max.X, hole.Max.Y),
	} {
		if p.Dx() > 0 && p.Dy() > 0 { // image.Rect would turn a negative side round
			parts = append(parts, p)
		}
	}
	return parts
}

func size(r image.Rectangle) int { return r.Dx() * r.Dy() }

// Where the glass of a car is, in metres above its plate. A windscreen begins 0.4
// above the front plate, the rear window of a hatchback or a van 0.23 above its
// plate; roofs end 1.1 above it.
const glassLow, glassHigh = 0.22, 1.1

// Glass returns where the front or rear window of a car is, judged from its
// plate. A car is about 1.8 m wide, its glass 1.5 m; seen from the side, the glass
// stands further back than the plate and so beside it.
func Glass(plate image.Rectangle) image.Rectangle {
	return around(plate, 1, -glassHigh, -glassLow)
}

// Cabin returns where anybody in a car can be seen, with much of its side windows
// if it stands askew.
func Cabin(plate image.Rectangle) image.Rectangle {
	return around(plate, 1.3, -1.15, -0.15)
}

// around returns the rectangle that reaches half metres to both sides of the
// middle of a plate, and from low to high metres below its top edge; negative is
// above.
func around(plate image.Rectangle, half, low, high float64) image.Rectangle {
	at := func(v float64) int { return metres(plate, v) }
	middle, top := (plate.Min.X+plate.Max.X)/2, plate.Min.Y
	return image.Rect(middle-at(half), top+at(low), middle+at(half), top+at(high))
}

// metres returns how many pixels so many metres are at a plate.
func metres(plate image.Rectangle, v float64) int {
	return int(math.Round(v * float64(plate.Dx()) / plateWidth(plate)))
}

// metres is how many pixels so many metres are at the car.
func (c car) metres(v float64) int { return metres(c.plate, v) }

// plateWidth is how wide a plate is, in metres, judged from its shape: North
// American plates are 0.305 by 0.152, South American ones 0.40 by 0.13, European
// ones 0.52 by 0.11.
func plateWidth(plate image.Rectangle) float64 {
	shape := float64(plate.Dx()) / float64(max(1, plate.Dy()))
	return min(max(0.305+(shape-2)*(0.52-0.305)/(4.5-2), 0.305), 0.52)
}
