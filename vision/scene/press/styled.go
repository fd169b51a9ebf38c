package press

import (
	"image/color"
	"math"
	"math/rand/v2"
	"strings"

	"secondlook/vision/scene/paint"
)

// styled presses a plate of a jurisdiction as it might come along: another
// maker's dies, faded paint, its text set a little off, a sticker, a frame.
func (p *Press) styled(rng *rand.Rand, style Style) Plate {
	const area = 34000 // pixels: long plates are as sharp as square ones
	h := math.Sqrt(area / style.Aspect)
	aspect := style.Aspect * (0.96 + 0.08*rng.Float64())
	s := p.sheet(rng, int(h*aspect), int(h))
	s.ink = s.nearly(style.Ink, 20)
	s.backing(style, 14)
	s.die = DieOf(style.Face).worn(rng)
	if s.chance(0.2) {
		s.die = p.anyDie(rng)
	}
	text := s.serial(style)
	grow, shift := s.h*s.between(-0.02, 0.035), s.h*s.between(-0.02, 0.035)
	top, bottom := style.Top*s.h-grow+shift, math.Min(style.Bottom*s.h+grow+shift, 0.97*s.h)
	left, right := s.margins(style)
	set := anySetting(rng, s.die)
	set.stretch = 0.9 + 0.2*rng.Float64()
	s.characters(text, set, left, right, top, bottom, s.between(0.4, 0.6), s.filling(style), func(x, y, w, h float64) { s.emblem(style, x, y, w, h) })
	s.printing(style, top, bottom, s.face)
	if style.Aspect < 2.6 {
		if s.chance(0.6) {
			s.stickers()
		}
		if s.chance(0.3) {
			s.frame()
		}
	}
	s.hardware(0.5, 0.45)
	s.made.Jurisdiction = style.Jurisdiction
	return s.made
}

// exact presses a printed text as the style says.
func (s *sheet) exact(style Style, text string) {
	s.ink = style.Ink
	s.backing(style, 0)
	s.die = DieOf(style.Face)
	left, right := s.margins(style)
	set := setting{die: s.die, stretch: 1, space: 0.12, gap: 0.3, emblem: 0.42, hyphen: '-'}
	s.characters(text, set, left, right, style.Top*s.h, style.Bottom*s.h, 0.5, 0, func(x, y, w, h float64) { s.emblem(style, x, y, w, h) })
	s.printing(style, style.Top*s.h, style.Bottom*s.h, func() *Face { return Faces()[0] })
	in := 0.025 * s.h
	s.canvas.Fill(paint.Flat(paint.Mix(style.Ground, s.ink, 0.35)).Over(0.7), paint.Line(paint.Box(in, in, s.w-in, s.h-in, 0.08*s.h), 0.012*s.h, true)...)
	for _, x := range []float64{0.15, 0.85} {
		for _, y := range []float64{0.075, 0.925} {
			s.canvas.Fill(paint.Shaded(paint.RGB(90, 94, 98), paint.RGB(150, 154, 158)), paint.Ellipse(x*s.w, y*s.h, 0.02*s.h, 0.02*s.h))
		}
	}
}

// backing paints ground, band and strip.
func (s *sheet) backing(style Style, off float64) {
	top := s.nearly(style.Ground, off)
	bottom := paint.Times(top, 0.96)
	if style.Fade.A != 0 {
		bottom = s.nearly(style.Fade, off)
	}
	s.canvas.Fill(paint.Shaded(top, bottom), paint.Box(-1, -1, s.w+1, s.h+1, 0))
	if style.Band.A != 0 {
		s.canvas.Fill(paint.Flat(s.nearly(style.Band, off)), paint.Box(-1, -1, s.w+1, style.Top*s.h*0.86, 0))
	}
	if style.Strip != "" {
		s.strip(0.42*s.h, style.Strip)
	}
}

func (s *sheet) margins(style Style) (left, right float64) {
	left, right = 0.06*s.h, s.w-0.06*s.h
	if style.Strip != "" {
		left = 0.5 * s.h
	}
	return left, right
}

// filling is how much of the room the characters of a style take up.
func (s *sheet) filling(style Style) float64 {
	if s.chance(0.5) {
		return 0
	}
	return s.between(0.8, 1)
}

// serial invents a text of a style, personalised at times.
func (s *sheet) serial(style Style) string {
	if f := s.rng.Float64(); len(style.Series) == 0 || f < 0.12 {
		return anything(s.rng)
	} else if f < 0.2 && style.Aspect < 3 {
		return personal(s.rng)
	}
	letters := lettersWithout(style.Without)
	if s.chance(0.15) {
		letters = allLetters
	}
	return spell(s.rng, style.Series[s.rng.IntN(len(style.Series))], letters)
}

// printedAs puts the gaps of a style's series into a text that fits one of them;
// personalised plates have none.
func printedAs(style Style, text string) string {
	for _, series := range style.Series {
		if printed, ok := fit(series, text); ok {
			return printed
		}
	}
	return text
}

// fit writes a text in the form of a pattern.
func fit(pattern, text string) (string, bool) {
	var b strings.Builder
	at := 0
	for i := range len(pattern) {
		c := pattern[i]
		if c == ' ' || c == '-' || c == '*' || c == '.' {
			b.WriteByte(c)
			continue
		}
		if at == len(text) {
			return "", false
		}
		t := text[at]
		letter := t >= 'A'
		if c == 'L' && !letter || c == 'D' && letter || c != 'L' && c != 'D' && c != t {
			return "", false
		}
		b.WriteByte(t)
		at++
	}
	return b.String(), at == len(text)
}

// printing prints legend and slogan.
func (s *sheet) printing(style Style, top, bottom float64, face func() *Face) {
	ink := style.LegendInk
	if ink.A == 0 {
		ink = s.ink
	}
	slogan := ""
	if n := len(style.Slogans); n > 0 {
		slogan = style.Slogans[s.rng.IntN(n)]
	}
	above, below := style.Legend, slogan
	if style.LegendBelow {
		above, below = slogan, style.Legend
	}
	room := 0.66 * s.w
	high := math.Min(0.62*top, 0.16*s.h)
	aboveBox := s.words(face(), above, s.w/2, (top-high)*0.48, high, room, pickInk(style.LegendBelow, s.ink, ink))
	under := s.h - bottom
	high = math.Min(0.5*under, 0.1*s.h)
	if style.LegendBelow {
		high = math.Min(0.62*under, 0.15*s.h)
	}
	belowBox := s.words(face(), below, s.w/2, bottom+(under-high)*0.5, high, room, pickInk(!style.LegendBelow, s.ink, ink))
	s.made.Legend, s.made.Slogan, s.made.LegendBox, s.made.SloganBox = above, below, aboveBox, belowBox
}

func pickInk(first bool, a, b color.RGBA) color.RGBA {
	if first {
		return a
	}
	return b
}

// emblem draws what stands at a style's '*', within a box in pixels.
func (s *sheet) emblem(style Style, x, y, w, h float64) {
	cx, cy := x+w/2, y+h/2
	r := math.Min(w*0.42, h*0.2)
	t := paint.Flat(paint.Mix(s.ink, style.Ground, 0.15))
	switch style.Mark {
	case Crown:
		k := r * 0.7
		s.canvas.Fill(t, []paint.Point{{X: cx - k, Y: cy + k}, {X: cx - 1.2*k, Y: cy - 0.5*k}, {X: cx - 0.5*k, Y: cy + 0.2*k}, {X: cx, Y: cy - 0.9*k}, {X: cx + 0.5*k, Y: cy + 0.2*k}, {X: cx + 1.2*k, Y: cy - 0.5*k}, {X: cx + k, Y: cy + k}})
		s.canvas.Fill(t, paint.Box(cx-k, cy+1.2*k, cx+k, cy+1.55*k, 0))
	case Fruit, Peach:
		s.canvas.Fill(paint.Flat(paint.RGB(120, 176, 110)), []paint.Point{{X: cx, Y: cy - 0.8*r}, {X: cx + r, Y: cy - 1.4*r}, {X: cx + 1.2*r, Y: cy - 0.6*r}})
		s.canvas.Fill(paint.Shaded(paint.RGB(244, 190, 120), paint.RGB(240, 166, 90)), paint.Ellipse(cx, cy+0.2*r, r, r))
	case Star:
		s.canvas.Fill(t, star(cx, cy, r, r, 5, 0.4))
	case Leaf:
		s.canvas.Fill(paint.Flat(paint.RGB(190, 40, 40)), star(cx, cy, r, r, 7, 0.5))
	case Flag:
		s.canvas.Fill(paint.Flat(paint.RGB(40, 70, 150)), paint.Box(cx-r, cy-0.7*r, cx+r, cy+0.7*r, 0))
		s.canvas.Fill(paint.Flat(paint.RGB(236, 236, 236)), paint.Box(cx-0.15*r, cy-0.7*r, cx+0.15*r, cy+0.7*r, 0), paint.Box(cx-r, cy-0.15*r, cx+r, cy+0.15*r, 0))
	case State:
		s.canvas.Fill(t, []paint.Point{{X: cx - r, Y: cy - 0.8*r}, {X: cx + 0.4*r, Y: cy - r}, {X: cx + r, Y: cy - 0.1*r}, {X: cx + 0.5*r, Y: cy + r}, {X: cx - 0.2*r, Y: cy + 0.6*r}, {X: cx - 0.9*r, Y: cy + 0.7*r}})
	case Dot:
		s.canvas.Fill(t, paint.Ellipse(cx, cy, 0.35*r, 0.35*r))
	case Tree:
		s.canvas.Fill(paint.Flat(paint.RGB(40, 110, 60)), []paint.Point{{X: cx - r, Y: cy + r}, {X: cx, Y: cy - 1.2*r}, {X: cx + r, Y: cy + r}})
	case Mountain:
		s.canvas.Fill(t, []paint.Point{{X: cx - 1.3*r, Y: cy + r}, {X: cx - 0.3*r, Y: cy - r}, {X: cx + 0.3*r, Y: cy}, {X: cx + 0.6*r, Y: cy - 0.4*r}, {X: cx + 1.3*r, Y: cy + r}})
	case Bird:
		s.canvas.Fill(t, []paint.Point{{X: cx - 1.2*r, Y: cy - 0.6*r}, {X: cx, Y: cy}, {X: cx + 1.2*r, Y: cy - 0.8*r}, {X: cx + 0.2*r, Y: cy + 0.8*r}, {X: cx - 0.2*r, Y: cy + 0.7*r}})
	case Wheel:
		s.canvas.Fill(t, star(cx, cy, r, r, 10, 0.72))
	}
}
