package widgets

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// Flow says what a text does where its width does not suffice.
type Flow int

const (
	// Wrapped texts go on in the next line, Cut ones end with an ellipsis, and
	// Whole ones claim the width that they need.
	Wrapped Flow = iota
	Cut
	Whole
)

// lineHeight is the distance of lines as a multiple of the text size.
const lineHeight = 1.35

// Text is a piece of text in the theme's colours, without padding of its own.
type Text struct {
	widget.BaseWidget
	TextSize float32
	Color    fyne.ThemeColorName
	Style    fyne.TextStyle
	Align    fyne.TextAlign
	Flow     Flow

	text string
}

// NewText returns a text of a size and colour. Change its fields before it is shown.
func NewText(text string, size float32, c fyne.ThemeColorName, flow Flow) *Text {
	t := &Text{TextSize: size, Color: c, Flow: flow, text: text}
	t.ExtendBaseWidget(t)
	return t
}

// NewBody returns running text, NewSmall a note beside it; both wrap.
func NewBody(text string) *Text  { return NewText(text, theme.SizeBody, theme.ColorText, Wrapped) }
func NewSmall(text string) *Text { return NewText(text, theme.SizeSmall, theme.ColorMuted, Wrapped) }

// NewHeading returns the heading of a part of a screen, NewTitle that of a screen.
func NewHeading(text string) *Text {
	t := NewText(text, theme.SizeHeading, theme.ColorText, Wrapped)
	t.Style = theme.Bold
	return t
}

func NewTitle(text string) *Text {
	t := NewText(text, theme.SizeTitle, theme.ColorText, Cut)
	t.Style = theme.Bold
	return t
}

// Text returns the text.
func (t *Text) Text() string { return t.text }

// SetText replaces the text.
func (t *Text) SetText(text string) {
	if t.text == text {
		return
	}
	t.text = text
	t.Refresh()
}

// SetColor replaces the colour.
func (t *Text) SetColor(c fyne.ThemeColorName) {
	if t.Color == c {
		return
	}
	t.Color = c
	t.Refresh()
}

// HeightFor returns the height that the text needs in a width.
func (t *Text) HeightFor(width float32) float32 {
	return float32(len(t.lines(width))) * t.step()
}

func (t *Text) step() float32 { return t.TextSize * lineHeight }

func (t *Text) wide(s string) float32 { return fyne.MeasureText(s, t.TextSize, t.Style).Width }

// widest returns the width of the longest of the lines for a width.
func (t *Text) widest(width float32) (wide float32) {
	for _, line := range t.lines(width) {
		wide = max(wide, t.wide(line))
	}
	return wide
}

// lines breaks the text for a width.
func (t *Text) lines(width float32) []string {
	if t.text == "" {
		return nil
	}
	switch {
	case t.Flow == Cut && width > 0:
		return []string{t.cut(t.text, width)}
	case t.Flow != Wrapped || width <= 0:
		return strings.Split(t.text, "\n")
	}
	var lines []string
	for _, paragraph := range strings.Split(t.text, "\n") {
		line := ""
		for _, word := range breakable(paragraph) {
			longer := word
			if line != "" {
				longer = line + " " + word
			}
			if line != "" && t.wide(longer) > width {
				lines = append(lines, line)
				longer = word
			}
			line = longer
		}
		lines = append(lines, line)
	}
	return lines
}

// breakable splits a text at the spaces at which a line may end. A no-break space is
// none of them: in French it stands before a colon and between a number and its unit.
func breakable(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' })
}

// cut shortens a text to a width and ends it with an ellipsis.
func (t *Text) cut(s string, width float32) string {
	if t.wide(s) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 {
		runes = runes[:len(runes)-1]
		if short := strings.TrimRight(string(runes), " ") + "…"; t.wide(short) <= width {
			return short
		}
	}
	return "…"
}

// CreateRenderer implements [fyne.Widget].
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	r := &textRenderer{text: t}
	r.Refresh()
	return r
}

type textRenderer struct {
	text    *Text
	size    fyne.Size
	objects []fyne.CanvasObject
}

func (r *textRenderer) Layout(size fyne.Size) {
	r.size = size
	r.fill()
}

// fill puts one canvas text for each line in place.
func (r *textRenderer) fill() {
	t := r.text
	lines := t.lines(r.size.Width)
	r.objects = r.objects[:0]
	for i, s := range lines {
		line := canvas.NewText(s, theme.Color(t.Color))
		line.TextSize, line.TextStyle, line.Alignment = t.TextSize, t.Style, t.Align
		high := line.MinSize().Height
		place(line, 0, float32(i)*t.step()+(t.step()-high)/2, r.size.Width, high)
		r.objects = append(r.objects, line)
	}
}

func (r *textRenderer) MinSize() fyne.Size {
	t := r.text
	if t.text == "" {
		return fyne.NewSize(0, 0)
	}
	switch t.Flow {
	case Cut:
		return fyne.NewSize(min(t.wide(t.text), 3*t.TextSize), t.step())
	case Whole:
		var wide float32
		lines := t.lines(0)
		for _, s := range lines {
			wide = max(wide, t.wide(s))
		}
		return fyne.NewSize(wide, float32(len(lines))*t.step())
	}
	var word float32
	for _, s := range breakable(t.text) {
		word = max(word, t.wide(s))
	}
	return fyne.NewSize(word, t.HeightFor(r.size.Width))
}

func (r *textRenderer) Refresh() {
	r.fill()
	for _, o := range r.objects {
		o.Refresh()
	}
}

func (r *textRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *textRenderer) Destroy()                     {}
