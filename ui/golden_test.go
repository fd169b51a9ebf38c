package ui

import (
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/cruiser"
)

// update writes the masters anew, to be looked at before they are committed:
//
//	go test ./ui -run Golden -update
var update = flag.Bool("update", false, "write the master pictures of the screens")

// The masters were made on one machine. Elsewhere the edges of characters differ a
// little: a pixel counts where a channel is off by more than far, and a screen fails
// where more than one pixel in few counts.
const (
	far = 40
	few = 2000
)

// requireLooks compares the window with its master.
func (f *fixture) requireLooks(name string) {
	f.t.Helper()
	got := f.win.Canvas().Capture()
	path := filepath.Join("testdata", name+".png")
	if *update {
		require.NoError(f.t, save(path, got))
		return
	}
	file, err := os.Open(path)
	require.NoError(f.t, err)
	defer file.Close()
	want, err := png.Decode(file)
	require.NoError(f.t, err)
	require.Equal(f.t, want.Bounds(), got.Bounds(), name)
	n := differing(want, got)
	all := want.Bounds().Dx() * want.Bounds().Dy()
	if n > all/few {
		failed := filepath.Join("testdata", "failed", name+".png")
		require.NoError(f.t, save(failed, got))
		require.Failf(f.t, "looks different", "%d of %d pixels of %s differ; see %s", n, all, name, failed)
	}
}

// differing counts the pixels that differ to the eye.
func differing(a, b image.Image) (n int) {
	r := a.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p := color.NRGBAModel.Convert(a.At(x, y)).(color.NRGBA)
			q := color.NRGBAModel.Convert(b.At(x, y)).(color.NRGBA)
			if off(p.R, q.R) || off(p.G, q.G) || off(p.B, q.B) {
				n++
			}
		}
	}
	return n
}

func off(a, b uint8) bool { return max(a, b)-min(a, b) > far }

func save(path string, i image.Image) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return png.Encode(file, i)
}

func TestGoldenPatrol(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.drive()
	f.cars.lose(1)
	f.changed(cruiser.CamerasChanged)
	f.settle()
	f.requireLooks("patrol-night")
}

// queueUp fills the queue and opens the gravest hit, ready for its verdict.
func (f *fixture) queueUp() {
	f.t.Helper()
	f.startPatrol()
	f.see("CBDA112", "Front left")
	f.see("CBDA113", "Front left")
	f.see("CKLM804", "Front left")
	f.see("CWTR415", "Front right")
	f.pass(2 * time.Second)
}

func TestGoldenAlert(t *testing.T) {
	for name, s := range map[string]setting{"alert-night": {}, "alert-day": {palette: "day"}, "alert-french": {language: "fr"}} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, s)
			f.queueUp()
			f.requireLooks(name)
		})
	}
}

func TestGoldenSteps(t *testing.T) {
	f := newFixture(t, setting{})
	f.queueUp()
	f.key('1')
	f.requireLooks("check-night")
	f.key('0')
	f.key('1')
	f.requireLooks("notice-night")
	f.key('1')
	f.requireLooks("outcome-night")
}

func TestGoldenReport(t *testing.T) {
	f := newFixture(t, setting{})
	f.queueUp()
	f.tap("This entry looks wrong")
	f.requireLooks("report-night")
	f.key('2')
	f.pass(toastTime + time.Second)
	f.tap("Quieted: 1")
	f.requireLooks("quieted-night")
}
