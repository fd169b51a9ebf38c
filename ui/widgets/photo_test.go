package widgets

import (
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/require"
)

// A picture that is made ready is small enough to be uploaded as it is, shows the same,
// and leaves nothing of the one out of the store behind.
func TestReady(t *testing.T) {
	require.Nil(t, Ready(nil, 100))
	for _, c := range []struct{ full, wide, made int }{
		{640, 640, 640}, {640, 321, 640}, {640, 320, 320}, {1280, 427, 640}, {1280, 100, 160}, {640, 900, 640}, {1, 0, 1}, {3, 0, 1},
	} {
		from := image.NewYCbCr(image.Rect(0, 0, c.full, 64), image.YCbCrSubsampleRatio420)
		for i := range from.Y {
			from.Y[i] = byte(40 + 100*(i/from.YStride/32)) // dark above, light below
		}
		for i := range from.Cb {
			from.Cb[i], from.Cr[i] = 128, 128
		}
		made := Ready(from, c.wide).(*image.RGBA)
		require.Equal(t, c.made, made.Rect.Dx(), "%d for %d", c.full, c.wide)
		require.Equal(t, 4*made.Rect.Dx(), made.Stride, "packed")
		require.Equal(t, color.RGBA{40, 40, 40, 255}, made.RGBAAt(0, 0))
		require.Equal(t, color.RGBA{140, 140, 140, 255}, made.RGBAAt(made.Rect.Dx()-1, made.Rect.Dy()-1))
		require.Zero(t, max(from.Y[0], from.Y[len(from.Y)-1], from.Cb[0], from.Cr[0]), "overwritten")
	}
}

// Row 13: what an officer turned away from before it was shown leaves nothing either.
func TestRequirement13_PicturesThatAreNotShownAreOverwritten(t *testing.T) {
	i := image.NewRGBA(image.Rect(0, 0, 8, 8))
	for k := range i.Pix {
		i.Pix[k] = 200
	}
	made := Ready(i, 8).(*image.RGBA)
	require.Contains(t, made.Pix, byte(200))
	Discard(made, nil)
	require.NotContains(t, made.Pix, byte(200))
}
