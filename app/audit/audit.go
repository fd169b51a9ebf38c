// Package audit is the record of who did or looked at what, when and why: a
// chain of hashes in which no link can be changed, dropped or put in without
// [Verify] finding the place (IPC, Security: logging; CJIS AU-2, AU-3, AU-9).
//
// An [Event] is handed to the store together with the act that it records, and
// both are written in one transaction: no act without its record, no record
// without its act.
package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// ErrBroken is returned by [Verify]; the error names the sequence number at
// which the chain breaks.
var ErrBroken = errors.New("the audit chain is broken")

// Act names what was done. The values are stable: records are kept for years.
type Act string

const (
	SetUp              Act = "terminal.set-up"
	SignedIn           Act = "session.sign-in"
	SignInFailed       Act = "session.sign-in-failed"
	SignedOut          Act = "session.sign-out"
	Locked             Act = "session.lock"
	Unlocked           Act = "session.unlock"
	LockoutReleased    Act = "session.release"
	PersonRegistered   Act = "person.register"
	SettingsChanged    Act = "settings.change"
	PolicyInstalled    Act = "policy.install"
	PolicyRefused      Act = "policy.refuse"
	PolicyKeyTrusted   Act = "policy.trust-key"
	PolicyKeyDropped   Act = "policy.drop-key"
	HotlistImported    Act = "hotlist.import"
	HotlistChanged     Act = "hotlist.change"
	HotlistPurged      Act = "hotlist.purge"
	HotlistWithdrawn   Act = "hotlist.withdraw"
	HotlistRefused     Act = "hotlist.refuse"
	HotlistSetAside    Act = "hotlist.set-aside"
	PatrolStarted      Act = "patrol.start"
	PatrolEnded        Act = "patrol.end"
	HitRaised          Act = "hit.raise"
	HitPictured        Act = "hit.picture"
	HitOpened          Act = "hit.open"
	HitConfirmed       Act = "hit.confirm"
	HitDestroyed       Act = "hit.destroy"
	HitNotReviewed     Act = "hit.not-reviewed"
	HitVerified        Act = "hit.verify"
	NoticeRecorded     Act = "hit.notice"
	OutcomeRecorded    Act = "hit.outcome"
	HitDelivered       Act = "record.deliver"
	EntryProposed      Act = "entry.propose"
	EntryAmended       Act = "entry.amend"
	EntryApproved      Act = "entry.approve"
	EntryRefused       Act = "entry.refuse"
	EntryWithdrawn     Act = "entry.withdraw"
	EntryReceived      Act = "entry.receive"
	EntryExpired       Act = "entry.expire"
	EntryReported      Act = "entry.report"
	EntryUnquieted     Act = "entry.unquiet"
	Searched           Act = "search.run"
	SyncStarted        Act = "sync.start"
	SyncEnded          Act = "sync.end"
	SyncFailed         Act = "sync.fail"
	DeploymentRecorded Act = "deployment.record"
	AuditRead          Act = "audit.read"
)

// Event is what happened. It holds the least personal information that says so:
// the person who acted and ids of what was acted on. A plate stands in it only
// where it is the point: the one that a manual search asked for.
type Event struct {
	// At is UTC, kept to the hundredth of a second (CJIS AU-8).
	At time.Time `json:"at"`
	// Terminal names the car's terminal.
	Terminal string `json:"terminal"`
	// Name, Badge and Role are those of the person signed in; empty for what the
	// system does by itself.
	Name  string `json:"name,omitempty"`
	Badge string `json:"badge,omitempty"`
	Role  string `json:"role,omitempty"`
	Act   Act    `json:"act"`
	// Object is the id of what was accessed or changed.
	Object string `json:"object,omitempty"`
	// Reason is why, in the person's or the system's words.
	Reason string `json:"reason,omitempty"`
	// Outcome is "ok" or what went wrong.
	Outcome string `json:"outcome"`
	// Detail has counts and settings: before and after, rows accepted.
	Detail map[string]string `json:"detail,omitempty"`
}

// Format prints the act alone for every verb: the rest is personal.
func (e Event) Format(f fmt.State, _ rune) { io.WriteString(f, "[audit "+string(e.Act)+"]") }

// LogValue is what slog records of an event.
func (e Event) LogValue() slog.Value { return slog.StringValue(string(e.Act)) }

// Record is one link of the chain.
type Record struct {
	Sequence uint64   `json:"sequence"` // from 1
	Previous [32]byte `json:"previous"` // hash of the record before, zero for the first
	Event    Event    `json:"event"`
	Hash     [32]byte `json:"hash"`
}

// LogValue is what slog records of a link.
func (r Record) LogValue() slog.Value { return slog.Uint64Value(r.Sequence) }

// Next makes the record that follows previous; pass the zero Record for the
// first. It cuts the time to hundredths of a second in UTC.
func Next(previous Record, e Event) (Record, error) {
	e.At = e.At.UTC().Truncate(10 * time.Millisecond)
	r := Record{Sequence: previous.Sequence + 1, Previous: previous.Hash, Event: e}
	var err error
	r.Hash, err = r.digest()
	return r, err
}

// digest is SHA-256 over the record's JSON with an empty hash. encoding/json
// writes struct fields in order and map keys sorted, so it is stable.
func (r Record) digest() ([32]byte, error) {
	r.Hash = [32]byte{}
	b, err := json.Marshal(r)
	if err != nil {
		return [32]byte{}, fmt.Errorf("encode audit record %d: %w", r.Sequence, err)
	}
	return sha256.Sum256(b), nil
}

// Verify checks a whole chain, oldest record first. The error names the first
// record that does not fit.
func Verify(records []Record) error {
	var before Record
	for i, r := range records {
		sum, err := r.digest()
		switch {
		case err != nil:
			return err
		case r.Sequence != uint64(i)+1, r.Previous != before.Hash, !bytes.Equal(sum[:], r.Hash[:]):
			return fmt.Errorf("record %d: %w", i+1, ErrBroken)
		}
		before = r
	}
	return nil
}

// Store keeps the chain. Package store satisfies it; acts append to it inside
// their own transactions.
type Store interface {
	// Append records an event that changes nothing else.
	Append(ctx context.Context, e Event) error
	// Records returns the chain, oldest first.
	Records(ctx context.Context) ([]Record, error)
}
