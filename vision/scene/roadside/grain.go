package roadside

import (
	"math"
	"math/rand/v2"
	"sync"
)

// tile is a square of noise that repeats without a seam, about -1 to 1.
type tile [tileSize * tileSize]float32

const tileSize = 256

// at is the noise at a place, nearest pixel.
func (t *tile) at(x, y float32) float32 {
	return t[(int(y)&(tileSize-1))*tileSize+int(x)&(tileSize-1)]
}

// row is the noise along a line.
func (t *tile) row(y float32) []float32 {
	o := (int(y) & (tileSize - 1)) * tileSize
	return t[o : o+tileSize]
}

// The noises: fine is one of single grains, cloud one of all sizes, leaf one of
// patches with sharp edges.
type noises struct{ fine, cloud, leaf *tile }

// noise is made once; it is the same in every run.
var noise = sync.OnceValue(func() noises {
	rng := rand.New(rand.NewPCG(5, 17))
	n := noises{new(tile), new(tile), new(tile)}
	for i := range n.fine {
		n.fine[i] = float32(max(-3.5, min(3.5, rng.NormFloat64())))
	}
	for octave, share := range []float32{0, 0, 0.5, 0.42, 0.36, 0.3, 0.24, 0.2} {
		n.cloud.octave(rng, 1<<octave, share)
	}
	n.leaf.leaves(rng)
	return n
})

// leaves covers the tile with leaves of all sizes that lie one over another (the
// dead leaves model, Matheron 1968), in branches that are lit and others that are not.
func (t *tile) leaves(rng *rand.Rand) {
	var branch tile
	branch.octave(rng, 8, 0.7)
	branch.octave(rng, 32, 0.5)
	for range 9000 {
		x, y := rng.IntN(tileSize), rng.IntN(tileSize)
		long := 1.2 + 2.5/(0.3+rng.Float64()*1.2)
		wide := long * (0.35 + 0.5*rng.Float64())
		sin, cos := math.Sincos(rng.Float64() * math.Pi)
		v := 0.75*branch[y*tileSize+x] + float32(0.9*(rng.Float64()-0.5))
		reach := int(long) + 1
		for dy := -reach; dy <= reach; dy++ {
			for dx := -reach; dx <= reach; dx++ {
				a, b := (float64(dx)*cos+float64(dy)*sin)/long, (float64(dy)*cos-float64(dx)*sin)/wide
				if a*a+b*b < 1 {
					t[((y+dy)&(tileSize-1))*tileSize+(x+dx)&(tileSize-1)] = v
				}
			}
		}
	}
}

// octave adds smooth noise with n cells on a side.
func (t *tile) octave(rng *rand.Rand, n int, share float32) {
	if share == 0 {
		return
	}
	knots := make([]float32, n*n)
	for i := range knots {
		knots[i] = float32(2*rng.Float64() - 1)
	}
	cell := tileSize / n
	for y := range tileSize {
		fy := smooth(float32(y%cell) / float32(cell))
		y0, y1 := y/cell, (y/cell+1)%n
		for x := range tileSize {
			fx := smooth(float32(x%cell) / float32(cell))
			x0, x1 := x/cell, (x/cell+1)%n
			a := knots[y0*n+x0] + (knots[y0*n+x1]-knots[y0*n+x0])*fx
			b := knots[y1*n+x0] + (knots[y1*n+x1]-knots[y1*n+x0])*fx
			t[y*tileSize+x] += share * (a + (b-a)*fy)
		}
	}
}

func smooth(t float32) float32 { return t * t * (3 - 2*t) }

// dice are the chances of a scene.
type dice struct{ *rand.Rand }

// between is a number from a to b.
func (d dice) between(a, b float64) float64 { return a + (b-a)*d.Float64() }

// ofSize is a number from a to b, of which every doubling is as likely.
func (d dice) ofSize(a, b float64) float64 {
	return math.Exp(d.between(math.Log(a), math.Log(b)))
}

func (d dice) chance(p float64) bool { return d.Float64() < p }

// about is a number near zero, of a deviation.
func (d dice) about(deviation float64) float64 { return deviation * d.NormFloat64() }

// sign is -1 or 1.
func (d dice) sign() float64 {
	if d.chance(0.5) {
		return -1
	}
	return 1
}

// one is one of several.
func one[T any](d dice, of []T) T { return of[d.IntN(len(of))] }
