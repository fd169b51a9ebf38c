package paper

import "math"

// bar is one bar of a chart with its label and its value in words.
type bar struct {
	label string
	value float64
	words string
}

// bars draws bars from left to right, one below the other, each with its value, so
// that the chart says the same without colour.
func (p *page) bars(title string, all []bar) {
	const high, gap, labels, values = 5.0, 2.2, 70.0, 22.0
	p.room(12 + 3*(high+gap))
	p.caption(title)
	most := 0.0
	for _, b := range all {
		most = max(most, b.value)
	}
	for _, b := range all {
		p.room(high + gap)
		y := p.GetY()
		p.style("", 9, black)
		p.SetXY(margin, y)
		p.CellFormat(labels-2, high, p.fit(b.label, labels-3), "", 0, "R", false, 0, "")
		length := 0.0
		if most > 0 {
			length = (wide - labels - values) * b.value / most
		}
		p.SetFillColor(blue.r, blue.g, blue.b)
		p.Rect(margin+labels, y+0.6, max(length, 0.3), high-1.2, "F")
		p.SetXY(margin+labels+length+1, y)
		p.CellFormat(values, high, b.words, "", 0, "L", false, 0, "")
		p.SetXY(margin, y+high+gap)
	}
	p.Ln(4)
}

// fit cuts a label that is too long.
func (p *page) fit(text string, w float64) string {
	if p.GetStringWidth(text) <= w {
		return text
	}
	runes := []rune(text)
	for len(runes) > 1 && p.GetStringWidth(string(runes)+"…") > w {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

func (p *page) caption(title string) {
	p.style("B", 10, black)
	p.MultiCell(0, 6, title, "", "L", false)
	p.Ln(1)
}

// plot is the ground of a chart over time.
type plot struct {
	x, y, w, h float64
	most       float64
	step       float64 // from one label to the next
}

const plotHigh = 46.0

// ground draws the lines and the labels of a chart over time, and moves below it.
func (p *page) ground(title string, most float64, labels []string, value func(float64) string) plot {
	p.room(plotHigh + 24)
	p.caption(title)
	g := plot{x: margin + 18, y: p.GetY() + 2, w: wide - 18, h: plotHigh, most: nice(most)}
	p.SetDrawColor(line.r, line.g, line.b)
	p.SetLineWidth(0.2)
	p.style("", 8, muted)
	for i := range 5 {
		y := g.y + g.h*float64(4-i)/4
		p.Line(g.x, y, g.x+g.w, y)
		p.SetXY(margin, y-2)
		p.CellFormat(16, 4, value(g.most*float64(i)/4), "", 0, "R", false, 0, "")
	}
	g.step = g.w / float64(max(len(labels), 1))
	every := max(int(math.Ceil(14/g.step)), 1)
	for i, label := range labels {
		if i%every == 0 {
			p.SetXY(g.x+g.step*float64(i), g.y+g.h+1)
			p.CellFormat(g.step*float64(every), 4, label, "", 0, "L", false, 0, "")
		}
	}
	p.SetXY(margin, g.y+g.h+10)
	return g
}

// nice is a round number that is not below v, which four lines divide well.
func nice(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 4, 8, 10} {
		if m*unit >= v {
			return m * unit
		}
	}
	return 10 * unit
}

// columns draws one upright bar for each label.
func (p *page) columns(title string, labels []string, values []float64, words func(float64) string) {
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	g := p.ground(title, most, labels, words)
	p.SetFillColor(blue.r, blue.g, blue.b)
	for i, v := range values {
		high := g.h * v / g.most
		p.Rect(g.x+g.step*(float64(i)+0.15), g.y+g.h-high, g.step*0.7, high, "F")
	}
}

// curve draws a line with a mark at each value; a value below zero is none, and
// interrupts it.
func (p *page) curve(title string, labels []string, values []float64, words func(float64) string) {
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	g := p.ground(title, most, labels, words)
	p.SetDrawColor(red.r, red.g, red.b)
	p.SetFillColor(red.r, red.g, red.b)
	p.SetLineWidth(0.7)
	at := func(i int) (x, y float64) {
		return g.x + g.step*(float64(i)+0.5), g.y + g.h*(1-values[i]/g.most)
	}
	for i := range values {
		if values[i] < 0 {
			continue
		}
		x, y := at(i)
		if i > 0 && values[i-1] >= 0 {
			before, high := at(i - 1)
			p.Line(before, high, x, y)
		}
		p.Circle(x, y, 1.1, "F")
	}
	p.SetLineWidth(0.2)
}
