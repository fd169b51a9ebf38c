package main

import (
	"encoding/binary"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"secondlook/assets"
)

func TestLinesHoldTheirLettersToThePixel(t *testing.T) {
	for name, letters := range map[string]string{
		assets.FontRegular: "gjpqyçQÉÀ,",
		assets.FontBold:    "gjpqyçQÉÀ,",
		assets.FontPlate:   "ABJQW0123456789", // plates have nothing else
	} {
		parsed, err := sfnt.Parse(assets.Font(name))
		require.NoError(t, err)
		for _, size := range []int{16, 18, 20, 26, 30, 64} {
			metrics, err := parsed.Metrics(nil, fixed.I(size), font.HintingNone)
			require.NoError(t, err)
			for _, letter := range letters {
				glyph, err := parsed.GlyphIndex(nil, letter)
				require.NoError(t, err)
				bounds, _, err := parsed.GlyphBounds(nil, glyph, fixed.I(size), font.HintingNone)
				require.NoError(t, err)
				// The toolkit rounds the baseline up to a pixel, and the picture down.
				baseline, height := metrics.Ascent.Ceil(), (metrics.Ascent + metrics.Descent).Floor()
				reach := (fixed.I(baseline) + bounds.Max.Y - fixed.I(height)).Ceil()
				require.LessOrEqual(t, reach, 0, "%s at %d cuts %c off below", name, size, letter)
				require.GreaterOrEqual(t, (fixed.I(baseline) + bounds.Min.Y).Floor(), 0, "%s at %d cuts %c off above", name, size, letter)
			}
		}
	}
}

func TestDeepenKeepsChecksumsRight(t *testing.T) {
	for _, name := range []string{assets.FontRegular, assets.FontBold} {
		committed := assets.Font(name)
		again, err := deepen(committed, lineDepth)
		require.NoError(t, err)
		require.Equal(t, committed, again, "%s: run go generate ./assets", name)

		require.Equal(t, uint32(0xB1B0AFBA), sum(committed), "the whole file's sum")
		record, hhea, err := table(committed, "hhea")
		require.NoError(t, err)
		require.Equal(t, sum(hhea), binary.BigEndian.Uint32(record[4:]))
	}
}

func FuzzDeepen(f *testing.F) {
	original, err := os.ReadFile("../fonts/" + assets.FontRegular)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(original[:400])
	f.Add(original[:12])
	f.Add([]byte("OTTO"))
	f.Add([]byte("OTTO\x00\x01\x00\x00\x00\x00\x00\x00hhea\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		deeper, err := deepen(file, lineDepth)
		if err != nil {
			require.ErrorIs(t, err, errFont)
			return
		}
		require.Len(t, deeper, len(file))
	})
}
