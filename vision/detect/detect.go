// Package detect finds licence plates in a picture.
//
// Start with [New]. A [Detector] belongs to one goroutine.
package detect

import (
	"errors"
	"image"
	"math"
	"slices"

	"gocv.io/x/gocv"

	"secondlook/assets"
	"secondlook/vision/network"
)

// Size of the network's input for a whole picture and of a cell of its output, in
// pixels.
const (
	width, height = 640, 384
	stride        = 8
	// grey is the network's zero and fills what the picture leaves empty;
	// spread is its unit.
	grey, spread = 110, 60
	// reach is the unit of the corner offsets in input pixels.
	reach = 48
)

const (
	// MinScore is the score from which a place counts as a plate.
	MinScore = 0.3
	// maxOverlap is the intersection over union from which two finds are one.
	maxOverlap = 0.25
	// Smallest plate that can hold characters, in pixels of the picture.
	minWidth, minHeight = 10, 4
	// largeWidth is the width in input pixels from which a second pass pays.
	largeWidth = 200
)

// ErrPicture is returned for an empty picture or one of a type that is not 8 bit
// grey.
var ErrPicture = errors.New("picture is empty or not 8 bit grey")

// Point is a place in a picture, in pixels from its top left.
type Point struct{ X, Y float64 }

// Plate is one plate found in a picture.
type Plate struct {
	// Corners go clockwise from the plate's top left. They may lie outside the
	// picture when the plate is cut off.
	Corners [4]Point
	// Score is 0 to 1, how sure the detector is that this is a plate.
	Score float64
}

// Bounds returns the smallest upright rectangle around the corners.
func (p Plate) Bounds() (left, top, right, bottom float64) {
	left, top, right, bottom = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, c := range p.Corners {
		left, right = min(left, c.X), max(right, c.X)
		top, bottom = min(top, c.Y), max(bottom, c.Y)
	}
	return left, top, right, bottom
}

// Box returns the bounds in whole pixels.
func (p Plate) Box() image.Rectangle {
	left, top, right, bottom := p.Bounds()
	return image.Rect(int(math.Floor(left)), int(math.Floor(top)), int(math.Ceil(right)), int(math.Ceil(bottom)))
}

// Overlap returns the intersection over union of the bounds of p and q, 0 to 1.
func (p Plate) Overlap(q Plate) float64 {
	pl, pt, pr, pb := p.Bounds()
	ql, qt, qr, qb := q.Bounds()
	w, h := min(pr, qr)-max(pl, ql), min(pb, qb)-max(pt, qt)
	if w <= 0 || h <= 0 {
		return 0
	}
	both := w * h
	return both / ((pr-pl)*(pb-pt) + (qr-ql)*(qb-qt) - both)
}

// Detector is the detection network with its buffers, about 5 MB.
type Detector struct {
	// Lowest is the score, above 0 and below 1, from which a place counts as a
	// plate: MinScore, unless it is set lower by who would rather see too many.
	Lowest float64

	sizes  []*size // the whole picture's first, then smaller ones
	canvas gocv.Mat
	level  [256]float32
	found  []Plate
	again  []Plate // found in the second pass
}

// size is the network made ready for one size of input.
type size struct {
	width, height int // multiples of 64
	net           *network.Network
}

// New loads the detection network. The detector must be closed.
func New() (*Detector, error) {
	d := &Detector{Lowest: MinScore, canvas: gocv.NewMat()}
	for v := range d.level {
		d.level[v] = (float32(v) - grey) / spread
	}
	if _, err := d.size(width, height); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// size returns the network for a size of input; it is loaded when it is first
// asked for.
func (d *Detector) size(width, height int) (*size, error) {
	for _, s := range d.sizes {
		if s.width == width && s.height == height {
			return s, nil
		}
	}
	net, err := network.New(assets.DetectNetwork, network.Shape{1, 1, height, width}, network.Shape{1, 9, height / stride, width / stride})
	if err != nil {
		return nil, err
	}
	s := &size{width: width, height: height, net: net}
	d.sizes = append(d.sizes, s)
	return s, nil
}

// Close overwrites the last picture and frees the network.
func (d *Detector) Close() error {
	if !d.canvas.Empty() {
		d.canvas.SetTo(gocv.Scalar{})
	}
	err := d.canvas.Close()
	for _, s := range d.sizes {
		err = errors.Join(err, s.net.Close())
	}
	d.sizes = nil
	return err
}

// Find returns the plates in a picture, best score first. picture is 8 bit grey;
// it is only read. The result is overwritten by the next call. It returns
// [ErrPicture] for a picture that it cannot look at.
func (d *Detector) Find(picture gocv.Mat) ([]Plate, error) {
	if picture.Empty() || picture.Type() != gocv.MatTypeCV8UC1 {
		return nil, ErrPicture
	}
	full, err := d.size(width, height)
	if err != nil {
		return nil, err
	}
	if d.found, err = d.pass(full, picture, scaleOf(picture), d.found[:0]); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(d.found, func(p Plate) bool { return d.large(p, picture) }) {
		return d.found, nil
	}
	half, err := d.size(width/2, height/2)
	if err != nil {
		return nil, err
	}
	if d.again, err = d.pass(half, picture, scaleOf(picture)/2, d.again[:0]); err != nil {
		return nil, err
	}
	for i, p := range d.found {
		for _, q := range d.again {
			if d.large(p, picture) && p.Overlap(q) >= maxOverlap {
				d.found[i].Corners = q.Corners
				break
			}
		}
	}
	return d.found, nil
}

// large reports whether a plate fills so much of the picture that its corners lie
// beyond what one cell of the network sees: they are then found in the picture at
// half its size.
func (d *Detector) large(p Plate, picture gocv.Mat) bool {
	left, _, right, _ := p.Bounds()
	return (right-left)*scaleOf(picture) > largeWidth
}

// scaleOf is the factor by which a picture fills the network's input.
func scaleOf(picture gocv.Mat) float64 {
	return min(width/float64(picture.Cols()), height/float64(picture.Rows()))
}

// pass runs the network once on a picture that is scaled by a factor.
func (d *Detector) pass(s *size, picture gocv.Mat, scale float64, found []Plate) ([]Plate, error) {
	d.fit(s, picture, scale)
	if err := s.net.Run(); err != nil {
		return nil, err
	}
	return decode(s.net.Output, s.height/stride, s.width/stride, scale, d.Lowest, found), nil
}

// fit scales the picture into the top left of the network's input.
func (d *Detector) fit(s *size, picture gocv.Mat, scale float64) {
	w := max(1, min(s.width, int(float64(picture.Cols())*scale)))
	h := max(1, min(s.height, int(float64(picture.Rows())*scale)))
	interpolation := gocv.InterpolationArea
	if scale > 1 {
		interpolation = gocv.InterpolationLinear
	}
	gocv.Resize(picture, &d.canvas, image.Pt(w, h), 0, 0, interpolation)
	pixels, _ := d.canvas.DataPtrUint8() // continuous: Resize made it
	for y := range s.height {
		line := s.net.Input[y*s.width : (y+1)*s.width]
		if y >= h {
			clear(line)
			continue
		}
		for x, v := range pixels[y*w : (y+1)*w] {
			line[x] = d.level[v]
		}
		clear(line[w:])
	}
}

// decode turns the output grid into plates in pixels of the picture: every local
// peak of the score, then the best of those that overlap.
func decode(grid []float32, rows, columns int, scale, lowest float64, found []Plate) []Plate {
	cells := rows * columns
	threshold := float32(math.Log(lowest / (1 - lowest)))
	for row := range rows {
		for column := range columns {
			cell := row*columns + column
			if v := grid[cell]; v < threshold || !peak(grid, rows, columns, row, column, v) {
				continue
			}
			p := Plate{Score: 1 / (1 + math.Exp(-float64(grid[cell])))}
			for k := range p.Corners {
				p.Corners[k] = Point{
					X: (float64(column*stride) + 3.5 + reach*float64(grid[(1+2*k)*cells+cell])) / scale,
					Y: (float64(row*stride) + 3.5 + reach*float64(grid[(2+2*k)*cells+cell])) / scale,
				}
			}
			if plausible(p) {
				found = append(found, p)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Plate) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	kept := found[:0]
	for _, p := range found {
		if !slices.ContainsFunc(kept, func(k Plate) bool { return k.Overlap(p) >= maxOverlap }) {
			kept = append(kept, p)
		}
	}
	return kept
}

// peak reports whether no neighbour of a cell has a higher score.
func peak(grid []float32, rows, columns, row, column int, v float32) bool {
	for y := max(0, row-1); y <= min(rows-1, row+1); y++ {
		for x := max(0, column-1); x <= min(columns-1, column+1); x++ {
			if grid[y*columns+x] > v {
				return false
			}
		}
	}
	return true
}

// plausible reports whether the corners span a quadrilateral that can be
// straightened: finite, large enough, clockwise and convex.
func plausible(p Plate) bool {
	left, top, right, bottom := p.Bounds()
	if !(right-left >= minWidth && bottom-top >= minHeight) || math.IsInf(right-left+bottom-top, 0) {
		return false
	}
	for i := range p.Corners {
		a, b, c := p.Corners[i], p.Corners[(i+1)%4], p.Corners[(i+2)%4]
		if !((b.X-a.X)*(c.Y-b.Y)-(b.Y-a.Y)*(c.X-b.X) > 0) {
			return false
		}
	}
	return true
}
