package forms

import (
	"context"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/breach"
	"secondlook/app/cruiser"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// NewBreach returns the form in which anybody reports a suspected breach (IPC,
// Security: breach protocols).
func NewBreach(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	if !c.May(access.ActReportBreach) {
		return refused(nav, "breach.title", "breach.notallowed")
	}
	var options []widgets.Option
	for _, k := range breach.Kinds {
		options = append(options, widgets.Option{Key: string(k), Text: words.T("breach.kind." + string(k))})
	}
	kind := newChoice(words.T("breach.kind"), 300, options...)
	what := widgets.NewAreaField(words.T("breach.what"), words.T("breach.what.hint"), 4)
	noticed := newMomentField(words.T("breach.noticed"), c.Now).set(c.Now())
	questions := func() form {
		return form{{kind, func() string {
			if kind.key() == "" {
				return words.T("breach.kind.needed")
			}
			return ""
		}}, needed(what, "breach.what.needed"), noticed.check(true, false)}
	}
	var s *sender
	s = newSender(nav, "warning", "breach.submit", questions, func(ctx context.Context) (func(), error) {
		at, _ := noticed.moment() // checked just now
		_, err := c.ReportBreach(ctx, breach.Report{Kind: breach.Kind(kind.key()), What: value(what), Noticed: at})
		return func() {
			nav.Toast(words.T("breach.done"))
			nav.Back()
		}, err
	})
	submits(s.submit.OnTapped, noticed.Field)
	d := newDraft(c, nav, ScreenBreach, part{"kind", kind}, part{"what", what}, part{"noticed", noticed})
	body := widgets.NewColumn(2, d.notice, widgets.NewNotice(words.T("breach.lead")), s.problem, kind, what, noticed.Field)
	s.page = widgets.NewPage(words.T("breach.title"), d.leaving(nav.Back), body, remark("breach.submit.why"), s.submit)
	s.keeps(d)
	return s.page
}
