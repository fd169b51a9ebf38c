package forms

import (
	"cmp"
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/review"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// reviews is where supervisors and auditors look at what others did: random draws,
// flags for unusual use, and what they found. Every look is recorded.
type reviews struct {
	c   *cruiser.Cruiser
	nav Navigator

	period  *period
	problem *widgets.Banner
	earlier *paged
	page    *fyne.Container
	holder  holder
	working bool
	turn    int // counts what was asked
}

// NewReviews returns the screen on which others' acts are reviewed.
func NewReviews(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	return newReviews(c, nav).holder.Container
}

func newReviews(c *cruiser.Cruiser, nav Navigator) *reviews {
	r := &reviews{c: c, nav: nav, period: newPeriod(c.Now, c.Pack().Review.PeriodDays), problem: widgets.NewProblem(""), holder: newHolder()}
	r.problem.SetText("")
	if !c.May(access.ActReview) {
		r.holder.show(refused(nav, "review.title", "review.notallowed"))
		return r
	}
	r.earlier = newPaged(func() { r.page.Refresh() })
	body := widgets.NewColumn(2, widgets.NewCard(words.T("review.lead"), widgets.NewColumn(1, widgets.NewSmall(words.T("review.lead.why")), r.period.body)),
		r.problem, widgets.NewHeading(words.T("review.earlier")), r.earlier.Container)
	r.page = widgets.NewPage(words.T("review.title"), nav.Back, body,
		widgets.NewIconButton(widgets.Secondary, "statistics", words.T("nav.statistics"), func() { nav.Show(ScreenStatistics) }),
		widgets.NewIconButton(widgets.Secondary, "warning", words.T("review.unusual"), func() { r.asked(r.unusual) }),
		widgets.NewIconButton(widgets.Primary, "review", words.T("review.draw"), func() { r.asked(r.draw) }))
	r.holder.show(r.page)
	r.load()
	return r
}

// run does one act at a time; what it returns follows where it went well.
func (r *reviews) run(do func(context.Context) (then func(), err error)) {
	if r.working {
		return
	}
	r.working = true
	r.begin(do, func() { r.working = false })
}

// read is run for a mere look, which waits for nothing.
func (r *reviews) read(do func(context.Context) (then func(), err error)) { r.begin(do, func() {}) }

// begin shows what was asked for last: whoever presses Back in the meantime sees the
// list as it is now, not what comes late.
func (r *reviews) begin(do func(context.Context) (then func(), err error), ended func()) {
	r.turn++
	turn := r.turn
	work(r.nav, func(ctx context.Context) func() {
		then, err := do(ctx)
		return func() {
			ended()
			if turn != r.turn {
				return
			}
			r.problem.SetText(words.Error(err))
			r.page.Refresh()
			if err == nil {
				then()
			}
		}
	})
}

// asked does something about the period, once that is one.
func (r *reviews) asked(do func(from, until time.Time)) {
	ok := r.period.form().ok(r.nav.Window())
	r.page.Refresh()
	if ok {
		do(r.period.bounds())
	}
}

// load reads the draws on this terminal, newest first.
func (r *reviews) load() {
	r.read(func(ctx context.Context) (func(), error) {
		all, err := r.c.Reviews(ctx)
		slices.Reverse(all)
		return func() {
			r.earlier.show(len(all), func(i int) fyne.CanvasObject { return r.card(all[i]) })
			if len(all) == 0 {
				r.earlier.Add(widgets.NewBody(words.T("review.none")))
			}
			r.page.Refresh()
		}, err
	})
}

func (r *reviews) back() {
	r.holder.show(r.page)
	r.load()
}

// at is the place whose time the screens tell.
func (r *reviews) at() *time.Location { return r.c.Now().Location() }

// withoutFinding counts the people of a draw about whom nothing was found yet.
func withoutFinding(d review.Draw) (n int) {
	for _, p := range d.Picks {
		if len(about(d.Findings, p.Person.Badge)) == 0 {
			n++
		}
	}
	return n
}

// about are the findings about one person.
func about(findings []review.Finding, badge access.Badge) (found []review.Finding) {
	for _, f := range findings {
		if f.Badge == badge {
			found = append(found, f)
		}
	}
	return found
}

// card is a draw in the list of earlier ones.
func (r *reviews) card(d review.Draw) fyne.CanvasObject {
	state := marked("approve", words.T("review.finished"), theme.ColorOK)
	if n := withoutFinding(d); n > 0 {
		state = marked("clock", words.T("review.open", "N", n), theme.ColorHigh)
	}
	what := widgets.NewColumn(0.5, widgets.NewFillRow(2, 0, heading(words.T("review.of", "Moment", words.Moment(d.At.In(r.at())))), state),
		widgets.NewBody(span(d.From, d.Until, r.at())+" · "+words.T("review.people", "N", len(d.Picks))),
		widgets.NewSmall(words.T("review.by", "Who", person(d.By))))
	show := widgets.NewButton(widgets.Secondary, words.T("review.show"), func() { r.again(d.ID) })
	return widgets.NewCard("", newPair(besideSteps, what, widgets.NewColumn(1.5, show)))
}

// draw draws a review.
func (r *reviews) draw(from, until time.Time) {
	r.run(func(ctx context.Context) (func(), error) {
		d, err := r.c.DrawReview(ctx, from, until)
		return func() { r.show(d) }, err
	})
}

// again shows a draw as the record now has it.
func (r *reviews) again(id string) {
	r.read(func(ctx context.Context) (func(), error) {
		all, err := r.c.Reviews(ctx)
		return func() {
			for _, d := range all {
				if d.ID == id {
					r.show(d)
				}
			}
		}, err
	})
}

// show shows the people and acts of a draw.
func (r *reviews) show(d review.Draw) {
	body := widgets.NewColumn(2, widgets.NewColumn(0.5, widgets.NewBody(span(d.From, d.Until, r.at())+" · "+words.T("review.people", "N", len(d.Picks))),
		widgets.NewSmall(words.T("review.by", "Who", person(d.By)))))
	for _, p := range slices.SortedFunc(slices.Values(d.Picks), func(a, b review.Pick) int { return cmp.Compare(a.Person.Badge, b.Person.Badge) }) {
		acts := widgets.NewColumn(1)
		for _, a := range p.Acts {
			acts.Add(actLine(r.c, a))
		}
		body.Add(r.frame(caseOf{about: d.ID, person: p.Person, title: person(p.Person), findings: about(d.Findings, p.Person.Badge), back: func() { r.again(d.ID) }},
			widgets.NewColumn(1, widgets.NewSmall(words.T("review.acts", "N", p.Total, "Drawn", len(p.Acts))), acts)))
	}
	r.holder.show(widgets.NewPage(words.T("review.of", "Moment", words.Moment(d.At.In(r.at()))), r.back, body))
}
