// Package patrol is the live loop: reads in, matches out, non-hits erased. It
// declares what it needs of the vision side ([Vision], [Live]) and knows nothing
// of cameras or screens.
package patrol

import (
	"sync/atomic"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/scrub"
)

// waitingHits is how many matched reads may wait to be raised before the readers
// wait too: more than cars fit into the views of six cameras.
const waitingHits = 32

// Loop handles reads. Non-hits are erased where they are read; what matched is
// raised by one goroutine of its own, because the store takes time in which the
// cameras must not be blind, and finished by another, because redaction takes time
// in which the next alert must not wait.
type Loop struct {
	match   func(plate.Read) []hotlist.Match
	raise   Raise
	matched chan matched
	raised  chan raised
	done    chan struct{}
	sweeper *Sweeper

	reads, hits, nonHits atomic.Uint64
}

// Raise makes an alert of a read that matched, and takes what it needs of the read.
// What it returns, if anything, does what is left to do with the read's evidence.
type Raise func(plate.Read, []hotlist.Match) (rest func())

type raised struct {
	read plate.Read
	rest func()
}

type matched struct {
	read    plate.Read
	matches []hotlist.Match
}

// NewLoop starts a loop, which runs until [Loop.Close]. match is called from the
// goroutines that hand in reads. raise is called for one read after the other, and
// so is what it returns; then the loop erases the read. The sweeper is asked after each
// read.
func NewLoop(match func(plate.Read) []hotlist.Match, raise Raise, s *Sweeper) *Loop {
	l := &Loop{match: match, raise: raise, matched: make(chan matched, waitingHits), raised: make(chan raised, waitingHits), done: make(chan struct{}),
		sweeper: s}
	go l.alert()
	go l.finish()
	return l
}

func (l *Loop) alert() {
	defer close(l.raised)
	for m := range l.matched {
		scrub.Around(func() {
			rest := l.raise(m.read, m.matches)
			if rest != nil {
				l.raised <- raised{m.read, rest}
				return
			}
			m.read.Erase()
		})
		m = matched{}
		l.sweeper.Ask()
	}
}

func (l *Loop) finish() {
	defer close(l.done)
	for r := range l.raised {
		scrub.Around(func() {
			r.rest()
			r.read.Erase()
		})
		r = raised{}
		l.sweeper.Ask()
	}
}

// Handle matches one read. A non-hit is erased as soon as it is known to be one,
// before anything else can happen to it (IPC, Managing hit and non-hit
// information). It may be called from several goroutines at once; when too many
// hits wait, it waits: a hit is never dropped.
func (l *Loop) Handle(r plate.Read) { l.handle(r) }

// handle does what Handle says, and reports whether the read was a hit.
func (l *Loop) handle(r plate.Read) (hit bool) {
	l.reads.Add(1)
	matches := l.match(r)
	if len(matches) == 0 {
		r.Erase()
		l.sweeper.Ask()
		l.nonHits.Add(1)
		return false
	}
	l.hits.Add(1)
	l.matched <- matched{r, matches}
	return true
}

// Close raises and finishes what still waits, and ends the loop. Nobody may hand in reads any
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
