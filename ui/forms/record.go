package forms

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// categoryName is a category's name in the language in use, its id where the pack
// does not have it any more.
func categoryName(c *cruiser.Cruiser, id string) string {
	if k, ok := c.Pack().Category(id); ok {
		return k.Name.In(words.Language())
	}
	return id
}

// plateText is a plate in its own font.
func plateText(t plate.Text, size float32) *widgets.Text {
	text := widgets.NewText(string(t), size, theme.ColorText, widgets.Whole)
	text.Style = theme.Plate
	return text
}

// heading is body text that stands out.
func heading(text string) *widgets.Text {
	t := widgets.NewBody(text)
	t.Style = theme.Bold
	return t
}

// kindMark is ✓ exact or ≈ look-alike, with its word.
func kindMark(k hotlist.Kind) fyne.CanvasObject {
	if k == hotlist.LookAlike {
		return marked("lookalike", words.T("hits.lookalike"), theme.ColorHigh)
	}
	return marked("exact", words.T("hits.exact"), theme.ColorOK)
}

// recordFacts are the lines of an entry that it has: list and its age, agency,
// contact, vehicle (requirements row 12: shown when the record has them, and only
// then).
func recordFacts(m hotlist.Match, now time.Time, limit time.Duration) (facts []fyne.CanvasObject) {
	age := now.Sub(m.ListMade)
	list := widgets.NewBody(listName(m.List))
	if m.List != hotlist.ManualList { // which is always of today
		list.SetText(list.Text() + ", " + words.ListAge(age))
		if age > limit {
			list.Color = theme.ColorHigh
			list.SetText(list.Text() + ", " + words.T("lists.old"))
		}
	}
	facts = append(facts, fact2(words.T("hits.list"), list))
	e := m.Entry
	vehicle := strings.TrimSpace(strings.Join(strings.Fields(e.Colour+" "+e.Make+" "+e.Model), " "))
	if e.Year != 0 {
		vehicle = strings.TrimSpace(vehicle + fmt.Sprintf(", %d", e.Year))
	}
	for _, f := range []struct{ key, value string }{
		{"hits.jurisdiction", e.Jurisdiction.Name(words.Language())}, {"hits.agency", e.Agency},
		{"hits.contact", e.Contact}, {"hits.file", e.Reference}, {"hits.vehicle", vehicle}, {"manual.descriptors", e.Note},
	} {
		if f.value != "" {
			facts = append(facts, fact(words.T(f.key), f.value))
		}
	}
	return facts
}

// ownerFacts are what an entry says of a suspended driver, whom a hit names and no search
// (IPC, What is ALPR 4).
func ownerFacts(e hotlist.Entry) (facts []fyne.CanvasObject) {
	d := e.SuspendedDriver()
	text := d.Name
	if d.Lenses {
		text = strings.TrimPrefix(text+", "+words.T("hits.owner.lenses"), ", ")
	}
	if text != "" {
		facts = append(facts, fact(words.T("hits.owner"), text))
	}
	return facts
}

// listName is a list's name as it is shown.
func listName(name string) string {
	if name == hotlist.ManualList {
		return words.T("lists.manual")
	}
	return name
}

func province(j plate.Jurisdiction) bool { return strings.HasPrefix(string(j), "CA-") }
func state(j plate.Jurisdiction) bool    { return strings.HasPrefix(string(j), "US-") }
func country(j plate.Jurisdiction) bool {
	return !strings.Contains(string(j), "-") && j != plate.Europe
}

// byName returns the wanted jurisdictions in the order of their names.
func byName(wanted func(plate.Jurisdiction) bool, but plate.Jurisdiction, lang string) (options []widgets.Option) {
	for _, j := range plate.Jurisdictions() {
		if wanted(j) && j != but {
			options = append(options, widgets.Option{Key: string(j), Text: j.Name(lang)})
		}
	}
	slices.SortFunc(options, func(a, b widgets.Option) int { return cmp.Compare(plain(a.Text), plain(b.Text)) })
	return options
}

// plain drops the accents that names of jurisdictions have, so that Île stands at I.
func plain(s string) string {
	return strings.NewReplacer("É", "E", "Î", "I", "é", "e", "è", "e", "ê", "e").Replace(s)
}
