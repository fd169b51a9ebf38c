package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/disclosure"
	"secondlook/app/hit"
	"secondlook/app/search"
	"secondlook/app/shift"
)

// acknowledge erases records as a sync does.
func (f *fixture) acknowledge(refs ...shift.Ref) error {
	var records []shift.Acknowledged
	for _, r := range refs {
		e := event(audit.HitDelivered)
		e.Object = r.ID
		records = append(records, shift.Acknowledged{Ref: r, Event: e})
	}
	return f.Acknowledge(ctx, records)
}

// All that one receipt covers goes in one transaction and one turn of the epoch, with
// an event for each; nothing else goes.
func TestRequirement29_WhatTheStationHasGoesInOneTurn(t *testing.T) {
	f := fillAll(t)
	require.NoError(t, f.DropHold(ctx, "h-2", false, event(audit.HitReleased)))
	var refs []shift.Ref
	for i := range 40 {
		f.raise(fmt.Sprintf("more-%d", i))
		if i%2 == 0 {
			refs = append(refs, shift.Ref{Kind: shift.HitParcel, ID: fmt.Sprintf("more-%d", i)})
		}
	}
	before, length := must(f.Inspect(ctx)), len(f.records())
	refs = append(refs, shift.Ref{Kind: shift.HitParcel, ID: "h-2"}, shift.Ref{Kind: shift.HitParcel, ID: "never"},
		shift.Ref{Kind: shift.ReportParcel, ID: "h-1"}, shift.Ref{Kind: shift.DeploymentParcel, ID: "h-1"}, shift.Ref{Kind: shift.BreachParcel, ID: "h-1"})
	require.NoError(t, f.acknowledge(refs...))
	after := must(f.Inspect(ctx))
	require.True(t, after.Whole(), "%v", after.Faults)
	require.Equal(t, before.Epoch+1, after.Epoch)
	require.Equal(t, before.Values[bucketHits]-21, after.Values[bucketHits])
	for _, bucket := range []string{bucketReports, bucketDeployments, bucketBreaches} {
		require.Equal(t, before.Values[bucket]-1, after.Values[bucket], bucket)
	}
	records := f.records()
	require.Len(t, records, length+24, "what was not there has no event")
	for i := range 40 {
		_, err := f.Pictures(ctx, fmt.Sprintf("more-%d", i))
		if i%2 == 0 {
			require.ErrorIs(t, err, hit.ErrNotFound)
		} else {
			require.NoError(t, err)
		}
	}
	require.NoError(t, f.acknowledge(refs...), "a sync may repeat it")
	require.Len(t, f.records(), length+24)
	require.Equal(t, after.Epoch, must(f.Inspect(ctx)).Epoch)
	require.Error(t, f.acknowledge(shift.Ref{Kind: shift.AuditParcel, ID: "x"}))
}

// What stays says when the station had it. A hit that was held, or released, since it
// travelled stays as it is.
func TestRequirement31_WhatIsHeldStaysWhenTheStationHasIt(t *testing.T) {
	f := fillAll(t)
	require.NoError(t, f.DropHold(ctx, "h-2", false, event(audit.HitReleased)))
	length := len(f.records())
	f.clock.add(time.Hour)
	at := f.clock.now()
	held := func(id string, is bool) shift.Acknowledged {
		return shift.Acknowledged{Ref: shift.Ref{Kind: shift.HitParcel, ID: id}, Held: is, Event: event(audit.HitDelivered)}
	}
	require.NoError(t, f.Acknowledge(ctx, []shift.Acknowledged{held("h-1", false), held("h-2", true)}))
	require.Len(t, f.records(), length)
	require.NoError(t, f.Acknowledge(ctx, []shift.Acknowledged{held("h-1", true)}))
	holds := must(f.Holds(ctx))
	require.Equal(t, at, holds[0].Delivered)
	require.Len(t, must(f.Hits(ctx)), 3)
	require.NoError(t, f.acknowledge(shift.Ref{Kind: shift.DisclosureParcel, ID: "h-2"}, shift.Ref{Kind: shift.RequestParcel, ID: "h-2"}))
	require.Equal(t, []time.Time{{}, at}, times(must(f.Disclosures(ctx)), func(d disclosure.Record) time.Time { return d.Delivered }))
	require.Equal(t, []time.Time{{}, at}, times(must(f.Requests(ctx)), func(r search.Request) time.Time { return r.Delivered }))
	require.Len(t, f.records(), length+3)
}

func times[V any](of []V, at func(V) time.Time) (all []time.Time) {
	for _, v := range of {
		all = append(all, at(v))
	}
	return all
}
