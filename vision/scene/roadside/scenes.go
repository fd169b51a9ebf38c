// Package roadside makes pictures with plates at known places for training the
// detector: traffic, car parks, close-ups, and much that looks like a plate and
// is none, seen through good and bad cameras.
//
// The golden rule: no photograph and no real plate goes into a scene. All of it
// is drawn by this program from a seed: plates by the press that is handed in,
// the rest by shapes, invented words, fonts the program may carry, and noise.
//
// Start with [New].
package roadside

import (
	"image"
	"math/rand/v2"
	"strings"

	"secondlook/vision/scene/paint"
)

// Scenes makes pictures with plates at known places, for training the detector.
// It is not safe for use by several goroutines; each needs its own.
type Scenes struct {
	dice
	film
	plates func(rng *rand.Rand) *image.RGBA

	mood    mood
	tilt    turned    // of the camera
	ground  pose      // of the road: its origin below the first vehicle's end
	stock   [48]sheet // of the plates pressed last
	pressed int
	hung    []hung
	fleet   []vehicle

	sheeting sheeting
	camera   camera
	grain    float64 // the noise in the picture, its deviation
	spell    strings.Builder
	out      *image.Gray
	corners  [][4]paint.Point
}

// mood is what the light is like.
type mood struct {
	dark  bool    // dusk or night
	infra bool    // an infra-red camera with its own lamp
	lamps float64 // how bright the vehicles' lamps are
	empty bool    // no plate at all
}

// most is the number of plates that a picture has at most.
const most = 6

// New returns a source of scenes that depends on nothing but the seed and the
// plates. plates is asked for a new clean plate at a time, 200 to 480 pixels
// wide, of any proportions; its picture is not used after it is asked again.
func New(seed uint64, plates func(rng *rand.Rand) *image.RGBA) *Scenes {
	return &Scenes{
		dice:   dice{rand.New(rand.NewPCG(seed, 0x70616e65))},
		plates: plates,
		fleet:  make([]vehicle, 0, 64),
		out:    image.NewGray(image.Rect(0, 0, Width, Height)),
	}
}

// Next makes a scene. The corners of its plates go clockwise from each plate's
// top left, in pixels, counted from the middle of the first pixel; they may lie
// outside of the picture. At most six plates are shown, about a quarter of the
// pictures have none. Both results are valid until the next call.
func (s *Scenes) Next() (picture *image.Gray, corners [][4]paint.Point) {
	for range 4 {
		s.shoot()
		if s.develop() {
			break
		}
	}
	return s.out, s.corners
}

// shoot paints a scene and takes its picture.
func (s *Scenes) shoot() {
	clear(s.owner[:])
	s.hung, s.fleet = s.hung[:0], s.fleet[:0]
	s.setMood()
	switch p := s.Float64(); {
	case p < 0.74:
		s.traffic()
	case p < 0.9:
		s.loose()
	default:
		s.closeUp()
	}
	s.weather()
	s.expose()
}

func (s *Scenes) setMood() {
	s.mood = mood{empty: s.chance(0.16)}
	s.day = 1
	m := &s.mood
	switch p := s.Float64(); {
	case p < 0.07:
		m.infra, m.dark = true, true
		s.day = float32(s.ofSize(0.06, 0.5))
		m.lamps = one(s.dice, []float64{0, 0.3, 0.8})
	case p < 0.21:
		m.dark = true
		s.day = float32(s.ofSize(0.08, 0.6))
		if s.chance(0.8) {
			m.lamps = s.between(0.3, 1.5)
		}
	case p < 0.4:
		if s.chance(0.6) {
			m.lamps = s.between(0.05, 0.6)
		}
	}
}

// develop makes the picture and keeps the plates of which half can be seen. It
// refuses a picture with a plate that is lost in the dark or in noise: nothing is
// learnt from what nobody could find.
func (s *Scenes) develop() bool {
	var seen [most + 1]struct {
		pixels       int
		sum, squares float32
	}
	for i, v := range s.light {
		v = max(0, min(255, v))
		s.out.Pix[i] = uint8(v + 0.5)
		if o := s.owner[i]; o != 0 {
			at := &seen[o]
			at.pixels++
			at.sum += v
			at.squares += v * v
		}
	}
	s.corners = s.corners[:0]
	for i, h := range s.hung {
		p := seen[i+1]
		if 2*p.pixels < h.marked || p.pixels == 0 {
			continue
		}
		n := float32(p.pixels)
		mean := p.sum / n
		if spread := p.squares/n - mean*mean; (mean < 190 || !s.mood.dark) && spread < float32(40+3*s.grain*s.grain) {
			return false
		}
		var q [4]paint.Point
		for k, c := range h.corners {
			q[k] = paint.Point{X: c.X - 0.5, Y: c.Y - 0.5}
		}
		s.corners = append(s.corners, q)
	}
	return true
}

// loose shows plates on anything but vehicles: leaning, hand-held, on walls.
func (s *Scenes) loose() {
	s.aim(0.3, s.ofSize(30, 300))
	s.backdrop()
	s.decorate(4)
	if s.mood.empty {
		return
	}
	n := 1
	if s.chance(0.45) {
		n = 2 + s.IntN(3)
	}
	for range n {
		wide := s.ofSize(16, 230)
		if n > 1 {
			wide = s.ofSize(16, 110)
		}
		at := point{s.between(-5, Width+5), s.between(-3, Height+3)}
		if s.near(at, wide) {
			continue
		}
		on := s.press(wide < 60)
		s.hang(s.afloat(on, wide, at), on)
	}
}

// near tells whether something of a width would lie over a plate.
func (s *Scenes) near(at point, wide float64) bool {
	for _, h := range s.hung {
		x0, y0, x1, y1 := bounds(h.corners)
		if at.X > float64(x0)-0.6*wide && at.X < float64(x1)+0.6*wide && at.Y > float64(y0)-0.4*wide && at.Y < float64(y1)+0.4*wide {
			return true
		}
	}
	return false
}

// closeUp shows a plate that fills much of the picture.
func (s *Scenes) closeUp() {
	s.aim(0.3, 300)
	c := s.between(5, 245)
	s.surface(0, 0, Width, Height, shaded(c, c*s.between(0.5, 1.4)).rugged(noise().cloud, s.between(0, 0.3), s.ofSize(0.2, 2)))
	for range s.IntN(5) {
		s.thing()
	}
	if s.mood.empty {
		s.decorate(6)
		for range s.IntN(3) { // a car's badge and name from near by
			pl := screen(point{s.between(20, Width-20), s.between(20, Height-20)}, s.about(0.1), s.about(0.1))
			s.emblem(pl, s.ofSize(5, 35))
			t := script{face: one(s.dice, faces()), height: s.ofSize(5, 40), stretch: s.between(0.9, 1.8), space: s.between(0, 0.8)}
			s.write(pl, t, s.between(-80, 40), s.between(-60, 60), s.badge(), flat(s.between(0, 255)))
		}
		return
	}
	on := s.press(false)
	wide := s.between(130, 275)
	if high := wide * on.h / on.w; high > 150 {
		wide *= 150 / high
	}
	s.hang(s.afloat(on, wide, point{Width/2 + s.about(25), Height/2 + s.about(20)}), on)
}

// afloat is the plane of a plate that hangs before the camera.
func (s *Scenes) afloat(on *sheet, wide float64, at point) plane {
	yaw, pitch, roll := s.about(0.25), s.about(0.15), s.about(0.07)
	if s.chance(0.25) {
		yaw = s.between(-1.05, 1.05)
	}
	if s.chance(0.2) {
		roll = s.between(-0.52, 0.52)
	}
	l := lens{focal: s.ofSize(300, 2500), middle: point{Width / 2, Height / 2}}
	z := max(0.6, l.focal*on.w/wide)
	l.focal = wide * z / on.w
	p := pose{l, turn(yaw, max(-0.6, min(0.6, pitch)), roll), vec{(at.X - l.middle.X) * z / l.focal, (at.Y - l.middle.Y) * z / l.focal, z}}
	return p.front(0, 0, 0)
}

// decorate adds signs, notices and words, n at most.
func (s *Scenes) decorate(n int) {
	for range s.IntN(n + 1) {
		switch s.IntN(4) {
		case 0, 1:
			s.roadSign(point{s.between(0, Width), s.between(0, Height)}, s.ofSize(4, 40))
		case 2:
			h := s.ofSize(10, 70)
			w := h * s.between(0.7, 5)
			s.notice(screen(point{s.between(-20, Width-20), s.between(-20, Height-10)}, s.about(0.06), s.about(0.1)), 0, 0, w, h)
		default:
			t := script{face: one(s.dice, faces()), height: s.ofSize(4, 40), stretch: s.between(0.7, 1.6), slant: s.between(0, 0.2), space: s.between(0, 0.3)}
			s.write(screen(point{s.between(-20, Width-30), s.between(5, Height)}, s.about(0.1), 0), t, 0, 0, s.phrase(), flat(s.between(0, 255)))
		}
	}
}
