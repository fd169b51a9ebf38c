// Package passerby draws the head of a person who does not exist, so that tests
// have a face to hide that is nobody's.
package passerby

import (
	"image"
	"image/color"

	"gocv.io/x/gocv"
)

// strokes are what a face detector looks for, light and dark: ellipses in order,
// with middle and half axes as parts of the head's box, and a grey value.
var strokes = []struct{ x, y, w, h, grey float64 }{
	{0.5, 0.47, 0.36, 0.46, 45}, // hair
	{0.5, 0.53, 0.29, 0.38, 190},
	{0.5, 0.36, 0.25, 0.10, 200}, // forehead
	{0.375, 0.455, 0.085, 0.045, 105}, {0.625, 0.455, 0.085, 0.045, 105},
	{0.375, 0.415, 0.085, 0.016, 70}, {0.625, 0.415, 0.085, 0.016, 70}, // brows
	{0.375, 0.465, 0.03, 0.022, 25}, {0.625, 0.465, 0.03, 0.022, 25}, // eyes
	{0.5, 0.53, 0.03, 0.10, 215}, // nose
	{0.5, 0.615, 0.055, 0.018, 125},
	{0.5, 0.715, 0.10, 0.026, 95}, // mouth
	{0.5, 0.80, 0.10, 0.04, 205},
}

// Draw draws a head into a part of an 8 bit BGR picture; the part lies inside it.
func Draw(picture *gocv.Mat, head image.Rectangle) {
	const fine = 4 // drawn larger, so that small heads are smooth
	size := head.Size().Mul(fine)
	large := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(120, 120, 120, 0), size.Y, size.X, gocv.MatTypeCV8UC3)
	defer large.Close()
	at := func(x, y float64) image.Point { return image.Pt(int(x*float64(size.X)), int(y*float64(size.Y))) }
	for _, s := range strokes {
		v := uint8(s.grey)
		gocv.Ellipse(&large, at(s.x, s.y), at(s.w, s.h), 0, 0, 360, color.RGBA{R: v, G: v, B: v}, -1)
	}
	gocv.GaussianBlur(large, &large, image.Point{}, 0.012*float64(size.X), 0.012*float64(size.Y), gocv.BorderDefault)
	part := picture.Region(head)
	defer part.Close()
	gocv.Resize(large, &part, head.Size(), 0, 0, gocv.InterpolationArea)
}
