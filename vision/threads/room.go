package threads

import (
	"os"
	"runtime"
)

// Room lets so many more goroutines of Go run at once than there are cores, for readers
// that spend their time in C: until Go notices, up to ten milliseconds later, each of
// them holds the place of a goroutine that could run. With as many readers as cores
// that was every place, and whoever came back from C, Fyne's goroutine after each call
// of OpenGL, waited for one. Where the environment says how many may run, they stay.
func Room(readers int) {
	if want := runtime.NumCPU() + readers; os.Getenv("GOMAXPROCS") == "" && runtime.GOMAXPROCS(0) < want {
		runtime.GOMAXPROCS(want)
	}
}
