package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
)

func listed(id string, badge access.Badge, roles ...access.Role) access.Listed {
	return access.Listed{ID: id, Name: access.Name("Listed " + id), Badge: badge, Roles: roles, TrainedOn: start.AddDate(0, -3, 0), Course: "ALPR"}
}

func (f *fixture) apply(version int, people ...access.Listed) (access.RosterChange, error) {
	return f.ApplyRoster(ctx, access.Roster{Version: version, Made: start, People: people}, func(access.RosterChange) audit.Event {
		return event(audit.RosterApplied)
	})
}

func TestRequirement21_RosterMakesPeopleKnownAndTakesThemAway(t *testing.T) {
	f := twoPeople(t)
	before := len(f.records())
	own := listed("s-1", patrolID, access.Patrol, access.Trainer) // registered here before
	fresh := listed("s-2", "55512000", access.Supervisor)
	change, err := f.apply(1, own, fresh)
	require.NoError(t, err)
	require.Equal(t, access.RosterChange{Added: 1, Changed: 1}, change)
	require.Len(t, f.records(), before+1)
	p := f.person(officer().ID)
	require.Equal(t, "s-1", p.RosterID)
	require.Equal(t, own.Roles, p.Roles)
	require.Equal(t, own.Course, p.Trained.Course)
	require.True(t, p.CanSignIn)
	require.False(t, f.person("s-2").CanSignIn, "known, without a way in")
	require.Empty(t, f.person(admin().ID).RosterID, "whom no roster knows stays")

	// An administrator gives a first secret to who stands before them.
	require.NoError(t, f.GiveSecret(ctx, "s-2", "walnut-3391", event(audit.SecretGiven)))
	f.SignOut()
	_, err = f.SignIn(ctx, "55512000", "walnut-3391")
	require.NoError(t, err)
	require.True(t, f.person("s-2").FirstSecret)

	for _, version := range []int{0, 1} {
		_, err = f.apply(version, fresh)
		require.ErrorIs(t, err, access.ErrOldRoster)
	}
	require.True(t, f.person(officer().ID).CanSignIn, "a replayed one changes nothing")

	moved := fresh
	moved.Badge = "55512999"
	slots := f.count(bucketSlots)
	change, err = f.apply(2, moved)
	require.NoError(t, err)
	require.Equal(t, access.RosterChange{Changed: 1, Removed: 1}, change)
	require.Equal(t, slots-2, f.count(bucketSlots), "the slots are destroyed")
	require.Equal(t, f.clock.now(), f.person(officer().ID).Left)
	require.False(t, f.person("s-2").CanSignIn, "the slot was bound to the badge before")
	require.True(t, f.person(admin().ID).CanSignIn)

	change, err = f.apply(3, moved)
	require.NoError(t, err)
	require.Zero(t, change)
}

func TestRosterKeepsTheNewerTraining(t *testing.T) {
	f := twoPeople(t)
	newer := access.Training{On: start.AddDate(0, -1, 0), Course: "Refresher", By: admin().ID}
	_, err := f.ChangePerson(ctx, officer().ID, event(audit.TrainingRecorded), func(p *access.Person) error { p.Trained = newer; return nil })
	require.NoError(t, err)
	_, err = f.apply(1, listed("s-1", patrolID, access.Patrol))
	require.NoError(t, err)
	require.Equal(t, newer, f.person(officer().ID).Trained)
	later := listed("s-1", patrolID, access.Patrol)
	later.TrainedOn = start.AddDate(0, 0, -1)
	_, err = f.apply(2, later)
	require.NoError(t, err)
	require.Equal(t, access.Training{On: later.TrainedOn, Course: "ALPR"}, f.person(officer().ID).Trained)
}

// No roster leaves a terminal without an administrator who can sign in.
func TestRosterKeepsTheLastAdministrator(t *testing.T) {
	for name, people := range map[string][]access.Listed{
		"removed":     {listed("s-9", "1", access.Patrol)},
		"other role":  {listed("s-0", adminBadge, access.Auditor)},
		"other badge": {listed("s-0", "77", access.Administrator)},
	} {
		t.Run(name, func(t *testing.T) {
			f := twoPeople(t)
			_, err := f.apply(1, listed("s-0", adminBadge, access.Administrator), listed("s-1", patrolID, access.Patrol))
			require.NoError(t, err)
			change, err := f.apply(2, people...)
			require.NoError(t, err)
			require.Equal(t, 1, change.Kept)
			require.Equal(t, 1, change.Removed, "the others go")
			p := f.person(admin().ID)
			require.True(t, p.CanSignIn && p.Has(access.Administrator))
			f.SignOut()
			f.signIn()
		})
	}
	f := twoPeople(t)
	_, err := f.apply(1, listed("s-0", adminBadge, access.Administrator), listed("s-1", patrolID, access.Administrator))
	require.NoError(t, err)
	f.clock.add(time.Hour)
	change, err := f.apply(2, listed("s-1", patrolID, access.Administrator))
	require.NoError(t, err)
	require.Equal(t, access.RosterChange{Removed: 1}, change, "another one remains")
}
