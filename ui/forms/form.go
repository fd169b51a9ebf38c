package forms

import (
	"strings"

	"fyne.io/fyne/v2"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// columnWidth is the least width of a part of a form: two stand side by side from
// 1024 on, one below the other on an upright tablet.
const columnWidth float32 = 460

// question is something to fill in that can say what is wrong with the answer.
type question interface {
	fyne.CanvasObject
	SetError(what string)
	Fault() string
}

// check joins a question with its rule: rule returns what to do, "" where the
// answer will do.
type check struct {
	question question
	rule     func() string
}

// form is the questions of a screen, from top to bottom.
type form []check

// ok marks every answer that will not do, puts the keyboard into the first, and
// reports whether all will.
func (f form) ok(w fyne.Window) bool {
	var first question
	for _, c := range f {
		fault := c.rule()
		c.question.SetError(fault)
		if fault != "" && first == nil {
			first = c.question
		}
	}
	focus(w, first)
	return first == nil
}

// focus puts the keyboard into a question.
func focus(w fyne.Window, q question) {
	switch q := q.(type) {
	case *widgets.Field:
		w.Canvas().Focus(q.Entry)
	case *plateField:
		w.Canvas().Focus(q.field.Entry)
	case fyne.Focusable:
		w.Canvas().Focus(q)
	}
}

// needed is the check of a field that must not stay empty; key is what to say.
func needed(f *widgets.Field, key string) check {
	return check{f, func() string {
		if value(f) == "" {
			return words.T(key)
		}
		return ""
	}}
}

// value is what stands in a field, without blanks around it.
func value(f *widgets.Field) string { return strings.TrimSpace(f.Text()) }

// chosen is the check of a picker in which something must be chosen.
func chosen(p *widgets.Picker, key string) check {
	return check{p, func() string {
		if p.Key() == "" {
			return words.T(key)
		}
		return ""
	}}
}

// submits has Enter in any of the fields do what the main button does.
func submits(do func(), fields ...*widgets.Field) {
	for _, f := range fields {
		f.Entry.OnSubmitted = func(string) { do() }
	}
}

// holder shows one page at a time of a screen that has several.
type holder struct{ *fyne.Container }

func newHolder() holder { return holder{widgets.NewStack()} }

func (h holder) show(page fyne.CanvasObject) {
	for _, before := range h.Objects {
		if before != page {
			widgets.Erase(before)
		}
	}
	h.Objects = []fyne.CanvasObject{page}
	page.Resize(h.Size())
	h.Refresh()
}

// marked is a text after an icon of the set.
func marked(icon, text string, c fyne.ThemeColorName) fyne.CanvasObject {
	return widgets.NewStatusItem(icon, text, c)
}

// fact is a line of a record: what it is and what it says.
func fact(label, text string) fyne.CanvasObject {
	return fact2(label, widgets.NewBody(text))
}

func fact2(label string, o fyne.CanvasObject) fyne.CanvasObject {
	return newPair(sideways, widgets.NewText(label, theme.SizeSmall, theme.ColorMuted, widgets.Wrapped), o)
}
