package forms

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/policy"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// entriesShown is how many decided entries are shown at first, and how many more
// at each step.
const entriesShown = 40

// entries lists the manual entries; supervisors decide on others' proposals here.
type entries struct {
	c   *cruiser.Cruiser
	nav Navigator

	all      []entry.Entry
	most     int
	problem  *widgets.Banner
	proposed *fyne.Container
	others   *fyne.Container
	page     *fyne.Container
	holder   holder
	deciding bool
}

// NewEntries returns the list of manual entries. It is a [Follower].
func NewEntries(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	e := newEntries(c, nav)
	return newFollowing(e.holder.Container, e.load, cruiser.EntriesChanged)
}

func newEntries(c *cruiser.Cruiser, nav Navigator) *entries {
	e := &entries{c: c, nav: nav, most: entriesShown, problem: widgets.NewProblem(""), holder: newHolder(),
		proposed: widgets.NewColumn(1.5), others: widgets.NewColumn(1.5)}
	e.problem.SetText("")
	if !c.May(access.ActProposeEntry) {
		e.holder.show(refused(nav, "entries.title", "manual.notallowed"))
		return e
	}
	e.proposed.Add(widgets.NewSmall(words.T("entries.reading")))
	e.page = widgets.NewPage(words.T("entries.title"), nav.Back, widgets.NewColumn(3, e.problem, e.proposed, e.others),
		widgets.NewIconButton(widgets.Primary, "entry", words.T("entries.new"), func() { nav.Show(ScreenManualEntry) }))
	e.holder.show(e.page)
	e.load()
	return e
}

func (e *entries) load() {
	if !e.c.May(access.ActProposeEntry) {
		return
	}
	work(e.nav, func(ctx context.Context) func() {
		all, err := e.c.Entries(ctx)
		return func() {
			if err != nil {
				e.problem.SetText(words.Error(err))
			} else {
				e.all = all
			}
			e.show()
		}
	})
}

// show fills the two parts: what waits for a decision, then all others.
func (e *entries) show() {
	e.proposed.RemoveAll()
	e.others.RemoveAll()
	for _, x := range e.all {
		if x.State == entry.Proposed {
			e.proposed.Add(e.card(x))
		}
	}
	if n := len(e.proposed.Objects); n > 0 {
		e.proposed.Objects = append([]fyne.CanvasObject{widgets.NewHeading(words.T("entries.proposals"))}, e.proposed.Objects...)
	}
	left := 0
	for _, x := range e.all {
		switch {
		case x.State == entry.Proposed:
		case len(e.others.Objects) >= e.most:
			left++
		default:
			e.others.Add(e.card(x))
		}
	}
	if len(e.others.Objects) > 0 && len(e.proposed.Objects) > 0 {
		e.others.Objects = append([]fyne.CanvasObject{widgets.NewHeading(words.T("entries.others"))}, e.others.Objects...)
	}
	if left > 0 {
		e.others.Add(widgets.NewButton(widgets.Secondary, words.T("lists.report.more", "N", left), func() {
			e.most += entriesShown
			e.show()
		}))
	}
	if len(e.all) == 0 {
		e.proposed.Add(widgets.NewBody(words.T("entries.none")))
	}
	e.proposed.Hidden = len(e.proposed.Objects) == 0
	e.others.Hidden = len(e.others.Objects) == 0
	e.page.Refresh()
}

// card is one entry with what may be done about it.
func (e *entries) card(x entry.Entry) fyne.CanvasObject {
	tier := e.c.Pack().Tier(x.Category)
	what := widgets.NewColumn(0.5,
		widgets.NewFillRow(1, 1, tierMark(tier), heading(categoryName(e.c, x.Category)), stateMark(x.State)),
		widgets.NewFillRow(2, 1, plateText(x.Plate, theme.SizeCategory), widgets.NewBody(describe(x))),
		widgets.NewBody(x.Reason))
	if x.Descriptors != "" {
		what.Add(widgets.NewBody(words.Colon(words.T("manual.descriptors"), x.Descriptors)))
	}
	what.Add(widgets.NewSmall(words.T("entries.by", "Name", string(x.Author.Name), "Badge", string(x.Author.Badge), "Date", words.Moment(x.Proposed))))
	if x.Replaces != "" {
		what.Add(widgets.NewSmall(words.T("entries.renews")))
	}
	if x.ReplacedBy != "" {
		what.Add(widgets.NewSmall(words.T("entries.replaced", "Date", words.Moment(x.Decided))))
	}
	if len(x.Amended) > 0 {
		what.Add(widgets.NewSmall(words.T("entries.amended", "Fields", fieldNames(x.Amended))))
	}
	if x.Decider != nil {
		by := words.T("entries.decidedby", "State", words.T("entries.state."+string(x.State)), "Name", string(x.Decider.Name), "Date", words.Moment(x.Decided))
		if x.Decision != "" {
			by = words.Colon(by, x.Decision)
		}
		what.Add(widgets.NewSmall(by))
	}
	var body fyne.CanvasObject = what
	if steps := e.steps(x); len(steps) > 0 {
		body = newPair(besideSteps, what, widgets.NewColumn(1.5, steps...))
	}
	card := widgets.NewCard("", body)
	if x.State == entry.Proposed {
		card.Edge = theme.ColorHigh
	}
	return card
}

// describe is where the plate is from, the vehicle, until when and how far.
func describe(x entry.Entry) string {
	text := x.Jurisdiction.Name(words.Language())
	if text == "" {
		text = words.T("form.unknown")
	}
	for _, s := range []string{x.Colour, x.Make, x.Model} {
		if s != "" {
			text += " · " + s
		}
	}
	text += " · " + words.T("entries.until", "Date", words.Moment(x.Expires))
	if !x.Ends.IsZero() {
		text += " · " + words.T("entries.ends", "Date", words.Date(x.Ends))
	}
	text += " · " + words.T("manual.distribution."+string(distribution(x.Distribution)))
	if x.FileNumber != "" {
		text += " · " + words.T("search.file") + " " + x.FileNumber
	}
	if x.Foreign {
		text += " · " + words.T("entries.foreign")
	}
	return text
}

func distribution(d policy.Distribution) policy.Distribution {
	if d == policy.Shared {
		return policy.Shared
	}
	return policy.Internal
}

// fieldNames are the fields that an amendment changed, in words.
func fieldNames(fields []entry.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = words.T("entries.field." + string(f))
	}
	return strings.Join(names, ", ")
}

// stateMark is an entry's state: icon and word.
func stateMark(s entry.State) fyne.CanvasObject {
	icon, colour := "close", theme.ColorMuted
	switch s {
	case entry.Proposed:
		icon, colour = "clock", theme.ColorHigh
	case entry.Approved:
		icon, colour = "approve", theme.ColorOK
	case entry.Refused:
		icon, colour = "close", theme.ColorGrave
	case entry.Expired:
		icon, colour = "clock", theme.ColorMuted
	}
	return marked(icon, words.T("entries.state."+string(s)), colour)
}

// steps are the buttons of an entry. What may be done is the rules' to say; the
// buttons only spare a tap that would be refused.
func (e *entries) steps(x entry.Entry) (steps []fyne.CanvasObject) {
	session, ok := e.c.Session()
	if !ok {
		return nil
	}
	own := session.Officer.ID == x.Author.ID
	supervisor := e.c.May(access.ActApproveEntry)
	if x.State == entry.Proposed && supervisor {
		approve := widgets.NewIconButton(widgets.Primary, "approve", words.T("entries.approve"), func() { e.approve(x.ID) })
		if own {
			approve.Disable()
			steps = append(steps, approve, widgets.NewText(words.T("entries.own"), theme.SizeSmall, theme.ColorHigh, widgets.Wrapped))
		} else {
			steps = append(steps, approve,
				widgets.NewButton(widgets.Secondary, words.T("entries.approve.amended"), func() { e.edit(approving, x) }),
				widgets.NewIconButton(widgets.Danger, "close", words.T("entries.refuse"), func() { e.refuse(x.ID) }))
		}
	}
	if x.State == entry.Proposed && own {
		steps = append(steps, widgets.NewButton(widgets.Secondary, words.T("entries.amend"), func() { e.edit(amending, x) }))
	}
	if (x.State == entry.Approved || x.State == entry.Expired) && (own || supervisor) && !e.renewed(x.ID) {
		steps = append(steps, widgets.NewButton(widgets.Secondary, words.T("entries.renew"), func() { e.edit(renewing, x) }))
	}
	open := x.State == entry.Proposed || x.State == entry.Approved
	if open && (own || supervisor && x.State == entry.Approved) {
		steps = append(steps, widgets.NewButton(widgets.Secondary, words.T("entries.withdraw"), func() { e.withdraw(x.ID) }))
	}
	return steps
}

// renewed reports whether a renewal of an entry waits or is on the hotlist.
func (e *entries) renewed(id string) bool {
	return slices.ContainsFunc(e.all, func(x entry.Entry) bool {
		return x.Replaces == id && (x.State == entry.Proposed || x.State == entry.Approved)
	})
}

// edit opens the form for an entry in place of the list.
func (e *entries) edit(p purpose, x entry.Entry) {
	back := func() {
		e.holder.show(e.page)
		e.load()
	}
	e.holder.show(newManualFor(e.c, e.nav, opening{purpose: p, from: x, back: back}).holder.Container)
}

func (e *entries) approve(id string) {
	e.decide("entries.approved", func(ctx context.Context) error { return e.c.Approve(ctx, id) })
}

func (e *entries) refuse(id string) {
	ask(e.nav, asked{title: words.T("entries.refuse.title"), why: words.T("entries.refuse.why"), reason: words.T("form.reason"),
		needed: "entries.reason.needed", yes: words.T("entries.refuse"), no: words.T("action.cancel"), do: func(reason string) {
			e.decide("entries.refused", func(ctx context.Context) error { return e.c.Refuse(ctx, id, reason) })
		}})
}

func (e *entries) withdraw(id string) {
	ask(e.nav, asked{title: words.T("entries.withdraw.title"), why: words.T("entries.withdraw.why"), reason: words.T("form.reason"),
		needed: "entries.reason.needed", yes: words.T("entries.withdraw"), no: words.T("entries.keep"), do: func(reason string) {
			e.decide("entries.withdrawn", func(ctx context.Context) error { return e.c.Withdraw(ctx, id, reason) })
		}})
}

// decide runs one decision at a time, and says how it went. What takes a supervisor's
// authority takes a fresh proof of who they are too.
func (e *entries) decide(done string, do func(context.Context) error) {
	if e.deciding {
		return
	}
	e.deciding = true
	work(e.nav, func(ctx context.Context) func() {
		err := do(ctx)
		return func() {
			e.deciding = false
			e.problem.SetText("")
			switch {
			case err == nil:
				e.nav.Toast(words.T(done))
			case errors.Is(err, access.ErrReauthenticate):
				prove(e.c, e.nav, func() { e.decide(done, do) }, func() {})
				return
			case errors.Is(err, entry.ErrExpiry):
				e.problem.SetText(words.T("entries.stale", "Why", words.Error(err)))
			default:
				e.problem.SetText(words.Error(err))
			}
			e.load()
		}
	})
}
