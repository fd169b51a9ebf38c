// Package press makes licence plates: it stamps characters with dies that are
// drawn as strokes, on the plates of every Canadian province and territory, every
// US state, Europe and South America, and on plates that nobody issues. It feeds
// demo mode, the tests and the training of the networks.
//
// Start with [New]. No photograph, no downloaded network and no real plate went
// into it: the facts about plates are colours, words and proportions.
package press

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"

	"secondlook/app/plate"
	"secondlook/vision/scene/paint"
)

// Plate is a plate that was pressed, seen straight from the front.
type Plate struct {
	// Picture holds the whole plate and nothing else. It is the press's own and
	// valid until the next plate.
	Picture *image.RGBA
	// Text is what a reader should read.
	Text plate.Text
	// Jurisdiction is whose style it has; empty if it is nobody's.
	Jurisdiction plate.Jurisdiction
	// Legend and Slogan are what is printed above and below the characters (the
	// other way round where the jurisdiction does so), empty if nothing is.
	Legend, Slogan string
	// Line, LegendBox and SloganBox are where these stand, in pixels.
	Line, LegendBox, SloganBox image.Rectangle
}

// Press makes plates. It belongs to one goroutine.
type Press struct {
	canvas paint.Canvas
	faces  []*Face
	buffer image.RGBA
}

// New makes a press that prints with fonts as well as with dies; nil means those
// that come with the program.
func New(faces []*Face) *Press {
	if len(faces) == 0 {
		faces = Faces()
	}
	return &Press{faces: faces}
}

// begin gives an empty picture to paint into.
func (p *Press) begin(w, h int) *image.RGBA {
	n := 4 * w * h
	if cap(p.buffer.Pix) < n {
		p.buffer.Pix = make([]uint8, n)
	}
	p.buffer.Pix, p.buffer.Stride, p.buffer.Rect = p.buffer.Pix[:n], 4*w, image.Rect(0, 0, w, h)
	p.canvas.Begin(&p.buffer)
	return &p.buffer
}

// Random presses a plate for training: half of the time in the style of a
// jurisdiction, drawn by the number of its cars, else in one that nobody has.
func (p *Press) Random(rng *rand.Rand) Plate {
	if rng.Float64() < 0.5 && len(Styles) > 0 {
		return p.styled(rng, anyStyle(rng))
	}
	for {
		var made Plate
		switch f := rng.Float64(); {
		case f < 0.6:
			made = p.american(rng)
		case f < 0.85:
			made = p.european(rng)
		default:
			made = p.brazilian(rng)
		}
		if made.Text != "" {
			return made
		}
	}
}

// anyStyle draws a style by its weight.
func anyStyle(rng *rand.Rand) Style {
	total := 0.0
	for _, s := range Styles {
		total += s.Weight
	}
	at := rng.Float64() * total
	for _, s := range Styles {
		if at -= s.Weight; at < 0 {
			return s
		}
	}
	return Styles[len(Styles)-1]
}

// sheet is a plate while it is being made.
type sheet struct {
	*Press
	rng   *rand.Rand
	w, h  float64
	ink   color.RGBA
	die   *Die
	made  Plate
	depth paint.Point // of the embossing
	light float64
	dark  float64
	halo  color.RGBA // around the characters, if its A is not 0
}

func (p *Press) sheet(rng *rand.Rand, w, h int) *sheet {
	s := &sheet{Press: p, rng: rng, w: float64(w), h: float64(h)}
	s.made.Picture = p.begin(w, h)
	if rng.Float64() < 0.5 {
		d := s.h * (0.006 + 0.01*rng.Float64())
		a := rng.Float64() * 2 * math.Pi
		s.depth = paint.Point{X: d * math.Cos(a), Y: d * math.Sin(a)}
		s.light, s.dark = 0.8*rng.Float64(), 0.6*rng.Float64()
		if rng.Float64() < 0.3 {
			s.light = 0
		}
	}
	return s
}

// anyDie draws a press's dies: its own strokes mostly, a font at times.
func (p *Press) anyDie(rng *rand.Rand) *Die {
	switch f := rng.Float64(); {
	case f < 0.12:
		return faceDie(p.faces[rng.IntN(len(p.faces))])
	case f < 0.35 && len(p.faces) > 20: // more fonts than the program's own
		return faceDie(p.faces[rng.IntN(len(p.faces))])
	case f < 0.5:
		names := []string{Square, Round, Narrow, Pacific, Tall, Ontario, FE, UK, Mandatory, Mercosur}
		return DieOf(names[rng.IntN(len(names))]).worn(rng)
	}
	return anyDie(rng)
}

// stamp presses one character.
func (s *sheet) stamp(c byte, x, y, h, stretch float64) {
	if s.halo.A != 0 {
		o := s.h * 0.012
		for _, d := range [4]paint.Point{{X: -o}, {X: o}, {Y: -o}, {Y: o}} {
			s.die.Stamp(&s.canvas, c, x+d.X, y+d.Y, h, stretch, paint.Flat(s.halo))
		}
	}
	s.die.emboss(&s.canvas, c, x, y, h, stretch, s.ink, s.depth, s.light, s.dark)
}

// characters prints the plate's text between left and right, its characters from
// top to bottom, and notes it. where is where the line stands in its room, 0 at
// the left and 1 at the right.
func (s *sheet) characters(text string, set setting, left, right, top, bottom, where, fill float64, mark func(x, y, w, h float64)) {
	h := bottom - top
	pieces, stretch, wide := set.set(text, h, right-left)
	if wide < (right-left)*fill && wide > 0 && len(pieces) > 2 {
		// Dies are spread, not stretched, to fill a plate.
		room := (right-left)*fill - wide
		for i := range pieces {
			pieces[i].x += room * float64(i) / float64(len(pieces)-1)
		}
		wide += room
	}
	x := left + (right-left-wide)*where
	s.print(pieces, s.die, x, top, h, stretch, s.stamp, paint.Flat(s.ink), mark)
	s.made.Text = plate.Text(bare(text))
	s.made.Line = image.Rect(int(x), int(top), int(math.Ceil(x+wide)), int(math.Ceil(bottom)))
}

// words prints a legend whose capitals are h high with their top at y, around the
// middle x, at most room wide, and returns where it stands.
func (s *sheet) words(face *Face, text string, x, y, h, room float64, col color.RGBA) image.Rectangle {
	if text == "" || h < 2 {
		return image.Rectangle{}
	}
	stretch := 0.9 + 0.35*s.rng.Float64()
	wide := face.measure(text) * h
	if wide*stretch > room {
		stretch = math.Max(0.55, room/wide)
		if f := room / (wide * stretch); f < 1 {
			h *= f
			wide *= f
		}
	}
	wide *= stretch
	face.write(&s.canvas, text, x-wide/2, y, h, stretch, paint.Flat(col))
	return image.Rect(int(x-wide/2), int(y-0.25*h), int(x+wide/2)+1, int(y+1.25*h)+1)
}

func (s *sheet) face() *Face { return s.faces[s.rng.IntN(len(s.faces))] }

// scaled is a value in the unit [0,1) mapped to the range from a to b.
func (s *sheet) between(a, b float64) float64 { return a + (b-a)*s.rng.Float64() }

func (s *sheet) chance(p float64) bool { return s.rng.Float64() < p }

// nearly is a colour about like another: paint fades and batches differ.
func (s *sheet) nearly(c color.RGBA, by float64) color.RGBA {
	f := func(v uint8) uint8 { return paint.Level(float64(v) + s.between(-by, by)) }
	return color.RGBA{f(c.R), f(c.G), f(c.B), 255}
}

func (s *sheet) anyColour(low, high float64) color.RGBA {
	f := func() uint8 { return paint.Level(s.between(low, high)) }
	return color.RGBA{f(), f(), f(), 255}
}

// luma is a colour's brightness, 0 to 255 (ITU-R BT.601).
func luma(c color.RGBA) float64 {
	return 0.299*float64(c.R) + 0.587*float64(c.G) + 0.114*float64(c.B)
}

// hardware adds what holds a plate and what surrounds it: border, holes, screws.
func (s *sheet) hardware(border, holes float64) {
	if s.chance(border) {
		in := s.h * s.between(0.01, 0.04)
		s.canvas.Fill(paint.Flat(paint.Mix(s.nearly(s.ink, 60), paint.RGB(128, 128, 128), 0.5*s.rng.Float64())),
			paint.Line(paint.Box(in, in, s.w-in, s.h-in, s.h*s.between(0, 0.1)), s.h*s.between(0.008, 0.025), true)...)
	}
	for _, fx := range []float64{0.16, 0.84} {
		for _, fy := range []float64{0.08, 0.92} {
			if s.chance(holes) {
				grey := []uint8{20, 40, 90, 170, 200}[s.rng.IntN(5)]
				s.canvas.Fill(paint.Flat(paint.RGB(grey, grey, grey)), paint.Ellipse((fx+s.between(-0.02, 0.02))*s.w, fy*s.h, s.h*s.between(0.015, 0.05), s.h*s.between(0.015, 0.04)))
			}
		}
	}
}

// Stamp presses a given text in a style, width pixels wide, as clean and regular
// as a new plate is.
func (p *Press) Stamp(style Style, text plate.Text, width int) Plate {
	rng := rand.New(rand.NewPCG(uint64(width), 1))
	h := int(math.Round(float64(width) / style.Aspect))
	s := p.sheet(rng, width, h)
	s.depth, s.light, s.dark = paint.Point{X: s.h * 0.008, Y: s.h * 0.008}, 0.6, 0.35
	s.faces = Faces()[:1]
	s.exact(style, printedAs(style, string(text)))
	s.made.Jurisdiction = style.Jurisdiction
	return s.made
}
