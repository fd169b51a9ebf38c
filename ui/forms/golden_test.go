package forms

import (
	"maps"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// The gallery's check compares nearly every screen with its master; here are those on
// which something is another each time, a key, a code or an id, and is set in place. After
// a change that is meant, look at testdata/failed and move the picture to testdata.
func TestPictures(t *testing.T) {
	all := map[string]func(*testing.T) *terminal{
		"needs-factor": func(t *testing.T) *terminal {
			term := newTerminal(t)
			newcomer(term)
			n := blankNeeds(term.Cruiser, term)
			n.factor(enrolment(term))
			term.open(n.page)
			return term
		},
		"settings-cameras": func(t *testing.T) *terminal {
			term := inSettings(t, "Cameras")
			addCameras(term)
			return term
		},
		"settings-lists": func(t *testing.T) *terminal {
			term := inSettings(t, "Hotlists")
			importSample(term)
			return term
		},
		"settings-keys-code-fr-day": func(t *testing.T) *terminal {
			term := newTerminal(t, french, day)
			term.populate()
			term.signIn(adminBadge, adminPIN)
			s := newSettings(term.Cruiser, term)
			term.open(s.page)
			term.tap("Clés")
			made := access.Recovery{Name: "recovery-2", Made: start}
			s.keys.say(made, nil)
			s.keys.show("7K3QM-0XZ4T-9PWBA-HH2V6-R8D1Y-CNE5S-4GJFK", made)
			return term
		},
		"settings-keys-rekeyed-not-erased-fr": func(t *testing.T) *terminal {
			term := newTerminal(t, french)
			term.populate()
			term.signIn(adminBadge, adminPIN)
			s := newSettings(term.Cruiser, term)
			term.open(s.page)
			term.tap("Clés")
			s.keys.rekey.done(2, time.Time{}, audit.ErrNotErased)
			s.page.Refresh()
			return term
		},
		"answer-finished": func(t *testing.T) *terminal {
			term := newTerminal(t)
			withCases(term)
			term.open(answered(term))
			return term
		},
	}
	maps.Copy(all, oversightPictures())
	maps.Copy(all, policyPictures())
	for name, make := range all {
		t.Run(name, func(t *testing.T) {
			term := make(t)
			term.window.Canvas().Unfocus()
			test.AssertImageMatches(t, name+".png", term.window.Canvas().Capture())
		})
	}
}
