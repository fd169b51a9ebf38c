// Package audit is the record of who did or looked at what, when and why: a
// chain of hashes in which no link can be changed, dropped or put in without
// [Verify] finding the place (IPC, Security: logging; CJIS AU-2, AU-3, AU-9).
//
// An [Event] is handed to the store together with the act that it records, and
// both are written in one transaction: no act without its record, no record
// without its act.
package audit

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

var (
	// ErrBroken is returned by [Verify] and [Check]; the error names the record at
	// which the chain breaks.
	ErrBroken = errors.New("the audit chain is broken")
	// ErrNotWritten is returned for an act that did not happen because its record
	// could not be written (CJIS AU-5).
	ErrNotWritten = errors.New("the audit record cannot be written, so nothing was done")
	// ErrFull is returned for an act that did not happen because the disk is full; what
	// was kept before is kept.
	ErrFull = errors.New("the disk is full")
	// ErrNotErased is returned where something was destroyed and recorded, but the disk
	// did not take the bytes that overwrite its key. The store's next write and its
	// next opening try again.
	ErrNotErased = errors.New("destroyed, but its key could not be overwritten on the disk yet")
	// ErrNoRecords is returned by [Store.Copy] for a time from which there is no record.
	ErrNoRecords = errors.New("there is no audit record of that time")
)

// Act names what was done. The values are stable: records are kept for years.
type Act string

const (
	SetUp               Act = "terminal.set-up"
	StoreMigrated       Act = "store.migrate"
	StoreRecovered      Act = "store.recover"
	StoreRekeyBegun     Act = "store.rekey.begin"
	StoreRekeyed        Act = "store.rekey"
	StoreDecommissioned Act = "store.decommission"
	SignedIn            Act = "session.sign-in"
	SignInFailed        Act = "session.sign-in-failed"
	SignedOut           Act = "session.sign-out"
	Locked              Act = "session.lock"
	Unlocked            Act = "session.unlock"
	LockoutReleased     Act = "session.release"
	PersonRegistered    Act = "person.register"
	PersonChanged       Act = "person.change"
	PersonDeactivated   Act = "person.deactivate"
	SecretChanged       Act = "person.secret-change"
	SecretGiven         Act = "person.secret-give"
	FactorEnrolled      Act = "person.factor-enrol"
	FactorReset         Act = "person.factor-reset"
	AgreementAccepted   Act = "person.agree"
	TrainingRecorded    Act = "person.train"
	Reauthenticated     Act = "session.prove"
	RosterApplied       Act = "roster.apply"
	InboxFolded         Act = "session.fold"
	StandbyKept         Act = "standby.keep"
	StandbyResumed      Act = "standby.resume"
	StandbyEnded        Act = "standby.end"
	RecoveryMade        Act = "recovery.make"
	RecoveryUsed        Act = "recovery.use"
	RecoveryFailed      Act = "recovery.fail"
	SettingsChanged     Act = "settings.change"
	PolicyInstalled     Act = "policy.install"
	PolicyRefused       Act = "policy.refuse"
	PolicyKeyTrusted    Act = "policy.trust-key"
	PolicyKeyDropped    Act = "policy.drop-key"
	HotlistImported     Act = "hotlist.import"
	HotlistChanged      Act = "hotlist.change"
	HotlistPurged       Act = "hotlist.purge"
	HotlistWithdrawn    Act = "hotlist.withdraw"
	HotlistRefused      Act = "hotlist.refuse"
	HotlistSetAside     Act = "hotlist.set-aside"
	HotlistLifted       Act = "hotlist.lift"
	SoundMuted          Act = "sound.mute"
	SoundUnmuted        Act = "sound.unmute"
	PatrolStarted       Act = "patrol.start"
	PatrolEnded         Act = "patrol.end"
	HitRaised           Act = "hit.raise"
	HitPictured         Act = "hit.picture"
	HitOpened           Act = "hit.open"
	HitConfirmed        Act = "hit.confirm"
	HitDestroyed        Act = "hit.destroy"
	HitNotReviewed      Act = "hit.not-reviewed"
	HitVerified         Act = "hit.verify"
	NoticeRecorded      Act = "hit.notice"
	OutcomeRecorded     Act = "hit.outcome"
	HitDelivered        Act = "record.deliver"
	EntryProposed       Act = "entry.propose"
	EntryAmended        Act = "entry.amend"
	EntryApproved       Act = "entry.approve"
	EntryRefused        Act = "entry.refuse"
	EntryWithdrawn      Act = "entry.withdraw"
	EntryReceived       Act = "entry.receive"
	EntryExpired        Act = "entry.expire"
	EntryReported       Act = "entry.report"
	EntryUnquieted      Act = "entry.unquiet"
	Searched            Act = "search.run"
	SyncStarted         Act = "sync.start"
	SyncEnded           Act = "sync.end"
	SyncFailed          Act = "sync.fail"
	SyncExported        Act = "sync.export"
	ReceiptTaken        Act = "sync.receipt"
	ReceiptRefused      Act = "sync.receipt-refuse"
	DeploymentRecorded  Act = "deployment.record"
	ExceptionNoted      Act = "deployment.exception"
	NoticePrinted       Act = "notice.print"
	ReportMade          Act = "report.make"
	AuditRead           Act = "audit.read"
	AuditExported       Act = "audit.export"
	Signed              Act = "audit.sign"
	ShiftEnded          Act = "shift.end"
	Refused             Act = "access.refuse"
	PeopleListed        Act = "person.list"
	HitsListed          Act = "hit.list"
	HitOffered          Act = "hit.offer"
	EntriesListed       Act = "entry.list"
	ReviewDrawn         Act = "review.drawn"
	ReviewLooked        Act = "review.unusual"
	ReviewFinding       Act = "review.finding"
	ReviewRead          Act = "review.read"

	DisclosureRecorded  Act = "disclosure.record"
	DisclosuresRead     Act = "disclosure.read"
	RequestAssembled    Act = "access-request.assemble"
	RequestAnswered     Act = "access-request.answer"
	RequestOpened       Act = "access-request.open"
	RequestExported     Act = "access-request.export"
	HitHeld             Act = "hit.hold"
	HitReleased         Act = "hit.release"
	RetentionPurged     Act = "retention.purge"
	PreservationOrdered Act = "preservation.order"
	PreservationKept    Act = "preservation.keep"
	PreservationOpened  Act = "preservation.open"
	PreservationEnded   Act = "preservation.end"
	BreachReported      Act = "breach.report"
	ClockJumped         Act = "clock.jump"
	ClockConfirmed      Act = "clock.confirm"
	PassengerDeclared   Act = "passenger.declare"
	PassengerEnded      Act = "passenger.end"
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

// Verify checks a whole chain, oldest record first. The error is a [Fault] that
// names the first record that does not fit, or whose signature does not.
func Verify(records []Record) error {
	_, err := Examine(records, nil)
	return err
}

// Examine is [Verify] for a chain that is also held to the terminal's public key,
// nil for none. Its report has no header.
func Examine(records []Record, key ed25519.PublicKey) (Report, error) {
	c := chain{key: key}
	for i, r := range records {
		if err := c.next(r); err != nil {
			return Report{Count: i}, &Fault{Number: uint64(i + 1), What: err.Error()}
		}
	}
	return Report{Count: len(records), Signatures: c.signatures, Signed: c.signed, Proven: key != nil}, nil
}

// Store keeps the chain. Package store satisfies it; acts append to it inside
// their own transactions.
type Store interface {
	// Append records an event that changes nothing else.
	Append(ctx context.Context, e Event) error
	// Sign records an event that changes nothing else, and in the same transaction
	// a record with the terminal's signature of the chain up to it: see [Signed].
	Sign(ctx context.Context, e Event) error
	// Records returns the chain, oldest first.
	Records(ctx context.Context) ([]Record, error)
	// Clock is what the record knows of the terminal's clock.
	Clock(ctx context.Context) (Clock, error)
	// Key is the public half of the key that signs on this terminal.
	Key(ctx context.Context) (ed25519.PublicKey, error)
	// Copy records e and returns the records from one time until before another,
	// signed; a zero time is no bound. It returns [ErrNoRecords].
	Copy(ctx context.Context, e Event, from, until time.Time) (Copy, error)
}
