package paths

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func requirePrivate(t *testing.T, folders Folders) {
	t.Helper()
	for _, folder := range []string{folders.Data, folders.Cache, folders.Log} {
		info, err := os.Stat(folder)
		require.NoError(t, err)
		require.True(t, info.IsDir())
		require.Equal(t, os.FileMode(0o700), info.Mode().Perm(), folder)
	}
}

func TestDefaultFollowsXDG(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_DATA_HOME", filepath.Join(home, "d"))
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "c"))
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "s"))
	got, err := Default()
	require.NoError(t, err)
	require.Equal(t, Folders{
		Data:  filepath.Join(home, "d", "secondlook"),
		Cache: filepath.Join(home, "c", "secondlook"),
		Log:   filepath.Join(home, "s", "secondlook", "log"),
	}, got)
	requirePrivate(t, got)
}

func TestUnder(t *testing.T) {
	t.Run("NewRoot", func(t *testing.T) {
		root := filepath.Join(t.TempDir(), "new", "terminal")
		got, err := Under(root)
		require.NoError(t, err)
		require.Equal(t, filepath.Join(root, "data"), got.Data)
		requirePrivate(t, got)
	})
	t.Run("RelativeBecomesAbsolute", func(t *testing.T) {
		t.Chdir(t.TempDir())
		got, err := Under("here")
		require.NoError(t, err)
		require.True(t, filepath.IsAbs(got.Data))
	})
	t.Run("OpenFoldersAreClosed", func(t *testing.T) {
		root := t.TempDir()
		require.NoError(t, os.Chmod(root, 0o755))
		data := filepath.Join(root, "data")
		require.NoError(t, os.Mkdir(data, 0o755))
		require.NoError(t, os.Chmod(data, 0o777))
		got, err := Under(root)
		require.NoError(t, err)
		requirePrivate(t, got)
		info, err := os.Stat(root)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o755), info.Mode().Perm(), "the caller's own folder stays as it was")
	})
	t.Run("FileInTheWay", func(t *testing.T) {
		root := filepath.Join(t.TempDir(), "taken")
		require.NoError(t, os.WriteFile(root, nil, 0o600))
		_, err := Under(root)
		require.ErrorContains(t, err, "make folder "+filepath.Join(root, "data"))
	})
}
