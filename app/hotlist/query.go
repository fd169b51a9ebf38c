package hotlist

import (
	"slices"

	"secondlook/app/plate"
)

// query is one read as it is looked up.
type query struct {
	text   plate.Text
	chars  []plate.Character
	others []plate.Text // other readings that are likely enough
	unread int          // the place of the one unread character; -1 for none
	// first is the read's own folded text, if it has one; more are few or none.
	// Apart, so that looking up a common read takes no memory.
	first probe
	more  []probe
}

// probe is one folded text to look up.
type probe struct {
	hash uint64
	text folded
}

// verdict is how an entry fits a read.
type verdict struct {
	kind     Kind
	why      Why
	doubtful []int
}

// prepare lists what to look up, each folded text once.
func (q *query) prepare(r *plate.Read) {
	q.text, q.chars = r.Text, r.Characters
	q.others = likelyOthers(r)
	q.unread = q.unreadPlace()
	if f, _, ok := fold(r.Text); ok {
		if q.unread < 0 {
			q.probe(&f)
		} else {
			f.gap = false // it is filled with each class
			q.more = make([]probe, 0, base)
			for c := range base {
				f.set(q.unread, uint8(c+1))
				q.probe(&f)
			}
		}
	}
	for _, o := range q.others {
		if f, _, ok := fold(o); ok {
			q.probe(&f)
		}
	}
}

func (q *query) probe(f *folded) {
	if f.gap {
		return
	}
	p := probe{f.hash(), *f}
	if q.first.text.length == 0 {
		q.first = p
		return
	}
	if p.hash == q.first.hash || slices.ContainsFunc(q.more, func(m probe) bool { return m.hash == p.hash }) {
		return
	}
	q.more = append(q.more, p)
}

// unreadPlace returns where the one unread character of the read stands, -1 where
// none or several are unread, or too few are left.
func (q *query) unreadPlace() int {
	at := -1
	for i := range len(q.text) {
		if q.text[i] == Unread || i < len(q.chars) && q.chars[i].Confidence < UnreadBelow {
			if at >= 0 {
				return -1
			}
			at = i
		}
	}
	if len(q.text) <= KnownLeast {
		return -1
	}
	return at
}

// likelyOthers returns the other readings that are worth looking up.
func likelyOthers(r *plate.Read) []plate.Text {
	if len(r.Candidates) < 2 {
		return nil
	}
	var others []plate.Text
	least := CandidateShare * r.Candidates[0].Confidence
	for _, c := range r.Candidates {
		if c.Text != r.Text && c.Confidence > 0 && c.Confidence >= least &&
			len(c.Text) == len(r.Text) && len(plate.Differences(r.Text, c.Text)) == 1 {
			others = append(others, c.Text)
		}
	}
	return others
}

// judge decides whether a word that was found under a probe fits. Only where the
// word could not hold the plate's form is the entry itself read; if that fails,
// it counts as a look-alike.
func (q *query) judge(p *Part, under *probe, word uint64) (listed plate.Text, v verdict, ok bool) {
	form, fits := p.Segment.formOf(word)
	if fits {
		listed, fits = under.text.unfold(form)
	}
	if !fits {
		e, err := p.entry(p.Segment.row(word))
		if err != nil {
			return "", verdict{kind: LookAlike, why: AlikeCharacters}, true
		}
		listed = e.Plate
	}
	v, ok = q.compare(listed)
	return listed, v, ok
}

// compare applies the rules of [Index] to one listed plate.
func (q *query) compare(listed plate.Text) (verdict, bool) {
	if q.text == listed {
		return verdict{Exact, SameText, nil}, true
	}
	if len(q.text) != len(listed) {
		return verdict{}, false
	}
	doubtful := plate.Differences(q.text, listed)
	wrong := 0 // places where the listed character cannot be what was read
	elsewhere := false
	for _, i := range doubtful {
		if !q.mayBe(i, listed[i]) {
			wrong++
			elsewhere = elsewhere || i != q.unread
		}
	}
	if wrong == 0 {
		return verdict{LookAlike, AlikeCharacters, doubtful}, true
	}
	for _, o := range q.others {
		if sameForm(o, listed) {
			return verdict{LookAlike, OtherReading, doubtful}, true
		}
	}
	if q.unread >= 0 && !elsewhere {
		return verdict{LookAlike, UnreadCharacter, doubtful}, true
	}
	return verdict{}, false
}

// mayBe reports whether the character at place i of the read may be c. A read
// without characters of its own, as in a manual search, may be any look-alike.
func (q *query) mayBe(i int, c byte) bool {
	switch {
	case oneForm(q.text[i]) == oneForm(c):
		return true
	case plate.FoldByte(q.text[i]) != plate.FoldByte(c):
		return false
	}
	return i >= len(q.chars) || q.chars[i].Confidence < CertainAt
}

// oneForm returns the same byte for characters that many plates and lists do not
// tell apart at all.
func oneForm(c byte) byte {
	switch c {
	case 'O':
		return '0'
	case 'I':
		return '1'
	}
	return c
}

func sameForm(a, b plate.Text) bool {
	return len(a) == len(b) && !slices.ContainsFunc(plate.Differences(a, b), func(i int) bool { return oneForm(a[i]) != oneForm(b[i]) })
}
