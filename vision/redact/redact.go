// Package redact takes people and other plates out of a context picture, which
// may show a car and its plate but nobody (IPC, System configuration).
//
// Start with [New]. What must not be seen is looked for in several ways at once:
// faces by OpenCV's cascades, people by its people detector, plates by our own
// detector and reader, and the glass of cars by where their plates are. To hide
// too much costs nothing, except of the car that the picture is for. A
// [Redactor] is safe for concurrent use.
package redact

import (
	"errors"
	"image"
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

// Redact hides, in an 8 bit BGR picture, faces, people, the glass of the cars and
// every plate but own, which stays as it is. others are plates that are known
// already. Boxes are in pixels of the picture. It returns what it hid. Where it
// cannot look for plates, it hides all but own.
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
		return s.hidden
	}
	s.look()
	found := r.find(s.grey, s.car)
	for _, p := range append(slices.Clone(others), found.plates...) {
		s.hide(widened(p))
		s.hide(s.car.spare(Cabin(p))...)
	}
	for _, p := range found.doubtful {
		s.hide(widened(p))
	}
	s.hide(Glass(own))
	s.hide(found.people...)
	s.hide(found.faces...)
	changed := slices.Clone(s.hidden)
	for range lastLooks {
		s.look()
		more := r.findFaces(s.grey, s.car, again, s.near(changed))
		more = append(more, r.plates.left(s.grey, s.car)...)
		if len(more) == 0 {
			break
		}
		s.hide(more...)
		changed = more
	}
	return s.hidden
}

// widened is a plate with its rim.
func widened(plate image.Rectangle) image.Rectangle { return plate.Inset(-max(2, plate.Dx()/10)) }

// lastLooks is how often faces are looked for again where something was hidden, and
// plates everywhere: the edges of what hides them can look like one.
const lastLooks = 3

// findings are the places to be hidden, in pixels of the picture.
type findings struct{ faces, people, plates, doubtful []image.Rectangle }

// find looks for everything, side by side: an officer waits for the alert.
func (r *Redactor) find(grey gocv.Mat, own car) findings {
	frame := image.Rect(0, 0, grey.Cols(), grey.Rows())
	var found findings
	var finders sync.WaitGroup
	finders.Go(func() { found.plates, found.doubtful = r.plates.find(grey, own) })
	finders.Go(func() { found.people = findPeople(grey, own) })
	finders.Go(func() { found.faces = r.findFaces(grey, own, first, []image.Rectangle{frame}) })
	finders.Wait()
	return found
}

// sight is a picture on its way to being redacted.
type sight struct {
	picture *gocv.Mat
	grey    gocv.Mat
	frame   image.Rectangle
	car     car
	keep    gocv.Mat // the own plate, as it was; empty if it is not in the picture
	kept    image.Rectangle
	hidden  []image.Rectangle
}

func newSight(picture *gocv.Mat, own image.Rectangle) *sight {
	s := &sight{picture: picture, grey: gocv.NewMat(), keep: gocv.NewMat(), frame: image.Rect(0, 0, picture.Cols(), picture.Rows())}
	s.car = newCar(own)
	if s.kept = own.Inset(-own.Dy() / 6).Intersect(s.frame); !s.kept.Empty() {
		part := picture.Region(s.kept)
		part.CopyTo(&s.keep)
		part.Close()
	}
	return s
}

// look takes the picture as it is now.
func (s *sight) look() { gocv.CvtColor(*s.picture, &s.grey, gocv.ColorBGRToGray) }

// hide covers areas, and puts the own plate back.
func (s *sight) hide(areas ...image.Rectangle) {
	for _, a := range areas {
		if a = a.Intersect(s.frame); a.Dx() >= 2 && a.Dy() >= 2 {
			cover(s.picture, a)
			s.hidden = append(s.hidden, a)
		}
	}
	if !s.keep.Empty() {
		part := s.picture.Region(s.kept)
		s.keep.CopyTo(&part)
		part.Close()
	}
}

// near returns areas with what lies around them, without those that lie in others.
func (s *sight) near(areas []image.Rectangle) []image.Rectangle {
	var all []image.Rectangle
	for _, a := range areas {
		a = a.Inset(-max(smallestFace, min(a.Dx(), a.Dy())/2)).Intersect(s.frame)
		if slices.ContainsFunc(all, a.In) {
			continue
		}
		all = append(slices.DeleteFunc(all, func(b image.Rectangle) bool { return b.In(a) }), a)
	}
	return all
}

func (s *sight) close() {
	erase(&s.grey)
	erase(&s.keep)
}

// erase overwrites and frees a picture.
func erase(m *gocv.Mat) {
	if !m.Empty() {
		m.SetTo(gocv.Scalar{})
	}
	m.Close()
}

// cover makes a part of a picture unrecognisable: what is left is the mean colour
// of squares as large as the part is narrow, which says nothing about a face or
// about the characters of a plate, whatever is done to sharpen it.
func cover(picture *gocv.Mat, area image.Rectangle) {
	part := picture.Region(area)
	defer part.Close()
	side := min(area.Dx(), area.Dy())
	means := gocv.NewMat()
	defer means.Close()
	gocv.Resize(part, &means, image.Pt(area.Dx()/side, area.Dy()/side), 0, 0, gocv.InterpolationArea)
	gocv.Resize(means, &part, area.Size(), 0, 0, gocv.InterpolationLinear)
}
