package roadside

import (
	"math"
	"sort"
)

// aim sets up the camera so that a thing of a width in metres is so many pixels
// wide in the middle of the view, on level ground.
func (s *Scenes) aim(metres, pixels float64) {
	focal := s.ofSize(420, 2200)
	z := focal * metres / pixels
	if z < 1.3 {
		z = 1.3
		focal = pixels * z / metres
	}
	pitch := 0.03 + s.about(0.07)
	if s.chance(0.2) {
		pitch = s.between(0.05, 0.5)
	}
	roll := s.about(0.02)
	if s.chance(0.12) {
		roll = s.between(-0.4, 0.4)
	}
	l := lens{focal, point{s.between(0, Width), s.between(-20, Height+20)}}
	tilt := turn(0, max(-0.1, min(0.55, pitch)), roll)
	s.ground = pose{l, tilt.then(turn(s.about(0.4), 0, 0)), vec{0, 1, z}}
	s.tilt = tilt
}

// place moves the ground so that a place of a vehicle is at a point of the picture.
func (s *Scenes) place(v *vehicle, at point, z float64) {
	g := &s.ground
	t := vec{(at.X - g.middle.X) * z / g.focal, (at.Y - g.middle.Y) * z / g.focal, z}
	v.origin = t.less(v.turned.at(vec{v.plate.x, -v.plate.u, 0}))
	g.origin = v.origin
}

// traffic shows vehicles on a road or a car park, the first of them with a plate
// of a chosen size.
func (s *Scenes) traffic() {
	pixels := s.ofSize(16, 240)
	many := s.chance(0.3) // so far away that several fit into the picture
	if many {
		pixels = s.ofSize(17, 36)
	}
	var on *sheet
	w, h := 0.305, 0.152
	if !s.mood.empty {
		on = s.press(pixels < 60)
		w, h = on.w, on.h
	}
	s.aim(w, pixels)
	z := s.ground.origin.z
	first := s.vehicle(s.kindFor(w/h), on)
	margin := pixels * s.between(-0.2, 0.6)
	at := point{s.between(margin, max(margin+1, Width-margin)), s.between(Height*0.08, Height*0.97)}
	first.heading = s.angle()
	first.turned = s.tilt.then(turn(first.heading, 0, 0))
	first.lens = s.ground.lens
	s.place(&first, at, z)
	s.fleet = append(s.fleet, first)
	alone := 0.2
	switch {
	case many:
		alone = 0
	case pixels > 80: // others hardly come into view
		alone = 0.5
	}
	if !s.chance(alone) {
		one(s.dice, []func(vehicle){s.row, s.row, s.row, s.crowd, s.crowd, s.crowd, s.crowd, s.stacked})(first)
	}
	s.backdrop()
	if s.chance(0.3) {
		s.decorate(3)
	}
	sort.SliceStable(s.fleet, func(i, j int) bool { return s.fleet[i].origin.z > s.fleet[j].origin.z })
	for i := range s.fleet {
		s.fleet[i].paint()
	}
}

// angle is how far a vehicle is turned to the side.
func (s *Scenes) angle() float64 {
	if s.chance(0.25) {
		return s.between(-1.05, 1.05)
	}
	return s.about(0.22)
}

// kindFor is a kind of vehicle that carries plates of a proportion.
func (s *Scenes) kindFor(aspect float64) kind {
	if aspect < 1.7 && s.chance(0.7) {
		return motorcycle
	}
	return one(s.dice, []kind{saloonRear, saloonRear, saloonRear, hatchRear, hatchRear, wagonRear, wagonRear, pickupRear, pickupRear, carFront, carFront, carFront, carFront, vanRear, truckRear, truckFront, busRear, trailer})
}

// another adds a vehicle at a place on the ground seen from the first one, in
// metres. Far ones have no plate that could be read.
func (s *Scenes) another(first vehicle, x, z, yaw float64) {
	v := s.vehicle(s.kindFor(2), nil)
	v.lens, v.turned = first.lens, s.tilt.then(turn(yaw, 0, 0))
	v.origin = first.origin.plus(s.tilt.at(vec{x, 0, z}))
	if v.origin.z < 1.8 {
		return
	}
	v.px = v.scale()
	at := v.at(0, -0.6, 0)
	seen := at.X > -40 && at.X < Width+40 && at.Y > -30 && at.Y < Height+30
	if !s.mood.empty && seen && 0.52*v.px > smallest && s.chance(0.85) {
		v = s.fitted(v, s.press(0.3*v.px < 60))
	}
	s.fleet = append(s.fleet, v)
}

// row is a row of parked vehicles.
func (s *Scenes) row(first vehicle) {
	yaw := first.heading + s.about(0.03)
	gap := s.between(1.95, 2.8)
	slant := s.between(-0.5, 0.5)
	for i := -3; i <= 3; i++ {
		if i != 0 && s.chance(0.8) {
			s.another(first, float64(i)*gap, float64(i)*slant+s.about(0.2), yaw+s.about(0.05))
		}
	}
	if s.chance(0.5) {
		z := s.between(8, 20)
		for i := -5; i <= 5; i++ {
			if s.chance(0.7) {
				s.another(first, float64(i)*gap, z, s.about(0.1))
			}
		}
	}
}

// crowd is traffic: others wherever the road is in the picture, some of them
// crossing it.
func (s *Scenes) crowd(first vehicle) {
	for range 6 + s.IntN(10) {
		at := point{s.between(-10, Width+10), s.between(0, Height+60)}
		p, ok := s.onGround(at)
		if !ok || first.focal*first.plate.w()/p.z < smallest && s.chance(0.85) || len(s.fleet) > 6 {
			continue
		}
		// In the room of the first one's ground.
		d := p.less(first.origin)
		x, z := d.dot(s.tilt.x), d.dot(s.tilt.z)
		if math.Abs(x) < 2.1 && math.Abs(z) < 5.5 || z < 0 && math.Abs(x) < 2.6 {
			continue
		}
		s.another(first, x, z, s.angle())
	}
}

// onGround is the place on the ground that is seen at a point of the picture.
func (s *Scenes) onGround(at point) (vec, bool) {
	g := &s.ground
	ray := vec{(at.X - g.middle.X) / g.focal, (at.Y - g.middle.Y) / g.focal, 1}
	t := s.tilt.y.dot(g.origin) / s.tilt.y.dot(ray)
	return ray.times(t), t > 1.8 && t < 50
}

// stacked is a load of cars: some stand above others between beams.
func (s *Scenes) stacked(first vehicle) {
	up := s.between(1.7, 2.1)
	for _, d := range [3]vec{{0, -up, 0.2}, {0, up, 0.3}, {2.3, 0, 0.5}} {
		if s.chance(0.75) {
			s.another(first, d.x, d.z, s.about(0.1))
			v := &s.fleet[len(s.fleet)-1]
			if d.y != 0 {
				v.origin = v.origin.plus(s.tilt.at(vec{0, d.y, 0}))
				v.loaded = true
			}
		}
	}
}

// vehicle is one of a kind, with a plate or without, nowhere as yet.
func (s *Scenes) vehicle(k kind, on *sheet) vehicle {
	v := vehicle{Scenes: s, kind: k, hw: s.between(0.8, 0.95), low: s.between(0.2, 0.32), glass: s.between(12, 80), lamps: s.mood.lamps,
		curve: s.between(0, 0.3), lean: s.between(0, 0.15), coat: s.colour()}
	switch k {
	case saloonRear:
		v.top, v.roof = s.between(0.92, 1.08), s.between(1.34, 1.5)
	case hatchRear, wagonRear:
		v.top = s.between(1.35, 1.8)
		v.roof = v.top + 0.04
		v.lean = s.between(0.05, 0.3)
	case pickupRear:
		v.top, v.roof, v.hw, v.lean = s.between(1.05, 1.35), s.between(1.7, 1.95), s.between(0.9, 1), 0
		v.low = s.between(0.35, 0.5)
		v.curve = s.between(0, 0.1)
	case carFront:
		v.top, v.roof = s.between(0.68, 1.05), s.between(1.35, 1.8)
		v.curve = s.between(0.05, 0.4)
	case motorcycle:
		v.top, v.roof, v.hw, v.low = 1, 1, 0.35, 0.3
	case vanRear:
		v.top, v.hw, v.low, v.curve, v.lean = s.between(1.9, 2.6), s.between(0.9, 1.05), 0.35, 0.03, 0.03
		v.roof = v.top
	default:
		v.top, v.hw, v.low, v.curve, v.lean = s.between(2.6, 3.8), s.between(1.1, 1.27), s.between(0.3, 0.5), 0.02, 0
		v.roof = v.top
		if k == trailer {
			v.top = s.between(1, 2.2)
			v.hw = s.between(0.7, 1.1)
		}
	}
	return s.fitted(v, on)
}

// fitted is the vehicle with a plate where it carries one.
func (s *Scenes) fitted(v vehicle, on *sheet) vehicle {
	w, h := 0.3, 0.15
	if on != nil {
		w, h = on.w, on.h
	}
	b := board{on: on, roll: s.about(0.012), pitch: s.about(0.06)}
	low, high := v.low+h/2+0.02, v.low+0.45
	switch v.kind {
	case saloonRear:
		high = v.top - h/2 - 0.08
	case hatchRear, wagonRear:
		high = v.low + (v.top-v.low)*0.45 - h/2
	case pickupRear:
		high = v.low + 0.3
	case carFront:
		high = v.low + 0.35
	case motorcycle:
		low, high = 0.5, 0.75
		b.pitch = -s.between(0, 0.45)
	case truckRear, busRear, vanRear, trailer:
		high = v.low + 0.6
	}
	b.u = s.between(low, max(low+0.01, high))
	if v.kind != motorcycle && s.chance(0.15) {
		b.x = s.between(-1, 1) * max(0, v.hw*0.8-w/2)
	}
	if s.chance(0.05) {
		b.roll = s.about(0.12)
	}
	v.plate = b
	return v
}

// colour is a paint's value: most cars are black, white or grey.
func (s *Scenes) colour() float64 {
	switch s.IntN(4) {
	case 0:
		return s.between(8, 50)
	case 1:
		return s.between(180, 250)
	}
	return s.between(40, 200)
}

// paint paints the vehicle.
func (v *vehicle) paint() {
	v.px = v.scale()
	switch v.kind {
	case carFront:
		v.frontEnd()
	case vanRear, truckRear, busRear, trailer:
		v.boxRear()
	case truckFront:
		v.tractor()
	case motorcycle:
		v.bike()
	default:
		v.rear()
	}
	if v.loaded {
		v.beams()
	}
}

// beams paints the frame of a car transporter below and beside the vehicle.
func (v *vehicle) beams() {
	k := flat(v.between(30, 200))
	v.poly(k, v.spot(-1.2, 0.05, -0.1), v.spot(1.2, 0.05, -0.1), v.spot(1.2, -0.1, -0.1), v.spot(-1.2, -0.1, -0.1))
	for _, x := range [2]float64{-1.2, 1.2} {
		v.poly(k, v.spot(x-0.06, 2, 0), v.spot(x+0.06, 2, 0), v.spot(x+0.06, -2, 0), v.spot(x-0.06, -2, 0))
	}
}
