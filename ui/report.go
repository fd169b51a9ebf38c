package ui

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// doubt is the button that begins a report of an entry that looks wrong. Once every
// entry that it is about is reported it says so instead.
type doubt struct {
	*widgets.Button
	u    *UI
	a    cruiser.Alert
	shut bool // the officer has to compare first
}

// newDoubt returns the button for an alert's entries.
func newDoubt(u *UI, a cruiser.Alert) *doubt {
	d := &doubt{Button: widgets.NewIconButton(widgets.Secondary, "warning", words.T("report.open"), nil), u: u, a: a}
	d.OnTapped = u.settled(func() {
		if left := d.left(); len(left) > 0 {
			u.push(newReport(u, a, left, d.dress))
		}
	})
	d.dress()
	return d
}

// left returns the positions of the matches whose entries can be reported: not those
// that are, nor one without its record, of which nobody could say which it is.
func (d *doubt) left() (left []int) {
	for i, m := range d.a.Hit.Matches {
		if m.Entry.ID != "" && !d.u.c.Reported(m) {
			left = append(left, i)
		}
	}
	return left
}

// close keeps the button from opening anything, or lets it.
func (d *doubt) close(on bool) {
	d.shut = on
	d.dress()
}

func (d *doubt) dress() {
	reported := slices.ContainsFunc(d.a.Hit.Matches, d.u.c.Reported)
	switch left := d.left(); {
	case len(left) == 0 && reported:
		d.Icon = "sound-off"
		d.SetText(words.T("report.reported"), "")
		d.Disable()
	case len(left) == 0 || d.shut:
		d.Disable()
	default:
		d.Icon = "warning"
		d.SetText(words.T("report.open"), "")
		d.Enable()
	}
}

// report asks what is wrong with an entry: one tap, and the entry is quiet for the
// shift. The hit stays at its step.
type report struct {
	*step
	match int // the position of the match whose entry is meant
	pick  map[int]*widgets.Button
	card  *fyne.Container
	words *widgets.Field
	done  func() // after it was reported
}

func newReport(u *UI, a cruiser.Alert, matches []int, done func()) *report {
	s := &report{step: newStep(u, a, words.T("report.title")), pick: map[int]*widgets.Button{}, card: widgets.NewStack(), done: done}
	s.say(widgets.NewSmall(words.T("report.lead")))
	below := widgets.NewColumn(1) // what must be in view with the answers
	if len(matches) > 1 {
		row := widgets.NewGrid(answerLeast)
		for _, i := range matches {
			icon, _ := widgets.TierLook(u.c.Pack().Tier(a.Hit.Matches[i].Entry.Category))
			s.pick[i] = widgets.NewIconButton(widgets.Secondary, icon, u.categoryName(a.Hit.Matches[i].Entry.Category), func() { s.choose(i) })
			row.Add(s.pick[i])
		}
		below.Add(widgets.NewSmall(words.T("report.which")))
		below.Add(row)
	}
	s.say(s.card)
	s.words = widgets.NewField(words.T("report.words"), words.T("report.words.hint"))
	below.Add(s.words)
	s.above.Add(below)
	for i, r := range hit.ReportReasons {
		s.answer(widgets.NewVerdict(widgets.Verdict, words.T("report.reason."+string(r)), "", string(rune('1'+i)), func() { s.send(r) }))
	}
	back := s.answer(widgets.NewVerdict(widgets.Verdict, words.T("action.back"), words.T("report.nothing"), "", u.Back))
	back.Icon = "back"
	s.choose(matches[0])
	return s
}

// choose says which of several entries is meant.
func (s *report) choose(match int) {
	s.match = match
	for i, b := range s.pick {
		b.SetSelected(i == match)
	}
	s.card.Objects = []fyne.CanvasObject{widgets.NewCard("", s.u.listed(s.a.Hit.Matches[match]))}
	s.made.Refresh()
}

// listed is which entry of which list a match is.
func (u *UI) listed(m hotlist.Match) *widgets.Facts {
	e := m.Entry
	return widgets.NewFacts(
		widgets.Fact{Label: words.T("fact.category"), Value: u.categoryName(e.Category)},
		widgets.Fact{Label: words.T("fact.plate"), Value: string(e.Plate), Plate: true},
		widgets.Fact{Label: words.T("fact.vehicle"), Value: vehicle(e)},
		widgets.Fact{Label: words.T("fact.colour"), Value: e.Colour},
		widgets.Fact{Label: words.T("fact.list"), Value: u.listAge(m.List, m.ListMade)},
		widgets.Fact{Label: words.T("fact.agency"), Value: e.Agency},
		widgets.Fact{Label: words.T("fact.file"), Value: e.Reference},
	)
}

// leave goes back to where the officer was.
func (s *report) leave() { s.u.Back() }

func (s *report) send(reason hit.ReportReason) {
	text := strings.TrimSpace(s.words.Text())
	if reason == hit.OtherFault && text == "" {
		s.words.SetError(words.T("report.words.needed"))
		s.u.win.Canvas().Focus(s.words.Entry)
		s.made.Refresh()
		return
	}
	s.run(func(ctx context.Context) (hit.Hit, error) {
		_, err := s.u.c.ReportEntry(ctx, s.a.Hit.ID, s.match, reason, text)
		return s.a.Hit, err
	}, func(hit.Hit) {
		s.done()
		s.u.Toast(words.T("report.done"))
		if s.u.top() == screen(s) { // nobody opened another hit meanwhile
			s.u.Back()
		}
	})
}

// quieted lists the entries that reports keep quiet in this shift, and lets any of
// them alert again.
type quieted struct {
	u    *UI
	list *fyne.Container
	page *fyne.Container
}

// openQuieted shows it over what is on screen.
func (u *UI) openQuieted() {
	if _, ok := u.top().(*quieted); !ok {
		u.push(newQuieted(u))
	}
}

func newQuieted(u *UI) *quieted {
	q := &quieted{u: u, list: widgets.NewColumn(1.5)}
	q.page = widgets.NewPage(words.T("quieted.title"), u.Back, q.list)
	q.fill()
	return q
}

func (q *quieted) object() fyne.CanvasObject { return q.page }
func (q *quieted) queue() bool               { return true }

func (q *quieted) changed(t cruiser.Topic) {
	if t == cruiser.QueueChanged {
		q.fill()
	}
}

func (q *quieted) fill() {
	q.list.RemoveAll()
	q.list.Add(widgets.NewBody(words.T("quieted.lead")))
	reports := q.u.c.Quieted()
	for _, r := range reports {
		icon, ink := widgets.TierLook(q.u.c.Pack().Tier(r.Entry.Category))
		why := words.T("report.reason." + string(r.Reason))
		if r.Words != "" {
			why = words.Colon(why, r.Words)
		}
		again := widgets.NewIconButton(widgets.Secondary, "sound", words.T("quieted.again"), nil)
		again.OnTapped = q.u.settled(func() { q.lift(again, r.ID) })
		body := widgets.NewColumn(1,
			widgets.NewFillRow(1, 1, widgets.NewMark(icon, ink, 24), widgets.NewHeading(q.u.categoryName(r.Entry.Category))),
			widgets.NewFacts(
				widgets.Fact{Label: words.T("fact.plate"), Value: string(r.Entry.Plate), Plate: true},
				widgets.Fact{Label: words.T("fact.list"), Value: listName(r.List)},
				widgets.Fact{Label: words.T("quieted.why"), Value: why},
				widgets.Fact{Label: words.T("quieted.by"), Value: words.T("quieted.who", "Badge", string(r.By.Badge), "Time", words.Moment(r.At))},
			), widgets.NewRow(1, again))
		q.list.Add(widgets.NewCard("", body))
	}
	if len(reports) == 0 {
		q.list.Add(widgets.NewBody(words.T("quieted.none")))
	}
	q.page.Refresh()
}

// lift lets an entry alert again.
func (q *quieted) lift(b *widgets.Button, id string) {
	b.Disable()
	q.u.work(func(ctx context.Context) error { return q.u.c.Unquiet(ctx, id) }, func(err error) {
		if err != nil {
			b.Enable()
			q.u.Toast(words.Error(err))
			return
		}
		q.u.Toast(words.T("quieted.lifted"))
	})
}
