package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

// yes decides for an update and records it as act.
func yes(act audit.Act) hotlist.Decide {
	return func(*hotlist.Head, hotlist.Change) (audit.Event, error) { return event(act), nil }
}

func delta(added, removed []hotlist.Entry) hotlist.Delta {
	return hotlist.Delta{
		Head:  hotlist.Head{Name: "stolen", Made: start, Received: start, Version: 13},
		Added: hotlist.List{Entries: added}.All(), Removed: hotlist.List{Entries: removed}.All(),
	}
}

// change applies a delta that must succeed.
func (f *fixture) change(added, removed []hotlist.Entry) hotlist.Change {
	f.t.Helper()
	c, err := f.ChangeList(ctx, delta(added, removed), yes(audit.HotlistChanged))
	require.NoError(f.t, err)
	return c
}

// listed returns the entries of the only list by id.
func (f *fixture) listed() map[string]hotlist.Entry {
	f.t.Helper()
	lists, err := readLists(f.Store)
	require.NoError(f.t, err)
	require.Len(f.t, lists, 1)
	out := map[string]hotlist.Entry{}
	for _, e := range lists[0].Entries {
		out[e.ID] = e
	}
	require.Len(f.t, out, len(lists[0].Entries), "an entry twice")
	return out
}

func entriesOf(m map[string]hotlist.Entry) []hotlist.Entry {
	return slices.SortedFunc(maps.Values(m), func(a, b hotlist.Entry) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
}

func TestRequirement8_DeltasAgreeWithAMap(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 1))
	f := setUpFixture(t)
	model := map[string]hotlist.Entry{}
	for i := range 3000 {
		model[listEntry(i).ID] = listEntry(i)
	}
	require.NoError(t, putList(f.Store, hotlist.List{Name: "stolen", Entries: entriesOf(model)}, event(audit.HotlistImported)))
	for round := range 25 {
		var want hotlist.Change
		want.Before = len(model)
		var added, removed []hotlist.Entry
		for range random.IntN(100) {
			e := listEntry(random.IntN(4000)) // some are not there
			if slices.ContainsFunc(removed, func(r hotlist.Entry) bool { return r.ID == e.ID }) {
				continue
			}
			if _, ok := model[e.ID]; ok {
				want.Removed++
				delete(model, e.ID)
			}
			removed = append(removed, hotlist.Entry{ID: e.ID, Plate: e.Plate})
		}
		for range random.IntN(100) {
			e := listEntry(random.IntN(4000))
			e.Note = fmt.Sprint("round ", round)
			isIn := func(r hotlist.Entry) bool { return r.ID == e.ID }
			if slices.ContainsFunc(removed, isIn) || slices.ContainsFunc(added, isIn) {
				continue
			}
			if _, ok := model[e.ID]; ok {
				want.Replaced++
			} else {
				want.Added++
			}
			model[e.ID] = e
			added = append(added, e)
		}
		want.After = len(model)
		require.Equal(t, want, f.change(added, removed))
		switch {
		case round%5 == 4:
			_, err := f.TidyLists(ctx, func(hotlist.Purge) audit.Event { return event(audit.HotlistPurged) })
			require.NoError(t, err)
		case round%7 == 3:
			f.reopen()
			f.signIn()
		}
		require.Equal(t, model, f.listed())
	}
	lists, err := f.Lists(ctx)
	require.NoError(t, err)
	require.Equal(t, 13, lists[0].Version)
	require.LessOrEqual(t, len(lists[0].Parts), manyDeltas+1+5)
	x := hotlist.NewIndex()
	x.Put(lists)
	for i := range 4000 {
		e := listEntry(i)
		var got []hotlist.Entry
		for _, m := range x.Match(plate.Read{Text: e.Plate}, start.AddDate(-1, 0, 0)) {
			if m.Kind == hotlist.Exact {
				got = append(got, m.Entry)
			}
		}
		if there, ok := model[e.ID]; ok {
			require.Equal(t, []hotlist.Entry{there}, got)
		} else {
			require.Empty(t, got)
		}
	}
}

// A plate alone does not remove an entry: another record of the same plate stays.
func TestRequirement8_RemovalIsOfOneRecord(t *testing.T) {
	f := setUpFixture(t)
	a, b := listEntry(1), listEntry(1)
	b.ID = "another record"
	require.NoError(t, putList(f.Store, hotlist.List{Name: "stolen", Entries: []hotlist.Entry{a, b}}, event(audit.HotlistImported)))
	require.Equal(t, hotlist.Change{Before: 2, After: 2}, f.change(nil, []hotlist.Entry{{ID: "unknown", Plate: a.Plate}}))
	require.Equal(t, hotlist.Change{Before: 2, After: 1, Removed: 1}, f.change(nil, []hotlist.Entry{{ID: a.ID, Plate: a.Plate}}))
	require.Equal(t, map[string]hotlist.Entry{b.ID: b}, f.listed())
	require.Equal(t, hotlist.Change{Before: 1, After: 1}, f.change(nil, []hotlist.Entry{{ID: a.ID, Plate: a.Plate}}), "a second time")
	require.Equal(t, hotlist.Change{Before: 1, After: 1, Added: 1, Removed: 1}, f.change([]hotlist.Entry{b}, []hotlist.Entry{b}), "taken out and put in")
}

func TestRequirement8_DuplicatesAreKeptOnce(t *testing.T) {
	f := setUpFixture(t)
	short, long, ever := listEntry(1), listEntry(1), listEntry(2)
	short.Expires, long.Expires, ever.Expires = start.Add(time.Hour), start.Add(2*time.Hour), time.Time{}
	soon := ever
	soon.Expires = start.Add(time.Hour)
	var got hotlist.Change
	_, err := f.PutList(ctx, hotlist.Head{Name: "stolen"}, hotlist.List{Entries: []hotlist.Entry{short, ever, long, soon, short}}.All(),
		func(_ *hotlist.Head, c hotlist.Change) (audit.Event, error) {
			got = c
			return event(audit.HotlistImported), nil
		})
	require.NoError(t, err)
	require.Equal(t, hotlist.Change{After: 2, Added: 2, Duplicates: 3}, got)
	require.Equal(t, map[string]hotlist.Entry{long.ID: long, ever.ID: ever}, f.listed())
}

func TestRequirement8_PurgeErasesAndIsRecordedWithCounts(t *testing.T) {
	f := setUpFixture(t)
	l := list("stolen", 3000) // of which every third has an expiry, some of them in the past
	require.NoError(t, putList(f.Store, l, event(audit.HotlistImported)))
	f.change([]hotlist.Entry{listEntry(5000), listEntry(5000)}, []hotlist.Entry{listEntry(1), listEntry(2)})
	tidy := func() (purges []hotlist.Purge) {
		changed, err := f.TidyLists(ctx, func(p hotlist.Purge) audit.Event {
			purges = append(purges, p)
			return event(audit.HotlistPurged)
		})
		require.NoError(t, err)
		require.Equal(t, len(purges) > 0, changed)
		return purges
	}
	require.Empty(t, tidy(), "not due yet")
	f.clock.add(purgeEvery)
	expired, want := 0, map[string]hotlist.Entry{listEntry(5000).ID: listEntry(5000)}
	for i, e := range l.Entries {
		switch {
		case i == 1 || i == 2:
		case e.ExpiredAt(f.clock.now()):
			expired++
		default:
			want[e.ID] = e
		}
	}
	require.Positive(t, expired)
	require.Equal(t, []hotlist.Purge{{List: "stolen", Expired: expired, Withdrawn: 2, Duplicates: 1}}, tidy())
	require.Equal(t, want, f.listed())
	require.Len(t, f.listFiles(), 1, "nothing is left of what was purged")
	acts := f.acts()
	require.Equal(t, audit.HotlistPurged, acts[len(acts)-1])
	f.clock.add(purgeEvery / 2)
	require.Empty(t, tidy())
	f.reopen()
	f.signIn()
	require.Equal(t, want, f.listed())
}

func TestManyDeltasAreJoinedWhileUpdatesGoOn(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, putList(f.Store, list("stolen", 200), event(audit.HotlistImported)))
	for i := range manyDeltas + 1 {
		f.change([]hotlist.Entry{listEntry(1000 + i)}, []hotlist.Entry{listEntry(i), listEntry(1000 + i - 1)})
	}
	before, length := f.listed(), len(f.records())
	none := func(hotlist.Purge) audit.Event { t.Error("nothing is due"); return audit.Event{} }
	changed, err := f.TidyLists(ctx, none)
	require.NoError(t, err)
	require.True(t, changed)
	require.Len(t, f.listFiles(), 2)
	require.Equal(t, before, f.listed())
	require.Len(t, f.records(), length)
	f.reopen()
	f.signIn()
	require.Equal(t, before, f.listed())

	// A delta that comes while the list is written anew wins.
	h, found, err := f.headOf(ctx, "stolen")
	require.NoError(t, err)
	require.True(t, found)
	f.change([]hotlist.Entry{listEntry(2000)}, nil)
	err = f.rewrite(ctx, h, 0, nil, func(*keys, listHead) error { t.Error("overtaken"); return nil })
	require.ErrorIs(t, err, errOvertaken)
	require.Len(t, f.listFiles(), 3)
	require.Contains(t, f.listed(), listEntry(2000).ID)
}

func TestDeltaToAListThatIsNotThere(t *testing.T) {
	f := setUpFixture(t)
	_, err := f.ChangeList(ctx, delta(nil, nil), yes(audit.HotlistChanged))
	require.ErrorIs(t, err, hotlist.ErrNoList)
	require.Empty(t, f.listFiles())
}

// updates are a full list and a delta, each with a stop on its way.
func updates(s *Store, at func(i int) error, decide hotlist.Decide) map[string]func() error {
	stopping := func(entries []hotlist.Entry) iter.Seq2[hotlist.Entry, error] {
		return func(yield func(hotlist.Entry, error) bool) {
			for i, e := range entries {
				if !yield(e, at(i)) {
					return
				}
			}
		}
	}
	return map[string]func() error{
		"full": func() error {
			_, err := s.PutList(ctx, hotlist.Head{Name: "stolen"}, stopping(list("", 2*batchRows).Entries), decide)
			return err
		},
		"delta": func() error {
			d := delta(nil, list("", 20).Entries)
			d.Added = stopping(list("", 2*batchRows).Entries)
			_, err := s.ChangeList(ctx, d, decide)
			return err
		},
	}
}

func TestRequirement8_RefusedUpdatesLeaveTheListInForce(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, putList(f.Store, list("stolen", 100), event(audit.HotlistImported)))
	before, acts := f.listed(), f.acts()
	stop := errors.New("the list looks cut off")
	never := func(int) error { return nil }
	for name, c := range map[string]struct {
		at     func(int) error
		decide hotlist.Decide
	}{
		"bad file":  {func(i int) error { return map[bool]error{true: stop}[i == batchRows+7] }, yes(audit.HotlistImported)},
		"held back": {never, func(*hotlist.Head, hotlist.Change) (audit.Event, error) { return audit.Event{}, stop }},
		"not recorded": {never, func(*hotlist.Head, hotlist.Change) (audit.Event, error) {
			return audit.Event{At: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)}, nil
		}},
		"signed out":    {func(i int) error { f.SignOut(); return nil }, yes(audit.HotlistImported)},
		"not all there": {func(i int) error { return map[bool]error{true: context.Canceled}[i == 3] }, yes(audit.HotlistImported)},
	} {
		for kind, update := range updates(f.Store, c.at, c.decide) {
			t.Run(name+" "+kind, func(t *testing.T) {
				require.Error(t, update())
				if name == "signed out" {
					f.signIn()
					acts = append(acts, audit.SignedIn)
				}
				require.Equal(t, before, f.listed())
				require.Len(t, f.listFiles(), 1)
				require.Equal(t, acts, f.acts())
			})
		}
	}
	_, err := f.PutList(ctx, hotlist.Head{Name: "stolen"}, hotlist.List{Entries: []hotlist.Entry{{ID: "1"}}}.All(), yes(audit.HotlistImported))
	require.ErrorIs(t, err, hotlist.ErrPlate)
}

// The store as it lies on the disk at moments of an update is the list before it;
// what the update had written is removed by whoever opens it next.
func TestRequirement8_UpdateCutAtAnyWriteLeavesTheOldList(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, putList(f.Store, list("stolen", 300), event(audit.HotlistImported)))
	before := f.listed()
	var copies []string
	keep := func() {
		path := filepath.Join(t.TempDir(), "store.db")
		f.copyTo(path)
		require.NoError(t, os.CopyFS(path+".lists", os.DirFS(f.path+".lists")))
		copies = append(copies, path)
	}
	stop := errors.New("power cut")
	for _, update := range updates(f.Store, func(i int) error {
		if i%500 == 0 {
			keep()
		}
		return nil
	}, func(*hotlist.Head, hotlist.Change) (audit.Event, error) { keep(); return audit.Event{}, stop }) {
		require.ErrorIs(t, update(), stop)
	}
	require.Greater(t, len(copies), 8)
	leftovers := 0
	for _, path := range copies {
		s, err := Open(path, f.options())
		require.NoError(t, err)
		g := &fixture{Store: s, t: t, path: path, clock: f.clock}
		leftovers += len(g.listFiles()) - 1
		g.signIn()
		require.Equal(t, before, g.listed())
		require.Len(t, g.listFiles(), 1)
		require.NoError(t, g.Close())
	}
	require.Equal(t, len(copies), leftovers)
}

// What is on the disk of a list is what was written, or nothing is read of it.
func TestRequirement34_ChangedListFilesAreFound(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, putList(f.Store, list("stolen", 500), event(audit.HotlistImported)))
	f.change([]hotlist.Entry{listEntry(900)}, []hotlist.Entry{listEntry(3)})
	names := f.listFiles()
	require.Len(t, names, 2)
	random := rand.New(rand.NewPCG(3, 4))
	for i := range 120 {
		path := filepath.Join(f.path+".lists", names[i%2])
		whole, err := os.ReadFile(path)
		require.NoError(t, err)
		changed := bytes.Clone(whole)
		switch i % 6 {
		case 0:
			changed = changed[:random.IntN(len(changed))]
		case 1:
			changed = append(changed, 0)
		default:
			changed[random.IntN(len(changed))] ^= 1 << random.IntN(8)
		}
		f.SignOut()
		require.NoError(t, os.WriteFile(path, changed, 0o600))
		f.signIn()
		require.ErrorIs(t, readAll(f), ErrDamaged)
		require.NoError(t, os.WriteFile(path, whole, 0o600))
	}
	f.SignOut()
	other, err := os.ReadFile(filepath.Join(f.path+".lists", names[1]))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(f.path+".lists", names[0]), other, 0o600))
	f.signIn()
	_, err = readLists(f.Store)
	require.ErrorIs(t, err, ErrDamaged, "one in another's place")
	f.SignOut()
	require.NoError(t, os.Remove(filepath.Join(f.path+".lists", names[0])))
	f.signIn()
	_, err = readLists(f.Store)
	require.ErrorIs(t, err, ErrDamaged, "missing")
}

// A list that cannot be read is set aside, its file kept, and no other list suffers.
func TestRequirement9_AListThatCannotBeReadIsSetAside(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, putList(f.Store, list("stolen", 500), event(audit.HotlistImported)))
	broken := filepath.Join(f.path+".lists", f.listFiles()[0])
	require.NoError(t, putList(f.Store, list("expired", 20), event(audit.HotlistImported)))
	f.SignOut()
	require.NoError(t, os.Truncate(broken, 100))
	f.clock.add(purgeEvery)
	f.signIn()
	lists, err := f.Lists(ctx)
	require.NoError(t, err)
	require.Len(t, lists, 2)
	require.Equal(t, 20, lists[0].Count())
	require.Equal(t, hotlist.InForce{Head: lists[1].Head, SetAside: true, Had: 500}, *lists[1])
	require.Equal(t, "stolen", lists[1].Name)

	purges := 0
	_, err = f.TidyLists(ctx, func(p hotlist.Purge) audit.Event {
		require.Equal(t, "expired", p.List)
		purges++
		return event(audit.HotlistPurged)
	})
	require.ErrorIs(t, err, ErrDamaged)
	require.Equal(t, 1, purges, "the others are tidied all the same")
	require.FileExists(t, broken)
	_, err = f.ChangeList(ctx, delta([]hotlist.Entry{listEntry(900)}, nil), yes(audit.HotlistChanged))
	require.ErrorIs(t, err, ErrDamaged, "a delta needs the whole list")

	require.NoError(t, putList(f.Store, list("stolen", 500), event(audit.HotlistImported)))
	require.NoFileExists(t, broken)
	lists, err = f.Lists(ctx)
	require.NoError(t, err)
	require.False(t, lists[1].SetAside)
}

// readAll reads every piece of every list.
func readAll(f *fixture) error {
	if _, err := readLists(f.Store); err != nil {
		return err
	}
	h, _, err := f.headOf(ctx, "stolen")
	if err == nil {
		_, _, err = f.expired(ctx, h, start)
	}
	return err
}

// A list that is matched while it is replaced stays readable to the end.
func TestReplacedListIsReadableToTheEnd(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, putList(f.Store, list("stolen", 1000), event(audit.HotlistImported)))
	lists, err := f.Lists(ctx)
	require.NoError(t, err)
	require.NoError(t, putList(f.Store, list("stolen", 10), event(audit.HotlistImported)))
	n := 0
	for _, err := range lists[0].All() {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, 1000, n)
}

func TestRequirement34_LockedListsGiveNothing(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, putList(f.Store, list("stolen", 100), event(audit.HotlistImported)))
	lists, err := f.Lists(ctx)
	require.NoError(t, err)
	f.SignOut()
	for _, err := range lists[0].All() {
		require.ErrorIs(t, err, ErrLocked)
	}
	_, err = f.ChangeList(ctx, delta(nil, nil), yes(audit.HotlistChanged))
	require.ErrorIs(t, err, ErrLocked)
	_, err = f.TidyLists(ctx, nil)
	require.ErrorIs(t, err, ErrLocked)
}

func TestSourceAndContactOfAList(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, putList(f.Store, list("stolen", 3), event(audit.HotlistImported)))
	lists, err := f.Lists(ctx)
	require.NoError(t, err)
	require.Equal(t, "CPIC", lists[0].Source)
	require.Equal(t, "+1 905 555 0117", lists[0].Contact)
}

func TestIndexOfAStoredListTakesTenBytesAnEntry(t *testing.T) {
	f := setUpFixture(t)
	const n = 50_000
	require.NoError(t, putList(f.Store, list("stolen", n), event(audit.HotlistImported)))
	_, err := f.Lists(ctx)
	require.NoError(t, err)
	require.LessOrEqual(t, float64(f.IndexBytes())/n, 10.0)
}

// A match never misses an entry that stays, while deltas come, are joined and
// purged, and finds nothing of what an update took away before it.
func TestRequirement8_MatchesGoOnWhileListsChange(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, putList(f.Store, list("stolen", 200), event(audit.HotlistImported)))
	x := hotlist.NewIndex()
	refresh := func() error {
		lists, err := f.Lists(ctx)
		if err == nil {
			x.Put(lists)
		}
		return err
	}
	require.NoError(t, refresh())
	long := start.AddDate(-1, 0, 0)
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				m := x.Match(plate.Read{Text: listEntry(7).Plate}, long)
				if len(m) != 1 || m[0].Unreadable || m[0].Entry != listEntry(7) {
					t.Error("an entry that stays was missed")
					return
				}
			}
		})
	}
	for i := range 3 * manyDeltas {
		f.change([]hotlist.Entry{listEntry(1000 + i)}, []hotlist.Entry{listEntry(100 + i)})
		require.NoError(t, refresh())
		require.Empty(t, x.Match(plate.Read{Text: listEntry(100 + i).Plate}, long))
		require.Len(t, x.Match(plate.Read{Text: listEntry(1000 + i).Plate}, long), 1)
		f.clock.add(purgeEvery / 5)
		_, err := f.TidyLists(ctx, func(hotlist.Purge) audit.Event { return event(audit.HotlistPurged) })
		require.NoError(t, err)
	}
	close(done)
	wg.Wait()
}

func TestRequirement8_ADeltaFitsItsVersionOnly(t *testing.T) {
	f := setUpFixture(t)
	d := delta([]hotlist.Entry{listEntry(2)}, nil)
	_, err := f.ChangeList(ctx, d, yes(audit.HotlistChanged))
	require.ErrorIs(t, err, hotlist.ErrNoList)
	require.NoError(t, putList(f.Store, hotlist.List{Name: "stolen", Version: 12, Entries: []hotlist.Entry{listEntry(1)}}, event(audit.HotlistImported)))
	d.From = 11
	_, err = f.ChangeList(ctx, d, yes(audit.HotlistChanged))
	require.ErrorIs(t, err, hotlist.ErrOtherVersion)
	d.From, d.Head.Reading, d.Head.Contact = 12, "r", "555-0100"
	_, err = f.ChangeList(ctx, d, yes(audit.HotlistChanged))
	require.NoError(t, err)
	lists, err := f.Lists(ctx)
	require.NoError(t, err)
	require.Equal(t, 2, lists[0].Count())
	require.Equal(t, d.Head.Reading, lists[0].Reading)
	require.Equal(t, d.Head.Contact, lists[0].Contact)
	require.Equal(t, listEntry(1).Source, lists[0].Source, "the delta names none")
}
