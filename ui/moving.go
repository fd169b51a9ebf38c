package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// moving is what a driver sees who is alone: of the most pressing hit one glance and
// one tap, and nothing to type, to choose or to judge (NHTSA, Driver Distraction
// Guidelines). It lies over the screens that are open; they come back as they were when
// the car stands or a passenger is declared.
type moving struct {
	u    *UI
	made *fyne.Container

	hit       hit.Hit // the one that is shown; no id for none
	mark      *widgets.Mark
	alike     *widgets.Mark // that the plate only looks alike
	category  *widgets.Text
	plate     *widgets.PlateRow
	line      *widgets.Text
	later     *widgets.Button
	tiles     *tiles // while no hit waits
	waiting   *widgets.Text
	why       *widgets.Text
	passenger *widgets.Button
	since     time.Time // since when the hit is shown
}

const (
	// glanceCategory and glanceLine are sizes of text that an eye takes in within a
	// glance, from the driver's seat.
	glanceCategory float32 = 44
	glanceLine     float32 = 30
	// glancePlate is the most height of the plate, as a part of its width: its characters
	// grow no more above it.
	glancePlate float32 = 0.26
	// glanceMark is the side of the tier's sign, glanceSign that of a look-alike's.
	glanceMark float32 = 72
	glanceSign float32 = 44
)

// driven follows the car: it brings up the moving layout, or the screens that were open.
func (u *UI) driven() {
	s, in := u.c.Session()
	moves, passenger := u.c.Driving()
	alone := in && !s.Locked && s.Need == access.NeedNothing && u.may(access.ActPatrol) && moves && !passenger
	switch {
	case alone && u.driving == nil:
		for over := u.win.Canvas().Overlays(); over.Top() != nil; {
			over.Remove(over.Top()) // a dialog would lie over it
		}
		u.win.Canvas().Unfocus() // and a field would take the keys
		u.driving = newMoving(u)
		u.show()
	case !alone && u.driving != nil:
		u.driving = nil
		u.show()
		if _, ok := u.top().(*patrolScreen); ok && in && !s.Locked {
			u.next()
		}
	}
}

// front is the screen in view: the moving layout, or else the one on top.
func (u *UI) front() screen {
	if u.driving != nil {
		return u.driving
	}
	return u.top()
}

// mustWait reports whether nothing but the moving layout may be opened, and says so.
func (u *UI) mustWait() bool {
	if u.driving != nil {
		u.Toast(words.Error(cruiser.ErrMoving))
	}
	return u.driving != nil
}

func newMoving(u *UI) *moving {
	m := &moving{u: u, tiles: newTiles(u), alike: widgets.NewMark("lookalike", theme.ColorHigh, glanceSign)}
	m.tiles.calm = true
	m.category = widgets.NewText("", glanceCategory, theme.ColorText, widgets.Wrapped)
	m.category.Style = theme.Bold
	m.line = widgets.NewText("", glanceLine, theme.ColorText, widgets.Wrapped)
	m.later = widgets.NewVerdict(widgets.Verdict, words.T("moving.later"), words.T("verdict.stays"), "4", m.putOff)
	m.waiting = widgets.NewText("", theme.SizeHeading, theme.ColorMuted, widgets.Cut)
	m.why = widgets.NewText(words.T("moving.why"), theme.SizeHeading, theme.ColorMuted, widgets.Wrapped)
	m.passenger = widgets.NewVerdict(widgets.Secondary, words.T("moving.passenger"), "", "", m.declare)
	m.passenger.Icon = "person"
	m.made = fyne.NewContainerWithLayout(m)
	m.fill()
	return m
}

func (m *moving) object() fyne.CanvasObject { return m.made }
func (m *moving) queue() bool               { return false }

// fill shows the most pressing hit that was not put off.
func (m *moving) fill() {
	waiting, next := m.u.c.Queue(), hit.Hit{}
	for _, h := range waiting {
		if h.State == hit.Raised && !m.u.later[h.ID] {
			next = h
			break
		}
	}
	if m.hit.ID != next.ID {
		m.since = m.u.c.Now()
	}
	m.hit = next
	m.made.Objects = []fyne.CanvasObject{m.why, m.passenger, m.waiting}
	more := len(waiting)
	if next.ID != "" {
		more--
		m.glance(next)
		m.made.Objects = append(m.made.Objects, m.mark, m.category, m.plate, m.alike, m.line, m.later)
	} else {
		m.tiles.fill()
		m.made.Objects = append(m.made.Objects, m.tiles.object)
	}
	m.waiting.SetText("")
	if more > 0 {
		m.waiting.SetText(words.T("moving.waiting", "N", more))
	}
	m.made.Refresh()
}

// glance fills in what is said of a hit.
func (m *moving) glance(h hit.Hit) {
	icon, ink := widgets.TierLook(m.u.c.Tier(h))
	m.mark = widgets.NewMark(icon, ink, glanceMark)
	m.category.SetText(m.u.categoryName(h.Matches[0].Entry.Category))
	m.category.SetColor(ink)
	read, _ := widgets.Glyphs(h.Read, h.Matches[0])
	for i := range read {
		read[i].Centre = 0 // there is no picture to stand under
	}
	m.plate = widgets.NewPlateRow(widgets.Spread(read), theme.SizePlate)
	line := h.Read.Camera
	for _, more := range []string{vehicle(h.Matches[0].Entry), h.Matches[0].Entry.Colour} {
		if more != "" {
			line += " · " + more
		}
	}
	alike := h.Matches[0].Kind == hotlist.LookAlike
	if alike {
		line = words.T("match.look-alike") + " · " + line
	}
	show(m.alike, alike)
	m.line.SetText(line)
}

// putOff leaves the hit in the queue: the one tap that there is. The second tap of a
// double one does not put off the next hit.
func (m *moving) putOff() {
	if m.hit.ID == "" || m.u.c.Now().Sub(m.since) < settling {
		return
	}
	m.u.later[m.hit.ID] = true
	m.fill()
}

func (m *moving) declare() { m.u.work(m.u.c.DeclarePassenger, m.u.sayFault) }

// endPassenger says that the driver is alone again.
func (u *UI) endPassenger() { u.work(u.c.EndPassenger, u.sayFault) }

func (u *UI) sayFault(err error) {
	if err != nil {
		u.Toast(words.Error(err))
	}
}

func (m *moving) changed(t cruiser.Topic) {
	switch t {
	case cruiser.QueueChanged, cruiser.HitRaised, cruiser.CamerasChanged:
		m.fill()
	}
}

// key takes every key but those of the lock and of the night: no verdict is one of them.
func (m *moving) key(r rune) bool {
	switch r {
	case '4':
		m.putOff()
	case 'p', 'P':
		if m.u.c.Training() {
			return false // the trainer's pause
		}
		m.declare()
	case 'l', 'L', 'n', 'N':
		return false
	}
	return true
}

func (m *moving) leave() { m.putOff() }

// Layout implements [fyne.Layout]: from above sign and category, plate, line, the one
// tap; below them, apart, what waits and the passenger.
func (m *moving) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	gap, edge := theme.Between, theme.Margin
	wide := size.Width - 2*edge
	low := size.Height < lowFrom
	high := theme.VerdictLeast
	button := min(wide*0.42, 420)
	text := wide - button - 2*gap
	if upright(size) {
		button, text = wide, wide
	}
	y := size.Height - edge - high
	put(m.passenger, edge+wide-button, y, button, high)
	why, waits := m.why.HeightFor(text), m.waiting.HeightFor(text)
	if upright(size) {
		y -= why + waits + gap
		put(m.waiting, edge, y, text, waits)
		put(m.why, edge, y+waits, text, why)
	} else {
		top := y + (high-why-waits)/2
		put(m.waiting, edge, top, text, waits)
		put(m.why, edge, top+waits, text, why)
		y = min(y, top)
	}
	bottom := y - 2*gap
	if m.hit.ID == "" {
		put(m.tiles.object, edge, edge, wide, bottom-edge)
		return
	}
	m.layGlance(edge, wide, bottom, low)
}

func (m *moving) layGlance(edge, wide, bottom float32, low bool) {
	gap := theme.Between
	later := theme.Verdict
	if low {
		later = theme.VerdictLeast
	}
	put(m.later, edge, bottom-later, wide, later)
	sign := float32(0) // what the look-alike's sign takes of the line
	if m.alike.Visible() {
		sign = glanceSign + gap
	}
	line := max(m.line.HeightFor(wide-sign), sign-gap)
	beside := wide - glanceMark - edge
	category := max(m.category.HeightFor(beside), glanceMark)
	put(m.mark, edge, edge, glanceMark, category)
	put(m.category, edge+glanceMark+edge, edge+(category-m.category.HeightFor(beside))/2, beside, m.category.HeightFor(beside))
	top := edge + category + gap
	plate := max(min(bottom-later-2*gap-line-top, wide*glancePlate), 0)
	put(m.plate, edge, top, wide, plate)
	put(m.alike, edge, top+plate+gap, glanceSign, min(line, glanceSign))
	put(m.line, edge+sign, top+plate+gap, wide-sign, line)
}

// MinSize implements [fyne.Layout].
func (m *moving) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(480, 360) }
