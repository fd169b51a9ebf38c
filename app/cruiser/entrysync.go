package cruiser

import (
	"context"
	"errors"
	"fmt"

	"secondlook/app/audit"
	"secondlook/app/entry"
	"secondlook/app/shift"
)

// receiveEntries takes in what others proposed and decided: a supervisor decides at the
// officer's own terminal, on another car, or at the station.
func (c *Cruiser) receiveEntries(ctx context.Context, link shift.Link, in *intake) error {
	kept, err := c.store.Entries(ctx)
	if err != nil {
		return fmt.Errorf("read manual entries: %w", err)
	}
	known := map[string]entry.Entry{}
	for _, e := range kept {
		known[e.ID] = e
	}
	others, untrusted := link.Entries(ctx)
	if untrusted != nil && !errors.Is(untrusted, shift.ErrUntrusted) {
		return fmt.Errorf("receive manual entries: %w", untrusted)
	}
	in.offered = true
	for _, e := range others {
		in.there(e)
		k, ok := known[e.ID]
		if ok && !e.Follows(k) || !c.takes(e, k, ok) {
			continue
		}
		e.Foreign = !ok || k.Foreign
		if err := c.store.PutEntry(ctx, e, c.event(audit.EntryReceived, e.ID)); err != nil {
			return fmt.Errorf("keep a received entry: %w", err)
		}
		in.summary.Entries++
	}
	return errors.Join(untrusted, c.sweep(ctx), c.refreshLists(ctx))
}

// sendEntries sends what was proposed and decided here, as far as the station has not
// got it.
func (c *Cruiser) sendEntries(ctx context.Context, link shift.Link, in *intake) error {
	kept, err := c.store.Entries(ctx)
	if err != nil {
		return fmt.Errorf("read manual entries: %w", err)
	}
	for _, e := range kept {
		if !in.follows(e) || e.Foreign && !decidedByHand(e) {
			continue
		}
		if err := link.PublishEntry(ctx, e); err != nil {
			return fmt.Errorf("send a manual entry: %w", err)
		}
		in.there(e)
	}
	return nil
}

// takes reports whether an entry from elsewhere may stand here. Another terminal's word
// is not enough: the pack's limits hold here too, and what was proposed here only
// changes by a decision on it.
func (c *Cruiser) takes(e, known entry.Entry, ok bool) bool {
	if ok && !known.Foreign && !e.Decides(known) {
		return false
	}
	return e.State != entry.Approved && e.State != entry.Proposed || e.Validate(c.Pack(), c.now()) == nil
}

// decidedByHand tells a decision from what every terminal finds out for itself, as that
// an entry has expired or that its renewal is on the hotlist.
func decidedByHand(e entry.Entry) bool {
	return e.State == entry.Approved || e.State == entry.Refused || e.State == entry.Withdrawn && e.ReplacedBy == ""
}
