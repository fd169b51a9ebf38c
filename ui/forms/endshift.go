package forms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/shift"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// endShift ends the shift and syncs at the station. A sync that is cut may be
// repeated: what the station has not confirmed stays on the terminal.
type endShift struct {
	c   *cruiser.Cruiser
	nav Navigator

	page    *fyne.Container
	holder  holder
	open    *fyne.Container // what is open
	problem *widgets.Banner
	state   *widgets.Text
	busy    *busy
	actions *fyne.Container
	report  *fyne.Container
	// exception is what was out of the ordinary, asked before the shift ends.
	exception *widgets.Field

	pending int // records that wait for the station
	drafts  int // forms that were begun and not sent
	ended   bool
	synced  bool // the last sync went through
	running bool
	summary cruiser.Summary
	cancel  context.CancelFunc
}

// NewEndShift returns the screen that ends a shift. It is a [Follower].
func NewEndShift(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	s := newEndShift(c, nav)
	return newFollowing(s.holder.Container, s.count, cruiser.QueueChanged)
}

func newEndShift(c *cruiser.Cruiser, nav Navigator) *endShift {
	s := &endShift{c: c, nav: nav, holder: newHolder(), open: widgets.NewColumn(1), problem: widgets.NewProblem(""),
		state: widgets.NewHeading(""), busy: newBusy(words.T("endshift.stop")), actions: widgets.NewGrid(400), report: widgets.NewGrid(columnWidth)}
	s.problem.SetText("")
	s.report.Hide()
	if !c.May(access.ActSync) {
		s.holder.show(refused(nav, "endshift.title", "endshift.notallowed"))
		return s
	}
	s.exception = widgets.NewAreaField(optional("endshift.exception"), words.T("endshift.exception.hint"), 2)
	body := widgets.NewColumn(2, s.state, s.problem, s.open, s.exception, s.busy.Container, s.actions, s.report)
	s.page = widgets.NewPage(words.T("endshift.title"), s.back, body)
	s.state.Hide()
	s.show()
	s.holder.show(s.page)
	s.count()
	return s
}

// back leaves the screen; not while work is going on.
func (s *endShift) back() {
	if !s.running {
		s.nav.Back()
	}
}

// count reads how many records wait for the station.
func (s *endShift) count() {
	if s.page == nil || s.running {
		return
	}
	work(s.nav, func(ctx context.Context) func() {
		n, err := s.c.Pending(ctx)
		drafts, unread := s.c.Drafts(ctx)
		return func() {
			if err == nil {
				s.pending = n
			}
			if unread == nil {
				s.drafts = drafts
			}
			s.show()
		}
	})
}

// show brings what is open and the buttons up to date.
func (s *endShift) show() {
	s.showOpen()
	_, deployed := s.c.Deployment()
	s.exception.Hidden = s.running || s.ended || !deployed
	s.actions.RemoveAll()
	later := func(text string, do func()) *widgets.Button {
		return widgets.NewVerdict(widgets.Verdict, text, words.T("endshift.later.why"), "", do)
	}
	sync := func(text string, do func()) *widgets.Button {
		second := words.T("endshift.sync.why", "Name", s.c.Station())
		b := widgets.NewVerdict(widgets.VerdictOK, text, second, "", do)
		b.Icon = "dock"
		if s.c.Training() || s.c.Station() == "" {
			b.Second = ""
			b.Disable()
		}
		return b
	}
	switch {
	case s.running:
	case !s.ended:
		s.actions.Add(later(words.T("endshift.later"), func() { s.end(false) }))
		s.actions.Add(sync(words.T("endshift.sync"), func() { s.end(true) }))
	default:
		out := widgets.NewVerdict(widgets.Verdict, words.T("endshift.signout"), "", "", s.signOut)
		again := sync(words.T("endshift.only"), s.sync)
		if s.synced { // what is left to do is to go home
			again.SetText(words.T("endshift.again"), again.Second)
			out.Kind, again.Kind = widgets.VerdictOK, widgets.Verdict
		}
		s.actions.Add(again)
		s.actions.Add(out)
	}
	s.actions.Hidden = len(s.actions.Objects) == 0
	s.page.Refresh()
}

func (s *endShift) showOpen() {
	s.open.RemoveAll()
	line := func(icon, text string, c fyne.ThemeColorName) {
		s.open.Add(widgets.NewFillRow(1.5, 1, marked(icon, "", c), widgets.NewBody(text)))
	}
	if s.c.Patrolling() {
		line("camera", words.T("endshift.running"), theme.ColorRoutine)
	}
	waiting, unfinished := s.left()
	if waiting > 0 {
		line("warning", words.T("endshift.waiting", "N", waiting), theme.ColorHigh)
	}
	if unfinished > 0 {
		line("clock", words.T("endshift.unfinished", "N", unfinished), theme.ColorHigh)
	}
	if s.pending > 0 {
		line("dock", words.T("endshift.pending", "N", s.pending), theme.ColorRoutine)
	}
	if s.drafts > 0 && !s.ended {
		line("entry", words.T("endshift.drafts", "N", s.drafts), theme.ColorHigh)
	}
	if waiting+unfinished+s.pending == 0 {
		line("approve", words.T("endshift.nothing"), theme.ColorOK)
	}
	switch {
	case s.c.Training():
		line("training", words.T("endshift.training"), theme.ColorTraining)
	case s.c.Station() == "":
		line("warning", safely("endshift.error.enrolled", s.pending), theme.ColorHigh)
	}
	if waiting+unfinished > 0 && !s.ended && s.c.May(access.ActPatrol) {
		s.open.Add(widgets.NewRow(1, widgets.NewButton(widgets.Secondary, words.T("endshift.finish"), func() { s.nav.Show(ScreenPatrol) })))
	}
}

// left counts the hits that nobody judged and those that miss a step.
func (s *endShift) left() (waiting, unfinished int) {
	for _, n := range s.c.WaitingCounts() {
		waiting += n
	}
	return waiting, len(s.c.Open())
}

// records is "12 records".
func records(n int) string { return words.T("endshift.records", "N", n) }

// end ends the shift, and syncs after it where sync is set.
func (s *endShift) end(sync bool) {
	if s.running {
		return
	}
	note := value(s.exception)
	s.start(words.T("endshift.ending"), nil)
	work(s.nav, func(ctx context.Context) func() {
		err := s.c.NoteException(ctx, note)
		var summary cruiser.Summary
		if err == nil {
			summary, err = s.c.EndShift(ctx)
		}
		n, _ := s.c.Pending(ctx)
		return func() {
			s.running = false
			s.busy.Hide()
			if err != nil {
				s.problem.SetText(words.Error(err))
				s.show()
				return
			}
			s.ended, s.summary, s.pending = true, summary, n
			s.say(words.T("endshift.ended"))
			s.showReport()
			if sync {
				s.sync()
				return
			}
			s.show()
		}
	})
}

func (s *endShift) say(text string) {
	s.state.SetText(text)
	s.state.Show()
}

// start shows that work is going on; stop ends it, nil where it cannot be ended.
func (s *endShift) start(text string, stop func()) {
	s.running = true
	s.problem.SetText("")
	s.busy.begin(text, stop)
	if s.busy.stop.Hidden = stop == nil; stop != nil {
		s.busy.stop.Show()
	}
	s.show()
}

// sync delivers and receives.
func (s *endShift) sync() {
	if s.running {
		return
	}
	s.start(words.T("endshift.step.connecting"), func() { s.cancel() })
	s.cancel = work(s.nav, func(ctx context.Context) func() {
		var newest latest[cruiser.Progress]
		summary, err := s.c.Sync(ctx, func(p cruiser.Progress) { newest.tell(p, s.progress) })
		n, _ := s.c.Pending(ctx)
		if ctx.Err() != nil {
			n, _ = s.c.Pending(context.WithoutCancel(ctx))
		}
		return func() { s.finish(summary, n, err) }
	})
}

func (s *endShift) progress(p cruiser.Progress) {
	if !s.running {
		return
	}
	switch p.Step {
	case cruiser.Connecting:
		s.busy.at(words.T("endshift.step.connecting"), 0)
	case cruiser.Delivering:
		text := words.T("endshift.step.delivering", "Done", p.Done, "Total", p.Total, "Bytes", size(p.Bytes))
		if p.Left >= time.Minute { // less is over before it is read
			text = words.T("endshift.step.delivering.left", "What", text, "Left", words.Span(p.Left))
		}
		s.busy.at(text, 0.9*float64(p.Done)/float64(max(p.Total, 1)))
	case cruiser.Receiving:
		s.busy.at(words.T("endshift.step.receiving"), 0.9)
	case cruiser.SyncDone:
		s.busy.at(words.T("endshift.step.done"), 1)
	}
	s.page.Refresh()
}

// finish shows how the sync went. Several syncs add up.
func (s *endShift) finish(r cruiser.Summary, pending int, err error) {
	s.running = false
	s.busy.Hide()
	s.pending = pending
	s.summary.Delivered += r.Delivered
	s.summary.Bytes += r.Bytes
	s.summary.Lists += r.Lists
	s.summary.Entries += r.Entries
	s.summary.Waiting, s.summary.Unfinished = s.left()
	s.synced = err == nil
	if s.synced {
		s.say(words.T("endshift.synced"))
	} else {
		if s.ended {
			s.say(words.T("endshift.ended"))
		}
		s.problem.SetText(syncFault(err, pending))
	}
	s.showReport()
	s.show()
}

// syncFault says what happened, what is safe and what to do.
func syncFault(err error, pending int) string {
	key := "endshift.error.unknown"
	switch {
	case errors.Is(err, cruiser.ErrPackRefused):
		return words.T("endshift.error.pack", "Why", words.Error(err))
	case errors.Is(err, cruiser.ErrTraining):
		return words.T("endshift.training")
	case errors.Is(err, context.Canceled):
		key = "endshift.stopped"
	case errors.Is(err, shift.ErrNoAnswer):
		key = "endshift.error.noanswer"
	case errors.Is(err, shift.ErrRefused):
		key = "endshift.error.refused"
	case errors.Is(err, shift.ErrNotEnrolled):
		key = "endshift.error.enrolled"
	case errors.Is(err, shift.ErrReceipt), errors.Is(err, cruiser.ErrNoReceipt):
		key = "endshift.error.receipt"
	case errors.Is(err, shift.ErrUntrusted):
		key = "endshift.error.untrusted"
	}
	return safely(key, pending)
}

// safely joins what happened, how much is safe and what to do.
func safely(key string, pending int) string {
	safe := words.T("endshift.safe.none")
	if pending > 0 {
		safe = words.T("endshift.safe", "N", pending)
	}
	return words.T(key) + " " + safe + " " + words.T(key+".do")
}

func (s *endShift) signOut() {
	if s.running {
		return
	}
	work(s.nav, func(ctx context.Context) func() {
		err := s.c.SignOut(ctx)
		return func() {
			if err != nil {
				s.problem.SetText(words.Error(err))
				s.page.Refresh()
			} // else the window follows the session
		}
	})
}

// showReport shows the deployment and what became of its records.
func (s *endShift) showReport() {
	station := widgets.NewColumn(0.5,
		fact(words.T("endshift.delivered"), fmt.Sprintf("%s, %s", records(s.summary.Delivered), size(s.summary.Bytes))),
		fact(words.T("endshift.received"), words.T("endshift.received.lists", "N", s.summary.Lists)+", "+words.T("lists.count", "N", s.summary.Entries)),
		fact(words.T("endshift.left"), words.T("endshift.left.value", "Waiting", s.summary.Waiting, "Unfinished", s.summary.Unfinished)))
	s.report.Objects = []fyne.CanvasObject{
		widgets.NewCard(words.T("endshift.summary"), widgets.NewColumn(0.5, s.deployment(s.summary.Deployment)...)),
		widgets.NewCard(words.T("endshift.station"), station)}
	s.report.Show()
}
