// Package vote puts several looks at one plate together: different crops,
// different networks, or the frames in which a car passed.
//
// Start with [Readings]. Everything here is a pure function.
package vote

import (
	"math"
	"sort"

	"secondlook/app/plate"
)

// Reading is what one look at a plate gave.
type Reading struct {
	// Text is the likeliest text, Confidence the probability, 0 to 1, that all
	// of it is right.
	Text       plate.Text
	Confidence float64
	// Characters has one element for each character of Text.
	Characters []plate.Character
	// Candidates are the readings in order of probability, the first is Text.
	// Their probabilities add up to one at most.
	Candidates []plate.Candidate
	// Clarity is how clearly the least clear place is written, 0 to 1, in the look
	// that saw best: an 8 that might be a B is doubtful, but clearly written.
	Clarity float64
}

// Weakest returns the probability of the least certain character, 0 if there is
// no character.
func (r Reading) Weakest() float64 {
	if len(r.Characters) == 0 {
		return 0
	}
	weakest := 1.0
	for _, c := range r.Characters {
		weakest = min(weakest, c.Confidence)
	}
	return weakest
}

// LookAlike returns the probability, 0 to 1, that the plate says Text or one that
// looks like it: what remains of a doubt that is only between O and 0.
func (r Reading) LookAlike() float64 {
	sum := 0.0
	for _, c := range r.Candidates {
		if plate.Alike(c.Text, r.Text) {
			sum += c.Confidence
		}
	}
	return max(sum, r.Confidence)
}

// Prefer lets the serial formats of a jurisdiction or region decide among
// look-alike texts that are nearly equal, see [plate.Prefer]. It is used once for
// each plate, after all votes.
func (r Reading) Prefer(j plate.Jurisdiction) Reading {
	if len(r.Candidates) == 0 {
		return r
	}
	r.Candidates, r.Characters = plate.Prefer(r.Candidates, r.Characters, j)
	r.Text, r.Confidence = r.Candidates[0].Text, r.Candidates[0].Confidence
	return r
}

const (
	// unseen is the probability that one look grants to a text it did not list:
	// one bad look must not rule a text out.
	unseen = 1e-3
	// chance is how likely two looks that both missed the right text meant the same
	// one, of all the texts that they did not list.
	chance = 0.1
	// Kept is how many candidates a vote hands on.
	Kept = 8
)

// Correlation between looks, 0 for independent ones and 1 for copies. Frames of
// a car share the camera, the light and the plate's dirt; crops of one frame
// share the pixels too.
const (
	BetweenFrames = 0.5
	BetweenCrops  = 0.75
)

// Combine multiplies the probabilities that the looks give to each text, in
// order of the outcome. A look's missing probability belongs to texts that it
// did not list, on which two looks seldom agree. Looks that depend on one another
// count for less: n looks with correlation c are worth n/(1+c(n-1)) independent
// ones.
func Combine(looks [][]plate.Candidate, correlation float64) []plate.Candidate {
	n := float64(len(looks))
	if n == 0 {
		return nil
	}
	weight := 1 / (1 + correlation*(n-1))
	sums := map[plate.Text]float64{}
	for _, look := range looks {
		for _, c := range look {
			sums[c.Text] = 0
		}
	}
	other := (n - 1) * (1 - correlation) * math.Log(chance)
	for _, look := range looks {
		listed := map[plate.Text]float64{}
		rest := 1.0
		for _, c := range look {
			listed[c.Text] = c.Confidence
			rest -= c.Confidence
		}
		for text := range sums {
			sums[text] += math.Log(max(listed[text], unseen))
		}
		other += math.Log(max(rest, unseen))
	}
	total := math.Exp(weight * other)
	all := make([]plate.Candidate, 0, len(sums))
	for text, sum := range sums {
		p := math.Exp(weight * sum)
		total += p
		all = append(all, plate.Candidate{Text: text, Confidence: p})
	}
	for i := range all {
		all[i].Confidence /= total
	}
	sort.Slice(all, func(i, k int) bool {
		if all[i].Confidence != all[k].Confidence {
			return all[i].Confidence > all[k].Confidence
		}
		return all[i].Text < all[k].Text
	})
	return all[:min(len(all), Kept)]
}

// Readings votes the readings of one plate over the frames of a car into one.
// The winner is the likeliest text that at least one frame read as its first;
// its characters are the mean of the frames that did. The readings are left as
// they are; the result shares no memory with them. It returns the zero Reading
// for no readings.
func Readings(readings []Reading) Reading {
	looks := make([][]plate.Candidate, 0, len(readings))
	for _, r := range readings {
		looks = append(looks, r.Candidates)
	}
	candidates := Combine(looks, BetweenFrames)
	for i, c := range candidates {
		var same []Reading
		for _, r := range readings {
			if r.Text == c.Text {
				same = append(same, r)
			}
		}
		if len(same) == 0 {
			continue
		}
		copy(candidates[1:i+1], candidates[:i])
		candidates[0] = c
		clarity := 0.0
		for _, r := range same {
			clarity = max(clarity, r.Clarity)
		}
		return Reading{Text: c.Text, Confidence: c.Confidence, Characters: meanCharacters(same), Candidates: candidates, Clarity: clarity}
	}
	return Reading{}
}

// meanCharacters averages the characters of readings of the same text. The rival
// at each place is the one that most readings name.
func meanCharacters(same []Reading) []plate.Character {
	n := len(same[0].Text)
	mean := make([]plate.Character, 0, n)
	for i := range n {
		c := plate.Character{Char: same[0].Text[i]}
		rivals := map[byte]int{}
		count := 0.0
		for _, r := range same {
			if i >= len(r.Characters) {
				continue
			}
			count++
			c.Confidence += r.Characters[i].Confidence
			c.Centre += r.Characters[i].Centre
			if rival := r.Characters[i].Rival; rival != 0 {
				rivals[rival]++
				if most := rivals[c.Rival]; rivals[rival] > most || rivals[rival] == most && rival < c.Rival {
					c.Rival = rival
				}
			}
		}
		if count > 0 {
			c.Confidence /= count
			c.Centre /= count
		}
		mean = append(mean, c)
	}
	return mean
}
