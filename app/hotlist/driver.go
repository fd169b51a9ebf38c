package hotlist

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// SuspendedDriver is the category of plates that are registered to a suspended driver,
// the only one whose entries name a person (IPC, What is ALPR 4). It is no policy
// pack's to widen: no pack, layout or file can make a list name the owners of other
// plates.
const SuspendedDriver = "suspended-driver"

// Driver is what a list says of the suspended driver to whom the plate is registered,
// who need not be the one at the wheel. It is zero where the list says nothing.
type Driver struct {
	Name string `json:",omitempty"`
	// Lenses is set where the licence asks for glasses or corrective lenses; where it
	// is not set, that is unknown.
	Lenses bool `json:",omitempty"`
}

// Format prints "[driver]" for every verb.
func (Driver) Format(f fmt.State, _ rune) { io.WriteString(f, "[driver]") }

// LogValue is what slog records of a driver.
func (Driver) LogValue() slog.Value { return slog.StringValue("[driver]") }

// SuspendedDriver is the driver whom the entry may name: none where it stands under
// another category, wherever the entry came from.
func (e Entry) SuspendedDriver() Driver {
	if e.Category != SuspendedDriver {
		return Driver{}
	}
	return e.Driver
}

// readLenses reads whether glasses or corrective lenses are asked for. "no" says no
// more than nothing does: the driver may have got them since.
func readLenses(b []byte) (asked, ok bool) {
	switch strings.ToLower(string(b)) {
	case "yes":
		return true, true
	case "no":
		return false, true
	}
	return false, false
}
