//go:build !linux

package remains

import "context"

// Memory is searched on Linux only; elsewhere it says so.
func (n *Needles) Memory(_ context.Context, name string, _ int) (Searched, error) {
	return Searched{Place: name, Left: "only Linux shows a process's memory"}, nil
}

// Swap is searched on Linux only; elsewhere it says so.
func (n *Needles) Swap(_ context.Context, name string, _ int) (Searched, error) {
	return Searched{Place: name, Left: "only Linux shows its swap"}, nil
}
