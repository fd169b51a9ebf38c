package vision

import (
	"image"
	"sync"

	"gocv.io/x/gocv"
)

// display keeps the newest frame of a camera for its tile. A frame is shrunk only
// if somebody asked since the last one, so that a hidden tile costs nothing.
type display struct {
	mu      sync.Mutex
	asked   bool
	size    image.Point
	serial  uint64
	newest  *image.RGBA // not handed out yet; nil if there is none
	spare   []*image.RGBA
	lent    [2]*image.RGBA // the last two handed out, older first
	coarse  gocv.Mat
	shrunk  gocv.Mat
	rgba    gocv.Mat
	ready   bool // the Mats exist
	erased  bool
	lastNew uint64
}

// show offers a frame. It is called by the capturing goroutine only.
func (d *display) show(frame gocv.Mat) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.serial++
	if !d.asked || d.erased || d.size.X < 1 || d.size.Y < 1 {
		return
	}
	d.asked = false
	if !d.ready {
		d.coarse, d.shrunk, d.rgba, d.ready = gocv.NewMat(), gocv.NewMat(), gocv.NewMat(), true
	}
	size := d.shrink(frame)
	toRGBA(d.shrunk, &d.rgba)
	pixels, err := d.rgba.DataPtrUint8()
	if err != nil {
		return
	}
	if d.newest == nil && len(d.spare) > 0 {
		d.newest, d.spare = d.spare[len(d.spare)-1], d.spare[:len(d.spare)-1]
	}
	if d.newest == nil || d.newest.Rect.Size() != size {
		d.newest = image.NewRGBA(image.Rectangle{Max: size})
	}
	copy(d.newest.Pix, pixels)
	d.lastNew = d.serial
}

// shrink makes the picture of a frame no larger than was asked for, and returns its
// size. It takes the mean of whole squares of pixels first, and what is left to shrink
// by between pixels: the mean over parts of pixels takes five times as long.
func (d *display) shrink(frame gocv.Mat) image.Point {
	full := image.Pt(frame.Cols(), frame.Rows())
	scale := min(1, float64(d.size.X)/float64(full.X), float64(d.size.Y)/float64(full.Y))
	size := image.Pt(max(1, int(float64(full.X)*scale)), max(1, int(float64(full.Y)*scale)))
	from := frame
	if n := squares(full, size); n > 1 {
		gocv.Resize(frame, &d.coarse, full.Div(n), 0, 0, gocv.InterpolationArea)
		from = d.coarse
	}
	gocv.Resize(from, &d.shrunk, size, 0, 0, gocv.InterpolationLinear)
	return size
}

// squares is how many pixels wide the largest squares are into which a picture can be
// cut without becoming smaller than a size.
func squares(full, size image.Point) int {
	for n := min(full.X/size.X, full.Y/size.Y); n > 1; n-- {
		if full.X%n == 0 && full.Y%n == 0 {
			return n
		}
	}
	return 1
}

// latest hands out the newest picture; see [patrol.Live].
func (d *display) latest(since uint64, size image.Point) (*image.RGBA, uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked, d.size = true, size
	if d.newest == nil || d.lastNew <= since {
		return nil, since
	}
	if d.lent[0] != nil {
		d.spare = append(d.spare, d.lent[0])
	}
	out := d.newest
	d.lent[0], d.lent[1], d.newest = d.lent[1], out, nil
	return out, d.lastNew
}

// erase overwrites the pictures that are not lent to anybody and frees the Mats.
func (d *display) erase() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.erased = true
	if d.newest != nil {
		clear(d.newest.Pix)
	}
	for _, p := range d.spare {
		clear(p.Pix)
	}
	d.newest, d.spare = nil, nil
	if d.ready {
		for _, m := range []*gocv.Mat{&d.coarse, &d.shrunk, &d.rgba} {
			if !m.Empty() {
				m.SetTo(gocv.Scalar{})
			}
			m.Close()
		}
		d.ready = false
	}
}
