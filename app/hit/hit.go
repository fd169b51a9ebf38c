// Package hit is the life of a hit: raised by a match, compared and judged by an
// officer, its record checked, the driver told, the outcome recorded.
//
//	raised ──► confirmed ──► verified ──► noticed ──► closed
//	   │            └──────► not actionable (destroyed)
//	   ├──► misread (destroyed)
//	   ├──► wrong jurisdiction (destroyed)
//	   └──► not reviewed (waits for a human)
//
// Only an officer gives a verdict; nothing here decides by itself. A hit
// rejected as inaccurate is a non-hit and is destroyed (IPC, Definitions).
package hit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/position"
)

var (
	// ErrWrongState is returned for a step that the hit's state does not allow.
	ErrWrongState = errors.New("this hit is not at that step")
	// ErrTooSoon is returned for a confirmation before the alert was visible
	// long enough to compare.
	ErrTooSoon = errors.New("compare the characters first")
	// ErrIncomplete is returned when an answer is missing.
	ErrIncomplete = errors.New("an answer is missing")
	// ErrNotFound is returned for a hit that is not in the store (any more).
	ErrNotFound = errors.New("no such hit")
)

// State is where a hit is in its life.
type State string

const (
	Raised            State = "raised"
	Confirmed         State = "confirmed"
	Verified          State = "verified"
	Noticed           State = "noticed"
	Closed            State = "closed"
	Misread           State = "misread"
	WrongJurisdiction State = "wrong-jurisdiction"
	NotActionable     State = "not-actionable"
	NotReviewed       State = "not-reviewed"
)

// Destroyed reports whether the state means that the hit is a non-hit or not
// actionable, and must be destroyed at once.
func (s State) Destroyed() bool {
	return s == Misread || s == WrongJurisdiction || s == NotActionable
}

// Waiting reports whether the hit still waits for a verdict.
func (s State) Waiting() bool { return s == Raised || s == NotReviewed }

// Activity is the entering agency's answer.
type Activity string

const (
	Active    Activity = "active"
	NotActive Activity = "not-active"
	NotYet    Activity = "not-yet" // the agency has not answered
)

// Verification is what the officer found out after confirming (FL 5d).
type Verification struct {
	Record Activity
	// OwnerReminder is set when the officer acknowledged that the driver may not
	// be the registered owner.
	OwnerReminder bool
	At            time.Time
}

// Notice records the verbal notice (IPC, Notice).
type Notice struct {
	Given bool
	// NoStop is set where no stop followed, so that there was nobody to tell.
	NoStop bool
	// Reason is the pack's code for not giving it; empty when given or no stop.
	Reason   string
	Language string // "en" or "fr", when given
	At       time.Time
}

// Outcome is what came of it.
type Outcome struct {
	Code string // of the pack's outcomes
	Note string
	At   time.Time
}

// Verdict is one officer's answer to an alert.
type Verdict struct {
	By access.Officer
	At time.Time
	// Seen is how long the alert had been visible.
	Seen time.Duration
}

// Hit is hit information: a read and what it matched. Pictures are kept beside
// it (see [Pictures]).
type Hit struct {
	// ID is random; it sorts by time raised and carries nothing personal.
	ID    string
	State State
	// RaisedAt is when the match was made, Read.At when the plate was seen.
	RaisedAt time.Time
	// Read is the read without its evidence.
	Read plate.Read
	// Matches are every entry matched, the gravest first; there is at least one.
	Matches []hotlist.Match
	// Place is where the patrol car was when the hit was raised, where the policy asks
	// for it and a receiver knew (IPC, What is ALPR 1); nil otherwise.
	Place        *position.Place `json:",omitempty"`
	Deployment   string          // id of the shift's deployment
	Verdict      *Verdict
	Verification *Verification
	Notice       *Notice
	Outcome      *Outcome
}

// Format prints the id and the state for every verb: the rest is personal.
func (h Hit) Format(f fmt.State, _ rune) { io.WriteString(f, "[hit "+h.ID+" "+string(h.State)+"]") }

// LogValue is what slog records of a hit.
func (h Hit) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", h.ID), slog.String("state", string(h.State)))
}

// Pictures are a hit's two pictures as JPEG.
type Pictures struct {
	Plate, Context []byte
}

// Confirm records that the read is correct. seen is how long the alert was
// visible, needed the pack's least time for that; below it Confirm returns
// [ErrTooSoon].
func (h *Hit) Confirm(by access.Officer, now time.Time, seen, needed time.Duration) error {
	if !h.State.Waiting() {
		return h.wrong("confirm")
	}
	if seen < needed {
		return ErrTooSoon
	}
	h.State, h.Verdict = Confirmed, &Verdict{By: by, At: now, Seen: seen}
	return nil
}

// Reject records that the hit is inaccurate: s is [Misread] or
// [WrongJurisdiction]. The caller must then destroy it.
func (h *Hit) Reject(s State, by access.Officer, now time.Time, seen time.Duration) error {
	if !h.State.Waiting() || (s != Misread && s != WrongJurisdiction) {
		return h.wrong("reject")
	}
	h.State, h.Verdict = s, &Verdict{By: by, At: now, Seen: seen}
	return nil
}

// Leave marks a hit nobody judged before the shift ended. It still waits for a
// human.
func (h *Hit) Leave() error {
	if h.State != Raised {
		return h.wrong("leave")
	}
	h.State = NotReviewed
	return nil
}

// Verify records the check with the entering agency. Where the record is not
// active any more the hit becomes [NotActionable], which the caller must
// destroy; "not yet" may be followed by another Verify.
func (h *Hit) Verify(v Verification) error {
	if h.State != Confirmed && !(h.State == Verified && h.Verification.Record == NotYet) {
		return h.wrong("verify")
	}
	switch v.Record {
	case Active, NotYet:
		if !v.OwnerReminder {
			return fmt.Errorf("owner reminder: %w", ErrIncomplete)
		}
		h.State = Verified
	case NotActive:
		h.State = NotActionable
	default:
		return fmt.Errorf("record check: %w", ErrIncomplete)
	}
	h.Verification = &v
	return nil
}

// Notify records the verbal notice: given, not given with a reason, or no stop.
func (h *Hit) Notify(n Notice) error {
	if h.State != Verified {
		return h.wrong("record the notice")
	}
	switch {
	case n.Given && (n.NoStop || n.Reason != ""):
		return fmt.Errorf("either given or not: %w", ErrIncomplete)
	case n.Given && n.Language != "en" && n.Language != "fr":
		return fmt.Errorf("language of the notice: %w", ErrIncomplete)
	case !n.Given && !n.NoStop && n.Reason == "":
		return fmt.Errorf("reason for not giving the notice: %w", ErrIncomplete)
	}
	h.State, h.Notice = Noticed, &n
	return nil
}

// Close records the outcome.
func (h *Hit) Close(o Outcome) error {
	if h.State != Noticed {
		return h.wrong("close")
	}
	if o.Code == "" {
		return fmt.Errorf("outcome: %w", ErrIncomplete)
	}
	h.State, h.Outcome = Closed, &o
	return nil
}

func (h *Hit) wrong(step string) error {
	return fmt.Errorf("%s a hit that is %s: %w", step, h.State, ErrWrongState)
}

// Store keeps hits, sealed. Package store satisfies it. Every change comes with
// its audit event and is durable when the method returns.
type Store interface {
	// Raise keeps a new hit and its pictures.
	Raise(ctx context.Context, h Hit, p Pictures, e audit.Event) error
	// PutPictures replaces a hit's pictures. It returns [ErrNotFound].
	PutPictures(ctx context.Context, id string, p Pictures, e audit.Event) error
	// Update replaces a hit. It returns [ErrNotFound].
	Update(ctx context.Context, h Hit, e audit.Event) error
	// Destroy destroys a hit, its pictures and its key. It returns [ErrNotFound].
	Destroy(ctx context.Context, id string, e audit.Event) error
	// Hits returns every hit in the car, oldest first.
	Hits(ctx context.Context) ([]Hit, error)
	// Pictures returns a hit's pictures. It returns [ErrNotFound].
	Pictures(ctx context.Context, id string) (Pictures, error)
}
