package scenes

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// Place is an object on screen.
type Place struct {
	Object fyne.CanvasObject
	// At is where it stands in the window, and Seen the part of it that nothing
	// which scrolls cuts off.
	At   fyne.Position
	Seen Box
	// Within are the widgets that it is part of, the outermost first.
	Within []fyne.CanvasObject
}

// Box is a part of the window.
type Box struct{ Left, Top, Right, Bottom float32 }

func boxOf(at fyne.Position, size fyne.Size) Box {
	return Box{at.X, at.Y, at.X + size.Width, at.Y + size.Height}
}

// And is the part that two boxes share; it is empty where they share none.
func (b Box) And(c Box) Box {
	return Box{max(b.Left, c.Left), max(b.Top, c.Top), min(b.Right, c.Right), min(b.Bottom, c.Bottom)}
}

// Empty reports whether nothing is in the box.
func (b Box) Empty() bool { return b.Right <= b.Left || b.Bottom <= b.Top }

// Places are what is shown, in the order in which it is drawn: what is in the window's
// popup alone where one is open.
func (s *Stage) Places() (all []Place) {
	root := s.Window().Content()
	if top := s.Window().Canvas().Overlays().Top(); top != nil {
		root = top
	}
	walk(root, fyne.Position{}, boxOf(fyne.Position{}, s.Window().Canvas().Size()), nil, func(p Place) { all = append(all, p) })
	return all
}

func walk(o fyne.CanvasObject, at fyne.Position, clip Box, within []fyne.CanvasObject, visit func(Place)) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	visit(Place{o, at, boxOf(at, o.Size()).And(clip), within})
	deeper := append(within[:len(within):len(within)], o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			walk(child, at, clip, within, visit)
		}
	case *container.Scroll:
		for _, child := range test.WidgetRenderer(o).Objects() {
			walk(child, at, clip.And(boxOf(at, o.Size())), deeper, visit)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			walk(child, at, clip, deeper, visit)
		}
	}
}
