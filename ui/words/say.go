package words

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/breach"
	"secondlook/app/cruiser"
	"secondlook/app/disclosure"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/position"
	"secondlook/app/preserve"
	"secondlook/app/review"
	"secondlook/app/search"
	"secondlook/app/shift"
)

// Age returns a length of time as people say it: "4 min", "26 h", "12 d".
func Age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return T("age.now")
	case d < time.Hour:
		return T("age.minutes", "Minutes", int(d/time.Minute))
	case d < 72*time.Hour:
		return T("age.hours", "Hours", int(d/time.Hour))
	}
	return T("age.days", "Days", int(d/(24*time.Hour)))
}

// ListAge says how old a list is: "3 h old", or "new" in its first minute.
func ListAge(d time.Duration) string {
	if d < time.Minute {
		return T("age.list.new")
	}
	return T("age.list", "Age", Age(d))
}

// Span is [Age] with seconds for what is shorter than a minute.
func Span(d time.Duration) string {
	if d < time.Minute {
		return T("age.seconds", "Seconds", int(max(d, 0)/time.Second))
	}
	return Age(d)
}

// Colon puts a text behind its label: "Reason: recovered". French has a space before
// the colon, at which no line breaks.
func Colon(label, text string) string {
	if Language() == French {
		label += "\u00a0"
	}
	return label + ": " + text
}

// Number is a count in groups of three, parted by a no-break space as both languages
// read it: "14 400".
func Number[N int | uint64](n N) string {
	s := strconv.FormatUint(uint64(n), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}

// Clock returns a time of day, "21:47"; Second one with its seconds, Date the day
// as ISO 8601 writes it and Moment both.
func Clock(t time.Time) string  { return t.Format("15:04") }
func Second(t time.Time) string { return t.Format("15:04:05") }
func Date(t time.Time) string   { return t.Format("2006-01-02") }
func Moment(t time.Time) string { return t.Format("2006-01-02 15:04") }

// Hundredth is a moment as the audit record keeps it: to the hundredth of a second,
// which French parts with a comma.
func Hundredth(t time.Time) string {
	if Language() == French {
		return t.Format("2006-01-02 15:04:05,00")
	}
	return t.Format("2006-01-02 15:04:05.00")
}

// faults are the errors of the rules, with the text that says what to do.
var faults = []struct {
	err error
	key string
}{
	// What was done although the disk was full is done: this comes first.
	{audit.ErrNotErased, "error.not-erased"},
	{audit.ErrFull, "error.full"},
	{audit.ErrNotWritten, "error.not-recorded"},
	{access.ErrBadSignIn, "error.bad-sign-in"},
	{access.ErrLockedOut, "error.locked-out"},
	{access.ErrWeakSecret, "error.weak-secret"},
	{access.ErrBadgeTaken, "error.badge-taken"},
	{access.ErrIncomplete, "error.person-incomplete"},
	{access.ErrNotAllowed, "error.not-allowed"},
	{access.ErrNotSignedIn, "error.not-signed-in"},
	{access.ErrNotLockedOut, "error.not-locked-out"},
	{access.ErrReauthenticate, "error.reauthenticate"},
	{access.ErrSessionOver, "error.session-over"},
	{access.ErrNotReady, "error.not-ready"},
	{access.ErrLastAdministrator, "error.last-administrator"},
	{access.ErrOwnAccount, "error.own-account"},
	{access.ErrUnknownPerson, "error.unknown-person"},
	{access.ErrSameSecret, "error.same-secret"},
	{access.ErrBadTraining, "error.bad-training"},
	{access.ErrCodeNeeded, "error.code-needed"},
	{access.ErrBadCode, "error.bad-code"},
	{access.ErrMistyped, "error.mistyped"},
	{access.ErrBadRecovery, "error.bad-recovery"},
	{access.ErrNotAdministrator, "error.not-administrator"},
	{cruiser.ErrPatrolRuns, "error.patrol-runs"},
	{cruiser.ErrNoCameras, "error.no-cameras"},
	{cruiser.ErrNotWell, "error.not-well"},
	{cruiser.ErrUndocumented, "error.undocumented"},
	{cruiser.ErrNoVoice, "error.no-voice"},
	{cruiser.ErrCannotPrint, "error.cannot-print"},
	{cruiser.ErrListName, "error.list-name"},
	{cruiser.ErrTraining, "error.training"},
	{cruiser.ErrMoving, "error.moving"},
	{position.ErrSource, "error.position-source"},
	{hit.ErrTooSoon, "error.too-soon"},
	{hit.ErrIncomplete, "error.answer-missing"},
	{hit.ErrWrongState, "error.hit-moved-on"},
	{hit.ErrNotFound, "error.hit-gone"},
	{hit.ErrReported, "error.entry-reported"},
	{hit.ErrNoReport, "error.entry-not-quiet"},
	{entry.ErrIncomplete, "error.entry-incomplete"},
	{entry.ErrCategory, "error.entry-category"},
	{entry.ErrExpiry, "error.entry-expiry"},
	{entry.ErrDistribution, "error.entry-distribution"},
	{entry.ErrOwnEntry, "error.own-entry"},
	{entry.ErrWrongState, "error.entry-decided"},
	{entry.ErrNotFound, "error.entry-gone"},
	{entry.ErrEnds, "error.entry-ends"},
	{entry.ErrWider, "error.entry-wider"},
	{entry.ErrOtherPlate, "error.entry-plate"},
	{entry.ErrUnchanged, "error.entry-unchanged"},
	{review.ErrOwnActs, "error.own-acts"},
	{review.ErrIncomplete, "error.finding-incomplete"},
	{review.ErrNotFound, "error.no-review"},
	{review.ErrNobody, "error.nobody"},
	{audit.ErrNoRecords, "error.no-records"},
	{search.ErrIncomplete, "error.search-incomplete"},
	{search.ErrRequest, "error.request-incomplete"},
	{search.ErrAnswered, "error.request-answered"},
	{search.ErrNoRequest, "error.request-gone"},
	{disclosure.ErrIncomplete, "error.disclosure-incomplete"},
	{disclosure.ErrAuthority, "error.disclosure-authority"},
	{disclosure.ErrTime, "error.disclosure-time"},
	{disclosure.ErrCorrects, "error.disclosure-gone"},
	{disclosure.ErrExists, "error.disclosure-grows"},
	{breach.ErrIncomplete, "error.breach-incomplete"},
	{breach.ErrNoticed, "error.breach-noticed"},
	{hit.ErrHeld, "error.held"},
	{hit.ErrNotHeld, "error.not-held"},
	{hit.ErrNeedsCase, "error.needs-case"},
	{preserve.ErrOff, "error.preserve-off"},
	{preserve.ErrIncomplete, "error.preserve-incomplete"},
	{preserve.ErrWindow, "error.preserve-window"},
	{preserve.ErrNotFound, "error.preserve-gone"},
	{plate.ErrNotPlate, "error.not-plate"},
	{plate.ErrUnknownJurisdiction, "error.jurisdiction"},
	{shift.ErrReceipt, "error.receipt"},
	{cruiser.ErrNoReceipt, "error.receipt"},
	{shift.ErrNotEnrolled, "error.not-enrolled"},
	{shift.ErrNoAnswer, "error.no-answer"},
	{shift.ErrRefused, "error.station-refused"},
	{shift.ErrUntrusted, "error.untrusted"},
	{policy.ErrUnknownCode, "error.unknown-code"},
	{policy.ErrKey, "error.key-file"},
	{cruiser.ErrPackFixed, "error.pack-fixed"},
	{cruiser.ErrKeyKnown, "error.key-known"},
	{cruiser.ErrNoKey, "error.no-key"},
}

// Error says what an error means and what to do, in the language in use. An error
// that no rule names is shown as the program words it, in English.
func Error(err error) string {
	if err == nil {
		return ""
	}
	for _, f := range faults {
		if errors.Is(err, f.err) {
			return T(f.key)
		}
	}
	if f := (*policy.Fault)(nil); errors.As(err, &f) {
		return PackFault(T("policy.pack"), f)
	}
	return T("error.other", "Error", err.Error())
}

// problems are the keys of what [cruiser.Cruiser.Problem] says, in English.
var problems = map[string]string{
	cruiser.ProblemRecord: "problem.list", cruiser.ProblemSetAside: "problem.set-aside", cruiser.ProblemStore: "problem.store",
	cruiser.ProblemPack: "problem.pack", cruiser.ProblemPackRefused: "problem.pack-refused", cruiser.ProblemRefused: "problem.refused", cruiser.ProblemAudit: "problem.audit", cruiser.ProblemFull: "problem.full",
	cruiser.ProblemClockBehind: "problem.clock-behind", cruiser.ProblemClockAhead: "problem.clock-ahead", cruiser.ProblemClockUnproven: "problem.clock-unproven", cruiser.ProblemPurge: "problem.purge",
}

// Problem translates what stands in the way, line by line; a line without
// translation comes back.
func Problem(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if key, ok := problems[line]; ok {
			lines[i] = T(key)
		}
	}
	return strings.Join(lines, "\n")
}

// Act says what a record of the audit is of, Rule what a flag is raised for, and
// Finding what a reviewer found.
func Act(a audit.Act) string       { return T("audit.act." + string(a)) }
func Rule(r review.Rule) string    { return T("audit.rule." + string(r)) }
func Finding(c review.Code) string { return T("audit.finding." + string(c)) }

// Outcome says how a recorded act ended, Reason why it was done where the program
// itself wrote that down; what a person wrote comes back.
func Outcome(code string) string {
	if slices.Contains(audit.Outcomes, code) {
		return T("audit.outcome." + code)
	}
	return code
}

func Reason(code string) string {
	if slices.Contains(audit.Reasons, code) {
		return T("audit.said." + code)
	}
	return code
}

// Detail names a detail of a record of the audit; one without a name comes back.
func Detail(key string) string {
	const prefix = "audit.detail."
	return strings.TrimPrefix(T(prefix+key), prefix)
}

// Role names a role, Tier a tier's word.
func Role(r access.Role) string { return T("role." + string(r)) }
