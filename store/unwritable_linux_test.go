package store

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
)

// breakDisk puts a handle that cannot write in the place of the open store's: each
// further write to its file fails.
func breakDisk(t *testing.T, path string) {
	t.Helper()
	readOnly, err := os.Open(path)
	require.NoError(t, err)
	defer readOnly.Close()
	links, err := filepath.Glob("/proc/self/fd/*")
	require.NoError(t, err)
	for _, link := range links {
		at, err := os.Readlink(link)
		fd, _ := strconv.Atoi(filepath.Base(link))
		if err == nil && at == path && fd != int(readOnly.Fd()) {
			require.NoError(t, syscall.Dup3(int(readOnly.Fd()), fd, syscall.O_CLOEXEC))
			return
		}
	}
	t.Fatal("the store's file is not open")
}

func TestRequirement24_NoActOnADiskThatTakesNothing(t *testing.T) {
	f := setUpFixture(t)
	before, acts := len(f.records()), f.acts()
	breakDisk(t, f.path)
	h, p := sampleHit("h-1")
	for name, err := range map[string]error{
		"append":   f.Append(ctx, event(audit.Searched)),
		"sign":     f.Sign(ctx, event(audit.SignedOut)),
		"raise":    f.Raise(ctx, h, p, event(audit.HitRaised)),
		"settings": f.PutSettings(ctx, settings(), event(audit.SettingsChanged)),
		"register": f.Register(ctx, officer(), patrolPIN, event(audit.PersonRegistered)),
		"entry":    f.PutEntry(ctx, manualEntry("e"), event(audit.EntryProposed)),
		"shift":    f.PutDeployment(ctx, deployment("d"), event(audit.PatrolStarted)),
	} {
		require.ErrorIs(t, err, audit.ErrNotWritten, name)
	}
	_, err := f.SignIn(ctx, adminBadge, adminPIN)
	require.ErrorIs(t, err, audit.ErrNotWritten)
	_, err = f.SignIn(ctx, adminBadge, "wrong-secret")
	require.ErrorIs(t, err, audit.ErrNotWritten)
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Empty(t, hits)
	kept, err := f.Settings(ctx)
	require.NoError(t, err)
	require.Zero(t, kept)
	require.Len(t, f.records(), before)
	require.Equal(t, acts, f.acts())
}
