//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// clobbering is what the Go runtime is asked for: the garbage collector overwrites
// what it frees; stacks stay where they are, so that none is left behind with what was
// on it; and a goroutine is interrupted where it calls a function, not anywhere by a
// signal: the kernel keeps all registers of a thread on its signal stack then, with what
// was just being copied, hashed or sealed in them, until the next signal comes. The
// runtime takes them at its start only.
const clobbering = "clobberfree=1,gcshrinkstackoff=1,asyncpreemptoff=1"

// clobberFreed starts the program again, in its own place, with a runtime that
// overwrites freed memory, unless it runs so already; and keeps it from leaving its
// memory in a file if it crashes.
func clobberFreed() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core dumps: %w", err)
	}
	had := os.Getenv("GODEBUG")
	if strings.Contains(had, clobbering) {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	set := strings.TrimPrefix(had+","+clobbering, ",")
	if err := os.Setenv("GODEBUG", set); err != nil {
		return fmt.Errorf("have freed memory overwritten: %w", err)
	}
	return errors.Join(errors.New("freed memory is not overwritten"), syscall.Exec(self, os.Args, os.Environ()))
}
