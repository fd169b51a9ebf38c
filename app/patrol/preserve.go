package patrol

import (
	"secondlook/app/plate"
	"secondlook/app/preserve"
)

// Preserving returns what takes the place of [Loop.Handle] in a patrol that begins
// under a preservation order in force (IPC, Managing hit and non-hit information).
// [Loop.Handle] itself knows of no order: a patrol without one has no way on which a
// non-hit could survive. keep is given what an order may keep of each non-hit, after
// the read with its pictures was erased; it decides, and must not wait.
func (l *Loop) Preserving(keep func(preserve.NonHit)) func(plate.Read) {
	return func(r plate.Read) {
		n := preserve.NonHit{Text: r.Text, Jurisdiction: r.Jurisdiction, Camera: r.Camera, At: r.At}
		if !l.handle(r) {
			keep(n)
		}
	}
}
