package ui

import (
	"context"
	"fmt"
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"github.com/boombuler/barcode/qr"

	"secondlook/app/hit"
	"secondlook/app/notice"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// driverButtons are the three ways in which a driver gets the notice (requirements
// row 15).
func driverButtons(u *UI, h hit.Hit, language func() string) fyne.CanvasObject {
	return widgets.NewRow(1,
		widgets.NewIconButton(widgets.Secondary, "notice", words.T("driver.show"), func() { u.openDriver(h.ID, newDriverShow) }),
		widgets.NewIconButton(widgets.Secondary, "code", words.T("driver.code"), func() {
			u.openDriver(h.ID, func(u *UI, pages map[string]notice.Driver) screen { return newDriverCode(u, pages, language()) })
		}),
		widgets.NewIconButton(widgets.Secondary, "print", words.T("driver.print"), func() { u.printNotice(h.ID) }))
}

// openDriver shows the notice of a hit, over the step at which it is given.
func (u *UI) openDriver(id string, make func(*UI, map[string]notice.Driver) screen) {
	pages := map[string]notice.Driver{}
	for _, language := range notice.Languages {
		page, err := u.c.DriverNotice(id, language)
		if err != nil {
			u.Toast(words.Error(err))
			return
		}
		pages[language] = page
	}
	u.push(make(u, pages))
}

// driverPage is a page about the notice; Esc goes back to the step.
type driverPage struct{ made fyne.CanvasObject }

func (d driverPage) object() fyne.CanvasObject { return d.made }
func (driverPage) queue() bool                 { return false }

// driverLeast is the least width of a language's half of the notice.
const driverLeast float32 = 420

// newDriverShow is the notice in both languages, large, to turn the screen to the
// driver.
func newDriverShow(u *UI, pages map[string]notice.Driver) screen {
	halves := widgets.NewGrid(driverLeast)
	for _, language := range notice.Languages {
		n := pages[language]
		say := widgets.NewText(n.Say, 26, theme.ColorText, widgets.Wrapped)
		say.Style = theme.Bold
		half := widgets.NewColumn(1, say)
		agency := n.Agency.Line()
		if agency == "" {
			agency = n.Contact.Line()
		}
		for _, part := range []struct{ key, text string }{
			{"authority", words.In(language, "paper.driver.under", "Authority", n.Authority)},
			{"purpose", words.In(language, "paper.driver.to", "Purpose", n.Purpose)},
			{"contact", n.Contact.Line()}, {"agency", agency}, {"complaint", n.Complaint},
		} {
			half.Add(widgets.NewColumn(0,
				widgets.NewText(words.In(language, "paper.driver."+part.key), theme.SizeSmall, theme.ColorMuted, widgets.Wrapped),
				widgets.NewText(part.text, 20, theme.ColorText, widgets.Wrapped)))
		}
		halves.Add(widgets.NewCard("", half))
	}
	return driverPage{widgets.NewPage(words.T("paper.driver.title"), u.Back, halves)}
}

// driverCode is the notice as a QR code, in one language at a time.
type driverCode struct {
	driverPage
	pages  map[string]notice.Driver
	choose map[string]*widgets.Button
	code   *canvas.Image
	fault  *widgets.Banner
}

func newDriverCode(u *UI, pages map[string]notice.Driver, language string) screen {
	d := &driverCode{pages: pages, choose: map[string]*widgets.Button{}, code: canvas.NewImageFromImage(nil), fault: widgets.NewProblem("")}
	d.code.FillMode = canvas.ImageFillContain
	d.code.ScaleMode = canvas.ImageScalePixels
	pick := widgets.NewRow(1)
	for _, l := range notice.Languages {
		b := widgets.NewButton(widgets.Secondary, words.In(l, "language.own"), func() { d.show(l) })
		d.choose[l] = b
		pick.Add(b)
	}
	said := widgets.NewColumn(2, d.fault, widgets.NewBody(words.T("driver.code.lead")), pick)
	d.made = widgets.NewPage(words.T("driver.code.title"), u.Back, widgets.NewFillRow(3, 1, container.New(square{u.win}, d.code), said))
	d.show(language)
	return d
}

// square is as large as a window allows that has a page's title above: a code that does
// not stand in it whole cannot be read.
type square struct{ of fyne.Window }

func (s square) MinSize([]fyne.CanvasObject) fyne.Size {
	window := s.of.Canvas().Size()
	return fyne.NewSquareSize(max(0, min(window.Width*0.55, window.Height-190)))
}

func (s square) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	for _, o := range objects {
		o.Resize(s.MinSize(nil))
	}
}

// show draws the code of a language.
func (d *driverCode) show(language string) {
	for l, b := range d.choose {
		b.SetSelected(l == language)
	}
	code, err := noticeCode(d.pages[language])
	d.fault.SetText("")
	if err != nil {
		d.fault.SetText(words.T("driver.code.long"))
	}
	d.code.Image, d.code.Hidden = code, err != nil
	d.code.Refresh()
	d.made.Refresh()
}

// quietModules is the white around a code that readers need, and modulePixels how
// large each of its squares is drawn.
const (
	quietModules = 4
	modulePixels = 6
)

// noticeCode draws the text of a notice as a QR code, black on white whatever the
// palette is, since readers ask for that.
func noticeCode(n notice.Driver) (image.Image, error) {
	code, err := qr.Encode(n.Plain(words.In(n.Language, "driver.code.answers")), qr.L, qr.Unicode)
	if err != nil {
		return nil, fmt.Errorf("draw the notice as a QR code: %w", err)
	}
	side := code.Bounds().Dx() + 2*quietModules
	drawn := image.NewGray(image.Rect(0, 0, side*modulePixels, side*modulePixels))
	for y := range drawn.Rect.Dy() {
		for x := range drawn.Rect.Dx() {
			at := image.Pt(x/modulePixels-quietModules, y/modulePixels-quietModules)
			shade := uint8(255)
			if at.In(code.Bounds()) {
				if r, _, _, _ := code.At(at.X, at.Y).RGBA(); r == 0 {
					shade = 0
				}
			}
			drawn.Pix[y*drawn.Stride+x] = shade
		}
	}
	return drawn, nil
}

// printNotice prints the notice, or asks where to save it where there is no printer.
func (u *UI) printNotice(id string) {
	u.print("driver.print", func(ctx context.Context, folder string) (string, error) { return u.c.PrintNotice(ctx, id, folder) })
}

// print prints, or asks where to save it where there is no printer; what is the
// beginning of the words about it.
func (u *UI) print(what string, paper func(ctx context.Context, folder string) (file string, err error)) {
	var printer, ok bool
	var folder string
	u.work(func(ctx context.Context) error {
		if printer, folder, ok = u.c.CanPrint(); !printer {
			return nil
		}
		_, err := paper(ctx, "")
		return err
	}, func(err error) {
		switch {
		case err != nil:
			u.Toast(words.Error(err))
		case printer:
			u.Toast(words.T(what + ".sent"))
		case !ok:
			u.Toast(words.T("error.cannot-print"))
		default:
			u.push(newSavePaper(u, what, folder, paper))
		}
	})
}

// newSavePaper asks for the folder in which pages are saved.
func newSavePaper(u *UI, what, folder string, paper func(ctx context.Context, folder string) (file string, err error)) screen {
	where := widgets.NewField(words.T("driver.print.folder"), "")
	where.SetText(folder)
	said := widgets.NewBody("")
	var save *widgets.Button
	save = widgets.NewIconButton(widgets.Primary, "save", words.T("driver.print.save"), func() {
		if where.Text() == "" {
			where.SetError(words.T("driver.print.folder.needed"))
			return
		}
		save.Disable()
		var file string
		u.work(func(ctx context.Context) (err error) {
			file, err = paper(ctx, where.Text())
			return err
		}, func(err error) {
			save.Enable()
			if err != nil {
				where.SetError(words.T("driver.print.failed"))
				return
			}
			said.SetText(words.T("driver.print.saved", "File", file))
		})
	})
	where.Entry.OnSubmitted = func(string) { save.OnTapped() }
	body := widgets.NewColumn(2, widgets.NewBody(words.T(what+".none")), where, said)
	return driverPage{widgets.NewPage(words.T(what+".title"), u.Back, body, save)}
}
