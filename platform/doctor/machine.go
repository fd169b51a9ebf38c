package doctor

import (
	"context"
	"crypto/fips140"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"
)

// leastFree is the disk space below which a shift could fill the disk: room for
// some ten thousand hits with their pictures.
const leastFree = 1 << 30 // bytes

// Display checks that a window could be opened.
func Display() Check {
	return Check{"Display", func(context.Context) (string, string, bool) {
		if runtime.GOOS != "linux" {
			return "the system's own", "", true
		}
		if display := os.Getenv("DISPLAY"); display != "" {
			return "DISPLAY is " + display, "", true
		}
		if os.Getenv("WAYLAND_DISPLAY") != "" {
			return "Wayland without Xwayland", "switch Xwayland on, so that DISPLAY is set", false
		}
		return "no display", "set DISPLAY, or start it from the desktop", false
	}}
}

// Cryptography says which cryptographic module the program has, and whether it runs
// in FIPS 140-3 mode (CJIS Security Policy, SC-13): "Go Cryptographic Module v1.26.0,
// FIPS 140-3 mode on". A module that is not a frozen release is called latest.
func Cryptography() (text string, on bool) {
	mode := "off"
	if fips140.Enabled() {
		mode = "on"
	}
	return fmt.Sprintf("Go Cryptographic Module %s, FIPS 140-3 mode %s", fips140.Version(), mode), fips140.Enabled()
}

// Module checks that the cryptographic module runs in FIPS 140-3 mode.
func Module() Check {
	return Check{"Cryptography", func(context.Context) (string, string, bool) {
		text, on := Cryptography()
		return text, "take fips140=off out of GODEBUG, and start it again", on
	}}
}

// Disk checks that the disk of the folder has room for a shift's hits.
func Disk(folder string) Check {
	return Check{"Disk", func(context.Context) (string, string, bool) {
		free, err := freeBytes(folder)
		if err != nil {
			return "free space unknown", "check that the data folder exists", false
		}
		return room(free)
	}}
}

// room judges the bytes that are free.
func room(free uint64) (detail, advice string, ok bool) {
	detail = fmt.Sprintf("%.1f GB free", float64(free)/(1<<30))
	return detail, "free at least 1 GB, or hits may not be kept", free >= leastFree
}

// Folder checks that files can be made in the data folder and are kept from
// other users.
func Folder(folder string) Check {
	return Check{"Data folder", func(context.Context) (string, string, bool) {
		info, err := os.Stat(folder)
		switch {
		case errors.Is(err, os.ErrNotExist):
			return "does not exist", "start SecondLook once, or make " + folder, false
		case err != nil || !info.IsDir():
			return "cannot be used", folder + " must be a folder that this user can open", false
		case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
			return "open to other users", "chmod 700 " + folder, false
		}
		file, err := os.CreateTemp(folder, "doctor-*")
		if err != nil {
			return "cannot be written", "give this user " + folder + ", or remount its disk read-write", false
		}
		defer os.Remove(file.Name())
		_, err = file.Write([]byte("written by secondlook doctor"))
		if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
			return "cannot be written", "check the disk of " + folder, false
		}
		return "writable, closed to others", "", true
	}}
}

// Clock checks that the clock is set and kept right: the times of hits, expiries
// and audit records rest on it.
func Clock(now func() time.Time) Check {
	return Check{"Clock", func(context.Context) (string, string, bool) {
		synchronized, err := clockSynchronized()
		return clock(now(), synchronized, err)
	}}
}

// clock judges the time and whether something keeps it right.
func clock(now time.Time, synchronized bool, err error) (detail, advice string, ok bool) {
	detail = now.Format("2006-01-02 15:04 MST")
	switch {
	case now.Year() < 2026 || now.Year() > 2100:
		return detail, "set the date and time", false
	case err != nil:
		return detail + ", not known whether it is kept right", "compare it with a clock you trust", false
	case !synchronized:
		return detail + ", not synchronised", "switch on network or satellite time (timedatectl set-ntp true)", false
	}
	return detail + ", synchronised", "", true
}

// Sound checks that alerts can be heard. open tries the sound device and returns
// what is wrong with it.
func Sound(open func(context.Context) error) Check {
	return Check{"Sound", func(ctx context.Context) (string, string, bool) {
		if err := open(ctx); err != nil {
			return err.Error(), "connect or switch on a loudspeaker, then start again", false
		}
		return "device found", "", true
	}}
}

// Car is the computer in the car as the pre-shift checklist asks for it.
type Car struct {
	// Folder is where the store is.
	Folder string
}

// ClockKept reports whether the system keeps its clock right.
func (Car) ClockKept() (bool, error) { return clockSynchronized() }

// DiskFree is how many bytes are free in the folder.
func (c Car) DiskFree() (uint64, error) { return freeBytes(c.Folder) }
