package cruiser_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/entry"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/search"
)

func TestRequirement17_RenewalTakesTheOldEntrysPlace(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.enlist("Sue Second", "30002", access.Supervisor)
	e, err := c.Propose(ctx, proposal(c.clock()))
	require.NoError(t, err)
	to := e
	to.Reason = "Amber Alert 26-17, a second sighting"
	require.NoError(t, c.Amend(ctx, e.ID, to))
	c.as("30001")
	require.NoError(t, c.Approve(ctx, e.ID))
	require.Equal(t, []string{e.ID}, c.matches("QWER123"))

	c.pass(20 * time.Hour)
	c.as("30001")
	to.Expires = c.clock().AddDate(0, 0, 2)
	next, err := c.Renew(ctx, e.ID, to)
	require.NoError(t, err)
	require.Equal(t, []string{e.ID}, c.matches("QWER123"), "a renewal waits like any proposal")
	require.ErrorIs(t, c.Approve(ctx, next.ID), entry.ErrOwnEntry)
	c.as("30002")
	shorter := next
	shorter.Expires = c.clock().AddDate(0, 0, 1)
	require.NoError(t, c.ApproveAmended(ctx, next.ID, shorter, "one day is enough"))
	require.Equal(t, []string{next.ID}, c.matches("QWER123"), "one entry, the new one")

	acts := c.acts()
	require.Len(t, acts[audit.EntryAmended], 1)
	require.Equal(t, map[string]string{"renewed": next.ID}, acts[audit.EntryWithdrawn][0].Detail)
	require.Equal(t, "one day is enough", acts[audit.EntryApproved][1].Reason)
	c.pass(25 * time.Hour)
	c.as("30002")
	require.Empty(t, c.matches("QWER123"))
}

// matches are the ids of the entries that a plate matches.
func (c *car) matches(text plate.Text) (ids []string) {
	c.t.Helper()
	r, err := c.Search(context.Background(), search.Query{Plate: text, Purpose: c.Pack().Purposes[0].Code, Reason: "r", FileNumber: "f"})
	require.NoError(c.t, err)
	for _, m := range r.Matches {
		ids = append(ids, m.Entry.ID)
	}
	return ids
}

// tracked is what the test knows of an entry by itself.
type tracked struct {
	entry  entry.Entry // as it was last proposed or amended
	author access.Badge
	made   time.Time
	live   bool
}

// Whatever people call in whatever order, only what a supervisor other than its
// author approved matches, and only within its category's limits.
func TestRequirement17_18_19_NoSequenceOfCallsPutsAWrongEntryInForce(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	supervisors := map[access.Badge]bool{"30001": true, "30002": true}
	for badge, role := range map[access.Badge]access.Role{"30002": access.Supervisor, "40001": access.Patrol} {
		c.enlist("Somebody", badge, role)
	}
	// Months pass, and nobody is kept from trying by what is not the matter here.
	c.Pack().Session.ReauthenticateHours, c.Pack().Agreement.Days, c.Pack().Training.Days = 0, 10_000, 10_000
	people := []access.Badge{"20418", "30001", "30002", "40001"}
	rng := rand.New(rand.NewPCG(18, 19))
	known := map[string]*tracked{}
	var ids []string
	me := access.Badge("20418")
	any := func() entry.Entry {
		categories := c.Pack().Manual()
		if rng.IntN(5) == 0 {
			categories = c.Pack().Categories
		}
		category := categories[rng.IntN(len(categories))]
		e := entry.Entry{Plate: "QWER123", Category: category.ID, Reason: strings.Repeat("seen ", rng.IntN(4)),
			Descriptors: strings.Repeat("tall ", rng.IntN(3)), Distribution: []policy.Distribution{policy.Internal, policy.Shared}[rng.IntN(2)],
			Expires: c.clock().AddDate(0, 0, rng.IntN(category.MaxDays+9)-2)}
		if rng.IntN(3) > 0 {
			e.Ends = e.Expires.AddDate(0, 0, rng.IntN(4)-1)
		}
		return e
	}
	add := func(e entry.Entry, err error) {
		if err == nil {
			known[e.ID] = &tracked{entry: e, author: me, made: c.clock()}
			ids = append(ids, e.ID)
		}
	}
	found := 0
	for range 300 {
		c.pass(time.Duration(rng.IntN(60)) * time.Hour)
		if rng.IntN(3) == 0 {
			me = people[rng.IntN(len(people))]
			c.as(me)
		}
		id := "none"
		if len(ids) > 0 {
			id = ids[max(0, len(ids)-1-rng.IntN(4))]
		}
		k, to := known[id], any()
		what := rng.IntN(7)
		if what > 2 && supervisors[me] {
			require.NoError(t, c.Reauthenticate(ctx, secret))
		}
		switch what {
		case 0:
			add(c.Propose(ctx, to))
		case 1:
			add(c.Renew(ctx, id, to))
		case 2:
			if c.Amend(ctx, id, to) == nil {
				require.Equal(t, k.author, me)
				k.entry = to
			}
		case 3, 4:
			if c.Approve(ctx, id) == nil {
				require.True(t, supervisors[me])
				require.NotEqual(t, k.author, me)
				k.live = true
			}
		case 5:
			if c.ApproveAmended(ctx, id, to, "better so") == nil {
				require.True(t, supervisors[me])
				require.NotEqual(t, k.author, me)
				require.False(t, to.Expires.After(k.entry.Expires))
				k.entry, k.live = to, true
			}
		case 6:
			if c.Refuse(ctx, id, "no") == nil || rng.IntN(3) == 0 && c.Withdraw(ctx, id, "over") == nil {
				k.live = false
			}
		}
		for _, id := range c.matches("QWER123") {
			found++
			k := known[id]
			category, _ := c.Pack().Category(k.entry.Category)
			require.True(t, k.live)
			require.True(t, category.Manual)
			require.True(t, c.clock().Before(k.entry.Expires))
			require.False(t, k.entry.Expires.After(k.made.AddDate(0, 0, category.MaxDays)))
			require.Contains(t, category.Distribution, k.entry.Distribution)
			require.NotEmpty(t, strings.TrimSpace(k.entry.Reason))
			require.True(t, category.EndsWith == "" || !k.entry.Expires.After(k.entry.Ends))
			if category.Descriptors {
				require.NotEmpty(t, strings.TrimSpace(k.entry.Descriptors))
			}
		}
	}
	require.Greater(t, found, 25)
}
