package scenes

import (
	"secondlook/app/access"
	"secondlook/app/policy"
	"secondlook/ui/forms"
)

// peopleScenes are what an administrator does about people, and what these meet after.
var peopleScenes = []Scene{
	{Name: "person", Play: func(s *Stage) {
		s.factor(officer)
		for range 5 {
			if s.err == nil {
				_ = s.Car.SignIn(ctx, officer.badge, "not-it-at-all") // locks the badge out
			}
		}
		s.SignIn(administrator)
		s.Open(forms.ScreenPeople)
		s.Shoot("people-locked-out")
		s.Tap("Open")
		s.Shoot("person")
		s.passed.Add(int64(access.ProofHolds))
		s.Tap("Unlock account")
		s.Shoot("person-release")
		s.Write("Reason", "Came to the desk in person")
		s.Tap("Unlock account")
		s.Shoot("prove")
	}},
	{Name: "factor", Setup: Setup{Pack: func(p *policy.Pack) { p.Session.SecondFactor = []string{"officer"} }}, Play: func(s *Stage) {
		s.SignIn(officer)
		s.Shoot("needs-factor")
	}},
}
