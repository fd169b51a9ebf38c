// Package patrol is the live loop: reads in, matches out, non-hits erased. It
// declares what it needs of the vision side ([Vision], [Live]) and knows nothing
// of cameras or screens.
package patrol

import (
	"sync/atomic"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

// waitingHits is how many matched reads may wait to be raised before the readers
// wait too: more than cars fit into the views of six cameras.
const waitingHits = 32

// Loop handles reads. Non-hits are erased where they are read; what matched is
// raised by one goroutine of its own, because redaction and the store take time
// in which the cameras must not be blind.
type Loop struct {
	match   func(plate.Read) []hotlist.Match
	raise   func(plate.Read, []hotlist.Match)
	matched chan matched
	done    chan struct{}

	reads, hits, nonHits atomic.Uint64
}

type matched struct {
	read    plate.Read
	matches []hotlist.Match
}

// NewLoop starts a loop, which runs until [Loop.Close]. match is called from the
// goroutines that hand in reads. raise is called for one read after the other and
// takes what it needs of the evidence before it returns; the loop erases the read
// afterwards.
func NewLoop(match func(plate.Read) []hotlist.Match, raise func(plate.Read, []hotlist.Match)) *Loop {
	l := &Loop{match: match, raise: raise, matched: make(chan matched, waitingHits), done: make(chan struct{})}
	go l.run()
	return l
}

func (l *Loop) run() {
	defer close(l.done)
	for m := range l.matched {
		l.raise(m.read, m.matches)
		m.read.Erase()
	}
}

// Handle matches one read. A non-hit is erased as soon as it is known to be one,
// before anything else can happen to it (IPC, Managing hit and non-hit
// information). It may be called from several goroutines at once; when too many
// hits wait, it waits: a hit is never dropped.
func (l *Loop) Handle(r plate.Read) {
	l.reads.Add(1)
	matches := l.match(r)
	if len(matches) == 0 {
		r.Erase()
		l.nonHits.Add(1)
		return
	}
	l.hits.Add(1)
	l.matched <- matched{r, matches}
}

// Close raises what still waits and ends the loop. Nobody may hand in reads any
// more.
func (l *Loop) Close() {
	close(l.matched)
	<-l.done
}

// Counts are how many reads were handled, and how many were hits and non-hits.
// Only these survive a non-hit.
func (l *Loop) Counts() (reads, hits, nonHits uint64) {
	return l.reads.Load(), l.hits.Load(), l.nonHits.Load()
}
