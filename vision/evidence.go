package vision

import (
	"errors"
	"fmt"
	"image"
	"sync"
	"time"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/vision/camera"
	"secondlook/vision/recognize"
	"secondlook/vision/redact"
)

// contextWidth is the greatest width of a context picture, in pixels: enough for
// make, model and colour.
const contextWidth = 960

// errErased is returned for pictures that are gone.
var errErased = errors.New("the pictures of this read are erased")

// evidence is the two pictures of a read. It satisfies [plate.Evidence].
type evidence struct {
	redactor *redact.Redactor
	at       time.Time

	mu      sync.Mutex
	plate   gocv.Mat
	context gocv.Mat // not redacted yet
	own     image.Rectangle
	others  []image.Rectangle
	erased  bool
}

var _ plate.Evidence = (*evidence)(nil)

func newEvidence(r *redact.Redactor) *evidence {
	return &evidence{redactor: r, plate: gocv.NewMat(), context: gocv.NewMat()}
}

// capture takes the pictures of plate i of a frame, in place of earlier ones.
func (e *evidence) capture(f *camera.Frame, seen []sighting, i int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.at = f.At
	recognize.Rectify(f.Mat, seen[i].place.Corners, &e.plate)
	scale := min(1, contextWidth/float64(f.Mat.Cols()))
	size := image.Pt(max(1, int(float64(f.Mat.Cols())*scale)), max(1, int(float64(f.Mat.Rows())*scale)))
	small := gocv.NewMat()
	defer func() { small.SetTo(gocv.Scalar{}); small.Close() }()
	gocv.Resize(f.Mat, &small, size, 0, 0, gocv.InterpolationArea)
	switch small.Channels() {
	case 1:
		gocv.CvtColor(small, &e.context, gocv.ColorGrayToBGR)
	case 4:
		gocv.CvtColor(small, &e.context, gocv.ColorBGRAToBGR)
	default:
		small.CopyTo(&e.context)
	}
	e.others = e.others[:0]
	for k, s := range seen {
		box := scaled(s.place.Box(), scale)
		if k == i {
			e.own = box
		} else {
			e.others = append(e.others, box)
		}
	}
}

func scaled(r image.Rectangle, by float64) image.Rectangle {
	at := func(v int) int { return int(float64(v) * by) }
	return image.Rect(at(r.Min.X), at(r.Min.Y), at(r.Max.X)+1, at(r.Max.Y)+1)
}

// Pictures implements [plate.Evidence]. The context picture is redacted once, in
// place: from then on nobody can see the other.
func (e *evidence) Pictures() (image.Image, image.Image, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.erased {
		return nil, nil, errErased
	}
	if !e.own.Empty() {
		e.redactor.Redact(&e.context, e.own, e.others)
		e.own, e.others = image.Rectangle{}, nil
	}
	plate, err := picture(e.plate)
	if err != nil {
		return nil, nil, fmt.Errorf("copy the plate picture: %w", err)
	}
	context, err := picture(e.context)
	if err != nil {
		return nil, nil, fmt.Errorf("copy the context picture: %w", err)
	}
	return plate, context, nil
}

// picture copies an 8 bit Mat to an image of its own.
func picture(m gocv.Mat) (*image.RGBA, error) {
	out := image.NewRGBA(image.Rect(0, 0, m.Cols(), m.Rows()))
	rgba := gocv.NewMat()
	defer func() { rgba.SetTo(gocv.Scalar{}); rgba.Close() }()
	toRGBA(m, &rgba)
	pixels, err := rgba.DataPtrUint8()
	if err != nil {
		return nil, err
	}
	copy(out.Pix, pixels)
	return out, nil
}

// toRGBA converts an 8 bit Mat of any channels.
func toRGBA(m gocv.Mat, out *gocv.Mat) {
	switch m.Channels() {
	case 1:
		gocv.CvtColor(m, out, gocv.ColorGrayToBGRA) // grey has no order of colours
	case 4:
		gocv.CvtColor(m, out, gocv.ColorBGRAToRGBA)
	default:
		gocv.CvtColor(m, out, gocv.ColorBGRToRGBA)
	}
}

// Erase implements [plate.Evidence].
func (e *evidence) Erase() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.erased {
		return
	}
	e.erased = true
	for _, m := range []*gocv.Mat{&e.plate, &e.context} {
		if !m.Empty() {
			m.SetTo(gocv.Scalar{})
		}
		m.Close()
	}
	e.others = nil
}
