// Package redact takes people and other plates out of a context picture, which
// may show a car and its plate but nobody (IPC, System configuration).
//
// Start with [New]. The picture is for one car: all around it becomes so coarse that
// nobody can be told in it, whatever the finders say. Near the car, what must not
// be seen is looked for in several ways at once: faces by OpenCV's cascades, people
// by its people detector, plates by our own detector and reader, and the glass of
// cars by where their plates are. A [Redactor] is safe for concurrent use.
package redact

import (
	"errors"
	"image"
	"image/color"
	"slices"
	"sync"

	"gocv.io/x/gocv"

	"secondlook/vision/threads"
)

// Redactor finds and hides what must not be seen. It takes about 30 MB.
type Redactor struct {
	mu     sync.Mutex
	faces  []*faceFinder
	plates *plateFinder // nil if the networks cannot be loaded
}

// New loads the finders: our own networks, OpenCV's people detector and, where
// opencv-data is installed, its face cascades. The redactor must be closed.
func New() *Redactor {
	threads.One()
	r := &Redactor{faces: newFaceFinders()}
	// Without its networks the redactor hides all but the plate; the pipeline
	// that needs the same ones says why they do not load.
	r.plates, _ = newPlateFinder()
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
	for _, f := range r.faces {
		err = errors.Join(err, f.close())
	}
	if r.plates != nil {
		err = errors.Join(err, r.plates.close())
	}
	r.faces, r.plates = nil, nil
	return err
}

// Redact makes coarse, in an 8 bit BGR picture, all but the car with the plate own,
// and of that car and what is beside it faces, people, glass and every other plate;
// own stays as it is. others are plates that are known already. Boxes are in pixels
// of the picture. It returns what it hid. Where it cannot look for plates, it hides
// all but own.
func (r *Redactor) Redact(picture *gocv.Mat, own image.Rectangle, others []image.Rectangle) []image.Rectangle {
	if picture.Empty() || picture.Type() != gocv.MatTypeCV8UC3 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s := newSight(picture, own)
	defer s.close()
	if r.plates == nil {
		s.hide(s.frame)
		s.compose()
		return s.hidden
	}
	found := r.find(s.grey, s.car, s.near)
	for _, around := range without(s.frame, s.near) {
		s.soften(around)
	}
	for _, p := range append(slices.Clone(others), found.plates...) {
		s.hide(widened(p))
		for _, part := range s.car.spare(Cabin(p)) {
			s.soften(part)
		}
	}
	for _, p := range found.doubtful {
		s.hide(widened(p))
	}
	s.soften(Glass(own))
	s.hide(found.people...)
	s.hide(found.faces...)
	for range lastLooks {
		s.compose()
		more := r.findFaces(s.grey, s.car, again, s.near)
		more = append(more, r.findFaces(s.grey, s.car, large, s.frame)...)
		more = append(more, r.plates.left(s.grey, s.car)...)
		if len(more) == 0 {
			break
		}
		s.parts = 1
		s.hide(more...)
	}
	s.compose()
	return s.hidden
}

// widened is a plate with its rim.
func widened(plate image.Rectangle) image.Rectangle { return plate.Inset(-max(2, plate.Dx()/10)) }

// lastLooks is how often what is left is looked for: the edges of what hides a face
// or a plate can look like one.
const lastLooks = 4

// findings are the places to be hidden, in pixels of the picture.
type findings struct{ faces, people, plates, doubtful []image.Rectangle }

// find looks for people and faces in an area, and for plates everywhere, one after
// the other: nobody waits for a context picture, and the cameras need the other
// cores.
func (r *Redactor) find(grey gocv.Mat, own car, area image.Rectangle) (found findings) {
	found.plates, found.doubtful = r.plates.find(grey, own, area)
	found.people = findPeople(grey, own, area)
	found.faces = r.findFaces(grey, own, first, area)
	return found
}

// sight is a picture on its way to being redacted. What is to be hidden is marked in
// a mask; there the picture is replaced by one in which nobody can be told.
type sight struct {
	picture *gocv.Mat
	sharp   gocv.Mat // the picture as it was
	soft    gocv.Mat // the same, coarse
	mask    gocv.Mat // 255 where soft is shown
	now     gocv.Mat // what is shown
	grey    gocv.Mat // the same in grey
	frame   image.Rectangle
	car     car
	near    image.Rectangle // the car with a little around it
	kept    image.Rectangle // the own plate
	side    int             // of the squares of soft, in pixels
	parts   int             // how many squares across a face or a plate may have
	hidden  []image.Rectangle
}

func newSight(picture *gocv.Mat, own image.Rectangle) *sight {
	s := &sight{picture: picture, grey: gocv.NewMat(), sharp: picture.Clone(), now: picture.Clone(), soft: gocv.NewMat(),
		frame: image.Rect(0, 0, picture.Cols(), picture.Rows()), car: newCar(own)}
	s.near = s.car.outline().Intersect(s.frame)
	s.kept = own.Inset(-own.Dy() / 6).Intersect(s.frame)
	s.mask = gocv.NewMatWithSizeFromScalar(gocv.Scalar{}, picture.Rows(), picture.Cols(), gocv.MatTypeCV8U)
	gocv.CvtColor(s.sharp, &s.grey, gocv.ColorBGRToGray)
	s.parts = 2
	s.side = max(2, s.frame.Dx()/coarse, s.car.metres(head)/2)
	s.sharp.CopyTo(&s.soft)
	coarsen(&s.soft, s.frame, s.side)
	return s
}

// coarse is how many squares of one colour a softened picture has across: a head that
// is a ninth of the picture wide has four of them. One in the hit's car has two.
const coarse = 36

// head is how wide a head is, in metres.
const head = 0.2

// soften marks an area to be shown coarse.
func (s *sight) soften(area image.Rectangle) {
	if area = area.Intersect(s.frame); area.Dx() < 2 || area.Dy() < 2 {
		return
	}
	gocv.Rectangle(&s.mask, image.Rectangle{Min: area.Min, Max: area.Max.Sub(image.Pt(1, 1))}, white, -1)
	s.hidden = append(s.hidden, area)
}

var white = color.RGBA{R: 255, G: 255, B: 255}

// hide marks areas of which nothing is to be left.
func (s *sight) hide(areas ...image.Rectangle) {
	for _, a := range areas {
		if a = a.Intersect(s.frame); a.Dx() >= 2 && a.Dy() >= 2 {
			if side := min(a.Dx(), a.Dy()) / s.parts; side > s.side {
				coarsen(&s.soft, a, side)
			}
			s.soften(a)
		}
	}
}

// feather is how far, in pixels, a hidden area runs out into the picture: an edge
// can look like a face, and is ugly.
const feather = 5

// compose makes the picture of its two versions; the own plate is always sharp.
func (s *sight) compose() {
	weights := gocv.NewMat()
	defer erase(&weights)
	square := gocv.GetStructuringElement(gocv.MorphRect, image.Pt(2*feather+1, 2*feather+1))
	defer square.Close()
	gocv.Dilate(s.mask, &weights, square)
	gocv.Blur(weights, &weights, image.Pt(2*feather+1, 2*feather+1))
	if !s.kept.Empty() {
		part := weights.Region(s.kept)
		part.SetTo(gocv.Scalar{})
		part.Close()
	}
	mix(&s.now, s.sharp, s.soft, weights)
	s.now.CopyTo(s.picture)
	gocv.CvtColor(s.now, &s.grey, gocv.ColorBGRToGray)
}

// mix writes to out the weighted mean of two pictures of three channels: sharp where
// the weight is 0, soft where it is 255. Each has its pixels in one piece.
func mix(out *gocv.Mat, sharp, soft, weights gocv.Mat) {
	to, _ := out.DataPtrUint8()
	a, _ := sharp.DataPtrUint8()
	b, _ := soft.DataPtrUint8()
	w, _ := weights.DataPtrUint8()
	for i, v := range w {
		for k := 3 * i; k < 3*i+3; k++ {
			to[k] = uint8((int(a[k])*(255-int(v)) + int(b[k])*int(v) + 127) / 255)
		}
	}
}

func (s *sight) close() {
	for _, m := range []*gocv.Mat{&s.sharp, &s.soft, &s.now, &s.mask, &s.grey} {
		erase(m)
	}
}

// erase overwrites and frees a picture.
func erase(m *gocv.Mat) {
	if !m.Empty() {
		m.SetTo(gocv.Scalar{})
	}
	m.Close()
}

// coarsen makes a part of a picture unrecognisable: what is left is the mean colour of
// squares, which says nothing about what is as small as they are, whatever is done to
// sharpen it.
func coarsen(picture *gocv.Mat, area image.Rectangle, side int) {
	part := picture.Region(area)
	defer part.Close()
	means := gocv.NewMat()
	defer erase(&means)
	gocv.Resize(part, &means, image.Pt(max(1, area.Dx()/side), max(1, area.Dy()/side)), 0, 0, gocv.InterpolationArea)
	gocv.Resize(means, &part, area.Size(), 0, 0, gocv.InterpolationLinear)
}
