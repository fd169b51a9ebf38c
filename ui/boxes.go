package ui

import (
	"image"
	"image/color"
	"image/draw"

	"secondlook/app/cruiser"
	"secondlook/app/policy"
	"secondlook/ui/theme"
)

// mark frames the plates of new hits in a camera's picture: in the colour of the
// hit's tier, between two black lines, so that it shows on any car. It is drawn into
// the picture itself, which costs the window nothing.
func mark(picture *image.RGBA, boxes []cruiser.HitBox) {
	size := picture.Rect.Size()
	line := max(1, size.Y/240)
	for _, b := range boxes {
		x := func(part float64) int { return picture.Rect.Min.X + int(part*float64(size.X)) }
		y := func(part float64) int { return picture.Rect.Min.Y + int(part*float64(size.Y)) }
		// Around the plate, not on it.
		box := image.Rect(x(b.Box.Left), y(b.Box.Top), x(b.Box.Right), y(b.Box.Bottom)).Inset(-4 * line)
		frame(picture, box, line, color.Black)
		frame(picture, box.Inset(line), 2*line, tierColour(b.Tier))
		frame(picture, box.Inset(3*line), line, color.Black)
	}
}

// frame draws the four sides of a box, so many pixels wide, inside of it.
func frame(on *image.RGBA, box image.Rectangle, wide int, c color.Color) {
	ink := image.NewUniform(c)
	in := box.Inset(wide)
	for _, side := range []image.Rectangle{
		{box.Min, image.Pt(box.Max.X, in.Min.Y)}, {image.Pt(box.Min.X, in.Max.Y), box.Max},
		{image.Pt(box.Min.X, in.Min.Y), image.Pt(in.Min.X, in.Max.Y)}, {image.Pt(in.Max.X, in.Min.Y), image.Pt(box.Max.X, in.Max.Y)},
	} {
		draw.Draw(on, side, ink, image.Point{}, draw.Src)
	}
}

// tierColour is the colour of a tier on a picture: the bright one, by day too.
func tierColour(t policy.Tier) color.Color {
	p := theme.Night
	switch t {
	case policy.Grave:
		return p.Grave
	case policy.High:
		return p.High
	}
	return p.Routine
}
