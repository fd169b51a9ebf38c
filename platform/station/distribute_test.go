package station

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"secondlook/app/entry"
	"secondlook/app/hotlist"
	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
	"secondlook/platform/layoutfile"
)

var made = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)

func csvOf(plates ...string) []byte {
	return []byte("plate,category\n" + strings.Join(plates, ",stolen-vehicle\n") + ",stolen-vehicle\n")
}

func (r *running) publish(t *testing.T, name string, csv []byte) int {
	t.Helper()
	p, err := r.operator(t).PublishList(testContext(t), name, made, csv)
	require.NoError(t, err)
	require.Positive(t, p.Report.Accepted)
	return p.Version
}

func TestRequirement8_ListsReachTheCarOnceAndWithdrawn(t *testing.T) {
	noLeaks(t)
	r := start(t)
	car := r.link(t, "car-12")
	have := map[string]shift.KeptList{}
	none, err := car.Lists(testContext(t), have)
	require.NoError(t, err)
	require.Empty(t, none)

	require.Equal(t, 1, r.publish(t, "stolen", csvOf("ABCD123")))
	require.Equal(t, 1, r.publish(t, "amber alerts", csvOf("WXYZ987")))
	got, err := car.Lists(testContext(t), have)
	require.NoError(t, err)
	require.Equal(t, []shift.ListFile{
		{Name: "amber alerts", Version: 1, Made: made, Data: csvOf("WXYZ987")},
		{Name: "stolen", Version: 1, Made: made, Data: csvOf("ABCD123")},
	}, got)

	have = map[string]shift.KeptList{"stolen": {Version: 1}, "amber alerts": {Version: 1}}
	got, err = car.Lists(testContext(t), have)
	require.NoError(t, err)
	require.Empty(t, got, "a list comes once")

	require.Equal(t, 2, r.publish(t, "stolen", csvOf("ABCD124")))
	got, err = car.Lists(testContext(t), have)
	require.NoError(t, err)
	require.Equal(t, []shift.ListFile{{Name: "stolen", Version: 2, Made: made, Data: csvOf("ABCD124")}}, got)

	have["stolen"] = shift.KeptList{Version: 2}
	v, err := r.operator(t).WithdrawList(testContext(t), "stolen", made.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, 3, v)
	got, err = car.Lists(testContext(t), have)
	require.NoError(t, err)
	require.Equal(t, []shift.ListFile{{Name: "stolen", Version: 3, Made: made.Add(time.Hour), Withdrawn: true}}, got)

	_, err = r.operator(t).WithdrawList(testContext(t), "stolen", made)
	require.ErrorIs(t, err, ErrNoList)
	_, err = r.operator(t).WithdrawList(testContext(t), "nothing", made)
	require.ErrorIs(t, err, ErrNoList)
	require.Equal(t, 4, r.publish(t, "stolen", csvOf("ABCD125")), "versions grow past a withdrawal")
}

func TestPublishRefusesUnusableLists(t *testing.T) {
	r := start(t)
	op := r.operator(t)
	for name, c := range map[string]struct{ list, csv string }{
		"Empty":    {"stolen", " \n"},
		"NoPlate":  {"stolen", "category\nstolen-vehicle\n"},
		"Reserved": {hotlist.ManualList, "plate,category\nABCD123,stolen-vehicle\n"},
		"NoName":   {"", "plate,category\nABCD123,stolen-vehicle\n"},
		"LongName": {strings.Repeat("n", 65), "plate,category\nABCD123,stolen-vehicle\n"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := op.PublishList(testContext(t), c.list, made, []byte(c.csv))
			require.Error(t, err)
		})
	}
	lists, err := op.Lists(testContext(t))
	require.NoError(t, err)
	require.Empty(t, lists)
}

// California's three files look alike: the list's name tells which one it is.
func TestRequirement52_TheListsNameTellsFilesThatLookAlikeApart(t *testing.T) {
	layouts, err := layoutfile.BuiltIn()
	require.NoError(t, err)
	var file bytes.Buffer
	for _, l := range layouts {
		if l.ID == "california-sfr" {
			require.NoError(t, hotlist.Synth(&file, l, hotlist.SynthOptions{N: 20, Seed: 1, Made: made}, nil))
		}
	}
	r := start(t)
	op := r.operator(t)
	_, err = op.PublishList(testContext(t), "california", made, file.Bytes())
	require.ErrorContains(t, err, "name the format")
	p, err := op.PublishList(testContext(t), "sfr", made, file.Bytes())
	require.NoError(t, err)
	require.Equal(t, 20, p.Report.Accepted)
	require.Equal(t, "california-sfr", p.Report.Layout)
}

// A list of many chunks takes many pages.
func TestRequirement8_LargeListArrivesWhole(t *testing.T) {
	r := start(t)
	var csv bytes.Buffer
	csv.WriteString("plate,category,note\n")
	note := strings.Repeat("long ", 180)
	for i := range 6_000 {
		fmt.Fprintf(&csv, "C%07d,stolen-vehicle,%s\n", i, note)
	}
	require.Greater(t, csv.Len(), 5<<20)
	r.publish(t, "large", csv.Bytes())
	got, err := r.link(t, "car-12").Lists(testContext(t), nil)
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.True(t, bytes.Equal(csv.Bytes(), got[0].Data))
}

func TestRequirement8_TamperedListsAreRefusedAndTheOthersTaken(t *testing.T) {
	r := start(t)
	car, op := r.link(t, "car-12"), r.operator(t)
	ctx := testContext(t)
	store, err := op.js.ObjectStore(ctx, protocol.ListBucket)
	require.NoError(t, err)
	fleet, err := r.folder.fleetKey()
	require.NoError(t, err)
	key, err := r.folder.publishingKey()
	require.NoError(t, err)
	_, stranger, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	seal := func(fleet *protocol.FleetKey, key ed25519.PrivateKey, name string, version int) []byte {
		b, err := protocol.SealList(fleet, key, shift.ListFile{Name: name, Version: version, Made: made, Data: csvOf("EVIL666")})
		require.NoError(t, err)
		return b
	}
	otherFleet, err := protocol.NewFleetKey(protocol.NewFleetKeyBytes())
	require.NoError(t, err)
	flipped := seal(fleet, key, "flipped", 2)
	flipped[len(flipped)-1] ^= 1
	for name, data := range map[string][]byte{
		"stranger": seal(fleet, stranger, "stranger", 2),
		"unsigned": csvOf("EVIL666"),
		"renamed":  seal(fleet, key, "stolen", 2),
		"flipped":  flipped,
		"replayed": seal(fleet, key, "replayed", 1), // under the head of version 2
		"fleet":    seal(otherFleet, key, "fleet", 2),
		"cut":      seal(fleet, key, "cut", 2)[:40],
		"nothing":  nil,
	} {
		_, err := store.Put(ctx, jetstream.ObjectMeta{Name: name, Metadata: map[string]string{protocol.VersionKey: "2"}}, bytes.NewReader(data))
		require.NoError(t, err)
	}
	_, err = store.Put(ctx, jetstream.ObjectMeta{Name: "numberless"}, bytes.NewReader(nil))
	require.NoError(t, err)
	_, err = op.js.Publish(ctx, "$O.LISTS.M.x", []byte("garbage"))
	require.NoError(t, err)
	r.publish(t, "good", csvOf("ABCD123"))

	have := map[string]shift.KeptList{"replayed": {Version: 1}}
	got, err := car.Lists(ctx, have)
	require.ErrorIs(t, err, shift.ErrUntrusted)
	require.Len(t, got, 1)
	require.Equal(t, "good", got[0].Name)
	for _, name := range []string{"stranger", "unsigned", "renamed", "flipped", "replayed", "fleet", "cut", "nothing", "numberless"} {
		require.ErrorContains(t, err, name)
	}
	require.NotContains(t, err.Error(), "EVIL666")

	// A station that was set back offers less than the car has.
	_, err = car.Lists(ctx, map[string]shift.KeptList{"good": {Version: 5}})
	require.ErrorContains(t, err, `list "good": version 1 is older than version 5`)
}

func TestRequirement8_VersionsOfTwoPublishersDiffer(t *testing.T) {
	r := start(t)
	var mu sync.Mutex
	seen := map[int]bool{}
	var all sync.WaitGroup
	for range 4 {
		op := r.operator(t)
		all.Go(func() {
			p, err := op.PublishList(testContext(t), "stolen", made, csvOf("ABCD123"))
			mu.Lock()
			defer mu.Unlock()
			if err != nil || seen[p.Version] {
				t.Errorf("version %d, error %v", p.Version, err)
			}
			seen[p.Version] = true
		})
	}
	all.Wait()
	require.Equal(t, map[int]bool{1: true, 2: true, 3: true, 4: true}, seen)
}

func TestRequirement19_DecidedEntriesReachOtherCars(t *testing.T) {
	noLeaks(t)
	r := start(t)
	a, b := r.link(t, "car-a"), r.link(t, "car-b")
	ctx := testContext(t)
	got, err := b.Entries(ctx)
	require.NoError(t, err)
	require.Empty(t, got)

	e := decided("e1", "ABCD123")
	for range 2 {
		require.NoError(t, a.PublishEntry(ctx, e))
	}
	require.NoError(t, a.PublishEntry(ctx, decided("e2", "WXYZ987")))
	want := e
	want.Foreign = true
	got, err = b.Entries(ctx)
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, want, got[0])
	own, err := a.Entries(ctx)
	require.NoError(t, err)
	require.Empty(t, own)

	// The newest revision wins, also when an older one is sent after it.
	later := e
	later.State, later.Decision, later.Revision = entry.Withdrawn, "found", 3
	require.NoError(t, a.PublishEntry(ctx, later))
	require.NoError(t, a.PublishEntry(ctx, e))
	got, err = b.Entries(ctx)
	require.NoError(t, err)
	require.Equal(t, entry.Withdrawn, got[0].State)
	state, err := r.operator(t).state(ctx, protocol.EntryStream)
	require.NoError(t, err)
	require.EqualValues(t, 2, state.Msgs, "one message an entry")

	// Another car's change of the same entry wins by its revision as well.
	third := r.link(t, "car-c")
	later.State, later.Revision = entry.Expired, 4
	require.NoError(t, b.PublishEntry(ctx, later))
	for name, car := range map[string]shift.Link{"a": a, "c": third} {
		got, err = car.Entries(ctx)
		require.NoError(t, err, name)
		require.Equal(t, 4, got[0].Revision, name)
	}
	got, err = b.Entries(ctx)
	require.NoError(t, err)
	require.Empty(t, got, "nothing but its own change is new")
	got, err = r.link(t, "car-b").Entries(ctx)
	require.NoError(t, err)
	require.Len(t, got, 1, "its own change is the newest of e1")
	require.Equal(t, "e2", got[0].ID)
}

func TestRequirement19_EntriesThatAreNotSentOrTaken(t *testing.T) {
	r := start(t)
	a, b := r.link(t, "car-a"), r.link(t, "car-b")
	ctx := testContext(t)
	undecided := decided("e1", "ABCD123")
	undecided.Decider = nil
	require.Error(t, a.PublishEntry(ctx, undecided))
	own := decided("e1", "ABCD123")
	own.Decider.ID = own.Author.ID
	require.ErrorIs(t, a.PublishEntry(ctx, own), entry.ErrOwnEntry)

	require.NoError(t, a.PublishEntry(ctx, decided("e1", "ABCD123")))
	op := r.operator(t)
	s, err := op.js.Stream(ctx, protocol.EntryStream)
	require.NoError(t, err)
	m, err := s.GetLastMsgForSubject(ctx, "entry.car-a.e1")
	require.NoError(t, err)
	for subject, data := range map[string][]byte{
		"entry.car-c.e1": m.Data, // signed by car-a
		"entry.car-a.e2": m.Data,
		"entry.car-c.e3": []byte("garbage"),
	} {
		_, err := op.js.Publish(ctx, subject, data)
		require.NoError(t, err)
	}
	got, err := b.Entries(ctx)
	require.ErrorIs(t, err, shift.ErrUntrusted)
	require.ErrorContains(t, err, "3 of the entries")
	require.Len(t, got, 1)
	require.Equal(t, "e1", got[0].ID)
}

// More entries than one page holds.
func TestRequirement19_ManyEntriesArriveWhole(t *testing.T) {
	r := start(t)
	a, b := r.link(t, "car-a"), r.link(t, "car-b")
	const many = 300
	for i := range many {
		require.NoError(t, a.PublishEntry(testContext(t), decided(fmt.Sprintf("e%03d", i), "ABCD123")))
	}
	got, err := b.Entries(testContext(t))
	require.NoError(t, err)
	require.Len(t, got, many)
	for i, e := range got {
		require.Equal(t, fmt.Sprintf("e%03d", i), e.ID)
	}
}

func TestRequirement35_NothingPlainOnTheStationsDisk(t *testing.T) {
	r := start(t)
	a := r.link(t, "car-a")
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	require.NoError(t, a.Deliver(ctx, hitParcel("h1", "HITPLATE1")))
	require.NoError(t, a.PublishEntry(ctx, decided("e1", "ENTRYPL8")))
	r.publish(t, "stolen", csvOf("LISTPL8"))
	// What a car was told to fetch is read once, so that nothing is only in memory.
	lists, err := r.link(t, "car-b").Lists(ctx, nil)
	require.NoError(t, err)
	require.Contains(t, string(lists[0].Data), "LISTPL8")
	r.stop()

	var files, size int
	require.NoError(t, filepath.WalkDir(filepath.Join(r.dir, "jetstream"), func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(name)
		require.NoError(t, err)
		files, size = files+1, size+len(raw)
		for _, personal := range []string{"HITPLATE1", "ENTRYPL8", "LISTPL8", "Nakamura", "Tremblay", "4711", "seen leaving", "stolen-vehicle"} {
			require.False(t, bytes.Contains(raw, []byte(personal)), "%s holds %q in plain", d.Name(), personal)
		}
		return nil
	}))
	require.Greater(t, files, 3)
	require.Greater(t, size, 1500)
}
