package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/app/hotlist"
	"secondlook/app/policy"
	"secondlook/ui/theme"
)

// AlertTitle is the strip over an alert: tier and category, where and when, and
// whether the match is exact.
type AlertTitle struct {
	widget.BaseWidget
	Tier policy.Tier
	Kind hotlist.Kind
	// Low makes the strip as low as can be, for screens of little height.
	Low bool

	title, plate, meta *Text
}

// NewAlertTitle returns the strip. meta is list, age, camera and time; warn colours
// it, for a list that is too old.
func NewAlertTitle(t policy.Tier, category, meta string, warn bool, k hotlist.Kind) *AlertTitle {
	a := &AlertTitle{Tier: t, Kind: k}
	a.title = NewText(category, theme.SizeCategory, theme.ColorText, Cut)
	a.title.Style = theme.Bold
	a.plate = NewText("", theme.SizeTitle, theme.ColorText, Whole)
	a.plate.Style = theme.Plate
	a.meta = NewText(meta, theme.SizeBody, metaInk(warn), Wrapped)
	a.ExtendBaseWidget(a)
	return a
}

func metaInk(warn bool) fyne.ThemeColorName {
	if warn {
		return theme.ColorHigh
	}
	return theme.ColorMuted
}

// SetPlate shows the plate before the meta, where the screen does not compare it.
func (a *AlertTitle) SetPlate(text string) {
	a.plate.SetText(text)
	a.Refresh()
}

// plateWidth is what the plate takes of the line, with the gap after it.
func (a *AlertTitle) plateWidth() float32 {
	if a.plate.text == "" {
		return 0
	}
	return a.plate.wide(a.plate.text) + theme.Margin
}

// SetMeta shows another meta.
func (a *AlertTitle) SetMeta(meta string, warn bool) {
	a.meta.Color = metaInk(warn)
	a.meta.SetText(meta)
	a.Refresh()
}

// size makes the texts smaller on a low screen.
func (a *AlertTitle) size() {
	a.title.TextSize, a.plate.TextSize, a.meta.TextSize = theme.SizeCategory, theme.SizeTitle, theme.SizeBody
	if a.Low {
		a.title.TextSize, a.plate.TextSize, a.meta.TextSize = 24, theme.SizeBody, theme.SizeSmall
	}
}

// room is what title and meta have of a width, beside the signs.
func (a *AlertTitle) room(width float32) float32 {
	_, word, _ := KindLook(a.Kind)
	return width - titleLeft - 18 - fyne.MeasureText(word, 24, theme.Bold).Width - 34 - theme.Margin
}

// titleLeft is where the title begins, right of its sign.
const titleLeft float32 = 62

// twoLines reports whether category and meta need a line each.
func (a *AlertTitle) twoLines(width float32) bool {
	_, word, _ := KindLook(a.Kind)
	kind := fyne.MeasureText(word, theme.SizeTitle, theme.Bold).Width + 110
	return a.title.wide(a.title.text)+a.plateWidth()+a.meta.wide(a.meta.text)+24+kind > width-60
}

// HeightFor implements [Tall].
func (a *AlertTitle) HeightFor(width float32) float32 {
	a.size()
	switch {
	case a.twoLines(width) && a.Low:
		return a.title.step() + a.meta.HeightFor(a.room(width)-a.plateWidth()) + 6
	case a.twoLines(width):
		return a.title.step() + a.meta.HeightFor(a.room(width)-a.plateWidth()) + theme.Margin
	case a.Low:
		return 52
	}
	return 64
}

// CreateRenderer implements [fyne.Widget].
func (a *AlertTitle) CreateRenderer() fyne.WidgetRenderer {
	frame, mark, sign := box(theme.Radius), picture(nil), picture(nil)
	word := NewText("", 24, theme.ColorText, Whole)
	word.Style = theme.Bold
	dress := func() {
		p := theme.Current()
		icon, name := TierLook(a.Tier)
		c := theme.Color(name).(color.NRGBA)
		dressBox(frame, p.Tint(c, 0.1), c, 2*theme.Stroke)
		mark.Resource = theme.Icon(icon, name)
		kind, text, ink := KindLook(a.Kind)
		sign.Resource = theme.Icon(kind, ink)
		word.text, word.Color = text, ink
	}
	var width float32
	arrange := func(size fyne.Size) {
		width = size.Width
		a.size()
		place(frame, 0, 0, size.Width, size.Height)
		place(mark, 16, (size.Height-34)/2, 34, 34)
		right := word.wide(word.text)
		x := size.Width - 18 - right
		place(word, x, (size.Height-word.step())/2, right+1, word.step())
		place(sign, x-34, (size.Height-26)/2, 26, 26)
		left, end := titleLeft, titleLeft+a.room(size.Width)
		if a.twoLines(size.Width) {
			wide := end - left - a.plateWidth()
			high := a.meta.HeightFor(wide)
			top := (size.Height - a.title.step() - high) / 2
			place(a.title, left, top, end-left, a.title.step())
			top += a.title.step()
			place(a.plate, left, top+(a.meta.step()-a.plate.step())/2, a.plateWidth(), a.plate.step())
			place(a.meta, left+a.plateWidth(), top, wide, high)
			return
		}
		wide := a.title.wide(a.title.text) + 1
		place(a.title, left, (size.Height-a.title.step())/2, wide, a.title.step())
		left += wide + 24
		place(a.plate, left, (size.Height-a.plate.step())/2+2, a.plateWidth(), a.plate.step())
		left += a.plateWidth()
		place(a.meta, left, (size.Height-a.meta.step())/2+3, end-left, a.meta.step())
	}
	return draw(dress, func() fyne.Size { return fyne.NewSize(300, a.HeightFor(max(width, 300))) },
		arrange, frame, mark, a.title, a.plate, a.meta, sign, word)
}
