package hotlist

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
)

// read makes a read of which every character has one confidence.
func read(t plate.Text, confidence float64) plate.Read {
	r := plate.Read{Text: t, Confidence: confidence}
	for i := range len(t) {
		r.Characters = append(r.Characters, plate.Character{Char: t[i], Confidence: confidence})
	}
	return r
}

func with(r plate.Read, best float64, others ...plate.Candidate) plate.Read {
	r.Candidates = append([]plate.Candidate{{Text: r.Text, Confidence: best}}, others...)
	return r
}

func TestRequirement43_Match(t *testing.T) {
	for _, test := range []struct {
		name     string
		read     plate.Read
		listed   plate.Text
		want     string // kind, or "" for no match
		doubtful []int
	}{
		{"exact", read("CKLM804", 0.9), "CKLM804", "exact", nil},
		{"another plate", read("CKLM804", 0.5), "CKLM805", "", nil},
		{"shorter", read("CKLM804", 0.5), "CKLM80", "", nil},
		{"doubtful 8 is B", read("CKLM804", 0.9), "CKLMB04", "look-alike", []int{4}},
		{"certain 8 is not B", read("CKLM804", 0.995), "CKLMB04", "", nil},
		{"at the bound it is certain", read("CKLM804", CertainAt), "CKLMB04", "", nil},
		{"0 is never certain of O", read("CKLM804", 1), "CKLM8O4", "look-alike", []int{5}},
		{"O is never certain of 0", read("OOH", 1), "00H", "look-alike", []int{0, 1}},
		{"1 is never certain of I", read("AB1", 1), "ABI", "look-alike", []int{2}},
		{"certain 0 is not D", read("AB0", 0.995), "ABD", "", nil},
		{"doubtful 0 is D", read("AB0", 0.98), "ABD", "look-alike", []int{2}},
		{"every pair at once", read("0DQ1I2Z5S6", 0.5), "OQD112255G", "look-alike", []int{0, 1, 2, 4, 6, 8, 9}},
		{"one certain character spoils it", func() plate.Read {
			r := read("8S", 0.5)
			r.Characters[1].Confidence = 0.999
			return r
		}(), "B5", "", nil},
		{"manual search: no characters", plate.Read{Text: "CKLM804"}, "CKLMB04", "look-alike", []int{4}},
		{"likely other reading", with(read("CKLM804", 1), 0.6, plate.Candidate{Text: "CKLN804", Confidence: 0.3}), "CKLN804", "look-alike", []int{3}},
		{"other reading and one form", with(read("CKLM804", 1), 0.6, plate.Candidate{Text: "CKLN804", Confidence: 0.3}), "CKLN8O4", "look-alike", []int{3, 5}},
		{"unlikely other reading", with(read("CKLM804", 1), 0.9, plate.Candidate{Text: "CKLN804", Confidence: 0.17}), "CKLN804", "", nil},
		{"other reading that differs twice", with(read("CKLM804", 1), 0.5, plate.Candidate{Text: "CKNN804", Confidence: 0.4}), "CKNN804", "", nil},
		{"other reading of another length", with(read("CKLM804", 1), 0.5, plate.Candidate{Text: "CKLM84", Confidence: 0.4}), "CKLM84", "", nil},
		{"candidates without probabilities", with(read("CKLM804", 1), 0, plate.Candidate{Text: "CKLN804"}), "CKLN804", "", nil},
		{"empty read", plate.Read{}, "CKLM804", "", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := NewIndex()
			made := noon.Add(-time.Hour)
			x.Replace([]List{{Name: "empty"}, {Name: "CPIC", Made: made, Entries: []Entry{{ID: "1", Plate: "ZZZZ999"}, {ID: "2", Plate: test.listed}}}})
			m := x.Match(test.read, noon)
			if test.want == "" {
				require.Empty(t, m)
				return
			}
			require.Len(t, m, 1)
			require.Equal(t, "2", m[0].Entry.ID)
			require.Equal(t, test.want, m[0].Kind.String())
			require.Equal(t, test.doubtful, m[0].Doubtful)
			require.Equal(t, "CPIC", m[0].List)
			require.Equal(t, made, m[0].ListMade)
		})
	}
}

func TestMatchJurisdiction(t *testing.T) {
	for _, test := range []struct {
		read   plate.Jurisdiction
		basis  plate.Basis
		listed plate.Jurisdiction
		want   plate.Agreement
	}{
		{"CA-ON", plate.BasisRead, "CA-ON", plate.Same},
		{"CA-ON", plate.BasisRead, "CA-QC", plate.Different},
		{"CA-ON", plate.BasisAssumed, "CA-ON", plate.Same},
		{"CA-ON", plate.BasisAssumed, "CA-QC", plate.Unknown},
		{"CA-ON", plate.BasisRead, "", plate.Unknown},
		{"", plate.BasisUnknown, "CA-ON", plate.Unknown},
		{"US", plate.BasisRead, "US-FL", plate.Unknown},
	} {
		x := NewIndex()
		x.Replace([]List{{Entries: []Entry{{Plate: "AB12", Jurisdiction: test.listed}}}})
		r := read("AB12", 0.9)
		r.Jurisdiction, r.Basis = test.read, test.basis
		m := x.Match(r, noon)
		require.Len(t, m, 1, "the officer decides, not the jurisdiction")
		require.Equal(t, test.want, m[0].Jurisdiction, "%s %s against %s", test.basis, string(test.read), string(test.listed))
	}
}

func TestRequirement17_ExpiredEntriesNeverMatch(t *testing.T) {
	x := NewIndex()
	x.Replace([]List{{Entries: []Entry{{Plate: "AB12", Expires: noon}}}})
	require.Len(t, x.Match(read("AB12", 1), noon.Add(-time.Nanosecond)), 1)
	require.Empty(t, x.Match(read("AB12", 1), noon))
}

func TestRequirement8_ReplacedEntriesAreGone(t *testing.T) {
	x := NewIndex()
	require.Empty(t, x.Match(read("AB12", 1), noon))
	require.Zero(t, x.Len())
	x.Replace([]List{{Entries: []Entry{{Plate: "AB12"}, {Plate: "AB13"}}}, {Entries: []Entry{{Plate: "AB12"}}}})
	require.Len(t, x.Match(read("AB12", 1), noon), 2)
	require.Equal(t, 3, x.Len())
	x.Replace([]List{{Entries: []Entry{{Plate: "AB13"}}}})
	require.Empty(t, x.Match(read("AB12", 1), noon))
	x.Replace(nil)
	require.Empty(t, x.Match(read("AB13", 1), noon))
}

// linear is the rules of Index in the plainest words, entry by entry.
func linear(lists []List, r plate.Read, now time.Time) (ids []string) {
	group := map[byte]int{}
	for i, g := range []string{"0ODQ", "1I", "2Z", "5S", "6G", "8B"} {
		for _, c := range []byte(g) {
			group[c] = i + 1
		}
	}
	one := func(a, b byte) bool {
		return a == b || a+b == 'O'+'0' && (a == 'O' || a == '0') || a+b == 'I'+'1' && (a == 'I' || a == '1')
	}
	var unread []int
	for i := range len(r.Text) {
		if r.Text[i] == '?' || r.Characters[i].Confidence < 0.2 {
			unread = append(unread, i)
		}
	}
	why := func(e plate.Text) string {
		if e == r.Text {
			return "same"
		}
		var wrong []int
		for i := range len(e) {
			a, b := r.Text[i], e[i]
			if !one(a, b) && (group[a] == 0 || group[a] != group[b] || r.Characters[i].Confidence >= 0.99) {
				wrong = append(wrong, i)
			}
		}
		if len(wrong) == 0 {
			return "alike"
		}
		for _, c := range r.Candidates {
			if len(c.Text) != len(e) || c.Confidence < 0.2*r.Candidates[0].Confidence {
				continue
			}
			apart, same := 0, true
			for i := range len(e) {
				if c.Text[i] != r.Text[i] {
					apart++
				}
				same = same && one(c.Text[i], e[i])
			}
			if apart <= 1 && same {
				return "other"
			}
		}
		if len(unread) == 1 && len(wrong) == 1 && wrong[0] == unread[0] && len(e) >= 4 {
			return "unread"
		}
		return ""
	}
	for _, exact := range []bool{true, false} {
		for _, l := range lists {
			for _, e := range l.Entries {
				if len(e.Plate) != len(r.Text) || exact != (e.Plate == r.Text) || !e.Expires.IsZero() && !e.Expires.After(now) {
					continue
				}
				if w := why(e.Plate); w != "" {
					ids = append(ids, l.Name+"/"+e.ID+"/"+w)
				}
			}
		}
	}
	return ids
}

// randomText draws few characters, so that chances of a match are good.
func randomText(rng *rand.Rand) plate.Text {
	const letters = "0OD8BM1I5S"
	b := make([]byte, 1+rng.IntN(6))
	for i := range b {
		b[i] = letters[rng.IntN(len(letters))]
	}
	return plate.Text(b)
}

// changed is t with some characters drawn anew, or unread.
func changed(rng *rand.Rand, t plate.Text, with string) plate.Text {
	b := []byte(t)
	for range rng.IntN(3) {
		b[rng.IntN(len(b))] = with[rng.IntN(len(with))]
	}
	return plate.Text(b)
}

// randomList is a list in memory and the same one ready to match: in one part or
// several, with rows that are out of force in between.
func randomList(rng *rand.Rand, name string) (List, *InForce) {
	plain, ready := List{Name: name}, &InForce{Head: Head{Name: name}}
	for part := range 1 + rng.IntN(3) {
		var whole List
		n := rng.IntN(150)
		gone := NewRows(n)
		for k := range n {
			e := Entry{ID: fmt.Sprint(part, "-", k), Plate: randomText(rng)}
			if rng.IntN(4) == 0 {
				e.Expires = noon.Add(time.Duration(rng.IntN(3)-1) * time.Hour)
			}
			whole.Entries = append(whole.Entries, e)
			if rng.IntN(5) == 0 {
				gone.Add(uint32(k))
			} else {
				plain.Entries = append(plain.Entries, e)
			}
		}
		p := whole.InForce().Parts[0]
		p.Gone = gone
		ready.Parts = append(ready.Parts, p)
	}
	return plain, ready
}

// randomRead is about one of the listed plates.
func randomRead(rng *rand.Rand, lists []List) plate.Read {
	text := randomText(rng)
	if n := len(lists); n > 0 {
		if l := lists[rng.IntN(n)]; len(l.Entries) > 0 {
			text = changed(rng, l.Entries[rng.IntN(len(l.Entries))].Plate, "0OD8BM1I5SX?")
		}
	}
	r := read(text, 0)
	for i := range r.Characters {
		r.Characters[i].Confidence = []float64{0.1, 0.3, 0.5, 0.98, 0.99, 0.999}[rng.IntN(6)]
	}
	r = with(r, 0.6)
	for range rng.IntN(3) {
		r.Candidates = append(r.Candidates, plate.Candidate{Text: changed(rng, text, "0OD8BM1I5SX"), Confidence: []float64{0.05, 0.2, 0.5}[rng.IntN(3)]})
	}
	return r
}

func TestRequirement43_MatchAgreesWithALinearSearch(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	x := NewIndex()
	found := map[string]int{}
	for range 200 {
		var lists []List
		var ready []*InForce
		for i := range rng.IntN(4) {
			l, r := randomList(rng, fmt.Sprint(i))
			require.Equal(t, len(l.Entries), r.Count())
			lists, ready = append(lists, l), append(ready, r)
		}
		x.Put(ready)
		for range 60 {
			r := randomRead(rng, lists)
			var got []string
			for _, m := range x.Match(r, noon) {
				why := []string{"same", "alike", "other", "unread"}[m.Why]
				got = append(got, m.List+"/"+m.Entry.ID+"/"+why)
				found[why]++
				require.Equal(t, m.Kind == Exact, len(m.Doubtful) == 0)
				require.Equal(t, m.Kind == Exact, m.Why == SameText)
			}
			require.Equal(t, linear(lists, r, noon), got, "%s %v", string(r.Text), r.Candidates)
		}
	}
	for _, why := range []string{"same", "alike", "other", "unread"} {
		require.Greater(t, found[why], 100, why)
	}
}

func TestRequirement4_OneUnreadCharacter(t *testing.T) {
	mud := func(t plate.Text, at ...int) plate.Read {
		r := read(t, 0.9)
		for _, i := range at {
			r.Characters[i].Confidence = 0.1
		}
		return r
	}
	for _, test := range []struct {
		name     string
		read     plate.Read
		want     bool
		doubtful []int
	}{
		{"sign for unread", read("CKL?804", 0.9), true, []int{3}},
		{"as good as unread", mud("CKLX804", 3), true, []int{3}},
		{"and a look-alike beside it", read("CKL?8O4", 0.9), true, []int{3, 5}},
		{"no character there", read("CKL804", 0.9), false, nil},
		{"two unread", read("CKL?8?4", 0.9), false, nil},
		{"two as good as unread", mud("CKLX8X4", 3, 5), false, nil},
		{"another is wrong", read("CKL?805", 0.9), false, nil},
		{"manual search", plate.Read{Text: "?KLM804"}, true, []int{0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := NewIndex()
			x.Replace([]List{{Name: "CPIC", Entries: []Entry{{Plate: "CKLM804"}, {Plate: "ZZZZ999"}}}})
			m := x.Match(test.read, noon)
			if !test.want {
				require.Empty(t, m)
				return
			}
			require.Len(t, m, 1)
			require.Equal(t, UnreadCharacter, m[0].Why)
			require.Equal(t, LookAlike, m[0].Kind)
			require.Equal(t, test.doubtful, m[0].Doubtful)
		})
	}
	x := NewIndex()
	x.Replace([]List{{Entries: []Entry{{Plate: "ABC"}}}})
	require.Empty(t, x.Match(read("AB?", 0.9), noon), "two characters are on too many plates")
}

func TestRequirement45_TheGravestMatchComesFirst(t *testing.T) {
	x := NewIndexUnder(Rules{Rank: func(category string) int { return map[string]int{"stolen": 1, "expired": 2}[category] }})
	x.Replace([]List{
		{Name: "a", Entries: []Entry{{ID: "1", Plate: "CKLM804", Category: "expired"}, {ID: "2", Plate: "CKLM8O4", Category: "stolen"}}},
		{Name: "b", Entries: []Entry{{ID: "3", Plate: "CKLM804", Category: "stolen"}}},
	})
	var ids []string
	for _, m := range x.Match(read("CKLM804", 0.9), noon) {
		ids = append(ids, m.Entry.ID)
	}
	require.Equal(t, []string{"3", "2", "1"}, ids)
}

// broken are details that cannot be read.
type broken struct{}

func (broken) Around(uint32) (uint32, []Entry, error) { return 0, nil, errors.New("disk") }

// A listed plate whose record cannot be read must not pass.
func TestRequirement10_UnreadableDetailsStillMatch(t *testing.T) {
	for _, listed := range []plate.Text{"CKLM804", "0000000000", "QQQQQQQQQQ"} { // the last has a form that does not fit
		l := List{Name: "CPIC", Entries: []Entry{{Plate: listed}}}.InForce()
		l.Parts[0].Details = broken{}
		x := NewIndex()
		x.Put([]*InForce{l})
		m := x.Match(read(listed, 0.9), noon)
		require.Len(t, m, 1)
		require.True(t, m[0].Unreadable)
		require.Equal(t, "CPIC", m[0].List)
		require.Empty(t, x.Match(read("CKLM805", 0.9), noon))
		for _, err := range l.All() {
			require.Error(t, err)
		}
	}
}

func TestMatchWhileListsAreReplaced(t *testing.T) {
	x := NewIndex()
	lists := []List{{Name: "a", Entries: []Entry{{Plate: "AB12"}, {Plate: "A812"}}}}
	x.Replace(lists)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 500 {
				if n := len(x.Match(read("AB12", 0.5), noon)); n != 2 {
					t.Errorf("matched %d entries, not 2", n)
				}
			}
		})
	}
	for range 200 {
		x.Replace(lists)
	}
	wg.Wait()
}

func TestEntriesDoNotPrint(t *testing.T) {
	m := Match{Entry: Entry{Plate: "CKLM804", Note: "tall, red beard", Reference: "24-1"}, List: "CPIC"}
	for _, verb := range []string{"%v", "%+v", "%s", "%q", "%#v"} {
		for _, v := range []any{m, &m, m.Entry, List{Entries: []Entry{m.Entry}}, []Match{m}} {
			s := fmt.Sprintf(verb, v)
			require.NotContains(t, s, "CKLM804", verb)
			require.NotContains(t, s, "beard", verb)
			require.NotContains(t, s, "24-1", verb)
		}
	}
}

func million() []List {
	const letters = "ABCDEFGHJKLMNPRSTVWXYZ"
	l := List{Name: "MTO", Entries: make([]Entry, 0, 1_000_000)}
	for i := range 1_000_000 {
		b := []byte{letters[i/200_000%22], letters[i/10_000%22], letters[i/1000%22], letters[i%22]}
		l.Entries = append(l.Entries, Entry{Plate: plate.Text(fmt.Sprintf("%s%03d", b, i%1000)), Category: "expired-plate"})
	}
	return []List{l}
}

func BenchmarkMatchMillion(b *testing.B) {
	x := NewIndex()
	x.Replace(million())
	for name, r := range map[string]plate.Read{"hit": read("AAAA000", 0.9), "non-hit": read("9QQQ999", 0.9),
		"candidates": with(read("9QQQ999", 0.9), 0.5, plate.Candidate{Text: "9QQQ990", Confidence: 0.3})} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Match(r, noon)
			}
		})
	}
}

func BenchmarkReplaceMillion(b *testing.B) {
	lists := million()
	x := NewIndex()
	b.ReportAllocs()
	for b.Loop() {
		x.Replace(lists)
	}
}
