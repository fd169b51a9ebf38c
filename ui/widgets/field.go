package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// Field is something to fill in: a label above, the place to write, and below it a
// message that says what to do where the answer will not do.
type Field struct {
	widget.BaseWidget
	// Entry is where people write.
	Entry *widget.Entry

	label, hint string
	fault       string
	rows        int
}

// NewField returns a field of one line. hint stands below it while there is no
// fault to report, and may be empty.
func NewField(label, hint string) *Field { return newField(widget.NewEntry(), label, hint) }

// NewSecretField returns a field that hides what is written.
func NewSecretField(label, hint string) *Field {
	return newField(widget.NewPasswordEntry(), label, hint)
}

// NewAreaField returns a field of several lines.
func NewAreaField(label, hint string, rows int) *Field {
	e := widget.NewMultiLineEntry()
	e.Wrapping = fyne.TextWrapWord
	e.SetMinRowsVisible(rows)
	f := newField(e, label, hint)
	f.rows = rows
	return f
}

func newField(e *widget.Entry, label, hint string) *Field {
	f := &Field{Entry: e, label: label, hint: hint}
	f.ExtendBaseWidget(f)
	e.OnChanged = func(string) {
		touch()
		f.SetError("")
	}
	return f
}

// Label returns what the field asks for.
func (f *Field) Label() string { return f.label }

// Text returns what was written, SetText replaces it.
func (f *Field) Text() string        { return f.Entry.Text }
func (f *Field) SetText(text string) { f.Entry.SetText(text) }

// OnChanged has a function called after each change, beside what the field does
// itself: a fault is forgotten as soon as somebody writes.
func (f *Field) OnChanged(changed func(string)) {
	f.Entry.OnChanged = func(s string) {
		touch()
		f.SetError("")
		changed(s)
	}
}

// SetError shows what is wrong and what to do; the empty text takes it away.
func (f *Field) SetError(what string) {
	if f.fault != what {
		f.fault = what
		f.Refresh()
	}
}

// Fault returns what is shown as wrong, "" for nothing.
func (f *Field) Fault() string { return f.fault }

// Focus puts the cursor into the field.
func (f *Field) Focus(c fyne.Canvas) { c.Focus(f.Entry) }

// entryHeight is that of a field of one line.
const entryHeight float32 = 52

// HeightFor implements [Tall].
func (f *Field) HeightFor(width float32) float32 {
	high := NewText(f.label, theme.SizeSmall, theme.ColorMuted, Wrapped).HeightFor(width) + 4
	high += max(f.Entry.MinSize().Height, entryHeight)
	if note := f.note(); note.text != "" {
		high += 4 + note.HeightFor(width-f.noteMark())
	}
	return high
}

// note is the line below: the fault, else the hint.
func (f *Field) note() *Text {
	if f.fault != "" {
		return NewText(f.fault, theme.SizeSmall, theme.ColorGrave, Wrapped)
	}
	return NewSmall(f.hint)
}

func (f *Field) noteMark() float32 {
	if f.fault != "" {
		return buttonIcon + 4
	}
	return 0
}

// CreateRenderer implements [fyne.Widget].
func (f *Field) CreateRenderer() fyne.WidgetRenderer {
	label, note := NewSmall(f.label), NewSmall("")
	mark := picture(nil)
	var width float32
	dress := func() {
		n := f.note()
		note.text, note.Color = n.text, n.Color
		mark.Resource = theme.Icon("warning", theme.ColorGrave)
		mark.Hidden = f.fault == ""
		label.text = f.label
	}
	return draw(dress, func() fyne.Size {
		return fyne.NewSize(160, f.HeightFor(max(width, 160)))
	}, func(size fyne.Size) {
		grown := width != size.Width
		width = size.Width
		y := label.HeightFor(size.Width)
		place(label, 0, 0, size.Width, y)
		y += 4
		high := max(f.Entry.MinSize().Height, entryHeight)
		place(f.Entry, 0, y, size.Width, high)
		y += high + 4
		place(mark, 0, y-1, buttonIcon, buttonIcon)
		place(note, f.noteMark(), y, size.Width-f.noteMark(), note.HeightFor(size.Width-f.noteMark()))
		if grown {
			note.Refresh()
		}
	}, label, f.Entry, mark, note)
}
