package ui

import (
	"slices"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/app/access"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// keys has the window listen to the keys that no field wants.
func (u *UI) keys() {
	c := u.win.Canvas()
	c.SetOnTypedRune(func(r rune) {
		u.c.Touch()
		u.rune(r)
	})
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		u.c.Touch()
		u.key(e.Name)
	})
}

// key does what a key without a character is for; those of the first row lead to the
// places of the navigation, from a field too.
func (u *UI) key(k fyne.KeyName) {
	switch k {
	case fyne.KeyEscape:
		u.escape()
		return
	case fyne.KeyPageUp:
		widgets.Page(u.win.Canvas(), -1)
		return
	case fyne.KeyPageDown:
		widgets.Page(u.win.Canvas(), 1)
		return
	}
	if u.win.Canvas().Overlays().Top() != nil {
		return
	}
	if k == fyne.KeyF1 {
		u.help()
		return
	}
	for _, p := range u.places() {
		if k != "" && p.key == k && u.ready() {
			u.visit(p.name)
			return
		}
	}
}

// ready reports whether somebody is signed in who may work.
func (u *UI) ready() bool {
	s, ok := u.c.Session()
	return ok && !s.Locked && s.Need == access.NeedNothing
}

// visit shows a place; where it is open below what is on screen, as it was left.
func (u *UI) visit(name string) {
	for i, s := range u.stack {
		if f, ok := s.(formScreen); ok && f.name == name {
			u.stack = append(slices.Delete(u.stack, i, i+1), s)
			u.show()
			return
		}
	}
	u.Open(name)
}

func (u *UI) rune(r rune) {
	if u.win.Canvas().Overlays().Top() != nil {
		return // a dialog is open: its keys are its own
	}
	if s, ok := u.c.Session(); !ok || s.Locked {
		switch unicode.ToLower(r) {
		case 'n':
			u.turn()
		case '?':
			u.help()
		}
		return
	}
	if k, ok := u.front().(keyed); ok && k.key(r) {
		return
	}
	switch unicode.ToLower(r) {
	case 'b':
		u.reportBreach()
	case 'l':
		u.lock()
	case 'm':
		u.mute()
	case 'n':
		u.turn()
	case 'p':
		u.pause()
	case 't':
		u.openConsole()
	case '?':
		u.help()
	}
}

// escape goes back, or leaves an alert for later.
func (u *UI) escape() {
	if top := u.win.Canvas().Overlays().Top(); top != nil {
		u.win.Canvas().Overlays().Remove(top)
		return
	}
	if l, ok := u.front().(leaver); ok {
		l.leave()
		return
	}
	if len(u.stack) > 1 {
		u.Back()
	}
}

// turn changes between night and day for this run; the setting stays as it is.
func (u *UI) turn() {
	if u.palette = "night"; theme.Current().Night {
		u.palette = "day"
	}
	u.dress()
	u.shell.refill()
	u.shell.object.Refresh()
}

// help shows which keys there are: everywhere, and for whoever is signed in.
func (u *UI) help() {
	row := func(key, text string) widgets.Fact { return widgets.Fact{Label: key, Value: words.T(text)} }
	rows := []widgets.Fact{
		row("Tab", "keys.tab"),
		row(words.T("keys.shift-tab.name"), "keys.shift-tab"),
		row(words.T("keys.enter.name"), "keys.enter"),
		row(words.T("keys.arrows.name"), "keys.arrows"),
		row(words.T("keys.page.name"), "keys.page"),
		row(words.T("keys.escape.name"), "keys.escape"),
		row("N", "keys.night"),
		row("?  F1", "keys.help"),
	}
	columns := widgets.NewGrid(320, widgets.NewFacts(rows...))
	if u.ready() {
		columns.Add(widgets.NewFacts(u.keysOfPlaces()...))
	}
	var popup *widget.PopUp
	closing := widgets.NewButton(widgets.Primary, words.T("action.close"), func() { popup.Hide() })
	body := widgets.NewColumn(1.5, columns, widgets.NewSmall(words.T("keys.field")), closing)
	content := widgets.NewInset(1, widgets.NewColumn(1.5, widgets.NewHeading(words.T("keys.title")), body))
	area := u.win.Canvas().Size()
	wide := min(area.Width-4*theme.Margin, 760)
	size := fyne.NewSize(wide, min(widgets.HeightOf(content, wide), area.Height-2*theme.Margin))
	content.Resize(size) // its texts then know their lines
	popup = widgets.NewPopUp(content, u.win.Canvas())
	popup.Resize(widgets.PopUpSize(size.Width, size.Height))
	popup.Show()
	u.win.Canvas().Focus(closing)
}

// keysOfPlaces are the keys of whoever is signed in.
func (u *UI) keysOfPlaces() (rows []widgets.Fact) {
	for _, p := range u.places() {
		rows = append(rows, widgets.Fact{Label: string(p.key), Value: p.text})
	}
	if u.may(access.ActPatrol) {
		rows = append(rows, widgets.Fact{Label: "1 – 4", Value: words.T("keys.verdicts")},
			widgets.Fact{Label: "M", Value: words.T("keys.mute")})
	}
	if u.may(access.ActReportBreach) {
		rows = append(rows, widgets.Fact{Label: "B", Value: words.T("keys.breach")})
	}
	if u.c.Stage() != nil {
		rows = append(rows, widgets.Fact{Label: "T", Value: words.T("keys.trainer")}, widgets.Fact{Label: "P", Value: words.T("keys.pause")})
	}
	return append(rows, widgets.Fact{Label: "L", Value: words.T("nav.lock")})
}
