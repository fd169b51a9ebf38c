package main

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/vision/detect"
	"secondlook/vision/recognize"
	"secondlook/vision/scene/press"
)

// looks is how many pictures are taken of a plate before the next is pressed.
const looks = 2

// cutter presses plates, takes pictures of them and cuts lines out.
type cutter struct {
	rng   *rand.Rand
	press *press.Press
	made  press.Plate
	left  int // looks left at made

	camera  *camera
	grey    gocv.Mat // made, in grey
	seen    gocv.Mat // as the camera sees it
	upright gocv.Mat // as Rectify straightens it
	cut     gocv.Mat
	above   gocv.Mat
	below   gocv.Mat
}

func newCutter(rng *rand.Rand, p *press.Press, strength float64) *cutter {
	return &cutter{rng: rng, press: p, camera: &camera{rng: rng, strength: strength}, grey: gocv.NewMat(), seen: gocv.NewMat(), upright: gocv.NewMat(), cut: gocv.NewMat(), above: gocv.NewMat(), below: gocv.NewMat()}
}

func (c *cutter) close() {
	for _, m := range []gocv.Mat{c.grey, c.seen, c.upright, c.cut, c.above, c.below} {
		m.Close()
	}
}

func (c *cutter) between(a, b float64) float64 { return a + (b-a)*c.rng.Float64() }

// nextOf is next for a plate of a style.
func (c *cutter) nextOf(style press.Style) {
	press.Styles = []press.Style{style}
	c.next(func(p press.Plate) bool { return p.Jurisdiction == style.Jurisdiction })
}

// next presses a plate that has what is wanted, or looks at the last one again,
// and leaves its straightened picture in c.upright.
func (c *cutter) next(wanted func(press.Plate) bool) {
	if c.left == 0 {
		for {
			c.made = c.press.Random(c.rng)
			if wanted(c.made) {
				break
			}
		}
		c.left = looks
		colour, err := gocv.NewMatFromBytes(c.made.Picture.Rect.Dy(), c.made.Picture.Rect.Dx(), gocv.MatTypeCV8UC4, c.made.Picture.Pix)
		if err != nil {
			panic(err) // the press made a picture that is none
		}
		gocv.CvtColor(colour, &c.grey, gocv.ColorRGBAToGray)
		colour.Close()
	}
	c.left--
	corners := c.camera.take(c.grey, &c.seen)
	// A detector's corners are not exact.
	w := math.Hypot(corners[1].X-corners[0].X, corners[1].Y-corners[0].Y)
	h := math.Hypot(corners[3].X-corners[0].X, corners[3].Y-corners[0].Y)
	sx, sy, dx, dy := c.between(-0.03, 0.04), c.between(-0.04, 0.06), c.between(-0.02, 0.02), c.between(-0.03, 0.03)
	signs := [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}
	for i := range corners {
		corners[i].X += w * (dx + signs[i][0]*sx + 0.008*c.rng.NormFloat64())
		corners[i].Y += h * (dy + signs[i][1]*sy + 0.015*c.rng.NormFloat64())
	}
	recognize.Rectify(c.seen, corners, &c.upright)
}

// characters cuts the line of characters out of the next picture.
func (c *cutter) characters() line {
	c.next(func(p press.Plate) bool { return len(p.Text) >= 2 && len(p.Text) <= plate.MaxLength })
	recognize.Band(c.upright, c.centres(), &c.cut)
	return line{picture: copied(c.cut), text: string(c.made.Text)}
}

// centres returns where the characters stand in c.upright, about as the network
// would say it.
func (c *cutter) centres() []plate.Character {
	w := float64(c.made.Picture.Rect.Dx())
	n := len(c.made.Text)
	pitch := float64(c.made.Line.Dx()) / float64(n)
	centres := make([]plate.Character, n)
	for i := range centres {
		at := (float64(c.made.Line.Min.X) + (float64(i)+0.5)*pitch + 0.08*pitch*c.rng.NormFloat64()) / w
		centres[i].Centre = min(max((at-0.5)/recognize.WidenX+0.5, 0), 1)
	}
	return centres
}

func copied(m gocv.Mat) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, m.Cols(), m.Rows()))
	copy(g.Pix, m.ToBytes())
	return g
}

// camera takes pictures of flat things.
type camera struct {
	rng *rand.Rand
	// strength, 0 to 1, scales what spoils a picture.
	strength float64
	// wide is the width of the last plate, in pixels of its picture.
	wide float64
	// fixed is the width of every plate; if zero they are of all widths.
	fixed float64
}

func (c *camera) between(a, b float64) float64 { return a + (b-a)*c.rng.Float64() }
func (c *camera) chance(p float64) bool        { return c.rng.Float64() < p }

// Plates are between so many pixels wide in a picture.
const narrowest, widest = 54.0, 310.0

// take photographs a plate in grey from somewhere in front of it and returns
// where its corners are in the picture.
func (c *camera) take(grey gocv.Mat, out *gocv.Mat) [4]detect.Point {
	aspect := float64(grey.Cols()) / float64(grey.Rows())
	w := widest * math.Pow(narrowest/widest, c.rng.Float64()*(0.4+0.6*c.strength))
	if c.fixed > 0 {
		w = c.fixed
	}
	c.wide = w
	h := w / aspect * c.between(0.9, 1.08)
	margin := 0.2 * h
	sin, cos := math.Sincos(0.07 * c.rng.NormFloat64())
	var corners [4]detect.Point
	shear := 0.06 * c.rng.NormFloat64()
	for i, s := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		x, y := s[0]*w/2*(1+0.02*c.rng.NormFloat64())+shear*h*s[1], s[1]*h/2*(1+0.05*c.rng.NormFloat64())
		corners[i] = detect.Point{X: w/2 + margin + cos*x - sin*y, Y: h/2 + margin + sin*x + cos*y}
	}
	size := image.Pt(int(w+2*margin), int(h+2*margin))
	source := grey
	if shrink := 1.3 * w / float64(grey.Cols()); shrink < 1 {
		source = gocv.NewMat()
		defer source.Close()
		gocv.Resize(grey, &source, image.Point{}, shrink, shrink, gocv.InterpolationArea)
	}
	from := gocv.NewPoint2fVectorFromPoints([]gocv.Point2f{{}, {X: float32(source.Cols())}, {X: float32(source.Cols()), Y: float32(source.Rows())}, {Y: float32(source.Rows())}})
	defer from.Close()
	var points [4]gocv.Point2f
	for i, p := range corners {
		points[i] = gocv.Point2f{X: float32(p.X), Y: float32(p.Y)}
	}
	to := gocv.NewPoint2fVectorFromPoints(points[:])
	defer to.Close()
	transform := gocv.GetPerspectiveTransform2f(from, to)
	defer transform.Close()
	ground := uint8(c.between(20, 220))
	gocv.WarpPerspectiveWithParams(source, out, transform, size, gocv.InterpolationLinear, gocv.BorderConstant, color.RGBA{R: ground, G: ground, B: ground})
	c.spoil(out, w)
	return corners
}

// spoil does to a picture what light, lens, motion, sensor and codec do. wide is
// the plate's width in pixels.
func (c *camera) spoil(m *gocv.Mat, wide float64) {
	if c.chance(0.75) {
		sigma := wide / 160 * c.between(0.2, 0.4+0.9*c.strength)
		gocv.GaussianBlur(*m, m, image.Point{}, sigma*c.between(0.6, 1.4), sigma, gocv.BorderReplicate)
	}
	if c.chance(0.15 * c.strength) {
		gocv.Blur(*m, m, image.Pt(1+c.rng.IntN(max(1, int(wide/35))), 1+c.rng.IntN(2)))
	}
	pixels, err := m.DataPtrUint8()
	if err != nil {
		return
	}
	c.light(pixels, m.Cols(), m.Rows())
	if c.chance(0.8) {
		encoded, err := gocv.IMEncodeWithParams(gocv.JPEGFileExt, *m, []int{gocv.IMWriteJpegQuality, int(c.between(90-70*c.strength, 94))})
		if err != nil {
			return
		}
		defer encoded.Close()
		if decoded, err := gocv.IMDecode(encoded.GetBytes(), gocv.IMReadGrayScale); err == nil {
			decoded.CopyTo(m)
			decoded.Close()
		}
	}
}

// light applies contrast, gamma, the edge of a shadow, glare and noise.
func (c *camera) light(pixels []uint8, w, h int) {
	gain, gamma := c.between(1-0.72*c.strength, 1), math.Exp(0.3*c.strength*c.rng.NormFloat64())
	floor := c.between(0, 1-gain)
	noise := 0.0
	if c.chance(0.7) {
		noise = gain * c.between(0.002, 0.01+0.06*c.strength)
	}
	shade, glare := 1.0, 0.0
	if c.chance(0.25 * c.strength) {
		shade = c.between(0.35, 0.9)
	}
	if c.chance(0.15 * c.strength) {
		glare = c.between(0.1, 0.5)
	}
	a := c.between(0, 2*math.Pi)
	nx, ny := math.Cos(a)/float64(w), math.Sin(a)/float64(h)
	off, soft := c.between(-0.4, 0.4), c.between(0.01, 0.3)
	gx, gy, gr := c.between(0, 1), c.between(0, 1), c.between(0.1, 0.5)
	var table [256]float64
	for v := range table {
		table[v] = floor + gain*math.Pow(float64(v)/255, gamma)
	}
	// Numbers drawn once are enough for noise.
	var grain [1024]float64
	for i := range grain {
		grain[i] = noise * c.rng.NormFloat64()
	}
	for y := range h {
		at := c.rng.IntN(1024)
		for x := range w {
			v := table[pixels[y*w+x]]
			if shade < 1 {
				d := (float64(x)-float64(w)/2)*nx + (float64(y)-float64(h)/2)*ny - off
				v *= shade + (1-shade)*min(max(d/soft+0.5, 0), 1)
			}
			if glare > 0 {
				dx, dy := float64(x)/float64(w)-gx, float64(y)/float64(h)-gy
				v += glare * max(0, 1-(dx*dx+dy*dy)/(gr*gr))
			}
			v += grain[at&1023]
			at++
			pixels[y*w+x] = uint8(min(max(v*255, 0), 255))
		}
	}
}
