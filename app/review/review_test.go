package review_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/review"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// shop makes a record for tests: minutes after noon.
type shop struct {
	t       testing.TB
	records []audit.Record
}

func (s *shop) add(minutes float64, badge string, act audit.Act, detail ...string) *shop {
	s.t.Helper()
	e := audit.Event{At: noon.Add(time.Duration(minutes * float64(time.Minute))), Terminal: "Car 4127", Act: act, Object: "o", Reason: "r", Outcome: "ok"}
	if badge != "" {
		e.Name, e.Badge, e.Role = "Name of "+badge, badge, "officer"
	}
	for i := 0; i+1 < len(detail); i += 2 {
		if e.Detail == nil {
			e.Detail = map[string]string{}
		}
		e.Detail[detail[i]] = detail[i+1]
	}
	var last audit.Record
	if n := len(s.records); n > 0 {
		last = s.records[n-1]
	}
	r, err := audit.Next(last, e)
	require.NoError(s.t, err)
	s.records = append(s.records, r)
	return s
}

// limits turn on one rule each.
var limits = map[review.Rule]review.Limits{
	review.OffShift:       {OffShiftActs: 1, OffShiftGrace: 10 * time.Minute},
	review.RepeatedSearch: {SameSearches: 3, SameSearchesWithin: time.Hour},
	review.FastVerdicts:   {FastVerdicts: 3, FastVerdict: time.Second},
	review.Refusals:       {Refusals: 3, RefusalsWithin: time.Hour},
	review.FailedSignIns:  {FailedSignIns: 5, FailedSignInsWithin: time.Hour},
	review.Exports:        {Exports: 2, ExportsWithin: time.Hour},
}

func TestRequirement25_UnusualUseIsFlaggedWithItsFigures(t *testing.T) {
	search := func(s *shop, at float64, who, plate string) {
		s.add(at, who, audit.Searched, "plate", plate, "file", "26-1")
	}
	verdict := func(s *shop, at float64, who string, ms int) {
		s.add(at, who, audit.HitConfirmed, "seen_ms", fmt.Sprint(ms))
	}
	for _, c := range []struct {
		name    string
		rule    review.Rule
		do      func(s *shop)
		figures []review.Figure
		acts    int // 0: no flag
	}{
		{"three searches of one plate", review.RepeatedSearch, func(s *shop) {
			for _, at := range []float64{0, 20, 59} {
				search(s, at, "1", "AB12")
			}
			search(s, 70, "1", "XY34")
		}, []review.Figure{{"searches", 3, 3}, {"minutes", 59, 60}}, 3},
		{"five, of which no three in an hour but the last", review.RepeatedSearch, func(s *shop) {
			for _, at := range []float64{0, 61, 122, 140, 150} {
				search(s, at, "1", "AB12")
			}
		}, []review.Figure{{"searches", 3, 3}, {"minutes", 28, 60}}, 3},
		{"four, one after the other", review.RepeatedSearch, func(s *shop) {
			for _, at := range []float64{0, 10, 20, 65} {
				search(s, at, "1", "AB12")
			}
		}, []review.Figure{{"searches", 3, 3}, {"minutes", 20, 60}}, 4},
		{"searches too far apart", review.RepeatedSearch, func(s *shop) {
			for _, at := range []float64{0, 40, 80, 120} {
				search(s, at, "1", "AB12")
			}
		}, nil, 0},
		{"searches by two people", review.RepeatedSearch, func(s *shop) {
			search(s, 0, "1", "AB12")
			search(s, 1, "2", "AB12")
			search(s, 2, "1", "AB12")
		}, nil, 0},
		{"a run of fast verdicts", review.FastVerdicts, func(s *shop) {
			for i, ms := range []int{3000, 300, 999, 20, 2000, 10, 20} {
				verdict(s, float64(i), "1", ms)
			}
		}, []review.Figure{{"verdicts", 3, 3}, {"slowest_ms", 999, 1000}}, 3},
		{"a slow one between fast ones", review.FastVerdicts, func(s *shop) {
			for i, ms := range []int{300, 300, 1000, 300, 300} {
				verdict(s, float64(i), "1", ms)
			}
		}, nil, 0},
		{"refusals", review.Refusals, func(s *shop) {
			for i := range 3 {
				s.add(float64(i), "1", audit.Refused, "act", "search")
			}
		}, []review.Figure{{"refusals", 3, 3}, {"minutes", 2, 60}}, 3},
		{"failed sign-ins, some counted together", review.FailedSignIns, func(s *shop) {
			s.add(0, "1", audit.SignInFailed, "failed", "1")
			s.add(5, "1", audit.SignInFailed, "failed", "3", "locked_out", "2")
		}, []review.Figure{{"failures", 6, 5}, {"minutes", 5, 60}}, 2},
		{"failed sign-ins with badges nobody has", review.FailedSignIns, func(s *shop) {
			for i := range 5 {
				s.add(float64(i), "", audit.SignInFailed, "failed", "1")
			}
		}, []review.Figure{{"failures", 5, 5}, {"minutes", 4, 60}}, 5},
		{"exports", review.Exports, func(s *shop) {
			s.add(0, "1", audit.AuditExported).add(1, "1", audit.AuditExported)
		}, []review.Figure{{"exports", 2, 2}, {"minutes", 1, 60}}, 2},
		{"between shifts", review.OffShift, func(s *shop) {
			s.add(0, "1", audit.PatrolStarted).add(1, "1", audit.HitOpened).add(2, "1", audit.DeploymentRecorded)
			s.add(11, "1", audit.HitOpened) // the paperwork after the shift
			s.add(13, "1", audit.HitsListed).add(14, "1", audit.Searched, "plate", "AB12").add(15, "1", audit.AuditRead)
			s.add(291, "1", audit.Searched).add(300, "1", audit.PatrolStarted).add(400, "1", audit.HitOpened)
		}, []review.Figure{{"acts", 2, 1}}, 2},
		{"where there was no shift at all", review.OffShift, func(s *shop) { s.add(0, "1", audit.HitsListed) }, []review.Figure{{"acts", 1, 1}}, 1},
		{"cameras that did not start make no shift", review.OffShift, func(s *shop) {
			s.add(0, "1", audit.PatrolStarted).add(1, "1", audit.HitOpened)
			s.records[0].Event.Outcome = "failed"
		}, []review.Figure{{"acts", 1, 1}}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &shop{t: t}
			c.do(s)
			flags := review.Unusual(s.records, limits[c.rule], time.Time{}, time.Time{}, "9")
			if c.acts == 0 {
				require.Empty(t, flags)
				return
			}
			require.Len(t, flags, 1)
			require.Equal(t, c.rule, flags[0].Rule)
			require.Equal(t, c.figures, flags[0].Figures)
			require.Len(t, flags[0].Acts, c.acts)
			require.Equal(t, flags[0].Acts[0].Event.At, flags[0].First)
			b, err := json.Marshal(flags)
			require.NoError(t, err)
			require.NotContains(t, string(b), "AB12", "the plate is not shown")
			require.Empty(t, review.Unusual(s.records, review.Limits{}, time.Time{}, time.Time{}, "9"), "0 turns a rule off")
			if flags[0].Person.Badge != "" {
				require.Empty(t, review.Unusual(s.records, limits[c.rule], time.Time{}, time.Time{}, flags[0].Person.Badge), "never one's own")
			}
			require.Empty(t, review.Unusual(s.records, limits[c.rule], noon.AddDate(0, 0, 2), time.Time{}, "9"))
			require.Empty(t, review.Unusual(s.records, limits[c.rule], time.Time{}, noon, "9"))
		})
	}
}

// A flag is the same whenever somebody looks, so that a finding stays with it.
func TestRequirement25_FlagsKeepTheirName(t *testing.T) {
	s := &shop{t: t}
	for i := range 3 {
		s.add(float64(i), "1", audit.Refused, "act", "search")
	}
	l := limits[review.Refusals]
	first := review.Unusual(s.records, l, time.Time{}, time.Time{}, "9")[0]
	f := review.Finding{About: first.ID, Badge: "1", Code: review.FollowUp, Note: "asks for a role"}
	require.True(t, review.Known(s.records, l, f))
	f.Badge = "2"
	require.False(t, review.Known(s.records, l, f))
	f.Badge = "1"
	e := audit.Event{At: noon, Name: "Sam", Badge: "9", Role: "supervisor", Act: audit.ReviewFinding}
	f.Write(&e)
	r, err := audit.Next(s.records[2], e)
	require.NoError(t, err)
	s.records = append(s.records, r)
	s.add(3, "1", audit.Refused, "act", "search")
	again := review.Unusual(s.records, l, noon.Add(3*time.Minute), time.Time{}, "9")
	require.Len(t, again, 1)
	require.Equal(t, first.ID, again[0].ID)
	require.Len(t, again[0].Acts, 4)
	require.Len(t, again[0].Findings, 1)
	require.Equal(t, "asks for a role", again[0].Findings[0].Note)
	require.Equal(t, access.Badge("9"), again[0].Findings[0].By.Badge)
}

// week is a record of n people with some acts each.
func week(t testing.TB, people int) *shop {
	s := &shop{t: t}
	for i := range people * 20 {
		s.add(float64(i), fmt.Sprint(1+i%people), audit.Searched, "plate", fmt.Sprint("AB", i))
	}
	return s.add(1000, "1", audit.HitRaised).add(1001, "", audit.SignInFailed).add(1002, "9", audit.AuditRead)
}

func TestRequirement25_DrawIsRepeatedByItsSeed(t *testing.T) {
	s := week(t, 7)
	o := review.Order{ID: "d1", Seed: "5eed", Through: uint64(len(s.records)), People: 3, Acts: 5, By: review.Person{Badge: "9"}}
	d, err := review.Make(s.records, o)
	require.NoError(t, err)
	require.Len(t, d.Picks, 3)
	for _, p := range d.Picks {
		require.Len(t, p.Acts, 5)
		require.Equal(t, 20, p.Total)
		require.NotEqual(t, access.Badge("9"), p.Person.Badge)
		for i, a := range p.Acts {
			require.Equal(t, string(p.Person.Badge), a.Event.Badge)
			require.NotContains(t, a.Event.Detail, "plate")
			require.True(t, i == 0 || a.Number > p.Acts[i-1].Number)
			require.Contains(t, s.records[a.Number-1].Event.Detail, "plate", "the record itself is not changed")
		}
	}
	// Later records, and the draw's own, change nothing.
	e := audit.Event{At: noon, Badge: "9", Act: audit.ReviewDrawn}
	o.Write(&e)
	r, err := audit.Next(s.records[len(s.records)-1], e)
	require.NoError(t, err)
	s.records = append(s.records, r)
	s.add(2000, "3", audit.Searched)
	again := review.Draws(s.records)
	require.Len(t, again, 1)
	require.Equal(t, d.Picks, again[0].Picks)
	require.True(t, review.Known(s.records, review.Limits{}, review.Finding{About: "d1", Badge: d.Picks[0].Person.Badge}))
	require.False(t, review.Known(s.records, review.Limits{}, review.Finding{About: "d1", Badge: "9"}))
	require.False(t, review.Known(s.records, review.Limits{}, review.Finding{About: "d2", Badge: d.Picks[0].Person.Badge}))
	require.Len(t, review.Without(again, d.Picks[0].Person.Badge)[0].Picks, 2)
}

func TestRequirement25_DrawsAreFair(t *testing.T) {
	s := week(t, 5)
	drawn := map[access.Badge]int{}
	for i := range 500 {
		o := review.Order{Seed: fmt.Sprint(i), Through: uint64(len(s.records)), People: 2, Acts: 1, By: review.Person{Badge: "9"}}
		d, err := review.Make(s.records, o)
		require.NoError(t, err)
		for _, p := range d.Picks {
			drawn[p.Person.Badge]++
		}
	}
	require.Len(t, drawn, 5)
	for badge, n := range drawn { // 200 expected, with a deviation of 11
		require.InDelta(t, 200, n, 60, string(badge))
	}
}

func TestDrawTakesTheTimeThatWasAskedFor(t *testing.T) {
	s := week(t, 2)
	o := review.Order{Seed: "s", Through: 10, From: noon.Add(4 * time.Minute), Until: noon.Add(8 * time.Minute), People: 9, Acts: 9}
	d, err := review.Make(s.records, o)
	require.NoError(t, err)
	require.Len(t, d.Picks, 2)
	for _, p := range d.Picks {
		require.Len(t, p.Acts, 2)
	}
	o.From, o.Until = noon.AddDate(1, 0, 0), time.Time{}
	_, err = review.Make(s.records, o)
	require.ErrorIs(t, err, review.ErrNobody)
}

func TestFindingNeedsACodeAndANote(t *testing.T) {
	require.NoError(t, review.Finding{Code: review.NoConcern}.Validate())
	require.NoError(t, review.Finding{Code: review.Breach, Note: "reported"}.Validate())
	require.ErrorIs(t, review.Finding{Code: review.Breach, Note: " "}.Validate(), review.ErrIncomplete)
	require.ErrorIs(t, review.Finding{Code: "shrug", Note: "x"}.Validate(), review.ErrIncomplete)
	// A badge that nobody has is written down and read back.
	var e audit.Event
	review.Finding{About: "f", Code: review.NoConcern}.Write(&e)
	e.Act = audit.ReviewFinding
	require.Equal(t, []review.Finding{{About: "f", Code: review.NoConcern}}, review.Findings([]audit.Record{{Event: e}}))
}

func TestReviewsDoNotPrint(t *testing.T) {
	f := review.Finding{Badge: "4127", Note: "secret note"}
	a := review.Act{Number: 1, Event: audit.Event{Badge: "4127", Name: "Ann Example"}}
	p := review.Person{Name: "Ann Example", Badge: "4127"}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		fmt.Fprintf(&out, verb, f)
		fmt.Fprintf(&out, verb, a)
		fmt.Fprintf(&out, verb, p)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "f", f, "a", a, "p", p)
	require.NotContains(t, out.String(), "4127")
	require.NotContains(t, out.String(), "Ann")
	require.NotContains(t, out.String(), "secret note")
}

// FuzzDraws: what stands in a record cannot make a review panic.
func FuzzDraws(f *testing.F) {
	f.Add("5eed", "-", "2026-11-22T12:00:00Z", "7", "2", "3")
	f.Add("", "", "", "-1", "18446744073709551615", "-9")
	f.Fuzz(func(t *testing.T, seed, from, until, through, people, acts string) {
		s := week(t, 2).add(2000, "9", audit.ReviewDrawn, "seed", seed, "from", from, "until", until, "through", through, "people", people, "acts", acts)
		for _, d := range review.Draws(s.records) {
			require.Equal(t, strings.ToValidUTF8(seed, "\uFFFD"), d.Seed)
		}
	})
}
