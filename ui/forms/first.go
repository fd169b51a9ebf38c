package forms

import (
	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// NewFirst returns what a terminal shows while nothing is set up: the way to the
// set-up, and the demo, which startDemo starts.
func NewFirst(_ *cruiser.Cruiser, nav Navigator, startDemo func()) fyne.CanvasObject {
	setUp := offer("settings", words.T("first.setup"), words.T("first.setup.why"), func() { nav.Show(ScreenSetUp) })
	demo := offer("training", words.T("first.demo"), words.T("first.demo.why"), startDemo)
	body := widgets.NewColumn(3, widgets.NewBody(words.T("first.lead")), widgets.NewGrid(columnWidth, setUp, demo))
	return widgets.NewPage(words.T("first.title"), nil, body)
}

// offer is a large choice with a sentence about it.
func offer(icon, text, why string, do func()) fyne.CanvasObject {
	b := widgets.NewVerdict(widgets.Verdict, text, "", "", do)
	b.Icon = icon
	note := widgets.NewText(why, theme.SizeBody, theme.ColorMuted, widgets.Wrapped)
	return widgets.NewCard("", widgets.NewColumn(2, b, note))
}
