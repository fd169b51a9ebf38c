package recognize

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// spelled returns scores that spell a text, with '-' for blank, one symbol a step
// and blanks to the end; sure is how much higher the right class scores.
func spelled(path string, sure float32) []float32 {
	scores := make([]float32, classes*steps)
	for t := range steps {
		c := 0
		if t < len(path) && path[t] != '-' {
			for k := range alphabet {
				if alphabet[k] == path[t] {
					c = k + 1
				}
			}
		}
		scores[c*steps+t] = sure
	}
	return scores
}

func TestSearchDecodes(t *testing.T) {
	for name, c := range map[string]struct{ path, want string }{
		"Plain":             {"A-B-C-1", "ABC1"},
		"Repeated":          {"AAABBB-C", "ABC"},
		"DoubleNeedsABlank": {"A-A-7-7", "AA77"},
		"Nothing":           {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLattice(spelled(c.path, 20))
			found := l.search(3)
			require.Equal(t, c.want, found[0].text)
			require.InDelta(t, 1, found[0].total(), 1e-3)
			require.InDelta(t, found[0].total(), l.probability(c.want), 1e-3)
		})
	}
}

// The search must add up paths: each single path says nothing or AB, but most of
// the probability lies on A.
func TestSearchAddsUpPaths(t *testing.T) {
	scores := make([]float32, classes*steps)
	for t := range steps {
		for c := range classes {
			scores[c*steps+t] = -30
		}
		scores[t] = 0 // blank
	}
	a := (1 + 10) * steps
	scores[a], scores[a+1] = -0.1, -0.1
	found := newLattice(scores).search(2)
	require.Equal(t, "A", found[0].text)
}

func TestAlignPlacesCharacters(t *testing.T) {
	l := newLattice(spelled("----AA--B-----C", 12))
	g := l.align("ABC")
	require.Len(t, g, 3)
	require.InDelta(t, 5.0/steps, g[0].centre, 1e-6)
	require.InDelta(t, 8.5/steps, g[1].centre, 1e-6)
	require.InDelta(t, 14.5/steps, g[2].centre, 1e-6)
	for i, want := range "ABC" {
		require.Equal(t, byte(want), g[i].char)
		require.Greater(t, g[i].probability, 0.99)
	}
	require.Nil(t, l.align(""))
}

func TestAlignNamesTheRival(t *testing.T) {
	scores := spelled("----8---", 12)
	b := 1 + 11 // the letter B
	scores[b*steps+4] = 11
	g := newLattice(scores).align("8")
	require.Equal(t, byte('B'), g[0].rival)
	require.Greater(t, g[0].rivalProbability, 0.2)
}

// An 8 that might be a B is clearly one of the two.
func TestClarityCountsBothRivals(t *testing.T) {
	scores := spelled("8-8-----", 12)
	b := 1 + 11 // the letter B
	scores[b*steps+2] = 12
	l := newLattice(scores)
	require.InDelta(t, 1, l.clarity("88"), 0.01)
	require.InDelta(t, 0.5, l.align("88")[1].probability, 0.01)
	require.Zero(t, l.clarity(""))
}

func FuzzSearch(f *testing.F) {
	f.Add(uint64(1), float32(1))
	f.Add(uint64(2), float32(50))
	f.Add(uint64(3), float32(0))
	f.Fuzz(func(t *testing.T, seed uint64, spread float32) {
		if !(spread >= 0 && spread < 1e6) {
			return
		}
		rng := rand.New(rand.NewPCG(seed, 1))
		scores := make([]float32, classes*steps)
		for i := range scores {
			scores[i] = (rng.Float32() - 0.5) * spread
		}
		l := newLattice(scores)
		sum := 0.0
		for _, p := range l.search(8) {
			require.False(t, math.IsNaN(p.total()))
			sum += p.total()
			// The search leaves out paths, it never invents any.
			require.LessOrEqual(t, p.total(), l.probability(p.text)*(1+1e-9)+1e-300)
			if g := l.align(p.text); g != nil {
				require.Len(t, g, len(p.text))
				last := -1.0
				for _, c := range g {
					require.Greater(t, c.centre, last, "from left to right")
					last = c.centre
				}
			}
		}
		require.LessOrEqual(t, sum, 1+1e-9)
	})
}
