package lens

import (
	"math"
	"math/rand/v2"

	"secondlook/vision/scene/codec"
)

// encode does what JPEG and video codecs do to a picture, of many kinds: how much
// coarser high frequencies are, and how much is dropped, differs.
func (l *Lens) encode(rng *rand.Rand, strength float64) {
	const side = 8
	step := float32(math.Exp(uniform(rng, math.Log(4), math.Log(6+38*strength))))
	slope := float32(uniform(rng, 0, 0.35))
	c := codec.Codec{Side: side, Dead: float32(uniform(rng, 0.5, 0.8))}
	for y := range side {
		for x := range side {
			c.Steps[y*side+x] = step * (1 + slope*float32(x+y))
		}
	}
	c.Steps[0] = min(step, 12)
	c.Code(l.frame.pix[:l.frame.w*l.frame.h], l.frame.w, rng.IntN(side), rng.IntN(side))
}
