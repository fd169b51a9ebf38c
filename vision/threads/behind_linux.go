package threads

import (
	"runtime"
	"syscall"
)

// behind is how far readers stand behind the other threads, in steps of the nice value.
// Ten leave a thread about a tenth of what another gets while both want a core.
const behind = 10

// Behind has the calling goroutine give way to every thread of the usual priority
// for as long as it runs: reading plates takes all cores, and drawing the window, an
// alert above all, must not wait for a frame to be read. The goroutine keeps its
// thread to itself; with both ends the priority. Where the system refuses, which it
// has no reason to, the goroutine runs as any other.
func Behind() {
	runtime.LockOSThread()
	if nice, err := nice(); err == nil {
		_ = syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), min(nice+behind, 19))
	}
}

// nice is the calling thread's nice value; the kernel's call gives 20 less it.
func nice() (int, error) {
	got, err := syscall.Getpriority(syscall.PRIO_PROCESS, syscall.Gettid())
	return 20 - got, err
}
