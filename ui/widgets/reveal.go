package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Holder is a widget that holds what can have the keyboard.
type Holder interface {
	// Held returns what the widget shows.
	Held() []fyne.CanvasObject
}

// Held implements [Holder].
func (f *Field) Held() []fyne.CanvasObject { return []fyne.CanvasObject{f.place} }

// reveal scrolls what has got the keyboard into sight: Tab reaches what lies below
// the edge too, and nobody types blindly.
func reveal(o fyne.CanvasObject) {
	for _, s := range around(o) {
		driver := fyne.CurrentApp().Driver()
		at := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(s).Y
		above, below := at-scrollEdge, at+o.Size().Height+scrollEdge-s.Size().Height
		move := float32(0)
		switch {
		case above < 0:
			move = above
		case below > 0:
			move = min(below, above)
		}
		if move != 0 {
			s.Offset.Y = max(min(s.Offset.Y+move, s.Content.MinSize().Height-s.Size().Height), 0)
			s.Refresh()
		}
	}
}

// around returns what scrolls around o in its window, innermost first; nothing where
// something else lies over it.
func around(o fyne.CanvasObject) (found []*container.Scroll) {
	c := canvasOf(o)
	if c == nil {
		return nil
	}
	root := c.Overlays().Top()
	if root == nil {
		root = c.Content()
	}
	if root != nil {
		within(root, o, &found)
	}
	return found
}

// within reports whether o is or is in root, and gathers what scrolls around it,
// innermost first.
func within(root, o fyne.CanvasObject, around *[]*container.Scroll) bool {
	if root == o {
		return true
	}
	var inside []fyne.CanvasObject
	switch r := root.(type) {
	case *fyne.Container:
		inside = r.Objects
	case *container.Scroll:
		if within(r.Content, o, around) {
			*around = append(*around, r)
			return true
		}
	case *container.ThemeOverride:
		inside = []fyne.CanvasObject{r.Content}
	case *widget.PopUp:
		inside = []fyne.CanvasObject{r.Content}
	case Holder:
		inside = r.Held()
	}
	for _, child := range inside {
		if child != nil && child.Visible() && within(child, o, around) {
			return true
		}
	}
	return false
}

// Page scrolls what scrolls on a canvas by so many of its heights, down or, below
// zero, up.
func Page(c fyne.Canvas, pages float32) {
	root := c.Overlays().Top()
	if root == nil {
		root = c.Content()
	}
	if s := widest(root); s != nil {
		most := s.Content.MinSize().Height - s.Size().Height
		s.Offset.Y = max(min(s.Offset.Y+0.9*pages*s.Size().Height, most), 0)
		s.Refresh()
	}
}

// widest returns the widest of the visible parts that have more than fits, or nil.
func widest(o fyne.CanvasObject) (found *container.Scroll) {
	if o == nil || !o.Visible() {
		return nil
	}
	var inside []fyne.CanvasObject
	switch o := o.(type) {
	case *container.Scroll:
		if o.Content.MinSize().Height > o.Size().Height {
			return o
		}
	case *fyne.Container:
		inside = o.Objects
	case *widget.PopUp:
		inside = []fyne.CanvasObject{o.Content}
	case Holder:
		inside = o.Held()
	}
	for _, child := range inside {
		if s := widest(child); s != nil && (found == nil || s.Size().Width > found.Size().Width) {
			found = s
		}
	}
	return found
}
