package stationbench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"secondlook/app/hotlist"
	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/station"
)

// ListOptions say what list is distributed.
type ListOptions struct {
	Program []string // see [Options]
	Cars    int
	// Entries are how many the list has, Delta how many of them change: half are taken
	// away, and as many come.
	Entries, Delta int
	// Together is how many cars fetch at a time: each has the list in memory several
	// times over while it does, and here they all have the same memory.
	Together int
	Folder   string
	JSON     bool
	Progress io.Writer
}

// ListResult is what was measured. Bytes are on the wire, both ways, of all cars
// together, with all that TLS and the protocol add; seconds are from when the first car
// asks until the last has verified and opened what came.
type ListResult struct {
	Cars    int `json:"cars"`
	Entries int `json:"entries"`
	// File is the size of the list's file, in bytes.
	File            int     `json:"file_bytes"`
	SnapshotBytes   int64   `json:"snapshot_bytes"`
	SnapshotSeconds float64 `json:"snapshot_seconds"`
	// Delta counts the entries that were added and removed.
	Delta        int     `json:"delta_entries"`
	DeltaBytes   int64   `json:"delta_bytes"`
	DeltaSeconds float64 `json:"delta_seconds"`
	// NothingBytes are of a sync with nothing new.
	NothingBytes int64 `json:"nothing_bytes"`
}

const benchList = "stolen"

// Lists measures how a list and then a delta of it reach the cars, and prints.
func Lists(ctx context.Context, out io.Writer, o ListOptions) (err error) {
	if o.Cars < 1 || o.Together < 1 || o.Delta < 2 || o.Entries < o.Delta {
		return errors.New("a list needs a car, and an entry for each that changes; two change at least")
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	s, err := startStation(ctx, o.Program, o.Folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.end()) }()
	line, err := countingLine(s.address)
	if err != nil {
		return err
	}
	defer line.end()
	l := &listRun{ListOptions: o, line: line, before: listFile(0, o.Entries), after: listFile(o.Delta/2, o.Entries+o.Delta/2)}
	for i := range o.Cars {
		d, err := enrolAt(s, fmt.Sprintf("car-%d", i), line.address())
		if err != nil {
			return err
		}
		l.cars = append(l.cars, d)
	}
	r, err := l.run(ctx, s)
	if err != nil {
		return err
	}
	if o.JSON {
		return json.NewEncoder(out).Encode(r)
	}
	_, err = fmt.Fprintf(out, "A list of %d entries (%.1f MB) to %d cars: %.1f MB in %.1f s.\nA delta of %d entries: %.3f MB in %.1f s; nothing new: %.3f MB.\n",
		r.Entries, float64(r.File)/megabyte, r.Cars, float64(r.SnapshotBytes)/megabyte, r.SnapshotSeconds,
		r.Delta, float64(r.DeltaBytes)/megabyte, r.DeltaSeconds, float64(r.NothingBytes)/megabyte)
	return err
}

type listRun struct {
	ListOptions
	line          *line
	cars          []*dock.Dock
	before, after []byte
}

func (l *listRun) run(ctx context.Context, s *running) (r ListResult, err error) {
	op, err := station.Dial(ctx, s.dir)
	if err != nil {
		return r, err
	}
	defer op.Close()
	r = ListResult{Cars: l.Cars, Entries: l.Entries, File: len(l.before)}
	made := time.Now()
	fmt.Fprintln(l.Progress, "publish the list")
	if _, err = op.PublishList(ctx, benchList, made, l.before); err != nil {
		return r, err
	}
	fmt.Fprintln(l.Progress, "fetch it")
	r.SnapshotBytes, r.SnapshotSeconds, err = l.fetch(ctx, nil, func(f []shift.ListFile) bool {
		return len(f) == 1 && f[0].Version == 1 && bytes.Equal(f[0].Data, l.before)
	})
	if err != nil {
		return r, fmt.Errorf("fetch the list: %w", err)
	}
	fmt.Fprintln(l.Progress, "publish the delta")
	p, err := op.PublishList(ctx, benchList, made.Add(time.Minute), l.after)
	if err != nil {
		return r, err
	}
	if p.Delta == nil {
		return r, fmt.Errorf("publish the delta: %s", p.NoDelta)
	}
	r.Delta = p.Delta.Added + p.Delta.Changed + p.Delta.Removed
	fmt.Fprintln(l.Progress, "fetch it")
	r.DeltaBytes, r.DeltaSeconds, err = l.fetch(ctx, map[string]shift.KeptList{benchList: {Version: 1}}, l.isDelta)
	if err != nil {
		return r, fmt.Errorf("fetch the delta: %w", err)
	}
	r.NothingBytes, _, err = l.fetch(ctx, map[string]shift.KeptList{benchList: {Version: 2}}, func(f []shift.ListFile) bool { return len(f) == 0 })
	return r, err
}

// isDelta reports whether what came makes the list before that after.
func (l *listRun) isDelta(f []shift.ListFile) bool {
	if len(f) != 1 || f[0].Version != 2 || len(f[0].Deltas) != 1 {
		return false
	}
	rows, n := hotlist.ReadDelta(f[0].Deltas[0].Data, hotlist.Options{Now: time.Now()}), 0
	for _, err := range rows.Added {
		if err != nil {
			return false
		}
		n++
	}
	for _, err := range rows.Removed {
		if err != nil {
			return false
		}
		n++
	}
	return n == l.Delta/2*2
}

// errContent is returned where a car got something else than what was published.
var errContent = errors.New("what arrived is not what was published")

// fetch has every car ask for its lists, and returns what that took.
func (l *listRun) fetch(ctx context.Context, have map[string]shift.KeptList, is func([]shift.ListFile) bool) (count int64, seconds float64, err error) {
	before, began := l.line.count.Load(), time.Now()
	var all sync.WaitGroup
	failed := make([]error, len(l.cars))
	turn := make(chan struct{}, l.Together)
	for i, d := range l.cars {
		all.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			failed[i] = fetchOne(ctx, d, have, is)
		})
	}
	all.Wait()
	seconds = time.Since(began).Seconds()
	return l.line.count.Load() - before, seconds, errors.Join(failed...)
}

func fetchOne(ctx context.Context, d *dock.Dock, have map[string]shift.KeptList, is func([]shift.ListFile) bool) error {
	link, err := d.Connect(ctx)
	if err != nil {
		return err
	}
	defer link.Close()
	files, err := link.Lists(ctx, have)
	if err == nil && !is(files) {
		err = errContent
	}
	return err
}

// listFile is a list of the plates with some numbers, as an agency delivers it.
func listFile(from, to int) []byte {
	var b bytes.Buffer
	b.WriteString("plate,category,jurisdiction,source,agency,contact,reference,make,model,year,colour\n")
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "B%07d,stolen-vehicle,CA-ON,CPIC,Test Service,555-0100,26-%07d,HONDA,CIVIC,%d,GRY\n", i, i, 2000+i%25)
	}
	return b.Bytes()
}

// line passes on what cars and a station say, and counts it.
type line struct {
	listener net.Listener
	to       string
	count    atomic.Int64
	all      sync.WaitGroup
}

func countingLine(to string) (*line, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("count what is on the wire: %w", err)
	}
	l := &line{listener: listener, to: to}
	l.all.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			l.all.Go(func() { l.pass(near) })
		}
	})
	return l, nil
}

func (l *line) address() string { return l.listener.Addr().String() }

// pass passes one connection on until either side ends it.
func (l *line) pass(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer far.Close()
	var back sync.WaitGroup
	back.Go(func() {
		l.copy(near, far)
		near.Close()
	})
	l.copy(far, near)
	far.Close()
	back.Wait()
}

// copy counts as it goes: who fetched something may look before the line has ended.
func (l *line) copy(to io.Writer, from io.Reader) {
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		l.count.Add(int64(n))
		if n > 0 {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (l *line) end() {
	l.listener.Close()
	l.all.Wait()
}
