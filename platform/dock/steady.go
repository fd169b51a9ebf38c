package dock

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"secondlook/app/access"
	"secondlook/app/entry"
	"secondlook/app/shift"
)

const (
	// electing is how long a call goes on asking while the servers of a station choose
	// who leads: some seconds after one was lost.
	electing = time.Minute
	// firstPause is how long it waits before it asks again, at most lastPause later on.
	firstPause = 250 * time.Millisecond
	lastPause  = 4 * time.Second
)

// errOlder is the [shift.ErrUntrusted] of what is older than what the car has. A server
// that was away may hand that out until it has caught up, so that others are asked
// before it is believed.
var errOlder = fmt.Errorf("%w", shift.ErrUntrusted)

// steady is a link to a station of several servers. It outlives the loss of one: it
// goes on with another, and asks again while they choose who leads. Asking again is
// safe, see the package.
type steady struct {
	d *Dock

	mu     sync.Mutex
	at     int // the address of now
	now    *link
	closed bool
}

// again does something until it is answered, or there is no server to answer it.
func (s *steady) again(ctx context.Context, do func(*link) error) error {
	var since time.Time
	behind := 0
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		l, err := s.link(ctx)
		if err != nil {
			return err
		}
		err = do(l)
		if errors.Is(err, errOlder) {
			if behind++; behind == len(s.d.id.Addresses) {
				return err
			}
			l.Close() // the next server may have it
		} else if !errors.Is(err, shift.ErrNoAnswer) {
			return err
		}
		if since.IsZero() {
			since = time.Now()
		}
		if ctx.Err() != nil || s.isClosed() || time.Since(since) > electing {
			return err
		}
		if errors.Is(err, errSilent) {
			l.Close() // so that another is asked
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// link is the link of now, or a new one where that has ended.
func (s *steady) link(ctx context.Context) (*link, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.now.ended.Err() == nil {
		return s.now, nil
	}
	l, at, err := s.d.connectFrom(ctx, s.at+1)
	if err != nil {
		return nil, err
	}
	s.now.mu.Lock()
	l.sent = maps.Clone(s.now.sent)
	s.now.mu.Unlock()
	s.now, s.at = l, at
	return l, nil
}

func (s *steady) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// Close satisfies [shift.Link].
func (s *steady) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return s.now.Close()
}

// answered is again with an answer.
func answered[T any](ctx context.Context, s *steady, do func(*link) (T, error)) (got T, err error) {
	err = s.again(ctx, func(l *link) (err error) {
		got, err = do(l)
		return err
	})
	return got, err
}

// Deliver satisfies [shift.Link]. What is stored does not travel again, and the time for
// which it goes on asking begins anew with each that is.
func (s *steady) Deliver(ctx context.Context, parcels ...shift.Parcel) error {
	for len(parcels) > 0 {
		if err := s.again(ctx, func(l *link) error {
			stored, err := l.deliver(ctx, parcels)
			parcels = parcels[stored:]
			if stored > 0 && errors.Is(err, shift.ErrNoAnswer) && ctx.Err() == nil && !s.isClosed() {
				return nil
			}
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// Receipt satisfies [shift.Link].
func (s *steady) Receipt(ctx context.Context, of []shift.Ref) (shift.Receipt, error) {
	return answered(ctx, s, func(l *link) (shift.Receipt, error) { return l.Receipt(ctx, of) })
}

// Lists satisfies [shift.Link].
func (s *steady) Lists(ctx context.Context, have map[string]shift.KeptList) ([]shift.ListFile, error) {
	return answered(ctx, s, func(l *link) ([]shift.ListFile, error) { return l.Lists(ctx, have) })
}

// PublishEntry satisfies [shift.Link].
func (s *steady) PublishEntry(ctx context.Context, e entry.Entry) error {
	return s.again(ctx, func(l *link) error { return l.PublishEntry(ctx, e) })
}

// Entries satisfies [shift.Link].
func (s *steady) Entries(ctx context.Context) ([]entry.Entry, error) {
	return answered(ctx, s, func(l *link) ([]entry.Entry, error) { return l.Entries(ctx) })
}

// Roster satisfies [shift.Link].
func (s *steady) Roster(ctx context.Context, have int) (*access.Roster, error) {
	return answered(ctx, s, func(l *link) (*access.Roster, error) { return l.Roster(ctx, have) })
}

// Policy satisfies [shift.Link].
func (s *steady) Policy(ctx context.Context, have shift.KeptPack) (*shift.PackFile, error) {
	return answered(ctx, s, func(l *link) (*shift.PackFile, error) { return l.Policy(ctx, have) })
}

// Time satisfies [shift.Link].
func (s *steady) Time(ctx context.Context) (time.Time, error) {
	return answered(ctx, s, func(l *link) (time.Time, error) { return l.Time(ctx) })
}

// Complain satisfies [shift.Link].
func (s *steady) Complain(ctx context.Context, refused string) error {
	return s.again(ctx, func(l *link) error { return l.Complain(ctx, refused) })
}

// Await satisfies [shift.Link]. The server that it goes on with has told nothing yet, so
// that everything is looked at again.
func (s *steady) Await(ctx context.Context) (shift.News, error) {
	return answered(ctx, s, func(l *link) (shift.News, error) { return l.Await(ctx) })
}
