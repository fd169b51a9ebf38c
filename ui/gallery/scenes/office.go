package scenes

import (
	"path/filepath"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/policy"
	"secondlook/app/preserve"
	"secondlook/ui/forms"
)

// factor gives a person a second factor.
func (s *Stage) factor(p person) {
	if s.err != nil {
		return
	}
	s.SignIn(administrator)
	f, _ := access.NewFactor()
	s.fail(s.store.SetFactor(ctx, s.record(p.badge).ID, f, event(audit.FactorEnrolled, "")))
	s.fail(s.Car.SignOut(ctx))
	s.settle()
}

// officeScenes are the screens of supervisors, auditors, trainers and administrators.
var officeScenes = []Scene{
	{Name: "supervisor", Play: func(s *Stage) {
		s.entries()
		s.Home()
		s.Shoot("office-supervisor")
		s.Tap("Approvals")
		s.Shoot("entries")
		s.Tap("Approve with changes…")
		s.Tap("Approve as changed")
		s.Shoot("entry-approve-changed")
	}},
	{Name: "search", Play: func(s *Stage) {
		s.SignIn(officer)
		e := s.propose("CKLM804", "criminal-activity", 60)
		s.SignIn(supervisor)
		if s.err == nil {
			s.fail(s.Car.Approve(ctx, e.ID))
		}
		s.Open(forms.ScreenSearch)
		s.Shoot("search")
		s.Write("Plate", "cklm 8o4")
		s.Pick("Purpose", s.Car.Pack().Purposes[0].Code)
		s.Write("Reason", "Witness named this plate")
		s.Write("File number", "26-118203")
		s.Tap("Search")
		s.Shoot("search-found")
	}},
	{Name: "records", Setup: Setup{Pack: func(p *policy.Pack) {
		p.Preservation = policy.Preservation{Enabled: true, WindowHours: 6, HoldDays: 5}
	}}, Play: func(s *Stage) {
		s.cases()
		s.Open(forms.ScreenCases)
		s.Shoot("cases")
		s.Tap("Disclosures")
		s.Shoot("disclosures")
		s.Tap("Record a disclosure")
		s.Tap("Record")
		s.Shoot("disclose")
		s.Open(forms.ScreenRequests)
		s.Shoot("requests")
		s.Tap("New request")
		s.Tap("Assemble the answer")
		s.Shoot("request")
		s.Open(forms.ScreenRequests)
		s.Tap("Open")
		s.Shoot("answer")
		s.Tap("Finish the answer")
		s.Shoot("answer-finished")
		s.Quiet()
		s.Open(forms.ScreenHitLog)
		s.Select(4)
		s.Tap("Legal hold")
		s.Shoot("hold")
		s.Write("Authority", "R. v. Doe, 26-118203")
		s.Write("Why this hit is part of it", "Exhibit 4")
		s.Tap("Legal hold")
		s.Open(forms.ScreenHolds)
		s.Shoot("holds")
		if s.err == nil {
			_, err := s.Car.OrderPreservation(ctx, preserve.Order{Authority: "Production order applied for", Case: "26-118203",
				Area: "Harbour", From: s.now(), Until: s.now().Add(4 * time.Hour), Settled: s.now().AddDate(0, 0, 3)})
			s.fail(err)
		}
		s.Open(forms.ScreenOrders)
		s.Quiet()
		s.Shoot("orders")
		s.Tap("New order")
		s.Tap("Give the order")
		s.Shoot("order")
	}},
	{Name: "administrator", Setup: Setup{Voice: true}, Play: func(s *Stage) {
		s.SignIn(administrator)
		s.Shoot("office-administrator")
		s.Tap("People")
		s.Shoot("people")
		s.Home()
		s.Tap("Settings")
		for _, part := range []string{"Terminal", "Cameras", "Hotlists", "Station", "Policy", "Keys", "Sounds"} {
			s.Tap(part)
			s.Shoot("settings-" + slug(part))
		}
	}},
	{Name: "trainer", Play: func(s *Stage) {
		s.SignIn(trainer)
		s.Shoot("office-trainer")
	}},
	{Name: "statistics", Play: func(s *Stage) {
		s.counted()
		s.SignIn(auditor)
		s.Open(forms.ScreenStatistics)
		s.Shoot("statistics")
	}},
	{Name: "auditor", Setup: Setup{Pack: func(p *policy.Pack) {
		p.Review.DrawPercent, p.Review.DrawActs, p.Review.Refusals = 100, 100, 1
	}}, Play: func(s *Stage) {
		s.SignIn(officer)
		for range 6 {
			s.search()
			s.passed.Add(int64(2*time.Minute + 340*time.Millisecond))
		}
		e := s.propose("CKLM804", "criminal-activity", 60)
		s.SignIn(supervisor)
		if s.err == nil {
			s.fail(s.Car.Approve(ctx, e.ID))
		}
		s.SignIn(auditor)
		s.Shoot("office-auditor")
		s.Tap("Audit")
		s.Shoot("audit")
		s.Select(4)
		s.Shoot("audit-record")
		s.Open(forms.ScreenAudit)
		s.Tap("Export a copy")
		s.Write("File", filepath.Join(s.folder, "audit"))
		s.Shoot("audit-export")
		s.Open(forms.ScreenReviews)
		s.Tap("Draw a review")
		s.Shoot("review-draw")
		s.Tap("Add finding")
		s.Tap("Record this finding")
		s.Shoot("review-finding")
		s.Open(forms.ScreenReviews)
		s.Shoot("reviews")
		s.Tap("Unusual use")
		s.Shoot("review-unusual")
	}},
}
