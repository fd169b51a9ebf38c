package ui

import (
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
)

// tiles are the cameras' live pictures: large on the patrol screen and, where there
// is room, beside an alert. Only the set that is on screen is fed.
type tiles struct {
	u      *UI
	object *fyne.Container

	// calm tiles show a new picture once a second: nothing that moves draws the eye of
	// somebody who drives.
	calm bool
	last time.Time // when they did; only the goroutine that fetches uses it

	mu   sync.Mutex
	each []*widgets.CameraTile
	seen []uint64 // the serial of the newest picture of each
}

func newTiles(u *UI) *tiles {
	t := &tiles{u: u}
	t.object = fyne.NewContainerWithLayout(tilesLayout{})
	t.fill()
	return t
}

// fill brings the tiles and their health up to date.
func (t *tiles) fill() {
	health, now := t.u.c.Cameras(), t.u.c.Now()
	t.mu.Lock()
	fits := len(health) == len(t.each)
	if !fits {
		t.each, t.seen = nil, make([]uint64, len(health))
		for _, h := range health {
			t.each = append(t.each, widgets.NewCameraTile(h, now))
		}
	}
	each := t.each
	t.mu.Unlock()
	for i, h := range health {
		each[i].SetHealth(h, now)
	}
	if !fits {
		t.object.Objects = objects(each)
		t.object.Refresh()
	}
}

func objects(each []*widgets.CameraTile) (all []fyne.CanvasObject) {
	for _, tile := range each {
		all = append(all, tile)
	}
	return all
}

// fetch takes the newest picture for each tile, beside Fyne's goroutine, as large as
// the tile is; none for a tile whose last picture still waits to be drawn. It returns
// how many there were.
func (t *tiles) fetch() int {
	var fresh []*widgets.CameraTile
	if now := t.u.c.Now(); t.calm {
		if now.Sub(t.last) < time.Second {
			return 0
		}
		t.last = now
	}
	t.mu.Lock()
	each, seen := t.each, t.seen
	t.mu.Unlock()
	for i, tile := range each {
		area := tile.Area()
		if tile.Busy() || area.X < 8 || area.Y < 8 {
			continue
		}
		picture, serial := t.u.c.Frame(i, seen[i], area)
		if picture == nil {
			continue
		}
		mark(picture, t.u.c.HitBoxes(i))
		seen[i] = serial // only this goroutine reads and writes the serials
		if tile.Offer(picture) {
			fresh = append(fresh, tile)
		}
	}
	if len(fresh) == 0 {
		return 0
	}
	t.u.do(func() {
		for _, tile := range fresh {
			tile.ShowNewest()
		}
		t.u.paints.watch()
	})
	return len(fresh)
}

// tilesLayout gives every tile the same size, in the rows and columns in which 16:9
// pictures come out largest.
type tilesLayout struct{}

// columns returns how many tiles stand side by side.
func columns(n int, size fyne.Size) int {
	best, most := 1, float32(0)
	for c := 1; c <= n; c++ {
		rows := (n + c - 1) / c
		wide := (size.Width - float32(c-1)*theme.Between) / float32(c)
		high := (size.Height - float32(rows-1)*theme.Between) / float32(rows)
		if got := min(wide, (high-tileChrome)*16/9); got > most {
			best, most = c, got
		}
	}
	return best
}

// tileChrome is the height of a tile's line of text.
const tileChrome float32 = 40

func (tilesLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	n := len(objects)
	if n == 0 {
		return
	}
	c := columns(n, size)
	rows := (n + c - 1) / c
	wide := (size.Width - float32(c-1)*theme.Between) / float32(c)
	high := min((size.Height-float32(rows-1)*theme.Between)/float32(rows), wide*9/16+tileChrome)
	top := (size.Height - float32(rows)*(high+theme.Between) + theme.Between) / 2
	for i, o := range objects {
		put(o, float32(i%c)*(wide+theme.Between), top+float32(i/c)*(high+theme.Between), wide, high)
	}
}

func (tilesLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(160, 120) }
