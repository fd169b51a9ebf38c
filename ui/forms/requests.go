package forms

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/search"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// requests is the list of individuals' access requests and, in its place, the form
// for a new one and the answer to one.
type requests struct {
	c      *cruiser.Cruiser
	nav    Navigator
	list   *caseList
	holder holder
}

// NewRequests shows the access requests (IPC, Access to information requests).
func NewRequests(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	return newRequests(c, nav).holder.Container
}

func newRequests(c *cruiser.Cruiser, nav Navigator) *requests {
	r := &requests{c: c, nav: nav, holder: newHolder()}
	if !c.May(access.ActAnswerRequest) {
		r.holder.show(refused(nav, "cases.requests", "cases.notallowed"))
		return r
	}
	r.list = newCaseList(nav, "cases.requests", func(ctx context.Context) (func() []fyne.CanvasObject, error) {
		heads, err := c.Requests(ctx)
		return func() (cards []fyne.CanvasObject) {
			for _, h := range heads {
				cards = append(cards, r.card(h))
			}
			return cards
		}, err
	}, widgets.NewIconButton(widgets.Primary, "entry", words.T("requests.new"), r.ask))
	r.holder.show(r.list.page)
	return r
}

func (r *requests) back() {
	r.holder.show(r.list.page)
	r.list.load()
}

// card is one request: what it is about shows when it is opened, which is recorded.
func (r *requests) card(h cruiser.RequestHead) fyne.CanvasObject {
	state := marked("clock", words.T("requests.open"), theme.ColorHigh)
	switch {
	case !h.Answered.IsZero():
		state = marked("approve", words.T("requests.answered", "Date", words.Date(h.Answered)), theme.ColorOK)
	case !h.Due.IsZero() && r.c.Now().After(h.Due):
		state = marked("warning", words.T("requests.overdue", "Date", words.Date(h.Due)), theme.ColorGrave)
	case !h.Due.IsZero():
		state = marked("clock", words.T("requests.due", "Date", words.Date(h.Due)), theme.ColorHigh)
	}
	what := widgets.NewColumn(0.5, heading(h.FileNumber), state, widgets.NewSmall(words.T("requests.received.on", "Date", words.Date(h.Received))))
	open := widgets.NewButton(widgets.Secondary, words.T("search.open"), func() { r.open(h.ID) })
	return widgets.NewCard("", newPair(besideSteps, what, widgets.NewColumn(1.5, open)))
}

func (r *requests) open(id string) {
	work(r.nav, func(ctx context.Context) func() {
		q, err := r.c.Request(ctx, id)
		return func() {
			if err != nil {
				r.list.problem.SetText(words.Error(err))
				r.list.page.Refresh()
				return
			}
			r.show(q)
		}
	})
}

// show shows an answer: to be marked, or to be saved once it is finished.
func (r *requests) show(q search.Request) {
	r.holder.show(newAnswer(r.c, r.nav, q, r.show, r.back).page)
}

// ask shows the form of a new request.
func (r *requests) ask() {
	c := r.c
	text := newPlateField(words.T("search.plate"))
	jurisdiction := jurisdictionPicker(c, words.T("search.jurisdiction"))
	file := widgets.NewField(words.T("requests.file"), "")
	who := widgets.NewField(words.T("requests.requester"), "")
	entitled := widgets.NewField(words.T("requests.entitled"), words.T("requests.entitled.hint"))
	received := newMomentField(words.T("requests.received"), c.Now)
	received.Entry.SetPlaceHolder(words.T("form.day"))
	received.SetText(words.Date(c.Now()))
	questions := func() form {
		return form{text.check(), needed(file, "requests.file.needed"), needed(who, "requests.requester.needed"),
			needed(entitled, "requests.entitled.needed"), received.check(true, false)}
	}
	s := newSender(r.nav, "search", "requests.submit", questions, func(ctx context.Context) (func(), error) {
		plate, _ := text.text() // these were checked just now
		at, _ := received.moment()
		q, err := c.TakeRequest(ctx, search.Request{Received: at, FileNumber: value(file), Requester: access.Name(value(who)),
			Entitled: value(entitled), Plate: plate, Jurisdiction: picked(jurisdiction)})
		return func() { r.show(q) }, err
	})
	submits(s.submit.OnTapped, text.field, file, who, entitled, received.Field)
	d := newDraft(c, r.nav, ScreenRequests, part{"plate", text}, part{"jurisdiction", jurisdiction}, part{"file", file},
		part{"received", received}, part{"requester", who}, part{"entitled", entitled})
	body := widgets.NewColumn(2, d.notice, widgets.NewNotice(words.T("requests.lead")), s.problem,
		widgets.NewGrid(columnWidth, widgets.NewColumn(2, text, jurisdiction), widgets.NewColumn(2, file, received.Field, who, entitled)))
	s.page = widgets.NewPage(words.T("requests.title"), d.leaving(r.back), body, s.submit)
	s.keeps(d)
	r.holder.show(s.page)
	focus(r.nav.Window(), text)
}

// answer is the answer to one request.
type answer struct {
	c       *cruiser.Cruiser
	nav     Navigator
	request search.Request
	// items and sections are where exemptions are marked, by position and section.
	items    map[int]*widgets.Picker
	sections map[search.Section]*widgets.Picker
	sender   *sender
	page     *fyne.Container
}

func newAnswer(c *cruiser.Cruiser, nav Navigator, q search.Request, shown func(search.Request), back func()) *answer {
	a := &answer{c: c, nav: nav, request: q, items: map[int]*widgets.Picker{}, sections: map[search.Section]*widgets.Picker{}}
	open := q.Answered.IsZero()
	body := widgets.NewColumn(2)
	var actions []fyne.CanvasObject
	if open {
		a.sender = newSender(nav, "approve", "requests.finish", func() form { return nil }, func(ctx context.Context) (func(), error) {
			done, err := c.FinishRequest(ctx, q.ID, a.exemptions())
			return func() {
				nav.Toast(words.T("requests.finished"))
				shown(done)
			}, err
		})
		actions = append(actions, remark("requests.finish.why"), a.sender.submit)
		body.Add(a.sender.problem)
		body.Add(widgets.NewNotice(words.T("requests.mark")))
	}
	w := docWords(c)
	doc := search.Compose(q, c.Pack(), w)
	head := widgets.NewColumn(0.5)
	for _, l := range doc.Head {
		head.Add(fact(l.Label, l.Value))
	}
	body.Add(widgets.NewCard(doc.Title, head))
	for _, s := range search.Sections {
		body.Add(a.section(s, w, open))
	}
	closing := widgets.NewColumn(1)
	for _, p := range doc.Closing {
		closing.Add(widgets.NewBody(p))
	}
	body.Add(widgets.NewCard("", closing))
	if !open {
		saving := newSaver(c, nav, q.ID, w)
		body.Objects = append([]fyne.CanvasObject{saving.body}, body.Objects...)
		actions = append(actions, saving.buttons()...)
	}
	if !open {
		a.page = widgets.NewPage(words.T("requests.answer"), back, body, actions...)
		return a
	}
	d := newDraft(c, nav, ScreenRequests+" "+q.ID, a.marks()...)
	body.Objects = append([]fyne.CanvasObject{d.notice}, body.Objects...)
	a.page = widgets.NewPage(words.T("requests.answer"), d.leaving(back), body, actions...)
	a.sender.page = a.page
	a.sender.keeps(d)
	return a
}

// marks are the pickers of exemptions by where they stand.
func (a *answer) marks() (parts []part) {
	for s, p := range a.sections {
		parts = append(parts, part{"section " + string(s), p})
	}
	for n, p := range a.items {
		parts = append(parts, part{"item " + strconv.Itoa(n), p})
	}
	return parts
}

// docWords are those of documents: the language in use.
func docWords(c *cruiser.Cruiser) search.Words {
	return search.Words{Language: words.Language(), Say: words.T, Service: c.Settings().Service}
}

// section is a part of the answer, with what the coordinator may mark.
func (a *answer) section(s search.Section, w search.Words, open bool) fyne.CanvasObject {
	part := widgets.NewColumn(1.5)
	if open {
		a.sections[s] = a.mark("requests.withhold.section")
		part.Add(a.sections[s])
	} else if code := a.request.Withheld[s]; code != "" {
		part.Add(a.withheld(code))
	}
	if a.request.Count(s) == 0 {
		part.Add(widgets.NewBody(words.T("answer.none")))
	}
	for n, i := range a.request.Items {
		if i.Section != s {
			continue
		}
		item := widgets.NewColumn(0.5)
		for _, l := range search.Lines(i, a.c.Pack(), w) {
			item.Add(fact(l.Label, l.Value))
		}
		if open {
			a.items[n] = a.mark("requests.withhold.item")
			item.Add(a.items[n])
		} else if i.Exempt != "" {
			item.Add(a.withheld(i.Exempt))
		}
		part.Add(item)
	}
	return widgets.NewCard(words.T("answer.section."+string(s)), part)
}

// withheld says on which ground something is not given.
func (a *answer) withheld(code string) fyne.CanvasObject {
	return marked("close", words.Colon(words.T("answer.withheld"), choiceText(a.c.Pack().AccessRequest.Exemptions, code)), theme.ColorHigh)
}

// given is the key of what is not withheld.
const given = "-"

// mark is where a ground for withholding is chosen; at first there is none.
func (a *answer) mark(key string) *widgets.Picker {
	options := append([]widgets.Option{{Key: given, Text: words.T("requests.give")}}, choices(a.c.Pack().AccessRequest.Exemptions)...)
	p := widgets.NewPicker(words.T(key), "", options)
	p.Choose(given)
	return p
}

// exemptions are the marks as they stand.
func (a *answer) exemptions() search.Exemptions {
	x := search.Exemptions{Items: map[int]string{}, Sections: map[search.Section]string{}}
	for n, p := range a.items {
		if p.Key() != given {
			x.Items[n] = p.Key()
		}
	}
	for s, p := range a.sections {
		if p.Key() != given {
			x.Sections[s] = p.Key()
		}
	}
	return x
}
