package redact

import (
	"image"
	"os"
	"path/filepath"

	"gocv.io/x/gocv"
)

// folders in which distributions keep OpenCV's cascades (package opencv-data).
var folders = []string{"/usr/share/opencv4/haarcascades", "/usr/share/opencv/haarcascades", "/usr/local/share/opencv4/haarcascades"}

// cascades are the ways to look for faces. The picture is scaled a little
// differently for each, so that what falls between the sizes of one is met by
// another. Profiles look to the left.
var cascades = []struct {
	name   string
	scale  float64
	mirror bool
}{
	{"haarcascade_frontalface_default.xml", 1.1, false},
	{"haarcascade_frontalface_alt2.xml", 0.95, true},
	{"haarcascade_profileface.xml", 0.8, false},
	{"haarcascade_profileface.xml", 0.8, true},
}

// faceFinder is one cascade. It belongs to one goroutine at a time.
type faceFinder struct {
	cascade gocv.CascadeClassifier
	scale   float64
	mirror  bool
}

// newFaceFinders loads the cascades that are installed.
func newFaceFinders() []*faceFinder {
	var all []*faceFinder
	folder, ok := Cascades()
	if !ok {
		return nil
	}
	for _, c := range cascades {
		f := &faceFinder{cascade: gocv.NewCascadeClassifier(), scale: c.scale, mirror: c.mirror}
		if !f.cascade.Load(filepath.Join(folder, c.name)) {
			f.close()
			continue
		}
		all = append(all, f)
	}
	return all
}

// Cascades returns the folder of OpenCV's face cascades, false if they are not
// installed.
func Cascades() (string, bool) {
	for _, folder := range folders {
		if _, err := os.Stat(filepath.Join(folder, cascades[0].name)); err == nil {
			return folder, true
		}
	}
	return "", false
}

func (f *faceFinder) close() error { return f.cascade.Close() }

// effort is how closely faces are looked for.
type effort struct {
	step   float64 // between one size of face and the next
	grow   float64 // of the picture
	mirror bool    // look at it the other way round
}

// Away from the car only large faces can be left, and half the picture shows them.
var (
	first = effort{step: 1.2, grow: 1}
	again = effort{step: 1.15, grow: 0.97, mirror: true}
	large = effort{step: 1.1, grow: 0.5}
)

// smallestFace is the side of a face in pixels; a smaller one cannot be
// recognised.
const smallestFace = 18

// find returns every window of an area in which the cascade sees a face: several
// for a face, and some that are none.
func (f *faceFinder) find(grey gocv.Mat, area image.Rectangle, e effort) []image.Rectangle {
	small := gocv.NewMat()
	defer erase(&small)
	scale := f.scale * e.grow
	at := image.Pt(max(1, int(float64(area.Dx())*scale)), max(1, int(float64(area.Dy())*scale)))
	view := grey.Region(area)
	gocv.Resize(view, &small, at, 0, 0, gocv.InterpolationLinear)
	view.Close()
	mirror := f.mirror != e.mirror
	if mirror {
		gocv.Flip(small, &small, 1)
	}
	least := int(smallestFace * scale)
	found := f.cascade.DetectMultiScaleWithParams(small, e.step, 0, 0, image.Pt(least, least), image.Point{})
	for i, r := range found {
		if mirror {
			r.Min.X, r.Max.X = at.X-r.Max.X, at.X-r.Min.X
		}
		found[i] = scaled(r, 1/scale).Add(area.Min)
	}
	return found
}

// scaled returns a rectangle times a factor, never smaller than that.
func scaled(r image.Rectangle, by float64) image.Rectangle {
	at := func(v int) int { return int(float64(v) * by) }
	return image.Rect(at(r.Min.X), at(r.Min.Y), at(r.Max.X)+1, at(r.Max.Y)+1)
}

// How many windows make a face. One is enough where hiding a leaf or a stone costs
// nothing. The lamps and the grille of the own car, which the picture is for, look
// like a face more often, and so does all of a car.
const minWindows, minWindowsOwn = 1, 3

// largestFace is how wide, in metres at the car, the face of somebody near it can be:
// half as far from the camera as the car.
const largestFace = 0.5

// findFaces looks at an area of the picture with every cascade, and returns the faces
// with the hair around them.
func (r *Redactor) findFaces(grey gocv.Mat, own car, e effort, area image.Rectangle) []image.Rectangle {
	if area.Empty() {
		return nil
	}
	var windows, faces []image.Rectangle
	for _, f := range r.faces {
		windows = append(windows, f.find(grey, area, e)...)
	}
	for _, p := range pile(windows) {
		face := mean(p)
		least := minWindows
		if own.mine(face) || face.Overlaps(own.body) && face.Dx() > own.metres(largestFace) {
			least = minWindowsOwn
		}
		if len(p) < least {
			continue
		}
		if !face.In(own.plate) {
			faces = append(faces, face.Inset(-face.Dx()/5))
		}
	}
	return faces
}

// pile puts windows together that see the same face: their middles lie in one
// another and neither is twice as large.
func pile(windows []image.Rectangle) [][]image.Rectangle {
	var piles [][]image.Rectangle
next:
	for _, w := range windows {
		for i, p := range piles {
			if m := mean(p); middle(w).In(m) && middle(m).In(w) && max(m.Dx(), w.Dx()) < 2*min(m.Dx(), w.Dx()) {
				piles[i] = append(p, w)
				continue next
			}
		}
		piles = append(piles, []image.Rectangle{w})
	}
	return piles
}

func middle(r image.Rectangle) image.Point { return r.Min.Add(r.Max).Div(2) }

// mean is the rectangle between all of a pile.
func mean(pile []image.Rectangle) image.Rectangle {
	var sum image.Rectangle
	for _, r := range pile {
		sum.Min, sum.Max = sum.Min.Add(r.Min), sum.Max.Add(r.Max)
	}
	return image.Rectangle{Min: sum.Min.Div(len(pile)), Max: sum.Max.Div(len(pile))}
}
