package redact

import (
	"errors"
	"image"

	"gocv.io/x/gocv"

	"secondlook/vision/detect"
	"secondlook/vision/recognize"
)

// A find that scores less than a plate must, down to faint, is hidden if the reader
// sees characters there: plates that are small, or cut by the edge, score low.
const (
	faint         = 0.05
	minCharacters = 3
	// maxReads bounds the work on a view full of finds, best first.
	maxReads = 6
)

// plateFinder looks for plates with the networks that also read hits.
type plateFinder struct {
	detector *detect.Detector
	reader   *recognize.Reader
}

func newPlateFinder() (*plateFinder, error) {
	detector, err := detect.New()
	if err != nil {
		return nil, err
	}
	detector.Lowest = faint
	reader, err := recognize.New()
	if err != nil {
		return nil, errors.Join(err, detector.Close())
	}
	return &plateFinder{detector, reader}, nil
}

func (f *plateFinder) close() error { return errors.Join(f.detector.Close(), f.reader.Close()) }

// find returns where an 8 bit grey picture has plates other than the car's own,
// and what may be some. It looks at an area on its own as well, so that plates which
// are small in the whole picture are found there. If a network fails all of the
// picture may be a plate.
func (f *plateFinder) find(grey gocv.Mat, own car, near image.Rectangle) (plates, doubtful []image.Rectangle) {
	frame := image.Rect(0, 0, grey.Cols(), grey.Rows())
	for _, area := range views(frame, near) {
		view := grey.Region(area)
		p, d, err := f.in(view, area.Min, own)
		view.Close()
		if err != nil {
			return plates, []image.Rectangle{frame}
		}
		plates, doubtful = append(plates, p...), append(doubtful, d...)
	}
	return plates, doubtful
}

// left returns where a redacted picture still reads like a plate that is not the
// car's own.
func (f *plateFinder) left(grey gocv.Mat, own car) []image.Rectangle {
	plates, _, err := f.in(grey, image.Point{}, own)
	if err != nil {
		return []image.Rectangle{image.Rect(0, 0, grey.Cols(), grey.Rows())}
	}
	for i, p := range plates {
		plates[i] = widened(p)
	}
	return plates
}

// views returns the whole picture and the overlapping quarters of an area of it.
func views(frame, near image.Rectangle) []image.Rectangle {
	all := []image.Rectangle{frame}
	w, h := near.Dx()*5/8, near.Dy()*5/8
	if w < 1 || h < 1 {
		return all
	}
	for _, x := range []int{near.Min.X, near.Max.X - w} {
		for _, y := range []int{near.Min.Y, near.Max.Y - h} {
			all = append(all, image.Rect(x, y, x+w, y+h))
		}
	}
	return all
}

// in finds plates in a view whose top left is at a place of the picture. On the own
// car's body only what reads like a plate is one: its lamps and letters are what the
// picture is for.
func (f *plateFinder) in(view gocv.Mat, at image.Point, own car) (plates, doubtful []image.Rectangle, err error) {
	found, err := f.detector.Find(view)
	if err != nil {
		return nil, nil, err
	}
	reads := 0
	for _, p := range found {
		box := p.Box().Add(at)
		if own.has(box) {
			continue
		}
		if reads++; reads > maxReads {
			break
		}
		reading, err := f.reader.Read(view, p.Corners, recognize.Quick)
		if err != nil {
			return nil, nil, err
		}
		switch scored := p.Score >= detect.MinScore; {
		case scored && recognize.IsPlate(reading):
			plates = append(plates, box)
		case !own.mine(box) && !own.dwarfs(box) && (scored || len(reading.Text) >= minCharacters):
			doubtful = append(doubtful, box)
		}
	}
	return plates, doubtful, nil
}

// has reports whether a find is the car's own plate, or a part of it.
func (c car) has(box image.Rectangle) bool {
	shared := size(box.Intersect(c.plate))
	return 10*shared >= 3*(size(box)+size(c.plate)-shared) || 10*shared >= 6*size(box)
}

// dwarfs reports whether a find beside the car is so much larger than its plate that
// it can only be a shop window or the like, unless it reads like a plate.
func (c car) dwarfs(box image.Rectangle) bool {
	return !c.plate.Empty() && box.Overlaps(c.outline()) && box.Dx() > 3*c.plate.Dx()
}
