package store

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/draft"
)

// beginDraft puts a draft into the store.
func (f *fixture) beginDraft(id, plate string) {
	f.t.Helper()
	require.NoError(f.t, f.PutDraft(ctx, draft.Draft{ID: id, At: f.clock.now(), Fields: map[string]string{"plate": plate}}))
}

// draftsOf are the ids of those in the store.
func (f *fixture) draftsOf() (ids []string) {
	f.t.Helper()
	all, err := f.Drafts(ctx)
	require.NoError(f.t, err)
	for _, d := range all {
		ids = append(ids, d.ID)
	}
	return ids
}

func TestRequirement34_DraftsAreSealedAndLeaveNoRecord(t *testing.T) {
	f := setUpFixture(t)
	n := len(f.records())
	f.beginDraft("9f6d1c52/search", "CKXR417")
	f.clock.add(time.Minute)
	f.beginDraft("3b77e0aa/search", "BTXV117")
	f.beginDraft("9f6d1c52/search", "CKXR418")
	require.Equal(t, []string{"3b77e0aa/search", "9f6d1c52/search"}, f.draftsOf())
	require.NoError(t, f.DropDrafts(ctx, "3b77e0aa/search", "none"))
	require.NoError(t, f.DropDrafts(ctx, "3b77e0aa/search"))
	require.NoError(t, f.DropDrafts(ctx))
	require.Len(t, f.records(), n, "a draft is no act")
	require.NoError(t, f.Lock(ctx))
	require.ErrorIs(t, f.PutDraft(ctx, draft.Draft{ID: "x"}), ErrLocked)
	_, err := f.Drafts(ctx)
	require.ErrorIs(t, err, ErrLocked)
	raw, err := os.ReadFile(f.path)
	require.NoError(t, err)
	for _, secret := range []string{"CKXR41", "BTXV117", "plate\"", "9f6d1c52/"} {
		require.NotContains(t, string(raw), secret)
	}
	f.reopen()
	f.signIn()
	require.Equal(t, []string{"9f6d1c52/search"}, f.draftsOf())
	in, err := f.Inspect(ctx)
	require.NoError(t, err)
	require.True(t, in.Whole())
	require.Equal(t, 1, in.Values[bucketDrafts])
}

// An erased draft opens from no page that bbolt kept: nobody has its epoch's key.
func TestRequirement36_AnErasedDraftIsNoiseInEveryOldPage(t *testing.T) {
	for name, erase := range map[string]func(f *fixture) error{
		"sent": func(f *fixture) error { return f.DropDrafts(ctx, "9f6d1c52/search") },
		"too old": func(f *fixture) error {
			return f.Purge(ctx, cruiser.Purge{Drafts: []string{"9f6d1c52/search"}}, event(audit.RetentionPurged))
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := setUpFixture(t)
			f.beginDraft("9f6d1c52/search", "CKXR417")
			f.beginDraft("3b77e0aa/search", "BTXV117")
			keys, values := f.valuesOf(bucketDrafts)
			at := 0
			if name := f.keys.nameOf(bucketDrafts, "9f6d1c52/search"); string(keys[1]) == string(name) {
				at = 1
			}
			_, err := unseal(f.cipher(bucketDrafts), bucketDrafts, keys[at], values[at])
			require.NoError(t, err)
			epoch := f.epochNumber()
			require.NoError(t, erase(f))
			require.Greater(t, f.epochNumber(), epoch)
			_, err = unseal(f.cipher(bucketDrafts), bucketDrafts, keys[at], values[at])
			require.ErrorIs(t, err, ErrDamaged)
			require.Equal(t, []string{"3b77e0aa/search"}, f.draftsOf(), "another's stays")
			f.reopen()
			f.signIn()
			require.Equal(t, []string{"3b77e0aa/search"}, f.draftsOf())
		})
	}
}

// epochNumber is the epoch in force.
func (f *fixture) epochNumber() (n uint64) {
	require.NoError(f.t, f.view(func(tx *bolt.Tx) (err error) { n, err = epochOf(tx); return err }))
	return n
}

// Killed at any write: a copy of the folder, as the disk has it, opens with the last
// draft that was acknowledged.
func TestRequirement29_DraftsAreThereAfterAKill(t *testing.T) {
	f := setUpFixture(t)
	for i, text := range []string{"C", "CK", "CKX"} {
		f.beginDraft("9f6d1c52/search", text)
		if i == 1 {
			f.beginDraft("3b77e0aa/search", "BTXV117")
			require.NoError(t, f.DropDrafts(ctx, "3b77e0aa/search"))
		}
		killed := copied(t, filepath.Dir(f.path))
		all, err := killed.Drafts(ctx)
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.Equal(t, text, all[0].Fields["plate"])
	}
}

func TestRequirement34_DraftsAreCarriedToAnotherFileKey(t *testing.T) {
	f := setUpFixture(t)
	f.beginDraft("9f6d1c52/search", "CKXR417")
	require.NoError(t, f.Rekey(ctx, event(audit.StoreRekeyed), nil))
	require.Equal(t, []string{"9f6d1c52/search"}, f.draftsOf())
}
