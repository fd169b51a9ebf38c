package forms

import (
	"context"
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	keeping "secondlook/app/draft"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// draft has what is written into a form kept for whoever writes it (see package draft of
// app), and puts it back when the same person opens the form again.
type draft struct {
	c    *cruiser.Cruiser
	nav  Navigator
	form string
	// parts in the order in which they are put back: what decides about others first.
	parts []part
	begun map[string]string // what the form began with
	id    string            // of the draft; empty until it is known what was kept before
	// busy is set while answers are put back: that is not writing.
	busy   bool
	again  *widgets.Banner
	notice fyne.CanvasObject // says that a draft is here again, and offers to start anew
	page   *fyne.Container
}

// part is a question under the name that its answer has in a draft, in any language.
type part struct {
	name string
	of   question
}

// newDraft is that of a form, by a name that no other has. Its notice belongs on top of
// the form; [draft.on] comes when the form has what it begins with.
func newDraft(c *cruiser.Cruiser, nav Navigator, form string, parts ...part) *draft {
	d := &draft{c: c, nav: nav, form: form, parts: parts, begun: map[string]string{}, again: widgets.NewNotice("")}
	d.notice = widgets.NewFillRow(1.5, 0, d.again, widgets.NewButton(widgets.Secondary, words.T("draft.anew"), d.anew))
	d.notice.Hide()
	return d
}

// on begins to follow what is written on a page, and puts back what was kept.
func (d *draft) on(page *fyne.Container) {
	d.page = page
	for _, p := range d.parts {
		d.begun[p.name] = answerOf(p.of)
		follow(p.of, d.wrote)
	}
	work(d.nav, func(ctx context.Context) func() {
		kept, err := d.c.Draft(ctx, d.form)
		return func() {
			if err != nil {
				d.nav.Toast(words.Error(err))
				return // nothing is written over what cannot be read
			}
			d.restore(kept)
		}
	})
}

// restore puts back what was kept, but for what was answered meanwhile.
func (d *draft) restore(kept keeping.Draft) {
	meanwhile := d.written()
	back := map[string]string{}
	for _, p := range d.parts { // all of them first: one may change another
		if text, ok := kept.Fields[p.name]; ok && answerOf(p.of) == d.begun[p.name] {
			back[p.name] = text
		}
	}
	d.fill(back)
	d.id = kept.ID
	if len(meanwhile) > 0 {
		d.wrote()
	}
	if !kept.Gone() {
		d.again.SetText(words.T("draft.again", "Time", words.Clock(kept.At.In(d.c.Now().Location()))))
		d.notice.Show()
		d.page.Refresh()
	}
}

// fill puts answers into some of the questions.
func (d *draft) fill(with map[string]string) {
	d.busy = true
	defer func() { d.busy = false }()
	for _, p := range d.parts {
		if text, ok := with[p.name]; ok {
			put(p.of, text)
			p.of.SetError("")
		}
	}
}

// written are the answers that are not as the form began, and with them the moments: one
// that the form proposed is another the next time.
func (d *draft) written() map[string]string {
	fields, moments := map[string]string{}, map[string]string{}
	for _, p := range d.parts {
		text := answerOf(p.of)
		if text != d.begun[p.name] {
			fields[p.name] = text
		}
		if _, is := p.of.(momentField); is {
			moments[p.name] = text
		}
	}
	if len(fields) > 0 {
		maps.Copy(fields, moments)
	}
	return fields
}

// wrote notes what stands in the form.
func (d *draft) wrote() {
	if d.id != "" && !d.busy {
		d.c.WriteDraft(d.id, d.written())
	}
}

// anew begins the form again, and erases the draft.
func (d *draft) anew() {
	d.fill(d.begun)
	d.notice.Hide()
	d.page.Refresh()
	d.c.WriteDraft(d.id, nil)
	d.keep()
}

// sent erases the draft: it was recorded as what it was for. Where the disk does not take
// that now, the window tries it again, and says so.
func (d *draft) sent(ctx context.Context) {
	if d.id != "" {
		d.c.WriteDraft(d.id, nil)
		_ = d.c.KeepDrafts(ctx)
	}
}

// keep writes at once what was written.
func (d *draft) keep() {
	work(d.nav, func(ctx context.Context) func() {
		err := d.c.KeepDrafts(ctx)
		return func() {
			if err != nil {
				d.nav.Toast(words.Error(err))
			}
		}
	})
}

// leaving is the way back that keeps what was written first.
func (d *draft) leaving(back func()) func() {
	return func() {
		d.keep()
		back()
	}
}

// answerOf is what stands in a question, as a text. What is hidden while it is written is
// never part of a draft.
func answerOf(q question) string {
	switch q := q.(type) {
	case *widgets.Field:
		if !q.Entry.Password {
			return q.Text()
		}
	case momentField:
		return q.Text()
	case *plateField:
		return q.field.Text()
	case *widgets.Picker:
		return q.Key()
	case *expiry:
		return q.answer()
	case *choice:
		return q.key()
	case *severalPicker:
		return strings.Join(q.chosen, " ")
	}
	return ""
}

// put answers a question as somebody would: what hangs on it follows. What cannot be
// chosen any more is left out.
func put(q question, text string) {
	switch q := q.(type) {
	case *widgets.Field:
		q.SetText(text)
	case momentField:
		q.SetText(text)
	case *plateField:
		q.field.SetText(text)
	case *widgets.Picker:
		if text == "" || q.Offers(text) {
			q.Choose(text)
			if q.OnChanged != nil {
				q.OnChanged(text)
			}
		}
	case *expiry:
		q.put(text)
	case *choice:
		q.set(text)
	case *severalPicker:
		q.set(slices.DeleteFunc(strings.Fields(text), func(key string) bool { return !q.picker.Offers(key) }))
	}
}

// follow has a function called after each change of an answer, beside what the question
// does itself.
func follow(q question, changed func()) {
	switch q := q.(type) {
	case *widgets.Field:
		q.OnChanged(func(string) { changed() })
	case momentField:
		follow(q.Field, changed)
	case *plateField:
		follow(q.field, changed)
	case *widgets.Picker:
		own := q.OnChanged
		q.OnChanged = func(key string) {
			if own != nil {
				own(key)
			}
			changed()
		}
	case *expiry:
		follow(q.choice, changed)
		follow(q.date, changed)
	case *choice:
		q.changed = both(q.changed, changed)
	case *severalPicker:
		q.changed = both(q.changed, changed)
	}
}

// both calls one function, if there is one, and then the other.
func both(first, then func()) func() {
	return func() {
		if first != nil {
			first()
		}
		then()
	}
}
