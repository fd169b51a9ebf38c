package ui

import (
	"strings"

	"secondlook/app/access"
	"secondlook/ui/forms"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// The screens lie on a stack: the patrol or the office below, what was opened from it
// above.

// Home implements [forms.Navigator].
func (u *UI) Home() {
	u.drop(0)
	s, ok := u.c.Session()
	switch {
	case ok && s.Locked:
		u.push(u.form(forms.ScreenLock))
	case ok && s.Need != access.NeedNothing:
		u.push(u.form(forms.ScreenNeeds))
	case ok && u.c.May(access.ActPatrol):
		u.push(newPatrol(u))
		u.next()
	case ok:
		u.push(newOffice(u))
	default:
		set, err := u.c.IsSetUp()
		if err == nil && !set {
			u.push(u.form(forms.ScreenFirst))
			return
		}
		u.push(u.form(forms.ScreenSignIn))
		if err != nil {
			u.Toast(words.Error(err))
		}
	}
}

// Back implements [forms.Navigator].
func (u *UI) Back() {
	if len(u.stack) < 2 {
		u.Home()
		return
	}
	u.drop(len(u.stack) - 1)
	u.show()
}

// drop takes the screens from a position on off the stack. No picture outlives the
// screen that showed it.
func (u *UI) drop(from int) {
	discard(u.stack[from:])
	u.stack = u.stack[:from]
}

// discard overwrites the pictures of screens that are not shown again.
func discard(screens []screen) {
	for _, s := range screens {
		widgets.Erase(s.object())
	}
	clear(screens)
}

// unpark discards what was open when the screen was locked.
func (u *UI) unpark() {
	discard(u.parked)
	u.parked = nil
}

// Open shows a screen by a name of package forms.
func (u *UI) Open(name string) {
	if u.mustWait() {
		return
	}
	id, isHit := strings.CutPrefix(name, forms.ScreenHit)
	switch {
	case isHit:
		u.openAlert(id)
	case name == forms.ScreenDemo:
		if u.opts.StartDemo != nil {
			u.opts.StartDemo()
		}
	case name == forms.ScreenPatrol:
		u.Home()
	case name == screenScore:
		u.openScore()
	case name == screenConsole:
		u.openConsole()
	default:
		u.push(u.form(name))
	}
}

func (u *UI) top() screen {
	if len(u.stack) == 0 {
		return nil
	}
	return u.stack[len(u.stack)-1]
}

func (u *UI) push(s screen) {
	u.stack = append(u.stack, s)
	u.show()
}

// replace puts a screen in the place of the one on top.
func (u *UI) replace(s screen) {
	if len(u.stack) > 0 {
		u.drop(len(u.stack) - 1)
	}
	u.push(s)
}

// show brings the screen on top into view.
func (u *UI) show() {
	top := u.front()
	u.since = u.c.Now()
	if c := u.win.Canvas(); top != u.shell.screen && c.Overlays().Top() == nil {
		c.Unfocus() // a field that left the screen would go on taking its keys
	}
	u.shell.show(top)
	if u.toast.object.Visible() {
		u.toast.object.Refresh() // where it covers nothing of this screen
	}
	u.background(func() { _ = u.c.KeepDrafts(u.ctx) }) // of a form that was left; eachSecond tries again what fails
	u.paints.watch()
	if v, ok := top.(viewed); ok {
		v.viewed(u.c.Now())
	}
}
