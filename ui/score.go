package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/app/training"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// screenScore is the name of the debrief, which training has.
const screenScore = "score"

// debrief says a text and, in training, whether the verdict just given was right and
// what there was to see.
func (u *UI) debrief(text string) {
	report, ok := u.c.Score()
	for _, line := range report.Lines {
		if !ok || line.Result == training.NotAnswered || u.scored[line.Hit.ID] {
			continue
		}
		u.scored[line.Hit.ID] = true
		text = strings.TrimSpace(text + "\n" + words.T("score."+string(line.Result)) + " " + line.Hit.Debrief.In(words.Language()))
	}
	if text != "" {
		u.Toast(text)
	}
}

// openScore shows the debrief over what is on screen.
func (u *UI) openScore() {
	if _, open := u.top().(*score); !open && u.c.Stage() != nil {
		u.push(newScore(u))
	}
}

// score is the debrief: how the trainee did so far, and what there was to see.
type score struct {
	u    *UI
	body *fyne.Container
	page *fyne.Container
}

func newScore(u *UI) *score {
	s := &score{u: u, body: widgets.NewColumn(1.5)}
	print := widgets.NewIconButton(widgets.Primary, "print", words.T("debrief.print"), s.print)
	s.page = widgets.NewPage(words.T("paper.debrief.title"), u.Back, s.body, print)
	s.fill()
	return s
}

func (s *score) object() fyne.CanvasObject { return s.page }
func (s *score) queue() bool               { return false }

func (s *score) changed(t cruiser.Topic) {
	if t == cruiser.QueueChanged {
		s.fill()
	}
}

// key prints with P.
func (s *score) key(r rune) bool {
	if r == 'p' || r == 'P' {
		s.print()
		return true
	}
	return false
}

func (s *score) print() {
	s.u.print("debrief.print", func(ctx context.Context, folder string) (string, error) {
		return s.u.c.PrintDebrief(ctx, words.Language(), folder)
	})
}

// tell says a key of the debrief's words.
func tell(key string, args ...string) string {
	var all []any
	for _, a := range args {
		all = append(all, a)
	}
	return words.T("paper.debrief."+key, all...)
}

func (s *score) fill() {
	report, ok := s.u.c.Score()
	if !ok {
		return
	}
	script := s.u.c.Stage().Play.Script()
	d := training.Debrief{Language: words.Language(), Name: script.Name, Summary: script.Summary, Pack: s.u.c.Pack(), Report: report}
	s.body.RemoveAll()
	s.body.Add(widgets.NewHeading(d.Name.In(d.Language)))
	s.body.Add(widgets.NewBody(d.Summary.In(d.Language)))
	s.body.Add(widgets.NewCard("", facts(d.Figures(tell))))
	for _, line := range report.Lines {
		s.body.Add(s.line(d, line))
	}
	s.page.Refresh()
}

// facts are lines of the debrief; what was not as it should be has a note.
func facts(all []training.Fact) *widgets.Facts {
	var rows []widgets.Fact
	for _, f := range all {
		row := widgets.Fact{Label: f.Label, Value: f.Text}
		if !f.Well {
			row.Note, row.NoteColor = words.T("debrief.talk"), theme.ColorHigh
		}
		rows = append(rows, row)
	}
	return widgets.NewFacts(rows...)
}

// line is one scripted hit. What there was to see in one that is still to come is not
// told.
func (s *score) line(d training.Debrief, l training.Line) fyne.CanvasObject {
	icon, ink := "clock", theme.ColorMuted
	switch l.Result {
	case training.Right:
		icon, ink = "exact", theme.ColorOK
	case training.Wrong:
		icon, ink = "close", theme.ColorGrave
	}
	result := widgets.NewText(tell("result."+string(l.Result)), theme.SizeBody, ink, widgets.Whole)
	result.Style = theme.Bold
	column := widgets.NewColumn(0.75, widgets.NewFillRow(1.5, 1, widgets.NewMark(icon, ink, 24), widgets.NewHeading(d.Category(l)), result))
	if l.Result != training.NotAnswered {
		column.Add(facts(d.Facts(l, tell)))
	}
	return widgets.NewCard("", column)
}
