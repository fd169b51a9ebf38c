package forms

import (
	"context"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/preserve"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// orders is the list of preservation orders and, in its place, the form for a new one
// and what one keeps.
type orders struct {
	c      *cruiser.Cruiser
	nav    Navigator
	list   *caseList
	holder holder
}

// NewOrders shows the preservation orders, where the policy allows any (IPC, Managing
// hit and non-hit information).
func NewOrders(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	return newOrders(c, nav).holder.Container
}

func newOrders(c *cruiser.Cruiser, nav Navigator) *orders {
	o := &orders{c: c, nav: nav, holder: newHolder()}
	if !c.May(access.ActOrder) || !c.Pack().Preservation.Enabled {
		o.holder.show(refused(nav, "cases.orders", "orders.notallowed"))
		return o
	}
	o.list = newCaseList(nav, "cases.orders", func(ctx context.Context) (func() []fyne.CanvasObject, error) {
		all, kept, err := c.PreservationOrders(ctx)
		return func() (cards []fyne.CanvasObject) {
			for _, x := range all {
				cards = append(cards, o.card(x, kept[x.ID]))
			}
			return cards
		}, err
	}, widgets.NewIconButton(widgets.Primary, "entry", words.T("orders.new"), o.give))
	o.holder.show(o.list.page)
	return o
}

func (o *orders) back() {
	o.holder.show(o.list.page)
	o.list.load()
}

func (o *orders) card(x preserve.Order, kept int) fyne.CanvasObject {
	now := o.c.Now()
	state := marked("clock", words.T("orders.later"), theme.ColorMuted)
	switch {
	case !now.Before(x.Until):
		state = marked("clock", words.T("orders.over"), theme.ColorHigh)
	case !now.Before(x.From):
		state = marked("high", words.T("orders.inforce"), theme.ColorHigh)
	}
	what := widgets.NewColumn(0.5, widgets.NewFillRow(1, 0, heading(x.Case), state),
		fact(words.T("orders.authority"), x.Authority), fact(words.T("orders.area"), x.Area),
		fact(words.T("orders.window"), words.Moment(x.From)+" – "+words.Moment(x.Until)),
		fact(words.T("orders.settled"), words.Moment(x.Settled)), fact(words.T("orders.kept"), words.T("orders.kept.n", "N", kept)),
		widgets.NewSmall(words.T("cases.by", "Name", string(x.By.Name), "Badge", string(x.By.Badge), "Date", words.Moment(x.Given))))
	open := widgets.NewButton(widgets.Secondary, words.T("search.open"), func() {
		ask(o.nav, asked{title: words.T("orders.open.title"), why: words.T("orders.open.why"), reason: words.T("orders.authority"),
			needed: "orders.authority.needed", yes: words.T("search.open"), no: words.T("action.cancel"), do: func(a string) { o.open(x.ID, a) }})
	})
	if kept == 0 {
		open.Disable()
	}
	end := widgets.NewButton(widgets.Danger, words.T("orders.end"), func() {
		ask(o.nav, asked{title: words.T("orders.end.title"), why: words.T("orders.end.why"), reason: words.T("form.reason"),
			needed: "entries.reason.needed", yes: words.T("orders.end"), no: words.T("action.cancel"), do: func(why string) {
				o.list.do("orders.ended", func(ctx context.Context) error { return o.c.EndPreservation(ctx, x.ID, why) })
			}})
	})
	return widgets.NewCard("", newPair(besideSteps, what, widgets.NewColumn(1.5, open, end)))
}

// open shows what an order keeps.
func (o *orders) open(id, authority string) {
	work(o.nav, func(ctx context.Context) func() {
		kept, err := o.c.OpenPreserved(ctx, id, authority)
		return func() {
			if err != nil {
				o.list.problem.SetText(words.Error(err))
				o.list.page.Refresh()
				return
			}
			rows := widgets.NewColumn(1)
			for _, n := range kept {
				rows.Add(widgets.NewFillRow(2, 1, plateText(n.Text, theme.SizeBody), widgets.NewBody(n.Jurisdiction.Name(words.Language())),
					widgets.NewSmall(words.Date(n.At)+" "+words.Second(n.At)+" · "+n.Camera)))
			}
			o.holder.show(widgets.NewPage(words.T("orders.kept"), o.back, widgets.NewCard("", rows)))
		}
	})
}

// give shows the form of a new order.
func (o *orders) give() {
	c, p := o.c, o.c.Pack().Preservation
	authority := widgets.NewField(words.T("orders.authority"), words.T("orders.authority.hint"))
	file := widgets.NewField(words.T("orders.case"), "")
	where := widgets.NewField(words.T("orders.area"), words.T("orders.area.hint"))
	from := newMomentField(words.T("orders.from"), c.Now).set(c.Now())
	until := newMomentField(words.T("orders.until"), c.Now)
	settled := newMomentField(words.T("orders.settled"), c.Now)
	questions := func() form {
		return form{needed(authority, "orders.authority.needed"), needed(file, "orders.case.needed"), needed(where, "orders.area.needed"),
			from.check(true, true), until.check(true, true), settled.check(true, true)}
	}
	s := newSender(o.nav, "approve", "orders.submit", questions, func(ctx context.Context) (func(), error) {
		x := preserve.Order{Authority: value(authority), Case: value(file), Area: value(where)}
		x.From, _ = from.moment() // these were checked just now
		x.Until, _ = until.moment()
		x.Settled, _ = settled.moment()
		_, err := c.OrderPreservation(ctx, x)
		return func() {
			o.nav.Toast(words.T("orders.done"))
			o.back()
		}, err
	})
	submits(s.submit.OnTapped, authority, file, where, from.Field, until.Field, settled.Field)
	lead := words.T("orders.lead", "Hours", p.WindowHours, "Days", p.HoldDays)
	d := newDraft(c, o.nav, ScreenOrders, part{"authority", authority}, part{"case", file}, part{"area", where},
		part{"from", from}, part{"until", until}, part{"settled", settled})
	body := widgets.NewColumn(2, d.notice, widgets.NewNotice(lead), s.problem, widgets.NewGrid(columnWidth,
		widgets.NewColumn(2, authority, file, where), widgets.NewColumn(2, from.Field, until.Field, settled.Field)))
	s.page = widgets.NewPage(words.T("orders.title"), d.leaving(o.back), body, s.submit)
	s.keeps(d)
	o.holder.show(s.page)
	focus(o.nav.Window(), authority)
}
