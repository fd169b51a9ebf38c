package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// recoveryID is the id of the slot that the recovery code opens, and of its failed
// tries; no badge has it, since those are as long as a key.
var recoveryID = []byte("recovery")

// recovery is what the store keeps of its recovery code, sealed.
type recovery struct {
	access.Recovery
	// Number counts the codes of this terminal.
	Number int
	// Public is that of the slot's pair, as [person.Public] is a person's.
	Public []byte
}

// recovery reads it; the zero recovery where there is none.
func (t txn) recovery() (recovery, error) { return one[recovery](t, bucketSettings, recoveryID) }

// Recovery says which recovery code the terminal has; its time is zero for none.
func (s *Store) Recovery(ctx context.Context) (access.Recovery, error) {
	var r recovery
	err := s.read(ctx, "read the recovery slot", func(t txn) (err error) {
		r, err = t.recovery()
		return err
	})
	return r.Recovery, err
}

// MakeRecovery makes a new recovery code; an earlier one opens nothing any more. The
// code is nowhere but in what it returns. event makes the event of the slot's name.
func (s *Store) MakeRecovery(ctx context.Context, event func(name string) audit.Event) (access.RecoveryCode, access.Recovery, error) {
	s.signing.Lock()
	defer s.signing.Unlock()
	code, made, err := s.makeRecovery(ctx, event)
	return code, made, wrap("make a recovery code", err)
}

func (s *Store) makeRecovery(ctx context.Context, event func(name string) audit.Event) (access.RecoveryCode, access.Recovery, error) {
	file, err := s.fileKey(ctx)
	if err != nil {
		return "", access.Recovery{}, err
	}
	defer clear(file)
	var r recovery
	err = s.read(ctx, "read the recovery slot", func(t txn) (err error) {
		r, err = t.recovery()
		return err
	})
	if err != nil {
		return "", access.Recovery{}, err
	}
	r.Number++
	r.Name, r.Made = fmt.Sprintf("recovery-%d", r.Number), s.options.Now().UTC()
	st, err := s.stretching()
	if err != nil {
		return "", access.Recovery{}, err
	}
	code := access.NewRecoveryCode()
	var sl slot
	if sl, r.Public, err = newSlot(recoveryID, string(code), st.rounds, file, r.Name); err != nil {
		return "", access.Recovery{}, err
	}
	err = s.write(ctx, "keep the recovery slot", event(r.Name), func(t txn) error {
		if err := errors.Join(t.forgetRekeying(), t.put(bucketSettings, recoveryID, r)); err != nil {
			return err
		}
		if err := forgive(t.Tx, recoveryID, r.Made); err != nil {
			return err
		}
		return t.bucket(bucketMeta).Put(recoveryID, sl.encode())
	})
	if err != nil {
		return "", access.Recovery{}, err
	}
	return code, r.Recovery, nil
}

// Recover gives the administrator of a badge a first secret, which they must change
// when they sign in with it, and releases the badge; it opens and shows nothing. The
// second factor stays. Wrong codes count towards a lock-out. event makes the event
// of the slot's name and the person's id. It returns [access.ErrBadRecovery],
// [access.ErrLockedOut], [access.ErrNotAdministrator] or [access.ErrWeakSecret].
func (s *Store) Recover(ctx context.Context, code access.RecoveryCode, badge access.Badge, first string, event func(name, id string) audit.Event) error {
	if err := errors.Join(ctx.Err(), access.CheckSecret(first)); err != nil {
		return wrap("recover", err)
	}
	s.signing.Lock()
	defer s.signing.Unlock()
	k, r, err := s.openRecovery(code)
	if err != nil {
		return wrap("recover", err)
	}
	defer k.forget()
	p, err := s.administrator(k, badge)
	if err != nil {
		return wrap("recover", err)
	}
	sl, err := s.slotFor(&p, first, k.file[:])
	if err != nil {
		return wrap("recover", err)
	}
	p.FirstSecret = true
	return wrap("recover", s.commit(k, event(r.Name, p.ID), func(t txn) error {
		if err := t.foldInbox(); err != nil {
			return err
		}
		now := s.options.Now()
		for _, id := range [][]byte{recoveryID, p.Slot} {
			if err := forgive(t.Tx, id, now); err != nil {
				return err
			}
		}
		if err := errors.Join(t.forgetRekeying(), t.bucket(bucketSlots).Put(p.Slot, sl.encode())); err != nil {
			return err
		}
		if err := t.keepPeople(p); err != nil {
			return err
		}
		return t.foldAttempts(now)
	}))
}

// openRecovery derives the store's keys by the code, or records the failure. The
// caller holds signing.
func (s *Store) openRecovery(code access.RecoveryCode) (*keys, recovery, error) {
	st, err := s.stretching()
	if err != nil {
		return nil, recovery{}, err
	}
	sl, locked := decoy(st.rounds), false
	err = s.view(func(tx *bolt.Tx) error {
		if _, locked, err = loadAttempts(tx, recoveryID, s.options.Now()); err != nil {
			return err
		}
		if b := tx.Bucket([]byte(bucketMeta)).Get(recoveryID); b != nil {
			sl, err = decodeSlot(b)
		}
		return err
	})
	if err != nil {
		return nil, recovery{}, err
	}
	if locked {
		return nil, recovery{}, errors.Join(s.recordFailure(recoveryID), access.ErrLockedOut)
	}
	o, err := sl.open(recoveryID, string(code))
	if errors.Is(err, errWrongSecret) {
		return nil, recovery{}, errors.Join(s.recordFailure(recoveryID), access.ErrBadRecovery)
	}
	if err != nil {
		return nil, recovery{}, err
	}
	defer clear(o.file)
	k, err := deriveKeys(o.file)
	if err != nil {
		return nil, recovery{}, err
	}
	var r recovery
	err = s.look(k, func(t txn) (err error) {
		r, err = t.recovery()
		return err
	})
	if err == nil && !bytes.Equal(r.Public, o.public()) {
		err = damaged("the recovery slot is not the one of its record")
	}
	if err != nil {
		k.forget()
		return nil, recovery{}, err
	}
	return k, r, nil
}

// administrator finds who has the badge, if they are an administrator.
func (s *Store) administrator(k *keys, badge access.Badge) (person, error) {
	var found person
	err := s.look(k, func(t txn) error {
		people, err := all[person](t, bucketPeople)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(people, func(p person) bool {
			return p.Left.IsZero() && p.Has(access.Administrator) && plainBadge(p.Badge) == plainBadge(badge)
		})
		if i < 0 {
			return access.ErrNotAdministrator
		}
		found = people[i]
		return nil
	})
	return found, err
}

// recoveryFailed is what the audit record says of failed tries with a code.
func (p pending) recoveryFailed() audit.Event {
	e := p.event("", "")
	e.Act, e.Reason = audit.RecoveryFailed, ""
	if e.Outcome != "locked out" {
		e.Outcome = audit.OutcomeOtherCode
	}
	return e
}
