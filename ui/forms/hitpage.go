package forms

import (
	"fmt"
	"math"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// hitPage shows a hit to read, not to change: pictures, texts, record and history.
func hitPage(c *cruiser.Cruiser, nav Navigator, a cruiser.Alert, back func()) fyne.CanvasObject {
	h := a.Hit
	m := h.Matches[0]
	head := widgets.NewCard("", widgets.NewFillRow(2, 1, tierMark(a.Tier), heading(categoryName(c, m.Entry.Category)),
		widgets.NewText(h.Read.Camera+" · "+words.Date(h.Read.At)+" "+words.Second(h.Read.At), theme.SizeBody, theme.ColorMuted, widgets.Whole),
		kindMark(m.Kind)))
	head.Edge = tierColor(a.Tier)
	read, listed := widgets.Glyphs(h.Read, m)
	pictures := widgets.NewComparison(a.Plate, read, listed, readNote(h.Read), words.T("hits.listed"))
	// A third as wide as the plate, so that everything stands on one screen.
	context := widgets.NewGrid(160, widgets.NewPicture(a.Context, words.T("hits.nopicture")), widgets.NewColumn(0), widgets.NewColumn(0))
	record := widgets.NewColumn(0.5)
	for _, f := range recordFacts(m, c.Now(), c.Pack().ListAge(m.List)) {
		record.Add(f)
	}
	for _, f := range ownerFacts(m.Entry) {
		record.Add(f)
	}
	for _, more := range h.Matches[1:] {
		record.Add(widgets.NewFillRow(1, 1, tierMark(c.Pack().Tier(more.Entry.Category)), widgets.NewBody(categoryName(c, more.Entry.Category))))
	}
	history := widgets.NewColumn(0.5, historyFacts(c.Pack(), h)...)
	body := widgets.NewColumn(1.5, head, widgets.NewGrid(columnWidth,
		widgets.NewColumn(0.5, pictures, context),
		widgets.NewColumn(1.5, widgets.NewCard(words.T("hits.record"), record), widgets.NewCard(words.T("hits.history"), history))))
	var actions []fyne.CanvasObject
	if h.State != hit.Closed && c.May(access.ActPatrol) {
		actions = append(actions, widgets.NewButton(widgets.Primary, words.T("hits.continue"), func() { nav.Show(ScreenHit + h.ID) }))
	}
	page := newHolder()
	if h.State == hit.Closed && c.May(access.ActHold) {
		actions = append(actions, widgets.NewIconButton(widgets.Secondary, "lock", words.T("holds.submit"), func() {
			page.show(holdPage(c, nav, h.ID, back))
		}))
	}
	page.show(widgets.NewPage(words.T("hits.one"), back, body, actions...))
	return page.Container
}

// readNote says how sure the readers were.
func readNote(r plate.Read) string {
	percent := int(math.Floor(r.Confidence * 100)) // never rounded up to 100
	second := map[plate.OpinionVerdict]string{plate.NoOpinion: "none", plate.Agrees: "agrees", plate.Disagrees: "disagrees"}[r.Second.Verdict]
	note := words.T("hits.read.confidence", "Percent", percent) + " · " + words.T("hits.second."+second)
	if r.Jurisdiction != "" && r.Basis != plate.BasisUnknown {
		note += fmt.Sprintf(" · %s (%s)", r.Jurisdiction.Name(words.Language()), words.T("hits.jurisdiction."+r.Basis.String()))
	}
	return note
}

// historyFacts are the steps of a hit, with what is missing.
func historyFacts(p *policy.Pack, h hit.Hit) []fyne.CanvasObject {
	missing := words.T("hits.missing")
	step := func(key, text string) fyne.CanvasObject {
		if text == missing {
			return fact2(words.T(key), widgets.NewText(text, theme.SizeBody, theme.ColorMuted, widgets.Wrapped))
		}
		return fact(words.T(key), text)
	}
	verdict, verification, notice, outcome := words.T("hits.verdict.none"), missing, missing, missing
	if v := h.Verdict; v != nil {
		verdict = words.T("hits.verdict.correct", "Badge", string(v.By.Badge)) + ", " + words.Second(v.At)
	}
	if v := h.Verification; v != nil {
		verification = words.T("hits.verification."+string(v.Record)) + ", " + words.Second(v.At)
	}
	if n := h.Notice; n != nil {
		notice = noticeText(p, *n) + ", " + words.Second(n.At)
	}
	if o := h.Outcome; o != nil {
		outcome = choiceText(p.Outcomes, o.Code)
		if o.Note != "" {
			outcome = words.Colon(outcome, o.Note)
		}
	}
	facts := []fyne.CanvasObject{step("hits.raised", words.Second(h.RaisedAt))}
	if h.Place != nil { // where the policy pack asks for it and a receiver knew
		facts = append(facts, step("hits.place", h.Place.Degrees()))
	}
	return append(facts, step("hits.verdict", verdict),
		step("hits.verification", verification), step("hits.notice", notice), step("hits.outcome", outcome))
}

func noticeText(p *policy.Pack, n hit.Notice) string {
	switch {
	case n.NoStop:
		return words.T("hits.notice.nostop")
	case n.Given && n.Language == words.French:
		return words.T("hits.notice.given.fr")
	case n.Given:
		return words.T("hits.notice.given.en")
	}
	return words.T("hits.notice.notgiven", "Why", choiceText(p.Notice.NotGiven, n.Reason))
}

// choiceText is the text of a code; the code where the pack has it no more.
func choiceText(all []policy.Choice, code string) string {
	for _, c := range all {
		if c.Code == code {
			return c.Text.In(words.Language())
		}
	}
	return code
}
