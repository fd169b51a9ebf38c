package cruiser

import (
	"context"
	"errors"
	"fmt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/shift"
)

// receiveRoster applies the station's roster where it is a newer one. Its authority
// is the station's signature, whoever's sync brings it. A refused one changes nothing
// and the error wraps [shift.ErrUntrusted].
func (c *Cruiser) receiveRoster(ctx context.Context, link shift.Link) error {
	r, err := link.Roster(ctx, c.Settings().Roster)
	if err != nil {
		return fmt.Errorf("receive the roster: %w", err)
	}
	if r == nil {
		return nil
	}
	_, err = c.store.ApplyRoster(ctx, *r, func(change access.RosterChange) audit.Event {
		e := c.event(audit.RosterApplied, "")
		e.Detail = map[string]string{"version": fmt.Sprint(r.Version), "people": fmt.Sprint(len(r.People)), "added": fmt.Sprint(change.Added),
			"changed": fmt.Sprint(change.Changed), "removed": fmt.Sprint(change.Removed), "kept": fmt.Sprint(change.Kept)}
		return e
	})
	switch {
	case errors.Is(err, access.ErrOldRoster):
		return nil // another sync was faster
	case err != nil:
		return err
	}
	c.mu.Lock()
	c.settings.Roster = r.Version
	c.mu.Unlock()
	return c.followRoster(ctx)
}

// followRoster holds who is signed in to what the roster made of them: other roles
// count at once, and who left locks the screen that only others can unlock.
func (c *Cruiser) followRoster(ctx context.Context) error {
	people, err := c.store.People(ctx)
	if err != nil {
		return err
	}
	gone := false
	c.mu.Lock()
	for _, p := range people {
		if c.session != nil && p.ID == c.session.Officer.ID {
			c.session.Officer, c.session.person = p.Officer, p
			gone = !p.CanSignIn
		}
	}
	c.mu.Unlock()
	c.tell(SessionChanged)
	if gone {
		return c.lock(ctx, "not on the roster any more")
	}
	return nil
}
