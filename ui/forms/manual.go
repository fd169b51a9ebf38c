package forms

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

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
	opening
	draft *draft

	plate               *plateField
	jurisdiction        *widgets.Picker
	category            *widgets.Picker
	limit               *widgets.Text
	reason, file        *widgets.Field
	expiry              *expiry
	ends                *widgets.Field // of the suspension that the entry rests on
	why                 *widgets.Field // of a supervisor's changes
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
	return newManualFor(c, nav, opening{purpose: proposing, back: nav.Back})
}

// begin makes an empty form.
func (m *manual) begin() {
	session, ok := m.c.Session()
	if !ok || !m.c.May(access.ActProposeEntry) {
		m.holder.show(refused(m.nav, "manual.title", "manual.notallowed"))
		return
	}
	m.plate = newPlateField(words.T("manual.plate"))
	m.jurisdiction = jurisdictionPicker(m.c, words.T("manual.jurisdiction"))
	m.category = widgets.NewPicker(words.T("manual.category"), words.T("manual.category.choose"), manualCategories(m.c.Pack()))
	m.category.OnChanged = func(string) { m.chose() }
	m.limit = widgets.NewSmall("")
	m.reason = widgets.NewAreaField(words.T("manual.reason"), words.T("manual.reason.hint"), 2)
	m.file = widgets.NewField(optional("manual.file"), "")
	m.expiry = newExpiry(m.c.Now, func() { m.page.Refresh() })
	m.distribution = newChoice(words.T("manual.distribution"), 200,
		widgets.Option{Key: string(policy.Internal), Text: words.T("manual.distribution.internal")},
		widgets.Option{Key: string(policy.Shared), Text: words.T("manual.distribution.shared")})
	m.forced = widgets.NewSmall("")
	m.descriptors = widgets.NewAreaField(words.T("manual.descriptors"), words.T("manual.descriptors.hint"), 2)
	m.make, m.model, m.colour = widgets.NewField(optional("manual.make"), ""), widgets.NewField(optional("manual.model"), ""), widgets.NewField(optional("manual.colour"), "")
	m.ends = widgets.NewField(words.T("manual.ends"), "")
	m.ends.Entry.SetPlaceHolder(words.T("form.day"))
	m.ends.OnChanged(func(day string) { m.expiry.date.SetText(day) }) // the usual wish
	m.why = widgets.NewField(words.T("manual.why"), "")
	m.problem = widgets.NewProblem("")
	m.problem.SetText("")
	m.submit = widgets.NewIconButton(widgets.Primary, "entry", words.T(m.key("submit")), m.send)
	submits(m.send, m.plate.field, m.file, m.make, m.model, m.colour, m.expiry.date, m.ends, m.why)
	author := session.Officer
	if m.purpose == approving || m.purpose == amending {
		author = m.from.Author
	}
	who := words.T("manual.by.badge", "Name", string(author.Name), "Badge", string(author.Badge))
	m.draft = newDraft(m.c, m.nav, strings.Join([]string{ScreenManualEntry, string(m.purpose), m.from.ID}, " "), m.parts()...)
	left := widgets.NewColumn(2, m.draft.notice, marked("person", words.Colon(words.T("manual.by"), who), theme.ColorText), m.plate,
		widgets.NewGrid(180, m.jurisdiction, m.file), widgets.NewColumn(0.5, m.category, m.limit),
		widgets.NewGrid(150, m.make, m.model, m.colour))
	right := widgets.NewColumn(2, m.reason, m.ends, m.expiry.body, widgets.NewColumn(0.5, m.distribution, m.forced), m.descriptors, m.why)
	note := widgets.NewText(words.T(m.key("consequence")), theme.SizeSmall, theme.ColorMuted, widgets.Whole)
	m.page = widgets.NewPage(words.T(m.key("title")), m.draft.leaving(m.back), widgets.NewColumn(2, m.problem, widgets.NewGrid(columnWidth, left, right)),
		note, m.submit)
	m.why.Hidden = m.purpose != approving
	m.chose()
	m.fill()
	m.draft.on(m.page)
	m.holder.show(m.page)
}

// parts are the questions; the category decides about others, and the end of a suspension
// about the expiry.
func (m *manual) parts() []part {
	return []part{{"category", m.category}, {"plate", m.plate}, {"jurisdiction", m.jurisdiction}, {"file", m.file},
		{"make", m.make}, {"model", m.model}, {"colour", m.colour}, {"reason", m.reason}, {"ends", m.ends}, {"expiry", m.expiry},
		{"distribution", m.distribution}, {"descriptors", m.descriptors}, {"why", m.why}}
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
	m.ends.Hide()
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
		if c.EndsWith != "" {
			m.ends.Show()
		}
	}
	m.page.Refresh()
}

func (m *manual) form() form {
	return form{m.plate.check(), chosen(m.category, "manual.category.needed"), needed(m.reason, "manual.reason.needed"),
		{m.ends, m.endsRule},
		{m.expiry, m.expiryRule},
		{m.descriptors, func() string {
			if c, ok := m.chosenCategory(); ok && c.Descriptors && value(m.descriptors) == "" {
				return words.T("manual.descriptors.needed")
			}
			return ""
		}},
		{m.why, func() string {
			if m.purpose == approving && value(m.why) == "" {
				return words.T("manual.why.needed")
			}
			return ""
		}}}
}

// suspensionEnds is the end of the day that stands in the field; it fails with
// what to say. A category that needs none has the zero time.
func (m *manual) suspensionEnds() (time.Time, string) {
	if c, ok := m.chosenCategory(); !ok || c.EndsWith == "" {
		return time.Time{}, ""
	}
	if value(m.ends) == "" {
		return time.Time{}, words.T("manual.ends.needed")
	}
	if m.ends.Text() == m.kept(m.from.Ends) {
		return m.from.Ends, ""
	}
	return endOfDay(value(m.ends), m.c.Now().Location())
}

func (m *manual) endsRule() string {
	_, fault := m.suspensionEnds()
	return fault
}

func (m *manual) expiryRule() string {
	until, fault := m.expiry.moment()
	if ends, bad := m.suspensionEnds(); fault == "" && bad == "" && !ends.IsZero() && until.After(ends) {
		return words.T("manual.ends.far", "Date", words.Date(ends))
	}
	return fault
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
	e.Ends, _ = m.suspensionEnds()
	why := value(m.why)
	m.submit.SetText(words.T("form.working"), "")
	m.submit.Disable()
	work(m.nav, func(ctx context.Context) func() {
		made, err := m.do(ctx, m.c, e, why)
		if err == nil {
			m.draft.sent(ctx)
		}
		return func() { m.done(made, err) }
	})
}

func (m *manual) done(e entry.Entry, err error) {
	m.submit.SetText(words.T(m.key("submit")), "")
	m.submit.Enable()
	if err != nil {
		m.problem.SetText(words.Error(err))
		m.page.Refresh()
		return
	}
	if m.purpose != proposing {
		m.nav.Toast(words.T(m.key("done")))
		m.back()
		return
	}
	again := widgets.NewIconButton(widgets.Secondary, "entry", words.T("manual.again"), m.begin)
	list := widgets.NewIconButton(widgets.Primary, "list", words.T("manual.tolist"), func() { m.nav.Show(ScreenEntries) })
	body := widgets.NewColumn(2, marked("clock", words.T("manual.done"), theme.ColorHigh), plateText(e.Plate, theme.SizePlate),
		heading(categoryName(m.c, e.Category)), widgets.NewBody(words.T("manual.expiry.at", "Date", words.Moment(e.Expires))),
		widgets.NewBody(words.T("manual.done.why")))
	m.holder.show(widgets.NewPage(words.T("manual.title"), m.nav.Back, widgets.NewCard("", body), again, list))
}
