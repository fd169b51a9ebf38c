package patrol

import (
	"context"
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
// A program has one.
type Sweeper struct {
	asked chan struct{} // has one when something was given up since the last sweep
	once  sync.Once
	stop  chan struct{}
	ended chan struct{}

	mu sync.Mutex
	// wanted counts what was asked for, swept what of it is done.
	wanted, swept uint64
	done          chan struct{} // closed when swept grows
}

// NewSweeper starts one, which runs until [Sweeper.Close].
func NewSweeper() *Sweeper {
	s := &Sweeper{asked: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{}), done: make(chan struct{})}
	go s.run()
	return s
}

// Ask says that something was given up. It never waits, and may be called from any
// goroutine.
func (s *Sweeper) Ask() {
	s.mu.Lock()
	s.wanted++
	s.mu.Unlock()
	select {
	case s.asked <- struct{}{}:
	default: // a sweep will come
	}
}

// Rest waits until everything that was given up before the call is overwritten; it
// asks for nothing itself. It returns ctx's error.
func (s *Sweeper) Rest(ctx context.Context) error {
	s.mu.Lock()
	until := s.wanted
	s.mu.Unlock()
	for {
		s.mu.Lock()
		swept, done := s.swept, s.done
		s.mu.Unlock()
		if swept >= until {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ended:
			return nil // it swept what was left
		case <-done:
		}
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
			collect()
			return
		case <-s.asked:
		}
		s.mu.Lock()
		wanted := s.wanted
		s.mu.Unlock()
		// Again after a while: what a goroutine that was interrupted, or a screen that is
		// just being left, only seems to use stays for the first time.
		collect()
		s.pause()
		collect()
		s.mu.Lock()
		s.swept = wanted
		close(s.done)
		s.done = make(chan struct{})
		s.mu.Unlock()
		s.pause()
	}
}

// collect has the heap collected, twice: what a [sync.Pool] holds, of encoders and
// printers for one, it gives up at the second time.
func collect() {
	runtime.GC()
	runtime.GC()
}

func (s *Sweeper) pause() {
	select {
	case <-s.stop:
	case <-time.After(sweepEvery):
	}
}
