package widgets

import (
	"fyne.io/fyne/v2"

	"secondlook/ui/theme"
)

// Nav is a button of the bar that leads to other screens: an icon over a word.
type Nav struct {
	Button
}

// NewNav returns such a button.
func NewNav(icon, text string, tapped func()) *Nav {
	n := &Nav{}
	n.Kind, n.Icon, n.Text, n.OnTapped = Secondary, icon, text, tapped
	n.self = n
	n.ExtendBaseWidget(n)
	return n
}

// CreateRenderer implements [fyne.Widget].
func (n *Nav) CreateRenderer() fyne.WidgetRenderer {
	ground, ring, icon := box(theme.Radius), newRing(theme.Radius), picture(nil)
	label := NewText("", theme.SizeSmall, theme.ColorText, Cut)
	label.Align = fyne.TextAlignCenter
	dress := func() {
		fill, stroke, ink, width := n.looks()
		dressBox(ground, fill, stroke, width)
		n.dressRing(ring, fill)
		icon.Resource = theme.Icon(n.Icon, ink)
		label.text, label.Color = n.Text, ink
	}
	return draw(dress, func() fyne.Size {
		return fyne.NewSize(max(label.wide(n.Text)+20, theme.Target), theme.Target)
	}, func(size fyne.Size) {
		place(ground, 0, 0, size.Width, size.Height)
		place(ring, 1, 1, size.Width-2, size.Height-2) // there is no room within
		all := buttonIcon + 2 + label.step()
		y := (size.Height - all) / 2
		place(icon, (size.Width-buttonIcon)/2, y, buttonIcon, buttonIcon)
		place(label, 4, y+buttonIcon+2, size.Width-8, label.step())
	}, ground, ring, icon, label)
}
