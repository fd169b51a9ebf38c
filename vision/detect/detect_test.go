package detect_test

import (
	"image"
	"testing"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/vision/detect"
	"secondlook/vision/scene"
)

func mustDetector(t *testing.T) *detect.Detector {
	t.Helper()
	d, err := detect.New()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d
}

// upright is an upright plate.
func upright(r image.Rectangle) detect.Plate {
	l, t, x, b := float64(r.Min.X), float64(r.Min.Y), float64(r.Max.X), float64(r.Max.Y)
	return detect.Plate{Corners: [4]detect.Point{{X: l, Y: t}, {X: x, Y: t}, {X: x, Y: b}, {X: l, Y: b}}}
}

func TestFindsPlatesInTheStreet(t *testing.T) {
	d := mustDetector(t)
	found, plates := 0, 0
	pictures, err := scene.Pictures(11, 8)
	require.NoError(t, err)
	for _, p := range pictures {
		colour, err := gocv.ImageToMatRGB(p.Image)
		require.NoError(t, err)
		grey := gocv.NewMat()
		gocv.CvtColor(colour, &grey, gocv.ColorBGRToGray)
		places, err := d.Find(grey)
		require.NoError(t, err)
		for i := 1; i < len(places); i++ {
			require.LessOrEqual(t, places[i].Score, places[i-1].Score, "best first")
		}
		for _, truth := range p.Truth {
			plates++
			for _, place := range places {
				if place.Overlap(upright(truth.Box)) >= 0.4 {
					found++
					break
				}
			}
		}
		grey.Close()
		colour.Close()
	}
	require.NotZero(t, plates)
	require.GreaterOrEqual(t, found, plates-1, "of %d", plates)
}

func TestLowestScoreIsOneMaySet(t *testing.T) {
	d := mustDetector(t)
	require.Equal(t, detect.MinScore, d.Lowest)
	pictures, err := scene.Pictures(11, 1)
	require.NoError(t, err)
	for _, p := range pictures {
		colour, err := gocv.ImageToMatRGB(p.Image)
		require.NoError(t, err)
		defer colour.Close()
		grey := gocv.NewMat()
		defer grey.Close()
		gocv.CvtColor(colour, &grey, gocv.ColorBGRToGray)
		count := func(lowest float64) int {
			d.Lowest = lowest
			found, err := d.Find(grey)
			require.NoError(t, err)
			for _, f := range found {
				require.GreaterOrEqual(t, f.Score, lowest)
			}
			return len(found)
		}
		usual := count(detect.MinScore)
		require.Positive(t, usual)
		require.Greater(t, count(0.001), usual)
		require.Zero(t, count(0.999999))
	}
}

func TestFindRefusesOtherPictures(t *testing.T) {
	d := mustDetector(t)
	empty := gocv.NewMat()
	defer empty.Close()
	colour := gocv.NewMatWithSize(10, 10, gocv.MatTypeCV8UC3)
	defer colour.Close()
	deep := gocv.NewMatWithSize(10, 10, gocv.MatTypeCV16U)
	defer deep.Close()
	for _, m := range []gocv.Mat{empty, colour, deep} {
		_, err := d.Find(m)
		require.ErrorIs(t, err, detect.ErrPicture)
	}
}

func TestFindSurvivesOddSizes(t *testing.T) {
	d := mustDetector(t)
	for _, size := range []image.Point{{X: 1, Y: 1}, {X: 1, Y: 5000}, {X: 5000, Y: 1}, {X: 639, Y: 385}, {X: 640, Y: 384}} {
		m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(128, 0, 0, 0), size.Y, size.X, gocv.MatTypeCV8UC1)
		places, err := d.Find(m)
		require.NoError(t, err)
		require.Empty(t, places, "nothing is on an even ground")
		m.Close()
	}
}

func TestOverlap(t *testing.T) {
	a := upright(image.Rect(0, 0, 10, 10))
	require.InDelta(t, 1, a.Overlap(a), 1e-9)
	require.InDelta(t, 1.0/3, a.Overlap(upright(image.Rect(5, 0, 15, 10))), 1e-9)
	require.Zero(t, a.Overlap(upright(image.Rect(10, 0, 20, 10))))
	require.Equal(t, image.Rect(0, 0, 10, 10), a.Box())
}
