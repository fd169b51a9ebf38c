package dock

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/entry"
	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

const (
	// maxEntries bounds what a station may offer.
	maxEntries = 50_000
	// replacedEntries is how often publishing begins again because another
	// connection of this car was publishing the same entry.
	replacedEntries = 3
)

// PublishEntry sends an entry for other terminals of the service and its station.
// Publishing a revision again, or an older one, changes nothing. It returns an
// error that names the field for an entry that is not a decided one, else
// [shift.ErrNoAnswer] or [shift.ErrRefused].
func (l *link) PublishEntry(ctx context.Context, e entry.Entry) error {
	e.Foreign = false // foreign is what it becomes elsewhere
	sealed, err := protocol.SealEntry(l.id.Fleet, l.id.Signer, e)
	if err != nil {
		return err
	}
	ctx, done := l.call(ctx)
	defer done()
	subject := protocol.EntrySubject(l.id.Car, e.ID)
	for range replacedEntries {
		s, ok, err := l.last(ctx, protocol.EntryStream, subject)
		if err != nil {
			return l.failure(ctx, "publish an entry", err)
		}
		if ok && l.revision(e.ID, s.data) >= e.Revision {
			return nil
		}
		turn, answered := l.message(ctx, len(sealed))
		defer answered()
		_, err = l.js.PublishMsg(turn, &nats.Msg{Subject: subject, Data: sealed},
			jetstream.WithExpectLastSequencePerSubject(s.sequence))
		if !taken(err) {
			return l.failure(turn, "publish an entry", err)
		}
	}
	return fmt.Errorf("publish an entry: %w: it was being changed", shift.ErrNoAnswer)
}

// revision is the revision of an entry that this car published before, 0 for one
// that is not this car's.
func (l *link) revision(id string, sealed []byte) int {
	e, err := protocol.OpenEntry(l.id.Fleet, l.id.Authority, l.id.Car, id, time.Now(), sealed)
	if err != nil {
		return 0
	}
	return e.Revision
}

// Entries returns the newest revision of every entry of other terminals that was stored
// since the link's last Entries, of all the first time, by id.
// An entry that neither a car nor the station signed, or that is not whole, is left
// out, and the error then wraps [shift.ErrUntrusted] beside the entries that
// are good.
func (l *link) Entries(ctx context.Context) ([]entry.Entry, error) {
	ctx, done := l.call(ctx)
	defer done()
	now := time.Now()
	newest := map[string]entry.Entry{}
	var refused int
	var first error
	last := l.entries
	err := l.walkFrom(ctx, last+1, protocol.EntryStream, protocol.EntrySubjects, func(s stored) error {
		last = s.sequence
		e, err := l.entry(s, now)
		if err != nil {
			if refused++; first == nil {
				first = err
			}
			return nil
		}
		if old, ok := newest[e.ID]; !ok || e.Follows(old) {
			newest[e.ID] = e
		}
		if len(newest) > maxEntries {
			return fmt.Errorf("%w: more than %d entries", shift.ErrNoAnswer, maxEntries)
		}
		return nil
	})
	if err != nil {
		return nil, l.failure(ctx, "fetch entries", err)
	}
	l.entries = last
	var entries []entry.Entry
	for _, e := range newest {
		if e.Foreign { // else this car's own revision is the newest
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b entry.Entry) int { return cmp.Compare(a.ID, b.ID) })
	if refused > 0 {
		return entries, fmt.Errorf("%d of the entries, the first: %w", refused, first)
	}
	return entries, nil
}

func (l *link) entry(s stored, now time.Time) (entry.Entry, error) {
	car, id, err := protocol.ParseEntrySubject(s.subject)
	if err != nil {
		return entry.Entry{}, fmt.Errorf("%w: %w", shift.ErrUntrusted, err)
	}
	var e entry.Entry
	if car == protocol.StationAuthor {
		e, err = protocol.OpenDecision(l.id.Fleet, l.id.Publishing, id, s.data)
	} else {
		e, err = protocol.OpenEntry(l.id.Fleet, l.id.Authority, car, id, now, s.data)
	}
	if err != nil {
		return entry.Entry{}, fmt.Errorf("car %s: %w", car, err)
	}
	e.Foreign = car != l.id.Car
	return e, nil
}
