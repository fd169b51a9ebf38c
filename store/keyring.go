package store

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// person is an officer's record.
type person struct {
	Officer access.Officer
	// Slot is the id of the person's key slot.
	Slot []byte
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
func (s *Store) SetUp(ctx context.Context, first access.Officer, secret string, e audit.Event) error {
	return wrap("set up", s.setUp(ctx, first, secret, e))
}

func (s *Store) setUp(ctx context.Context, first access.Officer, secret string, e audit.Event) error {
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
	err = s.commit(k, e, func(t txn) error {
		if id, _ := t.bucket(bucketSlots).Cursor().First(); id != nil {
			return ErrSetUp
		}
		if err := t.putPerson(p, sl); err != nil {
			return err
		}
		key, err := t.signer()
		if err != nil {
			return err
		}
		e.Detail[audit.DetailKey] = audit.KeyText(key.Public().(ed25519.PublicKey))
		return nil
	})
	if err != nil {
		k.forget()
		return err
	}
	s.hold(k)
	return nil
}

// Register adds a person. It returns [access.ErrBadgeTaken],
// [access.ErrIncomplete], [access.ErrWeakSecret] or [ErrLocked].
func (s *Store) Register(ctx context.Context, o access.Officer, secret string, e audit.Event) error {
	// A copy of the file key, since stretching must not hold up a sign-out.
	var file [keySize]byte
	defer func() { clear(file[:]) }()
	err := s.unlocked(ctx, func(k *keys) error { file = k.file; return nil })
	if err != nil {
		return wrap("register", err)
	}
	p, sl, err := s.enrol(o, secret, file[:])
	if err != nil {
		return wrap("register", err)
	}
	return s.write(ctx, "register", e, func(t txn) error {
		if t.bucket(bucketSlots).Get(p.Slot) != nil {
			return access.ErrBadgeTaken
		}
		return t.putPerson(p, sl)
	})
}

// enrol checks an officer and a secret and makes the person's slot.
func (s *Store) enrol(o access.Officer, secret string, file []byte) (person, slot, error) {
	if err := o.Validate(); err != nil {
		return person{}, slot{}, err
	}
	if err := access.CheckSecret(secret); err != nil {
		return person{}, slot{}, err
	}
	if o.ID == "" {
		o.ID = uuid.NewString()
	}
	if len(o.ID) > maxOfficerID {
		return person{}, slot{}, fmt.Errorf("officer's id is longer than %d bytes", maxOfficerID)
	}
	if o.Registered.IsZero() {
		o.Registered = s.options.Now().UTC()
	}
	st, err := s.stretching()
	if err != nil {
		return person{}, slot{}, err
	}
	id, err := st.slotID(o.Badge)
	if err != nil {
		return person{}, slot{}, err
	}
	sl, err := newSlot(id, secret, st.rounds, file, o.ID)
	return person{o, id}, sl, err
}

func (t txn) putPerson(p person, sl slot) error {
	key := t.keys.nameOf(bucketPeople, p.Officer.ID)
	if t.bucket(bucketPeople).Get(key) != nil {
		return errors.New("an officer with this id is registered already")
	}
	if err := t.put(bucketPeople, key, p); err != nil {
		return err
	}
	return t.bucket(bucketSlots).Put(p.Slot, sl.encode())
}

// People returns everybody who is registered, in the order of registration.
func (s *Store) People(ctx context.Context) ([]access.Officer, error) {
	var out []access.Officer
	err := s.read(ctx, "read people", func(t txn) error {
		people, err := all[person](t, bucketPeople)
		for _, p := range people {
			out = append(out, p.Officer)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b access.Officer) int {
		return cmp.Or(a.Registered.Compare(b.Registered), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// SignIn opens the store for the person and records it, together with failures
// that happened while the store was locked. It returns [access.ErrBadSignIn],
// for a wrong secret and an unknown badge alike, and [access.ErrLockedOut] after
// the failures that [Store.SetLockout] allows. A store that is open stays open for whoever
// it was opened by where this fails.
func (s *Store) SignIn(ctx context.Context, badge access.Badge, secret string) (access.Officer, error) {
	s.signing.Lock()
	defer s.signing.Unlock()
	p, k, err := s.unlock(ctx, badge, secret)
	if err != nil {
		return access.Officer{}, wrap("sign in", err)
	}
	e := audit.Event{
		Name: string(p.Officer.Name), Badge: string(p.Officer.Badge), Role: string(p.Officer.Roles[0]),
		Act: audit.SignedIn, Object: p.Officer.ID,
	}
	err = s.commit(k, e, func(t txn) error {
		if err := forgive(t.Tx, p.Slot, s.options.Now()); err != nil {
			return err
		}
		return t.foldAttempts(s.options.Now())
	})
	if err != nil {
		k.forget()
		return access.Officer{}, wrap("sign in", err)
	}
	s.hold(k)
	return p.Officer, nil
}

// Verify checks a secret without opening or closing anything. Failures count and
// are recorded as those of SignIn, and it returns the same errors.
func (s *Store) Verify(ctx context.Context, badge access.Badge, secret string) (access.Officer, error) {
	s.signing.Lock()
	defer s.signing.Unlock()
	p, k, err := s.unlock(ctx, badge, secret)
	if err != nil {
		return access.Officer{}, wrap("verify", err)
	}
	k.forget()
	err = s.update(func(tx *bolt.Tx) error {
		if tx.Bucket([]byte(bucketAttempts)).Get(p.Slot) == nil {
			return errNothing // saves an fsync
		}
		return forgive(tx, p.Slot, s.options.Now())
	})
	if err != nil {
		return access.Officer{}, wrap("verify", err)
	}
	return p.Officer, nil
}

// unlock finds the person of a badge and secret and derives the store's keys, or
// records the failure. The caller holds signing.
func (s *Store) unlock(ctx context.Context, badge access.Badge, secret string) (person, *keys, error) {
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
	file, officer, err := sl.open(id, secret)
	if errors.Is(err, errWrongSecret) {
		return person{}, nil, errors.Join(s.recordFailure(id), access.ErrBadSignIn)
	}
	if err != nil {
		return person{}, nil, err
	}
	defer clear(file)
	k, err := deriveKeys(file)
	if err != nil {
		return person{}, nil, err
	}
	p, err := s.findPerson(k, officer)
	return p, k, err
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
			sl = slot{rounds: rounds, wrapped: randomBytes(1 + 28 + keySize + 36)}
			copy(sl.salt[:], randomBytes(saltSize))
			return nil
		}
		sl, err = decodeSlot(b)
		return err
	})
	return sl, locked, err
}

func (s *Store) findPerson(k *keys, officer string) (person, error) {
	var p person
	err := s.view(func(tx *bolt.Tx) error {
		people, err := all[person](s.newTxn(tx, k), bucketPeople)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(people, func(p person) bool { return p.Officer.ID == officer })
		if i < 0 || len(people[i].Officer.Roles) == 0 {
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
		l, err := lockout(tx)
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
		return s.newTxn(tx, s.keys).foldAttempts(now)
	})
}

// hold makes k the store's keys.
func (s *Store) hold(k *keys) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys != nil {
		s.keys.forget()
	}
	s.keys = k
}
