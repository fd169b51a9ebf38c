package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/app/hit"
	"secondlook/app/plate"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

func TestRequirement46_AnEntryIsReportedFromTheAlert(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CWTR415", "Front right")
	wrong := f.button("This entry looks wrong")
	require.True(t, wrong.Disabled(), "the officer compares first")
	f.pass(2 * time.Second)
	f.tap("This entry looks wrong")
	f.requireSays("What is wrong with this entry?")
	f.tap("Something else")
	require.Empty(t, f.c.Quieted(), "that needs words")
	f.requireSays("Say what is wrong with the entry.")
	all[*widgets.Field](f)[0].SetText("the licence was given back")
	f.tap("Something else")

	require.IsType(t, &alert{}, f.top(), "back where the officer was")
	f.requireSays("Reported. The entry raises no alert until the shift ends.")
	require.True(t, f.button("Reported: no alert this shift").Disabled())
	require.Equal(t, []hit.State{hit.Raised}, f.states(), "the hit still waits for its verdict")
	r := f.c.Quieted()[0]
	require.Equal(t, hit.OtherFault, r.Reason)
	require.Equal(t, "the licence was given back", r.Words)
	require.Equal(t, "suspended-driver", r.Entry.Category)
}

func TestRequirement46_AnEntryIsReportedFromTheSteps(t *testing.T) {
	for step, keys := range map[string]string{"check": "1", "outcome": "1011"} {
		t.Run(step, func(t *testing.T) {
			f := newFixture(t, setting{})
			f.startPatrol()
			f.see("CKLM804", "Front left")
			f.pass(2 * time.Second)
			for _, k := range keys {
				f.key(k)
			}
			before := f.top()
			f.tap("This entry looks wrong")
			f.requireSays("Which entry?")
			f.escape()
			f.settle()
			require.Equal(t, before, f.top())
			f.tap("This entry looks wrong")
			f.tap("Expired plate")
			f.tap("Recovered already")
			require.Equal(t, before, f.top(), "back where the officer was")
			require.Equal(t, "expired-plate", f.c.Quieted()[0].Entry.Category)
			f.tap("This entry looks wrong")
			require.False(t, f.says("Which entry?"), "one is left")
			f.key('3')
			require.Len(t, f.c.Quieted(), 2)
			require.True(t, f.button("Reported: no alert this shift").Disabled())
		})
	}
}

func TestRequirement46_QuietedEntriesAreCountedAndCanAlertAgain(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CWTR415", "Front right")
	f.pass(2 * time.Second)
	f.tap("This entry looks wrong")
	f.key('2')
	f.tap("Not now")
	require.IsType(t, &patrolScreen{}, f.top())
	f.tap("Quieted: 1")
	f.requireSays("CWTR415")
	f.requireSays("Recovered already")
	f.tap("Let it alert again")
	require.Empty(t, f.c.Quieted())
	f.requireSays("No entry is quieted.")
	f.tap("Back")
	require.IsType(t, &patrolScreen{}, f.top())
	require.NotContains(t, f.texts(), "Quieted: 1")
}

// On a tablet held upright, too, all of it is in view: beside the cards while they leave
// room for it, then below them, and the screen makes way at once.
func TestRequirement46_QuietedEntriesAreInViewUpright(t *testing.T) {
	for _, language := range []string{words.English, words.French} {
		t.Run(language, func(t *testing.T) {
			f := newFixture(t, setting{size: fyne.NewSize(800, 1280), language: language})
			f.startPatrol()
			f.see("CWTR415", "Front right")
			f.pass(2 * time.Second)
			f.tap(words.T("report.open"))
			f.key('2')
			f.tap(words.T("verdict.later"))
			for _, c := range []struct {
				name  string
				plate plate.Text
				below bool
			}{
				{name: "two cards", plate: "CBDA112"},
				{name: "three cards", plate: "CKLM804", below: true},
			} {
				f.see(c.plate, "Front left")
				strip := f.shell.queue.strip
				chip, width := strip.quieted, f.shell.queue.object.Size().Width
				at := chip.Position()
				require.LessOrEqual(t, at.X+chip.Size().Width, width, c.name)
				require.GreaterOrEqual(t, chip.Size().Width, chip.MinSize().Width, c.name)
				require.GreaterOrEqual(t, chip.Size().Height, theme.Target, c.name)
				require.Equal(t, c.below, at.Y >= strip.scroll.Size().Height, c.name)
				require.GreaterOrEqual(t, f.shell.main.Position().Y, f.shell.queue.object.Position().Y+at.Y+chip.Size().Height, c.name)
			}
		})
	}
}

// texts is what all buttons say.
func (f *fixture) texts() (texts []string) {
	for _, b := range all[*widgets.Button](f) {
		texts = append(texts, b.Text)
	}
	return texts
}

func TestRequirement9_TheStatusBarLeadsToEveryList(t *testing.T) {
	f := newFixture(t, setting{})
	f.signIn()
	link := f.shell.status.lists
	link.Tapped(nil)
	link.Tapped(nil)
	f.settle()
	f.requireSays("Hotlists in force")
	f.requireSays("5 entries · 3 h old")
	f.tap("Back")
	require.IsType(t, &patrolScreen{}, f.top())
	require.NoError(t, f.c.Lock(ctx))
	f.settle()
	link.Tapped(nil)
	f.settle()
	require.False(t, f.says("Hotlists in force"), "a locked screen shows nothing")
}
