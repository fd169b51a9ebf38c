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
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// disclose is the form of one disclosure: the nine fields of the guidance, in its
// order (IPC, Disclosure).
type disclose struct {
	c      *cruiser.Cruiser
	of     *disclosure.Record // the record that this one corrects, nil for a new one
	sender *sender

	authority                                     *widgets.Picker
	circumstances, agreement                      *widgets.Field
	by, badge                                     *widgets.Field
	disclosed, collected, until                   momentField
	place, linked                                 *widgets.Field
	recipient, official, title, ours, theirs      *widgets.Field
	plates, information, means, conditions, wrong *widgets.Field
	categories                                    *severalPicker
	after                                         *choice
}

func newDisclose(c *cruiser.Cruiser, nav Navigator, of *disclosure.Record, back func()) *disclose {
	d := &disclose{c: c, of: of}
	p := c.Pack().Disclosure
	label := func(field, key string) string {
		if p.Needs(field) {
			return words.T(key)
		}
		return optional(key)
	}
	field := func(of, key string) *widgets.Field { return widgets.NewField(label(of, key), "") }
	d.authority = widgets.NewPicker(words.T("disclosures.authority"), words.T("manual.category.choose"), choices(p.Authorities))
	d.circumstances = widgets.NewAreaField(label("legal-authority", "disclosures.circumstances"), "", 2)
	d.agreement = widgets.NewField(optional("disclosures.agreement"), "")
	d.by, d.badge = field("authorised-by", "disclosures.by"), field("authorised-by", "disclosures.badge")
	d.disclosed = newMomentField(words.T("disclosures.disclosed"), c.Now).set(c.Now())
	d.collected = newMomentField(label("collection", "disclosures.collected"), c.Now)
	d.until = newMomentField(optional("disclosures.collected.until"), c.Now)
	d.place = field("collection", "disclosures.place")
	d.linked = widgets.NewField(label("linked-records", "disclosures.linked"), words.T("disclosures.linked.hint"))
	d.recipient, d.official, d.title = field("recipient", "disclosures.recipient"), field("recipient", "disclosures.recipient.name"), field("recipient", "disclosures.recipient.title")
	d.ours, d.theirs = widgets.NewField(optional("disclosures.file.ours"), ""), widgets.NewField(optional("disclosures.file.theirs"), "")
	d.plates = widgets.NewField(label("information", "disclosures.plates"), words.T("disclosures.plates.hint"))
	d.categories = newSeveralPicker(label("information", "disclosures.categories"), words.T("manual.category.choose"), allCategories(c))
	d.information = widgets.NewAreaField(label("information", "disclosures.information"), "", 2)
	d.means = field("means", "disclosures.means")
	d.conditions = widgets.NewAreaField(label("conditions", "disclosures.conditions"), "", 2)
	var uses []widgets.Option
	for _, a := range disclosure.AfterUses {
		uses = append(uses, widgets.Option{Key: string(a), Text: afterUse(a)})
	}
	d.after = newChoice(label("after-use", "disclosures.afteruse"), 150, uses...)
	d.wrong = widgets.NewField(words.T("disclosures.why"), "")
	d.fill()
	d.sender = newSender(nav, "entry", "disclosures.submit", d.form, func(ctx context.Context) (func(), error) {
		_, err := c.Disclose(ctx, d.record())
		return func() {
			nav.Toast(words.T("disclosures.done"))
			back()
		}, err
	})
	kept := d.draft(nav)
	body := d.body()
	body.Objects = append([]fyne.CanvasObject{kept.notice}, body.Objects...)
	d.sender.page = widgets.NewPage(words.T("disclosures.title"), kept.leaving(back), body, remark("disclosures.submit.why"), d.sender.submit)
	d.categories.changed = d.sender.page.Refresh
	d.sender.keeps(kept)
	return d
}

// draft is that of a new record, or of the correction of one.
func (d *disclose) draft(nav Navigator) *draft {
	form := ScreenDisclosures
	if d.of != nil {
		form += " " + d.of.ID
	}
	return newDraft(d.c, nav, form, part{"authority", d.authority}, part{"circumstances", d.circumstances}, part{"agreement", d.agreement},
		part{"by", d.by}, part{"badge", d.badge}, part{"disclosed", d.disclosed}, part{"collected", d.collected}, part{"until", d.until},
		part{"place", d.place}, part{"linked", d.linked}, part{"recipient", d.recipient}, part{"official", d.official}, part{"title", d.title},
		part{"ours", d.ours}, part{"theirs", d.theirs}, part{"plates", d.plates}, part{"categories", d.categories},
		part{"information", d.information}, part{"means", d.means}, part{"conditions", d.conditions}, part{"after-use", d.after}, part{"why", d.wrong})
}

func allCategories(c *cruiser.Cruiser) (options []widgets.Option) {
	for _, k := range c.Pack().Categories {
		options = append(options, widgets.Option{Key: k.ID, Text: k.Name.In(words.Language())})
	}
	return options
}

// body stands in the guidance's order, from its first field to its ninth.
func (d *disclose) body() *fyne.Container {
	left := widgets.NewColumn(2, d.authority, d.circumstances, d.agreement, widgets.NewGrid(180, d.by, d.badge),
		d.disclosed.Field, widgets.NewGrid(180, d.collected.Field, d.until.Field), d.place, d.linked)
	right := widgets.NewColumn(2, d.recipient, widgets.NewGrid(180, d.official, d.title), widgets.NewGrid(180, d.ours, d.theirs),
		d.plates, d.categories, d.information, d.means, d.conditions, d.after)
	body := widgets.NewColumn(2, d.sender.problem)
	if d.of != nil {
		body.Add(widgets.NewNotice(words.T("disclosures.correcting")))
		body.Add(d.wrong)
	}
	body.Add(widgets.NewGrid(columnWidth, left, right))
	if tell := d.c.Pack().Disclosure.RecipientNotice.In(words.Language()); tell != "" {
		body.Add(widgets.NewCard(words.T("disclosures.tell"), widgets.NewBody(tell)))
	}
	return body
}

// fill begins a correction with what the old record says.
func (d *disclose) fill() {
	r := d.of
	if r == nil {
		return
	}
	d.authority.Choose(r.Authority)
	for f, text := range map[*widgets.Field]string{
		d.circumstances: r.Circumstances, d.agreement: r.Agreement, d.by: string(r.AuthorisedBy), d.badge: string(r.AuthorisedBadge),
		d.place: r.Place, d.linked: r.Linked, d.recipient: r.Recipient, d.official: r.RecipientName, d.title: r.RecipientTitle,
		d.ours: r.OurFile, d.theirs: r.TheirFile, d.plates: plates(r.Plates), d.information: r.Information, d.means: r.Means,
		d.conditions: r.Conditions,
	} {
		f.SetText(text)
	}
	d.disclosed.set(r.Disclosed)
	if !r.Collected.IsZero() {
		d.collected.set(r.Collected)
	}
	if !r.CollectedUntil.IsZero() {
		d.until.set(r.CollectedUntil)
	}
	d.categories.set(r.Categories)
	d.after.set(string(r.AfterUse))
}

// form asks for what the policy wants.
func (d *disclose) form() form {
	p := d.c.Pack().Disclosure
	var f form
	if d.of != nil {
		f = append(f, needed(d.wrong, "disclosures.why.needed"))
	}
	f = append(f, chosen(d.authority, "disclosures.authority.needed"))
	want := func(field string, fields ...*widgets.Field) {
		if p.Needs(field) {
			for _, q := range fields {
				f = append(f, needed(q, "disclosures.needed"))
			}
		}
	}
	want("legal-authority", d.circumstances)
	want("authorised-by", d.by, d.badge)
	f = append(f, d.disclosed.check(true, false), d.collected.check(p.Needs("collection"), false), d.until.check(false, false))
	want("collection", d.place)
	want("linked-records", d.linked)
	want("recipient", d.recipient, d.official, d.title)
	f = append(f, check{d.plates, d.platesRule})
	if p.Needs("information") {
		f = append(f, check{d.categories, func() string {
			if len(d.categories.chosen) == 0 {
				return words.T("disclosures.categories.needed")
			}
			return ""
		}})
	}
	want("information", d.information)
	want("means", d.means)
	want("conditions", d.conditions)
	if p.Needs("after-use") {
		f = append(f, check{d.after, func() string {
			if d.after.key() == "" {
				return words.T("disclosures.afteruse.needed")
			}
			return ""
		}})
	}
	return f
}

func (d *disclose) platesRule() string {
	all, ok := parsePlates(value(d.plates))
	switch {
	case !ok:
		return words.T("disclosures.plates.bad")
	case len(all) == 0 && d.c.Pack().Disclosure.Needs("information"):
		return words.T("disclosures.plates.needed")
	}
	return ""
}

// parsePlates reads plates between commas.
func parsePlates(s string) (all []plate.Text, ok bool) {
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		t, err := plate.Parse(strings.TrimSpace(part))
		if err != nil {
			return nil, false
		}
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return all, true
}

// record is what was filled in.
func (d *disclose) record() disclosure.Record {
	r := disclosure.Record{Authority: d.authority.Key(), Circumstances: value(d.circumstances), Agreement: value(d.agreement),
		AuthorisedBy: access.Name(value(d.by)), AuthorisedBadge: access.Badge(value(d.badge)), Place: value(d.place), Linked: value(d.linked),
		Recipient: value(d.recipient), RecipientName: value(d.official), RecipientTitle: value(d.title),
		OurFile: value(d.ours), TheirFile: value(d.theirs), Categories: d.categories.chosen, Information: value(d.information),
		Means: value(d.means), Conditions: value(d.conditions), AfterUse: disclosure.AfterUse(d.after.key())}
	r.Plates, _ = parsePlates(value(d.plates)) // these were checked
	r.Disclosed, _ = d.disclosed.moment()
	r.Collected, _ = d.collected.moment()
	r.CollectedUntil, _ = d.until.moment()
	if d.of != nil {
		r.Corrects, r.Why = d.of.ID, value(d.wrong)
	}
	return r
}
