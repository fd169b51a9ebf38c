package ui

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// suspended is a list that names owners, some of whom it may not name.
const suspended = `plate,jurisdiction,category,driver,lenses
CWTR411,CA-ON,suspended-driver,Alphonse Wintergrove,yes
CWTR412,CA-ON,suspended-driver,Beatrix Someone,
CWTR413,CA-ON,suspended-driver,,yes
CWTR414,CA-ON,suspended-driver,,no
CWTR416,CA-ON,unlicensed-driver,Alphonse Wintergrove,yes
`

// lookOutForOwners takes that list in and begins the patrol.
func (f *fixture) lookOutForOwners() {
	f.t.Helper()
	require.NoError(f.t, f.c.SignIn(ctx, adminBadge, adminPIN))
	_, err := f.c.ImportList(ctx, "MTO", evening, strings.NewReader(suspended))
	require.NoError(f.t, err)
	require.NoError(f.t, f.c.SignOut(ctx))
	f.startPatrol()
}

// owner is what the alert says after the label of the owner: value and note.
func (f *fixture) owner(label string) (said []string) {
	texts := all[*widgets.Text](f)
	for i, text := range texts {
		if text.Text() == label {
			said = append(said, texts[i+1].Text(), texts[i+2].Text())
		}
	}
	return said
}

func TestRequirement12_AnAlertNamesASuspendedOwner(t *testing.T) {
	for language, in := range map[string]struct{ label, lenses string }{
		words.English: {"Owner", "corrective lenses required"},
		words.French:  {"Titulaire", "verres correcteurs exigés"},
	} {
		for _, of := range []struct {
			plate plate.Text
			said  []string
		}{
			{"CWTR411", []string{"Alphonse Wintergrove", in.lenses}},
			{"CWTR412", []string{"Beatrix Someone", ""}},
			{"CWTR413", []string{in.lenses, ""}},
			{"CWTR414", nil},
			{"CWTR416", nil},
		} {
			t.Run(language+" "+string(of.plate), func(t *testing.T) {
				f := newFixture(t, setting{language: language})
				f.lookOutForOwners()
				f.see(of.plate, "Front right")
				require.IsType(t, &alert{}, f.top())
				require.Equal(t, of.said, f.owner(in.label))
			})
		}
	}
}

func TestRequirement12_TheMovingLayoutNamesNobody(t *testing.T) {
	f := newFixture(t, setting{receiver: true})
	f.lookOutForOwners()
	f.at(50, 2)
	f.see("CWTR411", "Front right")
	f.requireGlance(words.T("moving.passenger"), words.T("moving.later"))
	require.Equal(t, "CWTR411", f.driving.plate.Text())
	for _, text := range all[*widgets.Text](f) {
		require.NotContains(t, text.Text(), "Wintergrove")
		require.NotContains(t, text.Text(), words.T("fact.owner.lenses"))
	}
}
