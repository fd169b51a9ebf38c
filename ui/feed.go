package ui

import (
	"image"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

const (
	// frameEvery is the least time between two pictures of a tile: a thirtieth of a
	// second, and a little less, so that a camera's jitter costs none of its pictures.
	frameEvery = 31 * time.Millisecond
	// lookEvery is how often the cameras are asked for new pictures.
	lookEvery = time.Second / 60
	// unpainted is how long a round of pictures may wait to be painted before the next
	// is fetched all the same: a window that is hidden is not painted at all.
	unpainted = time.Second / 4
)

// Paint is one time that the window was painted.
type Paint struct {
	// Hit is the id of the hit on screen, "" for none.
	Hit string
	// Took is for how long painting kept Fyne's goroutine, until it was free again.
	Took time.Duration
	// Done is when that was.
	Done time.Time
}

// paints tells when the window has been painted. Fyne says that to nobody; but it asks
// a raster for its pixels while it paints, when the raster was refreshed before: one
// pixel below everything else says when painting begins, one above when all is drawn.
// It is on the screen when Fyne's goroutine comes back from swapping buffers: when it
// next does what it was called for, or else looks how large the window must be, which
// it does before each painting. All but the channel is that goroutine's.
type paints struct {
	below, above *canvas.Raster
	began        time.Time
	walked       *Paint        // is drawn, but may not be on the screen yet
	drawn        chan struct{} // has [UI.follow] call
	tell         func(Paint)
}

func newPaints(hit func() string, tell func(Paint)) *paints {
	p := &paints{drawn: make(chan struct{}, 1), tell: tell}
	clear := image.NewRGBA(image.Rect(0, 0, 1, 1))
	p.below = canvas.NewRaster(func(int, int) image.Image {
		p.began = time.Now()
		return clear
	})
	p.above = canvas.NewRaster(func(int, int) image.Image {
		p.walked = &Paint{Hit: hit(), Took: time.Since(p.began)}
		select {
		case p.drawn <- struct{}{}:
		default: // a call is on its way
		}
		return clear
	})
	return p
}

// watch has the next painting told. It runs on Fyne's goroutine.
func (p *paints) watch() {
	p.below.Refresh()
	p.above.Refresh()
}

// free notes that Fyne's goroutine, on which it runs, does not paint.
func (p *paints) free() {
	if p.walked == nil {
		return
	}
	done := *p.walked
	p.walked = nil
	done.Done = time.Now()
	done.Took = done.Done.Sub(p.began)
	p.tell(done)
}

// Layout and MinSize implement [fyne.Layout] for the two rasters.
func (p *paints) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	for _, o := range objects {
		o.Resize(fyne.NewSquareSize(1))
	}
}

func (p *paints) MinSize([]fyne.CanvasObject) fyne.Size {
	p.free()
	return fyne.NewSize(0, 0)
}

// follow has each painting told when Fyne's goroutine is free again, until the window
// closes.
func (u *UI) follow() {
	for {
		select {
		case <-u.ctx.Done():
			return
		case <-u.paints.drawn:
			u.do(u.paints.free)
		}
	}
}

// paintingDone has the next round of tiles come.
func (u *UI) paintingDone(p Paint) {
	if p.Hit != "" {
		u.hurry.end()
	}
	select {
	case u.painted <- p:
	default:
	}
	if u.opts.Painted != nil {
		u.opts.Painted(p)
	}
}

// feed brings the cameras' pictures to the tiles on screen: the newest of each, as
// often as the pace allows, and never before the last were painted.
func (u *UI) feed() {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	p := pace{every: frameEvery}
	var last time.Time
	for {
		select {
		case <-u.ctx.Done():
			return
		case <-look.C:
		}
		live := u.live.Load()
		if live == nil || time.Since(last) < p.every || u.hurry.on(time.Now()) {
			continue
		}
		fresh := live.fetch()
		if fresh == 0 {
			continue
		}
		last = time.Now()
		select {
		case done := <-u.painted:
			u.drawn.Add(uint64(fresh))
			p.paid(done.Took)
		case <-time.After(unpainted):
		case <-u.ctx.Done():
			return
		}
		all, dropped := u.frames()
		p.look(all, dropped, last)
	}
}

// Drawn is how many pictures of cameras were painted, of all tiles together.
func (u *UI) Drawn() uint64 { return u.drawn.Load() }

// hurry has the tiles wait from when a hit is raised until its alert is painted, since
// a round of theirs in between would have the alert wait. It may be used from any
// goroutine.
type hurry struct{ until atomic.Int64 }

// hurries is the longest that tiles wait for an alert.
const hurries = time.Second / 2

func (h *hurry) begin(now time.Time)   { h.until.Store(now.Add(hurries).UnixNano()) }
func (h *hurry) end()                  { h.until.Store(0) }
func (h *hurry) on(now time.Time) bool { return now.UnixNano() < h.until.Load() }

// frames is how many frames the cameras gave, of all together, and how many of them
// the readers were too busy to look at.
func (u *UI) frames() (all, dropped uint64) {
	for _, h := range u.c.Cameras() {
		all += h.Frames
		dropped += h.Drops
	}
	return all, dropped
}

// pace decides how often the tiles are drawn. Reading plates comes first: when the
// readers drop frames, drawing may have a small part of the machine only, and the
// tiles slow down to that at once; while they keep up, the tiles speed up again, step
// by step, to the cameras' pace.
type pace struct {
	every        time.Duration // the least time between two rounds
	cost         time.Duration // of one round, smoothed
	all, dropped uint64
	judged       time.Time
}

const (
	// costs is how many times as long as a round keeps Fyne's goroutine the next
	// waits for, on a machine that is busy.
	costs = 8
	// slowest is the longest that tiles wait: a picture a third of a second old still
	// shows an officer that the camera looks the right way.
	slowest = time.Second / 3
	// chance is of how many frames one may be dropped before the tiles slow down.
	chance = 50
)

// paid notes what a round cost.
func (p *pace) paid(took time.Duration) {
	if p.cost == 0 {
		p.cost = took
	}
	p.cost += (took - p.cost) / 8
}

// look judges once a second whether the readers drop frames, by how many there were so
// far and how many were dropped.
func (p *pace) look(all, dropped uint64, now time.Time) {
	if now.Sub(p.judged) < time.Second {
		return
	}
	busy := (dropped-p.dropped)*chance > all-p.all && !p.judged.IsZero()
	p.all, p.dropped, p.judged = all, dropped, now
	if busy {
		p.every = min(costs*p.cost, slowest)
	} else {
		p.every -= p.every / 4
	}
	p.every = max(p.every, frameEvery)
}
