package hotlist

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"

	"secondlook/app/plate"
)

const (
	// CertainAt is the confidence from which a character is taken as read: a
	// listed plate with another character in its place is another plate.
	CertainAt = 0.99
	// CandidateShare is how probable another reading must be, as a share of the
	// best reading's probability, to be looked up too.
	CandidateShare = 0.2
	// Unread stands in a read's text for a character that was not read at all.
	Unread = '?'
	// UnreadBelow is the confidence below which a character is as good as unread.
	UnreadBelow = 0.2
	// KnownLeast is how many other characters a read must have for one to be unread.
	KnownLeast = 3
)

// Index matches reads against every list in force. Its zero value has no lists.
// All methods may be called from any goroutine; Match never waits for Put.
//
// An entry matches a read
//
//   - exactly, if their characters are the same;
//   - as a look-alike, if they differ only where two characters look alike
//     ([plate.Fold]) and the camera was not certain: the character's confidence
//     lies below [CertainAt]. O and 0, and I and 1, are never certain: many
//     plates have one form for both, and many lists store one for the other;
//   - as a look-alike, if another candidate of the read reads as the entry, is at
//     least [CandidateShare] as probable as the best, has as many characters, and
//     differs from the best in one place at most;
//   - as a look-alike, if one character of the read is unread, under mud say: it
//     is [Unread] or its confidence lies below [UnreadBelow]. Any character fits
//     there; the others, [KnownLeast] or more, must match by the rules above.
//
// An entry whose time is over never matches, nor one that the [Rules] refuse.
type Index struct {
	now    atomic.Pointer[[]*InForce]
	lifted atomic.Pointer[lifts]
	rules  Rules
}

// Rules are what the policy asks of every match, whatever way its entry came in:
// by a list file, a delta, a supervisor or another terminal. A nil rule asks
// nothing. Both may be called from any goroutine.
type Rules struct {
	// Rank orders categories: matches of the lowest, the gravest, come first.
	Rank func(category string) int
	// Admits reports whether an entry may match at the time now. It is asked at
	// each match, so that no form, file or message can put in force what it refuses.
	Admits func(e Entry, now time.Time) bool
}

// NewIndex returns an index without lists.
func NewIndex() *Index { return new(Index) }

// NewIndexUnder returns an index without lists that keeps to rules.
func NewIndexUnder(r Rules) *Index { return &Index{rules: r} }

// Put puts lists in force, in place of all those before. Matches that are under
// way go on with those before.
func (x *Index) Put(lists []*InForce) {
	kept := slices.Clone(lists)
	x.now.Store(&kept)
}

// Replace is [Index.Put] of lists in memory. They must not be changed afterwards.
func (x *Index) Replace(lists []List) {
	ready := make([]*InForce, len(lists))
	for i, l := range lists {
		ready[i] = l.InForce()
	}
	x.Put(ready)
}

// Len is how many entries are in force.
func (x *Index) Len() (n int) {
	if lists := x.now.Load(); lists != nil {
		for _, l := range *lists {
			n += l.Count()
		}
	}
	return n
}

// find is an entry that fits a read, by what the index knows.
type find struct {
	list, part int
	row        uint32
	listed     plate.Text
	verdict
}

// look appends what fits under one probe in one part.
func (q *query) look(p *Part, under *probe, at find, found []find) []find {
	if under.text.length == 0 {
		return found
	}
	for _, w := range p.Segment.find(under.hash) {
		at.row = p.Segment.row(w)
		if p.Gone.Has(at.row) {
			continue
		}
		var ok bool
		if at.listed, at.verdict, ok = q.judge(p, under, w); ok {
			found = append(found, at)
		}
	}
	return found
}

// Match returns every entry that matches a read at the time now: the gravest
// category first, exact matches before look-alikes, each in the order of the
// lists. A jurisdiction that was assumed and not read cannot differ from the
// list's: it is then unknown. Where the details of an entry cannot be read, the
// match says so: a listed plate never passes for that.
func (x *Index) Match(r plate.Read, now time.Time) []Match {
	lists := x.now.Load()
	if lists == nil || r.Text == "" {
		return nil
	}
	var q query
	q.prepare(&r)
	var found []find
	for i, l := range *lists {
		for k := range l.Parts {
			at := find{list: i, part: k}
			found = q.look(&l.Parts[k], &q.first, at, found)
			for n := range q.more {
				found = q.look(&l.Parts[k], &q.more[n], at, found)
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	// The order of the lists, whatever key an entry was found under.
	slices.SortFunc(found, func(a, b find) int {
		return cmp.Or(cmp.Compare(a.list, b.list), cmp.Compare(a.part, b.part), cmp.Compare(a.row, b.row))
	})
	return x.matches(r, now, *lists, found)
}

// matches reads the details of what was found.
func (x *Index) matches(r plate.Read, now time.Time, lists []*InForce, found []find) (out []Match) {
	for _, f := range found {
		l := lists[f.list]
		m := Match{List: l.Name, ListMade: l.Made, Kind: f.kind, Why: f.why, Doubtful: f.doubtful}
		e, err := l.Parts[f.part].entry(f.row)
		switch {
		case x.isLifted(l.Name, e.ID):
			continue
		case err != nil:
			m.Entry.Plate, m.Unreadable = f.listed, true
		case e.ExpiredAt(now), x.rules.Admits != nil && !x.rules.Admits(e, now):
			continue
		default:
			m.Entry, m.Jurisdiction = e, agreement(r, e.Jurisdiction)
			m.Entry.Driver = e.SuspendedDriver() // a hit keeps no other name
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b Match) int {
		byRank := 0
		if x.rules.Rank != nil {
			byRank = cmp.Compare(x.rules.Rank(a.Entry.Category), x.rules.Rank(b.Entry.Category))
		}
		return cmp.Or(byRank, cmp.Compare(a.Kind, b.Kind))
	})
	return out
}

func agreement(r plate.Read, listed plate.Jurisdiction) plate.Agreement {
	a := plate.Compare(r.Jurisdiction, listed)
	if a == plate.Different && r.Basis != plate.BasisRead {
		return plate.Unknown
	}
	return a
}
