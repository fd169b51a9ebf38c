// Package lens makes of a clean plate what a patrol car's camera makes of it: seen
// at an angle, in bad light, out of focus, in motion, by a noisy sensor, through a
// video codec.
//
// Start with [New]. Everything is grey and in 8 bits or float32; the effects are
// those that real reads were seen to fail on, none was measured off a real plate.
package lens

import (
	"image"
	"math"
	"math/rand/v2"

	"secondlook/vision/scene/paint"
)

// Lens is a camera with its buffers. It belongs to one goroutine.
type Lens struct {
	levels [][]float32 // the plate, and its halves
	sizes  []image.Point
	frame  picture
	spare  picture
	noise  []float32
}

// picture is a grey picture, 0 to 255, rows first.
type picture struct {
	w, h int
	pix  []float32
}

func (p *picture) resize(w, h int) {
	if cap(p.pix) < w*h {
		p.pix = make([]float32, w*h)
	}
	p.w, p.h, p.pix = w, h, p.pix[:w*h]
}

// noiseSize is a power of two.
const noiseSize = 1 << 16

// New makes a lens.
func New() *Lens {
	l := &Lens{noise: make([]float32, noiseSize)}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range l.noise {
		l.noise[i] = float32(rng.NormFloat64())
	}
	return l
}

// Load takes the plate that the next shots are of. The picture is read only.
func (l *Lens) Load(plate *image.RGBA) {
	b := plate.Bounds()
	l.levels, l.sizes = l.levels[:0], l.sizes[:0]
	level := l.level(b.Dx(), b.Dy())
	for y := range b.Dy() {
		o := plate.PixOffset(b.Min.X, b.Min.Y+y)
		for x := range b.Dx() {
			p := plate.Pix[o+4*x : o+4*x+3 : o+4*x+3]
			level[y*b.Dx()+x] = 0.299*float32(p[0]) + 0.587*float32(p[1]) + 0.114*float32(p[2])
		}
	}
	for {
		last := len(l.levels) - 1
		from, w, h := l.levels[last], l.sizes[last].X, l.sizes[last].Y
		if w < 48 || h < 16 {
			return
		}
		half := l.level(w/2, h/2)
		for y := range h / 2 {
			a, b := from[2*y*w:], from[(2*y+1)*w:]
			for x := range w / 2 {
				half[y*(w/2)+x] = (a[2*x] + a[2*x+1] + b[2*x] + b[2*x+1]) / 4
			}
		}
	}
}

// level appends a level of a size, in memory that is used again.
func (l *Lens) level(w, h int) []float32 {
	n := len(l.levels)
	if cap(l.levels) > n {
		l.levels = l.levels[:n+1]
	} else {
		l.levels = append(l.levels, nil)
	}
	if cap(l.levels[n]) < w*h {
		l.levels[n] = make([]float32, w*h)
	}
	l.levels[n] = l.levels[n][:w*h]
	l.sizes = append(l.sizes, image.Pt(w, h))
	return l.levels[n]
}

// Shoot photographs the plate and cuts it out as a detector would, a little too
// large or too small, into a picture of the size of out. strength, 0 to 1, scales
// what spoils it.
func (l *Lens) Shoot(rng *rand.Rand, strength float64, out *image.Gray) {
	l.place(rng, strength)
	l.light(rng, strength)
	l.blur(rng, strength)
	l.expose(rng, strength)
	if rng.Float64() < 0.55 {
		l.encode(rng, strength)
	}
	l.develop(rng, out)
}

// Smallest and largest width of a plate in the frame, in pixels.
const smallest, largest = 44, 250

// place puts the plate into the frame, in perspective, on something.
func (l *Lens) place(rng *rand.Rand, strength float64) {
	normal := func(sigma float64) float64 { return rng.NormFloat64() * sigma * strength }
	size := l.sizes[0]
	wide := math.Exp(uniform(rng, math.Log(smallest), math.Log(largest)))
	if wide < 62 && rng.Float64() > 0.35+0.65*strength {
		wide = uniform(rng, 62, 140)
	}
	high := math.Max(13, wide*float64(size.Y)/float64(size.X)*uniform(rng, 0.88, 1.12))
	turn, shear := normal(0.045), normal(0.06)
	sin, cos := math.Sincos(turn)
	var q [4]paint.Point
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for i, c := range [4]paint.Point{{X: -0.5, Y: -0.5}, {X: 0.5, Y: -0.5}, {X: 0.5, Y: 0.5}, {X: -0.5, Y: 0.5}} {
		x, y := (c.X+normal(0.026))*wide, (c.Y+normal(0.048))*high
		q[i] = paint.Point{X: x*cos - y*sin + 2*shear*y, Y: x*sin + y*cos}
		x0, x1 = math.Min(x0, q[i].X), math.Max(x1, q[i].X)
		y0, y1 = math.Min(y0, q[i].Y), math.Max(y1, q[i].Y)
	}
	w, h := x1-x0, y1-y0
	x0, x1 = x0-uniform(rng, -0.035, 0.11)*w, x1+uniform(rng, -0.035, 0.11)*w
	y0, y1 = y0-uniform(rng, -0.06, 0.17)*h, y1+uniform(rng, -0.06, 0.17)*h
	for i := range q {
		q[i].X, q[i].Y = q[i].X-x0, q[i].Y-y0
	}
	l.frame.resize(max(30, int(x1-x0)), max(12, int(y1-y0)))
	l.behind(rng)
	l.warp(q)
}

// behind fills the frame with what may be around a plate.
func (l *Lens) behind(rng *rand.Rand) {
	f := &l.frame
	if rng.Float64() < 0.5 {
		fill(f.pix, float32(uniform(rng, 0, 255)))
	} else {
		l.clouds(rng, 2+rng.IntN(5), 2+rng.IntN(7), func(i int, v float32) { f.pix[i] = 255 * v })
	}
	// Edges of bumpers, holders and shadows run along the plate.
	for range rng.IntN(3) {
		v := float32(uniform(rng, 0, 255))
		from := int(uniform(rng, 0, 1) * float64(f.h))
		to := min(f.h, from+1+int(uniform(rng, 0, 0.2)*float64(f.h)))
		if rng.Float64() < 0.4 {
			to = f.h
		}
		fill(f.pix[from*f.w:to*f.w], v)
	}
}

func fill(pix []float32, v float32) {
	for i := range pix {
		pix[i] = v
	}
}

func uniform(rng *rand.Rand, a, b float64) float64 { return a + (b-a)*rng.Float64() }

// clouds calls set with a smooth random value, 0 to 1, for every pixel: a coarse
// grid of across by down values, interpolated.
func (l *Lens) clouds(rng *rand.Rand, down, across int, set func(i int, v float32)) {
	f := &l.frame
	grid := make([]float32, (down+1)*(across+1))
	for i := range grid {
		grid[i] = rng.Float32()
	}
	for y := range f.h {
		gy := float32(y) / float32(f.h) * float32(down)
		iy := int(gy)
		fy := gy - float32(iy)
		a, b := grid[iy*(across+1):], grid[(iy+1)*(across+1):]
		for x := range f.w {
			gx := float32(x) / float32(f.w) * float32(across)
			ix := int(gx)
			fx := gx - float32(ix)
			top := a[ix] + (a[ix+1]-a[ix])*fx
			low := b[ix] + (b[ix+1]-b[ix])*fx
			set(y*f.w+x, top+(low-top)*fy)
		}
	}
}

// warp draws the plate into the quadrilateral, four samples a pixel, from the
// level whose pixels are about as large.
func (l *Lens) warp(q [4]paint.Point) {
	m := paint.ToUnit(q)
	wide := math.Hypot(q[1].X-q[0].X, q[1].Y-q[0].Y)
	level := 0
	for level+1 < len(l.levels) && float64(l.sizes[level+1].X) > wide*1.3 {
		level++
	}
	src, size := l.levels[level], l.sizes[level]
	// The plate's edges are smoothed with four samples a pixel; inside a large
	// plate two are as good.
	samples := offsets[:]
	if wide > 120 {
		samples = offsets[1:3]
	}
	part := 1 / float32(len(samples))
	f := &l.frame
	w, h := float32(size.X), float32(size.Y)
	for y := range f.h {
		for x := range f.w {
			var sum, inside float32
			for _, s := range samples {
				u, v := m.At(float64(x)+s.X, float64(y)+s.Y)
				if u >= 0 && u <= 1 && v >= 0 && v <= 1 {
					inside++
					sum += sample(src, size, float32(u)*w-0.5, float32(v)*h-0.5)
				}
			}
			if inside > 0 {
				i := y*f.w + x
				f.pix[i] += (sum/inside - f.pix[i]) * inside * part
			}
		}
	}
}

// offsets are the samples in a pixel.
var offsets = [4]paint.Point{{X: 0.25, Y: 0.25}, {X: 0.75, Y: 0.25}, {X: 0.25, Y: 0.75}, {X: 0.75, Y: 0.75}}

// sample interpolates between four pixels.
func sample(src []float32, size image.Point, x, y float32) float32 {
	x = max(0, min(float32(size.X)-1.01, x))
	y = max(0, min(float32(size.Y)-1.01, y))
	ix, iy := int(x), int(y)
	fx, fy := x-float32(ix), y-float32(iy)
	o := iy*size.X + ix
	a, b := src[o:o+2:o+2], src[o+size.X:o+size.X+2:o+size.X+2]
	top := a[0] + (a[1]-a[0])*fx
	low := b[0] + (b[1]-b[0])*fx
	return top + (low-top)*fy
}
