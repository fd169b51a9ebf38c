package doctor

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// freeBytes returns what an ordinary user may still write to the folder's disk.
func freeBytes(folder string) (uint64, error) {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return 0, fmt.Errorf("look at the disk of %s: %w", folder, err)
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return 0, fmt.Errorf("look at the disk of %s: %w", folder, err)
	}
	return free, nil
}
