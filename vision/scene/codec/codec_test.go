package codec

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTransformsAreUndone(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n, pair := range map[int][2]func(*[64]float32){8: {forward8, back8}, 4: {forward4, back4}} {
		var block [64]float32
		for i := range n * n {
			block[i] = rng.Float32()*255 - 128
		}
		was, energy := block, float32(0)
		for _, v := range block {
			energy += v * v
		}
		pair[0](&block)
		after := float32(0)
		for _, v := range block {
			after += v * v
		}
		require.InEpsilon(t, energy, after, 1e-4, "the transform keeps the energy")
		pair[1](&block)
		for i := range n * n {
			require.InDelta(t, was[i], block[i], 1e-2)
		}
	}
}

func TestBetterQualityKeepsMore(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const width, height = 45, 30
	var picture [width * height]float32
	for i := range picture {
		picture[i] = rng.Float32() * 255
	}
	for _, side := range []int{8, 4} {
		last := float32(1e9)
		for _, quality := range []float64{5, 30, 60, 95, 100} {
			coded := picture
			JPEG(side, quality).Code(coded[:], width, 3, 2)
			loss := float32(0)
			for i, v := range coded {
				loss += (v - picture[i]) * (v - picture[i])
			}
			loss /= width * height
			require.Less(t, loss, last, "quality %v, blocks of %d", quality, side)
			last = loss
		}
		require.Less(t, last, float32(1), "the best is nearly the same")
	}
}
