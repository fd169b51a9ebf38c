package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/ui/widgets"
)

// walk visits every visible object with its place in the window.
func walk(o fyne.CanvasObject, at fyne.Position, visit func(fyne.CanvasObject, fyne.Position)) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	visit(o, at)
	switch o := o.(type) {
	case *container.Scroll:
		within := func(child fyne.CanvasObject, place fyne.Position) {
			if middle := place.Y + child.Size().Height/2; middle >= at.Y && middle <= at.Y+o.Size().Height {
				visit(child, place) // the rest comes into view by scrolling
			}
		}
		walk(o.Content, at, within)
	case *fyne.Container:
		for _, child := range o.Objects {
			walk(child, at, visit)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			walk(child, at, visit)
		}
	}
}

// all returns the visible objects of a type.
func all[T any](f *fixture) (found []T) {
	walk(f.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
		if t, ok := o.(T); ok {
			found = append(found, t)
		}
	})
	if top := f.win.Canvas().Overlays().Top(); top != nil {
		walk(top, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
			if t, ok := o.(T); ok {
				found = append(found, t)
			}
		})
	}
	return found
}

// tap taps the button with a text.
func (f *fixture) tap(text string) {
	f.t.Helper()
	f.pass(settling)
	test.Tap(f.button(text))
	f.settle()
}

// key types a key that no field wants.
func (f *fixture) key(r rune) {
	f.t.Helper()
	f.pass(settling)
	f.win.Canvas().OnTypedRune()(r)
	f.settle()
}

func (f *fixture) button(text string) *widgets.Button {
	f.t.Helper()
	var seen []string
	for _, b := range all[*widgets.Button](f) {
		if b.Text == text {
			return b
		}
		seen = append(seen, b.Text)
	}
	for _, n := range all[*widgets.Nav](f) {
		if n.Text == text {
			return &n.Button
		}
		seen = append(seen, n.Text)
	}
	require.Failf(f.t, "no such button", "%s is not among %q", text, seen)
	return nil
}

// says reports whether a text is on screen.
func (f *fixture) says(text string) bool {
	for _, t := range all[*widgets.Text](f) {
		if t.Text() == text {
			return true
		}
	}
	return false
}

func (f *fixture) requireSays(text string) {
	f.t.Helper()
	if f.says(text) {
		return
	}
	var seen []string
	for _, t := range all[*widgets.Text](f) {
		seen = append(seen, t.Text())
	}
	require.Failf(f.t, "not on screen", "%q is not among %q", text, seen)
}
