package forms

import (
	"context"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// maxBundle is the largest enrolment bundle that is read, in bytes.
const maxBundle = 1 << 20

// stationPart enrols the terminal at a station.
type stationPart struct {
	s      *settings
	state  *widgets.StatusItem
	path   *widgets.Field
	save   *save
	body   fyne.CanvasObject
	status *widgets.Text
}

func newStationPart(s *settings) *stationPart {
	p := &stationPart{s: s, path: widgets.NewField(words.T("station.file"), ""), status: widgets.NewBody(""),
		state: widgets.NewStatusItem("dock", "", theme.ColorMuted)}
	p.save = newSave(s, words.T("station.submit"), p.send)
	submits(p.send, p.path)
	p.body = widgets.NewGrid(columnWidth,
		widgets.NewCard("", widgets.NewFillRow(1.5, 1, p.state, p.status)),
		widgets.NewCard(words.T("station.file"), widgets.NewColumn(2, pathField(s.nav, p.path), p.save.objects())))
	p.show()
	return p
}

func (p *stationPart) show() {
	switch name := p.s.c.Station(); {
	case p.s.c.Training():
		p.status.SetText(words.T("station.training"))
		p.save.submit.Disable()
	case name != "":
		p.showLine(name)
	default:
		p.status.SetText(words.T("station.none"))
	}
	p.s.page.Refresh()
}

// showLine says how the connection to the station is.
func (p *stationPart) showLine(name string) {
	icon, ink, text := "dock", theme.ColorOK, words.T("station.enrolled", "Name", name)
	switch p.s.c.Line() {
	case cruiser.LineUp:
		text = words.T("station.connected", "Name", name)
	case cruiser.LineLost:
		ink, text = theme.ColorMuted, words.T("station.lost", "Name", name)
	case cruiser.LineRefused:
		icon, ink, text = "warning", theme.ColorHigh, words.T("station.refused", "Name", name)
	}
	p.state.Set(icon, "", ink)
	p.status.SetText(text)
}

func (p *stationPart) send() {
	if p.s.c.Training() || !p.save.begin(form{needed(p.path, "station.file.needed")}) {
		return
	}
	path, next, reason := value(p.path), p.s.c.Settings(), value(p.save.reason)
	p.save.proven(func() {
		work(p.s.nav, func(ctx context.Context) func() {
			var err error
			if next.Bundle, err = small(path, maxBundle); err != nil {
				return func() {
					p.path.SetError(words.T("lists.file.unreadable"))
					p.save.end(words.T("form.fix"))
				}
			}
			err = p.s.c.ChangeSettings(ctx, next, reason)
			return func() {
				if err != nil {
					p.save.end(words.T("station.bad"))
					return
				}
				p.path.SetText("")
				p.save.end("")
				p.show()
				p.s.nav.Toast(words.T("station.done", "Name", p.s.c.Station()))
			}
		})
	})
}
