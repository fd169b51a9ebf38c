package redact_test

import (
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/vision/redact"
	"secondlook/vision/scene"
)

// chequered returns a picture of black and white squares of two pixels: whatever
// is blurred loses its contrast.
func chequered(w, h int) gocv.Mat {
	m := gocv.NewMatWithSize(h, w, gocv.MatTypeCV8UC3)
	for y := 0; y < h; y += 2 {
		for x := 0; x < w; x += 2 {
			if (x/2+y/2)%2 == 0 {
				gocv.Rectangle(&m, image.Rect(x, y, x+1, y+1), color.RGBA{R: 255, G: 255, B: 255}, -1)
			}
		}
	}
	return m
}

// contrast is the standard deviation of the grey values in an area.
func contrast(m gocv.Mat, area image.Rectangle) float64 {
	part := m.Region(area)
	defer part.Close()
	mean, deviation := gocv.NewMat(), gocv.NewMat()
	defer mean.Close()
	defer deviation.Close()
	gocv.MeanStdDev(part, &mean, &deviation)
	return deviation.GetDoubleAt(0, 0)
}

func TestRequirement2_OtherPlatesAndGlassAreHidden(t *testing.T) {
	r := redact.New()
	defer r.Close()
	m := chequered(640, 480)
	defer m.Close()
	own, other := image.Rect(200, 380, 260, 410), image.Rect(500, 400, 560, 430)
	before := contrast(m, own)

	hidden := r.Redact(&m, own, []image.Rectangle{other})
	require.NotEmpty(t, hidden)
	require.InDelta(t, before, contrast(m, own), 1e-9, "the plate itself stays as it is")
	require.Less(t, contrast(m, other), before/4, "the other plate")
	require.Less(t, contrast(m, redact.Glass(own).Inset(4)), before/4, "the glass above the plate")
	require.Less(t, contrast(m, redact.Glass(other).Intersect(image.Rect(0, 0, 640, 480)).Inset(4)), before/4, "the glass above the other")
}

func TestGlassLiesAboveThePlate(t *testing.T) {
	american := redact.Glass(image.Rect(100, 300, 160, 330))
	require.Less(t, american.Max.Y, 300)
	require.InDelta(t, 130, (american.Min.X+american.Max.X)/2, 1)
	require.InDelta(t, 1.5/0.305*60, american.Dx(), 2)
	european := redact.Glass(image.Rect(100, 300, 200, 322))
	require.InDelta(t, 1.5/0.52*100, european.Dx(), 2)
}

func TestRedactLeavesOddPicturesAlone(t *testing.T) {
	r := redact.New()
	defer r.Close()
	empty := gocv.NewMat()
	defer empty.Close()
	require.Empty(t, r.Redact(&empty, image.Rectangle{}, nil))
	for _, size := range []image.Point{{X: 1, Y: 1}, {X: 2, Y: 300}, {X: 63, Y: 127}, {X: 64, Y: 128}, {X: 3000, Y: 2}} {
		m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(90, 90, 90, 0), size.Y, size.X, gocv.MatTypeCV8UC3)
		outside := image.Rect(size.X+10, size.Y+10, size.X+60, size.Y+40)
		r.Redact(&m, outside, []image.Rectangle{outside, image.Rect(-50, -50, 4000, 4000)})
		require.Equal(t, size, image.Pt(m.Cols(), m.Rows()))
		m.Close()
	}
}

// The street has nobody on foot near the camera: the redactor must not hide the
// cars whose make and colour the picture is for.
func TestRequirement1_ContextStaysRecognisable(t *testing.T) {
	r := redact.New()
	defer r.Close()
	for _, p := range scene.Pictures(5, 3) {
		m, err := gocv.ImageToMatRGB(p.Image)
		require.NoError(t, err)
		area := 0
		for _, h := range r.Redact(&m, p.Truth[0].Box, nil) {
			area += h.Dx() * h.Dy()
		}
		require.Less(t, area, m.Cols()*m.Rows()/3)
		m.Close()
	}
}
