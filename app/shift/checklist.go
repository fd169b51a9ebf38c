package shift

import (
	"slices"
	"time"
)

// Item is what a line of the pre-shift checklist looks at (requirements row 50).
type Item string

const (
	ItemCamera    Item = "camera"
	ItemPosition  Item = "position"
	ItemClock     Item = "clock"
	ItemList      Item = "list"
	ItemStore     Item = "store"
	ItemSync      Item = "sync"
	ItemVoice     Item = "voice"
	ItemTraining  Item = "training"
	ItemAgreement Item = "agreement"
)

// State is how a line of the checklist is.
type State string

const (
	// Well: nothing to do.
	Well State = "well"
	// NotWell must be acknowledged with a note before a patrol begins.
	NotWell State = "not-well"
	// NotFitted: this terminal does not have it; nobody needs to do anything.
	NotFitted State = "not-fitted"
)

// Check is one line of the checklist. What it says in words, and what to do, goes
// by Item and Found.
type Check struct {
	Item Item
	// Name is the camera's or the list's, empty for the other items.
	Name  string
	State State
	// Found says what was found: "frames", "none", "old".
	Found string
	// Age is how old a list or the last sync is, or how long what was found still
	// holds, where Found speaks of a time.
	Age time.Duration
	// Count is how many records wait, entries a list has or bytes are free, where
	// Found speaks of a number.
	Count uint64
}

// Label names the line in a record: "list CPIC: old".
func (c Check) Label() string {
	label := string(c.Item)
	if c.Name != "" {
		label += " " + c.Name
	}
	return label + ": " + c.Found
}

// AllWell reports whether nothing on a checklist needs to be acknowledged.
func AllWell(checks []Check) bool {
	return !slices.ContainsFunc(checks, func(c Check) bool { return c.State == NotWell })
}
