package forms

import (
	"context"
	"errors"
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// The filters of the hit log.
const (
	filterAll        = "all"
	filterWaiting    = "waiting"
	filterUnfinished = "unfinished"
	filterClosed     = "closed"
)

// hitLog lists the hits in the car. A row shows no plate: looking at one means to
// open the hit, which is recorded.
type hitLog struct {
	c   *cruiser.Cruiser
	nav Navigator

	all, shown []hit.Hit
	filter     *choice
	count      *widgets.Text
	none       *widgets.Text
	problem    *widgets.Banner
	list       *widgets.List
	page       *fyne.Container
	holder     holder
	open       bool // a hit is shown in place of the list
}

// NewHitLog returns the log of the hits in the car, newest first. It is a [Follower].
func NewHitLog(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	l := newHitLog(c, nav)
	return newFollowing(l.holder.Container, l.load, cruiser.QueueChanged)
}

func newHitLog(c *cruiser.Cruiser, nav Navigator) *hitLog {
	l := &hitLog{c: c, nav: nav, holder: newHolder(), count: widgets.NewSmall(""),
		none: widgets.NewBody(words.T("hits.reading")), problem: widgets.NewProblem("")}
	l.problem.SetText("")
	if !c.May(access.ActSeeHits) {
		l.holder.show(refused(nav, "hits.title", "hits.notallowed"))
		return l
	}
	var options []widgets.Option
	for _, f := range []string{filterAll, filterWaiting, filterUnfinished, filterClosed} {
		options = append(options, widgets.Option{Key: f, Text: words.T("hits.filter." + f)})
	}
	l.filter = newChoice("", 150, options...)
	l.filter.set(filterAll)
	l.filter.changed = l.sift
	l.list = widgets.NewList(func() int { return len(l.shown) }, func() fyne.CanvasObject { return newHitRow() },
		func(i widget.ListItemID, o fyne.CanvasObject) { o.(*hitRow).set(l.c, l.shown[i], l.c.Now()) })
	l.list.OnSelected = func(i widget.ListItemID) {
		l.list.UnselectAll()
		if i < len(l.shown) {
			l.show(l.shown[i].ID)
		}
	}
	top := widgets.NewColumn(1, l.problem, l.filter, l.count)
	body := container.NewBorder(top, nil, nil, nil, container.NewStack(l.list.Framed(), widgets.NewInset(2, l.none)))
	l.page = widgets.NewPage(words.T("hits.title"), nav.Back, body)
	l.holder.show(l.page)
	l.load()
	return l
}

// load reads the log.
func (l *hitLog) load() {
	if l.page == nil {
		return
	}
	work(l.nav, func(ctx context.Context) func() {
		hits, err := l.c.Hits(ctx)
		return func() {
			if err != nil {
				l.problem.SetText(words.Error(err))
			} else {
				l.all = hits
				l.problem.SetText("")
			}
			l.sift()
		}
	})
}

// sift shows the hits that the filter lets pass.
func (l *hitLog) sift() {
	l.shown = nil
	for _, h := range l.all {
		if passes(l.filter.key(), h.State) {
			l.shown = append(l.shown, h)
		}
	}
	l.count.SetText(words.T("hits.count", "N", len(l.all)))
	switch {
	case len(l.all) == 0:
		l.none.SetText(words.T("hits.none"))
	case len(l.shown) == 0:
		l.none.SetText(words.T("hits.none.filter"))
	default:
		l.none.SetText("")
	}
	l.page.Refresh()
	l.list.Refresh()
}

func passes(filter string, s hit.State) bool {
	switch filter {
	case filterWaiting:
		return s.Waiting()
	case filterUnfinished:
		return !s.Waiting() && s != hit.Closed
	case filterClosed:
		return s == hit.Closed
	}
	return true
}

// show opens a hit in place of the list.
func (l *hitLog) show(id string) {
	if l.open {
		return
	}
	l.open = true
	l.read(id, "")
}

// read opens a hit, for a case where it is beyond tactical access (FL 6e).
func (l *hitLog) read(id, caseName string) {
	work(l.nav, func(ctx context.Context) func() {
		a, err := l.c.OpenAlertFor(ctx, id, "", caseName)
		return func() {
			if errors.Is(err, hit.ErrNeedsCase) {
				l.open = false
				ask(l.nav, asked{title: words.T("hits.case.title"), why: words.T("hits.case.why", "N", l.c.Pack().Retention.TacticalDays),
					reason: words.T("hits.case"), needed: "hits.case.needed", yes: words.T("search.open"), no: words.T("action.cancel"),
					do: func(name string) { l.open = true; l.read(id, name) }})
				return
			}
			if err != nil {
				l.open = false
				l.problem.SetText(words.Error(err))
				l.page.Refresh()
				return
			}
			l.holder.show(hitPage(l.c, l.nav, a, l.back))
		}
	})
}

func (l *hitLog) back() {
	l.open = false
	l.holder.show(l.page)
	l.load()
}

// stateWidth is what the longest word for a state needs.
const stateWidth float32 = 300

// hitRow is one hit of the log.
type hitRow struct {
	widget.BaseWidget
	tier, state           *widgets.StatusItem
	category, place, when *widgets.Text
	body                  fyne.CanvasObject
}

func newHitRow() *hitRow {
	r := &hitRow{tier: widgets.NewStatusItem("routine", "", theme.ColorRoutine), state: widgets.NewStatusItem("clock", "", theme.ColorMuted),
		category: widgets.NewText("—", theme.SizeBody, theme.ColorText, widgets.Cut),
		place:    widgets.NewText("—", theme.SizeSmall, theme.ColorMuted, widgets.Cut),
		when:     widgets.NewText("—", theme.SizeSmall, theme.ColorMuted, widgets.Whole)}
	r.category.Style = theme.Bold
	r.ExtendBaseWidget(r)
	width := canvas.NewRectangle(color.Transparent) // so that the states stand below one another
	width.SetMinSize(fyne.NewSize(stateWidth, 0))
	r.body = widgets.NewInset(1, widgets.NewFillRow(2, 1, r.tier, widgets.NewColumn(0, r.category, r.place), widgets.NewColumn(0, width, r.state, r.when)))
	return r
}

func (r *hitRow) set(c *cruiser.Cruiser, h hit.Hit, now time.Time) {
	t := c.Tier(h)
	r.tier.Set(string(t), "", tierColor(t))
	category := ""
	if len(h.Matches) > 0 {
		category = categoryName(c, h.Matches[0].Entry.Category)
	}
	r.category.SetText(category)
	r.place.SetText(h.Read.Camera + " · " + words.Age(now.Sub(h.RaisedAt)))
	icon, colour := "clock", theme.ColorHigh
	if h.State == hit.Closed {
		icon, colour = "approve", theme.ColorOK
	}
	r.state.Set(icon, words.T("hits.state."+string(h.State)), colour)
	r.when.SetText(words.Moment(h.RaisedAt))
	r.body.Refresh()
}

// CreateRenderer implements [fyne.Widget].
func (r *hitRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.body) }
