package forms

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// personPage is one person: what is on record, and what a trainer or administrator
// may do about it. Each act is done by itself, and recorded with its reason.
type personPage struct {
	p       *people
	who     access.Person
	problem *widgets.Banner
	doing   bool
	page    *fyne.Container

	training trainingFields
	roles    *choice
	first    secret
}

func newPersonPage(p *people, who access.Person) *personPage {
	g := &personPage{p: p, who: who, problem: widgets.NewProblem(""), training: newTrainingFields()}
	g.problem.SetText("")
	left := widgets.NewColumn(2, widgets.NewCard("", widgets.NewColumn(1.5, g.state(), standing(p.c, who))))
	right := widgets.NewColumn(2)
	if session, _ := p.c.Session(); session.Officer.ID == who.ID {
		right.Add(widgets.NewNotice(words.T("person.own")))
	} else {
		if p.c.May(access.ActTrain) {
			right.Add(widgets.NewCard(words.T("training.record"), widgets.NewColumn(1.5, g.training.objects(), g.trainButton())))
		}
		if p.c.May(access.ActPeople) {
			right.Add(widgets.NewCard(words.T("person.roles"), g.rolesPart()))
			left.Add(widgets.NewCard(words.T("people.secret"), g.secretPart()))
		}
	}
	body := widgets.NewColumn(2, g.problem, widgets.NewGrid(columnWidth, left, right))
	g.page = widgets.NewPage(string(who.Name), p.back, body, g.steps()...)
	return g
}

// state says whether the person can sign in here.
func (g *personPage) state() fyne.CanvasObject {
	switch {
	case !g.who.Left.IsZero():
		return marked("close", words.T("person.left", "Date", words.Date(g.who.Left)), theme.ColorMuted)
	case g.who.LockedOut:
		return marked("lock", words.T("person.lockedout"), theme.ColorHigh)
	case !g.who.CanSignIn:
		return marked("warning", words.T("person.nosecret"), theme.ColorHigh)
	case g.who.FirstSecret:
		return marked("person", words.T("person.first"), theme.ColorMuted)
	}
	return marked("exact", words.T("person.cansignin"), theme.ColorOK)
}

// steps are the acts that need nothing but a reason.
func (g *personPage) steps() (buttons []fyne.CanvasObject) {
	c := g.p.c
	if session, _ := c.Session(); session.Officer.ID == g.who.ID || !c.May(access.ActPeople) {
		return nil
	}
	step := func(kind widgets.Kind, key string, do func(context.Context, string, string) error) {
		buttons = append(buttons, widgets.NewButton(kind, words.T("person."+key), func() {
			g.reasoned(key, func(ctx context.Context, reason string) error { return do(ctx, g.who.ID, reason) })
		}))
	}
	if g.who.CanSignIn {
		step(widgets.Danger, "deactivate", c.Deactivate)
	}
	if !g.who.SecondFactor.IsZero() {
		step(widgets.Secondary, "resetfactor", c.ResetFactor)
	}
	if g.who.LockedOut {
		step(widgets.Primary, "release", func(ctx context.Context, _, reason string) error { return c.Release(ctx, g.who.Badge, reason) })
	}
	return buttons
}

func (g *personPage) trainButton() *widgets.Button {
	send := func() {
		ok := g.training.checks(g.p.c.Now()).ok(g.p.nav.Window())
		g.page.Refresh()
		if ok {
			on, course := g.training.day(), value(g.training.course)
			g.run("training", func(ctx context.Context) error { return g.p.c.RecordTraining(ctx, g.who.ID, on, course) })
		}
	}
	submits(send, g.training.on, g.training.course)
	return widgets.NewIconButton(widgets.Primary, "approve", words.T("training.submit"), send)
}

func (g *personPage) rolesPart() fyne.CanvasObject {
	g.roles = newChoices("", 150, roleOptions(access.Roles...)...)
	var keys []string
	for _, r := range g.who.Roles {
		keys = append(keys, string(r))
	}
	g.roles.set(keys...)
	save := widgets.NewButton(widgets.Secondary, words.T("person.saveroles"), func() {
		ok := (form{{g.roles, func() string {
			if len(g.roles.keys()) == 0 {
				return words.T("person.roles.needed")
			}
			return ""
		}}}).ok(g.p.nav.Window())
		g.page.Refresh()
		if ok {
			chosen := roles(g.roles)
			g.reasoned("saveroles", func(ctx context.Context, reason string) error {
				return g.p.c.ChangeRoles(ctx, g.who.ID, chosen, reason)
			})
		}
	})
	return widgets.NewColumn(1.5, g.roles, save)
}

func (g *personPage) secretPart() fyne.CanvasObject {
	g.first = newSecret(words.T("people.secret"), words.T("people.secret.rule"))
	give := func() {
		ok := g.first.checks().ok(g.p.nav.Window())
		g.page.Refresh()
		if ok {
			secret := g.first.first.Text()
			g.reasoned("givesecret", func(ctx context.Context, reason string) error {
				return g.p.c.GiveSecret(ctx, g.who.ID, secret, reason)
			})
		}
	}
	submits(give, g.first.first, g.first.again)
	return widgets.NewColumn(1.5, widgets.NewGrid(200, g.first.first, g.first.again),
		widgets.NewButton(widgets.Secondary, words.T("person.givesecret"), give))
}

// reasoned asks for the reason of an act, then does it.
func (g *personPage) reasoned(key string, do func(ctx context.Context, reason string) error) {
	ask(g.p.nav, asked{title: words.T("person." + key + ".title"), why: words.T("person." + key + ".why"), reason: words.T("form.reason"),
		needed: "settings.reason.needed", yes: words.T("person." + key), no: words.T("action.cancel"), do: func(reason string) {
			g.run(key, func(ctx context.Context) error { return do(ctx, reason) })
		}})
}

// run does one act at a time, after a fresh proof, and shows the person anew.
func (g *personPage) run(key string, do func(context.Context) error) {
	if g.doing {
		return
	}
	g.doing = true
	prove(g.p.c, g.p.nav, func() {
		work(g.p.nav, func(ctx context.Context) func() {
			err := do(ctx)
			var all []access.Person
			if err == nil { // read here: a page that came later would come over the next one
				all, err = g.p.c.People(ctx)
			}
			return func() {
				g.doing = false
				if err != nil {
					g.problem.SetText(words.Error(err))
					if errors.Is(err, access.ErrBadgeTaken) {
						g.problem.SetText(words.T("people.taken"))
					}
					g.page.Refresh()
					return
				}
				g.p.showAmong(all, g.who.ID)
				g.p.nav.Toast(words.T("person." + key + ".done"))
			}
		})
	}, func() { g.doing = false })
}
