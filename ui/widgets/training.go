package widgets

import (
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// training is set in demo mode, see [Train].
var training atomic.Bool

// Train says whether this is demo mode: what is shown over a window then has a strip
// that says so.
func Train(on bool) { training.Store(on) }

// NewPopUp returns what is shown over a window until it is answered; [PopUpSize] gives
// its size.
func NewPopUp(body fyne.CanvasObject, c fyne.Canvas) *widget.PopUp {
	if training.Load() {
		body = container.NewBorder(NewTraining(), nil, nil, nil, body)
	}
	return widget.NewModalPopUp(body, c)
}

// PopUpSize is the size of a pop-up whose body needs so much.
func PopUpSize(width, height float32) fyne.Size {
	if training.Load() {
		height += NewTraining().HeightFor(width) + theme.Grid
	}
	return fyne.NewSize(width, height)
}

// ShowDialog shows a dialog of Fyne's own, in demo mode with the strip like [NewPopUp]:
// such a dialog makes its pop-up itself, and only once it is shown.
func ShowDialog(d dialog.Dialog, c fyne.Canvas) {
	before := c.Overlays().Top()
	d.Show()
	popup, ok := c.Overlays().Top().(*widget.PopUp)
	if !ok || popup == before || !training.Load() {
		return // or the system's own dialog, which is no picture of ours
	}
	if body, ok := popup.Content.(*fyne.Container); ok {
		strip, whole := NewTraining(), fyne.NewContainerWithLayout(body.Layout, body.Objects...)
		body.Layout, body.Objects = layout.NewBorderLayout(strip, nil, nil, nil), []fyne.CanvasObject{whole, strip}
		popup.Refresh()
	}
}

// frameWidth is the width of the hatched frame.
const frameWidth = theme.Grid

// NewFrame puts the hatched frame of training around the content of a window.
func NewFrame(content fyne.CanvasObject) *fyne.Container {
	return fyne.NewContainerWithLayout(frame{}, content, newHatch(theme.ColorTraining), newHatch(theme.ColorTraining),
		newHatch(theme.ColorTraining), newHatch(theme.ColorTraining))
}

type frame struct{}

// Layout implements [fyne.Layout].
func (frame) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	const w = frameWidth
	place(objects[0], w, w, size.Width-2*w, size.Height-2*w)
	place(objects[1], 0, 0, size.Width, w)
	place(objects[2], 0, size.Height-w, size.Width, w)
	place(objects[3], 0, w, w, size.Height-2*w)
	place(objects[4], size.Width-w, w, w, size.Height-2*w)
}

// MinSize implements [fyne.Layout].
func (frame) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().AddWidthHeight(2*frameWidth, 2*frameWidth)
}

// Hatched reports whether this is the strip of training.
func (b *Banner) Hatched() bool { return b.hatched }
