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
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/shift"
)

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
	require.NoError(t, putList(f.Store, list("stolen", 2*columnRows+5), event(audit.HotlistImported)))
	require.NoError(t, putList(f.Store, list("empty", 0), event(audit.HotlistImported)))
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
	require.Equal(t, []access.Person{{Officer: admin(), CanSignIn: true}, {Officer: officer(), FirstSecret: true, CanSignIn: true}}, people)
	lists, err := readLists(f.Store)
	require.NoError(t, err)
	require.Equal(t, []hotlist.List{list("empty", 0), list("stolen", 2*columnRows+5)}, lists)
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
	require.NoError(t, putList(f.Store, list("stolen", 2*columnRows), event(audit.HotlistImported)))
	require.NoError(t, putList(f.Store, list("stolen", 3), event(audit.HotlistImported)))
	lists, err := readLists(f.Store)
	require.NoError(t, err)
	require.Equal(t, []hotlist.List{list("stolen", 3)}, lists)
	require.Len(t, f.listFiles(), 1, "the replaced list's file is gone")
	require.NoError(t, f.DropList(ctx, "stolen", event(audit.HotlistWithdrawn)))
	lists, err = readLists(f.Store)
	require.NoError(t, err)
	require.Empty(t, lists)
	require.Empty(t, f.listFiles())

	changed := manualEntry("e-1")
	changed.State, changed.Revision = entry.Withdrawn, 3
	require.NoError(t, f.PutEntry(ctx, manualEntry("e-1"), event(audit.EntryProposed)))
	require.NoError(t, f.PutEntry(ctx, changed, event(audit.EntryWithdrawn)))
	entries, err := f.Entries(ctx)
	require.NoError(t, err)
	require.Equal(t, []entry.Entry{changed}, entries)

	require.NoError(t, f.PutDeployment(ctx, deployment("d-1"), event(audit.PatrolStarted)))
	require.NoError(t, f.acknowledge(shift.Ref{Kind: shift.DeploymentParcel, ID: "d-1"}))
	deployments, err := f.Deployments(ctx)
	require.NoError(t, err)
	require.Empty(t, deployments)

	length := len(f.records())
	require.NoError(t, f.DropList(ctx, "stolen", event(audit.HotlistWithdrawn)))
	require.NoError(t, f.acknowledge(shift.Ref{Kind: shift.DeploymentParcel, ID: "d-1"}))
	require.Len(t, f.records(), length, "what did not happen is not recorded")
}

func TestHitErrors(t *testing.T) {
	f := setUpFixture(t)
	h, p := sampleHit("h-1")
	require.ErrorIs(t, f.Update(ctx, h, event(audit.HitConfirmed)), hit.ErrNotFound)
	require.ErrorIs(t, f.Destroy(ctx, h.ID, event(audit.HitDestroyed)), hit.ErrNotFound)
	require.ErrorIs(t, f.PutPictures(ctx, h.ID, p, event(audit.HitPictured)), hit.ErrNotFound)
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

func TestPicturesAreReplaced(t *testing.T) {
	f := setUpFixture(t)
	h, p := sampleHit("h-1")
	require.NoError(t, f.Raise(ctx, h, hit.Pictures{Plate: p.Plate}, event(audit.HitRaised)))
	require.NoError(t, f.PutPictures(ctx, h.ID, p, event(audit.HitPictured)))
	got, err := f.Pictures(ctx, h.ID)
	require.NoError(t, err)
	require.Equal(t, p, got)
	require.Equal(t, []audit.Act{audit.SetUp, audit.HitRaised, audit.HitPictured}, f.acts())
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
	plain, err := unseal(f.cipher(bucketHitKeys), bucketHitKeys, []byte("h-1"), sealedKey)
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
		"Register":      func() error { return f.Register(ctx, officer(), patrolPIN, event("")) },
		"People":        func() error { _, err := f.People(ctx); return err },
		"Append":        func() error { return f.Append(ctx, event("")) },
		"Records":       func() error { _, err := f.Records(ctx); return err },
		"PutList":       func() error { return putList(f.Store, list("stolen", 3), event("")) },
		"DropList":      func() error { return f.DropList(ctx, "stolen", event("")) },
		"Lists":         func() error { _, err := readLists(f.Store); return err },
		"Raise":         func() error { return f.Raise(ctx, h, p, event("")) },
		"Update":        func() error { return f.Update(ctx, h, event("")) },
		"Destroy":       func() error { return f.Destroy(ctx, h.ID, event("")) },
		"Hits":          func() error { _, err := f.Hits(ctx); return err },
		"Pictures":      func() error { _, err := f.Pictures(ctx, h.ID); return err },
		"PutEntry":      func() error { return f.PutEntry(ctx, manualEntry("e"), event("")) },
		"Entries":       func() error { _, err := f.Entries(ctx); return err },
		"PutDeployment": func() error { return f.PutDeployment(ctx, deployment("d"), event("")) },
		"Deployments":   func() error { _, err := f.Deployments(ctx); return err },
		"Acknowledge":   func() error { return f.acknowledge(shift.Ref{Kind: shift.DeploymentParcel, ID: "d"}) },
		"Settings":      func() error { _, err := f.Settings(ctx); return err },
		"PutSettings":   func() error { return f.PutSettings(ctx, settings(), event("")) },
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
			if err := putList(f.Store, list("stolen", 500), event(audit.HotlistImported)); err != nil {
				t.Error(err)
			}
			if lists, err := readLists(f.Store); err != nil || len(lists) != 1 || len(lists[0].Entries) != 500 {
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

// A file that cannot grow: the act does not happen, and nothing else is hurt.
func TestFullDiskRefusesNewActsAndLosesNothing(t *testing.T) {
	f := setUpFixture(t)
	h, p := sampleHit("h-1")
	require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	f.db.MaxSize = 1
	before := f.records()
	big := hit.Pictures{Plate: make([]byte, 4<<20)}
	for range 3 {
		other, _ := sampleHit("h-2")
		require.Error(t, f.Raise(ctx, other, big, event(audit.HitRaised)))
	}
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Equal(t, []hit.Hit{h}, hits)
	require.Equal(t, before, f.records())

	f.db.MaxSize = 0
	second, _ := sampleHit("h-2")
	require.NoError(t, f.Raise(ctx, second, big, event(audit.HitRaised)))
	f.reopen()
	f.signIn()
	hits, err = f.Hits(ctx)
	require.NoError(t, err)
	require.Equal(t, []hit.Hit{h, second}, hits)
	f.records()
}

func TestAtMostOneOfSeveralFirstStartsWins(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	var mu sync.Mutex
	var won []*Store
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := Open(path, Options{Rounds: 8})
			if err != nil {
				if !errors.Is(err, ErrInUse) {
					t.Error(err)
				}
				return
			}
			mu.Lock()
			defer mu.Unlock()
			won = append(won, s)
		})
	}
	wg.Wait()
	require.LessOrEqual(t, len(won), 1)
	for _, s := range won {
		require.NoError(t, s.SetUp(ctx, access.Person{Officer: admin()}, adminPIN, event(audit.SetUp)))
		require.NoError(t, s.Close())
	}
	s, err := Open(path, Options{Rounds: 8})
	require.NoError(t, err)
	done, err := s.IsSetUp()
	require.NoError(t, err)
	require.Equal(t, len(won) == 1, done, "the winner's file stayed")
	require.NoError(t, s.Close())
}
