package ui

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/notice"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// step is one of the pages after a confirmed hit: what it is about on top, the
// answers along the bottom, one tap each.
type step struct {
	u       *UI
	a       cruiser.Alert
	title   *widgets.AlertTitle
	body    *fyne.Container
	scroll  *fyne.Container
	above   *fyne.Container // what must be in view with the answers
	answers *fyne.Container
	buttons []*widgets.Button
	made    *fyne.Container
	held    []bool
	high    []*widgets.Button
}

// newStep begins a page; heading says which of the steps it is.
func newStep(u *UI, a cruiser.Alert, heading string) *step {
	s := &step{u: u, a: a}
	s.title = widgets.NewAlertTitle(a.Tier, u.category(a.Hit), words.T("step.meta",
		"Camera", a.Hit.Read.Camera, "Time", words.Second(a.Hit.Read.At)), false, a.Hit.Matches[0].Kind)
	s.title.SetPlate(string(a.Hit.Read.Text))
	head := widgets.NewTitle(heading)
	s.body = widgets.NewColumn(2, head)
	s.scroll = widgets.NewScroll(s.body)
	s.above, s.answers = widgets.NewStack(), widgets.NewGrid(answerLeast)
	s.made = fyne.NewContainerWithLayout(s, s.title, s.scroll, s.above, s.answers)
	return s
}

const (
	answerLeast float32 = 180
	bodyWidth   float32 = 1000
)

// say adds to the page, answer adds a button.
func (s *step) say(o ...fyne.CanvasObject) {
	for _, one := range o {
		s.body.Add(one)
	}
}

func (s *step) answer(b *widgets.Button) *widgets.Button {
	b.OnTapped = s.u.settled(b.OnTapped)
	s.buttons = append(s.buttons, b)
	s.answers.Add(b)
	return b
}

func (s *step) object() fyne.CanvasObject { return s.made }
func (s *step) queue() bool               { return true }
func (s *step) hitID() string             { return s.a.Hit.ID }

// key answers with the button that has the key.
func (s *step) key(r rune) bool {
	for _, b := range s.buttons {
		if b.Key == string(r) {
			b.Tapped(nil)
			return true
		}
	}
	return false
}

// leave goes back to the queue; the hit stays among those to finish.
func (s *step) leave() { s.u.after() }

// run records an answer; then shows the hit at its next step.
func (s *step) run(intent func(context.Context) (hit.Hit, error), then func(hit.Hit)) {
	s.held = s.held[:0]
	for _, b := range s.buttons {
		s.held = append(s.held, b.Disabled())
		b.Disable()
	}
	var h hit.Hit
	s.u.work(func(ctx context.Context) (err error) {
		h, err = intent(ctx)
		return err
	}, func(err error) {
		if err == nil {
			then(h)
			return
		}
		for i, b := range s.buttons {
			if !s.held[i] {
				b.Enable()
			}
		}
		s.u.Toast(words.Error(err))
	})
}

// Layout implements [fyne.Layout].
func (s *step) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	gap := theme.Between
	wide := size.Width - 2*gap
	s.title.Low = size.Height < lowFrom
	high := s.title.HeightFor(wide)
	put(s.title, gap, gap, wide, high)
	for _, b := range s.high {
		b.Tall = !s.title.Low
	}
	answers := widgets.HeightOf(s.answers, wide)
	put(s.answers, gap, size.Height-gap-answers, wide, answers)
	bottom := size.Height - gap - answers - gap
	if above := widgets.HeightOf(s.above, wide); len(s.above.Objects) > 0 {
		bottom -= above
		put(s.above, gap+4, bottom, wide-4, above)
		bottom -= gap
	}
	y := gap + high + theme.Margin
	put(s.scroll, gap+4, y, min(wide-theme.Grid, bodyWidth), bottom-y)
}

// MinSize implements [fyne.Layout].
func (s *step) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(480, 400) }

// tall makes an answer nearly as high as a verdict, where the screen is not low.
func (s *step) tall(b *widgets.Button) *widgets.Button {
	s.high = append(s.high, b)
	return b
}

// recordCheck asks whether the record is still active with whoever entered it.
type recordCheck struct {
	*step
	reminder *widgets.Tick
	needs    []*widgets.Button // the answers that need the reminder
	says     *widgets.Banner   // what the agency answers, in training
}

func newRecordCheck(u *UI, a cruiser.Alert) *recordCheck {
	s := &recordCheck{step: newStep(u, a, words.T("check.title"))}
	e := a.Hit.Matches[0].Entry
	question := widgets.NewText(words.T("check.question"), 24, theme.ColorText, widgets.Wrapped)
	record := widgets.NewCard("", widgets.NewFacts(
		widgets.Fact{Label: words.T("fact.agency"), Value: orUnknown(e.Agency)},
		widgets.Fact{Label: words.T("fact.contact"), Value: orUnknown(e.Contact)},
		widgets.Fact{Label: words.T("fact.file"), Value: orUnknown(e.Reference)},
		widgets.Fact{Label: words.T("fact.vehicle"), Value: vehicle(e)},
		widgets.Fact{Label: words.T("fact.colour"), Value: e.Colour},
	))
	s.reminder = widgets.NewTick(words.T("check.reminder"), func(on bool) { s.arm() })
	s.above.Add(s.reminder)
	tools := widgets.NewColumn(1)
	if s.says = widgets.NewNotice(""); u.c.Stage() != nil {
		tools.Add(widgets.NewIconButton(widgets.Secondary, "telephone", words.T("check.ask"), s.ask))
	}
	s.says.Hide()
	tools.Add(widgets.NewIconButton(widgets.Secondary, "plate", words.T("check.copy"), s.offer))
	tools.Add(newDoubt(u, a).Button)
	s.say(question, s.says, widgets.NewGrid(340, record, tools)) // beside the record: nothing to press stands below the edge
	if a.Category.OwnerBased {
		s.say(widgets.NewNotice(words.T("check.owner-based")))
	}
	active := s.tall(s.answer(widgets.NewVerdict(widgets.VerdictOK, words.T("check.active"), words.T("check.active.then"), "1", func() { s.verify(hit.Active) })))
	notYet := s.tall(s.answer(widgets.NewVerdict(widgets.Verdict, words.T("check.not-yet"), words.T("check.not-yet.then"), "2", func() { s.verify(hit.NotYet) })))
	s.tall(s.answer(widgets.NewVerdict(widgets.Verdict, words.T("check.not-active"), words.T("verdict.erased"), "3", func() { s.verify(hit.NotActive) })))
	s.needs = []*widgets.Button{active, notYet}
	s.arm()
	return s
}

func orUnknown(s string) string {
	if s == "" {
		return words.T("fact.not-recorded")
	}
	return s
}

// arm opens the answers that go on once the reminder was taken note of.
func (s *recordCheck) arm() {
	for i, b := range s.needs {
		if s.reminder.On() {
			b.SetText(b.Text, words.T([]string{"check.active.then", "check.not-yet.then"}[i]))
			b.Enable()
		} else {
			b.SetText(b.Text, words.T("check.tick-first"))
			b.Disable()
		}
	}
}

// key ticks the reminder with 0, beside the answers' own keys.
func (s *recordCheck) key(r rune) bool {
	switch {
	case r == '0':
		s.reminder.Tapped(nil)
		return true
	case (r == 'a' || r == 'A') && s.u.c.Stage() != nil:
		s.ask()
		return true
	}
	return s.step.key(r)
}

func (s *recordCheck) verify(answer hit.Activity) {
	s.run(func(ctx context.Context) (hit.Hit, error) {
		return s.u.c.Verify(ctx, s.a.Hit.ID, hit.Verification{Record: answer, OwnerReminder: s.reminder.On()})
	}, func(h hit.Hit) {
		if h.State.Destroyed() {
			s.u.Toast(words.T("toast.erased"))
			s.u.onward(s.a.Hit)
			return
		}
		s.a.Hit = h
		s.u.stage(s.a)
	})
}

// ask is the call to the agency, which the scenario answers in training.
func (s *recordCheck) ask() {
	var says hit.Activity
	s.u.work(func(ctx context.Context) (err error) {
		says, err = s.u.c.AskAgency(ctx, s.a.Hit.ID)
		return err
	}, func(err error) {
		if err != nil {
			s.u.Toast(words.Error(err))
			return
		}
		s.says.SetText(words.T("check.says." + string(says)))
		s.made.Refresh()
	})
}

// offer puts the plate on the clipboard for the dispatch system, and takes it off
// again after the time that the terminal sets.
func (s *recordCheck) offer() {
	text, after, err := s.u.c.Offer(s.u.ctx, s.a.Hit.ID)
	if err != nil {
		s.u.Toast(words.Error(err))
		return
	}
	s.u.lend(string(text), after)
	s.u.Toast(words.T("check.copied", "Age", words.Age(after)))
}

// lend puts a text on the clipboard for a time, or until the window closes.
func (u *UI) lend(text string, d time.Duration) {
	board := u.app.Clipboard()
	board.SetContent(text)
	u.background(func() {
		select {
		case <-time.After(d):
		case <-u.ctx.Done():
		}
		u.do(func() {
			if board.Content() == text {
				board.SetContent("")
			}
		})
	})
}

// telling has the driver told, and records whether that was done.
type telling struct {
	*step
	language string
	say1     *widgets.Text
	then     *widgets.Text
	complain *widgets.Text
	choose   map[string]*widgets.Button
}

func newTelling(u *UI, a cruiser.Alert) *telling {
	s := &telling{step: newStep(u, a, words.T("notice.title")), language: words.Language(), choose: map[string]*widgets.Button{}}
	if v := a.Hit.Verification; v != nil && v.Record == hit.NotYet {
		s.say(widgets.NewNotice(words.T("notice.not-yet")),
			widgets.NewRow(1, widgets.NewButton(widgets.Secondary, words.T("notice.answered"), func() { u.replace(newRecordCheck(u, a)) })))
	}
	pick := widgets.NewRow(1)
	for _, l := range []string{words.English, words.French} {
		b := widgets.NewButton(widgets.Secondary, words.In(l, "language.own"), func() { s.speak(l) })
		s.choose[l] = b
		pick.Add(b)
	}
	if u.c.CanSpeak() { // beside the language in which it reads
		pick.Add(widgets.NewIconButton(widgets.Secondary, "sound", words.T("driver.read"), func() { u.readNotice(a.Hit.ID, s.language) }))
	}
	s.say1 = widgets.NewText("", 24, theme.ColorText, widgets.Wrapped)
	s.then = widgets.NewText("", 20, theme.ColorText, widgets.Wrapped)
	s.complain = widgets.NewText("", theme.SizeBody, theme.ColorMuted, widgets.Wrapped)
	s.body.Objects[0] = widgets.NewFillRow(2, 0, widgets.NewColumn(0, s.body.Objects[0], widgets.NewSmall(words.T("notice.tell"))), pick)
	s.say(driverButtons(u, a.Hit, func() string { return s.language }),
		widgets.NewCard("", widgets.NewColumn(1.5, s.say1, s.then, s.complain)))
	s.tall(s.answer(widgets.NewVerdict(widgets.VerdictOK, words.T("notice.given"), words.T("notice.given.then"), "1", func() {
		s.record(hit.Notice{Given: true, Language: s.language})
	})))
	s.tall(s.answer(widgets.NewVerdict(widgets.Verdict, words.T("notice.no-stop"), words.T("notice.no-stop.then"), "2", func() {
		s.record(hit.Notice{NoStop: true})
	})))
	for i, reason := range u.c.Pack().Notice.NotGiven {
		why := words.T("hits.notice.notgiven", "Why", reason.Text.In(words.Language()))
		s.tall(s.answer(widgets.NewVerdict(widgets.Verdict, why, words.T("notice.not-given.then"), string(rune('3'+i)), func() {
			s.record(hit.Notice{Reason: reason.Code})
		})))
	}
	s.speak(s.language)
	return s
}

// speak changes the language in which the driver is told.
func (s *telling) speak(lang string) {
	s.language = lang
	for l, b := range s.choose {
		b.SetSelected(l == lang)
	}
	n := notice.ForDriver(s.u.c.Pack(), s.a.Hit.Matches[0].Entry, lang)
	s.say1.SetText(n.Say)
	s.then.SetText(n.Then)
	s.complain.SetText(n.Complaint)
	s.made.Refresh()
}

func (s *telling) record(n hit.Notice) {
	s.run(func(ctx context.Context) (hit.Hit, error) {
		return s.u.c.Notify(ctx, s.a.Hit.ID, n)
	}, func(h hit.Hit) {
		s.a.Hit = h
		s.u.stage(s.a)
	})
}

// outcome records what came of it, and closes the hit.
type outcome struct {
	*step
	note *widgets.Field
}

func newOutcome(u *UI, a cruiser.Alert) *outcome {
	s := &outcome{step: newStep(u, a, words.T("outcome.title"))}
	s.note = widgets.NewAreaField(words.T("outcome.note"), words.T("outcome.note.hint"), 3)
	s.say(widgets.NewBody(words.T("outcome.lead")), s.note, widgets.NewRow(1, newDoubt(u, a).Button))
	for i, o := range u.c.Pack().Outcomes {
		key := ""
		if i < 9 {
			key = string(rune('1' + i))
		}
		s.answer(widgets.NewVerdict(widgets.Secondary, o.Text.In(words.Language()), "", key, func() { s.finish(o.Code) }))
	}
	return s
}

func (s *outcome) finish(code string) {
	s.run(func(ctx context.Context) (hit.Hit, error) {
		return s.u.c.Finish(ctx, s.a.Hit.ID, hit.Outcome{Code: code, Note: strings.TrimSpace(s.note.Text())})
	}, func(hit.Hit) {
		s.u.Toast(words.T("toast.closed"))
		s.u.onward(s.a.Hit)
	})
}
