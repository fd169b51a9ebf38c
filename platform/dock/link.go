package dock

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// link is one connection. ended carries why it ended, so that a call in progress
// returns at once when the line breaks.
type link struct {
	id *protocol.Identity
	// patience is how long one call may take where the caller's context has no
	// deadline, page how large a page of stored messages may be, in bytes.
	patience time.Duration
	page     int
	// limit is what may travel each way, in bytes per second, 0 for no limit; several is
	// set where the station has more servers than the one of this link.
	limit   int
	several bool
	room    room
	// sent has the digests of what this link delivered, for the receipt.
	mu   sync.Mutex
	sent map[shift.Ref][]byte

	news news
	// entries is how far the stream of entries was read.
	entries uint64

	nc    *nats.Conn
	js    jetstream.JetStream
	ended context.Context
	end   context.CancelCauseFunc
}

// Close ends the link.
func (l *link) Close() error {
	l.nc.Close()
	l.end(shift.ErrNoAnswer)
	return nil
}

// call bounds one call by the caller's context, the link's life and, where the
// caller sets no deadline, its patience.
func (l *link) call(ctx context.Context) (context.Context, context.CancelFunc) {
	cancelled := func() {}
	if _, ok := ctx.Deadline(); !ok {
		ctx, cancelled = context.WithTimeout(ctx, l.patience)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(l.ended, func() { cancel(context.Cause(l.ended)) })
	return ctx, func() { stop(); cancel(nil); cancelled() }
}

const (
	// quiet is how long one of several servers may take to answer one message, and
	// slowest the line that is still waited for, in bytes per second: a server that was
	// lost with a question never answers it, another does.
	quiet   = 10 * time.Second
	slowest = 4000
)

// errSilent marks the answer that did not come from a server of several.
var errSilent = errors.New("it is silent")

// message bounds, beyond [link.call], sending one message or waiting for one, of so many
// bytes.
func (l *link) message(ctx context.Context, size int) (context.Context, context.CancelFunc) {
	ctx, done := l.call(ctx)
	if !l.several {
		return ctx, done
	}
	ctx, cancel := context.WithTimeoutCause(ctx, quiet+max(lasting(size, slowest), lasting(size, l.limit)), errSilent)
	return ctx, func() { cancel(); done() }
}

// Deliver seals and sends parcels, several at a time where the line is quick; when it
// returns nil, the station has all of them on disk. Delivering the same id again is not an
// error and keeps one record. Of a large one only those pieces travel that the station does
// not have, and the record after them. It returns [protocol.ErrName] or [protocol.ErrSize]
// for a parcel that cannot be sent, else [shift.ErrNoAnswer] or [shift.ErrRefused].
func (l *link) Deliver(ctx context.Context, parcels ...shift.Parcel) error {
	_, err := l.deliver(ctx, parcels)
	return err
}

// deliver returns how many of the parcels, from the first on, are stored.
func (l *link) deliver(ctx context.Context, parcels []shift.Parcel) (stored int, err error) {
	w := &window{l: l}
	for _, p := range parcels {
		u, unsendable := l.id.Upload(p)
		if unsendable != nil {
			err := w.drain(ctx)
			return stored, errors.Join(unsendable, err)
		}
		if err := w.sendPieces(ctx, u, p.Stored); err != nil {
			return stored, err
		}
		if err := w.sendRecord(ctx, u, func() {
			stored++
			if p.Stored != nil {
				p.Stored(len(p.Body))
			}
		}); err != nil {
			return stored, err
		}
	}
	err = w.drain(ctx)
	return stored, err
}

// Receipt asks the station which of these records it has on disk, and verifies its
// answer: signed by the station, for this car, this request and these records, with the
// digests of what this link delivered. A record, or a piece of one, that an earlier link
// delivered is sealed otherwise than this one would be; that it is whole and this car's
// the station has then verified. It returns [shift.ErrReceipt], else [shift.ErrNoAnswer] or
// [shift.ErrRefused].
func (l *link) Receipt(ctx context.Context, of []shift.Ref) (shift.Receipt, error) {
	ask := protocol.ReceiptRequest{Request: protocol.NewRequest(), Records: of}
	body, err := json.Marshal(ask)
	if err != nil {
		return shift.Receipt{}, fmt.Errorf("ask for a receipt: %w", err)
	}
	ctx, done := l.message(ctx, 3*len(body)) // the answer has digests, and takes work
	defer done()
	m, err := l.nc.RequestWithContext(ctx, protocol.ReceiptSubject(l.id.Car), body)
	if err != nil {
		return shift.Receipt{}, l.failure(ctx, "ask for a receipt", err)
	}
	r, err := protocol.OpenReceipt(l.id.Publishing, l.id.Car, ask.Request, m.Data)
	if err != nil {
		return shift.Receipt{}, err
	}
	if err := r.Within(of); err != nil {
		return shift.Receipt{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, have := range r.Records {
		if sent, ok := l.sent[have.Ref]; ok && !bytes.Equal(sent, have.Digest) {
			return shift.Receipt{}, fmt.Errorf("record %s is not there as it was sent: %w", have.ID, shift.ErrReceipt)
		}
	}
	return r, nil
}

// taken reports whether the subject already holds a message.
func taken(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence
}

// failure names what was being done, and maps an error of the client to what
// callers decide on.
func (l *link) failure(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, shift.ErrNoAnswer) || errors.Is(err, shift.ErrRefused) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if cause := context.Cause(l.ended); cause != nil {
		return fmt.Errorf("%s: %w", doing, cause)
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		err = cause
	}
	if errors.Is(err, errSilent) || errors.Is(context.Cause(ctx), errSilent) {
		return fmt.Errorf("%s: %w: %w", doing, shift.ErrNoAnswer, errSilent)
	}
	if refused(err) {
		return fmt.Errorf("%s: %w (%v)", doing, shift.ErrRefused, err)
	}
	return fmt.Errorf("%s: %w (%v)", doing, shift.ErrNoAnswer, err)
}
