package forms

import (
	"context"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// NewCases leads to what is written down about the use of information: disclosures,
// access requests, legal holds, and where the policy allows them, preservation
// orders. Each is there for whoever may see it.
func NewCases(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	grid := widgets.NewGrid(columnWidth)
	for _, o := range []struct {
		act          access.Act
		icon, screen string
		off          bool
	}{
		{access.ActSeeDisclosures, "list", ScreenDisclosures, false},
		{access.ActAnswerRequest, "person", ScreenRequests, false},
		{access.ActHold, "lock", ScreenHolds, false},
		{access.ActOrder, "clock", ScreenOrders, !c.Pack().Preservation.Enabled},
	} {
		if c.May(o.act) && !o.off {
			grid.Add(offer(o.icon, words.T("cases."+o.screen), words.T("cases."+o.screen+".why"), func() { nav.Show(o.screen) }))
		}
	}
	if len(grid.Objects) == 0 {
		return refused(nav, "cases.title", "cases.notallowed")
	}
	return widgets.NewPage(words.T("cases.title"), nav.Back, grid)
}

// MayCases reports whether anybody signed in has something to see in [NewCases].
func MayCases(c *cruiser.Cruiser) bool {
	return c.May(access.ActSeeDisclosures) || c.May(access.ActAnswerRequest) || c.May(access.ActHold)
}

// caseList is a page with a card for each of some records, which follows the
// terminal.
type caseList struct {
	nav     Navigator
	problem *widgets.Banner
	cards   *fyne.Container
	page    *fyne.Container
	// read returns the cards, outside of Fyne's goroutine the records, back on it
	// what they look like.
	read func(ctx context.Context) (cards func() []fyne.CanvasObject, err error)
}

func newCaseList(nav Navigator, title string, read func(context.Context) (func() []fyne.CanvasObject, error), actions ...fyne.CanvasObject) *caseList {
	l := &caseList{nav: nav, problem: widgets.NewProblem(""), cards: widgets.NewColumn(1.5), read: read}
	l.problem.SetText("")
	l.page = widgets.NewPage(words.T(title), nav.Back, widgets.NewColumn(2, l.problem, l.cards), actions...)
	l.load()
	return l
}

func (l *caseList) load() {
	work(l.nav, func(ctx context.Context) func() {
		cards, err := l.read(ctx)
		return func() {
			l.cards.RemoveAll()
			if err != nil {
				l.problem.SetText(words.Error(err))
			} else {
				l.problem.SetText("")
				l.cards.Objects = cards()
			}
			if len(l.cards.Objects) == 0 {
				l.cards.Add(widgets.NewBody(words.T("cases.none")))
			}
			l.page.Refresh()
		}
	})
}

// do runs an act on one of the records, and then reads them again.
func (l *caseList) do(done string, act func(context.Context) error) {
	work(l.nav, func(ctx context.Context) func() {
		err := act(ctx)
		return func() {
			if err != nil {
				l.problem.SetText(words.Error(err))
				l.page.Refresh()
				return
			}
			l.nav.Toast(words.T(done))
			l.load()
		}
	})
}

// following is the list as a [Follower].
func (l *caseList) following() fyne.CanvasObject {
	return newFollowing(l.page, l.load, cruiser.CasesChanged)
}

// remark is a line beside the main button.
func remark(key string) fyne.CanvasObject {
	return widgets.NewText(words.T(key), theme.SizeSmall, theme.ColorMuted, widgets.Whole)
}

// sender is the end of a form: what went wrong, and the button that sends it.
type sender struct {
	nav     Navigator
	problem *widgets.Banner
	submit  *widgets.Button
	text    string
	form    func() form
	page    *fyne.Container
	draft   *draft // of what is filled in; nil where it is not kept
}

// newSender makes the end of a form; send sends what was filled in, and then is done
// back on Fyne's goroutine where that went well.
func newSender(nav Navigator, icon, key string, form func() form, send func(context.Context) (then func(), err error)) *sender {
	s := &sender{nav: nav, problem: widgets.NewProblem(""), text: words.T(key), form: form}
	s.problem.SetText("")
	s.submit = widgets.NewIconButton(widgets.Primary, icon, s.text, func() { s.send(send) })
	return s
}

// keeps has what is filled in kept until it is sent.
func (s *sender) keeps(d *draft) {
	s.draft = d
	d.on(s.page)
}

func (s *sender) send(send func(context.Context) (func(), error)) {
	if s.submit.Disabled() {
		return
	}
	s.problem.SetText("")
	ok := s.form().ok(s.nav.Window())
	if !ok {
		s.problem.SetText(words.T("form.fix"))
	}
	s.page.Refresh()
	if !ok {
		return
	}
	s.submit.SetText(words.T("form.working"), "")
	s.submit.Disable()
	work(s.nav, func(ctx context.Context) func() {
		then, err := send(ctx)
		if err == nil && s.draft != nil {
			s.draft.sent(ctx)
		}
		return func() {
			s.submit.SetText(s.text, "")
			s.submit.Enable()
			if err != nil {
				s.problem.SetText(words.Error(err))
				s.page.Refresh()
				return
			}
			then()
		}
	})
}
