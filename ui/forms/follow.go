package forms

import (
	"slices"
	"sync/atomic"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
)

// Leaver is a screen that follows the terminal while it is shown. Whoever shows
// another screen in its place calls Left.
type Leaver interface{ Left() }

// follower calls a function on Fyne's goroutine after changes, until it stops.
type follower struct {
	cancel  func()
	ended   *atomic.Bool
	waiting *atomic.Bool
}

// start follows the topics; several changes in a row make one call.
func (f *follower) start(c *cruiser.Cruiser, changed func(), topics ...cruiser.Topic) {
	ended, waiting := &atomic.Bool{}, &atomic.Bool{}
	f.ended, f.waiting = ended, waiting
	f.cancel = c.Subscribe(func(t cruiser.Topic) {
		if !slices.Contains(topics, t) || waiting.Swap(true) {
			return
		}
		fyne.Do(func() {
			waiting.Store(false)
			if !ended.Load() {
				changed()
			}
		})
	})
}

func (f *follower) stop() {
	if f.cancel != nil {
		f.ended.Store(true)
		f.cancel()
	}
}
