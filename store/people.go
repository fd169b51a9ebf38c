package store

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// People returns everybody this terminal knows, those who left too, in the order
// of registration.
func (s *Store) People(ctx context.Context) ([]access.Person, error) {
	var out []access.Person
	now := s.options.Now()
	err := s.read(ctx, "read people", func(t txn) error {
		people, err := all[person](t, bucketPeople)
		if err != nil {
			return err
		}
		for _, p := range people {
			p.CanSignIn = t.canSignIn(p)
			if p.CanSignIn {
				if _, p.LockedOut, err = loadAttempts(t.Tx, p.Slot, now); err != nil {
					return err
				}
			}
			out = append(out, p.Person)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b access.Person) int {
		return cmp.Or(a.Registered.Compare(b.Registered), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// ChangePerson has do change a person's record. It returns do's error,
// [access.ErrUnknownPerson], [access.ErrIncomplete] or
// [access.ErrLastAdministrator]; nothing is changed then. Id and badge stay.
func (s *Store) ChangePerson(ctx context.Context, id string, e audit.Event, do func(*access.Person) error) (access.Person, error) {
	var changed access.Person
	err := s.write(ctx, "change a person's record", e, func(t txn) error {
		p, err := t.person(id)
		if err != nil {
			return err
		}
		before := p.Officer
		if err := do(&p.Person); err != nil {
			return err
		}
		p.ID, p.Badge, p.Registered = before.ID, before.Badge, before.Registered
		if err := p.Validate(); err != nil {
			return err
		}
		changed = p.Person
		return t.keepPeople(p)
	})
	return changed, err
}

// ChangeSecret replaces a person's own secret: only their slot is made anew, and its
// public key noted in their record. It returns [access.ErrBadSignIn], [access.ErrLockedOut], [access.ErrWeakSecret] or
// [access.ErrSameSecret].
func (s *Store) ChangeSecret(ctx context.Context, badge access.Badge, old, next string, e audit.Event) error {
	if subtle.ConstantTimeCompare([]byte(old), []byte(next)) == 1 {
		return wrap("change a secret", access.ErrSameSecret)
	}
	if err := access.CheckSecret(next); err != nil {
		return wrap("change a secret", err)
	}
	s.signing.Lock()
	defer s.signing.Unlock()
	p, k, err := s.unlock(ctx, badge, access.Proof{Secret: old, SecretOnly: true})
	if err != nil {
		return wrap("change a secret", err)
	}
	defer k.forget()
	sl, err := s.slotFor(&p, next, k.file[:])
	if err != nil {
		return wrap("change a secret", err)
	}
	p.FirstSecret = false
	return wrap("change a secret", s.commit(k, e, func(t txn) error {
		if err := errors.Join(t.forgetRekeying(), t.keepPerson(p)); err != nil {
			return err
		}
		return t.bucket(bucketSlots).Put(p.Slot, sl.encode())
	}))
}

// GiveSecret gives a person a first secret, which they must change when they first
// sign in with it: to somebody who forgot theirs, has none on this terminal yet, or
// comes back. It returns [access.ErrUnknownPerson], [access.ErrWeakSecret] or
// [access.ErrBadgeTaken].
func (s *Store) GiveSecret(ctx context.Context, id, first string, e audit.Event) error {
	file, err := s.fileKey(ctx)
	if err != nil {
		return wrap("give a secret", err)
	}
	defer clear(file)
	var who person
	err = s.read(ctx, "give a secret", func(t txn) (err error) {
		who, err = t.person(id)
		return err
	})
	if err != nil {
		return err
	}
	sl, err := s.slotFor(&who, first, file)
	if err != nil {
		return wrap("give a secret", err)
	}
	return s.write(ctx, "give a secret", e, func(t txn) error {
		p, err := t.person(id)
		if err != nil {
			return err
		}
		if err := t.badgeFree(p.Officer); err != nil {
			return err
		}
		p.Slot, p.Public, p.FirstSecret, p.Left = who.Slot, who.Public, true, time.Time{}
		if err := errors.Join(t.forgetRekeying(), t.bucket(bucketSlots).Put(p.Slot, sl.encode())); err != nil {
			return err
		}
		// Who was locked out for having forgotten it may use the new one.
		if err := forgive(t.Tx, p.Slot, s.options.Now()); err != nil {
			return err
		}
		return t.keepPeople(p)
	})
}

// Deactivate destroys a person's key slot and second factor; their name stays for
// the records. It returns [access.ErrUnknownPerson] or
// [access.ErrLastAdministrator].
func (s *Store) Deactivate(ctx context.Context, id string, e audit.Event) error {
	return s.write(ctx, "deactivate a person", e, func(t txn) error {
		p, err := t.person(id)
		if err != nil {
			return err
		}
		return t.deactivate(p)
	})
}

// deactivate leaves the name for the records, and no way in.
func (t txn) deactivate(p person) error {
	slot := p.Slot
	p.Slot, p.Public, p.Factor, p.SecondFactor, p.FirstSecret = nil, nil, access.Factor{}, time.Time{}, false
	p.Left = t.store.options.Now().UTC()
	if err := t.keepPeople(p); err != nil || slot == nil {
		return err
	}
	return errors.Join(t.forgetRekeying(), t.bucket(bucketAttempts).Delete(slot), t.bucket(bucketSlots).Delete(slot))
}

// SetFactor keeps a person's second factor; the zero Factor is none.
func (s *Store) SetFactor(ctx context.Context, id string, f access.Factor, e audit.Event) error {
	return s.write(ctx, "keep a second factor", e, func(t txn) error {
		p, err := t.person(id)
		if err != nil {
			return err
		}
		p.Factor, p.SecondFactor = f, time.Time{}
		if f.Enrolled() {
			p.SecondFactor = s.options.Now().UTC()
		}
		return t.keepPerson(p)
	})
}

// person reads somebody's record.
func (t txn) person(id string) (person, error) {
	p, err := one[person](t, bucketPeople, t.keys.nameOf(bucketPeople, id))
	if err == nil && p.ID == "" {
		err = access.ErrUnknownPerson
	}
	return p, err
}

// canSignIn reports whether a person has a key slot.
func (t txn) canSignIn(p person) bool {
	return p.Slot != nil && t.bucket(bucketSlots).Get(p.Slot) != nil
}

// badgeFree returns [access.ErrBadgeTaken] where somebody else has the badge who did
// not leave.
func (t txn) badgeFree(o access.Officer) error {
	people, err := all[person](t, bucketPeople)
	if err != nil {
		return err
	}
	taken := slices.ContainsFunc(people, func(p person) bool {
		return p.ID != o.ID && p.Left.IsZero() && plainBadge(p.Badge) == plainBadge(o.Badge)
	})
	if taken {
		return access.ErrBadgeTaken
	}
	return nil
}

func (t txn) keepPerson(p person) error {
	return t.put(bucketPeople, t.keys.nameOf(bucketPeople, p.ID), p)
}

// keepPeople keeps changed people. It returns [access.ErrLastAdministrator] where
// no administrator would remain who can sign in.
func (t txn) keepPeople(changed ...person) error {
	before, err := t.administrators()
	if err != nil {
		return err
	}
	for _, p := range changed {
		if err := t.keepPerson(p); err != nil {
			return err
		}
	}
	after, err := t.administrators()
	if err == nil && len(before) > 0 && len(after) == 0 {
		err = access.ErrLastAdministrator
	}
	if err != nil {
		return err
	}
	return t.noteSole()
}

// noteSole writes down whose lock-out nobody could release.
func (t txn) noteSole() error {
	administrators, err := t.administrators()
	if err != nil {
		return err
	}
	meta := t.bucket(bucketMeta)
	if len(administrators) == 1 {
		return meta.Put(keySole, administrators[0].Slot)
	}
	return meta.Delete(keySole)
}

// administrators are those who can sign in.
func (t txn) administrators() (found []person, err error) {
	people, err := all[person](t, bucketPeople)
	for _, p := range people {
		if p.Has(access.Administrator) && t.canSignIn(p) {
			found = append(found, p)
		}
	}
	return found, err
}
