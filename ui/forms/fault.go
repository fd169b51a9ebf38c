package forms

import (
	"fyne.io/fyne/v2"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
)

// faultNote is what is wrong with an answer that is no field, below it: a sign and a text.
type faultNote struct {
	*fyne.Container
	text *widgets.Text
}

func newFaultNote() faultNote {
	n := faultNote{text: widgets.NewText("", theme.SizeSmall, theme.ColorGrave, widgets.Wrapped)}
	n.Container = widgets.NewFillRow(0.5, 1, widgets.NewMark("warning", theme.ColorGrave, 24), n.text)
	n.Hide()
	return n
}

// set shows what is wrong, nothing for the empty text, and reports whether that is new.
func (n faultNote) set(what string) bool {
	if n.text.Text() == what {
		return false
	}
	n.text.SetText(what)
	n.Hidden = what == ""
	return true
}
