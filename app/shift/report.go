package shift

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Report is what many deployments come to: the figures for a pilot's evaluation and
// for an annual report (IPC, Pilots, Reviews and audits; FL 7b). It has no personal
// information.
type Report struct {
	// From and To are the first and the last day.
	From, To time.Time
	Total    Period
	// Months are the months from From to To, those without a deployment included.
	Months []Period
	// Terminals counts the cars' terminals.
	Terminals int
	// Excepted counts deployments with an exception, NotWell by what was not well
	// on their checklists.
	Excepted uint64
	NotWell  map[Item]uint64
	// Open counts deployments that had not ended, and are left out.
	Open uint64
}

// Period is the deployments that began in a time.
type Period struct {
	// Month is its first day, the zero time for the whole of a report.
	Month       time.Time
	Deployments uint64
	// Deployed is how long they lasted.
	Deployed   time.Duration
	Statistics Statistics
	Cases      Cases
}

func (p *Period) add(d Deployment) {
	p.Deployments++
	p.Deployed += d.End.Sub(d.Start)
	p.Statistics.Add(d.Statistics)
}

// Summarise makes the report of the deployments that began from the first day to
// the last, in those days' own time zone, and of the cases of that time. What is
// there twice, as what was delivered again, counts once.
func Summarise(deployments []Deployment, cases []Case, from, to time.Time) Report {
	r := Report{From: day(from), To: day(to), NotWell: map[Item]uint64{}}
	for m := day(from).AddDate(0, 0, 1-from.Day()); !m.After(to); m = m.AddDate(0, 1, 0) {
		r.Months = append(r.Months, Period{Month: m})
	}
	within := func(start time.Time) bool { return !start.Before(r.From) && start.Before(r.To.AddDate(0, 0, 1)) }
	month := func(start time.Time) *Period {
		i := slices.IndexFunc(r.Months, func(p Period) bool { return p.Month.Year() == start.Year() && p.Month.Month() == start.Month() })
		return &r.Months[i]
	}
	seen, terminals := map[string]bool{}, map[string]bool{}
	for _, d := range deployments {
		start := d.Start.In(from.Location())
		switch {
		case seen[d.ID] || !within(start):
			continue
		case d.End.IsZero():
			r.Open++
			continue
		}
		seen[d.ID], terminals[d.Terminal] = true, true
		r.Total.add(d)
		month(start).add(d)
		if len(d.Exceptions) > 0 {
			r.Excepted++
		}
		for _, c := range d.Checklist {
			if c.State == NotWell {
				r.NotWell[c.Item]++
			}
		}
	}
	r.Terminals = len(terminals)
	for _, c := range cases {
		at, id := c.At.In(from.Location()), string(c.Kind)+" "+c.ID
		if !seen[id] && within(at) {
			seen[id] = true
			r.Total.Cases.add(c)
			month(at).Cases.add(c)
		}
	}
	return r
}

func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// WriteCSV writes the report's figures, a line each: the period ("total" or a
// month), what is counted, of which kind, and the count. The order is always the
// same.
func (r Report) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	write := func(fields ...string) { _ = out.Write(fields) } // Error tells at the end
	write("period", "figure", "kind", "value")
	write("total", "from", "", r.From.Format(time.DateOnly))
	write("total", "to", "", r.To.Format(time.DateOnly))
	write("total", "terminals", "", strconv.Itoa(r.Terminals))
	write("total", "deployments-not-ended", "", number(r.Open))
	write("total", "deployments-with-exceptions", "", number(r.Excepted))
	writeMap(write, "total", "checklist-not-well", r.NotWell)
	r.Total.write(write, "total")
	for _, m := range r.Months {
		m.write(write, m.Month.Format("2006-01"))
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write the report's figures: %w", err)
	}
	return nil
}

func number(n uint64) string { return strconv.FormatUint(n, 10) }

func share(value float64, ok bool) string {
	if !ok {
		return ""
	}
	return strconv.FormatFloat(value, 'f', 4, 64)
}

func writeMap[K ~string](write func(...string), period, figure string, m map[K]uint64) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		write(period, figure, string(key), number(m[key]))
	}
}

func (p Period) write(write func(...string), period string) {
	s := p.Statistics
	for _, f := range []struct {
		name string
		n    uint64
	}{
		{"deployments", p.Deployments}, {"deployed-minutes", uint64(p.Deployed / time.Minute)},
		{"reads", s.Reads}, {"non-hits-erased", s.NonHits}, {"hits", s.Hits()}, {"judged", s.Judged()}, {"stops", s.Stops},
		{"no-stops", s.NoStops}, {"notices-given", s.NoticesGiven}, {"notices-not-given", s.NoticesNotGiven},
		{"entries-proposed", s.EntriesProposed}, {"entries-reported-wrong", s.EntriesReported}, {"searches", s.Searches}, {"frames", s.Frames}, {"frames-dropped", s.FramesDropped},
		{"syncs", s.Syncs}, {"syncs-failed", s.SyncsFailed},
		{"disclosures", p.Cases.Disclosures}, {"access-requests", p.Cases.Requests}, {"access-requests-answered", p.Cases.Answers}, {"breaches-reported", p.Cases.Breaches},
	} {
		write(period, f.name, "", number(f.n))
	}
	write(period, "misread-rate", "", share(s.MisreadRate()))
	write(period, "camera-up-time", "", share(s.UpTime()))
	writeMap(write, period, "hits-by-category", s.HitsByCategory)
	writeMap(write, period, "verdicts", s.Verdicts)
	writeMap(write, period, "notices-not-given-by", s.NotGivenBy)
	writeMap(write, period, "outcomes", s.Outcomes)
	writeMap(write, period, "disclosures-by", p.Cases.DisclosuresBy)
	writeMap(write, period, "breaches-by", p.Cases.BreachesBy)
	for i, n := range s.ToVerdict {
		kind := "longer"
		if i < len(Waits) {
			kind = "up-to-" + strconv.Itoa(int(Waits[i]/time.Second)) + "-s"
		}
		write(period, "time-to-verdict", kind, number(n))
	}
	for _, l := range s.ListAges() {
		write(period, "list-oldest-minutes", l.Name, number(uint64(max(l.Oldest, 0)/time.Minute)))
		write(period, "list-old-at-start", l.Name, number(l.Old))
	}
}

// ListSpan is how old a list was over many deployments.
type ListSpan struct {
	Name         string
	Mean, Oldest time.Duration
	// Starts counts deployments that began with the list, Old those for which it was
	// past the policy's limit.
	Starts, Old uint64
}

// ListAges sums up the ages of the lists, by name.
func (s Statistics) ListAges() []ListSpan {
	spans := map[string]ListSpan{}
	for _, l := range s.Lists {
		span := spans[l.Name]
		span.Name = l.Name
		span.Oldest = max(span.Oldest, l.Age)
		span.Mean += l.Age // the sum, until all are there
		span.Starts++
		if l.Old {
			span.Old++
		}
		spans[l.Name] = span
	}
	var all []ListSpan
	for _, name := range slices.Sorted(maps.Keys(spans)) {
		span := spans[name]
		span.Mean /= time.Duration(span.Starts)
		all = append(all, span)
	}
	return all
}
