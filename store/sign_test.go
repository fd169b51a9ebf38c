package store

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
)

func TestRequirement24_ChainIsSignedByTheTerminal(t *testing.T) {
	f := setUpFixture(t)
	key, err := f.Key(ctx)
	require.NoError(t, err)
	require.Equal(t, audit.KeyText(key), f.records()[0].Event.Detail[audit.DetailKey], "the first record names the key")
	for range 2 { // two shifts
		require.NoError(t, f.Append(ctx, event(audit.HitOpened)))
		require.NoError(t, f.Sign(ctx, event(audit.SignedOut)))
		records := f.records()
		last := records[len(records)-1]
		require.Equal(t, audit.SignedOut, records[len(records)-2].Event.Act)
		require.Equal(t, audit.Signed, last.Event.Act)
		require.Equal(t, strconv.FormatUint(last.Sequence-1, 10), last.Event.Detail[audit.DetailThrough])
		require.Equal(t, string(adminBadge), last.Event.Badge)
		f.reopen()
		f.signIn()
	}
	again, err := f.Key(ctx)
	require.NoError(t, err)
	require.Equal(t, key, again, "the key outlives the program")
}

func TestRequirement24_AnotherKeyDoesNotSign(t *testing.T) {
	for name, change := range map[string]func(b *bolt.Bucket) error{
		"missing": func(b *bolt.Bucket) error { return b.Delete(keySigner) },
		"changed": func(b *bolt.Bucket) error {
			v := bytes.Clone(b.Get(keySigner))
			v[len(v)-1] ^= 1
			return b.Put(keySigner, v)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := setUpFixture(t)
			f.tamper(func(tx *bolt.Tx) error { return change(tx.Bucket([]byte(bucketHead))) })
			before := len(f.records())
			require.ErrorIs(t, f.Sign(ctx, event(audit.SignedOut)), ErrDamaged)
			require.Len(t, f.records(), before)
		})
	}
	t.Run("another terminal's", func(t *testing.T) {
		f := setUpFixture(t)
		seed := randomBytes(32)
		require.NoError(t, f.alter(f.keys, func(t txn) error { return t.put(bucketHead, keySigner, seed) }))
		require.ErrorIs(t, f.Sign(ctx, event(audit.SignedOut)), ErrDamaged)
	})
}

// A store from before there was a key makes one at its first signature.
func TestStoreWithoutAKeyMakesOne(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, f.alter(f.keys, func(x txn) error {
		h, err := x.head()
		require.NoError(t, err)
		h.Key = nil
		require.NoError(t, x.bucket(bucketHead).Delete(keySigner))
		require.NoError(t, x.bucket(bucketAudit).Delete(uint64Bytes(1)))
		return x.put(bucketHead, keyHead, head{Anchors: h.Anchors, Epoch: h.Epoch})
	}))
	_, err := f.Key(ctx)
	require.ErrorIs(t, err, audit.ErrNoRecords)
	require.NoError(t, f.Sign(ctx, event(audit.SignedOut)))
	_, err = f.Key(ctx)
	require.NoError(t, err)
	require.Len(t, f.records(), 2)
	require.NoError(t, putList(f.Store, list("stolen", 3), event(audit.HotlistImported)))
	_, err = readLists(f.Store)
	require.NoError(t, err)
}

func TestRequirement24_CopyIsSignedAndRecorded(t *testing.T) {
	f := setUpFixture(t)
	for range 4 {
		f.clock.add(time.Hour)
		require.NoError(t, f.Append(ctx, event(audit.HitOpened)))
	}
	f.clock.add(time.Hour)
	key, err := f.Key(ctx)
	require.NoError(t, err)
	check := func(from, until time.Time, first, last uint64) {
		t.Helper()
		c, err := f.Copy(ctx, event(audit.AuditExported), from, until)
		require.NoError(t, err)
		require.Equal(t, "Car 4127", c.Header.Terminal)
		var out bytes.Buffer
		require.NoError(t, c.Write(&out, audit.CSV))
		report, err := audit.Check(&out, key)
		require.NoError(t, err)
		require.Equal(t, first, report.Header.First)
		require.Equal(t, last, report.Header.Last)
	}
	check(time.Time{}, time.Time{}, 1, 6) // the copy's own record is the sixth
	check(start.Add(time.Hour), start.Add(3*time.Hour), 2, 3)
	check(start.Add(4*time.Hour), time.Time{}, 5, 8)
	before := len(f.records())
	_, err = f.Copy(ctx, event(audit.AuditExported), start.AddDate(1, 0, 0), time.Time{})
	require.ErrorIs(t, err, audit.ErrNoRecords)
	require.Len(t, f.records(), before, "nothing left the terminal")
	f.SignOut()
	_, err = f.Copy(ctx, event(audit.AuditExported), time.Time{}, time.Time{})
	require.ErrorIs(t, err, ErrLocked)
}
