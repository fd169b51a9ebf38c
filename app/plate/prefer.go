package plate

import "slices"

const (
	// nearEqual is how many times likelier a text of a known format is than one of
	// none, before anybody looked. Most plates have a format of their jurisdiction,
	// so the true odds are higher; they are kept low because visitors and
	// personalised plates come by and a wrong reading is worse than a doubtful one.
	// On pressed plates, read small and blurred, three has most of what thirty would
	// win on ordinary ones, and half of what it would lose on visitors.
	nearEqual = 3
	// onlyFormats takes its place where every plate has a format. On pressed
	// Brazilian plates it wins twice as much and loses nothing; more wins no more.
	onlyFormats = 10
	// clearly is the probability from which a character is clear and stays.
	clearly = 0.9
)

// formatted are the countries without plates of any other form: whoever chooses
// a plate there chooses within the format.
var formatted = map[Jurisdiction]bool{"AR": true, "BR": true, "CL": true, "DE": true, "ES": true, "FR": true, "IT": true, "NL": true, "PT": true, "PY": true, "UY": true}

// Prefer puts the candidate first that has a format of j where the first one has
// none, among near-equal ones only: at most three times less likely, ten times
// where all plates have a format, and different in look-alike characters only
// (see [Fold]), none of which is clear. Where that says nothing, a 0 among letters
// or an O among digits, a 1 or an I, gives way to its neighbours' kind on the same
// terms. A first candidate of a known format stays, and so does one that is near
// no other or has letters only: personalised plates.
//
// candidates are in order of probability; characters are those of the first, or
// nil if they are not known. j is who issued the plate, or the region it was read
// in, or empty. Use it once for each plate, after the votes: its odds are the
// plate's, not the look's.
//
// The results are the arguments themselves if nothing changes, and copies with
// the odds reckoned in if something does.
func Prefer(candidates []Candidate, characters []Character, j Jurisdiction) ([]Candidate, []Character) {
	if len(candidates) < 2 || candidates[0].Confidence <= 0 || j.Fits(candidates[0].Text) {
		return candidates, characters
	}
	odds := float64(nearEqual)
	if formatted[j] {
		odds = onlyFormats
	}
	at := choose(candidates, characters, odds, func(first, c Text) bool { return !isWord(first) && j.Fits(c) })
	if at == 0 {
		odds = nearEqual
		at = choose(candidates, characters, odds, insideRuns)
	}
	if at == 0 {
		return candidates, characters
	}
	return swap(candidates, characters, at, odds)
}

// choose returns the first near-equal look-alike of the first candidate that is
// better, 0 if there is none.
func choose(candidates []Candidate, characters []Character, odds float64, better func(first, c Text) bool) int {
	first := candidates[0]
	for i, c := range candidates[1:] {
		if c.Confidence*odds < first.Confidence {
			break
		}
		if Alike(c.Text, first.Text) &&
			doubtful(characters, Differences(first.Text, c.Text)) && better(first.Text, c.Text) {
			return i + 1
		}
	}
	return 0
}

// isWord reports whether a text has letters only. Every format has a digit, and a
// plate's digits are seldom all taken for letters, so it is a personalised plate.
func isWord(t Text) bool {
	return !slices.ContainsFunc([]byte(t), func(c byte) bool { return bit(c)&digits != 0 })
}

// doubtful reports whether none of the places holds a clear character.
func doubtful(characters []Character, places []int) bool {
	return !slices.ContainsFunc(places, func(i int) bool {
		return i < len(characters) && characters[i].Confidence >= clearly
	})
}

// insideRuns reports whether c differs from first only in 0 and O or 1 and I that
// stand, in c, between two characters of their own kind.
func insideRuns(first, c Text) bool {
	for _, i := range Differences(first, c) {
		digit := bit(c[i])&digits != 0
		round := FoldByte(c[i]) == '0' && first[i] != 'D' && first[i] != 'Q' && c[i] != 'D' && c[i] != 'Q'
		if !round && FoldByte(c[i]) != '1' || i == 0 || i == len(c)-1 ||
			bit(c[i-1])&digits != 0 != digit || bit(c[i+1])&digits != 0 != digit {
			return false
		}
	}
	return true
}

// swap gives the candidate at the place its odds and puts it first.
func swap(candidates []Candidate, characters []Character, at int, odds float64) ([]Candidate, []Character) {
	candidates, characters = slices.Clone(candidates), slices.Clone(characters)
	first, chosen := candidates[0], candidates[at]
	share := odds * chosen.Confidence / (odds*chosen.Confidence + first.Confidence)
	for _, i := range Differences(first.Text, chosen.Text) {
		if i < len(characters) {
			c := &characters[i]
			both := min(1, c.Confidence*(1+chosen.Confidence/first.Confidence))
			c.Char, c.Rival, c.Confidence = chosen.Text[i], first.Text[i], both*share
		}
	}
	both := first.Confidence + chosen.Confidence
	first.Confidence, chosen.Confidence = both*(1-share), both*share
	candidates[0] = first
	candidates = slices.Delete(candidates, at, at+1)
	slices.SortStableFunc(candidates, func(a, b Candidate) int {
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		}
		return 0
	})
	return slices.Insert(candidates, 0, chosen), characters
}
