package cruiser_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"image"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
	depots "secondlook/platform/station"
)

// cutDock is the real dock over a line that is cut after some deliveries.
type cutDock struct {
	shift.Dock
	left int // deliveries before the line is cut; negative: never
	sent []string
}

type cutLink struct {
	shift.Link
	d *cutDock
}

func (d *cutDock) Connect(ctx context.Context) (shift.Link, error) {
	l, err := d.Dock.Connect(ctx)
	return cutLink{l, d}, err
}

func (l cutLink) Deliver(ctx context.Context, parcels ...shift.Parcel) error {
	for _, p := range parcels {
		if l.d.left == 0 {
			return errCut
		}
		l.d.left--
		l.d.sent = append(l.d.sent, p.ID)
		if err := l.Link.Deliver(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// shiftOf ends a shift with two finished hits, of which the second is graver.
func shiftOf(t *testing.T, c *car) (routine, grave string) {
	t.Helper()
	c.read("BWKB881")
	routine = c.finish()
	c.read("CKLM804")
	grave = c.finish()
	_, err := c.EndShift(t.Context())
	require.NoError(t, err)
	return routine, grave
}

// arrived are the records at the depot, by id.
func (d *depot) arrived() map[string]depots.Record {
	d.t.Helper()
	op, err := depots.Dial(context.Background(), d.dir)
	require.NoError(d.t, err)
	defer op.Close()
	all := map[string]depots.Record{}
	require.NoError(d.t, op.Records(context.Background(), func(r depots.Record) error {
		require.NotContains(d.t, all, r.ID, "doubled")
		all[r.ID] = r
		return nil
	}))
	return all
}

func TestRequirement29_RecordsAreErasedUnderTheStationsReceipt(t *testing.T) {
	ctx := t.Context()
	d := newDepot(t)
	c := d.car("car-12")
	cut := &cutDock{left: 1}
	open := c.parts.Dock
	c.parts.Dock = func(bundle []byte) (shift.Dock, error) {
		real, err := open(bundle)
		cut.Dock = real
		return cut, err
	}
	c.restart()
	c.as("20418")
	require.NoError(t, c.StartPatrol(ctx))
	routine, grave := shiftOf(t, c)

	_, err := c.Sync(ctx, nil)
	require.ErrorIs(t, err, errCut)
	n, err := c.Pending(ctx)
	require.NoError(t, err)
	require.Equal(t, 3, n, "one is there, and nobody signed for it")
	require.Len(t, d.arrived(), 1)

	cut.left = -1
	sum, err := c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, 3, sum.Delivered)
	require.Equal(t, []string{grave, routine}, cut.sent[:2], "in order of gravity, and nothing travels twice")
	require.Len(t, cut.sent, 3)
	require.Len(t, d.arrived(), 3)
	n, err = c.Pending(ctx)
	require.NoError(t, err)
	require.Zero(t, n)

	// The audit has what the station signed, and the digest of each record.
	id, err := protocol.ParseBundle(c.Settings().Bundle)
	require.NoError(t, err)
	taken, delivered := c.acts()[audit.ReceiptTaken], c.acts()[audit.HitDelivered]
	require.Len(t, taken, 2)
	require.Len(t, delivered, 3)
	for _, e := range taken {
		proof, err := base64.StdEncoding.DecodeString(e.Detail["proof"])
		require.NoError(t, err)
		var r shift.Receipt
		list := receiptList(t, delivered, e.Object)
		r, err = protocol.OpenReceipt(id.Publishing, "car-12", e.Object, append(proof, list...))
		require.NoError(t, err, "whoever has the audit can check it again")
		require.NotEmpty(t, r.Records)
	}
}

// receiptList is the list that a receipt named, from what the audit says of each record.
func receiptList(t *testing.T, delivered []audit.Event, request string) []byte {
	t.Helper()
	var list []shift.Received
	for _, e := range delivered {
		if e.Detail["receipt"] != request {
			continue
		}
		digest, err := hex.DecodeString(e.Detail["digest"])
		require.NoError(t, err)
		list = append(list, shift.Received{Ref: shift.Ref{Kind: shift.Kind(e.Detail["kind"]), ID: e.Object}, Digest: digest})
	}
	raw, err := json.Marshal(list)
	require.NoError(t, err)
	return raw
}

// Progress says how long the rest will take, going by what was delivered.
func TestRequirement29_ProgressSaysWhatIsLeft(t *testing.T) {
	st := newStation()
	c := newCar(t, st).setUp()
	shiftOf(t, c)
	st.took = func() { c.pass(2 * time.Minute) } // a slow line
	var left []time.Duration
	_, err := c.Sync(t.Context(), func(p cruiser.Progress) {
		if p.Step == cruiser.Delivering {
			left = append(left, p.Left)
		}
	})
	require.NoError(t, err)
	require.Equal(t, []time.Duration{0, 4 * time.Minute, 2 * time.Minute, 0}, left)
}

// A hit with a large picture over a line that is cut in its middle: the car, started
// again, sends only the rest, and says on the way how far it is.
func TestRequirement29_ALargeHitResumesAfterARestart(t *testing.T) {
	ctx := t.Context()
	d := newDepot(t)
	c := d.car("car-12")
	noise := image.NewRGBA(image.Rect(0, 0, 800, 800))
	rand.NewChaCha8([32]byte{1}).Read(noise.Pix)
	e := &evidence{context: noise}
	c.see("CKLM804", e)
	require.Eventually(t, e.erased.Load, time.Minute, time.Millisecond)
	id := c.finish()
	_, err := c.EndShift(ctx)
	require.NoError(t, err)

	const piece = protocol.PieceSize
	cut := false
	_, err = c.Sync(ctx, func(p cruiser.Progress) {
		if !cut && p.Bytes >= 2*piece {
			cut = true
			d.cut()
		}
	})
	require.ErrorIs(t, err, shift.ErrNoAnswer)
	require.True(t, cut)
	require.Empty(t, d.arrived(), "half a record is none")
	c.restart()
	c.as("20418")

	before := d.sent.Load()
	var told []cruiser.Progress
	sum, err := c.Sync(ctx, func(p cruiser.Progress) {
		if p.Step == cruiser.Delivering {
			told = append(told, p)
		}
	})
	require.NoError(t, err)
	require.Equal(t, 2, sum.Delivered)
	all := d.arrived()
	require.Len(t, all, 2)
	require.Greater(t, all[id].Bytes, 3*piece, "the hit was large enough for the test")
	require.Less(t, d.sent.Load()-before, int64(all[id].Bytes-2*piece+piece/2), "what was there did not travel again")
	require.Equal(t, 0, told[0].Bytes)
	for i, p := range told[1:] {
		require.Greater(t, p.Bytes, told[i].Bytes)
		if p.Done == 0 {
			require.Zero(t, p.Bytes%piece)
		}
	}
	require.Equal(t, 2*piece, told[1].Bytes)
	require.Equal(t, sum.Bytes, told[len(told)-1].Bytes)
	n, err := c.Pending(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
}

// A record that stands under a car's name at the station and is not this car's.
func TestRequirement29_WhatTheStationDoesNotSignForStays(t *testing.T) {
	ctx := t.Context()
	d := newDepot(t)
	c := d.car("car-12")
	routine, grave := shiftOf(t, c)
	_, err := d.intruder().Publish(ctx, protocol.RecordSubject(shift.HitParcel, "car-12", grave), []byte("in its place"))
	require.NoError(t, err)
	_, err = c.Sync(ctx, nil)
	require.ErrorIs(t, err, cruiser.ErrNoReceipt)
	hits, err := c.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 1)
	require.Equal(t, grave, hits[0].ID)
	require.NotEqual(t, grave, routine)
}

func TestRequirement29_AMediumTakesRecordsWhereThereIsNoNetwork(t *testing.T) {
	ctx := t.Context()
	d := newDepot(t)
	c := d.car("car-12")
	shiftOf(t, c)
	var medium bytes.Buffer
	request, n, err := c.SyncTo(ctx, &medium, nil)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.NotContains(t, medium.String(), "CKLM804")
	pending, err := c.Pending(ctx)
	require.NoError(t, err)
	require.Equal(t, 3, pending, "nothing is erased yet")

	op, err := depots.Dial(ctx, d.dir)
	require.NoError(t, err)
	defer op.Close()
	take := func(file []byte) (depots.Imported, error) {
		return op.ImportRecords(ctx, bytes.NewReader(file), time.Now())
	}
	for name, file := range map[string][]byte{
		"cut":     medium.Bytes()[:medium.Len()-40],
		"changed": bytes.Replace(medium.Bytes(), []byte("SLS1"), []byte("SLS2"), 1),
		"nothing": nil,
	} {
		_, err := take(file)
		require.Error(t, err, name)
	}
	in, err := take(medium.Bytes())
	require.NoError(t, err)
	require.Equal(t, 3, in.Records)
	require.Equal(t, request, in.Request)
	again, err := take(medium.Bytes())
	require.NoError(t, err)
	require.Zero(t, again.New)
	require.Len(t, d.arrived(), 3)

	// What is not this terminal's receipt for this medium erases nothing.
	other := d.car("car-13")
	shiftOf(t, other)
	_, err = other.TakeReceipt(ctx, in.Receipt)
	require.ErrorIs(t, err, shift.ErrReceipt, "another car's")
	var second bytes.Buffer
	_, _, err = other.SyncTo(ctx, &second, nil)
	require.NoError(t, err)
	foreign, err := take(second.Bytes())
	require.NoError(t, err)
	for name, raw := range map[string][]byte{"foreign": foreign.Receipt, "nonsense": []byte("SLR1"), "changed": bytes.Replace(in.Receipt, []byte("hit"), []byte("hat"), 1)} {
		_, err := c.TakeReceipt(ctx, raw)
		require.ErrorIs(t, err, shift.ErrReceipt, name)
	}
	require.Len(t, c.acts()[audit.ReceiptRefused], 3)
	pending, err = c.Pending(ctx)
	require.NoError(t, err)
	require.Equal(t, 3, pending)

	// A hit that was finished since is not on the medium, and stays.
	c.pass(policyQuiet(c))
	require.NoError(t, c.StartPatrol(ctx))
	c.read("CKLM804")
	late := c.finish()
	sum, err := c.TakeReceipt(ctx, in.Receipt)
	require.NoError(t, err)
	require.Equal(t, 3, sum.Delivered)
	hits, err := c.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 1)
	require.Equal(t, late, hits[0].ID)
	_, err = c.TakeReceipt(ctx, again.Receipt)
	require.ErrorIs(t, err, shift.ErrReceipt, "taken before")
	require.ErrorContains(t, err, "it was taken before")
}

// policyQuiet is long enough for a plate to alert again.
func policyQuiet(c *car) time.Duration { return c.Pack().Quiet() + time.Second }
