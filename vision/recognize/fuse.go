package recognize

import (
	"math"
	"slices"
	"strings"

	"secondlook/app/plate"
	"secondlook/vision/vote"
)

const (
	// trust is how much of what Tesseract says of a text counts: it looks at the
	// same pixels as the network, and misreads what is hard for both.
	trust = 0.5
	// misread is the least likelihood of a character that Tesseract read as
	// another, slipped of one that it left out or read twice.
	misread, slipped = 1e-3, 3e-3
	// elsewhere is the likelihood of Tesseract's text if the plate says what
	// neither of them listed.
	elsewhere = 0.02
)

// Fuse weighs the candidates of the network's reading by how well they explain
// what Tesseract read ([Second.Read]), and adds Tesseract's own text to them. The
// text may change to a candidate of the same length; its characters then name
// what they replace as their rivals. A second reading that is empty changes
// nothing. The readings are left as they are.
func Fuse(first, second vote.Reading) vote.Reading {
	if first.Text == "" || second.Text == "" {
		return first
	}
	all := slices.Clone(first.Candidates)
	rest := 1.0
	for _, c := range all {
		rest -= c.Confidence
	}
	rest = max(rest, 1e-4)
	if !slices.ContainsFunc(all, func(c plate.Candidate) bool { return c.Text == second.Text }) {
		all = append(all, plate.Candidate{Text: second.Text, Confidence: rest * 0.1})
	}
	total := rest * math.Pow(elsewhere, trust)
	for i, c := range all {
		all[i].Confidence = c.Confidence * math.Pow(likelihood(second, c.Text), trust)
		total += all[i].Confidence
	}
	for i := range all {
		all[i].Confidence /= total
	}
	slices.SortFunc(all, func(a, b plate.Candidate) int {
		// A text of another length cannot win: nobody knows where its characters are.
		if other := len(b.Text) == len(first.Text); other != (len(a.Text) == len(first.Text)) {
			if other {
				return 1
			}
			return -1
		}
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		}
		return strings.Compare(string(a.Text), string(b.Text))
	})
	top := all[0]
	slices.SortStableFunc(all[1:], func(a, b plate.Candidate) int {
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		}
		return 0
	})
	return vote.Reading{
		Text:       top.Text,
		Confidence: top.Confidence,
		Characters: replaced(first, top.Text, top.Confidence),
		Candidates: all[:min(len(all), vote.Kept)],
	}
}

// replaced returns the characters of a reading with those changed that a text of
// the same length has otherwise.
func replaced(r vote.Reading, text plate.Text, confidence float64) []plate.Character {
	characters := slices.Clone(r.Characters)
	for i := range min(len(characters), len(text)) {
		if c := &characters[i]; c.Char != text[i] {
			c.Char, c.Rival = text[i], c.Char
			c.Confidence = max(c.Confidence, confidence)
		}
	}
	return characters
}

// likelihood returns how likely it is that Tesseract reads what it read if the
// plate says text: the best alignment of the two.
func likelihood(read vote.Reading, text plate.Text) float64 {
	row := make([]float64, len(text)+1)
	for k := range row {
		row[k] = math.Pow(slipped, float64(k))
	}
	for _, c := range read.Characters {
		before := row[0]
		row[0] *= slipped
		for k := range len(text) {
			p := c.Confidence
			if c.Char != text[k] {
				p = max(misread, (1-c.Confidence)/4)
			}
			best := max(before*p, row[k+1]*slipped, row[k]*slipped)
			before, row[k+1] = row[k+1], best
		}
	}
	return row[len(text)]
}
