package widgets

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
)

// Glyph is one character of a plate row.
type Glyph struct {
	Char string
	// Centre is where it stands, as a fraction of the plate picture's width.
	Centre float32
	// Doubt boxes the character.
	Doubt bool
}

// Spread gives every glyph a place of its own where the reader gave none: centres
// must grow from left to right.
func Spread(glyphs []Glyph) []Glyph {
	for i := range glyphs {
		if glyphs[i].Centre <= 0 || glyphs[i].Centre >= 1 || i > 0 && glyphs[i].Centre <= glyphs[i-1].Centre {
			for k := range glyphs {
				glyphs[k].Centre = 0.06 + 0.88*(float32(k)+0.5)/float32(len(glyphs))
			}
			break
		}
	}
	return glyphs
}

// PlateRow is the text of a plate, one character under each character of the
// picture above it.
type PlateRow struct {
	widget.BaseWidget
	glyphs []Glyph
	high   float32
}

// NewPlateRow returns a row of a height, in Fyne units.
func NewPlateRow(glyphs []Glyph, high float32) *PlateRow {
	r := &PlateRow{glyphs: glyphs, high: high}
	r.ExtendBaseWidget(r)
	return r
}

// Text returns the characters.
func (r *PlateRow) Text() (s string) {
	for _, g := range r.glyphs {
		s += g.Char
	}
	return s
}

// advance is a character's width in the plate font as a part of its size.
const advance = 0.6

// pitch is the least distance of two neighbouring characters.
func (r *PlateRow) pitch(width float32) float32 {
	least := width
	for i := 1; i < len(r.glyphs); i++ {
		least = min(least, (r.glyphs[i].Centre-r.glyphs[i-1].Centre)*width)
	}
	return least
}

// TextSize is the size of the characters as they were last laid out.
func (r *PlateRow) TextSize() float32 { return r.text(r.Size()) }

// text is the size of the characters in a size of the row.
func (r *PlateRow) text(size fyne.Size) float32 {
	return min(r.pitch(size.Width)*0.94/advance, size.Height/rowRatio)
}

// CreateRenderer implements [fyne.Widget].
func (r *PlateRow) CreateRenderer() fyne.WidgetRenderer {
	boxes := make([]*canvas.Rectangle, len(r.glyphs))
	chars := make([]*canvas.Text, len(r.glyphs))
	var objects []fyne.CanvasObject
	for i, g := range r.glyphs {
		boxes[i], chars[i] = box(8), canvas.NewText(g.Char, color.White)
		chars[i].TextStyle = theme.Plate
		boxes[i].Hidden = !g.Doubt
		objects = append(objects, boxes[i], chars[i])
	}
	dress := func() {
		p := theme.Current()
		for i := range r.glyphs {
			dressBox(boxes[i], p.Tint(p.High, 0.14), p.High, 2*theme.Stroke)
			chars[i].Color = p.Text // of a doubtful one, too: its box says it, and it is what is compared
		}
	}
	arrange := func(size fyne.Size) {
		pitch, text := r.pitch(size.Width), r.text(size)
		for i, g := range r.glyphs {
			chars[i].TextSize = text
			least := chars[i].MinSize()
			x := g.Centre*size.Width - least.Width/2
			place(chars[i], x, (size.Height-least.Height)/2, least.Width, least.Height)
			wide := min(text*advance*1.5, pitch)
			place(boxes[i], g.Centre*size.Width-wide/2, (size.Height-text*1.2)/2, wide, text*1.2)
		}
	}
	return draw(dress, func() fyne.Size { return fyne.NewSize(120, r.high) }, arrange, objects...)
}

// Comparison is what an officer compares: the plate picture, under it what was
// read, and under that what the list has, character under character.
type Comparison struct {
	widget.BaseWidget
	photo
	read, listed *PlateRow
	// readNote stands above the text that was read, listNote above the list's.
	readNote, listNote *Text
}

// NewComparison returns a comparison; picture may be nil.
func NewComparison(plate image.Image, read, listed []Glyph, readNote, listNote string) *Comparison {
	c := &Comparison{photo: newPhoto(plate, theme.Radius-4),
		read: NewPlateRow(read, theme.SizePlate), listed: NewPlateRow(listed, theme.SizePlate),
		readNote: NewText(readNote, theme.SizeSmall, theme.ColorMuted, Cut),
		listNote: NewText(listNote, theme.SizeSmall, theme.ColorMuted, Cut)}
	c.ExtendBaseWidget(c)
	return c
}

// The share of the height that the picture has, and the bounds of a row's height.
const (
	pictureShare         = 0.64
	rowLeast     float32 = 52 // on a low screen
	rowUsual     float32 = theme.SizePlate * rowRatio
	rowMost      float32 = 104
	plateFrame   float32 = 6
	// rowRatio is a row's height by the size of its text.
	rowRatio float32 = 1.22
	// lowCompare is the height below which the rows give way to the picture.
	lowCompare float32 = 330
)

// aspect is the picture's width by its height, that of a North American plate
// where there is no picture.
func (c *Comparison) aspect() float32 {
	if c.picture == nil || c.picture.Bounds().Dy() == 0 {
		return 2
	}
	b := c.picture.Bounds()
	return float32(b.Dx()) / float32(b.Dy())
}

// measure splits a size: the picture's size and the height of a row.
func (c *Comparison) measure(size fyne.Size) (wide, high, rowHigh float32) {
	notes := c.readNote.step() + c.listNote.step()
	free := size.Height - notes - 2*plateFrame - theme.Grid
	least := rowLeast
	if free >= lowCompare {
		least = rowUsual
	}
	rowHigh = min(max(free*(1-pictureShare)/2, least), rowMost)
	high = max(free-2*rowHigh, 40)
	wide = high * c.aspect()
	if most := size.Width - 2*plateFrame; wide > most {
		wide = most
		high = wide / c.aspect()
		rowHigh = min(max((free-high)/2, least), rowMost)
	}
	return wide, high, rowHigh
}

// Picture returns how large the plate's picture is in a size.
func (c *Comparison) Picture(size fyne.Size) fyne.Size {
	wide, high, _ := c.measure(size)
	return fyne.NewSize(wide, high)
}

// Used returns how much of a size's height the comparison takes.
func (c *Comparison) Used(size fyne.Size) float32 {
	_, high, rowHigh := c.measure(size)
	return high + 2*plateFrame + theme.Grid + c.readNote.step() + c.listNote.step() + 2*rowHigh
}

// HeightFor implements [Tall]: the height at which the picture fills the width.
func (c *Comparison) HeightFor(width float32) float32 {
	high := (width - 2*plateFrame) / c.aspect()
	return high + 2*plateFrame + theme.Grid + c.readNote.step() + c.listNote.step() + 2*min(max(width/9, rowLeast), rowMost)
}

// CreateRenderer implements [fyne.Widget].
func (c *Comparison) CreateRenderer() fyne.WidgetRenderer {
	frame := box(theme.Radius)
	view := c.view
	dress := func() {
		p := theme.Current()
		dressBox(frame, p.Surface, p.Line, 2*theme.Stroke)
	}
	arrange := func(size fyne.Size) {
		wide, high, rowHigh := c.measure(size)
		left := (size.Width - wide) / 2
		y := float32(0)
		place(frame, left-plateFrame, y, wide+2*plateFrame, high+2*plateFrame)
		place(view, left, y+plateFrame, wide, high)
		y += high + 2*plateFrame + theme.Grid
		note := left - plateFrame
		from := max(min(note, size.Width-c.readNote.wide(c.readNote.text)-1), 0) // a long one begins further left
		place(c.readNote, from, y, size.Width-from, c.readNote.step())
		y += c.readNote.step()
		place(c.read, left, y, wide, rowHigh)
		y += rowHigh
		place(c.listNote, note, y, size.Width-note, c.listNote.step())
		y += c.listNote.step()
		place(c.listed, left, y, wide, rowHigh)
	}
	least := func() fyne.Size { return fyne.NewSize(260, 260) }
	return draw(dress, least, arrange, frame, view, c.readNote, c.read, c.listNote, c.listed)
}

// Picture is a framed picture that keeps its shape, with words where there is none.
type Picture struct {
	widget.BaseWidget
	photo
	words string
}

// NewPicture returns a framed picture; words stand in for a missing one.
func NewPicture(i image.Image, words string) *Picture {
	p := &Picture{photo: newPhoto(i, theme.Radius-3), words: words}
	p.ExtendBaseWidget(p)
	return p
}

// Set shows another picture, or other words.
func (p *Picture) Set(i image.Image, words string) {
	p.set(i)
	p.words = words
	p.Refresh()
}

// HeightFor implements [Tall].
func (p *Picture) HeightFor(width float32) float32 {
	if p.picture == nil || p.picture.Bounds().Dx() == 0 {
		return width / 2
	}
	b := p.picture.Bounds()
	return width * float32(b.Dy()) / float32(b.Dx())
}

// CreateRenderer implements [fyne.Widget].
func (p *Picture) CreateRenderer() fyne.WidgetRenderer {
	frame := box(theme.Radius)
	view := p.view
	missing := NewText(p.words, theme.SizeSmall, theme.ColorMuted, Wrapped)
	missing.Align = fyne.TextAlignCenter
	dress := func() {
		missing.text = p.words
		view.Hidden, missing.Hidden = p.picture == nil, p.picture != nil
		c := theme.Current()
		dressBox(frame, c.Surface, c.Line, theme.Stroke)
	}
	arrange := func(size fyne.Size) {
		wide, high := size.Width, size.Height
		if full := p.HeightFor(wide); full < high {
			high = full
		} else if p.picture != nil {
			wide = wide * high / full
		}
		x, y := (size.Width-wide)/2, (size.Height-high)/2
		place(frame, x, y, wide, high)
		place(view, x+3, y+3, wide-6, high-6)
		place(missing, theme.Grid, size.Height/2-missing.step(), size.Width-2*theme.Grid, 2*missing.step())
	}
	return draw(dress, func() fyne.Size { return fyne.NewSize(120, 80) }, arrange, frame, view, missing)
}
