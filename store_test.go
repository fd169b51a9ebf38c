package main

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/shift"
	"secondlook/platform/keys"
	"secondlook/platform/keys/keystest"
	"secondlook/store"
)

// storeTerminal is a closed terminal with a hit and a deployment.
func storeTerminal(t *testing.T) (root, file string) {
	t.Helper()
	root = t.TempDir()
	c, kept, file := terminalIn(t, root)
	e := audit.Event{Name: "Ada Admin", Badge: "20418", Role: "administrator", Act: audit.HitRaised}
	require.NoError(t, kept.Raise(t.Context(), hit.Hit{ID: "019ab0000000-11", RaisedAt: time.Now()}, hit.Pictures{Plate: []byte("plate")}, e))
	require.NoError(t, kept.PutDeployment(t.Context(), shift.Deployment{ID: "d-1"}, e))
	require.NoError(t, c.Close())
	return root, file
}

func TestRequirement29_StoreVerifySaysWhatIsDamaged(t *testing.T) {
	root, file := storeTerminal(t)
	verify := func(want int, args ...string) verdict {
		t.Helper()
		code, out, errs := typed(t, pin, append([]string{"--data", root, "store", "verify", "--json"}, args...)...)
		require.Equal(t, want, code, "%s%s", out, errs)
		var v verdict
		if want < 2 {
			require.NoError(t, json.Unmarshal([]byte(out), &v))
		}
		return v
	}
	require.False(t, verify(0).Keys)
	v := verify(0, "--badge", "20418")
	require.True(t, v.Whole && v.Keys)
	require.Equal(t, 1, v.Values["hits"])
	require.Positive(t, v.Records)
	verify(2, "--badge", "99999")

	code, out, _ := typed(t, pin, "--data", root, "store", "stats", "--json")
	require.Zero(t, code)
	var stats store.Stats
	require.NoError(t, json.Unmarshal([]byte(out), &stats))
	require.Equal(t, 1, stats.Values["hits"])
	require.Equal(t, time.UnixMilli(0x019ab0000000).UTC(), stats.OldestHit)
	require.EqualValues(t, 1, stats.Epoch)
	code, out, _ = typed(t, pin, "--data", root, "store", "stats")
	require.Zero(t, code)
	require.Contains(t, out, "epoch 1")
	require.NotContains(t, out, "Ada")

	// An epoch file of another time is a part that was rolled back.
	epochs, err := os.ReadFile(store.EpochFile(file))
	require.NoError(t, err)
	require.NoError(t, os.Remove(store.EpochFile(file)))
	v = verify(1, "--badge", "20418")
	require.False(t, v.Whole)
	require.Contains(t, v.Faults[0].What, "older copy")
	require.NoError(t, os.WriteFile(store.EpochFile(file), epochs, 0o600))
	verify(0)
	require.NoError(t, os.Truncate(file, 9000))
	verify(1)
	code, out, _ = typed(t, pin, "--data", root, "store", "verify")
	require.Equal(t, 1, code)
	require.Contains(t, out, "secondlook store recover")
	code, _, errs := typed(t, pin, "--data", t.TempDir(), "store", "verify", "--badge", "20418")
	require.Equal(t, 2, code)
	require.Contains(t, errs, "not set up")
}

func TestRequirement29_StoreRecoverMakesANewStoreOfWhatVerifies(t *testing.T) {
	root, file := storeTerminal(t)
	recoverIt := func(want int, secret string, args ...string) string {
		t.Helper()
		code, out, errs := typed(t, secret, append([]string{"--data", root, "store", "recover", "--badge", "20418"}, args...)...)
		require.Equal(t, want, code, "%s%s", out, errs)
		return out + errs
	}
	require.Contains(t, recoverIt(1, pin), "no store here is damaged")
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	clear(b[:100]) // the first page of bbolt
	clear(b[4096:4300])
	require.NoError(t, os.WriteFile(file, b, 0o600))
	require.Contains(t, recoverIt(1, "wrong-9911"), "not right")
	set, err := store.SetAsideStores(file)
	require.NoError(t, err)
	require.Empty(t, set, "who has not the PIN sets nothing aside")
	out := recoverIt(0, pin)
	set, err = store.SetAsideStores(file)
	require.NoError(t, err)
	require.Len(t, set, 1)
	require.Contains(t, out, "hits lost: 0")
	require.Contains(t, out, "audit record:")
	require.Contains(t, out, filepath.Base(set[0]))
	code, out, errs := typed(t, pin, "--data", root, "store", "verify", "--badge", "20418")
	require.Zero(t, code, "%s%s", out, errs)
	require.Contains(t, out, "WHOLE")
}

// The window recovers as the command does.
func TestRequirement29_TheWindowRecoversTheStore(t *testing.T) {
	_, file := storeTerminal(t)
	w := window{store: file, log: slog.New(slog.DiscardHandler)}
	_, err := w.recover(t.Context(), "20418", access.Proof{Secret: pin}, nil)
	require.ErrorIs(t, err, store.ErrNothingDamaged)
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	clear(b[:8192])
	require.NoError(t, os.WriteFile(file, b, 0o600))
	got, err := w.recover(t.Context(), "20418", access.Proof{Secret: pin}, nil)
	require.NoError(t, err)
	require.Equal(t, 1, got.Kept["hits"])
	require.Zero(t, got.Hits)
	require.FileExists(t, filepath.Join(filepath.Dir(file), got.SetAside))
	_, err = store.Check(file)
	require.NoError(t, err)
}

func TestRequirement34_StoreDecommissionLeavesNothing(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+t.TempDir()+"/none")
	root, file := storeTerminal(t)
	record := filepath.Join(t.TempDir(), "record.jsonl")
	decommission := func(want int, typing string, args ...string) string {
		t.Helper()
		code, out, errs := typed(t, typing, append([]string{"--data", root, "store", "decommission", "--badge", "20418",
			"--reason", "sold with the car"}, args...)...)
		require.Equal(t, want, code, "%s%s", out, errs)
		return out + errs
	}
	require.Contains(t, decommission(1, pin+"\nCar 7"), "deployments 1, hits 1")
	require.Contains(t, decommission(1, pin+"\nCar 8", "--force"), "nothing was done")
	require.FileExists(t, file)
	out := decommission(0, pin+"\nCar 7", "--force", "--record", record)
	require.Contains(t, out, "overwritten and removed: "+storeFile)
	require.Contains(t, out, "no key store of this machine answers")
	require.Contains(t, out, "last had something from this terminal: never")
	left, err := filepath.Glob(file + "*")
	require.NoError(t, err)
	require.Empty(t, left)
	copied, err := os.ReadFile(record)
	require.NoError(t, err)
	require.Contains(t, string(copied), `"reason":"sold with the car"`)
	require.Contains(t, string(copied), `"unsynced":"deployments 1, hits 1"`)
	code, said, _ := typed(t, pin, "audit", "verify", record)
	require.Zero(t, code, said)
	code, _, errs := typed(t, pin, "--data", root, "store", "stats")
	require.Equal(t, 1, code)
	require.NotEmpty(t, errs)
}

// With a real key store: what a patrol left in it when the terminal was switched off is
// gone with the terminal, and what is there of others stays.
func TestRequirement34_DecommissionDestroysTheMachinesKey(t *testing.T) {
	if !keystest.Session(t) {
		return
	}
	root, file := storeTerminal(t)
	kept, err := store.Open(file, store.Options{})
	require.NoError(t, err)
	name, err := kept.MachineKeyName()
	require.NoError(t, err)
	require.NoError(t, kept.Close())
	slot, other := keys.Slot{Name: name}, keys.Slot{Name: "another terminal's"}
	require.NoError(t, slot.Keep(t.Context(), []byte("a key")))
	require.NoError(t, other.Keep(t.Context(), []byte("a key")))
	code, out, errs := typed(t, pin+"\nCar 7", "--data", root, "store", "decommission", "--badge", "20418", "--reason", "sold", "--force")
	require.Zero(t, code, "%s%s", out, errs)
	require.Contains(t, out, "destroyed in the machine's key store")
	_, err = slot.Get(t.Context())
	require.ErrorIs(t, err, keys.ErrNone)
	_, err = other.Get(t.Context())
	require.NoError(t, err)

	detail, _, ok := keyStore(t.Context())
	require.True(t, ok)
	require.Contains(t, detail, "it answers")
}

func TestDoctorSaysWhatATerminalWithoutAKeyStoreDoes(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+t.TempDir()+"/none")
	detail, _, ok := keyStore(t.Context())
	require.True(t, ok, "nothing to mend")
	require.Contains(t, detail, "wait until an officer signs in")
}
