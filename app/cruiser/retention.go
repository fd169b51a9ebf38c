package cruiser

import (
	"context"
	"fmt"
	"time"

	"secondlook/app/audit"
)

// Purge is what is to be destroyed because its time is over, by ids.
type Purge struct {
	Hits, Deployments, Disclosures, Requests, Breaches []string
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
	err := c.purgeRecords(ctx)
	if err == nil {
		err = c.endOrders(ctx)
	}
	if err != nil && ctx.Err() == nil {
		c.log.Error("purge what is due", "error", err)
		c.setProblem(ProblemPurge)
	}
}

// purgeRecords holds the car to the policy's retention (IPC, Retention; FL 6e). The
// station has erased the car of most records long before: what is left is what no
// sync took. The purge says what kind and how many, never what.
func (c *Cruiser) purgeRecords(ctx context.Context) error {
	p, err := c.overdue(ctx, c.now())
	if err != nil {
		return err
	}
	e := c.system(audit.RetentionPurged, "")
	e.Detail = map[string]string{}
	for kind, ids := range map[string][]string{"hits": p.Hits, "deployments": p.Deployments, "disclosures": p.Disclosures,
		"access-requests": p.Requests, "breaches": p.Breaches} {
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
	over := func(made time.Time) bool { return !now.Before(r.LogEnds(made)) }
	deployments, err := c.store.Deployments(ctx)
	if err != nil {
		return p, fmt.Errorf("read deployments: %w", err)
	}
	for _, d := range deployments {
		if !d.End.IsZero() && over(d.End) {
			p.Deployments = append(p.Deployments, d.ID)
		}
	}
	disclosures, err := c.store.Disclosures(ctx)
	if err != nil {
		return p, fmt.Errorf("read disclosures: %w", err)
	}
	for _, d := range disclosures {
		if over(d.Made) {
			p.Disclosures = append(p.Disclosures, d.ID)
		}
	}
	requests, err := c.store.Requests(ctx)
	if err != nil {
		return p, fmt.Errorf("read access requests: %w", err)
	}
	for _, q := range requests {
		if !q.Answered.IsZero() && over(q.Answered) {
			p.Requests = append(p.Requests, q.ID)
		}
	}
	breaches, err := c.store.Breaches(ctx)
	if err != nil {
		return p, fmt.Errorf("read reports of breaches: %w", err)
	}
	for _, b := range breaches {
		if over(b.Made) {
			p.Breaches = append(p.Breaches, b.ID)
		}
	}
	return p, nil
}
