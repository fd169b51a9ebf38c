// Package clock is the time by which rules are kept. The machine's clock may be set
// back, by a flat battery or on purpose, and then everything that ends at a time
// would last longer: so the time here never goes back. Where the machine's clock does,
// it goes on from the latest time that was known, by the machine's monotonic clock,
// until somebody who knows better says that the machine's is right.
package clock

import (
	"sync"
	"time"
)

// Tolerance is by how much a clock may be corrected without a word.
const Tolerance = 2 * time.Minute

// Clock is a clock that does not go back. Its methods may be called from any goroutine.
type Clock struct {
	machine func() time.Time
	elapsed func() time.Duration

	mu sync.Mutex
	// latest is the latest time that is known, at what elapsed said then.
	latest time.Time
	at     time.Duration
}

// New is a clock over the machine's; nil is the real one.
func New(machine func() time.Time) *Clock {
	if machine == nil {
		machine = time.Now
	}
	began := time.Now()
	return &Clock{machine: machine, elapsed: func() time.Duration { return time.Since(began) }}
}

// Now is the time by which rules are kept.
func (c *Clock) Now() time.Time {
	now, _ := c.look()
	return now
}

// Machine is what the machine's clock shows.
func (c *Clock) Machine() time.Time { return c.machine() }

// Behind is by how much the machine's clock is behind, 0 where that is no more than
// [Tolerance].
func (c *Clock) Behind() time.Duration {
	_, behind := c.look()
	return behind
}

// look reads both clocks.
func (c *Clock) look() (now time.Time, behind time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	machine, elapsed := c.machine(), c.elapsed()
	expected := c.latest.Add(elapsed - c.at)
	switch {
	case c.latest.IsZero() || !machine.Before(c.latest):
		c.latest, c.at = machine, elapsed
		return machine, 0
	case machine.Before(expected.Add(-Tolerance)):
		c.latest, c.at = expected, elapsed
		return expected, expected.Sub(machine)
	}
	return c.latest, 0 // it waits for the machine's
}

// NotBefore tells the clock that it is no earlier than t.
func (c *Clock) NotBefore(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.latest) {
		c.latest, c.at = t, c.elapsed()
	}
}

// Trust has the clock go by the machine's from now on, whatever was known.
func (c *Clock) Trust() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.latest, c.at = c.machine(), c.elapsed()
}
