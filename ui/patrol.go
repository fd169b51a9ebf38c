package ui

import (
	"errors"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/policy"
	"secondlook/ui/forms"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// patrolScreen is the home of people who patrol: the live pictures, the counts, and
// the way to everything else.
type patrolScreen struct {
	u      *UI
	made   *fyne.Container
	tiles  *tiles
	idle   fyne.CanvasObject // stands in for the tiles while no patrol runs
	ready  *ready
	start  *widgets.Button
	stop   *widgets.Button
	counts *widgets.Text
	bar    *fyne.Container
	bind   int64 // the second for which the counts were filled in
}

func newPatrol(u *UI) *patrolScreen {
	p := &patrolScreen{u: u, tiles: newTiles(u)}
	p.start = widgets.NewVerdict(widgets.VerdictOK, words.T("patrol.start"), words.T("patrol.start.why"), "", p.begin)
	p.start.Icon = "camera"
	p.stop = widgets.NewButton(widgets.Secondary, words.T("patrol.stop"), p.end)
	p.counts = widgets.NewText("", theme.SizeBody, theme.ColorMuted, widgets.Cut)
	note := widgets.NewText(words.T("patrol.off"), theme.SizeBody, theme.ColorMuted, widgets.Wrapped)
	note.Align = fyne.TextAlignCenter
	p.ready = newReady(u)
	p.idle = fyne.NewContainerWithLayout(middle{560}, widgets.NewColumn(2, p.start, note, p.ready.object))
	p.bar = fyne.NewContainerWithLayout(navLayout{}, u.navigation()...)
	p.made = fyne.NewContainerWithLayout(p, p.tiles.object, p.idle, p.counts, p.stop, p.bar)
	p.fill()
	fyne.MeasureText("0", theme.SizePlate, theme.Plate) // reads the font, which the first alert need not wait for then
	return p
}

// navigation returns a button for each place, and for the lock and the sign-out.
func (u *UI) navigation() (bar []fyne.CanvasObject) {
	for _, p := range u.places() {
		if p.name != forms.ScreenStatistics || !u.may(access.ActReview) { // else the reviews lead there: the bar has no room to spare
			bar = append(bar, widgets.NewNav(p.icon, p.text, func() { u.Open(p.name) }))
		}
	}
	return append(bar, widgets.NewNav("person", words.T("nav.account"), func() { u.Open(forms.ScreenAccount) }),
		widgets.NewNav("lock", words.T("nav.lock"), u.lock),
		widgets.NewNav("close", words.T("nav.sign-out"), u.signOut))
}

func (p *patrolScreen) object() fyne.CanvasObject { return p.made }
func (p *patrolScreen) queue() bool               { return true }

func (p *patrolScreen) begin() {
	p.start.Disable()
	p.u.work(p.u.c.StartPatrol, func(err error) {
		p.start.Enable()
		switch {
		case errors.Is(err, cruiser.ErrNotWell):
			p.u.Open(forms.ScreenChecklist)
		case err != nil:
			p.u.Toast(words.Error(err))
		}
		p.fill()
	})
}

func (p *patrolScreen) end() {
	p.stop.Disable()
	p.u.work(p.u.c.StopPatrol, func(err error) {
		p.stop.Enable()
		if err != nil {
			p.u.Toast(words.Error(err))
		}
		p.fill()
	})
}

func (p *patrolScreen) changed(t cruiser.Topic) {
	switch t {
	case cruiser.CamerasChanged, cruiser.QueueChanged:
		p.fill()
	case cruiser.ListsChanged, cruiser.SettingsChanged:
		p.ready.look()
	}
}

// viewed has the checklist filled in before a shift begins.
func (p *patrolScreen) viewed(time.Time) { p.ready.look() }

// fill brings tiles and counts up to date.
func (p *patrolScreen) fill() {
	on := p.u.c.Patrolling()
	if show(p.idle, !on); on {
		p.tiles.fill()
	}
	show(p.tiles.object, on)
	show(p.stop, on)
	reads, hits, nonHits := p.u.c.Counts()
	if d, ok := p.u.c.Deployment(); ok && !on {
		reads, nonHits = d.Statistics.Reads, d.Statistics.NonHits
		hits = reads - nonHits
	}
	p.counts.SetText(words.T("patrol.counts", "Reads", words.Number(reads), "Hits", words.Number(hits), "Erased", words.Number(nonHits)))
	p.made.Refresh()
}

// tick keeps the counts moving.
func (p *patrolScreen) tick(now time.Time) {
	if s := now.Unix(); s != p.bind && p.u.c.Patrolling() {
		p.bind = s
		p.fill()
	}
}

// Layout implements [fyne.Layout].
func (p *patrolScreen) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	gap := theme.Between
	wide := size.Width - 2*gap
	nav := navLayout{}.heightFor(p.bar.Objects, wide)
	put(p.bar, gap, size.Height-gap-nav, wide, nav)
	y := size.Height - gap - nav - gap - theme.Target
	stop := p.stop.MinSize().Width
	put(p.stop, size.Width-gap-stop, y, stop, theme.Target)
	put(p.counts, gap+4, y+(theme.Target-p.counts.MinSize().Height)/2, wide-stop-gap-4, p.counts.MinSize().Height)
	put(p.tiles.object, gap, gap, wide, y-2*gap)
	put(p.idle, gap, gap, wide, y-2*gap)
}

// MinSize implements [fyne.Layout].
func (p *patrolScreen) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(480, 360) }

const navHeight float32 = 68

// navLayout gives every button of the bar the width of its word and, of what is left
// over, the same; where they do not fit beside each other, they stand in rows.
type navLayout struct{}

// rows splits the buttons into as few rows as hold them, of nearly as many each.
func (navLayout) rows(objects []fyne.CanvasObject, width float32) [][]fyne.CanvasObject {
	for n := 1; n <= len(objects); n++ {
		each := (len(objects) + n - 1) / n
		var rows [][]fyne.CanvasObject
		fits := true
		for row := range slices.Chunk(objects, each) {
			need := theme.Grid * float32(len(row)-1)
			for _, o := range row {
				need += o.MinSize().Width
			}
			fits = fits && (need <= width || len(row) == 1)
			rows = append(rows, row)
		}
		if fits {
			return rows
		}
	}
	return nil
}

// heightFor is how high the bar is at a width.
func (l navLayout) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	n := float32(len(l.rows(objects, width)))
	return max(n*navHeight+(n-1)*theme.Grid, 0)
}

func (l navLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, row := range l.rows(objects, size.Width) {
		spare := size.Width - theme.Grid*float32(len(row)-1)
		for _, o := range row {
			spare -= o.MinSize().Width
		}
		x := float32(0)
		for _, o := range row {
			wide := max(o.MinSize().Width+spare/float32(len(row)), theme.Target)
			put(o, x, y, wide, navHeight)
			x += wide + theme.Grid
		}
		y += navHeight + theme.Grid
	}
}

func (navLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(400, navHeight) }

// middle centres an object that is at most so wide.
type middle struct{ most float32 }

func (m middle) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	wide := min(size.Width, m.most)
	for _, o := range objects {
		high := widgets.HeightOf(o, wide)
		put(o, (size.Width-wide)/2, max((size.Height-high)/2, 0), wide, high)
	}
}

func (m middle) MinSize(objects []fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, 160) }

// hitRaised opens a new grave or high hit where the patrol screen is all that is in
// view. What an officer compares, records or writes is never taken away: there the
// hit waits in the queue, visibly.
func (u *UI) hitRaised() {
	if _, ok := u.top().(*patrolScreen); ok {
		u.next()
	}
}

// next opens the hit to judge next, if there is one that presses: not one that was
// put off, and none of the routine tier, which waits for a tap. It reports whether
// there is one.
func (u *UI) next() bool {
	h, ok := u.pressing()
	ok = ok && u.driving == nil // which shows the hit itself
	if ok {
		u.openAlert(h.ID)
	}
	return ok
}

// pressing is the hit that [UI.next] opens.
func (u *UI) pressing() (hit.Hit, bool) {
	for _, h := range u.c.Queue() {
		if h.State == hit.Raised && u.c.Tier(h) != policy.Routine && !u.later[h.ID] {
			return h, true
		}
	}
	return hit.Hit{}, false
}
