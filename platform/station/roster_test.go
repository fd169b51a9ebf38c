package station

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

const rosterFile = "\ufeffID,Name,badge,roles,trained,course,second_factor\n" +
	"s-1,Ann Example,4127,officer supervisor,2026-10-02,ALPR basics,yes\n" +
	"s-2,\"Example, Ben\",4128,administrator,,,\n"

func TestReadRoster(t *testing.T) {
	people, err := ReadRoster(strings.NewReader(rosterFile))
	require.NoError(t, err)
	require.Equal(t, []access.Listed{
		{ID: "s-1", Name: "Ann Example", Badge: "4127", Roles: []access.Role{access.Patrol, access.Supervisor},
			TrainedOn: time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC), Course: "ALPR basics", SecondFactor: true},
		{ID: "s-2", Name: "Example, Ben", Badge: "4128", Roles: []access.Role{access.Administrator}},
	}, people)
	for name, c := range map[string]struct{ file, where string }{
		"empty":          {"", "line 1"},
		"unknown column": {"id,name,badge,roles,phone\n", "column 5"},
		"column twice":   {"id,name,badge,roles,name\n", "column 5"},
		"missing column": {"id,name,badge\n", "column roles"},
		"nobody":         {"id,name,badge,roles\n", "1 to"},
		"short row":      {"id,name,badge,roles\ns-1,Ann Example,4127\n", "after person 0"},
		"role":           {"id,name,badge,roles\ns-1,Ann Example,4127,chief\n", "line 2, column roles"},
		"role twice":     {"id,name,badge,roles\ns-1,Ann Example,4127,officer officer\n", "line 2, column roles"},
		"day":            {"id,name,badge,roles,trained,course\ns-1,Ann Example,4127,officer,02/10/2026,ALPR\n", "column trained"},
		"factor":         {"id,name,badge,roles,second_factor\ns-1,Ann Example,4127,officer,perhaps\n", "column second_factor"},
		"badge twice":    {"id,name,badge,roles\ns-1,Ann Example,4127,officer\ns-2,Ben Example,4127,officer\n", "person 2"},
		"no course":      {"id,name,badge,roles,trained\ns-1,Ann Example,4127,officer,2026-10-02\n", "person 1"},
	} {
		_, err := ReadRoster(strings.NewReader(c.file))
		require.ErrorIs(t, err, ErrRosterFile, name)
		require.ErrorContains(t, err, c.where, name)
		require.NotContains(t, err.Error(), "Example", name)
		require.NotContains(t, err.Error(), "4127", name)
	}
}

func FuzzReadRoster(f *testing.F) {
	f.Add(rosterFile)
	f.Add("id,name,badge,roles\n\"")
	f.Fuzz(func(t *testing.T, file string) {
		people, err := ReadRoster(strings.NewReader(file))
		if err != nil {
			if !errors.Is(err, ErrRosterFile) {
				t.Fatalf("not the documented error: %v", err)
			}
			return
		}
		require.NoError(t, access.Roster{People: people}.Validate())
	})
}

func TestRequirement21_RosterReachesTheCarOnce(t *testing.T) {
	r := start(t)
	ctx := testContext(t)
	car, op := r.link(t, "car-12"), r.operator(t)
	got, err := car.Roster(ctx, 0)
	require.NoError(t, err)
	require.Nil(t, got, "a first terminal works without one")
	people, err := ReadRoster(strings.NewReader(rosterFile))
	require.NoError(t, err)
	version, err := op.PublishRoster(ctx, people, made)
	require.NoError(t, err)
	require.Equal(t, 1, version)
	got, err = car.Roster(ctx, 0)
	require.NoError(t, err)
	require.Equal(t, &access.Roster{Version: 1, Made: made, People: people}, got)
	got, err = car.Roster(ctx, 1)
	require.NoError(t, err)
	require.Nil(t, got)

	version, err = op.PublishRoster(ctx, people[:1], made)
	require.NoError(t, err)
	require.Equal(t, 2, version)
	got, err = car.Roster(ctx, 1)
	require.NoError(t, err)
	require.Len(t, got.People, 1)

	// An older one in its place, and one that somebody else made.
	fleet, key, err := op.publishingKeys()
	require.NoError(t, err)
	old, err := protocol.SealRoster(fleet, key, access.Roster{Version: 1, Made: made, People: people})
	require.NoError(t, err)
	_, err = op.js.Publish(ctx, protocol.RosterSubject, old)
	require.NoError(t, err)
	_, err = car.Roster(ctx, 2)
	require.ErrorIs(t, err, shift.ErrUntrusted)
	_, err = op.js.Publish(ctx, protocol.RosterSubject, []byte("SLP1 nonsense"))
	require.NoError(t, err)
	_, err = car.Roster(ctx, 2)
	require.ErrorIs(t, err, shift.ErrUntrusted)
	require.NotContains(t, err.Error(), "Example")
}
