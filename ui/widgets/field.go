package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// Field is something to fill in: a label above, the place to write, and below it a
// message that says what to do where the answer will not do. While it has the
// keyboard it offers keys on the screen to those who have none.
type Field struct {
	widget.BaseWidget
	// Entry is where people write.
	Entry *Entry

	label, hint string
	fault       string
	rows        int
	pad         pad
	place       fyne.CanvasObject // the entry, in the theme of its field
	writing     bool
}

// NewField returns a field of one line. hint stands below it while there is no
// fault to report, and may be empty.
func NewField(label, hint string) *Field {
	return newField(newEntry(func(*widget.Entry) {}), label, hint)
}

// NewPlateField returns a field in the plates' font, large, whose keys on the screen
// are those of a plate.
func NewPlateField(label, hint string) *Field {
	f := NewField(label, hint)
	f.Entry.TextStyle = theme.Plate
	f.pad, f.place = padPlate, container.NewThemeOverride(f.Entry, largeEntry{})
	return f
}

// NewSecretField returns a field that hides what is written.
func NewSecretField(label, hint string) *Field {
	return newField(newEntry(func(e *widget.Entry) { e.Password = true }), label, hint)
}

// NewAreaField returns a field of several lines.
func NewAreaField(label, hint string, rows int) *Field {
	f := newField(newEntry(func(e *widget.Entry) { areaOf(e, rows) }), label, hint)
	f.rows = rows
	return f
}

func areaOf(e *widget.Entry, rows int) {
	e.MultiLine, e.Wrapping = true, fyne.TextWrapWord
	e.SetMinRowsVisible(rows)
}

func newField(e *Entry, label, hint string) *Field {
	f := &Field{Entry: e, place: e, label: label, hint: hint}
	f.ExtendBaseWidget(f)
	e.OnChanged = func(string) {
		touch()
		f.SetError("")
	}
	e.focused = func(on bool) {
		if f.writing = on && !e.Disabled(); !e.Disabled() {
			f.Refresh()
		}
	}
	return f
}

// Label returns what the field asks for.
func (f *Field) Label() string { return f.label }

// Text returns what was written, SetText replaces it.
func (f *Field) Text() string        { return f.Entry.Text }
func (f *Field) SetText(text string) { f.Entry.SetText(text) }

// OnChanged has one function more called after each change, beside what the field does
// itself: a fault is forgotten as soon as somebody writes.
func (f *Field) OnChanged(changed func(string)) {
	before := f.Entry.OnChanged
	f.Entry.OnChanged = func(s string) {
		before(s)
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
	high += max(f.place.MinSize().Height, entryHeight)
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
	mark, ring := picture(nil), newRing(theme.Radius)
	keys := newKeyCap("", func() { openKeyboard(f) })
	keys.icon = "keys"
	var width float32
	dress := func() {
		keys.Hidden = !f.writing
		dressRing(ring, f.writing, theme.Current().Routine)
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
		high := max(f.place.MinSize().Height, entryHeight)
		wide := size.Width
		if f.writing {
			wide -= entryHeight + 4
			place(keys, wide+4, y, entryHeight, entryHeight)
		}
		place(f.place, 0, y, wide, high)
		place(ring, 2, y+2, wide-4, high-4)
		y += high + 4
		place(mark, 0, y-1, buttonIcon, buttonIcon)
		place(note, f.noteMark(), y, size.Width-f.noteMark(), note.HeightFor(size.Width-f.noteMark()))
		if grown {
			note.Refresh()
		}
	}, label, f.place, ring, keys, mark, note)
}
