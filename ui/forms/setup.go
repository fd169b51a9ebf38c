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

// setUp makes the terminal's first administrator, on two pages: the car and the
// person, then the agreement and the training.
type setUp struct {
	c   *cruiser.Cruiser
	nav Navigator

	terminal, service, name, badge *widgets.Field
	secret                         secret
	also                           *choice
	next                           *widgets.Button
	who                            *fyne.Container

	training trainingFields
	accept   *agreed
	problem  *widgets.Banner
	submit   *widgets.Button
	duties   *fyne.Container

	holder holder
}

// NewSetUp returns the screen that names the terminal and makes its first
// administrator, who is signed in afterwards.
func NewSetUp(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	return newSetUp(c, nav).holder.Container
}

func newSetUp(c *cruiser.Cruiser, nav Navigator) *setUp {
	s := &setUp{c: c, nav: nav, holder: newHolder(),
		terminal: widgets.NewField(words.T("setup.terminal.name"), words.T("setup.terminal.hint")),
		service:  widgets.NewField(words.T("setup.service"), ""),
		name:     widgets.NewField(words.T("person.name"), ""),
		badge:    widgets.NewField(words.T("person.badge"), ""),
		secret:   newSecret(words.T("person.secret"), words.T("person.secret.rule")),
		also:     newChoices(words.T("setup.also"), 160, roleOptions(access.Patrol, access.Supervisor)...),
		training: newTrainingFields(), accept: newAgreed(c), problem: widgets.NewProblem(""),
	}
	s.problem.SetText("")
	s.next = widgets.NewIconButton(widgets.Primary, "person", words.T("setup.next.page"), s.forward)
	submits(s.forward, s.terminal, s.service, s.name, s.badge, s.secret.first, s.secret.again)
	car := widgets.NewColumn(2, s.terminal, s.service)
	person := widgets.NewColumn(2, widgets.NewGrid(220, s.name, s.badge), widgets.NewGrid(220, s.secret.first, s.secret.again),
		s.also, widgets.NewSmall(words.T("setup.also.hint")))
	s.who = widgets.NewPage(words.T("setup.title"), nav.Back,
		widgets.NewGrid(columnWidth, widgets.NewCard(words.T("setup.terminal"), car), widgets.NewCard(words.T("setup.person"), person)), s.next)

	s.submit = widgets.NewIconButton(widgets.Primary, "person", words.T("setup.submit"), s.send)
	submits(s.send, s.training.on, s.training.course)
	trained := widgets.NewColumn(2, widgets.NewSmall(words.T("setup.training.why")), s.training.objects())
	s.duties = widgets.NewPage(words.T("setup.title"), func() { s.holder.show(s.who) },
		widgets.NewColumn(2, s.problem, widgets.NewGrid(columnWidth, widgets.NewCard(words.T("agreement.title"), s.accept.body),
			widgets.NewCard(words.T("setup.training"), trained)), widgets.NewSmall(words.T("setup.next"))), s.submit)
	s.holder.show(s.who)
	return s
}

// forward goes on to the second page where the first is complete.
func (s *setUp) forward() {
	f := append(form{
		needed(s.terminal, "setup.terminal.needed"), needed(s.service, "setup.service.needed"),
		needed(s.name, "person.name.needed"), needed(s.badge, "person.badge.needed"),
	}, s.secret.checks()...)
	ok := f.ok(s.nav.Window())
	s.who.Refresh()
	if ok {
		s.holder.show(s.duties)
	}
}

func (s *setUp) send() {
	if s.submit.Disabled() {
		return
	}
	s.problem.SetText("")
	ok := append(form{s.accept.check()}, s.training.checks(s.c.Now())...).ok(s.nav.Window())
	s.duties.Refresh()
	if !ok {
		return
	}
	f := cruiser.FirstPerson{Terminal: value(s.terminal), Service: value(s.service), Name: access.Name(value(s.name)),
		Badge: access.Badge(value(s.badge)), Secret: s.secret.first.Text(), Roles: roles(s.also),
		Agreed: s.accept.version, Trained: s.training.day(), Course: value(s.training.course)}
	s.submit.SetText(words.T("setup.working"), "")
	s.submit.Disable()
	s.duties.Refresh()
	work(s.nav, func(ctx context.Context) func() {
		err := s.c.SetUp(ctx, f)
		return func() { s.done(err) }
	})
}

func (s *setUp) done(err error) {
	s.submit.SetText(words.T("setup.submit"), "")
	s.submit.Enable()
	if err != nil {
		s.problem.SetText(words.Error(err))
	} else {
		s.secret.clear() // the window follows the session
	}
	s.duties.Refresh()
}

// agreed is the agreement in force, and the box in which a person accepts it.
type agreed struct {
	tick    *tickQuestion
	version int
	body    *fyne.Container
}

func newAgreed(c *cruiser.Cruiser) *agreed {
	a := &agreed{version: c.Pack().Agreement.Version}
	a.tick = newTickQuestion(words.T("agreement.accept"))
	text := widgets.NewText(c.Pack().Agreement.Text.In(words.Language()), theme.SizeBody, theme.ColorText, widgets.Wrapped)
	a.body = widgets.NewColumn(2, text, a.tick)
	return a
}

func (a *agreed) check() check {
	return check{a.tick, func() string {
		if !a.tick.tick.On() {
			return words.T("agreement.needed")
		}
		return ""
	}}
}
