package forms

import (
	"context"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// setUp makes the terminal's first administrator.
type setUp struct {
	c   *cruiser.Cruiser
	nav Navigator

	terminal, service, name, badge *widgets.Field
	secret                         secret
	also                           *choice
	problem                        *widgets.Banner
	submit                         *widgets.Button
	page                           *fyne.Container
}

// NewSetUp returns the screen that names the terminal and makes its first
// administrator, who is signed in afterwards.
func NewSetUp(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject { return newSetUp(c, nav).page }

func newSetUp(c *cruiser.Cruiser, nav Navigator) *setUp {
	s := &setUp{c: c, nav: nav,
		terminal: widgets.NewField(words.T("setup.terminal.name"), words.T("setup.terminal.hint")),
		service:  widgets.NewField(words.T("setup.service"), ""),
		name:     widgets.NewField(words.T("person.name"), ""),
		badge:    widgets.NewField(words.T("person.badge"), ""),
		secret:   newSecret(words.T("person.secret"), words.T("person.secret.rule")),
		also:     newChoices(words.T("setup.also"), 160, roleOptions(access.Patrol, access.Supervisor)...),
		problem:  widgets.NewProblem(""),
	}
	s.problem.SetText("")
	s.submit = widgets.NewIconButton(widgets.Primary, "person", words.T("setup.submit"), s.send)
	submits(s.send, s.terminal, s.service, s.name, s.badge, s.secret.first, s.secret.again)
	car := widgets.NewColumn(2, s.terminal, s.service, s.also, widgets.NewSmall(words.T("setup.also.hint")))
	person := widgets.NewColumn(2, s.name, s.badge, s.secret.first, s.secret.again)
	body := widgets.NewColumn(2, s.problem,
		widgets.NewGrid(columnWidth, widgets.NewCard(words.T("setup.terminal"), car), widgets.NewCard(words.T("setup.person"), person)),
		widgets.NewSmall(words.T("setup.next")))
	s.page = widgets.NewPage(words.T("setup.title"), nav.Back, body, s.submit)
	return s
}

// form is the screen's questions.
func (s *setUp) form() form {
	return append(form{
		needed(s.terminal, "setup.terminal.needed"), needed(s.service, "setup.service.needed"),
		needed(s.name, "person.name.needed"), needed(s.badge, "person.badge.needed"),
	}, s.secret.checks()...)
}

func (s *setUp) send() {
	if s.submit.Disabled() {
		return
	}
	s.problem.SetText("")
	ok := s.form().ok(s.nav.Window())
	s.page.Refresh()
	if !ok {
		return
	}
	f := cruiser.FirstPerson{Terminal: value(s.terminal), Service: value(s.service), Name: access.Name(value(s.name)),
		Badge: access.Badge(value(s.badge)), Secret: s.secret.first.Text(), Roles: roles(s.also)}
	s.submit.SetText(words.T("setup.working"), "")
	s.submit.Disable()
	s.page.Refresh()
	work(s.nav, func(ctx context.Context) func() {
		err := s.c.SetUp(ctx, f)
		return func() { s.done(err) }
	})
}

func (s *setUp) done(err error) {
	s.submit.SetText(words.T("setup.submit"), "")
	s.submit.Enable()
	s.secret.clear() // the window follows the session
	if err != nil {
		s.problem.SetText(words.Error(err))
	}
	s.page.Refresh()
}
