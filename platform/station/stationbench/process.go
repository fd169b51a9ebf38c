package stationbench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"secondlook/platform/station"
)

// running is a station in a process of its own.
type running struct {
	dir, address string
	folder       *station.Folder
	stop         context.CancelFunc
	cmd          *exec.Cmd
	complaints   bytes.Buffer
	// ended is closed when the process is, and failed then says why.
	ended  chan struct{}
	failed error
}

// ErrEnded is returned where the station ended before everything was measured.
var ErrEnded = errors.New("the station ended meanwhile")

// watched is a context that ends with the station too, and says so.
func (s *running) watched(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-s.ended:
			cancel(ErrEnded)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// startStation has a new station serve on a free port of this machine.
func startStation(ctx context.Context, program []string, within string) (_ *running, err error) {
	s := &running{ended: make(chan struct{})}
	if s.dir, err = os.MkdirTemp(within, "secondlook-station-bench-"); err != nil {
		return nil, fmt.Errorf("make a folder to measure in: %w", err)
	}
	ctx, s.stop = context.WithCancel(ctx)
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("start a station: %w", err), s.end())
		}
	}()
	args := append(program[1:len(program):len(program)], "--data", s.dir, "--listen", "127.0.0.1:0", "--name", "Bench")
	cmd := exec.CommandContext(ctx, program[0], args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Stderr = &s.complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err = cmd.Start(); err != nil {
		return nil, err
	}
	s.cmd = cmd
	line, err := bufio.NewReader(out).ReadString('\n')
	go func() { defer close(s.ended); s.failed = cmd.Wait() }() // it says nothing more
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "serving on ")
	if err != nil || !ok {
		return nil, errors.New("it did not say where it serves")
	}
	s.address = address
	s.folder, err = station.Open(s.dir)
	return s, err
}

// end stops the station and removes its files. What it complained about is in the
// error where it ended otherwise than it was told to.
func (s *running) end() error {
	s.stop()
	var err error
	if s.cmd != nil {
		<-s.ended
		if s.failed != nil && !errors.Is(s.failed, context.Canceled) {
			err = fmt.Errorf("the station: %w\n%s", s.failed, s.complaints.String())
		}
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// peak is the most memory that the process had so far, in megabytes.
func (s *running) peak() (float64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("ask for the station's memory: %w", err)
	}
	for line := range strings.Lines(string(raw)) {
		var kilobytes float64
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kilobytes); err == nil {
			return kilobytes * 1024 / megabyte, nil
		}
	}
	return 0, errors.New("ask for the station's memory: the system does not say")
}
