package scene

import (
	"image/color"
	"math"

	"secondlook/app/training"
	"secondlook/vision/scene/paint"
)

// lighting is how bright and of what colour everything is at one time of day.
type lighting struct {
	sky, haze        color.RGBA // at the top of the sky and at the horizon
	red, green, blue float64    // what the air light leaves of each colour
	lamps            float64    // how strongly lamps are lit, 0 to 1
	beam             float64    // how much the patrol car's own lights add nearby
	windows          float64    // share of lit windows
	noise            int        // of the sensor, in steps of a channel
}

var lightings = map[training.Light]lighting{
	training.Day:   {paint.RGB(126, 170, 214), paint.RGB(214, 226, 234), 1, 1, 1, 0, 0, 0, 2},
	training.Dusk:  {paint.RGB(70, 84, 132), paint.RGB(236, 170, 128), 0.66, 0.58, 0.60, 0.6, 0.12, 0.25, 3},
	training.Night: {paint.RGB(12, 16, 30), paint.RGB(38, 42, 60), 0.20, 0.22, 0.30, 1, 0.62, 0.4, 5},
}

// between returns the lighting a share f of the way from l to m.
func (l lighting) between(m lighting, f float64) lighting {
	w := func(a, b float64) float64 { return a + (b-a)*f }
	return lighting{
		paint.Mix(l.sky, m.sky, f), paint.Mix(l.haze, m.haze, f),
		w(l.red, m.red), w(l.green, m.green), w(l.blue, m.blue),
		w(l.lamps, m.lamps), w(l.beam, m.beam), w(l.windows, m.windows),
		int(math.Round(w(float64(l.noise), float64(m.noise)))),
	}
}

// on is a colour in this light, at a distance from the patrol car in metres.
func (l lighting) on(c color.RGBA, distance float64) color.RGBA {
	add := l.beam
	if distance > 6 {
		add *= 36 / (distance * distance)
	}
	f := func(v uint8, air float64) uint8 { return paint.Level(float64(v) * math.Min(1, air+add)) }
	return color.RGBA{f(c.R, l.red), f(c.G, l.green), f(c.B, l.blue), 255}
}

// retro is how bright a plate looks, 0 to 1: its sheeting throws the patrol
// car's light straight back, so that it stands out in the dark.
func (l lighting) retro(distance float64) float64 {
	air := (l.red + l.green + l.blue) / 3
	back := 0.75 * l.lamps / (1 + math.Pow(distance/28, 2))
	return math.Min(1, math.Max(air, 0.2)+back)
}
