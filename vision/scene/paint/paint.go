// Package paint draws shapes with smooth edges into pictures: the brush of the
// plate press, the street and the training scenes.
//
// Start with [Canvas].
package paint

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"
)

// Point is a place in a picture, in pixels from its top left corner.
type Point struct{ X, Y float64 }

// The Darkest and the Brightest value that is painted. The room left on both
// sides lets the sensor's noise be added without a check for overflow.
const (
	Darkest   = 8
	Brightest = 246
)

// Tone is a fill: a colour at the shape's top and one at its bottom.
type Tone struct {
	top, bottom color.RGBA
	// opacity is 0 to 255.
	opacity uint32
}

// RGB returns an opaque colour.
func RGB(r, g, b uint8) color.RGBA { return color.RGBA{r, g, b, 255} }

// Flat is a tone of one colour; Shaded runs from one at the top to one at the bottom.
func Flat(c color.RGBA) Tone             { return Tone{c, c, 255} }
func Shaded(top, bottom color.RGBA) Tone { return Tone{top, bottom, 255} }

// Over gives the tone an opacity, 0 to 1.
func (t Tone) Over(opacity float64) Tone {
	t.opacity = uint32(255*math.Max(0, math.Min(1, opacity)) + 0.5)
	return t
}

// Level is a value as it is painted.
func Level(v float64) uint8 { return uint8(math.Max(Darkest, math.Min(Brightest, v))) }

// Times darkens (f < 1) or brightens a colour.
func Times(c color.RGBA, f float64) color.RGBA {
	return color.RGBA{Level(float64(c.R) * f), Level(float64(c.G) * f), Level(float64(c.B) * f), 255}
}

// Mix returns the colour a share f of the way from a to b.
func Mix(a, b color.RGBA, f float64) color.RGBA {
	l := func(x, y uint8) uint8 { return Level(float64(x) + (float64(y)-float64(x))*f) }
	return color.RGBA{l(a.R, b.R), l(a.G, b.G), l(a.B, b.B), 255}
}

// Vertex is a corner of an outline or a stroke. Round corners are cut by the
// radius r, in the units of x and y; r is zero at sharp corners.
type Vertex struct{ X, Y, R float64 }

// Canvas paints shapes with smooth edges into a picture. It is not safe for use
// by several goroutines.
type Canvas struct {
	// Img is what is painted into, Dirty where that was done since [Canvas.Begin].
	Img    *image.RGBA
	raster vector.Rasterizer
	mask   image.Alpha
	Dirty  image.Rectangle
	bufA   []Point // for clipping
	bufB   []Point
}

// Begin starts to paint into a picture.
func (c *Canvas) Begin(img *image.RGBA) { c.Img, c.Dirty = img, image.Rectangle{} }

// Fill paints closed shapes in one go; shapes that overlap must turn the same way.
func (c *Canvas) Fill(t Tone, shapes ...[]Point) {
	low, high := Point{math.Inf(1), math.Inf(1)}, Point{math.Inf(-1), math.Inf(-1)}
	for _, s := range shapes {
		for _, p := range s {
			low = Point{math.Min(low.X, p.X), math.Min(low.Y, p.Y)}
			high = Point{math.Max(high.X, p.X), math.Max(high.Y, p.Y)}
		}
	}
	bounds := c.Img.Bounds()
	if !(low.X < float64(bounds.Max.X) && low.Y < float64(bounds.Max.Y) && high.X > float64(bounds.Min.X) && high.Y > float64(bounds.Min.Y)) {
		return
	}
	limit := func(v float64) int { return int(math.Max(-1e6, math.Min(1e6, v))) }
	box := image.Rect(limit(math.Floor(low.X)), limit(math.Floor(low.Y)), limit(math.Ceil(high.X))+1, limit(math.Ceil(high.Y))+1)
	seen := box.Intersect(bounds)
	if seen.Empty() || !c.cover(seen, shapes) {
		return
	}
	c.Dirty = c.Dirty.Union(seen)
	c.blend(seen, low.Y, high.Y, t)
}

// cover fills the mask with how much of each pixel of r the shapes cover.
func (c *Canvas) cover(r image.Rectangle, shapes [][]Point) bool {
	w, h := r.Dx(), r.Dy()
	c.raster.Reset(w, h)
	drawn := false
	for _, s := range shapes {
		s = c.clip(s, r)
		if len(s) < 3 {
			continue
		}
		drawn = true
		at := func(p Point) (float32, float32) {
			return float32(p.X - float64(r.Min.X)), float32(p.Y - float64(r.Min.Y))
		}
		c.raster.MoveTo(at(s[0]))
		for _, p := range s[1:] {
			c.raster.LineTo(at(p))
		}
		c.raster.ClosePath()
	}
	if !drawn {
		return false
	}
	if cap(c.mask.Pix) < w*h {
		c.mask.Pix = make([]uint8, w*h)
	}
	c.mask.Pix, c.mask.Stride, c.mask.Rect = c.mask.Pix[:w*h], w, image.Rect(0, 0, w, h)
	clear(c.mask.Pix)
	c.raster.Draw(&c.mask, c.mask.Rect, image.Opaque, image.Point{})
	return true
}

// clip cuts a shape to a rectangle (Sutherland and Hodgman 1974), one pixel wide
// of it. The result is valid until the next call.
func (c *Canvas) clip(s []Point, r image.Rectangle) []Point {
	edges := [4]struct{ nx, ny, d float64 }{
		{1, 0, float64(r.Min.X - 1)}, {-1, 0, -float64(r.Max.X + 1)},
		{0, 1, float64(r.Min.Y - 1)}, {0, -1, -float64(r.Max.Y + 1)},
	}
	from, to := append(c.bufA[:0], s...), c.bufB[:0]
	for _, e := range edges {
		to = to[:0]
		for i, p := range from {
			q := from[(i+1)%len(from)]
			a, b := e.nx*p.X+e.ny*p.Y-e.d, e.nx*q.X+e.ny*q.Y-e.d
			if a >= 0 {
				to = append(to, p)
			}
			if (a >= 0) != (b >= 0) {
				f := a / (a - b)
				to = append(to, Point{p.X + (q.X-p.X)*f, p.Y + (q.Y-p.Y)*f})
			}
		}
		from, to = to, from
	}
	c.bufA, c.bufB = from, to
	return from
}

// blend paints a tone through the mask, which lies over the rectangle r; the
// tone runs from y0 to y1.
func (c *Canvas) blend(r image.Rectangle, y0, y1 float64, t Tone) {
	w := r.Dx()
	span := math.Max(1, y1-y0)
	for y := range r.Dy() {
		col := t.top
		if t.top != t.bottom {
			col = Mix(t.top, t.bottom, math.Max(0, math.Min(1, (float64(r.Min.Y+y)+0.5-y0)/span)))
		}
		sr, sg, sb := uint32(col.R), uint32(col.G), uint32(col.B)
		row := c.mask.Pix[y*w : (y+1)*w]
		o := c.Img.PixOffset(r.Min.X, r.Min.Y+y)
		dst := c.Img.Pix[o : o+4*w]
		for x, m8 := range row {
			if m8 == 0 {
				continue
			}
			d := dst[4*x : 4*x+4 : 4*x+4]
			m := uint32(m8) * t.opacity
			if m == 255*255 {
				d[0], d[1], d[2], d[3] = col.R, col.G, col.B, 255
				continue
			}
			m = (m + 127) / 255
			k := 255 - m
			d[0] = uint8((uint32(d[0])*k + sr*m + 127) / 255)
			d[1] = uint8((uint32(d[1])*k + sg*m + 127) / 255)
			d[2] = uint8((uint32(d[2])*k + sb*m + 127) / 255)
			d[3] = 255
		}
	}
}

// Glow adds a light that fades to nothing at the radii rx and ry, in pixels.
func (c *Canvas) Glow(at Point, rx, ry float64, col color.RGBA, strength float64) {
	if rx < 1 || ry < 0.5 || strength <= 0 {
		return
	}
	r := image.Rect(int(at.X-rx), int(at.Y-ry), int(at.X+rx)+2, int(at.Y+ry)+2).Intersect(c.Img.Bounds())
	if r.Empty() {
		return
	}
	c.Dirty = c.Dirty.Union(r)
	fr, fg, fb := float32(col.R)*float32(strength), float32(col.G)*float32(strength), float32(col.B)*float32(strength)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		dy := float32((float64(y) + 0.5 - at.Y) / ry)
		o := c.Img.PixOffset(r.Min.X, y)
		for x := r.Min.X; x < r.Max.X; x++ {
			dx := float32((float64(x) + 0.5 - at.X) / rx)
			if f := 1 - dx*dx - dy*dy; f > 0 {
				f *= f * f
				d := c.Img.Pix[o : o+4 : o+4]
				d[0] = uint8(min(Brightest, float32(d[0])+fr*f))
				d[1] = uint8(min(Brightest, float32(d[1])+fg*f))
				d[2] = uint8(min(Brightest, float32(d[2])+fb*f))
			}
			o += 4
		}
	}
}

// roundSteps is how many straight pieces stand for a round corner.
const roundSteps = 6

// Outline returns a path through corners, its round ones cut by their radius.
func Outline(corners []Vertex, closed bool) []Point {
	n := len(corners)
	out := make([]Point, 0, n*(roundSteps+1))
	for i, v := range corners {
		if v.R <= 0 || (!closed && (i == 0 || i == n-1)) {
			out = append(out, Point{v.X, v.Y})
			continue
		}
		before, after := corners[(i+n-1)%n], corners[(i+1)%n]
		a, b := toward(v, before), toward(v, after)
		// A cubic whose handles are 0.5523 of the way is a circle to within 0.03 %.
		const handle = 1 - 0.5523
		ha, hb := Point{v.X + (a.X-v.X)*handle, v.Y + (a.Y-v.Y)*handle}, Point{v.X + (b.X-v.X)*handle, v.Y + (b.Y-v.Y)*handle}
		for k := range roundSteps + 1 {
			t := float64(k) / roundSteps
			u := 1 - t
			p, q, r, s := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
			out = append(out, Point{p*a.X + q*ha.X + r*hb.X + s*b.X, p*a.Y + q*ha.Y + r*hb.Y + s*b.Y})
		}
	}
	return out
}

// toward is the point at v's radius on the way to another corner, at most half way.
func toward(v, other Vertex) Point {
	dx, dy := other.X-v.X, other.Y-v.Y
	length := math.Hypot(dx, dy)
	if length == 0 {
		return Point{v.X, v.Y}
	}
	f := math.Min(0.5, v.R/length)
	return Point{v.X + dx*f, v.Y + dy*f}
}

// Line returns the shapes of a Line of even width with round ends through points.
func Line(path []Point, width float64, closed bool) [][]Point {
	n := len(path)
	last := n - 1
	if closed {
		last = n
	}
	shapes := make([][]Point, 0, last)
	for i := range last {
		shapes = append(shapes, Capsule(path[i], path[(i+1)%n], width/2))
	}
	return shapes
}

// Capsule is the area within a distance r of the line from a to b. It always
// turns the same way, so that the capsules of a line add up.
func Capsule(a, b Point, r float64) []Point {
	const steps = 8
	angle := math.Atan2(b.Y-a.Y, b.X-a.X)
	shape := make([]Point, 0, 2*steps+2)
	for _, end := range [2]struct {
		p    Point
		from float64
	}{{b, angle - math.Pi/2}, {a, angle + math.Pi/2}} {
		for k := range steps + 1 {
			s, c := math.Sincos(end.from + math.Pi*float64(k)/steps)
			shape = append(shape, Point{end.p.X + r*c, end.p.Y + r*s})
		}
	}
	return shape
}

// Ellipse returns an Ellipse around a middle.
func Ellipse(x, y, rx, ry float64) []Point {
	const steps = 28
	shape := make([]Point, steps)
	for k := range steps {
		s, c := math.Sincos(2 * math.Pi * float64(k) / steps)
		shape[k] = Point{x + rx*c, y + ry*s}
	}
	return shape
}

// Box returns a rectangle with corners of radius r.
func Box(x0, y0, x1, y1, r float64) []Point {
	return Outline([]Vertex{{x0, y0, r}, {x1, y0, r}, {x1, y1, r}, {x0, y1, r}}, true)
}
