package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// Progress is how far long work is: a bar that fills an outlined, dark track.
type Progress struct {
	widget.BaseWidget
	done float64
}

// NewProgress returns an empty bar.
func NewProgress() *Progress {
	p := &Progress{}
	p.ExtendBaseWidget(p)
	return p
}

// SetValue shows how much is done, 0 to 1.
func (p *Progress) SetValue(done float64) {
	p.done = min(max(done, 0), 1)
	p.Refresh()
}

// Value returns how much is done, 0 to 1.
func (p *Progress) Value() float64 { return p.done }

const progressHeight float32 = 20

// CreateRenderer implements [fyne.Widget].
func (p *Progress) CreateRenderer() fyne.WidgetRenderer {
	track, bar := box(progressHeight/2), box(progressHeight/2-4)
	dress := func() {
		c := theme.Current()
		dressBox(track, c.Ground, c.Muted, theme.Stroke)
		dressBox(bar, c.Routine, color.Transparent, 0)
		bar.Hidden = p.done == 0
	}
	arrange := func(size fyne.Size) {
		place(track, 0, 0, size.Width, size.Height)
		place(bar, 4, 4, max((size.Width-8)*float32(p.done), size.Height-8), size.Height-8)
	}
	return draw(dress, func() fyne.Size { return fyne.NewSize(100, progressHeight) }, arrange, track, bar)
}
