package audit

// The outcomes that the program writes. They are codes, which screens say in words;
// they are stable.
const (
	OutcomeOK            = "ok"
	OutcomeFailed        = "failed"
	OutcomeRefused       = "refused" // not what was signed, or not valid
	OutcomeHeldBack      = "held-back"
	OutcomeUnusable      = "unusable"
	OutcomeUnreadable    = "unreadable"
	OutcomeNoCameras     = "cameras-not-started"
	OutcomeBadSecret     = "bad-secret"
	OutcomeLockedOut     = "locked-out"
	OutcomeOtherCode     = "other-code" // no recovery code of this terminal
	OutcomeNotAllRead    = "not-all-read"
	OutcomeNotAllowed    = "not-allowed"
	OutcomeNotReady      = "not-ready"
	OutcomeOwnAccount    = "own-account"
	OutcomeLastAdmin     = "last-administrator"
	OutcomeOwnEntry      = "own-entry"
	OutcomeOwnActs       = "own-acts"
	OutcomeCategory      = "category"
	OutcomeExpiry        = "expiry"
	OutcomeSuspension    = "suspension"
	OutcomeWider         = "wider"
	OutcomeDistribution  = "distribution"
	OutcomeTooSoon       = "too-soon"
	OutcomeUnknownAnswer = "unknown-answer"
	OutcomeGround        = "legal-ground"
	OutcomeNeedsCase     = "needs-case"
	OutcomeOrdersOff     = "orders-off"
	OutcomeWindow        = "window"
	OutcomeMoving        = "moving"   // nobody but the driver was there to act
	OutcomeKeyLeft       = "key-left" // the machine's key store kept a key that opens nothing
)

// Outcomes are all of them.
var Outcomes = []string{OutcomeOK, OutcomeFailed, OutcomeRefused, OutcomeHeldBack, OutcomeUnusable, OutcomeUnreadable, OutcomeNoCameras,
	OutcomeBadSecret, OutcomeLockedOut, OutcomeOtherCode, OutcomeNotAllRead, OutcomeNotAllowed, OutcomeNotReady, OutcomeOwnAccount, OutcomeLastAdmin, OutcomeOwnEntry,
	OutcomeOwnActs, OutcomeCategory, OutcomeExpiry, OutcomeSuspension, OutcomeWider, OutcomeDistribution, OutcomeTooSoon,
	OutcomeUnknownAnswer, OutcomeGround, OutcomeNeedsCase, OutcomeOrdersOff, OutcomeWindow, OutcomeMoving, OutcomeKeyLeft}

// The reasons that the program writes where no person gives one. They too are
// stable codes.
const (
	ReasonHitLog         = "hit-log"
	ReasonAlert          = "alert"
	ReasonContext        = "context-picture"
	ReasonEntries        = "manual-entries"
	ReasonDispatch       = "dispatch"
	ReasonSetUp          = "set-up"
	ReasonTraining       = "training"
	ReasonShiftEnded     = "shift-ended"
	ReasonOrdersOff      = "orders-off"
	ReasonAuthorityEnded = "authority-ended"
	ReasonUnknownBadge   = "unknown-badge"
	ReasonNotResumed     = "not-resumed"
	ReasonStood          = "car-stood"
)

// Reasons are all of them.
var Reasons = []string{ReasonHitLog, ReasonAlert, ReasonContext, ReasonEntries, ReasonDispatch, ReasonSetUp, ReasonTraining,
	ReasonShiftEnded, ReasonOrdersOff, ReasonAuthorityEnded, ReasonUnknownBadge, ReasonNotResumed, ReasonStood}
