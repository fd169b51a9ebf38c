package patrol

import (
	"runtime"
	"sync"
	"time"
)

// sweepEvery is how long what Go holds of a text or a picture may lie in memory
// after it was given up.
const sweepEvery = time.Second

// Sweeper has the memory collected in which texts and pictures lay that nobody may
// see again: Go's texts cannot be overwritten, but what the collector frees is (the
// program runs with clobberfree). A collection takes a few milliseconds of one core.
type Sweeper struct {
	asked chan struct{} // has one when something was given up since the last sweep
	once  sync.Once
	stop  chan struct{}
	ended chan struct{}
}

// NewSweeper starts one, which runs until [Sweeper.Close].
func NewSweeper() *Sweeper {
	s := &Sweeper{asked: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{})}
	go s.run()
	return s
}

// Ask says that something was given up. It never waits, and may be called from any
// goroutine.
func (s *Sweeper) Ask() {
	select {
	case s.asked <- struct{}{}:
	default: // a sweep will come
	}
}

// Close sweeps what is left and ends.
func (s *Sweeper) Close() {
	s.once.Do(func() { close(s.stop) })
	<-s.ended
}

func (s *Sweeper) run() {
	defer close(s.ended)
	for {
		select {
		case <-s.stop:
			runtime.GC()
			return
		case <-s.asked:
		}
		// Twice: what a goroutine that was interrupted, or a screen that is just being
		// left, only seems to use stays for the first collection.
		for range 2 {
			runtime.GC()
			select {
			case <-s.stop:
			case <-time.After(sweepEvery):
			}
		}
	}
}
