package forms

import (
	"errors"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/app/plate"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// plateField is where a plate is typed: large, in the plate font, normalised as it
// is typed. A character that no plate has is not taken, and the field says so.
type plateField struct {
	widget.BaseWidget
	field *widgets.Field
}

func newPlateField(label string) *plateField {
	p := &plateField{field: widgets.NewPlateField(label, words.T("manual.plate.hint"))}
	p.ExtendBaseWidget(p)
	p.field.OnChanged(p.typed)
	return p
}

// typed normalises what was typed.
func (p *plateField) typed(s string) {
	text, fault := normalise(s)
	if text != s {
		p.field.Entry.SetText(text)
		p.field.Entry.CursorColumn = min(p.field.Entry.CursorColumn, len(text))
	}
	p.field.SetError(fault)
}

// normalise keeps what a plate may have, and says what was not taken.
func normalise(s string) (text, fault string) {
	var b strings.Builder
	for _, r := range s {
		t, err := plate.Parse(string(r))
		switch {
		case err == nil && b.Len() == plate.MaxLength:
			fault = words.T("manual.plate.long")
		case err == nil:
			b.WriteString(string(t))
		case !separator(r):
			fault = words.T("manual.plate.bad", "Char", string(r))
		}
	}
	return b.String(), fault
}

// separator reports whether a plate may be written with r between its characters:
// whether A, r, A is a plate of two.
func separator(r rune) bool {
	t, err := plate.Parse("A" + string(r) + "A")
	return err == nil && len(t) == 2
}

// text returns the plate; its error is [plate.ErrNotPlate].
func (p *plateField) text() (plate.Text, error) { return plate.Parse(p.field.Text()) }

// check is the rule that a plate must be there.
func (p *plateField) check() check {
	return check{p, func() string {
		if _, err := p.text(); errors.Is(err, plate.ErrNotPlate) {
			return words.T("manual.plate.needed")
		}
		return ""
	}}
}

// SetError and Fault implement question.
func (p *plateField) SetError(what string) { p.field.SetError(what) }
func (p *plateField) Fault() string        { return p.field.Fault() }

// HeightFor implements [widgets.Tall].
func (p *plateField) HeightFor(width float32) float32 { return p.field.HeightFor(width) }

// CreateRenderer implements [fyne.Widget].
func (p *plateField) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.field) }

// Held implements [widgets.Holder].
func (p *plateField) Held() []fyne.CanvasObject { return []fyne.CanvasObject{p.field} }
