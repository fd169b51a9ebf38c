package cruiser

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"time"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

// quietPlates remembers for which plates and reasons an alert was raised or
// judged lately, so that they do not alert again (requirements row 45). One car
// may be read now as O and now as 0, so plates count by their folded key; but a
// look-alike must never silence the listed plate itself, so an exact match is
// quieted by an exact match only.
//
// It holds keyed hashes: a rejected hit is a non-hit, and no trace of its plate
// may stay. The key lives in memory and ends with the process.
type quietPlates struct {
	key   [32]byte
	until map[[32]byte]time.Time
}

func newQuietPlates() (quietPlates, error) {
	q := quietPlates{until: map[[32]byte]time.Time{}}
	_, err := rand.Read(q.key[:])
	return q, err
}

func (q *quietPlates) hash(t plate.Text, m hotlist.Match, kind hotlist.Kind) [32]byte {
	mac := hmac.New(sha256.New, q.key[:])
	for _, part := range []string{string(plate.Fold(t)), m.List, m.Entry.ID, kind.String()} {
		mac.Write([]byte(part))
		mac.Write([]byte{0})
	}
	return [32]byte(mac.Sum(nil))
}

// quiet reports whether every match of the plate is quiet at the time now.
func (q *quietPlates) quiet(t plate.Text, matches []hotlist.Match, now time.Time) bool {
	for _, m := range matches {
		if now.After(q.until[q.hash(t, m, m.Kind)]) {
			return false
		}
	}
	return true
}

// hush keeps a plate's matches quiet until a time, and forgets those whose time
// is over.
func (q *quietPlates) hush(t plate.Text, matches []hotlist.Match, now, until time.Time) {
	for h, u := range q.until {
		if now.After(u) {
			delete(q.until, h)
		}
	}
	for _, m := range matches {
		q.until[q.hash(t, m, hotlist.LookAlike)] = until
		if m.Kind == hotlist.Exact {
			q.until[q.hash(t, m, hotlist.Exact)] = until
		}
	}
}

// forget lets a plate's matches alert again at once.
func (q *quietPlates) forget(t plate.Text, matches []hotlist.Match) {
	for _, m := range matches {
		delete(q.until, q.hash(t, m, hotlist.Exact))
		delete(q.until, q.hash(t, m, hotlist.LookAlike))
	}
}
