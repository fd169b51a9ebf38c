package cruiser_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/hotlist"
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
