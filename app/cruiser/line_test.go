package cruiser_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/plate"
	depots "secondlook/platform/station"
)

// patient is a limit for what happens in a moment; nothing is measured by it.
const patient = time.Minute

// connected is a terminal with a lasting connection, once it has looked at everything.
func (d *depot) connected(name string) *car {
	d.t.Helper()
	c := d.carWith(name, func(p *cruiser.Parts) { p.Lasting = true })
	c.mu.Lock()
	c.now = time.Now().UTC() // the station's clock is the real one
	c.mu.Unlock()
	c.as("20418")
	c.until(func() bool { return c.Line() == cruiser.LineUp })
	return c
}

// until waits for a condition.
func (c *car) until(ok func() bool) {
	c.t.Helper()
	require.Eventually(c.t, ok, patient, 20*time.Millisecond)
}

// retry has a line that is lost tried again now: a change of the settings does.
func (c *car) retry() {
	c.t.Helper()
	require.NoError(c.t, c.ChangeSettings(context.Background(), c.Settings(), "try again"))
}

func (d *depot) operator() *depots.Operator {
	d.t.Helper()
	op, err := depots.Dial(context.Background(), d.dir)
	require.NoError(d.t, err)
	d.t.Cleanup(op.Close)
	return op
}

// supervisors publishes a roster with supervisors who are not the administrator.
func (d *depot) supervisors() {
	d.t.Helper()
	_, err := d.operator().PublishRoster(context.Background(), []access.Listed{
		{ID: "s-9", Name: "Stella Station", Badge: "70001", Roles: []access.Role{access.Supervisor}},
		{ID: "s-11", Name: "Ada Admin", Badge: "20418", Roles: []access.Role{access.Supervisor, access.Administrator, access.Patrol}},
		{ID: "s-12", Name: "Sam Super", Badge: "30001", Roles: []access.Role{access.Supervisor}},
	}, time.Now())
	require.NoError(d.t, err)
}

// state is how an entry stands at the station.
func (d *depot) state(id string) entry.State {
	d.t.Helper()
	all, _, err := d.operator().Entries(context.Background())
	require.NoError(d.t, err)
	for _, e := range all {
		if e.ID == id {
			return e.State
		}
	}
	return ""
}

func (c *car) listed(text plate.Text) func() bool {
	return func() bool { return len(c.matches(text)) == 1 }
}

func (c *car) unlisted(text plate.Text) func() bool {
	return func() bool { return len(c.matches(text)) == 0 }
}

// What is removed at its source matches no more in a connected car, without a sync.
func TestRequirement8_ARemovalReachesAConnectedCar(t *testing.T) {
	d := newDepot(t)
	d.publish(100, "MTOX000", "MTOX001")
	a, b := d.connected("car-a"), d.connected("car-b")
	for _, c := range []*car{a, b} {
		require.True(t, c.listed("MTOX000")(), "it came when the car connected")
	}
	changed := make(chan struct{}, 99)
	defer a.Subscribe(func(topic cruiser.Topic) {
		if topic == cruiser.ListsChanged {
			changed <- struct{}{}
		}
	})()
	d.publish(100, "MTOX001")
	for _, c := range []*car{a, b} {
		c.until(c.unlisted("MTOX000"))
		require.True(t, c.listed("MTOX001")())
		c.until(func() bool { return c.count(audit.HotlistChanged) == 1 })
	}
	<-changed // the screens look again
	require.Zero(t, a.count(audit.SyncStarted))

	_, err := d.operator().WithdrawList(context.Background(), "MTO", time.Now())
	require.NoError(t, err)
	a.until(a.unlisted("MTOX001"))
}

// A car that was away gets the deltas that it missed, or the list where there are more
// than are kept.
func TestRequirement8_ACarThatWasAwayGetsTheLeastNeeded(t *testing.T) {
	const rows = 4000
	for _, away := range []struct{ versions, deltas, imports int }{{10, 10, 1}, {20, 0, 2}} {
		t.Run(fmt.Sprint(away.versions), func(t *testing.T) {
			d := newDepot(t)
			d.publish(rows, "MTOX999")
			c := d.connected("car-a")
			whole := d.fetched.Load()
			d.sever(true)
			c.until(func() bool { return c.Line() == cruiser.LineLost })
			for i := range away.versions {
				d.publish(rows, fmt.Sprintf("MTOX%03d", i))
			}
			before := d.fetched.Load()
			d.sever(false)
			c.retry()
			last := plate.Text(fmt.Sprintf("MTOX%03d", away.versions-1))
			c.until(c.listed(last))
			require.True(t, c.unlisted("MTOX999")())
			c.until(func() bool { return c.Line() == cruiser.LineUp })
			require.Equal(t, away.deltas, c.count(audit.HotlistChanged))
			lists := 0
			for _, e := range c.acts()[audit.HotlistImported] {
				if e.Detail["list"] == "MTO" {
					lists++
				}
			}
			require.Equal(t, away.imports, lists)
			if away.deltas > 0 {
				require.Less(t, d.fetched.Load()-before, whole/4)
			}
		})
	}
}

// A station that is started again finds its cars back.
func TestRequirement8_AStationThatRestartsFindsItsCars(t *testing.T) {
	d := newDepot(t)
	d.publish(100, "MTOX000")
	c := d.connected("car-a")
	d.stop()
	c.until(func() bool { return c.Line() == cruiser.LineLost })
	d.serve()
	d.publish(100, "MTOX001")
	c.until(func() bool { return c.listed("MTOX001")() && c.Line() == cruiser.LineUp })
	require.True(t, c.unlisted("MTOX000")())
	d.publish(100, "MTOX002")
	c.until(c.listed("MTOX002"))
}

// A supervisor decides at the station, on another car, or at the officer's own terminal:
// in each way the entry is in force on both cars without a sync, and taken back too.
func TestRequirement19_DecisionsReachConnectedCars(t *testing.T) {
	ctx := context.Background()
	d := newDepot(t)
	d.supervisors()
	a, b := d.connected("car-a"), d.connected("car-b")
	propose := func() entry.Entry {
		e, err := a.Propose(ctx, proposal(a.clock()))
		require.NoError(t, err)
		b.until(func() bool { return b.state(e.ID) == entry.Proposed })
		return e
	}
	both := func(id string, s entry.State) {
		for _, c := range []*car{a, b} {
			c.until(func() bool { return c.state(id) == s })
		}
	}
	op := d.operator()
	atStation, onCar, here := propose(), propose(), propose()
	require.NoError(t, op.ApproveEntry(ctx, atStation.ID, "70001", a.Pack(), time.Now()))
	both(atStation.ID, entry.Approved)

	b.as("30001")
	require.NoError(t, b.Approve(ctx, onCar.ID))
	both(onCar.ID, entry.Approved)
	a.until(func() bool { return a.Line() == cruiser.LineUp })

	a.as("30001")
	require.NoError(t, a.Approve(ctx, here.ID))
	both(here.ID, entry.Approved)
	for _, c := range []*car{a, b} {
		c.as("20418")
		require.ElementsMatch(t, []string{atStation.ID, onCar.ID, here.ID}, c.matches("QWER123"))
	}

	refused := propose()
	require.NoError(t, op.RefuseEntry(ctx, refused.ID, "70001", "no such alert", time.Now()))
	both(refused.ID, entry.Refused)
	for _, id := range []string{atStation.ID, onCar.ID, here.ID} {
		require.NoError(t, a.Withdraw(ctx, id, "found"))
		both(id, entry.Withdrawn)
	}
	b.until(b.unlisted("QWER123"))
	for _, c := range []*car{a, b} {
		require.Zero(t, c.count(audit.SyncStarted))
	}
	// Records wait for a sync.
	all, err := op.Status(ctx)
	require.NoError(t, err)
	require.Zero(t, all.Records)
}

// A roster arrives too, as does a policy pack.
func TestRequirement35_TheRosterReachesAConnectedCar(t *testing.T) {
	d := newDepot(t)
	d.supervisors()
	c := d.connected("car-a")
	require.Equal(t, 1, c.Settings().Roster)
	d.supervisors()
	c.until(func() bool { return c.Settings().Roster == 2 })
	require.Equal(t, 2, c.count(audit.RosterApplied))
}

// A locked terminal patrols on, and what is removed at its source raises no alert there
// either; the rest arrives when it is unlocked.
func TestRequirement8_ARemovalReachesALockedCar(t *testing.T) {
	ctx := context.Background()
	d := newDepot(t)
	var gone []string
	for i := range 200 {
		gone = append(gone, fmt.Sprintf("MTOX%03d", i))
	}
	d.publish(2000, append(gone, "KEPT111")...)
	c := d.connected("car-a")
	e, err := c.Propose(ctx, proposal(c.clock()))
	require.NoError(t, err)
	d.supervisors()
	require.Eventually(t, func() bool { return d.state(e.ID) == entry.Proposed }, patient, 20*time.Millisecond)
	require.NoError(t, d.operator().ApproveEntry(ctx, e.ID, "70001", c.Pack(), time.Now()))
	c.until(c.listed("QWER123"))
	require.NoError(t, c.StartPatrol(ctx))
	require.NoError(t, c.Lock(ctx))
	waiting := func() (n int) {
		for _, k := range c.WaitingCounts() {
			n += k
		}
		return n
	}
	alerts := func(text string) bool {
		before := waiting()
		c.read(plate.Text(text))
		return waiting() > before
	}
	next := 0
	lifts := func() { // each plate once: an alert keeps its plate quiet
		c.t.Helper()
		c.until(func() bool { next++; return !alerts(gone[next]) })
	}
	require.True(t, alerts(gone[next]), "still listed")
	d.publish(2000, append(gone[100:], "KEPT111", "NEWX222")...)
	lifts()
	require.False(t, alerts(gone[99]))
	require.True(t, alerts("KEPT111"))
	require.False(t, alerts("NEWX222"), "what is new waits for the keys")

	b := d.connected("car-b")
	require.NoError(t, b.Withdraw(ctx, e.ID, "found"))
	require.Eventually(t, func() bool { return d.state(e.ID) == entry.Withdrawn }, patient, 20*time.Millisecond)
	// The entry is lifted with the first list that comes after it, or before the second.
	for _, from := range []int{150, 200} {
		d.publish(2000, append(gone[from:], "KEPT111", "NEWX222")...)
		next = from - 50
		lifts()
	}
	require.False(t, alerts("QWER123"))
	require.NoError(t, c.Unlock(ctx, "20418", secret))
	c.until(c.listed("NEWX222"))
	c.until(c.unlisted("QWER123"))
	require.True(t, c.unlisted(plate.Text(gone[198]))())
	removed := map[string]int{}
	for _, e := range c.acts()[audit.HotlistLifted] {
		n, err := strconv.Atoi(e.Detail["removed"])
		require.NoError(t, err)
		removed[e.Detail["list"]] += n
	}
	require.Equal(t, map[string]int{"MTO": 200, "manual": 1}, removed)
	c.until(func() bool { return c.count(audit.HotlistChanged) == 3 }) // one by one, after the unlock
}

// A car that is revoked is cut off, and says so.
func TestRequirement35_ARevokedCarSaysSo(t *testing.T) {
	d := newDepot(t)
	c := d.connected("car-a")
	f, err := depots.Open(d.dir)
	require.NoError(t, err)
	require.NoError(t, f.Revoke("car-a", time.Now()))
	c.until(func() bool { return c.Line() == cruiser.LineRefused })
	require.Contains(t, c.Problem(), cruiser.ProblemRefused)
	require.NoError(t, c.SignOut(context.Background()))
	require.Equal(t, cruiser.LineOff, c.Line())
	require.NotContains(t, c.Problem(), cruiser.ProblemRefused)
}
