package forms

import (
	"context"
	"crypto/ed25519"
	"errors"
	"image/color"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// auditView shows the audit record, newest first. To read it is itself recorded,
// so it is read when the screen opens and when somebody asks for it again.
type auditView struct {
	c   *cruiser.Cruiser
	nav Navigator

	all         []audit.Record // oldest first
	shown       []int          // positions in all, newest first
	mark        *widgets.StatusItem
	standing    *widgets.Text
	person, act *widgets.Picker
	day         *widgets.Field
	count, none *widgets.Text
	problem     *widgets.Banner
	list        *widgets.List
	page        *fyne.Container
	holder      holder
	reading     bool
}

// NewAudit returns the audit record for those who may read it, and the way to take
// a copy of it out for those who may do only that.
func NewAudit(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	return newAudit(c, nav).holder.Container
}

func newAudit(c *cruiser.Cruiser, nav Navigator) *auditView {
	v := &auditView{c: c, nav: nav, holder: newHolder(), mark: widgets.NewStatusItem("clock", "", theme.ColorMuted), standing: widgets.NewBody(words.T("audit.reading")),
		person: widgets.NewPicker(words.T("audit.person"), words.T("audit.person.all"), nil),
		act:    widgets.NewPicker(words.T("audit.what"), words.T("audit.what.all"), nil),
		day:    widgets.NewField(words.T("audit.day"), ""), count: widgets.NewSmall(""), none: widgets.NewBody(""), problem: widgets.NewProblem("")}
	v.problem.SetText("")
	switch {
	case c.May(access.ActSeeAudit):
	case c.May(access.ActExportAudit):
		v.holder.show(newAuditExport(c, nav, nav.Back).page)
		return v
	default:
		v.holder.show(refused(nav, "audit.title", "audit.notallowed"))
		return v
	}
	v.person.OnChanged = func(string) { v.sift() }
	v.act.OnChanged = func(string) { v.sift() }
	v.day.Entry.SetPlaceHolder(words.T("form.day"))
	v.day.OnChanged(func(string) { v.sift() })
	v.list = widgets.NewList(func() int { return len(v.shown) }, func() fyne.CanvasObject { return newAuditRow() },
		func(i widget.ListItemID, o fyne.CanvasObject) {
			o.(*auditRow).set(v.all[v.shown[i]], v.c.Now().Location())
		})
	v.list.OnSelected = func(i widget.ListItemID) {
		v.list.UnselectAll()
		if i < len(v.shown) {
			v.open(i)
		}
	}
	top := widgets.NewColumn(1, v.problem, widgets.NewFillRow(1, 1, v.mark, v.standing), widgets.NewGrid(220, v.person, v.act, v.day), v.count)
	body := container.NewBorder(top, nil, nil, nil, container.NewStack(v.list.Framed(), widgets.NewInset(2, v.none)))
	v.page = widgets.NewPage(words.T("audit.title"), nav.Back, body,
		widgets.NewIconButton(widgets.Secondary, "list", words.T("audit.again"), v.load),
		widgets.NewIconButton(widgets.Primary, "dock", words.T("audit.export"), func() {
			v.holder.show(newAuditExport(v.c, v.nav, v.back).page)
		}))
	v.holder.show(v.page)
	v.load()
	return v
}

func (v *auditView) back() { v.holder.show(v.page) }

// load reads the record and checks its chain.
func (v *auditView) load() {
	if v.reading {
		return
	}
	v.reading = true
	work(v.nav, func(ctx context.Context) func() {
		records, err := v.c.Records(ctx)
		var key ed25519.PublicKey
		if err == nil {
			key, err = v.c.AuditKey(ctx)
		}
		report, broken := audit.Examine(records, key)
		return func() {
			v.reading = false
			if err != nil {
				v.problem.SetText(words.Error(err))
				v.page.Refresh()
				return
			}
			v.problem.SetText("")
			v.all = records
			v.stand(report, broken)
			v.person.SetOptions(v.people())
			v.act.SetOptions(v.acts())
			v.sift()
		}
	})
}

// stand says whether the chain and its signatures hold.
func (v *auditView) stand(r audit.Report, broken error) {
	var fault *audit.Fault
	v.mark.Set("exact", "", theme.ColorOK)
	switch {
	case errors.As(broken, &fault):
		v.mark.Set("warning", "", theme.ColorGrave)
		v.standing.SetText(words.T("audit.broken"))
		v.problem.SetText(words.T("audit.broken.at", "Number", fault.Number))
	case r.Signatures == 0:
		v.standing.SetText(words.T("audit.whole.unsigned", "N", r.Count))
	default:
		v.standing.SetText(words.T("audit.whole", "N", r.Signatures, "Count", r.Count, "Signed", r.Signed))
	}
}

// The keys of the filters, beside badges and acts.
const (
	everything = "*"
	nobody     = "-"
	ofKind     = "kind:"
)

// kinds are those of acts, in the order in which they are offered.
var kinds = []audit.Kind{audit.Session, audit.Use, audit.Administration, audit.Duty, audit.Taken, audit.Oversight}

// people are those who are in the record, by name.
func (v *auditView) people() []widgets.Option {
	names := map[string]string{}
	for _, r := range v.all {
		if r.Event.Badge != "" {
			names[r.Event.Badge] = r.Event.Name
		}
	}
	var options []widgets.Option
	for badge, name := range names {
		options = append(options, widgets.Option{Key: badge, Text: who(name, badge, "")})
	}
	slices.SortFunc(options, func(a, b widgets.Option) int { return strings.Compare(a.Text, b.Text) })
	return append([]widgets.Option{{Key: everything, Text: words.T("audit.person.all")}, {Key: nobody, Text: words.T("audit.terminal")}}, options...)
}

// acts are the kinds of acts, then each act that is in the record.
func (v *auditView) acts() []widgets.Option {
	options := []widgets.Option{{Key: everything, Text: words.T("audit.what.all")}}
	for _, k := range kinds {
		options = append(options, widgets.Option{Key: ofKind + string(k), Text: words.T("audit.kind." + string(k))})
	}
	in := map[audit.Act]bool{}
	for _, r := range v.all {
		in[r.Event.Act] = true
	}
	for _, rule := range audit.Catalogue {
		if in[rule.Act] {
			options = append(options, widgets.Option{Key: string(rule.Act), Text: words.Act(rule.Act)})
		}
	}
	return options
}

// passesAct reports whether an act is one of those that were asked for.
func passesAct(key string, a audit.Act) bool {
	kind, isKind := strings.CutPrefix(key, ofKind)
	if isKind {
		rule, _ := audit.RuleOf(a)
		return string(rule.Kind) == kind
	}
	return key == "" || key == everything || key == string(a)
}

func passesBadge(key, badge string) bool {
	return key == "" || key == everything || key == badge || key == nobody && badge == ""
}

// sift shows the records that the filters let pass. A day that is not yet written
// to its end lets everything pass.
func (v *auditView) sift() {
	at := v.c.Now().Location()
	day, ok := dayOf(v.day, at)
	if !ok && len(value(v.day)) >= len(dayForm) {
		v.day.SetError(words.T("review.period.bad"))
	}
	byDay := ok && !day.IsZero()
	next := day.AddDate(0, 0, 1)
	v.shown = v.shown[:0]
	for i := len(v.all) - 1; i >= 0; i-- {
		e := v.all[i].Event
		if byDay && (e.At.Before(day) || !e.At.Before(next)) {
			continue
		}
		if passesBadge(v.person.Key(), e.Badge) && passesAct(v.act.Key(), e.Act) {
			v.shown = append(v.shown, i)
		}
	}
	v.count.SetText(words.T("audit.count", "N", len(v.all), "Shown", len(v.shown)))
	v.none.SetText("")
	if len(v.shown) == 0 {
		v.none.SetText(words.T("audit.none"))
	}
	v.list.ScrollToTop()
	v.page.Refresh()
	v.list.Refresh()
}

// open shows all of the record at a place of the list.
func (v *auditView) open(i int) {
	r := v.all[v.shown[i]]
	e := r.Event
	facts := []widgets.Fact{
		{Label: words.T("audit.when"), Value: words.Hundredth(e.At.In(v.c.Now().Location())), Note: words.T("audit.utc", "Time", e.At.UTC().Format(audit.TimeLayout)), NoteColor: theme.ColorMuted},
		{Label: words.T("audit.who"), Value: who(e.Name, e.Badge, e.Role)},
		{Label: words.T("audit.what"), Value: words.Act(e.Act)},
		{Label: words.T("audit.object"), Value: e.Object},
		{Label: words.T("audit.reason"), Value: why(v.c, e)},
	}
	icon, said, colour := outcome(e.Outcome)
	if e.Outcome != audit.OutcomeOK {
		facts = append(facts, widgets.Fact{Label: words.T("audit.outcome"), Value: words.Outcome(e.Outcome)})
	}
	facts = append(facts, details(v.c, e.Detail)...)
	facts = append(facts, widgets.Fact{Label: words.T("audit.car"), Value: e.Terminal})
	chain := widgets.NewFacts(widgets.Fact{Label: words.T("audit.previous"), Value: grouped(hexOf(r.Previous))},
		widgets.Fact{Label: words.T("audit.hash"), Value: grouped(hexOf(r.Hash))})
	body := widgets.NewColumn(2, widgets.NewCard("", widgets.NewColumn(1.5, marked(icon, said, colour), widgets.NewFacts(facts...))),
		widgets.NewCard(words.T("audit.chain"), chain))
	newer := widgets.NewButton(widgets.Secondary, words.T("audit.newer"), func() { v.open(i - 1) })
	older := widgets.NewButton(widgets.Secondary, words.T("audit.older"), func() { v.open(i + 1) })
	if i == 0 {
		newer.Disable()
	}
	if i == len(v.shown)-1 {
		older.Disable()
	}
	v.holder.show(widgets.NewPage(words.T("audit.record", "Number", r.Sequence), v.back, body, newer, older))
}

// auditRow is one record of the list.
type auditRow struct {
	widget.BaseWidget
	number, when, act, who *widgets.Text
	outcome                *widgets.StatusItem
	body                   fyne.CanvasObject
}

// The widths of a row's first and last columns, so that they stand below one another.
const (
	whenWidth    float32 = 200
	outcomeWidth float32 = 120
)

func newAuditRow() *auditRow {
	r := &auditRow{number: widgets.NewText("—", theme.SizeSmall, theme.ColorMuted, widgets.Whole),
		when: widgets.NewText("—", theme.SizeSmall, theme.ColorText, widgets.Whole),
		act:  widgets.NewText("—", theme.SizeBody, theme.ColorText, widgets.Cut),
		who:  widgets.NewText("—", theme.SizeSmall, theme.ColorMuted, widgets.Cut), outcome: widgets.NewStatusItem("exact", "", theme.ColorOK)}
	r.act.Style = theme.Bold
	r.ExtendBaseWidget(r)
	r.body = widgets.NewInset(1, widgets.NewFillRow(2, 1, widgets.NewColumn(0, strut(whenWidth), r.number, r.when),
		widgets.NewColumn(0, r.act, r.who), widgets.NewColumn(0, strut(outcomeWidth), r.outcome)))
	return r
}

// strut takes a width and no height.
func strut(width float32) fyne.CanvasObject {
	w := canvas.NewRectangle(color.Transparent)
	w.SetMinSize(fyne.NewSize(width, 0))
	return w
}

func (r *auditRow) set(rec audit.Record, at *time.Location) {
	e := rec.Event
	r.number.SetText(words.T("audit.number", "Number", rec.Sequence))
	r.when.SetText(words.Hundredth(e.At.In(at)))
	r.act.SetText(words.Act(e.Act))
	r.who.SetText(who(e.Name, e.Badge, e.Role))
	r.outcome.Set(outcome(e.Outcome))
	r.body.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (r *auditRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.body) }
