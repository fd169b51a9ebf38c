package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// Damaged is the window of a terminal whose store is damaged: nothing is opened and
// nothing is made anew in its place. It says so in plain words, and what an
// administrator can do. close ends the program.
func Damaged(app fyne.App, close func()) fyne.Window {
	words.Use(words.English)
	if strings.HasPrefix(lang.SystemLocale().LanguageString(), words.French) {
		words.Use(words.French)
	}
	app.Settings().SetTheme(theme.New(theme.Night))
	w := app.NewWindow("SecondLook")
	w.SetIcon(theme.AppIcon())
	w.SetPadded(false)
	w.SetContent(damagedPage(close))
	w.Resize(fyne.NewSize(1280, 800))
	return w
}

func damagedPage(close func()) fyne.CanvasObject {
	return widgets.NewInset(3, widgets.NewPage(words.T("damaged.title"), nil, widgets.NewColumn(2,
		widgets.NewProblem(words.T("damaged.what")),
		widgets.NewBody(words.T("damaged.kept")),
		widgets.NewBody(words.T("damaged.now")),
		widgets.NewBody(words.T("damaged.recover")),
	), widgets.NewButton(widgets.Primary, words.T("damaged.close"), close)))
}
