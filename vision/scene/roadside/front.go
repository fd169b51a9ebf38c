package roadside

import "math"

// frontEnd paints a car that is seen from the front.
func (v *vehicle) frontEnd() {
	cowl := v.top + v.between(0.05, 0.25)
	bonnet := v.between(0.7, 1.1)
	profile := []step{{0.08, v.top, false}, {bonnet, cowl, true}, {bonnet + v.between(0.5, 0.8), v.roof, false}, {bonnet + 2, v.roof, true}, {bonnet + 2.6, cowl, false}, {bonnet + 3.1, cowl, false}}
	v.body(profile, cowl)
	c := v.coat
	v.form(shaded(c*1.08, c*0.75), point{-v.hw * 0.86, v.top}, point{v.hw * 0.86, v.top}, point{v.hw * 0.98, v.top - 0.12}, point{v.hw, v.low + 0.08}, point{v.hw * 0.93, v.low}, point{-v.hw * 0.93, v.low}, point{-v.hw, v.low + 0.08}, point{-v.hw * 0.98, v.top - 0.12})
	v.mirrors(cowl)
	v.sheen(v.low, v.top)
	v.intake()
	high := v.grille()
	v.headlamps()
	if !v.small(0.1) {
		if v.chance(0.85) {
			v.emblem(v.face(0, high), v.between(0.035, 0.08))
		}
		if v.chance(0.2) {
			s := script{face: one(v.dice, faces()), height: v.between(0.02, 0.05), stretch: 1.2, space: v.between(0, 0.8)}
			words := v.badge()
			v.write(v.face(v.hw*v.between(-0.5, 0.3), high), s, 0, 0, words, flat(v.between(120, 230)))
		}
	}
	v.niche()
	v.hang(v.mount(), v.plate.on)
}

func (v *vehicle) mirrors(cowl float64) {
	if v.small(0.1) {
		return
	}
	z := 1.3
	for _, side := range [2]float64{-1, 1} {
		a, b := v.spot(side*v.hw*0.97, cowl+0.02, z), v.spot(side*(v.hw+0.22), cowl+0.2, z)
		v.box(screen(point{}, 0, 0), min(a.X, b.X), min(a.Y, b.Y), max(a.X, b.X), max(a.Y, b.Y), v.px*0.04, shaded(v.coat*1.1, v.coat*0.5))
	}
}

// intake paints what is below the bumper.
func (v *vehicle) intake() {
	dark := v.between(8, 40)
	w, top := v.hw*v.between(0.4, 0.8), v.low+v.between(0.12, 0.24)
	low := v.low + v.between(0.02, 0.07)
	if v.chance(0.3) {
		c := v.between(15, 70)
		v.patch(shaded(c*1.2, c*0.8), -v.hw, v.low, v.hw, top+v.between(0, 0.12), 0.05)
	}
	v.patch(shaded(dark, dark*1.3), -w, low, w, top, 0.04)
	v.slats(-w+0.02, low+0.01, w-0.02, top-0.01, dark+v.between(15, 60))
	if v.chance(0.6) { // fog lamps
		x, u := v.hw*v.between(0.68, 0.82), (low+top)/2+v.between(0, 0.08)
		for _, side := range [2]float64{-1, 1} {
			pl := v.face(side*x, u)
			v.disc(pl, 0, 0, 0.07, 0.06, flat(dark))
			v.disc(pl, 0, 0, 0.045, 0.045, flat(v.between(70, 230)))
		}
	}
	v.patch(flat(v.coat*0.5).veil(0.6), -v.hw, v.plate.u+0.14, v.hw, v.plate.u+0.15, 0)
}

// slats paints the bars of a grille.
func (v *vehicle) slats(x0, u0, x1, u1, bright float64) {
	pitch := v.between(0.018, 0.06)
	if v.small(pitch) {
		return
	}
	across := v.chance(0.75)
	if across {
		for u := u0 + pitch/2; u < u1; u += pitch {
			v.patch(flat(bright), x0, u, x1, u+pitch*0.4, 0)
		}
	}
	if !across || v.chance(0.25) {
		pitch *= v.between(1, 2)
		for x := x0 + pitch/2; x < x1; x += pitch {
			v.patch(flat(bright), x, u0, x+max(0.008, pitch*0.3), u1, 0)
		}
	}
}

// grille returns the height at which the emblem sits.
func (v *vehicle) grille() float64 {
	w := v.hw * v.between(0.3, 0.62)
	top := v.top - v.between(0.04, 0.12)
	low := top - v.between(0.07, 0.24)
	if v.plate.on != nil {
		low = max(low, v.plate.u+v.plate.on.h/2+0.03)
	}
	if low > top-0.05 || v.chance(0.1) {
		return top
	}
	dark := v.between(6, 45)
	taper := v.between(-0.08, 0.1)
	rim := v.between(0.006, 0.03)
	if v.chance(0.6) {
		c := v.between(110, 240)
		v.form(shaded(c, c*0.7), point{-w - rim, top + rim}, point{w + rim, top + rim}, point{w - taper + rim, low - rim}, point{-w + taper - rim, low - rim})
	}
	v.form(shaded(dark*1.2, dark), point{-w, top}, point{w, top}, point{w - taper, low}, point{-w + taper, low})
	bright := dark + v.between(10, 60)
	if v.chance(0.4) {
		bright = v.between(110, 225)
	}
	in := w - max(0, taper) - 0.01
	v.slats(-in, low+0.01, in, top-0.01, bright)
	if v.chance(0.3) { // a bar across the middle
		v.patch(flat(v.between(100, 230)), -in, (top+low)/2-0.012, in, (top+low)/2+0.012, 0)
	}
	return (top + low) / 2
}

func (v *vehicle) headlamps() {
	in, out := v.hw*v.between(0.52, 0.68), v.hw*0.98
	top, low := v.top-v.between(0.02, 0.08), 0.0
	low = top - v.between(0.1, 0.22)
	skew := v.between(-0.03, 0.07)
	round := v.chance(0.2)
	var c = v.between(110, 225)
	if !round {
		v.both(flat(v.between(10, 60)), point{in - 0.01, top - skew + 0.01}, point{out, top + 0.01}, point{out + 0.01, low + skew}, point{in - 0.01, low - 0.01})
		v.both(shaded(c*1.1, c*0.7), point{in, top - skew}, point{out - 0.01, top}, point{out - 0.01, low + skew}, point{in + 0.01, low})
	}
	x, u, r := (in*0.6 + out*0.4), (top+low)/2, (top-low)*v.between(0.28, 0.42)
	if round {
		r = v.between(0.08, 0.11)
	}
	x2 := x + r*2.1
	for _, side := range [2]float64{-1, 1} {
		pl := v.face(side*x, u)
		if !v.small(r) {
			v.disc(pl, 0, 0, r*1.15, r*1.15, flat(v.between(40, 140)))
			v.disc(pl, 0, 0, r, r, shaded(c*1.3, c))
			if x2+r < out && v.chance(0.5) {
				v.disc(v.face(side*x2, u), 0, 0, r*0.8, r*0.8, flat(c*0.8))
			}
		}
		if v.lamps > 0 {
			v.lamp(v.skin(side*x, u), r*1.3, v.lamps)
		}
	}
	if v.chance(0.4) {
		v.both(flat(v.between(120, 200)), point{out - 0.12, low - 0.02}, point{out, low - 0.02}, point{out, low - 0.05}, point{out - 0.12, low - 0.05})
	}
}

// emblem paints a make's badge: never a plain ring, which reads as a letter.
func (s *Scenes) emblem(pl plane, r float64) {
	c := s.between(130, 245)
	wide := r * s.between(1, 1.6)
	back := s.between(10, 120)
	switch s.IntN(6) {
	case 0, 1: // a ring with something in it
		s.disc(pl, 0, 0, wide, r, flat(back))
		s.hoop(pl, 0, 0, wide, r, r*0.2, flat(c))
		n := 2 + s.IntN(4)
		turn := s.between(0, 6)
		for i := range n {
			sin, cos := math.Sincos(turn + float64(i)*2*math.Pi/float64(n))
			s.stripe(pl, 0, 0, wide*0.9*cos, r*0.9*sin, r*0.22, flat(c))
		}
	case 2: // crossed ovals
		s.hoop(pl, 0, 0, wide*1.2, r, r*0.2, flat(c))
		s.hoop(pl, 0, -r*0.1, r*0.5, r*0.85, r*0.2, flat(c))
		s.hoop(pl, 0, -r*0.4, wide*0.9, r*0.45, r*0.18, flat(c))
	case 3: // a shield or a bow tie
		s.poly(flat(c), pl.at(-wide, -r*0.4), pl.at(-r*0.3, -r*0.4), pl.at(-r*0.2, -r*0.7), pl.at(r*0.3, -r*0.7), pl.at(r*0.3, -r*0.4), pl.at(wide, -r*0.3), pl.at(wide*0.9, r*0.4), pl.at(0, r*0.6), pl.at(-wide, r*0.4))
		s.poly(flat(back), pl.at(-wide*0.7, -r*0.2), pl.at(wide*0.7, -r*0.2), pl.at(wide*0.6, r*0.2), pl.at(-wide*0.7, r*0.2))
	case 4: // an oval with a word
		s.disc(pl, 0, 0, r*1.9, r*0.8, flat(c))
		s.disc(pl, 0, 0, r*1.75, r*0.66, flat(back))
		t := script{face: one(s.dice, faces()), height: r * 0.7, stretch: 1}.fit("XXXX", r*2.6)
		s.centred(pl, t, 0, r*0.33, one(s.dice, names), flat(c))
	default: // chevrons, wings
		for i := range 1 + s.IntN(3) {
			y := r * (float64(i)*0.5 - 0.3)
			s.stripe(pl, -wide, y+r*0.4, 0, y-r*0.3, r*0.22, flat(c))
			s.stripe(pl, 0, y-r*0.3, wide, y+r*0.4, r*0.22, flat(c))
		}
	}
}
