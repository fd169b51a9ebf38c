package entry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/policy"
)

// Of one entry that is known in two places, every terminal picks the same.
func TestRequirement19_FollowsIsOneOrder(t *testing.T) {
	at := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	one := Entry{ID: "e1", State: Approved, Revision: 2, Decided: at}
	for name, c := range map[string]struct {
		change func(*Entry)
		wins   bool
	}{
		"Same":                {func(*Entry) {}, false},
		"Newer":               {func(e *Entry) { e.Revision = 3 }, true},
		"Older":               {func(e *Entry) { e.Revision, e.State = 1, Withdrawn }, false},
		"OffBeatsOn":          {func(e *Entry) { e.State, e.Decided = Refused, at.Add(-time.Hour) }, true},
		"LaterOfTwoApprovals": {func(e *Entry) { e.Decided = at.Add(time.Second) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			other := one
			c.change(&other)
			require.Equal(t, c.wins, other.Follows(one))
			require.False(t, other.Follows(one) && one.Follows(other))
		})
	}
}

func TestRequirement19_ADecisionFromElsewhereChangesNothingElse(t *testing.T) {
	at := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	asked := Entry{ID: "e1", State: Proposed, Plate: "ABCD123", Author: access.Officer{ID: "p1", Badge: "4127"},
		Proposed: at, Expires: at.AddDate(0, 0, 5), Distribution: policy.Internal}
	for name, c := range map[string]struct {
		change func(*Entry)
		ok     bool
	}{
		"Approved":      {func(e *Entry) { e.State = Approved }, true},
		"Shorter":       {func(e *Entry) { e.Expires = at.AddDate(0, 0, 1) }, true},
		"Longer":        {func(e *Entry) { e.Expires = at.AddDate(0, 0, 6) }, false},
		"Wider":         {func(e *Entry) { e.Distribution = policy.Shared }, false},
		"AnotherPlate":  {func(e *Entry) { e.Plate = "ABCD124" }, false},
		"AnotherAuthor": {func(e *Entry) { e.Author = access.Officer{ID: "p2", Badge: "4128"} }, false},
		"AnotherTime":   {func(e *Entry) { e.Proposed = at.Add(time.Hour) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			decided := asked
			c.change(&decided)
			require.Equal(t, c.ok, decided.Decides(asked))
		})
	}
}
