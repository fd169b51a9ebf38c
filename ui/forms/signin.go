package forms

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// credentials ask for badge and PIN, and for the code of a second factor where there
// is one: to sign in, and to unlock.
type credentials struct {
	c   *cruiser.Cruiser
	nav Navigator
	// try checks them; it takes a moment on purpose.
	try     func(ctx context.Context, badge access.Badge, secret, code string) error
	changed func()

	badge, secret, code *widgets.Field
	problem             *widgets.Banner
	submit              *widgets.Button
	text                string
}

func newCredentials(c *cruiser.Cruiser, nav Navigator, submit string, try func(context.Context, access.Badge, string, string) error) *credentials {
	k := &credentials{c: c, nav: nav, try: try, text: submit, changed: func() {},
		badge: widgets.NewField(words.T("person.badge"), ""), secret: widgets.NewSecretField(words.T("person.secret"), ""),
		code: widgets.NewField(words.T("signin.code"), words.T("signin.code.hint")), problem: widgets.NewProblem("")}
	k.problem.SetText("")
	k.code.Hide()
	k.submit = widgets.NewIconButton(widgets.Primary, "lock", submit, k.send)
	k.badge.Entry.OnSubmitted = func(string) { nav.Window().Canvas().Focus(k.secret.Entry) }
	submits(k.send, k.secret, k.code)
	return k
}

// questions are the fields, the problem and the button, in this order.
func (k *credentials) questions(more ...fyne.CanvasObject) *fyne.Container {
	if k.c.Stage() != nil { // what is locked in the demo is to be opened again
		more = append([]fyne.CanvasObject{widgets.NewNotice(words.T("training.secret", "Badge", string(cruiser.TraineeBadge), "Secret", cruiser.TraineeSecret))}, more...)
	}
	return widgets.NewColumn(2, append([]fyne.CanvasObject{k.badge, k.secret, k.code, k.problem, k.submit}, more...)...)
}

func (k *credentials) send() {
	if k.submit.Disabled() {
		return
	}
	k.problem.SetText("")
	f := form{needed(k.badge, "signin.badge.needed"), {k.secret, func() string {
		if k.secret.Text() == "" {
			return words.T("signin.secret.needed")
		}
		return ""
	}}}
	ok := f.ok(k.nav.Window())
	k.changed()
	if !ok {
		return
	}
	badge, secret, code := access.Badge(value(k.badge)), k.secret.Text(), ""
	if k.code.Visible() {
		code = value(k.code)
	}
	k.submit.SetText(words.T("signin.working"), "")
	k.submit.Disable()
	k.changed()
	work(k.nav, func(ctx context.Context) func() {
		err := k.try(ctx, badge, secret, code)
		return func() { k.done(err) }
	})
}

func (k *credentials) done(err error) {
	k.submit.SetText(k.text, "")
	k.submit.Enable()
	k.code.SetText("")
	next := k.secret
	switch {
	case err == nil:
		k.badge.SetText("") // the window follows the session
	case errors.Is(err, access.ErrCodeNeeded):
		next = k.code
	case errors.Is(err, access.ErrBadCode):
		next = k.code
		k.problem.SetText(words.Error(err))
	case errors.Is(err, access.ErrBadSignIn):
		s := k.c.Pack().Session
		k.problem.SetText(words.T("signin.bad", "Failures", s.LockoutFailures, "Minutes", s.LockoutMinutes))
	case errors.Is(err, access.ErrLockedOut):
		k.problem.SetText(lockedOut(k.c))
	default:
		k.problem.SetText(words.Error(err))
	}
	// The PIN stays for the code that belongs to it, and no longer.
	if next != k.code {
		k.secret.SetText("")
	}
	k.code.Hidden = next != k.code
	k.changed()
	if err != nil {
		focus(k.nav.Window(), next)
	}
}

// lockedOut says how long a lock-out lasts, and who ends it.
func lockedOut(c *cruiser.Cruiser) string {
	if n := c.Pack().Session.LockoutLastsMinutes; n > 0 {
		return words.T("signin.lockedout", "N", n)
	}
	return words.T("signin.lockedout.until")
}

// NewSignIn returns the screen on which a person signs in, after the notice of
// use (CJIS AC-8). While a patrol goes on after a restart it says so, and shows what a
// locked screen shows. It is a [Follower].
func NewSignIn(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	page, k := newSignIn(c, nav)
	return newFollowing(page, k.changed, cruiser.QueueChanged, cruiser.CamerasChanged)
}

func newSignIn(c *cruiser.Cruiser, nav Navigator) (*fyne.Container, *credentials) {
	k := newCredentials(c, nav, words.T("signin.submit"), c.SignInWithCode)
	notice := widgets.NewText(c.Pack().UseNotice.In(words.Language()), theme.SizeBody, theme.ColorText, widgets.Wrapped)
	left := widgets.NewCard(words.T("signin.notice"), notice)
	right := widgets.NewCard("", k.questions(widgets.NewButton(widgets.Quiet, words.T("recovery.use"), func() { nav.Show(ScreenRecover) })))
	body := widgets.NewGrid(columnWidth, left, right)
	page := widgets.NewPage(words.T("signin.title"), nil, body)
	k.changed = page.Refresh
	if !c.OnStandby() {
		return page, k
	}
	state := newUnseen(c)
	page = widgets.NewPage(words.T("signin.title"), nil, widgets.NewColumn(2, widgets.NewBody(words.T("signin.standby")),
		widgets.NewGrid(columnWidth, right, state.body), left))
	k.changed = func() { state.show(); page.Refresh() }
	k.changed()
	return page, k
}
