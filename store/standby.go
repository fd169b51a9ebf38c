package store

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/hotlist"
)

// A terminal that is restarted in the middle of a patrol has no key until somebody
// signs in. For as long as a patrol runs the store therefore has a standby record: what
// a locked terminal keeps in memory, see [watch], and what it needs to match. It opens
// with two halves together: the machine's key, which rests in the key store of the
// operating system, and the place of the epoch in the epoch file, which is overwritten
// with each destruction. So a list that was dropped is out of the record's reach like out
// of every other page's, and when the patrol ends the record is noise whatever the key
// store does with its half.
//
// Whoever changes the lists, the manual entries or the inbox changes the record in the
// same transaction: an unlocked store has the machine's key too, under the epoch's.

// standbyKey is what an unlocked store makes the record of, beside its own values.
type standbyKey struct {
	// Key is the machine's.
	Key     []byte
	Standby cruiser.Standby
}

// standbyRecord is what the machine's key opens: no hit, no audit record, no settings
// but those of the patrol, and nobody's name.
type standbyRecord struct {
	// Public and Tag are the inbox's.
	Public, Tag []byte
	Lists       []listHead
	// Entries are the manual entries in force.
	Entries []hotlist.Entry
	Standby cruiser.Standby
}

// keyStandby is the key of both in their buckets.
var keyStandby = []byte("standby")

// MachineKeyName names the machine's key of this store: it says nothing of the terminal,
// and no two terminals have the same.
func (s *Store) MachineKeyName() (string, error) {
	st, err := s.stretching()
	if err != nil {
		return "", wrap("name the machine's key", err)
	}
	sum := sha256.Sum256(append([]byte("machine's key "), st.salt...))
	return "standby " + hex.EncodeToString(sum[:8]), nil
}

// KeepStandby makes the standby record, in place of an earlier one. The machine's key
// is [cruiser.MachineKeySize] random bytes. It returns [ErrLocked].
func (s *Store) KeepStandby(ctx context.Context, key []byte, standby cruiser.Standby, e audit.Event) error {
	if len(key) != cruiser.MachineKeySize {
		return fmt.Errorf("keep the standby record: a key of %d bytes", len(key))
	}
	return s.write(ctx, "keep the standby record", e, func(t txn) error {
		if t.bucket(bucketStandbyKey).Get(keyStandby) != nil {
			t.marks.due = true // the earlier record
		}
		return t.put(bucketStandbyKey, keyStandby, standbyKey{key, standby})
	})
}

// HasStandby reports whether there is a standby record. It returns [ErrLocked].
func (s *Store) HasStandby(ctx context.Context) (found bool, err error) {
	err = s.read(ctx, "look for the standby record", func(t txn) error {
		kept, err := one[standbyKey](t, bucketStandbyKey, keyStandby)
		found = kept.Key != nil
		clear(kept.Key)
		return err
	})
	return found, err
}

// EndStandby destroys the standby record: no machine's key opens it any more. Where
// there is none nothing happens and nothing is recorded. It returns [ErrLocked].
func (s *Store) EndStandby(ctx context.Context, e audit.Event) error {
	return s.write(ctx, "end the standby record", e, func(t txn) error {
		if t.bucket(bucketStandbyKey).Get(keyStandby) == nil {
			return errNothing
		}
		return t.replace(bucketStandbyKey, keyStandby, nil)
	})
}

// Resume makes a store that nobody has signed in to one that [Store.Lock] locked: it
// records into its inbox, and returns what the terminal matches against. It returns
// [cruiser.ErrNoStandby] where the machine's key opens no record.
func (s *Store) Resume(ctx context.Context, key []byte) (cruiser.Resumed, error) {
	s.shelf.changing.Lock()
	defer s.shelf.changing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return cruiser.Resumed{}, err
	}
	if s.keys != nil || s.watch != nil {
		return cruiser.Resumed{}, errors.New("resume: somebody has signed in already")
	}
	var r standbyRecord
	err := s.view(func(tx *bolt.Tx) (err error) {
		r, err = s.standby(tx, key)
		return err
	})
	if err != nil {
		return cruiser.Resumed{}, wrap("resume", err)
	}
	defer clear(r.Tag)
	public, err := kem().NewPublicKey(r.Public)
	if err != nil || len(r.Tag) != keySize {
		return cruiser.Resumed{}, wrap("resume", damaged("the standby record"))
	}
	got := cruiser.Resumed{Standby: r.Standby, Entries: r.Entries}
	for _, h := range r.Lists {
		l, _, err := s.openList(h)
		if err != nil {
			l = &hotlist.InForce{Head: h.Head, SetAside: true, Had: h.Count}
		}
		got.Lists = append(got.Lists, l)
	}
	s.watch = &watch{public: public, tag: [keySize]byte(r.Tag)}
	return got, nil
}

// standby opens the record with the machine's key.
func (s *Store) standby(tx *bolt.Tx, key []byte) (r standbyRecord, err error) {
	sealed := tx.Bucket([]byte(bucketStandby)).Get(keyStandby)
	if sealed == nil || len(key) != keySize { // a key store, too, may lose its end in a power cut
		return r, cruiser.ErrNoStandby
	}
	number, err := epochOf(tx)
	if err != nil {
		return r, err
	}
	a, err := s.epochs.standbyCipher(key, number)
	if err != nil {
		return r, err
	}
	plain, err := unseal(a, bucketStandby, keyStandby, sealed)
	if err != nil {
		return r, cruiser.ErrNoStandby // of another key, or another time
	}
	defer clear(plain)
	if err := json.Unmarshal(plain, &r); err != nil {
		return r, damaged("the standby record")
	}
	return r, nil
}

// standbyCipher is that of the record in an epoch: its key is made of the machine's key
// and of what stands at the place of the epoch. That is the epoch's own key, wrapped:
// nobody can tell it from random bytes, and nobody has it once it is overwritten.
func (f *epochFile) standbyCipher(key []byte, number uint64) (cipher.AEAD, error) {
	places, err := f.places()
	if err != nil {
		return nil, err
	}
	p, ok := places[number]
	if !ok {
		return nil, fmt.Errorf("the key of epoch %d is not there: %w", number, ErrRolledBack)
	}
	own, err := hkdf.Key(sha256.New, key, p.wrapped, "secondlook store v1 standby", keySize)
	if err != nil {
		return nil, fmt.Errorf("derive the key of the standby record: %w", err)
	}
	defer clear(own)
	return newAEAD(own)
}

// inStandby are the buckets that the record is made of.
var inStandby = map[string]bool{bucketLists: true, bucketEntries: true, bucketInboxKey: true, bucketStandbyKey: true}

// renewStandby makes the record that belongs to what a transaction leaves. Where it
// cannot be made there is none: a value that is damaged must not keep others from being
// destroyed.
func (t txn) renewStandby() error {
	if !t.marks.turned && !t.marks.standby {
		return nil
	}
	b := t.bucket(bucketStandby)
	key, plain, err := t.standbyPlain()
	if errors.Is(err, ErrDamaged) || err == nil && key == nil {
		if b.Get(keyStandby) == nil {
			return nil
		}
		return b.Delete(keyStandby)
	}
	if err != nil {
		return err
	}
	defer clear(key)
	defer clear(plain)
	a, err := t.store.epochs.standbyCipher(key, t.marks.epoch.number)
	if err != nil {
		return err
	}
	return b.Put(keyStandby, seal(a, bucketStandby, keyStandby, plain))
}

// standbyPlain is the record as it must be, and the machine's key: nil where there is
// none.
func (t txn) standbyPlain() (key, plain []byte, err error) {
	if t.bucket(bucketStandbyKey).Get(keyStandby) == nil {
		return nil, nil, nil
	}
	kept, err := one[standbyKey](t, bucketStandbyKey, keyStandby)
	if err != nil {
		return nil, nil, err
	}
	r := standbyRecord{Standby: kept.Standby}
	in, private, err := t.inbox()
	if err != nil {
		return nil, nil, err
	}
	defer in.forget()
	r.Public, r.Tag = private.PublicKey().Bytes(), in.Tag
	if r.Lists, err = all[listHead](t, bucketLists); err != nil {
		return nil, nil, err
	}
	entries, err := all[entry.Entry](t, bucketEntries)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		if e.State == entry.Approved {
			r.Entries = append(r.Entries, e.Listed())
		}
	}
	plain, err = json.Marshal(r)
	return kept.Key, plain, err
}

// standby looks whether the standby record is the one that belongs to the rest.
func (in *Inspection) standby(t txn) {
	in.Values[bucketStandby] += t.bucket(bucketStandby).Stats().KeyN
	key, want, err := t.standbyPlain()
	if err != nil {
		return // said already
	}
	defer clear(key)
	defer clear(want)
	sealed := t.bucket(bucketStandby).Get(keyStandby)
	if key == nil && sealed == nil {
		delete(in.Values, bucketStandby)
		return
	}
	a, err := t.store.epochs.standbyCipher(key, t.marks.epoch.number)
	var got []byte
	if err == nil {
		got, err = unseal(a, bucketStandby, keyStandby, sealed)
		defer clear(got)
	}
	if err == nil && !bytes.Equal(got, want) {
		err = errNotAll
	}
	if err != nil {
		in.fault(bucketStandby, err)
	}
}
