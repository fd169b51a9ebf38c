package forms

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/review"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// unusual shows the cases of unusual use in a time. They flag; only the reviewer
// judges.
func (r *reviews) unusual(from, until time.Time) {
	r.run(func(ctx context.Context) (func(), error) {
		flags, err := r.c.Unusual(ctx, from, until)
		return func() {
			var page *fyne.Container
			cards := newPaged(func() { page.Refresh() })
			cards.show(len(flags), func(i int) fyne.CanvasObject {
				return r.flag(flags[i], func() { r.unusual(from, until) })
			})
			if len(flags) == 0 {
				cards.Add(marked("exact", words.T("review.unusual.none"), theme.ColorOK))
			}
			body := widgets.NewColumn(2, widgets.NewBody(span(from, until, r.at())), widgets.NewSmall(words.T("review.unusual.why")), cards.Container)
			page = widgets.NewPage(words.T("review.unusual"), r.back, body)
			r.holder.show(page)
		}, err
	})
}

// figure says a number that raised a flag beside the policy's limit.
func figure(f review.Figure) string {
	switch {
	case f.Name == "slowest_ms":
		return words.T("review.figure.slowest", "Value", seconds(f.Value), "Limit", seconds(f.Limit))
	case f.Name == "minutes" && f.Limit == 0:
		return words.T("review.figure.anytime", "Value", minutes(f.Value))
	case f.Name == "minutes":
		return words.T("review.figure.minutes", "Value", minutes(f.Value), "Limit", minutes(f.Limit))
	}
	return words.T("review.figure."+f.Name, "N", int(f.Value), "Limit", f.Limit)
}

// minutes is a time in which something came.
func minutes(n int64) string {
	if n == 0 {
		return words.T("review.minute")
	}
	return words.Age(time.Duration(n) * time.Minute)
}

// flag is a case of unusual use, with what raised it.
func (r *reviews) flag(f review.Flag, back func()) fyne.CanvasObject {
	what := widgets.NewColumn(0.5, marked("warning", words.Rule(f.Rule), theme.ColorHigh))
	for _, x := range f.Figures {
		what.Add(widgets.NewBody(figure(x)))
	}
	when := words.Moment(f.First.In(r.at()))
	if last := words.Moment(f.Last.In(r.at())); last != when {
		when = words.T("review.span", "From", when, "Until", last)
	}
	what.Add(widgets.NewSmall(when))
	acts := newPaged(func() { r.holder.Refresh() })
	acts.Hide()
	toggle := widgets.NewButton(widgets.Secondary, words.T("review.acts.show", "N", len(f.Acts)), nil)
	showing := widgets.NewRow(0, toggle)
	toggle.OnTapped = func() {
		acts.show(len(f.Acts), func(i int) fyne.CanvasObject { return actLine(r.c, f.Acts[i]) })
		acts.Show()
		showing.Hide()
		r.holder.show(r.holder.Objects[0])
	}
	return r.frame(caseOf{about: f.ID, person: f.Person, title: person(f.Person), findings: f.Findings, back: back}, widgets.NewColumn(1, what, showing, acts.Container))
}

// caseOf is what a finding may be recorded about: one person of a draw, or a flag.
type caseOf struct {
	about    string
	person   review.Person
	title    string
	findings []review.Finding
	// back shows the case again after a finding.
	back func()
}

// frame is a case: who, what, the findings, and the way to record one.
func (r *reviews) frame(x caseOf, what fyne.CanvasObject) fyne.CanvasObject {
	body := widgets.NewColumn(1.5, what)
	for _, f := range x.findings {
		body.Add(r.finding(f))
	}
	record := widgets.NewIconButton(widgets.Secondary, "entry", words.T("review.add"), func() { r.record(x) })
	card := widgets.NewCard("", newPair(besideSteps, widgets.NewColumn(1.5, widgets.NewHeading(x.title), body), widgets.NewColumn(1.5, record)))
	if len(x.findings) == 0 {
		card.Edge = theme.ColorHigh
	}
	return card
}

// The looks of findings: shape and word say it, colour repeats it.
var findingLooks = map[review.Code]struct {
	icon string
	c    fyne.ThemeColorName
}{
	review.NoConcern: {"exact", theme.ColorOK}, review.Explained: {"approve", theme.ColorOK},
	review.FollowUp: {"high", theme.ColorHigh}, review.Breach: {"grave", theme.ColorGrave},
}

// finding is one that was recorded.
func (r *reviews) finding(f review.Finding) fyne.CanvasObject {
	look := findingLooks[f.Code]
	said := widgets.NewColumn(0, marked(look.icon, words.Finding(f.Code), look.c))
	if f.Note != "" {
		said.Add(widgets.NewBody(f.Note))
	}
	said.Add(widgets.NewSmall(words.Moment(f.At.In(r.at())) + " · " + person(f.By)))
	return said
}

// record asks for a finding in place of what it is about.
func (r *reviews) record(x caseOf) {
	var options []widgets.Option
	for _, c := range review.Codes {
		options = append(options, widgets.Option{Key: string(c), Text: words.Finding(c)})
	}
	code := newChoice(words.T("review.finding"), 180, options...)
	means := widgets.NewSmall("")
	note := widgets.NewAreaField(words.T("review.note"), words.T("review.note.hint"), 4)
	problem := widgets.NewProblem("")
	problem.SetText("")
	var page *fyne.Container
	code.changed = func() {
		means.SetText(words.T("review.finding.why." + code.key()))
		note.SetError("")
		page.Refresh()
	}
	questions := form{{code, func() string {
		if code.key() == "" {
			return words.T("review.finding.needed")
		}
		return ""
	}}, {note, func() string {
		if k := review.Code(code.key()); k != "" && k != review.NoConcern && value(note) == "" {
			return words.T("review.note.needed")
		}
		return ""
	}}}
	var submit *widgets.Button
	submit = widgets.NewIconButton(widgets.Primary, "approve", words.T("review.record.submit"), func() {
		ok := questions.ok(r.nav.Window())
		page.Refresh()
		if !ok || submit.Disabled() {
			return
		}
		f := review.Finding{About: x.about, Badge: x.person.Badge, Code: review.Code(code.key()), Note: value(note)}
		submit.Disable()
		work(r.nav, func(ctx context.Context) func() {
			err := r.c.RecordFinding(ctx, f)
			return func() {
				submit.Enable()
				if err != nil {
					problem.SetText(words.Error(err))
					page.Refresh()
					return
				}
				r.nav.Toast(words.T("review.recorded"))
				x.back()
			}
		})
	})
	page = widgets.NewPage(words.T("review.record"), x.back, widgets.NewColumn(2, problem,
		widgets.NewCard(x.title, widgets.NewColumn(2, code, means, note))), submit)
	r.holder.show(page)
}
