package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
)

// No other answer lies near the confirmation. What else is measured on every screen the
// gallery's check measures.
func TestRequirement51_AGapStandsAfterTheConfirmation(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CKLM804", "Front left")
	for _, size := range []fyne.Size{{Width: 1024, Height: 600}, {Width: 1280, Height: 800}, {Width: 1920, Height: 1080}, {Width: 800, Height: 1280}} {
		f.win.Resize(size)
		f.pass(2 * time.Second)
		a := f.top().(*alert)
		first, second := a.buttons[0], a.buttons[1]
		require.GreaterOrEqual(t, second.Position().X-first.Position().X-first.Size().Width, theme.Between, size)
	}
}

func TestPlateTextStandsUnderThePicture(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CKLM804", "Front left")
	rows := all[*widgets.PlateRow](f)
	require.Len(t, rows, 2)
	require.Equal(t, "CKLM804", rows[0].Text())
	require.Equal(t, "CKLM8O4", rows[1].Text())
	require.Equal(t, rows[0].Position().X, rows[1].Position().X)
	require.Equal(t, rows[0].Size(), rows[1].Size())
	require.GreaterOrEqual(t, rows[0].TextSize(), theme.SizePlate)
}
