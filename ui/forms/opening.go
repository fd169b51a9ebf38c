package forms

import (
	"context"
	"time"

	"secondlook/app/cruiser"
	"secondlook/app/entry"
)

// purpose is what the form for a manual entry is open for.
type purpose string

const (
	proposing purpose = ""
	amending  purpose = "amend"
	approving purpose = "approve" // with changes
	renewing  purpose = "renew"
)

// opening is what a form for a manual entry is open for, and begins with.
type opening struct {
	purpose purpose
	from    entry.Entry // the entry at hand; none for a proposal
	back    func()
}

// newManualFor returns the form for a manual entry, open for a purpose.
func newManualFor(c *cruiser.Cruiser, nav Navigator, o opening) *manual {
	m := &manual{c: c, nav: nav, opening: o, holder: newHolder()}
	m.begin()
	return m
}

// key is the name of a text of the form, which differs by purpose.
func (o opening) key(what string) string {
	if o.purpose == proposing {
		return "manual." + what
	}
	return "manual." + string(o.purpose) + "." + what
}

// do is what the form's main button asks for.
func (o opening) do(ctx context.Context, c *cruiser.Cruiser, e entry.Entry, why string) (entry.Entry, error) {
	switch o.purpose {
	case amending:
		return e, c.Amend(ctx, o.from.ID, e)
	case approving:
		return e, c.ApproveAmended(ctx, o.from.ID, e, why)
	case renewing:
		return c.Renew(ctx, o.from.ID, e)
	}
	return c.Propose(ctx, e)
}

// kept is the day of a moment that was chosen before, as the form writes it.
func (m *manual) kept(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(m.c.Now().Location()).Format(dayForm)
}

// fill shows the entry at hand. Its plate stays as it is: another plate is another
// entry. A renewal's time is chosen anew.
func (m *manual) fill() {
	if m.purpose == proposing {
		return
	}
	e := m.from
	m.plate.field.SetText(string(e.Plate))
	m.plate.field.Entry.Disable()
	m.jurisdiction.Choose(string(e.Jurisdiction))
	m.category.Choose(e.Category)
	m.chose()
	m.reason.SetText(e.Reason)
	m.file.SetText(e.FileNumber)
	m.descriptors.SetText(e.Descriptors)
	m.make.SetText(e.Make)
	m.model.SetText(e.Model)
	m.colour.SetText(e.Colour)
	m.distribution.set(string(e.Distribution))
	m.ends.SetText(m.kept(e.Ends))
	m.expiry.date.SetText("")
	if m.purpose != renewing {
		m.expiry.keep(e.Expires)
	}
	m.page.Refresh()
}
