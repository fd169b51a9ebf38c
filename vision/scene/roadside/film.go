package roadside

import "math"

// Width and Height are a scene's size in pixels: half the detector's view, so
// that more of them are learnt from in an hour.
const (
	Width  = 320
	Height = 192
)

// point is a place in the picture, in pixels from its top left corner.
type point struct{ X, Y float64 }

// ink is what a shape is filled with: from the value at its top to the one at
// its bottom (0 black, 255 white, more for lamps), covering what is under it by
// a share. Rough inks have a grain of that share of their value.
type ink struct {
	top, bottom, over float32
	rough             float32
	grain             *tile
	step              float32 // of the grain, in its pixels for one of the picture
	lit               bool    // shines by itself: the scene's light does not matter
}

func flat(v float64) ink         { return ink{top: float32(v), bottom: float32(v), over: 1} }
func shaded(a, b float64) ink    { return ink{top: float32(a), bottom: float32(b), over: 1} }
func (k ink) veil(o float64) ink { k.over = float32(o); return k }
func (k ink) shining() ink       { k.lit = true; return k }
func (k ink) rugged(g *tile, amount, step float64) ink {
	k.grain, k.rough, k.step = g, float32(amount), float32(step)
	return k
}

// film holds the light of a scene while it is painted, and paints shapes with
// smooth edges. Contours are collected in points and painted by fill.
type film struct {
	light  [Width * Height]float32 // 0 to 255, more where lamps shine
	owner  [Width * Height]uint8   // which plate is seen in a pixel, 0 for none
	area   [(Width + 2) * Height]float32
	points []point
	starts []int   // of the contours in points
	day    float32 // the share of a surface's value that the scene's light shows
}

// poly paints one shape.
func (f *film) poly(k ink, ps ...point) {
	f.contour(ps)
	f.fill(k)
}

func (f *film) contour(ps []point) {
	f.starts = append(f.starts, len(f.points))
	f.points = append(f.points, ps...)
}

// fill paints the contours collected so far, all in one go, and forgets them.
func (f *film) fill(k ink) {
	defer func() { f.points, f.starts = f.points[:0], f.starts[:0] }()
	low, high := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, p := range f.points {
		low = point{min(low.X, p.X), min(low.Y, p.Y)}
		high = point{max(high.X, p.X), max(high.Y, p.Y)}
	}
	if !(low.X < Width && low.Y < Height && high.X > 0 && high.Y > 0) {
		return
	}
	for i, start := range f.starts {
		end := len(f.points)
		if i+1 < len(f.starts) {
			end = f.starts[i+1]
		}
		if end-start < 3 {
			continue
		}
		last := f.points[end-1]
		for _, p := range f.points[start:end] {
			f.edge(float32(last.X), float32(last.Y), float32(p.X), float32(p.Y))
			last = p
		}
	}
	x0, x1 := int(max(0, low.X-1)), int(min(Width, math.Ceil(high.X)+1)) // a pixel more, for rounding
	y0, y1 := int(max(0, low.Y)), int(min(Height, math.Ceil(high.Y)))
	f.blend(k, x0, x1, y0, y1, float32(low.Y), float32(max(1, high.Y-low.Y)))
}

// edge adds the signed area to the right of an edge, pixel by pixel (Levien,
// "Inside the fastest font renderer in the world", 2016). What lies beyond the
// left or right border is moved onto it.
func (f *film) edge(ax, ay, bx, by float32) {
	if ay == by {
		return
	}
	turn := float32(1)
	if ay > by {
		ax, ay, bx, by, turn = bx, by, ax, ay, -1
	}
	if !(by > 0 && ay < Height) {
		return
	}
	slope := (bx - ax) / (by - ay)
	x := ax
	if ay < 0 {
		x -= ay * slope
		ay = 0
	}
	by = min(by, Height)
	for y := int(ay); float32(y) < by; y++ {
		top, bottom := max(float32(y), ay), min(float32(y+1), by)
		next := x + slope*(bottom-top)
		f.span(f.area[y*(Width+2):(y+1)*(Width+2)], clip(x), clip(next), (bottom-top)*turn)
		x = next
	}
}

func clip(x float32) float32 { return max(0, min(Width, x)) }

// span adds the area of one row's piece of an edge, which falls by d from x to next.
func (f *film) span(row []float32, x, next, d float32) {
	if x > next {
		x, next = next, x
	}
	first := int(x)
	floor := float32(first)
	end := int(next)
	if float32(end) < next {
		end++
	}
	if end <= first+1 {
		m := (x+next)/2 - floor
		row[first] += d - d*m
		row[first+1] += d * m
		return
	}
	s := 1 / (next - x)
	x0 := x - floor
	a0 := s / 2 * (1 - x0) * (1 - x0)
	x1 := next - float32(end) + 1
	am := s / 2 * x1 * x1
	row[first] += d * a0
	if end == first+2 {
		row[first+1] += d * (1 - a0 - am)
	} else {
		a1 := s * (1.5 - x0)
		row[first+1] += d * (a1 - a0)
		for i := first + 2; i < end-1; i++ {
			row[i] += d * s
		}
		row[end-1] += d * (1 - a1 - float32(end-first-3)*s - am)
	}
	row[end] += d * am
}

// blend paints the collected areas and clears them.
func (f *film) blend(k ink, x0, x1, y0, y1 int, top, span float32) {
	day := f.day
	if k.lit {
		day = 1
	}
	for y := y0; y < y1; y++ {
		t := max(0, min(1, (float32(y)+0.5-top)/span))
		value := (k.top + (k.bottom-k.top)*t) * day
		area := f.area[y*(Width+2)+x0 : y*(Width+2)+x1]
		light, owner := f.light[y*Width+x0 : y*Width+x1][:len(area)], f.owner[y*Width+x0 : y*Width+x1][:len(area)]
		var grain []float32
		if k.grain != nil {
			grain = k.grain.row(float32(y) * k.step)
		}
		sum, cover := float32(0), float32(0)
		for i, a := range area {
			if a != 0 {
				sum += a
				cover = min(1, max(sum, -sum)) * k.over
			}
			if cover < 0.004 {
				continue
			}
			v := value
			if grain != nil {
				v *= 1 + k.rough*grain[int(float32(x0+i)*k.step)&(tileSize-1)]
			}
			light[i] += (v - light[i]) * cover
			if cover > 0.5 {
				owner[i] = 0
			}
		}
		clear(f.area[y*(Width+2)+x0 : y*(Width+2)+min(Width+2, x1+2)])
	}
}

// glow adds the light of a lamp, which fades to nothing at the radii, in pixels.
func (f *film) glow(at point, rx, ry, strength float64) {
	if rx < 0.5 || ry < 0.5 {
		return
	}
	for y := int(max(0, at.Y-ry)); y < int(min(Height, at.Y+ry+1)); y++ {
		dy := float32((float64(y) + 0.5 - at.Y) / ry)
		for x := int(max(0, at.X-rx)); x < int(min(Width, at.X+rx+1)); x++ {
			dx := float32((float64(x) + 0.5 - at.X) / rx)
			if g := 1 - dx*dx - dy*dy; g > 0 {
				f.light[y*Width+x] += float32(strength) * g * g * g
			}
		}
	}
}
