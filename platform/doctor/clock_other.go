//go:build !linux

package doctor

import "errors"

// clockSynchronized cannot be asked for on this system.
func clockSynchronized() (bool, error) {
	return false, errors.ErrUnsupported
}
