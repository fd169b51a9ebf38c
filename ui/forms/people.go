package forms

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// people is the screen on which an administrator registers who may sign in, and
// where a trainer records training: everybody, and a page for each.
type people struct {
	c   *cruiser.Cruiser
	nav Navigator

	name, badge *widgets.Field
	roles       *choice
	secret      secret
	problem     *widgets.Banner
	submit      *widgets.Button
	list, page  *fyne.Container
	count       *widgets.Text
	holder      holder
}

// NewPeople returns the screen with everybody who may sign in, and the form that
// registers one more.
func NewPeople(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	return newPeople(c, nav).holder.Container
}

func newPeople(c *cruiser.Cruiser, nav Navigator) *people {
	p := &people{c: c, nav: nav, holder: newHolder(),
		name: widgets.NewField(words.T("person.name"), ""), badge: widgets.NewField(words.T("person.badge"), ""),
		roles:   newChoices(words.T("person.roles"), 160, roleOptions(access.Roles...)...),
		secret:  newSecret(words.T("people.secret"), words.T("people.secret.rule")),
		problem: widgets.NewProblem(""), list: widgets.NewColumn(1), count: widgets.NewSmall("")}
	p.problem.SetText("")
	register := c.May(access.ActPeople)
	if !register && !c.May(access.ActTrain) {
		p.page = refused(nav, "people.title", "people.notallowed")
		p.holder.show(p.page)
		return p
	}
	body := widgets.NewGrid(columnWidth, widgets.NewCard(words.T("people.title"), widgets.NewColumn(1, p.count, p.list)))
	if register {
		body.Add(widgets.NewCard(words.T("people.register"), p.registration()))
	} else {
		body.Add(p.problem)
	}
	p.page = widgets.NewPage(words.T("people.title"), nav.Back, body)
	p.holder.show(p.page)
	p.load()
	return p
}

// registration is the form that registers one more.
func (p *people) registration() fyne.CanvasObject {
	may := widgets.NewSmall("")
	may.Hide()
	p.roles.changed = func() {
		may.SetText(rolesMay(p.roles))
		may.Hidden = may.Text() == ""
		p.page.Refresh()
	}
	p.submit = widgets.NewIconButton(widgets.Primary, "person", words.T("people.submit"), p.send)
	submits(p.send, p.name, p.badge, p.secret.first, p.secret.again)
	return widgets.NewColumn(2, p.problem, widgets.NewGrid(220, p.name, p.badge), p.roles, may,
		widgets.NewGrid(220, p.secret.first, p.secret.again), p.submit)
}

// rolesMay says what the chosen roles do.
func rolesMay(q *choice) (text string) {
	for _, k := range q.keys() {
		if text != "" {
			text += "\n"
		}
		text += words.Colon(words.Role(access.Role(k)), words.T("people.may."+k))
	}
	return text
}

// refused is the page that a person sees whose role does not open a screen.
func refused(nav Navigator, title, why string) *fyne.Container {
	return widgets.NewPage(words.T(title), nav.Back, widgets.NewColumn(2, widgets.NewNotice(words.T(why))))
}

// load reads who is registered.
func (p *people) load() {
	work(p.nav, func(ctx context.Context) func() {
		all, err := p.c.People(ctx)
		return func() {
			if err != nil {
				p.problem.SetText(words.Error(err))
			} else {
				p.fill(all)
			}
			p.page.Refresh()
		}
	})
}

// fill lists everybody: first who waits for something to be done, last those who
// left.
func (p *people) fill(all []access.Person) {
	slices.SortStableFunc(all, func(a, b access.Person) int {
		return cmp.Or(cmp.Compare(p.rank(a), p.rank(b)), a.Registered.Compare(b.Registered), cmp.Compare(string(a.Name), string(b.Name)))
	})
	here := 0
	p.list.RemoveAll()
	for _, o := range all {
		if o.Left.IsZero() {
			here++
		}
		name := widgets.NewText(string(o.Name), theme.SizeBody, theme.ColorText, widgets.Wrapped)
		name.Style = theme.Bold
		icon, note, colour := p.mark(o)
		row := widgets.NewFillRow(2, 1, marked(icon, "", colour), widgets.NewColumn(0, name, widgets.NewSmall(string(o.Badge)+" · "+roleList(o.Roles)+note)),
			widgets.NewButton(widgets.Secondary, words.T("people.open"), func() { p.show(o.ID) }))
		p.list.Add(row)
	}
	p.count.SetText(words.T("people.count", "N", here))
}

// rank orders people: see fill.
func (p *people) rank(o access.Person) int {
	switch {
	case !o.Left.IsZero():
		return 2
	case o.LockedOut, !o.CanSignIn, !access.IsTrained(p.c.Pack(), o, p.c.Now()):
		return 0
	}
	return 1
}

// mark says at a glance what stands between a person and the system.
func (p *people) mark(o access.Person) (icon, note string, c fyne.ThemeColorName) {
	switch need := access.Needs(p.c.Pack(), o, p.c.Now()); {
	case !o.Left.IsZero():
		return "close", " · " + words.T("people.left"), theme.ColorMuted
	case o.LockedOut:
		return "lock", " · " + words.T("people.lockedout"), theme.ColorHigh
	case !o.CanSignIn:
		return "warning", " · " + words.T("people.nosecret"), theme.ColorHigh
	case !access.IsTrained(p.c.Pack(), o, p.c.Now()):
		return "warning", " · " + words.T("people.untrained"), theme.ColorHigh
	case need != access.NeedNothing:
		return "person", " · " + words.T("people.unsigned"), theme.ColorMuted
	}
	return "person", "", theme.ColorMuted
}

// show opens a person's page.
func (p *people) show(id string) {
	work(p.nav, func(ctx context.Context) func() {
		all, err := p.c.People(ctx)
		return func() {
			if err != nil {
				p.back()
				return
			}
			p.showAmong(all, id)
		}
	})
}

// showAmong shows the page of one of people who were just read.
func (p *people) showAmong(all []access.Person, id string) {
	i := slices.IndexFunc(all, func(o access.Person) bool { return o.ID == id })
	if i < 0 {
		p.back()
		return
	}
	p.holder.show(newPersonPage(p, all[i]).page)
}

// back shows everybody again.
func (p *people) back() {
	p.holder.show(p.page)
	p.load()
}

func (p *people) form() form {
	return append(form{
		needed(p.name, "person.name.needed"), needed(p.badge, "person.badge.needed"),
		{p.roles, func() string {
			if len(p.roles.keys()) == 0 {
				return words.T("person.roles.needed")
			}
			return ""
		}},
	}, p.secret.checks()...)
}

func (p *people) send() {
	if p.submit.Disabled() {
		return
	}
	p.problem.SetText("")
	ok := p.form().ok(p.nav.Window())
	p.page.Refresh()
	if !ok {
		return
	}
	name, badge := access.Name(value(p.name)), access.Badge(value(p.badge))
	chosen, secret := roles(p.roles), p.secret.first.Text()
	p.submit.SetText(words.T("form.working"), "")
	p.submit.Disable()
	prove(p.c, p.nav, func() {
		work(p.nav, func(ctx context.Context) func() {
			err := p.c.Register(ctx, name, badge, chosen, secret)
			return func() { p.done(name, err) }
		})
	}, p.ready)
}

func (p *people) ready() {
	p.submit.SetText(words.T("people.submit"), "")
	p.submit.Enable()
}

func (p *people) done(name access.Name, err error) {
	p.ready()
	switch {
	case err == nil:
		p.name.SetText("")
		p.badge.SetText("")
		p.secret.clear()
		p.roles.set()
		p.roles.changed()
		p.nav.Toast(words.T("people.done", "Name", string(name)))
		p.load()
	case errors.Is(err, access.ErrBadgeTaken):
		p.badge.SetError(words.T("people.taken"))
		focus(p.nav.Window(), p.badge)
	default:
		p.problem.SetText(words.Error(err))
	}
	p.page.Refresh()
}
