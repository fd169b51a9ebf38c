package cruiser

import (
	"context"
	"errors"
	"fmt"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/clock"
	"secondlook/app/shift"
)

// What [Cruiser.Problem] says while the machine's clock is not to be trusted.
const (
	ProblemClockBehind   = "This terminal's clock was set back. SecondLook goes on by the time that it knows. Set the clock right, or sync; an administrator can also confirm it in the settings."
	ProblemClockUnproven = "The time of some records is over by this terminal's clock, but not for sure. Nothing of them is erased until a sync, or an administrator in the settings, confirms the clock."
	ProblemClockAhead    = "This terminal's clock is days ahead of its last record. Until a sync or an administrator confirms it in the settings, nothing is erased because its time is over."
)

// The details of events about the clock.
const (
	detailBefore  = "before"
	detailAfter   = "after"
	detailMachine = "clock"
	detailRecord  = "record"
)

// ClockDoubt is why the machine's clock is not to be trusted.
type ClockDoubt string

const (
	ClockRight  ClockDoubt = ""
	ClockBehind ClockDoubt = "behind"
	ClockAhead  ClockDoubt = "ahead"
	// ClockUnproven is while something waits to be erased until it is sure that its
	// time is over.
	ClockUnproven ClockDoubt = "unproven"
)

// Clock says whether the machine's clock is to be trusted, and what it shows.
func (c *Cruiser) Clock() (doubt ClockDoubt, machine time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.doubt, c.clock.Machine()
}

// readClock compares the machine's clock with the record, and notes what is new.
func (c *Cruiser) readClock(ctx context.Context) error {
	known, err := c.store.Clock(ctx)
	if err != nil {
		return fmt.Errorf("read the record's time: %w", err)
	}
	c.clock.NotBefore(known.Latest)
	now := c.now()
	switch {
	case c.clock.Behind() > 0:
		return c.noteClock(ctx, ClockBehind, now)
	case !known.Before.IsZero():
		return c.noteClock(ctx, ClockAhead, known.Before)
	case known.Ahead(now):
		return c.noteClock(ctx, ClockAhead, known.Latest)
	}
	if doubt, _ := c.Clock(); doubt == ClockUnproven {
		return nil // purgeDue has it
	}
	return c.noteClock(ctx, ClockRight, now)
}

// watchClock notes that the machine's clock was set back, or put right again. It costs
// nothing where neither happened.
func (c *Cruiser) watchClock(ctx context.Context) error {
	doubt, _ := c.Clock()
	behind := c.clock.Behind() > 0
	if behind == (doubt == ClockBehind) {
		return nil
	}
	return c.readClock(ctx)
}

// noteClock keeps what was found out about the clock, and records it where it is a
// new doubt; record is the time that the machine's does not fit.
func (c *Cruiser) noteClock(ctx context.Context, doubt ClockDoubt, record time.Time) error {
	c.mu.Lock()
	before := c.doubt
	c.doubt = doubt
	c.mu.Unlock()
	if doubt == before {
		return nil
	}
	c.tell(ProblemChanged)
	if doubt == ClockRight {
		return nil
	}
	e := c.system(audit.ClockJumped, "")
	e.Outcome = string(doubt)
	e.Detail = map[string]string{detailRecord: record.UTC().Format(audit.TimeLayout), detailMachine: c.clock.Machine().UTC().Format(audit.TimeLayout)}
	if err := c.store.Append(ctx, e); err != nil {
		c.mu.Lock()
		c.doubt = before // the next look tries again
		c.mu.Unlock()
		return fmt.Errorf("record that the clock jumped: %w", err)
	}
	return nil
}

// ConfirmClock has the person signed in confirm that the machine's clock is right.
// What was held back until then happens. It returns [access.ErrNotAllowed] and
// [access.ErrReauthenticate], but asks for no training that has lapsed by a clock that
// was wrong.
func (c *Cruiser) ConfirmClock(ctx context.Context) error {
	if err := c.mayConfirmClock(); err != nil {
		return c.refused(ctx, string(access.ActSettings), "", err)
	}
	if err := c.confirmClock(ctx, "administrator"); err != nil {
		return err
	}
	c.purgeDue(ctx)
	return errors.Join(c.sweep(ctx), c.refreshLists(ctx))
}

func (c *Cruiser) mayConfirmClock() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.session == nil || c.session.Locked:
		return access.ErrNotSignedIn
	case !c.session.Officer.May(access.ActSettings):
		return access.ErrNotAllowed
	case !c.fresh():
		return access.ErrReauthenticate
	}
	return nil
}

// confirmClock records that somebody said that the machine's clock is right, and goes
// by it.
func (c *Cruiser) confirmClock(ctx context.Context, by string) error {
	e := c.event(audit.ClockConfirmed, "")
	e.Reason = by
	e.Detail = map[string]string{detailBefore: e.At.UTC().Format(audit.TimeLayout)}
	e.At = c.clock.Machine()
	e.Detail[detailAfter] = e.At.UTC().Format(audit.TimeLayout)
	if err := c.store.Append(ctx, e); err != nil {
		return fmt.Errorf("record that the clock is right: %w", err)
	}
	c.clock.Trust()
	c.rejudge()
	c.mu.Lock()
	if c.doubt == ClockUnproven {
		c.doubt = ClockRight
	}
	c.mu.Unlock()
	c.tell(ProblemChanged)
	return c.readClock(ctx)
}

// rejudge has the session fit the time that was confirmed: no proof is of a time to
// come, and what the person needs is what they need now.
func (c *Cruiser) rejudge() {
	c.mu.Lock()
	if s := c.session; s != nil {
		now := c.now()
		for _, t := range []*time.Time{&s.Since, &s.proved, &s.touched} {
			if t.After(now) {
				*t = now
			}
		}
		if !c.parts.Training {
			s.Need = access.Needs(c.Pack(), s.person, now)
		}
	}
	c.mu.Unlock()
	c.tell(SessionChanged)
}

// askStation asks for the station's time, zero where it does not say, and settles a
// doubt about the clock by it, if both show the same.
func (c *Cruiser) askStation(ctx context.Context, link shift.Link) (time.Time, error) {
	station, err := link.Time(ctx)
	if err != nil { // a doubt stays; whether the link still holds shows at once
		c.log.Warn("ask the station for the time", "error", err)
		return time.Time{}, nil
	}
	doubt, _ := c.Clock()
	if off := station.Sub(c.clock.Machine()); doubt == ClockRight || off.Abs() > clock.Tolerance {
		return station, nil
	}
	return station, c.confirmClock(ctx, "station")
}

// reached is the time that has come for sure when the clock shows now.
func (c *Cruiser) reached(ctx context.Context, now time.Time) (time.Time, error) {
	known, err := c.store.Clock(ctx)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the record's time: %w", err)
	}
	if reached := known.Reached(now); reached.Before(now) {
		return reached, nil
	}
	return now, nil
}

// clockAhead reports whether nobody confirmed that it is as late as it seems: what is
// erased, or ended for good, because its time is over waits until then.
func (c *Cruiser) clockAhead(ctx context.Context) (bool, error) {
	known, err := c.store.Clock(ctx)
	if err != nil {
		return false, fmt.Errorf("read the record's time: %w", err)
	}
	return known.Doubtful(c.now()), nil
}
