// Package scene draws what the demo's cameras see: a street with passing cars
// and plates, by day, at dusk and at night, and knows the truth about every
// plate in it. Nothing in it is a photograph, a font or a real plate.
//
// Start with [NewStreet] for live frames, [Plate] for one plate's picture,
// [WritePictures] for a folder of pictures with their truth. A street is drawn
// from its scenario and seed alone: the same time gives the same picture.
package scene

import (
	"cmp"
	"errors"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"secondlook/app/plate"
	"secondlook/app/training"
	"secondlook/vision/scene/paint"
)

// ErrNoCamera is returned when a scenario has no camera of that name.
var ErrNoCamera = errors.New("the scenario has no such camera")

// fade is how long one light takes to turn into the next, in steps of
// fadeStep.
const (
	fade      = 6 * time.Second
	fadeSteps = 24
)

// Street draws the frames of one camera. It keeps buffers between frames and is
// not safe for use by several goroutines.
type Street struct {
	scenario *training.Scenario
	camera   string
	view     view
	seed     int64
	painter  painter
	plates   []*pyramid // by car
	grounds  map[training.Light]*image.RGBA
	ground   *image.RGBA // the backdrop in the light of groundAt
	groundAt mood
	noise    []uint64
}

// Truth is one plate in a frame.
type Truth struct {
	// Car is the position in the scenario's Cars.
	Car          int
	Text         plate.Text
	Jurisdiction plate.Jurisdiction
	// Corners of the plate in pixels, from the top left clockwise; Box is the
	// smallest rectangle around them.
	Corners [4]image.Point
	Box     image.Rectangle
	// Whole is whether all of the plate is in the picture.
	Whole bool
}

// NewStreet prepares one camera of a scenario. It returns [ErrNoCamera], or
// training.ErrInvalid for a scenario that cannot be played.
func NewStreet(s *training.Scenario, camera string) (*Street, error) {
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("prepare the street: %w", err)
	}
	i := slices.IndexFunc(s.Cameras, func(c training.Camera) bool { return c.Name == camera })
	if i < 0 {
		return nil, fmt.Errorf("prepare the street: %w", ErrNoCamera)
	}
	st := &Street{scenario: s, camera: camera, seed: s.Seed + int64(i)*7919, view: viewOf(s.Cameras[i].Side),
		plates: make([]*pyramid, len(s.Cars)), grounds: map[training.Light]*image.RGBA{}}
	st.painter.view = st.view
	st.noise = noiseTable(st.seed)
	return st, nil
}

// follow has the street show a scenario that continues its own: with cars added at
// the end.
func (s *Street) follow(next *training.Scenario) {
	s.scenario = next
	s.plates = append(s.plates, make([]*pyramid, len(next.Cars)-len(s.plates))...)
}

// mood is a light on its way to the next.
type mood struct {
	from, to training.Light
	step     int // of fadeSteps
}

// moodAt is the light at a time within the pass. Each phase ends with a fade
// into the next, the last one into the first.
func (s *Street) moodAt(within time.Duration) mood {
	phases := s.scenario.Phases
	for i, p := range phases {
		end := s.scenario.Length
		next := phases[0].Light
		if i+1 < len(phases) {
			end, next = phases[i+1].From, phases[i+1].Light
		}
		if within >= p.From && within < end {
			m := mood{p.Light, next, 0}
			if left := end - within; left < fade {
				m.step = int(fadeSteps * (fade - left) / fade)
			}
			return m
		}
	}
	return mood{phases[0].Light, phases[0].Light, 0}
}

func (m mood) lighting() lighting {
	return lightings[m.from].between(lightings[m.to], float64(m.step)/fadeSteps)
}

// Render draws the frame at a time since the start into dst, which must be
// [Width] by [Height] pixels.
func (s *Street) Render(since time.Duration, dst *image.RGBA) {
	_, within := s.scenario.Pass(since)
	m := s.moodAt(within)
	copy(dst.Pix, s.backdrop(m).Pix)
	p := &s.painter
	p.light = m.lighting()
	p.Begin(dst)
	for _, on := range s.traffic(since) {
		s.drawCar(on)
	}
	soften(dst, p.Dirty)
	addNoise(dst, s.noise, p.light.noise, uint64(s.seed)^uint64(since/time.Millisecond))
}

// backdrop returns the empty street in a light; it is valid until the next call.
func (s *Street) backdrop(m mood) *image.RGBA {
	if m.step == 0 {
		return s.pure(m.from)
	}
	if s.ground == nil || s.groundAt != m {
		if s.ground == nil {
			s.ground = image.NewRGBA(image.Rect(0, 0, Width, Height))
		}
		blendPictures(s.ground, s.pure(m.from), s.pure(m.to), m.step, fadeSteps)
		s.groundAt = m
	}
	return s.ground
}

func (s *Street) pure(l training.Light) *image.RGBA {
	img, ok := s.grounds[l]
	if !ok {
		img = backdrop(s.view, lightings[l], s.seed)
		soften(img, img.Bounds())
		s.grounds[l] = img
	}
	return img
}

// onRoad is a car that is in the street at a time.
type onRoad struct {
	index int
	ahead float64 // of its nearer end, in metres
}

// traffic returns the cars in this camera's street at a time since the start, the
// farthest first.
func (s *Street) traffic(since time.Duration) []onRoad {
	_, within := s.scenario.Pass(since)
	var cars []onRoad
	for i, c := range s.scenario.Cars {
		if c.Camera != s.camera {
			continue
		}
		if ahead, ok := c.Approach.Ahead(c.On(since, within)); ok {
			cars = append(cars, onRoad{i, ahead})
		}
	}
	slices.SortFunc(cars, func(a, b onRoad) int { return cmp.Compare(b.ahead, a.ahead) })
	return cars
}

// laneOf is where a car's middle line is, to the right of the camera in metres.
func (s *Street) laneOf(c training.Car) float64 { return s.view.side * c.Approach.Lane }

// carAt returns a car ready to be painted.
func (s *Street) carAt(on onRoad) *car {
	c := s.scenario.Cars[on.index]
	drawn := &car{painter: &s.painter, seen: seenFrom(bodies[c.Vehicle.Body], c.Approach.Way),
		x: s.laneOf(c), z: on.ahead, coat: paints[c.Vehicle.Colour], side: 1}
	if drawn.x > 0 {
		drawn.side = -1
	}
	drawn.hw = drawn.width / 2
	return drawn
}

// drawCar paints a car and its plate.
func (s *Street) drawCar(on onRoad) {
	drawn := s.carAt(on)
	drawn.draw()
	if s.plates[on.index] == nil {
		s.plates[on.index] = newPyramid(s.plateOf(on.index))
	}
	c := s.scenario.Cars[on.index]
	quad, ok := s.plateQuad(c, on.ahead)
	if !ok {
		return
	}
	h := plateHeight(c.Jurisdiction)
	holder := paint.Flat(drawn.lit(paint.RGB(28, 29, 31), 0))
	drawn.shape(holder, plateSpots(drawn.x, drawn.plate, on.ahead-0.02, h*Aspect(c.Jurisdiction)+0.03, h+0.03)...)
	s.plates[on.index].warp(&s.painter.Canvas, quad, s.painter.light.retro(on.ahead), lensBlur(on.ahead), s.painter.light)
}

// lensBlur is how far apart two details must be to be seen apart, in pixels. A
// plate camera is focused on the stretch where plates are large enough to be
// compared by eye. Farther away they blur before they get too small to read, and
// nearer the car sweeps across the picture too fast to be sharp: a plate that the
// picture's edge cuts is not read as a shorter one.
func lensBlur(ahead float64) float64 {
	return 1 + 3*math.Max(0, ahead-10.8) + 40*math.Max(0, 7-ahead)
}

// plateOf draws a car's plate with its mud.
func (s *Street) plateOf(i int) *image.RGBA {
	c := s.scenario.Cars[i]
	img := Plate(c.Plate, c.Jurisdiction, 512)
	soil(img, c.Mud, rand.New(rand.NewPCG(uint64(s.seed), uint64(100+i))))
	return img
}

// plateHeight is a plate's height on a car, in metres. Plates are drawn a fifth
// larger than life, so that they are read as early as a plate camera with a
// longer lens would read them.
func plateHeight(j plate.Jurisdiction) float64 {
	if Aspect(j) > 3 {
		return 0.13
	}
	return 0.185
}

// plateSpots are a plate's corners in the street, from the top left clockwise.
func plateSpots(x, y, z, w, h float64) []spot {
	return []spot{{x - w/2, y + h/2, z}, {x + w/2, y + h/2, z}, {x + w/2, y - h/2, z}, {x - w/2, y - h/2, z}}
}

// plateQuad is where a car's plate is in the picture; false where it is not in
// front of the lens.
func (s *Street) plateQuad(c training.Car, ahead float64) ([4]paint.Point, bool) {
	h := plateHeight(c.Jurisdiction)
	y := seenFrom(bodies[c.Vehicle.Body], c.Approach.Way).plate
	var quad [4]paint.Point
	for i, at := range plateSpots(s.laneOf(c), y, ahead-0.03, h*Aspect(c.Jurisdiction), h) {
		p, ok := s.view.see(at)
		if !ok {
			return quad, false
		}
		quad[i] = p
	}
	return quad, true
}

// Truth returns the plates that are at least partly in the frame at a time since
// the start, the nearest last.
func (s *Street) Truth(since time.Duration) []Truth {
	frame := image.Rect(0, 0, Width, Height)
	var all []Truth
	for _, on := range s.traffic(since) {
		c := s.scenario.Cars[on.index]
		quad, ok := s.plateQuad(c, on.ahead)
		if !ok {
			continue
		}
		t := Truth{Car: on.index, Text: c.Plate, Jurisdiction: c.Jurisdiction, Box: bounds(quad[:]...)}
		for i, p := range quad {
			t.Corners[i] = image.Pt(int(p.X+0.5), int(p.Y+0.5))
		}
		if !t.Box.Overlaps(frame) {
			continue
		}
		t.Whole = t.Box.In(frame)
		all = append(all, t)
	}
	return all
}
