package forms

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// needs is what a person sees who may not operate the system yet: the one thing that
// comes next, and the way out (requirements row 23).
type needs struct {
	c       *cruiser.Cruiser
	nav     Navigator
	problem *widgets.Banner
	submit  *widgets.Button
	page    *fyne.Container
}

// NewNeeds returns the screen that asks for what the person signed in still needs.
// The window follows the session when they have it.
func NewNeeds(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject { return newNeeds(c, nav).page }

func blankNeeds(c *cruiser.Cruiser, nav Navigator) *needs {
	n := &needs{c: c, nav: nav, problem: widgets.NewProblem("")}
	n.problem.SetText("")
	return n
}

func newNeeds(c *cruiser.Cruiser, nav Navigator) *needs {
	n := blankNeeds(c, nav)
	s, _ := c.Session()
	switch s.Need {
	case access.NeedSecret:
		n.secret()
	case access.NeedFactor:
		e, err := c.BeginFactor()
		if err != nil {
			n.problem.SetText(words.Error(err))
		}
		n.factor(e)
	case access.NeedAgreement:
		n.agreement()
	default:
		n.training()
	}
	return n
}

// put makes the page; the sign-out is always there.
func (n *needs) put(title string, body fyne.CanvasObject, actions ...fyne.CanvasObject) {
	out := widgets.NewIconButton(widgets.Secondary, "close", words.T("nav.sign-out"), func() {
		n.run(n.c.SignOut)
	})
	// What is needed may be so only by a clock that is wrong.
	n.page = widgets.NewPage(title, nil, widgets.NewColumn(2, n.problem, newClock(n.c, n.nav), body), append([]fyne.CanvasObject{out}, actions...)...)
}

// run does one thing, and says what went wrong.
func (n *needs) run(do func(context.Context) error) {
	if n.submit != nil {
		n.submit.Disable()
	}
	n.problem.SetText("")
	work(n.nav, func(ctx context.Context) func() {
		err := do(ctx)
		return func() {
			if n.submit != nil {
				n.submit.Enable()
			}
			if err != nil {
				n.problem.SetText(secretFault(n.c, err))
			}
			n.page.Refresh()
		}
	})
}

// secretFault is what went wrong with a secret, in words.
func secretFault(c *cruiser.Cruiser, err error) string {
	switch {
	case errors.Is(err, access.ErrLockedOut):
		return lockedOut(c)
	case errors.Is(err, access.ErrBadSignIn):
		return words.T("prove.bad")
	}
	return words.Error(err)
}

func (n *needs) secret() {
	old := widgets.NewSecretField(words.T("needs.secret.old"), words.T("needs.secret.old.hint"))
	next := newSecret(words.T("needs.secret.next"), words.T("person.secret.rule"))
	send := func() {
		ok := append(form{needed(old, "needs.secret.old.needed")}, next.checks()...).ok(n.nav.Window())
		n.page.Refresh()
		if ok {
			was, will := old.Text(), next.first.Text()
			n.run(func(ctx context.Context) error { return n.c.ChangeSecret(ctx, was, will) })
		}
	}
	submits(send, old, next.first, next.again)
	n.submit = widgets.NewIconButton(widgets.Primary, "lock", words.T("needs.secret.submit"), send)
	n.put(words.T("needs.secret.title"), widgets.NewGrid(columnWidth,
		widgets.NewCard("", widgets.NewColumn(2, old, next.first, next.again)),
		widgets.NewCard("", widgets.NewBody(words.T("needs.secret.why")))), n.submit)
}

func (n *needs) factor(e cruiser.Enrolment) {
	code := widgets.NewField(words.T("signin.code"), words.T("needs.factor.code.hint"))
	send := func() {
		ok := (form{needed(code, "signin.code.needed")}).ok(n.nav.Window())
		n.page.Refresh()
		if ok {
			typed := value(code)
			code.SetText("")
			n.run(func(ctx context.Context) error { return n.c.ConfirmFactor(ctx, typed) })
		}
	}
	submits(send, code)
	n.submit = widgets.NewIconButton(widgets.Primary, "lock", words.T("needs.factor.submit"), send)
	left := widgets.NewColumn(1.5, widgets.NewBody(words.T("needs.factor.scan")))
	if picture := qrCode(e.URI); picture != nil {
		left.Add(container.NewCenter(picture))
	}
	left.Add(widgets.NewSmall(words.T("needs.factor.by-hand")))
	left.Add(widgets.NewBody(e.Secret))
	right := widgets.NewColumn(2, widgets.NewCard(words.T("needs.factor.recovery"), widgets.NewColumn(1.5,
		widgets.NewText(e.Recovery, theme.SizeHeading, theme.ColorText, widgets.Whole), widgets.NewSmall(words.T("needs.factor.recovery.why")))),
		widgets.NewCard("", code))
	n.put(words.T("needs.factor.title"), widgets.NewGrid(columnWidth, widgets.NewCard("", left), right), n.submit)
}

func (n *needs) agreement() {
	a := newAgreed(n.c)
	send := func() {
		ok := (form{a.check()}).ok(n.nav.Window())
		n.page.Refresh()
		if ok {
			n.run(func(ctx context.Context) error { return n.c.AcceptAgreement(ctx, a.version) })
		}
	}
	n.submit = widgets.NewIconButton(widgets.Primary, "approve", words.T("needs.agreement.submit"), send)
	n.put(words.T("agreement.title"), widgets.NewColumn(2, widgets.NewSmall(words.T("needs.agreement.why")), widgets.NewCard("", a.body)), n.submit)
}

// training says whom to ask. The only administrator, who has nobody to ask, states
// their own.
func (n *needs) training() {
	who, _ := n.c.Account()
	state := words.T("needs.training.never")
	if !who.Trained.On.IsZero() {
		state = words.T("needs.training.lapsed", "Date", words.Date(n.c.Pack().Training.Ends(who.Trained.On)))
	}
	body := widgets.NewColumn(2, widgets.NewNotice(state))
	n.put(words.T("needs.training.title"), body)
	work(n.nav, func(ctx context.Context) func() {
		others, err := n.c.Trainers(ctx)
		return func() {
			switch {
			case err != nil:
				n.problem.SetText(words.Error(err))
			case len(others) > 0:
				body.Add(widgets.NewCard(words.T("needs.training.ask"), askWhom(others)))
			case who.Has(access.Administrator):
				body.Add(n.statement())
			default:
				body.Add(widgets.NewCard("", widgets.NewBody(words.T("needs.training.nobody"))))
			}
			n.page.Refresh()
		}
	})
}

func askWhom(people []access.Person) fyne.CanvasObject {
	list := widgets.NewColumn(1)
	for _, p := range people {
		name := widgets.NewText(string(p.Name), theme.SizeBody, theme.ColorText, widgets.Wrapped)
		name.Style = theme.Bold
		list.Add(widgets.NewFillRow(2, 1, marked("person", "", theme.ColorMuted),
			widgets.NewColumn(0, name, widgets.NewSmall(roleList(p.Roles))), widgets.NewText(string(p.Badge), theme.SizeBody, theme.ColorText, widgets.Whole)))
	}
	return list
}

// statement is the only administrator's word on their own training.
func (n *needs) statement() fyne.CanvasObject {
	f := newTrainingFields()
	send := func() {
		ok := f.checks(n.c.Now()).ok(n.nav.Window())
		n.page.Refresh()
		if ok {
			on, course := f.day(), value(f.course)
			n.run(func(ctx context.Context) error { return n.c.StateTraining(ctx, on, course) })
		}
	}
	submits(send, f.on, f.course)
	n.submit = widgets.NewIconButton(widgets.Primary, "approve", words.T("training.submit"), send)
	return widgets.NewCard("", widgets.NewColumn(2, widgets.NewBody(words.T("needs.training.own")), f.objects(), n.submit))
}
