package protocol

import (
	"time"

	"secondlook/app/shift"
)

// Headers of a record, in the clear beside its sealed body: what the station needs
// to know when the record's time is over, and how much of it came in pieces. They say
// nothing about anybody: two days, whether the record is on legal hold, a size.
const (
	HeaderCaptured = "SecondLook-Captured"
	HeaderUsed     = "SecondLook-Used"
	HeaderHold     = "SecondLook-Hold"
	// HeaderPieces is how many bytes of the body are in pieces, see [Upload].
	HeaderPieces = "SecondLook-Pieces"
)

// Headers are all of them.
var Headers = []string{HeaderCaptured, HeaderUsed, HeaderHold, HeaderPieces}

// Keeping is what the headers say. Times are zero where there is none.
type Keeping struct {
	// Captured is the beginning of the day of the record, Used the end of the day of
	// its last use: a longest time counts from the first, a least time from the second.
	Captured, Used time.Time
	Held           bool
}

// RetentionHeader makes the headers of a parcel.
func RetentionHeader(p shift.Parcel) map[string][]string {
	h := map[string][]string{}
	for name, t := range map[string]time.Time{HeaderCaptured: p.Captured, HeaderUsed: p.Used} {
		if !t.IsZero() {
			h[name] = []string{t.UTC().Format(time.DateOnly)}
		}
	}
	if p.Held {
		h[HeaderHold] = []string{"1"}
	}
	return h
}

// ParseRetention reads the headers of a record that was received at a time. What
// cannot be, such as a day after that, counts as missing.
func ParseRetention(h map[string][]string, received time.Time) Keeping {
	k := Keeping{Held: first(h, HeaderHold) != ""}
	if day, err := time.Parse(time.DateOnly, first(h, HeaderCaptured)); err == nil && !day.After(received) {
		k.Captured = day
	}
	if day, err := time.Parse(time.DateOnly, first(h, HeaderUsed)); err == nil && !day.After(received) {
		k.Used = day.AddDate(0, 0, 1)
	}
	return k
}

func first(h map[string][]string, name string) string {
	if v := h[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}
