package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"time"

	"gocv.io/x/gocv"

	"secondlook/vision/camera"
	"secondlook/vision/reading"
	"secondlook/vision/redact"
)

// RedactOptions say what [Redact] measures.
type RedactOptions struct {
	// Folder holds the pictures; no truth is needed.
	Folder string
	// Width is the greatest width of a picture, in pixels: larger ones are shrunk
	// first, as the pipeline does. 960 if 0.
	Width int
	// JSON prints one JSON object instead of a table.
	JSON bool
	// Out is a folder that the redacted pictures are written to; none if empty.
	// Each holds a plate.
	Out string
	// Problems is where warnings go; os.Stderr if nil.
	Problems io.Writer
}

// contextWidth is the width of the pictures that the pipeline keeps, quality that
// of their JPEG.
const contextWidth, quality = 960, 92

// RedactResult is what [Redact] prints. Its JSON is a contract with those who
// measure: fields may be added.
type RedactResult struct {
	// Pictures is how many pictures had a plate to be the hit, WithoutPlate how
	// many had none and were passed over.
	Pictures     int `json:"pictures"`
	WithoutPlate int `json:"without_plate"`
	// FacesBefore and FacesAfter are the places where a face cascade found a face.
	FacesBefore int `json:"faces_before"`
	FacesAfter  int `json:"faces_after"`
	// PlatesBefore and PlatesAfter are the plates, other than the hit's, that were
	// read.
	PlatesBefore int `json:"plates_before"`
	PlatesAfter  int `json:"plates_after"`
	// OwnRead is the share of pictures, in per cent, whose hit reads the same
	// afterwards. Hidden is the median share of the picture that was hidden.
	OwnRead float64 `json:"own_read"`
	Hidden  float64 `json:"hidden"`
	// MS50 is the median time that redacting a picture took, in milliseconds.
	MS50 float64 `json:"ms_p50"`
}

// Redact redacts every picture of a folder as if its surest plate were a hit, and
// counts the faces and other plates before and after. It looks for them with
// finders of its own, at other sizes and in the mirror, in the picture as it would
// be kept.
func Redact(ctx context.Context, out io.Writer, o RedactOptions) error {
	if o.Width <= 0 {
		o.Width = contextWidth
	}
	if o.Problems == nil {
		o.Problems = os.Stderr
	}
	files, err := camera.Pictures(o.Folder)
	if err != nil {
		return fmt.Errorf("%s: %w", o.Folder, err)
	}
	m, err := newRedactMeasure()
	if err != nil {
		return err
	}
	defer m.close()
	for _, file := range files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := m.picture(file, o); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	if o.Out != "" {
		fmt.Fprintf(o.Problems, "secondlook: the pictures in %s hold plates: keep them like the ones they were made of, and delete them with those\n", o.Out)
	}
	result := m.result()
	if o.JSON {
		return json.NewEncoder(out).Encode(result)
	}
	return result.table(out)
}

// redactMeasure is what measuring needs, and what it has counted.
type redactMeasure struct {
	redactor *redact.Redactor
	finder   *finder
	counted  RedactResult
	same     int
	hidden   []float64
	ms       []float64
}

func newRedactMeasure() (*redactMeasure, error) {
	f, err := newFinder()
	if err != nil {
		return nil, err
	}
	return &redactMeasure{redactor: redact.New(), finder: f}, nil
}

func (m *redactMeasure) close() {
	m.redactor.Close()
	m.finder.close()
}

// picture measures one picture.
func (m *redactMeasure) picture(file string, o RedactOptions) error {
	picture, err := camera.Load(file)
	if err != nil {
		return err
	}
	defer erase(&picture)
	if picture.Cols() > o.Width {
		height := max(1, picture.Rows()*o.Width/picture.Cols())
		gocv.Resize(picture, &picture, image.Pt(o.Width, height), 0, 0, gocv.InterpolationArea)
	}
	plates, err := m.finder.plates(picture)
	if err != nil {
		return err
	}
	if len(plates) == 0 {
		m.counted.WithoutPlate++
		return nil
	}
	own := box(plates[0])
	m.counted.Pictures++
	m.counted.PlatesBefore += others(plates, own)
	m.counted.FacesBefore += m.finder.faces(picture, own)

	start := time.Now()
	hidden := m.redactor.Redact(&picture, own, nil)
	m.ms = append(m.ms, float64(time.Since(start).Microseconds())/1000)
	m.hidden = append(m.hidden, covered(hidden, picture.Cols(), picture.Rows()))
	kept, err := asKept(picture)
	if err != nil {
		return err
	}
	defer erase(&kept)
	if o.Out != "" && !gocv.IMWrite(filepath.Join(o.Out, filepath.Base(file)), kept) {
		return fmt.Errorf("write the redacted picture into %s", o.Out)
	}
	after, err := m.finder.plates(kept)
	if err != nil {
		return err
	}
	m.counted.PlatesAfter += others(after, own)
	m.counted.FacesAfter += m.finder.faces(kept, own)
	for _, p := range after {
		if box(p).Overlaps(own) && p.Text == plates[0].Text {
			m.same++
			break
		}
	}
	return nil
}

// asKept returns a picture as it comes out of the store.
func asKept(picture gocv.Mat) (gocv.Mat, error) {
	data, err := gocv.IMEncodeWithParams(gocv.JPEGFileExt, picture, []int{gocv.IMWriteJpegQuality, quality})
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("encode the redacted picture: %w", err)
	}
	defer data.Close()
	return camera.Decode(data.GetBytes())
}

// others counts the plates that are not the hit's.
func others(plates []reading.Plate, own image.Rectangle) int {
	n := 0
	for _, p := range plates {
		if !box(p).Overlaps(own) {
			n++
		}
	}
	return n
}

// covered returns the share of a picture that lies under areas, in per cent.
func covered(areas []image.Rectangle, width, height int) float64 {
	mask := image.NewAlpha(image.Rect(0, 0, width, height))
	n := 0
	for _, a := range areas {
		a = a.Intersect(mask.Rect)
		for y := a.Min.Y; y < a.Max.Y; y++ {
			line := mask.Pix[mask.PixOffset(a.Min.X, y):mask.PixOffset(a.Max.X, y)]
			for x := range line {
				n += 1 - int(line[x])
				line[x] = 1
			}
		}
	}
	return 100 * float64(n) / float64(width*height)
}

// result makes the figures.
func (m *redactMeasure) result() RedactResult {
	r := m.counted
	r.OwnRead = share(m.same, r.Pictures)
	r.Hidden = round(percentile(m.hidden, 50), 1)
	r.MS50 = round(percentile(m.ms, 50), 1)
	return r
}

// table prints the figures for people.
func (r RedactResult) table(out io.Writer) error {
	_, err := fmt.Fprintf(out, `pictures                 %6d  and %d without a plate
faces, before            %6d
faces, after             %6d  %.1f %%
other plates, before     %6d
other plates, after      %6d  %.1f %%
own plate reads the same %6.1f %%
hidden of a picture      %6.1f %%
time a picture, median   %6.0f ms
`, r.Pictures, r.WithoutPlate, r.FacesBefore, r.FacesAfter, share(r.FacesAfter, r.FacesBefore),
		r.PlatesBefore, r.PlatesAfter, share(r.PlatesAfter, r.PlatesBefore), r.OwnRead, r.Hidden, r.MS50)
	return err
}
