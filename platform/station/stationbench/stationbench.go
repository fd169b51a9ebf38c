// Package stationbench measures a station: how fast cars get rid of their records
// ([Run]), and what a long hotlist and its changes cost to distribute ([Lists]).
//
// The station is a process of its own, so that its memory is its own. The cars are
// the real client over real TLS, in this process: they seal, sign, and compare what
// they are given a receipt for. Everything in them is synthetic.
package stationbench

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"secondlook/platform/dock/protocol"
	"secondlook/platform/station"
)

// Options say what is measured.
type Options struct {
	// Program is the station's own program with what it takes to serve; the folder
	// and the address are added.
	Program []string
	Cars    int
	// Hits are how many each car has.
	Hits int
	// Within is the time over which the cars arrive; 0: all at once.
	Within time.Duration
	// Folder is where the station's files lie meanwhile; empty is the system's own for
	// temporary files.
	Folder string
	JSON   bool
	// Progress gets a line for each step; nil for none.
	Progress io.Writer
}

// Result is what was measured. A megabyte is 10^6 bytes.
type Result struct {
	Cars int `json:"cars"`
	// Hits are those of all cars, Acked those that the station signed for.
	Hits  int `json:"hits"`
	Acked int `json:"acked"`
	// Lost are hits that the station does not have as they were sent, Duplicated those
	// that it has twice.
	Lost       int `json:"lost"`
	Duplicated int `json:"duplicated"`
	// Seconds are from the first connection until the last car has its receipt, MB
	// what was sealed and stored in each of them.
	Seconds float64 `json:"seconds"`
	MB      float64 `json:"mb_per_s"`
	// RawMB is what plain publishing with acknowledgements reaches.
	RawMB float64 `json:"raw_mb_per_s"`
	Share float64 `json:"share"`
	// RSS is the most memory that the station had while the cars docked.
	RSS float64 `json:"rss_mb"`
}

// ErrBroken is returned where the station did not keep every record once.
var ErrBroken = errors.New("the station did not keep every record once")

const megabyte = 1e6

// Run measures how cars dock, and prints. It returns [ErrBroken] after the figures
// where a record is missing or doubled.
func Run(ctx context.Context, out io.Writer, o Options) (err error) {
	if o.Cars < 1 || o.Hits < 1 {
		return errors.New("there is nothing to measure without a car and a hit")
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	s, err := startStation(ctx, o.Program, o.Folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.end()) }()
	ctx, done := s.watched(ctx)
	defer done()
	defer func() {
		if context.Cause(ctx) == ErrEnded && !errors.Is(err, ErrEnded) {
			err = errors.Join(ErrEnded, err)
		}
	}()
	fmt.Fprintln(o.Progress, "enrol", o.Cars, "cars")
	cars, err := enrol(s, o)
	if err != nil {
		return err
	}
	r := Result{Cars: o.Cars, Hits: o.Cars * o.Hits}
	fmt.Fprintln(o.Progress, "dock")
	took, err := dockAll(ctx, cars, o)
	if err != nil {
		return err
	}
	r.Seconds = took.Seconds()
	if r.RSS, err = s.peak(); err != nil {
		return err
	}
	fmt.Fprintf(o.Progress, "docked in %.1f s, the station took %.0f MB; compare\n", r.Seconds, r.RSS)
	sizes, err := compare(ctx, s, cars, &r)
	if err != nil {
		return err
	}
	sum := 0
	for _, n := range sizes {
		sum += n
	}
	r.MB = float64(sum) / megabyte / r.Seconds
	fmt.Fprintln(o.Progress, "publish plainly")
	if took, err = publishPlainly(ctx, s, sizes, o.Cars); err != nil {
		return err
	}
	r.RawMB = float64(sum) / megabyte / took.Seconds()
	r.Share = r.MB / r.RawMB
	return errors.Join(r.print(out, o.JSON), r.check())
}

func (r Result) check() error {
	if r.Acked != r.Hits || r.Lost+r.Duplicated > 0 {
		return fmt.Errorf("%w: of %d hits %d have a receipt, %d are lost, %d doubled", ErrBroken, r.Hits, r.Acked, r.Lost, r.Duplicated)
	}
	return nil
}

func (r Result) print(out io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(r)
	}
	_, err := fmt.Fprintf(out, "%d hits of %d cars in %.1f s: %d with a receipt, %d lost, %d doubled.\n"+
		"%.1f MB/s, %.0f %% of the %.1f MB/s of plain publishing; the station took %.0f MB of memory.\n",
		r.Hits, r.Cars, r.Seconds, r.Acked, r.Lost, r.Duplicated, r.MB, 100*r.Share, r.RawMB, r.RSS)
	return err
}

// compare opens every record with the records key, and holds it to what its car sent.
// It returns the sizes of the sealed records.
func compare(ctx context.Context, s *running, cars []*car, r *Result) (sizes []int, err error) {
	sent := map[string][sha256.Size]byte{}
	for _, c := range cars {
		r.Acked += c.acked
		for _, ref := range c.refs() {
			sent[ref.ID] = sha256.Sum256(c.hit.body(ref.ID))
		}
	}
	raw, err := os.ReadFile(filepath.Join(s.dir, station.RecordsKeyFile))
	if err != nil {
		return nil, fmt.Errorf("read the records key: %w", err)
	}
	key, err := protocol.ParseRecordsKey(raw)
	if err != nil {
		return nil, err
	}
	op, err := station.Dial(ctx, s.dir)
	if err != nil {
		return nil, err
	}
	defer op.Close()
	there := map[string]int{}
	err = op.OpenRecords(ctx, key, nil, func(o station.Opened, err error) error {
		sizes = append(sizes, o.Bytes)
		if err == nil && sha256.Sum256(o.Body) == sent[o.ID] {
			there[o.ID]++
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	for id := range sent {
		switch n := there[id]; {
		case n == 0:
			r.Lost++
		case n > 1:
			r.Duplicated++
		}
	}
	if len(sizes) == 0 {
		return nil, fmt.Errorf("compare: %w", ErrBroken)
	}
	return sizes, nil
}
