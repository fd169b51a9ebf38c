package cruiser

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"secondlook/app/access"
	"secondlook/app/draft"
)

// Draft returns what the person signed in has written into a form and not sent; one that
// is gone, with the ID that it will have, where that is nothing. It returns
// [access.ErrNotSignedIn].
func (c *Cruiser) Draft(ctx context.Context, form string) (draft.Draft, error) {
	s, ok := c.Session()
	if !ok || s.Locked {
		return draft.Draft{}, access.ErrNotSignedIn
	}
	id := draft.ID(s.Officer.ID, form)
	if d, ok := c.desk.On(id); ok {
		return d, nil
	}
	all, err := c.store.Drafts(ctx)
	if err != nil {
		return draft.Draft{}, fmt.Errorf("read drafts: %w", err)
	}
	for _, d := range all {
		if d.ID == id && !d.Over(c.now()) {
			return d, nil
		}
	}
	return draft.Draft{ID: id}, nil
}

// WriteDraft notes what was written so far into the form of a draft, which
// [Cruiser.Draft] gave to its author: the answers that are not as the form began, by
// question. None erases it, as when it was sent. It does not wait for the disk:
// [Cruiser.KeepDrafts] does, and comes by itself when the terminal is locked, when
// somebody signs out and at the end.
func (c *Cruiser) WriteDraft(id string, fields map[string]string) {
	c.desk.Write(draft.Draft{ID: id, At: c.now(), Fields: maps.Clone(fields)})
}

// Drafts counts what anybody has written on this terminal and not sent.
func (c *Cruiser) Drafts(ctx context.Context) (int, error) {
	if err := c.KeepDrafts(ctx); err != nil {
		return 0, err
	}
	all, err := c.store.Drafts(ctx)
	return len(all), err
}

// KeepDrafts writes to the store what was written into forms, and erases the drafts that
// were sent or given up. Whoever shows the screens calls it when a form is left. What the
// disk does not take waits for the next call, and so does what a locked terminal has.
func (c *Cruiser) KeepDrafts(ctx context.Context) error { return c.keepOpenDrafts(ctx, c.desk.All) }

// KeepDraftsIfDue is KeepDrafts for those whose author rests. Whoever shows the screens
// calls it about once a second.
func (c *Cruiser) KeepDraftsIfDue(ctx context.Context) error {
	return c.keepOpenDrafts(ctx, func() []*draft.Sheet { return c.desk.Due(c.now()) })
}

// keepOpenDrafts is keepDrafts, unless there is nothing to do or the terminal is locked.
func (c *Cruiser) keepOpenDrafts(ctx context.Context, which func() []*draft.Sheet) error {
	if len(which()) == 0 {
		return nil
	}
	defer c.keepOpen(ctx)()
	if c.closed() {
		return nil
	}
	return c.keepDrafts(ctx, which)
}

// keepDrafts keeps some of what is on the desk. One at a time: what was given up must not
// come back because somebody else was about to write it.
func (c *Cruiser) keepDrafts(ctx context.Context, which func() []*draft.Sheet) (err error) {
	c.drafting.Lock()
	defer c.drafting.Unlock()
	for _, s := range which() {
		var fault error
		if s.Gone() {
			fault = c.store.DropDrafts(ctx, s.ID)
			c.sweeper.Ask()
		} else {
			fault = c.store.PutDraft(ctx, s.Draft)
		}
		if fault != nil {
			err = errors.Join(err, fmt.Errorf("keep a draft: %w", fault))
			continue
		}
		c.desk.Kept(s)
	}
	return err
}

// leaveDrafts keeps what is on the desk before the store is closed. What cannot be kept
// keeps nobody from locking the terminal.
func (c *Cruiser) leaveDrafts(ctx context.Context) {
	if err := c.keepDrafts(ctx, c.desk.All); err != nil {
		c.log.Error("keep drafts", "error", err)
	}
}

// endDrafts erases every draft with the shift, and counts them.
func (c *Cruiser) endDrafts(ctx context.Context) (int, error) {
	c.drafting.Lock()
	defer c.drafting.Unlock()
	all, err := c.store.Drafts(ctx)
	if err != nil {
		return 0, fmt.Errorf("read drafts: %w", err)
	}
	var ids []string
	for _, d := range all {
		ids = append(ids, d.ID)
	}
	if err := c.store.DropDrafts(ctx, ids...); err != nil {
		return 0, fmt.Errorf("erase drafts: %w", err)
	}
	c.desk.Clear()
	c.sweeper.Ask()
	return len(ids), nil
}

// purgeDrafts erases drafts that nobody came back to. It goes by the machine's clock,
// whatever is in doubt about that: a draft is in nobody's record, and the plates in it
// must not wait until somebody confirms the clock.
func (c *Cruiser) purgeDrafts(ctx context.Context) error {
	c.drafting.Lock()
	defer c.drafting.Unlock()
	var p Purge
	err := overdueOf(ctx, "drafts", c.store.Drafts, &p.Drafts, func(d draft.Draft) (string, bool) { return d.ID, d.Over(c.now()) })
	if err != nil || len(p.Drafts) == 0 {
		return err
	}
	c.sweeper.Ask()
	return c.purge(ctx, p)
}
