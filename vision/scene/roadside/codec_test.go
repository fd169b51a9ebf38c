package roadside

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
