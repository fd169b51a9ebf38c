package vision

import (
	"time"

	"secondlook/app/plate"
)

// Where implements [plate.Followed].
func (e *evidence) Where() func() (plate.Box, bool) { return e.where }

// mostAhead is how far ahead of the newest frame that was looked at a plate's place is
// told. A busy machine looks at a frame some time after it was captured, and the tile
// shows a newer one: a box that is far behind would stand on another car.
const mostAhead = 400 * time.Millisecond

// where is where the plate of a track stands in the lane's newest picture, in parts of
// it; false when it is out of sight, or nobody has looked for too long to tell.
func (l *lane) where(track int) (plate.Box, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	behind := time.Duration(l.captured.Load() - l.at.UnixNano())
	if behind > mostAhead {
		return plate.Box{}, false
	}
	b, ok := l.tracker.Where(track, l.at, max(behind, 0))
	wide, high := float64(l.size.X), float64(l.size.Y)
	if !ok || wide < 1 || high < 1 {
		return plate.Box{}, false
	}
	part := func(v int, of float64) float64 { return min(max(float64(v)/of, 0), 1) }
	box := plate.Box{Left: part(b.Min.X, wide), Top: part(b.Min.Y, high), Right: part(b.Max.X, wide), Bottom: part(b.Max.Y, high)}
	return box, box.Left < box.Right && box.Top < box.Bottom
}
