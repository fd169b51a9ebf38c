package threads

import (
	"runtime"

	"golang.org/x/sys/windows"
)

var setThreadPriority = windows.NewLazySystemDLL("kernel32.dll").NewProc("SetThreadPriority")

// belowNormal is THREAD_PRIORITY_BELOW_NORMAL.
const belowNormal = -1

// Behind has the calling goroutine give way to every thread of the usual priority
// for as long as it runs; see its namesake for Linux.
func Behind() {
	runtime.LockOSThread()
	priority := belowNormal
	_, _, _ = setThreadPriority.Call(uintptr(windows.CurrentThread()), uintptr(priority))
}
