package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/shift"
)

func isLockedOut(err error) bool { return errors.Is(err, access.ErrLockedOut) }

func TestRequirement22_EveryActIsRecorded(t *testing.T) {
	f := setUpFixture(t)
	h, p := sampleHit("h-1")
	for _, c := range []struct {
		act audit.Act
		do  func(e audit.Event) error
	}{
		{audit.PersonRegistered, func(e audit.Event) error { return f.Register(ctx, officer(), patrolPIN, e) }},
		{audit.SettingsChanged, func(e audit.Event) error { return f.PutSettings(ctx, settings(), e) }},
		{audit.HotlistImported, func(e audit.Event) error { return putList(f.Store, list("stolen", 3), e) }},
		{audit.HotlistWithdrawn, func(e audit.Event) error { return f.DropList(ctx, "stolen", e) }},
		{audit.HitRaised, func(e audit.Event) error { return f.Raise(ctx, h, p, e) }},
		{audit.HitConfirmed, func(e audit.Event) error { return f.Update(ctx, h, e) }},
		{audit.HitDestroyed, func(e audit.Event) error { return f.Destroy(ctx, h.ID, e) }},
		{audit.EntryProposed, func(e audit.Event) error { return f.PutEntry(ctx, manualEntry("e"), e) }},
		{audit.PatrolStarted, func(e audit.Event) error { return f.PutDeployment(ctx, deployment("d"), e) }},
		{audit.DeploymentRecorded, func(e audit.Event) error {
			return f.Acknowledge(ctx, []shift.Acknowledged{{Ref: shift.Ref{Kind: shift.DeploymentParcel, ID: "d"}, Event: e}})
		}},
		{audit.Searched, func(e audit.Event) error { return f.Append(ctx, e) }},
	} {
		t.Run(string(c.act), func(t *testing.T) {
			before := len(f.records())
			f.clock.add(time.Second)
			e := event(c.act)
			e.Object, e.Reason = "object", "reason"
			require.NoError(t, c.do(e))
			records := f.records()
			require.Len(t, records, before+1)
			e.At, e.Terminal, e.Outcome = f.clock.now(), "Car 4127", "ok"
			require.Equal(t, e, records[before].Event)
		})
	}
}

func TestEventKeepsWhatItSays(t *testing.T) {
	f := setUpFixture(t)
	e := event(audit.Searched)
	e.At, e.Terminal, e.Outcome = start.Add(-time.Hour), "Car 1", "nothing found"
	require.NoError(t, f.Append(ctx, e))
	require.Equal(t, e, f.records()[1].Event)
}

func TestTerminalIsTakenFromTheSettingsWhereNobodyNamesIt(t *testing.T) {
	f := setUpFixture(t)
	f.Store.options.Terminal = nil
	require.NoError(t, f.PutSettings(ctx, settings(), event(audit.SettingsChanged)))
	require.NoError(t, f.Append(ctx, event(audit.AuditRead)))
	require.Equal(t, "Car 9001", f.records()[2].Event.Terminal)
}

// An event that cannot be recorded: its year does not fit RFC 3339.
func TestRequirement24_NoActWithoutItsRecord(t *testing.T) {
	f := setUpFixture(t)
	h, p := sampleHit("h-1")
	e := event(audit.HitRaised)
	e.At = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	require.Error(t, f.Raise(ctx, h, p, e))
	require.Error(t, putList(f.Store, list("stolen", 3), e))
	require.Error(t, f.PutSettings(ctx, settings(), e))
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Empty(t, hits)
	lists, err := readLists(f.Store)
	require.NoError(t, err)
	require.Empty(t, lists)
	kept, err := f.Settings(ctx)
	require.NoError(t, err)
	require.Zero(t, kept)
	require.Equal(t, []audit.Act{audit.SetUp}, f.acts())
}

func TestRequirement24_ChangedRecordsAreFound(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(b *bolt.Bucket) error
	}{
		{"last record dropped", func(b *bolt.Bucket) error { return b.Delete(uint64Bytes(4)) }},
		{"first record dropped", func(b *bolt.Bucket) error { return b.Delete(uint64Bytes(1)) }},
		{"record in the middle dropped", func(b *bolt.Bucket) error { return b.Delete(uint64Bytes(2)) }},
		{"records swapped", func(b *bolt.Bucket) error {
			two, three := bytes.Clone(b.Get(uint64Bytes(2))), bytes.Clone(b.Get(uint64Bytes(3)))
			return errors.Join(b.Put(uint64Bytes(2), three), b.Put(uint64Bytes(3), two))
		}},
		{"record added", func(b *bolt.Bucket) error { return b.Put(uint64Bytes(5), bytes.Clone(b.Get(uint64Bytes(4)))) }},
		{"byte changed", func(b *bolt.Bucket) error {
			v := bytes.Clone(b.Get(uint64Bytes(3)))
			v[len(v)/2] ^= 1
			return b.Put(uint64Bytes(3), v)
		}},
		{"everything dropped", func(b *bolt.Bucket) error {
			for i := range uint64(4) {
				if err := b.Delete(uint64Bytes(i + 1)); err != nil {
					return err
				}
			}
			return nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := setUpFixture(t)
			for range 3 {
				require.NoError(t, f.Append(ctx, event(audit.AuditRead)))
			}
			f.tamper(func(tx *bolt.Tx) error { return c.change(tx.Bucket([]byte(bucketAudit))) })
			_, err := f.Records(ctx)
			require.ErrorIs(t, err, ErrDamaged)
		})
	}
}

// Whoever has the keys and rewrites a record still breaks the chain.
func TestRequirement24_ResealedRecordBreaksTheChain(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, f.Append(ctx, event(audit.Searched)))
	require.NoError(t, f.Append(ctx, event(audit.AuditRead)))
	record := f.records()[1]
	record.Event.Reason = "another reason"
	plain, err := json.Marshal(record)
	require.NoError(t, err)
	f.tamper(func(tx *bolt.Tx) error {
		key := uint64Bytes(2)
		return tx.Bucket([]byte(bucketAudit)).Put(key, seal(f.keys.aead[bucketAudit], bucketAudit, key, plain))
	})
	records, err := f.Records(ctx)
	require.NoError(t, err)
	require.ErrorIs(t, audit.Verify(records), audit.ErrBroken)
}

func TestRequirement24_AppendRefusesAChainThatGoesOnAfterItsHead(t *testing.T) {
	f := setUpFixture(t)
	f.tamper(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucketAudit)).Put(uint64Bytes(2), []byte("from elsewhere"))
	})
	h, p := sampleHit("h-1")
	require.ErrorIs(t, f.Raise(ctx, h, p, event(audit.HitRaised)), ErrDamaged)
}

// Every bucket whose values are sealed, with a way to read all of it.
func sealedBuckets(f *fixture) map[string]func() error {
	return map[string]func() error{
		bucketPeople:      func() error { _, err := f.People(ctx); return err },
		bucketSettings:    func() error { _, err := f.Settings(ctx); return err },
		bucketLists:       func() error { _, err := readLists(f.Store); return err },
		bucketEntries:     func() error { _, err := f.Entries(ctx); return err },
		bucketDeployments: func() error { _, err := f.Deployments(ctx); return err },
		bucketReports:     func() error { _, err := f.Reports(ctx); return err },
		bucketAudit:       func() error { _, err := f.Records(ctx); return err },
		bucketHead:        func() error { _, err := f.Records(ctx); return err },
		bucketHitKeys:     func() error { _, err := f.Hits(ctx); return err },
		bucketHits:        func() error { _, err := f.Hits(ctx); return err },
		bucketPictures: func() error {
			hits, err := f.Hits(ctx)
			for _, h := range hits {
				_, e := f.Pictures(ctx, h.ID)
				err = errors.Join(err, e)
			}
			return err
		},
	}
}

// filled is a store with two of everything in it, signed in: a copy of one file,
// since each act that filled it waits for the disk.
func filled(t testing.TB) *fixture {
	t.Helper()
	file, options := filledFile(t)
	f := &fixture{t: t, path: filepath.Join(t.TempDir(), "store.db"), clock: &clock{t: start}}
	require.NoError(t, os.WriteFile(f.path, file, 0o600))
	writeBeside(t, f.path)
	s, err := Open(f.path, options)
	require.NoError(t, err)
	f.Store = s
	t.Cleanup(func() { f.Close() })
	f.signIn()
	return f
}

// fill puts two of everything into the store.
func fill(t testing.TB, f *fixture) {
	t.Helper()
	require.NoError(t, f.PutSettings(ctx, settings(), event(audit.SettingsChanged)))
	require.NoError(t, f.Register(ctx, officer(), patrolPIN, event(audit.PersonRegistered)))
	require.NoError(t, putList(f.Store, list("stolen", 150), event(audit.HotlistImported)))
	require.NoError(t, putList(f.Store, list("wanted", 10), event(audit.HotlistImported)))
	for _, id := range []string{"h-1", "h-2"} {
		h, p := sampleHit(id)
		require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
		require.NoError(t, f.PutEntry(ctx, manualEntry(id), event(audit.EntryProposed)))
		require.NoError(t, f.PutDeployment(ctx, deployment(id), event(audit.PatrolStarted)))
		require.NoError(t, f.PutReport(ctx, report(id), event(audit.EntryReported)))
	}
}

func TestRequirement34_ChangedSwappedOrMissingValuesAreFound(t *testing.T) {
	values := func(b *bolt.Bucket) (keys, values [][]byte) {
		b.ForEach(func(k, v []byte) error {
			keys, values = append(keys, bytes.Clone(k)), append(values, bytes.Clone(v))
			return nil
		})
		return keys, values
	}
	changes := map[string]func(b *bolt.Bucket) error{
		"byte changed": func(b *bolt.Bucket) error {
			k, v := values(b)
			v[0][len(v[0])-1] ^= 0x80
			return b.Put(k[0], v[0])
		},
		"version changed": func(b *bolt.Bucket) error {
			k, v := values(b)
			v[0][0]++
			return b.Put(k[0], v[0])
		},
		"cut short": func(b *bolt.Bucket) error {
			k, v := values(b)
			return b.Put(k[0], v[0][:len(v[0])-1])
		},
		"emptied": func(b *bolt.Bucket) error {
			k, _ := values(b)
			return b.Put(k[0], nil)
		},
		"missing": func(b *bolt.Bucket) error {
			k, _ := values(b)
			return b.Delete(k[0])
		},
		"swapped": func(b *bolt.Bucket) error {
			k, v := values(b)
			if len(k) < 2 { // the bucket has one value by nature: another name for it
				return errors.Join(b.Delete(k[0]), b.Put([]byte("other"), v[0]))
			}
			return errors.Join(b.Put(k[0], v[1]), b.Put(k[1], v[0]))
		},
	}
	for bucket := range sealedBuckets(nil) {
		for name, change := range changes {
			t.Run(bucket+" "+name, func(t *testing.T) {
				f := filled(t)
				read := sealedBuckets(f)[bucket]
				require.NoError(t, read())
				f.tamper(func(tx *bolt.Tx) error { return change(tx.Bucket([]byte(bucket))) })
				err := read()
				require.ErrorIs(t, err, ErrDamaged)
				require.NotErrorIs(t, err, hit.ErrNotFound)
			})
		}
	}
}

// An earlier value of the same key, sealed by the same key, must not come back.
func TestRequirement34_EarlierValuesAreFound(t *testing.T) {
	for _, bucket := range []string{bucketSettings, bucketEntries, bucketDeployments, bucketHits, bucketLists, bucketReports} {
		t.Run(bucket, func(t *testing.T) {
			f := filled(t)
			var key, earlier []byte
			f.tamper(func(tx *bolt.Tx) error {
				key, earlier = tx.Bucket([]byte(bucket)).Cursor().First()
				if bucket == bucketSettings {
					key, earlier = keySettings, tx.Bucket([]byte(bucket)).Get(keySettings)
				}
				key, earlier = bytes.Clone(key), bytes.Clone(earlier)
				return nil
			})
			h, _ := sampleHit("h-1")
			h.State = hit.Confirmed
			require.NoError(t, f.PutSettings(ctx, settings(), event(audit.SettingsChanged)))
			require.NoError(t, putList(f.Store, list("stolen", 7), event(audit.HotlistImported)))
			require.NoError(t, putList(f.Store, list("wanted", 7), event(audit.HotlistImported)))
			require.NoError(t, f.Update(ctx, h, event(audit.HitConfirmed)))
			for _, id := range []string{"h-1", "h-2"} {
				require.NoError(t, f.PutEntry(ctx, manualEntry(id), event(audit.EntryApproved)))
				require.NoError(t, f.PutDeployment(ctx, deployment(id), event(audit.PatrolEnded)))
				require.NoError(t, f.PutReport(ctx, report(id), event(audit.EntryUnquieted)))
			}
			read := sealedBuckets(f)[bucket]
			require.NoError(t, read())
			f.tamper(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucket)).Put(key, earlier) })
			require.ErrorIs(t, read(), ErrDamaged)
		})
	}
}
