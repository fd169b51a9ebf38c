package paper

import (
	"io"
	"strconv"
	"time"

	"secondlook/app/training"
)

// band is the width of the hatched frame of training, in millimetres.
const band = 6.0

// pink is the palette's colour of training.
var pink = ink{0x84, 0x28, 0x5F}

// Debrief writes how a trainee did in a scenario, hit by hit, with room for notes. It
// asks for no name.
func Debrief(w io.Writer, d training.Debrief, made time.Time) error {
	say, err := in(d.Language)
	if err != nil {
		return err
	}
	tell := func(key string, args ...string) string { return say.t("debrief."+key, args...) }
	p := newPage(say, "P", tell("title"), tell("title")+" · "+made.Format(time.DateOnly), made)
	if err := p.training(); err != nil {
		return err
	}
	p.AddPage()
	p.page(d, tell)
	for i, l := range d.Report.Lines {
		p.room(45)
		p.heading(strconv.Itoa(i+1) + ". " + d.Category(l) + " · " + tell("result."+string(l.Result)))
		p.facts(d.Facts(l, tell))
	}
	p.heading(tell("notes"))
	p.blank(tell("notes.lead"), 4)
	return p.write(w, "the debrief")
}

// page has the scenario and the figures over the whole of it.
func (p *page) page(d training.Debrief, tell training.Say) {
	p.title(tell("title"), d.Name.In(d.Language)+"\n"+d.Summary.In(d.Language))
	p.facts(d.Figures(tell))
}

// facts draws labels and texts beside each other; what was not as it should be is bold
// and has a mark before it, since paper may be grey.
func (p *page) facts(all []training.Fact) {
	const label, high = 48.0, 5.4
	for _, f := range all {
		text, weight := f.Text, ""
		if !f.Well {
			text, weight = "! "+text, "B"
		}
		p.style(weight, body, black)
		tall := high * float64(max(len(p.SplitText(text, wide-label-2)), 1))
		p.room(tall + 2)
		y := p.GetY()
		p.style("", body, muted)
		p.MultiCell(label, high, f.Label, "", "L", false)
		below := p.GetY()
		p.SetXY(margin+label, y)
		p.style(weight, body, black)
		p.MultiCell(wide-label, high, text, "", "L", false)
		p.SetXY(margin, max(p.GetY(), below)+1)
	}
}

// training has every page say, in both languages and in a hatched frame, that nothing
// on it is real.
func (p *page) training() error {
	text := ""
	for _, language := range []string{"en", "fr"} {
		say, err := in(language)
		if err != nil {
			return err
		}
		if text != "" {
			text += "   "
		}
		text += say.t("training")
	}
	p.SetTopMargin(margin + 2)
	p.SetHeaderFunc(func() {
		w, h := p.GetPageSize()
		p.hatch(0, 0, w, band+3)
		p.hatch(0, h-band, w, band)
		p.hatch(0, band+3, band, h-2*band-3)
		p.hatch(w-band, band+3, band, h-2*band-3)
		p.style("B", 12, pink)
		wide := p.GetStringWidth(text) + 8
		p.SetFillColor(255, 255, 255)
		p.Rect((w-wide)/2, 0, wide, band+3, "F")
		p.SetXY((w-wide)/2, 1.5)
		p.CellFormat(wide, band, text, "", 0, "C", false, 0, "")
		p.SetXY(margin, margin+2)
	})
	return nil
}

// hatch draws slanting stripes into a rectangle.
func (p *page) hatch(x, y, w, h float64) {
	p.SetDrawColor(pink.r, pink.g, pink.b)
	p.SetLineWidth(1.6)
	p.ClipRect(x, y, w, h, false)
	for at := x - h; at < x+w+h; at += 5 {
		p.Line(at, y+h, at+h, y)
	}
	p.ClipEnd()
	p.SetLineWidth(0.2)
}
