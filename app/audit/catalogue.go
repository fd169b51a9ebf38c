package audit

import (
	"errors"
	"fmt"
)

// Kind says what an act is to somebody who reviews the record.
type Kind string

const (
	// Session: who was at the terminal, or tried to be.
	Session Kind = "session"
	// Use: hit information, entries or searches were looked at or acted upon.
	Use Kind = "use"
	// Administration: people, settings and lists.
	Administration Kind = "administration"
	// Duty: the course of a shift, and what the terminal does by itself.
	Duty Kind = "duty"
	// Taken: information left the terminal for a person's hands.
	Taken Kind = "taken"
	// Oversight: the record itself was read, signed or reviewed.
	Oversight Kind = "oversight"
)

// Rule says of an act which fields its record must have, and why it is recorded.
// Time, terminal and outcome are in every record. What an act means is said on
// screen, in both languages, under the key "audit.act." and the act.
type Rule struct {
	Act  Act
	Kind Kind
	// Person is set where somebody must be named: name, badge and role.
	Person bool
	// Object is set where the id of what was accessed must be there, Reason where
	// the reason must.
	Object, Reason bool
	// Detail are the keys that must be there.
	Detail []string
	// Source is who asks for it.
	Source string
}

// Who asks for the records.
const (
	// sourceAccess: each instance of access and use, by name, number, time,
	// information accessed and reason.
	sourceAccess   = "IPC, Internal access; FL 7c"
	sourceLogs     = "IPC, Security: logging"
	sourceLists    = "IPC, Accuracy: updates are logged"
	sourceConfig   = "IPC, System configuration: changes are logged"
	sourceSignIn   = "CJIS AU-2: sign-in attempts, successful or not"
	sourceAdmin    = "CJIS AU-2: acts of privileged accounts"
	sourceDenied   = "CJIS AU-2: attempts to use what a role does not allow"
	sourceRecord   = "CJIS AU-2, AU-9: access to the audit record"
	sourceReview   = "IPC, Reviews and audits; CJIS AU-6"
	sourceShift    = "FL 2d, 5e: deployments"
	sourceAccuracy = "IPC, Accuracy: erroneous entries are corrected at their source"
	sourceTraining = "IPC, Training; FL 5c"
	sourceMoving   = "NHTSA, Driver Distraction Guidelines (2013)"
	sourceManual   = "IPC, Manual entries"
	sourceClock    = "CJIS AU-8: time stamps"
	sourceErase    = "IPC, Retention; FL 6e"
	sourceRequest  = "IPC, Access to information requests"
	sourceNonHits  = "IPC, Managing hit and non-hit information"
)

// Catalogue is every act that is recorded.
var Catalogue = []Rule{
	{Act: SetUp, Kind: Administration, Person: true, Detail: []string{DetailKey}, Source: sourceAdmin},
	{Act: StoreMigrated, Kind: Duty, Detail: []string{"from", "to"}, Source: sourceConfig},
	{Act: StoreRecovered, Kind: Administration, Person: true, Detail: []string{"hits", "lost-hits", "records"}, Source: sourceRecord},
	{Act: StoreRekeyBegun, Kind: Administration, Person: true, Reason: true, Source: sourceAdmin},
	{Act: StoreRekeyed, Kind: Administration, Person: true, Reason: true, Detail: []string{"slots", "without"}, Source: sourceAdmin},
	{Act: StoreDecommissioned, Kind: Administration, Person: true, Reason: true, Detail: []string{"unsynced", "last-sync"}, Source: sourceErase},
	{Act: SignedIn, Kind: Session, Person: true, Object: true, Source: sourceSignIn},
	{Act: SignInFailed, Kind: Session, Detail: []string{DetailFailed}, Source: sourceSignIn},
	{Act: SignedOut, Kind: Session, Person: true, Source: sourceSignIn},
	{Act: Locked, Kind: Session, Person: true, Source: sourceSignIn},
	{Act: InboxFolded, Kind: Session, Detail: []string{"records"}, Source: sourceLogs},
	{Act: Unlocked, Kind: Session, Person: true, Source: sourceSignIn},
	{Act: Refused, Kind: Session, Person: true, Detail: []string{DetailAct}, Source: sourceDenied},
	{Act: PersonRegistered, Kind: Administration, Person: true, Object: true, Source: sourceAdmin},
	{Act: PersonChanged, Kind: Administration, Person: true, Object: true, Reason: true, Detail: []string{"roles"}, Source: sourceAdmin},
	{Act: PersonDeactivated, Kind: Administration, Person: true, Object: true, Reason: true, Source: sourceAdmin},
	{Act: SecretChanged, Kind: Session, Person: true, Object: true, Source: sourceSignIn},
	{Act: SecretGiven, Kind: Administration, Person: true, Object: true, Reason: true, Source: sourceAdmin},
	{Act: FactorEnrolled, Kind: Session, Person: true, Object: true, Source: sourceSignIn},
	{Act: FactorReset, Kind: Administration, Person: true, Object: true, Reason: true, Source: sourceAdmin},
	{Act: Reauthenticated, Kind: Session, Person: true, Object: true, Source: sourceSignIn},
	{Act: AgreementAccepted, Kind: Session, Person: true, Object: true, Detail: []string{"agreement"}, Source: sourceTraining},
	{Act: TrainingRecorded, Kind: Administration, Person: true, Object: true, Detail: []string{"trained", "course"}, Source: sourceTraining},
	{Act: RosterApplied, Kind: Administration, Person: true, Detail: []string{"version", "added", "changed", "removed"}, Source: sourceAdmin},
	{Act: RecoveryMade, Kind: Administration, Person: true, Object: true, Source: sourceAdmin},
	{Act: RecoveryUsed, Kind: Administration, Object: true, Detail: []string{"slot"}, Source: sourceAdmin},
	{Act: RecoveryFailed, Kind: Session, Detail: []string{DetailFailed}, Source: sourceSignIn},
	{Act: LockoutReleased, Kind: Administration, Person: true, Object: true, Reason: true, Source: sourceAdmin},
	{Act: PolicyInstalled, Kind: Administration, Person: true, Object: true, Detail: []string{"before", "after"}, Source: sourceConfig},
	{Act: PolicyRefused, Kind: Administration, Detail: []string{"why"}, Source: sourceConfig},
	{Act: PolicyKeyTrusted, Kind: Administration, Person: true, Object: true, Reason: true, Source: sourceConfig},
	{Act: PolicyKeyDropped, Kind: Administration, Person: true, Object: true, Reason: true, Source: sourceConfig},
	{Act: PeopleListed, Kind: Administration, Person: true, Detail: []string{"count"}, Source: sourceAdmin},
	{Act: SettingsChanged, Kind: Administration, Person: true, Reason: true, Source: sourceConfig},
	{Act: HotlistImported, Kind: Administration, Person: true, Detail: []string{"list", "before", "accepted"}, Source: sourceLists},
	{Act: HotlistRefused, Kind: Administration, Person: true, Source: sourceLists},
	{Act: HotlistChanged, Kind: Administration, Person: true, Detail: []string{"list", "before", "accepted", "added"}, Source: sourceLists},
	{Act: HotlistPurged, Kind: Duty, Detail: []string{"list", "expired", "withdrawn", "duplicates"}, Source: sourceLists},
	{Act: HotlistSetAside, Kind: Duty, Detail: []string{"list"}, Source: sourceLists},
	{Act: HotlistLifted, Kind: Duty, Detail: []string{"list", "removed"}, Source: sourceLists},
	{Act: HotlistWithdrawn, Kind: Administration, Person: true, Detail: []string{"list"}, Source: sourceLists},
	{Act: SoundMuted, Kind: Duty, Person: true, Source: sourceConfig},
	{Act: SoundUnmuted, Kind: Duty, Person: true, Source: sourceConfig},
	{Act: PatrolStarted, Kind: Duty, Person: true, Object: true, Source: sourceShift},
	{Act: PatrolEnded, Kind: Duty, Person: true, Object: true, Source: sourceShift},
	{Act: PassengerDeclared, Kind: Duty, Person: true, Source: sourceMoving},
	{Act: PassengerEnded, Kind: Duty, Person: true, Source: sourceMoving},
	{Act: StandbyKept, Kind: Duty, Person: true, Object: true, Source: sourceConfig},
	{Act: StandbyResumed, Kind: Duty, Object: true, Detail: []string{"since"}, Source: sourceLogs},
	{Act: StandbyEnded, Kind: Duty, Person: true, Source: sourceErase},
	{Act: DeploymentRecorded, Kind: Duty, Person: true, Object: true, Source: sourceShift},
	{Act: ExceptionNoted, Kind: Duty, Person: true, Object: true, Source: sourceShift},
	{Act: ReportMade, Kind: Taken, Person: true, Source: "IPC, Reviews and audits; FL 7b"},
	{Act: ShiftEnded, Kind: Duty, Person: true, Detail: []string{"waiting", "unfinished"}, Source: sourceShift},
	{Act: HitRaised, Kind: Duty, Object: true, Detail: []string{"category", "list", "match"}, Source: sourceLogs},
	{Act: HitPictured, Kind: Duty, Object: true, Source: sourceLogs},
	{Act: HitsListed, Kind: Use, Person: true, Reason: true, Detail: []string{"count"}, Source: sourceAccess},
	{Act: HitOpened, Kind: Use, Person: true, Object: true, Reason: true, Source: sourceAccess},
	{Act: HitConfirmed, Kind: Use, Person: true, Object: true, Detail: []string{"state", DetailSeen}, Source: sourceAccess},
	{Act: HitDestroyed, Kind: Use, Person: true, Object: true, Detail: []string{"state", "category", "list"}, Source: sourceErase},
	{Act: HitNotReviewed, Kind: Duty, Object: true, Detail: []string{"state"}, Source: sourceLogs},
	{Act: HitVerified, Kind: Use, Person: true, Object: true, Detail: []string{"state"}, Source: sourceAccess},
	{Act: HitOffered, Kind: Use, Person: true, Object: true, Reason: true, Source: sourceAccess},
	{Act: NoticeRecorded, Kind: Use, Person: true, Object: true, Detail: []string{"state", "notice"}, Source: "IPC, Notice"},
	{Act: NoticePrinted, Kind: Taken, Person: true, Object: true, Detail: []string{"to"}, Source: "IPC, Complaint and redress mechanisms"},
	{Act: OutcomeRecorded, Kind: Use, Person: true, Object: true, Detail: []string{"state", "outcome"}, Source: sourceAccess},
	{Act: HitDelivered, Kind: Duty, Person: true, Object: true, Source: sourceErase},
	{Act: EntriesListed, Kind: Use, Person: true, Reason: true, Detail: []string{"count"}, Source: sourceAccess},
	{Act: EntryProposed, Kind: Use, Person: true, Object: true, Reason: true, Source: sourceManual},
	{Act: EntryAmended, Kind: Use, Person: true, Object: true, Source: sourceManual},
	{Act: EntryApproved, Kind: Use, Person: true, Object: true, Source: sourceManual},
	{Act: EntryRefused, Kind: Use, Person: true, Object: true, Reason: true, Source: sourceManual},
	{Act: EntryWithdrawn, Kind: Use, Person: true, Object: true, Source: sourceManual},
	{Act: EntryReceived, Kind: Duty, Object: true, Source: sourceManual},
	{Act: EntryExpired, Kind: Duty, Object: true, Source: sourceManual},
	{Act: EntryReported, Kind: Use, Person: true, Object: true, Reason: true, Detail: []string{"list", "category"}, Source: sourceAccuracy},
	{Act: EntryUnquieted, Kind: Use, Object: true, Detail: []string{"list", "category"}, Source: sourceAccuracy},
	{Act: Searched, Kind: Use, Person: true, Object: true, Reason: true, Detail: []string{"purpose", DetailPlate}, Source: "IPC, Manual searches"},
	{Act: SyncStarted, Kind: Duty, Person: true, Source: sourceLogs},
	{Act: SyncEnded, Kind: Duty, Person: true, Detail: []string{"delivered", "lists", "entries"}, Source: sourceLogs},
	{Act: SyncFailed, Kind: Duty, Person: true, Detail: []string{"delivered", "why"}, Source: sourceLogs},
	{Act: SyncExported, Kind: Taken, Person: true, Object: true, Detail: []string{"records", "order"}, Source: sourceLogs},
	{Act: ReceiptTaken, Kind: Duty, Person: true, Object: true, Detail: []string{"records", "digest", "proof"}, Source: sourceErase},
	{Act: ReceiptRefused, Kind: Duty, Person: true, Detail: []string{"why"}, Source: sourceErase},
	{Act: AuditRead, Kind: Oversight, Person: true, Source: sourceRecord},
	{Act: AuditExported, Kind: Taken, Person: true, Reason: true, Source: sourceRecord},
	{Act: Signed, Kind: Oversight, Detail: []string{DetailKey, DetailThrough, DetailHead, DetailSignature}, Source: "CJIS AU-9, AU-10"},
	{Act: ReviewDrawn, Kind: Oversight, Person: true, Object: true, Detail: []string{"seed", "from", "until", "people", "acts", "through"}, Source: sourceReview},
	{Act: ReviewLooked, Kind: Oversight, Person: true, Detail: []string{"from", "until", "flags"}, Source: sourceReview},
	{Act: ReviewFinding, Kind: Oversight, Person: true, Object: true, Detail: []string{"finding", "about"}, Source: sourceReview},
	{Act: DisclosureRecorded, Kind: Taken, Person: true, Object: true, Reason: true, Detail: []string{"plates"}, Source: "IPC, Disclosure; FL 6c"},
	{Act: DisclosuresRead, Kind: Use, Person: true, Detail: []string{"records"}, Source: sourceAccess},
	{Act: RequestAssembled, Kind: Use, Person: true, Object: true, Reason: true, Source: sourceRequest},
	{Act: RequestOpened, Kind: Use, Person: true, Object: true, Source: sourceRequest},
	{Act: RequestAnswered, Kind: Use, Person: true, Object: true, Reason: true, Detail: []string{"items", "withheld", "sections-withheld"}, Source: sourceRequest},
	{Act: RequestExported, Kind: Taken, Person: true, Object: true, Reason: true, Detail: []string{"form"}, Source: sourceRequest},
	{Act: HitHeld, Kind: Use, Person: true, Object: true, Reason: true, Detail: []string{"authority"}, Source: sourceErase},
	{Act: HitReleased, Kind: Use, Person: true, Object: true, Reason: true, Source: sourceErase},
	{Act: ClockJumped, Kind: Duty, Detail: []string{"record", "clock"}, Source: sourceClock},
	{Act: ClockConfirmed, Kind: Administration, Person: true, Reason: true, Detail: []string{"before", "after"}, Source: sourceClock},
	{Act: RetentionPurged, Kind: Duty, Source: sourceErase},
	{Act: PreservationOrdered, Kind: Use, Person: true, Object: true, Reason: true, Detail: []string{"case", "area", "from", "until", "settled-by"}, Source: sourceNonHits},
	{Act: PreservationKept, Kind: Duty, Object: true, Detail: []string{"non-hits"}, Source: sourceNonHits},
	{Act: PreservationOpened, Kind: Use, Person: true, Object: true, Reason: true, Source: sourceNonHits},
	{Act: PreservationEnded, Kind: Duty, Object: true, Reason: true, Detail: []string{"non-hits"}, Source: sourceNonHits},
	{Act: BreachReported, Kind: Oversight, Person: true, Object: true, Detail: []string{"kind"}, Source: "IPC, Security: breach protocols"},
	{Act: ReviewRead, Kind: Oversight, Person: true, Source: sourceReview},
}

// The keys of details that reviews look at.
const (
	// DetailFailed and DetailLockedOut count failed sign-ins, the second those while
	// the badge was locked out.
	DetailFailed    = "failed"
	DetailLockedOut = "locked_out"
	// DetailAct is what was refused.
	DetailAct = "act"
	// DetailSeen is how long an alert had been visible at its verdict, in milliseconds.
	DetailSeen = "seen_ms"
	// DetailPlate is the plate of a manual search.
	DetailPlate = "plate"
)

// RuleOf finds the rule of an act.
func RuleOf(a Act) (Rule, bool) {
	for _, r := range Catalogue {
		if r.Act == a {
			return r, true
		}
	}
	return Rule{}, false
}

// ErrIncomplete is returned by [Event.Check]; the error names the act and what is
// missing.
var ErrIncomplete = errors.New("the event is not as the catalogue says")

// Check returns [ErrIncomplete] for an event that the catalogue does not know or
// that misses a field.
func (e Event) Check() error {
	rule, ok := RuleOf(e.Act)
	if !ok {
		return fmt.Errorf("%s is not in the catalogue: %w", e.Act, ErrIncomplete)
	}
	for _, f := range []struct {
		must  bool
		name  string
		value string
	}{
		{true, "terminal", e.Terminal}, {true, "outcome", e.Outcome}, {rule.Object, "object", e.Object}, {rule.Reason, "reason", e.Reason},
		{rule.Person, "name", e.Name}, {rule.Person, "badge", e.Badge}, {rule.Person, "role", e.Role},
	} {
		if f.must && f.value == "" {
			return fmt.Errorf("%s without %s: %w", e.Act, f.name, ErrIncomplete)
		}
	}
	if e.At.IsZero() {
		return fmt.Errorf("%s without a time: %w", e.Act, ErrIncomplete)
	}
	for _, key := range rule.Detail {
		if e.Detail[key] == "" {
			return fmt.Errorf("%s without %s: %w", e.Act, key, ErrIncomplete)
		}
	}
	return nil
}
