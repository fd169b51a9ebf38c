package cruiser_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/policy"
)

const suspended = "plate,jurisdiction,category,driver,lenses\nBWKB881,CA-ON,suspended-driver,Alphonse Wintergrove,yes\nCWTR415,CA-ON,unlicensed-driver,Alphonse Wintergrove,yes\n"

// The name goes from the list into the hit and with it to the station, and nowhere else.
func TestRequirement12_AHitKeepsWhoIsSuspended(t *testing.T) {
	ctx := context.Background()
	st := newStation()
	c := newCar(t, st)
	s := speaker{c.calls}
	require.NoError(t, c.Close())
	c.parts.Signals = s
	c.start()
	c.setUp()
	c.take("MTO", suspended)
	require.NoError(t, c.WithdrawList(ctx, "CPIC"))
	s.heard()
	c.read("CWTR415")
	c.read("BWKB881")
	byCategory := map[string]hotlist.Driver{}
	for _, h := range c.Queue() {
		byCategory[h.Matches[0].Entry.Category] = h.Matches[0].Entry.Driver
	}
	alphonse := hotlist.Driver{Name: "Alphonse Wintergrove", Lenses: true}
	require.Equal(t, map[string]hotlist.Driver{"suspended-driver": alphonse, "unlicensed-driver": {}}, byCategory)

	calls, sounds := s.heard()
	require.Equal(t, []policy.Tier{policy.High, policy.High}, sounds)
	for _, said := range calls {
		require.NotContains(t, said, "Wintergrove", "nobody is named aloud")
	}

	stored, err := c.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, stored, 2)
	require.NoError(t, c.Lock(ctx))
	for _, h := range c.Queue() {
		require.Zero(t, h.Matches[0].Entry.Driver, "a locked screen names nobody")
	}
	require.NoError(t, c.SignIn(ctx, "20418", secret))
	for _, h := range stored {
		if h.Matches[0].Entry.Category != "suspended-driver" {
			require.NoError(t, c.Reject(ctx, h.ID, hit.Misread, 2*time.Second))
		}
	}
	id := c.finish()
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	var record cruiser.HitRecord
	require.NoError(t, json.Unmarshal(st.kept[id], &record))
	require.Equal(t, alphonse, record.Hit.Matches[0].Entry.Driver, "the record is delivered as it is")
	stored, err = c.Hits(ctx)
	require.NoError(t, err)
	require.Empty(t, stored, "and erased here")
	text, err := json.Marshal(c.records())
	require.NoError(t, err)
	require.NotContains(t, string(text), "Wintergrove", "the audit record names no driver")
}

// A report finds its entry by plate and file number; the owner of the list has the name.
func TestRequirement12_AReportOfAnEntryNamesNoDriver(t *testing.T) {
	c := newCar(t, nil).setUp()
	require.NoError(t, c.WithdrawList(context.Background(), "CPIC"))
	c.take("MTO", suspended)
	c.read("BWKB881")
	require.NotZero(t, c.Queue()[0].Matches[0].Entry.Driver)
	r := c.report(hit.Cleared, "")
	require.Equal(t, "BWKB881", string(r.Entry.Plate))
	require.Zero(t, r.Entry.Driver)
}
