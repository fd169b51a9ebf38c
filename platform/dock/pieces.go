package dock

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/nats-io/nats.go"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// deliverPieces sends the pieces of an upload that the station does not have, one when
// the one before is stored, and tells after each how much of the body is there.
func (l *link) deliverPieces(ctx context.Context, u *protocol.Upload, stored func(bytes int)) error {
	all := u.Head().Pieces
	if all == 0 {
		return nil
	}
	missing, err := l.missing(ctx, u)
	if err != nil {
		return err
	}
	tell := func(left int) {
		if stored != nil {
			stored((all - left) * protocol.PieceSize)
		}
	}
	tell(len(missing))
	for n, index := range missing {
		subject, sealed, err := u.Piece(index)
		if err != nil {
			return err
		}
		// Without a message id: where the station destroyed a piece that was never
		// completed, its memory of ids must not stand for it.
		if _, err := l.publish(ctx, &nats.Msg{Subject: subject, Data: sealed}); err != nil {
			return err
		}
		tell(len(missing) - n - 1)
	}
	return nil
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
