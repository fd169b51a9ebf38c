package roadside

import (
	"math"

	"secondlook/vision/scene/codec"
)

// camera holds what the passes over a whole picture need.
type camera struct {
	other [Width * Height]float32
	line  [Width + 64]float32
	curve [1024]float32
}

// weather is what lies between the scene and the lens: shadows, rain, glare.
func (s *Scenes) weather() {
	if s.chance(0.2) && !s.mood.dark {
		s.dapple()
	}
	if s.chance(0.2) {
		s.shadowEdge()
	}
	if s.chance(0.05) {
		s.rain()
	}
	if s.chance(0.07) { // the sun or a lamp in the lens
		at := point{s.between(-40, Width+40), s.between(-40, Height+40)}
		r := s.ofSize(20, 300)
		s.glow(at, r, r, s.between(30, 250))
		s.glow(at, r*0.2, r*0.2, s.between(100, 400))
	}
	if s.chance(0.08) {
		for range 1 + s.IntN(4) {
			r := s.ofSize(2, 25)
			s.lampAt(point{s.between(0, Width), s.between(0, Height)}, r)
		}
	}
	if s.chance(0.15) {
		s.veilOver()
	}
	if s.chance(0.3) {
		s.vignette()
	}
}

func (s *Scenes) lampAt(at point, r float64) {
	bright := s.between(0.4, 1.3)
	s.glow(at, r, r, 260*bright)
	s.glow(at, r*4, r*4, 60*bright)
}

// dapple lays the shadow of leaves over a part of the picture.
func (s *Scenes) dapple() {
	n := noise().leaf
	stepX, stepY := float32(s.ofSize(0.9, 2.5)), float32(s.ofSize(0.9, 4))
	deep := float32(s.between(0.2, 0.7))
	y0, y1 := s.IntN(Height), Height
	if s.chance(0.4) {
		y0 = 0
	}
	for y := y0; y < y1; y++ {
		row := s.light[y*Width : (y+1)*Width]
		ty := float32(y) * stepY
		for x := range row {
			row[x] *= 1 - deep*max(0, n.at(float32(x)*stepX, ty))
		}
	}
}

// shadowEdge darkens one side of a line, as a house's shadow does.
func (s *Scenes) shadowEdge() {
	sin, cos := math.Sincos(s.between(0, 2*math.Pi))
	soft := float32(s.ofSize(0.02, 1))
	at := float32(s.between(-120, 120))
	deep := float32(s.between(0.2, 0.75))
	for y := range Height {
		row := s.light[y*Width : (y+1)*Width]
		d := float32(y-Height/2)*float32(sin) - at
		for x := range row {
			t := max(0, min(1, (float32(x-Width/2)*float32(cos)+d)*soft+0.5))
			row[x] *= 1 - deep*t
		}
	}
}

func (s *Scenes) rain() {
	m := screen(point{}, 0, 0)
	slant := s.about(6)
	k := flat(s.between(150, 255)).veil(s.between(0.1, 0.35)).shining()
	keep := s.owner // rain hides no plate
	for range 20 + s.IntN(80) {
		x, y := s.between(0, Width), s.between(-10, Height)
		l := s.ofSize(4, 25)
		s.stripe(m, x, y, x+slant*l/20, y+l, s.between(0.5, 1.2), k)
	}
	s.owner = keep
}

// veilOver adds light that gets less to one side, as haze or a windscreen does.
func (s *Scenes) veilOver() {
	sin, cos := math.Sincos(s.between(0, 2*math.Pi))
	add, mid := float32(s.between(10, 90)), float32(s.between(0.2, 0.8))
	for y := range Height {
		row := s.light[y*Width : (y+1)*Width]
		for x := range row {
			t := (float32(x)/Width-0.5)*float32(cos) + (float32(y)/Height-0.5)*float32(sin)
			row[x] = row[x]*0.9 + add*max(0, mid+t)
		}
	}
}

func (s *Scenes) vignette() {
	deep := float32(s.between(0.1, 0.6))
	cx, cy := float32(s.between(0, Width)), float32(s.between(0, Height))
	for y := range Height {
		row := s.light[y*Width : (y+1)*Width]
		dy := (float32(y) - cy) / Width
		for x := range row {
			dx := (float32(x) - cx) / Width
			row[x] *= 1 / (1 + deep*4*(dx*dx+dy*dy))
		}
	}
}

// expose turns the light into what the camera and the recorder make of it.
func (s *Scenes) expose() {
	s.blur()
	if s.chance(0.15) {
		s.rescale()
	}
	s.tone()
	s.grain = 0
	if s.chance(0.85) {
		s.grain = s.ofSize(0.5, 9)
		s.noise(s.grain)
	}
	if s.chance(0.3) {
		s.overlay()
	}
	switch p := s.Float64(); {
	case p < 0.28:
		s.code(8, 20, 90)
	case p < 0.55:
		s.code(4, 15, 85)
	case p < 0.62:
		s.code(8, 8, 25)
	}
	if s.chance(0.03) {
		s.comb()
	}
	if s.chance(0.22) {
		s.fillUp()
	}
}

// blur is the lens out of focus and the movement of camera or vehicle.
func (s *Scenes) blur() {
	c := &s.camera
	switch p := s.Float64(); {
	case p < 0.3: // sharp
		return
	case p < 0.75:
		r := s.ofSize(0.25, 1.6)
		for range 1 + s.IntN(2) {
			c.across(s.light[:], c.other[:], r)
			down(c.other[:], s.light[:], r)
		}
	case p < 0.9:
		c.across(s.light[:], c.other[:], s.ofSize(0.4, 4))
		down(c.other[:], s.light[:], s.between(0.1, 0.6))
	default:
		c.across(s.light[:], c.other[:], s.between(0.1, 0.6))
		down(c.other[:], s.light[:], s.ofSize(0.4, 3))
	}
}

// across writes the means of the pixels within r to the left and right; what
// lies beyond the border is as the border.
func (c *camera) across(src, dst []float32, r float64) {
	n, part := int(r), float32(r-math.Floor(r))
	norm := 1 / (2*float32(r) + 1)
	line := c.line[:Width+2*n+2]
	for y := range Height {
		in, out := src[y*Width:(y+1)*Width], dst[y*Width:(y+1)*Width]
		for i := range n + 1 {
			line[i], line[n+1+Width+i] = in[0], in[Width-1]
		}
		copy(line[n+1:], in)
		sum := float32(0)
		for _, v := range line[1 : 2*n+2] {
			sum += v
		}
		left, last := line[:Width], line[2*n+2:][:Width]
		leave := line[1:][:Width]
		for x := range out {
			out[x] = (sum + part*(left[x]+last[x])) * norm
			sum += last[x] - leave[x]
		}
	}
}

// down is across for columns.
func down(src, dst []float32, r float64) {
	n, part := int(r), float32(r-math.Floor(r))
	norm := 1 / (2*float32(r) + 1)
	row := func(y int) []float32 {
		y = max(0, min(Height-1, y))
		return src[y*Width : (y+1)*Width]
	}
	for y := range Height {
		out := dst[y*Width : (y+1)*Width]
		a, b := row(y-n-1), row(y+n+1)
		for x := range out {
			out[x] = part * (a[x] + b[x])
		}
		for k := -n; k <= n; k++ {
			for x, v := range row(y + k) {
				out[x] += v
			}
		}
		for x := range out {
			out[x] *= norm
		}
	}
}

// rescale makes the picture smaller and large again, as of a small sensor.
func (s *Scenes) rescale() {
	c := &s.camera
	f := s.between(0.4, 0.9)
	w, h := int(Width*f), int(Height*f)
	for y := range Height {
		means(c.other[y*w:(y+1)*w], s.light[y*Width:(y+1)*Width], 1)
	}
	column := c.line[:h]
	small := s.sheeting.value
	small = room(small, w*h)
	for x := range w {
		means(column, c.other[x:w*Height], w)
		for y, v := range column {
			small[y*w+x] = v
		}
	}
	s.sheeting.value, s.sheeting.w, s.sheeting.h = small, w, h
	for y := range Height {
		for x := range Width {
			s.light[y*Width+x] = s.sheeting.at((float32(x)+0.5)/Width, (float32(y)+0.5)/Height)
		}
	}
}

// tone is exposure, gamma and contrast: as cameras do, it stretches the light that
// there is over most of the values, some times badly.
func (s *Scenes) tone() {
	low, high := s.quantile(0.02), s.quantile(0.97)
	black, white := s.between(3, 55), s.between(150, 250)
	if s.mood.dark {
		high = s.quantile(0.985)
		black, white = s.between(2, 35), s.ofSize(60, 250)
	}
	switch p := s.Float64(); {
	case p < 0.08: // haze, a weak camera
		black = s.between(10, 140)
		white = black + s.between(40, 90)
	case p < 0.16: // too much light
		white = s.between(250, 420)
	}
	gain := min(4, (white-black)/max(20, high-low))
	gamma := math.Exp(s.about(0.25))
	knee := s.chance(0.4)
	c := &s.camera
	for i := range c.curve {
		light := float64(i) / 2 // the curve covers light up to 512
		v := max(0, (black+(light-low)*gain)/255)
		if knee && v > 0.8 {
			v = 0.8 + 0.2*(1-math.Exp(-(v-0.8)/0.2))
		}
		c.curve[i] = float32(255 * math.Pow(min(1, v), gamma))
	}
	for i, v := range s.light {
		s.light[i] = c.curve[int(max(0, min(1023, v*2)))]
	}
}

// quantile is the light that a share of the picture stays below.
func (s *Scenes) quantile(share float64) float64 {
	var count [128]int
	n := 0
	for i := 0; i < len(s.light); i += 11 {
		count[int(max(0, min(127, s.light[i]/4)))]++
		n++
	}
	sum := 0
	for i, c := range count {
		if sum += c; float64(sum) >= share*float64(n) {
			return 4*float64(i) + 2
		}
	}
	return 512
}

// noise adds the sensor's.
func (s *Scenes) noise(amount float64) {
	n := noise().fine
	at := s.IntN(len(n))
	a := float32(amount)
	stride := 1 + 2*s.IntN(50)
	coarse := s.chance(0.3) // noise that a small picture was made large with
	ox, oy := s.IntN(256), s.IntN(256)
	for y := range Height {
		row := s.light[y*Width : (y+1)*Width]
		if coarse {
			for x := range row {
				row[x] += a * n[((y/2+oy)&255)*tileSize+(x/2+ox)&255]
			}
			continue
		}
		for x := range row {
			row[x] += a * n[at&(len(n)-1)]
			at += stride
		}
	}
}

// comb shifts every other row, as two half pictures of something that moves.
func (s *Scenes) comb() {
	shift := 1 + s.IntN(3)
	for y := range Height {
		row := s.light[y*Width : (y+1)*Width]
		if y&1 == 0 {
			copy(row[shift:], row[:Width-shift])
		} else {
			copy(row, row[shift:])
		}
	}
}

// fillUp covers a side of the picture: what the detector sees of a picture of
// other proportions than its own is filled with 110; recordings have black bars.
// Plates are not cut by it, as what is left of them would have no end.
func (s *Scenes) fillUp() {
	for range 4 {
		c := float32(110)
		x0, y0, x1, y1 := 0, 0, Width, Height
		if s.chance(0.6) {
			x0 = Width - int(s.between(0, 0.6)*Width)
		} else {
			y0 = Height - int(s.between(0, 0.5)*Height)
		}
		if s.chance(0.12) { // a bar of the recording, on any side
			c = float32(s.IntN(20))
			x0, y0 = 0, 0
			wide := 3 + s.IntN(30)
			switch s.IntN(4) {
			case 0:
				x1 = wide
			case 1:
				x0 = Width - wide
			case 2:
				y1 = wide
			default:
				y0 = Height - wide
			}
		}
		if s.cuts(x0, y0, x1, y1) {
			continue
		}
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				s.light[y*Width+x] = c
				s.owner[y*Width+x] = 0
			}
		}
		return
	}
}

// cuts tells whether a box covers a part of a plate, but not all that is seen of it.
func (s *Scenes) cuts(x0, y0, x1, y1 int) bool {
	for _, h := range s.hung {
		a0, b0, a1, b1 := bounds(h.corners)
		if a0 < x1 && a1 > x0 && b0 < y1 && b1 > y0 && !(a0 >= x0 && a1 <= x1 && b0 >= y0 && b1 <= y1) {
			return true
		}
	}
	return false
}

// code leaves in the picture what JPEG leaves of it, in blocks of so many pixels, at
// a quality between two.
func (s *Scenes) code(side int, worst, best float64) {
	c := codec.JPEG(side, s.between(worst, best))
	c.Code(s.light[:], Width, s.IntN(side), s.IntN(side))
}
