package roadside

import "math"

// vehicle is one on the road. Its room begins on the ground below the middle of
// the end that is seen: x to the right, z into it, and u upwards, in metres.
type vehicle struct {
	pose
	*Scenes
	kind    kind
	plate   board
	hw      float64 // half the width
	coat    float64 // the paint's value
	glass   float64
	curve   float64 // how far the sides of the end bend back
	lean    float64 // how far the end leans forward on a metre upwards
	low     float64 // of the end, above the ground
	top     float64 // of the end
	roof    float64
	px      float64 // pixels of a metre
	lamps   float64 // how bright the lamps are, 0 for out
	heading float64 // how far it is turned to the side, in radians
	loaded  bool    // stands on a car transporter
}

// kind is a kind of vehicle, seen from one of its ends.
type kind int

const (
	saloonRear kind = iota
	hatchRear
	wagonRear
	pickupRear
	carFront
	vanRear
	truckRear
	truckFront
	busRear
	motorcycle
	trailer
	kinds
)

// board is where a vehicle carries its plate: the middle, and the plate itself.
type board struct {
	on      *sheet
	x, u, z float64
	roll    float64
	pitch   float64
}

// w is the plate's width, or that of most.
func (b board) w() float64 {
	if b.on == nil {
		return 0.3
	}
	return b.on.w
}

// spot is a place of the vehicle in the picture.
func (v *vehicle) spot(x, u, z float64) point { return v.at(x, -u, z) }

// skin is a place of the end that is seen.
func (v *vehicle) skin(x, u float64) point { return v.at(x, -u, v.depth(x, u)) }

func (v *vehicle) depth(x, u float64) float64 {
	s := math.Abs(x) / v.hw
	return v.curve*s*s*s + v.lean*max(0, u-v.low)
}

// small tells whether a length cannot be seen.
func (v *vehicle) small(metres float64) bool { return metres*v.px < 0.6 }

// patch paints a rectangle of the end, its corners cut by r.
func (v *vehicle) patch(k ink, x0, u0, x1, u1, r float64) {
	if v.small(x1-x0) || v.small(u1-u0) {
		return
	}
	v.outline(x0, u0, x1, u1, min(r, (x1-x0)/2, (u1-u0)/2), false)
	v.fill(k)
}

// rim paints the border of such a rectangle.
func (v *vehicle) rim(k ink, x0, u0, x1, u1, r, wide float64) {
	if v.small(wide*2) || v.small(u1-u0) {
		return
	}
	v.outline(x0, u0, x1, u1, r, false)
	v.outline(x0+wide, u0+wide, x1-wide, u1-wide, max(0, r-wide), true)
	v.fill(k)
}

func (v *vehicle) outline(x0, u0, x1, u1, r float64, back bool) {
	v.starts = append(v.starts, len(v.points))
	first := len(v.points)
	n := 1 + int((x1-x0)/0.3)
	v.run(x0+r, u1, x1-r, u1, n)
	if r > 0 {
		v.points = append(v.points, v.skin(x1-0.3*r, u1-0.3*r))
	}
	v.run(x1, u1-r, x1, u0+r, 1)
	if r > 0 {
		v.points = append(v.points, v.skin(x1-0.3*r, u0+0.3*r))
	}
	v.run(x1-r, u0, x0+r, u0, n)
	if r > 0 {
		v.points = append(v.points, v.skin(x0+0.3*r, u0+0.3*r))
	}
	v.run(x0, u0+r, x0, u1-r, 1)
	if r > 0 {
		v.points = append(v.points, v.skin(x0+0.3*r, u1-0.3*r))
	}
	if back {
		for a, b := first, len(v.points)-1; a < b; a, b = a+1, b-1 {
			v.points[a], v.points[b] = v.points[b], v.points[a]
		}
	}
}

// run collects the points of a line on the skin.
func (v *vehicle) run(x0, u0, x1, u1 float64, n int) {
	for i := range n + 1 {
		t := float64(i) / float64(n)
		v.points = append(v.points, v.skin(x0+(x1-x0)*t, u0+(u1-u0)*t))
	}
}

// form paints a shape of the end; both also its mirror image.
func (v *vehicle) form(k ink, ps ...point) {
	v.starts = append(v.starts, len(v.points))
	for i, p := range ps {
		q := ps[(i+1)%len(ps)]
		n := 1 + int(math.Abs(q.X-p.X)/0.3)
		for j := range n {
			t := float64(j) / float64(n)
			v.points = append(v.points, v.skin(p.X+(q.X-p.X)*t, p.Y+(q.Y-p.Y)*t))
		}
	}
	v.fill(k)
}

func (v *vehicle) both(k ink, ps ...point) {
	for _, side := range [2]float64{1, -1} {
		v.starts = append(v.starts, len(v.points))
		for _, p := range ps {
			v.points = append(v.points, v.skin(side*p.X, p.Y))
		}
		v.fill(k)
	}
}

// sheen paints what the paint of the end mirrors, between two heights: the sky, the
// road, whatever stands around; and the dust on it.
func (v *vehicle) sheen(low, high float64) {
	if v.small(0.1) {
		return
	}
	n := noise()
	for range v.IntN(4) {
		u := v.between(low, high)
		h := v.ofSize(0.02, 0.4)
		k := shaded(v.between(0, 255), v.between(0, 255)).veil(v.between(0.05, 0.3)).rugged(n.cloud, v.between(0, 0.9), v.ofSize(0.3, 2))
		x0, x1 := -v.hw*v.between(0.3, 1), v.hw*v.between(0.3, 1)
		v.patch(k, x0, max(low, u-h/2), x1, min(high, u+h/2), v.between(0, 0.1))
	}
	if v.chance(0.3) {
		v.patch(flat(v.between(60, 170)).veil(v.between(0.1, 0.5)).rugged(n.cloud, 0.6, v.ofSize(0.5, 2)), -v.hw, v.low, v.hw, low+(high-low)*v.between(0.2, 0.9), 0)
	}
}

// face is the plane that touches the end at a place.
func (v *vehicle) face(x, u float64) plane { return v.front(x, -u, v.depth(x, u)-0.005) }

// step is a corner of a vehicle's profile, from the seen end to the other one.
type step struct {
	z, u  float64
	glass bool // from here to the next
}

// body paints what lies behind the end: shadow, wheels, sides, glass and roof.
func (v *vehicle) body(profile []step, belt float64) {
	end := profile[len(profile)-1]
	f := &v.film
	shadow := v.between(0.15, 0.6)
	f.poly(flat(20).veil(shadow), v.spot(-v.hw-0.1, 0, -0.25), v.spot(v.hw+0.1, 0, -0.25), v.spot(v.hw+0.1, 0, end.z), v.spot(-v.hw-0.1, 0, end.z))
	f.poly(flat(v.between(4, 30)), v.spot(-v.hw+0.1, v.low+0.1, 0.2), v.spot(v.hw-0.1, v.low+0.1, 0.2), v.spot(v.hw-0.1, 0, 0.7), v.spot(-v.hw+0.1, 0, 0.7))
	for _, side := range [2]float64{-1, 1} {
		x := side * v.hw * 0.98
		f.poly(flat(v.between(6, 40)), v.spot(x, 0.5, 0.35), v.spot(x, 0, 0.5), v.spot(x-side*0.2, 0, 0.5), v.spot(x-side*0.2, 0.5, 0.35))
		outward := v.turned.x.times(side)
		if outward.dot(v.origin.plus(v.turned.at(vec{x, -1, 1}))) < 0 {
			v.flank(side, profile, belt)
		}
	}
	for i := len(profile) - 2; i >= 0; i-- {
		a, b := profile[i], profile[i+1]
		slope := math.Atan2(b.u-a.u, b.z-a.z)
		ha, hb := v.half(a.u, belt), v.half(b.u, belt)
		if !v.faces(a, b) {
			continue
		}
		c := v.coat * (1.2 - 0.3*math.Abs(slope))
		k := shaded(c*0.95, c*1.05)
		f.poly(k, v.spot(-hb, b.u, b.z), v.spot(hb, b.u, b.z), v.spot(ha, a.u, a.z), v.spot(-ha, a.u, a.z))
		if a.glass {
			v.pane(a, b, ha, hb)
		}
	}
}

// faces tells whether the surface between two steps looks towards the camera.
func (v *vehicle) faces(a, b step) bool {
	// Upwards and backwards is outside.
	at := v.origin.plus(v.turned.at(vec{0, -a.u, a.z}))
	up := v.turned.at(vec{0, -(b.z - a.z), -(b.u - a.u)})
	return up.dot(at) < 0
}

// half is half the width of the body at a height: the greenhouse is narrower.
func (v *vehicle) half(u, belt float64) float64 {
	if u <= belt || v.roof <= belt {
		return v.hw * 0.97
	}
	return v.hw * (0.95 - 0.2*min(1, (u-belt)/(v.roof-belt)))
}

// pane paints a window across the vehicle, with what shows in it.
func (v *vehicle) pane(a, b step, ha, hb float64) {
	at := func(x, t float64) point {
		t = 0.06 + 0.86*t
		h := ha + (hb-ha)*t
		return v.spot(x*h*0.92, a.u+(b.u-a.u)*t, a.z+(b.z-a.z)*t)
	}
	bright := v.glass
	if v.chance(0.25) {
		bright = v.between(90, 235)
	}
	v.poly(shaded(bright, v.glass*v.between(0.5, 1.2)), at(-1, 1), at(1, 1), at(1, 0), at(-1, 0))
	if v.small(0.2) {
		return
	}
	if v.chance(0.5) { // head rests
		for _, x := range [3]float64{-0.55, 0, 0.55} {
			c := v.glass * v.between(0.2, 1.8)
			v.poly(flat(c).veil(0.7), at(x-0.15, 0.45), at(x+0.15, 0.45), at(x+0.17, 0), at(x-0.17, 0))
		}
	}
	if v.chance(0.35) { // the sky in it
		x := v.between(-1, 0.4)
		w := v.between(0.1, 0.8)
		v.poly(flat(v.between(100, 240)).veil(v.between(0.2, 0.8)), at(x, 1), at(min(1, x+w), 1), at(min(1, x+w*0.8), 0), at(max(-1, x-0.2), 0))
	}
	if v.chance(0.3) { // a sticker
		x, t := v.between(-0.9, 0.7), v.between(0, 0.6)
		v.poly(flat(v.between(60, 240)), at(x, t+0.25), at(x+0.2, t+0.25), at(x+0.2, t), at(x, t))
	}
	if v.chance(0.4) { // a wiper
		p, q := at(0, 0), at(v.between(-0.9, 0.9), v.between(0.1, 0.5))
		v.stripe(screen(point{}, 0, 0), p.X, p.Y, q.X, q.Y, max(0.7, v.px*0.02), flat(15))
	}
}

// flank paints a side with its windows and wheels.
func (v *vehicle) flank(side float64, profile []step, belt float64) {
	f := &v.film
	x := side * v.hw
	c := v.coat * v.between(0.55, 1.05)
	f.starts = append(f.starts, len(f.points))
	for _, s := range profile {
		h := v.half(s.u, belt) * side
		f.points = append(f.points, v.spot(h, s.u, s.z))
	}
	end := profile[len(profile)-1]
	f.points = append(f.points, v.spot(x, 0.3, end.z), v.spot(x, 0.25, v.curve))
	f.fill(shaded(c*1.1, c*0.8))
	if v.roof > belt+0.2 && v.kind < vanRear {
		v.sideWindows(side, profile, belt)
	}
	pl := v.onto(x, 0, 0, vec{0, 0, 1}, vec{0, 1, 0})
	r := v.between(0.28, 0.36)
	if v.kind >= vanRear {
		r = 0.45
	}
	for _, z := range [2]float64{v.curve + 0.75, end.z - 0.8} {
		f.disc(pl, z, -r, r*1.12, r*1.12, flat(c*0.2))
		f.disc(pl, z, -r, r, r, flat(22))
		f.disc(pl, z, -r, r*0.62, r*0.62, flat(v.between(60, 190)))
		if !v.small(0.2) && v.chance(0.7) {
			f.disc(pl, z, -r, r*0.3, r*0.3, flat(v.between(20, 120)))
			for a := range 5 {
				s, o := math.Sincos(float64(a) * 2 * math.Pi / 5)
				f.stripe(pl, z, -r, z+r*0.6*o, -r+r*0.6*s, 0.04, flat(40))
			}
		}
	}
	if !v.small(0.05) { // doors and a moulding
		for _, z := range [2]float64{end.z * 0.42, end.z * 0.62} {
			f.stripe(pl, z, -0.3, z, -belt, 0.015, flat(c*0.4))
			f.stripe(pl, z+0.12, -belt+0.12, z+0.3, -belt+0.12, 0.03, flat(c*0.5))
		}
		f.stripe(pl, 0.5, -0.55, end.z-0.3, -0.55, 0.03, flat(c*0.7))
	}
	if v.chance(0.4) { // the mirror
		z, u := end.z*0.66, belt+0.05
		f.poly(flat(c*0.8), v.spot(x, u, z), v.spot(x*1.15, u, z), v.spot(x*1.15, u+0.16, z), v.spot(x, u+0.16, z))
	}
}

func (v *vehicle) sideWindows(side float64, profile []step, belt float64) {
	first, last := -1, -1
	for i, s := range profile {
		if s.u >= v.roof-0.08 {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return
	}
	z0, z1 := profile[first].z+0.1, profile[last].z-0.1
	x, hi := side*v.hw, side*v.half(v.roof-0.08, belt)
	k := shaded(v.glass*v.between(0.6, 2), v.glass)
	v.poly(k, v.spot(x, belt+0.04, z0-0.4), v.spot(hi, v.roof-0.1, z0), v.spot(hi, v.roof-0.1, z1), v.spot(x, belt+0.04, z1+0.45))
	for _, t := range [2]float64{0.35, 0.7} {
		z := z0 + (z1-z0)*t
		v.poly(flat(v.coat*0.5), v.spot(x, belt, z), v.spot(hi, v.roof-0.1, z), v.spot(hi, v.roof-0.1, z+0.08), v.spot(x, belt, z+0.08))
	}
}
