// Package recognize reads the characters of a licence plate whose place in the
// picture is known.
//
// Start with [New]. The reader is a network that was trained on plates; [Second]
// is Tesseract, an independent opinion on the same plate and never more than
// that. Readers belong to one goroutine.
package recognize

import (
	"errors"
	"image"
	"math"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/assets"
	"secondlook/vision/detect"
	"secondlook/vision/network"
	"secondlook/vision/vote"
)

// Input of the network in pixels.
const inputWidth, inputHeight = 160, 48

// A find is a plate only if it reads like one: the reader is the detector's
// filter, and these limits cut false plates two to four times at almost no cost
// in right ones.
const (
	minCharacters = 4
	minClarity    = 0.4
	minConfidence = 0.15
)

// worthNaming is the probability from which a rival character is named.
const worthNaming = 0.02

// Effort is how much work a plate is worth.
type Effort int

const (
	// Quick is one look: for the frames of a passing car, which are more looks
	// at the same plate.
	Quick Effort = iota
	// Thorough is several crops read by several networks and voted: for a single
	// picture, which is all there is.
	Thorough
	// Whole is Thorough for a picture that is nothing but the plate.
	Whole
)

// view is one look: which network, and how far the crop is widened.
type view struct {
	network int
	x, y    float64
}

// views has the looks of each effort. Wide crops read better than narrow ones: a
// detector's corners cut into the plate as often as they leave room around it.
var views = map[Effort][]view{
	Quick: {{0, widenX, widenY}},
	Thorough: {
		{0, 1.08, 1.14}, {1, 1.08, 1.14},
		{0, 1.02, 1.04}, {1, 1.02, 1.04},
		{0, 1.15, 1.24}, {1, 1.15, 1.24},
	},
	Whole: {
		{0, 1.00, 1.00}, {1, 1.00, 1.00},
		{0, 0.95, 0.95}, {1, 0.95, 0.95},
		{0, 1.06, 1.06}, {1, 1.06, 1.06},
	},
}

// The first look settles a thorough reading if it is sure to this degree, and so
// do the first two.
const settled = 0.98

// Where the first look, or the first two, see nothing as clear as this, nothing
// is written.
var hopeless = [3]float64{1: 0.12, 2: 0.25}

// Reader is the reading networks with their buffers, about 10 MB.
type Reader struct {
	networks []*network.Network
	crop     gocv.Mat
}

// New loads the reading networks. The reader must be closed.
func New() (*Reader, error) {
	r := &Reader{crop: gocv.NewMat()}
	for _, name := range []string{assets.ReadNetworkA, assets.ReadNetworkC} {
		n, err := network.New(name, network.Shape{1, 1, inputHeight, inputWidth}, network.Shape{1, classes, 1, steps})
		if err != nil {
			return nil, errors.Join(err, r.Close())
		}
		r.networks = append(r.networks, n)
	}
	return r, nil
}

// Close overwrites the last crop and frees the networks.
func (r *Reader) Close() error {
	erase(&r.crop)
	err := r.crop.Close()
	for _, n := range r.networks {
		err = errors.Join(err, n.Close())
	}
	return err
}

// Read reads the plate with the given corners in an 8 bit grey picture, which it
// only looks at. The reading is empty if there are no characters. It returns
// [detect.ErrPicture] for a picture that it cannot look at.
func (r *Reader) Read(picture gocv.Mat, corners [4]detect.Point, effort Effort) (vote.Reading, error) {
	if picture.Empty() || picture.Type() != gocv.MatTypeCV8UC1 {
		return vote.Reading{}, detect.ErrPicture
	}
	looks := views[effort]
	lattices := make([]searched, 0, len(looks))
	for i, v := range looks {
		if i == 1 || i == 2 {
			if r := fuse(looks[:i], lattices); r.Confidence >= settled || r.Clarity < hopeless[i] {
				return r, nil
			}
		}
		rectify(picture, corners, v.x, v.y, image.Pt(inputWidth, inputHeight), &r.crop)
		l, err := r.look(v.network)
		if err != nil {
			return vote.Reading{}, err
		}
		lattices = append(lattices, searched{l, l.search(vote.Kept)})
	}
	return fuse(looks, lattices), nil
}

// look runs a network on the crop.
func (r *Reader) look(number int) (*lattice, error) {
	n := r.networks[number]
	pixels, err := r.crop.DataPtrUint8()
	if err != nil || len(pixels) != len(n.Input) {
		return nil, errors.New("cut the plate out: unexpected crop")
	}
	var sum, squares float64
	for _, v := range pixels {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	all := float64(len(pixels))
	mean := sum / all
	deviation := math.Sqrt(max(0, squares/all-mean*mean))
	for i, v := range pixels {
		n.Input[i] = float32((float64(v) - mean) / (deviation + 4))
	}
	if err := n.Run(); err != nil {
		return nil, err
	}
	return newLattice(n.Output), nil
}

// searched is a look's lattice with the likeliest texts in it.
type searched struct {
	*lattice
	texts []prefix
}

// fuse votes the looks into one reading. Every text that any look proposes is
// weighed by every look.
func fuse(looks []view, lattices []searched) vote.Reading {
	var texts []plate.Text
	seen := map[plate.Text]bool{}
	clarity := 0.0
	for _, l := range lattices {
		clarity = max(clarity, l.clarity(l.texts[0].text))
		for _, p := range l.texts {
			if t := plate.Text(p.text); t != "" && len(t) <= plate.MaxLength && !seen[t] {
				seen[t] = true
				texts = append(texts, t)
			}
		}
	}
	if len(texts) == 0 {
		return vote.Reading{}
	}
	listed := make([][]plate.Candidate, len(lattices))
	for i, l := range lattices {
		for _, t := range texts {
			listed[i] = append(listed[i], plate.Candidate{Text: t, Confidence: l.probability(string(t))})
		}
	}
	candidates := vote.Combine(listed, vote.BetweenCrops)
	top := candidates[0]
	return vote.Reading{
		Text:       top.Text,
		Confidence: top.Confidence,
		Characters: characters(string(top.Text), looks, lattices),
		Candidates: candidates,
		Clarity:    clarity,
	}
}

// characters averages the characters of text over the looks. The centres refer
// to the picture that [Rectify] makes.
func characters(text string, looks []view, lattices []searched) []plate.Character {
	mean := make([]plate.Character, len(text))
	rivals := make([]map[byte]float64, len(text))
	n := 0.0
	for i, l := range lattices {
		glyphs := l.align(text)
		if glyphs == nil {
			continue
		}
		n++
		for k, g := range glyphs {
			mean[k].Confidence += g.probability
			mean[k].Centre += (g.centre-0.5)*looks[i].x/widenX + 0.5
			if rivals[k] == nil {
				rivals[k] = map[byte]float64{}
			}
			rivals[k][g.rival] += g.rivalProbability
		}
	}
	for k := range mean {
		mean[k].Char = text[k]
		if n == 0 {
			continue
		}
		mean[k].Confidence /= n
		mean[k].Centre = min(max(mean[k].Centre/n, 0), 1)
		highest := worthNaming * n
		for rival, p := range rivals[k] {
			if p > highest || p == highest && rival < mean[k].Rival {
				mean[k].Rival, highest = rival, p
			}
		}
	}
	return mean
}

// IsPlate reports whether a reading looks like a plate's: four characters or
// more, each of them clearly something, if not which.
func IsPlate(r vote.Reading) bool {
	return len(r.Text) >= minCharacters && r.Clarity >= minClarity && r.LookAlike() >= minConfidence
}
