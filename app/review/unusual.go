package review

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// Rule is a kind of unusual use. Rules flag; only a reviewer judges.
type Rule string

const (
	OffShift       Rule = "off-shift"
	RepeatedSearch Rule = "repeated-search"
	FastVerdicts   Rule = "fast-verdicts"
	Refusals       Rule = "refusals"
	FailedSignIns  Rule = "failed-sign-ins"
	Exports        Rule = "exports"
)

// Rules are all rules, in the order in which they are shown.
var Rules = []Rule{OffShift, RepeatedSearch, FastVerdicts, Refusals, FailedSignIns, Exports}

// Figure is a number that a rule looked at, with the policy's limit beside it.
type Figure struct {
	// Name is "acts", "searches", "verdicts", "refusals", "failures", "exports", all
	// counts; "minutes", the time in which as many as the first figure came; or
	// "slowest_ms", the slowest of the verdicts.
	Name         string
	Value, Limit int64
}

// Flag is one case of unusual use.
type Flag struct {
	// ID stays the same as long as the case begins with the same record.
	ID     string
	Rule   Rule
	Person Person
	// First and Last are when it began and ended.
	First, Last time.Time
	Figures     []Figure
	// Acts are the records that raised it, without plates.
	Acts []Act
	// Findings that were recorded about it, oldest first.
	Findings []Finding
}

// Unusual returns the cases that touch a time, newest first, but none of the
// reviewer's own. Zero times are no bounds.
func Unusual(records []audit.Record, l Limits, from, until time.Time, reviewer access.Badge) []Flag {
	var flags []Flag
	for _, find := range []func([]audit.Record, Limits) []Flag{offShift, repeatedSearches, fastVerdicts, refusals, failedSignIns, exports} {
		flags = append(flags, find(records, l)...)
	}
	flags = slices.DeleteFunc(flags, func(f Flag) bool {
		own := reviewer != "" && f.Person.Badge == reviewer
		return own || f.Last.Before(from) || !until.IsZero() && !f.First.Before(until)
	})
	findings := Findings(records)
	for i := range flags {
		for _, found := range findings {
			if found.About == flags[i].ID {
				flags[i].Findings = append(flags[i].Findings, found)
			}
		}
	}
	slices.SortStableFunc(flags, func(a, b Flag) int {
		return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(a.ID, b.ID))
	})
	return flags
}

// flag makes a case of records, of which there is at least one.
func flag(rule Rule, records []audit.Record, figures ...Figure) Flag {
	f := Flag{Rule: rule, Person: personOf(records[0].Event), First: records[0].Event.At, Last: records[len(records)-1].Event.At, Figures: figures}
	for _, r := range records {
		f.Acts = append(f.Acts, actOf(r))
	}
	// The number of the first record alone names no person, and is of this chain.
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", rule, records[0].Sequence))
	f.ID = hex.EncodeToString(sum[:8])
	return f
}

// groups sorts records into lists by a key, in the order of their first records;
// those without a key are left out.
func groups(records []audit.Record, key func(audit.Record) (string, bool)) [][]audit.Record {
	at := map[string]int{}
	var out [][]audit.Record
	for _, r := range records {
		k, ok := key(r)
		if !ok {
			continue
		}
		i, known := at[k]
		if !known {
			i = len(out)
			at[k] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], r)
	}
	return out
}

// burst is a stretch of records in which a limit was reached.
type burst struct {
	records []audit.Record
	// peak is the most that came within the time, and took how long they took.
	peak int64
	took time.Duration
}

// bursts finds where limit or more came within a time; 0 is any time. weight is how
// many a record counts for. Windows that overlap are one burst.
func bursts(records []audit.Record, limit int, within time.Duration, weight func(audit.Record) int64) []burst {
	if limit <= 0 {
		return nil
	}
	var out []burst
	var sum int64
	begin, end := 0, 0 // the window; where the last burst ended
	for i, r := range records {
		sum += weight(r)
		for within > 0 && r.Event.At.Sub(records[begin].Event.At) > within {
			sum -= weight(records[begin])
			begin++
		}
		if sum < int64(limit) {
			continue
		}
		took := r.Event.At.Sub(records[begin].Event.At)
		if len(out) == 0 || begin >= end {
			out, end = append(out, burst{}), begin
		}
		b := &out[len(out)-1]
		b.records = append(b.records, records[end:i+1]...)
		if sum > b.peak {
			b.peak, b.took = sum, took
		}
		end = i + 1
	}
	return out
}

func one(audit.Record) int64 { return 1 }

func minutes(d time.Duration) int64 { return int64(d / time.Minute) }

// flagBursts flags where one group of records came too thick.
func flagBursts(rule Rule, figure string, groups [][]audit.Record, limit int, within time.Duration, weight func(audit.Record) int64) (flags []Flag) {
	for _, g := range groups {
		for _, b := range bursts(g, limit, within, weight) {
			flags = append(flags, flag(rule, b.records, Figure{figure, b.peak, int64(limit)}, Figure{"minutes", minutes(b.took), minutes(within)}))
		}
	}
	return flags
}

func repeatedSearches(records []audit.Record, l Limits) []Flag {
	same := groups(records, func(r audit.Record) (string, bool) {
		e := r.Event
		return e.Badge + "\x00" + e.Detail[audit.DetailPlate], e.Act == audit.Searched
	})
	return flagBursts(RepeatedSearch, "searches", same, l.SameSearches, l.SameSearchesWithin, one)
}

// byBadge groups the records of some acts by who did them.
func byBadge(records []audit.Record, of func(audit.Event) bool) [][]audit.Record {
	return groups(records, func(r audit.Record) (string, bool) { return r.Event.Badge, of(r.Event) })
}

func refusals(records []audit.Record, l Limits) []Flag {
	by := byBadge(records, func(e audit.Event) bool { return e.Act == audit.Refused })
	return flagBursts(Refusals, "refusals", by, l.Refusals, l.RefusalsWithin, one)
}

// failedSignIns looks at records each of which may stand for several failures:
// those from before a sign-in are written down together.
func failedSignIns(records []audit.Record, l Limits) []Flag {
	by := byBadge(records, func(e audit.Event) bool { return e.Act == audit.SignInFailed })
	return flagBursts(FailedSignIns, "failures", by, l.FailedSignIns, l.FailedSignInsWithin, func(r audit.Record) int64 {
		failed, _ := strconv.ParseInt(r.Event.Detail[audit.DetailFailed], 10, 32)
		lockedOut, _ := strconv.ParseInt(r.Event.Detail[audit.DetailLockedOut], 10, 32)
		return max(failed+lockedOut, 1)
	})
}

func exports(records []audit.Record, l Limits) []Flag {
	by := byBadge(records, func(e audit.Event) bool {
		rule, _ := audit.RuleOf(e.Act)
		return rule.Kind == audit.Taken
	})
	return flagBursts(Exports, "exports", by, l.Exports, l.ExportsWithin, one)
}

// fastVerdicts flags runs of verdicts on alerts that were hardly seen.
func fastVerdicts(records []audit.Record, l Limits) (flags []Flag) {
	if l.FastVerdicts <= 0 || l.FastVerdict <= 0 {
		return nil
	}
	seen := func(r audit.Record) (time.Duration, bool) {
		ms, err := strconv.ParseInt(r.Event.Detail[audit.DetailSeen], 10, 64)
		return time.Duration(ms) * time.Millisecond, err == nil
	}
	for _, verdicts := range byBadge(records, func(e audit.Event) bool {
		return (e.Act == audit.HitConfirmed || e.Act == audit.HitDestroyed) && e.Detail[audit.DetailSeen] != ""
	}) {
		var run []audit.Record
		var slowest time.Duration
		end := func() {
			if l.Flags(len(run)) {
				flags = append(flags, flag(FastVerdicts, run, Figure{"verdicts", int64(len(run)), int64(l.FastVerdicts)},
					Figure{"slowest_ms", slowest.Milliseconds(), l.FastVerdict.Milliseconds()}))
			}
			run, slowest = nil, 0
		}
		for _, r := range verdicts {
			took, ok := seen(r)
			if !ok || !l.TooFast(took) {
				end()
				continue
			}
			run, slowest = append(run, r), max(slowest, took)
		}
		end()
	}
	return flags
}

// span is a shift of the terminal; a zero end is none.
type span struct{ start, end time.Time }

// shifts are those of the record: from the first patrol to the deployment record's
// closing.
func shifts(records []audit.Record) (out []span) {
	open := false
	for _, r := range records {
		switch e := r.Event; {
		case e.Act == audit.PatrolStarted && e.Outcome == "ok" && !open:
			out, open = append(out, span{start: e.At}), true
		case (e.Act == audit.DeploymentRecorded || e.Act == audit.ShiftEnded) && open:
			out[len(out)-1].end, open = e.At, false
		}
	}
	return out
}

// offShift flags use of hits, entries and searches between shifts: one case a
// person and gap.
func offShift(records []audit.Record, l Limits) (flags []Flag) {
	if l.OffShiftActs <= 0 {
		return nil
	}
	on := shifts(records)
	between := groups(records, func(r audit.Record) (string, bool) {
		e := r.Event
		if rule, _ := audit.RuleOf(e.Act); rule.Kind != audit.Use {
			return "", false
		}
		gap := 0
		for i, s := range on {
			if within(e.At, s.start.Add(-l.OffShiftGrace), time.Time{}) {
				gap = i + 1
				if s.end.IsZero() || !e.At.After(s.end.Add(l.OffShiftGrace)) {
					return "", false
				}
			}
		}
		return fmt.Sprint(e.Badge, "\x00", gap), true
	})
	for _, g := range between {
		if len(g) >= l.OffShiftActs {
			flags = append(flags, flag(OffShift, g, Figure{"acts", int64(len(g)), int64(l.OffShiftActs)}))
		}
	}
	return flags
}
