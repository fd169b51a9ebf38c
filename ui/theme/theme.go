package theme

import (
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"secondlook/assets"
)

// Colours by meaning, for [Color] and [Icon]; Fyne's own names work too.
const (
	ColorGround   fyne.ThemeColorName = "ground"
	ColorSurface  fyne.ThemeColorName = "surface"
	ColorRaised   fyne.ThemeColorName = "raised"
	ColorLine     fyne.ThemeColorName = "line"
	ColorText     fyne.ThemeColorName = "text"
	ColorMuted    fyne.ThemeColorName = "muted"
	ColorGrave    fyne.ThemeColorName = "grave"
	ColorHigh     fyne.ThemeColorName = "high"
	ColorRoutine  fyne.ThemeColorName = "routine"
	ColorOK       fyne.ThemeColorName = "ok"
	ColorTraining fyne.ThemeColorName = "training"
	ColorOnFill   fyne.ThemeColorName = "on-fill"
)

// Sizes of text, in Fyne units at scale 1. Nothing is smaller than SizeSmall.
const (
	SizePlate    float32 = 64
	SizeCategory float32 = 30
	SizeTitle    float32 = 26
	SizeButton   float32 = 26
	SizeHeading  float32 = 20
	SizeBody     float32 = 18
	SizeSmall    float32 = 16
)

// Measures, in Fyne units at scale 1.
const (
	Grid   float32 = 8
	Margin float32 = 16
	// Target is the least height of what is tapped, Verdict the height of a verdict
	// button and VerdictLeast its least where the screen is low.
	Target       float32 = 48
	Verdict      float32 = 112
	VerdictLeast float32 = 76
	// Between is the gap between verdict buttons.
	Between      float32 = 12
	Radius       float32 = 10
	ButtonRadius float32 = 14
	// Stroke is a border's width, FocusStroke that of what has the keyboard.
	Stroke      float32 = 1.5
	FocusStroke float32 = 3
)

// Theme is a Fyne theme in one of the palettes.
type Theme struct{ palette Palette }

var _ fyne.Theme = Theme{}

// New returns the theme in a palette.
func New(p Palette) Theme { return Theme{p} }

// Current returns the palette in force; night outside of an app with this theme.
func Current() Palette {
	if app := fyne.CurrentApp(); app != nil {
		if t, ok := app.Settings().Theme().(Theme); ok {
			return t.palette
		}
	}
	return Night
}

// Color returns a colour of the palette in force.
func Color(name fyne.ThemeColorName) color.Color { return New(Current()).Color(name, 0) }

// Color implements [fyne.Theme]. The variant of the system is not asked: the
// terminal's own setting decides.
func (t Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	p := t.palette
	switch name {
	case ColorGround, fynetheme.ColorNameBackground:
		return p.Ground
	case ColorSurface, fynetheme.ColorNameOverlayBackground, fynetheme.ColorNameMenuBackground, fynetheme.ColorNameHeaderBackground:
		return p.Surface
	case ColorRaised, fynetheme.ColorNameButton, fynetheme.ColorNameInputBackground:
		return p.Raised
	case ColorLine, fynetheme.ColorNameSeparator:
		return p.Line
	case ColorText, fynetheme.ColorNameForeground:
		return p.Text
	case ColorMuted, fynetheme.ColorNamePlaceHolder, fynetheme.ColorNameInputBorder, fynetheme.ColorNameScrollBar:
		return p.Muted
	case ColorGrave, fynetheme.ColorNameError:
		return p.Grave
	case ColorHigh, fynetheme.ColorNameWarning:
		return p.High
	case ColorRoutine, fynetheme.ColorNamePrimary, fynetheme.ColorNameHyperlink:
		return p.Routine
	case ColorOK, fynetheme.ColorNameSuccess:
		return p.OK
	case ColorTraining:
		return p.Training
	case ColorOnFill, fynetheme.ColorNameForegroundOnPrimary, fynetheme.ColorNameForegroundOnError,
		fynetheme.ColorNameForegroundOnSuccess, fynetheme.ColorNameForegroundOnWarning:
		return p.OnFill
	}
	return t.derived(name)
}

// derived returns the colours that Fyne's own widgets mix from the others.
func (t Theme) derived(name fyne.ThemeColorName) color.Color {
	p := t.palette
	veil := func(c color.NRGBA, alpha uint8) color.NRGBA { c.A = alpha; return c }
	switch name {
	case fynetheme.ColorNameDisabled:
		return p.Muted
	case fynetheme.ColorNameDisabledButton:
		return p.Surface
	case fynetheme.ColorNameHover:
		return veil(p.Text, 0x14)
	case fynetheme.ColorNamePressed:
		return veil(p.Text, 0x28)
	case fynetheme.ColorNameFocus, fynetheme.ColorNameSelection:
		return veil(p.Routine, 0x50)
	case fynetheme.ColorNameScrollBarBackground:
		return p.Surface
	case fynetheme.ColorNameShadow:
		return color.NRGBA{A: 0x80}
	}
	variant := fynetheme.VariantLight
	if p.Night {
		variant = fynetheme.VariantDark
	}
	return fynetheme.DefaultTheme().Color(name, variant)
}

// Font implements [fyne.Theme]. Monospace is the plates' font and nothing else's.
func (t Theme) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Symbol:
		return fynetheme.DefaultTheme().Font(style)
	case style.Monospace:
		return fontPlate()
	case style.Bold:
		return fontBold()
	}
	return fontRegular()
}

// Icon implements [fyne.Theme]; Fyne's own widgets keep Fyne's icons.
func (t Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return fynetheme.DefaultTheme().Icon(name)
}

// Size implements [fyne.Theme].
func (t Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case fynetheme.SizeNameText:
		return SizeBody
	case fynetheme.SizeNameCaptionText:
		return SizeSmall
	case fynetheme.SizeNameHeadingText:
		return SizeTitle
	case fynetheme.SizeNameSubHeadingText:
		return SizeHeading
	case fynetheme.SizeNamePadding:
		return Grid
	case fynetheme.SizeNameInnerPadding:
		return 12
	case fynetheme.SizeNameLineSpacing:
		return 5
	case fynetheme.SizeNameInlineIcon:
		return 24
	case fynetheme.SizeNameScrollBar:
		return 20
	case fynetheme.SizeNameScrollBarSmall:
		return 8
	case fynetheme.SizeNameInputBorder:
		return 2
	case fynetheme.SizeNameInputRadius, fynetheme.SizeNameSelectionRadius:
		return Radius
	}
	return fynetheme.DefaultTheme().Size(name)
}

// The fonts are made once: Fyne tells resources apart by their address.
var (
	fontRegular = sync.OnceValue(func() fyne.Resource { return font(assets.FontRegular) })
	fontBold    = sync.OnceValue(func() fyne.Resource { return font(assets.FontBold) })
	fontPlate   = sync.OnceValue(func() fyne.Resource { return font(assets.FontPlate) })
)

func font(name string) fyne.Resource { return fyne.NewStaticResource(name, assets.Font(name)) }

// Icon returns an icon of the set (see assets.Icons) in a colour of the palette in
// force; it follows a change of palette.
func Icon(name string, c fyne.ThemeColorName) fyne.Resource {
	return fynetheme.NewColoredResource(fyne.NewStaticResource(name+".svg", assets.Icon(name)), c)
}

// AppIcon is the window's icon.
func AppIcon() fyne.Resource {
	return fyne.NewStaticResource("secondlook.png", assets.AppIcon())
}

// Plate is the style of plate text, Bold that of what stands out.
var (
	Plate = fyne.TextStyle{Monospace: true}
	Bold  = fyne.TextStyle{Bold: true}
)
