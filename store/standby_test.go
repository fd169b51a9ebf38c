package store

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/patrol"
)

func machineKey(n byte) []byte { return bytes.Repeat([]byte{n}, cruiser.MachineKeySize) }

func (f *fixture) keepStandby(n byte) error {
	return f.KeepStandby(ctx, machineKey(n), cruiser.Standby{Since: f.clock.now(), Until: f.clock.now().Add(time.Hour), Deployment: "h-1",
		PackID: "ontario", Settings: cruiser.Settings{Terminal: "Car 4127", Cameras: []patrol.CameraSetting{{Name: "Front", Source: "test"}}}},
		event(audit.StandbyKept))
}

func TestRequirement29_AStoreThatIsRestartedOnPatrolRecordsWithoutAnOfficer(t *testing.T) {
	f := setUpFixture(t)
	fill(t, f)
	proposed := manualEntry("h-2")
	proposed.State = entry.Proposed
	require.NoError(t, f.PutEntry(ctx, proposed, event(audit.EntryProposed)))
	require.NoError(t, f.keepStandby(1))
	found, err := f.HasStandby(ctx)
	require.NoError(t, err)
	require.True(t, found)
	f.reopen()

	_, err = f.Resume(ctx, machineKey(2))
	require.ErrorIs(t, err, cruiser.ErrNoStandby, "another machine's key")
	_, err = f.Resume(ctx, machineKey(1)[:7])
	require.ErrorIs(t, err, cruiser.ErrNoStandby, "a key that a power cut shortened")
	h, p := sampleHit("l-0")
	require.ErrorIs(t, f.Raise(ctx, h, p, event(audit.HitRaised)), ErrLocked)
	r, err := f.Resume(ctx, machineKey(1))
	require.NoError(t, err)
	require.Equal(t, "h-1", r.Deployment)
	require.Equal(t, "Car 4127", r.Settings.Terminal)
	require.Len(t, r.Entries, 1, "a proposal is on no hotlist")
	require.Equal(t, "h-1", r.Entries[0].ID)
	var names []string
	for _, l := range r.Lists {
		names = append(names, l.Name)
		require.False(t, l.SetAside)
		for _, err := range l.All() {
			require.NoError(t, err)
		}
	}
	require.ElementsMatch(t, []string{"stolen", "wanted"}, names)
	_, err = f.Resume(ctx, machineKey(1))
	require.Error(t, err, "twice")

	// It records, and opens nothing.
	f.raise("l-1")
	for name, open := range map[string]func() error{
		"hits":        func() error { _, err := f.Hits(ctx); return err },
		"pictures":    func() error { _, err := f.Pictures(ctx, "h-1"); return err },
		"record":      func() error { _, err := f.Records(ctx); return err },
		"people":      func() error { _, err := f.People(ctx); return err },
		"settings":    func() error { _, err := f.Settings(ctx); return err },
		"entries":     func() error { _, err := f.Entries(ctx); return err },
		"lists":       func() error { _, err := f.Lists(ctx); return err },
		"deployments": func() error { _, err := f.Deployments(ctx); return err },
		"end":         func() error { return f.EndStandby(ctx, event(audit.StandbyEnded)) },
	} {
		require.ErrorIs(t, open(), ErrLocked, name)
	}
	f.reopen() // again, with a hit in the inbox
	_, err = f.Resume(ctx, machineKey(1))
	require.NoError(t, err)
	f.raise("l-2")
	f.signIn()
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 4)
	records := f.records()
	require.NoError(t, audit.Verify(records))
	folded := records[len(records)-2].Event
	require.Equal(t, audit.InboxFolded, folded.Act)
	require.Equal(t, map[string]string{"records": "2"}, folded.Detail)
	in, err := f.Inspect(ctx)
	require.NoError(t, err)
	require.Empty(t, in.Faults)

	// The inbox has new keys since: the record has them too.
	f.reopen()
	_, err = f.Resume(ctx, machineKey(1))
	require.NoError(t, err)
	f.raise("l-3")
	f.signIn()
	require.Equal(t, 5, f.count(bucketHits))
}

func TestRequirement36_TheStandbyRecordFollowsWhatIsInForce(t *testing.T) {
	f := setUpFixture(t)
	fill(t, f)
	require.NoError(t, f.keepStandby(1))
	lists := func() (names []string, entries int) {
		f.t.Helper()
		f.reopen()
		r, err := f.Resume(ctx, machineKey(1))
		require.NoError(t, err)
		for _, l := range r.Lists {
			require.False(t, l.SetAside)
			names = append(names, l.Name)
		}
		f.signIn()
		return names, len(r.Entries)
	}
	names, entries := lists()
	require.ElementsMatch(t, []string{"stolen", "wanted"}, names)
	require.Equal(t, 2, entries)

	require.NoError(t, putList(f.Store, list("more", 5), event(audit.HotlistImported)))
	require.NoError(t, f.PutEntry(ctx, manualEntry("e-1"), event(audit.EntryApproved)))
	names, entries = lists()
	require.ElementsMatch(t, []string{"stolen", "wanted", "more"}, names)
	require.Equal(t, 3, entries)

	withdrawn := manualEntry("e-1")
	withdrawn.State = entry.Withdrawn
	require.NoError(t, f.PutEntry(ctx, withdrawn, event(audit.EntryWithdrawn)))
	require.NoError(t, f.DropList(ctx, "stolen", event(audit.HotlistWithdrawn)))
	names, entries = lists()
	require.ElementsMatch(t, []string{"wanted", "more"}, names)
	require.Equal(t, 2, entries)

	// A list of which a file is gone matches nothing; the others do.
	require.NoError(t, os.RemoveAll(f.path+listsSuffix))
	f.reopen()
	r, err := f.Resume(ctx, machineKey(1))
	require.NoError(t, err)
	for _, l := range r.Lists {
		require.True(t, l.SetAside)
	}
}

// standbyRecords are what whoever has the machine's key and the files as they are now
// opens of the pages of any time.
func (f *fixture) standbyRecords(key []byte) (found []standbyRecord) {
	f.t.Helper()
	file, err := os.ReadFile(f.path)
	require.NoError(f.t, err)
	places, err := f.epochs.places()
	require.NoError(f.t, err)
	eachLeaf(file, func(name, sealed []byte) {
		if !bytes.Equal(name, keyStandby) {
			return
		}
		for number := range places {
			a, err := f.epochs.standbyCipher(key, number)
			require.NoError(f.t, err)
			if plain, err := unseal(a, bucketStandby, name, sealed); err == nil {
				var r standbyRecord
				require.NoError(f.t, json.Unmarshal(plain, &r))
				found = append(found, r)
			}
		}
	})
	return found
}

// Who has the machine's key, and every page of the file, opens no list that was dropped
// and nothing at all once the patrol has ended, even if the key store keeps its key.
func TestRequirement36_NoPageOpensAStandbyRecordThatWasEnded(t *testing.T) {
	f := setUpFixture(t)
	fill(t, f)
	require.NoError(t, f.keepStandby(1))
	require.NotEmpty(t, f.standbyRecords(machineKey(1)), "the search finds what is there")
	require.NoError(t, f.DropList(ctx, "stolen", event(audit.HotlistWithdrawn)))
	for _, r := range f.standbyRecords(machineKey(1)) {
		for _, l := range r.Lists {
			require.NotEqual(t, "stolen", l.Name)
		}
	}
	require.NoError(t, f.keepStandby(2))
	require.Empty(t, f.standbyRecords(machineKey(1)), "the record has another key")
	require.NotEmpty(t, f.standbyRecords(machineKey(2)))
	before := len(f.records())
	require.NoError(t, f.EndStandby(ctx, event(audit.StandbyEnded)))
	require.Empty(t, f.standbyRecords(machineKey(2)))
	require.Zero(t, f.count(bucketStandby))
	require.NoError(t, f.EndStandby(ctx, event(audit.StandbyEnded)), "there is none any more")
	require.Len(t, f.records(), before+1)
	f.reopen()
	_, err := f.Resume(ctx, machineKey(2))
	require.ErrorIs(t, err, cruiser.ErrNoStandby)
}

// Half of it is nothing: the file without the machine's key, or that key without the
// place of the epoch.
func TestRequirement34_TheStandbyRecordNeedsBothHalves(t *testing.T) {
	f := setUpFixture(t)
	fill(t, f)
	require.NoError(t, f.keepStandby(1))
	sealed := f.value(bucketStandby, string(keyStandby))
	own, err := hkdf.Key(sha256.New, machineKey(1), nil, "secondlook store v1 standby", keySize)
	require.NoError(t, err)
	a, err := newAEAD(own)
	require.NoError(t, err)
	_, err = unseal(a, bucketStandby, keyStandby, sealed)
	require.ErrorIs(t, err, ErrDamaged)

	// An earlier record that is put back, and another terminal's, open with nothing.
	require.NoError(t, f.Destroy(ctx, "h-1", event(audit.HitDestroyed)))
	f.tamper(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketStandby)).Put(keyStandby, sealed) })
	in, err := f.Inspect(ctx)
	require.NoError(t, err)
	require.Len(t, in.Faults, 1, "verify finds it")
	require.Equal(t, bucketStandby, in.Faults[0].Where)
	f.reopen()
	_, err = f.Resume(ctx, machineKey(1))
	require.ErrorIs(t, err, cruiser.ErrNoStandby)
	f.signIn()
	require.NoError(t, f.keepStandby(3)) // and the next is whole again
	in, err = f.Inspect(ctx)
	require.NoError(t, err)
	require.Empty(t, in.Faults)
	f.tamper(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketStandby)).Delete(keyStandby) })
	in, err = f.Inspect(ctx)
	require.NoError(t, err)
	require.False(t, in.Whole())
}

// What is damaged in the record's way does not keep a hit from being destroyed: there is
// no record then, and the terminal waits for its officer.
func TestRequirement36_ADamagedStandbyRecordIsInNobodysWay(t *testing.T) {
	f := setUpFixture(t)
	fill(t, f)
	require.NoError(t, f.keepStandby(1))
	f.tamper(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucketStandbyKey)).Put(keyStandby, []byte("no such value"))
	})
	require.NoError(t, f.Destroy(ctx, "h-1", event(audit.HitDestroyed)))
	require.Zero(t, f.count(bucketStandby))
	_, err := f.HasStandby(ctx)
	require.ErrorIs(t, err, ErrDamaged)
}

func TestAReKeyedOrRecoveredStoreWaitsForItsOfficer(t *testing.T) {
	f := setUpFixture(t)
	fill(t, f)
	require.NoError(t, f.keepStandby(1))
	require.NoError(t, f.Rekey(ctx, event(audit.StoreRekeyed), nil))
	found, err := f.HasStandby(ctx)
	require.NoError(t, err)
	require.False(t, found)
	in, err := f.Inspect(ctx)
	require.NoError(t, err)
	require.Empty(t, in.Faults)

	require.NoError(t, f.keepStandby(1))
	require.NoError(t, f.Close())
	path := filepath.Join(t.TempDir(), "new.db")
	_, err = Recover(ctx, f.path, path, adminBadge, access.Proof{Secret: adminPIN}, f.options(), nil)
	require.NoError(t, err)
	g := &fixture{t: t, path: path, clock: f.clock}
	g.reopen()
	t.Cleanup(func() { g.Close() })
	g.signIn()
	found, err = g.HasStandby(ctx)
	require.NoError(t, err)
	require.False(t, found)
}
