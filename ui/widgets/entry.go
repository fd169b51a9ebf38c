package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Entry is Fyne's entry, but Tab always leaves it, Esc and the function keys go to
// the window wherever people write, the page scrolls under it, and its field learns when
// it has the keyboard.
type Entry struct {
	widget.Entry
	focused func(on bool)
}

func newEntry(dress func(*widget.Entry)) *Entry {
	e := &Entry{focused: func(bool) {}}
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	dress(&e.Entry)
	e.ExtendBaseWidget(e)
	return e
}

// CreateRenderer implements [fyne.Widget].
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	r := e.Entry.CreateRenderer()
	for _, o := range r.Objects() {
		if text, ok := o.(*container.Scroll); ok {
			return &wheeled{r, newWheel(e, text)}
		}
	}
	return r
}

// AcceptsTab implements [fyne.Tabbable].
func (e *Entry) AcceptsTab() bool { return false }

// FocusGained and FocusLost implement [fyne.Focusable].
func (e *Entry) FocusGained() {
	e.Entry.FocusGained()
	e.focused(true)
	reveal(e)
}

func (e *Entry) FocusLost() {
	e.Entry.FocusLost()
	e.focused(false)
}

// TypedKey implements [fyne.Focusable].
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	if windowKey(k.Name) || !e.MultiLine && (k.Name == fyne.KeyPageUp || k.Name == fyne.KeyPageDown) {
		unfocusedKey(e, k)
		return
	}
	e.Entry.TypedKey(k)
}

// windowKey reports whether a key is the window's wherever the keyboard is.
func windowKey(k fyne.KeyName) bool {
	switch k {
	case fyne.KeyEscape, fyne.KeyF1, fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF5, fyne.KeyF6,
		fyne.KeyF7, fyne.KeyF8, fyne.KeyF9, fyne.KeyF10, fyne.KeyF11, fyne.KeyF12:
		return true
	}
	return false
}
