package station

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

const (
	// maxArrivals is how many records the station remembers for receipts: those of some
	// thousand cars that dock at the end of the same shift.
	maxArrivals = 50_000
	// arrivalBatch is how much is on its way to be looked at, in bytes: more than one
	// record has.
	arrivalBatch = 4 * protocol.MaxPayload
	// arrivalPause is how long a receipt waits for records to be looked at while none is.
	arrivalPause = 20 * time.Second
	// followAgain is how soon the station follows the stream again where that failed.
	followAgain = time.Second
)

// arrivals are the records that were stored since the station started, looked at once,
// in their order: whole, and signed by their car. A receipt names them without having
// each read from the store again, where every one of them costs reading a block of it.
type arrivals struct {
	stream jetstream.Stream
	ca     *x509.Certificate
	log    *slog.Logger
	most   int // records that are remembered

	mu     sync.Mutex
	upTo   uint64            // sequence up to which all were looked at
	moved  chan struct{}     // closed when upTo grows
	known  map[string][]byte // digests, by subject
	oldest []string          // subjects, in order
}

// newArrivals looks at what comes from now on, once it is followed.
func newArrivals(ctx context.Context, stream jetstream.Stream, ca *x509.Certificate, log *slog.Logger) (*arrivals, error) {
	info, err := stream.Info(ctx)
	if err != nil {
		return nil, fmt.Errorf("look at the records: %w", err)
	}
	return &arrivals{stream: stream, ca: ca, log: log, most: maxArrivals, upTo: info.State.LastSeq,
		moved: make(chan struct{}), known: map[string][]byte{}}, nil
}

// follow looks at what arrives until ctx ends.
func (a *arrivals) follow(ctx context.Context) {
	for ctx.Err() == nil {
		if err := a.followOnce(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("what arrives is not looked at", "reason", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(followAgain):
		}
	}
}

func (a *arrivals) followOnce(ctx context.Context) error {
	a.mu.Lock()
	next := a.upTo + 1
	a.mu.Unlock()
	consumer, err := a.stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: next})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages(jetstream.PullMaxBytes(arrivalBatch))
	if err != nil {
		return err
	}
	defer messages.Stop()
	for {
		m, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		r, _, err := record(m)
		if err != nil {
			return err
		}
		a.look(r, m.Data())
	}
}

// look notes a record that is whole and its car's, unless one came before it under the
// same subject: the first counts.
func (a *arrivals) look(r Record, sealed []byte) {
	subject := protocol.RecordSubject(r.Kind, r.Car, r.ID)
	var digest []byte
	if protocol.CheckRecord(a.ca, shift.Ref{Kind: r.Kind, ID: r.ID}, r.Car, r.Received, sealed) == nil {
		digest = protocol.RecordDigest(sealed)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, before := a.known[subject]; digest != nil && !before {
		if len(a.oldest) == a.most {
			delete(a.known, a.oldest[0])
			a.oldest = a.oldest[1:]
		}
		a.known[subject] = digest
		a.oldest = append(a.oldest, subject)
	}
	a.reached(r.sequence)
}

func (a *arrivals) reached(sequence uint64) {
	if sequence > a.upTo {
		a.upTo = sequence
		close(a.moved)
		a.moved = make(chan struct{})
	}
}

// await waits until what the stream has now was looked at, or nothing was for too
// long.
func (a *arrivals) await(ctx context.Context) error {
	info, err := a.stream.Info(ctx)
	if err != nil {
		return fmt.Errorf("look at the records: %w", err)
	}
	for {
		a.mu.Lock()
		upTo, moved := a.upTo, a.moved
		a.mu.Unlock()
		if upTo >= info.State.LastSeq {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(arrivalPause):
			// The last of them was destroyed before it was looked at, or the line to the
			// server is down; what was stored is read instead.
			a.mu.Lock()
			if a.upTo == upTo {
				a.reached(info.State.LastSeq)
			}
			a.mu.Unlock()
		}
	}
}

// digests are those of the records that were looked at. Where some of a car's were, it is
// delivering, and the others may wait to be looked at.
func (a *arrivals) digests(ctx context.Context, car string, of []shift.Ref) (map[shift.Ref][]byte, error) {
	if a == nil {
		return nil, nil
	}
	found := a.found(car, of)
	if len(found) == 0 || len(found) == len(of) {
		return found, nil
	}
	if err := a.await(ctx); err != nil {
		return nil, err
	}
	return a.found(car, of), nil
}

func (a *arrivals) found(car string, of []shift.Ref) map[shift.Ref][]byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	found := map[shift.Ref][]byte{}
	for _, ref := range of {
		if digest, ok := a.known[protocol.RecordSubject(ref.Kind, car, ref.ID)]; ok {
			found[ref] = digest
		}
	}
	return found
}
