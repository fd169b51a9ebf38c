package store

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"secondlook/app/audit"
)

// signer returns the key that signs the chain, and makes it where there is none.
// It needs a write transaction then. It returns [ErrDamaged] where the head knows
// of another key, or of one that is not there.
func (t txn) signer() (ed25519.PrivateKey, error) {
	newest, err := t.head()
	if err != nil {
		return nil, err
	}
	var seed []byte
	found, err := t.get(bucketHead, keySigner, &seed)
	if err != nil {
		return nil, err
	}
	if !found && len(newest.Key) == 0 {
		return t.newSigner(newest)
	}
	defer clear(seed)
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("audit key: %w", ErrDamaged)
	}
	key := ed25519.NewKeyFromSeed(seed)
	if !key.Public().(ed25519.PublicKey).Equal(ed25519.PublicKey(newest.Key)) {
		return nil, fmt.Errorf("audit key: %w", ErrDamaged)
	}
	return key, nil
}

// newSigner makes the key, keeps its seed sealed and names it in the head.
func (t txn) newSigner(newest head) (ed25519.PrivateKey, error) {
	seed := randomBytes(ed25519.SeedSize)
	defer clear(seed)
	if err := t.put(bucketHead, keySigner, seed); err != nil {
		return nil, err
	}
	key := ed25519.NewKeyFromSeed(seed)
	newest.Key = key.Public().(ed25519.PublicKey)
	return key, t.put(bucketHead, keyHead, newest)
}

// Sign records an event that changes nothing else, and after it the terminal's
// signature of the chain up to it, in one transaction. While the terminal is locked it
// records the event alone: the chain is not at hand, and is signed when it is.
func (s *Store) Sign(ctx context.Context, e audit.Event) error {
	e = s.stamp(e)
	signature := audit.Event{At: e.At, Terminal: e.Terminal, Name: e.Name, Badge: e.Badge, Role: e.Role,
		Act: audit.Signed, Detail: map[string]string{}}
	err := s.write(ctx, "sign the audit record", signature, func(t txn) error {
		if err := t.record(e); err != nil {
			return err
		}
		key, err := t.signer()
		if err != nil {
			return err
		}
		newest, err := t.head()
		maps.Copy(signature.Detail, audit.SignatureOf(audit.Record{Sequence: newest.Sequence, Hash: newest.Hash}, key))
		return err
	})
	if errors.Is(err, ErrLocked) {
		return s.Append(ctx, e)
	}
	return err
}

// Copy records e and returns the records from one time until before another, the
// one of e among them where it lies there, with a signed header. A zero time is no
// bound. Where the clock was set back it takes all from the first to the last that
// lie there. It returns [audit.ErrNoRecords], and records nothing then.
func (s *Store) Copy(ctx context.Context, e audit.Event, from, until time.Time) (audit.Copy, error) {
	var c audit.Copy
	e = s.stamp(e)
	err := s.unlocked(ctx, func(k *keys) error {
		return s.alter(k, func(t txn) error {
			if err := t.record(e); err != nil {
				return err
			}
			records, err := t.records()
			if err != nil {
				return err
			}
			key, err := t.signer()
			if err != nil {
				return err
			}
			terminal := records[len(records)-1].Event.Terminal
			c, err = audit.NewCopy(between(records, from, until), terminal, e.At, key)
			return err
		})
	})
	if err != nil {
		return audit.Copy{}, wrap("copy the audit record", err)
	}
	return c, nil
}

// between cuts out the records from the first to the last that lie in a time.
func between(records []audit.Record, from, until time.Time) []audit.Record {
	in := func(r audit.Record) bool {
		return !r.Event.At.Before(from) && (until.IsZero() || r.Event.At.Before(until))
	}
	first := slices.IndexFunc(records, in)
	if first < 0 {
		return nil
	}
	last := len(records) - 1
	for !in(records[last]) {
		last--
	}
	return records[first : last+1]
}

// Key is the public half of the key that signs on this terminal.
func (s *Store) Key(ctx context.Context) (ed25519.PublicKey, error) {
	var key ed25519.PublicKey
	err := s.read(ctx, "read the audit key", func(t txn) error {
		newest, err := t.head()
		key = newest.Key
		if err == nil && len(key) != ed25519.PublicKeySize {
			return fmt.Errorf("this terminal has signed nothing yet: %w", audit.ErrNoRecords)
		}
		return err
	})
	return key, err
}
