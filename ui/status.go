package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hotlist"
	"secondlook/app/policy"
	"secondlook/ui/forms"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// status is the bar on top: whose terminal it is, and how everything is doing.
type status struct {
	u      *UI
	object *fyne.Container

	title, car                   *widgets.Text
	cameras, dock, waiting, lock *widgets.StatusItem
	lists                        *widgets.StatusLink
	breach                       *widgets.StatusLink // on every screen: a suspected breach cannot wait
	clock                        *widgets.Text
	pending                      int // records for the station, -1 unknown
	last                         string
	counting                     bool // a count is on its way
	narrow                       bool // see narrowBelow
}

func newStatus(u *UI) *status {
	s := &status{u: u, pending: -1}
	item := func() *widgets.StatusItem { return widgets.NewStatusItem("", "", theme.ColorMuted) }
	s.title = widgets.NewText("", theme.SizeHeading, theme.ColorText, widgets.Whole)
	s.title.Style = theme.Bold
	s.car = widgets.NewText("", theme.SizeSmall, theme.ColorMuted, widgets.Cut)
	s.waiting, s.cameras, s.dock, s.lock = item(), item(), item(), item()
	s.lists = widgets.NewStatusLink(u.openLists)
	s.clock = widgets.NewText("", theme.SizeBody, theme.ColorText, widgets.Whole)
	s.breach = widgets.NewStatusLink(u.reportBreach)
	row := widgets.NewFillRow(3, 1, s.title, s.car, s.waiting, s.cameras, s.lists, s.dock, s.lock, s.breach, s.clock)
	s.object = fyne.NewContainerWithLayout(statusLayout{}, newPane(), row)
	s.fill()
	return s
}

// statusLayout keeps the bar's margins.
type statusLayout struct{}

func (statusLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size)
	objects[1].Move(fyne.NewPos(theme.Margin, 0))
	objects[1].Resize(fyne.NewSize(size.Width-2*theme.Margin, size.Height))
}

func (statusLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, statusHeight) }

// fill brings the bar up to date.
func (s *status) fill() {
	session, in := s.u.c.Session()
	s.title.SetText("SecondLook")
	s.car.SetText("")
	show(s.dock, in && s.u.may(access.ActSync))
	show(s.lists, in)
	show(s.cameras, in)
	show(s.lock, in && session.Locked)
	show(s.breach, s.u.may(access.ActReportBreach))
	s.fillBreach()
	show(s.waiting, in && s.u.shell != nil && (s.u.shell.screen == nil || !s.u.shell.screen.queue()))
	if in {
		s.title.SetText(s.u.c.Settings().Terminal)
		if !session.Locked { // a locked screen names nobody
			s.car.SetText(words.T("status.badge", "Badge", string(session.Officer.Badge)))
		}
		s.fillCameras()
		s.fillLists()
		s.fillDock()
		s.fillWaiting()
		s.lock.Set("lock", words.T("status.locked"), theme.ColorHigh)
	}
	s.clock.SetText(words.Clock(s.u.c.Now()))
	s.object.Refresh()
}

// narrowBelow is the width below which the bar says less.
const narrowBelow float32 = 1000

// fillBreach offers the report of a suspected breach; by its icon alone where there is
// no room for the word.
func (s *status) fillBreach() {
	text := words.T("nav.breach")
	if s.narrow {
		text = ""
	}
	s.breach.Set("warning", text, theme.ColorMuted)
}

// fit makes the bar fit a width.
func (s *status) fit(width float32) {
	if narrow := width < narrowBelow; narrow != s.narrow {
		s.narrow = narrow
		s.fillBreach()
		s.object.Refresh()
	}
}

// reportBreach opens the report of a suspected breach over whatever is on screen.
func (u *UI) reportBreach() {
	if f, open := u.top().(formScreen); open && f.name == forms.ScreenBreach || !u.may(access.ActReportBreach) {
		return
	}
	u.Open(forms.ScreenBreach)
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

func (s *status) fillCameras() {
	health := s.u.c.Cameras()
	lost := 0
	for _, h := range health {
		if !h.Connected && !h.Ended && (!h.LastFrame.IsZero() || h.Problem != "") {
			lost++
		}
	}
	switch {
	case !s.u.c.Patrolling():
		s.cameras.Set("camera", words.T("status.cameras.off"), theme.ColorMuted)
	case lost > 0:
		s.cameras.Set("camera-lost", words.T("status.cameras.lost", "N", lost), theme.ColorGrave)
	default:
		s.cameras.Set("camera", words.T("status.cameras", "N", len(health)), theme.ColorOK)
	}
}

// openLists shows every list in force to whoever is signed in, over what is on screen.
func (u *UI) openLists() {
	s, ok := u.c.Session()
	if f, open := u.top().(formScreen); !ok || s.Locked || open && f.name == forms.ScreenLists {
		return
	}
	u.Open(forms.ScreenLists)
}

// fillLists shows a list that cannot be read, or else the oldest, since that is the
// one to mistrust.
func (s *status) fillLists() {
	var oldest *hotlist.Summary
	lists := s.u.c.Lists()
	for i, l := range lists {
		if l.SetAside {
			s.lists.Set("warning", words.T("status.list.set-aside", "Name", listName(l.Name)), theme.ColorGrave)
			return
		}
		if oldest == nil || l.Made.Before(oldest.Made) {
			oldest = &lists[i]
		}
	}
	if oldest == nil {
		s.lists.Set("warning", words.T("status.lists.none"), theme.ColorHigh)
		return
	}
	text := s.u.listAge(oldest.Name, oldest.Made)
	if oldest.Old {
		s.lists.Set("high", text, theme.ColorHigh)
		return
	}
	s.lists.Set("list", text, theme.ColorOK)
}

// listAge is a list's name and how old it is.
func (u *UI) listAge(name string, made time.Time) string {
	age := u.c.Now().Sub(made)
	if age < time.Minute {
		return words.T("status.list.new", "Name", listName(name))
	}
	return words.T("status.list", "Name", listName(name), "Age", words.Age(age))
}

// listName is a list's name as people know it.
func listName(name string) string {
	switch name {
	case hotlist.ManualList:
		return words.T("list.manual")
	case cruiser.TrainingList:
		return words.T("list.training")
	}
	return name
}

func (s *status) fillDock() {
	switch {
	case s.u.c.Training():
		s.dock.Set("dock", words.T("status.dock.training"), theme.ColorMuted)
	case s.u.c.Line() == cruiser.LineRefused:
		s.dock.Set("warning", words.T("status.dock.refused"), theme.ColorHigh)
	case s.pending > 0:
		s.dock.Set("dock", words.T("status.dock.pending", "N", s.pending), theme.ColorMuted)
	case s.u.c.Station() == "":
		s.dock.Set("dock", words.T("status.dock.none"), theme.ColorMuted)
	case s.u.c.Line() == cruiser.LineUp:
		s.dock.Set("dock", words.T("status.dock.connected"), theme.ColorOK)
	default:
		s.dock.Set("dock", words.T("status.dock.empty"), theme.ColorMuted)
	}
}

// fillWaiting shows how many hits wait, where the queue itself is not on screen.
func (s *status) fillWaiting() {
	counts := s.u.c.WaitingCounts()
	all := 0
	worst := policy.Routine
	for t, n := range counts {
		all += n
		if n > 0 && t.Rank() < worst.Rank() {
			worst = t
		}
	}
	if all == 0 {
		s.waiting.Hide()
		return
	}
	icon, c := widgets.TierLook(worst)
	s.waiting.Set(icon, words.T("status.waiting", "N", all), c)
}

// count asks, beside Fyne's goroutine, how many records wait for the station.
func (s *status) count() {
	if s.counting || !s.u.may(access.ActSync) || s.u.c.Training() {
		return
	}
	s.counting = true
	n := 0
	s.u.work(func(ctx context.Context) (err error) {
		n, err = s.u.c.Pending(ctx)
		return err
	}, func(err error) {
		s.counting = false
		if err == nil && n != s.pending {
			s.pending = n
			s.fill()
		}
	})
}

// tick moves the clock, and with it the ages.
func (s *status) tick(now time.Time) {
	if t := words.Clock(now); t != s.last {
		s.last = t
		s.fill()
	}
}
