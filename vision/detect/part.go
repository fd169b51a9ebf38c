package detect

import (
	"image"

	"gocv.io/x/gocv"
)

// parts are the sizes of input, in pixels, for a part of a picture: multiples of
// 64, because the network halves its input several times. A quarter of the input
// takes a quarter of the time: 3.5 ms where the whole picture takes 13.
var parts = []image.Point{{X: 320, Y: 192}, {X: 448, Y: 256}}

// FindIn returns the plates in a part of a picture, best score first, with
// corners in pixels of the whole picture, and the part that was looked at, which
// holds what was asked for. Plates have the size for the network that [Find]
// would give them; a large part costs no less than all. Where a plate may reach
// beyond the part, the whole picture is looked at. It returns what Find does.
func (d *Detector) FindIn(picture gocv.Mat, area image.Rectangle) ([]Plate, image.Rectangle, error) {
	if picture.Empty() || picture.Type() != gocv.MatTypeCV8UC1 {
		return nil, image.Rectangle{}, ErrPicture
	}
	frame := image.Rect(0, 0, picture.Cols(), picture.Rows())
	scale := scaleOf(picture)
	for _, p := range parts {
		room := image.Pt(int(float64(p.X)/scale), int(float64(p.Y)/scale))
		if area.Dx() > room.X || area.Dy() > room.Y {
			continue
		}
		s, err := d.size(p.X, p.Y)
		if err != nil {
			return nil, image.Rectangle{}, err
		}
		area = grown(area, room, frame)
		part := picture.Region(area)
		d.found, err = d.pass(s, part, scale, d.found[:0])
		part.Close()
		if err != nil {
			return nil, image.Rectangle{}, err
		}
		if !d.move(area, frame, picture) {
			break
		}
		return d.found, area, nil
	}
	found, err := d.Find(picture)
	return found, frame, err
}

// move moves what was found in a part to its place in the picture. It returns
// false if a plate is too near the part's edge, or too large, to trust it.
func (d *Detector) move(area, frame image.Rectangle, picture gocv.Mat) bool {
	for i := range d.found {
		p := &d.found[i]
		for k := range p.Corners {
			p.Corners[k].X += float64(area.Min.X)
			p.Corners[k].Y += float64(area.Min.Y)
		}
		box := p.Box()
		box = box.Inset(-max(4, box.Dx()/10)).Intersect(frame)
		if !box.In(area) || d.large(*p, picture) {
			return false
		}
	}
	return true
}

// grown is an area made as large as there is room for, around itself and inside
// the frame: more of the scene costs nothing and helps.
func grown(area image.Rectangle, room image.Point, frame image.Rectangle) image.Rectangle {
	grow := func(low, high, room, limit int) (int, int) {
		room = min(room, limit)
		low = min(max(0, low-(room-(high-low))/2), limit-room)
		return low, low + room
	}
	area = area.Intersect(frame)
	area.Min.X, area.Max.X = grow(area.Min.X, area.Max.X, room.X, frame.Max.X)
	area.Min.Y, area.Max.Y = grow(area.Min.Y, area.Max.Y, room.Y, frame.Max.Y)
	return area
}
