package roadside

import "math"

// sheeting is a plate's picture in grey, and the room to shrink it in.
type sheeting struct {
	value  []float32 // 0 to 255
	w, h   int
	rows   []float32
	shrunk []float32
}

// load takes a plate's picture.
func (s *sheeting) load(on *sheet) {
	s.w, s.h = on.across, on.down
	s.value = room(s.value, s.w*s.h)
	for i, v := range on.grey {
		s.value[i] = float32(v)
	}
}

// room is a buffer of a length, the old one where it is large enough.
func room(old []float32, n int) []float32 {
	if cap(old) < n {
		return make([]float32, n)
	}
	return old[:n]
}

// shrink makes the picture at most w by h pixels large, each the mean of those
// it stands for.
func (s *sheeting) shrink(w, h int) {
	w, h = min(w, s.w), min(h, s.h)
	s.rows = room(s.rows, w*s.h)
	for y := range s.h {
		means(s.rows[y*w:(y+1)*w], s.value[y*s.w:(y+1)*s.w], 1)
	}
	s.shrunk = room(s.shrunk, w*h)
	column := s.value[:h] // the full size is not needed any more
	for x := range w {
		means(column, s.rows[x:], w)
		for y, v := range column {
			s.shrunk[y*w+x] = v
		}
	}
	s.value, s.shrunk = s.shrunk, s.value
	s.w, s.h = w, h
}

// means fills dst with the means of even parts of src, of which every step-th
// value counts.
func means(dst, src []float32, step int) {
	n := (len(src) + step - 1) / step
	width := float32(n) / float32(len(dst))
	for i := range dst {
		from, to := float32(i)*width, float32(i+1)*width
		a, b := int(from), min(n-1, int(to))
		if a == b {
			dst[i] = src[a*step]
			continue
		}
		sum := src[a*step]*(float32(a+1)-from) + src[b*step]*(to-float32(b))
		for k := a + 1; k < b; k++ {
			sum += src[k*step]
		}
		dst[i] = sum / width
	}
}

// at is the value at a place of the unit square, interpolated.
func (s *sheeting) at(u, v float32) float32 {
	x := max(0, min(float32(s.w)-1.001, u*float32(s.w)-0.5))
	y := max(0, min(float32(s.h)-1.001, v*float32(s.h)-0.5))
	ix, iy := int(x), int(y)
	fx, fy := x-float32(ix), y-float32(iy)
	a, b := s.value[iy*s.w+ix:], s.value[(iy+1)*s.w+ix:]
	top := a[0] + (a[1]-a[0])*fx
	return top + (b[0]+(b[1]-b[0])*fx-top)*fy
}

// lay paints the sheeting into a quadrilateral and marks its pixels with an
// owner. Its corners are round by a share of its height. It returns how many
// pixels were marked.
func (f *film) lay(s *sheeting, q [4]point, round float64, owner uint8) int {
	side := func(a, b point) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }
	w, h := max(side(q[0], q[1]), side(q[2], q[3])), max(side(q[1], q[2]), side(q[3], q[0]))
	s.shrink(max(4, int(1.2*w+1)), max(3, int(1.2*h+1)))
	x0, y0, x1, y1 := bounds(q)
	m := unit(q)
	edges := edgesOf(q)
	radius, wide, high := float32(round*h), float32(w), float32(h)
	marked := 0
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			px, py := float32(x)+0.5, float32(y)+0.5
			cover := float32(1)
			for _, e := range edges {
				cover = min(cover, e[0]*px+e[1]*py+e[2]+0.5)
			}
			if cover <= 0 {
				continue
			}
			p := m.at(float64(px), float64(py))
			u, v := float32(p.X), float32(p.Y)
			// How far into a round corner, in pixels.
			dx, dy := max(0, radius-min(u, 1-u)*wide), max(0, radius-min(v, 1-v)*high)
			if dx > 0 && dy > 0 {
				cover = min(cover, radius-float32(math.Sqrt(float64(dx*dx+dy*dy)))+0.5)
				if cover <= 0 {
					continue
				}
			}
			i := y*Width + x
			f.light[i] += (s.at(u, v) - f.light[i]) * cover
			if cover > 0.5 {
				f.owner[i] = owner
				marked++
			}
		}
	}
	return marked
}

// edgesOf returns the lines along a quadrilateral's sides as a·x + b·y + c, the
// distance to the inside in pixels.
func edgesOf(q [4]point) (edges [4][3]float32) {
	area := 0.0
	for i, p := range q {
		n := q[(i+1)%4]
		area += p.X*n.Y - n.X*p.Y
	}
	turn := math.Copysign(1, area)
	for i, p := range q {
		n := q[(i+1)%4]
		l := turn / max(1e-9, math.Hypot(n.X-p.X, n.Y-p.Y))
		a, b := (p.Y-n.Y)*l, (n.X-p.X)*l
		edges[i] = [3]float32{float32(a), float32(b), float32(-a*p.X - b*p.Y)}
	}
	return edges
}

// bounds are the pixels of the picture that a quadrilateral may touch.
func bounds(q [4]point) (x0, y0, x1, y1 int) {
	low := point{min(q[0].X, q[1].X, q[2].X, q[3].X), min(q[0].Y, q[1].Y, q[2].Y, q[3].Y)}
	high := point{max(q[0].X, q[1].X, q[2].X, q[3].X), max(q[0].Y, q[1].Y, q[2].Y, q[3].Y)}
	limit := func(v, most float64) int { return int(max(0, min(most, v))) }
	return limit(low.X-1, Width), limit(low.Y-1, Height), limit(high.X+2, Width), limit(high.Y+2, Height)
}
