package bench

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"path/filepath"
	"slices"

	"gocv.io/x/gocv"

	"secondlook/vision/reading"
	"secondlook/vision/redact"
)

// ErrNoCascades is returned where opencv-data is not installed: faces cannot be
// counted without its cascades.
var ErrNoCascades = errors.New("OpenCV's face cascades are not installed (install opencv-data)")

// cascades are what is counted with, as their authors use them: 10 % from one size
// to the next, three windows that agree.
// Profiles look to the left.
var cascades = []struct {
	name   string
	mirror bool
}{
	{"haarcascade_frontalface_default.xml", true},
	{"haarcascade_frontalface_alt2.xml", false},
	{"haarcascade_profileface.xml", false},
	{"haarcascade_profileface.xml", true},
}

const (
	step      = 1.1
	agreement = 3
	// smallest is the side of a face, in pixels.
	smallest = 18
)

// finder looks for faces and plates, and knows nothing of the redactor.
type finder struct {
	looker   *reading.Looker
	cascades []gocv.CascadeClassifier
}

func newFinder() (*finder, error) {
	looker, err := reading.NewLooker("", false)
	if err != nil {
		return nil, fmt.Errorf("prepare the plate reader: %w", err)
	}
	f := &finder{looker: looker}
	folder, ok := redact.Cascades()
	if !ok {
		f.close()
		return nil, ErrNoCascades
	}
	for _, counted := range cascades {
		c := gocv.NewCascadeClassifier()
		f.cascades = append(f.cascades, c)
		if !c.Load(filepath.Join(folder, counted.name)) {
			f.close()
			return nil, ErrNoCascades
		}
	}
	return f, nil
}

func (f *finder) close() {
	f.looker.Close()
	for i := range f.cascades {
		f.cascades[i].Close()
	}
}

// faces counts the places where a cascade finds a face. Finds on the hit's own
// plate are characters.
func (f *finder) faces(picture gocv.Mat, own image.Rectangle) int {
	grey, mirrored := gocv.NewMat(), gocv.NewMat()
	defer erase(&grey)
	defer erase(&mirrored)
	gocv.CvtColor(picture, &grey, gocv.ColorBGRToGray)
	gocv.Flip(grey, &mirrored, 1)
	var places []image.Rectangle
	for i, c := range f.cascades {
		look := grey
		if cascades[i].mirror {
			look = mirrored
		}
		for _, r := range c.DetectMultiScaleWithParams(look, step, agreement, 0, image.Pt(smallest, smallest), image.Point{}) {
			if cascades[i].mirror {
				r.Min.X, r.Max.X = grey.Cols()-r.Max.X, grey.Cols()-r.Min.X
			}
			if centre := r.Min.Add(r.Max).Div(2); !centre.In(own) {
				places = distinct(places, r)
			}
		}
	}
	return len(places)
}

// distinct adds a place unless its middle lies in one that is there.
func distinct(places []image.Rectangle, r image.Rectangle) []image.Rectangle {
	centre := r.Min.Add(r.Max).Div(2)
	if slices.ContainsFunc(places, func(p image.Rectangle) bool { return centre.In(p) }) {
		return places
	}
	return append(places, r)
}

// border is how much wider and higher a picture is made for the second look for
// plates: they fall on other cells of the network, at another size.
const border = 0.15

// plates returns the plates that are read in a picture, surest first, and after
// them what only shows in the picture with a border.
func (f *finder) plates(picture gocv.Mat) ([]reading.Plate, error) {
	first, err := f.looker.Look("", picture)
	if err != nil {
		return nil, err
	}
	wide := gocv.NewMat()
	defer erase(&wide)
	x, y := int(border*float64(picture.Cols())), int(border*float64(picture.Rows()))
	gocv.CopyMakeBorder(picture, &wide, y, 0, x, 0, gocv.BorderConstant, color.RGBA{R: 110, G: 110, B: 110})
	second, err := f.looker.Look("", wide)
	if err != nil {
		return nil, err
	}
	all := first.Plates
	for _, p := range second.Plates {
		p.Box[0], p.Box[1] = p.Box[0]-x, p.Box[1]-y
		if !slices.ContainsFunc(all, func(q reading.Plate) bool { return box(q).Overlaps(box(p)) }) {
			all = append(all, p)
		}
	}
	return all, nil
}
