package forms

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
)

// pair is two objects beside one another, or one below the other, whose height
// depends on their width.
type pair struct {
	widget.BaseWidget
	split         split
	first, second fyne.CanvasObject
}

// split divides a width: the second object begins at x and y and is wide; where y
// is below the first object, they stand one below the other.
type split func(p *pair, width float32) (first float32, at fyne.Position, wide float32)

func newPair(s split, first, second fyne.CanvasObject) *pair {
	p := &pair{split: s, first: first, second: second}
	p.ExtendBaseWidget(p)
	return p
}

// sideways gives a label two fifths and its text the rest.
func sideways(_ *pair, width float32) (float32, fyne.Position, float32) {
	left := width * 0.36
	return left - theme.Grid, fyne.NewPos(left, 0), width - left
}

const (
	// besideLeast is what a record needs beside its buttons, stepsWide what these need.
	besideLeast float32 = 420
	stepsWide   float32 = 190
	// entryTop is where a button stands that is centred on a field's entry.
	entryTop float32 = theme.SizeSmall*1.35 + 6
)

// besideSteps puts buttons at the right of a record, or below it on a narrow screen.
func besideSteps(p *pair, width float32) (float32, fyne.Position, float32) {
	left := width - stepsWide - theme.Margin
	if left < besideLeast {
		return width, fyne.NewPos(0, widgets.HeightOf(p.first, width)+theme.Margin), width
	}
	return left, fyne.NewPos(left+theme.Margin, 0), stepsWide
}

// besideEntry puts a button at the right of a field's entry.
func besideEntry(p *pair, width float32) (float32, fyne.Position, float32) {
	wide := p.second.MinSize().Width
	return width - wide - theme.Grid, fyne.NewPos(width-wide, entryTop), wide
}

// HeightFor implements [widgets.Tall].
func (p *pair) HeightFor(width float32) float32 {
	first, at, wide := p.split(p, width)
	return max(widgets.HeightOf(p.first, first), at.Y+widgets.HeightOf(p.second, wide))
}

// CreateRenderer implements [fyne.Widget].
func (p *pair) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(fyne.NewContainerWithLayout(pairLayout{p}, p.first, p.second))
}

type pairLayout struct{ p *pair }

func (l pairLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	first, at, wide := l.p.split(l.p, size.Width)
	l.p.first.Move(fyne.NewPos(0, 0))
	l.p.first.Resize(fyne.NewSize(first, widgets.HeightOf(l.p.first, first)))
	l.p.second.Move(at)
	l.p.second.Resize(fyne.NewSize(wide, max(widgets.HeightOf(l.p.second, wide), l.p.second.MinSize().Height)))
}

func (l pairLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	a, b := l.p.first.MinSize(), l.p.second.MinSize()
	wide := max(a.Width, b.Width)
	return fyne.NewSize(wide, l.p.HeightFor(max(wide, l.p.Size().Width)))
}

// Held implements [widgets.Holder].
func (p *pair) Held() []fyne.CanvasObject { return []fyne.CanvasObject{p.first, p.second} }
