package widgets

import (
	"fyne.io/fyne/v2"

	"secondlook/ui/theme"
)

// Tall is anything whose height depends on its width, such as wrapped text.
type Tall interface {
	HeightFor(width float32) float32
}

// tallLayout is a layout whose height depends on its width.
type tallLayout interface {
	heightFor(objects []fyne.CanvasObject, width float32) float32
}

// HeightOf returns the height that an object needs in a width.
func HeightOf(o fyne.CanvasObject, width float32) float32 {
	switch o := o.(type) {
	case Tall:
		return o.HeightFor(width)
	case *fyne.Container:
		if l, ok := o.Layout.(tallLayout); ok {
			return l.heightFor(o.Objects, width)
		}
	}
	return o.MinSize().Height
}

// NewColumn stacks objects, each as wide as the column and as high as it needs at
// that width, with gaps of theme.Grid*steps between them.
func NewColumn(steps float32, objects ...fyne.CanvasObject) *fyne.Container {
	return fyne.NewContainerWithLayout(&column{gap: steps * theme.Grid}, objects...)
}

type column struct{ gap, width float32 }

func (c *column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	c.width = size.Width
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		high := HeightOf(o, size.Width)
		place(o, 0, y, size.Width, high)
		y += high + c.gap
	}
}

func (c *column) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	high := float32(0)
	for _, o := range objects {
		if o.Visible() {
			high += HeightOf(o, width) + c.gap
		}
	}
	return max(high-c.gap, 0)
}

func (c *column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	wide := float32(0)
	for _, o := range objects {
		if o.Visible() {
			wide = max(wide, o.MinSize().Width)
		}
	}
	return fyne.NewSize(wide, c.heightFor(objects, max(c.width, wide)))
}

// NewGrid puts objects side by side in equal widths of at least least, in as many
// rows as that takes.
func NewGrid(least float32, objects ...fyne.CanvasObject) *fyne.Container {
	return fyne.NewContainerWithLayout(&grid{least: least, gap: theme.Margin}, objects...)
}

type grid struct{ least, gap, width float32 }

// rows splits the visible objects for a width and returns the width of each.
func (g *grid) rows(objects []fyne.CanvasObject, width float32) (rows [][]fyne.CanvasObject, each float32) {
	var seen []fyne.CanvasObject
	for _, o := range objects {
		if o.Visible() {
			seen = append(seen, o)
		}
	}
	if len(seen) == 0 {
		return nil, width
	}
	least := g.least
	for _, o := range seen {
		if b, ok := o.(*Button); ok { // no word of it is cut
			least = max(least, b.word())
		}
	}
	n := min(max(int((width+g.gap)/(least+g.gap)), 1), len(seen))
	count := (len(seen) + n - 1) / n
	n = (len(seen) + count - 1) / count // as many in each row as can be: two and two, not three and one
	for at := 0; at < len(seen); at += n {
		rows = append(rows, seen[at:min(at+n, len(seen))])
	}
	return rows, (width - g.gap*float32(n-1)) / float32(n)
}

func (g *grid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	g.width = size.Width
	rows, each := g.rows(objects, size.Width)
	y := float32(0)
	for _, row := range rows {
		high := highest(row, each)
		for i, o := range row {
			place(o, float32(i)*(each+g.gap), y, each, high)
		}
		y += high + g.gap
	}
}

func highest(row []fyne.CanvasObject, width float32) (high float32) {
	for _, o := range row {
		high = max(high, HeightOf(o, width))
	}
	return high
}

func (g *grid) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	rows, each := g.rows(objects, width)
	high := float32(0)
	for _, row := range rows {
		high += highest(row, each) + g.gap
	}
	return max(high-g.gap, 0)
}

func (g *grid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	wide := float32(0)
	for _, o := range objects {
		if o.Visible() {
			wide = max(wide, o.MinSize().Width)
		}
	}
	return fyne.NewSize(wide, g.heightFor(objects, max(g.width, wide)))
}

// NewRow puts objects side by side, each as wide as it needs and centred in the
// row's height.
func NewRow(steps float32, objects ...fyne.CanvasObject) *fyne.Container {
	return fyne.NewContainerWithLayout(&row{gap: steps * theme.Grid, grow: -1}, objects...)
}

// NewFillRow is [NewRow] in which the object at a position takes the width that is
// left over.
func NewFillRow(steps float32, grow int, objects ...fyne.CanvasObject) *fyne.Container {
	return fyne.NewContainerWithLayout(&row{gap: steps * theme.Grid, grow: grow}, objects...)
}

type row struct {
	gap  float32
	grow int
}

func (r *row) widths(objects []fyne.CanvasObject, width float32) []float32 {
	wide := make([]float32, len(objects))
	left := width + r.gap
	for i, o := range objects {
		if o.Visible() {
			wide[i] = o.MinSize().Width
			left -= wide[i] + r.gap
		}
	}
	if r.grow >= 0 && r.grow < len(objects) && left != 0 {
		wide[r.grow] = max(wide[r.grow]+left, 0)
	}
	return wide
}

func (r *row) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := float32(0)
	for i, wide := range r.widths(objects, size.Width) {
		if o := objects[i]; o.Visible() {
			high := min(HeightOf(o, wide), size.Height)
			place(o, x, (size.Height-high)/2, wide, high)
			x += wide + r.gap
		}
	}
}

func (r *row) heightFor(objects []fyne.CanvasObject, width float32) (high float32) {
	for i, wide := range r.widths(objects, width) {
		if objects[i].Visible() {
			high = max(high, HeightOf(objects[i], wide))
		}
	}
	return high
}

func (r *row) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	for _, o := range objects {
		if o.Visible() {
			m := o.MinSize()
			least.Width += m.Width + r.gap
			least.Height = max(least.Height, m.Height)
		}
	}
	least.Width = max(least.Width-r.gap, 0)
	return least
}

// NewInset keeps a distance of theme.Grid*steps around an object.
func NewInset(steps float32, o fyne.CanvasObject) *fyne.Container {
	return fyne.NewContainerWithLayout(inset(steps*theme.Grid), o)
}

type inset float32

func (in inset) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		place(o, float32(in), float32(in), size.Width-2*float32(in), size.Height-2*float32(in))
	}
}

func (in inset) heightFor(objects []fyne.CanvasObject, width float32) (high float32) {
	for _, o := range objects {
		high = max(high, HeightOf(o, width-2*float32(in)))
	}
	return high + 2*float32(in)
}

func (in inset) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	return least.AddWidthHeight(2*float32(in), 2*float32(in))
}

// NewStack lays objects over one another, as fyne's Stack, and knows its height.
func NewStack(objects ...fyne.CanvasObject) *fyne.Container {
	return fyne.NewContainerWithLayout(inset(0), objects...)
}
