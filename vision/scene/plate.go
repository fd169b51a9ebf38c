package scene

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"strings"

	"secondlook/app/plate"
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
	mark   func(c *canvas, x, y, h float64) // in the gap
	decor  func(c *canvas, w, h float64)
}

var (
	white = rgb(240, 242, 244)
	navy  = rgb(24, 48, 116)
)

// layouts are the plates that can be drawn; others take Ontario's form with
// their own name on top.
var layouts = map[plate.Jurisdiction]layout{
	"CA-ON": {aspect: 2, ground: white, characters: navy, legend: "ONTARIO", slogan: "YOURS TO DISCOVER", legendColour: navy, sloganColour: navy,
		top: 0.25, bottom: 0.80, die: 0.205, gap: 0.17, line: 0.063, groups: []int{4, 3}, mark: crown},
	"CA-QC": {aspect: 2, ground: white, characters: rgb(20, 62, 140), legend: "QUÉBEC", slogan: "JE ME SOUVIENS", legendColour: rgb(20, 62, 140), sloganColour: rgb(20, 62, 140),
		top: 0.26, bottom: 0.79, die: 0.215, gap: 0.2, line: 0.063, groups: []int{3, 3}},
	"US-NY": {aspect: 2, ground: white, characters: rgb(18, 36, 84), legend: "NEW YORK", slogan: "EMPIRE STATE", legendColour: rgb(236, 238, 240), sloganColour: rgb(18, 36, 84),
		top: 0.27, bottom: 0.78, die: 0.195, gap: 0.15, line: 0.062, groups: []int{3, 4}, decor: bandOnTop},
	"US-FL": {aspect: 2, ground: white, characters: rgb(22, 84, 52), legend: "FLORIDA", slogan: "SUNSHINE STATE", legendColour: rgb(22, 84, 52), sloganColour: rgb(22, 84, 52),
		top: 0.27, bottom: 0.78, die: 0.205, gap: 0.32, line: 0.062, groups: []int{3, 3}, mark: fruit},
	plate.Europe: {aspect: 4.7, ground: white, characters: rgb(26, 26, 28), top: 0.16, bottom: 0.84, die: 0.38, gap: 0.24, line: 0.1, groups: []int{2, 3, 2}, decor: blueStrip},
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
	var c canvas
	c.begin(img)
	c.fill(shaded(l.ground, times(l.ground, 0.95)), box(0, 0, w, h, 0))
	if l.decor != nil {
		l.decor(&c, w, h)
	}
	border := line(box(0.025*h, 0.025*h, w-0.025*h, 0.975*h, 0.08*h), 0.012*h, true)
	c.fill(flat(mix(l.ground, l.characters, 0.35)).over(0.7), border...)
	if l.legend != "" {
		c.text(l.legend, w/2, 0.075*h, 0.105*h, w*0.6, l.legendColour)
	}
	if l.slogan != "" {
		c.text(l.slogan, w/2, 0.865*h, 0.065*h, w*0.6, l.sloganColour)
	}
	l.stamp(&c, string(text), w, h)
	for _, x := range []float64{0.15, 0.85} {
		for _, y := range []float64{0.075, 0.925} {
			c.fill(shaded(rgb(90, 94, 98), rgb(150, 154, 158)), ellipse(x*w, y*h, 0.02*h, 0.02*h))
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
func (l layout) stamp(c *canvas, text string, w, h float64) {
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
			c.emboss(r, x, y, wide, height, l.line*h, l.characters)
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
func (c *canvas) emboss(r rune, x, y, w, h, width float64, col color.RGBA) {
	edge := width * 0.16
	c.character(r, x+edge, y+edge, w, h, width, flat(times(col, 0.6)).over(0.35))
	c.character(r, x-edge, y-edge, w, h, width, flat(white).over(0.8))
	c.character(r, x, y, w, h, width, flat(col))
}

// character draws one character into the box at x, y of size w by h.
func (c *canvas) character(r rune, x, y, w, h, width float64, t tone) {
	sx, sy := math.Max(0.01, w-width), h-width
	var shapes [][]point
	for _, s := range struck(r) {
		corners := make([]vertex, len(s.corners))
		for i, v := range s.corners {
			corners[i] = vertex{x + width/2 + v.x*sx, y + width/2 + v.y*sy, v.r * 0.46 * sx}
		}
		shapes = append(shapes, line(outline(corners, s.closed), width, s.closed)...)
	}
	if len(shapes) > 0 {
		c.fill(t, shapes...)
	}
}

// text writes a legend of height h around the middle x, at most room wide.
func (c *canvas) text(s string, x, y, h, room float64, col color.RGBA) {
	die, space := h*0.62, h*0.26
	total := -space
	for _, r := range s {
		total += die*dieWidth(r) + space
	}
	f := math.Min(1, room/total)
	at := x - total*f/2
	for _, r := range s {
		w := die * dieWidth(r) * f
		c.character(r, at, y, w, h, h*0.17, flat(col))
		at += w + space*f
	}
}

// crown is the small mark between the groups of an Ontario-like plate.
func crown(c *canvas, x, y, h float64) {
	s := h * 0.085
	t := flat(mix(navy, white, 0.15))
	c.fill(t, []point{{x - s, y + s}, {x - 1.2*s, y - 0.5*s}, {x - 0.5*s, y + 0.2*s}, {x, y - 0.9*s}, {x + 0.5*s, y + 0.2*s}, {x + 1.2*s, y - 0.5*s}, {x + s, y + s}})
	c.fill(t, box(x-s, y+1.2*s, x+s, y+1.55*s, 0))
}

// fruit is the mark in the middle of a Florida-like plate.
func fruit(c *canvas, x, y, h float64) {
	c.fill(flat(rgb(120, 176, 110)), []point{{x, y - 0.13*h}, {x + 0.16*h, y - 0.24*h}, {x + 0.2*h, y - 0.1*h}})
	c.fill(shaded(rgb(244, 190, 120), rgb(240, 166, 90)), ellipse(x, y+0.03*h, 0.17*h, 0.17*h))
}

// bandOnTop is the dark band behind a New York-like legend.
func bandOnTop(c *canvas, w, h float64) {
	c.fill(flat(rgb(24, 52, 112)), box(0, 0, w, 0.215*h, 0))
	c.fill(flat(rgb(214, 168, 60)), box(0, 0.215*h, w, 0.235*h, 0))
}

// blueStrip is the strip on the left of a European plate, with its ring of stars
// as dots.
func blueStrip(c *canvas, w, h float64) {
	s := 0.42 * h
	c.fill(flat(rgb(20, 60, 150)), box(0, 0, s, h, 0))
	for k := range 12 {
		sin, cos := math.Sincos(float64(k) * math.Pi / 6)
		c.fill(flat(rgb(240, 206, 60)), ellipse(s/2+0.13*h*cos, 0.32*h+0.13*h*sin, 0.022*h, 0.022*h))
	}
}

// soil puts mud on a plate, 0 (none) to 1: splashes from below, thinner upwards,
// never thick enough to hide a character.
func soil(img *image.RGBA, mud float64, rng *rand.Rand) {
	if mud <= 0 {
		return
	}
	var c canvas
	c.begin(img)
	w, h := float64(img.Bounds().Dx()), float64(img.Bounds().Dy())
	brown := rgb(110, 92, 70)
	c.fill(shaded(brown, brown).over(0.12*mud), box(0, 0, w, h, 0))
	for range int(90 * mud) {
		x, y := rng.Float64()*w, h*(1-0.75*rng.Float64()*rng.Float64())
		r := h * (0.012 + 0.035*rng.Float64())
		c.fill(flat(mix(brown, rgb(70, 58, 46), rng.Float64())).over(0.25+0.3*rng.Float64()), ellipse(x, y, r*(0.8+0.6*rng.Float64()), r))
	}
}
