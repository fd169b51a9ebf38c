package dock

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

const (
	// lookAgain is how often everything is looked at without an announcement: one may
	// be lost, as from a server of a cluster that does not know yet who listens.
	lookAgain = 15 * time.Minute
	// behindTries is how often a stream is read again of which an announcement came
	// that was not there to read yet, and behindPause how long before the first time:
	// in a cluster another server may answer than the one that announced.
	behindTries = 5
	behindPause = 200 * time.Millisecond
)

// news is what the station announced, and what of it the link has read.
type news struct {
	heard chan struct{} // holds one: something was announced

	mu      sync.Mutex
	listens bool
	streams map[string]*position
}

// position is how far a stream was announced and read, as sequence numbers.
type position struct {
	of         shift.News
	told, read uint64
	// given is what was announced when [link.Await] spoke of the stream last, tries how
	// often it has done so in vain.
	given uint64
	tries int
}

func newNews() news {
	return news{heard: make(chan struct{}, 1), streams: map[string]*position{
		protocol.ListStream: {of: shift.News{Lists: true}}, protocol.EntryStream: {of: shift.News{Entries: true}},
		protocol.RosterStream: {of: shift.News{Roster: true}}, protocol.PolicyStream: {of: shift.News{Policy: true}},
	}}
}

// saw notes that a message was read.
func (n *news) saw(stream string, sequence uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if p, ok := n.streams[stream]; ok {
		p.read = max(p.read, sequence)
	}
}

// hear takes an announcement in.
func (n *news) hear(m *nats.Msg) {
	sequence, err := strconv.ParseUint(m.Header.Get(protocol.HeaderSequence), 10, 64)
	n.mu.Lock()
	if p, ok := n.streams[m.Header.Get(protocol.HeaderStream)]; ok && err == nil {
		p.told = max(p.told, sequence)
	}
	n.mu.Unlock()
	select {
	case n.heard <- struct{}{}:
	default:
	}
}

// unread says of what more was announced than was read, and how long to wait before it
// is read again.
func (n *news) unread() (of shift.News, pause time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range n.streams {
		if p.told <= p.read {
			continue
		}
		if p.tries++; p.told != p.given {
			p.given, p.tries = p.told, 0
		}
		if p.tries > behindTries { // it was taken away again
			p.read = p.told
			continue
		}
		if p.tries > 0 {
			pause = max(pause, behindPause<<(p.tries-1))
		}
		of = of.And(p.of)
	}
	return of, pause
}

// Await satisfies [shift.Link].
func (l *link) Await(ctx context.Context) (shift.News, error) {
	if first, err := l.listen(ctx); first || err != nil {
		return shift.Everything, err
	}
	again := time.NewTimer(lookAgain)
	defer again.Stop()
	for {
		of, pause := l.news.unread()
		if of != (shift.News{}) {
			return of, l.rest(ctx, pause)
		}
		select {
		case <-l.news.heard:
		case <-again.C:
			return shift.Everything, nil
		case <-ctx.Done():
			return of, context.Cause(ctx)
		case <-l.ended.Done():
			return of, context.Cause(l.ended)
		}
	}
}

// listen hears announcements from when it returns; first is set where it did not before.
func (l *link) listen(ctx context.Context) (first bool, err error) {
	l.news.mu.Lock()
	defer l.news.mu.Unlock()
	if l.news.listens {
		return false, nil
	}
	ctx, done := l.call(ctx)
	defer done()
	if _, err = l.nc.Subscribe(protocol.Changes, l.news.hear); err == nil {
		err = l.nc.FlushWithContext(ctx) // the server has it
	}
	l.news.listens = err == nil
	return true, l.failure(ctx, "listen to the station", err)
}

// rest waits as long as the link and the context last.
func (l *link) rest(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-l.ended.Done():
		return context.Cause(l.ended)
	}
}
