package scene

import (
	"image"
	"math/rand/v2"
	"strings"

	"secondlook/app/plate"
	"secondlook/vision/scene/paint"
	"secondlook/vision/scene/press"
)

// styleOf returns how the plates of a jurisdiction look: Ontario's form with their
// own name on top where the press has none, a German one for Europe.
func styleOf(j plate.Jurisdiction) press.Style {
	if s, ok := press.StyleOf(j); ok {
		return s
	}
	if j == plate.Europe {
		s, _ := press.StyleOf("DE")
		return s
	}
	s, _ := press.StyleOf("CA-ON")
	s.Jurisdiction, s.Legend, s.Slogans, s.Mark = j, strings.ToUpper(j.Name("en")), nil, press.None
	return s
}

// Aspect is the width of a jurisdiction's plates, as a multiple of their height.
func Aspect(j plate.Jurisdiction) float64 { return styleOf(j).Aspect }

// Plate draws a clean plate, width pixels wide, as it would look straight from
// the front. Characters outside A–Z and 0–9 are left out.
func Plate(text plate.Text, j plate.Jurisdiction, width int) *image.RGBA {
	return press.New(nil).Stamp(styleOf(j), text, width).Picture
}

// soil puts mud on a plate, 0 (none) to 1: splashes from below, thinner upwards,
// never thick enough to hide a character.
func soil(img *image.RGBA, mud float64, rng *rand.Rand) {
	if mud <= 0 {
		return
	}
	var c paint.Canvas
	c.Begin(img)
	w, h := float64(img.Bounds().Dx()), float64(img.Bounds().Dy())
	brown := paint.RGB(110, 92, 70)
	c.Fill(paint.Shaded(brown, brown).Over(0.12*mud), paint.Box(0, 0, w, h, 0))
	for range int(90 * mud) {
		x, y := rng.Float64()*w, h*(1-0.75*rng.Float64()*rng.Float64())
		r := h * (0.012 + 0.035*rng.Float64())
		c.Fill(paint.Flat(paint.Mix(brown, paint.RGB(70, 58, 46), rng.Float64())).Over(0.25+0.3*rng.Float64()), paint.Ellipse(x, y, r*(0.8+0.6*rng.Float64()), r))
	}
}
