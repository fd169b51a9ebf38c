package scene

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"
)

// point is a place in a picture, in pixels from its top left corner.
type point struct{ x, y float64 }

// The darkest and the brightest value that is painted. The room left on both
// sides lets the sensor's noise be added without a check for overflow.
const (
	darkest   = 8
	brightest = 246
)

// tone is a fill: a colour at the shape's top and one at its bottom.
type tone struct {
	top, bottom color.RGBA
	// opacity is 0 to 255.
	opacity uint32
}

func rgb(r, g, b uint8) color.RGBA { return color.RGBA{r, g, b, 255} }

func flat(c color.RGBA) tone             { return tone{c, c, 255} }
func shaded(top, bottom color.RGBA) tone { return tone{top, bottom, 255} }

// over gives the tone an opacity, 0 to 1.
func (t tone) over(opacity float64) tone {
	t.opacity = uint32(255*math.Max(0, math.Min(1, opacity)) + 0.5)
	return t
}

func level(v float64) uint8 { return uint8(math.Max(darkest, math.Min(brightest, v))) }

// times darkens (f < 1) or brightens a colour.
func times(c color.RGBA, f float64) color.RGBA {
	return color.RGBA{level(float64(c.R) * f), level(float64(c.G) * f), level(float64(c.B) * f), 255}
}

// mix returns the colour a share f of the way from a to b.
func mix(a, b color.RGBA, f float64) color.RGBA {
	l := func(x, y uint8) uint8 { return level(float64(x) + (float64(y)-float64(x))*f) }
	return color.RGBA{l(a.R, b.R), l(a.G, b.G), l(a.B, b.B), 255}
}

// canvas paints shapes with smooth edges into a picture. It is not safe for use
// by several goroutines.
type canvas struct {
	img    *image.RGBA
	raster vector.Rasterizer
	mask   image.Alpha
	dirty  image.Rectangle // what was painted since begin
	bufA   []point         // for clipping
	bufB   []point
}

func (c *canvas) begin(img *image.RGBA) { c.img, c.dirty = img, image.Rectangle{} }

// fill paints closed shapes in one go; shapes that overlap must turn the same way.
func (c *canvas) fill(t tone, shapes ...[]point) {
	low, high := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, s := range shapes {
		for _, p := range s {
			low = point{math.Min(low.x, p.x), math.Min(low.y, p.y)}
			high = point{math.Max(high.x, p.x), math.Max(high.y, p.y)}
		}
	}
	bounds := c.img.Bounds()
	if !(low.x < float64(bounds.Max.X) && low.y < float64(bounds.Max.Y) && high.x > float64(bounds.Min.X) && high.y > float64(bounds.Min.Y)) {
		return
	}
	limit := func(v float64) int { return int(math.Max(-1e6, math.Min(1e6, v))) }
	box := image.Rect(limit(math.Floor(low.x)), limit(math.Floor(low.y)), limit(math.Ceil(high.x))+1, limit(math.Ceil(high.y))+1)
	seen := box.Intersect(bounds)
	if seen.Empty() || !c.cover(seen, shapes) {
		return
	}
	c.dirty = c.dirty.Union(seen)
	c.blend(seen, low.y, high.y, t)
}

// cover fills the mask with how much of each pixel of r the shapes cover.
func (c *canvas) cover(r image.Rectangle, shapes [][]point) bool {
	w, h := r.Dx(), r.Dy()
	c.raster.Reset(w, h)
	drawn := false
	for _, s := range shapes {
		s = c.clip(s, r)
		if len(s) < 3 {
			continue
		}
		drawn = true
		at := func(p point) (float32, float32) {
			return float32(p.x - float64(r.Min.X)), float32(p.y - float64(r.Min.Y))
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
func (c *canvas) clip(s []point, r image.Rectangle) []point {
	edges := [4]struct{ nx, ny, d float64 }{
		{1, 0, float64(r.Min.X - 1)}, {-1, 0, -float64(r.Max.X + 1)},
		{0, 1, float64(r.Min.Y - 1)}, {0, -1, -float64(r.Max.Y + 1)},
	}
	from, to := append(c.bufA[:0], s...), c.bufB[:0]
	for _, e := range edges {
		to = to[:0]
		for i, p := range from {
			q := from[(i+1)%len(from)]
			a, b := e.nx*p.x+e.ny*p.y-e.d, e.nx*q.x+e.ny*q.y-e.d
			if a >= 0 {
				to = append(to, p)
			}
			if (a >= 0) != (b >= 0) {
				f := a / (a - b)
				to = append(to, point{p.x + (q.x-p.x)*f, p.y + (q.y-p.y)*f})
			}
		}
		from, to = to, from
	}
	c.bufA, c.bufB = from, to
	return from
}

// blend paints a tone through the mask, which lies over the rectangle r; the
// tone runs from y0 to y1.
func (c *canvas) blend(r image.Rectangle, y0, y1 float64, t tone) {
	w := r.Dx()
	span := math.Max(1, y1-y0)
	for y := range r.Dy() {
		col := t.top
		if t.top != t.bottom {
			col = mix(t.top, t.bottom, math.Max(0, math.Min(1, (float64(r.Min.Y+y)+0.5-y0)/span)))
		}
		sr, sg, sb := uint32(col.R), uint32(col.G), uint32(col.B)
		row := c.mask.Pix[y*w : (y+1)*w]
		o := c.img.PixOffset(r.Min.X, r.Min.Y+y)
		dst := c.img.Pix[o : o+4*w]
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

// glow adds a light that fades to nothing at the radii rx and ry, in pixels.
func (c *canvas) glow(at point, rx, ry float64, col color.RGBA, strength float64) {
	if rx < 1 || ry < 0.5 || strength <= 0 {
		return
	}
	r := image.Rect(int(at.x-rx), int(at.y-ry), int(at.x+rx)+2, int(at.y+ry)+2).Intersect(c.img.Bounds())
	if r.Empty() {
		return
	}
	c.dirty = c.dirty.Union(r)
	fr, fg, fb := float32(col.R)*float32(strength), float32(col.G)*float32(strength), float32(col.B)*float32(strength)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		dy := float32((float64(y) + 0.5 - at.y) / ry)
		o := c.img.PixOffset(r.Min.X, y)
		for x := r.Min.X; x < r.Max.X; x++ {
			dx := float32((float64(x) + 0.5 - at.x) / rx)
			if f := 1 - dx*dx - dy*dy; f > 0 {
				f *= f * f
				d := c.img.Pix[o : o+4 : o+4]
				d[0] = uint8(min(brightest, float32(d[0])+fr*f))
				d[1] = uint8(min(brightest, float32(d[1])+fg*f))
				d[2] = uint8(min(brightest, float32(d[2])+fb*f))
			}
			o += 4
		}
	}
}

// roundSteps is how many straight pieces stand for a round corner.
const roundSteps = 6

// outline returns a path through corners, its round ones cut by their radius.
func outline(corners []vertex, closed bool) []point {
	n := len(corners)
	out := make([]point, 0, n*(roundSteps+1))
	for i, v := range corners {
		if v.r <= 0 || (!closed && (i == 0 || i == n-1)) {
			out = append(out, point{v.x, v.y})
			continue
		}
		before, after := corners[(i+n-1)%n], corners[(i+1)%n]
		a, b := toward(v, before), toward(v, after)
		// A cubic whose handles are 0.5523 of the way is a circle to within 0.03 %.
		const handle = 1 - 0.5523
		ha, hb := point{v.x + (a.x-v.x)*handle, v.y + (a.y-v.y)*handle}, point{v.x + (b.x-v.x)*handle, v.y + (b.y-v.y)*handle}
		for k := range roundSteps + 1 {
			t := float64(k) / roundSteps
			u := 1 - t
			p, q, r, s := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
			out = append(out, point{p*a.x + q*ha.x + r*hb.x + s*b.x, p*a.y + q*ha.y + r*hb.y + s*b.y})
		}
	}
	return out
}

// toward is the point at v's radius on the way to another corner, at most half way.
func toward(v, other vertex) point {
	dx, dy := other.x-v.x, other.y-v.y
	length := math.Hypot(dx, dy)
	if length == 0 {
		return point{v.x, v.y}
	}
	f := math.Min(0.5, v.r/length)
	return point{v.x + dx*f, v.y + dy*f}
}

// line returns the shapes of a line of even width with round ends through points.
func line(path []point, width float64, closed bool) [][]point {
	n := len(path)
	last := n - 1
	if closed {
		last = n
	}
	shapes := make([][]point, 0, last)
	for i := range last {
		shapes = append(shapes, capsule(path[i], path[(i+1)%n], width/2))
	}
	return shapes
}

// capsule is the area within a distance r of the line from a to b. It always
// turns the same way, so that the capsules of a line add up.
func capsule(a, b point, r float64) []point {
	const steps = 8
	angle := math.Atan2(b.y-a.y, b.x-a.x)
	shape := make([]point, 0, 2*steps+2)
	for _, end := range [2]struct {
		p    point
		from float64
	}{{b, angle - math.Pi/2}, {a, angle + math.Pi/2}} {
		for k := range steps + 1 {
			s, c := math.Sincos(end.from + math.Pi*float64(k)/steps)
			shape = append(shape, point{end.p.x + r*c, end.p.y + r*s})
		}
	}
	return shape
}

// ellipse returns an ellipse around a middle.
func ellipse(x, y, rx, ry float64) []point {
	const steps = 28
	shape := make([]point, steps)
	for k := range steps {
		s, c := math.Sincos(2 * math.Pi * float64(k) / steps)
		shape[k] = point{x + rx*c, y + ry*s}
	}
	return shape
}

// box returns a rectangle with corners of radius r.
func box(x0, y0, x1, y1, r float64) []point {
	return outline([]vertex{{x0, y0, r}, {x1, y0, r}, {x1, y1, r}, {x0, y1, r}}, true)
}
