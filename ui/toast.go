package ui

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
)

// toastTime is how long a toast stays.
const toastTime = 4 * time.Second

// toast is a line of text over everything, for a few seconds. It takes no taps.
type toast struct {
	object *fyne.Container
	ground *canvas.Rectangle
	text   *widgets.Text
	until  time.Time
}

func newToast() *toast {
	t := &toast{ground: canvas.NewRectangle(color.Transparent)}
	t.ground.CornerRadius = theme.Radius
	t.text = widgets.NewText("", theme.SizeBody, theme.ColorText, widgets.Wrapped)
	t.text.Align = fyne.TextAlignCenter
	t.text.Style = theme.Bold
	t.object = fyne.NewContainerWithLayout(t, t.ground, t.text)
	t.object.Hide()
	return t
}

func (t *toast) say(text string, now time.Time) {
	p := theme.Current()
	t.ground.FillColor, t.ground.StrokeColor, t.ground.StrokeWidth = p.Raised, p.Text, theme.Stroke
	t.until = now.Add(toastTime)
	t.text.SetText(text)
	t.object.Show()
	t.object.Refresh()
}

func (t *toast) tick(now time.Time) {
	if t.object.Visible() && now.After(t.until) {
		t.object.Hide()
	}
}

// Layout implements [fyne.Layout]: near the top, where no verdict button is.
func (t *toast) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	most := min(size.Width-4*theme.Margin, 720)
	wide := min(fyne.MeasureText(t.text.Text(), t.text.TextSize, t.text.Style).Width+1, most)
	high := t.text.HeightFor(wide)
	x, y := (size.Width-wide)/2, statusHeight+theme.Margin
	t.ground.Move(fyne.NewPos(x-theme.Margin, y-theme.Between))
	t.ground.Resize(fyne.NewSize(wide+2*theme.Margin, high+2*theme.Between))
	t.text.Move(fyne.NewPos(x, y))
	t.text.Resize(fyne.NewSize(wide, high))
}

// MinSize implements [fyne.Layout].
func (t *toast) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }
