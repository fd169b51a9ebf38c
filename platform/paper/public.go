package paper

import (
	"io"
	"strconv"
	"strings"
	"time"

	"secondlook/app/notice"
	"secondlook/app/policy"
)

// Sheet writes what a service tells the public: what is collected and why, for how
// long it is kept, who answers, how to complain and how to ask for access (IPC,
// Transparency, Complaint and redress mechanisms). It has a page for each language.
func Sheet(w io.Writer, p *policy.Pack, languages []string, made time.Time) error {
	var doc *page
	for _, language := range languages {
		say, err := in(language)
		if err != nil {
			return err
		}
		if doc == nil {
			foot := p.Name.In(language) + " · " + say.t("sheet.version", "N", strconv.Itoa(p.Version)) + " · " + made.Format(time.DateOnly)
			doc = newPage(say, "P", say.t("sheet.title"), foot, made)
		}
		doc.AddPage()
		doc.sheet(say, p)
	}
	return doc.write(w, "the public sheet")
}

func (d *page) sheet(say words, p *policy.Pack) {
	lang := say.language
	d.title(say.t("sheet.title"), p.Public.Decal.In(lang))
	n := p.Notice
	for _, part := range []struct{ key, text string }{
		{"sheet.collected", p.Public.Collected.In(lang)},
		{"sheet.why", say.t("driver.to", "Purpose", n.Purpose.In(lang))},
		{"sheet.authority", say.t("driver.under", "Authority", n.Authority.In(lang))},
		{"sheet.kept", p.Public.Kept.In(lang) + " " + say.t("sheet.logs", "N", strconv.Itoa(p.Retention.LogYears))},
		{"sheet.contact", notice.Contact{Title: n.Contact.Title.In(lang), Address: n.Contact.Address, Telephone: n.Contact.Telephone}.Line()},
		{"sheet.complaint", n.Complaint.In(lang)},
		{"sheet.access", p.AccessRequest.How.In(lang)},
		{"sheet.appeal", p.AccessRequest.Appeal.In(lang)},
		{"sheet.website", p.Public.Website},
	} {
		if part.text != "" {
			d.Ln(2) // closer than a report: a sheet to post is one page
			d.style("B", 12, black)
			d.MultiCell(0, 6, say.t(part.key), "", "L", false)
			d.style("", 10, black)
			d.MultiCell(0, 5, part.text, "", "L", false)
			d.Ln(1)
		}
	}
}

// Decal writes the text on a car that uses the system, large, a landscape page for
// each language (IPC, Notice: visual notice).
func Decal(w io.Writer, p *policy.Pack, languages []string, made time.Time) error {
	var doc *page
	for _, language := range languages {
		say, err := in(language)
		if err != nil {
			return err
		}
		if doc == nil {
			doc = newPage(say, "L", say.t("decal.title"), "", made)
			doc.SetAutoPageBreak(false, 0)
		}
		doc.AddPage()
		doc.decal(p.Public.Decal.In(language))
	}
	return doc.write(w, "the decal")
}

// decal sets a text as large as it fits into a frame.
func (d *page) decal(text string) {
	const w, h, pad = pageHigh - 2*margin, pageWide - 2*margin, 12.0
	d.SetDrawColor(black.r, black.g, black.b)
	d.SetLineWidth(2)
	d.RoundedRect(margin, margin, w, h, 8, "1234", "D")
	points, lines := 72.0, []string{text}
	for ; points > 12; points -= 2 {
		d.style("B", points, black)
		lines = d.SplitText(text, w-2*pad)
		if float64(len(lines))*high(points) <= h-2*pad && !d.broken(text, w-2*pad) {
			break
		}
	}
	y := margin + (h-float64(len(lines))*high(points))/2
	for _, l := range lines {
		d.SetXY(margin+pad, y)
		d.CellFormat(w-2*pad, high(points), l, "", 0, "C", false, 0, "")
		y += high(points)
	}
}

// high is a line's height in millimetres.
func high(points float64) float64 { return points * 0.3528 * 1.3 }

// broken reports whether a word is wider than the line.
func (d *page) broken(text string, w float64) bool {
	for _, word := range strings.Fields(text) {
		if d.GetStringWidth(word) > w-3 {
			return true
		}
	}
	return false
}

// DriverNotice writes the notice for a driver, a page for each language. In training
// each says that nothing on it is real.
func DriverNotice(w io.Writer, pages []notice.Driver, training bool, made time.Time) error {
	var doc *page
	for _, n := range pages {
		say, err := in(n.Language)
		if err != nil {
			return err
		}
		if doc == nil {
			doc = newPage(say, "P", say.t("driver.title"), "", made)
			if training {
				if err := doc.training(); err != nil {
					return err
				}
			}
		}
		doc.AddPage()
		doc.driver(say, n)
	}
	return doc.write(w, "the driver's notice")
}

func (d *page) driver(say words, n notice.Driver) {
	d.title(say.t("driver.title"), "")
	d.style("B", 15, black)
	d.MultiCell(0, 8, n.Say, "", "L", false)
	d.Ln(2)
	agency := n.Agency.Line()
	if agency == "" {
		agency = n.Contact.Line()
	}
	for _, part := range []struct{ key, text string }{
		{"driver.authority", say.t("driver.under", "Authority", n.Authority)},
		{"driver.purpose", say.t("driver.to", "Purpose", n.Purpose)},
		{"driver.contact", n.Contact.Line()},
		{"driver.agency", agency},
		{"driver.complaint", n.Complaint},
	} {
		d.heading(say.t(part.key))
		d.style("", 12, black)
		d.MultiCell(0, 6.4, part.text, "", "L", false)
	}
	d.Ln(6)
	d.style("", 9.5, muted)
	d.MultiCell(0, 5, say.t("driver.nothing"), "", "L", false)
}
