package forms

import (
	"strings"
	"time"

	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// momentField asks for a day with a time of day, as ISO 8601 writes them.
type momentField struct {
	*widgets.Field
	now func() time.Time
}

func newMomentField(label string, now func() time.Time) momentField {
	m := momentField{widgets.NewField(label, ""), now}
	m.Entry.SetPlaceHolder(words.T("form.moment"))
	return m
}

// set writes a moment into the field.
func (m momentField) set(t time.Time) momentField {
	m.SetText(words.Moment(t))
	return m
}

// moment is what was written; zero where that is nothing, not ok where it is no time.
func (m momentField) moment() (t time.Time, ok bool) {
	text := strings.ReplaceAll(value(m.Field), "/", "-")
	if text == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, m.now().Location()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// check is the rule of the field: a time, not in the future unless later is set, and
// something at all where it is needed.
func (m momentField) check(needed, later bool) check {
	return check{m.Field, func() string {
		t, ok := m.moment()
		switch {
		case !ok:
			return words.T("cases.moment.bad")
		case t.IsZero() && needed:
			return words.T("cases.moment.needed")
		case !later && t.After(m.now()):
			return words.T("cases.moment.future")
		}
		return ""
	}}
}
