package forms

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/disclosure"
	"secondlook/app/plate"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// disclosures is the log of disclosures and, in its place, the form for a new record
// or the correction of one.
type disclosures struct {
	c      *cruiser.Cruiser
	nav    Navigator
	list   *caseList
	holder holder
}

// NewDisclosures shows the disclosure log (IPC, Disclosure). It is a [Follower].
func NewDisclosures(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	return newDisclosures(c, nav).object()
}

func newDisclosures(c *cruiser.Cruiser, nav Navigator) *disclosures {
	d := &disclosures{c: c, nav: nav, holder: newHolder()}
	if !c.May(access.ActSeeDisclosures) {
		d.holder.show(refused(nav, "cases.disclosures", "cases.notallowed"))
		return d
	}
	var actions []fyne.CanvasObject
	if c.May(access.ActDisclose) {
		actions = append(actions, widgets.NewIconButton(widgets.Primary, "entry", words.T("disclosures.new"), func() { d.write(nil) }))
	}
	d.list = newCaseList(nav, "cases.disclosures", func(ctx context.Context) (func() []fyne.CanvasObject, error) {
		log, err := c.Disclosures(ctx)
		return func() (cards []fyne.CanvasObject) {
			corrected := disclosure.Corrected(log)
			for _, r := range log {
				cards = append(cards, d.card(r, corrected[r.ID] != ""))
			}
			return cards
		}, err
	}, actions...)
	d.holder.show(d.list.page)
	return d
}

func (d *disclosures) object() fyne.CanvasObject { return d.holder.Container }

// back shows the log again, read anew.
func (d *disclosures) back() {
	d.holder.show(d.list.page)
	d.list.load()
}

// write shows the form, for a new record or the correction of one.
func (d *disclosures) write(of *disclosure.Record) {
	d.holder.show(newDisclose(d.c, d.nav, of, d.back).sender.page)
}

// card is one record with all that it says.
func (d *disclosures) card(r disclosure.Record, corrected bool) fyne.CanvasObject {
	p := d.c.Pack()
	state := marked("approve", words.T("disclosures.valid"), theme.ColorOK)
	switch {
	case corrected:
		state = marked("close", words.T("disclosures.corrected"), theme.ColorMuted)
	case r.Corrects != "":
		state = marked("approve", words.T("disclosures.correction"), theme.ColorHigh)
	}
	what := widgets.NewColumn(0.5, widgets.NewFillRow(1, 0, heading(r.Recipient), state))
	for _, f := range []struct{ key, text string }{
		{"disclosures.why", r.Why},
		{"disclosures.disclosed", words.Moment(r.Disclosed)},
		{"disclosures.authority", join(words.Colon("", ""), choiceText(p.Disclosure.Authorities, r.Authority), r.Circumstances)},
		{"disclosures.agreement", r.Agreement},
		{"disclosures.authorised", join(", ", string(r.AuthorisedBy), string(r.AuthorisedBadge))},
		{"disclosures.collection", collection(r)},
		{"disclosures.linked", r.Linked},
		{"disclosures.official", join(", ", r.RecipientName, r.RecipientTitle)},
		{"disclosures.files", join(" · ", r.OurFile, r.TheirFile)},
		{"disclosures.plates", plates(r.Plates)},
		{"disclosures.categories", categoryNames(d.c, r.Categories)},
		{"disclosures.information", r.Information},
		{"disclosures.means", r.Means},
		{"disclosures.conditions", r.Conditions},
		{"disclosures.afteruse", afterUse(r.AfterUse)},
	} {
		if f.text != "" {
			what.Add(fact(words.T(f.key), f.text))
		}
	}
	what.Add(widgets.NewSmall(words.T("cases.by", "Name", string(r.By.Name), "Badge", string(r.By.Badge), "Date", words.Moment(r.Made))))
	var body fyne.CanvasObject = what
	if !corrected && d.c.May(access.ActDisclose) {
		correct := widgets.NewButton(widgets.Secondary, words.T("disclosures.correct"), func() { d.write(&r) })
		body = newPair(besideSteps, what, widgets.NewColumn(1.5, correct))
	}
	return widgets.NewCard("", body)
}

// join puts texts together that say something.
func join(between string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), between)
}

func collection(r disclosure.Record) string {
	if r.Collected.IsZero() {
		return r.Place
	}
	when := words.Moment(r.Collected)
	if !r.CollectedUntil.IsZero() {
		when += " – " + words.Moment(r.CollectedUntil)
	}
	return join(", ", when, r.Place)
}

func plates(all []plate.Text) string {
	var texts []string
	for _, t := range all {
		texts = append(texts, string(t))
	}
	return strings.Join(texts, ", ")
}

func categoryNames(c *cruiser.Cruiser, ids []string) string {
	var names []string
	for _, id := range ids {
		names = append(names, categoryName(c, id))
	}
	return strings.Join(names, ", ")
}

func afterUse(a disclosure.AfterUse) string {
	if a == "" {
		return ""
	}
	return words.T("disclosures.afteruse." + string(a))
}
