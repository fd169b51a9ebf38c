package ui

import (
	"context"
	"errors"
	"fmt"
	"image"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// alert is the screen on which an officer compares and gives a verdict.
type alert struct {
	u     *UI
	a     cruiser.Alert
	match hotlist.Match

	title    *widgets.AlertTitle
	compare  *widgets.Comparison
	why      *fyne.Container
	record   *fyne.Container
	doubt    *doubt
	side     *sideLayout
	verdicts *fyne.Container
	buttons  []*widgets.Button
	hint     *widgets.Text
	help     *widgets.Text
	made     *fyne.Container

	listed bool      // what it is for is in force
	shown  time.Time // since when it has been visible
	busy   bool
	judged bool // the hit is no more
}

// openAlert opens a hit at the step that it is at. While it loads, what is on screen
// stays; if somebody asks for another hit meanwhile, that one is opened.
func (u *UI) openAlert(id string) {
	if u.driving != nil || u.current() == id || u.opening == id {
		return
	}
	u.opening = id
	var a cruiser.Alert
	wide := u.pixels()
	u.work(func(ctx context.Context) (err error) {
		if a, err = u.c.OpenAlert(ctx, id); err == nil {
			a.Plate, a.Context = widgets.Ready(a.Plate, wide/2), widgets.Ready(a.Context, wide/3)
		}
		return err
	}, func(err error) {
		if u.opening != id {
			widgets.Discard(a.Plate, a.Context)
			return
		}
		u.opening = ""
		if s, ok := u.c.Session(); !ok || s.Locked {
			widgets.Discard(a.Plate, a.Context)
			u.shell.refill() // which waited for the alert
			return
		}
		if err != nil {
			u.Toast(words.Error(err))
			u.drop(min(1, len(u.stack)))
			u.show()
			return
		}
		u.stage(a)
	})
}

// pixels is how many pixels wide the window is.
func (u *UI) pixels() int {
	c := u.win.Canvas()
	return int(c.Size().Width * c.Scale())
}

// stage shows the screen for the step that a hit is at, over the patrol.
func (u *UI) stage(a cruiser.Alert) {
	u.drop(min(1, len(u.stack)))
	if !a.Hit.State.Waiting() {
		a.Plate, a.Context = nil, nil // the steps show none
	}
	switch a.Hit.State {
	case hit.Confirmed:
		u.push(newRecordCheck(u, a))
	case hit.Verified:
		u.push(newTelling(u, a))
	case hit.Noticed:
		u.push(newOutcome(u, a))
	default:
		u.push(newAlert(u, a))
	}
}

// after goes on to the next hit that presses, or back to the patrol.
func (u *UI) after() {
	if !u.next() {
		u.drop(min(1, len(u.stack)))
		u.show()
	}
}

func newAlert(u *UI, a cruiser.Alert) *alert {
	s := &alert{u: u, a: a, match: a.Hit.Matches[0], listed: u.c.Listed(a.Hit)}
	h := a.Hit
	s.title = widgets.NewAlertTitle(a.Tier, u.category(h), s.meta(), a.ListOld || !s.listed, s.match.Kind)
	read, listed := widgets.Glyphs(h.Read, s.match)
	s.compare = widgets.NewComparison(a.Plate, read, listed, opinion(h.Read), words.T("alert.listed"))
	s.why = newWhy(h.Read, s.match)
	s.record, s.doubt = u.record(h), newDoubt(u, a)
	s.side = sideOf(a, s.u.c.ContextLost(a.Hit.ID), s.record)
	s.buttons = []*widgets.Button{
		widgets.NewVerdict(widgets.VerdictOK, words.T("verdict.correct"), "", "1", u.settled(s.confirm)),
		widgets.NewVerdict(widgets.Verdict, words.T("verdict.jurisdiction"), words.T("verdict.erased"), "2", u.settled(func() { s.reject(hit.WrongJurisdiction) })),
		widgets.NewVerdict(widgets.Verdict, words.T("verdict.misread"), words.T("verdict.erased"), "3", u.settled(func() { s.reject(hit.Misread) })),
		widgets.NewVerdict(widgets.Verdict, words.T("verdict.later"), words.T("verdict.stays"), "4", u.settled(s.putOff)),
	}
	s.buttons[0].Icon = "exact"
	s.verdicts = fyne.NewContainerWithLayout(verdictLayout{}, buttonObjects(s.buttons)...)
	s.hint = widgets.NewText(words.T("alert.hint"), theme.SizeSmall, theme.ColorMuted, widgets.Cut)
	s.help = widgets.NewText(words.T("keys.hint"), theme.SizeSmall, theme.ColorMuted, widgets.Whole)
	s.made = fyne.NewContainerWithLayout(s, s.title, s.compare, s.why, s.side.object, s.doubt.Button, s.verdicts, s.hint, s.help)
	s.open(false)
	return s
}

func buttonObjects(buttons []*widgets.Button) (all []fyne.CanvasObject) {
	for _, b := range buttons {
		all = append(all, b)
	}
	return all
}

func (s *alert) object() fyne.CanvasObject { return s.made }
func (s *alert) queue() bool               { return true }
func (s *alert) hitID() string             { return s.a.Hit.ID }

// meta is where the record comes from and how old it is, and where and when the
// plate was seen.
func (s *alert) meta() string {
	source := s.match.Entry.Source
	if source == "" {
		source = listName(s.match.List)
	}
	text := s.u.listAge(source, s.match.ListMade)
	switch {
	case !s.listed:
		text = words.T("alert.removed", "List", text)
	case s.a.ListOld:
		text = words.T("alert.old-list", "List", text)
	}
	text = words.T("alert.meta", "List", text, "Camera", s.a.Hit.Read.Camera, "Time", words.Second(s.a.Hit.Read.At))
	var more []string
	for _, m := range s.a.Hit.Matches[1:] {
		more = append(more, s.u.categoryName(m.Entry.Category))
	}
	if len(more) > 0 {
		text += " · " + words.T("alert.reasons", "Reasons", strings.Join(more, ", "))
	}
	return text
}

// opinion says how sure the machine is, and never more than that.
func opinion(r plate.Read) string {
	second := words.T("opinion.none")
	switch r.Second.Verdict {
	case plate.Agrees:
		second = words.T("opinion.agrees")
	case plate.Disagrees:
		second = words.T("opinion.disagrees", "Text", string(r.Second.Text))
	}
	return words.T("alert.read", "Percent", percent(r.Confidence), "Second", second)
}

// percent rounds down: 99.6 % is not certainty.
func percent(p float64) int { return int(max(min(p, 1), 0) * 100) }

// viewed restarts the time for which the alert has been visible.
func (s *alert) viewed(now time.Time) {
	s.shown = now
	s.open(s.u.c.Pack().Compare() <= 0)
}

// tick opens the confirmation when there was time to compare.
func (s *alert) tick(now time.Time) {
	if !s.busy && s.buttons[0].Disabled() && now.Sub(s.shown) >= s.u.c.Pack().Compare() {
		s.open(true)
	}
}

// open opens or closes the confirmation, and the report of an entry: the officer
// compares before anything else.
func (s *alert) open(on bool) {
	b := s.buttons[0]
	s.doubt.close(!on)
	if on {
		b.SetText(words.T("verdict.correct"), words.T("verdict.then"))
		b.Enable()
		return
	}
	b.SetText(words.T("verdict.correct"), words.T("verdict.wait"))
	b.Disable()
}

func (s *alert) hold(on bool) {
	s.busy = on
	s.doubt.close(on || s.buttons[0].Disabled())
	for i, b := range s.buttons {
		if on {
			b.Disable()
		} else if i > 0 {
			b.Enable()
		}
	}
}

// changed says at once when what the alert is for is removed at its source, and shows
// the context picture as soon as it is redacted.
func (s *alert) changed(t cruiser.Topic) {
	if listed := s.u.c.Listed(s.a.Hit); t == cruiser.ListsChanged && listed != s.listed {
		s.listed = listed
		s.title.SetMeta(s.meta(), s.a.ListOld || !listed)
	}
	if t != cruiser.PictureAdded || !s.a.Redacting {
		return
	}
	var street image.Image
	var ready bool
	wide := s.u.pixels()
	s.u.work(func(ctx context.Context) (err error) {
		street, ready, err = s.u.c.ContextPicture(ctx, s.a.Hit.ID)
		street = widgets.Ready(street, wide/3)
		return err
	}, func(err error) {
		if err == nil && ready {
			s.a.Context, s.a.Redacting = street, false
			s.side.set(street, s.u.c.ContextLost(s.a.Hit.ID))
		}
		if s.judged {
			widgets.Erase(s.made)
		}
	})
}

func (s *alert) confirm() {
	seen := s.u.c.Now().Sub(s.shown)
	s.hold(true)
	var h hit.Hit
	s.u.work(func(ctx context.Context) (err error) {
		h, err = s.u.c.Confirm(ctx, s.a.Hit.ID, seen)
		return err
	}, func(err error) {
		if s.fails(err) {
			return
		}
		s.u.debrief("")
		s.a.Hit = h
		s.u.stage(s.a)
	})
}

func (s *alert) reject(verdict hit.State) {
	seen := s.u.c.Now().Sub(s.shown)
	s.hold(true)
	s.u.work(func(ctx context.Context) error {
		return s.u.c.Reject(ctx, s.a.Hit.ID, verdict, seen)
	}, func(err error) {
		if s.fails(err) {
			return
		}
		// Now, whatever comes next: another hit may take its time to open, and a locked
		// screen keeps what is open.
		s.judged = true
		widgets.Erase(s.made)
		s.u.debrief(words.T("toast.erased"))
		s.u.onward(s.a.Hit)
	})
}

// putOff leaves the hit in the queue.
func (s *alert) putOff() {
	s.u.later[s.a.Hit.ID] = true
	s.u.after()
}

// fails says what went wrong and opens the verdicts again.
func (s *alert) fails(err error) bool {
	if err == nil {
		return false
	}
	s.hold(false)
	s.u.Toast(words.Error(err))
	if errors.Is(err, hit.ErrNotFound) || errors.Is(err, hit.ErrWrongState) {
		s.u.after()
	}
	return true
}

// key gives the verdict of a key.
func (s *alert) key(r rune) bool {
	i := int(r - '1')
	if i < 0 || i >= len(s.buttons) {
		return false
	}
	s.buttons[i].Tapped(nil)
	return true
}

func (s *alert) leave() {
	if !s.busy {
		s.putOff()
	}
}

// newWhy is the sentence on what differs, beside its sign.
func newWhy(r plate.Read, m hotlist.Match) *fyne.Container {
	icon, ink := "exact", theme.ColorOK
	lines := reasons(r, m)
	switch {
	case m.Kind == hotlist.LookAlike:
		icon, ink = "lookalike", theme.ColorHigh
	case len(lines) > 0:
		icon, ink = "warning", theme.ColorHigh
	default:
		lines = []string{words.T("why.exact")}
	}
	text := widgets.NewText(strings.Join(lines, " "), theme.SizeBody, ink, widgets.Wrapped)
	return widgets.NewFillRow(1, 1, widgets.NewMark(icon, ink, 24), text)
}

// reasons says of each character in doubt why it is.
func reasons(r plate.Read, m hotlist.Match) (lines []string) {
	told := map[string]bool{}
	tell := func(line string) {
		if !told[line] {
			told[line] = true
			lines = append(lines, line)
		}
	}
	differs := map[int]bool{}
	for _, i := range m.Doubtful {
		differs[i] = true
		if i < len(r.Text) && i < len(m.Entry.Plate) {
			tell(words.T("why.differs", "Listed", character(m.Entry.Plate[i]), "Read", character(r.Text[i])))
		}
	}
	for i, c := range r.Characters {
		if widgets.Unsure(c) && !differs[i] {
			tell(words.T("why.unsure", "Read", character(c.Char), "Rival", character(c.Rival)))
		}
	}
	return lines
}

// character names a character so that O and 0 cannot be taken for one another.
func character(c byte) string {
	if c >= '0' && c <= '9' {
		return words.T("character.digit", "Char", string(rune(c)))
	}
	return words.T("character.letter", "Char", string(rune(c)))
}

// record is what the list has on the plate, every reason with the gravest first.
func (u *UI) record(h hit.Hit) *fyne.Container {
	column := widgets.NewColumn(1.5)
	for i, m := range h.Matches {
		facts := u.facts(h.Read, m, i == 0)
		if len(h.Matches) == 1 {
			column.Add(widgets.NewCard("", facts))
			break
		}
		icon, ink := widgets.TierLook(u.c.Pack().Tier(m.Entry.Category))
		heading := widgets.NewHeading(u.categoryName(m.Entry.Category))
		head := widgets.NewFillRow(1, 1, widgets.NewMark(icon, ink, 24), heading)
		column.Add(widgets.NewCard("", widgets.NewColumn(1, head, facts)))
	}
	return column
}

// facts are the lines of one record; only what it has.
func (u *UI) facts(r plate.Read, m hotlist.Match, first bool) *widgets.Facts {
	e := m.Entry
	var facts []widgets.Fact
	if u.c.Reported(m) {
		facts = append(facts, widgets.Fact{Label: words.T("fact.reported"), Value: words.T("fact.reported.says"), NoteColor: theme.ColorHigh})
	}
	facts = append(facts, []widgets.Fact{
		{Label: words.T("fact.vehicle"), Value: vehicle(e)},
		{Label: words.T("fact.colour"), Value: e.Colour},
		u.plateOf(r, m),
		ownerOf(e),
		{Label: words.T("fact.agency"), Value: e.Agency},
		{Label: words.T("fact.file"), Value: e.Reference},
		{Label: words.T("fact.contact"), Value: e.Contact},
		{Label: words.T("fact.note"), Value: e.Note},
	}...)
	if !first {
		facts = append(facts, widgets.Fact{Label: words.T("fact.list"),
			Value: u.listAge(m.List, m.ListMade)})
	}
	return widgets.NewFacts(facts...)
}

// ownerOf names the suspended driver to whom the plate is registered, with the condition
// of corrective lenses; nothing where the list does not.
func ownerOf(e hotlist.Entry) widgets.Fact {
	d := e.SuspendedDriver()
	f := widgets.Fact{Label: words.T("fact.owner"), Value: d.Name, NoteColor: theme.ColorText}
	switch {
	case d.Lenses && d.Name == "":
		f.Value = words.T("fact.owner.lenses")
	case d.Lenses:
		f.Note = words.T("fact.owner.lenses")
	}
	return f
}

// vehicle is "Honda Civic, 2019", or as much of it as there is.
func vehicle(e hotlist.Entry) string {
	text := strings.TrimSpace(e.Make + " " + e.Model)
	switch {
	case e.Year == 0:
		return text
	case text == "":
		return fmt.Sprint(e.Year)
	}
	return fmt.Sprintf("%s, %d", text, e.Year)
}

// plateOf sets the record's province or state against the plate's, and says how that
// is known.
func (u *UI) plateOf(r plate.Read, m hotlist.Match) widgets.Fact {
	lang := words.Language()
	f := widgets.Fact{Label: words.T("fact.plate-of"), Value: m.Entry.Jurisdiction.Name(lang), NoteColor: theme.ColorMuted}
	if f.Value == "" {
		f.Value = words.T("fact.plate-of.none")
	}
	name := r.Jurisdiction.Name(lang)
	switch {
	case r.Basis == plate.BasisRead && m.Jurisdiction == plate.Same:
		f.Note = words.T("basis.read.same")
	case r.Basis == plate.BasisRead && name != "":
		f.Note = words.T("basis.read", "Name", name)
	case r.Basis == plate.BasisAssumed && name != "":
		f.Note = words.T("basis.assumed", "Name", name)
	default:
		f.Note = words.T("basis.unknown")
	}
	switch m.Jurisdiction {
	case plate.Same:
		if r.Basis == plate.BasisRead {
			f.NoteColor = theme.ColorOK
		} else {
			f.Note += " · " + words.T("agreement.same")
		}
	case plate.Different:
		f.Note += " · " + words.T("agreement.different")
		f.NoteColor = theme.ColorHigh
	default:
		f.Note += " · " + words.T("agreement.unknown")
	}
	return f
}
