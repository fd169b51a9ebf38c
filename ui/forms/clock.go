package forms

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// newClock asks an administrator whether the machine's clock is right, while that is
// in doubt; for anybody else, and at any other time, it is empty.
func newClock(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	place := container.NewStack()
	doubt, machine := c.Clock()
	s, ok := c.Session()
	if doubt == cruiser.ClockRight || !ok || !s.Officer.May(access.ActSettings) {
		place.Hide()
		return place
	}
	said, problem := cruiser.ProblemClockBehind, widgets.NewProblem("")
	switch doubt {
	case cruiser.ClockAhead:
		said = cruiser.ProblemClockAhead
	case cruiser.ClockUnproven:
		said = cruiser.ProblemClockUnproven
	}
	problem.SetText("")
	confirm := widgets.NewIconButton(widgets.Primary, "approve", words.T("clock.confirm"), nil)
	confirm.OnTapped = func() {
		prove(c, nav, func() {
			confirm.Disable()
			work(nav, func(ctx context.Context) func() {
				err := c.ConfirmClock(ctx)
				return func() {
					confirm.Enable()
					if err != nil {
						problem.SetText(words.Error(err))
						place.Refresh()
						return
					}
					place.Hide()
					nav.Toast(words.T("settings.saved"))
				}
			})
		}, func() {})
	}
	place.Add(widgets.NewCard(words.T("clock.title"), widgets.NewColumn(2, widgets.NewBody(words.Problem(said)),
		widgets.NewBody(words.T("clock.shows", "Time", words.Moment(machine.Local()))), problem, confirm)))
	return place
}
