package forms

import (
	"context"
	"io"
	"sync"

	"fyne.io/fyne/v2"
)

// Worker is a [Navigator] that runs the screens' long work itself, and so can wait
// for it before the program ends. For any other one the work gets a goroutine of
// its own, which ends with the work.
type Worker interface {
	// Work runs do, which must end when the context is cancelled, and may return
	// before it has ended.
	Work(do func(context.Context))
}

// work runs do outside of Fyne's goroutine, and what do returns on it. The
// returned function asks the work to stop.
func work(nav Navigator, do func(context.Context) (then func())) (cancel context.CancelFunc) {
	background := func(do func(context.Context)) { go do(context.Background()) }
	if w, ok := nav.(Worker); ok {
		background = w.Work
	}
	stop := make(chan struct{})
	background(func(ctx context.Context) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		ended := make(chan struct{})
		defer close(ended)
		go func() {
			select {
			case <-stop:
				cancel()
			case <-ended:
			}
		}()
		if then := do(ctx); then != nil {
			fyne.Do(then)
		}
	})
	return sync.OnceFunc(func() { close(stop) })
}

// latest hands the newest of many values to Fyne's goroutine, with one call
// waiting at most: the queue of [fyne.Do] has no bound.
type latest[T any] struct {
	mu      sync.Mutex
	value   T
	waiting bool
}

func (l *latest[T]) tell(value T, show func(T)) {
	l.mu.Lock()
	l.value = value
	waiting := l.waiting
	l.waiting = true
	l.mu.Unlock()
	if waiting {
		return
	}
	fyne.Do(func() {
		l.mu.Lock()
		value := l.value
		l.waiting = false
		l.mu.Unlock()
		show(value)
	})
}

// reader reads until its context is cancelled, and says how much it has read.
type reader struct {
	ctx  context.Context
	from io.ReadSeeker
	name string // of the file: feeds whose files look alike differ by it
	read int64
	tell func(read int64)
}

// Seek begins to count again.
func (r *reader) Seek(offset int64, whence int) (int64, error) {
	at, err := r.from.Seek(offset, whence)
	r.read = at
	return at, err
}

// Name is the file's path.
func (r *reader) Name() string { return r.name }

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.from.Read(p)
	r.read += int64(n)
	r.tell(r.read)
	return n, err
}
