package clock

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRequirement38_TheClockDoesNotGoBack(t *testing.T) {
	start := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	machine, elapsed := start, time.Duration(0)
	c := New(func() time.Time { return machine })
	c.elapsed = func() time.Duration { return elapsed }
	for _, step := range []struct {
		name            string
		machine, passed time.Duration // since start, since the step before
		now, behind     time.Duration
		do              func()
	}{
		{name: "it runs", machine: time.Hour, passed: time.Hour, now: time.Hour},
		{name: "a correction: it waits", machine: time.Hour - time.Minute, now: time.Hour},
		{name: "and catches up", machine: time.Hour + time.Minute, passed: 2 * time.Minute, now: time.Hour + time.Minute},
		{name: "a jump back: it goes on", machine: -time.Hour, passed: time.Minute, now: time.Hour + 2*time.Minute, behind: 2*time.Hour + 2*time.Minute},
		{name: "further back", machine: -48 * time.Hour, passed: time.Minute, now: time.Hour + 3*time.Minute, behind: 49*time.Hour + 3*time.Minute},
		{name: "and runs from there", machine: -47 * time.Hour, passed: time.Hour, now: 2*time.Hour + 3*time.Minute, behind: 49*time.Hour + 3*time.Minute},
		{name: "put right", machine: 3 * time.Hour, passed: time.Minute, now: 3 * time.Hour},
		{name: "asleep", machine: 11 * time.Hour, now: 11 * time.Hour},
		{name: "a record of later", machine: 11 * time.Hour, now: 12 * time.Hour, behind: time.Hour, do: func() { c.NotBefore(start.Add(12 * time.Hour)) }},
		{name: "a record of earlier", machine: 11 * time.Hour, now: 12 * time.Hour, behind: time.Hour, do: func() { c.NotBefore(start) }},
		{name: "confirmed", machine: 11 * time.Hour, now: 11 * time.Hour, do: c.Trust},
	} {
		machine, elapsed = start.Add(step.machine), elapsed+step.passed
		if step.do != nil {
			step.do()
		}
		require.Equal(t, start.Add(step.now), c.Now(), step.name)
		require.Equal(t, step.behind, c.Behind(), step.name)
		require.Equal(t, machine, c.Machine())
	}
	require.WithinDuration(t, time.Now(), New(nil).Now(), time.Minute)
}
