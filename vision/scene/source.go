package scene

import (
	"context"
	"fmt"
	"image"
	"io"
	"strings"
	"time"

	"gocv.io/x/gocv"

	"secondlook/app/patrol"
	"secondlook/app/training"
	"secondlook/vision/camera"
)

// Rate is how many frames a second a street gives.
const Rate = 15

// Scheme begins the source setting of a demo camera: "scene:Front left".
const Scheme = "scene:"

// Clock is the time that a player keeps to.
type Clock interface {
	Now() time.Time
	// Wait returns at a time, or with ctx's error as soon as ctx ends.
	Wait(ctx context.Context, until time.Time) error
}

// Player shows a play as a set of cameras. All of them see the same moment of it; it
// begins with the first Open.
type Player struct {
	play  *training.Play
	clock Clock
}

// NewPlayer returns a player of a scenario. A nil clock is the system's. It
// returns training.ErrInvalid for a scenario that cannot be played.
func NewPlayer(s *training.Scenario, clock Clock) (*Player, error) {
	if clock == nil {
		clock = systemClock{}
	}
	play, err := training.NewPlay(s, clock.Now)
	if err != nil {
		return nil, err
	}
	return &Player{play: play, clock: clock}, nil
}

// Play is what the cameras show.
func (p *Player) Play() *training.Play { return p.play }

// Cameras returns the scenario's cameras as settings that [Player.Open] knows.
func (p *Player) Cameras() []patrol.CameraSetting {
	var all []patrol.CameraSetting
	for _, c := range p.play.Script().Cameras {
		all = append(all, patrol.CameraSetting{Name: c.Name, Source: Scheme + c.Name, Side: c.Side})
	}
	return all
}

// Open opens one of the scenario's cameras. It fits vision.Options.Open and
// returns camera.NoSource for a setting that is not one of [Player.Cameras].
func (p *Player) Open(setting patrol.CameraSetting) (camera.Source, error) {
	name, ok := strings.CutPrefix(setting.Source, Scheme)
	if !ok {
		return nil, camera.NoSource
	}
	street, err := NewStreet(p.play.Script(), name)
	if err != nil {
		return nil, camera.NoSource
	}
	p.play.Begin()
	return &Source{street: street, play: p.play, clock: p.clock, started: p.clock.Now().Add(-p.play.At())}, nil
}

// Speed is the patrol car's speed in kilometres an hour; ok is false where the scenario
// says nothing of it.
func (p *Player) Speed() (kmh float64, ok bool) {
	script := p.play.Script()
	_, within := script.Pass(p.play.At())
	return script.SpeedAt(within)
}

// Source is a street as a camera: it gives the frame of the moment, [Rate] times
// a second at most, without end. A reader that is slow misses frames, as with
// any camera.
type Source struct {
	street  *Street
	play    *training.Play
	clock   Clock
	started time.Time // of the frames' numbers
	next    int       // number of the next frame
	pixels  gocv.Mat
	frame   *image.RGBA // over the memory of pixels
}

var _ camera.Source = (*Source)(nil)

// due is when a frame is due after the start.
func due(frame int) time.Duration { return time.Duration(frame) * time.Second / Rate }

// Read waits until the next frame is due and draws it into frame, in BGR. It
// returns ctx's error as soon as ctx ends, io.EOF once the source is closed, and
// camera.NotAvailable where the script loses the camera.
func (s *Source) Read(ctx context.Context, frame *gocv.Mat) error {
	if s.street == nil {
		return io.EOF
	}
	if s.frame == nil {
		if err := s.prepare(); err != nil {
			return err
		}
	}
	late := s.clock.Now().Sub(s.started)
	s.next = max(s.next, int((late*Rate+time.Second-1)/time.Second))
	if err := s.clock.Wait(ctx, s.started.Add(due(s.next))); err != nil {
		return err
	}
	s.next++
	script := s.play.Script()
	if s.play.Lost(s.street.camera) || len(script.Cars) < len(s.street.plates) {
		return camera.NotAvailable // or another scenario plays already
	}
	s.street.follow(script)
	s.street.Render(s.play.At(), s.frame)
	gocv.CvtColor(s.pixels, frame, gocv.ColorRGBAToBGR)
	return nil
}

// prepare makes the picture that frames are drawn into. It lies in OpenCV's
// memory, so that no frame is copied on its way.
func (s *Source) prepare() error {
	s.pixels = gocv.NewMatWithSize(Height, Width, gocv.MatTypeCV8UC4)
	pix, err := s.pixels.DataPtrUint8()
	if err != nil {
		s.pixels.Close()
		return camera.NotAvailable
	}
	s.frame = &image.RGBA{Pix: pix, Stride: 4 * Width, Rect: image.Rect(0, 0, Width, Height)}
	return nil
}

// Close ends the source. It may be called twice.
func (s *Source) Close() error {
	s.street = nil
	if s.frame == nil {
		return nil
	}
	s.frame = nil
	if err := s.pixels.Close(); err != nil {
		return fmt.Errorf("close the street: %w", err)
	}
	return nil
}

// systemClock is the machine's clock.
type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Wait(ctx context.Context, until time.Time) error {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
