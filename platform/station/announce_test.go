package station

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/dock/protocol"
)

// Whatever is stored for cars is announced to those that are connected, and read by
// them once.
func TestRequirement8_WhatIsStoredIsAnnounced(t *testing.T) {
	r := start(t)
	ctx, op, now := testContext(t), r.operator(t), time.Now()
	a, b := r.link(t, "car-a"), r.link(t, "car-b")
	for _, l := range []shift.Link{a, b} {
		of, err := l.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, shift.Everything, of, "the first time")
	}
	list := func(row string) {
		_, err := op.PublishList(ctx, "stolen", now, []byte("plate,category\n"+row+",stolen-vehicle\n"))
		require.NoError(t, err)
	}
	read := map[shift.News]func(l shift.Link) int{
		{Lists: true}:   func(l shift.Link) int { all, err := l.Lists(ctx, nil); require.NoError(t, err); return len(all) },
		{Entries: true}: func(l shift.Link) int { all, err := l.Entries(ctx); require.NoError(t, err); return len(all) },
		{Roster: true}: func(l shift.Link) int {
			ros, err := l.Roster(ctx, 0)
			require.NoError(t, err)
			return len(ros.People)
		},
	}
	for _, step := range []struct {
		of   shift.News
		do   func()
		have int
	}{
		{shift.News{Lists: true}, func() { list("ABCD123") }, 1},
		{shift.News{Lists: true}, func() { list("ABCD124") }, 1},
		{shift.News{Entries: true}, func() { require.NoError(t, r.link(t, "car-c").PublishEntry(ctx, decided("e1", "ABCD123"))) }, 1},
		{shift.News{Entries: true}, func() { require.NoError(t, r.link(t, "car-c").PublishEntry(ctx, decided("e2", "ABCD124"))) }, 1},
		{shift.News{Roster: true}, func() {
			_, err := op.PublishRoster(ctx, []access.Listed{{ID: "s-9", Name: "Stella Station", Badge: "70001", Roles: []access.Role{access.Supervisor}}}, now)
			require.NoError(t, err)
		}, 1},
		{shift.News{Lists: true}, func() { _, err := op.WithdrawList(ctx, "stolen", now); require.NoError(t, err) }, 1},
	} {
		step.do()
		for _, l := range []shift.Link{a, b} {
			of, err := l.Await(ctx)
			require.NoError(t, err)
			require.Equal(t, step.of, of)
			require.Equal(t, step.have, read[step.of](l), "only what is new of entries")
		}
	}
	// Nothing is announced twice.
	waiting, stop := context.WithCancelCause(ctx)
	stop(context.DeadlineExceeded)
	_, err := a.Await(waiting)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// An announcement says which message of which stream was stored, and nothing of it.
func TestRequirement35_AnAnnouncementHasNoContent(t *testing.T) {
	r := start(t)
	ctx := testContext(t)
	nc, _ := raw(t, r.bundle(t, "car-a"))
	heard, err := nc.SubscribeSync(protocol.Changes)
	require.NoError(t, err)
	require.NoError(t, nc.FlushWithContext(ctx))
	require.NoError(t, r.link(t, "car-b").PublishEntry(ctx, decided("e1", "ABCD123")))
	m, err := heard.NextMsgWithContext(ctx)
	require.NoError(t, err)
	require.Empty(t, m.Data)
	require.Equal(t, protocol.EntryStream, m.Header.Get(protocol.HeaderStream))
	require.Equal(t, "1", m.Header.Get(protocol.HeaderSequence))
}

// A car cannot announce anything itself, nor does what it sends there reach another.
func TestRequirement35_CarCannotAnnounce(t *testing.T) {
	r := start(t)
	ctx := testContext(t)
	b, _ := raw(t, r.bundle(t, "car-b"))
	heard, err := b.SubscribeSync(protocol.Changes)
	require.NoError(t, err)
	require.NoError(t, b.FlushWithContext(ctx))
	a, refusals := raw(t, r.bundle(t, "car-a"))
	require.NoError(t, a.PublishMsg(&nats.Msg{Subject: "changed." + protocol.ListStream + ".x", Data: []byte("x")}))
	requireRefused(t, refusals)
	require.NoError(t, r.link(t, "car-c").PublishEntry(ctx, decided("e1", "ABCD123")))
	m, err := heard.NextMsgWithContext(ctx)
	require.NoError(t, err)
	require.Equal(t, protocol.EntryStream, m.Header.Get(protocol.HeaderStream), "nothing came before it")
}

// A car that is revoked is cut off while it listens, and learns why when it comes back.
func TestRequirement35_ARevokedCarIsCutOffAndToldWhy(t *testing.T) {
	r := start(t)
	ctx := testContext(t)
	d, err := dock.New(r.bundle(t, "car-a"))
	require.NoError(t, err)
	l := connect(t, d)
	_, err = l.Await(ctx)
	require.NoError(t, err)
	require.NoError(t, r.folder.Revoke("car-a", time.Now()))
	_, err = l.Await(ctx)
	require.ErrorIs(t, err, shift.ErrNoAnswer)
	_, err = d.Connect(ctx)
	require.ErrorIs(t, err, shift.ErrRefused)
}
