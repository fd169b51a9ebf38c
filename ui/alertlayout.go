package ui

import (
	"image"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// Layout implements [fyne.Layout] for the alert: title on top, verdicts along the
// bottom, and between them the comparison with the record beside it, or, on a tablet
// held upright, below it. The report of an entry stands under the record.
func (s *alert) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	gap := theme.Between
	wide := size.Width - 2*gap
	s.title.Low = size.Height < lowFrom
	high := s.title.HeightFor(wide)
	put(s.title, gap, gap, wide, high)
	top := gap + high + gap
	bottom := s.footer(size)
	if wide < size.Height*0.95 {
		s.below(gap, top, wide, bottom-top)
		return
	}
	side := s.sideWidth(wide, bottom-top)
	left := wide - side - gap
	if s.title.Low { // the sentence runs below both, on one line
		why := widgets.HeightOf(s.why, wide-4)
		put(s.why, gap+4, bottom-why, wide-4, why)
		bottom -= why + 4
		put(s.compare, gap, top, left, bottom-top)
	} else {
		why := widgets.HeightOf(s.why, left-4)
		area := s.beside(left, bottom-top)
		put(s.compare, gap, top, area.Width, area.Height)
		put(s.why, gap+4, top+min(s.compare.Used(area), area.Height)+theme.Grid, left-4, why)
	}
	doubt := s.doubt.HeightFor(side)
	put(s.doubt, gap+left+gap, bottom-doubt, side, doubt)
	put(s.side.object, gap+left+gap, top, side, bottom-top-doubt-theme.Grid)
}

// beside is what the comparison has of a height, over the sentence.
func (s *alert) beside(left, high float32) fyne.Size {
	return fyne.NewSize(left, high-widgets.HeightOf(s.why, left-4)-theme.Grid)
}

// sideWidth is how wide the record stands: about a third, and wider where that brings
// all of it into view. It takes only what the comparison, as high as it can be, leaves
// free: the plate never gives way to the record.
func (s *alert) sideWidth(wide, high float32) float32 {
	usual := min(max(wide*0.33, 270), 440)
	if s.title.Low {
		return usual
	}
	plate := func(side float32) fyne.Size { return s.compare.Picture(s.beside(wide-side-theme.Between, high)) }
	size := func(side float32) fyne.Size { return fyne.NewSize(side, high-s.doubt.HeightFor(side)-theme.Grid) }
	for _, enough := range []func(fyne.Size) bool{s.side.roomy, s.side.whole} {
		for side := usual; side <= sideBySide && plate(side) == plate(usual); side += theme.Grid {
			if enough(size(side)) {
				return side
			}
		}
	}
	return usual
}

// lowFrom is the height below which a screen counts as low.
const lowFrom float32 = 600

// footer places verdicts and hints, and returns where they begin.
func (s *alert) footer(size fyne.Size) float32 {
	gap := theme.Between
	wide := size.Width - 2*gap
	rows := verdictRows(s.verdicts.Objects, wide)
	each := min(max(size.Height*0.15, theme.VerdictLeast), theme.Verdict)
	if s.title.Low {
		each = theme.VerdictLeast
		for i, b := range s.buttons {
			each = max(each, b.HeightFor(verdictWidths(s.verdicts.Objects, wide-gap*float32(len(s.buttons)))[i]))
		}
	}
	high := each*rows + (rows-1)*gap
	bottom := size.Height - gap
	roomy := !s.title.Low
	show(s.hint, roomy)
	show(s.help, roomy)
	if roomy {
		line := s.hint.MinSize().Height
		help := s.help.MinSize().Width
		put(s.help, gap+wide-help, size.Height-line-4, help, line)
		put(s.hint, gap, size.Height-line-4, wide-help-gap, line)
		bottom = size.Height - line - 8
	}
	put(s.verdicts, gap, bottom-high, wide, high)
	return bottom - high - gap
}

// below lays out the middle of an upright screen.
func (s *alert) below(x, y, wide, high float32) {
	why := widgets.HeightOf(s.why, wide)
	compare := min(s.compare.HeightFor(wide), high*0.62)
	put(s.compare, x, y, wide, compare)
	y += compare + 4
	put(s.why, x, y, wide, why)
	y += why + theme.Grid
	doubt := s.doubt.HeightFor(wide)
	rest := high - compare - why - theme.Grid - 4 - doubt - theme.Grid
	put(s.side.object, x, y, wide, rest)
	put(s.doubt, x, y+rest+theme.Grid, wide, doubt)
}

// MinSize implements [fyne.Layout].
func (s *alert) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(480, 400) }

// sideOf puts the context picture and the record together: the picture over the
// record where there is room, under it where the screen is low, and beside it where
// they are wider than high.
func sideOf(a cruiser.Alert, lost bool, record *fyne.Container) *sideLayout {
	missing := noContext(lost)
	if a.Redacting {
		missing = words.T("alert.redacting")
	}
	picture := func() *widgets.Picture { return widgets.NewPicture(a.Context, missing) }
	l := &sideLayout{context: picture(), below: picture(), record: record}
	l.column = widgets.NewColumn(1.5, record, l.below)
	l.scroll = widgets.NewScroll(l.column)
	l.object = fyne.NewContainerWithLayout(l, l.context, l.scroll)
	return l
}

// noContext says why there is no context picture.
func noContext(lost bool) string {
	if lost {
		return words.T("alert.context-lost")
	}
	return words.T("alert.no-context")
}

// set shows the context picture that was still missing, or that it is lost.
func (l *sideLayout) set(context image.Image, lost bool) {
	l.context.Set(context, noContext(lost))
	l.below.Set(context, noContext(lost))
	l.object.Refresh()
}

type sideLayout struct {
	context, below *widgets.Picture // only one of the two is shown
	record         *fyne.Container
	column         *fyne.Container // what scrolls: the record, and the picture below it
	scroll         *fyne.Container
	object         *fyne.Container
}

// rest is the height that the whole record leaves for the picture over it; less than
// nothing where the record itself is higher.
func (l *sideLayout) rest(size fyne.Size) float32 {
	return size.Height - widgets.HeightOf(l.record, size.Width) - theme.Between
}

// roomy reports whether at least half of the picture stands over the whole record, whole
// whether a picture does in which a vehicle is still recognized.
func (l *sideLayout) roomy(size fyne.Size) bool {
	return l.rest(size) >= l.context.HeightFor(size.Width)*0.5
}

func (l *sideLayout) whole(size fyne.Size) bool {
	return l.roomy(size) || l.rest(size) >= size.Height*0.2
}

// sideBySide is the width above which picture and record stand beside each other.
const sideBySide float32 = 560

func (l *sideLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	gap := theme.Between
	picture := l.context.HeightFor(size.Width)
	show(l.context, true)
	show(l.below, false)
	switch {
	case size.Width > sideBySide:
		half := (size.Width - gap) / 2
		put(l.context, 0, 0, half, min(size.Height, l.context.HeightFor(half)))
		put(l.scroll, half+gap, 0, half, size.Height)
	case l.whole(size): // and what is left for the picture
		high := min(picture, l.rest(size))
		put(l.context, 0, 0, size.Width, high)
		put(l.scroll, 0, high+gap, size.Width, size.Height-high-gap)
	case size.Height >= 400: // a smaller picture, and the record scrolls
		high := min(picture, size.Height*0.32)
		put(l.context, 0, 0, size.Width, high)
		put(l.scroll, 0, high+gap, size.Width, size.Height-high-gap)
	default:
		show(l.context, false)
		show(l.below, true)
		put(l.scroll, 0, 0, size.Width, size.Height)
	}
}

func (l *sideLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, 120) }

// verdictLayout places the verdict buttons in a row, each as wide as its words need
// and with a wider gap after the confirmation; in two rows where one is too narrow.
type verdictLayout struct{}

// verdictRows returns how many rows the verdicts need for their words in a width.
func verdictRows(objects []fyne.CanvasObject, wide float32) float32 {
	all := theme.Between * float32(len(objects))
	for _, o := range objects {
		_, least := o.(*widgets.Button).Widths()
		all += least
	}
	if all > wide {
		return 2
	}
	return 1
}

func (verdictLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	gap := theme.Between
	if verdictRows(objects, size.Width) == 2 {
		wide, high := (size.Width-gap)/2, (size.Height-gap)/2
		for i, o := range objects {
			put(o, float32(i%2)*(wide+gap), float32(i/2)*(high+gap), wide, high)
		}
		return
	}
	x := float32(0)
	for i, wide := range verdictWidths(objects, size.Width-gap*float32(len(objects))) {
		put(objects[i], x, 0, wide, size.Height)
		x += wide + gap
		if i == 0 {
			x += gap
		}
	}
}

// verdictWidths shares out a width: what is left over goes to all alike, what is
// missing is taken where words can go on in a second line.
func verdictWidths(objects []fyne.CanvasObject, free float32) []float32 {
	wide, spare := make([]float32, len(objects)), make([]float32, len(objects))
	all, spares := float32(0), float32(0)
	for i, o := range objects {
		usual, least := o.(*widgets.Button).Widths()
		wide[i], spare[i] = usual, max(usual-least, 0)
		all, spares = all+usual, spares+spare[i]
	}
	for i := range wide {
		switch over := free - all; {
		case over >= 0:
			wide[i] += over / float32(len(wide))
		case spares > 0:
			wide[i] += over * spare[i] / spares
		}
	}
	return wide
}

func (verdictLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(400, theme.VerdictLeast)
}
