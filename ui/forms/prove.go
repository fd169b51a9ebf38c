package forms

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// prove does a privileged act, after the person signed in has proved again who they
// are where the last proof lies too far back; not is what to do if they do not.
func prove(c *cruiser.Cruiser, nav Navigator, do, not func()) {
	if c.Fresh() {
		do()
		return
	}
	w := nav.Window()
	secret := widgets.NewSecretField(words.T("person.secret"), "")
	body := widgets.NewColumn(2, widgets.NewTitle(words.T("prove.title")), widgets.NewBody(words.T("prove.why")), secret)
	var popup *widget.PopUp
	var yes *widgets.Button
	send := func() {
		if yes.Disabled() {
			return
		}
		typed := secret.Text()
		secret.SetText("")
		yes.Disable()
		work(nav, func(ctx context.Context) func() {
			err := c.Reauthenticate(ctx, typed)
			return func() {
				yes.Enable()
				switch {
				case err == nil:
					popup.Hide()
					do()
					return
				case errors.Is(err, access.ErrBadSignIn):
					secret.SetError(words.T("prove.bad"))
				case errors.Is(err, access.ErrLockedOut):
					secret.SetError(lockedOut(c))
				default:
					secret.SetError(words.Error(err))
				}
				body.Refresh()
				focus(w, secret)
			}
		})
	}
	yes = widgets.NewIconButton(widgets.Primary, "lock", words.T("prove.submit"), send)
	no := widgets.NewIconButton(widgets.Secondary, "back", words.T("action.cancel"), func() {
		popup.Hide()
		not()
	})
	submits(send, secret)
	body.Add(widgets.NewGrid(200, no, yes))
	popup = over(w, body)
	focus(w, secret)
}

// over shows a body over the window, with room for a fault of two lines.
func over(w fyne.Window, body *fyne.Container) *widget.PopUp {
	wide := min(600, w.Canvas().Size().Width-4*theme.Margin)
	inner := wide - 2*theme.Margin
	body.Resize(fyne.NewSize(inner, widgets.HeightOf(body, inner)))
	popup := widgets.NewPopUp(widgets.NewInset(2, body), w.Canvas())
	popup.Resize(widgets.PopUpSize(wide, widgets.HeightOf(body, inner)+6*theme.Margin))
	popup.Show()
	return popup
}
