package cruiser

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/position"
)

// Locator follows a receiver. Package platform/position satisfies it.
type Locator interface {
	// Follow hands every valid fix of a source to heard, one after the other, until ctx
	// ends, and opens a source that is lost again and again.
	Follow(ctx context.Context, source string, heard func(position.Fix))
}

// ErrMoving is returned for what has to wait until the car stands or a passenger is
// declared: a verdict, and whatever has to be typed.
var ErrMoving = errors.New("the car moves: this waits until it stands, or until a passenger is declared")

const (
	// positionEvery is how often it is looked whether the receiver still reports.
	positionEvery = time.Second
	// lostAfter is how long after its last fix a receiver counts as lost; all report at
	// least once a second.
	lostAfter = 10 * time.Second
	// heldAfter is how long after the loss a car that moved counts as moving: longer
	// than a tunnel. After it the whole screen comes back, since a car whose receiver
	// broke must be able to judge its hits; the loss itself was heard and is on screen.
	heldAfter = 2 * time.Minute
	// firstFix is how long the checklist waits for a receiver that was just opened.
	firstFix = 5 * time.Second
)

// whereabouts is what is known of where the car is; the Cruiser's mu guards it.
type whereabouts struct {
	source    string        // the receiver that is followed, "" for none
	fixed     chan struct{} // closed with the first fix of the source
	fix       position.Fix  // the last one
	heard     bool          // whether there was one
	lost      bool
	motion    position.Motion
	passenger bool
	stop      func() // ends what follows the receiver and waits for it; nil while none does
}

// PositionState is how the receiver does.
type PositionState string

const (
	// PositionNone: no receiver is fitted.
	PositionNone PositionState = "none"
	// PositionLooking: it has not reported a fix yet.
	PositionLooking PositionState = "no-fix"
	// PositionFixed: it reports where the car is.
	PositionFixed PositionState = "fix"
	// PositionLost: it did, and does not any more.
	PositionLost PositionState = "lost"
)

// Position returns how the receiver does and how long ago its last fix was; where the
// car is it tells nobody.
func (c *Cruiser) Position() (PositionState, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := &c.where
	switch {
	case w.source == "":
		return PositionNone, 0
	case !w.heard:
		return PositionLooking, 0
	}
	age := max(c.now().Sub(w.fix.At), 0)
	if w.lost {
		return PositionLost, age
	}
	return PositionFixed, age
}

// Driving reports whether the car moves at the pack's speed, and whether a passenger is
// declared who works with the screens then.
func (c *Cruiser) Driving() (moving, passenger bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.where.motion.Moving, c.where.passenger
}

// mustWait returns [ErrMoving] while nobody but the driver is there to act.
func (c *Cruiser) mustWait() error {
	if moving, passenger := c.Driving(); moving && !passenger {
		return ErrMoving
	}
	return nil
}

// DeclarePassenger records that a passenger works with the screens from here on. It
// ends when the car has stood for the pack's minutes, or else with the shift.
func (c *Cruiser) DeclarePassenger(ctx context.Context) error {
	return c.setPassenger(ctx, true, audit.PassengerDeclared)
}

// EndPassenger records that the driver is alone again.
func (c *Cruiser) EndPassenger(ctx context.Context) error {
	return c.setPassenger(ctx, false, audit.PassengerEnded)
}

func (c *Cruiser) setPassenger(ctx context.Context, there bool, act audit.Act) error {
	if _, err := c.permit(ctx, access.ActPatrol); err != nil {
		return err
	}
	if err := c.store.Append(ctx, c.event(act, "")); err != nil {
		return fmt.Errorf("record the passenger: %w", err)
	}
	c.mu.Lock()
	c.where.passenger = there
	c.mu.Unlock()
	c.tell(PositionChanged)
	return nil
}

// passengerGone ends what was declared, whether or not it can be written down.
func (c *Cruiser) passengerGone(ctx context.Context, reason string) error {
	c.mu.Lock()
	declared := c.where.passenger
	c.where.passenger = false
	c.mu.Unlock()
	if !declared {
		return nil
	}
	c.tell(PositionChanged)
	e := c.event(audit.PassengerEnded, "")
	e.Reason = reason
	if err := c.store.Append(ctx, e); err != nil {
		return fmt.Errorf("record the end of the passenger: %w", err)
	}
	return nil
}

// place is where the car is, for a hit that is raised now; nil where the pack wants
// none or the receiver does not know.
func (c *Cruiser) place() *position.Place {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.Pack().HitPosition || !c.where.heard || c.now().Sub(c.where.fix.At) >= lostAfter {
		return nil
	}
	p := c.where.fix.Place
	return &p
}

// startFollowing begins to follow the receiver of the settings, unless it is followed.
// stopFollowing ends it.
func (c *Cruiser) startFollowing(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.parts.Locator == nil || c.where.stop != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var all sync.WaitGroup
	all.Go(func() { c.followPosition(ctx) })
	c.where.stop = func() { cancel(); all.Wait() }
}

func (c *Cruiser) stopFollowing() {
	c.mu.Lock()
	stop := c.where.stop
	c.where.stop = nil
	c.mu.Unlock()
	if stop == nil {
		return
	}
	stop()
	c.mu.Lock()
	c.where = whereabouts{}
	c.mu.Unlock()
	c.tell(PositionChanged)
}

// followPosition follows the receiver that the settings name, and another one as soon
// as they name that, until ctx ends.
func (c *Cruiser) followPosition(ctx context.Context) {
	tick := time.NewTicker(positionEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		source := c.Settings().Position
		c.mu.Lock()
		c.where = whereabouts{source: source, fixed: make(chan struct{}), stop: c.where.stop, passenger: c.where.passenger}
		c.mu.Unlock()
		c.tell(PositionChanged)
		following, stop := context.WithCancel(ctx)
		var receiver sync.WaitGroup
		if source != "" {
			receiver.Go(func() {
				c.parts.Locator.Follow(following, source, func(f position.Fix) { c.hearFix(ctx, f) })
			})
		}
		for ctx.Err() == nil && c.Settings().Position == source {
			select {
			case <-tick.C:
				c.watchPosition()
			case <-ctx.Done():
			}
		}
		stop()
		receiver.Wait()
	}
}

// hearFix takes in a valid fix.
func (c *Cruiser) hearFix(ctx context.Context, f position.Fix) {
	limit, ends := float64(c.Pack().MovingKMH), c.Pack().PassengerEnds()
	c.mu.Lock()
	w, now := &c.where, c.now()
	f.At = now
	w.fix = f
	changed, back := !w.heard || w.lost, w.lost
	if !w.heard {
		w.heard = true
		close(w.fixed)
	}
	w.lost = false
	changed = w.motion.Hear(f.KMH, limit, now) || changed
	stood := w.passenger && ends > 0 && !w.motion.Moving && now.Sub(w.motion.Since) >= ends
	c.mu.Unlock()
	if back {
		c.parts.Signals.PositionBack()
	}
	if changed {
		c.tell(PositionChanged)
	}
	if stood {
		if err := c.passengerGone(context.WithoutCancel(ctx), audit.ReasonStood); err != nil {
			c.log.Error("record the end of a passenger", "error", err)
		}
	}
}

// watchPosition notices that the receiver reports no more.
func (c *Cruiser) watchPosition() {
	c.mu.Lock()
	w, now := &c.where, c.now()
	silent := now.Sub(w.fix.At)
	lost := w.heard && !w.lost && silent >= lostAfter
	w.lost = w.lost || lost
	halted := w.lost && w.motion.Moving && silent >= heldAfter
	if halted {
		w.motion = position.Motion{}
	}
	c.mu.Unlock()
	if lost {
		c.parts.Signals.PositionLost()
	}
	if lost || halted {
		c.tell(PositionChanged)
	}
}

// awaitFix waits for the first fix of a receiver that was just opened, some seconds at
// most.
func (c *Cruiser) awaitFix(ctx context.Context) {
	c.mu.Lock()
	fixed, source := c.where.fixed, c.where.source
	c.mu.Unlock()
	if source == "" {
		return
	}
	wait := time.NewTimer(firstFix)
	defer wait.Stop()
	select {
	case <-fixed:
	case <-wait.C:
	case <-ctx.Done():
	}
}
