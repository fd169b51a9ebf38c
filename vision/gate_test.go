package vision

import (
	"image"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"
)

// view is a grey picture and its cells.
type view struct {
	grey, cells gocv.Mat
}

func newView(t *testing.T, width, height int) *view {
	t.Helper()
	v := &view{gocv.NewMatWithSizeFromScalar(gocv.NewScalar(90, 0, 0, 0), height, width, gocv.MatTypeCV8UC1), gocv.NewMat()}
	t.Cleanup(func() { v.grey.Close(); v.cells.Close() })
	return v
}

func (v *view) fill(r image.Rectangle, brightness float64) {
	part := v.grey.Region(r)
	defer part.Close()
	part.SetTo(gocv.NewScalar(brightness, 0, 0, 0))
}

func (v *view) part(g *gate, ms int, again ...image.Rectangle) image.Rectangle {
	shrink(v.grey, &v.cells)
	cells, _ := v.cells.DataPtrUint8()
	return g.part(cells, image.Pt(v.grey.Cols(), v.grey.Rows()), time.UnixMilli(int64(1000+ms)), again)
}

func TestGateOpensForWhatChanged(t *testing.T) {
	for _, size := range []image.Point{{X: 1280, Y: 720}, {X: 640, Y: 480}, {X: 1937, Y: 1081}, {X: 100, Y: 60}} {
		v, g := newView(t, size.X, size.Y), gate{}
		frame := image.Rectangle{Max: size}
		require.Equal(t, frame, v.part(&g, 0), "the first frame")
		require.Empty(t, v.part(&g, 66), "nothing has changed")

		plate := image.Rect(size.X/2, size.Y/2, size.X/2+max(2, size.X/25), size.Y/2+max(2, size.Y/28))
		v.fill(plate, 150)
		part := v.part(&g, 132)
		require.True(t, plate.In(part) && part.In(frame), "%v %v", plate, part)
		require.Less(t, part.Dx()*part.Dy(), size.X*size.Y/4, "only around it")
		require.Empty(t, v.part(&g, 198), "it stays")
		require.True(t, plate.In(v.part(&g, 264, plate)), "there is more to be seen")
		require.Equal(t, frame, v.part(&g, 1100), "all of it now and then")
	}
}

// Two changes in one frame are both looked at.
func TestGateSeesAllThatMoves(t *testing.T) {
	v, g := newView(t, 1280, 720), gate{}
	v.part(&g, 0)
	a, b := image.Rect(100, 100, 150, 125), image.Rect(1000, 600, 1050, 625)
	v.fill(a, 120)
	v.fill(b, 60)
	part := v.part(&g, 66)
	require.True(t, a.In(part) && b.In(part))
}

// A change so slow that no two frames differ by much is found all the same.
func TestGateSeesWhatComesSlowly(t *testing.T) {
	v, g := newView(t, 1280, 720), gate{}
	v.part(&g, 0)
	opened := 0
	for i := 1; i <= 12; i++ {
		v.fill(image.Rect(600, 300, 680, 340), float64(90+i))
		if !v.part(&g, 66*i).Empty() {
			opened++
		}
	}
	require.Equal(t, 2, opened, "every five steps")
}

func TestGateStaysShutForNoise(t *testing.T) {
	v, g := newView(t, 1280, 720), gate{}
	rng := rand.New(rand.NewPCG(1, 2))
	pixels, err := v.grey.DataPtrUint8()
	require.NoError(t, err)
	for i := range 10 {
		for k := range pixels {
			pixels[k] = uint8(90 + rng.IntN(13) - 6)
		}
		part := v.part(&g, 66*i)
		require.Equal(t, i == 0, !part.Empty(), "frame %d", i)
	}
}

func TestGateForgets(t *testing.T) {
	v, g := newView(t, 1280, 720), gate{}
	v.fill(image.Rect(0, 0, 400, 400), 200)
	v.part(&g, 0)
	g.reset()
	require.Equal(t, gate{}, g)
	require.Equal(t, image.Rect(0, 0, 1280, 720), v.part(&g, 66))
}
