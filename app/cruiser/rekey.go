package cruiser

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// ErrPatrolRuns is returned for what cannot be done while the cameras run.
var ErrPatrolRuns = errors.New("stop the patrol first")

// Unpaired counts, for an administrator, the people for whom [Cruiser.Rekey] has no new
// key, since they have not signed in for long: they need a first PIN afterwards, unless
// they sign in before.
func (c *Cruiser) Unpaired(ctx context.Context) (int, error) {
	if _, err := c.looker(access.ActSettings); err != nil {
		return 0, err
	}
	return c.store.Unpaired(ctx)
}

// Rekeying says, for an administrator, when a re-keying was begun that is still to be
// finished; zero for none.
func (c *Cruiser) Rekeying(ctx context.Context) (time.Time, error) {
	if _, err := c.looker(access.ActSettings); err != nil {
		return time.Time{}, err
	}
	return c.store.Rekeying(ctx)
}

// Rekey gives the store another file key and destroys the old one, with a reason: when
// somebody leaves who could have copied the terminal's disk, or a PIN became known.
// progress is told how many bytes of how many are done and about how long it still
// takes; it is called from this goroutine. Cut, the next goes on where it stopped, see
// [Cruiser.Rekeying]. It returns
// [ErrPatrolRuns], [audit.ErrFull], and [audit.ErrNotErased] where the new key is in
// force and the old file is still to be overwritten.
func (c *Cruiser) Rekey(ctx context.Context, reason string, progress func(done, total int64, left time.Duration)) error {
	if _, err := c.permit(ctx, access.ActSettings); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return fmt.Errorf("reason for the re-keying: %w", access.ErrIncomplete)
	}
	if c.Patrolling() {
		return ErrPatrolRuns
	}
	defer c.keepOpen(ctx)()
	e := c.event(audit.StoreRekeyed, "")
	e.Reason = strings.TrimSpace(reason)
	return c.store.Rekey(ctx, e, progress)
}
