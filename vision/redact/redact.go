// Package redact takes people and other plates out of a context picture, which
// may show a car and its plate but nobody (IPC, System configuration).
//
// Start with [New]. A [Redactor] is safe for concurrent use.
package redact

import (
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
	mu     sync.Mutex
	faces  []gocv.CascadeClassifier
	people gocv.HOGDescriptor
}

// New loads the finders: OpenCV's people detector and, where opencv-data is
// installed, its face cascades. The redactor must be closed.
func New() *Redactor {
	threads.One()
	r := &Redactor{people: gocv.NewHOGDescriptor()}
	people := gocv.HOGDefaultPeopleDetector()
	defer people.Close()
	r.people.SetSVMDetector(people)
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
	for i := range r.faces {
		r.faces[i].Close()
	}
	r.faces = nil
	return r.people.Close()
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

// find returns the faces and people in a picture, a little enlarged.
func (r *Redactor) find(picture gocv.Mat) []image.Rectangle {
	grey := gocv.NewMat()
	defer func() { grey.SetTo(gocv.Scalar{}); grey.Close() }()
	gocv.CvtColor(picture, &grey, gocv.ColorBGRToGray)
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []image.Rectangle
	for _, c := range r.faces {
		for _, f := range c.DetectMultiScaleWithParams(grey, 1.1, 2, 0, image.Pt(14, 14), image.Point{}) {
			found = append(found, f.Inset(-f.Dx()/4))
		}
	}
	// The people detector's window is 64x128: a smaller picture ends the program.
	if grey.Cols() >= 64 && grey.Rows() >= 128 {
		for _, p := range r.people.DetectMultiScaleWithParams(grey, 0, image.Pt(8, 8), image.Pt(8, 8), 1.05, 2, false) {
			found = append(found, p)
		}
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
