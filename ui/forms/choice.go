package forms

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/widgets"
)

// choice is a question with few answers, each a button: one of them, or several.
type choice struct {
	widget.BaseWidget
	// changed is called after a person chose; nil for nothing.
	changed func()

	several bool
	options []widgets.Option
	buttons []*widgets.Button
	on      map[string]bool
	note    faultNote
	body    *fyne.Container
}

// newChoice returns a choice of one; least is the least width of a button.
func newChoice(label string, least float32, options ...widgets.Option) *choice {
	return makeChoice(label, least, false, options)
}

// newChoices returns a choice of several.
func newChoices(label string, least float32, options ...widgets.Option) *choice {
	return makeChoice(label, least, true, options)
}

func makeChoice(label string, least float32, several bool, options []widgets.Option) *choice {
	q := &choice{several: several, options: options, on: map[string]bool{}}
	q.ExtendBaseWidget(q)
	row := widgets.NewGrid(least)
	for _, o := range options {
		b := widgets.NewButton(widgets.Secondary, o.Text, func() { q.tap(o.Key) })
		q.buttons = append(q.buttons, b)
		row.Add(b)
	}
	q.note = newFaultNote()
	q.body = widgets.NewColumn(0.5, widgets.NewSmall(label), row, q.note.Container)
	return q
}

func (q *choice) tap(key string) {
	on := !q.several || !q.on[key]
	if !q.several {
		clear(q.on)
	}
	q.on[key] = on
	q.SetError("")
	q.dress()
	if q.changed != nil {
		q.changed()
	}
}

func (q *choice) dress() {
	for i, o := range q.options {
		q.buttons[i].SetSelected(q.on[o.Key])
	}
}

// set chooses without a call of changed.
func (q *choice) set(keys ...string) {
	clear(q.on)
	for _, k := range keys {
		q.on[k] = true
	}
	q.dress()
}

// keys returns what is chosen, in the order of the options.
func (q *choice) keys() (keys []string) {
	for _, o := range q.options {
		if q.on[o.Key] {
			keys = append(keys, o.Key)
		}
	}
	return keys
}

// key returns the one that is chosen, "" for none.
func (q *choice) key() string {
	if keys := q.keys(); len(keys) > 0 {
		return keys[0]
	}
	return ""
}

// button returns the button of an option.
func (q *choice) button(key string) *widgets.Button {
	for i, o := range q.options {
		if o.Key == key {
			return q.buttons[i]
		}
	}
	return nil
}

// SetError implements question.
func (q *choice) SetError(what string) {
	if q.note.set(what) {
		q.body.Refresh()
		q.Refresh()
	}
}

// Fault implements question.
func (q *choice) Fault() string { return q.note.text.Text() }

// HeightFor implements [widgets.Tall].
func (q *choice) HeightFor(width float32) float32 { return widgets.HeightOf(q.body, width) }

// CreateRenderer implements [fyne.Widget].
func (q *choice) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(q.body) }

// Held implements [widgets.Holder].
func (q *choice) Held() []fyne.CanvasObject { return []fyne.CanvasObject{q.body} }
