package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"secondlook/app/hit"
	"secondlook/app/policy"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// queue is the panel of hits that wait for a verdict, and of confirmed ones that
// still miss a step; below them, how many entries raise no alert in this shift.
type queue struct {
	u      *UI
	object *fyne.Container
	cards  []*widgets.QueueCard
	flat   bool
	empty  bool
	lit    bool
	scroll *fyne.Container // of the upright queue, nil before the first
	strip  *flatStrip      // the flat queue, nil before the first
}

func newQueue(u *UI) *queue {
	q := &queue{u: u, object: widgets.NewStack(), empty: true}
	q.fill()
	return q
}

// any reports whether there is anything to show.
func (q *queue) any() bool { return !q.empty }

// height is that of the flat queue in a width.
func (q *queue) height(width float32) float32 { return q.strip.height(width) }

const (
	flatWide, flatHigh float32 = 232, 96
	flatEdge           float32 = 4 // keeps frames whole where the queue scrolls
)

// flatLayout puts cards of the same size side by side.
type flatLayout struct{}

func (flatLayout) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	for i, o := range objects {
		put(o, flatEdge+float32(i)*(flatWide+theme.Grid), flatEdge, flatWide, flatHigh)
	}
}

func (flatLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(float32(len(objects))*(flatWide+theme.Grid)+2*flatEdge, flatHigh+2*flatEdge)
}

// flatStrip is the flat queue: cards that scroll from side to side, and what leads to
// the quieted entries. That does not scroll: it stands beside the cards where all of
// them are in view, else on a line of its own, so that neither hides the other.
type flatStrip struct {
	cards   *fyne.Container
	scroll  *container.Scroll
	quieted *widgets.Button // nil for none
	object  *fyne.Container
}

func newFlatStrip(cards []fyne.CanvasObject, quieted *widgets.Button) *flatStrip {
	s := &flatStrip{cards: fyne.NewContainerWithLayout(flatLayout{}, cards...), quieted: quieted}
	s.scroll = container.NewHScroll(s.cards)
	s.object = fyne.NewContainerWithLayout(s, s.scroll)
	if quieted != nil {
		s.object.Add(quieted)
	}
	return s
}

// beside reports whether the cards and the button stand side by side.
func (s *flatStrip) beside(width float32) bool {
	return s.cards.MinSize().Width+s.quieted.MinSize().Width <= width
}

func (s *flatStrip) height(width float32) float32 {
	high := flatHigh + 2*flatEdge
	if s.quieted != nil && !s.beside(width) {
		high += flatEdge + theme.Target
	}
	return high
}

// Layout implements [fyne.Layout].
func (s *flatStrip) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	wide, high := size.Width, flatHigh+2*flatEdge
	switch {
	case s.quieted == nil:
	case s.beside(size.Width):
		wide = s.cards.MinSize().Width
		put(s.quieted, wide-flatEdge, flatEdge, s.quieted.MinSize().Width, flatHigh)
	default:
		put(s.quieted, flatEdge, high+flatEdge, s.quieted.MinSize().Width, theme.Target)
	}
	put(s.scroll, 0, 0, wide, high)
}

// MinSize implements [fyne.Layout].
func (s *flatStrip) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(flatWide, flatHigh+2*flatEdge)
}

// show shows or hides the queue, upright beside the screen or flat above it.
func (q *queue) show(on, flat bool) {
	show(q.object, on)
	if flat != q.flat {
		q.flat = flat
		q.fill()
	}
}

// current is the id of the hit on screen, "" for none.
func (u *UI) current() string {
	if a, ok := u.top().(interface{ hitID() string }); ok {
		return a.hitID()
	}
	return ""
}

// fill makes the cards anew.
func (q *queue) fill() {
	waiting, open, quiet := q.u.c.Queue(), q.u.c.Open(), len(q.u.c.Quieted())
	q.empty = len(waiting)+len(open)+quiet == 0
	q.cards = nil
	var cards []fyne.CanvasObject
	add := func(item widgets.QueueItem, open func()) {
		card := widgets.NewQueueCard(item, open)
		q.cards = append(q.cards, card)
		cards = append(cards, card)
	}
	heading := func(text string) {
		if !q.flat {
			t := widgets.NewText(text, theme.SizeSmall, theme.ColorMuted, widgets.Cut)
			t.Style = theme.Bold
			cards = append(cards, t)
		}
	}
	heading(words.T("queue.waiting", "N", len(waiting)))
	if many := q.byTier(waiting); many != "" {
		heading(many)
	}
	for _, item := range q.waiting(waiting) {
		add(item, func() { q.u.openAlert(item.ID) })
	}
	if len(waiting) == 0 {
		cards = append(cards, widgets.NewSmall(words.T("queue.empty")))
	}
	if len(open) > 0 {
		heading(words.T("queue.open", "N", len(open)))
		for _, h := range open {
			add(q.item(h, words.T("queue.step."+string(h.State))), func() { q.u.openAlert(h.ID) })
		}
	}
	var quieted *widgets.Button
	if quiet > 0 {
		quieted = widgets.NewIconButton(widgets.Secondary, "sound-off", words.T("queue.quieted", "N", quiet), q.u.openQuieted)
	}
	var body fyne.CanvasObject
	if q.flat {
		q.strip = newFlatStrip(cards, quieted)
		body = q.strip.object
	} else {
		if quieted != nil {
			cards = append(cards, quieted)
		}
		scroll := widgets.NewScroll(widgets.NewColumn(1.25, cards...))
		widgets.ScrollAs(scroll, q.scroll) // a new hit moves nothing under a finger
		q.scroll, body = scroll, scroll
	}
	q.object.Objects = []fyne.CanvasObject{body}
	q.object.Refresh()
}

// waiting returns a card for each hit; routine ones of a category share one, so that
// twenty expired plates do not bury a stolen car.
func (q *queue) waiting(hits []hit.Hit) (items []widgets.QueueItem) {
	at := map[string]int{}
	for _, h := range hits {
		item := q.item(h, "")
		if item.Tier == policy.Routine {
			category := h.Matches[0].Entry.Category
			if i, ok := at[category]; ok {
				items[i].Count++
				if n := items[i].Count; n >= several && !items[i].Current {
					items[i].Detail = words.T("queue.oldest", "Age", words.Age(q.u.c.Now().Sub(h.RaisedAt))) // the queue has the newest first
				}
				if item.Current {
					items[i].Current, items[i].ID, items[i].Detail = true, item.ID, item.Detail
				}
				continue
			}
			at[category] = len(items)
		}
		items = append(items, item)
	}
	return items
}

// several is from how many hits a card says how long the oldest has waited; many is
// from how many waiting ones the queue counts them by tier.
const (
	several = 3
	many    = 6
)

// byTier counts what waits by tier, "" while it is few enough to be seen.
func (q *queue) byTier(hits []hit.Hit) string {
	if len(hits) < many {
		return ""
	}
	n := map[policy.Tier]int{}
	for _, h := range hits {
		n[q.u.c.Tier(h)]++
	}
	return words.T("queue.tiers", "Grave", n[policy.Grave], "High", n[policy.High], "Routine", n[policy.Routine])
}

// onward goes on after a hit is done with: to the next that presses, or, where it was
// a routine one, to the next of its card, so that a card is stepped through with one
// tap a hit; or back to the patrol. Esc and *Not now* leave the card.
func (u *UI) onward(done hit.Hit) {
	category := done.Matches[0].Entry.Category
	if _, presses := u.pressing(); presses || u.c.Tier(done) != policy.Routine {
		u.after()
		return
	}
	for _, h := range u.c.Queue() {
		if h.ID != done.ID && !u.later[h.ID] && u.c.Tier(h) == policy.Routine && h.Matches[0].Entry.Category == category {
			u.openAlert(h.ID)
			return
		}
	}
	u.after()
}

// item returns what a hit's card says; step is what it still misses, if it does.
func (q *queue) item(h hit.Hit, step string) widgets.QueueItem {
	item := widgets.QueueItem{ID: h.ID, Tier: q.u.c.Tier(h), Title: q.u.category(h), Count: 1, Current: h.ID == q.u.current()}
	if step != "" {
		item.Detail = step
		return item
	}
	item.Calls = item.Tier == policy.Grave && !item.Current && h.State == hit.Raised
	item.Detail = words.T("queue.detail", "Camera", h.Read.Camera, "Age", words.Age(q.u.c.Now().Sub(h.RaisedAt)))
	if h.State == hit.NotReviewed {
		item.Detail = words.T("queue.left", "Camera", h.Read.Camera)
	}
	return item
}

// category names a hit's gravest reason.
func (u *UI) category(h hit.Hit) string { return u.categoryName(h.Matches[0].Entry.Category) }

func (u *UI) categoryName(id string) string {
	if c, ok := u.c.Pack().Category(id); ok {
		return c.Name.In(words.Language())
	}
	return id
}

// tick lets what calls blink, slower than once a second and never quicker.
func (q *queue) tick(now time.Time) {
	lit := now.UnixMilli()/700%2 == 0
	if lit == q.lit {
		return
	}
	q.lit = lit
	for _, c := range q.cards {
		c.Blink(lit)
	}
}
