// Package position reads where the car is from its receiver: from gpsd, which reports
// JSON over TCP, or as NMEA 0183 from a serial port, a network server, a named pipe or
// a file. Begin with [Receiver].
//
// Nothing here logs a report or keeps one, and no error says where the car was.
package position

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"secondlook/app/position"
)

const (
	// silence is how long a receiver may say nothing until it is opened anew; all of
	// them report at least once a second.
	silence = 15 * time.Second
	// firstTry and longestTry bound the pause before a receiver is opened again.
	firstTry   = time.Second
	longestTry = 30 * time.Second
	// longestLine is the most that is read as one report, in bytes: gpsd's list of
	// satellites is the longest that there is.
	longestLine = 64 << 10
)

// ErrNoFix is returned by [Receiver.Probe] where a receiver answers and does not know
// where it is.
var ErrNoFix = errors.New("the receiver reports no position: it needs a clear view of the sky")

// Receiver opens sources of positions. The zero Receiver is ready.
type Receiver struct {
	// Script is the speed of demo mode's car in kilometres an hour, ok false while the
	// scenario gives none; nil outside of demo mode.
	Script func() (kmh float64, ok bool)
	// Now is the terminal's clock; nil is the machine's.
	Now func() time.Time

	pause func(context.Context, time.Duration) // of tests
}

// Follow hands every valid fix of a source to heard, one after the other, until ctx
// ends. A source that is lost or says nothing is opened again and again; what it
// reports of no valid fix is passed over.
func (r Receiver) Follow(ctx context.Context, source string, heard func(position.Fix)) {
	wait := firstTry
	for ctx.Err() == nil {
		_ = r.read(ctx, source, func(f position.Fix) { // that nothing is heard says it all
			wait = firstTry
			heard(f)
		}, func() {})
		r.rest(ctx, wait)
		wait = min(2*wait, longestTry)
	}
}

// Probe waits for a valid fix of a source. It returns [ErrNoFix], or why the source
// cannot be read, when ctx ends before there is one.
func (r Receiver) Probe(ctx context.Context, source string) error {
	ctx, done := context.WithCancel(ctx)
	defer done()
	found, answers := false, false
	var fault error
	for ctx.Err() == nil {
		err := r.read(ctx, source, func(position.Fix) { found = true; done() }, func() { answers = true })
		if ctx.Err() == nil {
			fault = err
			r.rest(ctx, firstTry)
		}
	}
	switch {
	case found:
		return nil
	case answers || fault == nil:
		return ErrNoFix
	}
	return fault
}

func (r Receiver) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}

// rest waits, at most until ctx ends.
func (r Receiver) rest(ctx context.Context, d time.Duration) {
	if r.pause != nil {
		r.pause(ctx, d)
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// read opens a source once and reads it to its end. answered is called for every line
// that could be a report.
func (r Receiver) read(ctx context.Context, source string, heard func(position.Fix), answered func()) error {
	s, err := position.ParseSource(source)
	if err != nil {
		return err
	}
	if s.Kind == position.Script {
		return r.script(ctx, heard)
	}
	in, err := open(ctx, s)
	if err != nil {
		return fmt.Errorf("open the receiver: %w", err)
	}
	// What waits for a line is woken by closing what it reads.
	quiet := time.AfterFunc(silence, func() { in.Close() })
	defer quiet.Stop()
	defer context.AfterFunc(ctx, func() { in.Close() })()
	defer in.Close()
	parse := parseNMEA
	if s.Kind == position.GPSD {
		parse = parseGPSD
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 4<<10), longestLine)
	for lines.Scan() {
		quiet.Reset(silence)
		answered()
		f, err := parse(lines.Bytes())
		if err != nil {
			continue
		}
		f.At = r.now()
		heard(f)
		if in.paced {
			r.rest(ctx, time.Second)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the receiver: %w", err)
	}
	return io.EOF
}

// script reports the scenario's speed once a second, from the middle of Lake Ontario:
// no street has a scene of demo mode.
func (r Receiver) script(ctx context.Context, heard func(position.Fix)) error {
	for ctx.Err() == nil && r.Script != nil {
		if kmh, ok := r.Script(); ok {
			heard(position.Fix{Place: position.Place{Latitude: 43.65, Longitude: -77.8, At: r.now()}, KMH: kmh})
		}
		r.rest(ctx, time.Second)
	}
	return ctx.Err()
}
