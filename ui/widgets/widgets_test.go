package widgets

import (
	"image"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/app/patrol"
	"secondlook/ui/theme"
)

// window shows an object in a window of a size.
func window(t *testing.T, o fyne.CanvasObject, wide, high float32) fyne.Window {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Night))
	w := test.NewTempWindow(t, o)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(wide, high))
	return w
}

func TestTextBreaksBetweenWords(t *testing.T) {
	test.NewTempApp(t)
	text := NewBody("Compare the characters, then the vehicle.")
	one := text.HeightFor(2000)
	require.Equal(t, 3*one, text.HeightFor(text.wide("Compare the characters,")-1))
	for _, line := range text.lines(160) {
		require.LessOrEqual(t, text.wide(line), float32(160))
	}
	require.Equal(t, text.Text(), strings.Join(text.lines(160), " "), "nothing is lost")
	require.Zero(t, NewBody("").HeightFor(100))
}

func TestTextNeverBreaksAtANoBreakSpace(t *testing.T) {
	test.NewTempApp(t)
	text := NewBody("Votre inscription\u00a0: dans 20\u00a0s")
	require.Equal(t, []string{"Votre", "inscription\u00a0:", "dans", "20\u00a0s"}, text.lines(1))
}

func TestTextIsCutWithAnEllipsis(t *testing.T) {
	test.NewTempApp(t)
	text := NewText("Plate recovered or seized", 18, theme.ColorText, Cut)
	cut := text.lines(120)[0]
	require.True(t, strings.HasSuffix(cut, "…"), cut)
	require.LessOrEqual(t, text.wide(cut), float32(120))
	require.Equal(t, "…", text.cut("Plate", 1))
}

func TestGridKeepsItsRowsEven(t *testing.T) {
	test.NewTempApp(t)
	var four []fyne.CanvasObject
	for range 4 {
		four = append(four, NewButton(Secondary, "a", nil))
	}
	for width, want := range map[float32]int{1000: 1, 700: 2, 450: 2, 210: 4} {
		rows, _ := (&grid{least: 200, gap: theme.Margin}).rows(four, width)
		require.Len(t, rows, want, "at %v", width)
	}
}

func TestButtonTakesTapsAndKeys(t *testing.T) {
	taps := 0
	b := NewVerdict(Verdict, "Misread", "erased at once", "3", func() { taps++ })
	window(t, b, 300, 120)
	test.Tap(b)
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	require.Equal(t, 3, taps)
	b.Disable()
	test.Tap(b)
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	require.Equal(t, 3, taps, "a closed button does nothing")
}

func TestButtonGrowsForItsWords(t *testing.T) {
	test.NewTempApp(t)
	b := NewVerdict(Verdict, "Mauvaise province ou mauvais État", "effacée aussitôt", "2", nil)
	usual, least := b.Widths()
	require.Greater(t, usual, least)
	require.LessOrEqual(t, b.HeightFor(usual), b.HeightFor(least))
	require.GreaterOrEqual(t, NewButton(Secondary, "OK", nil).MinSize().Height, theme.Target)
	require.GreaterOrEqual(t, b.MinSize().Height, theme.VerdictLeast)
}

// A key is read apart from the label before it, however long that is.
func TestRequirement51_AKeyStandsApartFromTheLabel(t *testing.T) {
	for name, c := range map[string]struct {
		kind          Kind
		text, icon    string
		width, height float32
	}{
		"short":          {Verdict, "Misread", "", 240, 112},
		"just fits":      {Secondary, "Ticket or summons", "", 222, 48},
		"in two lines":   {Secondary, "Not given: Public safety", "", 180, 76},
		"French verdict": {Verdict, "Mauvaise province ou mauvais État", "", 392, 112},
		"with an icon":   {VerdictOK, "Lecture exacte", "exact", 196, 112},
	} {
		t.Run(name, func(t *testing.T) {
			b := NewVerdict(c.kind, c.text, "", "3", nil)
			b.Icon = c.icon
			window(t, b, c.width, c.height)
			var label, key *Text
			for _, o := range test.WidgetRenderer(b).Objects() {
				if o, ok := o.(*Text); ok && o.Text() == c.text {
					label = o
				} else if ok && o.Text() == "3" {
					key = o
				}
			}
			gap := key.Position().X - label.Position().X - label.Size().Width
			require.GreaterOrEqual(t, gap, keyGap-0.1)
			require.GreaterOrEqual(t, label.Position().X, buttonPad)
			require.LessOrEqual(t, label.HeightFor(label.Size().Width), c.height)
		})
	}
}

func TestFieldSaysWhatToDo(t *testing.T) {
	f := NewField("Badge", "")
	window(t, f, 400, 200)
	plain := f.HeightFor(400)
	f.SetError("Write your badge number.")
	require.Equal(t, "Write your badge number.", f.Fault())
	require.Greater(t, f.HeightFor(400), plain)
	seen := ""
	f.OnChanged(func(s string) { seen = s })
	test.Type(f.Entry, "20418")
	require.Equal(t, "20418", seen)
	require.Empty(t, f.Fault(), "writing takes the fault away")
}

func TestPickerChoosesFromLargeRows(t *testing.T) {
	var options []Option
	for _, name := range strings.Fields("Alberta Manitoba Ontario Québec Yukon Nunavut Alaska Florida Ohio Texas") {
		options = append(options, Option{Key: strings.ToLower(name), Text: name})
	}
	chosen := ""
	p := NewPicker("Province or state", "Choose", options)
	p.OnChanged = func(key string) { chosen = key }
	w := window(t, p, 800, 700)
	p.SetError("Choose a province.")
	test.Tap(p)
	require.NotNil(t, w.Canvas().Overlays().Top(), "the list is open")
	filter, ok := w.Canvas().Focused().(fyne.Focusable)
	require.True(t, ok, "a long list can be narrowed")
	filter.TypedRune('h')
	filter.TypedRune('i')
	p.take("ohio")
	require.Equal(t, "ohio", chosen)
	require.Equal(t, "ohio", p.Key())
	require.Empty(t, p.Fault())
	require.Nil(t, w.Canvas().Overlays().Top())
	p.SetOptions(options[:2])
	require.Empty(t, p.Key(), "a choice that is gone is dropped")
}

func TestNarrow(t *testing.T) {
	test.NewTempApp(t)
	a, b := NewButton(Secondary, "Ontario", nil), NewButton(Secondary, "Ohio", nil)
	narrow([]*Button{a, b}, " ont ")
	require.True(t, a.Visible())
	require.False(t, b.Visible())
}

func TestTick(t *testing.T) {
	got := []bool{}
	tick := NewTick("I have taken note", func(on bool) { got = append(got, on) })
	window(t, tick, 400, 100)
	test.Tap(tick)
	tick.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	require.Equal(t, []bool{true, false}, got)
	require.GreaterOrEqual(t, tick.MinSize().Height, theme.Target)
}

func TestSpreadGivesEveryGlyphAPlace(t *testing.T) {
	even := Spread([]Glyph{{Char: "A"}, {Char: "B"}, {Char: "C"}})
	require.Less(t, even[0].Centre, even[1].Centre)
	require.Less(t, even[1].Centre, even[2].Centre)
	known := Spread([]Glyph{{Char: "A", Centre: 0.2}, {Char: "B", Centre: 0.9}})
	require.Equal(t, float32(0.2), known[0].Centre, "what the reader knows stays")
	require.Empty(t, Spread(nil))
}

func TestRequirement49_TileSaysHowItsCameraIs(t *testing.T) {
	test.NewTempApp(t)
	now := time.Date(2026, 11, 22, 21, 0, 0, 0, time.UTC)
	for name, row := range map[string]struct {
		h             patrol.Health
		state, detail string
	}{
		"works":     {patrol.Health{Connected: true, FPS: 14.6, LastFrame: now}, "", "15 fps"},
		"skips":     {patrol.Health{Connected: true, FPS: 8, LastFrame: now, Drops: 3}, "", "8 fps · 3 skipped"},
		"is slow":   {patrol.Health{Connected: true, FPS: 1, LastFrame: now.Add(-5 * time.Second)}, "", "no new picture for 5 s"},
		"is lost":   {patrol.Health{LastFrame: now.Add(-90 * time.Second), Reconnects: 4}, "Camera lost", "no picture for 1 min, 4 tries"},
		"never was": {patrol.Health{Problem: "no such device"}, "Camera lost", "no such device"},
		"connects":  {patrol.Health{}, "Connecting…", ""},
		"has ended": {patrol.Health{Ended: true, FPS: 15, LastFrame: now}, "Played to its end", "15 fps"},
	} {
		tile := NewCameraTile(row.h, now)
		require.Equal(t, row.state, tile.state(), name)
		require.Equal(t, row.detail, tile.detail(), name)
	}
}

func TestTileKeepsTheNewestPicture(t *testing.T) {
	tile := NewCameraTile(patrol.Health{Connected: true}, time.Now())
	window(t, tile, 320, 240)
	require.Positive(t, tile.Area().X)
	old, newer := image.NewRGBA(image.Rect(0, 0, 2, 2)), image.NewRGBA(image.Rect(0, 0, 2, 2))
	require.True(t, tile.Offer(old), "the first one calls")
	require.False(t, tile.Offer(newer), "the call is on its way already")
	require.True(t, tile.Busy())
	tile.ShowNewest()
	require.Same(t, newer, tile.view.Image)
	require.False(t, tile.Busy())
}
