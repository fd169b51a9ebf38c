package ui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/ui/forms"
	"secondlook/ui/words"
)

// at has the car go at a speed for some seconds.
func (f *fixture) at(kmh float64, seconds int) {
	f.t.Helper()
	for range seconds {
		f.pass(time.Second)
		f.speed.Say(kmh)
		f.settle()
	}
}

// requireGlance checks that all that can be tapped or typed is one tap and the passenger.
func (f *fixture) requireGlance(taps ...string) {
	f.t.Helper()
	require.NotNil(f.t, f.driving)
	require.Equal(f.t, f.driving.made, f.shell.main.Objects[0], "nothing else is in view")
	require.False(f.t, f.shell.queue.object.Visible())
	for _, s := range taps {
		f.button(s)
	}
}

func TestRequirement48_OneGlanceAndOneTapWhileDriving(t *testing.T) {
	f := newFixture(t, setting{receiver: true})
	f.startPatrol()
	f.Open(forms.ScreenSearch)
	f.help()
	f.at(50, 2)
	f.requireGlance(words.T("moving.passenger"))
	require.Nil(t, f.win.Canvas().Overlays().Top(), "no dialog lies over it")
	require.Nil(t, f.win.Canvas().Focused(), "no field takes the keys")
	f.drive()

	f.see("CBDA112", "Front left")
	f.see("CKLM804", "Front left") // graver: it comes first
	f.requireGlance(words.T("moving.passenger"), words.T("moving.later"))
	require.Equal(t, "CKLM804", f.driving.plate.Text())
	require.Equal(t, "look-alike · Front left · Honda Civic, 2019 · Grey", f.driving.line.Text())
	require.True(t, f.driving.alike.Visible(), "its sign says so too")
	require.Equal(t, "1 more waits in the queue", f.driving.waiting.Text())
	f.pass(settling)

	for _, key := range "123bs?" { // verdicts, the report of a breach, help
		f.rune(key)
		f.settle()
	}
	f.Open(forms.ScreenSettings)
	f.openAlert(f.driving.hit.ID)
	f.settle()
	f.requireGlance(words.T("moving.later"))
	require.Equal(t, []hit.State{hit.Raised, hit.Raised}, f.states(), "nothing is judged, by key or otherwise")
	require.True(t, f.says(words.T("error.moving")), "it says why")

	f.tap(words.T("moving.later"))
	require.Equal(t, "CBDA112", f.driving.plate.Text(), "one tap, and the next")
	f.tap(words.T("moving.later"))
	require.Equal(t, "CBDA112", f.driving.plate.Text(), "the second tap of a double one is none")
	f.see("CWTR415", "Front right")

	f.at(0, 4)
	require.Nil(t, f.driving)
	require.Equal(t, forms.ScreenSearch, f.top().(formScreen).name, "what was open comes back")
	require.Len(t, f.c.Queue(), 3, "every hit waits")
	f.Home()
	f.settle()
	f.at(50, 2)
	require.Equal(t, "CWTR415", f.driving.plate.Text())
	f.at(0, 4)
	a, ok := f.top().(*alert)
	require.True(t, ok, "when the car stands the alert opens in full")
	require.Equal(t, "CWTR415", string(a.a.Hit.Read.Text))
}

func TestRequirement48_APassengerHasTheWholeScreen(t *testing.T) {
	f := newFixture(t, setting{receiver: true})
	f.startPatrol()
	f.at(50, 2)
	f.tap(words.T("moving.passenger"))
	f.settle()
	require.Nil(t, f.driving)
	require.True(t, f.shell.status.passenger.Visible())
	f.see("CWTR415", "Front right")
	_, full := f.top().(*alert)
	require.True(t, full)
	f.shell.status.passenger.Tapped(nil)
	f.settle()
	f.requireGlance(words.T("moving.later"))
	require.False(t, f.shell.status.passenger.Visible())

	require.NoError(t, f.c.Lock(ctx))
	f.settle()
	require.Nil(t, f.driving, "a locked screen is a locked screen")
	require.Equal(t, forms.ScreenLock, f.top().(formScreen).name)
	require.NoError(t, f.c.SignIn(ctx, patrolBadge, patrolPIN))
	f.settle()
	f.requireGlance(words.T("moving.later"))
}

func TestRequirement49_TheReceiverStandsOnTheStatusBar(t *testing.T) {
	f := newFixture(t, setting{receiver: true})
	f.startPatrol()
	require.True(t, f.says(words.T("status.position.fix")))
	f.pass(70 * time.Second)
	require.Eventually(t, func() bool {
		state, _ := f.c.Position()
		return state == cruiser.PositionLost
	}, time.Minute, time.Millisecond)
	f.changed(cruiser.PositionChanged)
	f.requireSays(words.T("status.position.lost", "Age", words.Age(70*time.Second)))
	f.at(0, 1)
	require.True(t, f.says(words.T("status.position.fix")))
}
