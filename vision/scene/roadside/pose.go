package roadside

import (
	"math"

	"secondlook/vision/scene/paint"
)

// vec is a place in the camera's room, in metres: x to the right, y down, z away.
type vec struct{ x, y, z float64 }

func (a vec) plus(b vec) vec      { return vec{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vec) times(f float64) vec { return vec{a.x * f, a.y * f, a.z * f} }
func (a vec) dot(b vec) float64   { return a.x*b.x + a.y*b.y + a.z*b.z }
func (a vec) less(b vec) vec      { return a.plus(b.times(-1)) }

// turned is a rotation: the columns are where x, y and z point.
type turned struct{ x, y, z vec }

// turn first yaws to the side, then pitches (a camera that looks down), then
// rolls; in radians.
func turn(yaw, pitch, roll float64) turned {
	sy, cy := math.Sincos(yaw)
	sp, cp := math.Sincos(pitch)
	sr, cr := math.Sincos(roll)
	at := func(v vec) vec {
		v = vec{v.x*cy + v.z*sy, v.y, v.z*cy - v.x*sy}
		v = vec{v.x, v.y*cp - v.z*sp, v.z*cp + v.y*sp}
		return vec{v.x*cr - v.y*sr, v.x*sr + v.y*cr, v.z}
	}
	return turned{at(vec{1, 0, 0}), at(vec{0, 1, 0}), at(vec{0, 0, 1})}
}

func (t turned) at(v vec) vec { return t.x.times(v.x).plus(t.y.times(v.y)).plus(t.z.times(v.z)) }

// then is the rotation u seen from t.
func (t turned) then(u turned) turned { return turned{t.at(u.x), t.at(u.y), t.at(u.z)} }

// lens is how the camera's room comes into the picture.
type lens struct {
	focal  float64 // in pixels
	middle point
}

func (l lens) see(v vec) point {
	z := max(0.25, v.z)
	return point{l.middle.X + l.focal*v.x/z, l.middle.Y + l.focal*v.y/z}
}

// pose is where a thing stands: its own room, in metres, in the camera's.
type pose struct {
	lens
	turned
	origin vec
}

func (p pose) at(x, y, z float64) point { return p.see(p.origin.plus(p.turned.at(vec{x, y, z}))) }

// scale is the number of pixels of a metre at the pose's origin.
func (p pose) scale() float64 { return p.focal / max(0.25, p.origin.z) }

// plane maps a flat thing, in its own units, to the picture: a homography.
type plane [9]float64

func (m plane) at(x, y float64) point {
	w := max(1e-6, m[6]*x+m[7]*y+m[8])
	return point{(m[0]*x + m[1]*y + m[2]) / w, (m[3]*x + m[4]*y + m[5]) / w}
}

// onto is the plane through a place of the pose whose axes point along u and v.
func (p pose) onto(x, y, z float64, u, v vec) plane {
	o, a, b := p.origin.plus(p.turned.at(vec{x, y, z})), p.turned.at(u), p.turned.at(v)
	row := func(k func(vec) float64, mid float64) (float64, float64, float64) {
		return p.focal*k(a) + mid*a.z, p.focal*k(b) + mid*b.z, p.focal*k(o) + mid*o.z
	}
	var m plane
	m[0], m[1], m[2] = row(func(v vec) float64 { return v.x }, p.middle.X)
	m[3], m[4], m[5] = row(func(v vec) float64 { return v.y }, p.middle.Y)
	m[6], m[7], m[8] = a.z, b.z, o.z
	return m
}

// front is the plane of a vehicle's face through a place of it.
func (p pose) front(x, y, z float64) plane { return p.onto(x, y, z, vec{1, 0, 0}, vec{0, 1, 0}) }

// screen is the plane of the picture itself, its origin moved to a place, turned
// by an angle and leaning by a shear.
func screen(at point, angle, shear float64) plane {
	s, c := math.Sincos(angle)
	return plane{c, -s + c*shear, at.X, s, c + s*shear, at.Y, 0, 0, 1}
}

// unit returns the map from a quadrilateral, from its top left corner clockwise,
// to the unit square.
func unit(q [4]point) plane {
	return plane(paint.ToUnit([4]paint.Point{paint.Point(q[0]), paint.Point(q[1]), paint.Point(q[2]), paint.Point(q[3])}))
}
