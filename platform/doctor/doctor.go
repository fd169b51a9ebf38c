// Package doctor tells a technician what is wrong with a terminal and what to do
// about it: a list of checks, a line each. Begin with Run; the checks of this
// package look at the machine itself, and others are built by whoever knows the
// part.
package doctor

import (
	"context"
	"fmt"
	"io"
	"unicode/utf8"
)

// Check is one thing to look at.
type Check struct {
	// Name says what is looked at, in a word or two: "Display".
	Name string
	// Run looks. detail says what was found and advice what to do about it; advice
	// is needed only when ok is false. Neither may hold personal information, a
	// password or an address that holds one.
	Run func(ctx context.Context) (detail, advice string, ok bool)
}

// Run runs the checks in order and writes a line for each as it is done:
//
//	ok  OpenCV   4.6.0
//	--  Display  no display: set DISPLAY, or start it from the desktop
//
// It returns whether all are well. When ctx ends, the checks left are not run
// and count as not well.
func Run(ctx context.Context, w io.Writer, checks []Check) bool {
	width := 0
	for _, check := range checks {
		width = max(width, utf8.RuneCountInString(check.Name))
	}
	well := true
	for _, check := range checks {
		detail, advice, ok := "not looked at", "run it again", false
		if ctx.Err() == nil {
			detail, advice, ok = check.Run(ctx)
		}
		mark := "ok"
		if !ok {
			mark, well = "--", false
			if advice != "" {
				detail += ": " + advice
			}
		}
		fmt.Fprintf(w, "%s  %-*s  %s\n", mark, width, check.Name, detail)
	}
	return well
}
