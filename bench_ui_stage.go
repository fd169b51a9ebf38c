package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/training"
	"secondlook/store"
	"secondlook/ui"
	"secondlook/vision"
	"secondlook/vision/bench"
	"secondlook/vision/scene"
)

// benchStage is a terminal whose cameras are films, and whose hits are raised
// when the measurement asks for them.
type benchStage struct {
	cruiser *cruiser.Cruiser
	eyes    *benchEyes
	frames  atomic.Int64 // that the pipeline has read
	next    int          // of the plates
	plates  []plate.Text
	raised  chan time.Time
	painted chan ui.Paint

	mu   sync.Mutex
	main []float64 // for how long each painting kept Fyne's goroutine, in ms
}

// benchEyes is the pipeline, into which reads of the measurement's own are handed too.
type benchEyes struct {
	*vision.Pipeline
	onRead func(plate.Read)
}

// Start implements [patrol.Vision].
func (e *benchEyes) Start(ctx context.Context, cameras []patrol.CameraSetting, region plate.Jurisdiction, onRead func(plate.Read)) (patrol.Live, error) {
	e.onRead = onRead
	return e.Pipeline.Start(ctx, cameras, region, onRead)
}

// benchEvidence is the pictures of a read that no camera took.
type benchEvidence struct{ plate, context image.Image }

func (e benchEvidence) Plate() (image.Image, error)   { return e.plate, nil }
func (e benchEvidence) Context() (image.Image, error) { return e.context, nil }
func (benchEvidence) Erase()                          {}

// benchSignals makes no sound.
type benchSignals struct{}

func (benchSignals) Alert(policy.Tier) {}
func (benchSignals) CameraLost()       {}
func (benchSignals) CameraBack()       {}
func (benchSignals) PositionLost()     {}
func (benchSignals) PositionBack()     {}

func newBenchStage(ctx context.Context, reel *bench.Reel, file string, seconds int) (*benchStage, error) {
	s := &benchStage{raised: make(chan time.Time, 1), painted: make(chan ui.Paint, 1)}
	pack, err := loadPack("ontario")
	if err != nil {
		return nil, err
	}
	kept, err := store.Open(file, store.Options{})
	if err != nil {
		return nil, err
	}
	eyes, err := vision.New(vision.Options{Open: reel.Open, Looked: func(vision.Look) { s.frames.Add(1) }})
	if err != nil {
		return nil, errors.Join(err, kept.Close())
	}
	s.eyes = &benchEyes{Pipeline: eyes}
	s.cruiser, err = cruiser.New(cruiser.Parts{Store: kept, Vision: s.eyes, Pack: pack, Signals: benchSignals{}})
	if err != nil {
		return nil, errors.Join(err, kept.Close(), eyes.Close())
	}
	if err := s.begin(ctx, reel, seconds); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// begin sets the terminal up, with a list of plates to raise, and starts the patrol.
func (s *benchStage) begin(ctx context.Context, reel *bench.Reel, seconds int) error {
	c, now := s.cruiser, time.Now()
	err := c.SetUp(ctx, cruiser.FirstPerson{Terminal: "Bench", Service: "Bench", Name: "Bench", Badge: "0000", Secret: rand.Text(),
		Roles: []access.Role{access.Patrol}, Agreed: c.Pack().Agreement.Version, Trained: now.AddDate(0, -1, 0), Course: "Bench"})
	if err != nil {
		return err
	}
	settings := c.Settings()
	settings.Cameras, settings.Language, settings.Palette = reel.Cameras(), "en", "night"
	if err := c.ChangeSettings(ctx, settings, "measuring"); err != nil {
		return err
	}
	var list strings.Builder
	list.WriteString("plate,jurisdiction,category\n")
	for i := range 4 * seconds {
		text := plate.Text(fmt.Sprintf("ZZ%c%c%03d", 'A'+i/26%26, 'A'+i%26, i%1000))
		s.plates = append(s.plates, text)
		list.WriteString(string(text) + ",CA-ON,stolen-vehicle\n")
	}
	if _, err := c.ImportList(ctx, "Bench", now, strings.NewReader(list.String())); err != nil {
		return err
	}
	c.Subscribe(func(t cruiser.Topic) {
		if t == cruiser.HitRaised {
			s.raised <- time.Now()
		}
	})
	return c.StartPatrolWith(ctx, cruiser.Start{Note: "measuring"})
}

func (s *benchStage) close() error { return errors.Join(s.cruiser.Close(), s.eyes.Close()) }

// paint is told of each painting.
func (s *benchStage) paint(p ui.Paint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.main = append(s.main, p.Took.Seconds()*1000)
	if p.Hit != "" {
		select {
		case s.painted <- p:
		default:
		}
	}
}

// settleIn is how long the pipeline runs before it is measured: its networks take
// their memory at the first frames.
const settleIn = 3 * time.Second

// measure runs the four parts: alone, with the window twice, alone.
func (s *benchStage) measure(ctx context.Context, open func() *ui.UI, part time.Duration, progress io.Writer) (f uiFigures, err error) {
	fmt.Fprintf(progress, "reading for %.0f s, half of them with the window\n", (4 * part).Seconds())
	time.Sleep(settleIn)
	first, err := s.watch(ctx, nil, part)
	if err != nil {
		return f, err
	}
	var screens *ui.UI
	fyne.DoAndWait(func() {
		screens = open()
		screens.Show()
	})
	time.Sleep(settleIn)
	drawn := screens.Drawn()
	shown, err := s.watch(ctx, screens, part)
	if err != nil {
		return f, err
	}
	more, err := s.watch(ctx, screens, part)
	if err != nil {
		return f, err
	}
	shown.add(more)
	pictures := screens.Drawn() - drawn
	screens.Stop()
	fyne.DoAndWait(screens.Window().Hide)
	last, err := s.watch(ctx, nil, part)
	if err != nil {
		return f, err
	}
	first.add(last)
	f.read = [2]float64{first.rate(), shown.rate()}
	f.Loss = tenth(100 * (1 - shown.rate()/first.rate()))
	f.FPS = tenth(float64(pictures) / shown.spent.Seconds() / float64(len(s.cruiser.Cameras())))
	f.Main50, f.Main99 = tenth(rank(shown.main, 50)), tenth(rank(shown.main, 99))
	f.alert50, f.Alert99, f.alerts = rank(shown.alerts, 50), tenth(rank(shown.alerts, 99)), len(shown.alerts)
	return f, nil
}

// benchPart is what was measured in a part.
type benchPart struct {
	frames       int64 // that the pipeline read
	spent        time.Duration
	main, alerts []float64 // in ms: each painting, each alert
}

func (p *benchPart) add(more benchPart) {
	p.frames += more.frames
	p.spent += more.spent
	p.main, p.alerts = append(p.main, more.main...), append(p.alerts, more.alerts...)
}

// rate is frames read a second.
func (p *benchPart) rate() float64 { return float64(p.frames) / p.spent.Seconds() }

// watch measures a part, without a window where screens is nil.
func (s *benchStage) watch(ctx context.Context, screens *ui.UI, part time.Duration) (p benchPart, err error) {
	s.mu.Lock()
	s.main = nil
	s.mu.Unlock()
	begin, read := time.Now(), s.frames.Load()
	p.alerts, err = s.raise(ctx, screens, part)
	p.frames, p.spent = s.frames.Load()-read, time.Since(begin)
	s.mu.Lock()
	defer s.mu.Unlock()
	p.main = s.main
	return p, err
}

// raise raises a hit every second, has it judged as a misread as soon as it is seen, and
// returns how long each alert took, in milliseconds. Without a window they are judged
// at once.
func (s *benchStage) raise(ctx context.Context, screens *ui.UI, part time.Duration) (took []float64, err error) {
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for until := time.Now().Add(part - time.Second/2); ; {
		select {
		case <-ctx.Done():
			return took, ctx.Err()
		case <-every.C:
		}
		if time.Now().After(until) {
			time.Sleep(time.Until(until.Add(time.Second / 2)))
			return took, nil
		}
		s.clear()
		text := s.plates[s.next%len(s.plates)]
		s.next++
		go s.eyes.onRead(invented(text))
		var raised time.Time
		if raised, err = await(ctx, s.raised); err != nil {
			return took, fmt.Errorf("a hit was not raised: %w", err)
		}
		if screens != nil {
			p, err := await(ctx, s.painted)
			if err != nil {
				return took, fmt.Errorf("an alert was not painted: %w", err)
			}
			took = append(took, p.Done.Sub(raised).Seconds()*1000)
		}
		for _, h := range s.cruiser.Queue() {
			if err := s.cruiser.Reject(ctx, h.ID, hit.Misread, time.Second); err != nil {
				return took, fmt.Errorf("judge a hit: %w", err)
			}
		}
		if screens != nil {
			fyne.DoAndWait(func() { screens.Window().Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape}) })
		}
	}
}

// clear forgets what was told of the hit before.
func (s *benchStage) clear() {
	select {
	case <-s.painted:
	default:
	}
	select {
	case <-s.raised:
	default:
	}
}

// benchPatience is how long a hit may take before the measurement gives up.
const benchPatience = time.Minute

func await[T any](ctx context.Context, c <-chan T) (v T, err error) {
	select {
	case v = <-c:
		return v, nil
	case <-time.After(benchPatience):
		return v, context.DeadlineExceeded
	case <-ctx.Done():
		return v, ctx.Err()
	}
}

// invented is a read of a plate with its pictures.
func invented(text plate.Text) plate.Read {
	r := plate.Read{Camera: "Camera 1", At: time.Now(), Text: text, Confidence: 0.96, Jurisdiction: "CA-ON", Basis: plate.BasisRead, Frames: 6,
		Evidence: benchEvidence{scene.Plate(text, "CA-ON", 640), scene.Context(training.Car{Plate: text, Jurisdiction: "CA-ON"}, training.Day)}}
	for i := range text {
		r.Characters = append(r.Characters, plate.Character{Char: text[i], Confidence: 0.98, Centre: (float64(i) + 0.5) / float64(len(text))})
	}
	return r
}

// rank returns the smallest value that p per cent of all do not exceed, 0 if there
// is none.
func rank(values []float64, p float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(max(int(math.Ceil(p/100*float64(len(sorted)))), 1), len(sorted))-1]
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }
