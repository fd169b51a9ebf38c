package ui

import (
	"errors"
	"sync"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
)

// Still is a window in which nothing moves by itself: what it starts is done in
// place, and the time goes by when its caller says so. The gallery's pictures are
// taken of it, so that they come out the same each time.
type Still struct {
	*UI
	mu   sync.Mutex
	hops []func()
}

// ErrRestless says that a window never comes to rest: a fault of a screen.
var ErrRestless = errors.New("the window never comes to rest")

// NewStill makes such a window. told, if it is given, hears of every change after the
// window did, from any goroutine.
func NewStill(app fyne.App, c *cruiser.Cruiser, opts Options, told func(cruiser.Topic)) *Still {
	s := &Still{}
	s.UI = open(app, c, opts, s.hop, func(work func()) { work() })
	s.forget()
	s.forget = c.Subscribe(func(t cruiser.Topic) {
		s.UI.told(t)
		if told != nil {
			told(t)
		}
	})
	return s
}

func (s *Still) hop(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hops = append(s.hops, do)
}

// Settle does all that waits for Fyne's goroutine, which is the caller's. It returns
// [ErrRestless] if that never ends.
func (s *Still) Settle() error {
	for range 200 {
		s.mu.Lock()
		hops := s.hops
		s.hops = nil
		s.mu.Unlock()
		if len(hops) == 0 {
			return nil
		}
		for _, do := range hops {
			do()
		}
	}
	return ErrRestless
}

// Changed tells the window what changed, where nothing else does: most of the time the
// terminal tells it.
func (s *Still) Changed(t cruiser.Topic) { s.UI.told(t) }

// Beat does what an open window does many times a second: it follows the time, and
// draws the cameras' newest pictures.
func (s *Still) Beat() error {
	s.tick()
	if live := s.live.Load(); live != nil {
		live.fetch()
	}
	return s.Settle()
}

// Stop is [UI.Stop] and the window's end.
func (s *Still) Stop() {
	s.UI.Stop()
	s.win.Close()
}
