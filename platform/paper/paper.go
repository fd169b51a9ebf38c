// Package paper makes the pages that a service prints or posts: the driver's
// notice, the public sheet, the text on the cars, and the report on a period. They
// are PDF, in English and French, the same byte for byte for the same input and
// date.
package paper

import (
	"bytes"
	"crypto/fips140"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"secondlook/assets"
)

// Sizes in millimetres, on letter paper.
const (
	margin   = 18.0
	pageWide = 215.9
	pageHigh = 279.4
	wide     = pageWide - 2*margin
	body     = 10.5 // type, in points
)

// ink is a colour. Those of charts are the day palette's, which differ in lightness
// too, so that they stay apart in grey.
type ink struct{ r, g, b int }

var (
	black = ink{0x0F, 0x14, 0x18}
	muted = ink{0x46, 0x52, 0x5D}
	line  = ink{0xB4, 0xBF, 0xC9}
	pale  = ink{0xEE, 0xF1, 0xF4}
	blue  = ink{0x0A, 0x57, 0x8F}
	red   = ink{0xA8, 0x32, 0x00}
)

// page is a document as it is written.
type page struct {
	*fpdf.Fpdf
	say words
}

// newPage begins a document. made is its date; foot stands at the foot of each page
// beside its number, unless it is empty.
func newPage(say words, orientation, title, foot string, made time.Time) *page {
	p := &page{fpdf.New(orientation, "mm", "Letter", ""), say}
	// The library names each font within the file by its SHA-1. The name protects
	// nothing, so that FIPS 140-3 does not ask for an approved function there.
	fips140.WithoutEnforcement(func() {
		p.AddUTF8FontFromBytes("B612", "", assets.Font(assets.FontPaper))
		p.AddUTF8FontFromBytes("B612", "B", assets.Font(assets.FontPaperBold))
	})
	p.SetCatalogSort(true)
	p.SetCreationDate(made.UTC())
	p.SetModificationDate(made.UTC())
	p.SetProducer("SecondLook", true)
	p.SetTitle(title, true)
	p.SetLang(say.language)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(true, margin+6)
	if foot != "" {
		p.AliasNbPages("{all}")
		p.SetFooterFunc(func() {
			p.SetY(-margin)
			p.style("", 8, muted)
			p.CellFormat(wide-30, 5, foot, "", 0, "L", false, 0, "")
			p.CellFormat(30, 5, fmt.Sprintf("%d / {all}", p.PageNo()), "", 0, "R", false, 0, "")
		})
	}
	return p
}

// write ends the document.
func (p *page) write(w io.Writer, what string) error {
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		return fmt.Errorf("make %s: %w", what, err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

func (p *page) style(weight string, points float64, c ink) {
	p.SetFont("B612", weight, points)
	p.SetTextColor(c.r, c.g, c.b)
}

// room begins a new page unless there are so many millimetres left on this one. It
// returns the page's number.
func (p *page) room(needed float64) int {
	if p.GetY()+needed > pageHigh-margin-6 {
		p.AddPage()
	}
	return p.PageNo()
}

func (p *page) title(text, under string) {
	p.style("B", 20, black)
	p.MultiCell(0, 9, text, "", "L", false)
	if under != "" {
		p.style("", 12, muted)
		p.MultiCell(0, 6.5, under, "", "L", false)
	}
	p.Ln(4)
}

// heading begins a part; it never stands alone at the foot of a page.
func (p *page) heading(text string) {
	p.room(30)
	p.Ln(3)
	p.style("B", 13, black)
	p.MultiCell(0, 7, text, "", "L", false)
	p.Ln(1)
}

func (p *page) text(text string) {
	p.style("", body, black)
	p.MultiCell(0, 5.4, text, "", "L", false)
	p.Ln(1.5)
}

// row is a line of a table.
type row []string

// table draws a heading line and rows; widths are shares of the page, the first
// column is text and the others figures.
func (p *page) table(widths []float64, head row, rows []row) {
	p.room(20)
	p.line(widths, head, "B", true)
	for _, r := range rows {
		if before := p.PageNo(); p.room(14) != before {
			p.line(widths, head, "B", true)
		}
		p.line(widths, r, "", false)
	}
	p.Ln(3)
}

func (p *page) line(widths []float64, r row, weight string, filled bool) {
	const high = 6.2
	p.style(weight, 9.5, black)
	lines := p.SplitText(r[0], wide*widths[0]-3)
	tall := high * float64(max(len(lines), 1))
	p.SetDrawColor(line.r, line.g, line.b)
	p.SetFillColor(pale.r, pale.g, pale.b)
	x, y := margin, p.GetY()
	for i, text := range r {
		align := "R"
		if i == 0 {
			align = "L"
		}
		w := wide * widths[i]
		if filled {
			p.Rect(x, y, w, tall, "F")
		}
		p.SetXY(x, y)
		p.MultiCell(w, high, text, "", align, false)
		x += w
	}
	p.Line(margin, y+tall, margin+wide, y+tall)
	p.SetXY(margin, y+tall)
}

// blank is a field to fill in by hand.
func (p *page) blank(label string, lines int) {
	p.room(10 + 8*float64(lines))
	p.style("", body, black)
	p.MultiCell(0, 6, label, "", "L", false)
	p.SetDrawColor(line.r, line.g, line.b)
	for range lines {
		p.Ln(7.5)
		p.Line(margin, p.GetY(), margin+wide, p.GetY())
	}
	p.Ln(4)
}
