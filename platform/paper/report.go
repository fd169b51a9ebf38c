package paper

import (
	"cmp"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"secondlook/app/hit"
	"secondlook/app/policy"
	"secondlook/app/shift"
)

// Options are what a report says beside its figures.
type Options struct {
	Pack *policy.Pack
	// Language is "en" or "fr".
	Language string
	// Service names the police service; may be empty.
	Service string
	// Made is the date of the report.
	Made time.Time
}

// Report writes a period's report: figures, charts, the yearly evaluation with the
// figures that serve it, what is to be filled in by hand, and how each number is
// counted (IPC, Reviews and audits; FL 7b).
func Report(w io.Writer, r shift.Report, o Options) error {
	say, err := in(o.Language)
	if err != nil {
		return err
	}
	span := say.t("report.span", "From", r.From.Format(time.DateOnly), "To", r.To.Format(time.DateOnly))
	p := report{newPage(say, "P", say.t("report.title"), say.t("report.title")+" · "+span, o.Made), r, o}
	p.AddPage()
	under := span
	if o.Service != "" {
		under = o.Service + "\n" + span
	}
	p.page.title(say.t("report.title"), under)
	p.text(say.t("report.lead", "Made", o.Made.Format(time.DateOnly), "Pack", o.Pack.Name.In(o.Language), "Version", strconv.Itoa(o.Pack.Version)))
	if r.Open > 0 {
		p.text(say.t("report.open", "N", grouped(r.Open)))
	}
	p.figures()
	p.charts()
	p.tables()
	p.evaluation()
	p.retention()
	p.byHand()
	p.method()
	return p.write(w, "the report")
}

// report is a report as it is written.
type report struct {
	*page
	r shift.Report
	o Options
}

// pairs draws a table of two columns.
func (p *report) pairs(head string, rows []row) {
	p.table([]float64{0.72, 0.28}, row{head, p.say.t("col.number")}, rows)
}

func (p *report) figures() {
	s, t := p.r.Total.Statistics, p.say
	p.heading(t.t("part.figures"))
	rate, ok := s.MisreadRate()
	up, known := s.UpTime()
	p.pairs(t.t("col.figure"), []row{
		{t.t("fig.deployments"), grouped(p.r.Total.Deployments)},
		{t.t("fig.terminals"), strconv.Itoa(p.r.Terminals)},
		{t.t("fig.deployed"), t.hours(p.r.Total.Deployed)},
		{t.t("fig.reads"), grouped(s.Reads)},
		{t.t("fig.nonhits"), grouped(s.NonHits)},
		{t.t("fig.hits"), grouped(s.Hits())},
		{t.t("fig.judged"), grouped(s.Judged())},
		{t.t("fig.misread"), t.percent(rate, ok)},
		{t.t("fig.stops"), grouped(s.Stops)},
		{t.t("fig.given"), grouped(s.NoticesGiven)},
		{t.t("fig.notgiven"), grouped(s.NoticesNotGiven)},
		{t.t("fig.searches"), grouped(s.Searches)},
		{t.t("fig.entries"), grouped(s.EntriesProposed)},
		{t.t("fig.reported"), grouped(s.EntriesReported)},
		{t.t("fig.uptime"), t.percent(up, known)},
		{t.t("fig.excepted"), grouped(p.r.Excepted)},
		{t.t("fig.disclosures"), grouped(p.r.Total.Cases.Disclosures)},
		{t.t("fig.requests"), grouped(p.r.Total.Cases.Requests)},
		{t.t("fig.answers"), grouped(p.r.Total.Cases.Answers)},
		{t.t("fig.breaches"), grouped(p.r.Total.Cases.Breaches)},
	})
}

func (p *report) charts() {
	p.room(plotHigh + 40)
	p.heading(p.say.t("part.months"))
	var labels []string
	var reads, hits, misread []float64
	for _, m := range p.r.Months {
		labels = append(labels, m.Month.Format("2006-01"))
		reads = append(reads, float64(m.Statistics.Reads))
		hits = append(hits, float64(m.Statistics.Hits()))
		rate, ok := m.Statistics.MisreadRate()
		if !ok {
			rate = -1
		}
		misread = append(misread, rate)
	}
	whole := func(v float64) string {
		if v != float64(uint64(v)) {
			return p.say.decimal(v, 1)
		}
		return grouped(uint64(v))
	}
	p.columns(p.say.t("chart.reads"), labels, reads, whole)
	p.columns(p.say.t("chart.hits"), labels, hits, whole)
	p.curve(p.say.t("chart.misread"), labels, misread, func(v float64) string { return p.say.percent(v, true) })
	rows := []row{}
	for _, m := range p.r.Months {
		rate, ok := m.Statistics.MisreadRate()
		rows = append(rows, row{m.Month.Format("2006-01"), grouped(m.Deployments), grouped(m.Statistics.Reads), grouped(m.Statistics.Hits()),
			grouped(m.Statistics.Stops), p.say.percent(rate, ok)})
	}
	p.table([]float64{0.2, 0.16, 0.18, 0.14, 0.14, 0.18}, row{p.say.t("col.month"), p.say.t("col.deployments"), p.say.t("col.reads"),
		p.say.t("col.hits"), p.say.t("col.stops"), p.say.t("col.misread")}, rows)
}

// named counts under names, the greatest first.
func named[K ~string](m map[K]uint64, name func(string) string) (all []bar) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		all = append(all, bar{name(string(key)), float64(m[key]), grouped(m[key])})
	}
	slices.SortStableFunc(all, func(a, b bar) int { return cmp.Compare(b.value, a.value) })
	return all
}

// of is the text of a pack's choice, its code where the pack has it no more.
func (p *report) of(choices []policy.Choice) func(string) string {
	return func(code string) string {
		for _, c := range choices {
			if c.Code == code {
				return c.Text.In(p.o.Language)
			}
		}
		return code
	}
}

func (p *report) category(id string) string {
	if c, ok := p.o.Pack.Category(id); ok {
		return c.Name.In(p.o.Language)
	}
	return id
}

func (p *report) tables() {
	s, t := p.r.Total.Statistics, p.say
	p.heading(t.t("part.hits"))
	p.barsOrNone(t.t("chart.categories"), named(s.HitsByCategory, p.category))
	p.barsOrNone(t.t("chart.verdicts"), named(s.Verdicts, func(v string) string { return t.t("verdict." + v) }))
	var waits []bar
	for i, n := range s.ToVerdict {
		label := t.t("wait.longer", "Limit", wait(shift.Waits[len(shift.Waits)-1]))
		if i < len(shift.Waits) {
			label = t.t("wait.upto", "Limit", wait(shift.Waits[i]))
		}
		waits = append(waits, bar{label, float64(n), grouped(n)})
	}
	p.barsOrNone(t.t("chart.waits"), waits)
	p.heading(t.t("part.stops"))
	p.pairs(t.t("col.notice"), []row{{t.t("fig.stops"), grouped(s.Stops)}, {t.t("fig.given"), grouped(s.NoticesGiven)},
		{t.t("fig.notgiven"), grouped(s.NoticesNotGiven)}, {t.t("fig.nostop"), grouped(s.NoStops)}})
	p.barsOrNone(t.t("chart.reasons"), named(s.NotGivenBy, p.of(p.o.Pack.Notice.NotGiven)))
	p.barsOrNone(t.t("chart.outcomes"), named(s.Outcomes, p.of(p.o.Pack.Outcomes)))
	p.heading(t.t("part.cases"))
	p.barsOrNone(t.t("chart.grounds"), named(p.r.Total.Cases.DisclosuresBy, p.of(p.o.Pack.Disclosure.Authorities)))
	p.barsOrNone(t.t("chart.breaches"), named(p.r.Total.Cases.BreachesBy, func(kind string) string { return t.t("breach." + kind) }))
	p.heading(t.t("part.system"))
	p.cameras()
	var rows []row
	for _, l := range s.ListAges() {
		rows = append(rows, row{l.Name, grouped(l.Starts), t.hours(l.Mean), t.hours(l.Oldest), grouped(l.Old)})
	}
	if len(rows) > 0 {
		p.table([]float64{0.32, 0.17, 0.17, 0.17, 0.17}, row{t.t("col.list"), t.t("col.starts"), t.t("col.mean"), t.t("col.oldest"), t.t("col.old")}, rows)
	}
	p.pairs(t.t("col.system"), []row{{t.t("fig.frames"), grouped(s.Frames)}, {t.t("fig.dropped"), grouped(s.FramesDropped)},
		{t.t("fig.syncs"), grouped(s.Syncs)}, {t.t("fig.failed"), grouped(s.SyncsFailed)}})
	p.barsOrNone(t.t("chart.notwell"), named(p.r.NotWell, func(item string) string { return t.t("item." + item) }))
}

// wait is a class's limit.
func wait(d time.Duration) string {
	if d < time.Minute {
		return strconv.Itoa(int(d/time.Second)) + "\u00a0s"
	}
	return strconv.Itoa(int(d/time.Minute)) + "\u00a0min"
}

func (p *report) barsOrNone(title string, all []bar) {
	if len(all) > 0 {
		p.bars(title, all)
		return
	}
	p.room(16)
	p.caption(title)
	p.text(p.say.t("none-counted"))
}

func (p *report) cameras() {
	s := p.r.Total.Statistics
	var rows []row
	for _, name := range slices.Sorted(maps.Keys(s.Cameras)) {
		c := s.Cameras[name]
		up, ok := shift.Statistics{Cameras: map[string]shift.CameraTime{name: c}}.UpTime()
		rows = append(rows, row{name, p.say.hours(c.Run), p.say.percent(up, ok), grouped(c.Losses)})
	}
	if len(rows) > 0 {
		p.table([]float64{0.4, 0.2, 0.2, 0.2}, row{p.say.t("col.camera"), p.say.t("col.run"), p.say.t("col.uptime"), p.say.t("col.losses")}, rows)
	}
}

// evaluation has the five questions of the yearly assessment (FL 7b), each with the
// figures that serve it and room for the answer.
func (p *report) evaluation() {
	s, t := p.r.Total.Statistics, p.say
	rate, ok := s.MisreadRate()
	up, known := s.UpTime()
	p.heading(t.t("part.evaluation"))
	p.text(t.t("evaluation.lead"))
	p.blank(t.t("evaluation.effective", "Hits", grouped(s.Hits()), "Confirmed", grouped(s.Verdicts[hit.Confirmed]), "Stops", grouped(s.Stops)), 2)
	p.blank(t.t("evaluation.factors", "Up", t.percent(up, known), "Dropped", grouped(s.FramesDropped), "Excepted", grouped(p.r.Excepted)), 2)
	p.blank(t.t("evaluation.quality", "Rate", t.percent(rate, ok), "Inactive", grouped(s.Verdicts[hit.NotActionable]), "Wrong", grouped(s.Outcomes["record-wrong"])), 2)
	p.blank(t.t("evaluation.value", "Hours", t.hours(p.r.Total.Deployed)), 2)
	p.blank(t.t("evaluation.refresh"), 2)
	p.blank(t.t("evaluation.necessary"), 2)
}

func (p *report) retention() {
	p.heading(p.say.t("part.retention"))
	p.text(p.o.Pack.Public.Kept.In(p.o.Language))
	p.text(p.say.t("retention.nonhits", "N", grouped(p.r.Total.Statistics.NonHits)))
}

// byHand are the fields that the terminals do not count.
func (p *report) byHand() {
	p.heading(p.say.t("part.byhand"))
	for _, key := range []string{"complaints", "requests", "disclosures", "reviews", "breaches", "changes"} {
		p.blank(p.say.t("byhand."+key), 1)
	}
}

// method says how each number is counted.
func (p *report) method() {
	p.heading(p.say.t("part.method"))
	p.text(p.say.t("method.source"))
	for _, key := range []string{"reads", "hits", "verdicts", "misread", "waits", "stops", "outcomes", "cameras", "lists", "searches", "cases", "syncs", "deployments", "limits"} {
		p.room(16)
		p.style("B", body, black)
		p.MultiCell(0, 5.4, p.say.t("method."+key+".name"), "", "L", false)
		p.text(p.say.t("method." + key))
	}
}
