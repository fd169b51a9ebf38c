package scene

import (
	"image"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/training"
	"secondlook/platform/scenariofile"
	"secondlook/vision/scene/paint"
)

func mustStreet(t *testing.T, camera string) *Street {
	t.Helper()
	s, err := NewStreet(evening(t), camera)
	require.NoError(t, err)
	return s
}

func frame() *image.RGBA { return image.NewRGBA(image.Rect(0, 0, Width, Height)) }

func TestNewStreetRefuses(t *testing.T) {
	_, err := NewStreet(evening(t), "Roof")
	require.ErrorIs(t, err, ErrNoCamera)
	broken := evening(t)
	broken.Length = 0
	_, err = NewStreet(broken, "Front left")
	require.ErrorIs(t, err, training.ErrInvalid)
}

func TestRequirement39_RenderRepeatsItself(t *testing.T) {
	a, b := frame(), frame()
	first, second := mustStreet(t, "Front left"), mustStreet(t, "Front left")
	at := 7 * time.Second
	first.Render(at, a)
	second.Render(2*time.Second, b) // what was drawn before leaves no trace
	second.Render(at, b)
	require.Equal(t, a.Pix, b.Pix)

	second.Render(at+time.Second/Rate, b)
	require.NotEqual(t, a.Pix, b.Pix, "time goes on")
}

// A pass is like the one before, but for the sensor's noise.
func TestRenderLoops(t *testing.T) {
	s := mustStreet(t, "Front right")
	length := evening(t).Length
	a, b := frame(), frame()
	s.Render(23*time.Second, a)
	s.Render(23*time.Second+length, b)
	largest := 0
	for i := range a.Pix {
		largest = max(largest, int(a.Pix[i])-int(b.Pix[i]), int(b.Pix[i])-int(a.Pix[i]))
	}
	require.LessOrEqual(t, largest, 2*maxNoise)
	require.Equal(t, s.Truth(23*time.Second), s.Truth(23*time.Second+length))
}

// The light of one pass turns into the next one's without a jump.
func TestMoodFades(t *testing.T) {
	s := mustStreet(t, "Front left")
	length := s.scenario.Length
	require.Equal(t, mood{training.Day, training.Dusk, 0}, s.moodAt(0))
	require.Equal(t, mood{training.Dusk, training.Night, 0}, s.moodAt(s.scenario.Phases[1].From))
	require.Equal(t, mood{training.Night, training.Day, fadeSteps / 2}, s.moodAt(length-fade/2))
	require.Equal(t, mood{training.Night, training.Day, fadeSteps - 1}, s.moodAt(length-1))
}

func TestTruthLiesOnThePlate(t *testing.T) {
	s := mustStreet(t, "Front left")
	img := frame()
	at := 7500 * time.Millisecond
	s.Render(at, img)
	truth := s.Truth(at)
	require.Len(t, truth, 1)
	plate := truth[0]
	require.True(t, plate.Whole)
	require.EqualValues(t, "WKLM804", plate.Text)
	require.Greater(t, plate.Box.Dx(), 75)
	require.InDelta(t, 2, float64(plate.Box.Dx())/float64(plate.Box.Dy()), 0.25)
	bright := 0
	for y := plate.Box.Min.Y; y < plate.Box.Max.Y; y++ {
		for x := plate.Box.Min.X; x < plate.Box.Max.X; x++ {
			if c := img.RGBAAt(x, y); c.R > 180 && c.G > 180 {
				bright++
			}
		}
	}
	require.Greater(t, bright, plate.Box.Dx()*plate.Box.Dy()/3, "the plate's white ground on a grey car")
}

// Every car of the default scenario shows its plate large and whole for at least
// two seconds: long enough for several frames on a busy terminal.
func TestEveryPlateComesNear(t *testing.T) {
	scenario := evening(t)
	near, largest := map[int]time.Duration{}, map[int]int{}
	const step = 100 * time.Millisecond
	for _, c := range scenario.Cameras {
		s := mustStreet(t, c.Name)
		for at := time.Duration(0); at < scenario.Length; at += step {
			for _, p := range s.Truth(at) {
				if p.Whole && p.Box.Dx() >= 90 {
					near[p.Car] += step
				}
				if p.Whole {
					largest[p.Car] = max(largest[p.Car], p.Box.Dx())
				}
			}
		}
	}
	for i := range scenario.Cars {
		require.GreaterOrEqual(t, near[i], 2*time.Second, "car %d", i)
		require.LessOrEqual(t, largest[i], 220, "car %d", i)
	}
}

func TestProjectCutsBehindTheLens(t *testing.T) {
	v := viewOf("front-left")
	across := []spot{{-2, 0, -5}, {-1, 0, -5}, {-1, 0, 20}, {-2, 0, 20}}
	shape := v.project(across)
	require.GreaterOrEqual(t, len(shape), 4)
	for _, p := range shape {
		require.False(t, math.IsNaN(p.X) || math.IsInf(p.X, 0) || math.IsNaN(p.Y) || math.IsInf(p.Y, 0))
	}
	require.Nil(t, v.project([]spot{{0, 0, -5}, {1, 0, -5}, {1, 1, -5}}))
	_, ok := v.see(spot{0, 0, -1})
	require.False(t, ok)
	require.Zero(t, v.scale(spot{0, 0, -1}))
}

func TestToUnitMapsCorners(t *testing.T) {
	quad := [4]paint.Point{{100, 50}, {210, 60}, {205, 130}, {98, 110}}
	m := paint.ToUnit(quad)
	for i, want := range []paint.Point{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
		u, v := m.At(quad[i].X, quad[i].Y)
		require.InDelta(t, want.X, u, 1e-9)
		require.InDelta(t, want.Y, v, 1e-9)
	}
}

// Noise is added to eight bytes at once; it must never run over into the next
// one, and never touch alpha.
func TestNoiseStaysInItsByte(t *testing.T) {
	for _, base := range []uint8{paint.Darkest, 128, paint.Brightest} {
		for strength := range maxNoise + 1 {
			img := image.NewRGBA(image.Rect(0, 0, 64, 8))
			for i := range img.Pix {
				img.Pix[i] = base
				if i%4 == 3 {
					img.Pix[i] = 255
				}
			}
			addNoise(img, noiseTable(1), strength, 2)
			for i, v := range img.Pix {
				if i%4 == 3 {
					require.EqualValues(t, 255, v)
				} else {
					require.InDelta(t, base, v, float64(strength))
				}
			}
		}
	}
}

func TestPaintLeavesRoomForNoise(t *testing.T) {
	img := backdrop(viewOf("front-left"), lightings[training.Night], 1)
	low, high := uint8(255), uint8(0)
	for i, v := range img.Pix {
		if i%4 != 3 {
			low, high = min(low, v), max(high, v)
		}
	}
	require.GreaterOrEqual(t, low, uint8(paint.Darkest))
	require.LessOrEqual(t, high, uint8(paint.Brightest))
}

func TestSoften(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 8, 4))
	img.Pix[img.PixOffset(3, 1)] = 200
	soften(img, img.Bounds())
	require.InDelta(t, 50, img.RGBAAt(3, 1).R, 1)
	require.InDelta(t, 50, img.RGBAAt(2, 1).R, 1)
	require.InDelta(t, 100, img.RGBAAt(3, 0).R, 1)
	require.Zero(t, img.RGBAAt(5, 1).R)
}

// A frame must not cost the terminal memory: the pictures are reused.
func TestRenderReusesItsPictures(t *testing.T) {
	s := mustStreet(t, "Front left")
	img := frame()
	at := 7500 * time.Millisecond
	s.Render(at, img)
	allocated := testing.AllocsPerRun(1, func() { s.Render(at, img) })
	require.Less(t, allocated, 2500.0)
}

func TestContextHidesTheWindows(t *testing.T) {
	car := evening(t).Cars[0]
	img := Context(car, training.Day)
	require.Equal(t, image.Pt(ContextWidth, ContextHeight), img.Bounds().Size())

	s := mustStreet(t, "Front left")
	s.painter.light = lightings[training.Day]
	panes := bounds(s.carAt(onRoad{0, 9}).windows()...)
	middle := image.Pt((panes.Min.X+panes.Max.X)/4, (panes.Min.Y+panes.Max.Y)/4)
	flatPixels := 0
	for x := middle.X - 30; x < middle.X+30; x++ {
		if img.RGBAAt(x, middle.Y) == img.RGBAAt(x+1, middle.Y) {
			flatPixels++
		}
	}
	require.Greater(t, flatPixels, 45, "squares of one colour")
}

func BenchmarkRender(b *testing.B) {
	s, err := NewStreet(evening(b), "Front left")
	require.NoError(b, err)
	img := frame()
	s.Render(0, img)
	at := time.Duration(0)
	b.ReportAllocs()
	for b.Loop() {
		s.Render(at, img)
		at = (at + time.Second/Rate) % (28 * time.Second)
	}
}

// evening is the scenario that demo mode plays.
func evening(t testing.TB) *training.Scenario {
	t.Helper()
	s, err := scenariofile.BuiltIn(scenariofile.Standard)
	require.NoError(t, err)
	return s
}
