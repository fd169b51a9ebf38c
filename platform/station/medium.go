package station

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/platform/dock/protocol"
)

// Imported is what came on a medium.
type Imported struct {
	Car, Request string
	// Records were on the medium, New of them were not at the station yet.
	Records, New int
	// Receipt is the file for the car.
	Receipt []byte
}

// ImportRecords takes in a file of records that a car made where there is no network,
// and signs the receipt for it. Taking in a file twice is no error, and gives a receipt
// again. It returns [protocol.ErrMedium] for a file that is not whole, [ErrNoCar] for a
// car that is not enrolled or is revoked; a record that the car did not sign ends the
// import without a receipt.
func (o *Operator) ImportRecords(ctx context.Context, file io.Reader, now time.Time) (Imported, error) {
	var in Imported
	given, err := o.receipts(ctx, o.js, slog.New(slog.DiscardHandler))
	if err != nil {
		return in, fmt.Errorf("import records: %w", err)
	}
	ask := protocol.ReceiptRequest{}
	var car Car
	err = protocol.ReadMedium(file, func(h protocol.MediumHead) (err error) {
		in.Car, in.Request, ask.Request = h.Car, h.Request, h.Request
		car, err = o.folder.car(h.Car)
		if err == nil && car.Revoked != nil {
			err = errRevoked
		}
		if err != nil {
			return fmt.Errorf("car %q: %w", h.Car, err)
		}
		return nil
	}, func(r protocol.MediumRecord) error {
		if err := given.admit(ctx, car, r, now); err != nil {
			return fmt.Errorf("record %s: %w", r.ID, err)
		}
		isNew, err := o.keep(ctx, in.Car, r)
		if err != nil {
			return fmt.Errorf("record %s: %w", r.ID, err)
		}
		if r.Upload != "" {
			return nil
		}
		in.Records++
		if isNew {
			in.New++
		}
		ask.Records = append(ask.Records, r.Ref)
		return nil
	})
	if err != nil {
		return in, fmt.Errorf("import records: %w", err)
	}
	if in.Receipt, err = given.make(ctx, in.Car, ask, now); err != nil {
		return in, fmt.Errorf("import records: %w", err)
	}
	return in, nil
}

// admit returns an error unless a car signed what it put onto a medium, and every piece
// of a record came before it.
func (r *receipts) admit(ctx context.Context, car Car, m protocol.MediumRecord, now time.Time) error {
	// The certificate that counts, as at the gate: not one of a bundle that was
	// replaced because it was lost.
	if serialText(protocol.SignedWith(m.Sealed)) != car.Serial {
		return errReplaced
	}
	if m.Upload == "" {
		if _, err := protocol.CheckRecord(r.ca, m.Ref, car.Car, now, m.Sealed); err != nil {
			return err
		}
		return r.pieces.check(ctx, r.ca, m.Ref, car.Car, m.Sealed)
	}
	if m.Index == 0 {
		if _, err := r.pieces.forget(ctx, m.Ref, car.Car, protocol.UploadPieces(m.Ref, car.Car, m.Upload), now); err != nil {
			return err
		}
	}
	return protocol.CheckPiece(r.ca, m.Ref, car.Car, m.Upload, m.Index, now, m.Sealed)
}

// keep stores a record, or a piece of one, as the car would have delivered it.
func (o *Operator) keep(ctx context.Context, car string, r protocol.MediumRecord) (isNew bool, err error) {
	m := &nats.Msg{Subject: protocol.PieceSubject(r.Ref, car, r.Upload, r.Index), Data: r.Sealed, Header: nats.Header{}}
	options := []jetstream.PublishOpt{jetstream.WithExpectLastSequencePerSubject(0)}
	if r.Upload == "" {
		m.Subject = protocol.RecordSubject(r.Kind, car, r.ID)
		options = append(options, jetstream.WithMsgID(m.Subject))
	}
	for _, name := range protocol.Headers {
		if v := r.Header[name]; len(v) > 0 {
			m.Header[name] = v[:1]
		}
	}
	ack, err := o.js.PublishMsg(ctx, m, options...)
	var api *jetstream.APIError
	if errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
		return false, nil // it came before, by this way or over the network
	}
	if err != nil {
		return false, err
	}
	return !ack.Duplicate, nil
}
