package cruiser

import (
	"context"
	"fmt"
	"strings"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/shift"
)

// HoldHit puts a finished hit on legal hold: it is delivered like any other, its hold
// with it, and stays in the car until it is released. It returns [hit.ErrNotFound],
// [hit.ErrWrongState] or [hit.ErrIncomplete].
func (c *Cruiser) HoldHit(ctx context.Context, id, authority, reason string) (hit.Hold, error) {
	by, err := c.permit(ctx, access.ActHold)
	if err != nil {
		return hit.Hold{}, err
	}
	hits, err := c.store.Hits(ctx)
	if err != nil {
		return hit.Hold{}, fmt.Errorf("read the hit: %w", err)
	}
	for _, h := range hits {
		if h.ID != id {
			continue
		}
		hold, err := h.Hold(by, authority, reason, c.now())
		if err != nil {
			return hit.Hold{}, err
		}
		e := c.event(audit.HitHeld, id)
		e.Reason, e.Detail = hold.Reason, map[string]string{"authority": hold.Authority}
		if err := c.store.PutHold(ctx, hold, e); err != nil {
			return hit.Hold{}, fmt.Errorf("keep the hold: %w", err)
		}
		c.tell(CasesChanged)
		return hold, nil
	}
	return hit.Hold{}, hit.ErrNotFound
}

// ReleaseHit ends a legal hold, with a reason. A hit that the station has already is
// then erased in the car, as it would have been on delivery; the station releases its
// own record. It returns [hit.ErrNotHeld] or [hit.ErrIncomplete].
func (c *Cruiser) ReleaseHit(ctx context.Context, id, reason string) error {
	if _, err := c.permit(ctx, access.ActHold); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return fmt.Errorf("reason of the release: %w", hit.ErrIncomplete)
	}
	holds, err := c.holds(ctx)
	if err != nil {
		return err
	}
	h, ok := holds[id]
	if !ok {
		return hit.ErrNotHeld
	}
	e := c.event(audit.HitReleased, id)
	e.Reason = reason
	if err := c.store.DropHold(ctx, id, !h.Delivered.IsZero(), e); err != nil {
		return fmt.Errorf("release the hit: %w", err)
	}
	c.tell(CasesChanged, QueueChanged)
	return nil
}

// Holds returns the legal holds in the car, newest first.
func (c *Cruiser) Holds(ctx context.Context) ([]hit.Hold, error) {
	if _, err := c.permit(ctx, access.ActHold); err != nil {
		return nil, err
	}
	holds, err := c.store.Holds(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the holds: %w", err)
	}
	return newestFirst(holds), nil
}

func (c *Cruiser) holds(ctx context.Context) (map[string]hit.Hold, error) {
	all, err := c.store.Holds(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the holds: %w", err)
	}
	byID := make(map[string]hit.Hold, len(all))
	for _, h := range all {
		byID[h.ID] = h
	}
	return byID, nil
}

// hitsOut are the finished hits that the station does not have. One on hold stays in
// the car; every other is erased when the station has it.
func (c *Cruiser) hitsOut(ctx context.Context) (out []outgoing, err error) {
	hits, err := c.store.Hits(ctx)
	if err != nil {
		return nil, fmt.Errorf("read hits to deliver: %w", err)
	}
	holds, err := c.holds(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range hits {
		hold, held := holds[h.ID]
		if h.State != hit.Closed || !hold.Delivered.IsZero() {
			continue
		}
		out = append(out, outgoing{
			Ref:  shift.Ref{Kind: shift.HitParcel, ID: h.ID},
			held: held,
			rank: c.tier(h).Rank(),
			pack: func(ctx context.Context) (shift.Parcel, error) {
				p, err := c.packHit(ctx, h)
				p.Held = held
				return p, err
			},
		})
	}
	return out, nil
}
