package recognize

import (
	"errors"
	"math"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/vision/vote"
)

// Legend reads who issued a plate from the small print above and below its
// characters: Tesseract with its English data, which was made for print, and a
// table of what the jurisdictions print. It belongs to one goroutine.
type Legend struct {
	engine *engine
	texts  []legend
	grey   gocv.Mat
	above  gocv.Mat
	below  gocv.Mat
}

// NewLegend starts Tesseract. It returns [ErrNoTesseract] when that fails. The
// reader must be closed.
func NewLegend() (*Legend, error) {
	engine, err := start(english, "")
	if err != nil {
		return nil, err
	}
	return &Legend{engine: engine, texts: legendTexts(), grey: gocv.NewMat(), above: gocv.NewMat(), below: gocv.NewMat()}, nil
}

// Close overwrites the last picture and ends Tesseract.
func (l *Legend) Close() error {
	l.erase()
	return errors.Join(l.engine.close(), l.grey.Close(), l.above.Close(), l.below.Close())
}

func (l *Legend) erase() { erase(&l.grey, &l.above, &l.below) }

// longestWithLegend is the aspect of the longest plate pictures that are searched
// for small print: long European plates have none.
const longestWithLegend = 3.3 * widenX / widenY

// Read returns who issued a plate and how likely that is, 0 to 1; the empty
// jurisdiction if the print cannot be read, belongs to no jurisdiction or could
// belong to several. picture is what [Rectify] made, in colour or grey, reading
// what the plate says: its characters tell where to look.
//
// A wrong answer sends an officer to the wrong register, so it is given only if
// it is [sure].
func (l *Legend) Read(picture gocv.Mat, reading vote.Reading) (plate.Jurisdiction, float64, error) {
	j, p, err := l.likeliest(picture, reading)
	if err != nil || p < sure {
		return "", p, err
	}
	return j, p, nil
}

// sure is the probability from which an answer is given.
const sure = 0.95

// likeliest returns the likeliest jurisdiction, however unlikely.
func (l *Legend) likeliest(picture gocv.Mat, reading vote.Reading) (plate.Jurisdiction, float64, error) {
	if picture.Empty() || len(reading.Characters) == 0 || float64(picture.Cols()) > longestWithLegend*float64(picture.Rows()) {
		return "", 0, nil
	}
	defer l.erase()
	toGrey(picture, &l.grey)
	Strips(l.grey, reading.Characters, &l.above, &l.below)
	evidence := map[plate.Jurisdiction]float64{}
	for _, strip := range []gocv.Mat{l.above, l.below} {
		if strip.Empty() {
			continue
		}
		text, err := l.engine.text(strip)
		if err != nil {
			return "", 0, err
		}
		for j, e := range compareLegends(l.texts, text) {
			evidence[j] += e
		}
	}
	j, p := decide(evidence, reading.Text)
	return j, p, nil
}

// decide weighs the evidence of the strips, in nats, against one another and
// against its being chance.
func decide(evidence map[plate.Jurisdiction]float64, text plate.Text) (plate.Jurisdiction, float64) {
	var best plate.Jurisdiction
	total, highest := math.Exp(chanceEvidence*caution), 0.0
	for j, e := range evidence {
		if e <= 0 {
			continue
		}
		if text != "" && len(plate.SeriesOf(j)) > 0 && !j.Fits(text) {
			e -= misfit
		}
		p := math.Exp(e * caution)
		total += p
		if p > highest || p == highest && j < best {
			best, highest = j, p
		}
	}
	return best, highest / total
}

const (
	// chanceEvidence is what words that are in no table reach at times.
	chanceEvidence = 6
	// caution scales evidence down: letters that were misread together are not
	// independent.
	caution = 0.7
	// misfit is taken off a jurisdiction none of whose series the plate fits:
	// personalised plates fit none.
	misfit = 1.5
)

// Evidence for a text by each of its letters, in nats.
const (
	letterRead    = 2.6  // read as it is: 85 % against one in twenty-odd
	letterAlike   = -0.2 // read as one that looks like it
	letterOther   = -2.4 // read as another
	letterMissing = -2.4
	letterExtra   = -2.4
	// letterBeside stands before or after the text: it may be part of a longer
	// one.
	letterBeside = -0.5
)

// compareLegends returns the evidence of what was read in a strip for each
// jurisdiction for which there is any.
func compareLegends(texts []legend, read string) map[plate.Jurisdiction]float64 {
	print := FoldLegend(read)
	evidence := map[plate.Jurisdiction]float64{}
	for _, t := range texts {
		if e := align(t.text, print); e > evidence[t.jurisdiction] {
			evidence[t.jurisdiction] = e
		}
	}
	return evidence
}

// align returns the evidence that a part of what was read is a text: the best
// alignment of the text with any part of it (Smith and Waterman 1981, with the
// costs above).
func align(text, read string) float64 {
	row := make([]float64, len(read)+1)
	for k := range row {
		row[k] = letterBeside * float64(min(k, fewBeside))
	}
	for i := range len(text) {
		before := row[0]
		row[0] += letterMissing
		for k := range len(read) {
			match := letterOther
			switch a, b := text[i], read[k]; {
			case a == b:
				match = letterRead
			case alike(a, b):
				match = letterAlike
			}
			best := max(before+match, row[k+1]+letterMissing, row[k]+letterExtra)
			before, row[k+1] = row[k+1], best
		}
	}
	best := math.Inf(-1)
	for k, e := range row {
		best = max(best, e+letterBeside*float64(min(len(read)-k, fewBeside)))
	}
	return best
}

// fewBeside is how many letters beside a text count against it.
const fewBeside = 4

// alikes are letters that small print blurs into one another.
var alikes = []string{"0ODQC", "1ILTJ", "5S", "8B", "2Z", "6GC", "EF", "VYU", "MNWH", "RKA", "PF", "UO", "AR", "EC", "EB", "HK", "TY", "TF"}

func alike(a, b byte) bool { return alikeTable[a][b] }

var alikeTable = func() (table [128][128]bool) {
	for _, group := range alikes {
		for i := range len(group) {
			for k := range len(group) {
				table[group[i]][group[k]] = true
			}
		}
	}
	return table
}()
