package forms

import (
	"maps"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// Each screen as it looks at 1280 by 800. After a change that is meant, look at
// testdata/failed and move the picture to testdata.
func TestPictures(t *testing.T) {
	all := map[string]func(*testing.T) *terminal{
		"first": func(t *testing.T) *terminal {
			term := newTerminal(t)
			term.open(NewFirst(term.Cruiser, term, func() {}))
			return term
		},
		"set-up": func(t *testing.T) *terminal {
			term := newTerminal(t)
			term.open(NewSetUp(term.Cruiser, term))
			return term
		},
		"set-up-faults": func(t *testing.T) *terminal {
			term := newTerminal(t)
			term.open(NewSetUp(term.Cruiser, term))
			term.tap("Next: agreement and training")
			return term
		},
		"sign-in": func(t *testing.T) *terminal {
			term := newTerminal(t)
			term.populate()
			term.open(NewSignIn(term.Cruiser, term))
			return term
		},
		"sign-in-fr-day": func(t *testing.T) *terminal {
			term := newTerminal(t, french, day)
			term.populate()
			term.open(NewSignIn(term.Cruiser, term))
			term.write("Matricule", officerBadge)
			term.write("NIP", "wrong-one-1")
			term.tap("Ouvrir la session")
			return term
		},
		"lock": func(t *testing.T) *terminal {
			term := withHits(t)
			term.open(NewLock(term.Cruiser, term))
			return term
		},
		"sign-in-standby": func(t *testing.T) *terminal {
			term := onStandby(t)
			term.open(NewSignIn(term.Cruiser, term))
			return term
		},
		"sign-in-standby-fr-day": func(t *testing.T) *terminal {
			term := onStandby(t, french, day)
			term.open(NewSignIn(term.Cruiser, term))
			return term
		},
		"settings-keys-standby": func(t *testing.T) *terminal { return inSettings(t, "Keys", keyed) },
		"people": func(t *testing.T) *terminal {
			term := newTerminal(t)
			term.populate()
			term.signIn(adminBadge, adminPIN)
			term.open(NewPeople(term.Cruiser, term))
			return term
		},
		"set-up-agreement": func(t *testing.T) *terminal {
			term := newTerminal(t)
			s := newSetUp(term.Cruiser, term)
			term.open(s.holder.Container)
			s.holder.show(s.duties)
			term.tap("Set up and sign in")
			return term
		},
		"sign-in-code": func(t *testing.T) *terminal {
			term := newTerminal(t)
			onPerson(term)
			require.NoError(t, term.Release(t.Context(), officerBadge, "came in person"))
			require.NoError(t, term.SignOut(t.Context()))
			term.open(NewSignIn(term.Cruiser, term))
			term.write("Badge", officerBadge)
			term.write("PIN", officerPIN)
			term.tap("Sign in")
			return term
		},
		"person": func(t *testing.T) *terminal {
			term := newTerminal(t)
			term.open(onPerson(term).holder.Container)
			return term
		},
		"prove": func(t *testing.T) *terminal {
			term := newTerminal(t)
			p := onPerson(term)
			term.open(p.holder.Container)
			term.pass(access.ProofHolds)
			term.tap("Release")
			term.write("Reason", "Came to the desk in person")
			term.tap("Release")
			return term
		},
		"needs-secret": func(t *testing.T) *terminal {
			term := newTerminal(t)
			newcomer(term)
			term.open(NewNeeds(term.Cruiser, term))
			term.tap("Use my own PIN")
			return term
		},
		"needs-factor": func(t *testing.T) *terminal {
			term := newTerminal(t)
			newcomer(term)
			n := blankNeeds(term.Cruiser, term)
			n.factor(enrolment(term))
			term.open(n.page)
			return term
		},
		"needs-agreement-fr-day": func(t *testing.T) *terminal {
			term := newTerminal(t, french, day)
			newcomer(term)
			require.NoError(t, term.ChangeSecret(t.Context(), firstPIN, ownPIN))
			term.open(NewNeeds(term.Cruiser, term))
			return term
		},
		"needs-training": func(t *testing.T) *terminal {
			term := newTerminal(t)
			untrained(term)
			term.open(NewNeeds(term.Cruiser, term))
			return term
		},
		"account": func(t *testing.T) *terminal {
			term := newTerminal(t)
			term.populate()
			term.signIn(officerBadge, officerPIN)
			term.open(NewAccount(term.Cruiser, term))
			return term
		},
		"settings": func(t *testing.T) *terminal { return inSettings(t, "Terminal") },
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
		"settings-station": func(t *testing.T) *terminal { return inSettings(t, "Station") },
		"settings-keys":    func(t *testing.T) *terminal { return inSettings(t, "Keys") },
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
		"settings-keys-rekey-fr-day": func(t *testing.T) *terminal {
			return rekeying(t, "Clés", func(r *rekeyPart) {
				r.warn(2, time.Time{})
				r.save.begin(form{})
				r.busy.begin("", nil)
				r.at(rekeyed{done: 61_000_000, total: 160_000_000, left: 50 * time.Second})
			}, french, day)
		},
		"settings-keys-rekeyed": func(t *testing.T) *terminal {
			return rekeying(t, "Keys", func(r *rekeyPart) { r.done(1, time.Time{}, nil) })
		},
		"settings-keys-rekeyed-not-erased-fr": func(t *testing.T) *terminal {
			return rekeying(t, "Clés", func(r *rekeyPart) { r.done(2, time.Time{}, audit.ErrNotErased) }, french)
		},
		"recover": func(t *testing.T) *terminal {
			term := newTerminal(t)
			term.populate()
			term.open(NewRecover(term.Cruiser, term))
			term.write("Recovery code", "7K3QM 0XZ4T 9PWBA HH2V6 R8D1Y CNE5S 4GJFK")
			term.write("Administrator's badge", adminBadge)
			term.tap("Give the new PIN")
			return term
		},
		"hit-log": func(t *testing.T) *terminal {
			term := withHits(t)
			term.open(NewHitLog(term.Cruiser, term))
			return term
		},
		"hit": func(t *testing.T) *terminal {
			term := withHits(t)
			l := newHitLog(term.Cruiser, term)
			term.open(l.holder.Container)
			l.show("a1")
			return term
		},
		"manual-entry": func(t *testing.T) *terminal {
			term := newTerminal(t)
			term.populate()
			term.signIn(officerBadge, officerPIN)
			term.open(NewManualEntry(term.Cruiser, term))
			return term
		},
		"manual-entry-faults": func(t *testing.T) *terminal {
			term := newTerminal(t)
			term.populate()
			term.signIn(officerBadge, officerPIN)
			m := newManual(term.Cruiser, term)
			term.open(m.holder.Container)
			term.pick(m.category, "In use by a suspended driver, not the owner")
			term.write("Plate", "ckl*")
			term.tap("Propose")
			return term
		},
		"entries": func(t *testing.T) *terminal {
			term := newTerminal(t)
			someEntries(term)
			term.open(NewEntries(term.Cruiser, term))
			return term
		},
		"entry-approve-changed": func(t *testing.T) *terminal {
			term := newTerminal(t)
			supervised(term)
			return term
		},
		"search": func(t *testing.T) *terminal {
			term := newTerminal(t)
			searched(term)
			return term
		},
		"checklist": func(t *testing.T) *terminal {
			term := beforeShift(t)
			term.open(NewChecklist(term.Cruiser, term))
			return term
		},
		"checklist-fr-day": func(t *testing.T) *terminal {
			term := beforeShift(t, french, day)
			term.pass(48 * time.Hour)
			term.signIn(officerBadge, officerPIN)
			term.open(NewChecklist(term.Cruiser, term))
			term.tap("Commencer la patrouille")
			return term
		},
		"end-shift": func(t *testing.T) *terminal {
			term := withHits(t)
			term.open(NewEndShift(term.Cruiser, term))
			return term
		},
		"end-shift-done": func(t *testing.T) *terminal {
			term := withHits(t)
			term.open(NewEndShift(term.Cruiser, term))
			term.tap("End shift and sync")
			return term
		},
	}
	for name, open := range caseScreens() {
		all[name] = func(t *testing.T) *terminal {
			term := newTerminal(t, ordering)
			withCases(term)
			term.open(open(term))
			return term
		}
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
