package policy

import (
	"slices"
	"strings"
)

// bound is a number of a pack and the limits within which it must lie.
type bound struct {
	key         string
	value       int
	least, most int
}

// validateBounds reports the first number that lies outside of its limits.
func validateBounds(bounds []bound) error {
	for _, b := range bounds {
		if b.value < b.least || b.value > b.most {
			return &Fault{Key: b.key, Code: FaultBetween, Values: []any{b.least, b.most}}
		}
	}
	return nil
}

// aCentury bounds what has no better limit, in days.
const aCentury = 36_525

// validateNumbers holds the pack's numbers to their limits. Those of the standards
// cannot be loosened: CJIS AC-7 (five failures, fifteen minutes), AC-11 (thirty
// minutes), AU-11 (a year), NIST SP 800-63B 4.2.3 (twelve hours).
func (p *Pack) validateNumbers() error {
	s, r, v := p.Session, p.Retention, p.Review
	return validateBounds([]bound{
		{"list_age_hours", p.ListAgeHours, 1, 24 * 366},
		{"list_shrink_percent", p.ListShrinkPercent, 0, 100},
		{"compare_millis", p.CompareMillis, 0, 10_000},
		{"quiet_minutes", p.QuietMinutes, 0, 24 * 60},
		{"moving_kmh", p.MovingKMH, 1, 50},
		{"passenger_minutes", p.PassengerMinutes, 0, 60},
		{"no_contact_days", p.NoContactDays, 0, 366},
		{"session.lock_minutes", s.LockMinutes, 0, 30},
		{"session.lockout_failures", s.LockoutFailures, 1, 5},
		{"session.lockout_minutes", s.LockoutMinutes, 15, 24 * 60},
		{"session.lockout_lasts_minutes", s.LockoutLastsMinutes, 0, 24 * 60},
		{"session.reauthenticate_hours", s.ReauthenticateHours, 1, 12},
		{"retention.hit_years", r.HitYears, 0, 100},
		{"retention.hit_days", r.HitDays, 0, aCentury},
		{"retention.tactical_days", r.TacticalDays, 0, aCentury},
		{"retention.log_years", r.LogYears, 1, 100},
		{"access_request.answer_days", p.AccessRequest.AnswerDays, 0, 366},
		{"agreement.version", p.Agreement.Version, 1, 1_000_000},
		{"agreement.days", p.Agreement.Days, 1, aCentury},
		{"training.days", p.Training.Days, 1, aCentury},
		{"review.period_days", v.PeriodDays, 1, 366},
		{"review.draw_percent", v.DrawPercent, 1, 100},
		{"review.same_plate_searches", v.SamePlateSearches, 2, 1000},
		{"review.fast_verdict_millis", v.FastVerdictMillis, 1, 60_000},
		{"review.draw_acts", v.DrawActs, 1, 1000},
		{"review.off_shift_acts", v.OffShiftActs, 0, 1000},
		{"review.off_shift_grace_minutes", v.OffShiftGraceMinutes, 0, 24 * 60},
		{"review.same_plate_hours", v.SamePlateHours, 1, 24 * 366},
		{"review.fast_verdicts", v.FastVerdicts, 1, 1000},
		{"review.refusal_hours", v.RefusalHours, 1, 24 * 366},
		{"review.failed_sign_ins", v.FailedSignIns, 1, 1000},
		{"review.failed_sign_in_hours", v.FailedSignInHours, 1, 24 * 366},
		{"review.exports", v.Exports, 1, 1000},
		{"review.export_hours", v.ExportHours, 1, 24 * 366},
		{"review.refusals", v.Refusals, 1, 1000},
	})
}

// validateRetention checks what the numbers alone do not show.
func (p *Pack) validateRetention() error {
	bad := func(key string, code FaultCode, values ...any) error {
		return &Fault{Key: key, Code: code, Values: values}
	}
	r, o := p.Retention, p.Preservation
	switch {
	case r.HitYears == 0 && r.HitDays == 0:
		return bad("retention.hit_days", FaultNoYears)
	case r.HitFrom != FromUse && r.HitFrom != FromCapture:
		return bad("retention.hit_from", FaultOneOf, "use, capture")
	case r.CaseBeyondTactical && r.TacticalDays == 0:
		return bad("retention.tactical_days", FaultTactical)
	case r.AfterDelivery != Erase:
		return bad("retention.after_delivery", FaultErase)
	case o.Enabled && o.WindowHours < 1:
		return bad("preservation.window_hours", FaultPreserve)
	case o.Enabled && o.HoldDays < 1:
		return bad("preservation.hold_days", FaultPreserve)
	case o.WindowHours < 0 || o.WindowHours > 24*31:
		return bad("preservation.window_hours", FaultBetween, 0, 744)
	case o.HoldDays < 0 || o.HoldDays > 366:
		return bad("preservation.hold_days", FaultBetween, 0, 366)
	}
	return nil
}

// validateLists checks the rules for single hotlists.
func (p *Pack) validateLists() error {
	seen := map[string]bool{}
	for _, l := range p.Lists {
		switch {
		case strings.TrimSpace(l.Name) == "":
			return &Fault{Key: "list.name", Code: FaultMissing}
		case seen[l.Name]:
			return &Fault{Key: "list.name", ID: l.Name, Code: FaultTwice}
		case l.AgeHours < 1 || l.AgeHours > 24*366:
			return &Fault{Key: "list.age_hours", ID: l.Name, Code: FaultBetween, Values: []any{1, 24 * 366}}
		}
		seen[l.Name] = true
	}
	return nil
}

// validateNames checks the keys that hold names out of a fixed set.
func (p *Pack) validateNames() error {
	for _, l := range []struct {
		key            string
		names, allowed []string
	}{
		{"session.second_factor", p.Session.SecondFactor, Roles},
		{"search.required", p.Search.Required, searchFields},
		{"disclosure.required", p.Disclosure.Required, DisclosureFields},
		{"deployment.required", p.Deployment.Required, DeploymentFields},
	} {
		if f := outside(l.key, l.names, l.allowed); f != nil {
			return f
		}
	}
	return nil
}

// outside says what is wrong with the names of a key, out of a fixed set; nil if
// nothing is.
func outside(key string, names, allowed []string) *Fault {
	for i, n := range names {
		switch {
		case !slices.Contains(allowed, n):
			return &Fault{Key: key, Code: FaultNotOf, Values: []any{n, strings.Join(allowed, ", ")}}
		case slices.Contains(names[:i], n):
			return &Fault{Key: key, Code: FaultHasTwice, Values: []any{n}}
		}
	}
	return nil
}

// validateTexts checks that what people read is there in both languages.
func (p *Pack) validateTexts() error {
	for _, t := range []struct {
		key  string
		text Text
	}{
		{"name", p.Name},
		{"disclosure.recipient_notice", p.Disclosure.RecipientNotice},
		{"access_request.how", p.AccessRequest.How}, {"access_request.appeal", p.AccessRequest.Appeal},
		{"agreement.text", p.Agreement.Text},
		{"deployment.authorised_by", p.Deployment.AuthorisedBy},
		{"public.decal", p.Public.Decal}, {"public.collected", p.Public.Collected}, {"public.kept", p.Public.Kept},
		{"use_notice", p.UseNotice},
	} {
		if strings.TrimSpace(t.text.EN) == "" || strings.TrimSpace(t.text.FR) == "" {
			return &Fault{Key: t.key, Code: FaultLanguages}
		}
	}
	return nil
}
