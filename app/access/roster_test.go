package access_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
)

func TestRosterValidate(t *testing.T) {
	whole := func() access.Roster {
		return access.Roster{Version: 1, People: []access.Listed{
			{ID: "1", Name: "Ann Example", Badge: "4127", Roles: []access.Role{access.Patrol}, TrainedOn: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Course: "ALPR"},
			{ID: "2", Name: "Ben Example", Badge: "4128", Roles: []access.Role{access.Trainer}},
		}}
	}
	require.NoError(t, whole().Validate())
	for name, c := range map[string]struct {
		change func(*access.Roster)
		err    error
	}{
		"nobody":      {func(r *access.Roster) { r.People = nil }, access.ErrIncomplete},
		"no id":       {func(r *access.Roster) { r.People[1].ID = " " }, access.ErrIncomplete},
		"id twice":    {func(r *access.Roster) { r.People[1].ID = "1" }, access.ErrIncomplete},
		"badge twice": {func(r *access.Roster) { r.People[1].Badge = " 4127" }, access.ErrBadgeTaken},
		"no name":     {func(r *access.Roster) { r.People[1].Name = "" }, access.ErrIncomplete},
		"long name":   {func(r *access.Roster) { r.People[1].Name = access.Name(strings.Repeat("n", 300)) }, access.ErrIncomplete},
		"no role":     {func(r *access.Roster) { r.People[1].Roles = nil }, access.ErrIncomplete},
		"other role":  {func(r *access.Roster) { r.People[1].Roles = []access.Role{"chief"} }, access.ErrIncomplete},
		"no course":   {func(r *access.Roster) { r.People[0].Course = " " }, access.ErrBadTraining},
		"no day":      {func(r *access.Roster) { r.People[1].Course = "ALPR" }, access.ErrBadTraining},
	} {
		r := whole()
		c.change(&r)
		err := r.Validate()
		require.ErrorIs(t, err, c.err, name)
		require.NotContains(t, err.Error(), "Example", name)
		require.NotContains(t, err.Error(), "4127", name)
	}
}
