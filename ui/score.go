package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/app/training"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// screenScore is the name of the trainee's results, which training has.
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

// score is the trainee's results so far.
type score struct {
	u    *UI
	body *fyne.Container
	page *fyne.Container
}

func newScore(u *UI) *score {
	s := &score{u: u, body: widgets.NewColumn(1.5)}
	s.page = widgets.NewPage(words.T("score.title"), u.Back, s.body)
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

func (s *score) fill() {
	report, _ := s.u.c.Score()
	s.body.RemoveAll()
	sum := widgets.NewText(words.T("score.sum", "Right", report.Right, "Wrong", report.Wrong, "Open", report.NotAnswered),
		theme.SizeHeading, theme.ColorText, widgets.Wrapped)
	s.body.Add(sum)
	if report.Mean > 0 {
		s.body.Add(widgets.NewBody(words.T("score.mean", "Seconds", seconds(report.Mean))))
	}
	for _, line := range report.Lines {
		s.body.Add(s.line(line))
	}
	s.page.Refresh()
}

// seconds is a time with one decimal, in the way of the language.
func seconds(d time.Duration) string {
	text := d.Round(100 * time.Millisecond).String()
	if words.Language() == words.French {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return strings.TrimSuffix(text, "s")
}

// line is one scripted hit: how it was answered, and once it was, what there was to
// see.
func (s *score) line(l training.Line) fyne.CanvasObject {
	icon, ink := "clock", theme.ColorMuted
	switch l.Result {
	case training.Right:
		icon, ink = "exact", theme.ColorOK
	case training.Wrong:
		icon, ink = "close", theme.ColorGrave
	}
	result := widgets.NewText(words.T("score."+string(l.Result)), theme.SizeBody, ink, widgets.Whole)
	result.Style = theme.Bold
	head := widgets.NewFillRow(1.5, 1, widgets.NewMark(icon, ink, 24), widgets.NewHeading(s.u.categoryName(l.Category)), result)
	column := widgets.NewColumn(0.75, head)
	if l.Result != training.NotAnswered {
		column.Add(widgets.NewBody(l.Hit.Debrief.In(words.Language())))
		column.Add(widgets.NewSmall(words.T("score.given", "Given", words.T("score.verdict."+string(l.Given)),
			"Expected", words.T("score.verdict."+string(l.Hit.Expected)), "Seconds", seconds(l.Took))))
	}
	return widgets.NewCard("", column)
}
