package roadside

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/vision/scene/press"
)

var sheetTo = flag.String("sheet", "", "write a sheet of scenes to this PNG file")
var sheetSeed = flag.Uint64("seed", 1, "of the sheet")

// pressed returns a source of new plates.
func pressed() func(*rand.Rand) *image.RGBA {
	p := press.New(nil)
	return func(rng *rand.Rand) *image.RGBA { return p.Random(rng).Picture }
}

func TestSheet(t *testing.T) {
	if *sheetTo == "" {
		t.Skip("only when a sheet is asked for with -sheet")
	}
	const across, down = 5, 8
	s := New(*sheetSeed, pressed())
	all := image.NewRGBA(image.Rect(0, 0, across*Width, down*Height))
	for i := range across * down {
		img, corners := s.Next()
		ox, oy := i%across*Width, i/across*Height
		for y := range Height {
			for x := range Width {
				all.SetRGBA(ox+x, oy+y, color.RGBA{img.GrayAt(x, y).Y, img.GrayAt(x, y).Y, img.GrayAt(x, y).Y, 255})
			}
		}
		for _, q := range corners {
			for k, p := range q {
				n := q[(k+1)%4]
				for t := range 400 {
					f := float64(t) / 400
					x, y := int(p.X+(n.X-p.X)*f), int(p.Y+(n.Y-p.Y)*f)
					if x >= 0 && y >= 0 && x < Width && y < Height {
						all.SetRGBA(ox+x, oy+y, color.RGBA{uint8(60 * k), 255, 0, 255})
					}
				}
			}
		}
	}
	f, err := os.Create(*sheetTo)
	require.NoError(t, err)
	require.NoError(t, png.Encode(f, all))
	require.NoError(t, f.Close())
}

func TestScenes(t *testing.T) {
	const n = 150
	s := New(3, pressed())
	empty, plates := 0, 0
	for range n {
		img, corners := s.Next()
		require.Equal(t, image.Rect(0, 0, Width, Height), img.Bounds())
		require.LessOrEqual(t, len(corners), most)
		if len(corners) == 0 {
			empty++
		}
		for _, q := range corners {
			plates++
			inside := false
			for k, p := range q {
				a, b := q[(k+1)%4], q[(k+2)%4]
				require.Positive(t, (a.X-p.X)*(b.Y-a.Y)-(a.Y-p.Y)*(b.X-a.X), "clockwise and convex")
				inside = inside || p.X > 0 && p.Y > 0 && p.X < Width && p.Y < Height
			}
			require.True(t, inside, "some corner can be seen")
			wide := math.Hypot(q[1].X-q[0].X, q[1].Y-q[0].Y)
			require.GreaterOrEqual(t, wide, smallest-1.0)
			require.Less(t, wide, 300.0)
		}
	}
	require.InDelta(t, 0.25, float64(empty)/n, 0.09)
	require.Greater(t, plates, n*7/10)
	t.Logf("%d of %d pictures without a plate, %d plates", empty, n, plates)
}

func TestSameSeedSameScenes(t *testing.T) {
	a, b, c := New(7, pressed()), New(7, pressed()), New(8, pressed())
	different := false
	for range 12 {
		pa, qa := a.Next()
		pb, qb := b.Next()
		pc, _ := c.Next()
		require.Equal(t, pa.Pix, pb.Pix)
		require.Equal(t, qa, qb)
		different = different || !bytes.Equal(pa.Pix, pc.Pix)
	}
	require.True(t, different)
}

func BenchmarkNext(b *testing.B) {
	card := pressed()(rand.New(rand.NewPCG(1, 1)))
	s := New(1, func(*rand.Rand) *image.RGBA { return card })
	b.ReportAllocs()
	for b.Loop() {
		s.Next()
	}
}
