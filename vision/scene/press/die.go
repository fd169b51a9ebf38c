package press

import (
	"image/color"
	"math"
	"math/rand/v2"

	"secondlook/vision/scene/paint"
)

// Characters are those that are stamped, in the reading networks' order.
const Characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// Die is a set of the dies with which one press stamps its characters. Lengths
// are in parts of a character's height.
type Die struct {
	width  float64 // of an ordinary character
	line   float64 // of its strokes
	radius float64 // of round corners
	ends   ends
	mitred bool             // sharp corners are sharp outside too
	struck bool             // the zero is slashed
	wide   map[byte]float64 // widths that differ from the ordinary one
	form   map[byte]int     // which form a character has
	face   *Face            // characters of a font instead
}

// ends is how strokes end.
type ends int

const (
	square ends = iota // half a line beyond their last point
	butt               // at their last point
	rounded
)

// kinds are the dies by the names that styles give them.
var kinds = map[string]Die{
	Square:    {width: 0.52, line: 0.15, radius: 0.22, mitred: true},
	Round:     {width: 0.58, line: 0.145, radius: 0.3, ends: butt},
	Narrow:    {width: 0.42, line: 0.13, radius: 0.16, mitred: true},
	Pacific:   {width: 0.44, line: 0.12, radius: 0.19, ends: rounded, form: map[byte]int{'1': 2, '3': 0, '4': 8, '6': 0, '7': 0, 'I': 0}},
	Tall:      {width: 0.4, line: 0.125, radius: 0.2, ends: rounded},
	Ontario:   {width: 0.45, line: 0.135, radius: 0.17, ends: rounded, form: map[byte]int{'1': 3, '3': 0, '4': 6, '7': 0, 'M': 2, 'W': 1, 'Q': 1}},
	FE:        {width: 0.58, line: 0.125, radius: 0.2, ends: butt, form: map[byte]int{'1': 2, '3': 1, '4': 3, '6': 1, '7': 1, '2': 2, 'G': 2, 'J': 1, 'M': 2, 'W': 3, 'P': 2, 'R': 3, 'Q': 2, 'D': 1}},
	UK:        {width: 0.6, line: 0.175, radius: 0.28, ends: butt, mitred: true, form: map[byte]int{'1': 3, '4': 1, '6': 0, 'A': 1, 'K': 1, 'M': 2, 'W': 2}},
	Mandatory: {width: 0.54, line: 0.13, radius: 0.25, ends: butt, form: map[byte]int{'1': 0, '3': 0, '4': 3, '6': 2, '7': 0, 'G': 1, 'Q': 4, 'W': 2}},
	Mercosur:  {width: 0.58, line: 0.125, radius: 0.2, ends: butt, form: map[byte]int{'1': 2, '3': 1, '4': 3, '6': 1, '7': 1, '2': 2, 'G': 2, 'J': 1, 'P': 2, 'R': 3}},
}

// DieOf returns the dies of a kind, the square ones for a kind it does not know.
func DieOf(kind string) *Die {
	d, ok := kinds[kind]
	if !ok {
		d = kinds[Square]
	}
	return &d
}

// worn returns dies of the same kind as another maker or another year has them:
// their measures a little off, a form here and there replaced.
func (d *Die) worn(rng *rand.Rand) *Die {
	w := *d
	w.width *= 1 + 0.16*(rng.Float64()-0.5)
	w.line *= 1 + 0.3*(rng.Float64()-0.5)
	w.radius *= 0.7 + 0.7*rng.Float64()
	w.form = map[byte]int{}
	for i := range Characters {
		c := Characters[i]
		if f, ok := d.form[c]; ok && rng.Float64() < 0.85 {
			w.form[c] = f
		} else if rng.Float64() < 0.35 {
			w.form[c] = rng.IntN(len(forms[c]))
		}
	}
	return &w
}

// anyDie returns dies that no jurisdiction need have: what a reader learns from
// many kinds holds for the ones nobody drew.
func anyDie(rng *rand.Rand) *Die {
	d := &Die{
		width:  0.36 + 0.32*rng.Float64(),
		line:   0.085 + 0.12*rng.Float64(),
		ends:   ends(rng.IntN(3)),
		mitred: rng.Float64() < 0.4,
		struck: rng.Float64() < 0.05,
		form:   map[byte]int{},
		wide: map[byte]float64{
			'M': 1 + 0.28*rng.Float64(), 'W': 1 + 0.32*rng.Float64(), 'J': 0.8 + 0.2*rng.Float64(), 'Q': 1 + 0.1*rng.Float64(),
			'1': 0.3 + 0.45*rng.Float64(), 'I': 0.3 + 0.45*rng.Float64(), 'O': []float64{1, 1, 1.1, 1.2}[rng.IntN(4)],
		},
	}
	for i := range Characters {
		d.form[Characters[i]] = rng.IntN(len(forms[Characters[i]]))
	}
	d.radius = d.width * (0.14 + 0.42*rng.Float64())
	if rng.Float64() < 0.25 {
		d.radius = d.width * (0.04 + 0.16*rng.Float64())
	}
	return d
}

// faceDie returns the characters of a font as dies.
func faceDie(f *Face) *Die { return &Die{face: f} }

// Width returns how wide a character is, in parts of its height.
func (d *Die) Width(c byte) float64 {
	if d.face != nil {
		return d.face.width(rune(c))
	}
	if len(d.formOf(c)) == 1 && len(d.formOf(c)[0].corners) == 2 {
		return d.line // a bare stroke
	}
	if f, ok := d.wide[c]; ok {
		return d.width * f
	}
	if f, ok := usual[c]; ok {
		return d.width * f
	}
	return d.width
}

func (d *Die) formOf(c byte) []stroke {
	if c == '0' && d.struck {
		return struckZero
	}
	all := forms[c]
	if len(all) == 0 {
		return nil
	}
	return all[d.form[c]%len(all)]
}

// Stamp draws a character of height h at x, y, its top left, stretched sideways
// by stretch.
func (d *Die) Stamp(canvas *paint.Canvas, c byte, x, y, h, stretch float64, t paint.Tone) {
	if d.face != nil {
		canvas.Fill(t, d.face.outlines(rune(c), x, y, h, stretch)...)
		return
	}
	form := d.formOf(c)
	if form == nil {
		return
	}
	// A die that is pressed together has thinner strokes, or its counters would close.
	width := d.line * h * math.Min(1, math.Max(0.5, stretch))
	full := d.Width(c) * h * stretch
	if len(form) > 1 || len(form[0].corners) > 2 {
		width = math.Min(width, 0.3*full)
	}
	w := math.Max(0.01, full-width)
	var shapes [][]paint.Point
	for _, s := range form {
		corners := make([]paint.Vertex, len(s.corners))
		for i, v := range s.corners {
			corners[i] = paint.Vertex{X: x + width/2 + v.X*w, Y: y + width/2 + v.Y*(h-width), R: v.R * d.radius * h * math.Min(1.2, math.Max(0.7, stretch))}
		}
		shapes = d.ribbon(shapes, paint.Outline(corners, s.closed), width, s.closed)
	}
	canvas.Fill(t, shapes...)
}

// ribbon adds the shapes of a line of even width along a path. All of them turn
// the same way, so that they add up where they overlap.
func (d *Die) ribbon(shapes [][]paint.Point, path []paint.Point, width float64, closed bool) [][]paint.Point {
	n := len(path)
	segments := n - 1
	if closed {
		segments = n
	}
	if segments < 1 {
		return shapes
	}
	half := width / 2
	type side struct{ left, right paint.Point }
	from, to := make([]side, segments), make([]side, segments)
	for i := range segments {
		a, b := path[i], path[(i+1)%n]
		dx, dy := b.X-a.X, b.Y-a.Y
		length := math.Hypot(dx, dy)
		if length < 1e-9 {
			length = 1e-9
		}
		dx, dy = dx/length*half, dy/length*half
		if !closed && d.ends == square {
			if i == 0 {
				a.X, a.Y = a.X-dx, a.Y-dy
			}
			if i == segments-1 {
				b.X, b.Y = b.X+dx, b.Y+dy
			}
		}
		from[i] = side{paint.Point{X: a.X + dy, Y: a.Y - dx}, paint.Point{X: a.X - dy, Y: a.Y + dx}}
		to[i] = side{paint.Point{X: b.X + dy, Y: b.Y - dx}, paint.Point{X: b.X - dy, Y: b.Y + dx}}
	}
	for i := range segments {
		next := (i + 1) % segments
		if !closed && i == segments-1 {
			continue
		}
		// Where two segments meet at a blunt angle they share their edge, where
		// they meet sharply a disc or a mitre fills the corner.
		a, b, c := path[i], path[(i+1)%n], path[(i+2)%n]
		ux, uy, vx, vy := b.X-a.X, b.Y-a.Y, c.X-b.X, c.Y-b.Y
		cos := (ux*vx + uy*vy) / math.Max(1e-12, math.Hypot(ux, uy)*math.Hypot(vx, vy))
		switch limit := -0.05; {
		case cos > 0.85 || d.mitred && cos > limit:
			m := 1 / (1 + cos)
			left := paint.Point{X: b.X + (to[i].left.X-b.X+from[next].left.X-b.X)*m, Y: b.Y + (to[i].left.Y-b.Y+from[next].left.Y-b.Y)*m}
			right := paint.Point{X: 2*b.X - left.X, Y: 2*b.Y - left.Y}
			to[i], from[next] = side{left, right}, side{left, right}
		default:
			shapes = append(shapes, disc(b, half))
		}
	}
	for i := range segments {
		shapes = append(shapes, []paint.Point{from[i].left, to[i].left, to[i].right, from[i].right})
	}
	if !closed && d.ends == rounded {
		shapes = append(shapes, disc(path[0], half), disc(path[n-1], half))
	}
	return shapes
}

// disc is a circle that turns the way a ribbon does.
func disc(at paint.Point, r float64) []paint.Point { return paint.Ellipse(at.X, at.Y, r, r) }

// emboss stamps a character whose raised edge, depth pixels wide, catches light
// on one side and throws a shadow to the other.
func (d *Die) emboss(canvas *paint.Canvas, c byte, x, y, h, stretch float64, ink color.RGBA, depth paint.Point, light, dark float64) {
	if dark > 0 {
		d.Stamp(canvas, c, x+depth.X, y+depth.Y, h, stretch, paint.Flat(paint.Times(ink, 0.5)).Over(dark))
	}
	if light > 0 {
		d.Stamp(canvas, c, x-depth.X, y-depth.Y, h, stretch, paint.Flat(paint.RGB(246, 246, 246)).Over(light))
	}
	d.Stamp(canvas, c, x, y, h, stretch, paint.Flat(ink))
}
