package scene

import (
	"image/color"
	"math"

	"secondlook/vision/scene/paint"
)

// car paints one car into the street. Its own axes are u (to the right, from
// the middle line), y (up) and along (away from the nearer end).
type car struct {
	*painter
	seen
	x, z float64 // of the middle of the nearer end
	coat color.RGBA
	side float64 // 1 if its right side is turned to the camera, else -1
	hw   float64 // half the width
}

func (c *car) spot(u, y, along float64) spot { return spot{c.x + u, y, c.z + along} }

// lit is a colour in the light at a place along the car.
func (c *car) lit(col color.RGBA, along float64) color.RGBA {
	return c.light.on(col, math.Max(1, math.Hypot(c.x, c.z+along)))
}

// bulge is how far a point of the nearer face lies back: noses are round.
func (c *car) bulge(u float64) float64 {
	f := math.Abs(u) / c.hw
	edge := math.Max(0, f-0.82) / 0.18
	return 0.07*f*f + 0.24*edge*edge
}

// face paints a shape on the nearer face, wrapped around the nose.
func (c *car) face(t paint.Tone, corners ...paint.Vertex) {
	flatShape := paint.Outline(corners, true)
	var shape []spot
	for i, p := range flatShape {
		q := flatShape[(i+1)%len(flatShape)]
		n := 1 + int(math.Abs(q.X-p.X)/0.08)
		for k := range n {
			f := float64(k) / float64(n)
			u, y := p.X+(q.X-p.X)*f, p.Y+(q.Y-p.Y)*f
			shape = append(shape, c.spot(u, y, c.bulge(u)))
		}
	}
	c.shape(t, shape...)
}

// panel paints a rectangle with round corners on the nearer face.
func (c *car) panel(t paint.Tone, u0, y0, u1, y1, r float64) {
	c.face(t, paint.Vertex{u0, y0, r}, paint.Vertex{u1, y0, r}, paint.Vertex{u1, y1, r}, paint.Vertex{u0, y1, r})
}

// both paints a shape of the nearer face and its mirror image.
func (c *car) both(t paint.Tone, corners ...paint.Vertex) {
	c.face(t, corners...)
	mirrored := make([]paint.Vertex, len(corners))
	for i, v := range corners {
		mirrored[i] = paint.Vertex{-v.X, v.Y, v.R}
	}
	c.face(t, mirrored...)
}

// flank paints a shape on the side that is turned to the camera; corners are
// (along, y).
func (c *car) flank(t paint.Tone, inset float64, corners ...paint.Vertex) {
	var shape []spot
	for _, p := range paint.Outline(corners, true) {
		shape = append(shape, c.spot(c.side*(c.hw-inset), p.Y, p.X))
	}
	c.shape(t, shape...)
}

// draw paints the whole car but its plate.
func (c *car) draw() {
	c.shadow()
	c.tyres()
	c.flanks()
	c.top()
	if c.front {
		c.house()
		c.mirrors()
	} else { // the mirrors are beyond the cab
		c.mirrors()
		c.house()
	}
	c.nearFace()
	if c.front {
		c.frontFace()
	} else {
		c.rearFace()
	}
}

func (c *car) shadow() {
	for k, opacity := range []float64{0.25, 0.35} {
		m := 0.16 - 0.14*float64(k)
		var shape []spot
		for _, p := range paint.Box(-c.hw-m, -m, c.hw+m, c.length+m, 0.5) {
			shape = append(shape, c.spot(p.X, 0.004, p.Y))
		}
		c.shape(paint.Flat(paint.RGB(10, 11, 13)).Over(opacity), shape...)
	}
}

// tyres paints what is seen of the wheels under the nearer end.
func (c *car) tyres() {
	dark := c.lit(paint.RGB(26, 27, 29), 0)
	c.shape(paint.Flat(dark), c.spot(-c.hw+0.12, 0.14, 0.5), c.spot(c.hw-0.12, 0.14, 0.5), c.spot(c.hw-0.12, c.sill+0.1, 0.5), c.spot(-c.hw+0.12, c.sill+0.1, 0.5))
	along := c.firstWheel - c.wheel*0.8
	for _, s := range []float64{-1, 1} {
		u := s * (c.hw - 0.15)
		c.shape(paint.Shaded(paint.Times(dark, 1.25), dark), c.spot(u-0.11, 0.02, along), c.spot(u+0.11, 0.02, along), c.spot(u+0.11, 0.5, along), c.spot(u-0.11, 0.5, along))
	}
}

// flanks paints the lower body's side with wheels and doors.
func (c *car) flanks() {
	near, far := c.lit(c.coat, 0.5), c.lit(c.coat, c.length)
	side := paint.Mix(near, far, 0.4)
	waist, end := c.before, c.length-c.behind
	front := math.Min(0.2, c.before*0.5)
	c.flank(paint.Shaded(paint.Times(side, 0.92), paint.Times(side, 0.62)), 0,
		paint.Vertex{0.22, c.sill, 0}, paint.Vertex{front, c.faceTop - 0.05, 0.03}, paint.Vertex{waist, c.base, 0.1}, paint.Vertex{end, c.foot, 0.1},
		paint.Vertex{c.length - 0.1, c.foot - 0.08, 0.1}, paint.Vertex{c.length - 0.06, c.sill + 0.1, 0.06}, paint.Vertex{c.length - 0.3, c.sill, 0})
	c.flank(paint.Flat(paint.Times(side, 1.18)).Over(0.5), -0.005, paint.Vertex{0.5, c.base - 0.17, 0}, paint.Vertex{c.length - 0.4, c.foot - 0.17, 0}, paint.Vertex{c.length - 0.4, c.foot - 0.2, 0}, paint.Vertex{0.5, c.base - 0.21, 0})
	c.flank(paint.Flat(c.lit(paint.RGB(34, 35, 37), 1)), -0.005, paint.Vertex{0.4, c.sill - 0.02, 0}, paint.Vertex{0.4, c.sill + 0.08, 0}, paint.Vertex{c.length - 0.3, c.sill + 0.08, 0}, paint.Vertex{c.length - 0.3, c.sill - 0.02, 0})
	seam := paint.Flat(paint.Times(side, 0.5)).Over(0.7)
	doors := []float64{0.02, 0.45, 0.98}
	if c.open {
		doors = []float64{0.04, 0.52, 0.98}
	}
	from, to := waist+c.slant*0.3, end-c.farSlant*0.3
	for _, f := range doors {
		along := from + (to-from)*f
		c.flank(seam, -0.006, paint.Vertex{along, c.sill + 0.1, 0}, paint.Vertex{along, c.base, 0}, paint.Vertex{along + 0.02, c.base, 0}, paint.Vertex{along + 0.02, c.sill + 0.1, 0})
	}
	for _, f := range []float64{0.34, 0.85} {
		along := from + (to-from)*f
		c.flank(paint.Flat(paint.Times(side, 0.7)), -0.01, paint.Vertex{along, c.base - 0.15, 0.01}, paint.Vertex{along, c.base - 0.11, 0.01}, paint.Vertex{along + 0.18, c.base - 0.11, 0.01}, paint.Vertex{along + 0.18, c.base - 0.15, 0.01})
	}
	c.wheelAt(c.lastWheel)
	c.wheelAt(c.firstWheel)
}

func (c *car) wheelAt(along float64) {
	round := func(t paint.Tone, inset, r float64) {
		var corners []paint.Vertex
		for _, p := range paint.Ellipse(along, c.wheel, r, r) {
			corners = append(corners, paint.Vertex{p.X, math.Max(p.Y, 0.01), 0})
		}
		c.flank(t, inset, corners...)
	}
	dark, rim := c.lit(paint.RGB(22, 23, 25), along), c.lit(paint.RGB(150, 153, 156), along)
	round(paint.Flat(paint.Times(dark, 0.7)), -0.006, c.wheel+0.07)
	round(paint.Flat(dark), -0.01, c.wheel)
	round(paint.Shaded(rim, paint.Times(rim, 0.7)), -0.012, c.wheel*0.64)
	for k := range 5 {
		s, cos := math.Sincos(float64(k)*2*math.Pi/5 + along)
		a, b := c.wheel*0.2, c.wheel*0.56
		w := c.wheel * 0.13
		c.flank(paint.Flat(paint.Times(dark, 1.4)), -0.014,
			paint.Vertex{along + a*cos - w*0.3*s, c.wheel + a*s + w*0.3*cos, 0}, paint.Vertex{along + b*cos - w*s, c.wheel + b*s + w*cos, 0},
			paint.Vertex{along + b*cos + w*s, c.wheel + b*s - w*cos, 0}, paint.Vertex{along + a*cos + w*0.3*s, c.wheel + a*s - w*0.3*cos, 0})
	}
}

// top paints what lies before the nearer window: bonnet, boot lid or load bed.
func (c *car) top() {
	if c.before < 0.04 {
		return
	}
	hw, t := c.hw, c.faceTop
	base := c.lit(c.coat, c.before/2)
	shine := paint.Mix(base, c.light.haze, 0.22)
	lid := func(coat paint.Tone, f, from float64) {
		at := func(along float64) float64 { return math.Min(from+along, c.before) }
		// The nearer edge reaches below the face, which is painted over it: no gap.
		c.shape(coat, c.spot(-hw*f, t-0.1, at(0.26)), c.spot(-hw*0.8*f, t-0.06, at(0.1)), c.spot(-hw*0.4*f, t-0.05, at(0.03)), c.spot(hw*0.4*f, t-0.05, at(0.03)),
			c.spot(hw*0.8*f, t-0.06, at(0.1)), c.spot(hw*f, t-0.1, at(0.26)), c.spot(hw*f, c.base, c.before), c.spot(-hw*f, c.base, c.before))
	}
	lid(paint.Shaded(paint.Times(shine, 1.06), paint.Times(base, 1.02)), 1, 0)
	if c.open && !c.front {
		lid(paint.Shaded(c.lit(paint.RGB(40, 41, 43), 1), c.lit(paint.RGB(62, 63, 65), 1)), 0.93, 0.05)
		return
	}
	for _, s := range []float64{-1, 1} { // creases
		u := s * c.hw * 0.55
		c.shape(paint.Flat(paint.Times(base, 0.8)).Over(0.5), c.spot(u, c.faceTop+0.005, 0.12), c.spot(u+s*0.02, c.faceTop+0.005, 0.12), c.spot(u+s*0.08, c.base, c.before), c.spot(u+s*0.06, c.base, c.before))
	}
}

// pane maps a place on the nearer window, across -1 to 1 and up 0 to 1, to the street.
func (c *car) pane(across, up float64) spot {
	half := (c.hw - 0.06) + (c.hw-c.lean-(c.hw-0.06))*up
	return c.spot(across*half, c.base+(c.roof-c.base)*up, c.before+c.slant*up)
}

// paneSide maps a place on the side windows, along 0 to 1 and up 0 to 1.
func (c *car) paneSide(along, up float64) spot {
	from := c.before + c.slant*up
	to := c.length - c.behind - c.farSlant*up
	foot := c.base + (c.foot-c.base)*along
	half := (c.hw - 0.06) + (c.hw-c.lean-(c.hw-0.06))*up
	return c.spot(c.side*half, foot+(c.roof-foot)*up, from+(to-from)*along)
}

// house paints roof, pillars and windows.
func (c *car) house() {
	mid := c.before + 1
	base := c.lit(c.coat, mid)
	glassTop := paint.Mix(c.lit(paint.RGB(96, 112, 126), mid), c.light.haze, 0.18)
	glassLow := c.lit(paint.RGB(38, 44, 50), mid)
	edge, in := c.side*c.hw, c.side*(c.hw-0.1)
	c.shape(paint.Flat(paint.Times(base, 0.95)), c.spot(edge, c.base, c.before), c.spot(edge, c.foot, c.length-c.behind), c.spot(in, c.foot, c.length-c.behind), c.spot(in, c.base, c.before))
	c.shape(paint.Shaded(base, paint.Times(base, 0.8)), c.paneSide(0, 0), c.paneSide(0, 1), c.paneSide(1, 1), c.paneSide(1, 0))
	splits := []float64{0.07, 0.47, 0.53, 0.92}
	if c.tall {
		splits = []float64{0.06, 0.40, 0.44, 0.74, 0.78, 0.95}
	}
	for i := 0; i+1 < len(splits); i += 2 {
		a, b := splits[i], splits[i+1]
		c.shape(paint.Shaded(glassTop, glassLow), c.paneSide(a, 0.08), c.paneSide(a+0.012, 0.84), c.paneSide(b-0.012, 0.84), c.paneSide(b, 0.08))
	}
	if c.roof < c.view.height+0.25 {
		rw := c.hw - c.lean
		from, to := c.before+c.slant, c.length-c.behind-c.farSlant
		c.shape(paint.Shaded(paint.Mix(base, c.light.haze, 0.3), base), c.spot(-rw, c.roof, from), c.spot(-rw*0.6, c.roof+0.03, from+0.05), c.spot(rw*0.6, c.roof+0.03, from+0.05), c.spot(rw, c.roof, from), c.spot(rw*0.95, c.roof, to), c.spot(-rw*0.95, c.roof, to))
	}
	c.shape(paint.Shaded(paint.Times(base, 1.06), paint.Times(base, 0.84)), c.pane(-1, 0), c.pane(-1, 0.9), c.pane(-0.9, 1), c.pane(0.9, 1), c.pane(1, 0.9), c.pane(1, 0))
	window := func(t paint.Tone) {
		c.shape(t, c.pane(-0.92, 0.06), c.pane(-0.89, 0.8), c.pane(-0.83, 0.89), c.pane(0.83, 0.89), c.pane(0.89, 0.8), c.pane(0.92, 0.06))
	}
	window(paint.Shaded(glassTop, glassLow))
	if c.front {
		c.people(glassLow)
	}
	c.shape(paint.Flat(paint.Mix(glassTop, paint.RGB(240, 242, 244), 0.35)).Over(0.22), c.pane(-0.55, 0.08), c.pane(-0.25, 0.88), c.pane(-0.02, 0.88), c.pane(-0.32, 0.08))
	c.shape(paint.Flat(paint.Mix(glassTop, paint.RGB(240, 242, 244), 0.35)).Over(0.16), c.pane(-0.22, 0.08), c.pane(0.08, 0.88), c.pane(0.13, 0.88), c.pane(-0.17, 0.08))
	if !c.front {
		c.shape(paint.Flat(c.lit(paint.RGB(96, 22, 20), c.before)), c.pane(-0.16, 0.86), c.pane(-0.16, 0.9), c.pane(0.16, 0.9), c.pane(0.16, 0.86))
	}
}

// people paints the seats and whoever drives as vague shapes behind the windscreen.
func (c *car) people(glass color.RGBA) {
	dark := paint.Flat(paint.Times(glass, 0.62)).Over(0.85)
	along := c.before + 0.75*c.slant
	y := c.base + 0.5*(c.roof-c.base)
	round := func(t paint.Tone, u, y, ru, ry float64) {
		var shape []spot
		for _, p := range paint.Ellipse(u, y, ru, ry) {
			shape = append(shape, c.spot(p.X, p.Y, along))
		}
		c.shape(t, shape...)
	}
	for _, u := range []float64{-0.36, 0.36} {
		round(dark, u, y+0.03, 0.12, 0.1)
	}
	round(dark, 0.36, y-0.17, 0.2, 0.11)
	round(paint.Flat(paint.Mix(glass, paint.RGB(150, 118, 98), 0.4)).Over(0.9), 0.36, y+0.02, 0.085, 0.11)
}

func (c *car) mirrors() {
	along := c.before + c.slant*0.35
	if !c.front {
		along = c.length - c.behind - c.farSlant*0.4
	}
	base := c.lit(c.coat, along)
	for _, s := range []float64{-1, 1} {
		u, y := s*(c.hw+0.08), c.cowl+0.1
		var shape []spot
		for _, p := range paint.Box(u-0.11, y-0.07, u+0.11, y+0.08, 0.05) {
			shape = append(shape, c.spot(p.X, p.Y, along))
		}
		c.shape(paint.Shaded(base, paint.Times(base, 0.6)), shape...)
	}
}

// nearFace paints the painted part of the nearer end.
func (c *car) nearFace() {
	base := c.lit(c.coat, 0)
	hw, drop, round := c.hw, 0.06, 0.08
	if c.tall && !c.front {
		drop, round = 0.01, 0.02
	}
	c.face(paint.Shaded(paint.Times(base, 1.05), paint.Times(base, 0.70)),
		paint.Vertex{-hw, c.sill + 0.06, 0.08}, paint.Vertex{-hw, c.faceTop - drop, round}, paint.Vertex{-hw * 0.8, c.faceTop, 0.2}, paint.Vertex{0, c.faceTop + 0.02, 0.6}, paint.Vertex{hw * 0.8, c.faceTop, 0.2},
		paint.Vertex{hw, c.faceTop - drop, round}, paint.Vertex{hw, c.sill + 0.06, 0.08}, paint.Vertex{hw * 0.86, c.sill, 0.08}, paint.Vertex{-hw * 0.86, c.sill, 0.08})
	c.panel(paint.Flat(c.lit(paint.RGB(30, 31, 33), 0)), -hw*0.88, c.sill-0.05, hw*0.88, c.sill+0.08, 0.05)
}
