package audit

import "time"

// JumpAhead is by how much time may pass between two records before somebody has to
// say that the clock is right. A car may stand for a weekend; a clock that was set
// wrong is mostly wrong by more.
const JumpAhead = 72 * time.Hour

// Step is by how much two records may be apart for the time between them to count as
// passed: a terminal at work writes more often, and what a wrong clock adds at once is
// more.
const Step = 10 * time.Minute

// DetailStation is the detail of a [SyncEnded] with the time that the station's clock
// showed, as [TimeLayout].
const DetailStation = "station-clock"

// Clock is what the record knows of the terminal's clock.
type Clock struct {
	// Known is the time that has come for sure, and perhaps is long over: what the
	// station's clock showed, or an administrator confirmed, and since then the time
	// in which the record went on by [Step]s.
	Known time.Time `json:",omitzero"`
	// Latest is the latest time of a record since the clock was confirmed last; zero
	// before the first.
	Latest time.Time
	// Before is the time of the last record before the clock went ahead by [JumpAhead]
	// or more; zero where it did not, or where it was confirmed since.
	Before time.Time `json:",omitzero"`
}

// After is what is known after one more record.
func (c Clock) After(e Event) Clock {
	c.Known = c.Reached(e.At)
	if e.Act == SyncEnded {
		if station, err := time.Parse(TimeLayout, e.Detail[DetailStation]); err == nil {
			c.Known = station
		}
	}
	switch {
	case e.Act == ClockConfirmed:
		return Clock{Latest: e.At, Known: e.At}
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

// Reached is the time that has come for sure when the terminal's clock shows now. What
// is destroyed because its time is over goes by it: it is late rather than early.
func (c Clock) Reached(now time.Time) time.Time {
	if c.Latest.IsZero() {
		return now // the first record
	}
	known := c.Known
	if known.IsZero() { // of a record from before this was kept
		known = c.Latest
	}
	if d := now.Sub(c.Latest); d > 0 && d <= Step {
		known = known.Add(d)
	}
	return known
}

// Ahead reports whether a time is ahead of the record by [JumpAhead] or more.
func (c Clock) Ahead(now time.Time) bool {
	return !c.Latest.IsZero() && now.Sub(c.Latest) >= JumpAhead
}

// Doubtful reports whether nobody confirmed that it is as late as now.
func (c Clock) Doubtful(now time.Time) bool { return !c.Before.IsZero() || c.Ahead(now) }
