package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/app/cruiser"
	"secondlook/ui/forms"
	"secondlook/ui/theme"
	"secondlook/ui/words"
)

// atBreach reports whether the report of a suspected breach is on screen.
func (f *fixture) atBreach() bool {
	s, ok := f.top().(formScreen)
	return ok && s.name == forms.ScreenBreach
}

func TestRequirement57_ABreachIsReportedFromAnyScreen(t *testing.T) {
	f := newFixture(t, setting{})
	f.signIn()
	var names []string
	for _, p := range f.places() {
		names = append(names, p.name)
	}
	for _, name := range append(names, forms.ScreenPatrol) {
		f.Open(name)
		before := len(f.stack)
		f.shell.status.breach.Tapped(nil)
		require.True(t, f.atBreach(), "from %s", name)
		f.shell.status.breach.Tapped(nil)
		require.Len(t, f.stack, before+1, "it opens once")
		f.Back()
		require.Len(t, f.stack, before, "and leads back")
		f.Home()
	}
	f.key('b')
	require.True(t, f.atBreach(), "by keyboard")
	f.Home()

	f.startPatrol()
	f.see("CKLM804", "Front left")
	f.pass(2 * time.Second)
	require.IsType(t, &alert{}, f.top())
	f.shell.status.breach.Tapped(nil)
	require.True(t, f.atBreach(), "from an alert")
	f.Home()

	require.NoError(t, f.c.Lock(ctx))
	f.settle()
	require.False(t, f.shell.status.breach.Visible())
	f.reportBreach()
	require.False(t, f.atBreach(), "a locked screen opens nothing")
	require.NoError(t, f.c.SignOut(ctx))
	f.settle()
	require.False(t, f.shell.status.breach.Visible())
}

// On an upright tablet nothing of the status bar reaches out of the window, also with
// a camera lost and in French.
func TestRequirement51_TheStatusBarFitsANarrowWindow(t *testing.T) {
	for _, size := range []fyne.Size{{Width: 800, Height: 1280}, {Width: 1024, Height: 600}} {
		f := newFixture(t, setting{size: size, language: "fr"})
		f.startPatrol()
		f.cars.Lose(1)
		f.changed(cruiser.CamerasChanged)
		f.settle()
		clock := f.shell.status.clock
		require.LessOrEqual(t, clock.Position().X+clock.Size().Width, size.Width-2*theme.Margin+0.5)
		require.GreaterOrEqual(t, f.shell.status.breach.Size().Width, theme.Target)
	}
}

// The records are one place, for whoever has something to see there.
func TestRequirement21_RecordsAreForWhoeverMaySeeThem(t *testing.T) {
	f := newFixture(t, setting{})
	f.signIn() // a supervisor, too
	f.button(words.T("nav.cases"))
	require.NoError(t, f.c.SignOut(ctx))
	f.settle()
	require.NoError(t, f.c.SignIn(ctx, adminBadge, adminPIN))
	f.settle()
	for _, p := range f.places() {
		require.NotEqual(t, forms.ScreenCases, p.name, "an administrator opens no records")
	}
}
