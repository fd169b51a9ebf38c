package forms

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/shift"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// checklist is the pre-shift checklist, which the terminal fills in by itself. What
// is not well takes a note before the patrol starts (requirements row 50).
type checklist struct {
	c   *cruiser.Cruiser
	nav Navigator

	holder  holder
	page    *fyne.Container
	state   *widgets.Text
	lines   *fyne.Container
	problem *widgets.Banner
	note    *widgets.Field
	area    *widgets.Field
	cameras *widgets.Field
	start   *widgets.Button
	again   *widgets.Button
	checks  []shift.Check
}

// NewChecklist returns the pre-shift checklist, from which a patrol starts. It is a
// [Follower].
func NewChecklist(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	s := newChecklist(c, nav)
	return newFollowing(s.holder.Container, s.look, cruiser.ListsChanged, cruiser.SettingsChanged)
}

func newChecklist(c *cruiser.Cruiser, nav Navigator) *checklist {
	s := &checklist{c: c, nav: nav, holder: newHolder(), state: widgets.NewHeading(""), lines: widgets.NewColumn(1), problem: widgets.NewProblem("")}
	s.problem.SetText("")
	if !c.May(access.ActPatrol) {
		s.holder.show(refused(nav, "ready.title", "error.not-allowed"))
		return s
	}
	s.note = widgets.NewAreaField(words.T("ready.note"), words.T("ready.note.hint"), 2)
	s.area = widgets.NewField(words.T("ready.area"), "")
	s.cameras = widgets.NewAreaField(optional("ready.calibration"), words.T("ready.calibration.hint"), 2)
	s.start = widgets.NewVerdict(widgets.VerdictOK, words.T("ready.start"), words.T("ready.start.why"), "", s.begin)
	s.start.Icon = "camera"
	s.again = widgets.NewButton(widgets.Secondary, words.T("ready.again"), s.look)
	submits(s.begin, s.area)
	left := widgets.NewColumn(1, widgets.NewFillRow(1, 0, s.state, s.again), s.lines)
	right := widgets.NewColumn(2, s.note, s.area, s.cameras, s.start)
	s.page = widgets.NewPage(words.T("ready.title"), nav.Back, widgets.NewColumn(2, s.problem, widgets.NewGrid(columnWidth, left, right)))
	s.note.Hide()
	s.holder.show(s.page)
	s.look()
	return s
}

// look fills the list in.
func (s *checklist) look() {
	if s.page == nil {
		return
	}
	s.state.SetText(words.T("ready.looking"))
	s.start.Disable()
	s.again.Disable()
	s.page.Refresh()
	work(s.nav, func(ctx context.Context) func() {
		checks, err := s.c.Checklist(ctx)
		usual := s.c.UsualArea(ctx)
		return func() {
			s.again.Enable()
			if err != nil {
				s.problem.SetText(words.Error(err))
				s.page.Refresh()
				return
			}
			if value(s.area) == "" {
				s.area.SetText(usual)
			}
			s.show(checks)
		}
	})
}

func (s *checklist) show(checks []shift.Check) {
	s.checks = checks
	s.state.SetText(ReadyState(checks))
	s.note.Hidden = shift.AllWell(checks)
	s.lines.RemoveAll()
	for _, c := range checks {
		s.lines.Add(checkLine(c))
	}
	s.start.Enable()
	s.page.Refresh()
}

// ReadyState says in a line how a checklist is.
func ReadyState(checks []shift.Check) string {
	n := 0
	for _, c := range checks {
		if c.State == shift.NotWell {
			n++
		}
	}
	if n == 0 {
		return words.T("ready.well")
	}
	return words.T("ready.not-well", "N", n)
}

// CheckLook is the icon and the colour of a line's state.
func CheckLook(s shift.State) (icon string, c fyne.ThemeColorName) {
	switch s {
	case shift.Well:
		return "exact", theme.ColorOK
	case shift.NotWell:
		return "warning", theme.ColorHigh
	}
	return "routine", theme.ColorMuted
}

// checkLine is a line of the list: its state as shape and word, what was found, and
// what to do.
func checkLine(c shift.Check) fyne.CanvasObject {
	icon, color := CheckLook(c.State)
	line, do := words.Check(c)
	said := widgets.NewColumn(0, widgets.NewBody(line))
	state := words.T("ready.state." + string(c.State))
	if do != "" {
		state += ". " + do
	}
	said.Add(widgets.NewText(state, theme.SizeSmall, theme.ColorMuted, widgets.Wrapped))
	return widgets.NewFillRow(1, 1, widgets.NewMark(icon, color, 28), said)
}

func (s *checklist) begin() {
	if s.start.Disabled() {
		return
	}
	questions := form{needed(s.area, "ready.area.needed")}
	if !shift.AllWell(s.checks) && !s.c.Training() {
		questions = append(form{needed(s.note, "ready.note.needed")}, questions...)
	}
	if !questions.ok(s.nav.Window()) {
		return
	}
	start := cruiser.Start{Note: value(s.note), Area: value(s.area), Calibration: value(s.cameras)}
	s.start.Disable()
	work(s.nav, func(ctx context.Context) func() {
		err := s.c.StartPatrolWith(ctx, start)
		return func() {
			s.start.Enable()
			switch {
			case errors.Is(err, cruiser.ErrNotWell): // it was well a moment ago
				s.look()
			case err != nil:
				s.problem.SetText(words.Error(err))
				s.page.Refresh()
			default:
				s.nav.Show(ScreenPatrol)
			}
		}
	})
}
