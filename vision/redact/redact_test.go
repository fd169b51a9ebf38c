package redact_test

import (
	"image"
	"image/color"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/vision/redact"
	"secondlook/vision/redact/passerby"
	"secondlook/vision/scene"
)

func redactor(t *testing.T) *redact.Redactor {
	t.Helper()
	r := redact.New()
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

// chequered returns a picture of black and white squares of two pixels: whatever
// is hidden loses its contrast.
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
	r := redactor(t)
	m := chequered(480, 360)
	defer m.Close()
	own, other := image.Rect(150, 300, 190, 320), image.Rect(380, 310, 420, 330)
	before := contrast(m, own)

	hidden := r.Redact(&m, own, []image.Rectangle{other})
	require.NotEmpty(t, hidden)
	require.InDelta(t, before, contrast(m, own), 1e-9, "the plate itself stays as it is")
	require.Less(t, contrast(m, other), before/8, "the other plate")
	require.Less(t, contrast(m, redact.Glass(own).Inset(4)), before/8, "the glass above the plate")
	require.Less(t, contrast(m, redact.Cabin(other).Intersect(image.Rect(0, 0, 480, 360)).Inset(4)), before/4, "all windows of the other car")
}

// street returns a generated picture at a width in pixels, and its plate there.
func street(t *testing.T, seed int64, width int) (gocv.Mat, image.Rectangle) {
	t.Helper()
	pictures, err := scene.Pictures(seed, 1)
	require.NoError(t, err)
	for _, p := range pictures {
		m, err := gocv.ImageToMatRGB(p.Image)
		require.NoError(t, err)
		t.Cleanup(func() { m.Close() })
		require.NotEmpty(t, p.Truth)
		scale := float64(width) / float64(m.Cols())
		gocv.Resize(m, &m, image.Point{}, scale, scale, gocv.InterpolationArea)
		at := func(v int) int { return int(float64(v) * scale) }
		b := p.Truth[0].Box
		return m, image.Rect(at(b.Min.X), at(b.Min.Y), at(b.Max.X)+1, at(b.Max.Y)+1)
	}
	return gocv.Mat{}, image.Rectangle{}
}

// hides reports whether an area lies under what was hidden.
func hides(hidden []image.Rectangle, area image.Rectangle) bool {
	return slices.ContainsFunc(hidden, func(h image.Rectangle) bool { return area.In(h) })
}

// A face of 24 pixels is found in the street, one of 60 too, and neither is left
// for a cascade to see.
func TestRequirement2_FacesAreHidden(t *testing.T) {
	r := redactor(t)
	require.True(t, r.HasFaces(), "install opencv-data")
	m, own := street(t, 5, 640)
	heads := []image.Rectangle{image.Rect(20, 220, 44, 244), image.Rect(560, 150, 620, 210)}
	for _, h := range heads {
		passerby.Draw(&m, h)
	}
	require.Len(t, seen(t, m), len(heads))
	var before []float64
	for _, h := range heads {
		before = append(before, contrast(m, h.Inset(h.Dx()/5)))
	}
	hidden := r.Redact(&m, own, nil)
	for i, h := range heads {
		face := h.Inset(h.Dx() / 5)
		require.True(t, hides(hidden, face), "a head of %d pixels", h.Dx())
		require.Less(t, contrast(m, face), before[i]/3)
	}
	require.Empty(t, seen(t, m))
}

// seen returns the faces that a cascade sees in a picture.
func seen(t *testing.T, m gocv.Mat) []image.Rectangle {
	t.Helper()
	c := gocv.NewCascadeClassifier()
	defer c.Close()
	folder, ok := redact.Cascades()
	require.True(t, ok)
	require.True(t, c.Load(filepath.Join(folder, "haarcascade_frontalface_alt2.xml")))
	grey := gocv.NewMat()
	defer grey.Close()
	gocv.CvtColor(m, &grey, gocv.ColorBGRToGray)
	return c.DetectMultiScaleWithParams(grey, 1.1, 3, 0, image.Pt(18, 18), image.Point{})
}

// Plates that nobody named are found: one of 60 pixels, and one that the edge cuts.
func TestRequirement2_UnknownPlatesAreFound(t *testing.T) {
	r := redactor(t)
	m, own := street(t, 5, 640)
	plate, err := gocv.ImageToMatRGB(scene.Plate("WXYZ482", "CA-ON", 240))
	require.NoError(t, err)
	defer plate.Close()
	gocv.Resize(plate, &plate, image.Pt(60, 30), 0, 0, gocv.InterpolationArea)
	whole := image.Rect(30, 290, 90, 320)
	cut := image.Rect(592, 200, 640, 230) // its left four fifths
	for _, at := range []image.Rectangle{whole, cut} {
		gocv.Rectangle(&m, at.Inset(-14).Intersect(image.Rect(0, 0, m.Cols(), m.Rows())), color.RGBA{R: 40, G: 42, B: 60}, -1)
		shown := plate.Region(image.Rectangle{Max: at.Size()})
		part := m.Region(at)
		shown.CopyTo(&part)
		part.Close()
		shown.Close()
	}
	r.Redact(&m, own, nil)
	require.Less(t, contrast(m, whole), 12.0)
	require.Less(t, contrast(m, cut), 12.0)
	require.Greater(t, contrast(m, own), 12.0, "the hit's plate is still there")
}

func TestGlassLiesAboveThePlate(t *testing.T) {
	american := redact.Glass(image.Rect(100, 300, 160, 330))
	require.Less(t, american.Max.Y, 300)
	require.InDelta(t, 130, (american.Min.X+american.Max.X)/2, 1)
	require.InDelta(t, 2/0.305*60, american.Dx(), 2)
	european := redact.Glass(image.Rect(100, 300, 200, 322))
	require.InDelta(t, 2/0.52*100, european.Dx(), 2)
	require.True(t, american.In(redact.Cabin(image.Rect(100, 300, 160, 330))), "another car is hidden further")
}

func TestRedactLeavesOddPicturesAlone(t *testing.T) {
	r := redactor(t)
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

// A redactor that cannot look must not show.
func TestRequirement2_WithoutFindersAllButThePlateIsHidden(t *testing.T) {
	r := redact.New()
	require.NoError(t, r.Close())
	m := chequered(320, 200)
	defer m.Close()
	own := image.Rect(100, 120, 160, 150)
	before := contrast(m, own)
	require.Equal(t, []image.Rectangle{image.Rect(0, 0, 320, 200)}, r.Redact(&m, own, nil))
	require.InDelta(t, before, contrast(m, own), 1e-9)
	for _, rest := range []image.Rectangle{image.Rect(0, 0, 320, 110), image.Rect(0, 160, 320, 200), image.Rect(0, 0, 90, 200), image.Rect(170, 0, 320, 200)} {
		require.Less(t, contrast(m, rest), before/8)
	}
}

// The hit's own car keeps its colour and shape: below the glass little of it is
// hidden.
func TestRequirement1_TheCarStaysRecognisable(t *testing.T) {
	r := redactor(t)
	for _, seed := range []int64{7, 9} {
		m, own := street(t, seed, 640)
		body := image.Rect(own.Min.X-2*own.Dx(), own.Min.Y, own.Max.X+2*own.Dx(), own.Max.Y+own.Dy())
		body = body.Intersect(image.Rect(0, 0, m.Cols(), m.Rows()))
		hidden := r.Redact(&m, own, nil)
		n := 0
		for y := body.Min.Y; y < body.Max.Y; y++ {
			for x := body.Min.X; x < body.Max.X; x++ {
				if hides(hidden, image.Rect(x, y, x+1, y+1)) {
					n++
				}
			}
		}
		require.Less(t, n, body.Dx()*body.Dy()/3, "picture %d", seed)
	}
}
