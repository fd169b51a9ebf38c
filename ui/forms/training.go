package forms

import (
	"time"

	"fyne.io/fyne/v2"

	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// trainingFields ask when somebody was trained, and in what.
type trainingFields struct{ on, course *widgets.Field }

func newTrainingFields() trainingFields {
	return trainingFields{widgets.NewField(words.T("training.on"), words.T("training.on.hint")), widgets.NewField(words.T("training.course"), words.T("training.course.hint"))}
}

func (f trainingFields) objects() fyne.CanvasObject { return widgets.NewGrid(220, f.on, f.course) }

// day is what stands in the first field, the zero time for what is no date.
func (f trainingFields) day() time.Time {
	t, err := time.ParseInLocation(time.DateOnly, value(f.on), time.Local)
	if err != nil {
		return time.Time{}
	}
	return t
}

func (f trainingFields) checks(now time.Time) form {
	return form{
		{f.on, func() string {
			switch day := f.day(); {
			case day.IsZero():
				return words.T("training.on.needed")
			case day.After(now):
				return words.T("training.on.later")
			}
			return ""
		}},
		needed(f.course, "training.course.needed"),
	}
}

func (f trainingFields) clear() {
	f.on.SetText("")
	f.course.SetText("")
}
