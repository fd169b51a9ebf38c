package recognize

import (
	"errors"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/assets"
	"secondlook/vision/vote"
)

// Second is Tesseract with a network of its own, trained on other pictures of
// pressed plates than the reader's: an independent opinion on a plate that was
// found and read. It belongs to one goroutine.
type Second struct {
	engine *engine
	grey   gocv.Mat
	band   gocv.Mat
}

// NewSecond starts Tesseract. It returns [ErrNoTesseract] when that fails. The
// reader must be closed.
func NewSecond() (*Second, error) {
	engine, err := startOwn(assets.TessdataPlate)
	if err != nil {
		return nil, err
	}
	return &Second{engine: engine, grey: gocv.NewMat(), band: gocv.NewMat()}, nil
}

// Close overwrites the last picture and ends Tesseract.
func (s *Second) Close() error {
	s.erase()
	return errors.Join(s.engine.close(), s.grey.Close(), s.band.Close())
}

func (s *Second) erase() { erase(&s.grey, &s.band) }

// erase overwrites pictures.
func erase(pictures ...*gocv.Mat) {
	for _, m := range pictures {
		if !m.Empty() {
			m.SetTo(gocv.Scalar{})
		}
	}
}

// Read reads the plate picture that [Rectify] made, in colour or grey. The
// network's reading only says, by its characters' centres, where the line of
// characters begins and ends. The outcome has one candidate, its text; the centres
// are not set. It is empty if Tesseract reads nothing that can be a plate.
func (s *Second) Read(picture gocv.Mat, first vote.Reading) (vote.Reading, error) {
	if picture.Empty() || len(first.Characters) == 0 {
		return vote.Reading{}, nil
	}
	defer s.erase()
	toGrey(picture, &s.grey)
	Band(s.grey, first.Characters, &s.band)
	symbols, err := s.engine.symbols(s.band)
	if err != nil || len(symbols) == 0 || len(symbols) > plate.MaxLength {
		return vote.Reading{}, err
	}
	r := vote.Reading{Confidence: 1}
	text := make([]byte, len(symbols))
	for i, c := range symbols {
		text[i] = c.char
		r.Characters = append(r.Characters, plate.Character{Char: text[i], Confidence: c.probability})
		r.Confidence *= c.probability
	}
	if r.Text, err = plate.Parse(string(text)); err != nil || len(r.Text) != len(text) {
		return vote.Reading{}, nil
	}
	r.Candidates = []plate.Candidate{{Text: r.Text, Confidence: r.Confidence}}
	return r, nil
}

// toGrey copies a picture in colour (BGR) or grey to out, in grey.
func toGrey(picture gocv.Mat, out *gocv.Mat) {
	if picture.Channels() == 1 {
		picture.CopyTo(out)
		return
	}
	gocv.CvtColor(picture, out, gocv.ColorBGRToGray)
}

// Opinion reads the plate picture that [Rectify] made, in colour or grey, and
// compares the outcome with the network's reading.
func (s *Second) Opinion(picture gocv.Mat, first vote.Reading) (plate.Opinion, error) {
	second, err := s.Read(picture, first)
	return Compare(first, second), err
}

// Compare says what the second reading makes of the first. Another number of
// characters is no opinion: Tesseract has then not found the characters.
func Compare(first, second vote.Reading) plate.Opinion {
	switch {
	case second.Text == "" || len(second.Text) != len(first.Text):
		return plate.Opinion{}
	case second.Text == first.Text:
		return plate.Opinion{Verdict: plate.Agrees, Text: second.Text}
	}
	return plate.Opinion{Verdict: plate.Disagrees, Text: second.Text}
}
