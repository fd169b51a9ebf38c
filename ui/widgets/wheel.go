package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// wheel lies over an entry and takes the turns of a mouse's wheel. Fyne gives them to
// the innermost part that scrolls, which in its entry is the text, even one that fits:
// the page of a form would stand still wherever the pointer is over a field.
type wheel struct {
	widget.BaseWidget
	entry *Entry
	text  *container.Scroll // shows what stands in the entry
}

func newWheel(e *Entry, text *container.Scroll) *wheel {
	w := &wheel{entry: e, text: text}
	w.ExtendBaseWidget(w)
	return w
}

// Scrolled implements [fyne.Scrollable]: upright a text of several lines scrolls to its
// end, then the page, and always the page over a single line, which Fyne would move
// sideways.
func (w *wheel) Scrolled(turn *fyne.ScrollEvent) {
	own := *turn
	if !w.entry.MultiLine {
		own.Scrolled.DY = 0
	}
	before := w.text.Offset.Y
	w.text.Scrolled(&own)
	if w.text.Offset.Y != before {
		return
	}
	for _, page := range around(w.entry) {
		before := page.Offset
		if page.Scrolled(turn); page.Offset != before {
			return
		}
	}
}

// CreateRenderer implements [fyne.Widget].
func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return draw(nil, func() fyne.Size { return fyne.Size{} }, func(fyne.Size) {})
}

// barInset is how far within the edge of a field of several lines its bar stands: the
// ring of the keyboard is between them.
const barInset float32 = 7

// wheeled is an entry's renderer with its wheel.
type wheeled struct {
	fyne.WidgetRenderer
	wheel *wheel
}

// Layout keeps the bar of a long text clear of the edge, which Fyne draws over half of it.
func (r *wheeled) Layout(size fyne.Size) {
	place(r.wheel, 0, 0, size.Width, size.Height)
	if !r.wheel.entry.MultiLine {
		r.WidgetRenderer.Layout(size)
		return
	}
	r.WidgetRenderer.Layout(size.SubtractWidthHeight(barInset, 0))
	for _, o := range r.WidgetRenderer.Objects() {
		if ground, ok := o.(*canvas.Rectangle); ok {
			ground.Resize(ground.Size().AddWidthHeight(barInset, 0))
		}
	}
}

func (r *wheeled) Objects() []fyne.CanvasObject {
	return append(r.WidgetRenderer.Objects(), r.wheel)
}
