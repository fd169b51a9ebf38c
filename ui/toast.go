package ui

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
)

// A toast stays as long as it takes to notice and read it.
const (
	toastTime    = 4 * time.Second
	toastPerRune = 50 * time.Millisecond
)

// toast is a text over everything, for a few seconds. It takes no taps and covers
// nothing that is compared or answered: it lies over the queue, or where there is none
// beside the title of the page; on an upright screen over the status.
type toast struct {
	shell  *shell
	object *fyne.Container
	ground *canvas.Rectangle
	text   *widgets.Text
	until  time.Time
}

func newToast(s *shell) *toast {
	t := &toast{shell: s, ground: canvas.NewRectangle(color.Transparent)}
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
	t.until = now.Add(toastTime + time.Duration(len(text))*toastPerRune)
	t.text.SetText(text)
	t.object.Show()
	t.object.Refresh()
}

func (t *toast) tick(now time.Time) {
	if t.object.Visible() && now.After(t.until) {
		t.object.Hide()
	}
}

// Layout implements [fyne.Layout].
func (t *toast) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	pad, gap := theme.Between, theme.Between
	beside := !t.shell.queue.object.Visible() || upright(size)
	x, outer := gap, queueWidth(size)
	if beside {
		text := fyne.MeasureText(t.text.Text(), t.text.TextSize, t.text.Style).Width + 1
		outer = min(text+2*pad, size.Width*0.6, 720)
	}
	if upright(size) {
		outer = size.Width - 2*gap
	}
	high := t.text.HeightFor(outer - 2*pad)
	y := size.Height - gap - high - 2*pad
	switch {
	case !beside, t.shell.u.driving != nil: // there it lies over the sentence that says why all waits
	case t.shell.queue.object.Visible():
		y = t.shell.queue.object.Position().Y
	case upright(size): // over the status, so that the way back stays in view
		y = 0
	default:
		x, y = size.Width-gap-outer, t.shell.main.Position().Y+gap
	}
	put(t.ground, x, y, outer, high+2*pad)
	put(t.text, x+pad, y+pad, outer-2*pad, high)
}

// MinSize implements [fyne.Layout].
func (t *toast) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 0) }
