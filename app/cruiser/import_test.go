package cruiser_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/entry"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/policy"
)

func TestRequirement52_AnAgencysOwnFileIsTakenIn(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	report, err := c.ImportList(ctx, "NCIC", c.clock(), strings.NewReader("VEHEXTRT\n"+
		"V123456789EX001000020260509ZD0497    0N2027PC2019H0NDCIV4D0NG/BLK\n"+
		"X123456790EX001000020260509ZD0498    0N2027PC2019H0NDCIV4D0NG/BLK\n"))
	require.NoError(t, err)
	require.Equal(t, "ncic", report.Layout)
	require.Equal(t, 1, report.Accepted)
	require.Equal(t, 1, report.Refused[hotlist.UnknownCategory].Count, "the pack has no such category")
	c.read("ZD0497")
	require.Equal(t, "since 2026-05-09", c.Queue()[len(c.Queue())-1].Matches[0].Entry.Note)
}

func TestRequirement9_TheListsOwnDateCounts(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	_, err := c.ImportList(ctx, "DHSMV", c.clock(), strings.NewReader("HEADER\nY83YPJ,FL,SUSPENDED/REVOKED/CANCELLED LICENSE,S0,F,W,68,75,2016,WHI,NISS,11/20/2026 6:55:57 AM\n"))
	require.NoError(t, err)
	for _, l := range c.Lists() {
		if l.Name == "DHSMV" {
			require.Equal(t, time.Date(2026, 11, 20, 6, 55, 57, 0, time.Local), l.Made.Local())
			require.True(t, l.Old)
			return
		}
	}
	t.Fatal("the list is not in force")
}

func TestRequirement8_AListThatLostItsEntriesWaitsForAnAdministrator(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	_, err := c.ImportList(ctx, "CPIC", c.clock(), strings.NewReader("plate,category\nBWKB881,suspended-driver\n"))
	require.ErrorIs(t, err, hotlist.ErrHeldBack)
	c.read("CKLM804")
	require.Len(t, c.Queue(), 1, "the list in force stays")
	require.NoError(t, c.WithdrawList(ctx, "CPIC"))
	_, err = c.ImportList(ctx, "CPIC", c.clock(), strings.NewReader("plate,category\nBWKB881,suspended-driver\n"))
	require.NoError(t, err, "who withdraws the list in force says that it may shrink")
}

// The category that describes a driver comes from this service's own officers.
func TestRequirement18_NoFileMakesAnEntryThatDescribesADriver(t *testing.T) {
	c := newCar(t, nil).setUp()
	report, err := c.ImportList(context.Background(), "MTO", c.clock(), strings.NewReader("plate,category\nAVKR455,suspended-driver-in-use\n"))
	require.NoError(t, err)
	require.Zero(t, report.Accepted)
	require.Equal(t, 1, report.Refused[hotlist.UnknownCategory].Count)
}

// Whatever way an entry gets into the store, past the forms and the importer, the
// index holds it to its category's rules at each match.
func TestRequirement18_NothingInTheStoreMakesItOtherwise(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	days := func(n int) time.Time { return c.clock().AddDate(0, 0, n) }
	author := access.Officer{ID: "o1", Name: "Ann Example", Badge: "4127", Roles: []access.Role{access.Patrol, access.Supervisor}}
	supervisor := access.Officer{ID: "o2", Name: "Sam Example", Badge: "2001", Roles: []access.Role{access.Supervisor}}
	approved := func(id string, text plate.Text, change func(*entry.Entry)) {
		e := entry.Entry{ID: id, State: entry.Approved, Plate: text, Category: policy.SuspendedDriverInUse,
			Reason: "seen at the wheel", Descriptors: "tall, red beard", Distribution: policy.Internal,
			Author: author, Decider: &supervisor, Service: "Test Service",
			Proposed: c.clock(), Expires: days(30), Revision: 2}
		if change != nil {
			change(&e)
		}
		require.NoError(t, c.parts.Store.PutEntry(ctx, e, audit.Event{Act: audit.EntryReceived, Object: id}))
	}
	approved("good", "GOOD111", nil)
	for text, change := range map[plate.Text]func(*entry.Entry){
		"SHAR111": func(e *entry.Entry) { e.Distribution = policy.Shared },
		"LONG111": func(e *entry.Entry) { e.Expires = days(31) },
		"FUTR111": func(e *entry.Entry) { e.Proposed, e.Expires = days(20), days(50) },
		"NEVR111": func(e *entry.Entry) { e.Expires = time.Time{} },
		"DESC111": func(e *entry.Entry) { e.Descriptors = " " },
		"PROP111": func(e *entry.Entry) { e.State = entry.Proposed },
		"SELF111": func(e *entry.Entry) { e.Decider = &author },
		"NOBO111": func(e *entry.Entry) { e.Decider = nil },
		"ROLE111": func(e *entry.Entry) {
			e.Decider = &access.Officer{ID: "o3", Badge: "4", Roles: []access.Role{access.Patrol}}
		},
		"LIST111": func(e *entry.Entry) { e.Category = "stolen-vehicle" }, // of lists only
		"NONE111": func(e *entry.Entry) { e.Category = "loitering" },      // of no pack
	} {
		approved(string(text), text, change)
	}
	bad := hotlist.Entry{ID: "1", Plate: "FILE111", Category: policy.SuspendedDriverInUse, Note: "tall", Expires: days(1),
		Terms: &hotlist.Terms{Approved: true, Proposed: c.clock(), Distribution: string(policy.Internal), Descriptors: "tall"}}
	other := hotlist.Entry{ID: "2", Plate: "FILE222", Category: "loitering"}
	_, err := c.parts.Store.PutList(ctx, hotlist.Head{Name: "MTO", Made: c.clock()}, entries(bad, other).All(),
		func(*hotlist.Head, hotlist.Change) (audit.Event, error) {
			return audit.Event{Act: audit.HotlistImported}, nil
		})
	require.NoError(t, err)
	c.as("20418") // puts in force what the store has
	require.NoError(t, c.StartPatrol(ctx))

	for _, text := range []plate.Text{"SHAR111", "LONG111", "FUTR111", "NEVR111", "DESC111", "PROP111",
		"SELF111", "NOBO111", "ROLE111", "LIST111", "NONE111", "FILE111", "FILE222"} {
		c.read(text)
		require.Empty(t, c.Queue(), "%s", string(text))
	}
	c.read("GOOD111")
	require.Len(t, c.Queue(), 1)
	require.Equal(t, "tall, red beard", c.Queue()[0].Matches[0].Entry.Note)
}
