package station

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// following has arrivals looked at until the test ends.
func following(t *testing.T, a *arrivals) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); a.follow(ctx) }()
	t.Cleanup(func() { stop(); <-done })
}

func TestRequirement29_ReceiptsNameWhatArrivedWithoutReadingIt(t *testing.T) {
	noLeaks(t)
	r := start(t)
	op, car := r.operator(t), r.link(t, "car-12")
	ctx := testContext(t)
	before := hitParcel("before", "ABCD123")
	require.NoError(t, car.Deliver(ctx, before))
	given, err := op.receipts(ctx, newStationLog().Logger)
	require.NoError(t, err)
	a, err := newArrivals(ctx, given.stream, given.ca, given.log)
	require.NoError(t, err)
	following(t, a)

	var refs []shift.Ref
	for _, id := range []string{"h1", "h2", "h3"} {
		p := hitParcel(id, "ABCD123")
		require.NoError(t, car.Deliver(ctx, p))
		refs = append(refs, shift.Ref{Kind: p.Kind, ID: id})
	}
	// What the car did not sign, and what comes second, does not count.
	for _, subject := range []string{"hit.car-12.forged", "hit.car-12.h1"} {
		_, err := op.js.Publish(ctx, subject, []byte("in its place"))
		require.NoError(t, err)
	}
	asked := append(refs, shift.Ref{Kind: shift.HitParcel, ID: "forged"}, shift.Ref{Kind: shift.HitParcel, ID: before.ID}, shift.Ref{Kind: shift.HitParcel, ID: "none"})
	require.NoError(t, a.await(ctx))
	found, err := a.digests(ctx, "car-12", asked)
	require.NoError(t, err)
	require.Len(t, found, len(refs))
	for _, ref := range refs {
		m, err := given.first(ctx, protocol.RecordSubject(ref.Kind, "car-12", ref.ID))
		require.NoError(t, err)
		require.Equal(t, protocol.RecordDigest(m.Data), found[ref])
	}
	none, err := a.digests(ctx, "car-13", asked)
	require.NoError(t, err)
	require.Empty(t, none, "another car's")

	// All of them are on the receipt, however the station knows of them.
	receipt, err := car.Receipt(ctx, asked)
	require.NoError(t, err)
	require.Equal(t, append(refs, shift.Ref{Kind: shift.HitParcel, ID: before.ID}), receipt.Refs())
}

func TestArrivalsForgetTheOldest(t *testing.T) {
	r := start(t)
	op, car := r.operator(t), r.link(t, "car-12")
	ctx := testContext(t)
	given, err := op.receipts(ctx, newStationLog().Logger)
	require.NoError(t, err)
	a, err := newArrivals(ctx, given.stream, given.ca, given.log)
	require.NoError(t, err)
	a.most = 2
	following(t, a)
	for _, id := range []string{"h1", "h2", "h3"} {
		require.NoError(t, car.Deliver(ctx, hitParcel(id, "ABCD123")))
	}
	require.NoError(t, a.await(ctx))
	require.Len(t, a.known, 2)
	require.NotContains(t, a.known, "hit.car-12.h1")

	ended, end := context.WithCancel(ctx)
	end()
	a.mu.Lock()
	a.upTo = 0
	a.mu.Unlock()
	require.ErrorIs(t, a.await(ended), context.Canceled)
}
