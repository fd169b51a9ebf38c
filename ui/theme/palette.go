// Package theme is how SecondLook looks: two palettes, the fonts, the sizes by
// name and the icons. Night is true black, so that the screen does not light up
// the car; day is made for sunlight. The hues follow the Okabe–Ito set, told apart
// by all common kinds of colour vision, and every colour that carries text keeps a
// contrast of at least 5.9 to its ground (WCAG 2 asks for 4.5).
package theme

import (
	"image/color"
	"time"
)

// Palette is a set of colours by meaning.
type Palette struct {
	// Night is set for the dark palette.
	Night bool
	// Ground is the window's background, Surface a card's, Raised a button's and a
	// field's, Line the borders'.
	Ground, Surface, Raised, Line color.NRGBA
	// Text is for what is read, Muted for what stands beside it.
	Text, Muted color.NRGBA
	// Grave, High and Routine are the tiers; High is also the look-alike and
	// Routine the keyboard focus.
	Grave, High, Routine color.NRGBA
	// OK is the exact match and what works; Training marks the demo.
	OK, Training color.NRGBA
	// OnFill is text on a button filled with one of the colours above.
	OnFill color.NRGBA
}

// Night and Day are the two palettes.
var (
	Night = Palette{
		Night:  true,
		Ground: hex(0x000000), Surface: hex(0x0F1316), Raised: hex(0x1A2025), Line: hex(0x36414B),
		Text: hex(0xE9EEF2), Muted: hex(0x9AA8B4),
		Grave: hex(0xFF6A2B), High: hex(0xF0B429), Routine: hex(0x62B6EE),
		OK: hex(0x2FC596), Training: hex(0xE58BC0), OnFill: hex(0x000000),
	}
	Day = Palette{
		Ground: hex(0xEEF1F4), Surface: hex(0xFFFFFF), Raised: hex(0xFFFFFF), Line: hex(0xB4BFC9),
		Text: hex(0x0F1418), Muted: hex(0x46525D),
		Grave: hex(0xA83200), High: hex(0x7A5200), Routine: hex(0x0A578F),
		OK: hex(0x00614A), Training: hex(0x84285F), OnFill: hex(0xFFFFFF),
	}
)

// The hours at which the automatic palette changes, in local time.
const (
	dayBegins = 7
	dayEnds   = 19
)

// PaletteFor returns the palette for a setting, "night", "day" or "auto", at a
// time. Anything else is night.
func PaletteFor(setting string, now time.Time) Palette {
	switch {
	case setting == "day", setting == "auto" && now.Hour() >= dayBegins && now.Hour() < dayEnds:
		return Day
	}
	return Night
}

// Tint mixes a little of a colour into the palette's surface: the ground of a
// button or card that has a meaning. share is 0 to 1.
func (p Palette) Tint(c color.NRGBA, share float64) color.NRGBA {
	mix := func(a, b uint8) uint8 { return uint8(float64(a)*(1-share) + float64(b)*share + 0.5) }
	return color.NRGBA{mix(p.Surface.R, c.R), mix(p.Surface.G, c.G), mix(p.Surface.B, c.B), 255}
}

func hex(rgb uint32) color.NRGBA {
	return color.NRGBA{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb), 255}
}
