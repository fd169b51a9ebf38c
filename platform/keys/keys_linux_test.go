package keys

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/platform/keys/keystest"
)

func TestRealKeyStore(t *testing.T) {
	if !keystest.Session(t) {
		return
	}
	ctx := context.Background()
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
