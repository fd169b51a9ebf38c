package vision_test

import (
	"context"
	"encoding/csv"
	"image"
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
}

func (c *collector) add(r plate.Read) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads = append(c.reads, r)
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
	require.Equal(t, plate.BasisAssumed, r.Basis)
	require.Positive(t, r.Frames)
	evidence := r.Evidence
	close, context, err := evidence.Pictures()
	require.NoError(t, err)
	require.GreaterOrEqual(t, close.Bounds().Dx(), 240)
	require.LessOrEqual(t, context.Bounds().Dx(), 960)
	again, _, err := evidence.Pictures()
	require.NoError(t, err)
	require.Equal(t, close, again)
	require.NotSame(t, close, again)
	r.Erase()
	require.Empty(t, r.Text)
	evidence.Erase() // twice does no harm
	_, _, err = evidence.Pictures()
	require.Error(t, err)
}

// near reports whether a plate is close enough to be read.
func near(all []scene.Truth) bool {
	return slices.ContainsFunc(all, func(t scene.Truth) bool { return t.Box.Dx() >= 70 })
}

// filmCar writes a car of the default scenario driving by as a real video, and
// returns its plate.
func filmCar(t *testing.T, path string) string {
	t.Helper()
	scenario := training.Default()
	car := scenario.Cars[0]
	street, err := scene.NewStreet(scenario, car.Camera)
	require.NoError(t, err)
	frame := image.NewRGBA(image.Rect(0, 0, scene.Width, scene.Height))
	w, err := gocv.VideoWriterFile(path, "MJPG", 10, scene.Width, scene.Height, true)
	require.NoError(t, err)
	for since := car.At; since < car.At+car.Approach.Time(); since += time.Second / 10 {
		if !near(street.Truth(since)) {
			continue
		}
		street.Render(since, frame)
		m, err := gocv.ImageToMatRGB(frame)
		require.NoError(t, err)
		require.NoError(t, w.Write(m))
		require.NoError(t, m.Close())
	}
	require.NoError(t, w.Close())
	return string(car.Plate)
}

func TestPassingCarIsReadOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "car.avi")
	want := filmCar(t, path)
	p := mustPipeline(t, vision.Options{})
	var c collector
	live, err := p.Start(t.Context(), []patrol.CameraSetting{{Name: "Front", Source: path}}, "CA-ON", c.add)
	require.NoError(t, err)
	var serial uint64
	pictures := 0
	ended := make(chan error, 1)
	go func() { ended <- live.Wait() }()
	for running := true; running; {
		select {
		case err := <-ended:
			require.NoError(t, err)
			running = false
		case <-time.After(20 * time.Millisecond):
			img, next := live.Latest(0, serial, image.Pt(320, 240))
			if img != nil {
				require.Greater(t, next, serial)
				require.Equal(t, 320, img.Rect.Dx())
				require.Equal(t, 4*320, img.Stride)
				pictures++
			}
			serial = next
		}
	}
	require.Positive(t, pictures)
	require.Equal(t, map[string]int{want: 1}, c.texts())
	require.Greater(t, c.reads[0].Frames, 0)
	checkRead(t, &c.reads[0])
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
	require.NoError(t, vision.CheckNetworks())
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
