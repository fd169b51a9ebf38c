package lens

import (
	"image"
	"math"
	"math/rand/v2"
)

// light throws shadows and glare on the plate and dirt at it.
func (l *Lens) light(rng *rand.Rand, strength float64) {
	f := &l.frame
	if rng.Float64() < 0.3 {
		l.shadow(rng)
	}
	if rng.Float64() < 0.12 {
		l.glare(rng)
	}
	if rng.Float64() < 0.2*strength {
		// Mud and salt hide in patches, never all of a character.
		limit, cover, shade := float32(uniform(rng, 0.55, 0.85)), float32(uniform(rng, 0.2, 0.75)), float32(uniform(rng, 20, 160))
		l.clouds(rng, 4+rng.IntN(10), 6+rng.IntN(24), func(i int, v float32) {
			f.pix[i] += min(1, max(0, (v-limit)*6)) * cover * (shade - f.pix[i])
		})
	}
}

// shadow darkens one side of an edge, sharp or soft.
func (l *Lens) shadow(rng *rand.Rand) {
	f := &l.frame
	dark, edge, slant := float32(uniform(rng, 0.35, 0.85)), float32(uniform(rng, 0.2, 0.8)), float32(uniform(rng, -1, 1))
	sharp := []float32{3, 15, 40}[rng.IntN(3)]
	if rng.Float64() < 0.5 {
		sharp = -sharp
	}
	for y := range f.h {
		v := float32(y)/float32(f.h) - edge - 0.5*slant
		step := slant / float32(f.w)
		row := f.pix[y*f.w : (y+1)*f.w]
		for x := range row {
			t := v * sharp
			t = 0.5 + t/(1+abs(t))/2*1.0
			row[x] *= dark + (1-dark)*t
			v += step
		}
	}
}

func abs(v float32) float32 { return max(v, -v) }

// glare is a lamp or the sun on the sheeting.
func (l *Lens) glare(rng *rand.Rand) {
	f := &l.frame
	bright := uniform(rng, 60, 220)
	cx, cy, sx, sy := rng.Float64(), rng.Float64(), uniform(rng, 0.07, 0.28), uniform(rng, 0.14, 0.55)
	across := make([]float32, f.w)
	for x := range across {
		d := (float64(x)/float64(f.w) - cx) / sx
		across[x] = float32(bright * math.Exp(-d*d))
	}
	for y := range f.h {
		d := (float64(y)/float64(f.h) - cy) / sy
		down := float32(math.Exp(-d * d))
		row := f.pix[y*f.w : (y+1)*f.w]
		for x := range row {
			row[x] += across[x] * down
		}
	}
}

// blur is what focus, motion, the sensor's own smoothing and its sharpening do.
func (l *Lens) blur(rng *rand.Rand, strength float64) {
	f := &l.frame
	scale := math.Max(1, float64(f.w)/130)
	if rng.Float64() < 0.06*strength {
		l.interlace(rng)
	}
	switch k := rng.Float64(); {
	case k < 0.34:
		l.gauss(uniform(rng, 0.3, 0.35+0.85*strength) * scale)
	case k < 0.52:
		n := 3
		if f.w > 100 {
			n = []int{3, 3, 5, 5, 7}[rng.IntN(5)]
		}
		l.smear(n, uniform(rng, 0, math.Pi))
	}
	if rng.Float64() < 0.25 {
		l.sharpen(float32(uniform(rng, 0.4, 1.6)), uniform(rng, 0.6, 1.4)*scale)
	}
}

// interlace shifts every other line: two fields of a video, a fiftieth of a second
// apart, or one field only, its lines doubled.
func (l *Lens) interlace(rng *rand.Rand) {
	f := &l.frame
	if rng.Float64() < 0.6 {
		for y := 1; y < f.h; y += 2 {
			copy(f.pix[y*f.w:(y+1)*f.w], f.pix[(y-1)*f.w:y*f.w])
		}
		return
	}
	shift := 1 + rng.IntN(2)
	for y := 1; y < f.h; y += 2 {
		row := f.pix[y*f.w : (y+1)*f.w]
		copy(row[shift:], row[:f.w-shift])
	}
}

// gauss blurs with a normal kernel of a standard deviation in pixels.
func (l *Lens) gauss(sigma float64) {
	f := &l.frame
	reach := max(1, int(math.Ceil(2.3*sigma)))
	kernel := make([]float32, 2*reach+1)
	var sum float32
	for i := range kernel {
		d := float64(i-reach) / sigma
		kernel[i] = float32(math.Exp(-d * d / 2))
		sum += kernel[i]
	}
	for i := range kernel {
		kernel[i] /= sum
	}
	l.spare.resize(f.w, f.h)
	for y := range f.h {
		row, to := f.pix[y*f.w:(y+1)*f.w], l.spare.pix[y*f.w:(y+1)*f.w]
		for x := range row {
			var v float32
			for k, weight := range kernel {
				v += weight * row[min(f.w-1, max(0, x+k-reach))]
			}
			to[x] = v
		}
	}
	for y := range f.h {
		to := f.pix[y*f.w : (y+1)*f.w]
		clear(to)
		for k, weight := range kernel {
			at := min(f.h-1, max(0, y+k-reach))
			row := l.spare.pix[at*f.w : (at+1)*f.w]
			for x := range to {
				to[x] += weight * row[x]
			}
		}
	}
}

// smear blurs along a line of n pixels at an angle.
func (l *Lens) smear(n int, angle float64) {
	f := &l.frame
	sin, cos := math.Sincos(angle)
	l.spare.resize(f.w, f.h)
	clear(l.spare.pix)
	for k := range n {
		d := float64(k) - float64(n-1)/2
		dx, dy := int(math.Round(d*cos)), int(math.Round(d*sin*0.6))
		for y := range f.h {
			at := min(f.h-1, max(0, y+dy))
			row, to := f.pix[at*f.w:(at+1)*f.w], l.spare.pix[y*f.w:(y+1)*f.w]
			for x := range to {
				to[x] += row[min(f.w-1, max(0, x+dx))]
			}
		}
	}
	for i, v := range l.spare.pix {
		f.pix[i] = v / float32(n)
	}
}

// sharpen adds what a blur takes away, as cameras do; it leaves halos.
func (l *Lens) sharpen(amount float32, sigma float64) {
	f := &l.frame
	keep := append([]float32(nil), f.pix...)
	l.gauss(sigma)
	for i, v := range keep {
		f.pix[i] = v + amount*(v-f.pix[i])
	}
}

// expose applies the camera's curve, contrast and noise.
func (l *Lens) expose(rng *rand.Rand, strength float64) {
	f := &l.frame
	low, high := float32(0), float32(255)
	if rng.Float64() < 0.3 {
		low, high = 255, 0
		for _, v := range f.pix {
			low, high = min(low, v), max(high, v)
		}
		high = max(high, low+30)
	}
	gamma := math.Exp(uniform(rng, -0.7, 0.7) * strength)
	contrast, lift := float32(1), float32(0)
	if rng.Float64() < 0.9 {
		c := uniform(rng, 1-0.78*strength, 1.08)
		contrast, lift = float32(c), float32(uniform(rng, 0, math.Max(0, 1-c)))
	}
	negative := rng.Float64() < 0.04
	var curve [257]float32
	for i := range curve {
		v := float32(math.Pow(float64(i)/256, gamma))*contrast + lift
		if negative {
			v = 1 - v
		}
		curve[i] = v * 255
	}
	sigma := float32(0)
	if rng.Float64() < 0.72 {
		most := 11.0
		if rng.Float64() < 0.15 {
			most = 24
		}
		sigma = float32(uniform(rng, 0.5, 0.5+most*strength)) * (0.25 + 0.75*contrast)
	}
	for y := range f.h {
		row := f.pix[y*f.w : (y+1)*f.w]
		at := rng.IntN(noiseSize)
		for x, v := range row {
			t := min(1, max(0, (v-low)/(high-low))) * 255.99
			i := int(t)
			v = curve[i] + (curve[i+1]-curve[i])*(t-float32(i))
			row[x] = min(255, max(0, v+sigma*l.noise[(at+x)&(noiseSize-1)]))
		}
	}
}

// develop scales the frame to the picture: by area where it shrinks, else between
// pixels, straight or curved, as programs do.
func (l *Lens) develop(rng *rand.Rand, out *image.Gray) {
	f := &l.frame
	w, h := out.Rect.Dx(), out.Rect.Dy()
	columns, rows := taps(f.w, w, rng.Float64() < 0.6), taps(f.h, h, rng.Float64() < 0.6)
	l.spare.resize(w, f.h)
	for y := range f.h {
		row := f.pix[y*f.w : (y+1)*f.w]
		to := l.spare.pix[y*w : (y+1)*w]
		for x, t := range columns {
			var v float32
			for k, weight := range t.weights {
				v += weight * row[t.from+k]
			}
			to[x] = v
		}
	}
	line := make([]float32, w)
	for y, t := range rows {
		clear(line)
		for k, weight := range t.weights {
			row := l.spare.pix[(t.from+k)*w : (t.from+k+1)*w]
			for x := range line {
				line[x] += weight * row[x]
			}
		}
		o := out.PixOffset(out.Rect.Min.X, out.Rect.Min.Y+y)
		for x, v := range line {
			out.Pix[o+x] = uint8(min(255, max(0, v+0.5)))
		}
	}
}

// tap is which pixels make one pixel of a scaled line, and how much of each.
type tap struct {
	from    int
	weights []float32
}

// taps returns the taps that scale a line of n pixels to m: their areas when it
// shrinks, else their neighbours by a straight line or Keys's cubic (1981, a=-0.75
// as in OpenCV).
func taps(n, m int, cubic bool) []tap {
	all := make([]tap, m)
	ratio := float64(n) / float64(m)
	for i := range all {
		if ratio > 1 {
			a, b := float64(i)*ratio, float64(i+1)*ratio
			from, to := int(a), min(n, int(math.Ceil(b-1e-9)))
			t := tap{from: from, weights: make([]float32, to-from)}
			for k := range t.weights {
				left, right := math.Max(a, float64(from+k)), math.Min(b, float64(from+k+1))
				t.weights[k] = float32((right - left) / ratio)
			}
			all[i] = t
			continue
		}
		x := (float64(i)+0.5)*ratio - 0.5
		first := int(math.Floor(x))
		reach := 0
		if cubic {
			reach = 1
		}
		from, to := max(0, first-reach), min(n-1, first+1+reach)
		t := tap{from: from, weights: make([]float32, to-from+1)}
		for k := first - reach; k <= first+1+reach; k++ {
			weight := 1 - math.Abs(x-float64(k))
			if cubic {
				weight = keys(x - float64(k))
			}
			t.weights[min(to, max(from, k))-from] += float32(weight)
		}
		all[i] = t
	}
	return all
}

func keys(d float64) float64 {
	const a = -0.75
	d = math.Abs(d)
	switch {
	case d < 1:
		return (a+2)*d*d*d - (a+3)*d*d + 1
	case d < 2:
		return a*d*d*d - 5*a*d*d + 8*a*d - 4*a
	}
	return 0
}
