package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// maxFailures is the most that a lock-out may wait for (CJIS AC-7).
const maxFailures = 5

// keyLockout in the meta bucket has the limits of [Store.SetLockout], in the clear
// like the failures that they are for.
var keyLockout = []byte("lockout")

// lockout reads the limits for one slot id. Nobody could release the only
// administrator or the recovery slot, which therefore wait instead.
func lockout(tx *bolt.Tx, id []byte) (access.Lockout, error) {
	l, err := limits(tx)
	sole := tx.Bucket([]byte(bucketMeta)).Get(keySole)
	if l.Lasts == 0 && (bytes.Equal(sole, id) || bytes.Equal(recoveryID, id)) {
		l.Lasts = l.Window
	}
	return l, err
}

func limits(tx *bolt.Tx) (access.Lockout, error) {
	b := tx.Bucket([]byte(bucketMeta)).Get(keyLockout)
	if b == nil {
		return access.DefaultLockout, nil
	}
	var l access.Lockout
	if err := json.Unmarshal(b, &l); err != nil || l.Validate() != nil {
		return l, fmt.Errorf("limits of failed sign-ins: %w", ErrDamaged)
	}
	return l, nil
}

// SetLockout sets when failed sign-ins lock a badge out, and for how long. It
// holds while nobody is signed in too.
func (s *Store) SetLockout(ctx context.Context, l access.Lockout) error {
	if err := l.Validate(); err != nil {
		return fmt.Errorf("set the lock-out: %w", err)
	}
	return wrap("set the lock-out", s.unlocked(ctx, func(*keys) error {
		return s.update(func(tx *bolt.Tx) error {
			if before, err := limits(tx); err == nil && before == l {
				return errNothing
			}
			plain, err := json.Marshal(l)
			if err != nil {
				return err
			}
			return tx.Bucket([]byte(bucketMeta)).Put(keyLockout, plain)
		})
	}))
}

// Release ends the lock-out of a badge. It returns [access.ErrNotLockedOut].
func (s *Store) Release(ctx context.Context, badge access.Badge, e audit.Event) error {
	s.signing.Lock()
	defer s.signing.Unlock()
	st, err := s.stretching()
	if err != nil {
		return wrap("release a badge", err)
	}
	id, err := st.slotID(badge)
	if err != nil {
		return wrap("release a badge", err)
	}
	return s.write(ctx, "release a badge", e, func(t txn) error {
		now := s.options.Now()
		_, locked, err := loadAttempts(t.Tx, id, now)
		if err == nil && !locked {
			err = access.ErrNotLockedOut
		}
		if err != nil {
			return err
		}
		return forgive(t.Tx, id, now)
	})
}

// attempts are the failed sign-ins of one slot id, whether or not a person has
// it: known and unknown badges behave alike. They lie in the clear, since they
// must be counted while nobody is signed in.
type attempts struct {
	// Failures are the recent ones, oldest first, fewer than [maxFailures].
	Failures []time.Time `json:",omitempty"`
	// Locked is when the last failure came that was allowed; zero if it did not.
	Locked time.Time `json:",omitzero"`
	// Pending waits for the audit record, which is sealed while nobody is signed in.
	Pending pending `json:",omitzero"`
}

// pending are failures that the audit record does not have yet.
type pending struct {
	Failed, LockedOut uint64
	First, Last       time.Time
}

// decodeAttempts reads a record. It returns [ErrDamaged].
func decodeAttempts(b []byte) (attempts, error) {
	var a attempts
	if b == nil {
		return a, nil
	}
	if err := json.Unmarshal(b, &a); err != nil || len(a.Failures) >= maxFailures {
		return attempts{}, fmt.Errorf("failed sign-ins: %w", ErrDamaged)
	}
	return a, nil
}

// at brings the record to the time now: what is over is dropped, and what lies in
// the future, because the clock was set back, happened now.
func (a attempts) at(now time.Time, l access.Lockout) attempts {
	a.Failures = slices.Clone(a.Failures)
	for i, t := range a.Failures {
		if t.After(now) {
			a.Failures[i] = now
		}
	}
	a.Failures = slices.DeleteFunc(a.Failures, func(t time.Time) bool { return now.Sub(t) >= l.Window })
	if a.Locked.After(now) {
		a.Locked = now
	}
	if !a.Locked.IsZero() && l.Lasts > 0 && now.Sub(a.Locked) >= l.Lasts {
		a.Locked = time.Time{}
	}
	return a
}

// locked reports whether the badge is locked out; a is of now.
func (a attempts) locked() bool { return !a.Locked.IsZero() }

// fail counts one more failure; a is of now. A try while locked out is recorded
// but does not make the lock-out longer.
func (a attempts) fail(now time.Time, l access.Lockout) attempts {
	p := &a.Pending
	if p.First.IsZero() {
		p.First = now
	}
	p.Last = now
	if a.locked() {
		p.LockedOut++
		return a
	}
	p.Failed++
	a.Failures = append(a.Failures, now)
	if len(a.Failures) >= l.Failures {
		a.Failures, a.Locked = nil, now
	}
	return a
}

// event is what the audit record says of pending failures; badge and name are
// those of the slot's person, empty where there is none.
func (p pending) event(name, badge string) audit.Event {
	e := audit.Event{
		At: p.Last, Name: name, Badge: badge, Act: audit.SignInFailed, Outcome: audit.OutcomeBadSecret,
		Detail: map[string]string{"failed": strconv.FormatUint(p.Failed, 10)},
	}
	if p.LockedOut > 0 {
		e.Outcome = audit.OutcomeLockedOut
		e.Detail["locked_out"] = strconv.FormatUint(p.LockedOut, 10)
	}
	if p.Failed+p.LockedOut > 1 {
		e.Detail["first"] = p.First.UTC().Format(time.RFC3339)
	}
	if badge == "" {
		e.Reason = audit.ReasonUnknownBadge
	}
	return e
}

// loadAttempts reads a slot's record as of now, and whether the badge is locked out.
func loadAttempts(tx *bolt.Tx, id []byte, now time.Time) (a attempts, locked bool, err error) {
	l, err := lockout(tx, id)
	if err != nil {
		return a, false, err
	}
	a, err = decodeAttempts(tx.Bucket([]byte(bucketAttempts)).Get(id))
	a = a.at(now, l)
	return a, a.locked(), err
}

// saveAttempts writes a record, or deletes one that says nothing.
func saveAttempts(tx *bolt.Tx, id []byte, a attempts) error {
	b := tx.Bucket([]byte(bucketAttempts))
	if len(a.Failures) == 0 && !a.locked() && a.Pending == (pending{}) {
		return b.Delete(id)
	}
	plain, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode failed sign-ins: %w", err)
	}
	return b.Put(id, plain)
}

// forgive drops the failures before a right secret; what waits for the audit
// record stays.
func forgive(tx *bolt.Tx, id []byte, now time.Time) error {
	a, _, err := loadAttempts(tx, id, now)
	if err != nil {
		return err
	}
	a.Failures, a.Locked = nil, time.Time{}
	return saveAttempts(tx, id, a)
}

// foldAttempts moves every pending failure into the audit record.
func (t txn) foldAttempts(now time.Time) error {
	owners := map[string]person{}
	people, err := all[person](t, bucketPeople)
	if err != nil {
		return err
	}
	for _, p := range people {
		if p.Slot != nil {
			owners[string(p.Slot)] = p
		}
	}
	// Collected first: bbolt does not allow changes under a running cursor.
	waiting := map[string]attempts{}
	var order []string
	err = t.bucket(bucketAttempts).ForEach(func(id, b []byte) error {
		a, err := decodeAttempts(b)
		if err != nil {
			return err
		}
		l, err := lockout(t.Tx, id)
		if _, known := owners[string(id)]; !known {
			l.Lasts = l.Window // nobody will release a badge that nobody has
		}
		waiting[string(id)] = a.at(now, l)
		order = append(order, string(id))
		return err
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(order, func(a, b string) int {
		return waiting[a].Pending.Last.Compare(waiting[b].Pending.Last)
	})
	for _, id := range order {
		a := waiting[id]
		if a.Pending != (pending{}) {
			owner := owners[id]
			e := a.Pending.event(string(owner.Name), string(owner.Badge))
			if id == string(recoveryID) {
				e = a.Pending.recoveryFailed()
			}
			if err := t.appendEvent(t.store.stamp(e)); err != nil {
				return err
			}
			a.Pending = pending{}
		}
		if err := saveAttempts(t.Tx, []byte(id), a); err != nil {
			return err
		}
	}
	return nil
}
