package station

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// receiptsAtATime bounds how many receipts are made side by side: each reads the
// records that it covers.
const receiptsAtATime = 8

// allReceipts matches what every car asks.
const allReceipts = "receipt.*"

// receipts answers cars that ask what of theirs the station has, and what is missing.
type receipts struct {
	op      *Operator
	pieces  *pieces
	ca      *x509.Certificate
	signing ed25519.PrivateKey
	log     *slog.Logger
}

func (o *Operator) receipts(ctx context.Context, reading jetstream.JetStream, log *slog.Logger) (*receipts, error) {
	r := &receipts{op: o, log: log}
	var err error
	if r.pieces, err = openPieces(ctx, reading); err != nil {
		return nil, err
	}
	if r.ca, err = o.folder.authorityCertificate(); err != nil {
		return nil, err
	}
	r.signing, err = o.folder.publishingKey()
	return r, err
}

// listen takes what cars ask from now on, for serve.
func (r *receipts) listen() (<-chan *nats.Msg, []*nats.Subscription, error) {
	asked := make(chan *nats.Msg, 1024)
	var subs []*nats.Subscription
	for _, subject := range []string{allReceipts, allMissing} {
		sub, err := r.op.nc.ChanQueueSubscribe(subject, answering, asked)
		if err != nil {
			return nil, nil, err
		}
		subs = append(subs, sub)
	}
	return asked, subs, nil
}

// serve answers until last is closed, then what was asked until then, and returns
// when the last answer is given.
func (r *receipts) serve(ctx context.Context, asked <-chan *nats.Msg, last <-chan struct{}) {
	var all sync.WaitGroup
	for range receiptsAtATime {
		all.Go(func() {
			for {
				select {
				case m := <-asked:
					r.answer(ctx, m)
					continue
				default:
				}
				select {
				case <-last:
					return
				case m := <-asked:
					r.answer(ctx, m)
				}
			}
		})
	}
	all.Wait()
}

// answer gives no answer where there can be none: the car waits, and keeps its records.
func (r *receipts) answer(ctx context.Context, m *nats.Msg) {
	what, make := "no receipt was given", r.answerReceipt
	if asksMissing(m.Subject) {
		what, make = "not said what is missing", r.answerMissing
	}
	car, answer, err := make(ctx, m.Subject, m.Data)
	if err == nil {
		err = m.Respond(answer)
	}
	if err != nil && ctx.Err() == nil {
		r.log.Warn(what, "name", car, "reason", err)
	}
}

func (r *receipts) answerReceipt(ctx context.Context, subject string, body []byte) (car string, answer []byte, err error) {
	car, ask, err := protocol.ParseReceiptRequest(subject, body)
	if err == nil {
		answer, err = r.make(ctx, car, ask, time.Now())
	}
	return car, answer, err
}

// make signs for those of the records that are stored, whole and signed by their car.
func (r *receipts) make(ctx context.Context, car string, ask protocol.ReceiptRequest, now time.Time) ([]byte, error) {
	given := shift.Receipt{Request: ask.Request, Made: now}
	for _, ref := range ask.Records {
		m, err := r.pieces.records.first(ctx, protocol.RecordSubject(ref.Kind, car, ref.ID))
		if err != nil {
			return nil, fmt.Errorf("look for a record: %w", err)
		}
		if m == nil {
			continue
		}
		digest, err := protocol.CheckRecord(r.ca, ref, car, m.received, m.data)
		if err == nil {
			err = r.pieces.check(ctx, r.ca, ref, car, m.data)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			r.log.Warn("a record is not on its receipt", "name", car, "record", ref.ID, "reason", err)
			continue
		}
		given.Records = append(given.Records, shift.Received{Ref: ref, Digest: digest})
	}
	return protocol.SealReceipt(r.signing, car, given)
}
