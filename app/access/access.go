// Package access holds who may use the terminal and for what: officers, their
// roles, what each role may do, and the session of the one who is signed in
// (IPC, Internal access; FL 2e–f, 6d).
//
// Names and badges are personal information: [Name] and [Badge] print as
// "[name]" and "[badge]" wherever they are formatted or logged.
package access

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"secondlook/app/audit"
)

var (
	// ErrNotAllowed is returned when the signed-in person's roles do not allow an act.
	ErrNotAllowed = errors.New("your role does not allow this")
	// ErrNotSignedIn is returned for any act while nobody is signed in.
	ErrNotSignedIn = errors.New("nobody is signed in")
	// ErrBadSignIn is returned for an unknown badge and for a wrong PIN alike.
	ErrBadSignIn = errors.New("badge or PIN is not right")
	// ErrLockedOut is returned after too many failed sign-ins.
	ErrLockedOut = errors.New("too many failed sign-ins: this badge is locked out")
	// ErrNotLockedOut is returned for the release of a badge that is not locked out.
	ErrNotLockedOut = errors.New("this badge is not locked out")
	// ErrWeakSecret is returned for a PIN or passphrase that is too short or too simple.
	ErrWeakSecret = errors.New("choose at least 8 characters that are not a run or a repetition")
	// ErrBadgeTaken is returned when a badge is in use already.
	ErrBadgeTaken = errors.New("this badge is registered already")
	// ErrOldRoster is returned for a roster that is not newer than the one applied.
	ErrOldRoster = errors.New("this roster is not newer than the one that is applied")
	// ErrIncomplete is returned when a name, badge or role is missing.
	ErrIncomplete = errors.New("name, badge and at least one role are needed")
)

// Name is a person's name.
type Name string

// Format prints "[name]" for every verb.
func (Name) Format(f fmt.State, _ rune) { io.WriteString(f, "[name]") }

// LogValue is what slog records of a name.
func (Name) LogValue() slog.Value { return slog.StringValue("[name]") }

// Badge is a person's unique identification number within the service.
type Badge string

// Format prints "[badge]" for every verb.
func (Badge) Format(f fmt.State, _ rune) { io.WriteString(f, "[badge]") }

// LogValue is what slog records of a badge.
func (Badge) LogValue() slog.Value { return slog.StringValue("[badge]") }

// Role is what somebody does with the system.
type Role string

const (
	Patrol        Role = "officer"
	Supervisor    Role = "supervisor"
	Trainer       Role = "trainer"
	Administrator Role = "administrator"
	Auditor       Role = "auditor"
)

// Roles is every role, in the order in which they are shown.
var Roles = []Role{Patrol, Supervisor, Trainer, Administrator, Auditor}

// Act is something a role may be allowed to do.
type Act string

const (
	ActPatrol       Act = "patrol"          // run cameras, see and answer alerts
	ActProposeEntry Act = "propose-entry"   // propose a manual entry
	ActApproveEntry Act = "approve-entry"   // approve or refuse another's entry
	ActSearch       Act = "search"          // manual check of a plate
	ActSeeHits      Act = "see-hits"        // open the hit log
	ActSync         Act = "sync"            // end the shift, sync at the dock
	ActPeople       Act = "manage-people"   // register, change, deactivate and release people
	ActTrain        Act = "record-training" // record that somebody was trained
	ActSettings     Act = "change-setting"  // cameras, lists, dock
	ActSeeAudit     Act = "see-audit"       // read the audit record
	ActExportAudit  Act = "export-audit"    // take a copy of the audit record out
	ActStatistics   Act = "read-statistics" // make the report of counts
	ActReview       Act = "review"          // draw reviews of others, see unusual use

	ActDisclose       Act = "record-disclosure" // write the disclosure log
	ActSeeDisclosures Act = "see-disclosures"   // read it
	ActAnswerRequest  Act = "answer-request"    // answer an individual's access request
	ActHold           Act = "hold-hit"          // put a hit on legal hold, release it
	ActOrder          Act = "order-preserving"  // order that non-hits be kept, where the policy allows it
	ActReportBreach   Act = "report-breach"     // report a suspected breach
)

// may is the one table of permissions.
var may = map[Role][]Act{
	Patrol: {ActPatrol, ActProposeEntry, ActSearch, ActSeeHits, ActSync, ActReportBreach},
	Supervisor: {ActPatrol, ActProposeEntry, ActApproveEntry, ActSearch, ActSeeHits, ActSync, ActStatistics, ActReview, ActDisclose, ActSeeDisclosures,
		ActAnswerRequest, ActHold, ActOrder, ActReportBreach},
	Trainer:       {ActPatrol, ActTrain, ActReportBreach},
	Administrator: {ActPeople, ActTrain, ActSettings, ActSync, ActStatistics, ActExportAudit, ActReportBreach},
	Auditor:       {ActSeeAudit, ActExportAudit, ActStatistics, ActReview, ActSeeDisclosures, ActReportBreach},
}

// Acts are every act that some role may do, in the order of the table.
func Acts() []Act {
	var all []Act
	for _, r := range Roles {
		for _, a := range may[r] {
			if !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
	}
	return all
}

// Acts are what the role may do.
func (r Role) Acts() []Act { return slices.Clone(may[r]) }

// privileged are the acts before which somebody proves again who they are (CJIS
// IA-11: privileged functions): those of a supervisor's or administrator's
// authority over others, over the policy's limits and over what the car looks for.
var privileged = []Act{ActApproveEntry, ActPeople, ActTrain, ActSettings}

// Privileged reports whether an act needs a fresh proof, see [ProofHolds].
func (a Act) Privileged() bool { return slices.Contains(privileged, a) }

// Officer is a person who may sign in.
type Officer struct {
	// ID is random and stands for the person where a name must not.
	ID    string
	Name  Name
	Badge Badge
	Roles []Role
	// Registered is when the person was put on this terminal.
	Registered time.Time
}

// LogValue is what slog records of an officer: the id that stands for the person.
func (o Officer) LogValue() slog.Value { return slog.StringValue(o.ID) }

// May reports whether one of the officer's roles allows an act.
func (o Officer) May(act Act) bool {
	return slices.ContainsFunc(o.Roles, func(r Role) bool { return slices.Contains(may[r], act) })
}

// Validate returns [ErrIncomplete] unless name, badge and known roles are there.
func (o Officer) Validate() error {
	if strings.TrimSpace(string(o.Name)) == "" || strings.TrimSpace(string(o.Badge)) == "" || len(o.Roles) == 0 {
		return ErrIncomplete
	}
	for _, r := range o.Roles {
		if !slices.Contains(Roles, r) {
			return fmt.Errorf("role %q: %w", string(r), ErrIncomplete)
		}
	}
	return nil
}

// CheckSecret refuses PINs and passphrases below CJIS IA-5(1): fewer than eight
// characters, one character repeated, or a run such as 12345678.
func CheckSecret(secret string) error {
	r := []rune(secret)
	if len(r) < 8 {
		return ErrWeakSecret
	}
	same, up, down := true, true, true
	for i := 1; i < len(r); i++ {
		same = same && r[i] == r[i-1]
		up = up && r[i] == r[i-1]+1
		down = down && r[i] == r[i-1]-1
	}
	if same || up || down {
		return ErrWeakSecret
	}
	return nil
}

// Lockout is when failed sign-ins lock a badge out, and for how long.
type Lockout struct {
	// Failures within Window lock the badge out.
	Failures int
	Window   time.Duration
	// Lasts is how long, unless an administrator releases the badge; 0 is until then,
	// but for the only administrator of a terminal, whom nobody could release: they
	// wait for Window.
	Lasts time.Duration
}

// DefaultLockout holds until a policy pack says otherwise (CJIS AC-7).
var DefaultLockout = Lockout{Failures: 5, Window: 15 * time.Minute, Lasts: 15 * time.Minute}

// ErrLockout is returned for a [Lockout] that is looser than CJIS AC-7.
var ErrLockout = errors.New("a lock-out comes after five failures in fifteen minutes at the latest")

// Validate returns [ErrLockout] for limits that are looser than CJIS AC-7: more
// than five failures, or a window of less than fifteen minutes.
func (l Lockout) Validate() error {
	if l.Failures < 1 || l.Failures > DefaultLockout.Failures || l.Window < DefaultLockout.Window || l.Lasts < 0 {
		return ErrLockout
	}
	return nil
}

// Keyring knows the people of a terminal and opens its store for them. Package
// store satisfies it. Every change is written in one transaction with its event.
type Keyring interface {
	// IsSetUp reports whether a first administrator exists.
	IsSetUp() (bool, error)
	// SetLockout sets when failed sign-ins lock a badge out.
	SetLockout(ctx context.Context, l Lockout) error
	// SetUp creates the store's keys and its first person, and leaves it open.
	SetUp(ctx context.Context, first Person, secret string, e audit.Event) error
	// SignIn opens the store. It returns [ErrBadSignIn], [ErrLockedOut] or
	// [ErrBadCode], which are recorded, and [ErrCodeNeeded], which is no failure.
	SignIn(ctx context.Context, badge Badge, proof Proof) (Person, error)
	// Lock forgets the keys, but for what a locked terminal needs to go on recording
	// hits and events, which nobody can open before the next Unlock or SignIn.
	Lock(ctx context.Context) error
	// Unlock opens the store after Lock. It returns the errors of SignIn.
	Unlock(ctx context.Context, badge Badge, proof Proof) (Person, error)
	// Verify checks a proof without opening anything. It returns the same errors.
	Verify(ctx context.Context, badge Badge, proof Proof) (Person, error)
	// People returns everybody this terminal knows, those who left too.
	People(ctx context.Context) ([]Person, error)
	// Register adds a person with a first secret. It returns [ErrBadgeTaken].
	Register(ctx context.Context, o Officer, secret string, e audit.Event) error
	// ChangePerson has do change a person's record: agreement, training, roles. It
	// returns do's error, [ErrUnknownPerson] or [ErrLastAdministrator].
	ChangePerson(ctx context.Context, id string, e audit.Event, do func(*Person) error) (Person, error)
	// ChangeSecret replaces a person's own secret. It returns [ErrBadSignIn],
	// [ErrLockedOut], [ErrWeakSecret] or [ErrSameSecret].
	ChangeSecret(ctx context.Context, badge Badge, old, next string, e audit.Event) error
	// GiveSecret gives a first secret to somebody who forgot theirs, has none on this
	// terminal yet, or comes back.
	GiveSecret(ctx context.Context, id, first string, e audit.Event) error
	// Deactivate destroys a person's key slot and second factor.
	Deactivate(ctx context.Context, id string, e audit.Event) error
	// SetFactor keeps a person's second factor; the zero Factor is none.
	SetFactor(ctx context.Context, id string, f Factor, e audit.Event) error
	// ApplyRoster brings people up to date with a station's roster: who is new becomes
	// known, who came with an earlier one and is not on it is deactivated. event makes
	// the event of what changed. It returns [ErrOldRoster].
	ApplyRoster(ctx context.Context, r Roster, event func(RosterChange) audit.Event) (RosterChange, error)
	// Release ends the lock-out of a badge. It returns [ErrNotLockedOut].
	Release(ctx context.Context, badge Badge, e audit.Event) error
	// Recovery says which recovery code there is; its time is zero for none.
	Recovery(ctx context.Context) (Recovery, error)
	// MakeRecovery makes a recovery code and ends the one before. event makes the
	// event of the code's name.
	MakeRecovery(ctx context.Context, event func(name string) audit.Event) (RecoveryCode, Recovery, error)
	// Recover gives the administrator of a badge a first secret and releases the badge;
	// it opens nothing. event makes the event of the code's name and the person's id.
	// It returns [ErrBadRecovery], [ErrLockedOut], [ErrNotAdministrator] or [ErrWeakSecret].
	Recover(ctx context.Context, code RecoveryCode, badge Badge, first string, event func(name, id string) audit.Event) error
	// Unpaired counts the people whose key slot is of the earlier kind: Rekey leaves
	// them without one, unless they sign in before.
	Unpaired(ctx context.Context) (int, error)
	// Rekey gives the store another file key and destroys the old one. progress is told
	// how many bytes of how many are done, and about how long it still takes. One that
	// was cut is gone on with; Rekeying says when that was begun, zero for none.
	Rekey(ctx context.Context, e audit.Event, progress func(done, total int64, left time.Duration)) error
	Rekeying(ctx context.Context) (begun time.Time, err error)
	// SignOut forgets the keys; the store stays as it is on disk.
	SignOut()
	// Close forgets the keys and closes the file.
	Close() error
}
