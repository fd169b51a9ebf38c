package bench

import (
	"context"
	"fmt"
	"image"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/app/training"
	"secondlook/vision/camera"
	"secondlook/vision/scene"
)

// film is a street film in parts, which plays round and round: it ends as it
// begins, on an empty street in the same light.
type film struct {
	parts  []string // files
	starts []int    // the first frame of each part
	plates [][]filmed
}

// filmed is a plate in a frame of a film.
type filmed struct {
	car   int
	text  plate.Text
	large bool // all of it is in the picture, and large enough to count
}

const (
	// longest is how long a film is, unless less is asked for.
	longest = 2 * time.Minute
	// partsOfFilm is in how many files it is kept, so that cameras can begin at
	// different places.
	partsOfFilm = 6
	// between is how far apart cars come at least and at most.
	between, spread = 5 * time.Second, 4 * time.Second
	// shortest is a film with time for one car.
	shortest = 20 * time.Second
)

// shootAll draws a film for each side of the street that cameras watch, one on
// each core.
func shootAll(ctx context.Context, folder string, o PatrolOptions) ([]*film, error) {
	sides := []string{"front-left", "front-right"}
	films := make([]*film, min(o.Cameras, len(sides)))
	failures := make([]error, len(films))
	length := min(max(time.Duration(o.Seconds)*time.Second, shortest), longest)
	fmt.Fprintf(o.Progress, "drawing %d film(s) of %.0f s\n", len(films), length.Seconds())
	var painters sync.WaitGroup
	for i := range films {
		painters.Go(func() {
			name := filepath.Join(folder, sides[i])
			films[i], failures[i] = shoot(ctx, name, script(o.Seed+int64(i), sides[i], length), o.FPS)
		})
	}
	painters.Wait()
	for _, err := range failures {
		if err != nil {
			return nil, fmt.Errorf("draw a film: %w", err)
		}
	}
	return films, nil
}

// shoot draws a scenario's only camera into files.
func shoot(ctx context.Context, name string, s *training.Scenario, fps int) (*film, error) {
	street, err := scene.NewStreet(s, s.Cameras[0].Name)
	if err != nil {
		return nil, err
	}
	canvas := gocv.NewMatWithSize(scene.Height, scene.Width, gocv.MatTypeCV8UC4)
	frame := gocv.NewMat()
	defer canvas.Close()
	defer frame.Close()
	pix, err := canvas.DataPtrUint8()
	if err != nil {
		return nil, err
	}
	img := &image.RGBA{Pix: pix, Stride: 4 * scene.Width, Rect: image.Rect(0, 0, scene.Width, scene.Height)}
	f := &film{}
	frames := int(s.Length.Seconds() * float64(fps))
	for part := range partsOfFilm {
		file := fmt.Sprintf("%s-%d.avi", name, part)
		w, err := gocv.VideoWriterFile(file, "MJPG", float64(fps), scene.Width, scene.Height, true)
		if err != nil {
			return nil, err
		}
		f.parts, f.starts = append(f.parts, file), append(f.starts, len(f.plates))
		for len(f.plates) < frames*(part+1)/partsOfFilm && ctx.Err() == nil && err == nil {
			since := time.Duration(len(f.plates)) * time.Second / time.Duration(fps)
			street.Render(since, img)
			gocv.CvtColor(canvas, &frame, gocv.ColorRGBAToBGR)
			err = w.Write(frame)
			f.plates = append(f.plates, platesOf(street.Truth(since)))
		}
		w.Close()
		if err != nil {
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return f, nil
}

func platesOf(truth []scene.Truth) []filmed {
	var all []filmed
	for _, t := range truth {
		all = append(all, filmed{car: t.Car, text: t.Text, large: t.Whole && t.Box.Dx() >= countedWidth})
	}
	return all
}

// series are the forms of invented plates: L a letter, D a digit, others
// themselves. Ontario's begin beyond the series in use.
var series = []struct {
	issuer plate.Jurisdiction
	form   string
}{
	{"CA-ON", "XLLLDDD"}, {"CA-ON", "YLLLDDD"}, {"CA-ON", "WLLLDDD"}, {"CA-QC", "LDDLLL"}, {"CA-AB", "LLLDDDD"}, {"CA-MB", "LLLDDD"},
	{"US-NY", "LLLDDDD"}, {"US-OH", "LLLDDDD"}, {"US-MI", "LLLDDDD"}, {"US-FL", "LLLDDL"},
}

// script is a scenario for one camera with cars of every speed, in every light,
// no two with the same plate.
func script(seed int64, side string, length time.Duration) *training.Scenario {
	rng := rand.New(rand.NewPCG(uint64(seed), 11))
	s := &training.Scenario{
		Name: training.Text{EN: "Measuring", FR: "Mesure"}, Summary: training.Text{EN: "Cars to read", FR: "Véhicules à lire"}, Seed: seed, Length: length,
		Cameras: []training.Camera{{Name: side, Side: side}},
		Phases:  []training.Phase{{From: 0, Light: training.Day}, {From: length * 2 / 5, Light: training.Dusk}, {From: length * 3 / 5, Light: training.Night}},
	}
	seen := map[plate.Text]bool{}
	for at := time.Duration(0); ; at += between + time.Duration(rng.Int64N(int64(spread))) {
		c := training.Car{At: at, Camera: side}
		form := series[rng.IntN(len(series))]
		for c.Plate = invent(form.form, rng); seen[plate.Fold(c.Plate)]; {
			c.Plate = invent(form.form, rng)
		}
		seen[plate.Fold(c.Plate)] = true
		c.Jurisdiction = form.issuer
		c.Vehicle = training.Vehicle{Colour: training.Colours[rng.IntN(len(training.Colours))], Body: training.Bodies[rng.IntN(len(training.Bodies))]}
		if rng.IntN(4) == 0 {
			c.Mud = 0.6 * rng.Float64()
		}
		way := training.Approaching
		if rng.IntN(2) == 0 {
			way = training.Leaving
		}
		// From a walking pace to 36 km/h beside the patrol car, fast ones as often
		// as slow ones.
		slow := 1 + 9*rng.Float64()
		c.Approach = training.Approach{Way: way, Distance: 40 + 10*rng.Float64(), Speed: max(slow, 8+7*rng.Float64()), Slow: slow, Lane: 2.7 + 0.4*rng.Float64()}
		if at+c.Approach.Time() > length {
			return s
		}
		s.Cars = append(s.Cars, c)
	}
}

func invent(form string, rng *rand.Rand) plate.Text {
	const letters = "ABCDEFGHJKLMNPRSTVWXYZ"
	var b strings.Builder
	for _, r := range form {
		switch r {
		case 'L':
			b.WriteByte(letters[rng.IntN(len(letters))])
		case 'D':
			b.WriteByte(byte('0' + rng.IntN(10)))
		default:
			b.WriteRune(r)
		}
	}
	return plate.Text(b.String())
}

// player is a film as a camera.
type player struct {
	film         *film
	camera       string
	tally        *tally
	fps          int
	begin, until time.Time
	patient      bool
	looked       chan struct{} // a patient player's frame has been
	part         int           // that plays, or comes next; counted on round after round
	frame        int           // of the part, the next
	shown        atomic.Int64  // frames in all
	source       camera.Source
}

// now is the time: the film's, if the player is patient.
func (p *player) now() time.Time {
	if !p.patient {
		return time.Now()
	}
	return p.begin.Add(time.Duration(p.shown.Load()) * time.Second / time.Duration(p.fps))
}

// Captured implements [camera.Stamped].
func (p *player) Captured() time.Time { return p.now() }

// next lets a patient player go on.
func (p *player) next() {
	if p.patient {
		p.looked <- struct{}{}
	}
}

// Read implements [camera.Source]. It ends with io.EOF when the time is over.
func (p *player) Read(ctx context.Context, frame *gocv.Mat) error {
	if p.patient && p.shown.Load() > 0 {
		select {
		case <-p.looked:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for {
		if p.source == nil {
			p.source, p.frame = camera.OpenVideo(p.film.parts[p.part%partsOfFilm], !p.patient), 0
		}
		err := p.source.Read(ctx, frame)
		if p.now().After(p.until) {
			return io.EOF
		}
		if err == nil {
			plates := p.film.plates[p.film.starts[p.part%partsOfFilm]+p.frame]
			p.frame++
			p.shown.Add(1)
			p.tally.shown(p.camera, p.now(), plates)
			return nil
		}
		if err != io.EOF {
			return err
		}
		p.source.Close()
		p.source = nil
		p.part++
	}
}

// Close implements [camera.Source].
func (p *player) Close() error {
	if p.source == nil {
		return nil
	}
	return p.source.Close()
}
