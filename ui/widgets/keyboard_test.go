package widgets

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"github.com/stretchr/testify/require"

	"secondlook/ui/words"
)

// keysIn returns the keys that an object shows.
func keysIn(o fyne.CanvasObject) (keys []*keyCap) {
	switch o := o.(type) {
	case *keyCap:
		if o.Visible() {
			keys = append(keys, o)
		}
	case *widget.PopUp:
		return keysIn(o.Content)
	case *fyne.Container:
		for _, child := range o.Objects {
			keys = append(keys, keysIn(child)...)
		}
	case *Field:
		for _, child := range test.WidgetRenderer(o).Objects() {
			keys = append(keys, keysIn(child)...)
		}
	}
	return keys
}

// hit taps a key by its text or icon.
func hit(t *testing.T, in fyne.CanvasObject, names ...string) {
	t.Helper()
	for _, name := range names {
		found := false
		for _, k := range keysIn(in) {
			if found = k.text == name || k.icon == name && name != ""; found {
				test.Tap(k)
				break
			}
		}
		require.True(t, found, "no key %q", name)
	}
}

// opened puts the keyboard into a field and taps the key beside it.
func opened(t *testing.T, w fyne.Window, f *Field) fyne.CanvasObject {
	t.Helper()
	require.Empty(t, keysIn(f), "a field that nobody writes in offers no keys")
	f.Focus(w.Canvas())
	hit(t, f, "keys")
	top := w.Canvas().Overlays().Top()
	require.NotNil(t, top)
	return top
}

// Row 51: whoever has no keyboard writes everything by touch, and what was typed is
// in the field at once.
func TestRequirement51_FieldsAreFilledByTouch(t *testing.T) {
	text, secret := NewField("Reason", ""), NewSecretField("PIN", "")
	plain, plate := NewAreaField("Note", "", 2), NewPlateField("Plate", "")
	w := window(t, NewColumn(2, text, secret, plain, plate), 1024, 600)

	pad := opened(t, w, text)
	hit(t, pad, "shift", "A", "v", "Space", "1", "rub-out", "2", "'", "& é ?", "é", "abc", "-", "Space")
	require.Equal(t, "Av 2'é- ", text.Text())
	require.NotEqual(t, fyne.Focusable(text.Entry), w.Canvas().Focused(), "a real keyboard writes above the keys")
	test.Type(w.Canvas().Focused(), "x")
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	require.Nil(t, w.Canvas().Overlays().Top(), "Enter closes the keys")
	require.Equal(t, "Av 2'é- x", text.Text())
	require.Equal(t, fyne.Focusable(text.Entry), w.Canvas().Focused())

	hit(t, opened(t, w, secret), "4", "1", "2", "7")
	require.Equal(t, "4127", secret.Text())
	w.Canvas().Overlays().Remove(w.Canvas().Overlays().Top()) // as a lock does

	plain.SetText("one\ntwo")
	hit(t, opened(t, w, plain), "s")
	require.Equal(t, "one\ntwos", plain.Text(), "writing goes on at the end")
	w.Canvas().Overlays().Remove(w.Canvas().Overlays().Top())

	pad = opened(t, w, plate)
	hit(t, pad, "C", "O", "0", "I", "1", "rub-out", "8")
	require.Equal(t, "CO0I8", plate.Text())
	notes := map[string]string{}
	for _, k := range keysIn(pad) {
		notes[k.text] = k.note
		require.True(t, k.style.Monospace || k.icon != "", "%q is not in the plates' font", k.text)
	}
	for name, note := range map[string]string{"O": "letter", "I": "letter", "0": "digit", "1": "digit", "B": ""} {
		require.Equal(t, note, notes[name], name)
	}
}

// Every key is large enough for a glove at every size, in both languages.
func TestRequirement51_KeysAreForGloves(t *testing.T) {
	defer words.Use(words.English)
	for _, lang := range []string{words.English, words.French} {
		words.Use(lang)
		for _, size := range []fyne.Size{{Width: 1024, Height: 600}, {Width: 1280, Height: 800}, {Width: 1920, Height: 1080}, {Width: 800, Height: 1280}} {
			for name, make := range map[string]func() *Field{
				"text":  func() *Field { return NewField("File number", "") },
				"plate": func() *Field { return NewPlateField("Plate", "") },
				"area":  func() *Field { return NewAreaField("Reason", "", 2) },
			} {
				f := make()
				w := window(t, container.NewStack(NewColumn(0, f)), size.Width, size.Height)
				pad := opened(t, w, f)
				f.SetText("CKLM804")
				for turn := range 2 {
					area := pad.(*widget.PopUp).Content
					for _, k := range keysIn(pad) {
						at := fyne.CurrentApp().Driver().AbsolutePositionForObject(k)
						require.GreaterOrEqual(t, k.Size().Height, keyLeast, "%s at %v", k.text, size)
						require.GreaterOrEqual(t, k.Size().Width, keyLeast-1, "%s at %v", k.text, size)
						require.LessOrEqual(t, at.X+k.Size().Width, size.Width, "%s at %v", k.text, size)
						require.LessOrEqual(t, at.Y+k.Size().Height, size.Height, "%s at %v", k.text, size)
					}
					require.LessOrEqual(t, area.MinSize().Height, size.Height, "%s %s at %v", lang, name, size)
					if name == "plate" || turn == 1 {
						break
					}
					hit(t, pad, words.T("keyboard.signs"))
				}
			}
		}
	}
}
