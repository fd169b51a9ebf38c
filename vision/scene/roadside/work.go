package roadside

// These are the vehicles that carry writing, and motorcycles.

// boxRear paints a lorry, a van, a bus or a trailer from behind.
func (v *vehicle) boxRear() {
	length := v.between(4, 9)
	v.body([]step{{0, v.top, false}, {length, v.top, false}, {length, 1.4, false}}, v.top+1)
	c := v.coat
	v.patch(shaded(c*1.05, c*0.85), -v.hw, v.low, v.hw, v.top, 0.05)
	v.sheen(v.low, v.top)
	floor := v.low + v.between(0.35, 0.7)
	v.patch(shaded(c*0.3, 20), -v.hw, v.low, v.hw, floor, 0.02)
	switch v.kind {
	case busRear:
		v.patch(shaded(c, c*0.8), -v.hw, v.low, v.hw, floor, 0.05)
		v.patch(shaded(v.glass*1.5, v.glass), -v.hw*0.8, v.top-1.3, v.hw*0.8, v.top-0.45, 0.08)
		v.routeBoard(v.face(v.hw*v.between(-0.5, 0.5), v.top-0.22))
		v.slats(-v.hw*0.7, floor+0.1, v.hw*0.7, floor+0.6, c*0.5)
	case vanRear:
		v.patch(shaded(c, c*0.8), -v.hw, v.low, v.hw, floor, 0.05)
		v.patch(flat(c*0.4), -0.01, v.low+0.2, 0.01, v.top-0.1, 0)
		if v.chance(0.6) {
			u := v.top - v.between(0.9, 1.1)
			for _, side := range [2]float64{-1, 1} {
				x0, x1 := min(side*0.08, side*v.hw*0.82), max(side*0.08, side*v.hw*0.82)
				v.patch(shaded(v.glass*1.4, v.glass), x0, u, x1, v.top-0.25, 0.05)
			}
		}
		v.vanLettering(floor)
	default:
		v.doors(floor)
		v.vanLettering(floor)
	}
	v.underRun(floor)
	if v.chance(0.5) {
		v.tailLamps(min(v.top-0.2, floor+0.7))
	}
	v.niche()
	v.hang(v.mount(), v.plate.on)
}

// doors paints the doors of a box, with bars and hinges.
func (v *vehicle) doors(floor float64) {
	dark := flat(v.coat * 0.45)
	if v.chance(0.7) {
		v.patch(dark, -0.012, floor, 0.012, v.top-0.05, 0)
	}
	if v.chance(0.4) { // a roller door
		for u := floor; u < v.top-0.2; u += 0.18 {
			v.patch(flat(v.coat*0.75), -v.hw*0.9, u, v.hw*0.9, u+0.015, 0)
		}
	}
	for _, x := range [4]float64{-0.5, -0.2, 0.2, 0.5} {
		if v.chance(0.6) {
			v.patch(flat(v.coat*0.6+30), x*v.hw, floor+0.05, x*v.hw+0.03, v.top-0.1, 0)
		}
	}
	v.rim(flat(v.coat*v.between(0.4, 1.2)+10), -v.hw, floor, v.hw, v.top, 0, 0.07)
}

// vanLettering writes a firm's name, what it does and its telephone number.
func (v *vehicle) vanLettering(floor float64) {
	if !v.chance(0.75) {
		return
	}
	ink := flat(v.between(10, 110))
	if v.coat < 110 {
		ink = flat(v.between(180, 250))
	}
	u := v.top - v.between(0.35, 0.9)
	for i := range 1 + v.IntN(5) {
		words := one(v.dice, trades)
		switch {
		case i == 0:
			words = one(v.dice, names)
		case v.chance(0.45):
			words = v.telephone()
		case v.chance(0.2):
			words = one(v.dice, names) + ".COM"
		}
		s := script{face: one(v.dice, faces()), height: v.between(0.08, 0.4), stretch: v.between(0.8, 1.5), slant: v.between(0, 0.25), space: v.between(0, 0.15)}
		if i > 0 {
			s.height *= 0.5
		}
		s = s.fit(words, v.hw*1.8)
		u -= s.height
		if u < floor+0.05 || v.coversPlate(-v.hw, v.hw, u, u+s.height) {
			return
		}
		v.centred(v.face(0, u), s, 0, 0, words, ink)
		u -= s.height * v.between(0.3, 1)
	}
}

// underRun paints bumper, hazard stripes, mud flaps and number boards.
func (v *vehicle) underRun(floor float64) {
	u := v.low + v.between(0.05, 0.2)
	v.patch(shaded(70, 35), -v.hw*0.98, u, v.hw*0.98, u+0.12, 0)
	if v.chance(0.4) && !v.small(0.1) {
		step := v.between(0.12, 0.3)
		for x := -v.hw; x < v.hw-step; x += 2 * step {
			v.form(flat(v.between(150, 240)), point{x, u + 0.12}, point{x + step, u + 0.12}, point{x + step*0.7, u}, point{x - step*0.3, u})
		}
	}
	for _, side := range [2]float64{-1, 1} {
		x := side * v.hw * 0.72
		v.patch(shaded(20, 30), x-0.28, 0.05, x+0.28, v.low+0.1, 0)
		if v.chance(0.4) {
			v.centred(v.face(x, 0.3), script{face: one(v.dice, faces()), height: 0.1, stretch: 1}.fit("XXXXXX", 0.45), 0, 0, one(v.dice, names), flat(190))
		}
	}
	if v.chance(0.25) { // a sign of how fast or how dangerous
		r := v.between(0.1, 0.16)
		pl := v.face(v.hw*v.between(0.5, 0.8)*v.sign(), floor+v.between(0.3, 0.8))
		v.disc(pl, 0, 0, r, r, flat(235))
		v.hoop(pl, 0, 0, r, r, r*0.15, flat(90))
		v.centred(pl, script{face: faces()[0], height: r * 0.7, stretch: 1}, 0, r*0.35, one(v.dice, []string{"80", "60", "90", "65", "25"}), flat(20))
	}
}

// tractor paints the front of a lorry or a bus.
func (v *vehicle) tractor() {
	length := v.between(5, 9)
	v.body([]step{{0.05, v.top, false}, {length, v.top, false}, {length, 1.4, false}}, v.top+1)
	c := v.coat
	v.patch(shaded(c*1.05, c*0.8), -v.hw, v.low, v.hw, v.top, 0.1)
	mid := v.low + (v.top-v.low)*v.between(0.4, 0.5)
	screenTop := v.top - v.between(0.35, 0.6)
	v.patch(shaded(v.glass*1.8, v.glass), -v.hw*0.93, mid, v.hw*0.93, screenTop, 0.08)
	if v.chance(0.6) {
		v.routeBoard(v.face(0, (screenTop+v.top)/2-0.05))
	} else {
		s := script{face: one(v.dice, faces()), height: v.between(0.12, 0.25), stretch: 1.2, space: 0.2}
		v.centred(v.face(0, screenTop+0.06), s.fit("XXXXXXXX", v.hw*1.5), 0, 0, one(v.dice, names), flat(255-c*0.8))
	}
	dark := v.between(10, 50)
	v.patch(flat(dark), -v.hw*0.7, v.low+0.4, v.hw*0.7, mid-0.12, 0.05)
	v.slats(-v.hw*0.68, v.low+0.42, v.hw*0.68, mid-0.14, dark+v.between(20, 150))
	if !v.small(0.1) {
		v.emblem(v.face(0, mid-0.2), 0.1)
		if v.chance(0.5) {
			s := script{face: one(v.dice, faces()), height: 0.12, stretch: 1.4, space: 0.4}
			v.centred(v.face(0, mid-0.1), s.fit("XXXXXXX", v.hw*1.2), 0, 0, one(v.dice, names), flat(220))
		}
	}
	v.patch(shaded(c*0.7, c*0.5), -v.hw*1.02, v.low, v.hw*1.02, v.low+0.38, 0.06)
	for _, side := range [2]float64{-1, 1} {
		at := v.skin(side*v.hw*0.75, v.low+0.22)
		v.patch(flat(200), side*v.hw*0.75-0.17, v.low+0.14, side*v.hw*0.75+0.17, v.low+0.3, 0.05)
		if v.lamps > 0 {
			v.lamp(at, 0.12, v.lamps)
		}
	}
	v.niche()
	v.hang(v.mount(), v.plate.on)
}

// routeBoard paints where a bus goes, in lamps or in cloth.
func (s *Scenes) routeBoard(pl plane) {
	w := s.between(0.5, 1)
	s.box(pl, -w, -0.16, w, 0.16, 0.02, flat(12))
	t := script{face: one(s.dice, append(screens()[4:5], faces()[0])), height: 0.2, stretch: 1}
	words := s.digits(1+s.IntN(3)) + " " + one(s.dice, places)
	t = t.fit(words, 2*w*0.9)
	k := flat(s.between(170, 250)).shining()
	s.centred(pl, t, 0, 0.1, words, k)
}

// bike paints a motorcycle or a scooter from behind.
func (v *vehicle) bike() {
	f := &v.film
	b := v.plate
	up := v.front(0, 0, 0.1)
	f.poly(flat(10).veil(0.4), v.spot(-0.35, 0, -0.2), v.spot(0.35, 0, -0.2), v.spot(0.35, 0, 1.9), v.spot(-0.35, 0, 1.9))
	r := v.between(0.28, 0.33)
	f.disc(v.front(0, 0, 0.35), 0, -r, 0.09, r, shaded(20, 35))
	f.disc(v.front(0, 0, 0.35), 0, -r, 0.05, r*0.9, flat(8))
	// Panniers, exhausts and indicators.
	c := v.coat
	if v.chance(0.35) {
		for _, side := range [2]float64{-1, 1} {
			f.box(up, side*0.36-0.13, -0.85, side*0.36+0.13, -0.45, 0.05, shaded(c*1.1, c*0.7))
		}
	}
	if v.chance(0.7) {
		e := v.between(90, 230)
		for _, side := range [2]float64{1, -1} {
			f.disc(up, side*0.2, -0.36, 0.06, 0.06, flat(e))
			f.disc(up, side*0.2, -0.36, 0.035, 0.035, flat(10))
		}
	}
	f.box(up, -0.12, -b.u-0.42, 0.12, -b.u+0.05, 0.05, shaded(c*0.9, c*0.4))
	f.box(up, -0.17, -b.u-0.5, 0.17, -b.u-0.32, 0.07, shaded(c*1.1, c*0.8)) // seat and tail
	if v.chance(0.6) {                                                      // the rider
		t := v.between(15, 150)
		f.box(up, -0.24, -b.u-1.15, 0.24, -b.u-0.42, 0.15, shaded(t*1.1, t*0.7))
		f.disc(up, 0, -b.u-1.3, 0.13, 0.16, shaded(v.between(20, 220), 40))
		f.box(up, -0.34, -b.u-0.95, -0.22, -b.u-0.55, 0.05, flat(t*0.8))
		f.box(up, 0.22, -b.u-0.95, 0.34, -b.u-0.55, 0.05, flat(t*0.8))
	} else {
		f.stripe(up, -0.38, -b.u-0.62, 0.38, -b.u-0.62, 0.04, flat(40))
		f.disc(up, -0.36, -b.u-0.75, 0.08, 0.06, flat(50))
		f.disc(up, 0.36, -b.u-0.75, 0.08, 0.06, flat(50))
	}
	lamp := v.between(50, 130)
	f.box(up, -0.1, -b.u-0.27, 0.1, -b.u-0.18, 0.03, shaded(lamp*1.2, lamp*0.8))
	for _, side := range [2]float64{-1, 1} {
		f.disc(up, side*0.2, -b.u-0.2, 0.04, 0.035, flat(v.between(90, 210)))
	}
	if v.lamps > 0 {
		v.lamp(up.at(0, -b.u-0.22), 0.06, v.lamps*0.7)
	}
	v.hang(v.mount(), v.plate.on)
}
