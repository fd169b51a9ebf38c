package policy

import (
	"slices"
	"time"
)

// Roles are the names of the roles as packs write them; package access gives
// them their permissions.
var Roles = []string{"officer", "supervisor", "trainer", "administrator", "auditor"}

// Session is how people prove who they are, and for how long that holds.
type Session struct {
	// LockMinutes is the idle time, in minutes, after which the screens lock; 0 is
	// never (CJIS AC-11: 30 at most, and vehicles may go without).
	LockMinutes int `toml:"lock_minutes"`
	// LockoutFailures within LockoutMinutes lock a badge out (CJIS AC-7).
	LockoutFailures int `toml:"lockout_failures"`
	LockoutMinutes  int `toml:"lockout_minutes"`
	// LockoutLastsMinutes is how long a lock-out lasts, in minutes, unless an
	// administrator ends it; 0 is until then (CJIS AC-7).
	LockoutLastsMinutes int `toml:"lockout_lasts_minutes"`
	// ReauthenticateHours is after how many hours a person proves again who they
	// are (NIST SP 800-63B, 4.2.3: 12).
	ReauthenticateHours int `toml:"reauthenticate_hours"`
	// SecondFactor are the roles that need a second factor to sign in.
	SecondFactor []string `toml:"second_factor"`
}

// Lock is the idle time after which the screens lock; 0 is never.
func (s Session) Lock() time.Duration { return minutes(s.LockMinutes) }

// LockoutWindow is the time in which failed sign-ins are counted.
func (s Session) LockoutWindow() time.Duration { return minutes(s.LockoutMinutes) }

// LockoutLasts is how long a lock-out lasts; 0 is until an administrator ends it.
func (s Session) LockoutLasts() time.Duration { return minutes(s.LockoutLastsMinutes) }

// Reauthenticate is how long a sign-in holds.
func (s Session) Reauthenticate() time.Duration {
	return time.Duration(s.ReauthenticateHours) * time.Hour
}

// NeedsSecondFactor reports whether a role needs a second factor to sign in.
func (s Session) NeedsSecondFactor(role string) bool { return slices.Contains(s.SecondFactor, role) }

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// The times from which [Retention] counts.
const (
	// FromUse counts from the last use of a hit.
	FromUse = "use"
	// FromCapture counts from the reading of the plate.
	FromCapture = "capture"
)

// Erase is what happens to a hit in the car when the station has acknowledged it:
// its key is destroyed. There is no other choice yet.
const Erase = "erase"

// Retention is how long the service keeps what became of alerts (IPC, Retention;
// FL 6e).
type Retention struct {
	// HitYears and HitDays together are how long a confirmed hit is kept at the
	// service, in anniversary years and days, from HitFrom.
	HitYears int    `toml:"hit_years"`
	HitDays  int    `toml:"hit_days"`
	HitFrom  string `toml:"hit_from"`
	// TacticalDays is how many days after the capture a hit may be opened for
	// tactical use; 0 is as long as it is kept.
	TacticalDays int `toml:"tactical_days"`
	// CaseBeyondTactical is set where opening a hit after that takes a case number
	// or a case name.
	CaseBeyondTactical bool `toml:"case_beyond_tactical"`
	// AfterDelivery is [Erase].
	AfterDelivery string `toml:"after_delivery"`
	// LogYears is how long searches, disclosures, access requests and the audit
	// record are kept, in years.
	LogYears int `toml:"log_years"`
}

// HitEnds is when a confirmed hit is to be purged, unless it is on legal hold.
// used is its last use, the zero time if there was none.
func (r Retention) HitEnds(captured, used time.Time) time.Time {
	from := captured
	if r.HitFrom == FromUse && used.After(captured) {
		from = used
	}
	return from.AddDate(r.HitYears, 0, r.HitDays)
}

// Tactical reports whether a hit may be opened for tactical use at the time now.
func (r Retention) Tactical(captured, now time.Time) bool {
	return r.TacticalDays == 0 || !now.After(captured.AddDate(0, 0, r.TacticalDays))
}

// NeedsCase reports whether opening a hit at the time now takes a case number or
// a case name.
func (r Retention) NeedsCase(captured, now time.Time) bool {
	return r.CaseBeyondTactical && !r.Tactical(captured, now)
}

// LogEnds is when an entry of a log may be purged.
func (r Retention) LogEnds(made time.Time) time.Time { return made.AddDate(r.LogYears, 0, 0) }

// Fields that a manual search may have to state besides its purpose, which it
// always states (IPC, Manual searches).
const (
	SearchReason     = "reason"
	SearchFileNumber = "file-number"
)

var searchFields = []string{SearchReason, SearchFileNumber}

// Search is what a manual search states before it runs.
type Search struct {
	Required []string `toml:"required"`
}

// Needs reports whether a search must state a field.
func (s Search) Needs(field string) bool { return slices.Contains(s.Required, field) }

// DisclosureFields are the fields of a disclosure's record, in the order in which
// the IPC's guidance lists them (Disclosure).
var DisclosureFields = []string{
	"legal-authority", "authorised-by", "collection", "linked-records", "recipient",
	"information", "means", "conditions", "after-use",
}

// Disclosure is what is written down when personal information leaves the service.
type Disclosure struct {
	// Required are those of [DisclosureFields] that must be filled in.
	Required []string `toml:"required"`
	// RecipientNotice is what the recipient is told with it.
	RecipientNotice Text `toml:"recipient_notice"`
	// Authorities are the legal grounds, one of which every disclosure names.
	Authorities []Choice `toml:"authority"`
}

// Needs reports whether a disclosure must fill in a field.
func (d Disclosure) Needs(field string) bool { return slices.Contains(d.Required, field) }

// AccessRequest is how an individual's request for access is answered (IPC, Access
// to information requests).
type AccessRequest struct {
	// AnswerDays is within how many days; 0 where the law names no number.
	AnswerDays int `toml:"answer_days"`
	// How tells the public how to ask for access and correction, Appeal what to do
	// when it is denied.
	How    Text `toml:"how"`
	Appeal Text `toml:"appeal"`
	// Exemptions are the grounds on which a part may be held back.
	Exemptions []Choice `toml:"exemption"`
}

// Preservation is whether a supervisor may order that non-hits be kept, within
// limits, until the legal authority is settled (IPC, Managing non-hit information).
type Preservation struct {
	Enabled bool `toml:"enabled"`
	// WindowHours is the longest time in which non-hits are kept, in hours.
	WindowHours int `toml:"window_hours"`
	// HoldDays is by when the authority must be settled, in days; else they go.
	HoldDays int `toml:"hold_days"`
}

// Agreement is what everybody signs who uses the system: the procedures and an
// undertaking of confidentiality (IPC, Training).
type Agreement struct {
	// Version grows when the text changes: everybody then signs again.
	Version int `toml:"version"`
	// Days is how long a signature holds.
	Days int  `toml:"days"`
	Text Text `toml:"text"`
}

// Ends is when a signature of this version lapses.
func (a Agreement) Ends(signed time.Time) time.Time { return signed.AddDate(0, 0, a.Days) }

// Training is how long training holds (IPC, Training; FL 5c).
type Training struct {
	Days int `toml:"days"`
}

// Ends is when training lapses.
func (t Training) Ends(trained time.Time) time.Time { return trained.AddDate(0, 0, t.Days) }

// DeploymentFields are what a deployment's record may have to say (FL 5e).
var DeploymentFields = []string{"authority", "method", "area", "camera-check", "results", "exceptions"}

// Deployment is what the record of a deployment must say, and who authorises it
// (FL 2d, 5e).
type Deployment struct {
	// Required are those of [DeploymentFields] that must be filled in.
	Required []string `toml:"required"`
	// AuthorisedBy says whose authority it takes.
	AuthorisedBy Text `toml:"authorised_by"`
	// Standing is set where an authority holds until it is withdrawn.
	Standing bool `toml:"standing"`
}

// Needs reports whether a deployment's record must fill in a field.
func (d Deployment) Needs(field string) bool { return slices.Contains(d.Required, field) }

// Review is how the use of the system is looked over (IPC, Reviews and audits).
type Review struct {
	// PeriodDays is the period that a review looks at, in days.
	PeriodDays int `toml:"period_days"`
	// DrawPercent is the share of users drawn at random for it, in per cent; at
	// least one is drawn.
	DrawPercent int `toml:"draw_percent"`
	// DrawActs is how many acts of each user drawn are shown, drawn at random too.
	DrawActs int `toml:"draw_acts"`
	// OffShiftActs flags so many uses outside of a deployment and of the grace before
	// and after it, in minutes; 0 flags none.
	OffShiftActs         int `toml:"off_shift_acts"`
	OffShiftGraceMinutes int `toml:"off_shift_grace_minutes"`
	// SamePlateSearches flags a person who looked for one plate so many times within
	// so many hours.
	SamePlateSearches int `toml:"same_plate_searches"`
	SamePlateHours    int `toml:"same_plate_hours"`
	// FastVerdicts flags so many verdicts of one person on end, each given within
	// FastVerdictMillis of the alert, in milliseconds.
	FastVerdicts      int `toml:"fast_verdicts"`
	FastVerdictMillis int `toml:"fast_verdict_millis"`
	// Refusals flags a person to whom the system refused so many acts within so many
	// hours, FailedSignIns a badge with so many, Exports a person who took out so
	// many copies of the record.
	Refusals          int `toml:"refusals"`
	RefusalHours      int `toml:"refusal_hours"`
	FailedSignIns     int `toml:"failed_sign_ins"`
	FailedSignInHours int `toml:"failed_sign_in_hours"`
	Exports           int `toml:"exports"`
	ExportHours       int `toml:"export_hours"`
}

// Draw is how many of n users a review draws: the share rounded up.
func (r Review) Draw(n int) int { return (n*r.DrawPercent + 99) / 100 }

// Public is what the public is told (IPC, Notice, Transparency).
type Public struct {
	// Decal is the text on the car.
	Decal Text `toml:"decal"`
	// Collected says what is collected, Kept for how long.
	Collected Text `toml:"collected"`
	Kept      Text `toml:"kept"`
	// Website is where the policies are posted; may be empty.
	Website string `toml:"website"`
}

// ListRule is a rule for one hotlist, by its name.
type ListRule struct {
	Name string `toml:"name"`
	// AgeHours is the age from which this list counts as old, in hours.
	AgeHours int `toml:"age_hours"`
}
