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
	self                                 fyne.CanvasObject // what is on screen, where that is more than the button
}

// shown is the button as the screen has it.
func (b *Button) shown() fyne.CanvasObject {
	if b.self != nil {
		return b.self
	}
	return b
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
	touch()
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
		unfocusedKey(b.shown(), e)
	}
}

// TypedRune implements [fyne.Focusable]; a single-letter key goes to the window.
func (b *Button) TypedRune(r rune) { unfocusedRune(b.shown(), r) }

// FocusGained and FocusLost implement [fyne.Focusable].
func (b *Button) FocusGained() { b.focused = true; b.Refresh(); reveal(b.shown()) }
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
	return fill, stroke, ink, width
}

// dressRing shows whether the button has the keyboard, on what it is filled with.
func (b *Button) dressRing(ring *canvas.Rectangle, fill color.Color) {
	line := theme.Current().Routine
	if fill == line {
		line = theme.Current().OnFill
	}
	dressRing(ring, b.focused, line)
}

// CreateRenderer implements [fyne.Widget].
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	ground, ring := box(theme.ButtonRadius), newRing(theme.ButtonRadius)
	label := NewText("", theme.SizeBody, theme.ColorText, Wrapped)
	label.Align = fyne.TextAlignCenter
	second := NewText("", theme.SizeSmall, theme.ColorMuted, Wrapped)
	second.Align = fyne.TextAlignCenter
	key := NewText("", theme.SizeSmall, theme.ColorMuted, Whole)
	icon := picture(nil)
	label.Style = theme.Bold
	dress := func() {
		fill, stroke, ink, width := b.looks()
		dressBox(ground, fill, stroke, width)
		b.dressRing(ring, fill)
		label.text, label.Color = b.Text, ink
		second.text, key.text = b.Second, b.Key
		icon.Hidden = b.Icon == ""
		if b.Icon != "" {
			icon.Resource = theme.Icon(b.Icon, ink)
		}
	}
	arrange := func(size fyne.Size) {
		b.arrange(size, ground, icon, label, second, key)
		placeRing(ring, size)
	}
	return draw(dress, b.least, arrange, ground, ring, icon, label, second, key)
}

const (
	buttonPad  float32 = 16
	buttonIcon float32 = 24
	iconGap    float32 = 10
	keyEdge    float32 = 12 // right of the key
	keyGap     float32 = 10 // between the label and the key
)

// sides is what the label leaves free left and right of it: a key on the right must not
// read as the label's last character.
func (b *Button) sides() (left, right float32) {
	if b.Key == "" {
		return buttonPad, buttonPad
	}
	return buttonPad, fyne.MeasureText(b.Key, theme.SizeSmall, fyne.TextStyle{}).Width + keyGap + keyEdge
}

// around is what of a width is not the label's.
func (b *Button) around() float32 {
	left, right := b.sides()
	return left + b.mark() + right
}

// mark is the width of the icon and the gap after it.
func (b *Button) mark() float32 {
	switch {
	case b.Icon == "":
		return 0
	case b.Text == "":
		return buttonIcon
	}
	return buttonIcon + iconGap
}

// fit sets the size of a label for a width: a verdict's shrinks a little before its
// words leave the middle for the key, or go on in a second line.
func (b *Button) fit(label *Text, width float32) {
	label.TextSize = theme.SizeBody
	if !b.large() {
		return
	}
	left, right := b.sides()
	for label.TextSize = theme.SizeButton; label.TextSize > theme.SizeHeading; label.TextSize-- {
		if label.wide(b.Text) <= width-(right-left) {
			return
		}
	}
}

// label returns the label as it is in a width.
func (b *Button) label(width float32) *Text {
	t := NewText(b.Text, theme.SizeBody, theme.ColorText, Wrapped)
	t.Style = theme.Bold
	b.fit(t, width-b.around())
	return t
}

// HeightFor implements [Tall].
func (b *Button) HeightFor(width float32) float32 {
	label := b.label(width)
	high := label.HeightFor(max(width-b.around(), 1)) + 2*theme.Grid
	if b.Second != "" {
		high += NewSmall(b.Second).HeightFor(secondWidth(b.Second, width)) + 2
	}
	least := theme.Target
	if b.large() {
		least = theme.VerdictLeast
	}
	if b.Tall {
		least = tallButton
	}
	return max(high, least)
}

// secondWidth is what the line below the label takes of a button's width; a longer
// one goes on in the next line.
func secondWidth(text string, width float32) float32 {
	return max(min(NewSmall(text).wide(text)+1, width-2*theme.Grid), 1)
}

// Widths returns the width at which all of the button stands in its usual size, and
// the least at which its words, on two lines, are whole.
func (b *Button) Widths() (usual, least float32) {
	size := theme.SizeBody
	if b.large() {
		size = theme.SizeButton
	}
	second := fyne.MeasureText(b.Second, theme.SizeSmall, fyne.TextStyle{}).Width + theme.Margin + 2
	usual = fyne.MeasureText(b.Text, size, theme.Bold).Width + b.around()
	label := NewText(b.Text, theme.SizeHeading, theme.ColorText, Wrapped)
	label.Style = theme.Bold
	for least = theme.Target; len(label.lines(least)) > 2; least += theme.Grid {
	}
	for _, word := range label.lines(least) {
		least = max(least, label.wide(word))
	}
	return max(usual, second), max(least+b.around(), second)
}

// word is the width at which the longest word is whole in the label's least size.
func (b *Button) word() (wide float32) {
	size := theme.SizeBody
	if b.large() {
		size = theme.SizeHeading
	}
	for _, word := range breakable(b.Text) {
		wide = max(wide, fyne.MeasureText(word, size, theme.Bold).Width)
	}
	return wide + b.around()
}

// least is the smallest size at which the text is whole on one line.
func (b *Button) least() fyne.Size {
	wide := fyne.MeasureText(b.Text, theme.SizeBody, theme.Bold).Width + b.around()
	if b.Second != "" && !b.large() {
		wide = max(wide, fyne.MeasureText(b.Second, theme.SizeSmall, fyne.TextStyle{}).Width+2*buttonPad)
	}
	wide = max(wide, theme.Target)
	return fyne.NewSize(wide, b.HeightFor(wide+1))
}

// tallButton is the least height of a button that is Tall.
const tallButton float32 = 96

func (b *Button) arrange(size fyne.Size, ground *canvas.Rectangle, icon *canvas.Image, label, second, key *Text) {
	place(ground, 0, 0, size.Width, size.Height)
	room, mark := max(size.Width-b.around(), 1), b.mark()
	b.fit(label, room)
	wide := min(label.widest(room)+1, room)
	high := label.HeightFor(wide)
	all := high
	line := secondWidth(b.Second, size.Width)
	below := second.HeightFor(line)
	if b.Second != "" {
		all += below + 2
	}
	_, right := b.sides()
	x, y := min((size.Width-wide-mark)/2, size.Width-right-wide-mark), (size.Height-all)/2
	place(icon, x, y+(high-buttonIcon)/2, buttonIcon, buttonIcon)
	place(label, x+mark, y, wide, high)
	place(second, (size.Width-line)/2, y+high+2, line, below)
	place(key, size.Width-key.wide(b.Key)-keyEdge, 4, key.wide(b.Key), key.step())
	label.Refresh()
	second.Refresh()
}
