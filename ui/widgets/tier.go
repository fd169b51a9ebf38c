package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"secondlook/app/hotlist"
	"secondlook/app/policy"
	"secondlook/ui/theme"
	"secondlook/ui/words"
)

// TierLook returns the icon and the colour of a tier: ▲ grave, ◆ high, ● routine.
func TierLook(t policy.Tier) (icon string, c fyne.ThemeColorName) {
	switch t {
	case policy.Grave:
		return "grave", theme.ColorGrave
	case policy.High:
		return "high", theme.ColorHigh
	}
	return "routine", theme.ColorRoutine
}

// KindLook returns the icon, the word and the colour of a match: ✓ exact, ≈ look-alike.
func KindLook(k hotlist.Kind) (icon, word string, c fyne.ThemeColorName) {
	if k == hotlist.LookAlike {
		return "lookalike", words.T("match.look-alike"), theme.ColorHigh
	}
	return "exact", words.T("match.exact"), theme.ColorOK
}

// Mark is an icon of the set, of any size.
type Mark struct {
	widget.BaseWidget
	icon  string
	color fyne.ThemeColorName
	side  float32
}

// NewMark returns an icon with a side in Fyne units.
func NewMark(icon string, c fyne.ThemeColorName, side float32) *Mark {
	m := &Mark{icon: icon, color: c, side: side}
	m.ExtendBaseWidget(m)
	return m
}

// CreateRenderer implements [fyne.Widget].
func (m *Mark) CreateRenderer() fyne.WidgetRenderer {
	i := picture(nil)
	return draw(func() { i.Resource = theme.Icon(m.icon, m.color) },
		func() fyne.Size { return fyne.NewSquareSize(m.side) },
		func(size fyne.Size) { place(i, 0, (size.Height-m.side)/2, m.side, m.side) }, i)
}

// QueueItem is what a queue card says.
type QueueItem struct {
	// ID is the hit that a tap opens.
	ID   string
	Tier policy.Tier
	// Title is the category, Detail where and when.
	Title, Detail string
	// Count is how many hits the card stands for.
	Count int
	// Current marks the hit on screen, Calls an unanswered grave one, which blinks.
	Current, Calls bool
}

// QueueCard is one hit, or several routine ones of a category, in the queue.
type QueueCard struct {
	widget.BaseWidget
	OnTapped func()

	item                    QueueItem
	focused, hovered, blink bool
}

var (
	_ fyne.Focusable    = (*QueueCard)(nil)
	_ fyne.Tappable     = (*QueueCard)(nil)
	_ desktop.Hoverable = (*QueueCard)(nil)
)

// NewQueueCard returns a card.
func NewQueueCard(item QueueItem, tapped func()) *QueueCard {
	q := &QueueCard{item: item, OnTapped: tapped}
	q.ExtendBaseWidget(q)
	return q
}

// Item returns what the card says.
func (q *QueueCard) Item() QueueItem { return q.item }

// Blink lights the frame of a card that calls, in turn on and off.
func (q *QueueCard) Blink(on bool) {
	if on = on && q.item.Calls; q.blink != on {
		q.blink = on
		q.Refresh()
	}
}

// Tapped implements [fyne.Tappable].
func (q *QueueCard) Tapped(*fyne.PointEvent) {
	touch()
	if q.OnTapped != nil {
		q.OnTapped()
	}
}

// TypedKey implements [fyne.Focusable].
func (q *QueueCard) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		q.Tapped(nil)
	default:
		unfocusedKey(q, e)
	}
}

// TypedRune implements [fyne.Focusable].
func (q *QueueCard) TypedRune(r rune) { unfocusedRune(q, r) }

// FocusGained and FocusLost implement [fyne.Focusable].
func (q *QueueCard) FocusGained() { q.focused = true; q.Refresh(); reveal(q) }
func (q *QueueCard) FocusLost()   { q.focused = false; q.Refresh() }

// MouseIn, MouseMoved and MouseOut implement [desktop.Hoverable].
func (q *QueueCard) MouseIn(*desktop.MouseEvent)    { q.hovered = true; q.Refresh() }
func (q *QueueCard) MouseMoved(*desktop.MouseEvent) {}
func (q *QueueCard) MouseOut()                      { q.hovered = false; q.Refresh() }

const (
	cardBar  float32 = 6
	cardText float32 = 48 // where the text begins
	cardPad  float32 = 12
)

func (q *QueueCard) title() *Text {
	text := q.item.Title
	if q.item.Count > 1 {
		text = words.T("queue.several", "Title", text, "Count", q.item.Count)
	}
	t := NewText(text, theme.SizeBody, theme.ColorText, Wrapped)
	t.Style = theme.Bold
	return t
}

// HeightFor implements [Tall].
func (q *QueueCard) HeightFor(width float32) float32 {
	return q.title().HeightFor(width-cardText-cardPad) + NewSmall(q.item.Detail).HeightFor(width-cardText-cardPad) + 2*cardPad
}

// CreateRenderer implements [fyne.Widget].
func (q *QueueCard) CreateRenderer() fyne.WidgetRenderer {
	frame, ring, bar, mark := box(theme.Radius), newRing(theme.Radius), box(2), picture(nil)
	title, detail := q.title(), NewSmall("")
	var width float32
	dress := func() {
		p := theme.Current()
		icon, name := TierLook(q.item.Tier)
		c := theme.Color(name).(color.NRGBA)
		fill, stroke, weight := p.Surface, p.Line, theme.Stroke
		switch {
		case q.item.Current:
			fill, stroke, weight = p.Raised, c, 2*theme.Stroke
		case q.blink:
			fill, stroke, weight = p.Tint(c, 0.3), c, 2*theme.Stroke
		case q.hovered:
			stroke = p.Muted
		}
		dressBox(frame, fill, stroke, weight)
		dressRing(ring, q.focused, p.Routine)
		dressBox(bar, c, color.Transparent, 0)
		mark.Resource = theme.Icon(icon, name)
		title.text, detail.text = q.title().text, q.item.Detail
	}
	return draw(dress, func() fyne.Size {
		return fyne.NewSize(150, q.HeightFor(max(width, 150)))
	}, func(size fyne.Size) {
		width = size.Width
		inner := size.Width - cardText - cardPad
		place(frame, 0, 0, size.Width, size.Height)
		placeRing(ring, size)
		place(bar, 0, theme.Radius, cardBar, size.Height-2*theme.Radius)
		high, below := title.HeightFor(inner), detail.HeightFor(inner)
		top := (size.Height - high - below) / 2
		place(mark, 16, top, 24, title.step())
		place(title, cardText, top, inner, high)
		place(detail, cardText, top+high, inner, below)
	}, frame, ring, bar, mark, title, detail)
}
