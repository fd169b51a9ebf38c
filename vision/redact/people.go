package redact

// #cgo !windows pkg-config: opencv4
// #cgo CXXFLAGS: --std=c++11
// #include "people.h"
import "C"

import (
	"image"
	"unsafe"

	"gocv.io/x/gocv"
)

// Window of the people detector; it cannot look at a smaller picture.
const windowWidth, windowHeight = 64, 128

// maxPeople is how many people are looked for in one picture.
const maxPeople = 256

// people returns where OpenCV's people detector (Dalal and Triggs 2005) sees
// somebody on foot in an 8 bit grey picture, and how sure it is of each. It is called without gocv, whose
// HOGDefaultPeopleDetector returns memory that is already freed.
func people(grey gocv.Mat) ([]image.Rectangle, []float64) {
	pixels, err := grey.DataPtrUint8()
	if err != nil || grey.Cols() < windowWidth || grey.Rows() < windowHeight {
		return nil, nil
	}
	var boxes [maxPeople]C.secondlook_person
	n := C.secondlook_people((*C.uchar)(unsafe.Pointer(&pixels[0])), C.int(grey.Cols()), C.int(grey.Rows()), &boxes[0], maxPeople)
	var found []image.Rectangle
	var weights []float64
	for _, b := range boxes[:max(0, int(n))] {
		found = append(found, image.Rect(int(b.x), int(b.y), int(b.x+b.width), int(b.y+b.height)))
		weights = append(weights, float64(b.weight))
	}
	return found, weights
}

// searchWidth is the width, in pixels, at which people are looked for.
const searchWidth = 800

// certain is the weight from which a find over the own car is somebody in front of
// it; the edges of cars stand upright as people do.
const certain = 1.2

// findPeople returns the people on foot in an area of a grey picture. Of an uncertain find over
// the own car, or around its plate, only where a head would be is hidden.
func findPeople(grey gocv.Mat, own car, area image.Rectangle) []image.Rectangle {
	if area.Empty() {
		return nil
	}
	small := gocv.NewMat()
	defer erase(&small)
	scale := min(1, searchWidth/float64(grey.Cols()))
	at := image.Pt(max(1, int(float64(area.Dx())*scale)), max(1, int(float64(area.Dy())*scale)))
	view := grey.Region(area)
	gocv.Resize(view, &small, at, 0, 0, gocv.InterpolationArea)
	view.Close()
	found, weights := people(small)
	for i, p := range found {
		p = scaled(p, 1/scale).Add(area.Min)
		over := 5*size(p.Intersect(own.body)) > size(p)
		if over && weights[i] < certain || !own.plate.Empty() && own.plate.In(p) {
			p.Max.Y = p.Min.Y + p.Dy()/3
		}
		found[i] = p
	}
	return found
}
