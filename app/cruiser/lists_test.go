package cruiser_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

func entries(e ...hotlist.Entry) hotlist.List { return hotlist.List{Entries: e} }

// stored returns the entries of a list as the car's store has them.
func (c *car) stored(name string) map[plate.Text]hotlist.Entry {
	c.t.Helper()
	lists, err := c.parts.Store.Lists(context.Background())
	require.NoError(c.t, err)
	out := map[plate.Text]hotlist.Entry{}
	for _, l := range lists {
		for e, err := range l.All() {
			require.NoError(c.t, err)
			if l.Name == name {
				out[e.Plate] = e
			}
		}
	}
	return out
}

func (c *car) summary(name string) hotlist.Summary {
	c.t.Helper()
	for _, l := range c.Lists() {
		if l.Name == name {
			return l
		}
	}
	c.t.Fatal("no such list in force")
	return hotlist.Summary{}
}

func (c *car) acts() map[audit.Act][]audit.Event {
	c.t.Helper()
	records, err := c.parts.Store.Records(context.Background())
	require.NoError(c.t, err)
	out := map[audit.Act][]audit.Event{}
	for _, r := range records {
		out[r.Event.Act] = append(out[r.Event.Act], r.Event)
	}
	return out
}

func TestRequirement8_RemovalTakesEffectAtOnce(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	was := c.stored("CPIC")
	c.pass(time.Hour)
	require.NoError(t, c.Reauthenticate(ctx, secret))
	d := hotlist.Delta{
		Head:    hotlist.Head{Name: "CPIC", Made: c.clock(), Version: 7},
		Added:   entries(hotlist.Entry{ID: "new", Plate: "CPKT512", Jurisdiction: "CA-ON", Category: "stolen-vehicle"}).All(),
		Removed: entries(was["CKLM804"]).All(),
	}
	change, err := c.ChangeList(ctx, d, "daily update")
	require.NoError(t, err)
	require.Equal(t, hotlist.Change{Before: 2, After: 2, Added: 1, Removed: 1}, change)
	c.read("CKLM804")
	require.Empty(t, c.Queue(), "the source removed it")
	c.read("CPKT512")
	require.Len(t, c.Queue(), 1)
	require.Equal(t, c.clock(), c.summary("CPIC").Made)
	e := c.acts()[audit.HotlistChanged][0]
	require.Equal(t, "daily update", e.Reason)
	require.Equal(t, map[string]string{"list": "CPIC", "before": "2", "accepted": "2", "added": "1", "removed": "1"}, e.Detail)

	d.Head.Name = "MTO"
	_, err = c.ChangeList(ctx, d, "")
	require.ErrorIs(t, err, hotlist.ErrNoList)
	d.Head.Name = hotlist.ManualList
	_, err = c.ChangeList(ctx, d, "")
	require.ErrorIs(t, err, cruiser.ErrListName)
	require.NoError(t, c.Lock(ctx))
	_, err = c.ChangeList(ctx, d, "")
	require.ErrorIs(t, err, access.ErrNotSignedIn)
}

func TestRequirement8_ExpiredEntriesArePurgedAndCounted(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	_, err := c.ImportList(ctx, "MTO", c.clock(), strings.NewReader("plate,category,expires\nAAAA111,expired-plate,2026-11-22T22:00:00Z\nBBBB222,expired-plate,\n"))
	require.NoError(t, err)
	require.Equal(t, 2, c.summary("MTO").Count)
	require.NoError(t, c.SignOut(ctx))
	c.pass(25 * time.Hour)
	require.NoError(t, c.SignIn(ctx, "20418", secret))
	require.Eventually(t, func() bool { return c.summary("MTO").Count == 1 }, time.Minute, time.Millisecond)
	require.NotContains(t, c.stored("MTO"), plate.Text("AAAA111"))
	purges := c.acts()[audit.HotlistPurged]
	require.Len(t, purges, 1)
	require.Equal(t, map[string]string{"list": "MTO", "expired": "1", "withdrawn": "0", "duplicates": "0"}, purges[0].Detail)
}

func TestRequirement9_ListSaysWhereItIsFrom(t *testing.T) {
	c := newCar(t, nil).setUp()
	_, err := c.ImportList(context.Background(), "MTO", c.clock().Add(-time.Hour), strings.NewReader("plate,category,source,contact\nAAAA111,expired-plate,MTO,+1 555 0100\n"))
	require.NoError(t, err)
	require.Equal(t, hotlist.Summary{Name: "MTO", Made: c.clock().Add(-time.Hour), Received: c.clock(), Count: 1, Source: "MTO", Contact: "+1 555 0100"}, c.summary("MTO"))
}

func TestRequirement8_FileThatBreaksOffLeavesTheListInForce(t *testing.T) {
	c := newCar(t, nil).setUp()
	before := c.stored("CPIC")
	disk := errors.New("the disk was pulled out")
	file := io.MultiReader(strings.NewReader("plate,category\nAAAA111,stolen-vehicle\n"), iotest.ErrReader(disk))
	_, err := c.ImportList(context.Background(), "CPIC", c.clock(), file)
	require.ErrorIs(t, err, disk)
	require.Equal(t, before, c.stored("CPIC"))
	c.read("CKLM804")
	require.Len(t, c.Queue(), 1)
}
