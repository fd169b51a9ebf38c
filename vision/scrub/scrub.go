// Package scrub has memory overwritten when it is given back. Importing it is
// enough for the C and C++ libraries of the program, OpenCV, Tesseract and the
// networks' runtime: pictures, texts and everything between are gone as soon as
// they are freed, not when somebody else happens to need the room. Only Linux with
// glibc has that: there, the package takes the place of the C library's free and
// realloc, as programs with an allocator of their own do, and leaves the
// allocating to it.
//
// Stacks are overwritten on request: [Stack] and [ThreadStack].
package scrub

import "runtime"

// room is how much of a stack is overwritten, in bytes: more than one frame's
// work takes.
const room = 48 << 10

// Stack overwrites what the caller's finished calls have left on the goroutine's
// stack.
//
//go:noinline
func Stack() {
	var below [room]byte
	for i := range below {
		below[i] = 0
	}
	runtime.KeepAlive(&below)
}
