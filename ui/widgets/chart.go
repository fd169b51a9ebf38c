package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// Measure is one value of a chart: what it is of, the value in words, and how large
// it is.
type Measure struct {
	Label, Value string
	Size         float64
	// None is set where there is no value, which is not the value zero.
	None bool
}

// Bars are values as bars below one another, each with its label and its value in
// words: nothing has to be read off by colour or by eye alone.
type Bars struct {
	widget.BaseWidget
	all []Measure
}

// NewBars returns bars, as long as their share of the greatest.
func NewBars(all ...Measure) *Bars {
	b := &Bars{all: all}
	b.ExtendBaseWidget(b)
	return b
}

// barHeight is how high a bar is, barGap what lies below it.
const barHeight, barGap float32 = 14, 12

func (b *Bars) texts(i int) (label, value *Text) {
	label = NewText(b.all[i].Label, theme.SizeBody, theme.ColorText, Wrapped)
	value = NewText(b.all[i].Value, theme.SizeBody, theme.ColorText, Whole)
	value.Style, value.Align = theme.Bold, fyne.TextAlignTrailing
	return label, value
}

// HeightFor implements [Tall].
func (b *Bars) HeightFor(width float32) (high float32) {
	for i := range b.all {
		label, value := b.texts(i)
		high += label.HeightFor(width-value.wide(b.all[i].Value)-theme.Grid) + barHeight + barGap
	}
	return max(high-barGap, 0)
}

// CreateRenderer implements [fyne.Widget].
func (b *Bars) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	var labels, values []*Text
	var grounds, bars []*canvas.Rectangle
	for i := range b.all {
		label, value := b.texts(i)
		ground, bar := box(4), box(4)
		labels, values, grounds, bars = append(labels, label), append(values, value), append(grounds, ground), append(bars, bar)
		objects = append(objects, label, value, ground, bar)
	}
	dress := func() {
		p := theme.Current()
		for i := range b.all {
			dressBox(grounds[i], p.Raised, p.Line, 1)
			dressBox(bars[i], p.Routine, p.Routine, 0)
		}
	}
	arrange := func(size fyne.Size) {
		most := greatest(b.all)
		y := float32(0)
		for i, m := range b.all {
			wide := values[i].wide(m.Value) + 1
			high := labels[i].HeightFor(size.Width - wide - theme.Grid)
			place(labels[i], 0, y, size.Width-wide-theme.Grid, high)
			place(values[i], size.Width-wide, y, wide, values[i].step())
			y += high
			place(grounds[i], 0, y, size.Width, barHeight)
			place(bars[i], 0, y, size.Width*float32(m.Size/most), barHeight)
			y += barHeight + barGap
		}
	}
	least := func() fyne.Size { return fyne.NewSize(200, b.HeightFor(max(b.Size().Width, 200))) }
	return draw(dress, least, arrange, objects...)
}

// greatest is the largest of the values, 1 where all are zero.
func greatest(all []Measure) float64 {
	most := 0.0
	for _, m := range all {
		if !m.None {
			most = max(most, m.Size)
		}
	}
	if most == 0 {
		return 1
	}
	return most
}

// Course is how a value went over time: a point for each time, joined by lines, the
// value above the point and the time below the axis. A time without a value has no
// point, and the line a gap.
type Course struct {
	widget.BaseWidget
	all []Measure
}

// NewCourse returns the course of values, the first on the left.
func NewCourse(all ...Measure) *Course {
	c := &Course{all: all}
	c.ExtendBaseWidget(c)
	return c
}

// courseHeight is how high the space for the points is, pointSize how large one is.
const courseHeight, pointSize float32 = 110, 12

// HeightFor implements [Tall].
func (c *Course) HeightFor(float32) float32 {
	return courseHeight + 2*theme.SizeSmall*lineHeight + 2*theme.Grid
}

// CreateRenderer implements [fyne.Widget].
func (c *Course) CreateRenderer() fyne.WidgetRenderer {
	axis := canvas.NewLine(nil)
	objects := []fyne.CanvasObject{axis}
	var lines []*canvas.Line
	for range max(len(c.all)-1, 0) {
		l := canvas.NewLine(nil)
		lines, objects = append(lines, l), append(objects, l)
	}
	var points []*canvas.Circle
	var labels, values []*Text
	for _, m := range c.all {
		point := canvas.NewCircle(nil)
		point.Hidden = m.None
		label, value := NewText(m.Label, theme.SizeSmall, theme.ColorMuted, Whole), NewText(m.Value, theme.SizeSmall, theme.ColorText, Whole)
		label.Align, value.Align = fyne.TextAlignCenter, fyne.TextAlignCenter
		points, labels, values = append(points, point), append(labels, label), append(values, value)
		objects = append(objects, point, label, value)
	}
	dress := func() {
		p := theme.Current()
		axis.StrokeColor, axis.StrokeWidth = p.Muted, 1
		for _, l := range lines {
			l.StrokeColor, l.StrokeWidth = p.Routine, 2
		}
		for _, point := range points {
			point.FillColor = p.Routine
		}
	}
	arrange := func(size fyne.Size) {
		if len(c.all) == 0 {
			return
		}
		each, most := size.Width/float32(len(c.all)), greatest(c.all)
		text := labels[0].step()
		ground := text + theme.Grid + courseHeight
		axis.Position1, axis.Position2 = fyne.NewPos(0, ground), fyne.NewPos(size.Width, ground)
		at := func(i int) fyne.Position {
			return fyne.NewPos((float32(i)+0.5)*each, ground-pointSize/2-(courseHeight-pointSize)*float32(c.all[i].Size/most))
		}
		for i, m := range c.all {
			p := at(i)
			if m.None {
				p.Y = ground - pointSize/2
			}
			place(points[i], p.X-pointSize/2, p.Y-pointSize/2, pointSize, pointSize)
			place(values[i], p.X-each/2, p.Y-pointSize/2-text-2, each, text)
			place(labels[i], p.X-each/2, ground+theme.Grid/2, each, text)
			if i > 0 {
				lines[i-1].Hidden = m.None || c.all[i-1].None
				lines[i-1].Position1, lines[i-1].Position2 = at(i-1), p
			}
		}
	}
	return draw(dress, func() fyne.Size { return fyne.NewSize(200, c.HeightFor(0)) }, arrange, objects...)
}
