package scene

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"strings"

	"secondlook/app/plate"
	"secondlook/vision/scene/paint"
)

// layout is how a jurisdiction's plate is laid out. Sizes are in parts of the
// plate's height.
type layout struct {
	aspect             float64 // width to height
	ground, characters color.RGBA
	legend, slogan     string
	legendColour       color.RGBA
	sloganColour       color.RGBA
	// top and bottom bound the characters, die is a die's width, gap the width
	// of the gap between groups, line the lines' width.
	top, bottom, die, gap, line float64
	// groups are the lengths of the groups of a plate of the common series.
	groups []int
	mark   func(c *paint.Canvas, x, y, h float64) // in the gap
	decor  func(c *paint.Canvas, w, h float64)
}

var (
	white = paint.RGB(240, 242, 244)
	navy  = paint.RGB(24, 48, 116)
)

// layouts are the plates that can be drawn; others take Ontario's form with
// their own name on top.
var layouts = map[plate.Jurisdiction]layout{
	"CA-ON": {aspect: 2, ground: white, characters: navy, legend: "ONTARIO", slogan: "YOURS TO DISCOVER", legendColour: navy, sloganColour: navy,
		top: 0.25, bottom: 0.80, die: 0.205, gap: 0.17, line: 0.063, groups: []int{4, 3}, mark: crown},
	"CA-QC": {aspect: 2, ground: white, characters: paint.RGB(20, 62, 140), legend: "QUÉBEC", slogan: "JE ME SOUVIENS", legendColour: paint.RGB(20, 62, 140), sloganColour: paint.RGB(20, 62, 140),
		top: 0.26, bottom: 0.79, die: 0.215, gap: 0.2, line: 0.063, groups: []int{3, 3}},
	"US-NY": {aspect: 2, ground: white, characters: paint.RGB(18, 36, 84), legend: "NEW YORK", slogan: "EMPIRE STATE", legendColour: paint.RGB(236, 238, 240), sloganColour: paint.RGB(18, 36, 84),
		top: 0.27, bottom: 0.78, die: 0.195, gap: 0.15, line: 0.062, groups: []int{3, 4}, decor: bandOnTop},
	"US-FL": {aspect: 2, ground: white, characters: paint.RGB(22, 84, 52), legend: "FLORIDA", slogan: "SUNSHINE STATE", legendColour: paint.RGB(22, 84, 52), sloganColour: paint.RGB(22, 84, 52),
		top: 0.27, bottom: 0.78, die: 0.205, gap: 0.32, line: 0.062, groups: []int{3, 3}, mark: fruit},
	plate.Europe: {aspect: 4.7, ground: white, characters: paint.RGB(26, 26, 28), top: 0.16, bottom: 0.84, die: 0.38, gap: 0.24, line: 0.1, groups: []int{2, 3, 2}, decor: blueStrip},
}

// layoutOf returns the layout of a jurisdiction.
func layoutOf(j plate.Jurisdiction) layout {
	if l, ok := layouts[j]; ok {
		return l
	}
	if len(j) == 2 && j != "CA" && j != "US" {
		return layouts[plate.Europe]
	}
	l := layouts["CA-ON"]
	l.legend, l.slogan, l.mark = strings.ToUpper(j.Name("en")), "", nil
	return l
}

// Aspect is the width of a jurisdiction's plates, as a multiple of their height.
func Aspect(j plate.Jurisdiction) float64 { return layoutOf(j).aspect }

// Plate draws a clean plate, width pixels wide, as it would look straight from
// the front. Characters outside A–Z and 0–9 are left out.
func Plate(text plate.Text, j plate.Jurisdiction, width int) *image.RGBA {
	l := layoutOf(j)
	w, h := float64(width), math.Round(float64(width)/l.aspect)
	img := image.NewRGBA(image.Rect(0, 0, width, int(h)))
	var c paint.Canvas
	c.Begin(img)
	c.Fill(paint.Shaded(l.ground, paint.Times(l.ground, 0.95)), paint.Box(0, 0, w, h, 0))
	if l.decor != nil {
		l.decor(&c, w, h)
	}
	border := paint.Line(paint.Box(0.025*h, 0.025*h, w-0.025*h, 0.975*h, 0.08*h), 0.012*h, true)
	c.Fill(paint.Flat(paint.Mix(l.ground, l.characters, 0.35)).Over(0.7), border...)
	if l.legend != "" {
		write(&c, l.legend, w/2, 0.075*h, 0.105*h, w*0.6, l.legendColour)
	}
	if l.slogan != "" {
		write(&c, l.slogan, w/2, 0.865*h, 0.065*h, w*0.6, l.sloganColour)
	}
	l.stamp(&c, string(text), w, h)
	for _, x := range []float64{0.15, 0.85} {
		for _, y := range []float64{0.075, 0.925} {
			c.Fill(paint.Shaded(paint.RGB(90, 94, 98), paint.RGB(150, 154, 158)), paint.Ellipse(x*w, y*h, 0.02*h, 0.02*h))
		}
	}
	return img
}

// split cuts a text into the groups of the common series, or leaves it whole:
// personalised plates have no gap.
func (l layout) split(text string) []string {
	sum := 0
	for _, n := range l.groups {
		sum += n
	}
	if sum != len(text) || !strings.ContainsAny(text, "0123456789") {
		return []string{text}
	}
	var parts []string
	for _, n := range l.groups {
		parts = append(parts, text[:n])
		text = text[n:]
	}
	return parts
}

// stamp draws the plate's characters.
func (l layout) stamp(c *paint.Canvas, text string, w, h float64) {
	parts := l.split(text)
	space := 0.075 * h
	if l.aspect > 3 {
		space = 0.09 * h
	}
	left := 0.1 * h
	if l.aspect > 3 {
		left = 0.5 * h // behind the strip
	}
	room := w - left - 0.1*h
	total := 0.0
	for i, part := range parts {
		if i > 0 {
			total += l.gap * h
		}
		for k, r := range part {
			if k > 0 {
				total += space
			}
			total += l.die * h * dieWidth(r)
		}
	}
	squeeze := math.Min(1, room/total)
	x := left + (room-total*squeeze)/2
	y, height := l.top*h, (l.bottom-l.top)*h
	for i, part := range parts {
		if i > 0 {
			if l.mark != nil {
				l.mark(c, x+l.gap*h*squeeze/2, y+height*0.5, height)
			}
			x += l.gap * h * squeeze
		}
		for k, r := range part {
			if k > 0 {
				x += space * squeeze
			}
			wide := l.die * h * dieWidth(r) * squeeze
			emboss(c, r, x, y, wide, height, l.line*h, l.characters)
			x += wide
		}
	}
}

func dieWidth(r rune) float64 {
	if f, ok := widths[r]; ok {
		return f
	}
	return 1
}

// emboss stamps one character: its raised edge catches light on the upper left
// and throws a shadow to the lower right.
func emboss(c *paint.Canvas, r rune, x, y, w, h, width float64, col color.RGBA) {
	edge := width * 0.16
	character(c, r, x+edge, y+edge, w, h, width, paint.Flat(paint.Times(col, 0.6)).Over(0.35))
	character(c, r, x-edge, y-edge, w, h, width, paint.Flat(white).Over(0.8))
	character(c, r, x, y, w, h, width, paint.Flat(col))
}

// character draws one character into the box at x, y of size w by h.
func character(c *paint.Canvas, r rune, x, y, w, h, width float64, t paint.Tone) {
	sx, sy := math.Max(0.01, w-width), h-width
	var shapes [][]paint.Point
	for _, s := range struck(r) {
		corners := make([]paint.Vertex, len(s.corners))
		for i, v := range s.corners {
			corners[i] = paint.Vertex{x + width/2 + v.X*sx, y + width/2 + v.Y*sy, v.R * 0.46 * sx}
		}
		shapes = append(shapes, paint.Line(paint.Outline(corners, s.closed), width, s.closed)...)
	}
	if len(shapes) > 0 {
		c.Fill(t, shapes...)
	}
}

// text writes a legend of height h around the middle x, at most room wide.
func write(c *paint.Canvas, s string, x, y, h, room float64, col color.RGBA) {
	die, space := h*0.62, h*0.26
	total := -space
	for _, r := range s {
		total += die*dieWidth(r) + space
	}
	f := math.Min(1, room/total)
	at := x - total*f/2
	for _, r := range s {
		w := die * dieWidth(r) * f
		character(c, r, at, y, w, h, h*0.17, paint.Flat(col))
		at += w + space*f
	}
}

// crown is the small mark between the groups of an Ontario-like plate.
func crown(c *paint.Canvas, x, y, h float64) {
	s := h * 0.085
	t := paint.Flat(paint.Mix(navy, white, 0.15))
	c.Fill(t, []paint.Point{{x - s, y + s}, {x - 1.2*s, y - 0.5*s}, {x - 0.5*s, y + 0.2*s}, {x, y - 0.9*s}, {x + 0.5*s, y + 0.2*s}, {x + 1.2*s, y - 0.5*s}, {x + s, y + s}})
	c.Fill(t, paint.Box(x-s, y+1.2*s, x+s, y+1.55*s, 0))
}

// fruit is the mark in the middle of a Florida-like plate.
func fruit(c *paint.Canvas, x, y, h float64) {
	c.Fill(paint.Flat(paint.RGB(120, 176, 110)), []paint.Point{{x, y - 0.13*h}, {x + 0.16*h, y - 0.24*h}, {x + 0.2*h, y - 0.1*h}})
	c.Fill(paint.Shaded(paint.RGB(244, 190, 120), paint.RGB(240, 166, 90)), paint.Ellipse(x, y+0.03*h, 0.17*h, 0.17*h))
}

// bandOnTop is the dark band behind a New York-like legend.
func bandOnTop(c *paint.Canvas, w, h float64) {
	c.Fill(paint.Flat(paint.RGB(24, 52, 112)), paint.Box(0, 0, w, 0.215*h, 0))
	c.Fill(paint.Flat(paint.RGB(214, 168, 60)), paint.Box(0, 0.215*h, w, 0.235*h, 0))
}

// blueStrip is the strip on the left of a European plate, with its ring of stars
// as dots.
func blueStrip(c *paint.Canvas, w, h float64) {
	s := 0.42 * h
	c.Fill(paint.Flat(paint.RGB(20, 60, 150)), paint.Box(0, 0, s, h, 0))
	for k := range 12 {
		sin, cos := math.Sincos(float64(k) * math.Pi / 6)
		c.Fill(paint.Flat(paint.RGB(240, 206, 60)), paint.Ellipse(s/2+0.13*h*cos, 0.32*h+0.13*h*sin, 0.022*h, 0.022*h))
	}
}

// soil puts mud on a plate, 0 (none) to 1: splashes from below, thinner upwards,
// never thick enough to hide a character.
func soil(img *image.RGBA, mud float64, rng *rand.Rand) {
	if mud <= 0 {
		return
	}
	var c paint.Canvas
	c.Begin(img)
	w, h := float64(img.Bounds().Dx()), float64(img.Bounds().Dy())
	brown := paint.RGB(110, 92, 70)
	c.Fill(paint.Shaded(brown, brown).Over(0.12*mud), paint.Box(0, 0, w, h, 0))
	for range int(90 * mud) {
		x, y := rng.Float64()*w, h*(1-0.75*rng.Float64()*rng.Float64())
		r := h * (0.012 + 0.035*rng.Float64())
		c.Fill(paint.Flat(paint.Mix(brown, paint.RGB(70, 58, 46), rng.Float64())).Over(0.25+0.3*rng.Float64()), paint.Ellipse(x, y, r*(0.8+0.6*rng.Float64()), r))
	}
}
