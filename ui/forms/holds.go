package forms

import (
	"context"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// NewHolds lists the legal holds in the car. It is a [Follower].
func NewHolds(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	if !c.May(access.ActHold) {
		return refused(nav, "cases.holds", "cases.notallowed")
	}
	var l *caseList
	l = newCaseList(nav, "cases.holds", func(ctx context.Context) (func() []fyne.CanvasObject, error) {
		holds, err := c.Holds(ctx)
		return func() (cards []fyne.CanvasObject) {
			for _, h := range holds {
				cards = append(cards, holdCard(c, nav, h, func(reason string) {
					l.do("holds.released", func(ctx context.Context) error { return c.ReleaseHit(ctx, h.ID, reason) })
				}))
			}
			return cards
		}, err
	}, widgets.NewIconButton(widgets.Secondary, "list", words.T("hits.title"), func() { nav.Show(ScreenHitLog) }))
	l.page.Refresh()
	return l.following()
}

func holdCard(c *cruiser.Cruiser, nav Navigator, h hit.Hold, release func(reason string)) fyne.CanvasObject {
	state := marked("clock", words.T("holds.here"), theme.ColorHigh)
	if !h.Delivered.IsZero() {
		state = marked("approve", words.T("holds.delivered", "Date", words.Moment(h.Delivered)), theme.ColorOK)
	}
	what := widgets.NewColumn(0.5, widgets.NewFillRow(1, 0, heading(h.Authority), state), widgets.NewBody(h.Reason),
		widgets.NewSmall(words.T("cases.by", "Name", string(h.By.Name), "Badge", string(h.By.Badge), "Date", words.Moment(h.At))))
	button := widgets.NewButton(widgets.Danger, words.T("holds.release"), func() {
		ask(nav, asked{title: words.T("holds.release.title"), why: words.T("holds.release.why"), reason: words.T("form.reason"),
			needed: "entries.reason.needed", yes: words.T("holds.release"), no: words.T("holds.keep"), do: release})
	})
	return widgets.NewCard("", newPair(besideSteps, what, widgets.NewColumn(1.5, button)))
}

// holdPage asks for what a legal hold of a hit needs.
func holdPage(c *cruiser.Cruiser, nav Navigator, id string, back func()) fyne.CanvasObject {
	authority := widgets.NewField(words.T("holds.authority"), words.T("holds.authority.hint"))
	reason := widgets.NewAreaField(words.T("holds.reason"), "", 3)
	questions := func() form {
		return form{needed(authority, "holds.authority.needed"), needed(reason, "holds.reason.needed")}
	}
	s := newSender(nav, "lock", "holds.submit", questions, func(ctx context.Context) (func(), error) {
		_, err := c.HoldHit(ctx, id, value(authority), value(reason))
		return func() {
			nav.Toast(words.T("holds.done"))
			back()
		}, err
	})
	d := newDraft(c, nav, ScreenHolds+" "+id, part{"authority", authority}, part{"reason", reason})
	body := widgets.NewColumn(2, d.notice, widgets.NewNotice(words.T("holds.lead")), s.problem, authority, reason)
	s.page = widgets.NewPage(words.T("holds.title"), d.leaving(back), body, s.submit)
	s.keeps(d)
	focus(nav.Window(), authority)
	return s.page
}
