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
// judged lately, so that they do not alert again (requirements row 45). It holds
// keyed hashes only: a rejected hit is a non-hit, and no trace of its plate may
// stay. The key lives in memory and ends with the process.
type quietPlates struct {
	key   [32]byte
	until map[[32]byte]time.Time
}

func newQuietPlates() (quietPlates, error) {
	q := quietPlates{until: map[[32]byte]time.Time{}}
	_, err := rand.Read(q.key[:])
	return q, err
}

func (q *quietPlates) hash(t plate.Text, m hotlist.Match) [32]byte {
	mac := hmac.New(sha256.New, q.key[:])
	mac.Write([]byte(t))
	mac.Write([]byte{0})
	mac.Write([]byte(m.List + "\x00" + m.Entry.ID))
	return [32]byte(mac.Sum(nil))
}

// quiet reports whether every match of the plate is quiet at the time now.
func (q *quietPlates) quiet(t plate.Text, matches []hotlist.Match, now time.Time) bool {
	for _, m := range matches {
		if now.After(q.until[q.hash(t, m)]) {
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
		q.until[q.hash(t, m)] = until
	}
}

// forget lets a plate's matches alert again at once.
func (q *quietPlates) forget(t plate.Text, matches []hotlist.Match) {
	for _, m := range matches {
		delete(q.until, q.hash(t, m))
	}
}
