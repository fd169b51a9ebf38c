package roadside

import (
	"flag"
	"image"
	"image/color"
	"image/png"
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

func BenchmarkNext(b *testing.B) {
	card := pressed()(rand.New(rand.NewPCG(1, 1)))
	s := New(1, func(*rand.Rand) *image.RGBA { return card })
	b.ReportAllocs()
	for b.Loop() {
		s.Next()
	}
}
