package widgets

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
	"secondlook/ui/words"
)

// Option is one thing to choose: its key and its text.
type Option struct{ Key, Text string }

// Picker is a field in which one of several options is chosen from a list with
// large rows; a long list can be narrowed by writing.
type Picker struct {
	widget.BaseWidget
	// OnChanged is called with the key that a person chose.
	OnChanged func(key string)

	label, hint string
	options     []Option
	key, fault  string
	focused     bool
	popup       *widget.PopUp
}

var (
	_ fyne.Focusable     = (*Picker)(nil)
	_ fyne.Tappable      = (*Picker)(nil)
	_ desktop.Cursorable = (*Picker)(nil)
)

// NewPicker returns a picker; hint is shown while nothing is chosen.
func NewPicker(label, hint string, options []Option) *Picker {
	p := &Picker{label: label, hint: hint, options: options}
	p.ExtendBaseWidget(p)
	return p
}

// Label returns the field's name.
func (p *Picker) Label() string { return p.label }

// Key returns the key of what is chosen, "" for nothing; Choose sets it without a
// call of OnChanged.
func (p *Picker) Key() string { return p.key }

func (p *Picker) Choose(key string) {
	p.key, p.fault = key, ""
	p.Refresh()
}

// Offers reports whether a key can be chosen.
func (p *Picker) Offers(key string) bool {
	return slices.ContainsFunc(p.options, func(o Option) bool { return o.Key == key })
}

// SetOptions replaces the options; a choice that is no longer among them is dropped.
func (p *Picker) SetOptions(options []Option) {
	p.options = options
	if p.chosen() == "" {
		p.key = ""
	}
	p.Refresh()
}

// SetError shows what is wrong and what to do; the empty text takes it away.
func (p *Picker) SetError(what string) {
	if p.fault != what {
		p.fault = what
		p.Refresh()
	}
}

// Fault returns what is shown as wrong, "" for nothing.
func (p *Picker) Fault() string { return p.fault }

func (p *Picker) chosen() string {
	for _, o := range p.options {
		if o.Key == p.key {
			return o.Text
		}
	}
	return ""
}

// Tapped implements [fyne.Tappable]: it opens the list.
func (p *Picker) Tapped(*fyne.PointEvent) {
	if c := canvasOf(p); c != nil {
		p.open(c)
	}
}

// TypedKey implements [fyne.Focusable].
func (p *Picker) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyDown:
		p.Tapped(nil)
	default:
		unfocusedKey(p, e)
	}
}

// TypedRune implements [fyne.Focusable].
func (p *Picker) TypedRune(r rune) { unfocusedRune(p, r) }

// FocusGained and FocusLost implement [fyne.Focusable].
func (p *Picker) FocusGained() { p.focused = true; p.Refresh(); reveal(p) }
func (p *Picker) FocusLost()   { p.focused = false; p.Refresh() }

// Cursor implements [desktop.Cursorable].
func (p *Picker) Cursor() desktop.Cursor { return desktop.PointerCursor }

// manyOptions is the number from which the list can be narrowed by writing.
const manyOptions = 9

// open shows the list over the window.
func (p *Picker) open(c fyne.Canvas) {
	rows := NewColumn(1)
	buttons := make([]*Button, len(p.options))
	for i, o := range p.options {
		b := NewButton(Secondary, o.Text, func() { p.take(o.Key) })
		b.SetSelected(o.Key == p.key)
		buttons[i] = b
		rows.Add(b)
	}
	top := NewColumn(1.5, NewHeading(p.label))
	var first fyne.Focusable
	if len(buttons) > 0 {
		first = buttons[0]
	}
	if len(p.options) >= manyOptions {
		filter := NewField(words.T("picker.narrow"), "")
		filter.OnChanged(func(s string) { narrow(buttons, s); rows.Refresh() })
		top.Add(filter)
		first = filter.Entry
	}
	cancel := NewButton(Secondary, words.T("action.cancel"), func() { p.popup.Hide() })
	body := container.NewBorder(NewInset(1, top), NewInset(1, cancel), nil, nil, NewInset(1, NewScroll(rows)))
	p.popup = NewPopUp(body, c)
	area := c.Size()
	high := HeightOf(top, 400) + theme.Target + HeightOf(rows, 500) + 10*theme.Grid
	p.popup.Resize(PopUpSize(min(560, area.Width-4*theme.Margin), min(high, area.Height-4*theme.Margin)))
	p.popup.Show()
	if first != nil {
		c.Focus(first)
	}
}

// narrow shows the buttons whose text has what was written.
func narrow(buttons []*Button, s string) {
	want := strings.ToLower(strings.TrimSpace(s))
	for _, b := range buttons {
		if strings.Contains(strings.ToLower(b.Text), want) {
			b.Show()
		} else {
			b.Hide()
		}
	}
}

func (p *Picker) take(key string) {
	if p.popup != nil {
		p.popup.Hide()
	}
	p.Choose(key)
	if p.OnChanged != nil {
		p.OnChanged(key)
	}
}

// HeightFor implements [Tall].
func (p *Picker) HeightFor(width float32) float32 {
	high := NewSmall(p.label).HeightFor(width) + 4 + entryHeight
	if p.fault != "" {
		high += 4 + NewSmall(p.fault).HeightFor(width-buttonIcon-4)
	}
	return high
}

// CreateRenderer implements [fyne.Widget].
func (p *Picker) CreateRenderer() fyne.WidgetRenderer {
	label, note := NewSmall(p.label), NewText("", theme.SizeSmall, theme.ColorGrave, Wrapped)
	value := NewText("", theme.SizeBody, theme.ColorText, Cut)
	frame, ring, mark := box(theme.Radius), newRing(theme.Radius), picture(nil)
	down := []*canvas.Line{canvas.NewLine(nil), canvas.NewLine(nil)}
	var width float32
	dress := func() {
		colours := theme.Current()
		dressBox(frame, colours.Raised, colours.Muted, 2)
		dressRing(ring, p.focused, colours.Routine)
		for _, l := range down {
			l.StrokeColor, l.StrokeWidth = colours.Muted, 2
		}
		label.text, note.text = p.label, p.fault
		value.text, value.Color = p.chosen(), theme.ColorText
		if value.text == "" {
			value.text, value.Color = p.hint, theme.ColorMuted
		}
		mark.Resource = theme.Icon("warning", theme.ColorGrave)
		mark.Hidden = p.fault == ""
	}
	arrange := func(size fyne.Size) {
		width = size.Width
		y := label.HeightFor(width)
		place(label, 0, 0, width, y)
		y += 4
		place(frame, 0, y, width, entryHeight)
		place(ring, ringGap, y+ringGap, width-2*ringGap, entryHeight-2*ringGap)
		place(value, 12, y+(entryHeight-value.step())/2, width-52, value.step())
		x, m := width-28, y+entryHeight/2
		down[0].Position1, down[0].Position2 = fyne.NewPos(x-7, m-4), fyne.NewPos(x, m+4)
		down[1].Position1, down[1].Position2 = fyne.NewPos(x, m+4), fyne.NewPos(x+7, m-4)
		y += entryHeight + 4
		place(mark, 0, y-1, buttonIcon, buttonIcon)
		place(note, buttonIcon+4, y, width-buttonIcon-4, note.HeightFor(width-buttonIcon-4))
	}
	least := func() fyne.Size { return fyne.NewSize(160, p.HeightFor(max(width, 160))) }
	return draw(dress, least, arrange, label, frame, ring, value, down[0], down[1], mark, note)
}
