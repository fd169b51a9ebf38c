package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// largeEntry is the theme in force with large entries.
type largeEntry struct{}

var _ fyne.Theme = largeEntry{}

func base() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

func (largeEntry) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case fynetheme.SizeNameText:
		return 48
	case fynetheme.SizeNameInnerPadding:
		return 8
	}
	return base().Size(n)
}

func (largeEntry) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	return base().Color(n, v)
}
func (largeEntry) Font(s fyne.TextStyle) fyne.Resource     { return base().Font(s) }
func (largeEntry) Icon(n fyne.ThemeIconName) fyne.Resource { return base().Icon(n) }
