package theme

import (
	"image/color"
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	fynetheme "fyne.io/fyne/v2/theme"
	"github.com/stretchr/testify/require"
)

// luminance is the relative luminance of WCAG 2.
func luminance(c color.Color) float64 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	channel := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(n.R) + 0.7152*channel(n.G) + 0.0722*channel(n.B)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestRequirement51_PalettesAreReadable(t *testing.T) {
	for name, p := range map[string]Palette{"night": Night, "day": Day} {
		th := New(p)
		grounds := []fyne.ThemeColorName{ColorGround, ColorSurface, ColorRaised}
		inks := []fyne.ThemeColorName{ColorText, ColorMuted, ColorGrave, ColorHigh, ColorRoutine, ColorOK, ColorTraining,
			fynetheme.ColorNamePlaceHolder, fynetheme.ColorNameDisabled}
		for _, g := range grounds {
			for _, i := range inks {
				require.GreaterOrEqual(t, contrast(th.Color(g, 0), th.Color(i, 0)), 4.5, "%s: %s on %s", name, i, g)
			}
		}
		require.GreaterOrEqual(t, contrast(p.Ground, p.Text), 16.0, name)
		require.GreaterOrEqual(t, contrast(p.Ground, p.Muted), 7.0, name)
		for _, fill := range []color.NRGBA{p.Routine, p.OK, p.Grave, p.High, p.Training} {
			require.GreaterOrEqual(t, contrast(fill, p.OnFill), 4.5, "%s: text on a filled button", name)
		}
		require.GreaterOrEqual(t, contrast(p.Tint(p.OK, 0.24), p.OK), 4.5, "%s: the verdict that goes on", name)
		require.GreaterOrEqual(t, contrast(p.Tint(p.Grave, 0.16), p.Grave), 4.5, "%s: a problem's strip", name)
	}
}

func TestRequirement51_PaletteFollowsTheSetting(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 6, 1, hour, 0, 0, 0, time.UTC) }
	for _, row := range []struct {
		setting string
		hour    int
		night   bool
	}{
		{"night", 12, true}, {"day", 0, false}, {"auto", 6, true}, {"auto", 7, false},
		{"auto", 18, false}, {"auto", 19, true}, {"", 12, true},
	} {
		require.Equal(t, row.night, PaletteFor(row.setting, at(row.hour)).Night, "%s at %d", row.setting, row.hour)
	}
}

func TestFontsAndIconsAreThere(t *testing.T) {
	app := test.NewApp()
	defer app.Quit()
	th := New(Night)
	app.Settings().SetTheme(th)
	for _, style := range []fyne.TextStyle{{}, Bold, Plate} {
		require.NotEmpty(t, th.Font(style).Content())
	}
	require.NotEqual(t, th.Font(Plate).Name(), th.Font(Bold).Name())
	require.NotEmpty(t, Icon("grave", ColorGrave).Content())
	require.NotEmpty(t, AppIcon().Content())
	require.GreaterOrEqual(t, th.Size(fynetheme.SizeNameText), SizeSmall)
	require.GreaterOrEqual(t, th.Size(fynetheme.SizeNameCaptionText), SizeSmall)
}
