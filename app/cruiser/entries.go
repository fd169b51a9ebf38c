package cruiser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/entry"
)

// Propose proposes a manual entry in the name of the person signed in. ID,
// author, service and state are filled in here.
func (c *Cruiser) Propose(ctx context.Context, e entry.Entry) (entry.Entry, error) {
	by, err := c.permit(ctx, access.ActProposeEntry)
	if err != nil {
		return entry.Entry{}, err
	}
	now := c.now()
	e.ID, e.State, e.Author, e.Proposed, e.Revision = newID(now), entry.Proposed, by, now, 1
	e.Service, e.Decider, e.Foreign = c.Settings().Service, nil, false
	if err := e.Validate(c.Pack(), now); err != nil {
		return entry.Entry{}, c.refused(ctx, string(audit.EntryProposed), "", err)
	}
	ev := c.event(audit.EntryProposed, e.ID)
	ev.Reason = e.Category
	if err := c.store.PutEntry(ctx, e, ev); err != nil {
		return entry.Entry{}, fmt.Errorf("keep the entry: %w", err)
	}
	c.count(ev)
	c.tell(EntriesChanged)
	return e, nil
}

// Entries returns every manual entry on this terminal, newest first.
func (c *Cruiser) Entries(ctx context.Context) ([]entry.Entry, error) {
	if _, err := c.permit(ctx, access.ActProposeEntry); err != nil {
		return nil, err
	}
	entries, err := c.store.Entries(ctx)
	if err != nil {
		return nil, fmt.Errorf("read manual entries: %w", err)
	}
	now := c.now()
	for i := range entries {
		entries[i].Expire(now) // as it stands now; the sweep writes it down
	}
	if err := c.store.Append(ctx, c.listed(audit.EntriesListed, audit.ReasonEntries, len(entries))); err != nil {
		return nil, fmt.Errorf("record the look at manual entries: %w", err)
	}
	slices.Reverse(entries)
	return entries, nil
}

// Approve puts another's proposal on the hotlist.
func (c *Cruiser) Approve(ctx context.Context, id string) error {
	return c.decide(ctx, id, audit.EntryApproved, access.ActApproveEntry, func(e *entry.Entry, by access.Officer) error {
		return e.Approve(by, c.Pack(), c.now())
	})
}

// Refuse turns another's proposal down, with a reason.
func (c *Cruiser) Refuse(ctx context.Context, id, reason string) error {
	return c.decide(ctx, id, audit.EntryRefused, access.ActApproveEntry, func(e *entry.Entry, by access.Officer) error {
		return e.Refuse(by, reason, c.now())
	})
}

// Withdraw takes an entry back.
func (c *Cruiser) Withdraw(ctx context.Context, id, reason string) error {
	return c.decide(ctx, id, audit.EntryWithdrawn, access.ActProposeEntry, func(e *entry.Entry, by access.Officer) error {
		return e.Withdraw(by, reason, c.now())
	})
}

func (c *Cruiser) decide(ctx context.Context, id string, act audit.Act, may access.Act, do func(*entry.Entry, access.Officer) error) error {
	by, err := c.permit(ctx, may)
	if err != nil {
		return err
	}
	e, err := c.entry(ctx, id)
	if err != nil {
		return err
	}
	if err := do(&e, by); err != nil {
		return c.refused(ctx, string(act), id, err)
	}
	ev := c.event(act, id)
	ev.Reason = e.Decision
	if len(e.Amended) > 0 {
		ev.Detail = map[string]string{"amended": fmt.Sprint(e.Amended)}
	}
	if err := c.store.PutEntry(ctx, e, ev); err != nil {
		return fmt.Errorf("keep the decision: %w", err)
	}
	err = errors.Join(c.sweep(ctx), c.refreshLists(ctx))
	c.tell(EntriesChanged)
	return err
}

// entry reads one manual entry. It returns [entry.ErrNotFound].
func (c *Cruiser) entry(ctx context.Context, id string) (entry.Entry, error) {
	entries, err := c.store.Entries(ctx)
	if err != nil {
		return entry.Entry{}, fmt.Errorf("read manual entries: %w", err)
	}
	for _, e := range entries {
		if e.ID == id {
			return e, nil
		}
	}
	return entry.Entry{}, entry.ErrNotFound
}

// Amend changes one's own proposal before it is decided; to has its new content.
func (c *Cruiser) Amend(ctx context.Context, id string, to entry.Entry) error {
	return c.decide(ctx, id, audit.EntryAmended, access.ActProposeEntry, func(e *entry.Entry, by access.Officer) error {
		return e.Amend(by, to, c.Pack(), c.now())
	})
}

// ApproveAmended puts another's proposal on the hotlist as the supervisor corrects
// it, with the reason; to has its new content.
func (c *Cruiser) ApproveAmended(ctx context.Context, id string, to entry.Entry, why string) error {
	return c.decide(ctx, id, audit.EntryApproved, access.ActApproveEntry, func(e *entry.Entry, by access.Officer) error {
		return e.ApproveAmended(by, to, why, c.Pack(), c.now())
	})
}

// Renew proposes an entry anew, for another supervisor to decide on; to has its
// content. Once it is approved, it takes the old one's place.
func (c *Cruiser) Renew(ctx context.Context, id string, to entry.Entry) (entry.Entry, error) {
	by, err := c.permit(ctx, access.ActProposeEntry)
	if err != nil {
		return entry.Entry{}, err
	}
	old, err := c.entry(ctx, id)
	if err != nil {
		return entry.Entry{}, err
	}
	now := c.now()
	old.Expire(now) // as it stands now
	next, err := old.Renewal(by, to, newID(now), c.Pack(), now)
	if err != nil {
		return entry.Entry{}, c.refused(ctx, string(audit.EntryProposed), id, err)
	}
	ev := c.event(audit.EntryProposed, next.ID)
	ev.Reason, ev.Detail = next.Category, map[string]string{"renews": id}
	if err := c.store.PutEntry(ctx, next, ev); err != nil {
		return entry.Entry{}, fmt.Errorf("keep the entry: %w", err)
	}
	c.count(ev)
	c.tell(EntriesChanged)
	return next, nil
}

// sweepOpen is sweep, unless the terminal is locked.
func (c *Cruiser) sweepOpen(ctx context.Context) error {
	defer c.keepOpen(ctx)()
	if c.closed() {
		return nil
	}
	return c.sweep(ctx)
}

// sweep ends the manual entries whose time is over or whose renewal is on the
// hotlist, and writes that down.
func (c *Cruiser) sweep(ctx context.Context) error {
	if ahead, err := c.clockAhead(ctx); err != nil || ahead {
		return err // they match no more, but have not ended for good
	}
	entries, err := c.store.Entries(ctx)
	if err != nil {
		return fmt.Errorf("read manual entries: %w", err)
	}
	ended := false
	for _, e := range entries {
		act := audit.EntryExpired
		if !e.Expire(c.now()) {
			if act = audit.EntryWithdrawn; !retired(&e, entries, c.now()) {
				continue
			}
		}
		ev := c.event(act, e.ID)
		if e.ReplacedBy != "" {
			ev.Detail = map[string]string{"renewed": e.ReplacedBy}
		}
		if err := c.store.PutEntry(ctx, e, ev); err != nil {
			return fmt.Errorf("end an entry: %w", err)
		}
		ended = true
	}
	if !ended {
		return nil
	}
	c.tell(EntriesChanged)
	return c.refreshLists(ctx)
}

// retired retires an entry if one of the entries is its renewal.
func retired(e *entry.Entry, entries []entry.Entry, now time.Time) bool {
	return slices.ContainsFunc(entries, func(r entry.Entry) bool { return e.Retire(r, now) })
}
