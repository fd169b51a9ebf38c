package store

import (
	"crypto/ed25519"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
)

func TestRequirement5_InstalledPackIsKeptSealed(t *testing.T) {
	f := setUpFixture(t)
	none, err := f.Policy(ctx)
	require.NoError(t, err)
	require.Zero(t, none)
	require.NoError(t, f.PutSettings(ctx, settings(), event(audit.SettingsChanged)))
	want := cruiser.KeptPolicy{Pack: []byte("id = \"ontario\""), Signature: []byte("key"), ID: "ontario", Installed: start.UTC(),
		Newest: map[string]cruiser.PackVersion{"ontario": {Version: 3, Digest: "d"}},
		Keys:   []cruiser.PolicyKey{{Key: make(ed25519.PublicKey, ed25519.PublicKeySize), Installed: start.UTC()}}}
	require.NoError(t, f.PutPolicy(ctx, want, event(audit.PolicyInstalled)))
	got, err := f.Policy(ctx)
	require.NoError(t, err)
	require.Equal(t, want, got)
	other, err := f.Settings(ctx)
	require.NoError(t, err)
	require.Equal(t, settings(), other, "beside it")

	records, err := f.Records(ctx)
	require.NoError(t, err)
	require.Equal(t, audit.PolicyInstalled, records[len(records)-1].Event.Act)

	// An earlier pack that is put back is noticed.
	var earlier []byte
	f.tamper(func(tx *bolt.Tx) error {
		earlier = append(earlier, tx.Bucket([]byte(bucketSettings)).Get(keyPolicy)...)
		return nil
	})
	want.ID = "florida"
	require.NoError(t, f.PutPolicy(ctx, want, event(audit.PolicyInstalled)))
	f.tamper(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketSettings)).Put(keyPolicy, earlier) })
	_, err = f.Policy(ctx)
	require.ErrorIs(t, err, ErrDamaged)
	f.SignOut()
	_, err = f.Policy(ctx)
	require.ErrorIs(t, err, ErrLocked)
	require.ErrorIs(t, f.PutPolicy(ctx, want, event(audit.PolicyInstalled)), ErrLocked)
}
