package cruiser

import (
	"time"

	"secondlook/app/patrol"
	"secondlook/app/shift"
)

// cameraTimes adds up how long each camera of a run was up. One goroutine at a
// time may use it.
type cameraTimes struct {
	last time.Time
	up   map[string]bool
	sum  map[string]shift.CameraTime
}

func newCameraTimes(now time.Time) cameraTimes {
	return cameraTimes{last: now, up: map[string]bool{}, sum: map[string]shift.CameraTime{}}
}

// look takes the cameras' state at the time now, which counts since the look
// before, and returns how many were lost and found since then. A file or folder
// that was played to its end is neither lost nor to run any more.
func (c *cameraTimes) look(now time.Time, cameras []patrol.Health) (lost, found int) {
	since := max(now.Sub(c.last), 0)
	c.last = now
	for _, h := range cameras {
		was, known := c.up[h.Name]
		c.up[h.Name] = h.Connected
		t := c.sum[h.Name]
		switch {
		case h.Connected:
			t.Run, t.Up = t.Run+since, t.Up+since
		case !h.Ended:
			t.Run += since
		}
		switch {
		case known && was && !h.Connected && !h.Ended:
			lost++
			t.Losses++
		case known && !was && h.Connected:
			found++
		}
		c.sum[h.Name] = t
	}
	return lost, found
}
