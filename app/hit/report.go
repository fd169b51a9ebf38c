package hit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hotlist"
)

var (
	// ErrReported is returned for an entry that a report keeps quiet already.
	ErrReported = errors.New("this entry is reported already, and quiet until the shift ends")
	// ErrNoReport is returned for a report that keeps no entry quiet (any more).
	ErrNoReport = errors.New("no entry is quiet by this report")
)

// ReportReason is the code of why an entry looks wrong. The codes are stable.
type ReportReason string

const (
	// PlateOfAnother: the listed plate does not belong to the vehicle listed with it.
	PlateOfAnother ReportReason = "plate-of-another"
	// Recovered: the vehicle or plate was found and given back already.
	Recovered ReportReason = "recovered"
	// Cleared: what the owner or driver was listed for is settled.
	Cleared ReportReason = "cleared"
	// WrongVehicle: make, model, year or colour are not those of the vehicle.
	WrongVehicle ReportReason = "wrong-vehicle"
	// WrongCategory: the entry stands under a reason that does not apply.
	WrongCategory ReportReason = "wrong-category"
	// OtherFault: the officer's words say what is wrong.
	OtherFault ReportReason = "other"
)

// ReportReasons is every reason, in the order in which they are shown.
var ReportReasons = []ReportReason{PlateOfAnother, Recovered, Cleared, WrongVehicle, WrongCategory, OtherFault}

// Report says that an entry of a hotlist looks wrong. It is about the entry alone:
// nothing of the read that led to it stands in it, so that it may outlive a hit
// that is destroyed. It goes to the list's owner, by way of the station (IPC,
// Accuracy: errors are told to the source).
type Report struct {
	// ID is random; it sorts by time and carries nothing personal.
	ID         string         `json:"id"`
	At         time.Time      `json:"at"`
	By         access.Officer `json:"by"`
	Terminal   string         `json:"terminal"`
	Deployment string         `json:"deployment,omitempty"` // id of the shift's, if one ran
	// List, Version and Made are the list's as it was matched; Source publishes it
	// and Contact is how to reach it, empty where unknown.
	List    string    `json:"list"`
	Version int       `json:"version"`
	Made    time.Time `json:"made"`
	Source  string    `json:"source,omitempty"`
	Contact string    `json:"contact,omitempty"`
	// Entry is the entry as the list has it, with the agency that entered it, but for
	// what it says of a driver.
	Entry  hotlist.Entry `json:"entry"`
	Reason ReportReason  `json:"reason"`
	Words  string        `json:"words,omitempty"` // the officer's
	// Quiet is set while the entry raises no alert: until the shift ends or
	// somebody lifts it.
	Quiet    bool            `json:"quiet"`
	Lifted   time.Time       `json:"lifted,omitzero"`
	LiftedBy *access.Officer `json:"lifted_by,omitempty"`
}

// Validate returns [ErrIncomplete] without an entry to name, without one of
// [ReportReasons], and without words where the reason is [OtherFault].
func (r Report) Validate() error {
	switch {
	case r.List == "" || r.Entry.ID == "":
		return fmt.Errorf("entry: %w", ErrIncomplete)
	case !slices.Contains(ReportReasons, r.Reason):
		return fmt.Errorf("what is wrong: %w", ErrIncomplete)
	case r.Reason == OtherFault && strings.TrimSpace(r.Words) == "":
		return fmt.Errorf("words for what is wrong: %w", ErrIncomplete)
	}
	return nil
}

// Lift lets the entry alert again before the shift ends. It returns [ErrNoReport]
// where the report keeps nothing quiet.
func (r *Report) Lift(by access.Officer, now time.Time) error {
	if !r.Quiet {
		return ErrNoReport
	}
	r.Quiet, r.Lifted, r.LiftedBy = false, now, &by
	return nil
}

// Format prints the id for every verb: the rest is personal.
func (r Report) Format(f fmt.State, _ rune) { io.WriteString(f, "[report "+r.ID+"]") }

// LogValue is what slog records of a report.
func (r Report) LogValue() slog.Value { return slog.StringValue(r.ID) }

// ReportStore keeps reports, sealed. Package store satisfies it.
type ReportStore interface {
	// PutReport adds or replaces a report.
	PutReport(ctx context.Context, r Report, e audit.Event) error
	// Reports returns every report in the car, oldest first.
	Reports(ctx context.Context) ([]Report, error)
}
