package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// Fact is one line of a record: what it is, its value, and a note to the value in a
// colour of its own.
type Fact struct {
	Label, Value, Note string
	NoteColor          fyne.ThemeColorName
	// Plate is set where the value is one.
	Plate bool
}

// Facts are the lines of a record, labels and values in columns.
type Facts struct {
	widget.BaseWidget
	rows []factRow
}

type factRow struct{ label, value, note *Text }

// NewFacts returns the lines; one without a value is left out.
func NewFacts(facts ...Fact) *Facts {
	f := &Facts{}
	for _, one := range facts {
		if one.Value == "" {
			continue
		}
		r := factRow{NewText(one.Label, theme.SizeSmall, theme.ColorMuted, Cut), NewBody(one.Value),
			NewText(one.Note, theme.SizeSmall, one.NoteColor, Wrapped)}
		r.value.Style = theme.Bold
		if one.Plate {
			r.value.Style = theme.Plate
		}
		f.rows = append(f.rows, r)
	}
	f.ExtendBaseWidget(f)
	return f
}

const factGap float32 = 6

// labels is the width of the column of labels.
func (f *Facts) labels() (wide float32) {
	for _, r := range f.rows {
		wide = max(wide, r.label.wide(r.label.text))
	}
	return wide + 14
}

// HeightFor implements [Tall].
func (f *Facts) HeightFor(width float32) (high float32) {
	inner := width - f.labels()
	for _, r := range f.rows {
		high += r.value.HeightFor(inner) + r.note.HeightFor(inner) + factGap
	}
	return max(high-factGap, 0)
}

// CreateRenderer implements [fyne.Widget].
func (f *Facts) CreateRenderer() fyne.WidgetRenderer {
	var all []fyne.CanvasObject
	for _, r := range f.rows {
		all = append(all, r.label, r.value, r.note)
	}
	var width float32
	arrange := func(size fyne.Size) {
		width = size.Width
		left, y := f.labels(), float32(0)
		inner := size.Width - left
		for _, r := range f.rows {
			place(r.label, 0, y+1, left-10, r.value.step())
			high := r.value.HeightFor(inner)
			place(r.value, left, y, inner, high)
			y += high
			high = r.note.HeightFor(inner)
			place(r.note, left, y, inner, high)
			y += high + factGap
		}
	}
	return draw(nil, func() fyne.Size {
		return fyne.NewSize(f.labels()+100, f.HeightFor(max(width, f.labels()+100)))
	}, arrange, all...)
}
