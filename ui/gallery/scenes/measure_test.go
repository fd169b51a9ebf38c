package scenes

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
)

// slack is what positions may be off by, since layouts round.
const slack = 1

// targetFaults are what is to be tapped and too small, out of the window, or over
// something else to be tapped.
func targetFaults(places []Place, window Box) (faults []string) {
	type target struct {
		Place
		what string
	}
	var found []target
	for _, p := range places {
		what, least := targetOf(p)
		if what == "" {
			continue
		}
		size := p.Object.Size()
		if size.Width+slack < theme.Target || size.Height+slack < least {
			faults = append(faults, fmt.Sprintf("%s measures %v, and must %v", what, size, least))
		}
		if clip := scrollOf(p); clip == nil && boxOf(p.At, size).And(window) != boxOf(p.At, size) {
			faults = append(faults, fmt.Sprintf("%s reaches out of the window", what))
		}
		if p.Seen.Empty() {
			continue
		}
		for _, other := range found {
			if shared := p.Seen.And(other.Seen); shared.Right-shared.Left > slack && shared.Bottom-shared.Top > slack && !isPart(p, other.Object) {
				faults = append(faults, fmt.Sprintf("%s lies over %s", what, other.what))
			}
		}
		found = append(found, target{p, what})
	}
	return faults
}

// targetOf names what is tapped, and how high it must be; "" is not tapped, or is moved
// from anywhere near.
func targetOf(p Place) (what string, least float32) {
	for _, w := range p.Within {
		if _, ok := w.(*widget.Entry); ok {
			return "", 0
		}
	}
	switch o := p.Object.(type) {
	case *widgets.Button:
		if o.Kind == widgets.Verdict || o.Kind == widgets.VerdictOK {
			return fmt.Sprintf("the answer %q", o.Text), theme.VerdictLeast
		}
		return fmt.Sprintf("the button %q", o.Text), theme.Target
	case *widget.PopUp, *container.Scroll:
		return "", 0
	case fyne.Tappable:
		if s := fmt.Sprintf("%T", o); !strings.Contains(s, "scrollBar") { // what scrolls is dragged anywhere
			return s, theme.Target
		}
	}
	return "", 0
}

// scrollOf is the innermost thing that scrolls around an object, nil for none.
func scrollOf(p Place) fyne.CanvasObject {
	for i := len(p.Within) - 1; i >= 0; i-- {
		if _, ok := p.Within[i].(*container.Scroll); ok {
			return p.Within[i]
		}
	}
	return nil
}

// line is a line of text on screen.
type line struct {
	Place
	*canvas.Text
	ink   Box // where its characters stand
	plate bool
}

// lines are the lines that can be seen: what an opaque panel lies over cannot.
func lines(places []Place) (seen []line) {
	for i, p := range places {
		t, ok := p.Object.(*canvas.Text)
		if !ok || t.Text == "" || p.Seen.Empty() {
			continue
		}
		l := line{Place: p, Text: t}
		least, size := t.MinSize(), t.Size()
		x := p.At.X
		switch t.Alignment {
		case fyne.TextAlignCenter:
			x += (size.Width - least.Width) / 2
		case fyne.TextAlignTrailing:
			x += size.Width - least.Width
		}
		middle := p.At.Y + size.Height/2
		l.ink = Box{x, middle - t.TextSize*0.4, x + least.Width, middle + t.TextSize*0.4}
		for _, w := range p.Within {
			if _, ok := w.(*widgets.PlateRow); ok {
				l.plate = true
			}
		}
		if !covered(l, places[i+1:]) {
			seen = append(seen, l)
		}
	}
	return seen
}

// covered reports whether something opaque is drawn over a line.
func covered(l line, after []Place) bool {
	for _, p := range after {
		r, ok := p.Object.(*canvas.Rectangle)
		if !ok || r.FillColor == nil {
			continue
		}
		if _, _, _, a := r.FillColor.RGBA(); a == 0xffff && p.Seen.And(l.ink) == l.ink {
			return true
		}
	}
	return false
}

// textFaults are the lines that have too little room, reach out of what they belong to
// or of the window, are cut, or stand over one another.
func textFaults(places []Place, window Box) (faults []string) {
	all := lines(places)
	for i, l := range all {
		if wide := l.MinSize().Width; wide > l.Size().Width+slack {
			faults = append(faults, fmt.Sprintf("%q is %.0f wide and has %.0f", l.Text.Text, wide, l.Size().Width))
		}
		scrolled := false
		for j := len(l.Within) - 1; j >= 0 && !scrolled; j-- {
			around := l.Within[j]
			_, scrolled = around.(*container.Scroll)
			if at, ok := placeOf(places, around); ok && !scrolled && beyond(l.ink, at) {
				faults = append(faults, fmt.Sprintf("%q reaches out of its %T", l.Text.Text, around))
				break
			}
		}
		if !scrolled && beyond(l.ink, window) {
			faults = append(faults, fmt.Sprintf("%q reaches out of the window", l.Text.Text))
		}
		for _, m := range all[:i] {
			a, b := l.ink.And(l.Seen), m.ink.And(m.Seen)
			if both := a.And(b); both.Right-both.Left > slack && both.Bottom-both.Top > slack {
				faults = append(faults, fmt.Sprintf("%q stands over %q", l.Text.Text, m.Text.Text))
			}
		}
	}
	for _, p := range places {
		t, ok := p.Object.(*widgets.Text)
		if !ok || p.Seen.Empty() || t.Text() == "" {
			continue
		}
		if t.Flow == widgets.Cut && !mayCut(p) && fyne.MeasureText(t.Text(), t.TextSize, t.Style).Width > t.Size().Width+slack {
			faults = append(faults, fmt.Sprintf("%q is cut to %.0f", t.Text(), t.Size().Width))
		}
		if high := t.HeightFor(t.Size().Width); high > t.Size().Height+slack {
			faults = append(faults, fmt.Sprintf("%q is %.0f high and has %.0f", t.Text(), high, t.Size().Height))
		}
	}
	return faults
}

// mayCut reports whether a text may end with an ellipsis: the details on a small picture
// of a camera, and a choice whose list has it whole.
func mayCut(p Place) bool {
	for _, w := range p.Within {
		switch w.(type) {
		case *widgets.CameraTile, *widgets.Picker:
			return true
		}
	}
	return false
}

func beyond(b, around Box) bool {
	return b.Left < around.Left-slack || b.Top < around.Top-slack || b.Right > around.Right+slack || b.Bottom > around.Bottom+slack
}

func placeOf(places []Place, o fyne.CanvasObject) (Box, bool) {
	for _, p := range places {
		if p.Object == o {
			return boxOf(p.At, o.Size()), true
		}
	}
	return Box{}, false
}

// scrollFaults are the parts of a screen of which not all is in sight.
func scrollFaults(places []Place) (faults []string) {
	for _, p := range places {
		if s, ok := p.Object.(*container.Scroll); ok && s.Content.Size().Height > s.Size().Height+slack {
			faults = append(faults, fmt.Sprintf("%.0f of %.0f are in sight without scrolling", s.Size().Height, s.Content.Size().Height))
		}
	}
	return faults
}

// The least contrast of text (WCAG 2 AA) and of a plate's characters (row 51).
const textContrast, plateContrast = 4.5, 7

// drawnContrast is what thin strokes keep at least, whose edges are softened.
const drawnContrast = 3

// contrastFaults are the lines that do not stand out from what is under them in the
// window's picture. The ground is the colour that most of what is around a line has. A
// line of which no pixel comes near its colour is hidden by something; what an edge over
// which it scrolls cuts is not looked at.
func contrastFaults(places []Place, picture *image.NRGBA, scale float32) (faults []string) {
	for _, l := range lines(places) {
		box := l.ink.And(l.Seen)
		if box != l.ink || box.Right-box.Left < 4 || box.Bottom-box.Top < 4 {
			continue
		}
		area := image.Rect(int(box.Left*scale), int(box.Top*scale), int(box.Right*scale), int(box.Bottom*scale)).Intersect(picture.Bounds())
		least := textContrast
		if l.plate {
			least = plateContrast
		}
		ground := common(picture, area.Inset(-2).Intersect(picture.Bounds()), area)
		if got := contrast(l.Text.Color, ground); got < least {
			faults = append(faults, fmt.Sprintf("%q has a contrast of %.1f, and must have %.1f", l.Text.Text, got, least))
			continue
		}
		most := 0.0
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				most = max(most, contrast(picture.NRGBAAt(x, y), ground))
			}
		}
		if most < drawnContrast {
			faults = append(faults, fmt.Sprintf("%q is drawn with a contrast of %.1f: something hides it", l.Text.Text, most))
		}
	}
	return faults
}

// common is the colour that most pixels around a part have.
func common(i *image.NRGBA, area, without image.Rectangle) color.Color {
	count := map[color.NRGBA]int{}
	var best color.NRGBA
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if (image.Point{X: x, Y: y}).In(without) {
				continue
			}
			c := i.NRGBAAt(x, y)
			if count[c]++; count[c] > count[best] {
				best = c
			}
		}
	}
	return best
}

// contrast is the ratio of WCAG 2, from 1 to 21.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.Color) float64 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	return 0.2126*linear[n.R] + 0.7152*linear[n.G] + 0.0722*linear[n.B]
}

// linear is the light of each value of a channel.
var linear = func() (l [256]float64) {
	for v := range l {
		if s := float64(v) / 255; s <= 0.04045 {
			l[v] = s / 12.92
		} else {
			l[v] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return l
}()
