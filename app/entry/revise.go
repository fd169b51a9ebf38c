package entry

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/policy"
)

var (
	// ErrWider is returned when a supervisor's amendment would lengthen an entry or
	// let it travel further than its author asked for.
	ErrWider = errors.New("an amendment may not last longer or go further than was proposed: refuse the entry, and have it proposed anew")
	// ErrOtherPlate is returned when an amendment or a renewal names another plate.
	ErrOtherPlate = errors.New("another plate is another entry: propose it by itself")
	// ErrUnchanged is returned for an amendment that changes nothing.
	ErrUnchanged = errors.New("nothing was changed")
)

// Field names what an amendment may change. The values are stable.
type Field string

const (
	FieldJurisdiction Field = "jurisdiction"
	FieldCategory     Field = "category"
	FieldReason       Field = "reason"
	FieldFile         Field = "file"
	FieldExpiry       Field = "expiry"
	FieldEnds         Field = "ends"
	FieldDistribution Field = "distribution"
	FieldDescriptors  Field = "descriptors"
	FieldVehicle      Field = "vehicle"
)

// content copies what a person writes into an entry, all but the plate.
func (e *Entry) content(from Entry) {
	e.Jurisdiction, e.Category, e.Reason, e.FileNumber = from.Jurisdiction, from.Category, from.Reason, from.FileNumber
	e.Expires, e.Ends, e.Distribution, e.Descriptors = from.Expires, from.Ends, from.Distribution, from.Descriptors
	e.Make, e.Model, e.Colour = from.Make, from.Model, from.Colour
}

// changed lists the fields in which two entries differ.
func (e Entry) changed(to Entry) (fields []Field) {
	for _, f := range []struct {
		name Field
		same bool
	}{
		{FieldJurisdiction, e.Jurisdiction == to.Jurisdiction},
		{FieldCategory, e.Category == to.Category},
		{FieldReason, e.Reason == to.Reason},
		{FieldFile, e.FileNumber == to.FileNumber},
		{FieldExpiry, e.Expires.Equal(to.Expires)},
		{FieldEnds, e.Ends.Equal(to.Ends)},
		{FieldDistribution, e.Distribution == to.Distribution},
		{FieldDescriptors, e.Descriptors == to.Descriptors},
		{FieldVehicle, e.Make == to.Make && e.Model == to.Model && e.Colour == to.Colour},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// Amend changes a proposal that is not decided yet: to has its new content. Only
// its author may, and may change all but the plate. The time that the category
// allows still counts from the first proposal.
func (e *Entry) Amend(by access.Officer, to Entry, p *policy.Pack, now time.Time) error {
	switch {
	case e.State != Proposed:
		return ErrWrongState
	case !samePerson(by, e.Author):
		return access.ErrNotAllowed
	}
	return e.amend(to, p, now)
}

// ApproveAmended lets a proposal onto the hotlist as a supervisor other than its
// author corrects it, with the reason for it (IPC, Manual entries): another
// category, a shorter time, a narrower distribution, better words; never another
// plate, a longer time or a wider distribution.
func (e *Entry) ApproveAmended(by access.Officer, to Entry, why string, p *policy.Pack, now time.Time) error {
	if err := e.mayDecide(by); err != nil {
		return err
	}
	switch {
	case to.Expires.After(e.Expires), to.Distribution == policy.Shared && e.Distribution != policy.Shared:
		return ErrWider
	case strings.TrimSpace(why) == "":
		return fmt.Errorf("reason: %w", ErrIncomplete)
	}
	if err := e.amend(to, p, now); err != nil {
		return err
	}
	e.decide(Approved, by, now, why)
	return nil
}

func (e *Entry) amend(to Entry, p *policy.Pack, now time.Time) error {
	if to.Plate != e.Plate {
		return ErrOtherPlate
	}
	next := *e
	next.content(to)
	fields := e.changed(next)
	if len(fields) == 0 {
		return ErrUnchanged
	}
	if err := next.Validate(p, now); err != nil {
		return err
	}
	for _, f := range fields {
		if !slices.Contains(next.Amended, f) {
			next.Amended = append(slices.Clip(next.Amended), f)
		}
	}
	next.Revision++
	*e = next
	return nil
}

// Renewal is the proposal that is to take an entry's place: of the same plate,
// with the content of to, for another supervisor to decide on like any other. The
// time that its category allows counts anew. The author and supervisors may ask
// for one while the entry is on the hotlist or after its time is over.
func (e Entry) Renewal(by access.Officer, to Entry, id string, p *policy.Pack, now time.Time) (Entry, error) {
	switch {
	case e.State != Approved && e.State != Expired:
		return Entry{}, ErrWrongState
	case !samePerson(by, e.Author) && !by.May(access.ActApproveEntry):
		return Entry{}, access.ErrNotAllowed
	case to.Plate != e.Plate:
		return Entry{}, ErrOtherPlate
	}
	next := Entry{ID: id, State: Proposed, Plate: e.Plate, Author: by, Service: e.Service, Proposed: now, Replaces: e.ID, Revision: 1}
	next.content(to)
	return next, next.Validate(p, now)
}

// Retire takes an entry off the hotlist whose renewal is on it; it reports whether
// it did.
func (e *Entry) Retire(renewal Entry, now time.Time) bool {
	if e.State != Approved || renewal.State != Approved || renewal.Replaces != e.ID || e.ID == renewal.ID || renewal.Plate != e.Plate {
		return false
	}
	e.State, e.ReplacedBy, e.Decided, e.Revision = Withdrawn, renewal.ID, now, e.Revision+1
	return true
}
