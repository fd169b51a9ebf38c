package vision_test

import (
	"context"
	"encoding/csv"
	"image"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/training"
	"secondlook/platform/scenariofile"
	"secondlook/vision"
	"secondlook/vision/camera"
	"secondlook/vision/scene"
)

func mustPipeline(t *testing.T, o vision.Options) *vision.Pipeline {
	t.Helper()
	p, err := vision.New(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

// collector keeps the reads of a pipeline.
type collector struct {
	mu    sync.Mutex
	reads []plate.Read
	// placed is where the plate of the last read stood when it was read.
	placed plate.Box
	inView bool
	// heard is called with each read; nil for nothing.
	heard func()
}

func (c *collector) add(r plate.Read) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads = append(c.reads, r)
	if f, ok := r.Evidence.(plate.Followed); ok && f.Where() != nil {
		c.placed, c.inView = f.Where()()
	}
	if c.heard != nil {
		c.heard()
	}
}

func (c *collector) texts() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := map[string]int{}
	for _, r := range c.reads {
		n[string(r.Text)]++
	}
	return n
}

func TestFolderOfPicturesIsReadWhole(t *testing.T) {
	dir := t.TempDir()
	const pictures = 3
	require.NoError(t, scene.WritePictures(dir, 7, pictures))
	f, err := os.Open(filepath.Join(dir, "truth.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)

	p := mustPipeline(t, vision.Options{Workers: 2})
	var c collector
	// Far faster than it can be read: the folder must wait.
	settings := []patrol.CameraSetting{{Name: "Front", Side: "front", Source: "folder:" + dir + "?rate=1000"}}
	live, err := p.Start(t.Context(), settings, "CA-ON", c.add)
	require.NoError(t, err)
	require.NoError(t, live.Wait())

	health := live.Health()[0]
	require.True(t, health.Ended)
	require.Empty(t, health.Problem)
	require.EqualValues(t, pictures, health.Frames)
	require.Zero(t, health.Drops)
	right := 0
	for _, row := range rows[1:] {
		right += min(1, c.texts()[row[5]])
	}
	require.GreaterOrEqual(t, right, pictures-1)
	for i := range c.reads {
		checkRead(t, &c.reads[i])
	}
}

// checkRead looks at everything that a read carries, and erases it.
func checkRead(t *testing.T, r *plate.Read) {
	t.Helper()
	require.Equal(t, "Front", r.Camera)
	require.False(t, r.At.IsZero())
	require.Len(t, r.Characters, len(r.Text))
	require.Equal(t, r.Text, r.Candidates[0].Text)
	switch r.Basis {
	case plate.BasisAssumed:
		require.EqualValues(t, "CA-ON", r.Jurisdiction)
	case plate.BasisRead:
		require.NotEmpty(t, r.Jurisdiction)
	default:
		require.Fail(t, "neither read nor assumed")
	}
	require.Positive(t, r.Frames)
	evidence := r.Evidence
	close, err := evidence.Plate()
	require.NoError(t, err)
	context, err := evidence.Context()
	require.NoError(t, err)
	require.GreaterOrEqual(t, close.Bounds().Dx(), 240)
	require.LessOrEqual(t, context.Bounds().Dx(), 960)
	again, err := evidence.Plate()
	require.NoError(t, err)
	require.Equal(t, close, again)
	require.NotSame(t, close, again)
	r.Erase()
	require.Empty(t, r.Text)
	evidence.Erase() // twice does no harm
	_, err = evidence.Plate()
	require.Error(t, err)
	_, err = evidence.Context()
	require.Error(t, err)
}

// reel is a camera that waits until each of its frames has been looked at, and
// stamps them with the film's time: however busy the machine is, it gives the same
// reads.
type reel struct {
	street *scene.Street
	next   func() (since time.Duration, ok bool) // of the next frame, in the street's time
	fps    int
	looked chan struct{}

	frame *image.RGBA
	shown int
}

func newReel(street *scene.Street, fps int, next func() (time.Duration, bool)) *reel {
	return &reel{street: street, next: next, fps: fps, looked: make(chan struct{}, 1), frame: image.NewRGBA(image.Rect(0, 0, scene.Width, scene.Height))}
}

func (r *reel) Read(ctx context.Context, frame *gocv.Mat) error {
	if r.shown > 0 {
		select {
		case <-r.looked:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	since, ok := r.next()
	if !ok {
		return io.EOF
	}
	r.shown++
	r.street.Render(since, r.frame)
	r.stir()
	m, err := gocv.NewMatFromBytes(scene.Height, scene.Width, gocv.MatTypeCV8UC4, r.frame.Pix)
	if err != nil {
		return err
	}
	defer m.Close()
	gocv.CvtColor(m, frame, gocv.ColorRGBAToBGR)
	return nil
}

// stir adds noise that no two frames share, up to six steps: a sensor at night.
func (r *reel) stir() {
	seed := uint32(r.shown)
	for i, v := range r.frame.Pix {
		seed = seed*1664525 + 1013904223 // Numerical Recipes' generator
		r.frame.Pix[i] = uint8(min(255, max(0, int(v)+int(seed>>24)%13-6)))
	}
}

func (r *reel) Captured() time.Time {
	return time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC).Add(time.Duration(r.shown) * time.Second / time.Duration(r.fps))
}

func (r *reel) Close() error { return nil }

// play runs a pipeline on a reel and returns how many frames were looked at, and
// how many of them were still.
func (r *reel) play(t *testing.T, c *collector, while func(live patrol.Live)) (looks, still int) {
	t.Helper()
	p := mustPipeline(t, vision.Options{Workers: 1,
		Open: func(patrol.CameraSetting) (camera.Source, error) { return r, nil },
		Looked: func(l vision.Look) {
			looks++
			if l.Still {
				still++
			}
			r.looked <- struct{}{}
		},
	})
	live, err := p.Start(t.Context(), []patrol.CameraSetting{{Name: "Front"}}, "CA-ON", c.add)
	require.NoError(t, err)
	if while != nil {
		while(live)
	}
	require.NoError(t, live.Wait())
	require.Zero(t, live.Health()[0].Drops)
	return looks, still
}

// legible reports whether a plate is close enough to be read.
func legible(all []scene.Truth) bool {
	return slices.ContainsFunc(all, func(t scene.Truth) bool { return t.Box.Dx() >= 70 })
}

// passing is the first car of the default scenario driving by.
func passing(t *testing.T, fps int) (*reel, training.Car) {
	t.Helper()
	scenario := evening(t)
	car := scenario.Cars[0]
	street, err := scene.NewStreet(scenario, car.Camera)
	require.NoError(t, err)
	since := car.At
	return newReel(street, fps, func() (time.Duration, bool) {
		for {
			since += time.Second / time.Duration(fps)
			if since >= car.At+car.Approach.Time() {
				return 0, false
			}
			if legible(street.Truth(since)) {
				return since, true
			}
		}
	}), car
}

func TestPassingCarIsReadOnce(t *testing.T) {
	r, car := passing(t, 10)
	var c collector
	looks, _ := r.play(t, &c, nil)
	require.Greater(t, looks, 20)
	require.Equal(t, map[string]int{string(car.Plate): 1}, c.texts())
	require.Greater(t, c.reads[0].Frames, 0)
	checkRead(t, &c.reads[0])
}

// A car that drives up and stands is read once, however long it stands, and once
// it is read the camera costs next to nothing.
func TestStandingCarIsReadOnce(t *testing.T) {
	r, car := passing(t, 15)
	drive, stands := r.next, 0
	var at time.Duration
	r.next = func() (time.Duration, bool) {
		if r.street.Truth(at) == nil || r.street.Truth(at)[0].Box.Dx() < 95 {
			at, _ = drive()
			return at, true
		}
		stands++
		return at, stands <= 15*8
	}
	var read time.Duration // when the car was where
	c := collector{heard: func() { read = at }}
	looks, still := r.play(t, &c, nil)
	require.Equal(t, map[string]int{string(car.Plate): 1}, c.texts())
	require.Greater(t, looks, 15*8)
	require.Greater(t, still, 15*6)
	require.True(t, c.inView)
	stood, there := r.street.Truth(read)[0].Box, image.Pt(int((c.placed.Left+c.placed.Right)/2*scene.Width), int((c.placed.Top+c.placed.Bottom)/2*scene.Height))
	require.True(t, there.In(stood), "%v is not near %v", there, stood)
	_, follows := c.reads[0].Evidence.(plate.Followed).Where()()
	require.False(t, follows, "the camera has ended")
	checkRead(t, &c.reads[0])
}

// The camera wakes up beside a car that has stood there all along, and its picture
// never changes but for noise.
func TestCarThatNeverMovesIsRead(t *testing.T) {
	r, car := passing(t, 15)
	var at time.Duration
	for at = car.At; len(r.street.Truth(at)) == 0 || r.street.Truth(at)[0].Box.Dx() < 90; at += time.Second / 50 {
	}
	n := 0
	r.next = func() (time.Duration, bool) { n++; return at, n <= 30 }
	var c collector
	_, still := r.play(t, &c, nil)
	require.Equal(t, map[string]int{string(car.Plate): 1}, c.texts())
	require.Greater(t, still, 15)
	checkRead(t, &c.reads[0])
}

func TestTileShowsTheNewestFrame(t *testing.T) {
	r, car := passing(t, 10)
	n := 0
	r.next = func() (time.Duration, bool) { n++; return car.At + time.Duration(n)*time.Second/10, n <= 20 }
	var c collector
	pictures := 0
	r.play(t, &c, func(live patrol.Live) {
		var serial uint64
		for !live.Health()[0].Ended {
			img, next := live.Latest(0, serial, image.Pt(320, 240))
			if img != nil {
				require.Greater(t, next, serial)
				require.Equal(t, 320, img.Rect.Dx())
				require.Equal(t, 4*320, img.Stride)
				pictures++
			}
			serial = next
			time.Sleep(5 * time.Millisecond)
		}
	})
	require.Positive(t, pictures)
	for i := range c.reads {
		c.reads[i].Erase()
	}
}

// stuck is a camera that never gives a frame.
type stuck struct{}

func (stuck) Read(ctx context.Context, _ *gocv.Mat) error {
	<-ctx.Done()
	return ctx.Err()
}
func (stuck) Close() error { return nil }

func TestEndsWithItsContext(t *testing.T) {
	p := mustPipeline(t, vision.Options{Open: func(patrol.CameraSetting) (camera.Source, error) { return stuck{}, nil }})
	ctx, cancel := context.WithCancel(t.Context())
	live, err := p.Start(ctx, []patrol.CameraSetting{{Name: "A"}, {Name: "B"}}, "", func(plate.Read) {})
	require.NoError(t, err)
	require.Len(t, live.Health(), 2)
	img, _ := live.Latest(5, 0, image.Pt(10, 10))
	require.Nil(t, img)
	cancel()
	require.NoError(t, live.Wait())
}

func TestCameraThatCannotBeOpenedSaysWhy(t *testing.T) {
	p := mustPipeline(t, vision.Options{})
	live, err := p.Start(t.Context(), []patrol.CameraSetting{{Name: "A", Source: filepath.Join(t.TempDir(), "no")}}, "", func(plate.Read) {})
	require.NoError(t, err)
	require.NoError(t, live.Wait())
	require.Equal(t, string(camera.NotFound), live.Health()[0].Problem)
	require.True(t, live.Health()[0].Ended)
}

func TestDoctor(t *testing.T) {
	opencv, tesseract := vision.Versions()
	require.Regexp(t, `^4\.`, opencv)
	require.Regexp(t, `^[45]\.`, tesseract)
	engine, err := vision.CheckNetworks()
	require.NoError(t, err)
	require.Regexp(t, `^(ONNX Runtime 1|OpenCV 4)\.`, engine)
	require.NoError(t, vision.CheckTesseract())
	require.NoError(t, vision.CheckRedaction())

	dir := t.TempDir()
	m := gocv.NewMatWithSize(48, 64, gocv.MatTypeCV8UC3)
	defer m.Close()
	require.True(t, gocv.IMWrite(filepath.Join(dir, "a.png"), m))
	w, h, err := vision.CheckCamera(t.Context(), patrol.CameraSetting{Source: dir}, time.Minute, nil)
	require.NoError(t, err)
	require.Equal(t, []int{64, 48}, []int{w, h})
	_, _, err = vision.CheckCamera(t.Context(), patrol.CameraSetting{Source: "/dev/video97"}, time.Minute, nil)
	require.ErrorIs(t, err, camera.NoDevice)
	_, _, err = vision.CheckCamera(t.Context(), patrol.CameraSetting{}, time.Millisecond, func(patrol.CameraSetting) (camera.Source, error) { return stuck{}, nil })
	require.ErrorIs(t, err, camera.NoFrames)
}

func TestRequirement4_RegionIsOnlyAssumed(t *testing.T) {
	for region, want := range map[plate.Jurisdiction]plate.Basis{"": plate.BasisUnknown, plate.Europe: plate.BasisUnknown, "CA-ON": plate.BasisAssumed, "BR": plate.BasisAssumed} {
		j, basis := vision.Jurisdiction(region)
		require.Equal(t, want, basis)
		if basis == plate.BasisAssumed {
			require.Equal(t, region, j)
		} else {
			require.Empty(t, j)
		}
	}
}

// evening is the scenario that demo mode plays.
func evening(t testing.TB) *training.Scenario {
	t.Helper()
	s, err := scenariofile.BuiltIn(scenariofile.Standard)
	require.NoError(t, err)
	return s
}
