package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
)

// progress is told how far a long work is: how many bytes of how many are done, and
// about how long it still takes.
type progress = func(done, total int64, left time.Duration)

// rekeying is what follows a store's name in the name of the file that a re-keying
// writes.
const rekeying = ".rekeying"

var keyNext = []byte("next")

// nextKey is the file key of a re-keying that was begun.
type nextKey struct {
	Key   []byte
	Begun time.Time
}

// Rekey gives the store another file key: it is written anew under it, in batches,
// beside the old file, whose place it takes when it is whole; then the old epoch's key
// and the old file are overwritten. Everybody's slot, and that of the recovery code,
// gets the new key without a secret, sealed to the public keys of their records.
// Somebody whose slot has no key pair yet, since they have not signed in for long, loses
// it: an administrator gives them a first secret.
//
// Nothing else can be done meanwhile. Where it is cut, by its context or a crash, the
// old store stands as it was and may be used; the next Rekey goes on under the same new
// key from what is written, and brings that up to what the store has by then. Only
// where the disk is full is what was written given up, since it takes the room. Past
// the end, the next [Open] destroys what is left of the old file. tell may be nil. It
// returns [ErrLocked], and [audit.ErrNotErased] where the new key is in force and the
// old file is still to be overwritten.
func (s *Store) Rekey(ctx context.Context, e audit.Event, tell progress) error {
	if tell == nil {
		tell = func(int64, int64, time.Duration) {}
	}
	s.signing.Lock()
	defer s.signing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys == nil {
		return wrap("re-key the store", ErrLocked)
	}
	file, err := s.nextKey(e)
	if err != nil {
		return wrap("re-key the store", err)
	}
	defer clear(file)
	s.epochs.mu.Lock()
	defer s.epochs.mu.Unlock()
	return wrap("re-key the store", noRoom(s.rekey(ctx, file, s.stamp(e), tell)))
}

// Rekeying says when a re-keying was begun that is still to be finished; zero for none.
func (s *Store) Rekeying(ctx context.Context) (begun time.Time, err error) {
	err = s.read(ctx, "look for a re-keying", func(t txn) error {
		next, err := one[nextKey](t, bucketRekeying, keyNext)
		begun = next.Begun
		clear(next.Key)
		return err
	})
	return begun, err
}

// nextKey is the file key to come: that of the re-keying that was cut, or a new one,
// which is kept under the epoch's key, so that it goes when the old store does. The
// caller holds everything but the epochs.
func (s *Store) nextKey(e audit.Event) ([]byte, error) {
	var next nextKey
	err := s.look(s.keys, func(t txn) (err error) {
		next, err = one[nextKey](t, bucketRekeying, keyNext)
		return err
	})
	if err != nil || next.Key != nil {
		return next.Key, err
	}
	next = nextKey{randomBytes(keySize), s.options.Now().UTC()}
	e.Act = audit.StoreRekeyBegun
	err = s.commit(s.keys, e, func(t txn) error { return t.put(bucketRekeying, keyNext, next) })
	return next.Key, err
}

// forgetRekeying gives up a re-keying that was cut: whoever could open the store until
// now could have the key that it was to get.
func (t txn) forgetRekeying() error { return t.replace(bucketRekeying, keyNext, nil) }

// Unpaired counts the people whose slot has no key pair yet: [Store.Rekey] leaves them
// without one. Signing in gives them a pair.
func (s *Store) Unpaired(ctx context.Context) (n int, err error) {
	err = s.read(ctx, "read the kinds of key slots", func(t txn) error {
		people, err := all[person](t, bucketPeople)
		for _, p := range people {
			if p.Public == nil && t.canSignIn(p) {
				n++
			}
		}
		return err
	})
	return n, err
}

// rekey does it. The caller holds everything.
func (s *Store) rekey(ctx context.Context, file []byte, e audit.Event, tell progress) error {
	next, err := deriveKeys(file)
	if err != nil {
		return err
	}
	path := s.path + rekeying
	current, err := s.writeUnder(ctx, path, next, file, e, tell)
	if err != nil {
		next.forget()
		if errors.Is(noRoom(err), audit.ErrFull) {
			err = errors.Join(err, destroyFile(path))
		}
		return err
	}
	if err := s.swap(path); err != nil {
		s.epochs.stuck = true // which of the two is in force only opening anew tells
		return err
	}
	s.keys.forget()
	s.keys = next
	// What cannot be destroyed now is tried again by the next Open.
	if err := errors.Join(s.epochs.erase(current), destroyFile(s.path+aside)); err != nil {
		return fmt.Errorf("%w: %w", audit.ErrNotErased, err)
	}
	return nil
}

// writeUnder writes the store under the next keys, and says of which epoch the old one
// is.
func (s *Store) writeUnder(ctx context.Context, path string, next *keys, file []byte, e audit.Event, tell progress) (current uint64, err error) {
	if err := keepOnly(path, next); err != nil {
		return 0, err
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return 0, err
	}
	err = s.look(s.keys, func(old txn) error {
		current = old.marks.epoch.number
		r := &rewriting{old: old, file: file, ctx: ctx, tell: tell, began: time.Now(), orders: map[string]renamed{}, event: e}
		r.m = &migration{db: db, store: s, keys: next, batch: s.batch, marks: &marks{changes: map[string]digest{}}}
		for _, name := range bulky {
			r.total += int64(old.bucket(name).Stats().LeafInuse)
		}
		return r.run()
	})
	return current, errors.Join(err, db.Close())
}

// keepOnly destroys what an earlier run left, unless it is whole and under the same
// keys. The audit record is what is written first.
func keepOnly(path string, next *keys) error {
	err := guard(func() error {
		db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockWait, ReadOnly: true})
		if err != nil {
			return err
		}
		defer db.Close()
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err == nil {
			err = checkPages(f, info.Size())
		}
		if err != nil {
			return err
		}
		return db.View(func(tx *bolt.Tx) error {
			if err := checkFormat(tx); err != nil {
				return err
			}
			key, sealed := tx.Bucket([]byte(bucketAudit)).Cursor().First()
			if key == nil {
				return nil
			}
			_, err := unseal(next.aead[bucketAudit], bucketAudit, key, sealed)
			return err
		})
	})
	if err == nil {
		return nil
	}
	return destroyFile(path)
}
