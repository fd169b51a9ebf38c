package scene

import (
	"math"

	"secondlook/vision/scene/paint"
)

// frontFace paints grille, lamps and bumper of a car that comes nearer.
func (c *car) frontFace() {
	base, dark, chrome := c.lit(c.coat, 0), c.lit(paint.RGB(24, 25, 28), 0), c.lit(paint.RGB(172, 176, 180), 0)
	hw, top := c.hw, c.faceTop
	grilleLow, grilleHalf := top-0.21, hw*0.44
	if c.tall || c.open {
		grilleLow, grilleHalf = top-0.3, hw*0.5
	}
	c.face(paint.Flat(chrome), paint.Vertex{-grilleHalf - 0.02, top - 0.06, 0.04}, paint.Vertex{grilleHalf + 0.02, top - 0.06, 0.04}, paint.Vertex{grilleHalf - 0.05, grilleLow - 0.02, 0.05}, paint.Vertex{-grilleHalf + 0.05, grilleLow - 0.02, 0.05})
	c.face(paint.Shaded(paint.Times(dark, 1.3), dark), paint.Vertex{-grilleHalf, top - 0.08, 0.04}, paint.Vertex{grilleHalf, top - 0.08, 0.04}, paint.Vertex{grilleHalf - 0.06, grilleLow, 0.05}, paint.Vertex{-grilleHalf + 0.06, grilleLow, 0.05})
	for y := top - 0.12; y > grilleLow+0.03; y -= 0.05 {
		c.panel(paint.Flat(paint.Times(chrome, 0.5)), -grilleHalf+0.05, y, grilleHalf-0.05, y+0.014, 0)
	}
	c.panel(paint.Shaded(chrome, paint.Times(chrome, 0.7)), -0.075, (top-0.08+grilleLow)/2-0.028, 0.075, (top-0.08+grilleLow)/2+0.028, 0.02)

	low := c.sill + 0.10
	c.face(paint.Shaded(dark, paint.Times(dark, 0.8)), paint.Vertex{-hw * 0.52, low + 0.13, 0.05}, paint.Vertex{hw * 0.52, low + 0.13, 0.05}, paint.Vertex{hw * 0.6, low, 0.04}, paint.Vertex{-hw * 0.6, low, 0.04})
	c.both(paint.Flat(dark), paint.Vertex{hw * 0.66, low + 0.14, 0.05}, paint.Vertex{hw * 0.9, low + 0.17, 0.05}, paint.Vertex{hw * 0.88, low + 0.02, 0.05}, paint.Vertex{hw * 0.68, low, 0.04})
	c.both(paint.Flat(c.lit(paint.RGB(206, 208, 204), 0)), paint.Vertex{hw * 0.74, low + 0.10, 0.03}, paint.Vertex{hw * 0.82, low + 0.11, 0.03}, paint.Vertex{hw * 0.82, low + 0.04, 0.03}, paint.Vertex{hw * 0.74, low + 0.03, 0.03})
	c.panel(paint.Flat(paint.Times(base, 0.82)).Over(0.6), -hw*0.9, c.plate+0.155, hw*0.9, c.plate+0.165, 0)

	in, out := grilleHalf+0.04, hw*0.965
	lens := c.lit(paint.RGB(208, 214, 218), 0)
	c.both(paint.Flat(paint.Times(dark, 1.1)), paint.Vertex{in, top - 0.20, 0.03}, paint.Vertex{in + 0.03, top - 0.08, 0.03}, paint.Vertex{out, top - 0.07, 0.05}, paint.Vertex{out, top - 0.20, 0.06}, paint.Vertex{in + 0.15, top - 0.235, 0.05})
	c.both(paint.Shaded(lens, paint.Times(lens, 0.66)), paint.Vertex{in + 0.02, top - 0.19, 0.02}, paint.Vertex{in + 0.05, top - 0.1, 0.02}, paint.Vertex{out - 0.02, top - 0.09, 0.04}, paint.Vertex{out - 0.02, top - 0.19, 0.05}, paint.Vertex{in + 0.15, top - 0.215, 0.04})
	for _, s := range []float64{-1, 1} {
		at := s * (in + 0.14)
		c.panel(paint.Flat(c.lit(paint.RGB(120, 128, 134), 0)), at-0.06, top-0.19, at+0.06, top-0.105, 0.04)
		c.panel(paint.Flat(paint.Mix(c.lit(paint.RGB(236, 238, 236), 0), paint.RGB(250, 248, 236), math.Max(0.5, c.light.lamps))), at-0.042, top-0.178, at+0.042, top-0.117, 0.03)
	}
	c.headlights(in+0.14, top-0.15)
}

// headlights throws the light of lit lamps around them.
func (c *car) headlights(u, y float64) {
	if c.light.lamps == 0 {
		return
	}
	for _, s := range []float64{-1, 1} {
		lamp := c.spot(s*u, y, -0.02)
		at, ok := c.view.see(lamp)
		if !ok {
			continue
		}
		m := c.view.scale(lamp)
		c.Glow(at, 0.1*m+3, 0.09*m+3, paint.RGB(255, 250, 236), c.light.lamps)
		c.Glow(at, 0.3*m+8, 0.26*m+8, paint.RGB(235, 232, 214), 0.34*c.light.lamps)
		if ground, ok := c.view.see(c.spot(s*u, 0, -3)); ok {
			g := c.view.scale(c.spot(s*u, 0, -3))
			c.Glow(ground, 1.1*g, 1.1*g*c.view.height/math.Max(3, c.z)*1.4, paint.RGB(214, 208, 186), 0.2*c.light.lamps)
		}
	}
}

// rearFace paints lamps, lid and bumper of a car that drives away.
func (c *car) rearFace() {
	base, dark := c.lit(c.coat, 0), c.lit(paint.RGB(26, 27, 30), 0)
	hw, top := c.hw, c.faceTop
	seam := paint.Flat(paint.Times(base, 0.5)).Over(0.8)
	bumper := c.sill + 0.36
	lidHalf := hw * 0.78
	c.panel(seam, -lidHalf, bumper+0.012, lidHalf, bumper+0.024, 0)
	c.both(seam, paint.Vertex{lidHalf, bumper, 0}, paint.Vertex{lidHalf + 0.012, bumper, 0}, paint.Vertex{lidHalf + 0.012, top - 0.02, 0}, paint.Vertex{lidHalf, top - 0.02, 0})
	c.panel(paint.Flat(paint.Times(base, 1.12)).Over(0.5), -hw*0.94, bumper-0.05, hw*0.94, bumper-0.025, 0)
	c.panel(paint.Shaded(dark, paint.Times(dark, 0.8)), -hw*0.8, c.sill-0.02, hw*0.8, c.sill+0.15, 0.05)
	for _, s := range []float64{-1, 1} {
		c.panel(paint.Flat(c.lit(paint.RGB(140, 30, 26), 0)), s*hw*0.72-0.09, c.sill+0.17, s*hw*0.72+0.09, c.sill+0.2, 0.01)
		c.panel(paint.Flat(c.lit(paint.RGB(150, 152, 154), 0)), s*hw*0.6-0.08, c.sill+0.02, s*hw*0.6+0.08, c.sill+0.09, 0.03)
		c.panel(paint.Flat(paint.Times(dark, 0.6)), s*hw*0.6-0.06, c.sill+0.03, s*hw*0.6+0.06, c.sill+0.08, 0.03)
	}
	if c.open {
		c.tailgate()
	} else {
		c.panel(paint.Shaded(paint.Times(base, 0.55), paint.Times(base, 0.75)), -0.29, c.plate-0.13, 0.29, c.plate+0.14, 0.04)
	}
	u0, u1, y0, y1 := hw*0.54, hw*0.98, top-0.22, top-0.05
	if c.tall {
		u0, y0, y1 = hw*0.74, top-0.4, top-0.02
	} else if c.open {
		u0, y0, y1 = hw*0.82, top-0.46, top-0.04
	}
	red := paint.Mix(c.lit(paint.RGB(150, 26, 24), 0), paint.RGB(232, 44, 36), 0.25+0.55*c.light.lamps)
	c.both(paint.Flat(paint.Times(red, 0.5)), paint.Vertex{u0, y0, 0.04}, paint.Vertex{u1, y0, 0.05}, paint.Vertex{u1, y1, 0.05}, paint.Vertex{u0, y1, 0.04})
	c.both(paint.Shaded(paint.Times(red, 1.1), paint.Times(red, 0.8)), paint.Vertex{u0 + 0.015, y0 + 0.015, 0.03}, paint.Vertex{u1 - 0.015, y0 + 0.015, 0.04}, paint.Vertex{u1 - 0.015, y1 - 0.015, 0.04}, paint.Vertex{u0 + 0.015, y1 - 0.015, 0.03})
	c.both(paint.Flat(c.lit(paint.RGB(216, 206, 200), 0)), paint.Vertex{u0 + 0.03, y0 + 0.03, 0.02}, paint.Vertex{math.Min(u1-0.03, u0+0.15), y0 + 0.03, 0.02}, paint.Vertex{math.Min(u1-0.03, u0+0.15), y0 + 0.08, 0.02}, paint.Vertex{u0 + 0.03, y0 + 0.08, 0.02})
	c.tailLights((u0+u1)/2, (y0+y1)/2)
}

// tailgate paints the gate and bumper of a pickup.
func (c *car) tailgate() {
	base, chrome := c.lit(c.coat, 0), c.lit(paint.RGB(160, 163, 166), 0)
	hw, top := c.hw, c.faceTop
	c.panel(paint.Flat(paint.Times(base, 0.85)).Over(0.8), -hw*0.66, c.sill+0.48, hw*0.66, top-0.12, 0.05)
	c.panel(paint.Shaded(paint.Times(base, 1.05), paint.Times(base, 0.9)), -hw*0.64, c.sill+0.5, hw*0.64, top-0.14, 0.05)
	c.panel(paint.Flat(c.lit(paint.RGB(32, 33, 35), 0)), -0.12, top-0.13, 0.12, top-0.07, 0.02)
	c.panel(paint.Shaded(chrome, paint.Times(chrome, 0.6)), -hw*0.96, c.sill+0.1, hw*0.96, c.sill+0.36, 0.05)
	c.panel(paint.Shaded(paint.Times(chrome, 0.4), paint.Times(chrome, 0.5)), -0.27, c.plate-0.12, 0.27, c.plate+0.12, 0.03)
}

func (c *car) tailLights(u, y float64) {
	if c.light.lamps == 0 {
		return
	}
	for _, s := range []float64{-1, 1} {
		lamp := c.spot(s*u, y, 0.05)
		if at, ok := c.view.see(lamp); ok {
			m := c.view.scale(lamp)
			c.Glow(at, 0.3*m+5, 0.28*m+5, paint.RGB(230, 40, 30), 0.55*c.light.lamps)
		}
	}
}
