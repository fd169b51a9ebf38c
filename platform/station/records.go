package station

import (
	"cmp"
	"context"
	"crypto/hpke"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// ErrNoRecord is returned for a record that the station does not have.
var ErrNoRecord = errors.New("the station has no such record")

// Record is one record as the station keeps it, sealed.
type Record struct {
	ID       string     `json:"id"`
	Kind     shift.Kind `json:"kind"`
	Car      string     `json:"car"`
	Received time.Time  `json:"received"`
	// Bytes is its size as it is stored, the sealing of pieces not counted.
	Bytes int `json:"bytes"`
	// Captured and Used bound the day of the record and of its last use, as far as the
	// car said; see [protocol.Keeping].
	Captured *time.Time `json:"captured,omitempty"`
	Used     *time.Time `json:"used,omitempty"`
	// Held is set while the record is on legal hold.
	Held bool `json:"held,omitempty"`

	sequence uint64 // in the stream
}

// Opened is a record with its body, as the car sent it.
type Opened struct {
	Record
	Body json.RawMessage `json:"body"`
}

// Records calls each for every record in the order received, without opening any.
func (o *Operator) Records(ctx context.Context, each func(Record) error) error {
	holds, err := o.folder.holds()
	if err != nil {
		return err
	}
	return o.records(ctx, nil, true, func(r Record, _ []byte) error {
		r.Held = held(r, holds)
		return each(r)
	})
}

// OpenRecords opens the records of the given ids, or all, with the records key.
// each is called for every one, with the reason in err for one that cannot be
// opened: cut, changed, sealed to another key, or not signed by its car. It
// returns [ErrNoRecord] after the others for an id that the station does not have.
func (o *Operator) OpenRecords(ctx context.Context, key hpke.PrivateKey, ids []string, each func(r Opened, err error) error) error {
	missing := slices.Clone(ids)
	subjects, err := subjectsOf(ids)
	if err != nil {
		return err
	}
	err = o.opened(ctx, key, subjects, func(r Opened, err error) error {
		missing = slices.DeleteFunc(missing, func(id string) bool { return id == r.ID })
		return each(r, err)
	})
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("%q: %w", missing, ErrNoRecord)
	}
	return err
}

// OpenKinds opens the records of the given kinds, like [Operator.OpenRecords]. Those
// of other kinds are not even fetched.
func (o *Operator) OpenKinds(ctx context.Context, key hpke.PrivateKey, kinds []shift.Kind, each func(r Opened, err error) error) error {
	var subjects []string
	for _, kind := range kinds {
		subjects = append(subjects, protocol.RecordSubject(kind, "*", "*"))
	}
	return o.opened(ctx, key, subjects, each)
}

func (o *Operator) opened(ctx context.Context, key hpke.PrivateKey, subjects []string, each func(r Opened, err error) error) error {
	ca, err := o.folder.authorityCertificate()
	if err != nil {
		return fmt.Errorf("open records: %w", err)
	}
	opener, err := NewOpener(ctx, o.js, key, ca)
	if err != nil {
		return fmt.Errorf("open records: %w", err)
	}
	return o.records(ctx, subjects, false, func(r Record, sealed []byte) error {
		body, err := opener.Open(ctx, r.Kind, r.Car, r.ID, r.Received, sealed)
		if ctx.Err() != nil {
			return fmt.Errorf("open records: %w", ctx.Err())
		}
		return each(Opened{Record: r, Body: body}, err)
	})
}

// subjectsOf are the subjects of the records of the given ids, whatever their kind and
// car.
func subjectsOf(ids []string) (subjects []string, err error) {
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		if err := protocol.CheckName(id); err != nil {
			return nil, fmt.Errorf("record id %q: %w", id, err)
		}
		subjects = append(subjects, "*.*."+id)
	}
	return subjects, nil
}

// inFlight is how many whole messages may be on their way at a time: few, since
// one may have [protocol.MaxPayload].
const inFlight = 8

// purgedMeanwhile is how long a record that was announced may take before reading asks
// whether there still is one: a purge may have destroyed it.
const purgedMeanwhile = time.Second

// sizeHeader is the size of the message that a headers-only consumer left out.
const sizeHeader = "Nats-Msg-Size"

// records calls each for the records of some subjects, all where there are none named.
func (o *Operator) records(ctx context.Context, subjects []string, headersOnly bool, each func(Record, []byte) error) error {
	return o.walk(ctx, protocol.RecordStream, subjects, headersOnly, func(m jetstream.Msg, meta *jetstream.MsgMetadata) error {
		r, err := record(m.Subject(), m.Headers(), len(m.Data()), meta.Timestamp, meta.Sequence.Stream)
		if err != nil {
			return err
		}
		return each(r, m.Data())
	})
}

// walk calls each for the messages that a stream has under some subjects, all where
// there are none named, in the order received.
func (o *Operator) walk(ctx context.Context, stream string, subjects []string, headersOnly bool, each func(jetstream.Msg, *jetstream.MsgMetadata) error) error {
	failed := func(err error) error { return fmt.Errorf("read records: %w", err) }
	config := jetstream.OrderedConsumerConfig{HeadersOnly: headersOnly, MaxResetAttempts: 3, FilterSubjects: subjects}
	consumer, err := asked(ctx, func(ctx context.Context) (jetstream.Consumer, error) {
		return o.js.OrderedConsumer(ctx, stream, config)
	})
	if err != nil {
		return failed(err)
	}
	info, err := asked(ctx, consumer.Info)
	if err != nil {
		return failed(err)
	}
	if info.NumPending == 0 {
		return nil
	}
	batch := jetstream.PullMaxMessages(inFlight)
	if headersOnly {
		batch = jetstream.PullMaxMessages(500)
	}
	messages, err := consumer.Messages(batch)
	if err != nil {
		return failed(err)
	}
	defer messages.Stop()
	for last := uint64(0); ; {
		m, err := messages.Next(jetstream.NextMaxWait(purgedMeanwhile))
		if errors.Is(err, nats.ErrTimeout) && ctx.Err() == nil {
			info, err := asked(ctx, consumer.Info)
			if err != nil {
				return failed(err)
			}
			if info.NumPending == 0 && info.Delivered.Stream <= last {
				return nil
			}
			continue
		}
		if err = cmp.Or(ctx.Err(), err); err != nil {
			return failed(err)
		}
		meta, err := m.Metadata()
		if err != nil {
			return failed(err)
		}
		last = meta.Sequence.Stream
		if err := each(m, meta); err != nil {
			return err
		}
		if meta.NumPending == 0 {
			return nil
		}
	}
}

// record describes a message of the record stream.
func record(subject string, header nats.Header, size int, received time.Time, sequence uint64) (Record, error) {
	kind, car, id, err := protocol.ParseRecordSubject(subject)
	if err != nil {
		return Record{}, fmt.Errorf("read records: %w", err)
	}
	if n, err := strconv.Atoi(header.Get(sizeHeader)); err == nil {
		size = n
	}
	if n, err := strconv.Atoi(header.Get(protocol.HeaderPieces)); err == nil && n > 0 && n <= protocol.MaxBody {
		size += n
	}
	r := Record{ID: id, Kind: kind, Car: car, Received: received.UTC(), Bytes: size, sequence: sequence}
	k := protocol.ParseRetention(header, r.Received)
	r.Held = k.Held
	if !k.Captured.IsZero() {
		r.Captured = &k.Captured
	}
	if !k.Used.IsZero() {
		r.Used = &k.Used
	}
	return r, nil
}
