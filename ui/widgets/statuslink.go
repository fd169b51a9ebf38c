package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// StatusLink is a [StatusItem] that a tap opens.
type StatusLink struct {
	widget.BaseWidget
	OnTapped func()

	item             *StatusItem
	focused, hovered bool
}

var (
	_ fyne.Focusable     = (*StatusLink)(nil)
	_ fyne.Tappable      = (*StatusLink)(nil)
	_ desktop.Hoverable  = (*StatusLink)(nil)
	_ desktop.Cursorable = (*StatusLink)(nil)
)

// NewStatusLink returns an empty one.
func NewStatusLink(tapped func()) *StatusLink {
	l := &StatusLink{OnTapped: tapped, item: NewStatusItem("", "", theme.ColorMuted)}
	l.ExtendBaseWidget(l)
	return l
}

// Set replaces icon, text and colour.
func (l *StatusLink) Set(icon, text string, c fyne.ThemeColorName) {
	l.item.Set(icon, text, c)
	l.Refresh()
}

// SetBrief is [StatusItem.SetBrief].
func (l *StatusLink) SetBrief(text string) {
	l.item.SetBrief(text)
	l.Refresh()
}

// Shorten is [StatusItem.Shorten].
func (l *StatusLink) Shorten(on bool) {
	l.item.Shorten(on)
	l.Refresh()
}

// Tapped implements [fyne.Tappable].
func (l *StatusLink) Tapped(*fyne.PointEvent) {
	if l.OnTapped != nil {
		l.OnTapped()
	}
}

// TypedKey implements [fyne.Focusable]: Enter and Space tap.
func (l *StatusLink) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		l.Tapped(nil)
	default:
		unfocusedKey(l, e)
	}
}

// TypedRune implements [fyne.Focusable].
func (l *StatusLink) TypedRune(r rune) { unfocusedRune(l, r) }

// FocusGained and FocusLost implement [fyne.Focusable].
func (l *StatusLink) FocusGained() { l.focused = true; l.Refresh(); reveal(l) }
func (l *StatusLink) FocusLost()   { l.focused = false; l.Refresh() }

// MouseIn, MouseMoved and MouseOut implement [desktop.Hoverable].
func (l *StatusLink) MouseIn(*desktop.MouseEvent)    { l.hovered = true; l.Refresh() }
func (l *StatusLink) MouseMoved(*desktop.MouseEvent) {}
func (l *StatusLink) MouseOut()                      { l.hovered = false; l.Refresh() }

// Cursor implements [desktop.Cursorable].
func (l *StatusLink) Cursor() desktop.Cursor { return desktop.PointerCursor }

// HeightFor implements [Tall].
func (l *StatusLink) HeightFor(float32) float32 { return theme.Target }

// CreateRenderer implements [fyne.Widget].
func (l *StatusLink) CreateRenderer() fyne.WidgetRenderer {
	frame := box(theme.Radius)
	dress := func() {
		p := theme.Current()
		switch {
		case l.focused:
			dressBox(frame, color.Transparent, p.Routine, theme.FocusStroke)
		case l.hovered:
			dressBox(frame, p.Raised, color.Transparent, 0)
		default:
			dressBox(frame, color.Transparent, color.Transparent, 0)
		}
	}
	return draw(dress, func() fyne.Size {
		least := l.item.MinSize()
		return fyne.NewSize(max(least.Width, theme.Target), theme.Target)
	}, func(size fyne.Size) {
		place(frame, -theme.Grid/2, 4, size.Width+theme.Grid, size.Height-8)
		place(l.item, 0, 0, size.Width, size.Height)
	}, frame, l.item)
}
