package audit

import "time"

// JumpAhead is by how much time may pass between two records before somebody has to
// say that the clock is right. A car may stand for a weekend; a clock that was set
// wrong is mostly wrong by more.
const JumpAhead = 72 * time.Hour

// Clock is what the record knows of the terminal's clock.
type Clock struct {
	// Latest is the latest time of a record since the clock was confirmed last; zero
	// before the first.
	Latest time.Time
	// Before is the time of the last record before the clock went ahead by [JumpAhead]
	// or more; zero where it did not, or where it was confirmed since.
	Before time.Time `json:",omitzero"`
}

// After is what is known after one more record.
func (c Clock) After(e Event) Clock {
	switch {
	case e.Act == ClockConfirmed:
		return Clock{Latest: e.At}
	case c.Ahead(e.At):
		if c.Before.IsZero() {
			c.Before = c.Latest
		}
		c.Latest = e.At
	case e.At.After(c.Latest):
		c.Latest = e.At
	}
	return c
}

// Ahead reports whether a time is ahead of the record by [JumpAhead] or more.
func (c Clock) Ahead(now time.Time) bool {
	return !c.Latest.IsZero() && now.Sub(c.Latest) >= JumpAhead
}

// Doubtful reports whether nobody confirmed that it is as late as now.
func (c Clock) Doubtful(now time.Time) bool { return !c.Before.IsZero() || c.Ahead(now) }
