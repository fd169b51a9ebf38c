package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
)

// sizes are the screens that the terminal must fit.
var sizes = []fyne.Size{{Width: 1024, Height: 600}, {Width: 1280, Height: 800}, {Width: 1920, Height: 1080}, {Width: 800, Height: 1280}}

// target is something to tap and its place in the window.
type target struct {
	what    string
	at      fyne.Position
	size    fyne.Size
	verdict bool
}

func (f *fixture) targets() (found []target) {
	walk(f.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
		_, taps := o.(fyne.Tappable)
		if !taps || o.Size().IsZero() {
			return
		}
		one := target{what: fmt.Sprintf("%T", o), at: at, size: o.Size()}
		if b, ok := o.(*widgets.Button); ok {
			one.what, one.verdict = b.Text, b.Kind == widgets.Verdict || b.Kind == widgets.VerdictOK
		}
		if !strings.Contains(one.what, "scrollBar") { // what scrolls is dragged anywhere
			found = append(found, one)
		}
	})
	return found
}

// requireMeasures checks that everything to tap is large enough, within the window
// and clear of everything else.
func (f *fixture) requireMeasures(screen string, size fyne.Size) {
	f.t.Helper()
	found := f.targets()
	require.NotEmpty(f.t, found, screen)
	for i, a := range found {
		least := theme.Target
		if a.verdict {
			least = theme.VerdictLeast
		}
		require.GreaterOrEqual(f.t, a.size.Height, least, "%s: %s is low", screen, a.what)
		require.GreaterOrEqual(f.t, a.size.Width, theme.Target, "%s: %s is narrow", screen, a.what)
		require.GreaterOrEqual(f.t, a.at.X, float32(0), "%s: %s", screen, a.what)
		require.LessOrEqual(f.t, a.at.X+a.size.Width, size.Width, "%s: %s leaves the window", screen, a.what)
		for _, b := range found[i+1:] {
			apart := a.at.X+a.size.Width <= b.at.X || b.at.X+b.size.Width <= a.at.X ||
				a.at.Y+a.size.Height <= b.at.Y || b.at.Y+b.size.Height <= a.at.Y
			require.True(f.t, apart, "%s: %s and %s lie over one another", screen, a.what, b.what)
		}
	}
}

func TestRequirement51_TargetsAreLargeAndApartOnEveryScreen(t *testing.T) {
	for _, size := range sizes {
		for _, language := range []string{"en", "fr"} {
			t.Run(fmt.Sprintf("%vx%v %s", size.Width, size.Height, language), func(t *testing.T) {
				f := newFixture(t, setting{size: size, language: language})
				f.startPatrol()
				f.requireMeasures("patrol", size)
				f.see("CBDA112", "Front left")
				f.see("CKLM804", "Front left")
				f.pass(2 * time.Second)
				f.requireMeasures("alert", size)
				a := f.top().(*alert)
				first, second := a.buttons[0], a.buttons[1]
				require.GreaterOrEqual(t, second.Position().X-first.Position().X-first.Size().Width, theme.Between, "a gap after the confirmation")
				for _, step := range []struct {
					key  rune
					name string
				}{{'1', "check"}, {'0', "check with reminder"}, {'1', "notice"}, {'1', "outcome"}} {
					f.key(step.key)
					f.requireMeasures(step.name, size)
				}
			})
		}
	}
}

func TestPlateTextStandsUnderThePicture(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CKLM804", "Front left")
	rows := all[*widgets.PlateRow](f)
	require.Len(t, rows, 2)
	require.Equal(t, "CKLM804", rows[0].Text())
	require.Equal(t, "CKLM8O4", rows[1].Text())
	require.Equal(t, rows[0].Position().X, rows[1].Position().X)
	require.Equal(t, rows[0].Size(), rows[1].Size())
	require.GreaterOrEqual(t, rows[0].TextSize(), theme.SizePlate)
}
