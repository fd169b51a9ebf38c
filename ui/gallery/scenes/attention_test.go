package scenes

import (
	"bytes"
	"fmt"
	"image"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/ui/widgets"
)

// focusContrast is by how much what shows the keyboard's place changes (WCAG 2.2,
// 2.4.13), over at least as many pixels as go round what has it.
const focusContrast = 3

// focusFaults are the things on a screen that have the keyboard and do not show it. Each
// kind is looked at once, where it is whole in sight: looked has the kinds that were.
func focusFaults(s *Stage, picture *image.NRGBA, looked map[string]bool) (faults []string) {
	c := s.Window().Canvas()
	for _, p := range s.Places() {
		o, ok := p.Object.(fyne.Focusable)
		kind := fmt.Sprintf("%T", p.Object)
		if b, is := p.Object.(*widgets.Button); is {
			kind += fmt.Sprint(b.Kind, b.Selected())
		}
		box := boxOf(p.At, p.Object.Size())
		if off, can := p.Object.(fyne.Disableable); !ok || looked[kind] || p.Seen != box || can && off.Disabled() {
			continue
		}
		c.Focus(o)
		focused := pixels(c.Capture())
		moved := s.Places()
		c.Unfocus()
		if at, there := placeOf(moved, p.Object); !there || at != box { // it came further into sight
			continue
		}
		looked[kind] = true
		scale := c.Scale()
		area := image.Rect(int(box.Left*scale), int(box.Top*scale), int(box.Right*scale), int(box.Bottom*scale)).Inset(-4).Intersect(picture.Bounds())
		n := 0
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				if contrast(picture.NRGBAAt(x, y), focused.NRGBAAt(x, y)) >= focusContrast {
					n++
				}
			}
		}
		if least := 2 * (area.Dx() + area.Dy() - 16); 10*n < 9*least {
			faults = append(faults, fmt.Sprintf("a %s with the keyboard looks like one without: %d pixels of %d differ", kind, n, least))
		}
	}
	return faults
}

// Nothing blinks but the card of a grave alert that nobody answered, and the cameras'
// pictures: elsewhere nothing goes and comes back by itself.
func TestRequirement51_NothingBlinksButAnUnansweredGraveAlert(t *testing.T) {
	called := false
	for _, scene := range All() {
		if !slices.Contains([]string{"patrol", "alerts", "steps", "moving"}, scene.Name) {
			continue
		}
		require.NoError(t, Play(scene, Looks[0], func(s *Stage, name string) error {
			s.Pass(settling) // until verdicts are taken
			var frames []*image.NRGBA
			for range 4 {
				s.settle()
				frames = append(frames, pixels(s.Window().Canvas().Capture()))
				s.Pass(500 * time.Millisecond)
			}
			calls, tiles := blinking(s)
			for y := range frames[0].Rect.Dy() {
				if stands(frames, y) {
					continue
				}
				for x := range frames[0].Rect.Dx() {
					if at := (image.Point{X: x, Y: y}); !backAgain(frames, x, y) || within(at, tiles) {
						continue
					} else if !within(at, calls) {
						t.Errorf("%s: something blinks at %v", name, at)
						return nil
					}
					called = true
				}
			}
			return nil
		}))
	}
	require.True(t, called, "a grave alert does not call")
}

// stands reports whether a row of pixels does not change.
func stands(frames []*image.NRGBA, y int) bool {
	first := frames[0]
	from, to := first.PixOffset(0, y), first.PixOffset(0, y)+4*first.Rect.Dx()
	return !slices.ContainsFunc(frames[1:], func(f *image.NRGBA) bool { return !bytes.Equal(f.Pix[from:to], first.Pix[from:to]) })
}

// backAgain reports whether a pixel changes, and then is as it was.
func backAgain(frames []*image.NRGBA, x, y int) bool {
	first, other := frames[0].NRGBAAt(x, y), false
	for _, f := range frames[1:] {
		same := f.NRGBAAt(x, y) == first
		if same && other {
			return true
		}
		other = other || !same
	}
	return false
}

func within(at image.Point, areas []image.Rectangle) bool {
	return slices.ContainsFunc(areas, func(r image.Rectangle) bool { return at.In(r) })
}

// blinking are the parts of a window that may change by themselves: the cards of grave
// alerts that call, and the cameras' pictures.
func blinking(s *Stage) (calls, tiles []image.Rectangle) {
	scale := s.Window().Canvas().Scale()
	area := func(p Place) image.Rectangle {
		b := boxOf(p.At, p.Object.Size())
		return image.Rect(int(b.Left*scale), int(b.Top*scale), int(b.Right*scale), int(b.Bottom*scale)).Inset(-4)
	}
	walk(s.Window().Content(), fyne.Position{}, boxOf(fyne.Position{}, s.Window().Canvas().Size()), nil, func(p Place) {
		switch o := p.Object.(type) {
		case *widgets.CameraTile:
			tiles = append(tiles, area(p))
		case *widgets.QueueCard:
			if o.Item().Calls {
				calls = append(calls, area(p))
			}
		}
	})
	return calls, tiles
}
