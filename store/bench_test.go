package store

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/shift"
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

// BenchmarkRaiseOverRaw raises hits with two pictures of 60 kB and writes the same
// bytes with bbolt alone, by turns, so that both meet the same load. It reports the
// medians and their ratio.
func BenchmarkRaiseOverRaw(b *testing.B) {
	f := setUpFixture(b)
	h, _ := sampleHit("")
	p := hit.Pictures{Plate: randomBytes(60_000), Context: randomBytes(60_000)}
	db, err := bolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType})
	require.NoError(b, err)
	defer db.Close()
	var ours, raws []time.Duration
	took := func(do func()) time.Duration {
		began := time.Now()
		do()
		return time.Since(began)
	}
	for i := 0; b.Loop(); i++ {
		h.ID = fmt.Sprintf("h-%08d", i)
		ours = append(ours, took(func() { require.NoError(b, f.Raise(ctx, h, p, event(audit.HitRaised))) }))
		values := map[string][]byte{}
		for _, name := range []string{bucketPictures, bucketHits, bucketHitKeys} {
			values[name] = f.value(name, h.ID)
		}
		values[bucketAudit], values[bucketHead] = f.value(bucketAudit, string(uint64Bytes(uint64(i+2)))), f.value(bucketHead, string(keyHead))
		raws = append(raws, took(func() { require.NoError(b, rawPut(db, h.ID, values)) }))
	}
	slices.Sort(ours)
	slices.Sort(raws)
	our, raw := ours[len(ours)/2], raws[len(raws)/2]
	b.ReportMetric(our.Seconds()*1e3, "ms-hit")
	b.ReportMetric(raw.Seconds()*1e3, "ms-raw")
	b.ReportMetric(our.Seconds()/raw.Seconds(), "hit/raw")
}

// BenchmarkRaiseLocked raises hits with two pictures of 60 kB on a terminal that is
// locked and on one that is not, by turns, fsync included. It reports the medians and
// their ratio; at the end the locked one takes its hits in.
func BenchmarkRaiseLocked(b *testing.B) {
	open, locked := setUpFixture(b), setUpFixture(b)
	require.NoError(b, locked.Lock(ctx))
	h, _ := sampleHit("")
	p := hit.Pictures{Plate: randomBytes(60_000), Context: randomBytes(60_000)}
	took := map[*fixture][]time.Duration{}
	n := 0
	for b.Loop() {
		h.ID = fmt.Sprintf("h-%08d", n)
		n++
		for _, f := range []*fixture{open, locked} {
			began := time.Now()
			require.NoError(b, f.Raise(ctx, h, p, event(audit.HitRaised)))
			took[f] = append(took[f], time.Since(began))
		}
	}
	began := time.Now()
	locked.unlock()
	taken := time.Since(began)
	hits, err := locked.Hits(ctx)
	require.NoError(b, err)
	require.Len(b, hits, n)
	slices.Sort(took[open])
	slices.Sort(took[locked])
	unlockedHit, lockedHit := took[open][n/2], took[locked][n/2]
	b.ReportMetric(unlockedHit.Seconds()*1e3, "ms-unlocked")
	b.ReportMetric(lockedHit.Seconds()*1e3, "ms-locked")
	b.ReportMetric(lockedHit.Seconds()/unlockedHit.Seconds(), "locked/unlocked")
	b.ReportMetric(taken.Seconds()*1e3/float64(n), "ms-taken-in")
}

func rawPut(db *bolt.DB, id string, values map[string][]byte) error {
	return db.Update(func(tx *bolt.Tx) error {
		for name, v := range values {
			bucket, err := tx.CreateBucketIfNotExists([]byte(name))
			if err != nil {
				return err
			}
			key := []byte(id)
			if name == bucketHead {
				key = keyHead
			}
			if err := bucket.Put(key, v); err != nil {
				return err
			}
		}
		return nil
	})
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

// manyHits raises hits without a commit for each.
func (f *fixture) manyHits(n int, p hit.Pictures) {
	h, _ := sampleHit("")
	for i := 0; i < n; i += 500 {
		require.NoError(f.t, f.alter(f.keys, func(t txn) error {
			for k := i; k < min(n, i+500); k++ {
				h.ID = fmt.Sprintf("h-%08d", k)
				if err := t.raise(h, p); err != nil {
					return err
				}
			}
			return t.appendEvent(f.stamp(event(audit.HitRaised)))
		}))
	}
}

// BenchmarkOpen opens a store of 10,000 hits with two pictures of 15 kB and a list of
// a million entries, pages checked, and makes hits and list ready. Unlocking is left
// out: its rounds are eight here.
func BenchmarkOpen(b *testing.B) {
	f := setUpFixture(b)
	entries := func(yield func(hotlist.Entry, error) bool) {
		for i := range 1_000_000 {
			if !yield(wideEntry(i), nil) {
				return
			}
		}
	}
	_, err := f.PutList(ctx, hotlist.Head{Name: "stolen"}, entries, yes(audit.HotlistImported))
	require.NoError(b, err)
	f.manyHits(10_000, hit.Pictures{Plate: randomBytes(15_000), Context: randomBytes(15_000)})
	var opened, lists, hits time.Duration
	n := 0
	for b.Loop() {
		began := time.Now()
		f.reopen()
		f.signIn()
		at := time.Now()
		opened += at.Sub(began)
		_, err := f.Lists(ctx)
		require.NoError(b, err)
		lists += time.Since(at)
		at = time.Now()
		all, err := f.Hits(ctx)
		require.NoError(b, err)
		require.Len(b, all, 10_000)
		hits += time.Since(at)
		n++
	}
	for unit, d := range map[string]time.Duration{"ms-open": opened, "ms-list": lists, "ms-hits": hits} {
		b.ReportMetric(d.Seconds()*1e3/float64(n), unit)
	}
}

// BenchmarkSignIn signs in with the rounds in use, and computes two PBKDF2 of as many
// rounds alone by turns: one for the badge, one for the PIN.
func BenchmarkSignIn(b *testing.B) {
	f := &fixture{t: b, path: filepath.Join(b.TempDir(), "s.db"), clock: &clock{t: start}}
	s, err := Open(f.path, Options{Now: f.clock.now})
	require.NoError(b, err)
	f.Store = s
	defer f.Close()
	require.NoError(b, f.SetUp(ctx, admin(), adminPIN, event(audit.SetUp)))
	var ours, alone time.Duration
	n := 0
	for b.Loop() {
		f.SignOut()
		began := time.Now()
		f.signIn()
		ours += time.Since(began)
		began = time.Now()
		for range 2 {
			_, err := pbkdf2.Key(sha256.New, adminPIN, make([]byte, saltSize), DefaultRounds, keySize)
			require.NoError(b, err)
		}
		alone += time.Since(began)
		n++
	}
	b.ReportMetric(ours.Seconds()*1e3/float64(n), "ms-signin")
	b.ReportMetric(alone.Seconds()*1e3/float64(n), "ms-pbkdf2")
}

// BenchmarkDestroy destroys one hit of 10,000 that are kept: the whole turn of the
// epoch, three fsyncs included.
func BenchmarkDestroy(b *testing.B) {
	f := setUpFixture(b)
	h, p := sampleHit("")
	f.manyHits(10_000, p)
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		h.ID = fmt.Sprintf("more-%08d", i)
		require.NoError(b, f.Raise(ctx, h, p, event(audit.HitRaised)))
		b.StartTimer()
		require.NoError(b, f.Destroy(ctx, h.ID, event(audit.HitDestroyed)))
	}
}

// BenchmarkAcknowledge erases 500 hits of 2,500 that the station has, together and one
// by one.
func BenchmarkAcknowledge(b *testing.B) {
	const many = 500
	for name, each := range map[string]int{"together": many, "one by one": 1} {
		b.Run(name, func(b *testing.B) {
			f := setUpFixture(b)
			_, p := sampleHit("")
			f.manyHits(2000, p)
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				var refs []shift.Ref
				for n := range many {
					h, p := sampleHit(fmt.Sprintf("more-%d-%d", i, n))
					require.NoError(b, f.Raise(ctx, h, p, event(audit.HitRaised)))
					refs = append(refs, shift.Ref{Kind: shift.HitParcel, ID: h.ID})
				}
				b.StartTimer()
				for part := range slices.Chunk(refs, each) {
					require.NoError(b, f.acknowledge(part...))
				}
			}
		})
	}
}

// BenchmarkHits reads 10,000 hits.
func BenchmarkHits(b *testing.B) {
	f := setUpFixture(b)
	f.manyHits(10_000, hit.Pictures{Plate: randomBytes(500), Context: randomBytes(500)})
	for b.Loop() {
		_, err := f.Hits(ctx)
		require.NoError(b, err)
	}
}
