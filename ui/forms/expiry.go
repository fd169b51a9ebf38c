package forms

import (
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// expiry asks until when an entry lives: some days, or a date.
type expiry struct {
	*choice
	date  *widgets.Field
	at    *widgets.Text
	body  *fyne.Container
	now   func() time.Time
	limit int // days; 0 while no category is chosen
	typed bool
	// kept is a moment that was chosen before, and its day as it stands in the field.
	kept    time.Time
	keptDay string
	fresh   func()
}

// The quick choices, in days; the category's longest stands beside them.
var quickDays = []int{1, 7, 30}

const longest = "longest"

// changed is called after each change.
func newExpiry(now func() time.Time, changed func()) *expiry {
	var options []widgets.Option
	for _, d := range quickDays {
		options = append(options, widgets.Option{Key: fmt.Sprint(d), Text: words.T("manual.expiry.days", "N", d)})
	}
	options = append(options, widgets.Option{Key: longest, Text: words.T("manual.expiry.longest")})
	x := &expiry{choice: newChoice(words.T("manual.expiry"), 100, options...), now: now, fresh: changed,
		date: widgets.NewField(words.T("manual.expiry.date"), ""), at: widgets.NewSmall("")}
	x.date.Entry.SetPlaceHolder(words.T("form.day"))
	x.choice.changed = func() {
		x.typed = false
		x.date.SetText("")
		x.typed = false
		x.say()
	}
	x.date.OnChanged(func(s string) {
		if s != "" {
			x.typed = true
			x.set()
			x.SetError("")
		}
		x.say()
	})
	x.body = widgets.NewColumn(1, x.choice, widgets.NewGrid(180, x.date, widgets.NewColumn(0.5, widgets.NewSmall(" "), x.at)))
	return x
}

// setLimit puts a category's limit in force: longer choices cannot be tapped.
func (x *expiry) setLimit(days int) {
	x.limit = days
	for _, d := range quickDays {
		if b := x.button(fmt.Sprint(d)); d > days {
			b.Disable()
			if x.key() == fmt.Sprint(d) {
				x.set()
			}
		} else {
			b.Enable()
		}
	}
	x.SetError("")
	x.say()
}

// moment is when the entry ends. It fails with what to say.
func (x *expiry) moment() (time.Time, string) {
	now := x.now()
	last := now.AddDate(0, 0, x.limit)
	if x.typed && value(x.date) != "" {
		if x.keptDay != "" && value(x.date) == x.keptDay && x.kept.After(now) {
			return x.kept, ""
		}
		end, fault := endOfDay(value(x.date), now.Location())
		day := end.AddDate(0, 0, -1).Add(time.Second)
		switch {
		case fault != "":
			return time.Time{}, fault
		case !end.After(now):
			return time.Time{}, words.T("manual.expiry.past")
		case x.limit > 0 && day.After(last):
			return time.Time{}, words.T("manual.expiry.far", "N", x.limit, "Date", words.Date(last))
		case x.limit > 0 && end.After(last):
			end = last
		}
		return end, ""
	}
	days := x.limit
	switch k := x.key(); k {
	case "":
		return time.Time{}, words.T("manual.expiry.needed")
	case longest:
	default:
		fmt.Sscan(k, &days) // one of quickDays
	}
	if x.limit > 0 && days > x.limit {
		return time.Time{}, words.T("manual.expiry.far", "N", x.limit, "Date", words.Date(last))
	}
	return now.AddDate(0, 0, days), ""
}

// answer is what was chosen or written, put chooses or writes it.
func (x *expiry) answer() string {
	if x.typed && value(x.date) != "" {
		return value(x.date)
	}
	return x.key()
}

func (x *expiry) put(text string) {
	if x.button(text) != nil {
		x.tap(text)
		return
	}
	x.set()
	x.date.SetText(text)
}

// keep puts a moment that was chosen before into the question.
func (x *expiry) keep(t time.Time) {
	x.kept, x.keptDay = t, t.In(x.now().Location()).Format(dayForm)
	x.date.SetText(x.keptDay)
}

// dayForm is how a day is written.
const dayForm = "2006-01-02"

// endOfDay is the last second of a day as it was written: the whole day counts. It
// fails with what to say.
func endOfDay(s string, at *time.Location) (time.Time, string) {
	day, err := time.ParseInLocation(dayForm, strings.ReplaceAll(s, "/", "-"), at)
	if err != nil {
		return time.Time{}, words.T("manual.expiry.bad")
	}
	return day.AddDate(0, 0, 1).Add(-time.Second), ""
}

// say shows what was chosen as a date.
func (x *expiry) say() {
	x.at.SetText("")
	if until, fault := x.moment(); fault == "" && x.limit > 0 {
		x.at.SetText(words.T("manual.expiry.at", "Date", words.Moment(until)))
	}
	x.fresh()
}
