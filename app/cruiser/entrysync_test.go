package cruiser_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/entry"
	depots "secondlook/platform/station"
)

// state is how an entry stands on a terminal.
func (c *car) state(id string) entry.State {
	c.t.Helper()
	all, err := c.parts.Store.Entries(context.Background())
	require.NoError(c.t, err)
	for _, e := range all {
		if e.ID == id {
			return e.State
		}
	}
	return ""
}

func (c *car) sync() {
	c.t.Helper()
	_, err := c.Sync(context.Background(), nil)
	require.NoError(c.t, err)
}

// A supervisor decides at the station, or on another car, on what an officer proposed
// in this one.
func TestRequirement19_ProposalsAreDecidedElsewhere(t *testing.T) {
	ctx := context.Background()
	d := newDepot(t)
	a, b := d.car("car-a"), d.car("car-b")
	for _, c := range []*car{a, b} { // the station's clock is the real one
		c.mu.Lock()
		c.now = time.Now().UTC()
		c.mu.Unlock()
		c.as("20418")
	}
	propose := func() entry.Entry {
		e, err := a.Propose(ctx, proposal(a.clock()))
		require.NoError(t, err)
		return e
	}
	atStation, refused, onCar, withdrawn := propose(), propose(), propose(), propose()
	a.sync()

	op, err := depots.Dial(ctx, d.dir)
	require.NoError(t, err)
	defer op.Close()
	all, unread, err := op.Entries(ctx)
	require.NoError(t, err)
	require.Len(t, all, 4)
	require.Zero(t, unread)
	now := time.Now()
	require.ErrorIs(t, op.ApproveEntry(ctx, atStation.ID, "70001", a.Pack(), now), depots.ErrNotListed)
	_, err = op.PublishRoster(ctx, []access.Listed{
		{ID: "s-9", Name: "Stella Station", Badge: "70001", Roles: []access.Role{access.Supervisor}},
		{ID: "s-10", Name: "Olaf Officer", Badge: "70002", Roles: []access.Role{access.Patrol}},
		{ID: "s-11", Name: "Ada Admin", Badge: "20418", Roles: []access.Role{access.Supervisor, access.Administrator, access.Patrol}},
		{ID: "s-12", Name: "Sam Super", Badge: "30001", Roles: []access.Role{access.Supervisor}},
	}, now)
	require.NoError(t, err)
	require.ErrorIs(t, op.ApproveEntry(ctx, "none", "70001", a.Pack(), now), depots.ErrNoEntry)
	require.ErrorIs(t, op.ApproveEntry(ctx, atStation.ID, "70002", a.Pack(), now), access.ErrNotAllowed)
	require.ErrorIs(t, op.ApproveEntry(ctx, atStation.ID, "20418", a.Pack(), now), entry.ErrOwnEntry, "its author, by the badge")
	require.ErrorIs(t, op.ApproveEntry(ctx, atStation.ID, "70001", a.Pack(), now.AddDate(0, 1, 0)), entry.ErrWrongState, "its time is over")
	require.NoError(t, op.ApproveEntry(ctx, atStation.ID, "70001", a.Pack(), now))
	require.ErrorIs(t, op.ApproveEntry(ctx, atStation.ID, "70001", a.Pack(), now), entry.ErrWrongState)
	require.NoError(t, op.RefuseEntry(ctx, refused.ID, "70001", "no such alert", now))

	// The other car takes everything in; its supervisor decides on the third.
	b.sync()
	require.Equal(t, entry.Approved, b.state(atStation.ID))
	require.Equal(t, entry.Refused, b.state(refused.ID))
	require.Equal(t, []string{atStation.ID}, b.matches("QWER123"))
	b.as("30001")
	require.NoError(t, b.Approve(ctx, onCar.ID))
	require.NoError(t, b.Approve(ctx, withdrawn.ID))
	b.sync()

	// Its author takes the fourth back meanwhile: that wins everywhere.
	require.NoError(t, a.Withdraw(ctx, withdrawn.ID, "found"))
	a.sync()
	require.Equal(t, entry.Approved, a.state(atStation.ID))
	require.Equal(t, entry.Refused, a.state(refused.ID))
	require.Equal(t, entry.Approved, a.state(onCar.ID))
	require.Equal(t, entry.Withdrawn, a.state(withdrawn.ID))
	require.ElementsMatch(t, []string{atStation.ID, onCar.ID}, a.matches("QWER123"))
	require.Len(t, a.acts()[audit.EntryReceived], 3)
	b.sync()
	require.Equal(t, entry.Withdrawn, b.state(withdrawn.ID))
	count := b.count(audit.EntryReceived)
	b.sync()
	a.sync()
	require.Equal(t, count, b.count(audit.EntryReceived), "each comes once")
}
