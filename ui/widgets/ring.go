package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// ringGap is how far within a widget's edge its ring runs.
const ringGap float32 = 4

// newRing returns the line that shows which widget has the keyboard. It runs within the
// edge: what is chosen, or leads on, has an edge of much the same colour already.
func newRing(radius float32) *canvas.Rectangle {
	r := box(max(radius-ringGap, 2))
	r.Hide()
	return r
}

func dressRing(r *canvas.Rectangle, focused bool, c color.Color) {
	r.Hidden = !focused
	dressBox(r, color.Transparent, c, theme.FocusStroke)
}

func placeRing(r *canvas.Rectangle, size fyne.Size) {
	place(r, ringGap, ringGap, size.Width-2*ringGap, size.Height-2*ringGap)
}

// List is a list as long as it has to be: the rows in sight are made. It shows when it
// has the keyboard.
type List struct {
	widget.List
	ring *canvas.Rectangle
}

// NewList returns a list of so many rows; update shows the row of a number.
func NewList(length func() int, create func() fyne.CanvasObject, update func(int, fyne.CanvasObject)) *List {
	l := &List{ring: newRing(theme.Radius)}
	l.Length, l.CreateItem, l.UpdateItem = length, create, update
	l.ExtendBaseWidget(l)
	return l
}

// Framed is the list with the line that shows that it has the keyboard.
func (l *List) Framed() fyne.CanvasObject { return container.NewStack(l, l.ring) }

// FocusGained and FocusLost implement [fyne.Focusable].
func (l *List) FocusGained() { l.List.FocusGained(); l.show(true) }
func (l *List) FocusLost()   { l.List.FocusLost(); l.show(false) }

func (l *List) show(focused bool) {
	dressRing(l.ring, focused, theme.Current().Routine)
	l.ring.Refresh()
}
