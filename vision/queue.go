package vision

import (
	"slices"
	"sync"

	"secondlook/vision/camera"
)

// depth is how many frames of one camera wait to be read. Two are enough to keep
// a worker busy; more would only be older.
const depth = 2

// queue hands frames from the cameras to the workers. Each camera has a short
// line of its own, so that a fast camera does not crowd out a slow one, and the
// workers serve the lines in turn.
type queue struct {
	mu      sync.Mutex
	changed sync.Cond
	lines   []line
	next    int // the line to serve first
	closed  bool
	aborted bool
}

// line is the frames of one camera.
type line struct {
	waiting []*camera.Frame // oldest first
	free    []*camera.Frame
	ticket  uint64 // of the next frame that a worker takes
	turn    uint64 // the ticket whose frame may be tracked now
}

// work is a frame that a worker has taken.
type work struct {
	frame  *camera.Frame
	line   int
	ticket uint64
}

func newQueue(cameras int) *queue {
	q := &queue{lines: make([]line, cameras)}
	q.changed.L = &q.mu
	return q
}

// exchange queues a frame and returns another to fill, and whether the oldest
// waiting frame was dropped for it. A frame that is a scene of its own, or marks
// an end, is never dropped and drops none: it waits for room. It returns nil
// once the queue is aborted; the frame then stays with the queue.
func (q *queue) exchange(i int, f *camera.Frame) (next *camera.Frame, dropped bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := &q.lines[i]
	for (f.Unrelated || f.End) && len(l.waiting) >= depth && !q.aborted {
		q.changed.Wait()
	}
	if q.aborted {
		l.free = append(l.free, f)
		return nil, false
	}
	l.waiting = append(l.waiting, f)
	q.changed.Broadcast()
	if len(l.waiting) > depth {
		droppable := func(f *camera.Frame) bool { return !f.Unrelated && !f.End }
		if k := slices.IndexFunc(l.waiting[:depth], droppable); k >= 0 {
			oldest := l.waiting[k]
			l.waiting = slices.Delete(l.waiting, k, k+1)
			return oldest, true
		}
	}
	if n := len(l.free); n > 0 {
		next, l.free = l.free[n-1], l.free[:n-1]
		return next, false
	}
	return camera.NewFrame(), false
}

// take waits for a frame. It returns false once there will be none.
func (q *queue) take() (work, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		if q.aborted {
			return work{}, false
		}
		for k := range q.lines {
			i := (q.next + k) % len(q.lines)
			l := &q.lines[i]
			if len(l.waiting) == 0 {
				continue
			}
			w := work{l.waiting[0], i, l.ticket}
			l.waiting = slices.Delete(l.waiting, 0, 1)
			l.ticket++
			q.next = i + 1
			q.changed.Broadcast()
			return w, true
		}
		if q.closed {
			return work{}, false
		}
		q.changed.Wait()
	}
}

// await returns when all earlier frames of the same camera have been tracked, so
// that trackers see frames in order whichever worker was faster.
func (q *queue) await(w work) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.lines[w.line].turn != w.ticket {
		q.changed.Wait()
	}
}

// pass lets the next frame of the same camera be tracked, and gives the frame
// back, overwritten, to be filled again.
func (q *queue) pass(w work) {
	wipe(w.frame.Mat)
	q.mu.Lock()
	defer q.mu.Unlock()
	l := &q.lines[w.line]
	l.turn++
	l.free = append(l.free, w.frame)
	q.changed.Broadcast()
}

// close says that no frame will come any more; those that wait are still read.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.changed.Broadcast()
}

// abort ends the queue at once.
func (q *queue) abort() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.aborted = true
	q.changed.Broadcast()
}

// erase overwrites and frees every frame. Nobody may use the queue any more.
func (q *queue) erase() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := range q.lines {
		l := &q.lines[i]
		for _, f := range slices.Concat(l.waiting, l.free) {
			f.Erase()
		}
		l.waiting, l.free = nil, nil
	}
}
