package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

const (
	// scrollEdge is kept around what scrolls, so that no frame or focus ring is cut.
	scrollEdge float32 = 4
	// scrollGutter is kept free for the bar where there is more than fits.
	scrollGutter float32 = 12
)

// NewScroll has content scroll upright where it is higher than its place. Content
// stands exactly in that place and as wide as it, but for the bar.
func NewScroll(content fyne.CanvasObject) *fyne.Container {
	l := &scrollLayout{content: content}
	l.held = fyne.NewContainerWithLayout(l, content)
	l.scroll = container.NewVScroll(l.held)
	return fyne.NewContainerWithLayout(scrollPlace{l}, l.scroll)
}

// scrollPlace is the layout of the place, scrollLayout that of what scrolls in it.
type scrollPlace struct{ *scrollLayout }

type scrollLayout struct {
	content fyne.CanvasObject
	held    *fyne.Container
	scroll  *container.Scroll
	inner   fyne.Size // of the content
}

// Layout gives the content its width first, so that wrapped texts know their height.
func (p scrollPlace) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	l := p.scrollLayout
	wide := size.Width
	high := HeightOf(l.content, wide)
	if high > size.Height {
		wide -= scrollGutter
		high = HeightOf(l.content, wide)
	}
	l.inner = fyne.NewSize(wide, max(high, size.Height))
	l.held.Resize(l.inner.AddWidthHeight(2*scrollEdge, 2*scrollEdge))
	place(l.scroll, -scrollEdge, -scrollEdge, size.Width+2*scrollEdge, size.Height+2*scrollEdge)
	l.scroll.Refresh()
}

func (p scrollPlace) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(p.content.MinSize().Width+scrollGutter, 64)
}

func (l *scrollLayout) Layout([]fyne.CanvasObject, fyne.Size) {
	place(l.content, scrollEdge, scrollEdge, l.inner.Width, l.inner.Height)
}

// MinSize is what the place worked out: asking the content again would give the
// height for another width.
func (l *scrollLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, l.inner.Height+2*scrollEdge)
}

// ScrollAs has one of [NewScroll]'s stand where another stands, which may be nil.
func ScrollAs(to, from *fyne.Container) {
	if to == nil || from == nil {
		return
	}
	a, ok := to.Layout.(scrollPlace)
	b, also := from.Layout.(scrollPlace)
	if ok && also {
		a.scroll.Offset = b.scroll.Offset
	}
}
