package remains

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Memory searches all memory of a process that it can read and write itself: heap,
// stacks, and what is mapped, in the C library's part as well as in Go's. The
// process should be stopped meanwhile. It must be a child of the caller's, or the
// caller root (Yama's ptrace_scope).
func (n *Needles) Memory(ctx context.Context, name string, pid int) (Searched, error) {
	s := Searched{Place: name}
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return s, fmt.Errorf("search %s: %w", name, err)
	}
	defer maps.Close()
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return s, fmt.Errorf("search %s: %w", name, err)
	}
	defer memory.Close()
	unread := int64(0)
	lines := bufio.NewScanner(maps)
	for lines.Scan() && ctx.Err() == nil {
		var from, to uint64
		var mode string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &mode); err != nil {
			return s, fmt.Errorf("search %s: its map: %w", name, err)
		}
		// What cannot be written has what is on disk; vvar and the like have none.
		if !strings.HasPrefix(mode, "rw") || strings.HasSuffix(lines.Text(), "[vvar]") {
			continue
		}
		searched, found, err := n.Search(io.NewSectionReader(memory, int64(from), int64(to-from)))
		for i := range found {
			found[i].At += int64(from)
			found[i].Part = part(lines.Text())
		}
		s.Bytes += searched
		s.Found = append(s.Found, found...)
		if err != nil {
			unread += int64(to-from) - searched
		}
	}
	if unread > 0 {
		s.Left = fmt.Sprintf("%d bytes of devices could not be read", unread)
	}
	if err := errors.Join(lines.Err(), ctx.Err()); err != nil {
		return s, fmt.Errorf("search %s: %w", name, err)
	}
	return s, nil
}

// part is the name at the end of a line of a process's map.
func part(line string) string {
	const columns = 5 // before the name: addresses, mode, offset, device, inode
	for range columns {
		_, line, _ = strings.Cut(strings.TrimLeft(line, " "), " ")
	}
	return strings.TrimSpace(line)
}

// Swap searches the swap in use, device by device. It needs root; without, it says
// so, and how much of the process's memory is there.
func (n *Needles) Swap(ctx context.Context, name string, pid int) (Searched, error) {
	s := Searched{Place: name}
	table, err := os.ReadFile("/proc/swaps")
	if err != nil {
		return s, fmt.Errorf("search %s: %w", name, err)
	}
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")
	for _, line := range lines[min(1, len(lines)):] {
		device := strings.ReplaceAll(strings.Fields(line)[0], `\040`, " ")
		if err := n.swapped(ctx, &s, device); err != nil {
			out, _ := swappedOut(pid)
			s.Left = fmt.Sprintf("%v; of the program's memory %s are swapped out", err, out)
		}
	}
	return s, nil
}

func (n *Needles) swapped(ctx context.Context, s *Searched, device string) error {
	f, err := os.Open(device)
	if err != nil {
		return errors.New("the swap could not be read: start the proof as root")
	}
	defer f.Close()
	searched, found, err := n.Search(&stoppable{ctx, f})
	s.Bytes += searched
	s.Found = append(s.Found, found...)
	return err
}

// swappedOut is how much of a process's memory is in the swap, as the kernel words it.
func swappedOut(pid int) (string, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return "an unknown part", err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmSwap:"); ok {
			return strings.TrimSpace(rest), nil
		}
	}
	return "none", nil
}

// stoppable reads until its context ends.
type stoppable struct {
	ctx context.Context
	in  io.Reader
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.in.Read(p)
}
