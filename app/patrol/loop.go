// Package patrol is the live loop: reads in, matches out, non-hits erased. It
// declares what it needs of the vision side ([Vision], [Live]) and knows nothing
// of cameras or screens.
package patrol

import (
	"sync/atomic"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

// Loop handles reads. Its fields must be set before the first read and are
// called from the goroutines that hand in reads.
type Loop struct {
	// Match matches a read against the lists in force.
	Match func(plate.Read) []hotlist.Match
	// Raise makes a hit of a read that matched. It takes what it needs of the
	// evidence before it returns; the loop erases the read afterwards.
	Raise func(plate.Read, []hotlist.Match)

	reads, hits, nonHits atomic.Uint64
}

// Handle matches one read and erases it: a non-hit as soon as it is known to be
// one, before anything else can happen to it (IPC, Managing hit and non-hit
// information). It may be called from several goroutines at once.
func (l *Loop) Handle(r plate.Read) {
	l.reads.Add(1)
	matches := l.Match(r)
	if len(matches) == 0 {
		r.Erase()
		l.nonHits.Add(1)
		return
	}
	l.hits.Add(1)
	l.Raise(r, matches)
	r.Erase()
}

// Counts are how many reads were handled, and how many were hits and non-hits.
// Only these survive a non-hit.
func (l *Loop) Counts() (reads, hits, nonHits uint64) {
	return l.reads.Load(), l.hits.Load(), l.nonHits.Load()
}
