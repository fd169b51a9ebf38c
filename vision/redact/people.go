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
// somebody on foot in an 8 bit grey picture. It is called without gocv, whose
// HOGDefaultPeopleDetector returns memory that is already freed.
func people(grey gocv.Mat) []image.Rectangle {
	pixels, err := grey.DataPtrUint8()
	if err != nil || grey.Cols() < windowWidth || grey.Rows() < windowHeight {
		return nil
	}
	var boxes [maxPeople]C.secondlook_box
	n := C.secondlook_people((*C.uchar)(unsafe.Pointer(&pixels[0])), C.int(grey.Cols()), C.int(grey.Rows()), &boxes[0], maxPeople)
	var found []image.Rectangle
	for _, b := range boxes[:max(0, int(n))] {
		found = append(found, image.Rect(int(b.x), int(b.y), int(b.x+b.width), int(b.y+b.height)))
	}
	return found
}
