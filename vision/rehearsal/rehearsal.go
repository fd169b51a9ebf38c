// Package rehearsal is a technician's dry run after mounting a camera: cameras,
// readers and hotlist as on patrol, without a window and without a store. It
// prints hits and counts and keeps nothing. Start with [Run].
package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"time"

	"secondlook/app/hotlist"
	"secondlook/app/patrol"
	"secondlook/app/plate"
)

// ErrNoFrames is returned by [Run] when no camera gave a single frame.
var ErrNoFrames = errors.New("no camera gave a picture: check its source, cable and power")

// Options are what is rehearsed.
type Options struct {
	Cameras []patrol.CameraSetting
	// Hotlist is the generic CSV (see package hotlist), Name what messages call it.
	Hotlist io.Reader
	Name    string
	// Allowed reports whether a category may be on a hotlist; nil allows all.
	Allowed func(category string) bool
	// Region is assumed for plates that do not say who issued them; may be empty.
	Region plate.Jurisdiction
	// Seconds is how long it takes; 0 is until all files and folders have been
	// played or ctx ends.
	Seconds float64
	// JSON prints one object a line in place of words.
	JSON   bool
	Vision patrol.Vision
	// Layouts are those that the hotlist may be in; none is the generic CSV.
	Layouts []hotlist.Layout
	// Problems takes what is not a result: rows refused, cameras in trouble. Nil
	// drops it.
	Problems io.Writer
	// Now is the clock; nil is the real one.
	Now func() time.Time
}

// hitLine is one hit as it is printed.
type hitLine struct {
	Camera       string  `json:"camera"`
	Read         string  `json:"read"`
	Confidence   float64 `json:"confidence"`
	Entry        string  `json:"entry"` // the listed plate
	Match        string  `json:"match"`
	Jurisdiction string  `json:"jurisdiction"`
	// LatencyMS is from the capture of the frame to the match.
	LatencyMS int64 `json:"latency_ms"`
}

// counts is the last line.
type counts struct {
	Frames  uint64 `json:"frames"`
	Reads   uint64 `json:"reads"`
	Hits    uint64 `json:"hits"`
	NonHits uint64 `json:"non_hits"`
	Dropped uint64 `json:"dropped"`
}

// Run rehearses until the time is over, every finite source has been played, or
// ctx ends, and prints to w: a line for each hit, and last a line of counts. A
// hit of several entries prints its best match. Every read is erased right after
// it was matched. It returns [ErrNoFrames], an error of the hotlist
// ([hotlist.ErrUnusable]), or what the cameras or w failed with.
func Run(ctx context.Context, w io.Writer, o Options) error {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Problems == nil {
		o.Problems = io.Discard
	}
	list, report, err := hotlist.Read(o.Hotlist, o.Layouts, hotlist.Options{Allowed: o.Allowed, Now: o.Now()})
	if err != nil {
		return fmt.Errorf("hotlist %s: %w", o.Name, err)
	}
	note(o.Problems, o.Name, report)
	list.Name = o.Name
	index := hotlist.NewIndex()
	index.Replace([]hotlist.List{list})

	if o.Seconds > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(o.Seconds*float64(time.Second)))
		defer cancel()
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	p := &printer{w: w, json: o.JSON, now: o.Now, failed: stop}
	sweeper := patrol.NewSweeper()
	defer sweeper.Close()
	loop := patrol.NewLoop(func(r plate.Read) []hotlist.Match { return index.Match(r, o.Now()) },
		func(r plate.Read, m []hotlist.Match) func() { p.hit(r, m); return nil }, sweeper)
	live, err := o.Vision.Start(ctx, o.Cameras, o.Region, loop.Handle)
	if err != nil {
		loop.Close()
		return fmt.Errorf("start the cameras: %w", err)
	}
	err = live.Wait()
	loop.Close()
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		err = nil // the end that was asked for
	}
	if p.err != nil {
		return fmt.Errorf("print a hit: %w", p.err)
	}
	return errors.Join(p.end(loop, live.Health(), o.Problems), wrap("cameras", err))
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// printer prints hits.
type printer struct {
	mu     sync.Mutex
	w      io.Writer
	json   bool
	now    func() time.Time
	failed context.CancelCauseFunc
	err    error // the first that w gave
}

func (p *printer) hit(r plate.Read, matches []hotlist.Match) {
	m := matches[0]
	latency := int64(0)
	if !r.At.IsZero() {
		latency = p.now().Sub(r.At).Milliseconds()
	}
	l := hitLine{Camera: r.Camera, Read: string(r.Text), Confidence: math.Round(r.Confidence*1000) / 1000,
		Entry: string(m.Entry.Plate), Match: m.Kind.String(), Jurisdiction: m.Jurisdiction.String(), LatencyMS: latency}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return
	}
	if p.json {
		p.err = json.NewEncoder(p.w).Encode(l)
	} else {
		sign := map[hotlist.Kind]string{hotlist.Exact: "=", hotlist.LookAlike: "≈"}[m.Kind]
		_, p.err = fmt.Fprintf(p.w, "%s: read %s (%.0f %%) %s listed %s, %s, jurisdiction %s, after %d ms\n",
			l.Camera, l.Read, l.Confidence*100, sign, l.Entry, l.Match, l.Jurisdiction, l.LatencyMS)
	}
	if p.err != nil {
		p.failed(p.err) // nobody reads the results: let the cameras go
	}
}

// end prints the counts, and notes cameras in trouble.
func (p *printer) end(loop *patrol.Loop, cameras []patrol.Health, notes io.Writer) error {
	var c counts
	c.Reads, c.Hits, c.NonHits = loop.Counts()
	for _, h := range cameras {
		c.Frames += h.Frames
		c.Dropped += h.Drops
		if h.Problem != "" {
			fmt.Fprintf(notes, "camera %s: %s\n", h.Name, h.Problem)
		}
	}
	var err error
	if p.json {
		err = json.NewEncoder(p.w).Encode(c)
	} else {
		_, err = fmt.Fprintf(p.w, "%d frames, %d reads, %d hits, %d non-hits, %d frames dropped. Nothing was kept.\n",
			c.Frames, c.Reads, c.Hits, c.NonHits, c.Dropped)
	}
	if err != nil {
		return fmt.Errorf("print the counts: %w", err)
	}
	if c.Frames == 0 {
		return ErrNoFrames
	}
	return nil
}

// note says what became of the hotlist's rows: counts and row numbers only.
func note(w io.Writer, name string, r hotlist.Report) {
	fmt.Fprintf(w, "hotlist %s: %d rows, %d accepted, %d refused\n", name, r.Rows, r.Accepted, r.RefusedRows())
	for _, why := range r.Reasons() {
		refusal := r.Refused[why]
		var at []string
		for _, place := range refusal.First {
			s := fmt.Sprint(place.Row)
			if place.Column != "" {
				s += " (" + place.Column + ")"
			}
			at = append(at, s)
		}
		if refusal.Count > len(refusal.First) {
			at = append(at, "…")
		}
		fmt.Fprintf(w, "  %s: %d, line %s\n", why, refusal.Count, strings.Join(at, ", "))
	}
	if n := len(r.UnknownColumns); n > 0 {
		fmt.Fprintf(w, "  columns of other names, dropped: %d\n", n)
	}
	if r.Accepted == 0 {
		fmt.Fprintln(w, "  no entry is in force: nothing can match")
	}
}
