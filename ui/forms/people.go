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

// people is the screen on which an administrator registers who may sign in.
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
}

// NewPeople returns the screen with everybody who may sign in, and the form that
// registers one more.
func NewPeople(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject { return newPeople(c, nav).page }

func newPeople(c *cruiser.Cruiser, nav Navigator) *people {
	p := &people{c: c, nav: nav,
		name: widgets.NewField(words.T("person.name"), ""), badge: widgets.NewField(words.T("person.badge"), ""),
		roles:   newChoices(words.T("person.roles"), 160, roleOptions(access.Roles...)...),
		secret:  newSecret(words.T("people.secret"), words.T("people.secret.rule")),
		problem: widgets.NewProblem(""), list: widgets.NewColumn(1), count: widgets.NewSmall("")}
	p.problem.SetText("")
	if !c.May(access.ActPeople) {
		p.page = refused(nav, "people.title", "people.notallowed")
		return p
	}
	may := widgets.NewSmall("")
	may.Hide()
	p.roles.changed = func() {
		may.SetText(rolesMay(p.roles))
		may.Hidden = may.Text() == ""
		p.page.Refresh()
	}
	p.submit = widgets.NewIconButton(widgets.Primary, "person", words.T("people.submit"), p.send)
	submits(p.send, p.name, p.badge, p.secret.first, p.secret.again)
	register := widgets.NewColumn(2, p.problem, widgets.NewGrid(220, p.name, p.badge), p.roles, may,
		widgets.NewGrid(220, p.secret.first, p.secret.again), p.submit)
	body := widgets.NewGrid(columnWidth, widgets.NewCard(words.T("people.title"), widgets.NewColumn(1, p.count, p.list)),
		widgets.NewCard(words.T("people.register"), register))
	p.page = widgets.NewPage(words.T("people.title"), nav.Back, body)
	p.load()
	return p
}

// rolesMay says what the chosen roles do.
func rolesMay(q *choice) (text string) {
	for _, k := range q.keys() {
		if text != "" {
			text += "\n"
		}
		text += words.Role(access.Role(k)) + ": " + words.T("people.may."+k)
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
				p.show(all)
			}
			p.page.Refresh()
		}
	})
}

func (p *people) show(all []access.Officer) {
	slices.SortFunc(all, func(a, b access.Officer) int {
		return cmp.Or(a.Registered.Compare(b.Registered), cmp.Compare(string(a.Name), string(b.Name)))
	})
	p.count.SetText(words.T("people.count", "N", len(all)))
	p.list.RemoveAll()
	for _, o := range all {
		var roles string
		for _, r := range access.Roles {
			if slices.Contains(o.Roles, r) {
				if roles != "" {
					roles += ", "
				}
				roles += words.Role(r)
			}
		}
		name := widgets.NewText(string(o.Name), theme.SizeBody, theme.ColorText, widgets.Wrapped)
		name.Style = theme.Bold
		who := widgets.NewText(string(o.Badge), theme.SizeBody, theme.ColorText, widgets.Whole)
		p.list.Add(widgets.NewFillRow(2, 1, marked("person", "", theme.ColorMuted), widgets.NewColumn(0, name,
			widgets.NewSmall(roles+" · "+words.T("people.since", "Date", words.Date(o.Registered)))), who))
	}
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
	work(p.nav, func(ctx context.Context) func() {
		err := p.c.Register(ctx, name, badge, chosen, secret)
		return func() { p.done(name, err) }
	})
}

func (p *people) done(name access.Name, err error) {
	p.submit.SetText(words.T("people.submit"), "")
	p.submit.Enable()
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
