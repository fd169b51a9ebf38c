package scene

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"

	"secondlook/vision/scene/paint"
)

// The street, in metres from the camera: the patrol car stands in the turning
// lane between the two directions of travel.
const (
	laneEdge  = 1.25
	kerb      = 5.0
	fronts    = 9.5 // the house fronts
	endOfRoad = 400.0
)

// painter paints flat shapes of the street in one light.
type painter struct {
	paint.Canvas
	view  view
	light lighting
}

func (p *painter) shape(t paint.Tone, shape ...spot) {
	if s := p.view.project(shape); s != nil {
		p.Fill(t, s)
	}
}

// ground is a rectangle on the road, from x0 to x1 and z0 to z1.
func (p *painter) ground(t paint.Tone, x0, x1, z0, z1, y float64) {
	p.shape(t, spot{x0, y, z0}, spot{x1, y, z0}, spot{x1, y, z1}, spot{x0, y, z1})
}

// wall is a rectangle along the road.
func (p *painter) wall(t paint.Tone, x, y0, y1, z0, z1 float64) {
	p.shape(t, spot{x, y0, z0}, spot{x, y0, z1}, spot{x, y1, z1}, spot{x, y1, z0})
}

// across is a rectangle square to the road.
func (p *painter) across(t paint.Tone, x0, x1, y0, y1, z float64) {
	p.shape(t, spot{x0, y0, z}, spot{x1, y0, z}, spot{x1, y1, z}, spot{x0, y1, z})
}

// far is a colour with the haze of a distance.
func (p *painter) far(c color.RGBA, z float64) color.RGBA {
	return paint.Mix(p.light.on(c, 1000), p.light.haze, math.Min(0.75, z/260))
}

// backdrop paints the street without cars.
func backdrop(v view, l lighting, seed int64) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, Width, Height))
	p := painter{view: v, light: l}
	p.Begin(img)
	p.Fill(paint.Shaded(l.sky, l.haze), paint.Box(0, 0, Width, v.horizon+2, 0))
	p.Fill(paint.Shaded(p.far(paint.RGB(150, 152, 150), 200), p.far(paint.RGB(96, 98, 100), 5)), paint.Box(0, v.horizon, Width, Height, 0))
	p.hills(rand.New(rand.NewPCG(uint64(seed), 1)))
	for _, side := range []float64{-1, 1} {
		p.verge(side)
		p.houses(side, rand.New(rand.NewPCG(uint64(seed), uint64(10+side))))
	}
	p.marks()
	for _, side := range []float64{-1, 1} {
		p.furniture(side, rand.New(rand.NewPCG(uint64(seed), uint64(20+side))))
	}
	grain(img, int(v.horizon), rand.New(rand.NewPCG(uint64(seed), 3)))
	return img
}

// hills closes the street at the horizon with a line of trees.
func (p *painter) hills(rng *rand.Rand) {
	for layer, c := range []color.RGBA{paint.RGB(150, 168, 176), paint.RGB(112, 136, 126)} {
		shape := []paint.Point{{Width, p.view.horizon + 3}, {0, p.view.horizon + 3}}
		height := 34 - 12*float64(layer)
		for x := 0.0; x <= Width; x += 20 {
			shape = append(shape, paint.Point{x, p.view.horizon - height*(0.45+0.55*rng.Float64())})
		}
		p.Fill(paint.Flat(p.far(c, 190-90*float64(layer))), shape)
	}
}

// verge paints kerb, pavement and lawn of one side.
func (p *painter) verge(side float64) {
	grey, grass := paint.RGB(178, 176, 170), paint.RGB(112, 138, 92)
	p.ground(paint.Shaded(p.far(grass, 120), p.far(grass, 10)), side*(kerb+0.3), side*60, 1, endOfRoad, 0.12)
	p.ground(paint.Shaded(p.far(grey, 150), p.far(grey, 8)), side*(kerb+1.2), side*(kerb+3.2), 1, endOfRoad, 0.13)
	for z := 4.0; z < 90; z += 2 {
		p.ground(paint.Flat(p.far(paint.Times(grey, 0.8), z)).Over(0.6), side*(kerb+1.2), side*(kerb+3.2), z, z+0.05, 0.13)
	}
	p.wall(paint.Flat(p.far(paint.RGB(150, 150, 148), 20)), side*kerb, 0, 0.14, 1, endOfRoad)
	p.ground(paint.Shaded(p.far(paint.RGB(196, 194, 190), 150), p.far(paint.RGB(196, 194, 190), 8)), side*kerb, side*(kerb+0.3), 1, endOfRoad, 0.14)
	p.ground(paint.Flat(p.light.on(paint.RGB(60, 62, 64), 1000)).Over(0.25), side*(kerb-0.5), side*kerb, 1, endOfRoad, 0.001)
}

// marks paints the lines on the road.
func (p *painter) marks() {
	yellow, white := paint.RGB(214, 170, 62), paint.RGB(222, 222, 218)
	for _, side := range []float64{-1, 1} {
		x := side * laneEdge
		p.ground(paint.Flat(p.far(yellow, 20)).Over(0.9), x, x+side*0.11, 1, endOfRoad, 0.002)
		for z := 2.0; z < 160; z += 6 {
			p.ground(paint.Flat(p.far(yellow, z)).Over(0.9), x-side*0.22, x-side*0.11, z, z+3, 0.002)
		}
		p.ground(paint.Flat(p.far(white, 20)).Over(0.55), side*(kerb-0.62), side*(kerb-0.52), 1, endOfRoad, 0.002)
	}
}

// facades are wall colours; roofs and trims go with any.
var facades = []color.RGBA{paint.RGB(166, 98, 78), paint.RGB(196, 178, 150), paint.RGB(140, 128, 118), paint.RGB(182, 146, 112), paint.RGB(120, 132, 142), paint.RGB(206, 200, 188), paint.RGB(150, 84, 70)}

// house is one building of the row.
type house struct {
	z0, z1, height float64
	wall           color.RGBA
	shop           bool
}

// houses paints one side's row of buildings, the farthest first.
func (p *painter) houses(side float64, rng *rand.Rand) {
	var row []house
	for z := 8.0; z < 190; {
		h := house{z0: z, height: 5.5 + 2.8*float64(rng.IntN(3)) + 0.5*rng.Float64(), wall: facades[rng.IntN(len(facades))], shop: rng.IntN(3) > 0}
		h.z1 = z + 8 + 6*rng.Float64()
		row = append(row, h)
		z = h.z1
		if rng.IntN(4) == 0 {
			z += 2 + 3*rng.Float64()
		}
	}
	for i := len(row) - 1; i >= 0; i-- {
		p.house(row[i], side*fronts, side, rng)
	}
}

func (p *painter) house(h house, x, side float64, rng *rand.Rand) {
	middle := (h.z0 + h.z1) / 2
	face := p.far(h.wall, middle)
	p.across(paint.Shaded(paint.Times(face, 0.80), paint.Times(face, 0.72)), x, x+side*12, 0, h.height, h.z0)
	p.wall(paint.Shaded(paint.Times(face, 1.04), paint.Times(face, 0.9)), x, 0, h.height, h.z0, h.z1)
	p.wall(paint.Flat(paint.Times(face, 0.72)), x-side*0.15, h.height-0.25, h.height+0.15, h.z0, h.z1)
	p.across(paint.Flat(paint.Times(face, 0.62)), x-side*0.15, x+side*12, h.height-0.25, h.height+0.15, h.z0)
	first := 0.0
	if h.shop {
		first = 3.3
		p.shopFront(h, x, side, rng)
	}
	for y := first + 0.95; y+1.6 < h.height; y += 2.8 {
		bays := int((h.z1 - h.z0) / 2.2)
		step := (h.z1 - h.z0) / float64(bays)
		for b := range bays {
			z := h.z0 + (float64(b)+0.5)*step
			p.window(x, side, y, z, middle, rng)
		}
	}
}

// window paints one window with sill and frame, lit or not.
func (p *painter) window(x, side, y, z, distance float64, rng *rand.Rand) {
	lit := rng.Float64() < p.light.windows
	glass := paint.Shaded(p.far(paint.RGB(120, 140, 158), distance), p.far(paint.RGB(70, 84, 98), distance))
	if lit {
		warm := paint.Mix(paint.RGB(244, 208, 138), paint.RGB(210, 190, 160), rng.Float64())
		glass = paint.Shaded(paint.Mix(p.far(warm, distance), warm, 0.35+0.4*p.light.lamps), p.far(paint.Times(warm, 0.9), distance))
	} else {
		rng.Float64() // the same houses in every light
	}
	frame := p.far(paint.RGB(226, 222, 212), distance)
	p.wall(paint.Flat(frame), x-side*0.02, y-0.08, y+1.58, z-0.58, z+0.58)
	p.wall(glass, x-side*0.03, y, y+1.5, z-0.5, z+0.5)
	p.wall(paint.Flat(frame), x-side*0.04, y+0.72, y+0.78, z-0.5, z+0.5)
	p.wall(paint.Flat(paint.Times(frame, 0.8)), x-side*0.05, y-0.16, y-0.06, z-0.66, z+0.66)
}

// shopFront paints the ground floor of a shop: glass, door, awning.
func (p *painter) shopFront(h house, x, side float64, rng *rand.Rand) {
	distance := (h.z0 + h.z1) / 2
	inside := paint.Mix(p.far(paint.RGB(88, 98, 106), distance), paint.RGB(228, 196, 140), 0.6*p.light.lamps)
	p.wall(paint.Flat(p.far(paint.RGB(64, 66, 70), distance)), x-side*0.03, 0.1, 3.1, h.z0+0.4, h.z1-0.4)
	p.wall(paint.Shaded(paint.Times(inside, 1.12), paint.Times(inside, 0.8)), x-side*0.05, 0.6, 2.5, h.z0+0.6, h.z1-2.2)
	p.wall(paint.Shaded(paint.Times(inside, 1.0), paint.Times(inside, 0.7)), x-side*0.05, 0.15, 2.5, h.z1-1.8, h.z1-0.8)
	for z := h.z0 + 0.6; z < h.z1-2.2; z += 1.5 {
		p.wall(paint.Flat(p.far(paint.RGB(64, 66, 70), distance)), x-side*0.06, 0.6, 2.5, z, z+0.09)
	}
	p.wall(paint.Flat(paint.Times(inside, 0.72)).Over(0.7), x-side*0.055, 0.6, 1.25, h.z0+0.6, h.z1-2.2)
	awning := []color.RGBA{paint.RGB(58, 104, 92), paint.RGB(150, 62, 54), paint.RGB(54, 82, 124), paint.RGB(186, 140, 66)}[rng.IntN(4)]
	c := p.far(awning, distance)
	p.shape(paint.Shaded(c, paint.Times(c, 0.85)), spot{x, 3.2, h.z0 + 0.4}, spot{x, 3.2, h.z1 - 0.4}, spot{x - side*1.2, 2.6, h.z1 - 0.4}, spot{x - side*1.2, 2.6, h.z0 + 0.4})
	p.wall(paint.Flat(paint.Times(c, 0.8)), x-side*1.2, 2.4, 2.6, h.z0+0.4, h.z1-0.4)
}

// furniture paints trees and street lamps along one kerb, the farthest first.
func (p *painter) furniture(side float64, rng *rand.Rand) {
	for z := 130.0; z > 12; z -= 13 {
		p.tree(side*(kerb+0.75), z+3*rng.Float64(), rng)
		p.streetLamp(side, z-6.5)
	}
}

func (p *painter) tree(x, z float64, rng *rand.Rand) {
	trunk := p.far(paint.RGB(92, 76, 62), z)
	p.across(paint.Flat(trunk), x-0.11, x+0.11, 0.1, 2.6, z)
	green := []color.RGBA{paint.RGB(92, 122, 70), paint.RGB(168, 118, 58), paint.RGB(112, 128, 66), paint.RGB(150, 88, 56)}[rng.IntN(4)]
	base, ok := p.view.see(spot{x, 3.6, z})
	if !ok {
		return
	}
	s := p.view.scale(spot{x, 3.6, z})
	for k := range 16 {
		a := rng.Float64() * 2 * math.Pi
		d := math.Sqrt(rng.Float64())
		dx, dy := 1.15*d*math.Cos(a), 1.15*d*math.Sin(a)
		r := (0.45 + 0.35*rng.Float64()) * s
		shade := 0.72 + 0.2*float64(k)/16 + 0.14*(-dy)
		p.Fill(paint.Flat(paint.Times(p.far(green, z), shade)), paint.Ellipse(base.X+dx*s, base.Y+dy*s, r, r*0.86))
	}
}

func (p *painter) streetLamp(side, z float64) {
	x := side * (kerb + 0.6)
	c := p.far(paint.RGB(70, 74, 78), z)
	p.across(paint.Flat(c), x-0.06, x+0.06, 0.1, 6.2, z)
	p.across(paint.Flat(c), math.Min(x, x-side*1.6), math.Max(x, x-side*1.6), 6.1, 6.2, z)
	p.across(paint.Flat(paint.Times(c, 1.2)), math.Min(x-side*1, x-side*1.7), math.Max(x-side*1, x-side*1.7), 6.0, 6.14, z)
	if p.light.lamps == 0 {
		return
	}
	warm := paint.RGB(255, 214, 150)
	if at, ok := p.view.see(spot{x - side*1.4, 6, z}); ok {
		s := p.view.scale(spot{x - side*1.4, 6, z})
		dim := p.light.lamps / (1 + z/60)
		p.Glow(at, 1.5*s, 1.5*s, warm, 0.42*dim)
		p.Glow(at, 0.3*s, 0.22*s, warm, dim)
	}
	if at, ok := p.view.see(spot{x - side*1.4, 0, z}); ok {
		rx := 4.5 * p.view.scale(spot{x, 0, z})
		p.Glow(at, rx, rx*p.view.height/z*0.9, warm, 0.3*p.light.lamps/(1+z/50))
	}
}

// grain roughens the ground a little, as asphalt is.
func grain(img *image.RGBA, from int, rng *rand.Rand) {
	for y := from; y < Height; y++ {
		strength := 7 * float64(y-from) / float64(Height-from)
		o := img.PixOffset(0, y)
		for x := 0; x < Width; x++ {
			n := int(strength * (rng.Float64() - 0.5))
			for k := range 3 {
				img.Pix[o+4*x+k] = uint8(max(paint.Darkest, min(paint.Brightest, int(img.Pix[o+4*x+k])+n)))
			}
		}
	}
}
