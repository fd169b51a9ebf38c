package roadside

// rear paints a car that is seen from behind.
func (v *vehicle) rear() {
	belt := v.top
	var profile []step
	length := v.between(3.4, 4.6)
	switch v.kind {
	case saloonRear:
		deck := v.between(0.25, 0.5)
		profile = []step{{v.curve * 0.3, v.top, false}, {deck, v.top + 0.04, true}, {deck + v.between(0.45, 0.7), v.roof, false}, {deck + 1.9, v.roof, true}, {deck + 2.6, 1, false}, {length, 0.75, false}}
	case pickupRear:
		bed := v.between(1.4, 2)
		belt = v.top - 0.05
		profile = []step{{0.03, v.top, false}, {bed, v.top, true}, {bed + 0.15, v.roof, false}, {bed + 1.5, v.roof, true}, {bed + 2.1, 1.1, false}, {bed + 3.2, 1, false}}
	default: // the window is part of the end
		belt = v.low + (v.top-v.low)*v.between(0.48, 0.6)
		profile = []step{{v.lean * (v.top - v.low), v.top, false}, {1.4, v.roof, false}, {2.6, v.roof, true}, {3.2, 1, false}, {length, 0.8, false}}
	}
	v.body(profile, min(belt, v.roof-0.3))
	c := v.coat
	v.form(shaded(c*1.08, c*0.78), point{-v.hw * 0.9, v.top}, point{v.hw * 0.9, v.top}, point{v.hw * 0.99, v.top - 0.12}, point{v.hw, v.low + 0.05}, point{v.hw * 0.95, v.low}, point{-v.hw * 0.95, v.low}, point{-v.hw, v.low + 0.05}, point{-v.hw * 0.99, v.top - 0.12})
	lid := v.top
	if v.kind == hatchRear || v.kind == wagonRear {
		v.tailWindow(belt)
		lid = belt
	}
	v.bumper()
	v.lid(lid)
	v.sheen(v.low, lid)
	v.tailLamps(lid)
	v.niche()
	v.badges(lid)
	v.pipes()
	v.hang(v.mount(), v.plate.on)
	v.tow()
}

func (v *vehicle) tailWindow(belt float64) {
	w := v.hw * v.between(0.72, 0.86)
	top := v.top - v.between(0.07, 0.14)
	g := v.glass
	bright := g
	if v.chance(0.3) {
		bright = v.between(80, 230)
	}
	v.form(flat(g*0.6), point{-w * 0.9, top + 0.02}, point{w * 0.9, top + 0.02}, point{w + 0.03, belt + 0.03}, point{-w - 0.03, belt + 0.03})
	v.form(shaded(bright, g), point{-w * 0.88, top}, point{w * 0.88, top}, point{w, belt + 0.06}, point{-w, belt + 0.06})
	if v.chance(0.5) {
		v.form(flat(g*v.between(0.3, 2)).veil(0.6), point{-w * 0.5, belt + 0.3}, point{-w * 0.2, belt + 0.3}, point{-w * 0.2, belt + 0.06}, point{-w * 0.5, belt + 0.06})
		v.form(flat(g*v.between(0.3, 2)).veil(0.6), point{w * 0.2, belt + 0.3}, point{w * 0.5, belt + 0.3}, point{w * 0.5, belt + 0.06}, point{w * 0.2, belt + 0.06})
	}
	if v.chance(0.3) && !v.small(0.03) { // heating wires
		for u := belt + 0.12; u < top-0.05; u += 0.05 {
			v.patch(flat(g*1.5+15).veil(0.5), -w*0.85, u, w*0.85, u+0.008, 0)
		}
	}
	if v.chance(0.5) {
		v.stripe(v.face(0, belt+0.07), 0, 0, v.hw*v.between(-0.5, 0.5), -v.between(0, 0.25), 0.025, flat(12))
	}
	if v.chance(0.25) { // advertising on the glass
		v.notice(v.face(0, (belt+top)/2), -w*0.7, -(top-belt)*0.35, w*0.7, (top-belt)*0.35)
	}
	v.patch(flat(v.between(20, 90)), -0.2, v.top-0.05, 0.2, v.top-0.02, 0.01)
}

// bumper paints the lower part of the end.
func (v *vehicle) bumper() {
	top := v.low + v.between(0.2, 0.36)
	c := v.coat
	switch v.IntN(4) {
	case 0:
		c = v.between(15, 60) // black plastic
	case 1:
		if v.chance(0.4) {
			c = v.between(130, 230) // chrome
		}
	}
	v.patch(flat(v.coat*0.4).veil(0.7), -v.hw, top, v.hw, top+0.02, 0)
	v.patch(shaded(c*1.1, c*0.72), -v.hw*1.01, v.low, v.hw*1.01, top, 0.04)
	if v.chance(0.6) {
		v.patch(shaded(24, 40), -v.hw*v.between(0.5, 0.95), v.low-0.03, v.hw*v.between(0.5, 0.95), v.low+v.between(0.05, 0.16), 0.03)
	}
	if v.chance(0.4) {
		u := v.low + v.between(0.1, 0.2)
		v.patch(flat(c*v.between(0.5, 1.3)), -v.hw, u, v.hw, u+v.between(0.02, 0.06), 0)
	}
	if v.chance(0.5) { // reflectors
		k := flat(v.between(40, 140))
		u := v.low + v.between(0.1, 0.25)
		v.both(k, point{v.hw * 0.65, u + 0.04}, point{v.hw * 0.85, u + 0.04}, point{v.hw * 0.85, u}, point{v.hw * 0.65, u})
	}
}

// lid paints the seams of the boot or hatch.
func (v *vehicle) lid(top float64) {
	k := flat(v.coat * 0.35).veil(0.8)
	w := v.hw * v.between(0.6, 0.85)
	low := v.low + v.between(0.3, 0.45)
	v.both(k, point{w, top}, point{w + 0.014, top}, point{w + 0.014, low}, point{w, low})
	if v.chance(0.5) {
		v.patch(k, -w, low, w, low+0.015, 0)
	}
	if v.chance(0.4) { // a crease
		u := low + (top-low)*v.between(0.3, 0.9)
		v.patch(flat(v.coat*v.between(0.6, 1.4)+8).veil(0.6), -w, u, w, u+v.between(0.02, 0.05), 0)
	}
	if v.chance(0.2) {
		v.patch(flat(v.coat*0.7), -v.hw*0.8, top-0.02, v.hw*0.8, top+v.between(0.04, 0.1), 0.02) // a spoiler
	}
}

func (v *vehicle) tailLamps(lid float64) {
	in, out := v.hw*v.between(0.5, 0.75), v.hw*0.985
	top := lid - v.between(0, 0.12)
	low := top - v.between(0.12, 0.3)
	if v.kind != saloonRear && v.chance(0.6) { // upright
		in, low = v.hw*v.between(0.76, 0.86), top-v.between(0.3, 0.6)
		if v.kind != pickupRear && v.chance(0.6) {
			top += v.between(0, 0.4)
		}
	}
	low = max(low, v.low+0.2)
	c := v.between(25, 120)
	skew := v.between(-0.06, 0.06)
	v.both(flat(c*0.5), point{in - 0.015, top + 0.015}, point{out + 0.01, top + 0.015}, point{out + 0.01, low - 0.015}, point{in - 0.015 + skew, low - 0.015})
	v.both(shaded(c*1.15, c*0.85), point{in, top}, point{out, top}, point{out, low}, point{in + skew, low})
	if v.chance(0.7) { // the reversing lamp
		u := low + (top-low)*v.between(0.1, 0.7)
		v.both(flat(v.between(130, 240)), point{in + 0.03, u + 0.06}, point{in + 0.14, u + 0.06}, point{in + 0.14, u}, point{in + 0.03, u})
	}
	if v.chance(0.4) {
		u := low + (top-low)*v.between(0.2, 0.8)
		v.both(flat(c*0.4), point{in, u + 0.012}, point{out, u + 0.012}, point{out, u}, point{in, u})
	}
	if v.lamps > 0 && v.chance(0.75) {
		u := (low + top) / 2
		for _, side := range [2]float64{-1, 1} {
			v.lamp(v.skin(side*(in+out)/2, u), (top-low)/2, v.lamps*v.between(0.4, 1))
		}
	}
}

// lamp lights a lamp of a radius in metres.
func (v *vehicle) lamp(at point, radius, bright float64) {
	r := max(1.2, radius*v.px)
	v.glow(at, r, r, 260*bright)
	v.glow(at, r*v.between(1.8, 3), r*v.between(1.8, 3), 120*bright)
	wide := v.between(3, 9)
	v.glow(at, r*wide, r*wide, 45*bright)
	if v.chance(0.15) { // a streak of the lens
		v.glow(at, r*v.between(8, 30), max(0.8, r*0.15), 110*bright)
	}
}

// niche paints the recess around the plate and its lamps.
func (v *vehicle) niche() {
	b := v.plate
	w, h := 0.26, 0.1
	if b.on != nil {
		w, h = b.on.w/2, b.on.h/2
	}
	if v.chance(0.5) {
		mx, mu := v.between(0.02, 0.14), v.between(0.02, 0.09)
		c := v.coat * v.between(0.35, 0.95)
		if v.chance(0.3) {
			c = v.between(10, 50)
		}
		v.patch(shaded(c*0.7, c*1.1), b.x-w-mx, b.u-h-mu, b.x+w+mx, b.u+h+mu*v.between(1, 1.6), v.between(0, 0.05))
	}
	if v.chance(0.4) { // the handle above, with the plate's lamps
		c := v.coat * v.between(0.6, 1.1)
		if v.chance(0.4) {
			c = v.between(140, 230)
		}
		u := b.u + h + v.between(0.03, 0.07)
		v.patch(shaded(c*1.2, c*0.7), b.x-w*v.between(0.5, 1.3), u, b.x+w*v.between(0.5, 1.3), u+v.between(0.02, 0.05), 0.01)
	}
}

// badges paints the emblem and the names on the lid.
func (v *vehicle) badges(lid float64) {
	if v.small(0.12) {
		return
	}
	low := v.low + 0.42
	if v.chance(0.75) {
		u := lid - v.between(0.06, 0.2)
		if b := v.plate; b.on != nil && u < b.u+b.on.h/2+0.08 && u > b.u-b.on.h/2-0.08 {
			u = b.u + b.on.h/2 + 0.1
		}
		v.emblem(v.face(0, u), v.between(0.035, 0.07))
	}
	bright := v.coat + v.sign()*v.between(50, 150)
	if v.chance(0.6) {
		bright = v.between(140, 235)
	}
	for _, side := range [2]float64{-1, 1} {
		for range v.IntN(3) {
			s := script{face: one(v.dice, faces()), height: v.between(0.022, 0.05), stretch: v.between(0.8, 1.8), space: v.between(0, 0.5)}
			words := v.badge()
			x := side*v.hw*v.between(0.35, 0.6) - s.width(words)/2
			u := low + (lid-low)*v.between(0, 0.95)
			if v.coversPlate(x, x+s.width(words), u, u+s.height) {
				continue
			}
			v.write(v.face(x, u), s, 0, 0, words, flat(bright))
		}
	}
	if v.chance(0.15) { // the make's name across the lid
		s := script{face: one(v.dice, faces()), height: v.between(0.05, 0.12), stretch: v.between(1, 1.6), space: v.between(0.2, 1.2)}.fit("XXXXXXXX", v.hw*1.6)
		u := low + (lid-low)*v.between(0.3, 0.8)
		words := one(v.dice, names)
		if w := s.width(words) / 2; !v.coversPlate(-w, w, u, u+s.height) {
			v.write(v.face(-w, u), s, 0, 0, words, flat(bright))
		}
	}
	if v.chance(0.25) { // a sticker
		x, u := v.hw*v.between(-0.7, 0.6), v.low+v.between(0.1, 0.5)
		if !v.coversPlate(x, x+0.25, u-0.1, u) {
			v.notice(v.face(x, u), 0, 0, v.between(0.1, 0.25), v.between(0.06, 0.12))
		}
	}
}

// coversPlate tells whether a part of the end lies over the plate.
func (v *vehicle) coversPlate(x0, x1, u0, u1 float64) bool {
	b := v.plate
	if b.on == nil {
		return false
	}
	const gap = 0.015
	w, h := b.on.w/2+gap, b.on.h/2+gap
	return x0 < b.x+w && x1 > b.x-w && u0 < b.u+h && u1 > b.u-h
}

func (v *vehicle) pipes() {
	if v.small(0.06) || v.chance(0.4) {
		return
	}
	x := v.hw * v.between(0.4, 0.75)
	for _, side := range [2]float64{-1, 1} {
		if side < 0 && v.chance(0.6) {
			continue
		}
		pl := v.face(side*x, v.low)
		v.disc(pl, 0, 0, 0.045, 0.04, flat(v.between(90, 220)))
		v.disc(pl, 0, 0, 0.032, 0.03, flat(10))
	}
}

// tow puts a tow bar before the plate at times.
func (v *vehicle) tow() {
	if v.plate.on == nil || v.small(0.05) || !v.chance(0.12) {
		return
	}
	b := v.plate
	pl := v.front(b.x+v.about(0.02), -(b.u - b.on.h/2), -0.08)
	up := b.on.h * v.between(0, 0.45)
	c := v.between(10, 120)
	v.box(pl, -0.018, -up, 0.018, 0.16, 0, shaded(c*1.2, c*0.7))
	v.disc(pl, 0, -up-0.012, 0.028, 0.026, shaded(c*1.8+20, c*0.6))
	if v.chance(0.3) {
		v.box(pl, -0.06, 0.1, 0.06, 0.16, 0.01, flat(c*0.6))
	}
}
