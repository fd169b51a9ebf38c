package hotlistbench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

// manyReads are how many single looks a median is of.
const manyReads = 200_000

// times measures do for each read by itself, in nanoseconds, sorted. The read is
// made just before, as a camera's is, so that looking for it is measured and not
// fetching it. What reading the clock twice takes, the median of as many empty
// turns, is taken off.
func (b *bench) times(reads []int, do func(r plate.Read)) []float64 {
	measure := func(do func(r plate.Read)) []float64 {
		out := make([]float64, len(reads))
		for i, n := range reads {
			r := readOf(b.plates.passing(n))
			begin := time.Now()
			do(r)
			out[i] = float64(time.Since(begin))
		}
		slices.Sort(out)
		return out
	}
	idle := at(measure(func(plate.Read) {}), 50)
	out := measure(do)
	for i := range out {
		out[i] = max(0, out[i]-idle)
	}
	return out
}

// at is a percentile of sorted values.
func at(sorted []float64, percent int) float64 { return sorted[(len(sorted)-1)*percent/100] }

// nonHits are the numbers of cars that pass by and match nothing.
func (b *bench) nonHits() []int {
	var reads []int
	for n := 0; len(reads) < manyReads; n++ {
		if len(b.index.Match(readOf(b.plates.passing(n)), time.Now())) == 0 {
			reads = append(reads, n)
		}
	}
	return reads
}

func readOf(text plate.Text) plate.Read {
	r := plate.Read{Text: text, Confidence: 0.95, Characters: make([]plate.Character, len(text))}
	for i := range r.Characters {
		r.Characters[i] = plate.Character{Char: text[i], Confidence: 0.95}
	}
	return r
}

func (b *bench) match(context.Context) error {
	reads, now, found := b.nonHits(), time.Now(), 0
	sorted := b.times(reads, func(r plate.Read) { found += len(b.index.Match(r, now)) })
	if found > 0 {
		return errors.New("a read that matched nothing does now")
	}
	b.result.MatchP50, b.result.MatchP99 = at(sorted, 50), at(sorted, 99)
	for i := range min(1000, b.Entries) { // and what is listed is found
		if len(b.index.Match(readOf(b.plates.plate(i)), now)) == 0 {
			return fmt.Errorf("entry %d does not match", i)
		}
	}
	return nil
}

// readEvery is how long it is from read to read during an update, some hundred
// times shorter than in traffic.
const readEvery = 50 * time.Microsecond

// update applies a delta while another goroutine matches one read after the other.
func (b *bench) update(ctx context.Context) error {
	reads := b.nonHits()
	n := b.deltaRows()
	all := func(from, n int) []hotlist.Entry { return slices.Collect(b.plates.listed(from, n)) }
	d := hotlist.Delta{Head: hotlist.Head{Name: name}, Added: hotlist.List{Entries: all(b.Entries, n)}.All()}
	removed, err := b.stored(ctx, n)
	if err != nil {
		return err
	}
	d.Removed = hotlist.List{Entries: removed}.All()
	var stop atomic.Bool
	worst := make(chan time.Duration)
	started := make(chan struct{})
	go func() {
		var w time.Duration
		for i := 0; !stop.Load(); i++ {
			if i == 1 {
				close(started)
			}
			r := readOf(b.plates.passing(reads[i%len(reads)]))
			begin := time.Now()
			b.index.Match(r, begin)
			w = max(w, time.Since(begin))
			time.Sleep(readEvery)
		}
		worst <- w
	}()
	<-started
	begin := time.Now()
	change, err := b.store.ChangeList(ctx, d, yes)
	if err == nil {
		err = b.putInForce(ctx)
	}
	b.result.Delta = time.Since(begin).Seconds()
	stop.Store(true)
	b.result.Worst = float64(<-worst) / 1e6
	if err == nil && (change.Added != n || change.Removed != n) {
		err = fmt.Errorf("%d rows were added and %d removed, not %d", change.Added, change.Removed, n)
	}
	return err
}

// stored returns n entries of the list, from all over it, with their ids.
func (b *bench) stored(ctx context.Context, n int) ([]hotlist.Entry, error) {
	lists, err := b.store.Lists(ctx)
	if err != nil {
		return nil, err
	}
	var out []hotlist.Entry
	every, i := b.Entries/n, 0
	for e, err := range lists[0].All() {
		if err != nil {
			return nil, err
		}
		if i++; i%every == 0 && len(out) < n {
			out = append(out, hotlist.Entry{ID: e.ID, Plate: e.Plate})
		}
	}
	return out, nil
}

func (b *bench) mapGet(context.Context) error {
	reads := b.nonHits()
	m := make(map[string]uint32, b.Entries)
	for i := range b.Entries {
		m[string(b.plates.plate(i))] = uint32(i)
	}
	found := 0
	b.result.MapP50 = at(b.times(reads, func(r plate.Read) {
		if _, ok := m[string(r.Text)]; ok {
			found++
		}
	}), 50)
	return nothing(found)
}

func nothing(found int) error {
	if found > 0 {
		return errors.New("a read that is not listed was found")
	}
	return nil
}

// boltRows are put in one transaction.
const boltRows = 200_000

func (b *bench) boltGet(ctx context.Context) error {
	reads := b.nonHits()
	db, err := bolt.Open(filepath.Join(b.folder, "plates.db"), 0o600, &bolt.Options{NoSync: true, NoFreelistSync: true})
	if err != nil {
		return err
	}
	defer db.Close()
	plates := make([]string, b.Entries)
	for i := range plates {
		plates[i] = string(b.plates.plate(i))
	}
	slices.Sort(plates)
	bucket := []byte("plates")
	for part := range slices.Chunk(plates, boltRows) {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := db.Update(func(tx *bolt.Tx) error {
			to, err := tx.CreateBucketIfNotExists(bucket)
			if err != nil {
				return err
			}
			to.FillPercent = 1 // the keys come in order
			for _, p := range part {
				if err := to.Put([]byte(p), []byte{1}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return db.View(func(tx *bolt.Tx) error {
		from, found := tx.Bucket(bucket), 0
		b.result.BoltP50 = at(b.times(reads, func(r plate.Read) {
			if from.Get([]byte(r.Text)) != nil {
				found++
			}
		}), 50)
		return nothing(found)
	})
}
