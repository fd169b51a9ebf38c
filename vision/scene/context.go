package scene

import (
	"image"

	"secondlook/app/training"
	"secondlook/vision/scene/paint"
)

// ContextWidth and ContextHeight are the size of a context picture, in pixels.
const (
	ContextWidth  = Width / 2
	ContextHeight = Height / 2
)

// Context draws the context picture of a car, its nearer end 9 m from the
// camera, with the windows made unrecognisable as in a hit's record. It is meant
// for tests and pictures of the screens; live hits are redacted by vision/redact.
// The car's time and camera are not used.
func Context(c training.Car, l training.Light) *image.RGBA {
	const ahead = 9
	side := "front-left"
	if c.Approach.Way == training.Leaving {
		side = "front-right"
	}
	if c.Approach.Lane == 0 {
		c.Approach.Lane = 2.8
	}
	s := &Street{scenario: &training.Scenario{Cars: []training.Car{c}}, view: viewOf(side), seed: 1, plates: make([]*pyramid, 1)}
	s.painter.view, s.painter.light = s.view, lightings[l]
	img := backdrop(s.view, s.painter.light, s.seed)
	s.painter.Begin(img)
	s.drawCar(onRoad{0, ahead})
	soften(img, img.Bounds())
	drawn := s.carAt(onRoad{0, ahead})
	mosaic(img, bounds(drawn.windows()...).Inset(-6))
	return halve(img)
}

// windows returns the corners of the windows that are turned to the camera.
func (c *car) windows() []paint.Point {
	var corners []paint.Point
	for _, at := range []spot{c.pane(-1, 0), c.pane(1, 0), c.pane(-1, 1), c.pane(1, 1), c.paneSide(1, 0), c.paneSide(1, 1)} {
		if p, ok := c.view.see(at); ok {
			corners = append(corners, p)
		}
	}
	return corners
}

// mosaic replaces a part of a picture by the means of large squares.
func mosaic(img *image.RGBA, r image.Rectangle) {
	const size = 26
	r = r.Intersect(img.Bounds())
	for y := r.Min.Y; y < r.Max.Y; y += size {
		for x := r.Min.X; x < r.Max.X; x += size {
			average(img, image.Rect(x, y, x+size, y+size).Intersect(r))
		}
	}
}

func average(img *image.RGBA, r image.Rectangle) {
	var sum [4]int
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			o := img.PixOffset(x, y)
			for k := range sum {
				sum[k] += int(img.Pix[o+k])
			}
		}
	}
	n := max(1, r.Dx()*r.Dy())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			o := img.PixOffset(x, y)
			for k := range sum {
				img.Pix[o+k] = uint8(sum[k] / n)
			}
		}
	}
}
