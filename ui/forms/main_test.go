package forms

import (
	"os"
	"runtime/debug"
	"testing"
)

// Fyne's test driver keeps every widget that it ever drew: to look through them all again
// and again for what is garbage would take most of the time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}
