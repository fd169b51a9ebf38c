package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// Tick is a box to tick, with its text.
type Tick struct {
	widget.BaseWidget
	Text      string
	OnChanged func(bool)

	on, focused bool
}

var (
	_ fyne.Focusable = (*Tick)(nil)
	_ fyne.Tappable  = (*Tick)(nil)
)

// NewTick returns a box that is not ticked; changed may be nil.
func NewTick(text string, changed func(bool)) *Tick {
	t := &Tick{Text: text, OnChanged: changed}
	t.ExtendBaseWidget(t)
	return t
}

// On reports whether it is ticked, SetOn ticks it without a call of OnChanged.
func (t *Tick) On() bool { return t.on }

func (t *Tick) SetOn(on bool) {
	t.on = on
	t.Refresh()
}

// Tapped implements [fyne.Tappable].
func (t *Tick) Tapped(*fyne.PointEvent) {
	t.SetOn(!t.on)
	if t.OnChanged != nil {
		t.OnChanged(t.on)
	}
}

// TypedKey implements [fyne.Focusable].
func (t *Tick) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		t.Tapped(nil)
	default:
		unfocusedKey(t, e)
	}
}

// TypedRune implements [fyne.Focusable].
func (t *Tick) TypedRune(r rune) { unfocusedRune(t, r) }

// FocusGained and FocusLost implement [fyne.Focusable].
func (t *Tick) FocusGained() { t.focused = true; t.Refresh(); reveal(t) }
func (t *Tick) FocusLost()   { t.focused = false; t.Refresh() }

// tickBox is the box's side.
const tickBox float32 = 32

// HeightFor implements [Tall].
func (t *Tick) HeightFor(width float32) float32 {
	label := NewBody(t.Text)
	return max(theme.Target, label.HeightFor(width-tickBox-12)+theme.Grid)
}

// CreateRenderer implements [fyne.Widget].
func (t *Tick) CreateRenderer() fyne.WidgetRenderer {
	square, ring, mark, label := box(6), newRing(theme.Radius), picture(nil), NewBody(t.Text)
	var width float32
	dress := func() {
		p := theme.Current()
		fill, stroke := p.Raised, p.Muted
		if t.on {
			fill, stroke = p.Tint(p.OK, 0.24), p.OK
		}
		dressBox(square, fill, stroke, 2*theme.Stroke/1.5)
		dressRing(ring, t.focused, p.Routine)
		mark.Resource = theme.Icon("exact", theme.ColorOK)
		mark.Hidden = !t.on
		label.text = t.Text
	}
	return draw(dress, func() fyne.Size {
		return fyne.NewSize(tickBox+12+label.MinSize().Width, t.HeightFor(max(width, 200)))
	}, func(size fyne.Size) {
		width = size.Width
		place(ring, -ringGap, 0, size.Width+2*ringGap, size.Height)
		place(square, 2, (size.Height-tickBox)/2, tickBox, tickBox)
		place(mark, 6, (size.Height-tickBox)/2+4, tickBox-8, tickBox-8)
		high := label.HeightFor(size.Width - tickBox - 12)
		place(label, tickBox+12, (size.Height-high)/2, size.Width-tickBox-12, high)
	}, ring, square, mark, label)
}
