//go:build linux || darwin || freebsd

package doctor

import (
	"fmt"
	"syscall"
)

// freeBytes returns what an ordinary user may still write to the folder's disk.
func freeBytes(folder string) (uint64, error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return 0, fmt.Errorf("look at the disk of %s: %w", folder, err)
	}
	return uint64(disk.Bavail) * uint64(disk.Bsize), nil
}
