package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// Kind is what a button is for.
type Kind int

const (
	// Secondary is the usual button, Primary the one that a screen leads to,
	// Danger one that cannot be taken back, Quiet one without a frame for bars.
	Secondary Kind = iota
	Primary
	Danger
	Quiet
	// Verdict is large, with a second line that says what will happen.
	Verdict
	// VerdictOK is the verdict that goes on.
	VerdictOK
)

// Button is a button with an optional icon, second line and key.
type Button struct {
	widget.BaseWidget
	Kind Kind
	Text string
	// Second says what will happen, Key which key does the same.
	Second, Key string
	// Icon is an icon's name, "" for none.
	Icon string
	// Tall makes a verdict button as high as there is room for, where answers are few.
	Tall     bool
	OnTapped func()

	selected, disabled, focused, hovered bool
}

var (
	_ fyne.Focusable     = (*Button)(nil)
	_ fyne.Tappable      = (*Button)(nil)
	_ fyne.Disableable   = (*Button)(nil)
	_ desktop.Hoverable  = (*Button)(nil)
	_ desktop.Cursorable = (*Button)(nil)
)

// NewButton returns a button.
func NewButton(kind Kind, text string, tapped func()) *Button {
	b := &Button{Kind: kind, Text: text, OnTapped: tapped}
	b.ExtendBaseWidget(b)
	return b
}

// NewIconButton returns a button with an icon before its text.
func NewIconButton(kind Kind, icon, text string, tapped func()) *Button {
	b := NewButton(kind, text, tapped)
	b.Icon = icon
	return b
}

// NewVerdict returns a large button with its consequence and its key.
func NewVerdict(kind Kind, text, second, key string, tapped func()) *Button {
	b := NewButton(kind, text, tapped)
	b.Second, b.Key = second, key
	return b
}

// SetText replaces text and second line.
func (b *Button) SetText(text, second string) {
	if b.Text == text && b.Second == second {
		return
	}
	b.Text, b.Second = text, second
	b.Refresh()
}

// SetSelected marks the button as the one chosen among several.
func (b *Button) SetSelected(on bool) {
	if b.selected != on {
		b.selected = on
		b.Refresh()
	}
}

// Selected reports whether it is.
func (b *Button) Selected() bool { return b.selected }

// Enable implements [fyne.Disableable].
func (b *Button) Enable() { b.setDisabled(false) }

// Disable implements [fyne.Disableable].
func (b *Button) Disable() { b.setDisabled(true) }

// Disabled implements [fyne.Disableable].
func (b *Button) Disabled() bool { return b.disabled }

func (b *Button) setDisabled(off bool) {
	if b.disabled != off {
		b.disabled = off
		b.Refresh()
	}
}

// Tapped implements [fyne.Tappable].
func (b *Button) Tapped(*fyne.PointEvent) {
	if !b.disabled && b.OnTapped != nil {
		b.OnTapped()
	}
}

// TypedKey implements [fyne.Focusable]: Enter and Space tap.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		b.Tapped(nil)
	default:
		unfocusedKey(b, e)
	}
}

// TypedRune implements [fyne.Focusable]; a single-letter key goes to the window.
func (b *Button) TypedRune(r rune) { unfocusedRune(b, r) }

// FocusGained and FocusLost implement [fyne.Focusable].
func (b *Button) FocusGained() { b.focused = true; b.Refresh() }
func (b *Button) FocusLost()   { b.focused = false; b.Refresh() }

// MouseIn, MouseMoved and MouseOut implement [desktop.Hoverable].
func (b *Button) MouseIn(*desktop.MouseEvent)    { b.hovered = true; b.Refresh() }
func (b *Button) MouseMoved(*desktop.MouseEvent) {}
func (b *Button) MouseOut()                      { b.hovered = false; b.Refresh() }

// Cursor implements [desktop.Cursorable].
func (b *Button) Cursor() desktop.Cursor {
	if b.disabled {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// unfocusedKey and unfocusedRune hand a key that a widget has no use for to the
// window, so that 1 to 4, Esc or L work wherever the focus is.
func unfocusedKey(o fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := canvasOf(o); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

func unfocusedRune(o fyne.CanvasObject, r rune) {
	if c := canvasOf(o); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
	}
}

func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	if app := fyne.CurrentApp(); app != nil {
		return app.Driver().CanvasForObject(o)
	}
	return nil
}

func (b *Button) large() bool { return b.Kind == Verdict || b.Kind == VerdictOK }

// looks returns the button's colours as it is now.
func (b *Button) looks() (fill, stroke color.Color, ink fyne.ThemeColorName, width float32) {
	p := theme.Current()
	fill, stroke, ink, width = p.Raised, p.Line, theme.ColorText, theme.Stroke
	switch b.Kind {
	case Primary:
		fill, stroke, ink = p.Routine, p.Routine, theme.ColorOnFill
	case Danger:
		fill, stroke, ink = p.Tint(p.Grave, 0.14), p.Grave, theme.ColorGrave
	case Quiet:
		fill, stroke = color.Transparent, color.Transparent
	case Verdict:
		stroke = p.Muted
	case VerdictOK:
		fill, stroke, ink, width = p.Tint(p.OK, 0.24), p.OK, theme.ColorOK, 2*theme.Stroke
	}
	if b.selected {
		fill, stroke, ink, width = p.Tint(p.Routine, 0.22), p.Routine, theme.ColorText, 2*theme.Stroke
	}
	if b.disabled {
		fill, stroke, ink = p.Surface, p.Line, theme.ColorMuted
	} else if b.hovered && b.Kind != Primary {
		if b.Kind == Quiet {
			fill = p.Raised
		} else if b.Kind != VerdictOK {
			stroke = p.Text
		}
	}
	if b.focused {
		stroke, width = p.Routine, theme.FocusStroke
		if b.Kind == Primary {
			stroke = p.Text
		}
	}
	return fill, stroke, ink, width
}

// CreateRenderer implements [fyne.Widget].
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	ground := box(theme.ButtonRadius)
	label := NewText("", theme.SizeBody, theme.ColorText, Cut)
	second := NewText("", theme.SizeSmall, theme.ColorMuted, Cut)
	key := NewText("", theme.SizeSmall, theme.ColorMuted, Whole)
	icon := picture(nil)
	label.Style = theme.Bold
	dress := func() {
		fill, stroke, ink, width := b.looks()
		dressBox(ground, fill, stroke, width)
		label.text, label.Color, label.TextSize = b.Text, ink, theme.SizeBody
		if b.large() {
			label.TextSize = theme.SizeButton
		}
		second.text, key.text = b.Second, b.Key
		icon.Hidden = b.Icon == ""
		if b.Icon != "" {
			icon.Resource = theme.Icon(b.Icon, ink)
		}
	}
	arrange := func(size fyne.Size) { b.arrange(size, ground, icon, label, second, key) }
	return draw(dress, b.least, arrange, ground, icon, label, second, key)
}

const (
	buttonPad  float32 = 16
	buttonIcon float32 = 24
	iconGap    float32 = 10
)

// least is the smallest size at which the text is whole; Quiet ones may be narrow.
func (b *Button) least() fyne.Size {
	high, size := theme.Target, theme.SizeBody
	if b.large() {
		high, size = theme.VerdictLeast, theme.SizeBody // its text shrinks before it is cut
		if b.Tall {
			high = 96
		}
	}
	wide := fyne.MeasureText(b.Text, size, theme.Bold).Width
	if b.Icon != "" {
		wide += buttonIcon
		if b.Text != "" {
			wide += iconGap
		}
	}
	if b.Second != "" && !b.large() {
		high += theme.SizeSmall * lineHeight
		wide = max(wide, fyne.MeasureText(b.Second, theme.SizeSmall, fyne.TextStyle{}).Width)
	}
	return fyne.NewSize(max(wide+2*buttonPad, theme.Target), high)
}

func (b *Button) arrange(size fyne.Size, ground *canvas.Rectangle, icon *canvas.Image, label, second, key *Text) {
	place(ground, 0, 0, size.Width, size.Height)
	inner := size.Width - 2*buttonPad
	mark := float32(0)
	if b.Icon != "" {
		mark = buttonIcon
		if b.Text != "" {
			mark += iconGap
		}
	}
	if b.large() {
		for label.TextSize > theme.SizeBody && label.wide(b.Text)+mark > inner {
			label.TextSize--
		}
	}
	wide := min(label.wide(b.Text)+1, max(inner-mark, 0))
	high := label.step()
	all := high
	if b.Second != "" {
		all += second.step() + 2
	}
	x, y := (size.Width-wide-mark)/2, (size.Height-all)/2
	place(icon, x, y+(high-buttonIcon)/2, buttonIcon, buttonIcon)
	place(label, x+mark, y, wide, high)
	line := min(second.wide(b.Second)+1, size.Width-2*theme.Grid)
	place(second, (size.Width-line)/2, y+high+2, line, second.step())
	place(key, size.Width-key.wide(b.Key)-12, 4, key.wide(b.Key), key.step())
	label.Refresh()
	second.Refresh()
}
