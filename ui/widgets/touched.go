package widgets

import "sync/atomic"

var touched atomic.Pointer[func()]

// Touched has a function called whenever somebody uses a button or writes into a
// field: Fyne tells a window of no key and no tap that a widget takes. There is one
// such function at a time.
func Touched(f func()) { touched.Store(&f) }

func touch() {
	if f := touched.Load(); f != nil {
		(*f)()
	}
}
