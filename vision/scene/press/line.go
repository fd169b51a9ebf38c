package press

import (
	"math"
	"math/rand/v2"

	"secondlook/vision/scene/paint"
)

// setting is how a line of characters is set. Lengths are in parts of the
// characters' height.
type setting struct {
	die     *Die
	stretch float64 // of the dies, sideways
	space   float64 // between characters
	gap     float64 // where the printed text has a blank
	emblem  float64 // where it has an emblem
	hyphen  byte    // how a hyphen is printed: '-', '.' or ' '
	even    bool    // every die sits in a field of the same width
}

// piece is one thing on a line, in pixels from the line's left.
type piece struct {
	what    byte // a character, '-', '.', or '*' for an emblem
	x, wide float64
}

// anySetting is how a line may be set.
func anySetting(rng *rand.Rand, d *Die) setting {
	s := setting{
		die: d, stretch: 0.85 + 0.35*rng.Float64(), space: 0.05 + 0.24*rng.Float64(), gap: 0.2 + 0.55*rng.Float64(),
		emblem: 0.35 + 0.6*rng.Float64(), hyphen: "--. "[rng.IntN(4)], even: rng.Float64() < 0.45,
	}
	if rng.Float64() < 0.12 {
		s.space = 0.02 + 0.05*rng.Float64()
	}
	return s
}

// set places a printed text of characters h pixels high. The line is at most room
// wide: it is pressed together if it must be. It returns how far the dies are
// stretched and how wide the line is.
func (s setting) set(text string, h, room float64) (pieces []piece, stretch, wide float64) {
	field := 0.0
	if s.even {
		for _, c := range []byte("NHUB80") {
			field = math.Max(field, s.die.Width(c))
		}
	}
	stretch = s.stretch
	for range 3 {
		pieces = pieces[:0]
		x, last := 0.0, 0.0
		squeeze := stretch / s.stretch
		for i := range len(text) {
			switch c := text[i]; c {
			case ' ':
				x += s.gap * h * squeeze
			case '*':
				w := s.emblem * h * squeeze
				pieces = append(pieces, piece{'*', x, w})
				x += w + s.space*h*squeeze
				last = x
			case '-', '.':
				if s.hyphen == ' ' {
					x += s.gap * h * squeeze
					continue
				}
				w := 0.28 * h * squeeze
				if s.hyphen == '.' {
					w = 0.17 * h * squeeze
				}
				pieces = append(pieces, piece{s.hyphen, x, w})
				x += w + s.space*h*squeeze
				last = x
			default:
				w := s.die.Width(c) * h * stretch
				at, step := x, w
				if f := field * h * stretch; f > w {
					at, step = x+(f-w)/2, f
				}
				pieces = append(pieces, piece{c, at, w})
				x += step + s.space*h*squeeze
				last = x
			}
		}
		wide = last - s.space*h*squeeze
		if wide <= room || wide <= 0 {
			break
		}
		stretch *= room / wide * 0.998
	}
	return pieces, stretch, wide
}

// print stamps the pieces of a line with its top left at x, y.
func (p *Press) print(pieces []piece, d *Die, x, y, h, stretch float64, stamp func(c byte, x, y, h, stretch float64), t paint.Tone, emblem func(x, y, w, h float64)) {
	for _, q := range pieces {
		switch q.what {
		case '*':
			if emblem != nil {
				emblem(x+q.x, y, q.wide, h)
			}
		case '-':
			p.canvas.Fill(t, paint.Box(x+q.x, y+0.44*h, x+q.x+q.wide, y+0.55*h, 0))
		case '.':
			p.canvas.Fill(t, paint.Ellipse(x+q.x+q.wide/2, y+0.5*h, q.wide/2, q.wide/2))
		default:
			stamp(q.what, x+q.x, y, h, stretch)
		}
	}
}
