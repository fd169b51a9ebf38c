package station

import (
	"context"
	"crypto/x509"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

const (
	// arrivedPrefix is under what the server says again, to whoever listens, what it
	// stored as a record. No car may listen there, or speak.
	arrivedPrefix   = "arrived."
	arrivedSubjects = arrivedPrefix + ">"
	// maxArrivals is how many records the station remembers for receipts: those of some
	// thousand cars that dock at the end of the same shift.
	maxArrivals = 50_000
	// arrivalBacklog is how much may wait to be looked at, in bytes; what comes beyond
	// that is read from the store again.
	arrivalBacklog = 64 << 20
	// arrivalPause is how long a receipt waits for records to be looked at while none is:
	// a server with a long queue stores all of it before it says any of it again.
	arrivalPause = 20 * time.Second
)

// arrivals are the records that were stored since the station started, looked at once,
// as they came: whole, and signed by their car. A receipt names them without having
// them read from the store again, a block of it for each.
type arrivals struct {
	stream jetstream.Stream
	ca     *x509.Certificate
	most   int // records that are remembered

	mu     sync.Mutex
	upTo   uint64            // sequence up to which all were looked at
	moved  chan struct{}     // closed when upTo grows
	known  map[string][]byte // digests, by subject
	oldest []string          // subjects, in order
}

func newArrivals(stream jetstream.Stream, ca *x509.Certificate) *arrivals {
	return &arrivals{stream: stream, ca: ca, most: maxArrivals, moved: make(chan struct{}), known: map[string][]byte{}}
}

// listen looks at what arrives until stop is called. It takes a connection of its own,
// made like nc: what waits there must not keep a car's question waiting.
func (a *arrivals) listen(ctx context.Context, nc *nats.Conn) (stop func(), err error) {
	own, err := nc.Opts.Connect()
	if err != nil {
		return nil, fmt.Errorf("look at what arrives: %w", err)
	}
	sub, err := own.Subscribe(arrivedSubjects, a.look)
	if err == nil {
		err = sub.SetPendingLimits(-1, arrivalBacklog)
	}
	if err == nil {
		err = own.Flush()
	}
	var info *jetstream.StreamInfo
	if err == nil {
		info, err = a.stream.Info(ctx)
	}
	if err != nil {
		own.Close()
		return nil, fmt.Errorf("look at what arrives: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reached(info.State.LastSeq) // what came before is not looked at
	return own.Close, nil
}

// look notes a record that is whole and its car's, unless one came before it under the
// same subject: the first counts.
func (a *arrivals) look(m *nats.Msg) {
	subject := m.Header.Get(jetstream.SubjectHeader)
	sequence, err := strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
	if err != nil {
		return
	}
	at, err := time.Parse(time.RFC3339Nano, m.Header.Get(jetstream.TimeStampHeaer))
	if err != nil {
		return
	}
	var digest []byte
	kind, car, id, err := protocol.ParseRecordSubject(subject)
	if err == nil && protocol.CheckRecord(a.ca, shift.Ref{Kind: kind, ID: id}, car, at, m.Data) == nil {
		digest = protocol.RecordDigest(m.Data)
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
	a.reached(sequence)
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
			// They did not get through to here; what was stored is read instead.
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
