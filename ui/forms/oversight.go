package forms

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/policy"
	"secondlook/app/review"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// who is a person of the audit record: name, badge and the role in which they acted;
// the terminal itself where nobody did.
func who(name, badge, role string) string {
	if name == "" && badge == "" {
		return words.T("audit.terminal")
	}
	parts := []string{name, badge}
	if role != "" {
		parts = append(parts, words.T("role."+role))
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// person is whoever a review is about, who may have typed a badge that nobody has.
func person(p review.Person) string {
	if p.Name == "" && p.Badge == "" {
		return words.T("review.badge.unknown")
	}
	return who(string(p.Name), string(p.Badge), p.Role)
}

// outcome is how an act ended: ✓ done, or what stood in the way.
func outcome(text string) (icon, said string, c fyne.ThemeColorName) {
	if text == audit.OutcomeOK {
		return "exact", words.T("audit.done"), theme.ColorOK
	}
	return "warning", words.T("audit.notdone"), theme.ColorHigh
}

// why is a record's reason: a person's own, or in words what the program or a list
// of the policy has for it.
func why(c *cruiser.Cruiser, e audit.Event) string {
	switch e.Act {
	case audit.EntryProposed:
		return categoryName(c, e.Reason)
	case audit.EntryReported:
		return words.T("report.reason." + e.Reason)
	case audit.DisclosureRecorded:
		for _, ground := range c.Pack().Disclosure.Authorities {
			if ground.Code == e.Reason {
				return ground.Text.In(words.Language())
			}
		}
	}
	return words.Reason(e.Reason)
}

// detailText is a value of a record's details, in words where there are any.
func detailText(c *cruiser.Cruiser, key, value string) string {
	said := ""
	switch key {
	case "category":
		said = categoryName(c, value)
	case "state":
		said = words.T("hits.state." + value)
	case "finding":
		said = words.Finding(review.Code(value))
	case audit.DetailAct:
		said = words.Act(audit.Act(value))
	case audit.DetailSeen:
		if ms, err := strconv.ParseInt(value, 10, 64); err == nil {
			said = seconds(ms)
		}
	case "purpose":
		for _, p := range c.Pack().Purposes {
			if p.Code == value {
				said = p.Text.In(words.Language())
			}
		}
	case audit.DetailKey, audit.DetailHead, audit.DetailSignature, "digest", "before_digest", "after_digest":
		said = grouped(value)
	}
	if said == "" || strings.HasSuffix(said, "."+value) { // a key that has no words
		return value
	}
	return said
}

// details are the lines of a record's details, in the order of their keys. Why a policy
// pack was refused is said in one.
func details(c *cruiser.Cruiser, d map[string]string) (lines []widgets.Fact) {
	if f, ok := policy.FaultOf(d); ok {
		said := f.Detail()
		d = maps.Clone(d)
		maps.DeleteFunc(d, func(key, _ string) bool { _, ok := said[key]; return ok })
		lines = append(lines, widgets.Fact{Label: words.Detail("why"), Value: words.PackFault(words.T("policy.pack"), f)})
	}
	for _, key := range slices.Sorted(maps.Keys(d)) {
		lines = append(lines, widgets.Fact{Label: words.Detail(key), Value: detailText(c, key, d[key])})
	}
	return lines
}

// grouped parts a long run of digits, so that it can be compared by eye and wrap.
func grouped(digits string) string {
	var groups []string
	for chunk := range slices.Chunk([]byte(digits), 8) {
		groups = append(groups, string(chunk))
	}
	return strings.Join(groups, " ")
}

// seconds is a short time, "0.8 s".
func seconds(ms int64) string {
	return words.T("audit.seconds", "Whole", ms/1000, "Tenth", ms%1000/100)
}

// actLine is an act as a reviewer sees it: all of its record, without plates.
func actLine(c *cruiser.Cruiser, a review.Act) fyne.CanvasObject {
	e := a.Event
	icon, said, colour := outcome(e.Outcome)
	what := widgets.NewColumn(0, heading(words.Act(e.Act)))
	line := []string{words.Hundredth(e.At.In(c.Now().Location()))}
	if e.Reason != "" {
		line = append(line, why(c, e))
	}
	if e.Outcome != audit.OutcomeOK {
		line = append(line, words.Outcome(e.Outcome))
	}
	what.Add(widgets.NewSmall(strings.Join(line, " · ")))
	var rest []string
	for _, d := range details(c, e.Detail) {
		rest = append(rest, words.Colon(d.Label, d.Value))
	}
	if e.Object != "" {
		rest = append(rest, words.Colon(words.T("audit.object"), e.Object))
	}
	if len(rest) > 0 {
		what.Add(widgets.NewSmall(strings.Join(rest, " · ")))
	}
	return widgets.NewFillRow(2, 1, widgets.NewText(words.T("audit.number", "Number", a.Number), theme.SizeSmall, theme.ColorMuted, widgets.Whole),
		what, marked(icon, said, colour))
}

// paged shows the first of many things, and more of them at each tap.
type paged struct {
	*fyne.Container
	count, most int
	make        func(i int) fyne.CanvasObject
	grown       func() // after there is more to see
}

func newPaged(grown func()) *paged {
	return &paged{Container: widgets.NewColumn(1.5), grown: grown}
}

// show begins with the first of count things.
func (p *paged) show(count int, make func(i int) fyne.CanvasObject) {
	p.count, p.most, p.make = count, entriesShown, make
	p.fill()
}

func (p *paged) fill() {
	p.RemoveAll()
	for i := range min(p.count, p.most) {
		p.Add(p.make(i))
	}
	if left := p.count - p.most; left > 0 {
		p.Add(widgets.NewButton(widgets.Secondary, words.T("lists.report.more", "N", left), func() {
			p.most += entriesShown
			p.fill()
			p.grown()
		}))
	}
}

// period asks for the first and the last day of what is looked at; each may stay open.
type period struct {
	quick       *choice
	from, until *widgets.Field
	now         func() time.Time
	body        fyne.CanvasObject
	setting     bool
}

// newPeriod asks with some days chosen at first. A week, a year and everything stand
// beside them.
func newPeriod(now func() time.Time, days int) *period {
	offered := []int{7, days, daysOfYear}
	slices.Sort(offered)
	var options []widgets.Option
	for _, d := range append(slices.Compact(offered), 0) {
		text := words.T("review.period.all")
		if d > 0 {
			text = words.T("review.period.days", "N", d)
		}
		options = append(options, widgets.Option{Key: strconv.Itoa(d), Text: text})
	}
	p := &period{now: now, quick: newChoice("", 130, options...),
		from: widgets.NewField(words.T("review.period.from"), ""), until: widgets.NewField(words.T("review.period.until"), "")}
	for _, f := range []*widgets.Field{p.from, p.until} {
		f.Entry.SetPlaceHolder(words.T("form.day"))
		f.OnChanged(func(string) {
			if !p.setting {
				p.quick.set()
			}
		})
	}
	p.quick.changed = p.take
	p.quick.set(strconv.Itoa(days))
	p.take()
	p.body = widgets.NewColumn(1, p.quick, widgets.NewGrid(200, p.from, p.until))
	return p
}

// take puts the quick choice into the fields.
func (p *period) take() {
	days, _ := strconv.Atoi(p.quick.key()) // one of the options'
	first, last := "", ""
	if days > 0 {
		first, last = p.now().AddDate(0, 0, 1-days).Format(dayForm), p.now().Format(dayForm)
	}
	p.setting = true
	p.from.SetText(first)
	p.until.SetText(last)
	p.setting = false
}

// dayOf is the beginning of the day in a field; zero where nothing is written, not
// ok where it is no day.
func dayOf(f *widgets.Field, at *time.Location) (t time.Time, ok bool) {
	if value(f) == "" {
		return time.Time{}, true
	}
	t, err := time.ParseInLocation(dayForm, strings.ReplaceAll(value(f), "/", "-"), at)
	return t, err == nil
}

// form is the rule of both days.
func (p *period) form() form {
	isDay := func(f *widgets.Field) check {
		return check{f, func() string {
			if _, ok := dayOf(f, p.now().Location()); !ok {
				return words.T("review.period.bad")
			}
			return ""
		}}
	}
	return form{isDay(p.from), isDay(p.until), {p.until, func() string {
		from, until := p.bounds()
		switch {
		case p.until.Fault() != "":
			return p.until.Fault()
		case !until.IsZero() && !from.Before(until):
			return words.T("review.period.order")
		}
		return ""
	}}}
}

// bounds are the beginning of the first day and the end of the last, zero where it
// is open.
func (p *period) bounds() (from, until time.Time) {
	from, _ = dayOf(p.from, p.now().Location())
	until, _ = dayOf(p.until, p.now().Location())
	if !until.IsZero() {
		until = until.AddDate(0, 0, 1)
	}
	return from, until
}

// span says which days a period has.
func span(from, until time.Time, at *time.Location) string {
	if from.IsZero() && until.IsZero() {
		return words.T("review.period.all")
	}
	first, last := words.T("review.period.open"), words.T("review.period.open")
	if !from.IsZero() {
		first = words.Date(from.In(at))
	}
	if !until.IsZero() {
		last = words.Date(until.In(at).Add(-time.Second))
	}
	return words.T("review.period.span", "From", first, "Until", last)
}
