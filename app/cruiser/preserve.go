package cruiser

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/preserve"
)

// OrderPreservation gives a supervisor's order to keep non-hits. It takes effect when
// a patrol next starts. It returns [preserve.ErrOff] where the policy allows no
// orders, [preserve.ErrIncomplete] or [preserve.ErrWindow].
func (c *Cruiser) OrderPreservation(ctx context.Context, o preserve.Order) (preserve.Order, error) {
	by, err := c.preserving(ctx)
	if err != nil {
		return preserve.Order{}, err
	}
	now := c.now()
	o.ID, o.Given, o.By = newID(now), now, by
	if err := o.Validate(c.Pack().Preservation, now); err != nil {
		return preserve.Order{}, c.refused(ctx, string(audit.PreservationOrdered), "", err)
	}
	e := c.event(audit.PreservationOrdered, o.ID)
	e.Reason = o.Authority
	e.Detail = map[string]string{"case": o.Case, "area": o.Area, "from": o.From.UTC().Format(timeInDetail),
		"until": o.Until.UTC().Format(timeInDetail), "settled-by": o.Settled.UTC().Format(timeInDetail)}
	if err := c.store.PutOrder(ctx, o, e); err != nil {
		return preserve.Order{}, fmt.Errorf("keep the order: %w", err)
	}
	c.tell(CasesChanged)
	return o, nil
}

// timeInDetail is how events write a time of a window.
const timeInDetail = "2006-01-02T15:04Z07:00"

// preserving returns who is signed in if they may order that non-hits be kept, under
// this policy.
func (c *Cruiser) preserving(ctx context.Context) (access.Officer, error) {
	by, err := c.permit(ctx, access.ActOrder)
	if err == nil && !c.Pack().Preservation.Enabled {
		err = c.refused(ctx, string(access.ActOrder), "", preserve.ErrOff)
	}
	return by, err
}

// PreservationOrders returns the orders in force, newest first, and how many non-hits
// each keeps. What must be gone by now goes first.
func (c *Cruiser) PreservationOrders(ctx context.Context) ([]preserve.Order, map[string]int, error) {
	if _, err := c.preserving(ctx); err != nil {
		return nil, nil, err
	}
	if _, err := c.endOrders(ctx); err != nil {
		return nil, nil, err
	}
	orders, kept, err := c.store.Orders(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read preservation orders: %w", err)
	}
	return newestFirst(orders), kept, nil
}

// OpenPreserved returns what an order keeps, on the legal authority that was settled
// meanwhile, which is recorded. It returns [preserve.ErrNotFound] or
// [preserve.ErrIncomplete].
func (c *Cruiser) OpenPreserved(ctx context.Context, id, authority string) ([]preserve.NonHit, error) {
	if _, err := c.preserving(ctx); err != nil {
		return nil, err
	}
	if authority = strings.TrimSpace(authority); authority == "" {
		return nil, fmt.Errorf("authority %w", preserve.ErrIncomplete)
	}
	if _, err := c.endOrders(ctx); err != nil {
		return nil, err
	}
	e := c.event(audit.PreservationOpened, id)
	e.Reason = authority
	kept, err := c.store.Kept(ctx, id, e)
	if err != nil {
		return nil, fmt.Errorf("open preserved non-hits: %w", err)
	}
	return kept, nil
}

// EndPreservation ends an order before its time, with a reason, and erases what it
// kept. It returns [preserve.ErrNotFound] or [preserve.ErrIncomplete].
func (c *Cruiser) EndPreservation(ctx context.Context, id, reason string) error {
	if _, err := c.preserving(ctx); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return fmt.Errorf("reason %w", preserve.ErrIncomplete)
	}
	e := c.event(audit.PreservationEnded, id)
	e.Reason = reason
	if err := c.store.EndOrder(ctx, id, counted(e)); err != nil {
		return fmt.Errorf("end the order: %w", err)
	}
	c.tell(CasesChanged)
	return nil
}

func counted(e audit.Event) func(n int) audit.Event {
	return func(n int) audit.Event {
		e.Detail = map[string]string{"non-hits": fmt.Sprint(n)}
		return e
	}
}

// endOrders erases what orders kept whose authority has ended for sure; every order's,
// where the policy in force allows none. It reports whether one waits until it is sure.
func (c *Cruiser) endOrders(ctx context.Context) (waits bool, err error) {
	now := c.now()
	reached, err := c.reached(ctx, now)
	if err != nil {
		return false, err
	}
	orders, _, err := c.store.Orders(ctx)
	if err != nil {
		return false, fmt.Errorf("read preservation orders: %w", err)
	}
	for _, o := range orders {
		e := c.system(audit.PreservationEnded, o.ID)
		switch {
		case !c.Pack().Preservation.Enabled:
			e.Reason = audit.ReasonOrdersOff
		case o.Over(reached):
			e.Reason = audit.ReasonAuthorityEnded
		case o.Over(now):
			waits = true
			continue
		default:
			continue
		}
		if err := c.store.EndOrder(ctx, o.ID, counted(e)); err != nil && !errors.Is(err, preserve.ErrNotFound) {
			return false, fmt.Errorf("end a preservation order: %w", err)
		}
		c.tell(CasesChanged)
	}
	return waits, nil
}

// keptAtOnce is how many non-hits may wait for the disk: a minute of the densest
// traffic. More are erased like any other.
const keptAtOnce = 2000

// keeper takes what the orders in force keep while a patrol runs.
type keeper struct {
	c      *Cruiser
	orders []preserve.Order

	mu      sync.Mutex
	pending map[string][]preserve.NonHit // by order
	waiting int
}

// newKeeper returns nil where the policy allows no orders or none is in force: the
// patrol then runs without a way on which a non-hit could survive.
func (c *Cruiser) newKeeper(ctx context.Context) (*keeper, error) {
	if !c.Pack().Preservation.Enabled {
		return nil, nil
	}
	if _, err := c.endOrders(ctx); err != nil {
		return nil, err
	}
	orders, _, err := c.store.Orders(ctx)
	if err != nil {
		return nil, fmt.Errorf("read preservation orders: %w", err)
	}
	k := &keeper{c: c, pending: map[string][]preserve.NonHit{}}
	for _, o := range orders {
		if c.now().Before(o.Until) {
			k.orders = append(k.orders, o)
		}
	}
	if len(k.orders) == 0 {
		return nil, nil
	}
	return k, nil
}

// keep takes a non-hit for each order that covers it.
func (k *keeper) keep(n preserve.NonHit) {
	if !k.c.Pack().Preservation.Enabled {
		return // another policy came into force meanwhile
	}
	area := ""
	if d, ok := k.c.Deployment(); ok {
		area = d.Area
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, o := range k.orders {
		if o.Covers(n.At, area) && k.waiting < keptAtOnce {
			k.pending[o.ID] = append(k.pending[o.ID], n)
			k.waiting++
		}
	}
}

// flush seals what was taken. It does nothing on a nil keeper.
func (k *keeper) flush(ctx context.Context) {
	if k == nil {
		return
	}
	k.mu.Lock()
	taken := k.pending
	k.pending, k.waiting = map[string][]preserve.NonHit{}, 0
	k.mu.Unlock()
	for id, kept := range taken {
		e := counted(k.c.system(audit.PreservationKept, id))(len(kept))
		// An order that was ended meanwhile keeps nothing more.
		if err := k.c.store.Keep(ctx, id, kept, e); err != nil && !errors.Is(err, preserve.ErrNotFound) {
			k.c.log.Error("keep non-hits under an order", "error", err)
		}
		clear(kept)
	}
}
