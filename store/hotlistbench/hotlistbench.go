// Package hotlistbench measures what a long hotlist costs a terminal: its import,
// its index, a match, and an update while reads go on. Everything in it is
// synthetic.
//
// # The floor
//
// The index of ten million entries takes 98 MB. That is more than a processor
// keeps close, so that looking for a plate costs at least one access to memory,
// wherever the entry would be: the floor of any table of that size. The filter
// lets 99 of 100 plates that are not listed end with that one access, into 12 MB
// of the 98, which larger processors keep in their last cache. Folding the plate
// and mixing its key come on top.
//
// On two shared cores of a busy server, one access to a random place, timed in
// the same way, took 145 ns in 12 MB and 185 ns in 95 MB, and a match of a non-hit
// 290 ns among ten million entries: half of it is the floor, half the processor's
// work and the caches that it disturbs. With an index that fits the caches,
// 100,000 entries, the same match took 80 ns. A Go map, which reads two or three
// cache lines and compares a string, took 470 ns, and bbolt, which walks pages and
// compares keys in each, 1,540 ns, both for the exact text only.
package hotlistbench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hotlist"
	"secondlook/store"
)

// Options say what is measured.
type Options struct {
	// Entries are how many the list has.
	Entries int
	Seed    uint64
	JSON    bool
	// Folder is where files lie meanwhile, 300 bytes an entry; empty is the
	// system's own for temporary files.
	Folder string
	// Progress gets a line for each step; nil for none.
	Progress io.Writer
}

// Result is what was measured. Times of one match are in nanoseconds, without
// what reading the clock takes.
type Result struct {
	Entries int `json:"entries"`
	// Build is from the unlocked store to the index ready to match, in seconds.
	Build float64 `json:"build_s"`
	// ImportRows is rows a second, from the CSV file to the list in force.
	ImportRows float64 `json:"import_rows_per_s"`
	IndexBytes float64 `json:"index_bytes_per_entry"`
	// Match are of reads that match nothing, exactly or as look-alikes; Map and
	// Bolt look for the same texts, exactly only.
	MatchP50 float64 `json:"match_ns_p50"`
	MatchP99 float64 `json:"match_ns_p99"`
	MapP50   float64 `json:"map_ns_p50"`
	BoltP50  float64 `json:"bbolt_ns_p50"`
	// Delta is from the changed rows to the list in force, in seconds; Worst is the
	// slowest match meanwhile, in milliseconds.
	Delta float64 `json:"delta_s"`
	Worst float64 `json:"delta_worst_match_ms"`
	// RSS is the process's memory with the list in force and nothing else.
	RSS float64 `json:"rss_mb"`
}

// deltaRows are added and as many removed by the update.
const deltaRows = 100_000

// bench is one run.
type bench struct {
	Options
	folder string
	store  *store.Store
	index  *hotlist.Index
	plates *sample
	result Result
}

// Run measures and prints. It returns an error where a part fails or the machine
// cannot tell its memory.
func Run(ctx context.Context, out io.Writer, o Options) (err error) {
	if o.Entries < 1 {
		return errors.New("a list needs an entry")
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	b := &bench{Options: o, index: hotlist.NewIndex(), plates: newSample(o.Seed, o.Entries)}
	b.result.Entries = o.Entries
	if b.folder, err = os.MkdirTemp(o.Folder, "secondlook-bench-"); err != nil {
		return fmt.Errorf("make a folder to measure in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.folder)) }()
	if b.store, err = store.Open(filepath.Join(b.folder, "terminal.db"), store.Options{Rounds: 1000}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.store.Close()) }()
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"import", b.importList}, {"unlock", b.unlock}, {"match", b.match}, {"update", b.update}, {"map", b.mapGet}, {"bbolt", b.boltGet},
	} {
		fmt.Fprintln(o.Progress, step.what)
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("measure %s: %w", step.what, err)
		}
	}
	return b.print(out)
}

func (b *bench) print(out io.Writer) error {
	r := &b.result
	for _, v := range []*float64{&r.Build, &r.IndexBytes, &r.Delta, &r.Worst} {
		*v = math.Round(*v*1000) / 1000
	}
	for _, v := range []*float64{&r.ImportRows, &r.MatchP50, &r.MatchP99, &r.MapP50, &r.BoltP50, &r.RSS} {
		*v = math.Round(*v)
	}
	if b.JSON {
		return json.NewEncoder(out).Encode(r)
	}
	_, err := fmt.Fprintf(out, `entries                %d
import                 %.0f rows/s
index ready            %.3f s after unlocking
index                  %.2f bytes an entry
match of a non-hit     %.0f ns (median), %.0f ns (99 of 100 are faster)
  Go map, exact only   %.0f ns (median)
  bbolt, exact only    %.0f ns (median)
update                 %.3f s for %d rows more and %[10]d less
  slowest match then   %.3f ms
memory of the process  %.0f MB
`, r.Entries, r.ImportRows, r.Build, r.IndexBytes, r.MatchP50, r.MatchP99, r.MapP50, r.BoltP50, r.Delta, b.deltaRows(), r.Worst, r.RSS)
	return err
}

func (b *bench) deltaRows() int { return min(deltaRows, b.Entries/2) }

const (
	badge  = access.Badge("0000")
	secret = "measured, not kept"
	name   = "bench"
)

func yes(*hotlist.Head, hotlist.Change) (audit.Event, error) {
	return audit.Event{Act: audit.HotlistImported}, nil
}

// importList writes a CSV file and takes it in.
func (b *bench) importList(ctx context.Context) error {
	path := filepath.Join(b.folder, "list.csv")
	if err := b.writeCSV(path, b.plates.listed(0, b.Entries)); err != nil {
		return err
	}
	o := access.Officer{ID: "bench", Name: "Bench", Badge: badge, Roles: []access.Role{access.Administrator}, Registered: time.Now()}
	if err := b.store.SetUp(ctx, access.Person{Officer: o}, secret, audit.Event{Act: audit.SetUp}); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	fmt.Fprintln(b.Progress, "take in")
	begin := time.Now()
	change, err := b.store.PutList(ctx, hotlist.Head{Name: name, Made: begin, Received: begin}, rows(f), yes)
	if err != nil {
		return err
	}
	b.result.ImportRows = float64(b.Entries) / time.Since(begin).Seconds()
	if change.After != b.Entries {
		return fmt.Errorf("%d entries were taken in, not %d", change.After, b.Entries)
	}
	return os.Remove(path)
}

// errStop ends an import that nobody reads any more.
var errStop = errors.New("stop")

// rows are the entries of a CSV file as they are read.
func rows(r io.Reader) iter.Seq2[hotlist.Entry, error] {
	return func(yield func(hotlist.Entry, error) bool) {
		_, err := hotlist.Import(r, []hotlist.Layout{hotlist.Generic()}, hotlist.Options{MaxEntries: math.MaxInt32}, func(e hotlist.Entry) error {
			if !yield(e, nil) {
				return errStop
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(hotlist.Entry{}, err)
		}
	}
}

func (b *bench) writeCSV(path string, entries iter.Seq[hotlist.Entry]) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(out, "plate,jurisdiction,category,source,agency,contact,reference,expires,make,model,year,colour")
	for e := range entries {
		for i, s := range []string{string(e.Plate), string(e.Jurisdiction), e.Category, e.Source, e.Agency, e.Contact, e.Reference,
			e.Expires.Format(time.DateOnly), e.Make, e.Model, strconv.Itoa(e.Year), e.Colour} {
			if i > 0 {
				out.WriteByte(',')
			}
			out.WriteString(s)
		}
		out.WriteByte('\n')
	}
	return errors.Join(out.Flush(), f.Sync(), f.Close())
}

// unlock signs in anew and measures how long the index takes from there, and the
// memory with nothing but the list in force.
func (b *bench) unlock(ctx context.Context) error {
	b.store.SignOut()
	debug.FreeOSMemory()
	if _, err := b.store.SignIn(ctx, badge, access.Proof{Secret: secret}); err != nil {
		return err
	}
	begin := time.Now()
	if err := b.putInForce(ctx); err != nil {
		return err
	}
	b.result.Build = time.Since(begin).Seconds()
	b.result.IndexBytes = float64(b.store.IndexBytes()) / float64(b.Entries)
	debug.FreeOSMemory()
	var err error
	b.result.RSS, err = memory()
	return err
}

func (b *bench) putInForce(ctx context.Context) error {
	lists, err := b.store.Lists(ctx)
	if err == nil {
		b.index.Put(lists)
	}
	return err
}

// memory is the resident memory of the process in megabytes: the second figure of
// /proc/self/statm, in pages, see proc(5).
func memory() (float64, error) {
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, fmt.Errorf("this machine does not tell a process's memory: %w", err)
	}
	fields := strings.Fields(string(data))
	if len(fields) < 2 {
		return 0, errors.New("this machine does not tell a process's memory")
	}
	pages, err := strconv.ParseFloat(fields[1], 64)
	return pages * float64(os.Getpagesize()) / 1e6, err
}
