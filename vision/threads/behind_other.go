//go:build !linux && !windows

package threads

// Behind does nothing where a thread's priority can only be lowered so far that the
// system takes its work for unimportant.
func Behind() {}
