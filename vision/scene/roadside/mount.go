package roadside

import (
	"image"
	"math"
)

// sheet is a plate before it is mounted: its picture in grey, and its size in
// metres.
type sheet struct {
	grey         []uint8
	across, down int // pixels
	w, h         float64
}

// hung is a plate in the picture.
type hung struct {
	corners [4]point
	marked  int // pixels it covered when it was painted
}

// press asks for a new plate and gives it the size that goes with its
// proportions. Small plates, on which little can be told apart, are taken from the
// stock of earlier ones at times: pressing takes longer than all the rest.
func (s *Scenes) press(small bool) *sheet {
	if small && s.pressed >= len(s.stock) && s.chance(0.7) {
		return &s.stock[s.IntN(len(s.stock))]
	}
	on := &s.stock[s.pressed%len(s.stock)]
	s.pressed++
	img := s.plates(s.Rand)
	on.across, on.down = img.Rect.Dx(), img.Rect.Dy()
	if cap(on.grey) < on.across*on.down {
		on.grey = make([]uint8, on.across*on.down)
	}
	on.grey = on.grey[:on.across*on.down]
	s.greyed(on.grey, img)
	aspect := float64(on.across) / float64(on.down)
	on.w = 0.305 // North America
	switch {
	case aspect > 4:
		on.w = 0.52 // Europe
	case aspect > 2.5:
		on.w = 0.40 // Brazil
	case aspect < 1.7:
		on.w = s.between(0.2, 0.28) // motorcycles
	}
	on.h = on.w / aspect
	return on
}

// greyed writes a picture's colours as grey, weighed as one camera or another
// does; infra-red shows most of the red.
func (s *Scenes) greyed(dst []uint8, img *image.RGBA) {
	red, green, blue := 0.3, 0.59, 0.11
	if s.mood.infra {
		red, green, blue = 0.8, 0.15, 0.05
	} else if s.chance(0.3) {
		red, green = s.between(0.2, 0.5), s.between(0.35, 0.6)
		blue = max(0, 1-red-green)
	}
	r, g, b := uint32(red*65536), uint32(green*65536), uint32(blue*65536)
	w := img.Rect.Dx()
	for y := range img.Rect.Dy() {
		src := img.Pix[y*img.Stride:][:4*w]
		for x := range w {
			p := src[4*x : 4*x+4 : 4*x+4]
			dst[y*w+x] = uint8(min(255, (uint32(p[0])*r+uint32(p[1])*g+uint32(p[2])*b)>>16))
		}
	}
}

// mount is the plane of the plate on its vehicle, its origin in the middle.
func (v *vehicle) mount() plane {
	b := v.plate
	axes := turn(0, b.pitch, b.roll)
	return v.onto(b.x, -b.u, v.depth(b.x, b.u)+b.z-0.012, axes.x, axes.y)
}

// smallest is the width in pixels below which no plate is shown at all.
const smallest = 15

// hang paints a plate with its holder and frame on a plane, unless it would be
// too small to be one or lie outside.
func (s *Scenes) hang(pl plane, on *sheet) {
	if on == nil {
		return
	}
	w, h := on.w/2, on.h/2
	q := [4]point{pl.at(-w, -h), pl.at(w, -h), pl.at(w, h), pl.at(-w, h)}
	wide, seen := extent(q)
	if wide < smallest || seen < 0.3 || !clockwise(q) || len(s.hung) == most {
		return
	}
	if s.chance(0.45) {
		s.holder(pl, on)
	}
	s.dress(on, wide)
	owner := uint8(len(s.hung) + 1)
	marked := s.lay(&s.sheeting, q, one(s.dice, []float64{0, 0.04, 0.07, 0.1}), owner)
	s.hung = append(s.hung, hung{q, marked})
	s.trim(pl, on)
}

// extent is a quadrilateral's width, and the share of it inside the picture.
func extent(q [4]point) (wide, seen float64) {
	x0, x1 := min(q[0].X, q[3].X), max(q[1].X, q[2].X)
	y0, y1 := min(q[0].Y, q[1].Y), max(q[2].Y, q[3].Y)
	in := max(0, min(Width, x1)-max(0, x0)) * max(0, min(Height, y1)-max(0, y0))
	return math.Hypot(q[1].X-q[0].X, q[1].Y-q[0].Y), in / max(1, (x1-x0)*(y1-y0))
}

func clockwise(q [4]point) bool {
	for i, p := range q {
		a, b := q[(i+1)%4], q[(i+2)%4]
		if (a.X-p.X)*(b.Y-a.Y)-(a.Y-p.Y)*(b.X-a.X) <= 0.5 {
			return false
		}
	}
	return true
}

// holder paints what a plate is mounted on.
func (s *Scenes) holder(pl plane, on *sheet) {
	w, h := on.w/2, on.h/2
	m := s.between(0.005, 0.02)
	below := 0.0
	if s.chance(0.5) {
		below = s.between(0.005, 0.03)
	}
	c := s.between(8, 60)
	if s.chance(0.25) {
		c = s.between(100, 230)
	}
	s.box(pl, -w-m, -h-m, w+m, h+m+below, s.between(0, 0.012), shaded(c*1.15, c*0.85))
	if below > 0.018 {
		t := script{face: one(s.dice, faces()), height: below * 0.55, stretch: 1.2, space: 0.2}
		s.centred(pl, t.fit("XXXXXXXXXXXX", on.w*0.9), 0, h+m+below*0.6, one(s.dice, names)+" "+one(s.dice, trades), flat(255-c))
	}
}

// dress gives the plate's picture its light, dirt and wear. wide is its width in
// the picture, in pixels.
func (s *Scenes) dress(on *sheet, wide float64) {
	t := &s.sheeting
	t.load(on)
	if wide < 100 && t.w > 240 { // what follows is done on fewer pixels
		t.shrink(int(max(64, wide*1.6)), int(max(24, wide*1.6*on.h/on.w)))
	}
	gain, lift := s.plateLight()
	bend := s.between(-0.2, 0.2) // light from one side
	tilt := s.between(-0.15, 0.15)
	hot, hx, hy := 0.0, s.Float64(), s.Float64()
	if s.chance(0.12) {
		hot = s.between(20, 160)
	}
	dirt := 0.0
	if s.chance(0.3) {
		dirt = s.between(0.05, 0.5)
	}
	shade, deep := 0.0, 0.0 // what the car above throws on it
	if s.chance(0.2) {
		shade, deep = s.between(0.05, 0.6), s.between(0.2, 0.65)
	}
	n := noise()
	ox, oy := float32(s.IntN(256)), float32(s.IntN(256))
	step := float32(s.between(60, 200)) / float32(t.w)
	negative := s.chance(0.05)
	for y := range t.h {
		v := float64(y) / float64(t.h)
		row := t.value[y*t.w : (y+1)*t.w]
		gain := gain
		if v < shade {
			gain *= 1 - deep
		}
		for x := range row {
			u := float64(x) / float64(t.w)
			p := row[x]
			if negative {
				p = 250 - p
			}
			p = p*float32(gain*(1+bend*(u-0.5)+tilt*(v-0.5))) + float32(lift)
			if dirt > 0 {
				d := n.cloud.at(ox+float32(x)*step, oy+float32(y)*step)*0.6 + float32(v) - 0.4
				p *= 1 - float32(dirt)*max(0, min(1, d))
			}
			if hot > 0 {
				d := (u-hx)*(u-hx) + (v-hy)*(v-hy)/4
				p += float32(hot / (1 + 30*d))
			}
			row[x] = p
		}
	}
}

// plateLight is how bright plates are in the scene's light: sheeting throws a
// lamp's light back to where it came from.
func (s *Scenes) plateLight() (gain, lift float64) {
	m := &s.mood
	switch {
	case m.infra:
		return s.between(0.6, 1.25), s.between(0, 25)
	case m.dark && s.chance(0.8):
		return s.between(0.45, 1.5), s.between(0, 20)
	case m.dark:
		return s.between(0.12, 0.4), s.between(0, 10)
	case s.chance(0.15):
		return s.between(0.25, 0.5), s.between(0, 20) // in the shade of the car
	case s.chance(0.08):
		return s.between(1.1, 1.6), 0 // the sun in it
	case s.chance(0.12):
		return s.between(0.3, 0.6), s.between(40, 90) // faded
	}
	return s.between(0.55, 1.08), s.between(0, 20)
}

// trim paints what lies over a plate: frames, bolts, caps, stickers.
func (s *Scenes) trim(pl plane, on *sheet) {
	w, h := on.w/2, on.h/2
	if s.chance(0.22) && on.w < 0.45 {
		c := s.between(10, 60)
		if s.chance(0.5) {
			c = s.between(110, 240)
		}
		out, in := s.between(0.002, 0.01), s.between(0.002, 0.010)
		s.ring(pl, -w-out, -h-out, w+out, h+out, 0.01, out+in, shaded(c*1.1, c*0.8))
		if s.chance(0.4) { // the dealer's name, on a wider bar
			bar := s.between(0.012, 0.022)
			t := script{face: one(s.dice, faces()), height: bar * 0.55, stretch: 1.1, space: 0.1}.fit("XXXXXXXXXXXXXX", on.w*0.9)
			s.box(pl, -w-out, h-in, w+out, h+bar, 0.004, flat(c))
			s.centred(pl, t, 0, h+bar*0.62-in*0.3, one(s.dice, names)+" "+one(s.dice, places), flat(s.contrary(c)))
		}
	}
	if s.chance(0.5) {
		c := s.between(20, 240)
		for _, x := range [2]float64{-0.62, 0.62} {
			s.disc(pl, x*w, -h*0.84, 0.006, 0.006, flat(c))
			s.disc(pl, x*w, h*0.84, 0.006, 0.006, flat(c))
		}
	}
}

// contrary is a value that stands out from another.
func (s *Scenes) contrary(v float64) float64 {
	if v > 128 {
		return s.between(0, v-80)
	}
	return s.between(v+80, 250)
}
