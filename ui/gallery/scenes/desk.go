package scenes

import (
	"time"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/forms"
)

// newcomer is a person with a first PIN and nothing else.
var newcomer = person{"Robin Castellane", "50222", firstPIN, []access.Role{access.Patrol, access.Trainer}}

// deskScenes are signing in, and the forms of people who patrol.
var deskScenes = []Scene{
	{Name: "first", Setup: Setup{Bare: true}, Play: func(s *Stage) {
		s.Shoot("first")
		s.Tap("Set up this terminal")
		s.Shoot("set-up")
		s.Tap("Next: agreement and training")
		s.Shoot("set-up-faults")
		s.Write("Terminal name", "Car 4127")
		s.Write("Police service", "Exampleville Police")
		s.Write("Name", string(administrator.name))
		s.Write("Badge", string(administrator.badge))
		s.Write("PIN or passphrase", administrator.pin)
		s.Write("The same again", administrator.pin)
		s.Tap("Next: agreement and training")
		s.Shoot("set-up-agreement")
	}},
	{Name: "sign-in", Play: func(s *Stage) {
		s.Shoot("sign-in")
		s.Write("Badge", string(officer.badge))
		s.Write("PIN or passphrase", "wrong-one-1")
		s.Tap("Sign in")
		s.Shoot("sign-in-wrong")
		s.factor(officer)
		s.Write("Badge", string(officer.badge))
		s.Write("PIN or passphrase", officer.pin)
		s.Tap("Sign in")
		s.Shoot("sign-in-code")
		s.Open(forms.ScreenRecover)
		s.Shoot("recover")
	}},
	{Name: "standby", Setup: Setup{Keys: true}, Play: func(s *Stage) {
		s.StartPatrol()
		s.Restart()
		s.See("CKLM804", "Front left")
		s.Shoot("sign-in-standby")
		s.SignIn(administrator)
		s.Open(forms.ScreenSettings)
		s.Tap("Keys")
		s.Shoot("settings-keys-standby")
	}},
	{Name: "needs", Play: func(s *Stage) {
		s.SignIn(administrator)
		s.register(newcomer)
		s.SignIn(newcomer)
		s.Shoot("needs-secret")
		s.Tap("Use my own PIN")
		s.Shoot("needs-secret-faults")
		s.fail(s.Car.ChangeSecret(ctx, firstPIN, "juniper-6640"))
		s.settle()
		s.Shoot("needs-agreement")
		s.fail(s.Car.AcceptAgreement(ctx, s.Car.Pack().Agreement.Version))
		s.settle()
		s.Shoot("needs-training")
	}},
	{Name: "forms", Play: func(s *Stage) {
		s.raise()
		s.SignIn(officer)
		s.Open(forms.ScreenHitLog)
		s.Shoot("hit-log")
		s.Select(4)
		s.Shoot("hit")
		s.Open(forms.ScreenHitLog)
		s.Select(3)
		s.Shoot("hit-owner")
		s.Open(forms.ScreenManualEntry)
		s.Shoot("manual-entry")
		s.Keyboard("Plate")
		s.Shoot("keys-plate")
		s.Escape()
		s.Keyboard("Reason")
		s.Shoot("keys-words")
		s.Escape()
		s.Pick("Category", "suspended-driver-in-use")
		s.Write("Plate", "ckl*")
		s.Tap("Propose")
		s.Shoot("manual-entry-faults")
		s.PickFrom("Category")
		s.Shoot("picker")
		s.Escape()
		s.Open(forms.ScreenManualEntry)
		s.Shoot("manual-entry-draft")
		s.Open(forms.ScreenSearch)
		s.Tap("Search")
		s.Shoot("search-faults")
		s.Open(forms.ScreenLists)
		s.Shoot("lists")
		s.Open(forms.ScreenBreach)
		s.Shoot("breach")
		s.Tap("Report")
		s.Shoot("breach-faults")
		s.fail(s.Car.Lock(ctx))
		s.settle()
		s.Shoot("lock")
	}},
	{Name: "checklist", Play: func(s *Stage) {
		s.SignIn(officer)
		s.Open(forms.ScreenChecklist)
		s.Shoot("checklist")
		s.passed.Add(int64(48 * time.Hour))
		s.SignIn(officer)
		s.Shoot("patrol-off-not-well")
		s.Open(forms.ScreenChecklist)
		s.Tap("Start patrol")
		s.Shoot("checklist-faults")
		s.fail(s.Car.StartPatrolWith(ctx, cruiser.Start{Note: "the desk knows"}))
	}},
}
