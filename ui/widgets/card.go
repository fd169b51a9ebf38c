package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
	"secondlook/ui/words"
)

// Card is a framed part of a screen.
type Card struct {
	widget.BaseWidget
	// Edge colours the frame; empty is the usual line.
	Edge    fyne.ThemeColorName
	content fyne.CanvasObject
}

// NewCard frames content, below a heading where title is not empty.
func NewCard(title string, content fyne.CanvasObject) *Card {
	if title != "" {
		content = NewColumn(1, NewHeading(title), content)
	}
	c := &Card{content: NewInset(2, content)}
	c.ExtendBaseWidget(c)
	return c
}

// HeightFor implements [Tall].
func (c *Card) HeightFor(width float32) float32 { return HeightOf(c.content, width) }

// CreateRenderer implements [fyne.Widget].
func (c *Card) CreateRenderer() fyne.WidgetRenderer {
	frame := box(theme.Radius)
	dress := func() {
		p := theme.Current()
		var edge color.Color = p.Line
		if c.Edge != "" {
			edge = theme.Color(c.Edge)
		}
		dressBox(frame, p.Surface, edge, theme.Stroke)
	}
	return draw(dress, func() fyne.Size { return c.content.MinSize() }, func(size fyne.Size) {
		place(frame, 0, 0, size.Width, size.Height)
		place(c.content, 0, 0, size.Width, size.Height)
	}, frame, c.content)
}

// StatusItem is an icon and a word in the colour that they have together.
type StatusItem struct {
	widget.BaseWidget
	icon, text string
	brief      string
	short      bool
	color      fyne.ThemeColorName
}

// NewStatusItem returns a status; icon is an icon's name, "" for none.
func NewStatusItem(icon, text string, c fyne.ThemeColorName) *StatusItem {
	s := &StatusItem{icon: icon, text: text, color: c}
	s.ExtendBaseWidget(s)
	return s
}

// Set replaces icon, text and colour.
func (s *StatusItem) Set(icon, text string, c fyne.ThemeColorName) {
	if s.icon != icon || s.text != text || s.color != c {
		s.icon, s.text, s.color = icon, text, c
		s.Refresh()
	}
}

// SetBrief replaces what stands beside the icon while the status is shortened; the
// empty text leaves the icon alone.
func (s *StatusItem) SetBrief(text string) {
	if s.brief != text {
		s.brief = text
		s.Refresh()
	}
}

// Shorten has it say its brief text, or all again.
func (s *StatusItem) Shorten(on bool) {
	if s.short != on {
		s.short = on
		s.Refresh()
	}
}

// says is what it says at present.
func (s *StatusItem) says() string {
	if s.short {
		return s.brief
	}
	return s.text
}

// CreateRenderer implements [fyne.Widget].
func (s *StatusItem) CreateRenderer() fyne.WidgetRenderer {
	mark, label := picture(nil), NewText("", theme.SizeSmall, theme.ColorText, Whole)
	wide := func() float32 {
		if s.icon == "" {
			return 0
		}
		return buttonIcon
	}
	dress := func() {
		mark.Hidden = s.icon == ""
		if s.icon != "" {
			mark.Resource = theme.Icon(s.icon, s.color)
		}
		label.text, label.Color = s.says(), theme.ColorText
		if s.color != theme.ColorOK {
			label.Color = s.color
		}
	}
	return draw(dress, func() fyne.Size {
		return fyne.NewSize(wide()+label.MinSize().Width, max(buttonIcon, label.step()))
	}, func(size fyne.Size) {
		place(mark, 0, (size.Height-buttonIcon)/2, buttonIcon-4, buttonIcon)
		place(label, wide(), (size.Height-label.step())/2, size.Width-wide(), label.step())
	}, mark, label)
}

// Banner is a strip across a screen that says something important.
type Banner struct {
	widget.BaseWidget
	icon, text string
	color      fyne.ThemeColorName
	hatched    bool
}

// NewProblem returns the strip for what stands in the way.
func NewProblem(text string) *Banner { return newBanner("warning", text, theme.ColorGrave, false) }

// NewNotice returns the strip for what should be known.
func NewNotice(text string) *Banner { return newBanner("notice", text, theme.ColorRoutine, false) }

// NewTraining returns the hatched strip of the demo.
func NewTraining() *Banner {
	return newBanner("training", words.T("training"), theme.ColorTraining, true)
}

func newBanner(icon, text string, c fyne.ThemeColorName, hatched bool) *Banner {
	b := &Banner{icon: icon, text: text, color: c, hatched: hatched}
	b.ExtendBaseWidget(b)
	return b
}

// SetText replaces the text; the empty text hides the banner.
func (b *Banner) SetText(text string) {
	b.text = text
	if b.Hidden = text == ""; !b.Hidden {
		b.Refresh()
	}
}

// HeightFor implements [Tall].
func (b *Banner) HeightFor(width float32) float32 {
	label := NewText(b.text, theme.SizeBody, b.color, Wrapped)
	if b.hatched {
		return label.step() + 8
	}
	return max(label.HeightFor(width-2*theme.Margin-buttonIcon-theme.Grid)+2*theme.Grid, theme.Target)
}

// CreateRenderer implements [fyne.Widget].
func (b *Banner) CreateRenderer() fyne.WidgetRenderer {
	ground, stripes := box(theme.Radius), newHatch(b.color)
	stripes.Hidden = !b.hatched
	plain := box(0)
	plain.Hidden = !b.hatched
	mark, label := picture(nil), NewText("", theme.SizeBody, b.color, Wrapped)
	label.Style = theme.Bold
	var width float32
	dress := func() {
		p := theme.Current()
		c := theme.Color(b.color).(color.NRGBA)
		dressBox(ground, p.Tint(c, 0.16), c, theme.Stroke)
		if b.hatched {
			dressBox(ground, p.Ground, color.Transparent, 0)
		}
		dressBox(plain, p.Ground, color.Transparent, 0)
		mark.Resource = theme.Icon(b.icon, b.color)
		label.text, label.Color = b.text, b.color
	}
	arrange := func(size fyne.Size) {
		width = size.Width
		place(ground, 0, 0, size.Width, size.Height)
		place(stripes, 0, 0, size.Width, size.Height)
		left := theme.Margin
		if b.hatched {
			label.Flow = Cut
			text := label.wide(b.text) + buttonIcon + theme.Grid
			left = max((size.Width-text)/2, theme.Margin)
			place(plain, left-theme.Margin, 0, text+2*theme.Margin, size.Height)
		}
		inner := size.Width - left - theme.Margin - buttonIcon - theme.Grid
		high := label.HeightFor(inner)
		place(mark, left, (size.Height-buttonIcon)/2, buttonIcon, buttonIcon)
		place(label, left+buttonIcon+theme.Grid, (size.Height-high)/2, inner, high)
	}
	least := func() fyne.Size { return fyne.NewSize(200, b.HeightFor(max(width, 600))) }
	return draw(dress, least, arrange, ground, stripes, plain, mark, label)
}

// newHatch draws slanting stripes in a colour of the palette, clear between them.
func newHatch(c fyne.ThemeColorName) *canvas.Raster {
	return canvas.NewRasterWithPixels(func(x, y, _, _ int) color.Color {
		if (x+y)%24 < 9 {
			return theme.Color(c)
		}
		return color.Transparent
	})
}

// NewPage returns a screen with a title, a way back where back is not nil, content
// that scrolls and a bar of actions below, the main one last.
func NewPage(title string, back func(), content fyne.CanvasObject, actions ...fyne.CanvasObject) *fyne.Container {
	head := NewFillRow(2, 0, NewTitle(title))
	if back != nil {
		head = NewFillRow(2, 1, NewIconButton(Secondary, "back", words.T("action.back"), back), NewTitle(title))
	}
	scroll := NewScroll(content)
	parts := []fyne.CanvasObject{head, scroll}
	if len(actions) > 0 {
		parts = append(parts, NewRow(1.5, actions...))
	}
	return fyne.NewContainerWithLayout(&page{scroll: scroll}, parts...)
}

// pageWidth is the widest that lines of a form may be and still be read at a glance.
const pageWidth float32 = 1120

// page lays out head, scrolling content and actions.
type page struct {
	scroll *fyne.Container
}

func (p *page) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	wide := min(size.Width-2*theme.Margin, pageWidth)
	left := (size.Width - wide) / 2
	head := objects[0]
	y := theme.Margin
	place(head, left, y, wide, max(head.MinSize().Height, theme.Target))
	y += head.Size().Height + theme.Margin
	bottom := size.Height - theme.Margin
	if len(objects) > 2 {
		bar := objects[2]
		least := bar.MinSize()
		place(bar, left+max(wide-least.Width, 0), bottom-least.Height, min(least.Width, wide), least.Height)
		bottom -= least.Height + theme.Margin
	}
	place(p.scroll, left, y, wide, bottom-y)
}

func (p *page) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := objects[0].MinSize()
	least.Height += theme.Target + 4*theme.Margin
	if len(objects) > 2 {
		bar := objects[2].MinSize()
		least.Width = max(least.Width, bar.Width)
		least.Height += bar.Height + theme.Margin
	}
	least.Width += 2 * theme.Margin
	return least
}

// Held implements [Holder].
func (c *Card) Held() []fyne.CanvasObject { return []fyne.CanvasObject{c.content} }
