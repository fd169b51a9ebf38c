package press

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"

	"secondlook/vision/scene/paint"
)

// Colours of plates that nobody issues.
var (
	grounds   = []color.RGBA{{235, 235, 235, 255}, {235, 235, 235, 255}, {240, 238, 230, 255}, {205, 210, 215, 255}, {240, 225, 120, 255}, {160, 200, 230, 255}, {250, 225, 200, 255}, {235, 200, 130, 255}, {215, 240, 225, 255}}
	inks      = []color.RGBA{{20, 20, 20, 255}, {20, 20, 20, 255}, {20, 40, 110, 255}, {20, 40, 110, 255}, {150, 30, 40, 255}, {20, 90, 50, 255}, {30, 70, 140, 255}, {110, 60, 30, 255}}
	darks     = []color.RGBA{{20, 60, 120, 255}, {30, 30, 30, 255}, {20, 90, 40, 255}, {130, 30, 30, 255}, {60, 110, 140, 255}}
	lightInks = []color.RGBA{{240, 240, 240, 255}, {245, 220, 120, 255}, {200, 230, 200, 255}}
)

func one(rng *rand.Rand, from []color.RGBA) color.RGBA { return from[rng.IntN(len(from))] }

// ground paints what is behind everything: even, faded, with a sky or hills.
func (s *sheet) ground(base color.RGBA) {
	top, bottom := base, base
	if s.chance(0.35) {
		other := s.nearly(one(s.rng, grounds), 25)
		if s.chance(0.3) {
			other = s.anyColour(90, 245)
		}
		if s.chance(0.5) {
			top = other
		} else {
			bottom = other
		}
	}
	s.canvas.Fill(paint.Shaded(top, bottom), paint.Box(-1, -1, s.w+1, s.h+1, 0))
	if s.chance(0.25) {
		s.hills(paint.Mix(base, s.anyColour(40, 245), s.between(0.15, 0.8)))
	}
	for range []int{0, 0, 0, 1, 1, 2, 3}[s.rng.IntN(7)] {
		w, h := s.between(0.08, 0.4)*s.w, s.between(0.2, 0.7)*s.h
		x, y := s.between(0, s.w)-w/2, s.between(0, s.h)-h/2
		s.picture(x, y, w, h, paint.Mix(base, s.anyColour(0, 245), s.between(0.1, 0.6)))
	}
}

// hills is a skyline across the plate.
func (s *sheet) hills(col color.RGBA) {
	y := s.between(0.1, 0.4) * s.h
	edge := -1.0
	if s.chance(0.5) {
		y, edge = s.between(0.6, 0.9)*s.h, s.h+1
	}
	n := 3 + s.rng.IntN(7)
	shape := make([]paint.Point, 0, n+2)
	for i := range n {
		shape = append(shape, paint.Point{X: s.w * float64(i) / float64(n-1), Y: y + s.between(-0.14, 0.14)*s.h})
	}
	shape = append(shape, paint.Point{X: s.w, Y: edge}, paint.Point{X: 0, Y: edge})
	s.canvas.Fill(paint.Flat(col).Over(s.between(0.2, 0.9)), shape)
}

// picture draws something that is no character: a blot, an emblem, a shield with
// small letters, a star, a wheelchair.
func (s *sheet) picture(x, y, w, h float64, col color.RGBA) {
	t := paint.Flat(col).Over(s.between(0.5, 1))
	cx, cy := x+w/2, y+h/2
	thin := math.Max(1, s.h*s.between(0.008, 0.025))
	switch s.rng.IntN(8) {
	case 0, 1:
		n := 4 + s.rng.IntN(8)
		shape := make([]paint.Point, n)
		for i := range n {
			a := (float64(i) + s.rng.Float64()) * 2 * math.Pi / float64(n)
			r := s.between(0.35, 1)
			shape[i] = paint.Point{X: cx + math.Cos(a)*r*w/2, Y: cy + math.Sin(a)*r*h/2}
		}
		s.canvas.Fill(t, shape)
	case 2:
		s.canvas.Fill(t, paint.Ellipse(cx, cy, w/2, h/2))
	case 3:
		s.canvas.Fill(t, star(cx, cy, w/2, h/2, 5, 0.4))
	case 4: // a frame or shield with small letters in it
		if s.chance(0.5) {
			s.canvas.Fill(t, paint.Line(paint.Box(x, y, x+w, y+h, 0), thin, true)...)
		} else {
			s.canvas.Fill(t, paint.Line([]paint.Point{{X: x, Y: y}, {X: x + w, Y: y}, {X: x + w, Y: y + 0.6*h}, {X: cx, Y: y + h}, {X: x, Y: y + 0.6*h}}, thin, true)...)
		}
		s.small(cx, y+h*0.3, h*s.between(0.25, 0.45), w*0.7, 1+s.rng.IntN(2), col)
	case 5:
		for range 3 {
			s.canvas.Fill(t, paint.Line([]paint.Point{{X: x + w*s.rng.Float64(), Y: y + h*s.rng.Float64()}, {X: x + w*s.rng.Float64(), Y: y + h*s.rng.Float64()}}, thin, false)...)
		}
	case 6: // a wheelchair
		s.canvas.Fill(t, paint.Ellipse(x+0.35*w, y+0.1*h, 0.1*h, 0.1*h))
		s.canvas.Fill(t, paint.Line([]paint.Point{{X: x + 0.38*w, Y: y + 0.22*h}, {X: x + 0.42*w, Y: y + 0.55*h}, {X: x + 0.7*w, Y: y + 0.55*h}, {X: x + 0.85*w, Y: y + 0.85*h}}, 0.08*h, false)...)
		s.canvas.Fill(t, paint.Line(paint.Ellipse(x+0.42*w, y+0.7*h, 0.27*math.Min(w, h), 0.27*math.Min(w, h))[4:22], 0.06*h, false)...)
	case 7:
		s.canvas.Fill(t, star(cx, cy, w/2, h/2, 4+s.rng.IntN(8), s.between(0.3, 0.8)))
	}
}

// star has n points; deep is how far it is cut in, 0 to 1 (not at all).
func star(cx, cy, rx, ry float64, n int, deep float64) []paint.Point {
	shape := make([]paint.Point, 2*n)
	for i := range shape {
		r := 1.0
		if i%2 == 1 {
			r = deep
		}
		sin, cos := math.Sincos(float64(i) * math.Pi / float64(n))
		shape[i] = paint.Point{X: cx + sin*r*rx, Y: cy - cos*r*ry}
	}
	return shape
}

// small prints n small characters around the middle x, which count for nothing:
// county numbers, months, class letters.
func (s *sheet) small(x, y, h, room float64, n int, col color.RGBA) {
	face := s.face()
	text := make([]byte, n)
	for i := range text {
		text[i] = pick(s.rng, Characters)
	}
	s.words(face, string(text), x, y, h, room, col)
}

// anyInks draws ground and ink of a plate: dark on light mostly.
func (s *sheet) anyInks() (base color.RGBA) {
	switch f := s.rng.Float64(); {
	case f < 0.8:
		base, s.ink = s.nearly(one(s.rng, grounds), 18), s.nearly(one(s.rng, inks), 18)
	case f < 0.95:
		base, s.ink = s.nearly(one(s.rng, darks), 18), s.nearly(one(s.rng, lightInks), 18)
	default:
		base, s.ink = s.anyColour(80, 245), s.anyColour(0, 120)
	}
	if d := luma(base) - luma(s.ink); math.Abs(d) < 70 {
		base = paint.Mix(base, paint.RGB(246, 246, 246), 0.6)
		s.ink = paint.Times(s.ink, 0.4)
	}
	return base
}

// american presses a plate in the manner of North America.
func (p *Press) american(rng *rand.Rand) Plate {
	s := p.sheet(rng, 256, []int{124, 128, 132}[rng.IntN(3)])
	base := s.anyInks()
	s.ground(base)
	text := freeText(rng, american)
	s.die = p.anyDie(rng)
	if s.chance(0.06) {
		s.halo = s.anyColour(0, 245)
	}
	high := s.between(0.40, 0.62) * s.h
	top := s.between(0.46, 0.57)*s.h - high/2
	left, right := s.between(0.02, 0.08)*s.w, s.w-s.between(0.02, 0.08)*s.w
	if n := len(bare(text)); n <= 6 && s.chance(0.5) {
		left, right = s.beside(left, right, top, high, n)
	}
	set := anySetting(rng, s.die)
	mark := func(x, y, w, h float64) {
		switch s.rng.IntN(5) {
		case 0:
			for k := range 2 {
				s.small(x+w/2, y+float64(k)*0.52*h, 0.38*h, w, 1, s.ink)
			}
		case 1: // a plain gap
		default:
			s.picture(x+0.1*w, y+s.between(-0.1, 0.3)*h, 0.8*w, h*s.between(0.4, 0.9), s.anyColour(0, 245))
		}
	}
	fill := 0.0
	if s.chance(0.5) {
		fill = s.between(0.75, 1)
	}
	s.characters(text, set, left, right, top, top+high, s.between(0.25, 0.75), fill, mark)
	s.legends(top, top+high)
	s.stickers()
	s.hardware(0.5, 0.55)
	if s.chance(0.3) {
		s.frame()
	}
	return s.made
}

// beside draws what stands beside short texts, small stacked letters or an
// emblem, and returns the room left for the characters.
func (s *sheet) beside(left, right, top, high float64, n int) (float64, float64) {
	wide := s.between(0.1, 0.2) * s.w
	if n <= 4 {
		wide = s.between(0.15, 0.33) * s.w
	}
	at := left
	if s.chance(0.55) {
		left += wide + 3
	} else {
		right -= wide + 3
		at = right + 3
	}
	if s.chance(0.45) {
		stack := 2 + s.rng.IntN(5)/4
		step := high / float64(stack)
		for k := range stack {
			letters := 1
			if s.chance(0.2) {
				letters = 2
			}
			s.small(at+wide/2, top+float64(k)*step, math.Min(step*0.8, wide*1.2), wide, letters, s.ink)
		}
		return left, right
	}
	for range 1 + s.rng.IntN(3) {
		h := high * s.between(0.8, 1.3)
		s.picture(at, top+(high-h)/2, wide*0.95, h, s.nearly(s.ink, 120))
	}
	return left, right
}

// legends prints what stands above and below the characters.
func (s *sheet) legends(top, bottom float64) {
	for _, above := range []bool{true, false} {
		if !s.chance(0.8) {
			continue
		}
		room, high := top, s.between(0.09, 0.19)*s.h
		if !above {
			room, high = s.h-bottom, s.between(0.07, 0.14)*s.h
		}
		high = math.Min(high, room*0.8)
		y := s.between(0.02, 0.07) * s.h
		if !above {
			y = s.h - high - s.between(0.02, 0.07)*s.h
		}
		if s.chance(0.12) {
			band := paint.Box(-1, -1, s.w+1, room, 0)
			if !above {
				band = paint.Box(-1, s.h-room, s.w+1, s.h+1, 0)
			}
			s.canvas.Fill(paint.Flat(s.anyColour(0, 245)), band)
		}
		col := s.ink
		if s.chance(0.4) {
			col = s.anyColour(0, 160)
		}
		x := s.w / 2
		if s.chance(0.25) {
			x = s.between(0.3, 0.7) * s.w
		}
		text := words[s.rng.IntN(len(words))]
		box := s.words(s.face(), text, x, y, high, 0.85*s.w, col)
		if above {
			s.made.Legend, s.made.LegendBox = text, box
		} else {
			s.made.Slogan, s.made.SloganBox = text, box
		}
	}
}

// stickers are the months and years in the corners.
func (s *sheet) stickers() {
	for range []int{0, 1, 1, 2, 2, 3}[s.rng.IntN(6)] {
		w, h := s.between(0.08, 0.16)*s.w, s.between(0.1, 0.2)*s.h
		x := []float64{0.02, 0.86, 0.7, 0.15}[s.rng.IntN(4)]*s.w + s.between(0, 6)
		y := []float64{0.02, 0.8}[s.rng.IntN(2)]*s.h + s.between(0, 8)
		col := s.anyColour(0, 245)
		s.canvas.Fill(paint.Flat(col), paint.Box(x, y, x+w, y+h, 0))
		s.small(x+w/2, y+0.2*h, 0.55*h, 0.9*w, 1+s.rng.IntN(3), s.anyColour(0, 245))
	}
}

// cover forgets print that something between two heights has hidden.
func (s *sheet) cover(top, bottom float64) {
	hides := func(box image.Rectangle) bool {
		both := math.Min(bottom, float64(box.Max.Y)) - math.Max(top, float64(box.Min.Y))
		return both > 0.3*float64(box.Dy())
	}
	if hides(s.made.LegendBox) {
		s.made.Legend, s.made.LegendBox = "", image.Rectangle{}
	}
	if hides(s.made.SloganBox) {
		s.made.Slogan, s.made.SloganBox = "", image.Rectangle{}
	}
}

// frame is a dealer's plate frame, whose lips cover the plate's edges.
func (s *sheet) frame() {
	col := []color.RGBA{s.nearly(paint.RGB(30, 30, 30), 18), s.nearly(paint.RGB(200, 200, 200), 18), s.anyColour(0, 245)}[s.rng.IntN(3)]
	for _, above := range []bool{true, false} {
		if !s.chance(0.7) {
			continue
		}
		h := s.between(0.03, 0.15) * s.h
		y := 0.0
		if !above {
			y = s.h - h
		}
		s.canvas.Fill(paint.Flat(col), paint.Box(-1, y-1, s.w+1, y+h+1, 0))
		s.cover(y, y+h)
		if s.chance(0.7) && h > 6 {
			text := words[s.rng.IntN(len(words))]
			lettering := paint.RGB(240, 240, 240)
			if luma(col) > 120 {
				lettering = s.anyColour(0, 90)
			}
			s.words(s.face(), text, s.w*s.between(0.35, 0.65), y+0.15*h, 0.65*h, 0.8*s.w, lettering)
		}
	}
	w := s.between(0.005, 0.03) * s.w
	s.canvas.Fill(paint.Flat(col), paint.Box(-1, -1, w, s.h+1, 0))
	s.canvas.Fill(paint.Flat(col), paint.Box(s.w-w, -1, s.w+1, s.h+1, 0))
}

// european presses a long plate in the manner of Europe.
func (p *Press) european(rng *rand.Rand) Plate {
	aspect := 4.2 + 0.7*rng.Float64()
	if rng.Float64() < 0.2 {
		aspect = 2.8 + 1.4*rng.Float64()
	}
	const high = 88
	s := p.sheet(rng, int(high*aspect), high)
	base := s.nearly([]color.RGBA{{240, 240, 240, 255}, {240, 240, 240, 255}, {240, 240, 240, 255}, {245, 205, 50, 255}, {30, 30, 30, 255}}[rng.IntN(5)], 14)
	s.ink = s.nearly(paint.RGB(20, 20, 20), 12)
	switch {
	case luma(base) < 90:
		s.ink = s.nearly(paint.RGB(230, 230, 230), 12)
	case s.chance(0.12):
		s.ink = s.nearly([]color.RGBA{{170, 30, 30, 255}, {20, 60, 140, 255}, {30, 110, 40, 255}}[rng.IntN(3)], 15)
	}
	s.canvas.Fill(paint.Flat(base), paint.Box(-1, -1, s.w+1, s.h+1, 0))
	left, right := 0.03*s.w, 0.975*s.w
	if s.chance(0.75) {
		left = s.strip(s.between(0.07, 0.1)*s.w, "") + 0.015*s.w
	}
	if s.chance(0.12) {
		s.canvas.Fill(paint.Flat(s.nearly(paint.RGB(10, 60, 170), 25)), paint.Box(0.93*s.w, -1, s.w+1, s.h+1, 0))
		right = 0.92 * s.w
	}
	text := freeText(rng, european)
	s.die = p.anyDie(rng)
	tall := s.between(0.6, 0.8) * s.h
	top := (s.h - tall) * s.between(0.4, 0.6)
	set := anySetting(rng, s.die)
	mark := s.plaques
	if s.chance(0.4) {
		text = withPlaques(text)
	}
	s.characters(text, set, left, right, top, top+tall, s.between(0.2, 0.8), s.between(0.7, 1), mark)
	s.hardware(0.7, 0.4)
	if s.chance(0.4) {
		h := 0.07 * s.h
		s.words(s.face(), words[rng.IntN(len(words))], s.w/2, s.h-h-2, h, 0.6*s.w, s.anyColour(0, 200))
	}
	return s.made
}

// strip paints the blue strip on the left with its ring of stars and letters, and
// returns where it ends.
func (s *sheet) strip(wide float64, letters string) float64 {
	s.canvas.Fill(paint.Flat(s.nearly(paint.RGB(10, 60, 170), 25)), paint.Box(-1, -1, wide, s.h+1, 0))
	for k := range 12 {
		sin, cos := math.Sincos(float64(k) * math.Pi / 6)
		s.canvas.Fill(paint.Flat(paint.RGB(245, 215, 60)), paint.Ellipse(wide/2+cos*wide*0.3, s.h*0.3+sin*wide*0.3, s.h*0.018, s.h*0.018))
	}
	if letters == "" {
		s.small(wide/2, s.h*0.68, s.h*0.18, wide*0.8, 1+s.rng.IntN(3), paint.RGB(245, 245, 245))
	} else {
		s.words(s.faces[0], letters, wide/2, s.h*0.68, s.h*0.18, wide*0.8, paint.RGB(245, 245, 245))
	}
	return wide
}

// plaques are the seals between the groups of a German plate.
func (s *sheet) plaques(x, y, w, h float64) {
	n := 1 + s.rng.IntN(2)
	for k := range n {
		s.picture(x+0.1*w, y+(0.02+0.5*float64(k))*h, 0.8*w, 0.44*h, s.anyColour(0, 245))
	}
}

// withPlaques puts the seals' place into the first gap of a text.
func withPlaques(text string) string {
	for i := range len(text) {
		if text[i] == ' ' {
			return text[:i] + "*" + text[i+1:]
		}
	}
	return text
}

// brazilian presses a plate in the manner of Brazil before 2018.
func (p *Press) brazilian(rng *rand.Rand) Plate {
	const high = 96
	s := p.sheet(rng, int(high*(2.9+0.3*rng.Float64())), high)
	g := uint8(140 + rng.IntN(75))
	base := s.nearly([]color.RGBA{{g, g, g, 255}, {g, g, g, 255}, {g, g, g, 255}, {180, 40, 40, 255}, {235, 235, 235, 255}}[rng.IntN(5)], 10)
	s.ink = s.nearly(paint.RGB(25, 25, 25), 10)
	if luma(base) < 100 {
		s.ink = s.nearly(paint.RGB(235, 235, 235), 10)
	}
	s.canvas.Fill(paint.Flat(base), paint.Box(-1, -1, s.w+1, s.h+1, 0))
	if s.chance(0.2) {
		s.canvas.Fill(paint.Flat(s.nearly(paint.RGB(20, 60, 160), 20)), paint.Box(-1, -1, s.w+1, 0.22*s.h, 0))
	}
	s.die = p.anyDie(rng)
	if s.chance(0.35) {
		s.die = DieOf(Mandatory).worn(rng)
	}
	tall := s.between(0.52, 0.66) * s.h
	top := math.Min(s.between(0.27, 0.36)*s.h, s.h-tall-3)
	set := anySetting(rng, s.die)
	set.hyphen = "..- "[rng.IntN(4)]
	s.characters(freeText(rng, brazilian), set, 0.03*s.w, 0.97*s.w, top, top+tall, s.between(0.4, 0.6), s.between(0.75, 0.97), s.plaques)
	city := make([]byte, 4+rng.IntN(9))
	for i := range city {
		city[i] = pick(rng, allLetters)
	}
	s.words(s.face(), string([]byte{pick(rng, allLetters), pick(rng, allLetters)})+" - "+string(city), s.w/2, s.between(0.05, 0.08)*s.h, s.between(0.1, 0.16)*s.h, 0.8*s.w, s.ink)
	s.hardware(0.6, 0.5)
	return s.made
}
