package station

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// readAtATime bounds how many records are read side by side for receipts.
const readAtATime = 8

// allReceipts matches what every car asks.
const allReceipts = "receipt.*"

// receipts answers cars that ask what of theirs the station has.
type receipts struct {
	op     *Operator
	stream jetstream.Stream
	// arrived, where it is not nil, has digests of records that need no reading.
	arrived *arrivals
	ca      *x509.Certificate
	signing ed25519.PrivateKey
	log     *slog.Logger
	// reading has room for as many as read records side by side.
	reading chan struct{}
}

func (o *Operator) receipts(ctx context.Context, log *slog.Logger) (*receipts, error) {
	r := &receipts{op: o, log: log, reading: make(chan struct{}, readAtATime)}
	var err error
	if r.stream, err = o.js.Stream(ctx, protocol.RecordStream); err != nil {
		return nil, err
	}
	if r.ca, err = o.folder.authorityCertificate(); err != nil {
		return nil, err
	}
	r.signing, err = o.folder.publishingKey()
	return r, err
}

// listen takes what cars ask from now on, for serve.
func (r *receipts) listen(ctx context.Context) (<-chan *nats.Msg, error) {
	arrived, err := newArrivals(ctx, r.stream, r.ca, r.log)
	if err != nil {
		return nil, err
	}
	r.arrived = arrived
	asked := make(chan *nats.Msg, 1024)
	_, err = r.op.nc.ChanSubscribe(allReceipts, asked)
	return asked, err
}

// serve answers until ctx ends, and returns when the last answer is given.
func (r *receipts) serve(ctx context.Context, asked <-chan *nats.Msg) {
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() { r.arrived.follow(ctx) })
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-asked:
			// Most of a car's wait is for others' records; each car asks once at a time.
			all.Go(func() { r.answer(ctx, m) })
		}
	}
}

// answer gives no answer where there can be none: the car waits, and keeps its records.
func (r *receipts) answer(ctx context.Context, m *nats.Msg) {
	car, ask, err := protocol.ParseReceiptRequest(m.Subject, m.Data)
	if err == nil {
		var signed []byte
		if signed, err = r.make(ctx, car, ask, time.Now()); err == nil {
			err = m.Respond(signed)
		}
	}
	if err != nil && ctx.Err() == nil {
		r.log.Warn("no receipt was given", "name", car, "reason", err)
	}
}

// make signs for those of the records that are stored, whole and signed by their car.
func (r *receipts) make(ctx context.Context, car string, ask protocol.ReceiptRequest, now time.Time) ([]byte, error) {
	given := shift.Receipt{Request: ask.Request, Made: now}
	arrived, err := r.arrived.digests(ctx, car, ask.Records)
	if err != nil {
		return nil, err
	}
	for _, ref := range ask.Records {
		subject := protocol.RecordSubject(ref.Kind, car, ref.ID)
		if digest := arrived[ref]; digest != nil {
			given.Records = append(given.Records, shift.Received{Ref: ref, Digest: digest})
			continue
		}
		m, err := r.first(ctx, subject)
		if err != nil {
			return nil, fmt.Errorf("look for a record: %w", err)
		}
		if m == nil {
			continue
		}
		if err := protocol.CheckRecord(r.ca, ref, car, m.Time, m.Data); err != nil {
			r.log.Warn("a record is not on its receipt", "name", car, "record", ref.ID, "reason", err)
			continue
		}
		given.Records = append(given.Records, shift.Received{Ref: ref, Digest: protocol.RecordDigest(m.Data)})
	}
	return protocol.SealReceipt(r.signing, car, given)
}

// first is the record that came first under a subject, nil where there is none: it is
// the one that counts.
func (r *receipts) first(ctx context.Context, subject string) (*jetstream.RawStreamMsg, error) {
	r.reading <- struct{}{}
	defer func() { <-r.reading }()
	m, err := r.stream.GetMsg(ctx, 1, jetstream.WithGetMsgSubject(subject))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil
	}
	return m, err
}
