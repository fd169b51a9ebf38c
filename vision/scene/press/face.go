package press

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/gosmallcaps"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"secondlook/assets"
	"secondlook/vision/scene/paint"
)

// Face is a font with which legends are printed and some plates are stamped.
// It is safe for use by several goroutines.
type Face struct {
	glyphs map[rune]glyph
	tall   float64 // of a capital, in parts of the em
}

// glyph is the outline of a character: its top left is where its ink begins, one
// unit is the height of the face's capitals.
type glyph struct {
	contours   [][]paint.Point
	left       float64 // from the pen to the ink
	width, top float64 // of the ink; top is from the capitals' top, down
	bottom     float64
	advance    float64
}

// printed are the characters that faces need to have; others are kept if there.
const printed = Characters + "abcdefghijklmnopqrstuvwxyz"

const accents = "ÉÈÊÎÔÛÇÃÕÁÍÓÚéèêîôûçãõáíóú'’.,-&:/0123456789 "

// ErrFace is returned for a font that cannot print a plate's characters.
var ErrFace = errors.New("the font lacks a plate's characters")

// ParseFace reads an OpenType or TrueType font. It returns [ErrFace] for one that
// lacks letters or digits.
func ParseFace(data []byte) (*Face, error) {
	parsed, err := opentype.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("read a font: %w", err)
	}
	var buffer sfnt.Buffer
	const size = 256
	f := &Face{glyphs: map[rune]glyph{}}
	capital, err := outlineOf(parsed, &buffer, 'H', size)
	if err != nil || capital.bottom <= capital.top {
		return nil, ErrFace
	}
	height := capital.bottom - capital.top
	for _, r := range printed + accents {
		g, err := outlineOf(parsed, &buffer, r, size)
		if err != nil {
			if strings.ContainsRune(printed, r) {
				return nil, ErrFace
			}
			continue
		}
		for _, contour := range g.contours {
			for i := range contour {
				contour[i] = paint.Point{X: (contour[i].X - g.left) / height, Y: (contour[i].Y - capital.top) / height}
			}
		}
		g.left, g.width, g.advance = g.left/height, g.width/height, g.advance/height
		g.top, g.bottom = (g.top-capital.top)/height, (g.bottom-capital.top)/height
		f.glyphs[r] = g
	}
	return f, nil
}

// outlineOf loads a glyph at a size in pixels, its curves broken into lines.
func outlineOf(f *sfnt.Font, buffer *sfnt.Buffer, r rune, size int) (glyph, error) {
	index, err := f.GlyphIndex(buffer, r)
	if err != nil || index == 0 {
		return glyph{}, ErrFace
	}
	advance, err := f.GlyphAdvance(buffer, index, fixed.I(size), font.HintingNone)
	if err != nil {
		return glyph{}, err
	}
	segments, err := f.LoadGlyph(buffer, index, fixed.I(size), nil)
	if err != nil {
		return glyph{}, err
	}
	g := glyph{advance: float64(advance) / 64}
	var pen paint.Point
	at := func(p fixed.Point26_6) paint.Point { return paint.Point{X: float64(p.X) / 64, Y: float64(p.Y) / 64} }
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			g.contours = append(g.contours, nil)
			pen = at(s.Args[0])
			g.add(pen)
		case sfnt.SegmentOpLineTo:
			pen = at(s.Args[0])
			g.add(pen)
		case sfnt.SegmentOpQuadTo:
			b, c := at(s.Args[0]), at(s.Args[1])
			g.curve(pen, between(pen, b, 2.0/3), between(c, b, 2.0/3), c)
			pen = c
		case sfnt.SegmentOpCubeTo:
			b, c, d := at(s.Args[0]), at(s.Args[1]), at(s.Args[2])
			g.curve(pen, b, c, d)
			pen = d
		}
	}
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, contour := range g.contours {
		for _, p := range contour {
			left, right = math.Min(left, p.X), math.Max(right, p.X)
			top, bottom = math.Min(top, p.Y), math.Max(bottom, p.Y)
		}
	}
	if len(g.contours) > 0 {
		g.left, g.width, g.top, g.bottom = left, right-left, top, bottom
	}
	return g, nil
}

func (g *glyph) add(p paint.Point) {
	last := len(g.contours) - 1
	g.contours[last] = append(g.contours[last], p)
}

// curve adds a cubic in four pieces: at a plate's size more cannot be seen.
func (g *glyph) curve(a, b, c, d paint.Point) {
	const pieces = 4
	for k := 1; k <= pieces; k++ {
		t := float64(k) / pieces
		u := 1 - t
		p, q, r, s := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
		g.add(paint.Point{X: p*a.X + q*b.X + r*c.X + s*d.X, Y: p*a.Y + q*b.Y + r*c.Y + s*d.Y})
	}
}

// between is the point a share f of the way from a to b.
func between(a, b paint.Point, f float64) paint.Point {
	return paint.Point{X: a.X + (b.X-a.X)*f, Y: a.Y + (b.Y-a.Y)*f}
}

// width is how wide a die cut from the face is, in parts of its height.
func (f *Face) width(r rune) float64 {
	g := f.glyphs[r]
	return g.width / math.Max(0.2, g.bottom-g.top)
}

// outlines returns a character as a die of height h with its top left at x, y:
// all dies of a set are equally high, but for the tail of the Q.
func (f *Face) outlines(r rune, x, y, h, stretch float64) [][]paint.Point {
	g := f.glyphs[r]
	scale := h / math.Max(0.2, g.bottom-g.top)
	if r == 'Q' {
		scale = h
	}
	all := make([][]paint.Point, len(g.contours))
	for i, contour := range g.contours {
		all[i] = make([]paint.Point, len(contour))
		for k, p := range contour {
			all[i][k] = paint.Point{X: x + p.X*scale*stretch, Y: y + (p.Y-g.top)*scale}
		}
	}
	return all
}

// measure is how wide a printed line of capitals' height 1 is.
func (f *Face) measure(text string) float64 {
	w := 0.0
	for _, r := range text {
		w += f.advanceOf(r)
	}
	return w
}

func (f *Face) advanceOf(r rune) float64 {
	if g, ok := f.glyphs[r]; ok {
		return g.advance
	}
	return 0.5
}

// write prints a line from x on, its capitals h high with their top at y.
func (f *Face) write(c *paint.Canvas, text string, x, y, h, stretch float64, t paint.Tone) {
	for _, r := range text {
		if g, ok := f.glyphs[r]; ok && len(g.contours) > 0 {
			var all [][]paint.Point
			for _, contour := range g.contours {
				moved := make([]paint.Point, len(contour))
				for k, p := range contour {
					moved[k] = paint.Point{X: x + (g.left+p.X)*h*stretch, Y: y + p.Y*h}
				}
				all = append(all, moved)
			}
			c.Fill(t, all...)
		}
		x += f.advanceOf(r) * h * stretch
	}
}

// Faces returns the fonts that come with the program.
var Faces = sync.OnceValue(func() []*Face {
	var all []*Face
	for _, data := range [][]byte{gobold.TTF, gomedium.TTF, gobolditalic.TTF, gosmallcaps.TTF, assets.Font("B612-Bold.otf"), assets.Font("B612-Regular.otf"), assets.Font("JetBrainsMono-ExtraBold.ttf")} {
		if f, err := ParseFace(data); err == nil {
			all = append(all, f)
		}
	}
	return all
})

// FacesIn returns the fonts of a folder and those below it, in the order of their
// names. Thin, slanted and decorative ones, which no press has, and fonts that
// cannot be read are left out.
func FacesIn(dir string) ([]*Face, error) {
	var paths []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch strings.ToLower(filepath.Ext(path)) {
		case ".ttf", ".otf":
			if !entry.IsDir() && pressable(filepath.Base(path)) {
				paths = append(paths, path)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for fonts: %w", err)
	}
	slices.Sort(paths)
	var all []*Face
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read a font: %w", err)
		}
		if f, err := ParseFace(data); err == nil {
			all = append(all, f)
		}
	}
	return all, nil
}

// pressable reports whether a font's name promises upright, clear capitals.
func pressable(name string) bool {
	for _, word := range []string{"Italic", "Oblique", "italic", "Light", "Thin", "Black", "Outline", "Hairline", "ExtraLight", "Math", "Symbol", "Emoji", "Sans-Extra", "-It."} {
		if strings.Contains(name, word) {
			return false
		}
	}
	return !strings.HasPrefix(name, "Noto") || strings.HasPrefix(name, "NotoSans-") || strings.HasPrefix(name, "NotoMono")
}
