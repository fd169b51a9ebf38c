package scene

import (
	"image"
	"math"

	"secondlook/vision/scene/paint"
)

// Width and Height are the size of a street's frames, in pixels.
const (
	Width  = 1280
	Height = 720
)

// spot is a place in the street, in metres: x to the right of the camera, y up
// from the road, z along the road away from the camera.
type spot struct{ x, y, z float64 }

// view is a camera's place and direction: a pinhole without distortion.
type view struct {
	sin, cos float64 // of the angle by which it is turned to the right
	focal    float64 // in pixels
	horizon  float64 // the row of the horizon
	height   float64 // above the road, in metres
	side     float64 // -1 where the lane it watches is on the left, 1 on the right
}

// near is the depth in front of the lens, in metres, at which shapes are cut.
const near = 0.5

// viewOf returns the view of a camera by the side it looks to. A long lens
// (28° across) is turned 13° toward the lane that it watches, as plate cameras are.
func viewOf(side string) view {
	v := view{focal: 2600, horizon: 232, height: 1.55, side: -1}
	if side == "front-right" {
		v.side = 1
	}
	v.sin, v.cos = math.Sincos(v.side * 13 * math.Pi / 180)
	return v
}

// turn turns a spot into the camera's own axes.
func (v view) turn(s spot) (x, y, z float64) {
	return s.x*v.cos - s.z*v.sin, s.y - v.height, s.x*v.sin + s.z*v.cos
}

func (v view) pixel(x, y, z float64) paint.Point {
	return paint.Point{Width/2 + v.focal*x/z, v.horizon - v.focal*y/z}
}

// see returns where a spot is in the picture; false if it is behind the lens.
func (v view) see(s spot) (paint.Point, bool) {
	x, y, z := v.turn(s)
	if z < near {
		return paint.Point{}, false
	}
	return v.pixel(x, y, z), true
}

// scale is how many pixels a metre has at a spot; 0 behind the lens.
func (v view) scale(s spot) float64 {
	if _, _, z := v.turn(s); z >= near {
		return v.focal / z
	}
	return 0
}

// project returns a flat shape's outline in the picture, cut in front of the
// lens; nil if nothing of it is left.
func (v view) project(shape []spot) []paint.Point {
	type turned struct{ x, y, z float64 }
	out := make([]paint.Point, 0, len(shape)+2)
	n := len(shape)
	var first, previous turned
	cross := func(a, b turned) {
		f := (near - a.z) / (b.z - a.z)
		out = append(out, v.pixel(a.x+(b.x-a.x)*f, a.y+(b.y-a.y)*f, near))
	}
	for i := 0; i <= n; i++ {
		var t turned
		if i < n {
			t.x, t.y, t.z = v.turn(shape[i])
		} else {
			t = first
		}
		if i == 0 {
			first = t
		} else if (t.z >= near) != (previous.z >= near) {
			cross(previous, t)
		}
		if i < n && t.z >= near {
			out = append(out, v.pixel(t.x, t.y, t.z))
		}
		previous = t
	}
	if len(out) < 3 {
		return nil
	}
	return out
}

// bounds is the smallest rectangle of whole pixels around points.
func bounds(points ...paint.Point) image.Rectangle {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range points {
		x0, y0, x1, y1 = math.Min(x0, p.X), math.Min(y0, p.Y), math.Max(x1, p.X), math.Max(y1, p.Y)
	}
	return image.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1)), int(math.Ceil(y1)))
}
