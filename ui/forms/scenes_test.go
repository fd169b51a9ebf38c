package forms

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/ui/gallery/props"
	"secondlook/ui/widgets"
)

// withHits is a terminal at a station with hits in every state, an officer signed in.
func withHits(t *testing.T, o ...func(*terminalOptions)) *terminal {
	term := newTerminal(t, o...)
	term.populate()
	term.enrol()
	term.raise()
	term.signIn(officerBadge, officerPIN)
	return term
}

// inSettings is an administrator in a part of the settings.
func inSettings(t *testing.T, part string, o ...func(*terminalOptions)) *terminal {
	term := newTerminal(t, o...)
	term.populate()
	term.signIn(adminBadge, adminPIN)
	term.open(NewSettings(term.Cruiser, term))
	term.tap(part)
	return term
}

// newcomer is a person with a first PIN and nothing else, signed in.
func newcomer(term *terminal) {
	ctx := term.t.Context()
	term.populate()
	term.signIn(adminBadge, adminPIN)
	require.NoError(term.t, term.Register(ctx, "Robin Castellane", newBadge, []access.Role{access.Patrol, access.Trainer}, firstPIN))
	term.signIn(newBadge, firstPIN)
}

// newBadge is the newcomer's, ownPIN what they choose.
const newBadge, ownPIN = "50222", "juniper-6640"

// untrained is a newcomer who has all but the training.
func untrained(term *terminal) {
	ctx := term.t.Context()
	newcomer(term)
	require.NoError(term.t, term.ChangeSecret(ctx, firstPIN, ownPIN))
	require.NoError(term.t, term.AcceptAgreement(ctx, term.Pack().Agreement.Version))
}

// enrolment is a second factor that looks the same every time.
func enrolment(term *terminal) cruiser.Enrolment {
	f := access.Factor{Secret: []byte("12345678901234567890123456789012")}
	return cruiser.Enrolment{URI: f.URI(term.Settings().Terminal, newBadge), Secret: f.Text(), Recovery: "MFRG GZDF MZTW Q2LK"}
}

// onPerson is an administrator on the page of a locked-out officer with a second factor.
func onPerson(term *terminal) *people {
	ctx := term.t.Context()
	term.populate()
	for range 5 {
		require.ErrorIs(term.t, term.SignIn(ctx, officerBadge, "not-it-at-all"), access.ErrBadSignIn)
	}
	term.signIn(adminBadge, adminPIN)
	who := term.person(officerBadge)
	f, _ := access.NewFactor()
	require.NoError(term.t, term.store.SetFactor(ctx, who.ID, f, audit.Event{Act: audit.FactorEnrolled}))
	p := newPeople(term.Cruiser, term)
	p.show(who.ID)
	return p
}

func addCameras(term *terminal) {
	for _, c := range []struct{ name, side, source string }{
		{"Front left", "Front left", "/dev/video0"}, {"Rear", "Rear", "rtsp://car:hunter22@10.0.0.7/stream?token=abc"},
	} {
		term.write("Name", c.name)
		term.write("Source", c.source)
		term.pick(find(term, func(*widgets.Picker) bool { return true })[0], c.side)
		term.button("Add a camera").OnTapped()
	}
}

// importSample imports a list with good rows and bad ones as CPIC.
func importSample(term *terminal) {
	path := filepath.Join(term.t.TempDir(), "cpic.csv")
	require.NoError(term.t, os.WriteFile(path, []byte(props.BrokenList), 0o600))
	require.NoError(term.t, os.Chtimes(path, start, start.Add(-3*3600e9)))
	term.write("List file", path)
	term.write("List name", "CPIC")
	term.write("Reason for the change", "Daily list")
	term.tap("Import")
}

// someEntries are an approved entry, a refused one and two proposals, one of them
// by the supervisor who is signed in.
func someEntries(term *terminal) {
	ctx := term.t.Context()
	term.populate()
	term.signIn(officerBadge, officerPIN)
	first := term.propose("CKLM804", "criminal-activity", 60)
	second := term.propose("BTXV117", "missing-person", 7)
	term.propose("AVKR455", "suspended-driver-in-use", 30)
	term.signIn(supervisorBadge, supervisorPIN)
	require.NoError(term.t, term.Approve(ctx, first.ID))
	require.NoError(term.t, term.Refuse(ctx, second.ID, "Found this afternoon"))
	term.propose("CHPN630", "amber-alert", 1)
}

// searched is a search that found an entry.
func searched(term *terminal) {
	ctx := term.t.Context()
	term.populate()
	term.signIn(officerBadge, officerPIN)
	e := term.propose("CKLM804", "criminal-activity", 60)
	term.signIn(supervisorBadge, supervisorPIN)
	require.NoError(term.t, term.Approve(ctx, e.ID))
	s := newSearch(term.Cruiser, term)
	term.open(s.page)
	term.write("Plate", "cklm 8o4")
	term.pick(s.purpose, "Active and open criminal investigation")
	term.write("Reason", "Witness named this plate")
	term.write("File number", "26-118203")
	term.tap("Search")
}
