package forms

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/policy"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// manual is the form for a manual entry (IPC, Manual entries and Appendix B).
type manual struct {
	c   *cruiser.Cruiser
	nav Navigator

	plate               *plateField
	jurisdiction        *widgets.Picker
	category            *widgets.Picker
	limit               *widgets.Text
	reason, file        *widgets.Field
	expiry              *expiry
	distribution        *choice
	forced              *widgets.Text
	descriptors         *widgets.Field
	make, model, colour *widgets.Field
	problem             *widgets.Banner
	submit              *widgets.Button
	page                *fyne.Container
	holder              holder
}

// NewManualEntry returns the form in which an officer proposes a plate for the
// hotlist.
func NewManualEntry(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	return newManual(c, nav).holder.Container
}

func newManual(c *cruiser.Cruiser, nav Navigator) *manual {
	m := &manual{c: c, nav: nav, holder: newHolder()}
	m.begin()
	return m
}

// begin makes an empty form.
func (m *manual) begin() {
	session, ok := m.c.Session()
	if !ok || !m.c.May(access.ActProposeEntry) {
		m.holder.show(refused(m.nav, "manual.title", "manual.notallowed"))
		return
	}
	w := m.nav.Window()
	m.plate = newPlateField(words.T("manual.plate"))
	m.jurisdiction = jurisdictionPicker(m.c, words.T("manual.jurisdiction"))
	m.category = widgets.NewPicker(words.T("manual.category"), words.T("manual.category.choose"), manualCategories(m.c.Pack()))
	m.category.OnChanged = func(string) { m.chose() }
	m.limit = widgets.NewSmall("")
	m.reason = area(w, words.T("manual.reason"), words.T("manual.reason.hint"), 2)
	m.file = widgets.NewField(optional("manual.file"), "")
	m.expiry = newExpiry(m.c.Now, func() { m.page.Refresh() })
	m.distribution = newChoice(words.T("manual.distribution"), 200,
		widgets.Option{Key: string(policy.Internal), Text: words.T("manual.distribution.internal")},
		widgets.Option{Key: string(policy.Shared), Text: words.T("manual.distribution.shared")})
	m.forced = widgets.NewSmall("")
	m.descriptors = area(w, words.T("manual.descriptors"), words.T("manual.descriptors.hint"), 2)
	m.make, m.model, m.colour = widgets.NewField(optional("manual.make"), ""), widgets.NewField(optional("manual.model"), ""), widgets.NewField(optional("manual.colour"), "")
	m.problem = widgets.NewProblem("")
	m.problem.SetText("")
	m.submit = widgets.NewIconButton(widgets.Primary, "entry", words.T("manual.submit"), m.send)
	submits(m.send, m.plate.field, m.file, m.make, m.model, m.colour, m.expiry.date)
	who := words.T("manual.by.badge", "Name", string(session.Officer.Name), "Badge", string(session.Officer.Badge))
	left := widgets.NewColumn(2, marked("person", words.T("manual.by")+": "+who, theme.ColorText), m.plate,
		widgets.NewGrid(180, m.jurisdiction, m.file), widgets.NewColumn(0.5, m.category, m.limit),
		widgets.NewGrid(150, m.make, m.model, m.colour))
	right := widgets.NewColumn(2, m.reason, m.expiry.body, widgets.NewColumn(0.5, m.distribution, m.forced), m.descriptors)
	note := widgets.NewText(words.T("manual.submit.why"), theme.SizeSmall, theme.ColorMuted, widgets.Whole)
	m.page = widgets.NewPage(words.T("manual.title"), m.nav.Back, widgets.NewColumn(2, m.problem, widgets.NewGrid(columnWidth, left, right)),
		note, m.submit)
	m.chose()
	m.holder.show(m.page)
}

func optional(key string) string {
	return words.T(key) + " (" + words.T("form.optional") + ")"
}

func manualCategories(p *policy.Pack) (options []widgets.Option) {
	for _, c := range p.Manual() {
		options = append(options, widgets.Option{Key: c.ID, Text: c.Name.In(words.Language())})
	}
	return options
}

// chosenCategory is the category that was chosen; ok is false for none.
func (m *manual) chosenCategory() (policy.Category, bool) {
	return m.c.Pack().Category(m.category.Key())
}

// chose shows what the category allows and asks for.
func (m *manual) chose() {
	c, ok := m.chosenCategory()
	m.limit.SetText("")
	m.descriptors.Hide()
	m.forced.SetText("")
	for _, d := range []policy.Distribution{policy.Internal, policy.Shared} {
		m.distribution.button(string(d)).Disable()
	}
	if ok {
		m.limit.SetText(words.T("manual.category.limit", "N", c.MaxDays))
		m.expiry.setLimit(c.MaxDays)
		for _, d := range c.Distribution {
			m.distribution.button(string(d)).Enable()
		}
		m.distribution.set(string(c.Distribution[0]))
		if !slices.Contains(c.Distribution, policy.Shared) {
			m.forced.SetText(words.T("manual.distribution.forced"))
		}
		if c.Descriptors {
			m.descriptors.Show()
		}
	}
	m.page.Refresh()
}

func (m *manual) form() form {
	return form{m.plate.check(), chosen(m.category, "manual.category.needed"), needed(m.reason, "manual.reason.needed"),
		{m.expiry, m.expiry.rule},
		{m.descriptors, func() string {
			if c, ok := m.chosenCategory(); ok && c.Descriptors && value(m.descriptors) == "" {
				return words.T("manual.descriptors.needed")
			}
			return ""
		}}}
}

func (m *manual) send() {
	if m.submit.Disabled() {
		return
	}
	m.problem.SetText("")
	ok := m.form().ok(m.nav.Window())
	m.page.Refresh()
	if !ok {
		return
	}
	text, _ := m.plate.text()     // checked just now
	until, _ := m.expiry.moment() // and this
	e := entry.Entry{Plate: text, Jurisdiction: picked(m.jurisdiction), Category: m.category.Key(), Reason: value(m.reason),
		FileNumber: value(m.file), Expires: until, Distribution: policy.Distribution(m.distribution.key()),
		Make: value(m.make), Model: value(m.model), Colour: value(m.colour)}
	if c, _ := m.chosenCategory(); c.Descriptors {
		e.Descriptors = value(m.descriptors)
	}
	m.submit.SetText(words.T("form.working"), "")
	m.submit.Disable()
	work(m.nav, func(ctx context.Context) func() {
		made, err := m.c.Propose(ctx, e)
		return func() { m.done(made, err) }
	})
}

func (m *manual) done(e entry.Entry, err error) {
	m.submit.SetText(words.T("manual.submit"), "")
	m.submit.Enable()
	if err != nil {
		m.problem.SetText(words.Error(err))
		m.page.Refresh()
		return
	}
	again := widgets.NewIconButton(widgets.Secondary, "entry", words.T("manual.again"), m.begin)
	list := widgets.NewIconButton(widgets.Primary, "list", words.T("manual.tolist"), func() { m.nav.Show(ScreenEntries) })
	body := widgets.NewColumn(2, marked("clock", words.T("manual.done"), theme.ColorHigh), plateText(e.Plate, theme.SizePlate),
		heading(categoryName(m.c, e.Category)), widgets.NewBody(words.T("manual.expiry.at", "Date", words.Moment(e.Expires))),
		widgets.NewBody(words.T("manual.done.why")))
	m.holder.show(widgets.NewPage(words.T("manual.title"), m.nav.Back, widgets.NewCard("", body), again, list))
}

// expiry asks until when an entry lives: some days, or a date.
type expiry struct {
	*choice
	date  *widgets.Field
	at    *widgets.Text
	body  *fyne.Container
	now   func() time.Time
	limit int // days; 0 while no category is chosen
	typed bool
	fresh func()
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
	x.date.Entry.SetPlaceHolder("2026-12-01")
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
	x.body = widgets.NewColumn(1, x.choice, widgets.NewGrid(180, x.date, container.NewCenter(x.at)))
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
		day, err := time.ParseInLocation("2006-01-02", strings.ReplaceAll(value(x.date), "/", "-"), now.Location())
		if err != nil {
			return time.Time{}, words.T("manual.expiry.bad")
		}
		end := day.AddDate(0, 0, 1).Add(-time.Second) // the whole day counts
		switch {
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

func (x *expiry) rule() string {
	_, fault := x.moment()
	return fault
}

// say shows what was chosen as a date.
func (x *expiry) say() {
	x.at.SetText("")
	if until, fault := x.moment(); fault == "" && x.limit > 0 {
		x.at.SetText(words.T("manual.expiry.at", "Date", words.Moment(until)))
	}
	x.fresh()
}
