package scene

import (
	"image"
	"math"

	"secondlook/vision/scene/paint"
)

// pyramid is a picture in sizes halved again and again, to be drawn small
// without flicker.
type pyramid struct{ levels []*image.RGBA }

func newPyramid(img *image.RGBA) *pyramid {
	p := &pyramid{[]*image.RGBA{img}}
	for img.Bounds().Dx() >= 16 && img.Bounds().Dy() >= 8 {
		img = halve(img)
		p.levels = append(p.levels, img)
	}
	return p
}

func halve(src *image.RGBA) *image.RGBA {
	w, h := src.Bounds().Dx()/2, src.Bounds().Dy()/2
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			o := src.PixOffset(2*x, 2*y)
			for k := range 4 {
				sum := int(src.Pix[o+k]) + int(src.Pix[o+4+k]) + int(src.Pix[o+src.Stride+k]) + int(src.Pix[o+src.Stride+4+k])
				dst.Pix[dst.PixOffset(x, y)+k] = uint8((sum + 2) / 4)
			}
		}
	}
	return dst
}

// warp draws the picture into a quadrilateral, four samples a pixel, at a
// brightness and in the colour of the light. blur is the size of the smallest
// detail that the lens shows, in pixels.
func (p *pyramid) warp(c *paint.Canvas, quad [4]paint.Point, brightness, blur float64, l lighting) {
	r := bounds(quad[:]...).Intersect(c.Img.Bounds())
	wide := math.Hypot(quad[1].X-quad[0].X, quad[1].Y-quad[0].Y)
	if r.Empty() || wide < 4 {
		return
	}
	c.Dirty = c.Dirty.Union(r)
	level := math.Log2(float64(p.levels[0].Bounds().Dx()) * blur / (1.8 * wide))
	level = math.Max(0, math.Min(float64(len(p.levels)-1)-0.001, level))
	fine := int(level)
	coarse, between := p.levels[min(fine+1, len(p.levels)-1)], level-float64(fine)
	src := p.levels[fine]
	m := paint.ToUnit(quad)
	air := math.Max(l.red, math.Max(l.green, l.blue))
	tint := [3]float64{}
	for k, part := range [3]float64{l.red, l.green, l.blue} {
		// Light thrown back by the sheeting is white; only the rest is tinted.
		tint[k] = brightness * (0.65 + 0.35*part/air) / 4
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			var sum [3]float64
			inside := 0.0
			for _, s := range [4]paint.Point{{0.25, 0.25}, {0.75, 0.25}, {0.25, 0.75}, {0.75, 0.75}} {
				u, v := m.At(float64(x)+s.X, float64(y)+s.Y)
				if u >= 0 && u <= 1 && v >= 0 && v <= 1 {
					inside++
					sample(src, u, v, 1-between, &sum)
					sample(coarse, u, v, between, &sum)
				}
			}
			if inside == 0 {
				continue
			}
			o := c.Img.PixOffset(x, y)
			for k := range 3 {
				under := float64(c.Img.Pix[o+k]) * (4 - inside) / 4
				c.Img.Pix[o+k] = levelOf(under + sum[k]*tint[k])
			}
		}
	}
}

func levelOf(v float64) uint8 { return paint.Level(v + 0.5) }

// sample adds a share of the picture's colour at a place of the unit square,
// interpolated between pixels.
func sample(src *image.RGBA, u, v, share float64, sum *[3]float64) {
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	x := math.Max(0, math.Min(float64(w)-1.001, u*float64(w)-0.5))
	y := math.Max(0, math.Min(float64(h)-1.001, v*float64(h)-0.5))
	ix, iy := int(x), int(y)
	fx, fy := x-float64(ix), y-float64(iy)
	o := src.PixOffset(ix, iy)
	a, b := src.Pix[o:o+8:o+8], src.Pix[o+src.Stride:o+src.Stride+8:o+src.Stride+8]
	for k := range 3 {
		top := float64(a[k]) + (float64(a[k+4])-float64(a[k]))*fx
		low := float64(b[k]) + (float64(b[k+4])-float64(b[k]))*fx
		sum[k] += share * (top + (low-top)*fy)
	}
}
