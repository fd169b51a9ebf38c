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
	problem      *widgets.Banner
	submit       *widgets.Button
	result, page *fyne.Container
}

// NewSearch returns the screen of the manual search (IPC, Manual searches).
func NewSearch(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject { return newSearch(c, nav).page }

func newSearch(c *cruiser.Cruiser, nav Navigator) *manualSearch {
	s := &manualSearch{c: c, nav: nav, plate: newPlateField(words.T("search.plate")),
		jurisdiction: jurisdictionPicker(c, words.T("search.jurisdiction")),
		purpose:      widgets.NewPicker(words.T("search.purpose"), words.T("manual.category.choose"), choices(c.Pack().Purposes)),
		reason:       widgets.NewField(words.T("search.reason"), ""), file: widgets.NewField(fileLabel(c.Pack()), ""),
		problem: widgets.NewProblem(""), result: widgets.NewColumn(1.5)}
	s.problem.SetText("")
	if !c.May(access.ActSearch) {
		s.page = refused(nav, "search.title", "search.notallowed")
		return s
	}
	s.submit = widgets.NewIconButton(widgets.Primary, "search", words.T("search.submit"), s.send)
	submits(s.send, s.plate.field, s.reason, s.file)
	s.result.Add(widgets.NewSmall(words.T("search.idle")))
	s.result.Add(widgets.NewSmall(words.T("search.lead")))
	ask := widgets.NewColumn(2, s.plate, s.jurisdiction, s.purpose, s.reason, s.file, s.problem, s.submit)
	s.page = widgets.NewPage(words.T("search.title"), nav.Back,
		widgets.NewGrid(columnWidth, widgets.NewCard("", ask), s.result))
	return s
}

// fileLabel is the label of the file number, which a search needs under some policies.
func fileLabel(p *policy.Pack) string {
	if p.Search.Needs(policy.SearchFileNumber) {
		return words.T("search.file")
	}
	return optional("search.file")
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

func (s *manualSearch) send() {
	if s.submit.Disabled() {
		return
	}
	s.problem.SetText("")
	asked := form{s.plate.check(), chosen(s.purpose, "search.purpose.needed")}
	if s.c.Pack().Search.Needs(policy.SearchReason) {
		asked = append(asked, needed(s.reason, "search.reason.needed"))
	}
	if s.c.Pack().Search.Needs(policy.SearchFileNumber) {
		asked = append(asked, needed(s.file, "search.file.needed"))
	}
	ok := asked.ok(s.nav.Window())
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
	if r.CaseNeeded > 0 {
		s.result.Add(marked("warning", words.T("search.case", "N", r.CaseNeeded), theme.ColorHigh))
	}
	if len(r.Matches) == 0 && len(r.Hits) == 0 && r.CaseNeeded == 0 {
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
		s.result.Add(widgets.NewFillRow(2, 0, widgets.NewHeading(words.T("search.hits", "N", len(r.Hits))),
			widgets.NewButton(widgets.Secondary, words.T("hits.title"), func() { s.nav.Show(ScreenHitLog) })))
	}
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
