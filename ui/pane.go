package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// pane is a plain surface that follows the palette.
type pane struct{ widget.BaseWidget }

func newPane() *pane {
	p := &pane{}
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer implements [fyne.Widget].
func (p *pane) CreateRenderer() fyne.WidgetRenderer {
	return &paneRenderer{canvas.NewRectangle(theme.Current().Surface)}
}

type paneRenderer struct{ r *canvas.Rectangle }

func (p *paneRenderer) Layout(size fyne.Size) { p.r.Resize(size) }
func (p *paneRenderer) MinSize() fyne.Size    { return fyne.NewSize(0, 0) }
func (p *paneRenderer) Refresh() {
	p.r.FillColor = theme.Current().Surface
	p.r.Refresh()
}
func (p *paneRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{p.r} }
func (p *paneRenderer) Destroy()                     {}

// put moves and resizes an object. One that is where it belongs is left alone: Fyne
// paints the window anew for a container that is moved to where it is.
func put(o fyne.CanvasObject, x, y, wide, high float32) {
	if p := fyne.NewPos(x, y); o.Position() != p {
		o.Move(p)
	}
	o.Resize(fyne.NewSize(max(wide, 0), max(high, 0)))
}
