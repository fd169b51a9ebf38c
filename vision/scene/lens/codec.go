package lens

import (
	"math"
	"math/rand/v2"
)

const block = 8

// cosines is the discrete cosine transform of a block's row (Ahmed, Natarajan and
// Rao 1974), orthonormal.
var cosines = func() (c [block][block]float32) {
	for k := range block {
		f := math.Sqrt(2.0 / block)
		if k == 0 {
			f = math.Sqrt(1.0 / block)
		}
		for n := range block {
			c[k][n] = float32(f * math.Cos(math.Pi*(float64(n)+0.5)*float64(k)/block))
		}
	}
	return c
}()

// encode does what JPEG and video codecs do to a picture: blocks of eight by eight
// pixels lose their small frequencies. A picture that was scaled after it was
// coded has its blocks anywhere, so they start at any pixel here.
func (l *Lens) encode(rng *rand.Rand, strength float64) {
	f := &l.frame
	step := float32(math.Exp(uniform(rng, math.Log(4), math.Log(6+38*strength))))
	slope := float32(uniform(rng, 0, 0.35)) // how much coarser high frequencies are
	dead := float32(uniform(rng, 0.5, 0.8)) // below this part of a step nothing is kept
	var quant [block][block]float32
	for y := range block {
		for x := range block {
			quant[y][x] = step * (1 + slope*float32(x+y))
		}
	}
	quant[0][0] = min(step, 12)
	ox, oy := rng.IntN(block), rng.IntN(block)
	for y := -oy; y < f.h; y += block {
		for x := -ox; x < f.w; x += block {
			l.encodeBlock(x, y, &quant, dead)
		}
	}
}

func (l *Lens) encodeBlock(x0, y0 int, quant *[block][block]float32, dead float32) {
	f := &l.frame
	var a, b [block][block]float32
	for y := range block {
		row := f.pix[min(f.h-1, max(0, y0+y))*f.w:]
		for x := range block {
			a[y][x] = row[min(f.w-1, max(0, x0+x))]
		}
	}
	for y := range block {
		for k := range block {
			var v float32
			for n := range block {
				v += a[y][n] * cosines[k][n]
			}
			b[y][k] = v
		}
	}
	for x := range block {
		for k := range block {
			var v float32
			for n := range block {
				v += b[n][x] * cosines[k][n]
			}
			q := quant[k][x]
			steps := v / q
			switch {
			case k+x > 0 && abs(steps) < dead:
				v = 0
			case steps > 0:
				v = q * float32(int(steps+0.5))
			default:
				v = q * float32(int(steps-0.5))
			}
			a[k][x] = v
		}
	}
	for k := range block {
		for n := range block {
			var v float32
			for x := range block {
				v += a[k][x] * cosines[x][n]
			}
			b[k][n] = v
		}
	}
	for y := range block {
		if y0+y < 0 || y0+y >= f.h {
			continue
		}
		for x := max(0, -x0); x < block && x0+x < f.w; x++ {
			var v float32
			for k := range block {
				v += b[k][x] * cosines[k][y]
			}
			f.pix[(y0+y)*f.w+x0+x] = v
		}
	}
}
