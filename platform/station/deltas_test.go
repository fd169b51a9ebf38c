package station

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"secondlook/app/hotlist"
	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// longList is a list so long that a few deltas are less, and the plates given.
func longList(plates ...string) []byte {
	all := make([]string, 0, 2000+len(plates))
	for i := range 2000 {
		all = append(all, fmt.Sprintf("C%06d", i))
	}
	return csvOf(append(all, plates...)...)
}

func (r *running) update(t *testing.T, name string, csv []byte) Published {
	t.Helper()
	p, err := r.operator(t).PublishList(testContext(t), name, made, csv)
	require.NoError(t, err)
	return p
}

// fetch returns what a car gets that has a version of the list "stolen".
func fetch(t *testing.T, car shift.Link, version int) shift.ListFile {
	t.Helper()
	got, err := car.Lists(testContext(t), map[string]shift.KeptList{"stolen": {Version: version}})
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, "stolen", got[0].Name)
	return got[0]
}

// plates are what a delta adds and takes away.
func plates(t *testing.T, d shift.ListDelta) (added, removed []string) {
	t.Helper()
	read := hotlist.ReadDelta(d.Data, hotlist.Options{})
	for e, err := range read.Added {
		require.NoError(t, err)
		added = append(added, string(e.Plate))
	}
	for e, err := range read.Removed {
		require.NoError(t, err)
		removed = append(removed, string(e.Plate))
	}
	return added, removed
}

func TestRequirement8_ACarFetchesWhatItLacks(t *testing.T) {
	noLeaks(t)
	r := start(t)
	car := r.link(t, "car-12")
	p := r.update(t, "stolen", longList("ABCD123"))
	require.Nil(t, p.Delta)
	require.Equal(t, "there was no version in force before", p.NoDelta)
	p = r.update(t, "stolen", longList("ABCD124", "ABCD125"))
	require.Equal(t, 2, p.Version)
	require.Equal(t, [3]int{2, 0, 1}, [3]int{p.Delta.Added, p.Delta.Changed, p.Delta.Removed})
	require.Less(t, p.Delta.Bytes, 600)

	got := fetch(t, car, 1)
	require.Equal(t, 2, got.Version)
	require.Equal(t, made, got.Made)
	require.Empty(t, got.Data)
	require.Len(t, got.Deltas, 1)
	require.Equal(t, 1, got.Deltas[0].From)
	added, removed := plates(t, got.Deltas[0])
	require.ElementsMatch(t, []string{"ABCD124", "ABCD125"}, added)
	require.Equal(t, []string{"ABCD123"}, removed)

	// A car that was away gets each step, another one the list.
	r.update(t, "stolen", longList("ABCD125"))
	r.update(t, "stolen", longList("ABCD126"))
	got = fetch(t, car, 1)
	require.Len(t, got.Deltas, 3)
	require.Equal(t, 4, got.Version)
	require.Equal(t, longList("ABCD126"), fetch(t, car, 0).Data)
	whole, err := car.Lists(testContext(t), map[string]shift.KeptList{"stolen": {Version: 3, Whole: true}})
	require.NoError(t, err)
	require.Equal(t, longList("ABCD126"), whole[0].Data)

	// After a withdrawal the next version comes whole.
	_, err = r.operator(t).WithdrawList(testContext(t), "stolen", made)
	require.NoError(t, err)
	require.True(t, fetch(t, car, 4).Withdrawn)
	require.Nil(t, r.update(t, "stolen", longList("ABCD127")).Delta)
	require.Equal(t, longList("ABCD127"), fetch(t, car, 4).Data)
	require.Zero(t, r.deltas(t))
}

// deltas is how many there are at the station.
func (r *running) deltas(t *testing.T) int {
	t.Helper()
	store, err := r.operator(t).js.ObjectStore(testContext(t), protocol.DeltaBucket)
	require.NoError(t, err)
	infos, err := store.List(testContext(t))
	if errors.Is(err, jetstream.ErrNoObjectsFound) {
		return 0
	}
	require.NoError(t, err)
	return len(infos)
}

func TestRequirement8_DeltasAreKeptWhileTheyAreLessThanTheList(t *testing.T) {
	t.Parallel()
	r := start(t)
	car := r.link(t, "car-12")
	for version := range protocol.MaxDeltas + 3 {
		r.update(t, "stolen", longList(fmt.Sprintf("ABCD%03d", version)))
		require.Equal(t, min(version, protocol.MaxDeltas), r.deltas(t))
	}
	const newest = protocol.MaxDeltas + 3
	require.Len(t, fetch(t, car, newest-protocol.MaxDeltas).Deltas, protocol.MaxDeltas)
	require.Equal(t, longList("ABCD018"), fetch(t, car, newest-protocol.MaxDeltas-1).Data, "more than are kept")

	// Half of the list changes: what was before it does not fit beside it.
	half := longList("ABCD018")
	half = bytes.ReplaceAll(half, []byte("C0010"), []byte("D0010"))
	p := r.update(t, "stolen", half)
	require.Equal(t, 100, p.Delta.Added)
	require.Equal(t, protocol.MaxDeltas, r.deltas(t))
	p = r.update(t, "stolen", csvOf("ABCD019"))
	require.Nil(t, p.Delta)
	require.Equal(t, errNoSmaller.Error(), p.NoDelta)
	require.Zero(t, r.deltas(t), "no chain leads past a version without a delta")
	require.Equal(t, csvOf("ABCD019"), fetch(t, car, newest+1).Data)
	p = r.update(t, "stolen", csvOf("ABCD020"))
	require.Nil(t, p.Delta, "the list is shorter than any delta")
}

func TestRequirement8_DeltasThatDoNotFitBesideTheListGo(t *testing.T) {
	t.Parallel()
	r := start(t)
	const rows = 2000
	list := func(salt int) []byte {
		var b strings.Builder
		b.WriteString("plate,category,reference\n")
		for i := range rows {
			changed := i
			if i < rows/2 {
				changed += salt * rows
			}
			fmt.Fprintf(&b, "C%07d,stolen-vehicle,%x\n", changed, changed*2654435761)
		}
		return []byte(b.String())
	}
	for version := range 8 {
		p := r.update(t, "stolen", list(version))
		if version > 0 {
			require.Equal(t, rows/2, p.Delta.Added)
		}
		lists, err := r.operator(t).Lists(testContext(t))
		require.NoError(t, err)
		if version > 0 {
			require.Equal(t, min(version, (lists[0].Bytes-1)/p.Delta.Bytes), r.deltas(t))
		}
	}
	require.Less(t, r.deltas(t), 7)
	require.Positive(t, r.deltas(t))
}

func TestRequirement8_RefusedDeltasAreToldAndTheListComesWhole(t *testing.T) {
	r := start(t)
	car, op := r.link(t, "car-12"), r.operator(t)
	ctx := testContext(t)
	r.update(t, "stolen", longList("ABCD123"))
	r.update(t, "stolen", longList("ABCD124"))
	r.update(t, "stolen", longList("ABCD125"))
	r.update(t, "amber", longList("ABCD123"))
	r.update(t, "amber", longList("ABCD124"))
	r.update(t, "amber", longList("ABCD125"))
	is, err := op.shelf(ctx)
	require.NoError(t, err)
	_, stranger, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	name := protocol.DeltaName("stolen", 3)
	good, err := is.deltas.GetBytes(ctx, name)
	require.NoError(t, err)
	old, err := is.deltas.GetBytes(ctx, protocol.DeltaName("stolen", 2))
	require.NoError(t, err)
	other, err := is.deltas.GetBytes(ctx, protocol.DeltaName("amber", 3))
	require.NoError(t, err)
	forged, err := protocol.SealDelta(is.fleet, stranger, shift.ListDelta{Name: "stolen", From: 2, Version: 3, Made: made})
	require.NoError(t, err)
	changed := bytes.Clone(good)
	changed[len(changed)-1] ^= 1
	for what, data := range map[string][]byte{
		"replayed": old, "another list": other, "wrongly signed": forged, "changed": changed, "cut": good[:50], "unsigned": []byte("SLD1"), "nothing": nil,
	} {
		t.Run(what, func(t *testing.T) {
			_, err := is.deltas.Put(ctx, jetstream.ObjectMeta{Name: name, Metadata: map[string]string{protocol.VersionKey: "3"}}, bytes.NewReader(data))
			require.NoError(t, err)
			got, err := car.Lists(ctx, map[string]shift.KeptList{"stolen": {Version: 1}, "amber": {Version: 3}})
			require.ErrorIs(t, err, shift.ErrUntrusted)
			require.ErrorContains(t, err, `list "stolen": delta to version 3`)
			require.Len(t, got, 1)
			require.Empty(t, got[0].Deltas, "none of the steps is taken")
			require.Equal(t, longList("ABCD125"), got[0].Data)
		})
	}
	// What is only not there is not told.
	_, err = is.deltas.Put(ctx, jetstream.ObjectMeta{Name: name, Metadata: map[string]string{protocol.VersionKey: "19"}}, bytes.NewReader(good))
	require.NoError(t, err)
	have := map[string]shift.KeptList{"stolen": {Version: 1}, "amber": {Version: 3}}
	got, err := car.Lists(ctx, have)
	require.NoError(t, err)
	require.Equal(t, longList("ABCD125"), got[0].Data)
	_, err = op.js.Publish(ctx, protocol.ObjectHead(protocol.DeltaBucket, name), []byte("garbage"))
	require.NoError(t, err)
	_, err = car.Lists(ctx, have)
	require.ErrorContains(t, err, "description of the delta to version 3")
}

// A publication that ended between its delta and its list leaves a delta that no
// later one may be taken for.
func TestRequirement8_ADeltaWithoutItsListIsNotTaken(t *testing.T) {
	r := start(t)
	car, op := r.link(t, "car-12"), r.operator(t)
	ctx := testContext(t)
	r.update(t, "stolen", longList("ABCD123"))
	cut := errors.New("killed")
	require.ErrorIs(t, op.putList(ctx, "stolen", func(old List, is shelf) (shift.ListFile, error) {
		d, _, err := is.putDelta(ctx, nil, old, shift.ListFile{Name: "stolen", Version: 2, Data: longList("ABCD124")})
		require.NoError(t, err)
		require.NotNil(t, d)
		return shift.ListFile{}, cut
	}), cut)
	none, err := car.Lists(ctx, map[string]shift.KeptList{"stolen": {Version: 1}})
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = op.WithdrawList(ctx, "stolen", made)
	require.NoError(t, err)
	require.True(t, fetch(t, car, 1).Withdrawn)
}
