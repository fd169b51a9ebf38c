package recognize

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"strings"
	"sync"

	"github.com/otiai10/gosseract/v2"
	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/vision/vote"
)

// ErrNoTesseract is returned when Tesseract or its English data is not installed.
var ErrNoTesseract = errors.New("Tesseract's English data cannot be loaded (install tesseract-ocr-eng)")

// The band of characters is handed to Tesseract at this height, in pixels, with
// a white margin around it: what it was trained on.
const bandHeight, bandMargin = 40, 12

// starting guards the start of a client: gosseract points the process's standard
// error elsewhere for that moment.
var starting sync.Mutex

// Second is Tesseract, warm. Without plate training it reads under half of real
// plates, so it is only ever an opinion beside the network's reading.
type Second struct {
	client *gosseract.Client
	grey   gocv.Mat
	band   gocv.Mat
}

// NewSecond starts Tesseract. It returns [ErrNoTesseract] when that fails. The
// reader must be closed.
func NewSecond() (*Second, error) {
	s := &Second{client: gosseract.NewClient(), grey: gocv.NewMat(), band: gocv.NewMat()}
	s.client.Variables["tessedit_char_whitelist"] = alphabet
	s.client.Variables["tessedit_pageseg_mode"] = "7" // one line of text
	s.client.Variables["debug_file"] = "/dev/null"
	blank := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(255, 0, 0, 0), 2*bandHeight, 4*bandHeight, gocv.MatTypeCV8UC1)
	defer blank.Close()
	starting.Lock()
	_, err := s.text(blank)
	starting.Unlock()
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("%w: %w", ErrNoTesseract, err)
	}
	return s, nil
}

// Close overwrites the last picture and ends Tesseract.
func (s *Second) Close() error {
	s.erase()
	return errors.Join(s.client.Close(), s.grey.Close(), s.band.Close())
}

func (s *Second) erase() {
	for _, m := range []*gocv.Mat{&s.grey, &s.band} {
		if !m.Empty() {
			m.SetTo(gocv.Scalar{})
		}
	}
}

// Opinion reads the plate picture that [Rectify] made, in colour or grey, and
// compares the outcome with the network's reading, whose character centres say
// where the line of characters begins and ends.
//
// Another number of characters is no opinion: Tesseract has then not found the
// characters. On real plates of the same length an agreement is nearly always
// right, while a disagreement is mostly Tesseract's mistake: it is a reason to
// look, not to reject.
func (s *Second) Opinion(picture gocv.Mat, first vote.Reading) (plate.Opinion, error) {
	if picture.Empty() || len(first.Characters) == 0 {
		return plate.Opinion{}, nil
	}
	defer s.erase()
	if picture.Channels() == 1 {
		picture.CopyTo(&s.grey)
	} else {
		gocv.CvtColor(picture, &s.grey, gocv.ColorBGRToGray)
	}
	s.cut(first.Characters)
	text, err := s.text(s.band)
	if err != nil {
		return plate.Opinion{}, err
	}
	t, err := plate.Parse(text)
	switch {
	case err != nil || len(t) != len(first.Text):
		return plate.Opinion{}, nil
	case t == first.Text:
		return plate.Opinion{Verdict: plate.Agrees, Text: t}, nil
	}
	return plate.Opinion{Verdict: plate.Disagrees, Text: t}, nil
}

// cut puts the band of characters from s.grey into s.band: dark on light, of one
// height, with a margin.
func (s *Second) cut(characters []plate.Character) {
	w := float64(s.grey.Cols())
	first, last := characters[0].Centre, characters[len(characters)-1].Centre
	pitch := (last - first) / float64(max(1, len(characters)-1))
	left := int(max(0, first-0.8*pitch) * w)
	right := max(left+2, int(min(1, last+0.8*pitch)*w))
	columns := s.grey.Region(image.Rect(left, 0, min(right, s.grey.Cols()), s.grey.Rows()))
	defer columns.Close()
	top, bottom := lines(columns)
	line := columns.Region(image.Rect(0, top, columns.Cols(), bottom))
	defer line.Close()
	scaled := gocv.NewMat()
	defer func() { scaled.SetTo(gocv.Scalar{}); scaled.Close() }()
	gocv.Resize(line, &scaled, image.Pt(max(1, line.Cols()*bandHeight/line.Rows()), bandHeight), 0, 0, gocv.InterpolationCubic)
	gocv.Normalize(scaled, &scaled, 0, 255, gocv.NormMinMax)
	if darkGround(scaled) {
		gocv.BitwiseNot(scaled, &scaled)
	}
	gocv.CopyMakeBorder(scaled, &s.band, bandMargin, bandMargin, bandMargin, bandMargin, gocv.BorderConstant, color.RGBA{R: 255, G: 255, B: 255, A: 255})
}

// lines returns the rows in which the characters stand: the run of rows around
// the middle that have many upright edges.
func lines(grey gocv.Mat) (top, bottom int) {
	rows, columns := grey.Rows(), grey.Cols()
	edges := make([]float64, rows)
	for y := range rows {
		for x := 1; x < columns; x++ {
			d := float64(grey.GetUCharAt(y, x)) - float64(grey.GetUCharAt(y, x-1))
			edges[y] += max(d, -d)
		}
	}
	middle := 0.0
	for y := rows * 2 / 5; y < rows*3/5+1 && y < rows; y++ {
		middle += edges[y]
	}
	threshold := middle / float64(min(rows, rows*3/5+1)-rows*2/5) / 2
	top, bottom = rows/2, rows/2+1
	for top > 0 && edges[top-1] >= threshold {
		top--
	}
	for bottom < rows && edges[bottom] >= threshold {
		bottom++
	}
	margin := max(1, (bottom-top)/12)
	return max(0, top-margin), min(rows, bottom+margin)
}

// darkGround reports whether the characters are lighter than what is behind
// them: characters fill less than half of their line.
func darkGround(grey gocv.Mat) bool {
	split := gocv.NewMat()
	defer split.Close()
	gocv.Threshold(grey, &split, 0, 255, gocv.ThresholdBinary+gocv.ThresholdOtsu)
	return 2*gocv.CountNonZero(split) < grey.Rows()*grey.Cols()
}

// text runs Tesseract on an 8 bit grey picture.
func (s *Second) text(picture gocv.Mat) (string, error) {
	png, err := gocv.IMEncodeWithParams(gocv.PNGFileExt, picture, []int{gocv.IMWritePngCompression, 0})
	if err != nil {
		return "", fmt.Errorf("hand the plate to Tesseract: %w", err)
	}
	defer png.Close()
	data := png.GetBytes()
	defer clear(data)
	if err := s.client.SetImageFromBytes(data); err != nil {
		return "", fmt.Errorf("hand the plate to Tesseract: %w", err)
	}
	text, err := s.client.Text()
	return strings.Join(strings.Fields(text), ""), err
}
