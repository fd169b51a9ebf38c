package ui

import (
	"context"

	"fyne.io/fyne/v2"

	"secondlook/app/shift"
	"secondlook/ui/forms"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// readyLines is how many lines of the checklist stand under the start of a patrol:
// those that are not well; the list has them all.
const readyLines = 3

// ready says under the start of a patrol how the pre-shift checklist is, before the
// first patrol of a shift.
type ready struct {
	u       *UI
	object  *fyne.Container
	state   *widgets.Text
	lines   *fyne.Container
	looking bool
}

func newReady(u *UI) *ready {
	r := &ready{u: u, state: widgets.NewHeading(""), lines: widgets.NewColumn(1)}
	open := widgets.NewIconButton(widgets.Secondary, "list", words.T("ready.open"), func() { u.Open(forms.ScreenChecklist) })
	r.object = widgets.NewColumn(1.5, r.state, r.lines, widgets.NewRow(1, open))
	r.object.Hide()
	return r
}

// look fills the list in, where no shift runs; one look at a time.
func (r *ready) look() {
	_, running := r.u.c.Deployment()
	if r.object.Hidden = running; running || r.looking {
		return
	}
	r.looking = true
	r.state.SetText(words.T("ready.looking"))
	var checks []shift.Check
	r.u.work(func(ctx context.Context) (err error) {
		checks, err = r.u.c.Checklist(ctx)
		return err
	}, func(err error) {
		r.looking = false
		if err != nil {
			r.object.Hide()
			return
		}
		r.show(checks)
	})
}

func (r *ready) show(checks []shift.Check) {
	r.state.SetText(words.T("ready.line", "Label", words.T("ready.title"), "Found", forms.ReadyState(checks)))
	r.lines.RemoveAll()
	for _, c := range checks {
		if c.State != shift.NotWell || len(r.lines.Objects) == readyLines {
			continue
		}
		icon, color := forms.CheckLook(c.State)
		line, _ := words.Check(c)
		r.lines.Add(widgets.NewFillRow(1, 1, widgets.NewMark(icon, color, 24), widgets.NewText(line, theme.SizeBody, theme.ColorText, widgets.Wrapped)))
	}
	r.object.Refresh()
	r.u.shell.object.Refresh()
}
