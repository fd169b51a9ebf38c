package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// keyLeast is the least side of a key that a gloved finger hits.
const keyLeast float32 = 64

// keyCap is one key on the screen. It takes no keyboard of its own: whoever has one
// needs no keys on the screen.
type keyCap struct {
	widget.BaseWidget
	// text stands on the key, note small below it; icon instead of the text.
	text, note, icon string
	style            fyne.TextStyle
	units            float32 // its width, in usual keys
	lit              bool
	tapped           func()

	held bool
}

var (
	_ fyne.Tappable     = (*keyCap)(nil)
	_ fyne.Focusable    = (*keyCap)(nil)
	_ fyne.Disableable  = (*keyCap)(nil)
	_ desktop.Mouseable = (*keyCap)(nil)
)

func newKeyCap(text string, tapped func()) *keyCap {
	k := &keyCap{text: text, units: 1, style: theme.Bold, tapped: tapped}
	k.ExtendBaseWidget(k)
	return k
}

// Tapped implements [fyne.Tappable].
func (k *keyCap) Tapped(*fyne.PointEvent) {
	touch()
	k.tapped()
}

// MouseDown and MouseUp implement [desktop.Mouseable]: a key shows that it was hit.
func (k *keyCap) MouseDown(*desktop.MouseEvent) { k.held = true; k.Refresh() }
func (k *keyCap) MouseUp(*desktop.MouseEvent)   { k.held = false; k.Refresh() }

// A tap on what cannot have the keyboard takes it away from the field that has it.
// A key therefore could have it, and is disabled so that Tab passes it by.
func (k *keyCap) Disabled() bool          { return true }
func (k *keyCap) Enable()                 {}
func (k *keyCap) Disable()                {}
func (k *keyCap) FocusGained()            {}
func (k *keyCap) FocusLost()              {}
func (k *keyCap) TypedRune(rune)          {}
func (k *keyCap) TypedKey(*fyne.KeyEvent) {}

// CreateRenderer implements [fyne.Widget].
func (k *keyCap) CreateRenderer() fyne.WidgetRenderer {
	ground, icon := box(theme.Radius), picture(nil)
	label := NewText("", theme.SizeTitle, theme.ColorText, Whole)
	label.Align = fyne.TextAlignCenter
	note := NewText("", theme.SizeSmall, theme.ColorMuted, Whole)
	note.Align = fyne.TextAlignCenter
	dress := func() {
		p := theme.Current()
		fill, stroke := p.Raised, p.Muted
		if k.lit || k.held {
			fill, stroke = p.Tint(p.Routine, 0.22), p.Routine
		}
		dressBox(ground, fill, stroke, theme.Stroke)
		label.text, label.Style, note.text = k.text, k.style, k.note
		if len([]rune(k.text)) > 1 {
			label.TextSize = theme.SizeBody
		}
		if icon.Hidden = k.icon == ""; k.icon != "" {
			icon.Resource = theme.Icon(k.icon, theme.ColorText)
		}
	}
	arrange := func(size fyne.Size) {
		place(ground, 0, 0, size.Width, size.Height)
		place(icon, (size.Width-buttonIcon)/2, (size.Height-buttonIcon)/2, buttonIcon, buttonIcon)
		high := label.step()
		if k.note != "" {
			high += note.step() - 6
		}
		y := (size.Height - high) / 2
		place(label, 0, y, size.Width, label.step())
		place(note, 0, y+label.step()-6, size.Width, note.step())
	}
	return draw(dress, func() fyne.Size { return fyne.NewSize(theme.Target, theme.Target) }, arrange, ground, icon, label, note)
}
