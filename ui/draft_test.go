package ui

import (
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/draft"
	"secondlook/ui/forms"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// plates are those in the drafts that the store has.
func (f *fixture) plates() (plates []string) {
	f.t.Helper()
	all, err := f.kept.Drafts(ctx)
	require.NoError(f.t, err)
	for _, d := range all {
		plates = append(plates, d.Fields["plate"])
	}
	return plates
}

// plate is the field for one on the screen in view.
func (f *fixture) plate() *widgets.Field {
	f.t.Helper()
	for _, field := range all[*widgets.Field](f) {
		if field.Label() == words.T("search.plate") {
			return field
		}
	}
	f.t.Fatal("no field for a plate")
	return nil
}

func TestRequirement37_TheWindowKeepsADraftAndGivesItBack(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.Open(forms.ScreenSearch)
	f.settle()
	f.plate().SetText("BTX")
	require.Empty(t, f.plates())
	f.pass(draft.Rest)
	require.Equal(t, []string{"BTX"}, f.plates(), "the author rests")

	f.plate().SetText("BTXV1")
	f.see("CKLM804", "Front left")
	f.Open(forms.ScreenHit + f.c.Queue()[0].ID)
	f.settle()
	require.Equal(t, []string{"BTXV1"}, f.plates(), "an alert takes the place of the form")
	f.Home()
	f.settle()
	f.Open(forms.ScreenSearch)
	f.settle()
	require.Equal(t, "BTXV1", f.plate().Text())

	f.plate().SetText("BTXV117")
	require.NoError(t, f.c.Lock(ctx))
	f.settle()
	require.NoError(t, f.c.Unlock(ctx, patrolBadge, patrolPIN))
	f.settle()
	require.Equal(t, []string{"BTXV117"}, f.plates())
	f.Home()
	f.settle()
	f.Open(forms.ScreenSearch)
	f.settle()
	require.Equal(t, "BTXV117", f.plate().Text())
	f.requireSays("Your draft of " + words.Clock(f.c.Now()) + " is here again.")
}
