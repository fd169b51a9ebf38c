package vision

import (
	"image"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/vision/camera"
	"secondlook/vision/detect"
	"secondlook/vision/redact"
)

func numbered(n int) *camera.Frame {
	f := camera.NewFrame()
	f.Generation = n
	return f
}

func TestQueueDropsTheOldest(t *testing.T) {
	q := newQueue(1)
	defer q.erase()
	for n := 1; n <= depth; n++ {
		next, dropped := q.exchange(0, numbered(n))
		require.False(t, dropped)
		next.Erase()
	}
	oldest, dropped := q.exchange(0, numbered(depth+1))
	require.True(t, dropped)
	require.Equal(t, 1, oldest.Generation)
	oldest.Erase()
	w, ok := q.take()
	require.True(t, ok)
	require.Equal(t, 2, w.frame.Generation)
	q.await(w)
	q.pass(w)
}

func TestQueueNeverDropsAnEndOrAScene(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1)
		end, alone := numbered(1), numbered(2)
		end.End, alone.Unrelated = true, true
		for _, f := range []*camera.Frame{end, alone} {
			next, _ := q.exchange(0, f)
			next.Erase()
		}
		third := numbered(3)
		third.Unrelated = true
		waited := make(chan struct{})
		go func() {
			next, dropped := q.exchange(0, third)
			require.False(t, dropped)
			next.Erase()
			close(waited)
		}()
		synctest.Wait()
		select {
		case <-waited:
			t.Fatal("did not wait for room")
		default:
		}
		for want := 1; want <= 3; want++ {
			w, ok := q.take()
			require.True(t, ok)
			require.Equal(t, want, w.frame.Generation)
			q.await(w)
			q.pass(w)
		}
		<-waited
		q.close()
		_, ok := q.take()
		require.False(t, ok)
		q.erase()
	})
}

func TestQueueServesCamerasInTurn(t *testing.T) {
	q := newQueue(2)
	defer q.erase()
	for n := 1; n <= 2; n++ {
		for line := range 2 {
			next, _ := q.exchange(line, numbered(10*line+n))
			next.Erase()
		}
	}
	var order []int
	for range 4 {
		w, _ := q.take()
		order = append(order, w.frame.Generation)
		q.await(w)
		q.pass(w)
	}
	require.Equal(t, []int{1, 11, 2, 12}, order)
}

// The tracker sees frames in order, whichever worker was faster.
func TestQueueKeepsTheOrderOfFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1)
		for n := 1; n <= 2; n++ {
			next, _ := q.exchange(0, numbered(n))
			next.Erase()
		}
		first, _ := q.take()
		second, _ := q.take()
		passed := make(chan struct{})
		go func() {
			q.await(second)
			close(passed)
			q.pass(second)
		}()
		synctest.Wait()
		select {
		case <-passed:
			t.Fatal("overtook the first frame")
		default:
		}
		q.await(first)
		q.pass(first)
		<-passed
		synctest.Wait()
		q.erase()
	})
}

func TestQueueAborts(t *testing.T) {
	q := newQueue(1)
	q.abort()
	next, _ := q.exchange(0, numbered(1))
	require.Nil(t, next)
	_, ok := q.take()
	require.False(t, ok)
	q.erase()
}

func TestDisplayLendsPictures(t *testing.T) {
	var d display
	defer d.erase()
	frame := func(v float64) gocv.Mat {
		return gocv.NewMatWithSizeFromScalar(gocv.NewScalar(v, 0, 0, 0), 90, 160, gocv.MatTypeCV8UC3)
	}
	show := func(v float64) {
		m := frame(v)
		defer m.Close()
		d.show(m)
	}
	show(1)
	require.False(t, d.ready, "no cost when nobody asked")
	size := image.Pt(80, 80)
	img, serial := d.latest(0, size)
	require.Nil(t, img)
	show(2)
	first, serial := d.latest(serial, size)
	require.Equal(t, image.Pt(80, 45), first.Rect.Size(), "fits, in proportion")
	require.EqualValues(t, 2, serial)
	require.Equal(t, uint8(2), first.Pix[2], "blue is third")
	img, serial = d.latest(serial, size)
	require.Nil(t, img, "nothing new")

	show(3)
	second, serial := d.latest(serial, size)
	show(4)
	require.Equal(t, uint8(2), first.Pix[2], "belongs to the caller until the second next")
	require.Equal(t, uint8(3), second.Pix[2])
	third, serial := d.latest(serial, size)
	show(5)
	require.Equal(t, uint8(3), second.Pix[2])
	require.Equal(t, uint8(4), third.Pix[2])
	fourth, _ := d.latest(serial, size)
	require.Equal(t, uint8(5), fourth.Pix[2])
	require.Same(t, first, fourth, "buffers go round")
}

// Squares of whole pixels are as large as they can be.
func TestDisplayShrinksByWholePixels(t *testing.T) {
	for _, c := range []struct {
		full, size image.Point
		n          int
	}{
		{image.Pt(1280, 720), image.Pt(509, 286), 2},
		{image.Pt(1280, 720), image.Pt(700, 394), 1},
		{image.Pt(1280, 720), image.Pt(400, 225), 2}, // not 3, which leaves parts of pixels
		{image.Pt(1920, 1080), image.Pt(509, 286), 3},
		{image.Pt(1920, 1080), image.Pt(160, 90), 12},
		{image.Pt(641, 480), image.Pt(160, 120), 1},
		{image.Pt(320, 240), image.Pt(320, 240), 1},
	} {
		require.Equal(t, c.n, squares(c.full, c.size), "%v to %v", c.full, c.size)
	}
}

// What is given back has been overwritten, and is used again.
func TestRequirement3_ErasedEvidenceIsOverwritten(t *testing.T) {
	album := album{redactor: redact.New()}
	defer album.close()
	f := camera.NewFrame()
	defer f.Erase()
	f.Mat.Close()
	f.Mat = gocv.NewMatWithSizeFromScalar(gocv.NewScalar(9, 9, 9, 0), 90, 160, gocv.MatTypeCV8UC3)
	at := detect.Plate{Corners: [4]detect.Point{{X: 40, Y: 40}, {X: 80, Y: 40}, {X: 80, Y: 60}, {X: 40, Y: 60}}}
	e := newEvidence(&album)
	e.capture(f, []sighting{{place: at}}, 0)
	var whole []gocv.Mat // second owners of the same memory
	for _, m := range []gocv.Mat{e.crop, e.street} {
		require.NotZero(t, m.Mean().Val1)
		whole = append(whole, m.Region(image.Rect(0, 0, m.Cols(), m.Rows())))
	}
	e.Erase()
	for i := range whole {
		require.Zero(t, whole[i].Mean().Val1)
		require.NoError(t, whole[i].Close())
	}
	require.Len(t, album.crops.free, 1)
	require.Len(t, album.streets.free, 1)
	again := newEvidence(&album)
	require.Empty(t, album.crops.free)
	require.Empty(t, album.streets.free)
	again.Erase()
}
