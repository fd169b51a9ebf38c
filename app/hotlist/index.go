package hotlist

import (
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
)

// Index matches reads against every list in force. Its zero value has no lists.
// All methods may be called from any goroutine; Match never waits for Replace.
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
//     differs from the best in one place at most.
//
// An entry whose time is over never matches.
type Index struct {
	now atomic.Pointer[snapshot]
}

// NewIndex returns an index without lists.
func NewIndex() *Index { return new(Index) }

// snapshot is the lists at one time. It is never changed.
type snapshot struct {
	lists []List
	// first is the first entry under each folded plate, next the one after each
	// entry under the same; -1 ends the chain. Entries are numbered through all
	// lists in order.
	first map[plate.Text]int32
	next  []int32
	// from is the number of each list's first entry.
	from []int
}

// Replace puts lists in force, in place of those before. The lists must not be
// changed afterwards.
func (x *Index) Replace(lists []List) {
	total := 0
	for _, l := range lists {
		total += len(l.Entries)
	}
	s := &snapshot{lists: slices.Clone(lists), first: make(map[plate.Text]int32, total), next: make([]int32, total), from: make([]int, len(lists))}
	n := total
	// From the end, so that each chain runs in the order of the lists.
	for i := len(s.lists) - 1; i >= 0; i-- {
		entries := s.lists[i].Entries
		s.from[i] = n - len(entries)
		for k := len(entries) - 1; k >= 0; k-- {
			n--
			key := plate.Fold(entries[k].Plate)
			s.next[n] = -1
			if after, ok := s.first[key]; ok {
				s.next[n] = after
			}
			s.first[key] = int32(n)
		}
	}
	x.now.Store(s)
}

// Len is how many entries are in force.
func (x *Index) Len() int {
	if s := x.now.Load(); s != nil {
		return len(s.next)
	}
	return 0
}

// Match returns every entry that matches a read at the time now: exact matches
// before look-alikes, each in the order of the lists. A jurisdiction that was
// assumed and not read cannot differ from the list's: it is then unknown.
func (x *Index) Match(r plate.Read, now time.Time) []Match {
	s := x.now.Load()
	if s == nil || r.Text == "" {
		return nil
	}
	others := likelyOthers(r)
	var found []int32
	for _, key := range keys(r.Text, others) {
		for n, ok := s.first[key]; ok && n >= 0; n = s.next[n] {
			found = append(found, n)
		}
	}
	slices.Sort(found) // the order of the lists, whatever key an entry was found under
	var exact, alike []Match
	for _, n := range found {
		l, e := s.entry(int(n))
		kind, doubtful, matches := compare(r, others, e.Plate)
		if !matches || e.ExpiredAt(now) {
			continue
		}
		m := Match{Entry: *e, List: l.Name, ListMade: l.Made, Kind: kind, Doubtful: doubtful,
			Jurisdiction: agreement(r, e.Jurisdiction)}
		if kind == Exact {
			exact = append(exact, m)
		} else {
			alike = append(alike, m)
		}
	}
	return append(exact, alike...)
}

func (s *snapshot) entry(n int) (*List, *Entry) {
	// The last list that begins at or before n; empty lists begin where the next does.
	i, found := slices.BinarySearch(s.from, n)
	if !found {
		i--
	}
	for n-s.from[i] >= len(s.lists[i].Entries) {
		i++
	}
	return &s.lists[i], &s.lists[i].Entries[n-s.from[i]]
}

// likelyOthers returns the other readings that are worth looking up.
func likelyOthers(r plate.Read) []plate.Text {
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

// keys returns the folded keys to look under, each once.
func keys(t plate.Text, others []plate.Text) []plate.Text {
	k := append(make([]plate.Text, 0, 4), plate.Fold(t))
	for _, o := range others {
		if f := plate.Fold(o); !slices.Contains(k, f) {
			k = append(k, f)
		}
	}
	return k
}

// compare applies the rules of [Index] to one listed plate. doubtful are the
// places in which it differs from the read.
func compare(r plate.Read, others []plate.Text, listed plate.Text) (kind Kind, doubtful []int, ok bool) {
	if r.Text == listed {
		return Exact, nil, true
	}
	if len(r.Text) != len(listed) {
		return 0, nil, false
	}
	doubtful = plate.Differences(r.Text, listed)
	if !slices.ContainsFunc(doubtful, func(i int) bool { return !mayBe(r, i, listed[i]) }) {
		return LookAlike, doubtful, true
	}
	for _, o := range others {
		if sameForm(o, listed) {
			return LookAlike, doubtful, true
		}
	}
	return 0, nil, false
}

// mayBe reports whether the character at place i of the read may be c. A read
// without characters of its own, as in a manual search, may be any look-alike.
func mayBe(r plate.Read, i int, c byte) bool {
	switch {
	case oneForm(r.Text[i]) == oneForm(c):
		return true
	case plate.FoldByte(r.Text[i]) != plate.FoldByte(c):
		return false
	}
	return i >= len(r.Characters) || r.Characters[i].Confidence < CertainAt
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
	for i := range len(a) {
		if oneForm(a[i]) != oneForm(b[i]) {
			return false
		}
	}
	return true
}

func agreement(r plate.Read, listed plate.Jurisdiction) plate.Agreement {
	a := plate.Compare(r.Jurisdiction, listed)
	if a == plate.Different && r.Basis != plate.BasisRead {
		return plate.Unknown
	}
	return a
}
