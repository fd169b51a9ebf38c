package ui

import (
	"context"
	"errors"
	"strings"
	"sync"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// Recovered says what is there again of a damaged store, and what is not. Nothing in it
// is personal.
type Recovered struct {
	// Kept are the records that verified, by the kind that the store calls them.
	Kept map[string]int
	// Doubtful are the kinds of which it is not proven that all are there and newest.
	Doubtful []string
	// Hits and Pictures were lost; the pictures are those of hits that are there.
	Hits, Pictures int
	// Missing records of the audit are not carried on; with More there may be others.
	Missing uint64
	More    bool
	// SetAside names the damaged file, which is kept.
	SetAside string
}

// Recover makes a new store of what verifies in the damaged one, for an administrator,
// and tells how much of the work is done. It returns [access.ErrBadSignIn],
// [access.ErrCodeNeeded], [access.ErrBadCode] and [access.ErrNotAllowed].
type Recover func(ctx context.Context, badge access.Badge, proof access.Proof, tell func(done, total int64)) (Recovered, error)

// Damaged is the window of a terminal whose store is damaged: nothing is opened and
// nothing is made anew in its place until an administrator asks for it.
type Damaged struct {
	win     fyne.Window
	recover Recover
	close   func()

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	badge, secret, code *widgets.Field
	problem             *widgets.Banner
	page                *fyne.Container
	bar                 *widgets.Progress
	running             bool
}

// NewDamaged makes the window, which says what happened in plain words, in a language
// or, with the empty one, the system's. close ends the program.
func NewDamaged(app fyne.App, language string, recover Recover, close func()) *Damaged {
	words.Use(spoken(language))
	app.Settings().SetTheme(theme.New(theme.Night))
	w := app.NewWindow("SecondLook")
	w.SetIcon(theme.AppIcon())
	w.SetPadded(false)
	d := newDamaged(w, recover, close)
	w.Resize(fyne.NewSize(1280, 800))
	return d
}

func newDamaged(w fyne.Window, recover Recover, close func()) *Damaged {
	d := &Damaged{win: w, recover: recover, close: close}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	w.SetCloseIntercept(func() {
		if !d.running { // a recovery is short, and ends by itself
			close()
		}
	})
	d.say()
	return d
}

// Show shows the window.
func (d *Damaged) Show() { d.win.Show() }

// Window is the window.
func (d *Damaged) Window() fyne.Window { return d.win }

// Stop ends a recovery that runs, as far as it can still be stopped, and waits for it.
func (d *Damaged) Stop() {
	d.cancel()
	d.work.Wait()
}

// show puts a page into the window.
func (d *Damaged) show(title string, back func(), content fyne.CanvasObject) {
	d.page = widgets.NewPage(title, back, content)
	d.win.SetContent(widgets.NewInset(3, d.page))
}

// answers are the decisions of a page, side by side where there is room.
func answers(buttons ...fyne.CanvasObject) fyne.CanvasObject { return widgets.NewGrid(360, buttons...) }

// say says what happened, and what can be done.
func (d *Damaged) say() {
	d.show(words.T("damaged.title"), nil, widgets.NewColumn(2,
		widgets.NewProblem(words.T("damaged.what")),
		widgets.NewBody(words.T("damaged.kept")),
		widgets.NewBody(words.T("damaged.now")),
		widgets.NewBody(words.T("damaged.recover")),
		answers(widgets.NewVerdict(widgets.Verdict, words.T("damaged.close"), words.T("damaged.close.then"), "", d.close),
			widgets.NewVerdict(widgets.Verdict, words.T("recover.begin"), words.T("recover.begin.then"), "", d.ask))))
}

// ask has an administrator confirm it with their PIN.
func (d *Damaged) ask() {
	d.badge = widgets.NewField(words.T("person.badge"), "")
	d.secret = widgets.NewSecretField(words.T("person.secret"), "")
	d.code = widgets.NewField(words.T("signin.code"), words.T("signin.code.hint"))
	d.code.Hide()
	d.problem = widgets.NewProblem("")
	d.problem.SetText("")
	d.badge.Entry.OnSubmitted = func(string) { d.win.Canvas().Focus(d.secret.Entry) }
	d.secret.Entry.OnSubmitted = func(string) { d.send() }
	d.code.Entry.OnSubmitted = func(string) { d.send() }
	d.asked()
}

// asked shows the questions with what is filled in.
func (d *Damaged) asked() {
	d.show(words.T("recover.title"), d.say, widgets.NewColumn(2,
		widgets.NewBody(words.T("recover.what")), d.badge, d.secret, d.code, d.problem,
		answers(widgets.NewVerdict(widgets.VerdictOK, words.T("recover.now"), words.T("recover.now.then"), "", d.send))))
}

func (d *Damaged) send() {
	if d.running {
		return
	}
	badge, secret, code := access.Badge(strings.TrimSpace(d.badge.Text())), d.secret.Text(), strings.TrimSpace(d.code.Text())
	switch {
	case badge == "":
		d.fault(words.T("signin.badge.needed"))
		return
	case secret == "":
		d.fault(words.T("signin.secret.needed"))
		return
	}
	d.running = true
	d.bar = widgets.NewProgress()
	d.show(words.T("recover.title"), nil, widgets.NewColumn(2, widgets.NewBody(words.T("recover.working")), d.bar))
	d.work.Go(func() {
		shown := int64(-1)
		got, err := d.recover(d.ctx, badge, access.Proof{Secret: secret, Code: code}, func(done, total int64) {
			if percent := done * 100 / max(total, 1); percent > shown {
				shown = percent
				fyne.Do(func() { d.bar.SetValue(float64(percent) / 100) })
			}
		})
		fyne.Do(func() { d.done(got, err) })
	})
}

func (d *Damaged) fault(text string) {
	d.problem.SetText(text)
	d.page.Refresh()
}

func (d *Damaged) done(got Recovered, err error) {
	d.running = false
	if err == nil {
		d.result(got)
		return
	}
	needed, wrong := errors.Is(err, access.ErrCodeNeeded), errors.Is(err, access.ErrBadCode)
	d.code.SetText("")
	d.code.Hidden = !needed && !wrong
	d.problem.SetText("")
	if !needed {
		d.problem.SetText(words.Error(err))
	}
	if d.code.Hidden { // the PIN stays for the code that belongs to it, and no longer
		d.secret.SetText("")
	}
	d.asked()
}

// kinds are the records that the result names, in this order.
var kinds = []string{"audit", "hits", "people", "lists", "entries", "deployments", "holds", "disclosures", "access-requests",
	"breaches", "reports", "preservation-orders", "preserved", "inbox"}

// result says what is there again, what is not, and where the damaged file is.
func (d *Damaged) result(r Recovered) {
	d.secret.SetText("")
	doubtful := map[string]bool{}
	for _, kind := range r.Doubtful {
		doubtful[kind] = true
	}
	var facts []widgets.Fact
	for _, kind := range kinds {
		f := widgets.Fact{Label: words.T("recover.kind." + kind), Value: words.T("recover.kept", "N", r.Kept[kind]), NoteColor: theme.ColorHigh}
		var notes []string
		for _, note := range []struct {
			is   bool
			text string
		}{
			{kind == "hits" && r.Hits > 0, words.T("recover.lost", "N", r.Hits)},
			{kind == "hits" && r.Pictures > 0, words.T("recover.pictures", "N", r.Pictures)},
			{kind == "audit" && r.Missing > 0, words.T("recover.missing", "N", int(r.Missing))},
			{kind == "audit" && r.More, words.T("recover.more")},
			{doubtful[kind], words.T("recover.doubtful")},
		} {
			if note.is {
				notes = append(notes, note.text)
			}
		}
		f.Note = strings.Join(notes, " ")
		if r.Kept[kind] > 0 || f.Note != "" {
			facts = append(facts, f)
		}
	}
	d.show(words.T("recover.done"), nil, widgets.NewColumn(2,
		widgets.NewFacts(facts...),
		widgets.NewBody(words.T("recover.aside", "File", r.SetAside)),
		widgets.NewBody(words.T("recover.next")),
		answers(widgets.NewVerdict(widgets.VerdictOK, words.T("damaged.close"), words.T("recover.close.then"), "", d.close))))
}
