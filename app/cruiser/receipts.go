package cruiser

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"secondlook/app/audit"
	"secondlook/app/shift"
)

// ErrNoReceipt is returned by a sync where the station took records and gave no receipt
// for them: they stay in the car.
var ErrNoReceipt = errors.New("the station gave no receipt for records that it took")

// deliver takes what is finished to the station and erases it under the station's
// receipt. What an earlier sync delivered before it was cut is on a receipt at once,
// and makes no second journey.
func (c *Cruiser) deliver(ctx context.Context, link shift.Link, s *Summary, p *Progress, progress func(Progress)) error {
	parcels, err := c.outbox(ctx)
	if err != nil {
		return err
	}
	p.Total = len(parcels)
	progress(*p)
	t := handover{c: c, began: c.now(), p: p, s: s, tell: progress}
	for part := range slices.Chunk(parcels, shift.MaxReceipt) {
		left, err := c.settle(ctx, link, part, s)
		if err != nil {
			return err
		}
		p.Done += len(part) - len(left)
		for waiting := left; len(waiting) > 0; {
			batch, err := t.pack(ctx, waiting)
			if err != nil {
				return err
			}
			if err := link.Deliver(ctx, batch...); err != nil {
				return fmt.Errorf("deliver a record: %w", err)
			}
			waiting = waiting[len(batch):]
		}
		if left, err = c.settle(ctx, link, left, s); err != nil {
			return err
		}
		if len(left) > 0 {
			return fmt.Errorf("%d records: %w", len(left), ErrNoReceipt)
		}
	}
	return nil
}

// batchBytes is how much is handed to the link at a time, at least one record: enough for
// a quick line, and little to hold in memory.
const batchBytes = 4 << 20

// handover counts what the station has of what a sync delivers.
type handover struct {
	c     *Cruiser
	began time.Time
	sent  int // records
	bytes int // of those
	p     *Progress
	s     *Summary
	tell  func(Progress)
}

// pack reads the next records, as many as go together, and has them counted.
func (t *handover) pack(ctx context.Context, next []outgoing) (batch []shift.Parcel, err error) {
	for size := 0; len(batch) < len(next) && size < batchBytes; {
		parcel, err := next[len(batch)].pack(ctx)
		if err != nil {
			return nil, err
		}
		whole := len(parcel.Body)
		parcel.Stored = func(bytes int) { t.stored(bytes, whole) }
		size += whole
		batch = append(batch, parcel)
	}
	return batch, nil
}

// stored takes it that the station has so many bytes of a record.
func (t *handover) stored(bytes, whole int) {
	t.p.Bytes = t.bytes + bytes
	part := float64(bytes) / float64(max(whole, 1))
	if bytes == whole {
		t.sent, t.bytes, part = t.sent+1, t.p.Bytes, 0
		t.p.Done++
		t.s.Bytes = t.bytes
	}
	t.p.Left = remaining(t.c.now().Sub(t.began), float64(t.sent)+part, float64(t.p.Total-t.p.Done)-part)
	t.tell(*t.p)
}

// remaining is how long so many records will take if they are as those that were done
// in the time took; 0 while nothing is known.
func remaining(took time.Duration, done, left float64) time.Duration {
	if done == 0 {
		return 0
	}
	return time.Duration(float64(took) / done * left)
}

// settle erases what of the parcels the station signs to have, and returns the others.
func (c *Cruiser) settle(ctx context.Context, link shift.Link, parcels []outgoing, s *Summary) (left []outgoing, err error) {
	if len(parcels) == 0 {
		return nil, nil
	}
	r, err := link.Receipt(ctx, refsOf(parcels))
	if errors.Is(err, shift.ErrReceipt) {
		return nil, c.refuseReceipt(ctx, "", err)
	}
	if err != nil {
		return nil, fmt.Errorf("receive a receipt: %w", err)
	}
	if len(r.Records) == 0 {
		return parcels, nil
	}
	return c.takeReceipt(ctx, r, parcels, s)
}

// takeReceipt keeps a receipt in the audit record, and then erases what it names. A
// terminal that loses its power between the two asks for another receipt.
func (c *Cruiser) takeReceipt(ctx context.Context, r shift.Receipt, parcels []outgoing, s *Summary) (left []outgoing, err error) {
	e := c.event(audit.ReceiptTaken, r.Request)
	e.Detail = map[string]string{"records": fmt.Sprint(len(r.Records)), "digest": hex.EncodeToString(r.Digest),
		"proof": base64.StdEncoding.EncodeToString(r.Proof)}
	if err := c.store.Append(ctx, e); err != nil {
		return nil, fmt.Errorf("keep the receipt: %w", err)
	}
	var signed []shift.Acknowledged
	have := map[shift.Ref][]byte{}
	for _, record := range r.Records {
		have[record.Ref] = record.Digest
	}
	for _, p := range parcels {
		digest, ok := have[p.Ref]
		if !ok {
			left = append(left, p)
			continue
		}
		e := c.event(audit.HitDelivered, p.ID)
		e.Detail = map[string]string{"receipt": r.Request, "kind": string(p.Kind), "digest": hex.EncodeToString(digest)}
		signed = append(signed, shift.Acknowledged{Ref: p.Ref, Held: p.held, Event: e})
	}
	for part := range slices.Chunk(signed, perErasure) {
		if err := c.store.Acknowledge(ctx, part); err != nil {
			return nil, fmt.Errorf("erase delivered records: %w", err)
		}
		s.Delivered += len(part)
	}
	return left, nil
}

// perErasure is how many delivered records are erased in one transaction: each has its
// event, and all of them one turn of the store's epoch. More would only hold up an
// alert that is raised meanwhile.
const perErasure = 500

// refuseReceipt writes down why a receipt was refused, and returns that.
func (c *Cruiser) refuseReceipt(ctx context.Context, request string, why error) error {
	e := c.event(audit.ReceiptRefused, request)
	e.Outcome, e.Detail = "refused", map[string]string{"why": why.Error()}
	if err := c.store.Append(ctx, e); err != nil {
		return errors.Join(why, fmt.Errorf("record the refusal of a receipt: %w", err))
	}
	return why
}
