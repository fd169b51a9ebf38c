package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/policy"
)

func TestRequirement5_ValidateRules(t *testing.T) {
	for _, test := range []struct {
		key, id string
		change  func(*policy.Pack)
	}{
		{"moving_kmh", "", func(p *policy.Pack) { p.MovingKMH = 0 }},
		{"passenger_minutes", "", func(p *policy.Pack) { p.PassengerMinutes = 61 }},
		{"no_contact_days", "", func(p *policy.Pack) { p.NoContactDays = -1 }},
		{"session.lock_minutes", "", func(p *policy.Pack) { p.Session.LockMinutes = 31 }},
		{"session.lockout_failures", "", func(p *policy.Pack) { p.Session.LockoutFailures = 6 }},
		{"session.lockout_minutes", "", func(p *policy.Pack) { p.Session.LockoutMinutes = 14 }},
		{"session.lockout_lasts_minutes", "", func(p *policy.Pack) { p.Session.LockoutLastsMinutes = -1 }},
		{"session.reauthenticate_hours", "", func(p *policy.Pack) { p.Session.ReauthenticateHours = 13 }},
		{"session.second_factor", "", func(p *policy.Pack) { p.Session.SecondFactor = []string{"chief"} }},
		{"session.second_factor", "", func(p *policy.Pack) { p.Session.SecondFactor = []string{"officer", "officer"} }},
		{"list.name", "", func(p *policy.Pack) { p.Lists[0].Name = " " }},
		{"list.name", "cpic", func(p *policy.Pack) { p.Lists = append(p.Lists, p.Lists[0]) }},
		{"list.age_hours", "cpic", func(p *policy.Pack) { p.Lists[0].AgeHours = 0 }},
		{"search.required", "", func(p *policy.Pack) { p.Search.Required = []string{"mood"} }},
		{"retention.hit_days", "", func(p *policy.Pack) { p.Retention.HitYears = 0 }},
		{"retention.hit_years", "", func(p *policy.Pack) { p.Retention.HitYears = -1 }},
		{"retention.hit_from", "", func(p *policy.Pack) { p.Retention.HitFrom = "" }},
		{"retention.tactical_days", "", func(p *policy.Pack) { p.Retention.CaseBeyondTactical = true }},
		{"retention.after_delivery", "", func(p *policy.Pack) { p.Retention.AfterDelivery = "keep" }},
		{"retention.log_years", "", func(p *policy.Pack) { p.Retention.LogYears = 0 }},
		{"disclosure.required", "", func(p *policy.Pack) { p.Disclosure.Required = []string{"weather"} }},
		{"disclosure.recipient_notice", "", func(p *policy.Pack) { p.Disclosure.RecipientNotice.FR = "" }},
		{"disclosure.authority", "", func(p *policy.Pack) { p.Disclosure.Authorities = nil }},
		{"access_request.answer_days", "", func(p *policy.Pack) { p.AccessRequest.AnswerDays = -1 }},
		{"access_request.how", "", func(p *policy.Pack) { p.AccessRequest.How.EN = "" }},
		{"access_request.appeal", "", func(p *policy.Pack) { p.AccessRequest.Appeal.EN = "" }},
		{"access_request.exemption.text", "privacy", func(p *policy.Pack) { p.AccessRequest.Exemptions[0].Text.FR = "" }},
		{"preservation.window_hours", "", func(p *policy.Pack) { p.Preservation.Enabled = true }},
		{"preservation.hold_days", "", func(p *policy.Pack) { p.Preservation = policy.Preservation{Enabled: true, WindowHours: 1} }},
		{"preservation.window_hours", "", func(p *policy.Pack) { p.Preservation.WindowHours = 745 }},
		{"preservation.hold_days", "", func(p *policy.Pack) { p.Preservation.HoldDays = -1 }},
		{"agreement.version", "", func(p *policy.Pack) { p.Agreement.Version = 0 }},
		{"agreement.days", "", func(p *policy.Pack) { p.Agreement.Days = 0 }},
		{"agreement.text", "", func(p *policy.Pack) { p.Agreement.Text.FR = "" }},
		{"training.days", "", func(p *policy.Pack) { p.Training.Days = 0 }},
		{"deployment.required", "", func(p *policy.Pack) { p.Deployment.Required = []string{"mileage"} }},
		{"deployment.authorised_by", "", func(p *policy.Pack) { p.Deployment.AuthorisedBy = policy.Text{} }},
		{"review.period_days", "", func(p *policy.Pack) { p.Review.PeriodDays = 0 }},
		{"review.draw_percent", "", func(p *policy.Pack) { p.Review.DrawPercent = 101 }},
		{"review.same_plate_searches", "", func(p *policy.Pack) { p.Review.SamePlateSearches = 1 }},
		{"review.fast_verdict_millis", "", func(p *policy.Pack) { p.Review.FastVerdictMillis = 0 }},
		{"review.fast_verdicts", "", func(p *policy.Pack) { p.Review.FastVerdicts = 0 }},
		{"review.draw_acts", "", func(p *policy.Pack) { p.Review.DrawActs = 0 }},
		{"review.same_plate_hours", "", func(p *policy.Pack) { p.Review.SamePlateHours = 0 }},
		{"review.off_shift_acts", "", func(p *policy.Pack) { p.Review.OffShiftActs = -1 }},
		{"review.exports", "", func(p *policy.Pack) { p.Review.Exports = 0 }},
		{"review.refusals", "", func(p *policy.Pack) { p.Review.Refusals = 0 }},
		{"public.decal", "", func(p *policy.Pack) { p.Public.Decal.EN = "" }},
		{"public.collected", "", func(p *policy.Pack) { p.Public.Collected.EN = "" }},
		{"public.kept", "", func(p *policy.Pack) { p.Public.Kept.FR = "" }},
		{"use_notice", "", func(p *policy.Pack) { p.UseNotice.EN = "" }},
		{"name", "", func(p *policy.Pack) { p.Name.FR = "" }},
	} {
		p := pack()
		test.change(p)
		requireFault(t, p, test.key, test.id)
	}
}

// A pack and the table of permissions speak of the same roles.
func TestRequirement21_RolesAreThoseOfAccess(t *testing.T) {
	var roles []string
	for _, r := range access.Roles {
		roles = append(roles, string(r))
	}
	require.Equal(t, roles, policy.Roles)
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 12, 0, 0, 0, time.UTC)
}

func TestRequirement31_HitsEndAYearAfterUse(t *testing.T) {
	r := policy.Retention{HitYears: 1, HitFrom: policy.FromUse}
	captured := date(2026, 3, 1)
	require.Equal(t, date(2027, 3, 1), r.HitEnds(captured, time.Time{}))
	require.Equal(t, date(2027, 9, 5), r.HitEnds(captured, date(2026, 9, 5)))
	require.Equal(t, date(2027, 3, 1), r.HitEnds(captured, date(2026, 2, 1)), "a use before the capture")
	r.HitYears, r.HitDays, r.HitFrom = 0, 90, policy.FromCapture
	require.Equal(t, date(2026, 5, 30), r.HitEnds(captured, date(2026, 9, 5)))
	require.Equal(t, date(2028, 3, 1), policy.Retention{LogYears: 2}.LogEnds(captured))
}

func TestRequirement32_TacticalAccessThenACase(t *testing.T) {
	r := policy.Retention{HitYears: 3, HitFrom: policy.FromCapture, TacticalDays: 30, CaseBeyondTactical: true}
	captured := date(2024, 2, 29)
	require.Equal(t, date(2027, 3, 1), r.HitEnds(captured, date(2026, 1, 1)), "three anniversary years, used or not")
	require.True(t, r.Tactical(captured, date(2024, 3, 30)))
	require.False(t, r.NeedsCase(captured, date(2024, 3, 30)))
	late := date(2024, 3, 30).Add(time.Second)
	require.False(t, r.Tactical(captured, late))
	require.True(t, r.NeedsCase(captured, late))
	r.CaseBeyondTactical = false
	require.False(t, r.NeedsCase(captured, late))
	r.TacticalDays = 0
	require.True(t, r.Tactical(captured, date(2030, 1, 1)))
}

func TestRules(t *testing.T) {
	p := pack()
	require.True(t, p.Categories[1].AddedBy("officer"))
	require.False(t, p.Categories[1].AddedBy("trainer"))
	require.False(t, policy.Category{AddBy: []string{"officer"}}.AddedBy("officer"), "not a manual category")
	require.True(t, p.Session.NeedsSecondFactor("administrator"))
	require.False(t, p.Session.NeedsSecondFactor("officer"))
	require.Equal(t, 15*time.Minute, p.Session.LockoutWindow())
	require.Zero(t, p.Session.Lock())
	require.Zero(t, p.Session.LockoutLasts())
	require.Equal(t, 12*time.Hour, p.Session.Reauthenticate())
	require.True(t, p.Search.Needs(policy.SearchReason))
	require.False(t, p.Search.Needs(policy.SearchFileNumber))
	require.True(t, p.Disclosure.Needs("means"))
	require.False(t, p.Deployment.Needs("area"))
	require.Equal(t, date(2027, 3, 1), p.Agreement.Ends(date(2026, 3, 1)))
	require.Equal(t, date(2027, 3, 1), p.Training.Ends(date(2026, 3, 1)))
	for n, want := range map[int]int{0: 0, 1: 1, 10: 1, 11: 2, 100: 10} {
		require.Equal(t, want, p.Review.Draw(n), "%d users", n)
	}
}

// The public sheet and the decal are the pack's texts: none ships without them, in
// both languages.
func TestRequirement40_APackTellsThePublic(t *testing.T) {
	for key, forget := range map[string]func(*policy.Pack){
		"public.decal":     func(p *policy.Pack) { p.Public.Decal.FR = "" },
		"public.collected": func(p *policy.Pack) { p.Public.Collected.EN = " " },
		"public.kept":      func(p *policy.Pack) { p.Public.Kept = policy.Text{} },
	} {
		p := pack()
		require.NoError(t, p.Validate())
		forget(p)
		var fault *policy.Fault
		require.ErrorAs(t, p.Validate(), &fault)
		require.Equal(t, key, fault.Key)
	}
}
