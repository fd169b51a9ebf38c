package position

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestRequirement49_ASerialPortIsRead(t *testing.T) {
	far, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("this machine makes no terminals: ", err)
	}
	defer far.Close()
	if err := unix.IoctlSetPointerInt(int(far.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(far.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	talking := make(chan struct{})
	go func() {
		defer close(talking)
		for range 400 { // what was said before the port was opened is lost
			if _, err := far.WriteString(satellite + "\r\n" + driving + "\r\n"); err != nil {
				return
			}
			unix.Nanosleep(&unix.Timespec{Nsec: 20e6}, nil)
		}
	}()
	follow(t, hurried(), fmt.Sprintf("/dev/pts/%d@4800", n), 3)
	far.Close()
	<-talking
}

func TestRequirement49_APipeIsRead(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "receiver")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	writer, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	go writer.WriteString(driving + "\n" + driving + "\n")
	follow(t, hurried(), pipe, 2)
}
