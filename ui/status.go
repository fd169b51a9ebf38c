package ui

import (
	"context"
	"strconv"
	"strings"
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
	position                     *widgets.StatusItem
	lists                        *widgets.StatusLink
	passenger                    *widgets.StatusLink // while one is declared; a tap ends it
	breach                       *widgets.StatusLink // on every screen: a suspected breach cannot wait
	sound                        *widgets.StatusLink // mutes lesser alerts
	trainer                      *widgets.StatusLink // opens the trainer's console, in training
	clock                        *widgets.Text
	pending                      int // records for the station, -1 unknown
	last                         string
	counting                     bool // a count is on its way
}

func newStatus(u *UI) *status {
	s := &status{u: u, pending: -1}
	item := func() *widgets.StatusItem { return widgets.NewStatusItem("", "", theme.ColorMuted) }
	s.title = widgets.NewText("", theme.SizeHeading, theme.ColorText, widgets.Whole)
	s.title.Style = theme.Bold
	s.car = widgets.NewText("", theme.SizeSmall, theme.ColorMuted, widgets.Whole)
	s.waiting, s.cameras, s.dock, s.lock = item(), item(), item(), item()
	s.position, s.passenger = item(), widgets.NewStatusLink(u.endPassenger)
	s.lists = widgets.NewStatusLink(u.openLists)
	s.clock = widgets.NewText("", theme.SizeBody, theme.ColorText, widgets.Whole)
	s.breach = widgets.NewStatusLink(u.reportBreach)
	s.sound = widgets.NewStatusLink(u.mute)
	s.trainer = widgets.NewStatusLink(u.openConsole)
	row := widgets.NewFillRow(3, 2, s.title, s.car, widgets.NewSmall(""), s.waiting, s.passenger, s.cameras, s.position, s.lists, s.dock, s.trainer, s.lock, s.sound, s.breach, s.clock)
	parts := []shortened{s.sound, s.trainer, s.dock, s.lists, s.cameras, s.waiting, s.position, s.passenger, s.lock, s.breach}
	s.object = fyne.NewContainerWithLayout(statusLayout{s.car, parts}, newPane(), row)
	s.fill()
	return s
}

// shortened is a part of the bar that can say less.
type shortened interface {
	fyne.CanvasObject
	Shorten(bool)
}

// statusLayout keeps the bar's margins. Where not everything has room the badge gives
// way, and then its parts say less, one after the other.
type statusLayout struct {
	badge *widgets.Text
	parts []shortened
}

func (l statusLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	row, wide := objects[1], size.Width-2*theme.Margin
	for _, p := range l.parts {
		p.Shorten(false)
	}
	l.badge.Hidden = false
	l.badge.Hidden = row.MinSize().Width > wide
	for _, p := range l.parts {
		if row.MinSize().Width <= wide {
			break
		}
		p.Shorten(true)
	}
	objects[0].Resize(size)
	put(row, theme.Margin, 0, wide, size.Height)
}

func (statusLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, statusHeight) }

// fill brings the bar up to date.
func (s *status) fill() {
	session, in := s.u.c.Session()
	s.title.SetText("SecondLook")
	s.car.SetText("")
	show(s.dock, in && s.u.may(access.ActSync) && !s.u.c.Training()) // there is none to sync with
	show(s.trainer, in && !session.Locked && s.u.driving == nil && s.u.c.Stage() != nil)
	s.trainer.Set("training", words.T("nav.trainer"), theme.ColorTraining)
	show(s.lists, in)
	show(s.cameras, in)
	show(s.position, false)
	show(s.lock, in && session.Locked)
	_, passenger := s.u.c.Driving()
	show(s.passenger, in && passenger && !session.Locked)
	s.passenger.Set("person", words.T("status.passenger"), theme.ColorRoutine)
	show(s.breach, s.u.driving == nil && s.u.may(access.ActReportBreach))
	s.breach.Set("breach", words.T("nav.breach"), theme.ColorMuted)
	s.fillSound()
	show(s.waiting, in && s.u.driving == nil && s.u.shell != nil && (s.u.shell.screen == nil || !s.u.shell.screen.queue()))
	if in {
		s.title.SetText(s.u.c.Settings().Terminal)
		if !session.Locked { // a locked screen names nobody
			s.car.SetText(words.T("status.badge", "Badge", string(session.Officer.Badge)))
		}
		s.fillCameras()
		s.fillPosition()
		s.fillLists()
		s.fillDock()
		s.fillWaiting()
		s.lock.Set("lock", words.T("status.locked"), theme.ColorHigh)
	}
	s.clock.SetText(words.Clock(s.u.c.Now()))
	s.object.Refresh()
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
	s.cameras.SetBrief(strconv.Itoa(len(health)))
	switch {
	case !s.u.c.Patrolling():
		s.cameras.SetBrief(words.T("status.cameras.off.short"))
		s.cameras.Set("camera", words.T("status.cameras.off"), theme.ColorMuted)
	case strings.Contains(s.u.c.Problem(), cruiser.ProblemFull): // they see, and nothing alerts
		s.cameras.SetBrief(words.T("status.cameras.idle"))
		s.cameras.Set("warning", words.T("status.cameras.idle"), theme.ColorGrave)
	case lost > 0:
		s.cameras.SetBrief(words.T("status.cameras.lost.short", "N", lost))
		s.cameras.Set("camera-lost", words.T("status.cameras.lost", "N", lost), theme.ColorGrave)
	default:
		s.cameras.Set("camera", words.T("status.cameras", "N", len(health)), theme.ColorOK)
	}
}

// fillPosition shows how the receiver of positions does, where the car has one.
func (s *status) fillPosition() {
	state, age := s.u.c.Position()
	show(s.position, state != cruiser.PositionNone)
	text := words.T("status.position." + string(state))
	s.position.SetBrief("")
	switch state {
	case cruiser.PositionFixed:
		s.position.Set("position", text, theme.ColorOK)
	case cruiser.PositionLooking:
		s.position.Set("position-lost", text, theme.ColorHigh)
	case cruiser.PositionLost:
		if text = words.T("status.position.lost.now"); age >= time.Minute {
			text = words.T("status.position.lost", "Age", words.Age(age))
		}
		s.position.SetBrief(words.T("status.position.lost.short"))
		s.position.Set("position-lost", text, theme.ColorGrave)
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
			s.lists.SetBrief(listName(l.Name))
			s.lists.Set("warning", words.T("status.list.set-aside", "Name", listName(l.Name)), theme.ColorGrave)
			return
		}
		if oldest == nil || l.Made.Before(oldest.Made) {
			oldest = &lists[i]
		}
	}
	if oldest == nil {
		s.lists.SetBrief(noneBrief)
		s.lists.Set("warning", words.T("status.lists.none"), theme.ColorHigh)
		return
	}
	text := s.u.listAge(oldest.Name, oldest.Made)
	s.lists.SetBrief(listName(oldest.Name) + " " + words.Age(s.u.c.Now().Sub(oldest.Made)))
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

// noneBrief stands where there is nothing to count.
const noneBrief = "–"

func (s *status) fillDock() {
	s.dock.SetBrief(noneBrief)
	switch {
	case s.u.c.Line() == cruiser.LineRefused:
		s.dock.SetBrief(words.T("status.dock.refused.short"))
		s.dock.Set("warning", words.T("status.dock.refused"), theme.ColorHigh)
	case s.pending > 0:
		s.dock.SetBrief(strconv.Itoa(s.pending))
		s.dock.Set("dock", words.T("status.dock.pending", "N", s.pending), theme.ColorMuted)
	case s.u.c.Station() == "":
		s.dock.Set("dock", words.T("status.dock.none"), theme.ColorMuted)
	case s.u.c.Line() == cruiser.LineUp:
		s.dock.SetBrief("OK")
		s.dock.Set("dock", words.T("status.dock.connected"), theme.ColorOK)
	default:
		s.dock.SetBrief("0")
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
	s.waiting.SetBrief(strconv.Itoa(all))
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
