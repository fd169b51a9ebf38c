package recognize

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"secondlook/app/plate"
)

// Shape of the network's output: so many steps from left to right, each with a
// score for blank and every character of alphabet.
const (
	steps   = 40
	classes = 1 + len(alphabet)
	// alphabet in the network's order; class 0 is blank.
	alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

const (
	// beamWidth is how many prefixes the search keeps at each step.
	beamWidth = 12
	// negligible is the probability below which a class is left out of the search.
	negligible = 1e-3
)

// lattice is the probability of each class at each step.
type lattice [steps][classes]float64

// rarer says how much rarer letters are on plates, beside the digits that look like
// them, than in training, where any character may stand anywhere: most
// jurisdictions leave I and O out of their series, and some O only. It decides
// only where the network hardly tells the two apart.
var rarer = map[byte]float64{'O': 1.5, 'I': 2}

// prior is what the share of each class in training is multiplied by.
var prior = func() (p [classes]float64) {
	for c := range p {
		p[c] = 1
	}
	for letter, times := range rarer {
		p[1+strings.IndexByte(alphabet, letter)] = 1 / times
	}
	return p
}()

// newLattice turns the network's scores, one row of steps for each class, into
// probabilities. scores has classes*steps elements.
func newLattice(scores []float32) *lattice {
	l := new(lattice)
	for t := range steps {
		highest := float32(math.Inf(-1))
		for c := range classes {
			highest = max(highest, scores[c*steps+t])
		}
		sum := 0.0
		for c := range classes {
			l[t][c] = prior[c] * math.Exp(float64(scores[c*steps+t]-highest))
			sum += l[t][c]
		}
		for c := range classes {
			l[t][c] /= sum
		}
	}
	return l
}

// prefix is a text that the search found, with the probability that it ended in a
// blank and in its last character.
type prefix struct {
	text         string
	blank, glyph float64
}

func (p prefix) total() float64 { return p.blank + p.glyph }

// spelling is a text that the search has so far, in memory that the search
// overwrites: texts of Go's, thousands for one plate, cannot be.
type spelling struct {
	text         [steps]byte
	length       int
	blank, glyph float64
}

func (s *spelling) total() float64 { return s.blank + s.glyph }

func (s *spelling) said() []byte { return s.text[:s.length] }

// search returns the likeliest texts with their probabilities, best first: the
// prefix beam search of connectionist temporal classification (Graves 2006;
// Hannun 2014), which adds up all the ways in which steps spell the same text.
func (l *lattice) search(n int) []prefix {
	beam := make([]spelling, 1, beamWidth)
	next := make([]spelling, 0, beamWidth*classes)
	defer func() { clear(beam[:cap(beam)]); clear(next[:cap(next)]) }()
	beam[0].blank = 1
	for t := range steps {
		next = l.step(t, beam, next[:0])
		beam = append(beam[:0], best(next, beamWidth)...)
	}
	found := make([]prefix, 0, n)
	for _, s := range beam[:min(n, len(beam))] {
		found = append(found, prefix{string(plate.Alone(s.said())), s.blank, s.glyph})
	}
	return found
}

// step appends to next what the beam may say after step t: first each of its texts
// again, then those with one more character. Of all that can be said, only a text of
// the beam and another one with one more character can be the same.
func (l *lattice) step(t int, beam, next []spelling) []spelling {
	for _, s := range beam {
		s.blank, s.glyph = s.total()*l[t][0], s.glyph*l[t][s.last()]
		next = append(next, s)
	}
	for _, s := range beam {
		last := s.last()
		for c := 1; c < classes; c++ {
			if l[t][c] < negligible {
				continue
			}
			before := s.total()
			if c == last {
				before = s.blank // a double character needs a blank between
			}
			longer := s
			longer.text[s.length], longer.length = alphabet[c-1], s.length+1
			longer.blank, longer.glyph = 0, before*l[t][c]
			same := slices.IndexFunc(beam, func(o spelling) bool { return o.length == longer.length && o.text == longer.text })
			if same >= 0 {
				next[same].glyph += longer.glyph
				continue
			}
			next = append(next, longer)
		}
	}
	return next
}

// last is the class of the last character, blank if there is none.
func (s *spelling) last() int {
	if s.length == 0 {
		return 0
	}
	return 1 + strings.IndexByte(alphabet, s.text[s.length-1])
}

// best returns the n likeliest spellings, best first; equal ones by their text.
func best(all []spelling, n int) []spelling {
	slices.SortFunc(all, func(a, b spelling) int {
		switch ta, tb := a.total(), b.total(); {
		case ta > tb:
			return -1
		case ta < tb:
			return 1
		}
		return bytes.Compare(a.said(), b.said())
	})
	return all[:min(n, len(all))]
}

// states returns the classes of text with the blanks that may stand around them.
func states(text string) []int {
	s := make([]int, 1, 2*len(text)+1)
	for i := range len(text) {
		s = append(s, 1+strings.IndexByte(alphabet, text[i]), 0)
	}
	return s
}

// probability returns the exact probability of a text of characters of the
// alphabet (the forward pass of connectionist temporal classification).
func (l *lattice) probability(text string) float64 {
	s := states(text)
	now, next := make([]float64, len(s)), make([]float64, len(s))
	now[0] = l[0][0]
	if len(s) > 1 {
		now[1] = l[0][s[1]]
	}
	for t := 1; t < steps; t++ {
		for i := range s {
			sum := now[i]
			if i > 0 {
				sum += now[i-1]
			}
			if i > 1 && s[i] != 0 && s[i] != s[i-2] {
				sum += now[i-2]
			}
			next[i] = sum * l[t][s[i]]
		}
		now, next = next, now
	}
	p := now[len(s)-1]
	if len(s) > 1 {
		p += now[len(s)-2]
	}
	return p
}

// glyph is one character of an aligned text.
type glyph struct {
	char byte
	// probability is the highest over the character's steps, at step peak.
	probability float64
	peak        int
	// centre is the mean of the character's steps, weighted by probability, as a
	// fraction of the crop's width.
	centre float64
	// rival is the likeliest other character at the peak.
	rival            byte
	rivalProbability float64
}

// align finds the likeliest way in which the steps spell text (Viterbi) and
// returns one glyph for each character; nil if the text does not fit.
func (l *lattice) align(text string) []glyph {
	s := states(text)
	if text == "" {
		return nil
	}
	never := math.Inf(-1)
	score := slices.Repeat([]float64{never}, len(s))
	score[0], score[1] = math.Log(l[0][0]), math.Log(l[0][s[1]])
	var from [steps][]int8
	for t := 1; t < steps; t++ {
		next := make([]float64, len(s))
		from[t] = make([]int8, len(s))
		for i := range s {
			next[i] = score[i]
			if i > 0 && score[i-1] > next[i] {
				next[i], from[t][i] = score[i-1], 1
			}
			if i > 1 && s[i] != 0 && s[i] != s[i-2] && score[i-2] > next[i] {
				next[i], from[t][i] = score[i-2], 2
			}
			next[i] += math.Log(l[t][s[i]])
		}
		score = next
	}
	state := len(s) - 1
	if score[state-1] > score[state] {
		state--
	}
	if math.IsInf(score[state], -1) {
		return nil
	}
	glyphs := make([]glyph, len(text))
	weights := make([]float64, len(text))
	for t := steps - 1; t >= 0; t-- {
		if s[state] != 0 {
			l.add(&glyphs[state/2], &weights[state/2], t, s[state])
		}
		if t > 0 {
			state -= int(from[t][state])
		}
	}
	for i := range glyphs {
		glyphs[i].centre /= weights[i]
		glyphs[i].rival, glyphs[i].rivalProbability = l.rival(glyphs[i].peak, glyphs[i].char)
	}
	return glyphs
}

// clarity is how clearly the least clear character of text is written: the
// probability of the two likeliest characters at its place.
func (l *lattice) clarity(text string) float64 {
	glyphs := l.align(text)
	if len(glyphs) == 0 {
		return 0
	}
	clarity := 1.0
	for _, g := range glyphs {
		clarity = min(clarity, g.probability+g.rivalProbability)
	}
	return clarity
}

// add counts step t, of class c, into a glyph.
func (l *lattice) add(g *glyph, weight *float64, t, c int) {
	p := max(l[t][c], 1e-12)
	g.char = alphabet[c-1]
	g.centre += p * (float64(t) + 0.5) / steps
	*weight += p
	if p > g.probability {
		g.probability, g.peak = p, t
	}
}

// rival returns the likeliest character other than char at step t.
func (l *lattice) rival(t int, char byte) (byte, float64) {
	var rival byte
	highest := 0.0
	for c := 1; c < classes; c++ {
		if alphabet[c-1] != char && l[t][c] > highest {
			rival, highest = alphabet[c-1], l[t][c]
		}
	}
	return rival, highest
}
