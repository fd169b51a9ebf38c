package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/ui/forms"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// press types a key that is no character, as the window's canvas gets it from Fyne.
func (f *fixture) press(k fyne.KeyName) {
	f.t.Helper()
	if focused := f.win.Canvas().Focused(); focused != nil {
		focused.TypedKey(&fyne.KeyEvent{Name: k})
	} else {
		f.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: k})
	}
	f.settle()
}

// Row 51: every place has a key, from a field too, and what was written there is
// still there when somebody comes back; the help names all keys; what Tab reaches is
// in sight.
func TestRequirement51_EveryPlaceHasAKey(t *testing.T) {
	f := newFixture(t, setting{})
	f.press(fyne.KeyF3)
	require.Len(t, f.stack, 1, "nobody is signed in")
	f.press(fyne.KeyF1)
	f.requireSays(words.T("keys.title"))
	f.press(fyne.KeyEscape)
	require.Nil(t, f.win.Canvas().Overlays().Top(), "Esc closes the help")
	f.signIn()

	names := map[string]bool{}
	for _, p := range f.places() {
		require.NotEmpty(t, p.key, p.name)
		f.press(p.key)
		shown, ok := f.top().(formScreen)
		require.True(t, ok && shown.name == p.name, "%s leads to %s", p.key, p.name)
		names[p.name] = true
	}
	require.True(t, names[forms.ScreenManualEntry] && names[forms.ScreenSearch])
	require.Len(t, f.stack, len(names)+1)

	keyOf := func(name string) fyne.KeyName {
		for _, p := range f.places() {
			if p.name == name {
				return p.key
			}
		}
		return ""
	}
	f.press(keyOf(forms.ScreenManualEntry))
	require.Len(t, f.stack, len(names)+1, "what is open is not opened again")
	reason := func() *widgets.Field {
		for _, field := range all[*widgets.Field](f) {
			if field.Label() == words.T("manual.reason") {
				return field
			}
		}
		t.Fatal("no field for the reason")
		return nil
	}
	reason().Focus(f.win.Canvas())
	reason().SetText("half a sentence")
	f.press(keyOf(forms.ScreenSearch))
	f.press(keyOf(forms.ScreenManualEntry))
	require.Equal(t, "half a sentence", reason().Text(), "a draft is not lost")

	f.win.Resize(fyne.NewSize(1024, 600))
	reached := map[fyne.Focusable]bool{}
	for range 60 {
		f.win.Canvas().FocusNext()
		o := f.win.Canvas().Focused()
		reached[o] = true
		if _, bar := o.(*widgets.StatusLink); bar {
			continue // nothing scrolls there
		}
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o.(fyne.CanvasObject))
		size := o.(fyne.CanvasObject).Size()
		require.GreaterOrEqual(t, at.Y, float32(0), "%T is above the edge", o)
		require.LessOrEqual(t, at.Y+size.Height, float32(600), "%T is below the edge", o)
	}
	require.Greater(t, len(reached), 12, "Tab goes round the form")
	require.True(t, reached[reason().Entry])

	f.win.Canvas().Unfocus()
	f.key('?')
	f.requireSays(words.T("keys.verdicts"))
	for _, p := range f.places() {
		f.requireSays(string(p.key))
		f.requireSays(p.text)
	}
	f.press(keyOf(forms.ScreenSearch))
	require.NotNil(t, f.win.Canvas().Overlays().Top(), "the help is closed first")
}
