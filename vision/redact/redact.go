// Package redact takes people and other plates out of a context picture, which
// may show a car and its plate but nobody (IPC, System configuration).
//
// Start with [New]. A [Redactor] is safe for concurrent use.
package redact

import (
	"errors"
	"image"
	"math"
	"path/filepath"
	"sync"

	"gocv.io/x/gocv"

	"secondlook/vision/threads"
)

// folders in which distributions keep OpenCV's cascades (package opencv-data).
var folders = []string{"/usr/share/opencv4/haarcascades", "/usr/share/opencv/haarcascades", "/usr/local/share/opencv4/haarcascades"}

var cascades = []string{"haarcascade_frontalface_alt2.xml", "haarcascade_profileface.xml"}

// Redactor finds what must not be seen.
type Redactor struct {
	mu    sync.Mutex
	faces []gocv.CascadeClassifier
}

// New loads the finders: OpenCV's people detector and, where opencv-data is
// installed, its face cascades. The redactor must be closed.
func New() *Redactor {
	threads.One()
	r := &Redactor{}
	for _, name := range cascades {
		for _, folder := range folders {
			c := gocv.NewCascadeClassifier()
			if c.Load(filepath.Join(folder, name)) {
				r.faces = append(r.faces, c)
				break
			}
			c.Close()
		}
	}
	return r
}

// HasFaces reports whether the face cascades are installed. Without them people
// in cars are hidden by where the glass must be, and people on foot by their
// outline.
func (r *Redactor) HasFaces() bool { return len(r.faces) > 0 }

// Close frees the finders.
func (r *Redactor) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var err error
	for i := range r.faces {
		err = errors.Join(err, r.faces[i].Close())
	}
	r.faces = nil
	return err
}

// Redact blurs, in an 8 bit BGR picture, the faces and people it finds, the glass
// above every plate, and the plates others. The plate own stays. Boxes are in
// pixels of the picture. It returns what it blurred.
func (r *Redactor) Redact(picture *gocv.Mat, own image.Rectangle, others []image.Rectangle) []image.Rectangle {
	if picture.Empty() || picture.Type() != gocv.MatTypeCV8UC3 {
		return nil
	}
	hidden := r.find(*picture)
	for _, p := range append([]image.Rectangle{own}, others...) {
		if !p.Empty() {
			hidden = append(hidden, Glass(p))
		}
	}
	for _, p := range others {
		hidden = append(hidden, p.Inset(-max(2, p.Dx()/10)))
	}
	keep := gocv.NewMat()
	defer keep.Close()
	frame := image.Rect(0, 0, picture.Cols(), picture.Rows())
	if own = own.Intersect(frame); !own.Empty() {
		part := picture.Region(own)
		part.CopyTo(&keep)
		part.Close()
	}
	blurred := hidden[:0]
	for _, h := range hidden {
		if h = h.Intersect(frame); h.Dx() >= 2 && h.Dy() >= 2 {
			blur(picture, h)
			blurred = append(blurred, h)
		}
	}
	if !keep.Empty() {
		part := picture.Region(own)
		keep.CopyTo(&part)
		part.Close()
	}
	return blurred
}

// searchWidth is the width, in pixels, at which faces and people are looked for.
// Twice the width takes five times as long, and an officer waits for the alert.
const searchWidth = 640

// smallestFace is the side of a face in pixels at that width. Smaller ones cannot
// be recognised.
const smallestFace = 14

// find returns the faces and people in a picture, a little enlarged.
func (r *Redactor) find(picture gocv.Mat) []image.Rectangle {
	grey, small := gocv.NewMat(), gocv.NewMat()
	defer func() {
		for _, m := range []*gocv.Mat{&grey, &small} {
			m.SetTo(gocv.Scalar{})
			m.Close()
		}
	}()
	gocv.CvtColor(picture, &grey, gocv.ColorBGRToGray)
	scale := min(1, searchWidth/float64(picture.Cols()))
	size := image.Pt(max(1, int(float64(picture.Cols())*scale)), max(1, int(float64(picture.Rows())*scale)))
	gocv.Resize(grey, &small, size, 0, 0, gocv.InterpolationArea)
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []image.Rectangle
	for _, c := range r.faces {
		for _, f := range c.DetectMultiScaleWithParams(small, 1.2, 2, 0, image.Pt(smallestFace, smallestFace), image.Point{}) {
			found = append(found, f.Inset(-f.Dx()/4))
		}
	}
	found = append(found, people(small)...)
	for i, f := range found {
		at := func(v int) int { return int(float64(v) / scale) }
		found[i] = image.Rect(at(f.Min.X), at(f.Min.Y), at(f.Max.X)+1, at(f.Max.Y)+1)
	}
	return found
}

// Glass returns where the windows of a car are, judged from its plate. A car is
// about 1.8 m wide and its glass begins 0.35 m above the plate and ends 1.05 m
// above it; plates of North America are 0.305 m wide and 2:1, European ones
// 0.52 m and nearly 5:1.
func Glass(p image.Rectangle) image.Rectangle {
	metre := float64(p.Dx()) / 0.305
	if p.Dx() > 3*p.Dy() {
		metre = float64(p.Dx()) / 0.52
	}
	at := func(v float64) int { return int(math.Round(v * metre)) }
	middle, top := (p.Min.X+p.Max.X)/2, p.Min.Y
	return image.Rect(middle-at(0.75), top-at(1.05), middle+at(0.75), top-at(0.35))
}

// blur makes a part of a picture unrecognisable: to coarse tiles first, so that
// nothing is left that sharpening could bring back, then smooth.
func blur(picture *gocv.Mat, area image.Rectangle) {
	part := picture.Region(area)
	defer part.Close()
	const tiles = 6 // across the shorter side
	step := max(1, min(area.Dx(), area.Dy())/tiles)
	small := gocv.NewMat()
	defer small.Close()
	gocv.Resize(part, &small, image.Pt(max(1, area.Dx()/step), max(1, area.Dy()/step)), 0, 0, gocv.InterpolationArea)
	gocv.Resize(small, &part, area.Size(), 0, 0, gocv.InterpolationLinear)
}
