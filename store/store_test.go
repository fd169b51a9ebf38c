package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/shift"
)

const (
	adminBadge = access.Badge("40417731")
	adminPIN   = "maple-7429"
	patrolPIN  = "birch-5518"
	patrolID   = access.Badge("83300562")
)

var (
	start = time.Date(2026, 11, 22, 18, 30, 15, 120_000_000, time.UTC)
	ctx   = context.Background()
)

// clock is a clock that a test sets.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// fixture is a store file and the clock that it runs by.
type fixture struct {
	*Store
	t     testing.TB
	path  string
	clock *clock
}

// newFixture opens a new, empty store.
func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{t: t, path: filepath.Join(t.TempDir(), "data", "second.db"), clock: &clock{t: start}}
	f.reopen()
	t.Cleanup(func() { f.Close() })
	return f
}

// setUpFixture opens a new store with its first administrator signed in.
func setUpFixture(t testing.TB) *fixture {
	t.Helper()
	f := newFixture(t)
	require.NoError(t, f.SetUp(ctx, admin(), adminPIN, event(audit.SetUp)))
	return f
}

func (f *fixture) reopen() {
	f.t.Helper()
	if f.Store != nil {
		require.NoError(f.t, f.Close())
	}
	s, err := Open(f.path, f.options())
	require.NoError(f.t, err)
	f.Store = s
}

func (f *fixture) options() Options {
	return Options{Terminal: func() string { return "Car 4127" }, Now: f.clock.now, Rounds: 8}
}

func (f *fixture) signIn() {
	f.t.Helper()
	_, err := f.SignIn(ctx, adminBadge, adminPIN)
	require.NoError(f.t, err)
}

// acts returns what the audit record says was done; the chain must verify.
func (f *fixture) acts() []audit.Act {
	f.t.Helper()
	var acts []audit.Act
	for _, r := range f.records() {
		acts = append(acts, r.Event.Act)
	}
	return acts
}

func (f *fixture) records() []audit.Record {
	f.t.Helper()
	records, err := f.Records(ctx)
	require.NoError(f.t, err)
	require.NoError(f.t, audit.Verify(records))
	return records
}

func admin() access.Officer {
	return access.Officer{
		ID: "9f6d1c52", Name: "Geneviève Tremblay-Okafor", Badge: adminBadge,
		Roles: []access.Role{access.Administrator, access.Auditor}, Registered: start,
	}
}

func officer() access.Officer {
	return access.Officer{
		ID: "3b77e0aa", Name: "Anselm Featherstonehaugh", Badge: patrolID,
		Roles: []access.Role{access.Patrol}, Registered: start.Add(time.Minute),
	}
}

func event(act audit.Act) audit.Event {
	return audit.Event{Name: "Geneviève Tremblay-Okafor", Badge: string(adminBadge), Role: "administrator", Act: act}
}

func sampleHit(id string) (hit.Hit, hit.Pictures) {
	h := hit.Hit{
		ID: id, State: hit.Raised, RaisedAt: start, Deployment: "d-1",
		Read: plate.Read{
			Camera: "Front left", At: start.Add(-time.Second), Text: "CKXR417", Confidence: 0.93,
			Characters:   []plate.Character{{Char: 'C', Confidence: 0.99, Rival: 'G', Centre: 0.08}, {Char: 'K', Confidence: 0.97, Centre: 0.2}},
			Candidates:   []plate.Candidate{{Text: "CKXR417", Confidence: 0.93}, {Text: "GKXR417", Confidence: 0.04}},
			Second:       plate.Opinion{Verdict: plate.Agrees, Text: "CKXR417"},
			Jurisdiction: "CA-ON", Basis: plate.BasisRead, Frames: 7,
		},
		Matches: []hotlist.Match{{
			Entry: listEntry(7), List: "stolen", ListMade: start.Add(-time.Hour), Kind: hotlist.LookAlike,
			Doubtful: []int{0}, Jurisdiction: plate.Same,
		}},
	}
	return h, hit.Pictures{Plate: bytes.Repeat([]byte("PLATEPIC"), 40), Context: bytes.Repeat([]byte("CONTEXTPIC"), 600)}
}

func listEntry(i int) hotlist.Entry {
	e := hotlist.Entry{
		ID: fmt.Sprintf("row-%06d", i), Plate: plate.Text(fmt.Sprintf("CKX%04d", i%10000)), Jurisdiction: "CA-ON",
		Category: "stolen-vehicle", Source: "CPIC", Agency: "Peel Regional Police", Contact: "+1 905 555 0117",
		Reference: fmt.Sprintf("PR26-%07d", i), Make: "Toyota", Model: "Highlander", Year: 2000 + i%26, Colour: "blue",
	}
	if i%3 == 0 {
		e.Expires = start.AddDate(0, 0, i%30)
	}
	if i%50 == 0 {
		e.Note = "taken from a driveway in Brampton"
	}
	return e
}

func list(name string, n int) hotlist.List {
	l := hotlist.List{Name: name, Made: start.Add(-time.Hour), Received: start, Version: 12}
	for i := range n {
		l.Entries = append(l.Entries, listEntry(i))
	}
	return l
}

func settings() cruiser.Settings {
	return cruiser.Settings{
		Terminal: "Car 9001", Service: "Peel Regional Police", Authority: "Insp. Quackenbush", Region: "CA-ON",
		Cameras:  []patrol.CameraSetting{{Name: "Front", Source: "rtsp://admin:hunter2x9@10.77.3.14/live", Side: "front"}},
		Language: "fr", Palette: "night", Bundle: []byte("enrolment bundle"),
	}
}

func manualEntry(id string) entry.Entry {
	by := admin()
	return entry.Entry{
		ID: id, State: entry.Approved, Plate: "BZTW882", Jurisdiction: "CA-ON", Category: "missing-person",
		Reason: "missing since Tuesday", FileNumber: "26-118830", Expires: start.AddDate(0, 0, 5),
		Distribution: policy.Internal, Descriptors: "tall, grey beard", Make: "Ford", Model: "Focus", Colour: "red",
		Author: officer(), Service: "Peel Regional Police", Proposed: start, Decider: &by, Decided: start.Add(time.Hour), Revision: 2,
	}
}

func deployment(id string) shift.Deployment {
	d := shift.Deployment{
		ID: id, Terminal: "Car 4127", Officer: officer(), Start: start, End: start.Add(8 * time.Hour),
		Authority: "Insp. Quackenbush", Area: "Brampton north", Cameras: []string{"Front"}, Exceptions: "rain",
	}
	d.Statistics.Reads = 1812
	d.Statistics.CountHit("stolen-vehicle", 2)
	d.Statistics.CountVerdict(hit.Misread, 1)
	return d
}

func TestEverythingRoundTripsAcrossReopening(t *testing.T) {
	f := setUpFixture(t)
	h, p := sampleHit("01J-hit-1")
	later, laterPictures := sampleHit("01J-hit-0") // sorts before by id, after by time
	later.RaisedAt = start.Add(time.Minute)
	laterPictures.Plate = nil
	secondEntry := manualEntry("e-2")
	secondEntry.Proposed = start.Add(-time.Hour)
	secondShift := deployment("a-2")
	secondShift.Start = start.Add(24 * time.Hour)

	require.NoError(t, f.PutSettings(ctx, settings(), event(audit.SettingsChanged)))
	require.NoError(t, f.Register(ctx, officer(), patrolPIN, event(audit.PersonRegistered)))
	require.NoError(t, f.PutList(ctx, list("stolen", 2*chunkEntries+5), event(audit.HotlistImported)))
	require.NoError(t, f.PutList(ctx, list("empty", 0), event(audit.HotlistImported)))
	require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	require.NoError(t, f.Raise(ctx, later, laterPictures, event(audit.HitRaised)))
	require.NoError(t, f.PutEntry(ctx, manualEntry("e-1"), event(audit.EntryProposed)))
	require.NoError(t, f.PutEntry(ctx, secondEntry, event(audit.EntryProposed)))
	require.NoError(t, f.PutDeployment(ctx, secondShift, event(audit.DeploymentRecorded)))
	require.NoError(t, f.PutDeployment(ctx, deployment("b-1"), event(audit.DeploymentRecorded)))
	require.NoError(t, f.Append(ctx, event(audit.AuditRead)))
	before := f.records()
	f.reopen()
	f.signIn()

	gotSettings, err := f.Settings(ctx)
	require.NoError(t, err)
	require.Equal(t, settings(), gotSettings)
	people, err := f.People(ctx)
	require.NoError(t, err)
	require.Equal(t, []access.Officer{admin(), officer()}, people)
	lists, err := f.Lists(ctx)
	require.NoError(t, err)
	require.Equal(t, []hotlist.List{list("empty", 0), list("stolen", 2*chunkEntries+5)}, lists)
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Equal(t, []hit.Hit{h, later}, hits)
	gotPictures, err := f.Pictures(ctx, h.ID)
	require.NoError(t, err)
	require.Equal(t, p, gotPictures)
	gotPictures, err = f.Pictures(ctx, later.ID)
	require.NoError(t, err)
	require.Equal(t, laterPictures, gotPictures)
	entries, err := f.Entries(ctx)
	require.NoError(t, err)
	require.Equal(t, []entry.Entry{secondEntry, manualEntry("e-1")}, entries)
	deployments, err := f.Deployments(ctx)
	require.NoError(t, err)
	require.Equal(t, []shift.Deployment{deployment("b-1"), secondShift}, deployments)
	require.Equal(t, before, f.records()[:len(before)])
}

func TestPutReplacesAndDropRemoves(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, f.PutList(ctx, list("stolen", 2*chunkEntries), event(audit.HotlistImported)))
	require.NoError(t, f.PutList(ctx, list("stolen", 3), event(audit.HotlistImported)))
	lists, err := f.Lists(ctx)
	require.NoError(t, err)
	require.Equal(t, []hotlist.List{list("stolen", 3)}, lists)
	require.Equal(t, 1, f.count(bucketChunks), "the replaced list's chunks are gone")
	require.NoError(t, f.DropList(ctx, "stolen", event(audit.HotlistWithdrawn)))
	lists, err = f.Lists(ctx)
	require.NoError(t, err)
	require.Empty(t, lists)
	require.Zero(t, f.count(bucketChunks))

	changed := manualEntry("e-1")
	changed.State, changed.Revision = entry.Withdrawn, 3
	require.NoError(t, f.PutEntry(ctx, manualEntry("e-1"), event(audit.EntryProposed)))
	require.NoError(t, f.PutEntry(ctx, changed, event(audit.EntryWithdrawn)))
	entries, err := f.Entries(ctx)
	require.NoError(t, err)
	require.Equal(t, []entry.Entry{changed}, entries)

	require.NoError(t, f.PutDeployment(ctx, deployment("d-1"), event(audit.PatrolStarted)))
	require.NoError(t, f.DropDeployment(ctx, "d-1", event(audit.DeploymentRecorded)))
	deployments, err := f.Deployments(ctx)
	require.NoError(t, err)
	require.Empty(t, deployments)

	length := len(f.records())
	require.NoError(t, f.DropList(ctx, "stolen", event(audit.HotlistWithdrawn)))
	require.NoError(t, f.DropDeployment(ctx, "d-1", event(audit.DeploymentRecorded)))
	require.Len(t, f.records(), length, "what did not happen is not recorded")
}

func TestHitErrors(t *testing.T) {
	f := setUpFixture(t)
	h, p := sampleHit("h-1")
	require.ErrorIs(t, f.Update(ctx, h, event(audit.HitConfirmed)), hit.ErrNotFound)
	require.ErrorIs(t, f.Destroy(ctx, h.ID, event(audit.HitDestroyed)), hit.ErrNotFound)
	_, err := f.Pictures(ctx, h.ID)
	require.ErrorIs(t, err, hit.ErrNotFound)
	require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	require.ErrorIs(t, f.Raise(ctx, h, p, event(audit.HitRaised)), ErrExists)
	for _, id := range []string{"", "a b", "../x", "é", string(bytes.Repeat([]byte("a"), 65))} {
		h.ID = id
		require.ErrorIs(t, f.Raise(ctx, h, p, event(audit.HitRaised)), ErrBadID)
		require.ErrorIs(t, f.Update(ctx, h, event(audit.HitConfirmed)), hit.ErrNotFound)
		require.ErrorIs(t, f.Destroy(ctx, id, event(audit.HitDestroyed)), hit.ErrNotFound)
		_, err := f.Pictures(ctx, id)
		require.ErrorIs(t, err, hit.ErrNotFound)
	}
	require.Equal(t, []audit.Act{audit.SetUp, audit.HitRaised}, f.acts(), "a refused act leaves no record")
}

// evidence must never be asked for, nor kept.
type evidence struct{ plate.Evidence }

func TestRequirement3_EvidenceOfAReadIsNotKept(t *testing.T) {
	f := setUpFixture(t)
	h, p := sampleHit("h-1")
	h.Read.Evidence = evidence{}
	require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	require.NotNil(t, h.Read.Evidence, "the caller's read stays the caller's")
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Nil(t, hits[0].Read.Evidence)
}

func TestRequirement13_DestroyedHitLeavesNothing(t *testing.T) {
	f := setUpFixture(t)
	gone, p := sampleHit("h-gone")
	kept, _ := sampleHit("h-kept")
	require.NoError(t, f.Raise(ctx, gone, p, event(audit.HitRaised)))
	require.NoError(t, f.Raise(ctx, kept, p, event(audit.HitRaised)))
	require.NoError(t, f.Destroy(ctx, gone.ID, event(audit.HitDestroyed)))
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Equal(t, []hit.Hit{kept}, hits)
	_, err = f.Pictures(ctx, gone.ID)
	require.ErrorIs(t, err, hit.ErrNotFound)
	for _, name := range []string{bucketHitKeys, bucketHits, bucketPictures} {
		require.Equal(t, 1, f.count(name), name)
	}
}

func TestRequirement36_DestroyDeletesTheKeyWithTheRecord(t *testing.T) {
	f := setUpFixture(t)
	h, p := sampleHit("h-1")
	require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	sealedKey, sealedHit := f.value(bucketHitKeys, "h-1"), f.value(bucketHits, "h-1")
	plain, err := unseal(f.keys.aead[bucketHitKeys], bucketHitKeys, []byte("h-1"), sealedKey)
	require.NoError(t, err)
	require.NoError(t, f.Destroy(ctx, h.ID, event(audit.HitDestroyed)))
	// What is left behind opens with no key that the store still has.
	require.NoError(t, f.view(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			return b.ForEach(func(_, value []byte) error {
				require.NotEqual(t, sealedKey, value)
				require.NotEqual(t, sealedHit, value)
				require.False(t, bytes.Contains(value, plain))
				return nil
			})
		})
	}))
	for bucket, a := range f.keys.aead {
		_, err := unseal(a, bucket, []byte("h-1"), sealedHit)
		require.ErrorIs(t, err, ErrDamaged)
	}
}

func TestRequirement29_DeliveredHitIsErasedOnce(t *testing.T) {
	f := setUpFixture(t)
	h, p := sampleHit("h-1")
	require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	require.NoError(t, f.Destroy(ctx, h.ID, event(audit.HitDelivered)))
	require.ErrorIs(t, f.Destroy(ctx, h.ID, event(audit.HitDelivered)), hit.ErrNotFound)
	require.Equal(t, []audit.Act{audit.SetUp, audit.HitRaised, audit.HitDelivered}, f.acts())
}

func TestLockedStoreAnswersErrLocked(t *testing.T) {
	f := setUpFixture(t)
	f.SignOut()
	h, p := sampleHit("h-1")
	calls := map[string]func() error{
		"Register":       func() error { return f.Register(ctx, officer(), patrolPIN, event("")) },
		"People":         func() error { _, err := f.People(ctx); return err },
		"Append":         func() error { return f.Append(ctx, event("")) },
		"Records":        func() error { _, err := f.Records(ctx); return err },
		"PutList":        func() error { return f.PutList(ctx, list("stolen", 3), event("")) },
		"DropList":       func() error { return f.DropList(ctx, "stolen", event("")) },
		"Lists":          func() error { _, err := f.Lists(ctx); return err },
		"Raise":          func() error { return f.Raise(ctx, h, p, event("")) },
		"Update":         func() error { return f.Update(ctx, h, event("")) },
		"Destroy":        func() error { return f.Destroy(ctx, h.ID, event("")) },
		"Hits":           func() error { _, err := f.Hits(ctx); return err },
		"Pictures":       func() error { _, err := f.Pictures(ctx, h.ID); return err },
		"PutEntry":       func() error { return f.PutEntry(ctx, manualEntry("e"), event("")) },
		"Entries":        func() error { _, err := f.Entries(ctx); return err },
		"PutDeployment":  func() error { return f.PutDeployment(ctx, deployment("d"), event("")) },
		"Deployments":    func() error { _, err := f.Deployments(ctx); return err },
		"DropDeployment": func() error { return f.DropDeployment(ctx, "d", event("")) },
		"Settings":       func() error { _, err := f.Settings(ctx); return err },
		"PutSettings":    func() error { return f.PutSettings(ctx, settings(), event("")) },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, call(), ErrLocked) })
	}
}

func TestCancelledContextDoesNothing(t *testing.T) {
	f := setUpFixture(t)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	h, p := sampleHit("h-1")
	require.ErrorIs(t, f.Raise(cancelled, h, p, event(audit.HitRaised)), context.Canceled)
	_, err := f.SignIn(cancelled, adminBadge, adminPIN)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, []audit.Act{audit.SetUp}, f.acts())
}

func TestCloseForgetsTheKeysAndMayBeRepeated(t *testing.T) {
	f := setUpFixture(t)
	k := f.keys
	require.NoError(t, f.Close())
	require.NoError(t, f.Close())
	require.Zero(t, k.file)
	require.Zero(t, k.name)
	require.Empty(t, k.aead)
	_, err := f.Hits(ctx)
	require.ErrorIs(t, err, ErrLocked)
	_, err = f.IsSetUp()
	require.Error(t, err)
}

func TestConcurrentUse(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, f.Register(ctx, officer(), patrolPIN, event(audit.PersonRegistered)))
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 8 {
				h, p := sampleHit(fmt.Sprintf("h-%d-%d", worker, i))
				if err := f.Raise(ctx, h, p, event(audit.HitRaised)); err != nil {
					t.Error(err)
				}
				if _, err := f.Pictures(ctx, h.ID); err != nil {
					t.Error(err)
				}
				if i%2 == 0 {
					if err := f.Destroy(ctx, h.ID, event(audit.HitDestroyed)); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Go(func() {
		for range 5 {
			if err := f.PutList(ctx, list("stolen", 500), event(audit.HotlistImported)); err != nil {
				t.Error(err)
			}
			if lists, err := f.Lists(ctx); err != nil || len(lists) != 1 || len(lists[0].Entries) != 500 {
				t.Error("list not whole", err)
			}
			if _, err := f.Verify(ctx, patrolID, patrolPIN); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 16)
	require.Len(t, f.records(), 2+32+16+5)
}

func TestSigningOutWhileOthersWork(t *testing.T) {
	f := setUpFixture(t)
	var wg sync.WaitGroup
	for worker := range 3 {
		wg.Go(func() {
			for i := range 10 {
				h, p := sampleHit(fmt.Sprintf("h-%d-%d", worker, i))
				if err := f.Raise(ctx, h, p, event(audit.HitRaised)); err != nil && !errors.Is(err, ErrLocked) {
					t.Error(err)
				}
			}
		})
	}
	for range 5 {
		f.SignOut()
		f.signIn()
	}
	wg.Wait()
	f.records()
}

func (f *fixture) count(bucket string) int {
	n := 0
	require.NoError(f.t, f.view(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucket)).ForEach(func(_, _ []byte) error { n++; return nil })
	}))
	return n
}

func (f *fixture) value(bucket, key string) []byte {
	var v []byte
	require.NoError(f.t, f.view(func(tx *bolt.Tx) error {
		v = bytes.Clone(tx.Bucket([]byte(bucket)).Get([]byte(key)))
		return nil
	}))
	return v
}

// tamper changes the file's buckets behind the store's back.
func (f *fixture) tamper(do func(tx *bolt.Tx) error) {
	require.NoError(f.t, f.db.Update(do))
}

func TestFileAndFolderAreTheOwnersAlone(t *testing.T) {
	f := newFixture(t)
	for path, mode := range map[string]os.FileMode{f.path: 0o600, filepath.Dir(f.path): 0o700} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm())
	}
	require.NoError(t, f.Close())
	require.NoError(t, os.Chmod(f.path, 0o644))
	f.reopen()
	info, err := os.Stat(f.path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	files, err := os.ReadDir(filepath.Dir(f.path))
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing is left of making the file")
}
