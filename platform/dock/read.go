package dock

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// A page of stored messages is at most this many messages, and ends after the
// message that exceeds this many bytes: the station gives up on a connection
// that does not take a page within a minute. Over a limited link it is smaller, so that
// it takes pageSeconds.
const (
	pageMessages = 256
	pageBytes    = 512 << 10
	pageSeconds  = 20
)

// Headers and states of a direct read, see NATS ADR-31.
const (
	headerStatus   = "Status"
	headerSubject  = "Nats-Subject"
	headerSequence = "Nats-Sequence"
	headerPending  = "Nats-Num-Pending"

	statusEndOfPage = "204"
	statusNotFound  = "404"
	statusNobody    = "503"
)

// pageRequest asks for stored messages from a sequence number on.
type pageRequest struct {
	Sequence uint64 `json:"seq"`
	Subject  string `json:"next_by_subj"`
	Batch    int    `json:"batch"`
	MaxBytes int    `json:"max_bytes"`
}

// lastRequest asks for the newest message of a subject.
type lastRequest struct {
	Subject string `json:"last_by_subj"`
}

// stored is one message of a stream.
type stored struct {
	subject  string
	sequence uint64
	data     []byte
}

// walk calls each for the messages of a stream under a subject, which may have
// wildcards, in the order in which they were stored, until each returns an error.
func (l *link) walk(ctx context.Context, stream, subject string, each func(stored) error) error {
	return l.walkFrom(ctx, 1, stream, subject, each)
}

// walkFrom is walk from a sequence number on.
func (l *link) walkFrom(ctx context.Context, from uint64, stream, subject string, each func(stored) error) error {
	inbox := l.nc.NewInbox()
	sub, err := l.nc.SubscribeSync(inbox)
	if err != nil {
		return err
	}
	defer sub.Unsubscribe()
	// A page is bounded by the request; nothing of it may be dropped here.
	if err := sub.SetPendingLimits(-1, -1); err != nil {
		return err
	}
	for next := from; next > 0; {
		body, err := json.Marshal(pageRequest{Sequence: next, Subject: subject, Batch: pageMessages, MaxBytes: l.page})
		if err != nil {
			return err
		}
		if err := l.nc.PublishRequest(protocol.DirectGet(stream), inbox, body); err != nil {
			return err
		}
		if next, err = l.readPage(ctx, sub, next, func(s stored) error {
			l.news.saw(stream, s.sequence)
			return each(s)
		}); err != nil {
			return err
		}
	}
	return nil
}

// readPage reads one page and returns where the next begins, 0 after the last.
func (l *link) readPage(ctx context.Context, sub *nats.Subscription, from uint64, each func(stored) error) (next uint64, err error) {
	for next = from; ; {
		waiting, done := l.message(ctx, l.page)
		m, err := sub.NextMsgWithContext(waiting)
		if err != nil {
			err = l.failure(waiting, "read a page", err)
			done()
			return 0, err
		}
		done()
		switch status := m.Header.Get(headerStatus); status {
		case "":
		case statusNotFound:
			return 0, nil
		case statusEndOfPage:
			if m.Header.Get(headerPending) == "0" || next == from {
				return 0, nil
			}
			return next, nil
		default:
			return 0, statusError(status)
		}
		s, err := parseStored(m)
		if err != nil {
			return 0, err
		}
		next = s.sequence + 1
		if err := each(s); err != nil {
			return 0, err
		}
	}
}

// last returns the newest message of a subject, and whether there is one.
func (l *link) last(ctx context.Context, stream, subject string) (stored, bool, error) {
	body, err := json.Marshal(lastRequest{Subject: subject})
	if err != nil {
		return stored{}, false, err
	}
	ctx, done := l.message(ctx, l.page)
	defer done()
	m, err := l.nc.RequestWithContext(ctx, protocol.DirectGet(stream), body)
	if err != nil {
		return stored{}, false, l.failure(ctx, "read a message", err)
	}
	switch status := m.Header.Get(headerStatus); status {
	case "":
		s, err := parseStored(m)
		l.news.saw(stream, s.sequence)
		return s, err == nil, err
	case statusNotFound:
		return stored{}, false, nil
	default:
		return stored{}, false, statusError(status)
	}
}

func parseStored(m *nats.Msg) (stored, error) {
	n, err := strconv.ParseUint(m.Header.Get(headerSequence), 10, 64)
	if err != nil || n == 0 {
		return stored{}, fmt.Errorf("%w: an answer without its sequence number", shift.ErrNoAnswer)
	}
	return stored{subject: m.Header.Get(headerSubject), sequence: n, data: m.Data}, nil
}

func statusError(status string) error {
	if status == statusNobody {
		return fmt.Errorf("%w: its store is not ready", shift.ErrNoAnswer)
	}
	return fmt.Errorf("%w: status %s", shift.ErrNoAnswer, status)
}
