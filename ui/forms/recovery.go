package forms

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// keysPart is the part of the settings about the keys of this terminal: its recovery
// code, what is to be done while it has none, and the key of its store.
type keysPart struct {
	s     *settings
	rekey *rekeyPart
	// machine says what becomes of a patrol when the terminal is restarted.
	machine *fyne.Container
	state   *fyne.Container
	problem *widgets.Banner
	make    *widgets.Button
	body    *fyne.Container
}

func newKeysPart(s *settings) *keysPart {
	k := &keysPart{s: s, rekey: newRekeyPart(s), machine: widgets.NewColumn(1.5, widgets.NewBody(words.T("form.working"))), state: widgets.NewColumn(1.5), problem: widgets.NewProblem(""), body: widgets.NewColumn(2)}
	k.problem.SetText("")
	k.make = widgets.NewIconButton(widgets.Primary, "lock", words.T("recovery.make"), k.send)
	k.overview(widgets.NewBody(words.T("form.working")))
	return k
}

// overview says which code there is, and offers a new one.
func (k *keysPart) overview(state fyne.CanvasObject) {
	k.state.Objects = []fyne.CanvasObject{state}
	k.body.Objects = []fyne.CanvasObject{widgets.NewGrid(columnWidth,
		widgets.NewCard(words.T("recovery.title"), widgets.NewColumn(2, k.state, widgets.NewBody(words.T("recovery.why")))),
		widgets.NewCard("", widgets.NewColumn(2, widgets.NewSmall(words.T("recovery.make.why")), k.problem, k.make))),
		k.rekey.body, widgets.NewCard(words.T("machine.title"), k.machine)}
	if k.s.page != nil {
		k.s.page.Refresh()
	}
}

// look reads which code there is, whom a re-keying would leave without a key, and
// whether one waits. On the way it reminds whoever opens the settings while there is no
// code.
func (k *keysPart) look() {
	work(k.s.nav, func(ctx context.Context) func() {
		r, err := k.s.c.Recovery(ctx)
		unpaired, faulty := k.s.c.Unpaired(ctx)
		begun, unknown := k.s.c.Rekeying(ctx)
		return func() {
			k.rekey.warn(unpaired, begun)
			k.say(r, errors.Join(err, faulty, unknown))
		}
	})
}

// lookAtMachine asks the key store of the machine, which may take some seconds.
func (k *keysPart) lookAtMachine() {
	work(k.s.nav, func(ctx context.Context) func() {
		state, err := k.s.c.MachineKey(ctx)
		return func() { k.sayMachine(state, err) }
	})
}

func (k *keysPart) sayMachine(state cruiser.MachineKey, err error) {
	k.machine.RemoveAll()
	switch {
	case err != nil:
		k.machine.Add(marked("warning", words.Error(err), theme.ColorHigh))
	case state == cruiser.MachineKeyNone:
		k.machine.Add(widgets.NewBody(words.T("machine.none")))
	default:
		k.machine.Add(widgets.NewFillRow(1, 1, marked("exact", "", theme.ColorOK), widgets.NewBody(words.T("machine."+string(state)))))
		k.machine.Add(widgets.NewBody(words.T("machine.why")))
	}
	k.s.page.Refresh()
}

func (k *keysPart) say(r access.Recovery, err error) {
	switch {
	case err != nil:
		k.overview(marked("warning", words.Error(err), theme.ColorHigh))
	case r.Made.IsZero():
		k.overview(marked("warning", words.T("recovery.none"), theme.ColorHigh))
	default:
		k.overview(marked("exact", words.T("recovery.there", "Name", r.Name, "Date", words.Date(r.Made)), theme.ColorOK))
	}
	k.s.remind(err == nil && r.Made.IsZero())
}

func (k *keysPart) send() {
	if k.s.saving {
		return
	}
	k.problem.SetText("")
	end := func(fault string) {
		k.s.saving = false
		k.make.Enable()
		k.problem.SetText(fault)
		k.s.page.Refresh()
	}
	k.s.saving = true
	k.make.Disable()
	prove(k.s.c, k.s.nav, func() {
		work(k.s.nav, func(ctx context.Context) func() {
			code, r, err := k.s.c.MakeRecovery(ctx)
			return func() {
				if err != nil {
					end(words.Error(err))
					return
				}
				end("")
				k.say(r, nil)
				k.show(code, r)
			}
		})
	}, func() { end(words.T("prove.not")) })
}

// show shows a new code, until it was written down.
func (k *keysPart) show(code access.RecoveryCode, r access.Recovery) {
	done := widgets.NewIconButton(widgets.Primary, "approve", words.T("recovery.written"), func() {
		k.say(r, nil)
		k.s.nav.Toast(words.T("recovery.written.done"))
	})
	k.body.Objects = []fyne.CanvasObject{widgets.NewColumn(2, // the code needs one line
		widgets.NewCard(words.T("recovery.new", "Name", r.Name, "Date", words.Date(r.Made)), widgets.NewColumn(1.5,
			widgets.NewText(string(code), theme.SizeHeading, theme.ColorText, widgets.Whole), widgets.NewSmall(words.T("recovery.alphabet")))),
		widgets.NewCard("", widgets.NewColumn(2, widgets.NewBody(words.T("recovery.keep")), done)))}
	k.s.page.Refresh()
}

// recoverPage is the screen on which the recovery code gives an administrator a first PIN.
type recoverPage struct {
	c           *cruiser.Cruiser
	nav         Navigator
	code, badge *widgets.Field
	first       secret
	problem     *widgets.Banner
	submit      *widgets.Button
	page        *fyne.Container
}

// NewRecover returns the screen that takes the recovery code.
func NewRecover(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject { return newRecover(c, nav).page }

func newRecover(c *cruiser.Cruiser, nav Navigator) *recoverPage {
	r := &recoverPage{c: c, nav: nav, code: widgets.NewField(words.T("recovery.title"), words.T("recovery.code.hint")),
		badge: widgets.NewField(words.T("recovery.badge"), ""), first: newSecret(words.T("people.secret"), words.T("people.secret.rule")),
		problem: widgets.NewProblem("")}
	r.problem.SetText("")
	r.submit = widgets.NewIconButton(widgets.Primary, "lock", words.T("recovery.submit"), r.send)
	submits(r.send, r.code, r.badge, r.first.first, r.first.again)
	r.page = widgets.NewPage(words.T("recovery.use"), nav.Back, widgets.NewGrid(columnWidth,
		widgets.NewCard("", widgets.NewColumn(2, widgets.NewBody(words.T("recovery.lead")), r.code, r.badge)),
		widgets.NewCard("", widgets.NewColumn(2, r.first.first, r.first.again, r.problem, r.submit))))
	return r
}

func (r *recoverPage) send() {
	if r.submit.Disabled() {
		return
	}
	r.problem.SetText("")
	f := append(form{{r.code, func() string {
		if _, err := access.ParseRecoveryCode(r.code.Text()); err != nil {
			return mistyped(err)
		}
		return ""
	}}, needed(r.badge, "signin.badge.needed")}, r.first.checks()...)
	ok := f.ok(r.nav.Window())
	r.page.Refresh()
	if !ok {
		return
	}
	code, badge, first := r.code.Text(), access.Badge(value(r.badge)), r.first.first.Text()
	r.submit.SetText(words.T("form.working"), "")
	r.submit.Disable()
	work(r.nav, func(ctx context.Context) func() {
		err := r.c.Recover(ctx, code, badge, first)
		return func() { r.done(err) }
	})
}

func (r *recoverPage) done(err error) {
	r.submit.SetText(words.T("recovery.submit"), "")
	r.submit.Enable()
	if err != nil {
		r.problem.SetText(words.Error(err))
		if errors.Is(err, access.ErrLockedOut) {
			r.problem.SetText(words.T("recovery.lockedout", "Minutes", r.c.Pack().Session.LockoutMinutes))
		}
		r.page.Refresh()
		return
	}
	r.code.SetText("")
	r.first.clear()
	r.nav.Toast(words.T("recovery.done"))
	r.nav.Back()
}

// mistyped says which group of a code has a slip.
func mistyped(err error) string {
	var m access.MistypedError
	if errors.As(err, &m) && m.Group > 0 {
		return words.T("recovery.mistyped", "Group", m.Group)
	}
	return words.T("recovery.mistyped.length")
}
