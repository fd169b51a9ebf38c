//go:build !linux

package scrub

// ThreadStack does nothing on this system.
func ThreadStack() {}
