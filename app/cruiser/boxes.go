package cruiser

import (
	"time"

	"secondlook/app/access"
	"secondlook/app/hit"
	"secondlook/app/plate"
	"secondlook/app/policy"
)

// boxLasts is for how long a new hit's plate is marked in the live picture: long enough
// to see which car it is, and no following of a vehicle (IPC, Secondary uses).
const boxLasts = 10 * time.Second

// HitBox is where the plate of a new hit stands in a camera's live picture.
type HitBox struct {
	Box  plate.Box
	Tier policy.Tier
}

// follow keeps where a hit's plate is, as long as it is new.
func (c *Cruiser) follow(h hit.Hit, e plate.Evidence) {
	if f, ok := e.(plate.Followed); ok {
		if where := f.Where(); where != nil {
			c.mu.Lock()
			c.boxes[h.ID] = where
			c.mu.Unlock()
		}
	}
}

// HitBoxes returns where the plates of new hits that wait for a verdict stand in
// camera i's picture, none while the session is locked. No other plate is ever told:
// what is not a hit is nobody's to look for (requirements row 3).
func (c *Cruiser) HitBoxes(i int) (all []HitBox) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.boxes) == 0 {
		return nil
	}
	if s := c.session; s == nil || s.Locked || s.Need != access.NeedNothing || i < 0 || i >= len(c.settings.Cameras) {
		return nil
	}
	for id, where := range c.boxes {
		h, ok := c.waiting[id]
		if !ok || !h.State.Waiting() || c.now().Sub(h.RaisedAt) > boxLasts {
			delete(c.boxes, id)
			continue
		}
		if h.Read.Camera != c.settings.Cameras[i].Name {
			continue
		}
		if box, ok := where(); ok {
			all = append(all, HitBox{box, c.tier(h)})
		}
	}
	return all
}
