package forms

import (
	"fmt"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/app/policy"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// lock is the locked screen. It shows nothing personal: how many alerts wait, by
// tier, and whether the cameras work (requirements row 37).
type lock struct {
	c     *cruiser.Cruiser
	keys  *credentials
	lead  *widgets.Text
	state *unseen
	page  *fyne.Container
}

// NewLock returns the locked screen, a [Follower].
func NewLock(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	l := newLock(c, nav)
	return newFollowing(l.page, l.show, cruiser.QueueChanged, cruiser.CamerasChanged)
}

func newLock(c *cruiser.Cruiser, nav Navigator) *lock {
	l := &lock{c: c, keys: newCredentials(c, nav, words.T("lock.unlock"), c.UnlockWithCode), lead: widgets.NewBody(""), state: newUnseen(c)}
	left := widgets.NewCard("", l.keys.questions(widgets.NewSmall(words.T("lock.takeover"))))
	l.page = widgets.NewPage(words.T("lock.title"), nil, widgets.NewColumn(2, l.lead, widgets.NewGrid(columnWidth, left, l.state.body)))
	l.keys.changed = l.page.Refresh
	l.show()
	return l
}

// show brings counts and cameras up to date.
func (l *lock) show() {
	l.lead.SetText(words.T("lock.lead"))
	if !l.c.Patrolling() {
		l.lead.SetText(words.T("lock.lead.idle"))
	}
	l.state.show()
	l.page.Refresh()
}

// unseen is what may be shown of a patrol to who has not signed in.
type unseen struct {
	c       *cruiser.Cruiser
	waiting *fyne.Container
	cameras *fyne.Container
	body    fyne.CanvasObject
}

func newUnseen(c *cruiser.Cruiser) *unseen {
	s := &unseen{c: c, waiting: widgets.NewColumn(1.5), cameras: widgets.NewColumn(1)}
	s.body = widgets.NewColumn(2, widgets.NewCard(words.T("lock.waiting"), s.waiting), widgets.NewCard(words.T("lock.cameras"), s.cameras))
	return s
}

// show brings counts and cameras up to date.
func (s *unseen) show() {
	counts := s.c.WaitingCounts()
	s.waiting.RemoveAll()
	for _, t := range []policy.Tier{policy.Grave, policy.High, policy.Routine} {
		n := widgets.NewText(fmt.Sprint(counts[t]), theme.SizeCategory, theme.ColorText, widgets.Whole)
		n.Style = theme.Bold
		if counts[t] == 0 {
			n.Color = theme.ColorMuted
		}
		s.waiting.Add(widgets.NewFillRow(2, 1, tierMark(t), widgets.NewBody(words.T("lock.tier."+string(t))), n))
	}
	s.cameras.RemoveAll()
	for _, h := range s.c.Cameras() {
		icon, state, colour := "camera", "lock.camera.ok", theme.ColorOK
		switch {
		case h.Ended:
			state, colour = "lock.camera.ended", theme.ColorMuted
		case !h.Connected:
			icon, state, colour = "camera-lost", "lock.camera.lost", theme.ColorGrave
		}
		s.cameras.Add(widgets.NewFillRow(2, 0, widgets.NewBody(h.Name), marked(icon, words.T(state), colour)))
	}
	if len(s.cameras.Objects) == 0 {
		s.cameras.Add(widgets.NewSmall(words.T("lock.cameras.none")))
	}
}

// tierMark is a tier's shape in its colour.
func tierMark(t policy.Tier) fyne.CanvasObject {
	return marked(string(t), "", tierColor(t))
}

func tierColor(t policy.Tier) fyne.ThemeColorName {
	switch t {
	case policy.Grave:
		return theme.ColorGrave
	case policy.High:
		return theme.ColorHigh
	}
	return theme.ColorRoutine
}
