package cruiser_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/shift"
)

func TestRequirement21_RosterArrivesWithASync(t *testing.T) {
	ctx := context.Background()
	link := newStation()
	c := newCar(t, link).setUp()
	require.NoError(t, c.StopPatrol(ctx))
	trained := c.clock().AddDate(0, 0, -1).Truncate(time.Second)
	link.roster = &access.Roster{Version: 4, Made: c.clock(), People: []access.Listed{
		{ID: "s-3", Name: "Sam Super", Badge: "30001", Roles: []access.Role{access.Supervisor, access.Trainer}, TrainedOn: trained, Course: "Refresher", SecondFactor: true},
		{ID: "s-4", Name: "New Listed", Badge: "60001", Roles: []access.Role{access.Patrol}},
	}}
	c.as("30001")
	_, err := c.Sync(ctx, nil)
	require.NoError(t, err)
	require.True(t, c.May(access.ActTrain), "the roles count at once")
	require.Equal(t, 4, c.Settings().Roster)
	require.Equal(t, "Refresher", c.person("30001").Trained.Course)
	applied := c.acts()[audit.RosterApplied]
	require.Len(t, applied, 1)
	require.Equal(t, map[string]string{"version": "4", "people": "2", "added": "1", "changed": "1", "removed": "0", "kept": "0"}, applied[0].Detail)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Len(t, c.acts()[audit.RosterApplied], 1, "it is applied once")
	link.roster.Version = 3
	_, err = c.Sync(ctx, nil)
	require.ErrorIs(t, err, shift.ErrUntrusted)

	// The new one gets a first secret here, and then does what everybody must.
	c.as("20418")
	require.NoError(t, c.GiveSecret(ctx, c.person("60001").ID, given, "came in person"))
	require.NoError(t, c.SignOut(ctx))
	require.NoError(t, c.SignIn(ctx, "60001", given))
	s, _ := c.Session()
	require.Equal(t, access.NeedSecret, s.Need)
	require.NoError(t, c.ChangeSecret(ctx, given, secret))
	require.NoError(t, c.AcceptAgreement(ctx, c.Pack().Agreement.Version))
	s, _ = c.Session()
	require.Equal(t, access.NeedTraining, s.Need)
	c.as("30001")
	s, _ = c.Session()
	require.Equal(t, access.NeedFactor, s.Need, "the roster asks for one")
}

// Whoever is not on the roster any more is out, in the middle of their own sync.
func TestRequirement21_RosterEndsTheSessionOfWhoLeft(t *testing.T) {
	ctx := context.Background()
	link := newStation()
	c := newCar(t, link).setUp()
	one := access.Listed{ID: "s-3", Name: "Sam Super", Badge: "30001", Roles: []access.Role{access.Supervisor}}
	other := access.Listed{ID: "s-4", Name: "New Listed", Badge: "60001", Roles: []access.Role{access.Patrol}}
	link.roster = &access.Roster{Version: 1, People: []access.Listed{one, other}}
	require.NoError(t, c.StopPatrol(ctx))
	c.as("30001")
	_, err := c.Sync(ctx, nil)
	require.NoError(t, err)
	link.roster = &access.Roster{Version: 2, People: []access.Listed{other}}
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	s, ok := c.Session()
	require.True(t, ok && s.Locked)
	require.ErrorIs(t, c.Unlock(ctx, "30001", secret), access.ErrBadSignIn)
	require.NoError(t, c.Unlock(ctx, "20418", secret))

	// With another station the count begins anew.
	settings := c.Settings()
	settings.Bundle = []byte(`{"another":1}`)
	require.NoError(t, c.ChangeSettings(ctx, settings, "moved"))
	require.Zero(t, c.Settings().Roster)
}
