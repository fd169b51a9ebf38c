package forms

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/widgets"
)

// tickQuestion is a box that must be ticked.
type tickQuestion struct {
	widget.BaseWidget
	tick *widgets.Tick
	note faultNote
	body *fyne.Container
}

func newTickQuestion(text string) *tickQuestion {
	q := &tickQuestion{note: newFaultNote()}
	q.ExtendBaseWidget(q)
	q.tick = widgets.NewTick(text, func(bool) { q.SetError("") })
	q.body = widgets.NewColumn(0.5, q.tick, q.note.Container)
	return q
}

// SetError implements question.
func (q *tickQuestion) SetError(what string) {
	if q.note.set(what) {
		q.body.Refresh()
		q.Refresh()
	}
}

// Fault implements question.
func (q *tickQuestion) Fault() string { return q.note.text.Text() }

// HeightFor implements [widgets.Tall].
func (q *tickQuestion) HeightFor(width float32) float32 { return widgets.HeightOf(q.body, width) }

// CreateRenderer implements [fyne.Widget].
func (q *tickQuestion) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(q.body) }

// Held implements [widgets.Holder].
func (q *tickQuestion) Held() []fyne.CanvasObject { return []fyne.CanvasObject{q.body} }
