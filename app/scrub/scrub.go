// Package scrub overwrites what finished calls leave behind on a goroutine's stack.
// The collector overwrites what it frees of the heap; a stack it does not look at,
// and texts of plates pass over it: in buffers too small for the heap, in registers
// that were put by.
//
// A goroutine that handles plates calls [Stack] when it begins, so that its stack
// does not move later and leave its old place as it was, and whenever it is done
// with one. One that ends with that runs in [Around].
package scrub

import "runtime"

// room is how much of a stack is overwritten, in bytes: more than the work on one
// frame or one hit takes.
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

// Around calls work, on a stack that has grown before, and overwrites what it left
// there.
//
//go:noinline
func Around(work func()) {
	Stack()
	defer Stack()
	work()
}
