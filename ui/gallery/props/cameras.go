// Package props are what stands around a terminal on the gallery's stage and in the tests
// of screens: cameras, loudspeakers, a key store, a receiver and a station whose part
// somebody else plays, and the records that a terminal has after some months.
package props

import (
	"context"
	"image"
	"sync"
	"time"

	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/training"
	"secondlook/vision/scene"
)

// Evening is when everything happens.
var Evening = time.Date(2026, 11, 22, 21, 47, 8, 0, time.UTC)

// Cameras are a set of cameras that show and read what they are told to.
type Cameras struct {
	sync.Mutex
	// Picture is what each shows, Serial its number, and Asked how often it was asked for.
	Picture *image.RGBA
	Serial  uint64
	Asked   int
	// OnRead takes the read of a plate.
	OnRead func(plate.Read)

	ctx    context.Context
	health []patrol.Health
}

// Start implements [patrol.Vision].
func (c *Cameras) Start(ctx context.Context, cameras []patrol.CameraSetting, _ plate.Jurisdiction, onRead func(plate.Read)) (patrol.Live, error) {
	c.Lock()
	defer c.Unlock()
	c.ctx, c.OnRead, c.health = ctx, onRead, nil
	for _, s := range cameras {
		c.health = append(c.health, patrol.Health{Name: s.Name, Side: s.Side, Connected: true, FPS: 15, LastFrame: Evening, Frames: 900, Drops: 12})
	}
	return c, nil
}

// Probe finds every camera before a patrol.
func (c *Cameras) Probe(context.Context, patrol.CameraSetting) error { return nil }

// Health implements [patrol.Live].
func (c *Cameras) Health() []patrol.Health {
	c.Lock()
	defer c.Unlock()
	return append([]patrol.Health(nil), c.health...)
}

// Latest implements [patrol.Live].
func (c *Cameras) Latest(_ int, since uint64, _ image.Point) (*image.RGBA, uint64) {
	c.Lock()
	defer c.Unlock()
	c.Asked++
	if since >= c.Serial {
		return nil, since
	}
	return c.Picture, c.Serial
}

// Wait implements [patrol.Live].
func (c *Cameras) Wait() error {
	<-c.ctx.Done()
	return nil
}

// Show has each camera that is there show a car of now.
func (c *Cameras) Show(car training.Car, now time.Time) {
	picture := scene.Context(car, training.Dusk)
	c.Lock()
	defer c.Unlock()
	c.Picture, c.Serial = picture, c.Serial+1
	for i := range c.health {
		if c.health[i].Connected {
			c.health[i].LastFrame = now
		}
	}
}

// Renew has each camera that is there show its picture again, as one of now. It reports
// whether there is one.
func (c *Cameras) Renew(now time.Time) bool {
	c.Lock()
	defer c.Unlock()
	if c.Picture == nil {
		return false
	}
	c.Serial++
	for i := range c.health {
		if c.health[i].Connected {
			c.health[i].LastFrame = now
		}
	}
	return true
}

// Lose loses a camera, and Regain gives it back.
func (c *Cameras) Lose(i int) {
	c.Lock()
	defer c.Unlock()
	c.health[i].Connected, c.health[i].Reconnects = false, 3
}

func (c *Cameras) Regain(i int) {
	c.Lock()
	defer c.Unlock()
	c.health[i].Connected = true
}

// Evidence is the pictures of a read, and where its plate stands now.
type Evidence struct {
	PlatePicture, Street image.Image
	Box                  func() (plate.Box, bool)
}

func (e Evidence) Plate() (image.Image, error)   { return e.PlatePicture, nil }
func (e Evidence) Context() (image.Image, error) { return e.Street, nil }
func (Evidence) Erase()                          {}

// Where implements [plate.Followed].
func (e Evidence) Where() func() (plate.Box, bool) { return e.Box }

// centres is where the seven characters of an Ontario plate stand, as scene draws it.
var centres = []float64{0.079, 0.2, 0.322, 0.444, 0.682, 0.802, 0.923}

// Read is the read of an Ontario plate on a car, as a camera would hand it in.
func Read(text plate.Text, camera string, at time.Time, car training.Car) plate.Read {
	r := plate.Read{Camera: camera, At: at, Text: text, Confidence: 0.964, Jurisdiction: "CA-ON", Basis: plate.BasisRead,
		Frames: 9, Second: plate.Opinion{Verdict: plate.Agrees, Text: text}}
	for i := range text {
		r.Characters = append(r.Characters, plate.Character{Char: text[i], Confidence: 0.98, Centre: centres[i]})
	}
	car.Plate, car.Jurisdiction = text, "CA-ON"
	r.Evidence = Evidence{PlatePicture: scene.Plate(text, "CA-ON", 640), Street: scene.Context(car, training.Dusk)}
	return r
}
