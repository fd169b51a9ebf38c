package doctor

import (
	"fmt"
	"syscall"
)

// clockSynchronized asks the kernel whether something disciplines its clock, as
// timedatectl does: adjtimex(2) with nothing to set, status bit STA_UNSYNC.
func clockSynchronized() (bool, error) {
	const unsynchronized = 0x0040
	var state syscall.Timex
	if _, err := syscall.Adjtimex(&state); err != nil {
		return false, fmt.Errorf("ask the kernel about the clock: %w", err)
	}
	return state.Status&unsynchronized == 0, nil
}
