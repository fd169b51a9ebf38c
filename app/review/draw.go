package review

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
	"strconv"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// Order is what a draw is made from: with the same records it always gives the
// same draw.
type Order struct {
	ID   string
	Seed string
	// From and Until bound the time, Until not included; a zero time is no bound.
	From, Until time.Time
	// Through is the number of the last record that takes part.
	Through uint64
	// People and Acts are how many are drawn.
	People, Acts int
	// By is the reviewer, who is never drawn; At is when.
	By Person
	At time.Time
}

// Draw is what a reviewer looks at.
type Draw struct {
	Order
	Picks []Pick
	// Findings that were recorded about it, oldest first.
	Findings []Finding
}

// Pick is one person of a draw.
type Pick struct {
	Person Person
	// Total is how many acts the person did in that time; Acts are those drawn, in
	// the order in which they were done.
	Total int
	Acts  []Act
}

// drawable reports whether an act is somebody's own doing.
func drawable(e audit.Event) bool {
	rule, ok := audit.RuleOf(e.Act)
	return ok && rule.Person && rule.Kind != audit.Duty && e.Badge != ""
}

// within reports whether a time lies in a period; zero bounds are none.
func within(t, from, until time.Time) bool {
	return !t.Before(from) && (until.IsZero() || t.Before(until))
}

// People is how many people an order may draw from.
func People(records []audit.Record, o Order) int {
	people := map[string]bool{}
	for _, r := range records {
		if o.takes(r) {
			people[r.Event.Badge] = true
		}
	}
	return len(people)
}

// takes reports whether a record takes part.
func (o Order) takes(r audit.Record) bool {
	e := r.Event
	return r.Sequence <= o.Through && within(e.At, o.From, o.Until) && drawable(e) && access.Badge(e.Badge) != o.By.Badge
}

// Make draws. It returns [ErrNobody].
func Make(records []audit.Record, o Order) (Draw, error) {
	acts := map[access.Badge][]Act{}
	people := map[access.Badge]Person{}
	for _, r := range records {
		if !o.takes(r) {
			continue
		}
		p := personOf(r.Event)
		people[p.Badge] = p
		acts[p.Badge] = append(acts[p.Badge], actOf(r))
	}
	if len(people) == 0 {
		return Draw{}, ErrNobody
	}
	d := Draw{Order: o}
	var badges []access.Badge
	for b := range people {
		badges = append(badges, b)
	}
	for _, b := range first(badges, o.People, o.Seed, func(b access.Badge) string { return string(b) }) {
		drawn := first(slices.Clone(acts[b]), o.Acts, o.Seed, func(a Act) string { return strconv.FormatUint(a.Number, 10) })
		slices.SortFunc(drawn, func(a, b Act) int { return cmp.Compare(a.Number, b.Number) })
		d.Picks = append(d.Picks, Pick{people[b], len(acts[b]), drawn})
	}
	return d, nil
}

// first sorts by SHA-256 of the seed and each one's name, and takes the first n.
func first[V any](of []V, n int, seed string, name func(V) string) []V {
	rank := func(v V) []byte {
		sum := sha256.Sum256([]byte(seed + " " + name(v)))
		return sum[:]
	}
	slices.SortFunc(of, func(a, b V) int { return bytes.Compare(rank(a), rank(b)) })
	return of[:min(n, len(of))]
}

// Write puts the order into an event of [audit.ReviewDrawn].
func (o Order) Write(e *audit.Event) {
	e.Object = o.ID
	e.Detail = map[string]string{"seed": o.Seed, "from": timeText(o.From), "until": timeText(o.Until),
		"through": strconv.FormatUint(o.Through, 10), "people": strconv.Itoa(o.People), "acts": strconv.Itoa(o.Acts)}
}

// noBound stands for a time that is no bound.
const noBound = "-"

func timeText(t time.Time) string {
	if t.IsZero() {
		return noBound
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// Period is the detail that says which time was looked at.
func Period(from, until time.Time) map[string]string {
	return map[string]string{"from": timeText(from), "until": timeText(until)}
}

// orderOf reads an order back; ok is false for an event that is none.
func orderOf(e audit.Event) (o Order, ok bool) {
	d := e.Detail
	o = Order{ID: e.Object, Seed: d["seed"], By: personOf(e), At: e.At}
	for key, into := range map[string]*time.Time{"from": &o.From, "until": &o.Until} {
		if d[key] == noBound {
			continue
		}
		t, err := time.Parse(time.RFC3339Nano, d[key])
		if err != nil {
			return Order{}, false
		}
		*into = t
	}
	var errs [3]error
	o.Through, errs[0] = strconv.ParseUint(d["through"], 10, 64)
	o.People, errs[1] = strconv.Atoi(d["people"])
	o.Acts, errs[2] = strconv.Atoi(d["acts"])
	return o, e.Act == audit.ReviewDrawn && errs == [3]error{} && o.People >= 0 && o.Acts >= 0
}

// Draws makes every draw in the record again, oldest first, with its findings.
func Draws(records []audit.Record) []Draw {
	findings := Findings(records)
	var out []Draw
	for _, r := range records {
		o, ok := orderOf(r.Event)
		if !ok {
			continue
		}
		d, err := Make(records, o)
		if err != nil {
			continue // it cannot have been shown either
		}
		for _, f := range findings {
			if f.About == o.ID {
				d.Findings = append(d.Findings, f)
			}
		}
		out = append(out, d)
	}
	return out
}

// Without leaves out what a person did themselves, wherever others drew it.
func Without(draws []Draw, badge access.Badge) []Draw {
	for i := range draws {
		d := &draws[i]
		d.Picks = slices.DeleteFunc(d.Picks, func(p Pick) bool { return p.Person.Badge == badge })
		d.Findings = slices.DeleteFunc(d.Findings, func(f Finding) bool { return f.Badge == badge })
	}
	return draws
}

// Known reports whether the record has what a finding is about: a draw that took
// the person, or a flag of theirs.
func Known(records []audit.Record, l Limits, f Finding) bool {
	for _, d := range Draws(records) {
		if d.ID == f.About {
			return slices.ContainsFunc(d.Picks, func(p Pick) bool { return p.Person.Badge == f.Badge })
		}
	}
	return slices.ContainsFunc(Unusual(records, l, time.Time{}, time.Time{}, ""), func(flag Flag) bool {
		return flag.ID == f.About && flag.Person.Badge == f.Badge
	})
}
