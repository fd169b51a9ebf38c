package widgets

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/ui/theme"
)

// A page scrolls wherever over it the wheel is turned; a note that is longer than its
// field scrolls to its end before.
func TestPageScrollsUnderItsFields(t *testing.T) {
	line, secret, plate := NewField("Name", ""), NewSecretField("PIN", ""), NewPlateField("Plate", "")
	short, long := NewAreaField("Reason", "", 2), NewAreaField("Note", "", 2)
	line.SetText(strings.Repeat("longer than the field ", 40))
	short.SetText("one line")
	long.SetText(strings.Repeat("line\n", 12))
	fields := []*Field{line, secret, plate, short, long}
	column := NewColumn(2)
	for _, f := range fields {
		column.Add(f)
	}
	column.Add(NewBody(strings.Repeat("word ", 900)))
	page := NewScroll(column)
	w := window(t, page, 600, 700)
	scroll := page.Layout.(scrollPlace).scroll
	turn := func(f *Field, dx, dy float32) {
		t.Helper()
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(f.Entry).AddXY(40, 20)
		test.Scroll(w.Canvas(), at, dx, dy)
	}
	text := func(f *Field) fyne.Position { return test.WidgetRenderer(f.Entry).(*wheeled).wheel.text.Offset }

	for _, f := range fields[:4] {
		turn(f, 0, -30)
		require.Equal(t, float32(30), scroll.Offset.Y, "down over %s", f.Label())
		turn(f, 0, 30)
		require.Zero(t, scroll.Offset.Y, "up over %s", f.Label())
		require.Zero(t, text(f), "%s", f.Label())
	}
	turn(line, -30, 0)
	require.Equal(t, fyne.NewPos(30, 0), text(line), "sideways to what is cut")
	require.Zero(t, scroll.Offset)

	turn(long, 0, -30)
	require.Equal(t, fyne.NewPos(0, 30), text(long))
	require.Zero(t, scroll.Offset.Y, "the note has more")
	turn(long, 0, -10000)
	end := text(long)
	require.Zero(t, scroll.Offset.Y, "one turn does not move both")
	turn(long, 0, -30)
	require.Equal(t, end, text(long))
	require.Equal(t, float32(30), scroll.Offset.Y, "after its end the page")
	turn(long, 0, 30)
	require.Equal(t, float32(30), scroll.Offset.Y, "and back in the same order")
	require.Less(t, text(long).Y, end.Y)
}

// The wheel takes nothing else from a field: a tap writes, the eye shows a secret.
func TestWheelLeavesTheFieldItsTaps(t *testing.T) {
	secret := NewSecretField("PIN", "")
	w := window(t, NewColumn(0, secret), 400, 200)
	e := secret.Entry
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(e)
	test.TapCanvas(w.Canvas(), at.AddXY(e.Size().Width-20, e.Size().Height/2))
	require.False(t, e.Password, "shown")
	test.TapCanvas(w.Canvas(), at.AddXY(20, 20))
	require.Equal(t, fyne.Focusable(e), w.Canvas().Focused())
}

// The bar of a note that is longer than its field stands beside the ring, not under it.
func TestBarOfAFieldIsClearOfItsEdge(t *testing.T) {
	note := NewAreaField("Note", "", 2)
	note.SetText(strings.Repeat("line\n", 12))
	w := window(t, NewColumn(0, note), 400, 200)
	w.Canvas().Focus(note.Entry)
	r, e := test.WidgetRenderer(note.Entry).(*wheeled), note.Entry
	text := r.wheel.text
	require.LessOrEqual(t, text.Position().X+text.Size().Width, e.Size().Width-2-theme.FocusStroke)
	for _, o := range r.Objects()[:2] {
		require.InDelta(t, e.Size().Width, o.Position().X+o.Size().Width, 3, "ground and edge are as wide as the field")
	}
}
