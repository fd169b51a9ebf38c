package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"syscall"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"secondlook/app/audit"
)

// txn is one transaction with the keys to read and write in it.
type txn struct {
	*bolt.Tx
	keys  *keys
	store *Store
	marks *marks
}

// marks are what a transaction has to remember.
type marks struct {
	// changes are what it did to the anchored buckets since the last event was
	// appended.
	changes map[string]digest
	// epoch is the one that it reads and writes in.
	epoch *epoch
	// due is set by what destroys something: the epoch must turn.
	due, turned bool
	// standby is set by what changes something that the standby record is made of.
	standby bool
}

// newTxn is a transaction with its keys. It returns [ErrRolledBack].
func (s *Store) newTxn(tx *bolt.Tx, k *keys) (txn, error) {
	number, err := epochOf(tx)
	if err != nil {
		return txn{}, err
	}
	e, err := k.epoch(number, s.epochs)
	return txn{Tx: tx, keys: k, store: s, marks: &marks{changes: map[string]digest{}, epoch: e}}, err
}

// read runs do in a read transaction. It returns [ErrLocked].
func (s *Store) read(ctx context.Context, what string, do func(t txn) error) error {
	return wrap(what, s.unlocked(ctx, func(k *keys) error { return s.look(k, do) }))
}

// look runs do in a read transaction. Where an epoch turned between its begin and
// the look for its key, it begins anew.
func (s *Store) look(k *keys, do func(t txn) error) error {
	var missed error
	for range 5 {
		missed = nil
		err := s.view(func(tx *bolt.Tx) error {
			t, err := s.newTxn(tx, k)
			if errors.Is(err, ErrRolledBack) {
				missed = err
			}
			if err != nil {
				return err
			}
			return do(t)
		})
		if missed == nil {
			return err
		}
	}
	return missed
}

// alter runs do in a write transaction.
func (s *Store) alter(k *keys, do func(t txn) error) error {
	return s.update(func(tx *bolt.Tx) error {
		t, err := s.newTxn(tx, k)
		if err != nil {
			return err
		}
		if err := do(t); err != nil {
			return err
		}
		if err := t.renewStandby(); err != nil {
			return err
		}
		if t.marks.due && !t.marks.turned {
			return errors.New("something was destroyed in an epoch that did not turn")
		}
		return nil
	})
}

// write runs do in a write transaction together with its audit event: both
// happen or neither does. It returns [ErrLocked].
func (s *Store) write(ctx context.Context, what string, e audit.Event, do func(t txn) error) error {
	return wrap(what, s.unlocked(ctx, func(k *keys) error { return s.commit(k, e, do) }))
}

func (s *Store) commit(k *keys, e audit.Event, do func(t txn) error) error {
	e = s.stamp(e)
	return s.alter(k, func(t txn) error {
		if err := do(t); err != nil {
			return err
		}
		return t.record(e)
	})
}

// errNothing ends a write transaction that found nothing to do: no act, no
// record, no error for the caller.
var errNothing = errors.New("nothing to do")

// unlocked runs do while the keys cannot be forgotten.
func (s *Store) unlocked(ctx context.Context, do func(k *keys) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.keys == nil {
		return ErrLocked
	}
	return do(s.keys)
}

func (s *Store) view(do func(tx *bolt.Tx) error) error {
	s.opening.RLock()
	defer s.opening.RUnlock()
	return guard(func() error { return s.db.View(do) })
}

// update commits with an fsync; when it returns nil, the change is on disk, with
// its record. It returns [audit.ErrNotWritten] where the disk did not take them.
// What was destroyed can then not be opened from an earlier copy of a page either;
// where that failed it returns [audit.ErrNotErased].
func (s *Store) update(do func(tx *bolt.Tx) error) error {
	s.epochs.mu.Lock()
	defer s.epochs.mu.Unlock()
	done := false
	err := guard(func() error {
		return s.db.Update(func(tx *bolt.Tx) error {
			err := do(tx)
			done = err == nil
			return err
		})
	})
	erased := s.epochs.settle(err == nil, s.reached)
	switch {
	case errors.Is(err, errNothing):
		return nil
	case err != nil && done:
		return fmt.Errorf("%w: %w", audit.ErrNotWritten, noRoom(err))
	case err == nil && erased != nil:
		return fmt.Errorf("%w: %w", audit.ErrNotErased, erased)
	}
	return noRoom(err)
}

// What Windows calls a disk without room: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL.
var windowsFull = []error{syscall.Errno(39), syscall.Errno(112)}

// noRoom makes [audit.ErrFull] of what the system says of a disk without room, of a
// quota that is used up, and of a file system that takes no larger file.
func noRoom(err error) error {
	of := []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}
	if runtime.GOOS == "windows" {
		of = append(of, windowsFull...)
	}
	if slices.ContainsFunc(of, func(e error) bool { return errors.Is(err, e) }) {
		return fmt.Errorf("%w: %w", audit.ErrFull, err)
	}
	return err
}

// reached reports whether the disk may have a transaction whose commit failed.
func (s *Store) reached(txn uint64) bool {
	f, err := os.Open(s.path)
	if err != nil {
		return true
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return true
	}
	m, err := readMeta(f, info.Size())
	return err != nil || m.txn >= txn
}

// guard turns the panics and memory faults by which bbolt answers a damaged file
// into [ErrDamaged]. bbolt rolls its transaction back on the way.
func guard(do func() error) (err error) {
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w (%v)", ErrDamaged, p)
		}
	}()
	return do()
}

// boltError says in our words why bbolt did not open a file.
func boltError(err error) error {
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return ErrInUse
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	return err
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
