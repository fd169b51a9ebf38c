package forms

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// asked is a question put before something that cannot be taken back.
type asked struct {
	title, why string
	// reason is the label of a field that must be filled in; "" for none.
	reason, needed string
	// yes does it, no does not.
	yes, no string
	do      func(reason string)
}

// ask puts a question over the window. The way back has the keyboard at first
// where nothing is to be filled in.
func ask(nav Navigator, a asked) {
	w := nav.Window()
	body := widgets.NewColumn(2, widgets.NewTitle(a.title), widgets.NewBody(a.why))
	var popup *widget.PopUp
	reason := widgets.NewField(a.reason, "")
	yes := func() {
		if a.reason != "" && !(form{needed(reason, a.needed)}).ok(w) {
			body.Refresh()
			return
		}
		popup.Hide()
		a.do(value(reason))
	}
	no := widgets.NewIconButton(widgets.Secondary, "back", a.no, func() { popup.Hide() })
	if a.reason != "" {
		submits(yes, reason)
		body.Add(reason)
	}
	body.Add(widgets.NewGrid(200, no, widgets.NewButton(widgets.Danger, a.yes, yes)))
	wide := min(600, w.Canvas().Size().Width-4*theme.Margin)
	inner := wide - 2*theme.Margin
	body.Resize(fyne.NewSize(inner, widgets.HeightOf(body, inner)))
	popup = widgets.NewPopUp(widgets.NewInset(2, body), w.Canvas())
	// A fault under the field needs a line more than the question has at first.
	popup.Resize(widgets.PopUpSize(wide, widgets.HeightOf(body, inner)+2*theme.Margin+theme.Margin*2))
	popup.Show()
	if a.reason != "" {
		w.Canvas().Focus(reason.Entry)
	} else {
		w.Canvas().Focus(no)
	}
}

// browse lets a person choose a file, and puts its path into a field. kinds are
// the extensions shown, such as ".csv"; none means every file.
func browse(nav Navigator, into *widgets.Field, kinds ...string) {
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil {
			return // cancelled, or not to be read: the path can still be typed
		}
		file.Close()
		into.SetText(file.URI().Path())
	}, nav.Window())
	if len(kinds) > 0 {
		d.SetFilter(storage.NewExtensionFileFilter(kinds))
	}
	c := nav.Window().Canvas()
	d.Resize(c.Size().SubtractWidthHeight(4*theme.Margin, 4*theme.Margin))
	widgets.ShowDialog(d, c)
}

// pathField is a field for a file's path beside a button that lets one be chosen.
func pathField(nav Navigator, f *widgets.Field, kinds ...string) fyne.CanvasObject {
	open := widgets.NewButton(widgets.Secondary, words.T("form.browse"), func() { browse(nav, f, kinds...) })
	return newPair(besideEntry, f, open)
}

// busy shows that long work is going on: what it does, how far it is, and a way to
// stop it.
type busy struct {
	*fyne.Container
	text *widgets.Text
	bar  *widgets.Progress
	stop *widgets.Button
}

// newBusy returns a hidden one; stop may be "" where the work cannot be stopped.
func newBusy(stop string) *busy {
	b := &busy{text: widgets.NewBody(""), bar: widgets.NewProgress(), stop: widgets.NewButton(widgets.Secondary, stop, nil)}
	b.Container = widgets.NewColumn(1, b.text, b.bar, container.NewHBox(b.stop))
	if stop == "" {
		b.stop.Hide()
	}
	b.Hide()
	return b
}

// begin shows the work; cancel is what the button does.
func (b *busy) begin(text string, cancel func()) {
	b.text.SetText(text)
	b.bar.SetValue(0)
	b.stop.OnTapped = cancel
	b.Show()
}

// at shows how far the work is, 0 to 1.
func (b *busy) at(text string, done float64) {
	b.text.SetText(text)
	b.bar.SetValue(done)
}
