package roadside

import "math"

// backdrop paints what is behind the vehicles. ground tells where the road is;
// without it the whole picture is wall, leaves or nothing of note.
func (s *Scenes) backdrop() {
	switch p := s.Float64(); {
	case p < 0.72:
		s.street()
	case p < 0.8:
		s.hall()
	case p < 0.88:
		s.wall(0, 0, Width, Height)
	case p < 0.94:
		s.leaves(0, 0, Width, Height, s.between(20, 200))
	default:
		s.clutter()
	}
}

// surface fills a box of the picture with a value and a grain.
func (s *Scenes) surface(x0, y0, x1, y1 float64, k ink) {
	s.box(screen(point{}, 0, 0), x0, y0, x1, y1, 0, k)
}

// horizon is the height of the horizon in the middle of the picture, far out of
// it where the camera looks down.
func (s *Scenes) horizon() float64 {
	h := s.ground.see(s.ground.turned.at(vec{0, 0, 1}).times(1e4))
	return max(-400, min(Height+60, h.Y))
}

// street paints a road with what is beside and beyond it.
func (s *Scenes) street() {
	n := noise()
	hz := s.horizon()
	m := screen(point{0, 0}, 0, 0)
	if hz > 0 { // the sky and what stands before it
		sky := s.between(70, 255)
		s.surface(0, -5, Width, hz+2, shaded(sky, sky*s.between(0.8, 1.25)).rugged(n.cloud, s.between(0, 0.1), s.between(0.3, 1)))
		s.skyline(hz)
	}
	road := s.between(50, 190)
	far := road * s.between(0.8, 1.4)
	s.box(m, -10, hz, Width+10, Height+10, 0, shaded(far, road).rugged(n.cloud, s.between(0.02, 0.25), s.ofSize(0.3, 3)))
	if s.chance(0.2) {
		s.box(m, -10, hz, Width+10, Height+10, 0, flat(road).veil(0.4).rugged(n.fine, s.between(0.02, 0.15), 1))
	}
	s.verges()
	s.markings(road)
	if s.chance(0.3) {
		s.fence(hz)
	}
	for range s.IntN(3) {
		s.thing()
	}
}

// skyline paints houses, trees and poles up to the horizon.
func (s *Scenes) skyline(hz float64) {
	n := noise()
	for range 1 + s.IntN(4) {
		switch s.IntN(4) {
		case 0, 1: // trees
			x, w := s.between(-60, Width), s.ofSize(30, 400)
			h := s.ofSize(8, 130)
			k := shaded(s.between(20, 150), s.between(15, 90)).rugged(n.leaf, s.between(0.15, 0.7), s.ofSize(0.9, 3))
			s.starts = append(s.starts, len(s.points))
			s.points = append(s.points, point{x + w, hz + 3}, point{x, hz + 3})
			for i := range 13 {
				t := float64(i) / 12
				s.points = append(s.points, point{x + w*t, hz - h*math.Sqrt(math.Sin(math.Pi*t)+0.05)*s.between(0.6, 1.1)})
			}
			s.fill(k)
		case 2:
			w, h := s.ofSize(40, 300), s.ofSize(15, 160)
			x := s.between(-40, Width-20)
			s.wall(x, hz-h, x+w, hz+2)
		default:
			x := s.between(0, Width)
			s.stripe(screen(point{}, 0, 0), x, hz+s.between(0, 20), x+s.about(2), hz-s.ofSize(20, 200), s.between(1, 4), flat(s.between(20, 160)))
		}
	}
}

// lay of the ground: a rectangle on the road, in metres.
func (s *Scenes) flatOn(k ink, x0, x1, z0, z1 float64) {
	g := s.ground
	near := 0.3
	clip := func(x, z float64) point {
		p := g.origin.plus(g.turned.at(vec{x, 0, z}))
		return g.see(vec{p.x, p.y, max(near, p.z)})
	}
	if g.origin.plus(g.turned.at(vec{x0, 0, z1})).z < near {
		return
	}
	s.starts = append(s.starts, len(s.points))
	const n = 4
	for i := range n + 1 {
		z := z0 + (z1-z0)*float64(i*i)/(n*n)
		s.points = append(s.points, clip(x0, z))
	}
	for i := range n + 1 {
		j := n - i
		z := z0 + (z1-z0)*float64(j*j)/(n*n)
		s.points = append(s.points, clip(x1, z))
	}
	s.fill(k)
}

func (s *Scenes) verges() {
	n := noise()
	for _, side := range [2]float64{-1, 1} {
		if s.chance(0.4) {
			continue
		}
		x := side * s.between(2, 7)
		grass := flat(s.between(40, 180)).rugged(n.leaf, s.between(0.05, 0.35), s.ofSize(1, 3))
		near, end := -s.ground.origin.z+0.8, 90.0
		a, b := x, x+side*60
		s.flatOn(grass, min(a, b), max(a, b), near, end)
		if s.chance(0.7) { // the pavement and its kerb
			w := side * s.between(0.15, 3)
			s.flatOn(flat(s.between(110, 230)), min(x, x+w), max(x, x+w), near, end)
			s.flatOn(flat(s.between(30, 120)), min(x, x-side*0.12), max(x, x-side*0.12), near, end)
		}
	}
}

func (s *Scenes) markings(road float64) {
	k := flat(min(250, road+s.between(30, 130))).veil(s.between(0.4, 1))
	near := -s.ground.origin.z + 0.8
	for range s.IntN(4) {
		x := s.between(-6, 6)
		w := s.between(0.08, 0.2)
		if s.chance(0.5) {
			for z := near + s.between(0, 4); z < 60; z += 6 {
				s.flatOn(k, x, x+w, z, z+3)
			}
		} else {
			s.flatOn(k, x, x+w, near, 80)
		}
	}
	if s.chance(0.2) { // across: bays, a stop line, a zebra crossing
		z := s.between(-2, 8)
		if s.chance(0.5) {
			s.flatOn(k, -6, 6, z, z+0.4)
		} else {
			for x := -6.0; x < 6; x++ {
				s.flatOn(k, x, x+0.5, z, z+3)
			}
		}
	}
	if s.chance(0.15) { // rails
		x := s.between(-4, 3)
		for _, d := range [2]float64{0, 1.43} {
			s.flatOn(flat(s.between(20, 90)), x+d-0.08, x+d+0.08, near, 80)
			s.flatOn(flat(s.between(120, 240)), x+d-0.03, x+d+0.03, near, 80)
		}
	}
	if s.chance(0.2) { // writing on the road
		g := s.ground
		pl := g.onto(s.between(-4, 2), 0, s.between(0, 6), vec{1, 0, 0}, vec{0, 0, -1})
		s.write(pl, script{face: faces()[0], height: s.between(1.5, 4), stretch: 0.35, space: 0.1}, 0, 0, one(s.dice, signs), k)
	}
}

// fence paints upright bars, as of iron, or a wire mesh.
func (s *Scenes) fence(hz float64) {
	h := s.ofSize(12, 110)
	y1 := hz + s.between(-5, 30)
	y0 := y1 - h
	x0, x1 := s.between(-100, 160), s.between(180, 420)
	k := flat(s.between(5, 230))
	m := screen(point{}, s.about(0.03), 0)
	pitch := s.ofSize(3, 14)
	bar := max(0.5, pitch*s.between(0.12, 0.35))
	for x := x0; x < x1; x += pitch {
		s.stripe(m, x, y0, x, y1, bar, k)
	}
	for _, t := range [3]float64{0.05, 0.5, 0.95} {
		s.stripe(m, x0, y0+h*t, x1, y0+h*t, bar*1.3, k)
	}
	if s.chance(0.3) {
		for x := x0; x < x1; x += pitch * 8 {
			s.stripe(m, x, y0-h*0.1, x, y1, bar*3, k)
		}
	}
}

// wall paints a wall: bricks, boards, windows, a shop.
func (s *Scenes) wall(x0, y0, x1, y1 float64) {
	n := noise()
	c := s.between(25, 230)
	s.surface(x0, y0, x1, y1, shaded(c, c*s.between(0.7, 1.1)).rugged(n.cloud, s.between(0, 0.2), s.ofSize(0.5, 3)))
	m := screen(point{}, 0, 0)
	joint := flat(c * one(s.dice, []float64{0.75, 0.85, 1.2}))
	switch s.IntN(5) {
	case 0: // bricks
		row := s.between(3, 14)
		for y, i := y0, 0; y < min(y1, Height); y, i = y+row, i+1 {
			s.stripe(m, x0, y, x1, y, max(0.5, row*0.1), joint)
			if row > 5 {
				for x := x0 + row*float64(i&1); x < min(x1, Width); x += row * 2 {
					s.stripe(m, x, y, x, min(y1, y+row), max(0.5, row*0.1), joint)
				}
			}
		}
	case 1: // boards or a roller shutter
		row := s.between(3, 18)
		for y := y0; y < min(y1, Height); y += row {
			s.stripe(m, x0, y, x1, y, max(0.5, row*0.15), joint)
		}
	case 2:
		row := s.between(4, 25)
		for x := x0; x < min(x1, Width); x += row {
			s.stripe(m, x, y0, x, y1, max(0.5, row*0.12), joint)
		}
	}
	if s.chance(0.7) {
		s.windows(x0, y0, x1, y1)
	}
	if s.chance(0.35) { // a shop's sign
		h := s.between(5, 22)
		y := s.between(y0, max(y0+1, y1-h*2))
		w := min(x1-x0, h*s.between(4, 14))
		x := s.between(x0, max(x0+1, x1-w))
		back := s.between(10, 245)
		s.surface(x, y, x+w, y+h, flat(back))
		words := s.phrase()
		t := script{face: one(s.dice, faces()), height: h * 0.6, stretch: s.between(0.9, 1.5), space: s.between(0, 0.3)}
		s.centred(m, t.fit(words, w*0.85), x+w/2, y+h*0.8, words, flat(s.contrary(back)))
	}
}

func (s *Scenes) windows(x0, y0, x1, y1 float64) {
	w, h := s.ofSize(6, 50), s.ofSize(8, 60)
	gx, gy := w*s.between(0.3, 1.2), h*s.between(0.3, 1)
	frame := flat(s.between(20, 245))
	m := screen(point{}, 0, 0)
	dark := s.between(5, 120)
	for y := y0 + gy; y+h < y1; y += h + gy {
		for x := x0 + gx; x+w < x1; x += w + gx {
			if x > Width || x+w < 0 || y > Height || y+h < 0 {
				continue
			}
			s.surface(x-1, y-1, x+w+1, y+h+1, frame)
			s.surface(x, y, x+w, y+h, shaded(dark*s.between(0.5, 2), dark))
			if w > 10 {
				s.stripe(m, x+w/2, y, x+w/2, y+h, max(0.7, w*0.05), frame)
			}
		}
	}
}

// leaves fills a box with foliage.
func (s *Scenes) leaves(x0, y0, x1, y1, c float64) {
	n := noise()
	s.surface(x0, y0, x1, y1, shaded(c, c*0.8).rugged(n.leaf, s.between(0.3, 0.9), s.ofSize(0.9, 3)))
	s.surface(x0, y0, x1, y1, flat(c).veil(0.4).rugged(n.cloud, s.between(0.2, 0.8), s.ofSize(0.5, 4)))
}

// hall paints a garage or a workshop: lamps in rows, pillars, tiles.
func (s *Scenes) hall() {
	c := s.between(20, 120)
	s.surface(0, 0, Width, Height, shaded(c, c*1.3).rugged(noise().cloud, 0.2, 1))
	hz := s.horizon()
	s.surface(-1, hz, Width+1, Height+1, shaded(c*0.8, c*1.5).rugged(noise().cloud, 0.15, 0.7))
	for range 2 + s.IntN(10) {
		x, y := s.between(0, Width), s.between(-10, max(0, hz))
		s.surface(x, y, x+s.between(4, 60), y+s.between(1, 5), flat(s.between(150, 400)).shining())
	}
	for range s.IntN(5) {
		x, w := s.between(0, Width), s.between(3, 25)
		s.surface(x, -2, x+w, hz+s.between(0, 40), shaded(c*s.between(0.6, 1.6), c))
	}
	if s.chance(0.3) {
		near := -s.ground.origin.z + 0.8
		for x := -6; x < 6; x++ {
			for z := range 12 {
				if (x+z)&1 == 0 {
					s.flatOn(flat(c*0.3), float64(x), float64(x+1), near+float64(z), near+float64(z+1))
				}
			}
		}
	} else {
		s.markings(c)
	}
}

// clutter paints shapes that mean nothing.
func (s *Scenes) clutter() {
	c := s.between(20, 230)
	s.surface(0, 0, Width, Height, shaded(c, s.between(10, 240)).rugged(noise().cloud, s.between(0, 1), s.ofSize(0.05, 2)))
	for range 2 + s.IntN(14) {
		s.thing()
	}
}

// thing paints some shape: a box, an oval, a pole, slats, a stone.
func (s *Scenes) thing() {
	x, y := s.between(-30, Width), s.between(-30, Height)
	w, h := s.ofSize(5, 180), s.ofSize(5, 110)
	m := screen(point{x, y}, s.about(0.15), 0)
	c := s.between(0, 255)
	k := shaded(c, c*s.between(0.6, 1.3)).rugged(noise().cloud, s.between(0, 0.3), 1)
	switch s.IntN(6) {
	case 0:
		s.box(m, 0, 0, w, h, s.between(0, 0.3)*min(w, h), k)
	case 1:
		s.ring(m, 0, 0, w, h, 0, min(w, h)*s.between(0.03, 0.2), k)
	case 2:
		s.disc(m, w/2, h/2, w/2, h/2, k)
	case 3:
		s.stripe(m, 0, 0, s.about(120), s.about(60), s.between(1, 7), k)
	case 4: // slats
		step := s.between(3, 12)
		for v := 0.0; v < h; v += step {
			s.stripe(m, 0, v, w, v, step*0.4, flat(c))
		}
	default:
		s.starts = append(s.starts, len(s.points))
		for i := range 7 {
			sin, cos := math.Sincos(float64(i) * 2 * math.Pi / 7)
			r := s.between(0.5, 1)
			s.points = append(s.points, m.at(w/2*(1+r*cos), h/2*(1+r*sin)))
		}
		s.fill(k)
	}
}
