package ui

import (
	"image"
	"image/color"
	"image/draw"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/ui/gallery/props"
	"secondlook/ui/theme"
)

// A box marks the plate of a new hit in its camera's live picture; no other plate is
// ever marked.
func TestRequirement3_41_BoxesMarkNewHitsOnly(t *testing.T) {
	f := newFixture(t, setting{size: fyne.NewSize(1920, 1080)})
	f.startPatrol()
	grey := color.RGBA{90, 90, 90, 255}
	// colours are those on the picture at a height, of the cameras' tiles in their order.
	colours := func(y int) (found []map[color.Color]bool) {
		f.settle()
		for range f.c.Cameras() {
			f.cars.Picture = image.NewRGBA(image.Rect(0, 0, 480, 240))
			draw.Draw(f.cars.Picture, f.cars.Picture.Rect, image.NewUniform(grey), image.Point{}, draw.Src)
			on := map[color.Color]bool{}
			mark(f.cars.Picture, f.c.HitBoxes(len(found)))
			for x := range 480 {
				on[f.cars.Picture.At(x, y)] = true
			}
			found = append(found, on)
		}
		return found
	}
	marked := func(y int) (n int) {
		for _, on := range colours(y) {
			if len(on) > 1 {
				n++
			}
		}
		return n
	}
	at := func(top float64) func() (plate.Box, bool) {
		return func() (plate.Box, bool) { return plate.Box{Left: 0.4, Top: top, Right: 0.6, Bottom: top + 0.1}, true }
	}

	f.where = at(0.1) // on no list
	f.cars.OnRead(plate.Read{Camera: "Front left", At: f.clock(), Text: "CABC123", Confidence: 0.99, Jurisdiction: "CA-ON", Evidence: props.Evidence{Box: f.where}})
	f.where = at(0.6)
	f.see("CKLM804", "Front left")
	require.Zero(t, marked(36), "not a hit")
	hit := colours(156)
	require.True(t, hit[0][color.RGBAModel.Convert(theme.Night.Grave)], "in the colour of its tier")
	require.Len(t, hit[1], 1, "another camera's picture")

	// It is drawn where tiles are.
	live := f.live.Load()
	require.NotNil(t, live)
	f.cars.Serial++
	require.Positive(t, live.fetch())
	require.NotEqual(t, grey, f.cars.Picture.At(190, 156))
	f.settle()

	// The plate leaves the picture, or the alert is not new any more.
	f.where = func() (plate.Box, bool) { return plate.Box{}, false }
	f.pass(11 * time.Second)
	require.Zero(t, marked(156))
	f.see("CWTR415", "Front left")
	require.Zero(t, marked(156), "out of sight")

	f.where = at(0.6)
	f.see("CBDA112", "Front left")
	require.Equal(t, 1, marked(156))
	for _, h := range f.c.Queue() {
		if h.Read.Text == "CBDA112" {
			f.openAlert(h.ID)
		}
	}
	f.settle()
	f.key('3')
	require.Zero(t, marked(156), "rejected")
	f.see("CBDA113", "Front left")
	require.Equal(t, 1, marked(156))
	f.lock()
	f.settle()
	require.Zero(t, marked(156), "locked")
}
