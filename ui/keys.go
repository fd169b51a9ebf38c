package ui

import (
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

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
		if e.Name == fyne.KeyEscape {
			u.escape()
		}
	})
}

func (u *UI) rune(r rune) {
	if u.win.Canvas().Overlays().Top() != nil {
		return // a dialog is open: its keys are its own
	}
	if s, ok := u.c.Session(); !ok || s.Locked {
		if unicode.ToLower(r) == 'n' {
			u.turn()
		}
		return
	}
	if k, ok := u.top().(keyed); ok && k.key(r) {
		return
	}
	switch unicode.ToLower(r) {
	case 'b':
		u.reportBreach()
	case 'l':
		u.lock()
	case 'n':
		u.turn()
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
	if l, ok := u.top().(leaver); ok {
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

// help shows which keys there are.
func (u *UI) help() {
	rows := widgets.NewFacts(
		widgets.Fact{Label: "1 – 4", Value: words.T("keys.verdicts")},
		widgets.Fact{Label: "Esc", Value: words.T("keys.escape")},
		widgets.Fact{Label: "Tab", Value: words.T("keys.tab")},
		widgets.Fact{Label: words.T("keys.enter.name"), Value: words.T("keys.enter")},
		widgets.Fact{Label: "B", Value: words.T("keys.breach")},
		widgets.Fact{Label: "L", Value: words.T("nav.lock")},
		widgets.Fact{Label: "N", Value: words.T("keys.night")},
		widgets.Fact{Label: "?", Value: words.T("keys.help")},
	)
	var popup *widget.PopUp
	closing := widgets.NewButton(widgets.Primary, words.T("action.close"), func() { popup.Hide() })
	content := widgets.NewInset(1, widgets.NewColumn(2, widgets.NewHeading(words.T("keys.title")), rows, closing))
	wide := min(u.win.Canvas().Size().Width-4*theme.Margin, 560)
	size := fyne.NewSize(wide, widgets.HeightOf(content, wide))
	content.Resize(size) // its texts then know their lines
	popup = widget.NewModalPopUp(content, u.win.Canvas())
	popup.Resize(size)
	popup.Show()
	u.win.Canvas().Focus(closing)
}
