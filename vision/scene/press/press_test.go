package press

import (
	"bytes"
	"image/color"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/vision/scene/paint"
)

// The table of strokes has no corner that cannot be read, and every character
// every form it claims.
func TestEveryFormIsWhole(t *testing.T) {
	for i := range Characters {
		c := Characters[i]
		require.NotEmpty(t, forms[c], "character %q", c)
	}
	for c, texts := range shapes {
		for k, text := range texts {
			corners := 0
			for _, s := range forms[c][k] {
				require.GreaterOrEqual(t, len(s.corners), 2, "character %q, form %d", c, k)
				corners += len(s.corners)
			}
			fields := 0
			for _, f := range strings.Fields(strings.ReplaceAll(text, ";", " ")) {
				if f != "z" {
					fields++
				}
			}
			require.Equal(t, fields, corners, "character %q, form %d has a corner that is no pair of numbers", c, k)
		}
	}
}

// Counters stay open: a D must not look like a block, however the dies are
// pressed together.
func TestCountersStayOpen(t *testing.T) {
	for name := range kinds {
		s := New(nil).sheet(rand.New(rand.NewPCG(1, 1)), 60, 100)
		s.ink, s.die, s.light, s.dark = color.RGBA{20, 20, 20, 255}, DieOf(name), 0, 0
		s.backing(Style{Ground: tint(0xf0f0f0), Top: 0.2}, 0)
		s.die.Stamp(&s.canvas, 'D', 10, 10, 80, 0.55, paint.Flat(s.ink))
		w := s.die.Width('D') * 80 * 0.55
		middle := s.made.Picture.RGBAAt(int(10+w/2), 50)
		require.Greater(t, middle.R, uint8(150), name)
	}
}

func TestSameSeedSamePlate(t *testing.T) {
	a, b := New(nil), New(nil)
	x, y := rand.New(rand.NewPCG(7, 7)), rand.New(rand.NewPCG(7, 7))
	for range 20 {
		p, q := a.Random(x), b.Random(y)
		require.Equal(t, string(p.Text), string(q.Text))
		require.True(t, bytes.Equal(p.Picture.Pix, q.Picture.Pix))
	}
}

// What a plate says is what is stamped on it: without its gaps, within the
// picture, and no longer than a plate can be.
func TestRandomPlatesAreLabelled(t *testing.T) {
	p, rng := New(nil), rand.New(rand.NewPCG(3, 3))
	styles := map[plate.Jurisdiction]int{}
	for range 400 {
		made := p.Random(rng)
		text, err := plate.Parse(string(made.Text))
		require.NoError(t, err)
		require.Equal(t, string(text), string(made.Text))
		require.True(t, made.Line.In(made.Picture.Rect.Inset(-6)), "%v in %v", made.Line, made.Picture.Rect)
		styles[made.Jurisdiction]++
	}
	require.Greater(t, styles[""], 120, "half of the plates are nobody's")
	require.Greater(t, len(styles), 25)
}

func TestStampSetsTheSeries(t *testing.T) {
	ontario, ok := StyleOf("CA-ON")
	require.True(t, ok)
	for text, want := range map[string]string{"WKLM804": "WKLM*804", "SKIHILL": "SKIHILL"} {
		require.Equal(t, want, printedAs(ontario, text))
	}
	made := New(nil).Stamp(ontario, "WKLM804", 400)
	require.Equal(t, plate.Text("WKLM804"), made.Text)
	require.Equal(t, "ONTARIO", made.Legend)
	require.False(t, made.LegendBox.Empty())
	require.Less(t, made.LegendBox.Min.Y, made.Line.Min.Y)
}

func TestPersonalPlatesHaveNoForm(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		require.LessOrEqual(t, len(bare(personal(rng))), 8)
		require.LessOrEqual(t, len(bare(anything(rng))), 8)
	}
}

func BenchmarkRandom(b *testing.B) {
	p, rng := New(nil), rand.New(rand.NewPCG(1, 1))
	for b.Loop() {
		p.Random(rng)
	}
}
