package forms

import (
	"context"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// NewAccount returns the screen on which a person sees what is on record of them, and
// changes their own PIN.
func NewAccount(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	who, ok := c.Account()
	if !ok {
		return refused(nav, "account.title", "error.not-signed-in")
	}
	old := widgets.NewSecretField(words.T("account.secret.old"), "")
	next := newSecret(words.T("needs.secret.next"), words.T("person.secret.rule"))
	problem := widgets.NewProblem("")
	problem.SetText("")
	var page *fyne.Container
	var submit *widgets.Button
	send := func() {
		problem.SetText("")
		ok := append(form{needed(old, "signin.secret.needed")}, next.checks()...).ok(nav.Window())
		page.Refresh()
		if !ok || submit.Disabled() {
			return
		}
		was, will := old.Text(), next.first.Text()
		submit.Disable()
		work(nav, func(ctx context.Context) func() {
			err := c.ChangeSecret(ctx, was, will)
			return func() {
				submit.Enable()
				old.SetText("")
				if err != nil {
					problem.SetText(secretFault(c, err))
				} else {
					next.clear()
					nav.Toast(words.T("account.secret.done"))
				}
				page.Refresh()
			}
		})
	}
	submit = widgets.NewIconButton(widgets.Primary, "lock", words.T("account.secret.submit"), send)
	submits(send, old, next.first, next.again)
	page = widgets.NewPage(words.T("account.title"), nav.Back, widgets.NewGrid(columnWidth,
		widgets.NewCard(string(who.Name), standing(c, who)),
		widgets.NewCard(words.T("account.secret"), widgets.NewColumn(2, old, next.first, next.again, problem, submit))))
	return page
}

// standing is what is on record of a person: roles, agreement, training, second factor.
func standing(c *cruiser.Cruiser, p access.Person) *fyne.Container {
	pack, now := c.Pack(), c.Now()
	rows := widgets.NewColumn(1, fact(words.T("person.badge"), string(p.Badge)), fact(words.T("person.roles"), roleList(p.Roles)))
	state := func(label, text string, ok bool) {
		if ok {
			rows.Add(fact2(label, marked("exact", text, theme.ColorOK)))
		} else {
			rows.Add(fact2(label, marked("warning", text, theme.ColorHigh)))
		}
	}
	switch ends := pack.Agreement.Ends(p.Signed.At); {
	case p.Signed.Version != pack.Agreement.Version || !now.Before(ends):
		state(words.T("agreement.title"), words.T("person.agreement.missing"), false)
	default:
		state(words.T("agreement.title"), words.T("person.until", "Date", words.Date(ends)), true)
	}
	switch ends := pack.Training.Ends(p.Trained.On); {
	case p.Trained.On.IsZero():
		state(words.T("person.training"), words.T("person.training.missing"), false)
	case !access.IsTrained(pack, p, now):
		state(words.T("person.training"), words.T("person.training.lapsed", "Date", words.Date(ends)), false)
	default:
		state(words.T("person.training"), words.T("person.until", "Date", words.Date(ends)), true)
		rows.Add(fact(words.T("training.course"), p.Trained.Course))
	}
	switch {
	case !p.SecondFactor.IsZero():
		state(words.T("person.factor"), words.T("people.since", "Date", words.Date(p.SecondFactor)), true)
	case access.NeedsFactor(pack, p):
		state(words.T("person.factor"), words.T("person.factor.next"), false)
	default:
		rows.Add(fact(words.T("person.factor"), words.T("person.factor.none")))
	}
	return rows
}

// roleList is the names of roles, in the order in which they are shown.
func roleList(roles []access.Role) (text string) {
	for _, r := range access.Roles {
		for _, has := range roles {
			if r == has {
				if text != "" {
					text += ", "
				}
				text += words.Role(r)
			}
		}
	}
	return text
}
