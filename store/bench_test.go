package store

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

// BenchmarkRaise raises hits with two pictures of 60 kB, fsync included.
func BenchmarkRaise(b *testing.B) {
	f := setUpFixture(b)
	h, _ := sampleHit("")
	p := hit.Pictures{Plate: randomBytes(60_000), Context: randomBytes(60_000)}
	b.SetBytes(120_000)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		h.ID = fmt.Sprintf("h-%08d", i)
		require.NoError(b, f.Raise(ctx, h, p, event(audit.HitRaised)))
	}
}

// BenchmarkRaiseRaw writes as many bytes in as many values with bbolt alone.
func BenchmarkRaiseRaw(b *testing.B) {
	db, err := bolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType})
	require.NoError(b, err)
	defer db.Close()
	values := map[string][]byte{
		bucketPictures: randomBytes(120_033), bucketHits: randomBytes(1800), bucketHitKeys: randomBytes(61),
		bucketAudit: randomBytes(700), bucketHead: randomBytes(700),
	}
	b.SetBytes(120_000)
	for i := 0; b.Loop(); i++ {
		require.NoError(b, db.Update(func(tx *bolt.Tx) error {
			for name, v := range values {
				bucket, err := tx.CreateBucketIfNotExists([]byte(name))
				require.NoError(b, err)
				key := fmt.Appendf(nil, "h-%08d", i)
				if name == bucketHead {
					key = keyHead
				}
				require.NoError(b, bucket.Put(key, v))
			}
			return nil
		}))
	}
}

// BenchmarkPutList takes in 100,000 entries that are in memory.
func BenchmarkPutList(b *testing.B) {
	f := setUpFixture(b)
	l := list("stolen", 100_000)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, putList(f.Store, l, event(audit.HotlistImported)))
	}
}

// BenchmarkChangeList adds 100,000 entries to a list of 500,000 and takes as many
// away, so that it stays as long.
func BenchmarkChangeList(b *testing.B) {
	f := setUpFixture(b)
	const n, size = 100_000, 500_000
	l := hotlist.List{Name: "stolen"}
	for i := range size {
		l.Entries = append(l.Entries, wideEntry(i))
	}
	require.NoError(b, putList(f.Store, l, event(audit.HotlistImported)))
	_, err := f.Lists(ctx)
	require.NoError(b, err)
	var added, removed []hotlist.Entry
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		added, removed = added[:0], removed[:0]
		for k := range n {
			removed, added = append(removed, wideEntry(i*n+k)), append(added, wideEntry(size+i*n+k))
		}
		b.StartTimer()
		c, err := f.ChangeList(ctx, delta(added, removed), yes(audit.HotlistChanged))
		require.NoError(b, err)
		require.Equal(b, n, c.Removed)
	}
}

// wideEntry is a list entry with a plate of its own.
func wideEntry(i int) hotlist.Entry {
	e := listEntry(i)
	e.Plate = plate.Text(fmt.Sprintf("C%07d", i))
	return e
}

// BenchmarkLists makes a list of 500,000 entries ready to match after a sign-in.
func BenchmarkLists(b *testing.B) {
	f := setUpFixture(b)
	require.NoError(b, putList(f.Store, list("stolen", 500_000), event(audit.HotlistImported)))
	for b.Loop() {
		f.shelf.forget()
		_, err := f.Lists(ctx)
		require.NoError(b, err)
	}
}

// BenchmarkMatch finds a listed plate and reads its record.
func BenchmarkMatch(b *testing.B) {
	f := setUpFixture(b)
	l := hotlist.List{Name: "stolen"}
	for i := range 100_000 {
		l.Entries = append(l.Entries, wideEntry(i))
	}
	require.NoError(b, putList(f.Store, l, event(audit.HotlistImported)))
	lists, err := f.Lists(ctx)
	require.NoError(b, err)
	x := hotlist.NewIndex()
	x.Put(lists)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		require.Len(b, x.Match(plate.Read{Text: l.Entries[i*37%len(l.Entries)].Plate}, start.AddDate(-1, 0, 0)), 1)
	}
}

// BenchmarkOpen opens a store of 1,000 hits with pictures and a list of 100,000
// entries, pages checked, without the sign-in.
func BenchmarkOpen(b *testing.B) {
	f := setUpFixture(b)
	require.NoError(b, putList(f.Store, list("stolen", 100_000), event(audit.HotlistImported)))
	p := hit.Pictures{Plate: bytes.Repeat([]byte("x"), 60_000), Context: bytes.Repeat([]byte("y"), 60_000)}
	for i := range 1000 {
		h, _ := sampleHit(fmt.Sprintf("h-%08d", i))
		require.NoError(b, f.Raise(ctx, h, p, event(audit.HitRaised)))
	}
	for b.Loop() {
		f.reopen()
	}
}

// BenchmarkSignIn is two PBKDF2 of the rounds in use and one transaction.
func BenchmarkSignIn(b *testing.B) {
	f := &fixture{t: b, path: filepath.Join(b.TempDir(), "s.db"), clock: &clock{t: start}}
	s, err := Open(f.path, Options{Now: f.clock.now})
	require.NoError(b, err)
	f.Store = s
	defer f.Close()
	require.NoError(b, f.SetUp(ctx, admin(), adminPIN, event(audit.SetUp)))
	for b.Loop() {
		f.SignOut()
		f.signIn()
	}
}

// BenchmarkDestroy destroys one hit of 10,000 that are kept: the whole turn of the
// epoch, three fsyncs included.
func BenchmarkDestroy(b *testing.B) {
	f := setUpFixture(b)
	h, p := sampleHit("")
	const kept = 10_000
	for i := 0; i < kept; i += 500 { // without a commit for each
		require.NoError(b, f.alter(f.keys, func(t txn) error {
			for k := i; k < i+500; k++ {
				h.ID = fmt.Sprintf("h-%08d", k)
				if err := t.raise(h, p); err != nil {
					return err
				}
			}
			return t.appendEvent(f.stamp(event(audit.HitRaised)))
		}))
	}
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		h.ID = fmt.Sprintf("more-%08d", i)
		require.NoError(b, f.Raise(ctx, h, p, event(audit.HitRaised)))
		b.StartTimer()
		require.NoError(b, f.Destroy(ctx, h.ID, event(audit.HitDestroyed)))
	}
}
