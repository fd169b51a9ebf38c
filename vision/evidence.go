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
	"secondlook/vision/detect"
	"secondlook/vision/recognize"
	"secondlook/vision/redact"
)

// contextWidth is the greatest width of a context picture, in pixels: enough for
// make, model and colour.
const contextWidth = 960

// errErased is returned for pictures that are gone.
var errErased = errors.New("the pictures of this read are erased")

// album is what evidence is made with: one for a pipeline.
type album struct {
	redactor       *redact.Redactor
	crops, streets buffers
}

func (a *album) close() error {
	return errors.Join(a.redactor.Close(), a.crops.close(), a.streets.close())
}

// evidence is the two pictures of a read. It satisfies [plate.Evidence]. Most
// reads are non-hits whose pictures nobody will see: they are only copied, and
// made ready when somebody asks.
type evidence struct {
	album *album
	at    time.Time

	where func() (plate.Box, bool) // nil for a still picture

	mu      sync.Mutex
	crop    gocv.Mat        // the plate and a little around it
	corners [4]detect.Point // of the plate in crop
	street  gocv.Mat        // not redacted yet, as long as own is not empty
	own     image.Rectangle // the plate in street
	others  []image.Rectangle
	erased  bool
}

var (
	_ plate.Evidence = (*evidence)(nil)
	_ plate.Followed = (*evidence)(nil)
)

func newEvidence(a *album) *evidence {
	return &evidence{album: a, crop: a.crops.lend(), street: a.streets.lend()}
}

// capture takes the pictures of plate i of a frame, in place of earlier ones.
func (e *evidence) capture(f *camera.Frame, seen []sighting, i int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.at = f.At
	frame := image.Rect(0, 0, f.Mat.Cols(), f.Mat.Rows())
	box := seen[i].place.Box()
	// Rectify widens a plate by up to a sixth and reads a few pixels around.
	area := box.Inset(-8 - box.Dx()/5).Intersect(frame)
	if area.Empty() {
		area = frame
	}
	copyPart(f.Mat, area, &e.crop)
	for k, c := range seen[i].place.Corners {
		e.corners[k] = detect.Point{X: c.X - float64(area.Min.X), Y: c.Y - float64(area.Min.Y)}
	}
	// Large frames are halved, or more: that is quick, and a street of 8 million
	// pixels is not carried along for every car.
	shrink := max(1, f.Mat.Cols()/contextWidth)
	if w, h := f.Mat.Cols()/shrink, f.Mat.Rows()/shrink; shrink == 1 || h < 1 {
		copyPart(f.Mat, frame, &e.street)
	} else {
		reshape(&e.street, h, w)
		gocv.Resize(f.Mat, &e.street, image.Pt(w, h), 0, 0, gocv.InterpolationArea)
	}
	scale := float64(e.street.Cols()) / float64(f.Mat.Cols())
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

// copyPart copies a part of a picture.
func copyPart(from gocv.Mat, area image.Rectangle, to *gocv.Mat) {
	part := from.Region(area)
	defer part.Close()
	reshape(to, part.Rows(), part.Cols())
	part.CopyTo(to)
}

func scaled(r image.Rectangle, by float64) image.Rectangle {
	at := func(v int) int { return int(float64(v) * by) }
	return image.Rect(at(r.Min.X), at(r.Min.Y), at(r.Max.X)+1, at(r.Max.Y)+1)
}

// straighten puts the rectified plate into out. It returns false if the evidence
// is erased.
func (e *evidence) straighten(out *gocv.Mat) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.erased {
		recognize.Rectify(e.crop, e.corners, out)
	}
	return !e.erased
}

// Plate implements [plate.Evidence].
func (e *evidence) Plate() (image.Image, error) {
	straight := gocv.NewMat()
	defer func() { wipe(straight); straight.Close() }()
	if !e.straighten(&straight) {
		return nil, errErased
	}
	plate, err := picture(straight)
	if err != nil {
		return nil, fmt.Errorf("copy the plate picture: %w", err)
	}
	return plate, nil
}

// Context implements [plate.Evidence]. The context picture is made and redacted
// once, in place: from then on nobody can see the other.
func (e *evidence) Context() (image.Image, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.erased {
		return nil, errErased
	}
	if !e.own.Empty() {
		e.redact()
	}
	context, err := picture(e.street)
	if err != nil {
		return nil, fmt.Errorf("copy the context picture: %w", err)
	}
	return context, nil
}

// redact turns the street into the context picture: in colours, contextWidth wide
// at most, without people and other plates.
func (e *evidence) redact() {
	scale := min(1, contextWidth/float64(e.street.Cols()))
	size := image.Pt(max(1, int(float64(e.street.Cols())*scale)), max(1, int(float64(e.street.Rows())*scale)))
	small, context := gocv.NewMat(), e.album.streets.lend()
	defer func() { wipe(small); small.Close() }()
	gocv.Resize(e.street, &small, size, 0, 0, gocv.InterpolationArea)
	reshape(&context, size.Y, size.X)
	switch small.Channels() {
	case 1:
		gocv.CvtColor(small, &context, gocv.ColorGrayToBGR)
	case 4:
		gocv.CvtColor(small, &context, gocv.ColorBGRAToBGR)
	default:
		small.CopyTo(&context)
	}
	others := make([]image.Rectangle, len(e.others))
	for i, o := range e.others {
		others[i] = scaled(o, scale)
	}
	e.album.redactor.Redact(&context, scaled(e.own, scale), others)
	e.album.streets.giveBack(e.street)
	e.street = context
	e.own, e.others = image.Rectangle{}, nil
}

// picture copies an 8 bit Mat to an image of its own.
func picture(m gocv.Mat) (*image.RGBA, error) {
	out := image.NewRGBA(image.Rect(0, 0, m.Cols(), m.Rows()))
	rgba := gocv.NewMat()
	defer func() { wipe(rgba); rgba.Close() }()
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
	e.album.crops.giveBack(e.crop)
	e.album.streets.giveBack(e.street)
	e.own, e.others = image.Rectangle{}, nil
}
