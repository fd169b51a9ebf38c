package vision

import (
	"image"
	"time"

	"gocv.io/x/gocv"
)

const (
	// A picture is compared in so many cells, by their mean brightness: of a frame
	// of 1280×720, 8×8 pixels each.
	gateColumns, gateRows = 160, 90
	// stirred is the difference in brightness, of 255, from which a cell has
	// changed. The noise of a sensor at night, five steps a pixel, leaves less than
	// one in the mean of a cell; the letters of a plate that can just be read differ
	// from their ground by thirty.
	stirred = 5
	// wholeEvery is how often all of the picture is looked at, whether anything
	// changed or not: what the gate misjudged is found then.
	wholeEvery = time.Second
	// The part to look at reaches beyond what changed by such a part of the frame's
	// width and height: a plate of which anything changed lies wholly within.
	around = 8
)

// gate knows what has changed in a camera's picture since it was last looked at,
// so that a street in which nothing moves costs next to nothing. It never closes
// for good: see wholeEvery.
type gate struct {
	looked [gateColumns * gateRows]uint8 // the cells, as they were looked at last
	whole  time.Time                     // when all of it was; zero for never
}

// shrink makes the cells of a grey picture.
func shrink(grey gocv.Mat, cells *gocv.Mat) {
	gocv.Resize(grey, cells, image.Pt(gateColumns, gateRows), 0, 0, gocv.InterpolationArea)
}

// part returns the part of a frame of a size that is to be looked at, in pixels,
// and takes it as looked at: what has changed, and the places again. It is empty
// if there is nothing new to be seen.
func (g *gate) part(cells []uint8, size image.Point, at time.Time, again []image.Rectangle) image.Rectangle {
	frame := image.Rectangle{Max: size}
	if len(cells) != len(g.looked) {
		return frame
	}
	if g.whole.IsZero() || at.Sub(g.whole) >= wholeEvery {
		copy(g.looked[:], cells)
		g.whole = at
		return frame
	}
	part := g.changed(cells, size)
	for _, r := range again {
		part = part.Union(r.Intersect(frame))
	}
	if part.Empty() {
		return image.Rectangle{}
	}
	part.Min = part.Min.Sub(image.Pt(size.X/around, size.Y/around))
	part.Max = part.Max.Add(image.Pt(size.X/around, size.Y/around))
	part = part.Intersect(frame)
	g.take(cells, part, size)
	return part
}

// changed returns the smallest rectangle of the frame that holds every cell that
// has changed.
func (g *gate) changed(cells []uint8, size image.Point) image.Rectangle {
	left, top, right, bottom := gateColumns, gateRows, 0, 0
	for y := range gateRows {
		row, before := cells[y*gateColumns:(y+1)*gateColumns], g.looked[y*gateColumns:(y+1)*gateColumns]
		for x, v := range row {
			if d := int(v) - int(before[x]); d >= stirred || d <= -stirred {
				left, right = min(left, x), max(right, x+1)
				top, bottom = min(top, y), max(bottom, y+1)
			}
		}
	}
	if right == 0 {
		return image.Rectangle{}
	}
	return image.Rect(left*size.X/gateColumns, top*size.Y/gateRows, right*size.X/gateColumns, bottom*size.Y/gateRows)
}

// take remembers the cells that lie wholly within a part.
func (g *gate) take(cells []uint8, part image.Rectangle, size image.Point) {
	left, right := (part.Min.X*gateColumns+size.X-1)/size.X, part.Max.X*gateColumns/size.X
	top, bottom := (part.Min.Y*gateRows+size.Y-1)/size.Y, part.Max.Y*gateRows/size.Y
	for y := top; y < bottom; y++ {
		copy(g.looked[y*gateColumns+left:y*gateColumns+max(left, right)], cells[y*gateColumns+left:])
	}
}

// reset forgets the picture.
func (g *gate) reset() { *g = gate{} }
