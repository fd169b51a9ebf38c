package keys

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// inSession is set for the copy of the test program that runs inside a session of its
// own, with a real key store.
const inSession = "SECONDLOOK_KEYS_TEST"

// A real GNOME Keyring on a bus of its own, with a home of its own.
func TestRealKeyStore(t *testing.T) {
	ctx := context.Background()
	if os.Getenv(inSession) == "" {
		if _, err := exec.LookPath("gnome-keyring-daemon"); err != nil {
			t.Fatal("gnome-keyring-daemon is missing: packaging/test installs it")
		}
		program, err := os.Executable()
		require.NoError(t, err)
		home := t.TempDir()
		cmd := exec.Command("dbus-run-session", "--", "sh", "-c",
			`printf 'a password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -test.run='^TestRealKeyStore$'`, program)
		cmd.Env = append(os.Environ(), inSession+"=yes", "HOME="+home, "XDG_DATA_HOME="+home, "XDG_RUNTIME_DIR="+home)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.True(t, bytes.Contains(out, []byte("PASS")), "%s", out)
		return
	}
	slot, other := Slot{"standby 1"}, Slot{"standby 2"}
	_, err := slot.Get(ctx)
	require.ErrorIs(t, err, ErrNone)
	require.NoError(t, slot.Forget(ctx))
	secret := []byte{0, 1, 0xff, '\n', 0x80}
	require.NoError(t, slot.Keep(ctx, secret))
	require.NoError(t, other.Keep(ctx, []byte("another")))
	require.NoError(t, slot.Ready(ctx))
	got, err := slot.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, secret, got, "asking whether it answers changes nothing")
	require.NoError(t, slot.Keep(ctx, bytes.Repeat([]byte{7}, 1024)))
	got, err = slot.Get(ctx)
	require.NoError(t, err)
	require.Len(t, got, 1024)
	require.Error(t, slot.Keep(ctx, make([]byte, 1025)))
	require.NoError(t, slot.Forget(ctx))
	_, err = slot.Get(ctx)
	require.ErrorIs(t, err, ErrNone)
	got, err = other.Get(ctx)
	require.NoError(t, err)
	require.Equal(t, []byte("another"), got)
}

// Without a bus, or with nobody on it, the key store is absent: no error that stops work.
func TestWithoutAKeyStore(t *testing.T) {
	if os.Getenv(inSession) != "" {
		return
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+t.TempDir()+"/none")
	slot, ctx := Slot{"standby"}, context.Background()
	for _, err := range []error{
		slot.Ready(ctx),
		slot.Keep(ctx, []byte("x")),
		slot.Forget(ctx),
		func() error { _, err := slot.Get(ctx); return err }(),
	} {
		require.ErrorIs(t, err, ErrAbsent)
		require.False(t, errors.Is(err, ErrNone))
	}
}
