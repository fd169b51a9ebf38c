package forms

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/search"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// manualSearch is the manual check of a plate.
type manualSearch struct {
	c   *cruiser.Cruiser
	nav Navigator

	plate        *plateField
	jurisdiction *widgets.Picker
	purpose      *widgets.Picker
	reason, file *widgets.Field
	draft        *draft
	problem      *widgets.Banner
	submit       *widgets.Button
	result, page *fyne.Container
	holder       holder
}

// NewSearch returns the screen of the manual search (IPC, Manual searches).
func NewSearch(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	return newSearch(c, nav).holder.Container
}

func newSearch(c *cruiser.Cruiser, nav Navigator) *manualSearch {
	s := &manualSearch{c: c, nav: nav, plate: newPlateField(words.T("search.plate")),
		jurisdiction: jurisdictionPicker(c, words.T("search.jurisdiction")),
		purpose:      widgets.NewPicker(words.T("search.purpose"), words.T("manual.category.choose"), choices(c.Pack().Purposes)),
		reason:       widgets.NewField(asks(c, policy.SearchReason, "search.reason"), ""),
		file:         widgets.NewField(asks(c, policy.SearchFileNumber, "search.file"), ""),
		problem:      widgets.NewProblem(""), result: widgets.NewColumn(1.5), holder: newHolder()}
	s.problem.SetText("")
	if !c.May(access.ActSearch) {
		s.page = refused(nav, "search.title", "search.notallowed")
		s.holder.show(s.page)
		return s
	}
	s.submit = widgets.NewIconButton(widgets.Primary, "search", words.T("search.submit"), s.send)
	submits(s.send, s.plate.field, s.reason, s.file)
	s.result.Add(widgets.NewSmall(words.T("search.idle")))
	s.result.Add(widgets.NewSmall(words.T("search.lead")))
	s.draft = newDraft(c, nav, ScreenSearch, part{"plate", s.plate}, part{"jurisdiction", s.jurisdiction}, part{"purpose", s.purpose},
		part{"reason", s.reason}, part{"file", s.file})
	ask := widgets.NewColumn(2, s.draft.notice, s.plate, s.jurisdiction, s.purpose, s.reason, s.file, s.problem)
	s.page = widgets.NewPage(words.T("search.title"), s.draft.leaving(nav.Back),
		widgets.NewGrid(columnWidth, widgets.NewCard("", ask), s.result), s.submit)
	s.draft.on(s.page)
	s.holder.show(s.page)
	return s
}

// choices are the pack's choices in the language in use.
func choices(all []policy.Choice) (options []widgets.Option) {
	for _, c := range all {
		options = append(options, widgets.Option{Key: c.Code, Text: c.Text.In(words.Language())})
	}
	return options
}

// unknownJurisdiction is the picker's key for a plate of which nobody knows who
// issued it.
const unknownJurisdiction = "-"

// jurisdictionPicker returns a picker of provinces, states and countries, the
// terminal's own region first and chosen.
func jurisdictionPicker(c *cruiser.Cruiser, label string) *widgets.Picker {
	lang := words.Language()
	region := c.Settings().Region
	if region == "" {
		region = plate.Jurisdiction(c.Pack().Region)
	}
	options := []widgets.Option{}
	if region != plate.Europe && region != "" {
		options = append(options, widgets.Option{Key: string(region), Text: region.Name(lang)})
	}
	options = append(options, widgets.Option{Key: unknownJurisdiction, Text: words.T("form.unknown")})
	options = append(options, jurisdictions(region)...)
	p := widgets.NewPicker(label, words.T("form.unknown"), options)
	p.Choose(options[0].Key)
	return p
}

// jurisdictions are all but one, provinces first, then states, then countries,
// each by name.
func jurisdictions(but plate.Jurisdiction) (options []widgets.Option) {
	lang := words.Language()
	for _, wanted := range []func(plate.Jurisdiction) bool{province, state, country} {
		options = append(options, byName(wanted, but, lang)...)
	}
	return options
}

// picked is the jurisdiction that was chosen, empty for unknown.
func picked(p *widgets.Picker) plate.Jurisdiction {
	if p.Key() == unknownJurisdiction {
		return ""
	}
	return plate.Jurisdiction(p.Key())
}

// asks is a label, marked as optional where the policy does not ask for the field.
func asks(c *cruiser.Cruiser, field, key string) string {
	if c.Pack().Search.Needs(field) {
		return words.T(key)
	}
	return optional(key)
}

// form is what the policy wants stated before a search runs.
func (s *manualSearch) form() form {
	f := form{s.plate.check(), chosen(s.purpose, "search.purpose.needed")}
	if s.c.Pack().Search.Needs(policy.SearchReason) {
		f = append(f, needed(s.reason, "search.reason.needed"))
	}
	if s.c.Pack().Search.Needs(policy.SearchFileNumber) {
		f = append(f, needed(s.file, "search.file.needed"))
	}
	return f
}

func (s *manualSearch) send() {
	if s.submit.Disabled() {
		return
	}
	s.problem.SetText("")
	ok := s.form().ok(s.nav.Window())
	s.page.Refresh()
	if !ok {
		return
	}
	text, _ := s.plate.text() // checked just now
	q := search.Query{Plate: text, Jurisdiction: picked(s.jurisdiction), Purpose: s.purpose.Key(), Reason: value(s.reason), FileNumber: value(s.file)}
	s.submit.SetText(words.T("search.working"), "")
	s.submit.Disable()
	work(s.nav, func(ctx context.Context) func() {
		r, err := s.c.Search(ctx, q)
		if err == nil {
			s.draft.sent(ctx)
		}
		return func() { s.done(q, r, err) }
	})
}

func (s *manualSearch) done(q search.Query, r search.Result, err error) {
	s.submit.SetText(words.T("search.submit"), "")
	s.submit.Enable()
	s.result.RemoveAll()
	if err != nil {
		s.problem.SetText(words.Error(err))
	} else {
		s.draft.notice.Hide()
		s.show(q, r)
	}
	s.page.Refresh()
}

// show says what was found.
func (s *manualSearch) show(q search.Query, r search.Result) {
	asked := widgets.NewText(string(q.Plate), theme.SizeCategory, theme.ColorText, widgets.Whole)
	asked.Style = theme.Plate
	s.result.Add(asked)
	s.result.Add(marked("approve", words.T("search.logged", "Time", words.Second(r.At)), theme.ColorOK))
	if r.TacticalOnly {
		s.result.Add(widgets.NewNotice(words.T("search.tactical", "N", s.c.Pack().Retention.TacticalDays)))
	}
	if len(r.Matches) == 0 && len(r.Hits) == 0 {
		s.result.Add(widgets.NewCard("", widgets.NewBody(words.T("search.nothing"))))
		return
	}
	if len(r.Matches) > 0 {
		s.result.Add(widgets.NewHeading(words.T("search.matches", "N", len(r.Matches))))
	}
	for _, m := range r.Matches {
		s.result.Add(s.match(m, r.At))
	}
	if len(r.Hits) > 0 {
		s.result.Add(widgets.NewHeading(words.T("search.hits", "N", len(r.Hits))))
	}
	for n, id := range r.Hits {
		s.result.Add(s.hit(q, n+1, id))
	}
}

// hit is one hit that was found. What it says opens for people who may open hits, on
// the record of this search.
func (s *manualSearch) hit(q search.Query, n int, id string) fyne.CanvasObject {
	row := widgets.NewFillRow(2, 1, marked("list", "", theme.ColorMuted), widgets.NewBody(words.T("search.hit", "Number", n)))
	if s.c.May(access.ActSeeHits) {
		row.Add(widgets.NewButton(widgets.Secondary, words.T("search.open"), func() { s.open(q, id) }))
	}
	return widgets.NewCard("", row)
}

// open shows a hit that was found, in place of the search.
func (s *manualSearch) open(q search.Query, id string) {
	work(s.nav, func(ctx context.Context) func() {
		a, err := s.c.OpenAlertFor(ctx, id, q.Reason, q.FileNumber)
		return func() {
			if err != nil {
				s.problem.SetText(words.Error(err))
				s.page.Refresh()
				return
			}
			s.holder.show(hitPage(s.c, s.nav, a, func() { s.holder.show(s.page) }))
		}
	})
}

// match is one entry that was found.
func (s *manualSearch) match(m hotlist.Match, now time.Time) fyne.CanvasObject {
	tier := s.c.Pack().Tier(m.Entry.Category)
	head := widgets.NewFillRow(1, 1, tierMark(tier), heading(categoryName(s.c, m.Entry.Category)), kindMark(m.Kind))
	body := widgets.NewColumn(0.5, head)
	if m.Kind == hotlist.LookAlike {
		body.Add(fact2(words.T("hits.listed"), plateText(m.Entry.Plate, theme.SizeHeading)))
	}
	if m.Jurisdiction == plate.Different {
		different := words.T("search.different", "Name", m.Entry.Jurisdiction.Name(words.Language()))
		body.Add(marked("warning", different, theme.ColorHigh))
	}
	for _, f := range recordFacts(m, now, s.c.Pack().ListAge(m.List)) {
		body.Add(f)
	}
	card := widgets.NewCard("", body)
	card.Edge = tierColor(tier)
	return card
}
