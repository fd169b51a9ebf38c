package reading

import (
	"encoding/json"
	"fmt"
	"image"
	"io"
	"math"
	"strings"
	"time"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
)

// Picture is what is printed of one picture. Its JSON is a contract with those
// who measure: fields may be added, never renamed or dropped.
type Picture struct {
	// File is the path as given; a frame of a video has "#" and its number.
	File string `json:"file"`
	// MS is how long finding and reading took, in milliseconds, decoding left out.
	MS float64 `json:"ms"`
	// Plates are in order of confidence.
	Plates []Plate `json:"plates"`
}

// Plate is one plate of a picture.
type Plate struct {
	Text       string  `json:"text"`
	Confidence float64 `json:"confidence"`
	// Box is left, top, width and height, in pixels.
	Box [4]int `json:"box"`
	// Corners are x and y in pixels, clockwise from the plate's top left.
	Corners      [4][2]float64      `json:"corners"`
	Jurisdiction plate.Jurisdiction `json:"jurisdiction"`
	// Basis is "read", "assumed" or "unknown".
	Basis      string      `json:"jurisdiction_basis"`
	Candidates []Candidate `json:"candidates"`
}

// Candidate is one possible text of a plate, best first.
type Candidate struct {
	Text       string  `json:"text"`
	Confidence float64 `json:"confidence"`
}

// describe puts the outcome of one picture into words.
func describe(name string, picture gocv.Mat, all []found, elapsed time.Duration) Picture {
	p := Picture{File: name, MS: round(float64(elapsed.Microseconds())/1000, 1), Plates: []Plate{}}
	frame := image.Rect(0, 0, picture.Cols(), picture.Rows())
	for _, f := range all {
		box := f.place.Box().Intersect(frame)
		out := Plate{
			Text:       string(f.reading.Text),
			Confidence: round(f.reading.Confidence, 4),
			Box:        [4]int{box.Min.X, box.Min.Y, box.Dx(), box.Dy()},
			Candidates: []Candidate{},
		}
		for i, c := range f.place.Corners {
			out.Corners[i] = [2]float64{round(c.X, 1), round(c.Y, 1)}
		}
		out.Jurisdiction, out.Basis = f.jurisdiction, f.basis.String()
		for _, c := range f.reading.Candidates {
			out.Candidates = append(out.Candidates, Candidate{string(c.Text), round(c.Confidence, 4)})
		}
		p.Plates = append(p.Plates, out)
	}
	return p
}

func round(v float64, digits int) float64 {
	unit := math.Pow10(digits)
	return math.Round(v*unit) / unit
}

// printer prints one picture after the other.
type printer interface {
	picture(Picture) error
}

// lines prints a line of JSON a picture.
type lines struct{ out io.Writer }

func (l *lines) picture(p Picture) error {
	encoder := json.NewEncoder(l.out)
	encoder.SetEscapeHTML(false) // file names as they are
	return encoder.Encode(p)
}

// table prints a line a plate, for people.
type table struct {
	out    io.Writer
	headed bool
}

func (t *table) picture(p Picture) error {
	const row = "%-11s %5s  %-9s %-24s %7s  %s\n"
	if !t.headed {
		t.headed = true
		if _, err := fmt.Fprintf(t.out, row, "PLATE", "SURE", "FROM", "OR", "MS", "PICTURE"); err != nil {
			return err
		}
	}
	ms := fmt.Sprintf("%.0f", p.MS)
	if len(p.Plates) == 0 {
		_, err := fmt.Fprintf(t.out, row, "no plate", "", "", "", ms, p.File)
		return err
	}
	for _, plate := range p.Plates {
		from := "unknown"
		if plate.Jurisdiction != "" {
			from = string(plate.Jurisdiction)
			if plate.Basis == "assumed" {
				from += "?"
			}
		}
		if _, err := fmt.Fprintf(t.out, row, plate.Text, fmt.Sprintf("%.0f%%", 100*plate.Confidence), from, others(plate), ms, p.File); err != nil {
			return err
		}
	}
	return nil
}

// others names up to two further readings that are worth a look.
func others(p Plate) string {
	var names []string
	for _, c := range p.Candidates {
		if c.Text != p.Text && c.Confidence >= 0.02 && len(names) < 2 {
			names = append(names, fmt.Sprintf("%s %.0f%%", c.Text, 100*c.Confidence))
		}
	}
	return strings.Join(names, ", ")
}
