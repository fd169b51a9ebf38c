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

// credentials ask for badge and PIN: to sign in, and to unlock.
type credentials struct {
	nav Navigator
	// try checks them; it takes a moment on purpose.
	try     func(context.Context, access.Badge, string) error
	changed func()

	badge, secret *widgets.Field
	problem       *widgets.Banner
	submit        *widgets.Button
	text          string
}

func newCredentials(nav Navigator, submit string, try func(context.Context, access.Badge, string) error) *credentials {
	k := &credentials{nav: nav, try: try, text: submit, changed: func() {},
		badge: widgets.NewField(words.T("person.badge"), ""), secret: widgets.NewSecretField(words.T("person.secret"), ""),
		problem: widgets.NewProblem("")}
	k.problem.SetText("")
	k.submit = widgets.NewIconButton(widgets.Primary, "lock", submit, k.send)
	k.badge.Entry.OnSubmitted = func(string) { nav.Window().Canvas().Focus(k.secret.Entry) }
	submits(k.send, k.secret)
	return k
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
	badge, secret := access.Badge(value(k.badge)), k.secret.Text()
	k.submit.SetText(words.T("signin.working"), "")
	k.submit.Disable()
	k.changed()
	work(k.nav, func(ctx context.Context) func() {
		err := k.try(ctx, badge, secret)
		return func() { k.done(err) }
	})
}

func (k *credentials) done(err error) {
	k.submit.SetText(k.text, "")
	k.submit.Enable()
	k.secret.SetText("")
	switch {
	case err == nil:
		k.badge.SetText("") // the window follows the session
	case errors.Is(err, access.ErrBadSignIn):
		k.problem.SetText(words.T("signin.bad"))
	case errors.Is(err, access.ErrLockedOut):
		k.problem.SetText(words.T("signin.lockedout"))
	default:
		k.problem.SetText(words.Error(err))
	}
	k.changed()
	if err != nil {
		focus(k.nav.Window(), k.secret)
	}
}

// NewSignIn returns the screen on which a person signs in, after the notice of
// use (CJIS AC-8).
func NewSignIn(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	page, _ := newSignIn(c, nav)
	return page
}

func newSignIn(c *cruiser.Cruiser, nav Navigator) (*fyne.Container, *credentials) {
	k := newCredentials(nav, words.T("signin.submit"), c.SignIn)
	notice := widgets.NewText(c.Pack().UseNotice.In(words.Language()), theme.SizeBody, theme.ColorText, widgets.Wrapped)
	body := widgets.NewGrid(columnWidth,
		widgets.NewCard(words.T("signin.notice"), notice),
		widgets.NewCard("", widgets.NewColumn(2, k.badge, k.secret, k.problem, k.submit)))
	page := widgets.NewPage(words.T("signin.title"), nil, body)
	k.changed = page.Refresh
	return page, k
}
