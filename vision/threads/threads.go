// Package threads keeps OpenCV to one thread of its own.
//
// One picture a core is faster than one picture on all cores: the networks are
// so small that a second core gives a forward pass next to nothing. Measured on two
// cores, finding and reading the plates of the same pictures took 4.2 s of processor
// time with one thread and 4.5 s with two; a patrol, which reads as many frames side
// by side as there are cores, would have them wait for one another on top. gocv has
// no call for it.
package threads

// #cgo !windows pkg-config: opencv4
// #cgo CXXFLAGS: --std=c++11
// #include "threads.h"
import "C"

import (
	"os"
	"sync"
)

var once sync.Once

// One sets OpenCV to one thread a call and makes it and FFmpeg silent: what they
// print may hold the address of a camera and its password. Only the first call
// does anything; it must come before the first camera is opened.
func One() {
	once.Do(func() {
		// Read by OpenCV when it first opens a stream; -8 is AV_LOG_QUIET.
		os.Setenv("OPENCV_FFMPEG_LOGLEVEL", "-8")
		C.secondlook_one_quiet_thread()
	})
}
