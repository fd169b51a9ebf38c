package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// shell is what surrounds every screen: the status bar on top, what stands in the
// way below it, the queue on the left and the live tiles where there is room. It has
// no ground of its own: the window is cleared in the palette's, and painting all of it
// once more took a third of the time.
type shell struct {
	u       *UI
	object  *fyne.Container
	status  *status
	banners *fyne.Container
	train   *widgets.Banner
	problem *widgets.Banner
	queue   *queue
	tiles   *tiles
	main    *fyne.Container
	screen  screen
	held    bool // the scenario of training stands
}

func newShell(u *UI) *shell {
	s := &shell{u: u}
	s.status, s.queue, s.tiles = newStatus(u), newQueue(u), newTiles(u)
	s.train, s.problem = widgets.NewTraining(), widgets.NewProblem("")
	s.train.Hidden = !u.c.Training()
	s.banners = fyne.NewContainerWithLayout(bannersLayout{}, s.train, s.problem)
	s.main = widgets.NewStack()
	s.object = fyne.NewContainerWithLayout(s, s.status.object, s.banners, s.queue.object, s.tiles.object, s.main)
	s.changed(cruiser.ProblemChanged)
	return s
}

// show puts a screen into the shell.
func (s *shell) show(top screen) {
	if top == nil {
		return
	}
	s.screen = top
	s.main.Objects = []fyne.CanvasObject{top.object()}
	s.refill()
	s.object.Refresh()
}

// refill brings everything around the screen up to date.
func (s *shell) refill() {
	s.fillTraining()
	s.status.fill()
	s.queue.fill()
	s.tiles.fill()
}

// changed follows the terminal.
func (s *shell) changed(t cruiser.Topic) {
	switch t {
	case cruiser.ProblemChanged:
		s.problem.SetText(words.Problem(s.u.c.Problem()))
		s.status.fill()
		s.object.Refresh()
	case cruiser.QueueChanged, cruiser.HitRaised:
		s.queue.fill()
		if s.queue.flat { // whose height depends on what is in it
			s.object.Refresh()
		}
		s.status.fill()
		s.status.count()
	case cruiser.PictureAdded: // nothing around a screen shows it
	case cruiser.CamerasChanged:
		s.tiles.fill()
		s.status.fill()
	case cruiser.SessionChanged:
		s.refill()
		s.status.count()
	default:
		s.status.fill()
	}
}

// fillTraining says that nothing is real, and whether the scenario stands.
func (s *shell) fillTraining() {
	s.held = s.u.held()
	text := words.T("training")
	if s.held {
		text += " " + words.T("training.paused")
	}
	s.train.SetText(text)
	s.train.Hidden = !s.u.c.Training()
}

func (s *shell) tick(now time.Time) {
	if s.held != s.u.held() {
		s.fillTraining()
	}
	s.status.tick(now)
	s.queue.tick(now)
}

const (
	statusHeight float32 = 48
	// wideFrom is the width from which live tiles stay beside an alert.
	wideFrom float32 = 1600
)

// queueWidth is the width of the queue on a screen that is wider than high.
func queueWidth(size fyne.Size) float32 { return min(max(size.Width*0.167, 200), 300) }

// upright reports whether a size is that of a tablet held upright.
func upright(size fyne.Size) bool { return size.Height > size.Width }

// Layout implements [fyne.Layout].
func (s *shell) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	put(s.status.object, 0, 0, size.Width, statusHeight)
	y := statusHeight
	if high := bannersHeight(s.banners.Objects, size.Width); high > 0 {
		put(s.banners, 0, y, size.Width, high)
		y += high
	}
	gap := theme.Between
	x, right := float32(0), size.Width
	withQueue := s.screen != nil && s.screen.queue()
	s.queue.show(withQueue && (!upright(size) || s.queue.any()), upright(size))
	if s.queue.object.Visible() {
		if upright(size) {
			high := s.queue.height(size.Width - 2*gap)
			put(s.queue.object, gap, y+gap, size.Width-2*gap, high)
			y += high + gap
		} else {
			wide := queueWidth(size)
			put(s.queue.object, gap, y+gap, wide, size.Height-y-2*gap)
			x = gap + wide
		}
	}
	patrol, patrolling := s.screen.(*patrolScreen)
	driving, moving := s.screen.(*moving)
	beside := withQueue && !patrolling && s.u.c.Patrolling() && size.Width >= wideFrom && !upright(size)
	show(s.tiles.object, beside)
	switch {
	case patrolling:
		s.u.live.Store(patrol.tiles)
	case moving && driving.hit.ID == "":
		s.u.live.Store(driving.tiles)
	case beside:
		s.u.live.Store(s.tiles)
	default:
		s.u.live.Store(nil)
	}
	if beside {
		wide := size.Width * 0.2
		put(s.tiles.object, size.Width-wide-gap, y+gap, wide, size.Height-y-2*gap)
		right -= wide + gap
	}
	put(s.main, x, y, right-x, size.Height-y)
}

// bannersLayout is the strip of training from edge to edge, and below it, within the
// margins, what is wrong with the terminal.
type bannersLayout struct{}

// bannersHeight is how high the two stand in a width.
func bannersHeight(objects []fyne.CanvasObject, width float32) (high float32) {
	for i, o := range objects {
		if b := o.(*widgets.Banner); b.Visible() {
			edge := float32(i) * theme.Between
			high += b.HeightFor(width-2*edge) + edge
		}
	}
	return high
}

func (bannersLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for i, o := range objects {
		if b := o.(*widgets.Banner); b.Visible() {
			edge := float32(i) * theme.Between
			high := b.HeightFor(size.Width - 2*edge)
			put(b, edge, y+edge, size.Width-2*edge, high)
			y += high + edge
		}
	}
}

func (bannersLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }

// MinSize implements [fyne.Layout]: the window may be made small, and then scrolls.
func (s *shell) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(720, 480) }

// lock, signOut and endable are intents that several screens have.
func (u *UI) lock() {
	if _, ok := u.c.Session(); ok {
		u.work(u.c.Lock, func(err error) {
			if err != nil {
				u.Toast(words.Error(err))
			}
		})
	}
}

func (u *UI) signOut() {
	u.work(u.c.SignOut, func(err error) {
		if err != nil {
			u.Toast(words.Error(err))
		}
	})
}

func (u *UI) may(a access.Act) bool { return u.c.May(a) }
