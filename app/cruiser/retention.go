package cruiser

import (
	"context"
	"errors"
	"fmt"
	"time"

	"secondlook/app/audit"
	"secondlook/app/breach"
	"secondlook/app/disclosure"
	"secondlook/app/hit"
	"secondlook/app/search"
	"secondlook/app/shift"
)

// Purge is what is to be destroyed because its time is over, by ids.
type Purge struct {
	Hits, Deployments, Disclosures, Requests, Breaches, Reports, Drafts []string
}

// PurgeStore destroys what its time is over for. Package store satisfies it.
type PurgeStore interface {
	// Purge destroys every record of p, with its key where it has one, in one
	// transaction with the event. Hits on legal hold stay, whatever p says.
	Purge(ctx context.Context, p Purge, e audit.Event) error
}

// system starts an event of what the terminal does by itself.
func (c *Cruiser) system(act audit.Act, object string) audit.Event {
	e := c.event(act, object)
	e.Name, e.Badge, e.Role = "", "", ""
	return e
}

// purgeDue erases what must be gone: what retention has ended for, and what
// preservation orders kept that are over. A fault is logged and shown, and the next
// round tries again.
func (c *Cruiser) purgeDue(ctx context.Context) {
	if err := errors.Join(c.purgeDrafts(ctx), c.purgeUntil(ctx)); err != nil && ctx.Err() == nil {
		c.log.Error("purge what is due", "error", err)
		if !errors.Is(err, audit.ErrNotWritten) {
			c.setProblem(ProblemPurge)
		}
	}
}

// purgeUntil goes by the time that has come for sure: what is over only by the
// machine's clock waits, and the screen says so.
func (c *Cruiser) purgeUntil(ctx context.Context) error {
	c.purging.Lock()
	defer c.purging.Unlock()
	ahead, err := c.clockAhead(ctx)
	if err != nil || ahead {
		return err // perhaps it is not over yet
	}
	now := c.now()
	reached, err := c.reached(ctx, now)
	if err != nil {
		return err
	}
	waits, err := c.endOrders(ctx)
	if err != nil {
		return err
	}
	c.mu.Lock()
	standIn := c.standIn
	c.mu.Unlock()
	if !standIn { // a pack that stands in for the service's own erases nothing early
		more, err := c.purgeRecords(ctx, now, reached)
		if err != nil {
			return err
		}
		waits = waits || more
	}
	switch doubt, _ := c.Clock(); {
	case waits && doubt == ClockRight:
		return c.noteClock(ctx, ClockUnproven, reached)
	case !waits && doubt == ClockUnproven:
		return c.noteClock(ctx, ClockRight, reached)
	}
	return nil
}

// purgeRecords holds the car to the policy's retention (IPC, Retention; FL 6e). The
// station has erased the car of most records long before: what is left is what no
// sync took. It reports whether something waits until its time is over for sure.
func (c *Cruiser) purgeRecords(ctx context.Context, now, reached time.Time) (waits bool, err error) {
	over, err := c.overdue(ctx, now)
	if err != nil || over.count() == 0 {
		return false, err
	}
	sure := over
	if reached.Before(now) {
		if sure, err = c.overdue(ctx, reached); err != nil {
			return false, err
		}
	}
	return sure.count() < over.count(), c.purge(ctx, sure)
}

// kinds are the ids by kind.
func (p Purge) kinds() map[string][]string {
	return map[string][]string{"hits": p.Hits, "deployments": p.Deployments, "disclosures": p.Disclosures,
		"access-requests": p.Requests, "breaches": p.Breaches, "entry-reports": p.Reports, "drafts": p.Drafts}
}

func (p Purge) count() (n int) {
	for _, ids := range p.kinds() {
		n += len(ids)
	}
	return n
}

// purge erases records, if there are any. Its event says of which kind and how many,
// never what.
func (c *Cruiser) purge(ctx context.Context, p Purge) error {
	e := c.system(audit.RetentionPurged, "")
	e.Detail = map[string]string{}
	for kind, ids := range p.kinds() {
		if len(ids) > 0 {
			e.Detail[kind] = fmt.Sprint(len(ids))
		}
	}
	if len(e.Detail) == 0 {
		return nil
	}
	if err := c.store.Purge(ctx, p, e); err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	c.mu.Lock()
	for _, id := range p.Hits {
		delete(c.waiting, id)
		delete(c.contextLost, id)
	}
	c.mu.Unlock()
	c.tell(QueueChanged, CasesChanged)
	return nil
}

// overdue lists what is beyond retention.
func (c *Cruiser) overdue(ctx context.Context, now time.Time) (p Purge, err error) {
	r := c.Pack().Retention
	hits, err := c.store.Hits(ctx)
	if err != nil {
		return p, fmt.Errorf("read hits: %w", err)
	}
	holds, err := c.holds(ctx)
	if err != nil {
		return p, err
	}
	for _, h := range hits {
		if _, held := holds[h.ID]; !held && !now.Before(r.HitEnds(h.Read.At, h.Used())) {
			p.Hits = append(p.Hits, h.ID)
		}
	}
	// The time of what still runs or waits for its answer has not begun.
	over := func(ended time.Time) bool { return !ended.IsZero() && !now.Before(r.LogEnds(ended)) }
	for _, read := range []func() error{
		func() error {
			return overdueOf(ctx, "deployments", c.store.Deployments, &p.Deployments,
				func(d shift.Deployment) (string, bool) { return d.ID, over(d.End) })
		},
		func() error {
			return overdueOf(ctx, "disclosures", c.store.Disclosures, &p.Disclosures,
				func(d disclosure.Record) (string, bool) { return d.ID, over(d.Made) })
		},
		func() error {
			return overdueOf(ctx, "access requests", c.store.Requests, &p.Requests,
				func(q search.Request) (string, bool) { return q.ID, over(q.Answered) })
		},
		func() error {
			return overdueOf(ctx, "reports of breaches", c.store.Breaches, &p.Breaches,
				func(b breach.Report) (string, bool) { return b.ID, over(b.Made) })
		},
		func() error {
			return overdueOf(ctx, "reports of entries", c.store.Reports, &p.Reports,
				func(e hit.Report) (string, bool) { return e.ID, over(e.At) })
		},
	} {
		if err := read(); err != nil {
			return p, err
		}
	}
	return p, nil
}

// overdueOf reads the records of one kind and adds the ids of those that are over.
func overdueOf[V any](ctx context.Context, what string, read func(context.Context) ([]V, error), ids *[]string, is func(V) (id string, over bool)) error {
	all, err := read(ctx)
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	for _, v := range all {
		if id, over := is(v); over {
			*ids = append(*ids, id)
		}
	}
	return nil
}
