package dock

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	// mostInFlight is how much may be on its way at a time before the station has said of
	// any of it that it is stored, in bytes.
	mostInFlight = 1 << 20
	// prompt is how soon a message is stored on a line that has room for more.
	prompt = 2 * time.Second
)

// room is how much may be on its way on one line. Over a slow one that is a message at a
// time: more would only lie in the line's queue, in front of what keeps the line up, and
// be lost with it.
type room struct {
	mu    sync.Mutex
	bytes int
}

// learn takes it that a message of so many bytes was stored so long after it was sent.
func (r *room) learn(size int, after time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if after > prompt {
		r.bytes /= 2
		return
	}
	r.bytes = min(r.bytes+size, mostInFlight)
}

// fits reports whether a message may go after so many bytes that are on their way.
func (r *room) fits(size, inFlight int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return inFlight == 0 || inFlight+size <= r.bytes
}

// window sends messages one after the other without waiting for each. It awaits their
// acknowledgements in the same order.
type window struct {
	l        *link
	inFlight int
	waiting  []sent
}

// sent is a message on its way.
type sent struct {
	ack jetstream.PubAckFuture
	// again sends it once more.
	again func() (jetstream.PubAckFuture, error)
	size  int
	at    time.Time
	// stored is called when the station has it; isNew is not set where it had it before.
	stored func(isNew bool)
}

// send sends a message as the first under its subject when there is room for it.
func (w *window) send(ctx context.Context, m *nats.Msg, stored func(isNew bool), more ...jetstream.PublishOpt) error {
	for !w.l.room.fits(len(m.Data), w.inFlight) {
		if err := w.await(ctx); err != nil {
			return err
		}
	}
	publish := func() (jetstream.PubAckFuture, error) {
		return w.l.js.PublishMsgAsync(m, append(more, jetstream.WithExpectLastSequencePerSubject(0))...)
	}
	ack, err := publish()
	if err != nil {
		return w.l.failure(ctx, "deliver a record", err)
	}
	w.inFlight += len(m.Data)
	w.waiting = append(w.waiting, sent{ack: ack, again: publish, size: len(m.Data), at: time.Now(), stored: stored})
	return nil
}

// await waits until the message that was sent first is stored.
func (w *window) await(ctx context.Context) error {
	m := w.waiting[0]
	ctx, done := w.l.message(ctx, m.size)
	defer done()
	isNew, err := m.answer(ctx)
	if err != nil {
		return w.l.failure(ctx, "deliver a record", err)
	}
	w.l.room.learn(m.size, time.Since(m.at))
	w.inFlight -= m.size
	w.waiting = w.waiting[1:]
	m.stored(isNew)
	return nil
}

// answer waits for what becomes of a message. It is sent again while the station has more
// to store at the moment than it holds in memory.
func (s *sent) answer(ctx context.Context) (isNew bool, err error) {
	for {
		select {
		case ack := <-s.ack.Ok():
			return !ack.Duplicate, nil
		case err = <-s.ack.Err():
		case <-ctx.Done():
			return false, ctx.Err()
		}
		if taken(err) {
			return false, nil
		}
		if !tooMany(err) {
			return false, err
		}
		select {
		case <-time.After(firstPause):
		case <-ctx.Done():
			return false, ctx.Err()
		}
		if s.ack, err = s.again(); err != nil {
			return false, err
		}
	}
}

// tooMany reports whether the station has its hands full.
func tooMany(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.Code == http.StatusTooManyRequests
}

// drain waits until everything is stored.
func (w *window) drain(ctx context.Context) error {
	for len(w.waiting) > 0 {
		if err := w.await(ctx); err != nil {
			return err
		}
	}
	return nil
}
