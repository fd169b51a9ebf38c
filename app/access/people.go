package access

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"secondlook/app/policy"
)

var (
	// ErrReauthenticate is returned for a privileged act when the last proof of who
	// somebody is lies too far back.
	ErrReauthenticate = errors.New("prove again who you are: give your PIN")
	// ErrSessionOver is returned for any act when the session's hours are over.
	ErrSessionOver = errors.New("the hours of this session are over: lock the screen and unlock it")
	// ErrNotReady is returned for any act while something is missing that the policy
	// asks of everybody who operates the system, see [Need].
	ErrNotReady = errors.New("something is missing before you may operate the system")
	// ErrLastAdministrator is returned where a change would leave the terminal
	// without an administrator who can sign in.
	ErrLastAdministrator = errors.New("at least one administrator must remain on this terminal")
	// ErrOwnAccount is returned where an administrator would change what another one
	// must change for them (CJIS AC-5).
	ErrOwnAccount = errors.New("another administrator must do this for your own account")
	// ErrUnknownPerson is returned for a person who is not on this terminal.
	ErrUnknownPerson = errors.New("nobody of that kind is registered on this terminal")
	// ErrSameSecret is returned where a new PIN or passphrase is the old one.
	ErrSameSecret = errors.New("choose one that is not the one you have")
	// ErrBadTraining is returned for training without a course, or on a day to come.
	ErrBadTraining = errors.New("training needs a course, and a day that is not to come")
)

// ProofHolds is how long a proof of who somebody is holds for privileged acts.
// CJIS IA-11 asks for a new one when they are done and names no time.
const ProofHolds = 10 * time.Minute

// Signature is a person's acceptance of the agreement and undertaking of
// confidentiality (IPC, Training).
type Signature struct {
	Version int
	At      time.Time
}

// Training is the training that a person has on record (IPC, Training; FL 5c).
type Training struct {
	On     time.Time
	Course string
	// By is the id of who recorded it; empty for the station's roster.
	By string
}

// Validate returns [ErrBadTraining].
func (t Training) Validate(now time.Time) error {
	if strings.TrimSpace(t.Course) == "" || t.On.IsZero() || t.On.After(now) {
		return ErrBadTraining
	}
	return nil
}

// Person is what a terminal knows of somebody who may sign in, or could.
type Person struct {
	Officer `json:"Officer"`
	Signed  Signature `json:",omitzero"`
	Trained Training  `json:",omitzero"`
	// FirstSecret is set while the person's secret is one that an administrator gave.
	FirstSecret bool `json:",omitempty"`
	// SecondFactor is when the person's second factor was enrolled; zero for none.
	SecondFactor time.Time `json:",omitzero"`
	// FactorRequired is set where the roster asks for one, whatever the roles.
	FactorRequired bool `json:",omitempty"`
	// RosterID is the person's id on the station's roster; empty for who is not on it.
	RosterID string `json:",omitempty"`
	// Left is when the person was deactivated; zero for nobody.
	Left time.Time `json:",omitzero"`

	// CanSignIn is set where the person has a secret on this terminal, LockedOut while
	// failed sign-ins keep it from opening anything. The store fills them in.
	CanSignIn bool `json:"-"`
	LockedOut bool `json:"-"`
}

// Has reports whether the person has a role.
func (p Person) Has(r Role) bool { return slices.Contains(p.Roles, r) }

// Proof is how somebody proves who they are. It prints as "[proof]".
type Proof struct {
	Secret string
	// Code is the second factor's; empty where there is none.
	Code string
	// SecretOnly is set where the secret alone will do: to unlock one's own session,
	// and before a privileged act (NIST SP 800-63B, 4.2.3).
	SecretOnly bool
}

// Format prints "[proof]" for every verb.
func (Proof) Format(f fmt.State, _ rune) { io.WriteString(f, "[proof]") }

// Need is what a person must still do before they may operate the system.
type Need string

const (
	// NeedNothing: the person may operate the system.
	NeedNothing Need = ""
	// NeedSecret: choose an own PIN or passphrase in place of the first one, which
	// an administrator knows (CJIS IA-5).
	NeedSecret Need = "secret"
	// NeedFactor: enrol the second factor that the policy asks for.
	NeedFactor Need = "second-factor"
	// NeedAgreement: accept the agreement in force.
	NeedAgreement Need = "agreement"
	// NeedTraining: be trained, and have it recorded by somebody else.
	NeedTraining Need = "training"
)

// Needs returns the first thing that keeps a person from operating the system
// (IPC, Training; FL 5c).
func Needs(p *policy.Pack, who Person, now time.Time) Need {
	switch {
	case who.FirstSecret:
		return NeedSecret
	case who.SecondFactor.IsZero() && NeedsFactor(p, who):
		return NeedFactor
	case who.Signed.Version != p.Agreement.Version || !now.Before(p.Agreement.Ends(who.Signed.At)):
		return NeedAgreement
	case !IsTrained(p, who, now):
		return NeedTraining
	}
	return NeedNothing
}

// NeedsFactor reports whether a person must have a second factor.
func NeedsFactor(p *policy.Pack, who Person) bool {
	return who.FactorRequired || slices.ContainsFunc(who.Roles, func(r Role) bool { return p.Session.NeedsSecondFactor(string(r)) })
}

// IsTrained reports whether a person's training is on record and not lapsed.
func IsTrained(p *policy.Pack, who Person, now time.Time) bool {
	return !who.Trained.On.IsZero() && now.Before(p.Training.Ends(who.Trained.On))
}
