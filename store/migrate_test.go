package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
)

// earlier are the files in testdata, each written by the SecondLook of its time.
var earlier = []struct {
	folder string
	// dropped are the lists that cannot be carried on.
	dropped string
	lists   int
	// acts is how many records the file had.
	acts int
	// cases is set where it has holds, disclosures and orders.
	cases bool
}{
	{folder: "format-1-lists-inside", dropped: "stolen, wanted", acts: 18},
	{folder: "format-1-lists-beside", lists: 2, acts: 19},
	{folder: "format-1-cases", lists: 2, acts: 30, cases: true},
}

// placed is an earlier file where a store opens it.
func placed(t *testing.T, folder string) *fixture {
	t.Helper()
	f := &fixture{t: t, path: filepath.Join(t.TempDir(), "store.db"), clock: &clock{t: start}}
	b, err := os.ReadFile(filepath.Join("testdata", folder, "store.db"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(f.path, b, 0o600))
	lists := filepath.Join("testdata", folder, "store.db.lists")
	if _, err := os.Stat(lists); !errors.Is(err, fs.ErrNotExist) {
		require.NoError(t, os.CopyFS(f.path+".lists", os.DirFS(lists)))
	}
	return f
}

func TestRequirement29_EarlierFilesAreCarriedOn(t *testing.T) {
	for _, c := range earlier {
		t.Run(c.folder, func(t *testing.T) {
			f := placed(t, c.folder)
			detail, err := Check(f.path)
			require.NoError(t, err)
			require.Contains(t, detail, "format 1")
			f.reopen()
			t.Cleanup(func() { f.Close() })
			_, err = f.SignIn(ctx, adminBadge, "wrong-9911")
			require.ErrorIs(t, err, access.ErrBadSignIn)
			f.signIn()
			f.checkCarriedOn(t, c.dropped, c.lists, c.acts, c.cases)

			f.reopen()
			f.signIn()
			f.checkCarriedOn(t, c.dropped, c.lists, c.acts, c.cases)
			_, err = f.SignIn(ctx, patrolID, patrolPIN)
			require.NoError(t, err)
			require.NoError(t, f.Destroy(ctx, "h-2", event(audit.HitDestroyed)))
			detail, err = Check(f.path)
			require.ErrorIs(t, err, ErrInUse, detail)
		})
	}
}

// checkCarriedOn looks for everything that the test data has.
func (f *fixture) checkCarriedOn(t *testing.T, dropped string, lists, acts int, cases bool) {
	t.Helper()
	people, err := f.People(ctx)
	require.NoError(t, err)
	require.Len(t, people, 2)
	kept, err := f.Settings(ctx)
	require.NoError(t, err)
	require.Equal(t, settings().Cameras, kept.Cameras)
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	states := map[string]hit.State{}
	for _, h := range hits {
		states[h.ID] = h.State
		require.EqualValues(t, "CKXR417", h.Read.Text)
		p, err := f.Pictures(ctx, h.ID)
		require.NoError(t, err)
		_, want := sampleHit(h.ID)
		require.Equal(t, want.Plate, p.Plate)
	}
	require.Equal(t, map[string]hit.State{
		"h-1": hit.Raised, "h-2": hit.Raised, "h-3": hit.Confirmed, "h-4": hit.Closed, "h-5": hit.Raised,
	}, states)
	entries, err := f.Entries(ctx)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	deployments, err := f.Deployments(ctx)
	require.NoError(t, err)
	require.Len(t, deployments, 2)
	require.Equal(t, "rain", deployments[0].Exceptions[0].Note)
	got, err := readLists(f.Store)
	require.NoError(t, err)
	require.Len(t, got, lists)
	if cases {
		f.checkCases(t)
	}

	records := f.records()
	require.GreaterOrEqual(t, len(records), acts)
	var migrations []audit.Record
	for _, r := range records {
		if r.Event.Act == audit.StoreMigrated {
			migrations = append(migrations, r)
		}
	}
	require.Len(t, migrations, 1)
	require.EqualValues(t, acts+1, migrations[0].Sequence)
	require.Equal(t, dropped, migrations[0].Event.Detail["lists-dropped"])
	require.NoError(t, migrations[0].Event.Check())
}

func (f *fixture) checkCases(t *testing.T) {
	t.Helper()
	holds, err := f.Holds(ctx)
	require.NoError(t, err)
	require.Len(t, holds, 1)
	disclosures, err := f.Disclosures(ctx)
	require.NoError(t, err)
	require.Len(t, disclosures, 1)
	requests, err := f.Requests(ctx)
	require.NoError(t, err)
	require.Len(t, requests, 1)
	breaches, err := f.Breaches(ctx)
	require.NoError(t, err)
	require.Len(t, breaches, 1)
	reports, err := f.Reports(ctx)
	require.NoError(t, err)
	require.Len(t, reports, 2)
	_, kept, err := f.Orders(ctx)
	require.NoError(t, err)
	require.Equal(t, map[string]int{"o-1": 2}, kept)
}

// What a file of format 1 had under the file key alone is nowhere any more.
func TestRequirement36_MigrationLeavesNoPageOfTheOldFile(t *testing.T) {
	f := placed(t, "format-1-cases")
	f.reopen()
	t.Cleanup(func() { f.Close() })
	old, err := os.Open(f.path) // the file itself, whatever name it has
	require.NoError(t, err)
	defer old.Close()
	before, err := os.ReadFile(f.path)
	require.NoError(t, err)
	f.signIn()
	ids := [][]byte{[]byte("h-1"), []byte("h-6")}
	underFileKey := derivable(t, epochPath(f.path), f.keys.file[:])[1:2]
	was := dig(before, underFileKey, ids)
	require.True(t, was[found{bucketHitKeys, "h-1"}], "the search finds what was there")
	now, err := os.ReadFile(f.path)
	require.NoError(t, err)
	for name := range dig(now, underFileKey, ids) {
		require.False(t, epochal[name.bucket], name.bucket)
	}
	left := make([]byte, len(before))
	_, err = old.ReadAt(left, 0)
	require.NoError(t, err)
	for at := 0; at+4096 <= len(left); at += 4096 {
		if page := before[at : at+4096]; len(bytes.Trim(page, "\x00")) > 0 {
			require.NotEqual(t, page, left[at:at+4096], "a page of the old file is still there")
		}
	}
	names, err := filepath.Glob(f.path + "*")
	require.NoError(t, err)
	require.ElementsMatch(t, []string{f.path, f.path + ".lists", epochPath(f.path)}, names)
}

// A migration that was cut goes on from the old file, or is done.
func TestRequirement29_ACutMigrationGoesOn(t *testing.T) {
	whole := placed(t, "format-1-cases")
	whole.reopen()
	whole.signIn()
	require.NoError(t, whole.Close())
	folder := filepath.Join("testdata", "format-1-cases")
	copyFile := func(from, to string) {
		b, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(to, b, 0o600))
	}
	old := filepath.Join(folder, "store.db")
	for name, lay := range map[string]func(path string){
		"key written": func(path string) { copyFile(epochPath(whole.path), epochPath(path)) },
		"file half written": func(path string) {
			copyFile(epochPath(whole.path), epochPath(path))
			b, err := os.ReadFile(whole.path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path+migrating, b[:len(b)/2], 0o600))
		},
		"between the renames": func(path string) {
			copyFile(epochPath(whole.path), epochPath(path))
			copyFile(whole.path, path+migrating)
			require.NoError(t, os.Rename(path, path+aside))
		},
		"old file not destroyed": func(path string) {
			copyFile(epochPath(whole.path), epochPath(path))
			copyFile(whole.path, path)
			copyFile(old, path+aside)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := placed(t, "format-1-cases")
			lay(f.path)
			f.reopen()
			t.Cleanup(func() { f.Close() })
			f.signIn()
			c := earlier[2]
			f.checkCarriedOn(t, c.dropped, c.lists, c.acts, c.cases)
			names, err := filepath.Glob(f.path + "*")
			require.NoError(t, err)
			require.ElementsMatch(t, []string{f.path, f.path + ".lists", epochPath(f.path)}, names)
		})
	}
}

// A file that is damaged stays as it is.
func TestRequirement29_ADamagedFileIsNotMigrated(t *testing.T) {
	f := placed(t, "format-1-cases")
	f.reopen()
	f.tamper(func(tx *bolt.Tx) error {
		id, _ := tx.Bucket([]byte(bucketHits)).Cursor().First()
		return tx.Bucket([]byte(bucketHits)).Delete(id)
	})
	_, err := f.SignIn(ctx, adminBadge, adminPIN)
	require.ErrorIs(t, err, ErrDamaged)
	require.NoError(t, f.Close())
	detail, err := Check(f.path)
	require.NoError(t, err)
	require.Contains(t, detail, "format 1")
	names, err := filepath.Glob(f.path + "*")
	require.NoError(t, err)
	require.NotContains(t, names, f.path+migrating)
}

// A terminal of an earlier format that nobody set up has nothing to carry on.
func TestBlankEarlierFileIsSetUp(t *testing.T) {
	f := newFixture(t)
	f.tamper(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketMeta)).Put(keyFormat, uint32Bytes(1)) })
	f.reopen()
	require.NoError(t, f.SetUp(ctx, admin(), adminPIN, event(audit.SetUp)))
	f.reopen()
	f.signIn()
	require.NotContains(t, f.acts(), audit.StoreMigrated)
}
