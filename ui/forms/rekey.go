package forms

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/audit"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// rekeyPart gives the store another file key.
type rekeyPart struct {
	s *settings
	// waits says that one was cut; without warns of the people for whom there is no new
	// key.
	waits, without *widgets.Banner
	said           *fyne.Container
	busy           *busy
	save           *save
	body           fyne.CanvasObject
}

func newRekeyPart(s *settings) *rekeyPart {
	r := &rekeyPart{s: s, waits: widgets.NewNotice(""), without: widgets.NewNotice(""), said: widgets.NewColumn(1.5), busy: newBusy(words.T("rekey.stop"))}
	r.save = newSave(s, words.T("rekey.submit"), r.send)
	r.save.reason = widgets.NewField(words.T("settings.reason"), words.T("rekey.reason.hint"))
	r.save.submit.Icon = "lock"
	submits(r.send, r.save.reason)
	r.warn(0, time.Time{})
	r.said.Hide()
	r.body = widgets.NewGrid(columnWidth,
		widgets.NewCard(words.T("rekey.title"), widgets.NewColumn(2, widgets.NewBody(words.T("rekey.why")), widgets.NewBody(words.T("rekey.wait")), r.waits, r.without)),
		widgets.NewCard("", widgets.NewColumn(2, r.said, r.save.objects(), r.busy.Container)))
	return r
}

// warn says how many people need a first PIN after a re-keying, and when one was begun
// that is to be gone on with; zero for none.
func (r *rekeyPart) warn(unpaired int, begun time.Time) {
	text, waits := "", ""
	if unpaired > 0 {
		text = words.T("rekey.without", "N", unpaired)
	}
	if !begun.IsZero() {
		waits = words.T("rekey.waits", "Date", words.Date(begun))
	}
	r.without.SetText(text)
	r.waits.SetText(waits)
}

func (r *rekeyPart) send() {
	if !r.save.begin(nil) {
		return
	}
	r.said.Hide()
	reason := value(r.save.reason)
	r.save.proven(func() { r.run(reason) })
}

// run gives the store its new key, and shows how far that is.
func (r *rekeyPart) run(reason string) {
	var cancel context.CancelFunc
	r.busy.begin(words.T("rekey.working"), func() { cancel() })
	r.s.page.Refresh()
	cancel = work(r.s.nav, func(ctx context.Context) func() {
		var newest latest[rekeyed]
		unpaired, err := r.s.c.Unpaired(ctx)
		if err == nil {
			err = r.s.c.Rekey(ctx, reason, func(done, total int64, left time.Duration) {
				newest.tell(rekeyed{done, total, left}, r.at)
			})
		}
		begun, unknown := r.s.c.Rekeying(ctx)
		if unknown != nil {
			begun = time.Time{}
		}
		return func() { r.done(unpaired, begun, err) }
	})
}

// rekeyed is how far a re-keying is, in bytes, and about how long it still takes.
type rekeyed struct {
	done, total int64
	left        time.Duration
}

func (r *rekeyPart) at(p rekeyed) {
	done := float64(p.done) / float64(max(p.total, 1))
	r.busy.at(words.T("rekey.progress", "Percent", int(100*done), "Left", words.Span(p.left)), done)
}

func (r *rekeyPart) done(unpaired int, begun time.Time, err error) {
	r.busy.Hide()
	r.warn(unpaired, begun)
	fault := ""
	switch {
	case err == nil:
		r.say(widgets.NewFillRow(1, 1, marked("exact", "", theme.ColorOK), widgets.NewBody(words.T("rekey.done"))), unpaired)
	case errors.Is(err, audit.ErrNotErased):
		r.say(widgets.NewProblem(words.T("rekey.done.noterased")), unpaired)
	case errors.Is(err, context.Canceled):
		fault = words.T("rekey.stopped")
	default:
		fault = words.Error(err)
	}
	r.save.end(fault)
}

// say shows that the new key is in force, and who needs a first PIN.
func (r *rekeyPart) say(what fyne.CanvasObject, unpaired int) {
	r.warn(0, time.Time{})
	r.said.Objects = []fyne.CanvasObject{what}
	if unpaired > 0 {
		r.said.Add(widgets.NewNotice(words.T("rekey.done.without", "N", unpaired)))
	}
	r.said.Show()
}
