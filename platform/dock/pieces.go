package dock

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// sendPieces sends the pieces of an upload that the station does not have, waits until all
// are stored, and tells meanwhile how much of the body is there.
func (w *window) sendPieces(ctx context.Context, u *protocol.Upload, stored func(bytes int)) error {
	all := u.Head().Pieces
	if all == 0 {
		return nil
	}
	if err := w.drain(ctx); err != nil { // what is told is told in order
		return err
	}
	missing, err := w.l.missing(ctx, u)
	if err != nil {
		return err
	}
	there := all - len(missing)
	tell := func() {
		if stored != nil {
			stored(there * protocol.PieceSize)
		}
	}
	tell()
	for _, index := range missing {
		subject, sealed, err := u.Piece(index)
		if err != nil {
			return err
		}
		// Without a message id: where the station destroyed a piece that was never
		// completed, its memory of ids must not stand for it.
		if err := w.send(ctx, &nats.Msg{Subject: subject, Data: sealed}, func(bool) { there++; tell() }); err != nil {
			return err
		}
	}
	return w.drain(ctx)
}

// sendRecord sends the record itself, without waiting until it is stored.
func (w *window) sendRecord(ctx context.Context, u *protocol.Upload, stored func()) error {
	m, err := u.Record()
	if err != nil {
		return err
	}
	// The message id answers a quick repetition; the expectation that the subject
	// is empty answers one of any age, after the station forgot the id.
	return w.send(ctx, &nats.Msg{Subject: m.Subject, Data: m.Sealed, Header: m.Header}, func(isNew bool) {
		if isNew {
			w.l.mu.Lock()
			w.l.sent[u.Ref] = m.Digest
			w.l.mu.Unlock()
		}
		stored()
	}, jetstream.WithMsgID(m.Subject))
}

// missing asks the station which pieces of an upload to send. Reading them would tell
// too, and cost as much as sending them.
func (l *link) missing(ctx context.Context, u *protocol.Upload) ([]int, error) {
	head := u.Head()
	body, err := json.Marshal(protocol.MissingRequest{Ref: u.Ref, Upload: head.Upload, Pieces: head.Pieces})
	if err != nil {
		return nil, fmt.Errorf("ask what is missing: %w", err)
	}
	ctx, done := l.call(ctx)
	defer done()
	m, err := l.nc.RequestWithContext(ctx, protocol.MissingSubject(l.id.Car), body)
	if err != nil {
		return nil, l.failure(ctx, "ask what is missing", err)
	}
	missing, err := protocol.ParseMissing(m.Data, head.Pieces)
	if err != nil {
		return nil, fmt.Errorf("ask what is missing: %w (%v)", shift.ErrNoAnswer, err)
	}
	return missing, nil
}
