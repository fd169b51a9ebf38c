package station

import (
	"context"
	"crypto/hpke"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

const (
	// allMissing matches what every car asks that has a large record to send.
	allMissing = "missing.*"
	// unfinishedFor is how long pieces may wait for the rest of their record: a car
	// that is away for longer begins anew. resumeWithin is how long the station counts
	// on them: less by more than a delivery takes, so that no car ever completes what
	// a purge is about to destroy.
	unfinishedFor = 30 * 24 * time.Hour
	resumeWithin  = unfinishedFor - 24*time.Hour
)

var (
	errPiece = errors.New("a piece of this record is missing")
	// errUnread is returned where nobody can tell yet, because the store did not answer.
	errUnread = errors.New("a piece of this record cannot be read now")
)

// pieces are what large records consist of beside their heads.
type pieces struct {
	stream       jetstream.Stream
	all, records *reader
}

func openPieces(ctx context.Context, js jetstream.JetStream) (*pieces, error) {
	p := &pieces{}
	var err error
	if p.stream, err = atLeader(ctx, js, protocol.PieceStream); err != nil {
		return nil, err
	}
	if p.all, err = openReader(ctx, js, protocol.PieceStream); err != nil {
		return nil, err
	}
	p.records, err = openReader(ctx, js, protocol.RecordStream)
	return p, err
}

// piece returns one piece and when it was received.
func (r *reader) piece(ctx context.Context, of shift.Ref, car string, h protocol.Head, index int) ([]byte, time.Time, error) {
	m, err := r.first(ctx, protocol.PieceSubject(of, car, h.Upload, index))
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("look for a piece: %w", err)
	}
	if m == nil {
		return nil, time.Time{}, fmt.Errorf("piece %d of %d: %w", index+1, h.Pieces, errPiece)
	}
	return m.data, m.received, nil
}

// check returns an error unless every piece that belongs to a record is there, signed by
// its car. It says nothing of the record itself.
func (p *pieces) check(ctx context.Context, ca *x509.Certificate, of shift.Ref, car string, record []byte) error {
	h := protocol.HeadOf(record)
	for i := range h.Pieces {
		b, at, err := p.all.piece(ctx, of, car, h, i)
		if err != nil {
			return err
		}
		if err := protocol.CheckPiece(ca, of, car, h.Upload, i, at, b); err != nil {
			return fmt.Errorf("piece %d of %d: %w", i+1, h.Pieces, err)
		}
	}
	return nil
}

// missing are the indexes of the pieces that a car has to send. Pieces that waited too
// long for their record are destroyed first, and count as missing.
func (p *pieces) missing(ctx context.Context, car string, ask protocol.MissingRequest, now time.Time) ([]int, error) {
	all := protocol.UploadPieces(ask.Ref, car, ask.Upload)
	info, err := p.stream.Info(ctx, jetstream.WithSubjectFilter(all))
	if err != nil {
		return nil, fmt.Errorf("look for pieces: %w", err)
	}
	have := info.State.Subjects
	forgotten, err := p.forget(ctx, ask.Ref, car, all, now)
	if err != nil {
		return nil, fmt.Errorf("destroy old pieces: %w", err)
	}
	if forgotten {
		have = nil
	}
	missing := []int{}
	for i := range ask.Pieces {
		if have[protocol.PieceSubject(ask.Ref, car, ask.Upload, i)] == 0 {
			missing = append(missing, i)
		}
	}
	return missing, nil
}

// forget destroys the pieces of an upload that waited too long for their record, and
// reports whether there were such.
func (p *pieces) forget(ctx context.Context, of shift.Ref, car, all string, now time.Time) (bool, error) {
	newest, err := p.stream.GetLastMsgForSubject(ctx, all)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return false, nil
	}
	if err != nil || now.Sub(newest.Time) < resumeWithin {
		return false, err
	}
	record, err := p.records.first(ctx, protocol.RecordSubject(of.Kind, car, of.ID))
	if err != nil || record != nil {
		return false, err
	}
	for {
		m, err := p.all.first(ctx, all)
		if err != nil || m == nil {
			return err == nil, err
		}
		if err := overwrite(ctx, p.stream, m.sequence); err != nil {
			return false, err
		}
	}
}

// answerMissing tells a car what to send.
func (r *receipts) answerMissing(ctx context.Context, subject string, body []byte) (car string, answer []byte, err error) {
	car, ask, err := protocol.ParseMissingRequest(subject, body)
	if err != nil {
		return car, nil, err
	}
	missing, err := r.pieces.missing(ctx, car, ask, time.Now())
	if err != nil {
		return car, nil, err
	}
	answer, err = json.Marshal(missing)
	return car, answer, err
}

// planPieces adds to a purge the pieces of the records that go, and those that waited
// too long for theirs.
func (o *Operator) planPieces(ctx context.Context, plan *purge, now time.Time) error {
	type waiting struct {
		newest    time.Time
		sequences []uint64
	}
	waits := map[string]*waiting{}
	err := o.walk(ctx, protocol.PieceStream, nil, true, func(m jetstream.Msg, meta *jetstream.MsgMetadata) error {
		record, err := protocol.RecordOfPiece(m.Subject())
		if err != nil || plan.kept[record] {
			return err
		}
		w := waits[record]
		if w == nil {
			w = &waiting{}
			waits[record] = w
		}
		w.newest = meta.Timestamp
		w.sequences = append(w.sequences, meta.Sequence.Stream)
		return nil
	})
	if err != nil {
		return err
	}
	for _, record := range plan.gone {
		if w := waits[record]; w != nil {
			plan.pieces = append(plan.pieces, w.sequences...)
			delete(waits, record)
		}
	}
	for _, w := range waits {
		if now.Sub(w.newest) >= unfinishedFor {
			plan.pieces = append(plan.pieces, w.sequences...)
			plan.unfinished++
		}
	}
	return nil
}

// Opener opens records as messages of the record stream have them, for whoever has the
// records key.
type Opener struct {
	key    hpke.PrivateKey
	ca     *x509.Certificate
	pieces *reader
}

// NewOpener takes the records key, the certificate of the station's authority and a
// connection that may read the streams of records and of pieces.
func NewOpener(ctx context.Context, js jetstream.JetStream, key hpke.PrivateKey, ca *x509.Certificate) (*Opener, error) {
	p, err := openReader(ctx, js, protocol.PieceStream)
	return &Opener{key: key, ca: ca, pieces: p}, err
}

// Open verifies and opens a record that was received at a time under its subject, and
// puts it together where it came in pieces. It returns an error for one that was cut,
// changed, moved, sealed to another key or not signed by its car.
func (o *Opener) Open(ctx context.Context, kind shift.Kind, car, id string, received time.Time, record []byte) (body []byte, err error) {
	if protocol.HeadOf(record).Pieces == 0 {
		body, err = protocol.OpenRecord(o.key, o.ca, kind, car, id, received, record)
	} else {
		of := shift.Ref{Kind: kind, ID: id}
		body, err = protocol.OpenPieces(o.key, o.ca, of, car, received, record,
			func(h protocol.Head, i int) ([]byte, time.Time, error) {
				b, at, err := o.pieces.piece(ctx, of, car, h, i)
				if err != nil && !errors.Is(err, errPiece) {
					err = fmt.Errorf("%w: %w", errUnread, err)
				}
				return b, at, err
			})
	}
	if err == nil && !json.Valid(body) {
		return nil, errors.New("the body is not JSON")
	}
	return body, err
}

// asksMissing reports whether a car asks there what to send.
func asksMissing(subject string) bool {
	return strings.HasPrefix(subject, protocol.MissingSubject(""))
}
