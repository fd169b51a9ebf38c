package roadside

import (
	"fmt"
	"image"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/gofont/gosmallcaps"
	"golang.org/x/image/font/inconsolata"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"secondlook/assets"
)

// face is a computer font as outlines; capitals are one unit high, y points
// down from the base line.
type face struct{ glyphs [128]glyph }

type glyph struct {
	advance  float64
	contours [][]point
}

// faces are the fonts of lettering and signs; screens are those of recorders
// and cameras, which write over the picture.
var faces, screens = sync.OnceValue(func() []*face {
	fonts := [][]byte{gobold.TTF, goregular.TTF, gobolditalic.TTF, goitalic.TTF, gomedium.TTF, gosmallcaps.TTF, gomonobold.TTF,
		assets.Font(assets.FontBold), assets.Font(assets.FontRegular), assets.Font(assets.FontPlate)}
	return outlined(fonts)
}), sync.OnceValue(func() []*face {
	return append(outlined([][]byte{gomono.TTF, gomonobold.TTF, goregular.TTF, assets.Font(assets.FontPlate)}),
		dotted(basicfont.Face7x13, 9), dotted(inconsolata.Bold8x16, 10), dotted(inconsolata.Regular8x16, 10))
})

// outlined reads fonts that the program carries; one that cannot be read is a
// mistake in the program, which a test would see.
func outlined(fonts [][]byte) []*face {
	var all []*face
	for _, data := range fonts {
		if f, err := outlines(data); err == nil {
			all = append(all, f)
		}
	}
	return all
}

func outlines(data []byte) (*face, error) {
	parsed, err := sfnt.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("read a font: %w", err)
	}
	var buf sfnt.Buffer
	const size = 1024
	f := new(face)
	high := capital(parsed, &buf, fixed.I(size))
	for r := rune(' '); r < 127; r++ {
		i, err := parsed.GlyphIndex(&buf, r)
		if err != nil || i == 0 {
			continue
		}
		g := &f.glyphs[r]
		advance, err := parsed.GlyphAdvance(&buf, i, fixed.I(size), font.HintingNone)
		if err != nil {
			return nil, fmt.Errorf("read a font's widths: %w", err)
		}
		g.advance = float64(advance) / 64 / high
		segments, err := parsed.LoadGlyph(&buf, i, fixed.I(size), nil)
		if err != nil {
			return nil, fmt.Errorf("read a font's outlines: %w", err)
		}
		g.contours = flatten(segments, high*64)
	}
	return f, nil
}

// capital is the height of an H.
func capital(f *sfnt.Font, buf *sfnt.Buffer, size fixed.Int26_6) float64 {
	i, err := f.GlyphIndex(buf, 'H')
	if err != nil {
		return 700
	}
	box, _, err := f.GlyphBounds(buf, i, size, font.HintingNone)
	if err != nil || box.Min.Y >= 0 {
		return 700
	}
	return -float64(box.Min.Y) / 64
}

// flatten turns curves into a few straight pieces.
func flatten(segments sfnt.Segments, unit float64) [][]point {
	var all [][]point
	at := func(p fixed.Point26_6) point { return point{float64(p.X) / unit, float64(p.Y) / unit} }
	mix := func(a, b point, t float64) point { return point{a.X + (b.X-a.X)*t, a.Y + (b.Y-a.Y)*t} }
	for _, s := range segments {
		if s.Op == sfnt.SegmentOpMoveTo {
			all = append(all, []point{at(s.Args[0])})
			continue
		}
		c := &all[len(all)-1]
		from := (*c)[len(*c)-1]
		switch s.Op {
		case sfnt.SegmentOpLineTo:
			*c = append(*c, at(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			a, b := at(s.Args[0]), at(s.Args[1])
			for _, t := range [3]float64{1. / 3, 2. / 3, 1} {
				*c = append(*c, mix(mix(from, a, t), mix(a, b, t), t))
			}
		case sfnt.SegmentOpCubeTo:
			a, b, d := at(s.Args[0]), at(s.Args[1]), at(s.Args[2])
			for _, t := range [4]float64{0.25, 0.5, 0.75, 1} {
				m := mix(a, b, t)
				*c = append(*c, mix(mix(mix(from, a, t), m, t), mix(m, mix(b, d, t), t), t))
			}
		}
	}
	return all
}

// dotted turns a bitmap font into outlines, a box for each run of dots; caps is
// the height of its capitals in dots.
func dotted(b *basicfont.Face, caps float64) *face {
	f := new(face)
	for r := rune(' '); r < 127; r++ {
		dr, mask, at, advance, ok := b.Glyph(fixed.Point26_6{}, r)
		if !ok {
			continue
		}
		g := &f.glyphs[r]
		g.advance = float64(advance) / 64 / caps
		alpha, ok := mask.(*image.Alpha)
		if !ok {
			continue
		}
		for y := range dr.Dy() {
			for x := 0; x < dr.Dx(); x++ {
				from := x
				for x < dr.Dx() && alpha.AlphaAt(at.X+x, at.Y+y).A > 127 {
					x++
				}
				if x > from {
					x0, x1, y0 := float64(dr.Min.X+from)/caps, float64(dr.Min.X+x)/caps, float64(dr.Min.Y+y)/caps
					g.contours = append(g.contours, []point{{x0, y0}, {x1, y0}, {x1, y0 + 1/caps}, {x0, y0 + 1/caps}})
				}
			}
		}
	}
	return f
}

// script is how words are written.
type script struct {
	face    *face
	height  float64 // of capitals, in the plane's units
	stretch float64 // to the side
	slant   float64
	space   float64 // between characters, in parts of the height
}

// width is how long words are, in the plane's units.
func (s script) width(words string) float64 {
	sum := -s.space
	for i := range len(words) {
		sum += s.face.glyphs[words[i]&127].advance*s.stretch + s.space
	}
	return sum * s.height
}

// fit squeezes the script until words are at most room wide.
func (s script) fit(words string, room float64) script {
	if w := s.width(words); w > room && w > 0 {
		s.stretch *= room / w
		s.space *= room / w
	}
	return s
}

// write paints words on a plane, from x on the base line y.
func (f *film) write(m plane, s script, x, y float64, words string, k ink) {
	for i := range len(words) {
		g := &s.face.glyphs[words[i]&127]
		for _, c := range g.contours {
			f.starts = append(f.starts, len(f.points))
			for _, p := range c {
				f.points = append(f.points, m.at(x+(p.X*s.stretch-p.Y*s.slant)*s.height, y+p.Y*s.height))
			}
		}
		x += (g.advance*s.stretch + s.space) * s.height
	}
	f.fill(k)
}

// centred paints words around the middle x.
func (f *film) centred(m plane, s script, x, y float64, words string, k ink) {
	f.write(m, s, x-s.width(words)/2, y, words, k)
}

// box paints a rectangle with corners of radius r on a plane.
func (f *film) box(m plane, x0, y0, x1, y1, r float64, k ink) {
	f.boxed(m, x0, y0, x1, y1, r, false)
	f.fill(k)
}

// ring paints the border of such a rectangle, a line of a width to the inside.
func (f *film) ring(m plane, x0, y0, x1, y1, r, wide float64, k ink) {
	f.boxed(m, x0, y0, x1, y1, r, false)
	f.boxed(m, x0+wide, y0+wide, x1-wide, y1-wide, max(0, r-wide), true)
	f.fill(k)
}

// boxed collects a rectangle's contour, backwards for a hole.
func (f *film) boxed(m plane, x0, y0, x1, y1, r float64, back bool) {
	f.starts = append(f.starts, len(f.points))
	first := len(f.points)
	if r <= 0 {
		f.points = append(f.points, m.at(x0, y0), m.at(x1, y0), m.at(x1, y1), m.at(x0, y1))
	} else {
		for corner, c := range [4]point{{x1 - r, y0 + r}, {x1 - r, y1 - r}, {x0 + r, y1 - r}, {x0 + r, y0 + r}} {
			for k := range 4 {
				s, o := math.Sincos(float64(corner-1)*math.Pi/2 + float64(k)*math.Pi/6)
				f.points = append(f.points, m.at(c.X+r*o, c.Y+r*s))
			}
		}
	}
	if back {
		for a, b := first, len(f.points)-1; a < b; a, b = a+1, b-1 {
			f.points[a], f.points[b] = f.points[b], f.points[a]
		}
	}
}

// oval collects an ellipse's contour, backwards for a hole.
func (f *film) oval(m plane, x, y, rx, ry float64, back bool) {
	f.starts = append(f.starts, len(f.points))
	const steps = 20
	for k := range steps {
		s, c := math.Sincos(2 * math.Pi * float64(k) / steps)
		if back {
			s = -s
		}
		f.points = append(f.points, m.at(x+rx*c, y+ry*s))
	}
}

// disc paints an ellipse on a plane, hoop its rim of a width.
func (f *film) disc(m plane, x, y, rx, ry float64, k ink) {
	f.oval(m, x, y, rx, ry, false)
	f.fill(k)
}

func (f *film) hoop(m plane, x, y, rx, ry, wide float64, k ink) {
	f.oval(m, x, y, rx, ry, false)
	f.oval(m, x, y, rx-wide, ry-wide, true)
	f.fill(k)
}

// stripe paints a straight line of a width on a plane.
func (f *film) stripe(m plane, x0, y0, x1, y1, wide float64, k ink) {
	dx, dy := x1-x0, y1-y0
	n := wide / 2 / max(1e-9, math.Hypot(dx, dy))
	f.poly(k, m.at(x0-dy*n, y0+dx*n), m.at(x1-dy*n, y1+dx*n), m.at(x1+dy*n, y1-dx*n), m.at(x0+dy*n, y0-dx*n))
}
