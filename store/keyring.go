package store

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
)

// person is somebody's record.
type person struct {
	access.Person
	Factor access.Factor `json:",omitzero"`
	// Slot is the id of the person's key slot, nil for somebody who has none.
	Slot []byte
	// Public is the public key of the slot's pair, nil for a slot of kind slotSecret.
	// What the slot in the clear says must fit it, and re-keying seals to it alone.
	Public []byte `json:",omitempty"`
}

// IsSetUp reports whether a first person exists. It needs no sign-in.
func (s *Store) IsSetUp() (bool, error) {
	var found bool
	err := s.view(func(tx *bolt.Tx) error {
		id, _ := tx.Bucket([]byte(bucketSlots)).Cursor().First()
		found = id != nil
		return nil
	})
	return found, wrap("look for people", err)
}

// SetUp makes the file key, the key that signs the audit record and the first
// person, and leaves the store open. The event names the public key. It
// returns [ErrSetUp], [access.ErrIncomplete] or [access.ErrWeakSecret]. An
// officer without an id gets a random one.
func (s *Store) SetUp(ctx context.Context, first access.Person, secret string, e audit.Event) error {
	return wrap("set up", s.setUp(ctx, first, secret, e, func(txn) error { return nil }))
}

// SetUpWith is SetUp with the terminal's settings and their event, in one
// transaction: a terminal that is killed in it is not half set up.
func (s *Store) SetUpWith(ctx context.Context, first access.Person, secret string, e audit.Event, settings cruiser.Settings, change audit.Event) error {
	change = s.stamp(change)
	return wrap("set up", s.setUp(ctx, first, secret, e, func(t txn) error {
		if err := t.put(bucketSettings, keySettings, settings); err != nil {
			return err
		}
		return t.record(change)
	}))
}

// setUp does what SetUp says, and then in the same transaction.
func (s *Store) setUp(ctx context.Context, first access.Person, secret string, e audit.Event, then func(t txn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.signing.Lock()
	defer s.signing.Unlock()
	// Asked before the slow part; the transaction asks again.
	switch done, err := s.IsSetUp(); {
	case err != nil:
		return err
	case done:
		return ErrSetUp
	}
	file := randomBytes(keySize)
	defer clear(file)
	k, err := deriveKeys(file)
	if err != nil {
		return err
	}
	p, sl, err := s.enrol(first, secret, file)
	if err != nil {
		return err
	}
	e.Detail = maps.Clone(e.Detail)
	if e.Detail == nil {
		e.Detail = map[string]string{}
	}
	e = s.stamp(e)
	err = s.alter(k, func(t txn) error {
		if id, _ := t.bucket(bucketSlots).Cursor().First(); id != nil {
			return ErrSetUp
		}
		t.marks.due = true // the first epoch
		if err := errors.Join(t.putPerson(p, sl), t.makeInbox()); err != nil {
			return err
		}
		key, err := t.signer()
		if err != nil {
			return err
		}
		e.Detail[audit.DetailKey] = audit.KeyText(key.Public().(ed25519.PublicKey))
		if err := t.record(e); err != nil {
			return err
		}
		return then(t)
	})
	if err != nil {
		k.forget()
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold(k)
	return nil
}

// Register adds a person with a first secret, which they must change. It returns
// [access.ErrBadgeTaken], [access.ErrIncomplete], [access.ErrWeakSecret] or
// [ErrLocked].
func (s *Store) Register(ctx context.Context, o access.Officer, secret string, e audit.Event) error {
	file, err := s.fileKey(ctx)
	if err != nil {
		return wrap("register", err)
	}
	defer clear(file)
	p, sl, err := s.enrol(access.Person{Officer: o, FirstSecret: true}, secret, file)
	if err != nil {
		return wrap("register", err)
	}
	return s.write(ctx, "register", e, func(t txn) error {
		if err := t.badgeFree(p.Officer); err != nil {
			return err
		}
		return t.putPerson(p, sl)
	})
}

// fileKey is a copy of the file key, since stretching a secret must not hold up a
// sign-out. The caller clears it.
func (s *Store) fileKey(ctx context.Context) (file []byte, err error) {
	err = s.unlocked(ctx, func(k *keys) error { file = slices.Clone(k.file[:]); return nil })
	return file, err
}

// enrol checks an officer and a secret and makes the person's slot.
func (s *Store) enrol(who access.Person, secret string, file []byte) (person, slot, error) {
	o := &who.Officer
	if err := o.Validate(); err != nil {
		return person{}, slot{}, err
	}
	if o.ID == "" {
		o.ID = uuid.NewString()
	}
	if o.Registered.IsZero() {
		o.Registered = s.options.Now().UTC()
	}
	p := person{Person: who}
	sl, err := s.slotFor(&p, secret, file)
	return p, sl, err
}

// slotFor makes a person's slot for a new secret. Its pair is a new one too: who has
// an old copy of the file and the old secret gets nothing out of a later file key.
func (s *Store) slotFor(p *person, secret string, file []byte) (sl slot, err error) {
	if err := access.CheckSecret(secret); err != nil {
		return slot{}, err
	}
	st, err := s.stretching()
	if err != nil {
		return slot{}, err
	}
	if p.Slot, err = st.slotID(p.Badge); err != nil {
		return slot{}, err
	}
	sl, p.Public, err = newSlot(p.Slot, secret, st.rounds, file, p.ID)
	return sl, err
}

// putPerson adds a person with their slot.
func (t txn) putPerson(p person, sl slot) error {
	if t.bucket(bucketPeople).Get(t.keys.nameOf(bucketPeople, p.ID)) != nil {
		return errors.New("an officer with this id is registered already")
	}
	if err := t.keepPerson(p); err != nil {
		return err
	}
	if err := t.bucket(bucketSlots).Put(p.Slot, sl.encode()); err != nil {
		return err
	}
	return t.noteSole()
}

// SignIn opens the store for the person and records it, together with failures
// that happened while the store was locked. It returns [access.ErrBadSignIn],
// for a wrong secret and an unknown badge alike, [access.ErrCodeNeeded] or
// [access.ErrBadCode] where there is a second factor, and [access.ErrLockedOut]
// after too many failures. A store that is open stays open for whoever it was
// opened by where this fails.
func (s *Store) SignIn(ctx context.Context, badge access.Badge, proof access.Proof) (access.Person, error) {
	p, err := s.enter(ctx, badge, proof, audit.SignedIn)
	return p, wrap("sign in", err)
}

// Unlock opens a store that [Store.Lock] locked, and records it as such. It returns
// the errors of [Store.SignIn].
func (s *Store) Unlock(ctx context.Context, badge access.Badge, proof access.Proof) (access.Person, error) {
	p, err := s.enter(ctx, badge, proof, audit.Unlocked)
	return p, wrap("unlock", err)
}

// enter opens the store for the person, and takes in what was recorded while it was
// locked.
func (s *Store) enter(ctx context.Context, badge access.Badge, proof access.Proof, act audit.Act) (access.Person, error) {
	s.signing.Lock()
	defer s.signing.Unlock()
	p, k, err := s.unlock(ctx, badge, proof)
	if err != nil {
		return access.Person{}, err
	}
	sl, err := s.renewed(&p, proof.Secret, k)
	if err != nil {
		k.forget()
		return access.Person{}, err
	}
	// Held until the keys are there: nothing more must come into the inbox.
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.proved(k, p, act, sl); err != nil {
		k.forget()
		return access.Person{}, err
	}
	s.hold(k)
	return p.Person, nil
}

// renewed makes a slot of the kind that is written now for a person who has one of
// an earlier kind; nil for everybody else.
func (s *Store) renewed(p *person, secret string, k *keys) (*slot, error) {
	if p.Public != nil {
		return nil, nil
	}
	st, err := s.stretching()
	if err != nil {
		return nil, err
	}
	sl, public, err := newSlot(p.Slot, secret, st.rounds, k.file[:], p.ID)
	p.Public = public
	return &sl, err
}

// proved records a proof that was right: failures before it are forgiven, and the
// code that was used will not do again. A slot takes the place of the person's.
func (s *Store) proved(k *keys, p person, act audit.Act, sl *slot) error {
	e := audit.Event{
		Name: string(p.Name), Badge: string(p.Badge), Role: string(p.Roles[0]), Act: act, Object: p.ID,
	}
	now := s.options.Now()
	return s.commit(k, e, func(t txn) error {
		if err := errors.Join(t.makeInbox(), t.foldInbox()); err != nil {
			return err
		}
		if err := forgive(t.Tx, p.Slot, now); err != nil {
			return err
		}
		if err := t.keepPerson(p); err != nil {
			return err
		}
		if sl != nil {
			if err := t.bucket(bucketSlots).Put(p.Slot, sl.encode()); err != nil {
				return err
			}
		}
		if err := t.noteSole(); err != nil {
			return err
		}
		return t.foldAttempts(now)
	})
}

// Verify checks a proof without opening or closing anything. Failures count and
// are recorded as those of SignIn, and it returns the same errors. A code that was
// used is recorded; a secret alone is left to the act that it is for.
func (s *Store) Verify(ctx context.Context, badge access.Badge, proof access.Proof) (access.Person, error) {
	s.signing.Lock()
	defer s.signing.Unlock()
	p, k, err := s.unlock(ctx, badge, proof)
	if err != nil {
		return access.Person{}, wrap("verify", err)
	}
	defer k.forget()
	if p.Factor.Enrolled() && !proof.SecretOnly {
		return p.Person, wrap("verify", s.proved(k, p, audit.Reauthenticated, nil))
	}
	err = s.update(func(tx *bolt.Tx) error {
		if tx.Bucket([]byte(bucketAttempts)).Get(p.Slot) == nil {
			return errNothing // saves an fsync
		}
		return forgive(tx, p.Slot, s.options.Now())
	})
	if err != nil {
		return access.Person{}, wrap("verify", err)
	}
	return p.Person, nil
}

// unlock finds the person of a badge and proof and derives the store's keys, or
// records the failure. The caller holds signing.
func (s *Store) unlock(ctx context.Context, badge access.Badge, proof access.Proof) (person, *keys, error) {
	if err := ctx.Err(); err != nil {
		return person{}, nil, err
	}
	st, err := s.stretching()
	if err != nil {
		return person{}, nil, err
	}
	id, err := st.slotID(badge)
	if err != nil {
		return person{}, nil, err
	}
	sl, locked, err := s.findSlot(id, st.rounds)
	if err != nil {
		return person{}, nil, err
	}
	if locked {
		return person{}, nil, errors.Join(s.recordFailure(id), access.ErrLockedOut)
	}
	o, err := sl.open(id, proof.Secret)
	if errors.Is(err, errWrongSecret) {
		return person{}, nil, errors.Join(s.recordFailure(id), access.ErrBadSignIn)
	}
	if err != nil {
		return person{}, nil, err
	}
	defer clear(o.file)
	k, err := deriveKeys(o.file)
	if err != nil {
		return person{}, nil, err
	}
	p, err := s.findPerson(k, o.owner)
	if err == nil && !(bytes.Equal(p.Slot, id) && bytes.Equal(p.Public, o.public())) {
		// Somebody put an older slot of theirs back, or another's.
		err = damaged("a key slot is not the one of the person's record")
	}
	if err == nil {
		err = s.second(&p, proof)
	}
	if err == nil {
		err = s.migrate(k)
	}
	if err != nil {
		k.forget()
		return person{}, nil, err
	}
	return p, k, nil
}

// second checks the second factor, where there is one, or records the failure.
func (s *Store) second(p *person, proof access.Proof) (err error) {
	if !p.Factor.Enrolled() || proof.SecretOnly {
		return nil
	}
	p.Factor, err = p.Factor.Check(proof.Code, s.options.Now())
	if errors.Is(err, access.ErrBadCode) {
		return errors.Join(s.recordFailure(p.Slot), err)
	}
	if err == nil && !p.Factor.Enrolled() { // a recovery code: enrol anew
		p.SecondFactor = time.Time{}
	}
	return err
}

// findSlot returns the slot of an id and whether it is locked out. Where there is
// no such slot it returns one that nothing opens, so that an unknown badge takes
// as long as a wrong PIN.
func (s *Store) findSlot(id []byte, rounds uint32) (sl slot, locked bool, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		if _, locked, err = loadAttempts(tx, id, s.options.Now()); err != nil {
			return err
		}
		b := tx.Bucket([]byte(bucketSlots)).Get(id)
		if b == nil {
			sl = decoy(rounds)
			return nil
		}
		sl, err = decodeSlot(b)
		return err
	})
	return sl, locked, err
}

func (s *Store) findPerson(k *keys, officer string) (person, error) {
	var p person
	err := s.look(k, func(t txn) error {
		people, err := all[person](t, bucketPeople)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(people, func(p person) bool { return p.ID == officer })
		if i < 0 || len(people[i].Roles) == 0 {
			return fmt.Errorf("officer's record: %w", ErrDamaged)
		}
		p = people[i]
		return nil
	})
	return p, err
}

// recordFailure counts a failure and records it: in the audit record while the
// store is open, else to wait for the next sign-in.
func (s *Store) recordFailure(id []byte) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	now := s.options.Now()
	return s.update(func(tx *bolt.Tx) error {
		l, err := lockout(tx, id)
		if err != nil {
			return err
		}
		a, _, err := loadAttempts(tx, id, now)
		if err != nil {
			return err
		}
		if err := saveAttempts(tx, id, a.fail(now, l)); err != nil {
			return err
		}
		if s.keys == nil {
			return nil
		}
		t, err := s.newTxn(tx, s.keys)
		if err != nil {
			return err
		}
		return t.foldAttempts(now)
	})
}

// hold makes k the store's keys. The caller holds mu.
func (s *Store) hold(k *keys) {
	if s.watch != nil {
		s.watch.forget()
		s.watch = nil
	}
	if s.keys != nil {
		s.keys.forget()
	}
	s.keys = k
}
