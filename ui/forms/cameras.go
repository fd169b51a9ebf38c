package forms

import (
	"slices"

	"fyne.io/fyne/v2"

	"secondlook/app/patrol"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// maxCameras is how many cameras [cruiser.Settings.Validate] takes.
const maxCameras = 6

// sides are the sides that a camera may look at.
var sides = []string{"front", "front-left", "front-right", "left", "right", "rear"}

// noSide is the picker's key for a camera of which nobody said the side.
const noSide = "none"

// camerasPart adds and removes cameras. What is changed here is a draft until it
// is saved with a reason.
type camerasPart struct {
	s            *settings
	draft        []patrol.CameraSetting
	list         *fyne.Container
	title        *widgets.Text
	name, source *widgets.Field
	side         *widgets.Picker
	add          *widgets.Button
	save         *save
	body         fyne.CanvasObject
}

func newCamerasPart(s *settings) *camerasPart {
	p := &camerasPart{s: s, list: widgets.NewColumn(1), title: widgets.NewHeading(""),
		name:   widgets.NewField(words.T("cameras.name"), words.T("cameras.name.hint")),
		source: widgets.NewField(words.T("cameras.source"), words.T("cameras.source.hint"))}
	sideOptions := append(options("cameras.side.", sides...), options("cameras.side.", noSide)...)
	p.side = widgets.NewPicker(words.T("cameras.side"), words.T("cameras.side.none"), sideOptions)
	p.side.Choose(noSide)
	p.add = widgets.NewIconButton(widgets.Secondary, "camera", words.T("cameras.add"), p.put)
	submits(p.put, p.name, p.source)
	p.save = newSave(s, words.T("settings.save"), p.send)
	p.body = widgets.NewGrid(columnWidth,
		widgets.NewCard("", widgets.NewColumn(2, p.title, p.list, widgets.NewSmall(words.T("cameras.source.masked")), p.save.objects(),
			widgets.NewSmall(words.T("cameras.next")))),
		widgets.NewCard(words.T("cameras.add"), widgets.NewColumn(2, p.name, p.side, pathField(s.nav, p.source), p.add)))
	p.fill()
	return p
}

func (p *camerasPart) fill() {
	p.draft = slices.Clone(p.s.c.Settings().Cameras)
	p.show()
}

// show lists the draft; sources without their passwords.
func (p *camerasPart) show() {
	p.title.SetText(words.T("cameras.count", "N", len(p.draft)))
	p.list.RemoveAll()
	for i, c := range p.draft {
		side := c.Side
		if side == "" {
			side = noSide
		}
		name := heading(c.Name)
		about := widgets.NewText(words.T("cameras.side."+side)+" · "+masked(c.Source), theme.SizeSmall, theme.ColorMuted, widgets.Cut)
		remove := widgets.NewButton(widgets.Secondary, words.T("cameras.remove"), func() {
			p.draft = slices.Delete(p.draft, i, i+1)
			p.show()
		})
		p.list.Add(widgets.NewFillRow(1.5, 1, marked("camera", "", theme.ColorMuted), widgets.NewColumn(0, name, about), remove))
	}
	if len(p.draft) == 0 {
		p.list.Add(widgets.NewSmall(words.T("cameras.none")))
	}
	if len(p.draft) >= maxCameras {
		p.add.Disable()
	} else {
		p.add.Enable()
	}
	p.s.page.Refresh()
}

// put adds what was filled in to the draft.
func (p *camerasPart) put() {
	name := check{p.name, func() string {
		switch {
		case value(p.name) == "":
			return words.T("cameras.name.needed")
		case slices.ContainsFunc(p.draft, func(c patrol.CameraSetting) bool { return c.Name == value(p.name) }):
			return words.T("cameras.name.twice")
		case len(p.draft) >= maxCameras:
			return words.T("cameras.full")
		}
		return ""
	}}
	if !(form{name, needed(p.source, "cameras.source.needed")}).ok(p.s.nav.Window()) {
		p.s.page.Refresh()
		return
	}
	c := patrol.CameraSetting{Name: value(p.name), Source: value(p.source)}
	if k := p.side.Key(); k != noSide {
		c.Side = k
	}
	p.draft = append(p.draft, c)
	p.name.SetText("")
	p.source.SetText("")
	p.side.Choose(noSide)
	p.show()
}

func (p *camerasPart) send() {
	next := p.s.c.Settings()
	if slices.Equal(next.Cameras, p.draft) {
		p.save.problem.SetText(words.T("settings.unchanged"))
		p.s.page.Refresh()
		return
	}
	if !p.save.begin(nil) {
		return
	}
	next.Cameras = slices.Clone(p.draft)
	p.save.change(next, words.Error, p.fill)
}
