package ui

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/app/cruiser"
	"secondlook/app/training"
	"secondlook/assets"
	"secondlook/ui/forms"
	"secondlook/ui/gallery/props"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// stage plays the standard scenario by the test's clock.
func (f *fixture) stage() *cruiser.Stage {
	f.t.Helper()
	play, err := training.NewPlay(street(f.t), f.clock)
	require.NoError(f.t, err)
	stage, err := props.Training(play, func(d training.Debrief) { f.debriefs = append(f.debriefs, d) })
	require.NoError(f.t, err)
	return stage
}

// train begins the standard scenario.
func (f *fixture) train() {
	f.t.Helper()
	f.signIn()
	require.NoError(f.t, f.c.BeginTraining(ctx, street(f.t)))
	require.NoError(f.t, f.c.StartPatrol(ctx))
	f.settle()
}

// requireTraining fails unless the screen says that it is training: the strip's words,
// the frame around all of it, and the strip in whatever lies over it.
func (f *fixture) requireTraining(where string) {
	f.t.Helper()
	strips := func(o fyne.CanvasObject) (n int) {
		walk(o, fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
			if b, ok := o.(*widgets.Banner); ok && b.Hatched() && b.Size().Height > 20 {
				n++
			}
		})
		return n
	}
	require.Equal(f.t, 1, strips(f.win.Content()), where)
	text := words.T("training")
	if f.held() {
		text += " " + words.T("training.paused")
	}
	f.requireSays(text)
	framed, ok := f.win.Content().(*fyne.Container)
	require.True(f.t, ok)
	require.Len(f.t, framed.Objects, 5, "the content and four sides of the frame")
	for i, side := range framed.Objects[1:] {
		require.True(f.t, side.Visible() && side.Size().Width >= 8 && side.Size().Height >= 8, "%s: side %d", where, i)
	}
	if top := f.win.Canvas().Overlays().Top(); top != nil {
		require.Equal(f.t, 1, strips(top), "%s: what lies over it", where)
	}
	require.Contains(f.t, f.win.Title(), "TRAINING")
	require.Contains(f.t, f.win.Title(), "FORMATION")
}

// Every screen of the demo says what it is, in both languages.
func TestRequirement39_EveryDemoScreenSaysTraining(t *testing.T) {
	for _, language := range []string{words.English, words.French} {
		t.Run(language, func(t *testing.T) {
			f := newFixture(t, setting{training: true, language: language})
			f.requireTraining("sign-in")
			f.train()
			f.drive()
			f.requireTraining("patrol")
			for name := range screens {
				f.Open(name)
				f.settle()
				f.requireTraining(name)
				f.Back()
				f.settle()
			}
			for _, name := range []string{forms.ScreenFirst, "nowhere"} {
				f.push(f.form(name))
				f.requireTraining(name)
				f.Back()
			}
			f.key('?')
			f.requireTraining("keys")
			f.escape()
			f.Open(screenConsole)
			f.settle()
			f.requireTraining("console")
			f.escape()
			f.Toast(words.T("toast.erased"))
			f.requireTraining("toast")
			f.see("WKLM804", "Front left")
			f.pass(2 * time.Second)
			f.requireTraining("alert")
			f.key('1')
			f.requireTraining("check")
			f.key('a')
			f.requireTraining("check-asked")
			f.key('0')
			f.key('1')
			f.requireTraining("notice")
			for _, open := range []string{"driver.show", "driver.code", "driver.print"} {
				f.tap(words.T(open))
				f.requireTraining(open)
				f.escape()
				f.settle()
			}
			f.key('1')
			f.requireTraining("outcome")
			f.key('1')
			f.openQuieted()
			f.requireTraining("quieted")
			f.escape()
			f.Open(screenScore)
			f.settle()
			f.requireTraining("debrief")
			f.tap(words.T("debrief.print"))
			f.requireTraining("debrief-save")
			f.Open(forms.ScreenManualEntry)
			f.settle()
			for _, p := range all[*widgets.Picker](f) {
				test.Tap(p)
				f.requireTraining("picker")
				f.escape()
				break
			}
			f.lock()
			f.settle()
			f.requireTraining("lock")
			require.NoError(t, f.c.SignOut(ctx))
			require.NoError(t, f.c.SignIn(ctx, adminBadge, adminPIN))
			f.settle()
			f.Open(forms.ScreenSettings)
			f.settle()
			f.tap(words.T("settings.tab.lists"))
			f.tap(words.T("form.browse"))
			require.NotNil(t, f.win.Canvas().Overlays().Top(), "the chooser of a file")
			f.requireTraining("chooser")
		})
	}
}

// A trainer holds the scenario by opening the console, has things happen, and lets it
// go on; the trainee's screens never show what comes.
func TestRequirement39_TrainersConsole(t *testing.T) {
	f := newFixture(t, setting{training: true})
	f.train()
	play := f.c.Stage().Play
	next := "Amber Alert, Front left: correct read"
	require.False(t, f.says(next))
	f.pass(2 * time.Second)
	f.key('T')
	require.IsType(t, &console{}, f.top())
	require.True(t, play.Paused())
	f.requireSays(next)
	f.requireSays("TRAINING. Nothing here is real. PAUSED.")
	at := play.At()
	f.pass(time.Minute)
	require.Equal(t, at, play.At())

	before := len(play.Script().Hits)
	f.key('3')
	require.Len(t, play.Script().Hits, before+1)
	f.requireSays("It comes as soon as the scenario goes on.")
	f.key('6')
	require.Len(t, play.Script().Hits, before+6, "a burst of five")
	f.tap("The list is 80 h old")
	require.True(t, f.top().(*console).listIsOld())
	f.tap("The list is new")
	require.False(t, f.top().(*console).listIsOld())
	f.tap("Front right off, 20 s")
	require.True(t, play.Lost("Front right"))
	f.tap("Front right back")
	require.False(t, play.Lost("Front right"))
	f.key('8')
	f.key('9')
	require.True(t, play.Lost("Front left") && play.Lost("Front right"), "each camera has a key")
	f.key('8')
	f.key('9')

	f.tap("Back, keep paused")
	require.IsType(t, &patrolScreen{}, f.top())
	require.True(t, play.Paused())
	f.key('p')
	require.False(t, play.Paused())
	f.key('p')
	require.True(t, play.Paused())
	f.requireSays("TRAINING. Nothing here is real. PAUSED.")
	f.key('t')
	f.tap("Go on")
	require.False(t, play.Paused())
	require.False(t, f.says(next), "hidden from the trainee")
	require.False(t, f.says("TRAINING. Nothing here is real. PAUSED."))

	// Another scenario takes away what the trainee had open.
	f.see("WKLM804", "Front left")
	require.IsType(t, &alert{}, f.top())
	f.key('t')
	on := f.top().(*console)
	on.begin(on.stage.Library["stale-list"])
	f.settle()
	require.IsType(t, &console{}, f.top())
	require.Equal(t, "An old list", play.Script().Name.EN)
	f.key('t')
	require.IsType(t, &patrolScreen{}, f.top())
	require.Empty(t, f.c.Queue())
	f.see("WKTA583", "Front right")
	f.pass(2 * time.Second)
	f.key('1')
	f.tap("Call the agency")
	f.requireSays("The agency answers: the record is not active any more.")
	f.tap("Not active")
	f.key('t')
	f.key('d')
	f.requireSays("Training debrief")
	f.requireSays("not active: as expected")
	f.key('p')
	f.tap("Save")
	require.Len(t, f.debriefs, 1)
	require.Equal(t, 1, f.debriefs[0].Report.Right)
	f.escape()
	f.escape()
	f.key('r')
	require.Empty(t, f.states())
	require.Zero(t, play.At())

	// A file of the trainer's own that cannot be played says why.
	on = f.top().(*console)
	on.read()
	require.Equal(t, "Write the path of the file.", on.file.Fault())
	on.file.SetText("/nowhere.toml")
	on.read()
	require.Contains(t, on.file.Fault(), "open the scenario")
	require.Equal(t, "An old list", play.Script().Name.EN)

	// What is typed after a file was taken is not the file's field's, which is gone.
	lesson := filepath.Join(t.TempDir(), "lesson.toml")
	script, err := assets.Scenario("amber-alert")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(lesson, script, 0o600))
	f.win.Canvas().Focus(on.file.Entry)
	on.file.SetText(lesson)
	on.file.Entry.OnSubmitted("")
	f.settle()
	require.Equal(t, "Amber Alert at night", play.Script().Name.EN)
	require.Nil(t, f.win.Canvas().Focused())
}
