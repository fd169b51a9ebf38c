//go:build !linux

package sound

import "strings"

// devicePresent leaves it to the system's own sound interface.
func devicePresent() bool { return true }

// reason is the library's error without its name.
func reason(err error) string { return strings.TrimPrefix(err.Error(), "oto: ") }
