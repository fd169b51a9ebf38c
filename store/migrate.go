package store

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
	"secondlook/app/shift"
)

// A file of an earlier format is brought to this one at the first sign-in, which has
// the keys: it is written anew under another name, and takes the old one's place by
// two renames. Cut anywhere, it leaves the old file, which begins again, or the new
// one. The old file is then overwritten and removed, since its pages open with the
// file key alone.
//
// Format 1 had no epochs: whatever is epochal now was sealed under a key of the file
// key, which is the epoch 0 here. Its hits did not say which pictures are theirs, and
// its very first files had the entries of lists inside.
const (
	migrating = ".migrating"
	aside     = ".before-migration"
	// batchSize is about how many bytes of a file that is written anew are written in
	// one transaction.
	batchSize = 16 << 20
)

// formatOf is the format of a tree.
func formatOf(tx *bolt.Tx) (uint32, error) {
	meta := tx.Bucket([]byte(bucketMeta))
	if meta == nil {
		return 0, damaged("this is not a store of SecondLook")
	}
	b := meta.Get(keyFormat)
	if len(b) != 4 || binary.BigEndian.Uint32(b) == 0 {
		return 0, damaged("the format is missing")
	}
	return binary.BigEndian.Uint32(b), nil
}

// migrate brings the file to [Format] where it is of an earlier one.
func (s *Store) migrate(k *keys) error {
	s.epochs.mu.Lock()
	defer s.epochs.mu.Unlock()
	var format uint32
	err := s.view(func(tx *bolt.Tx) (err error) {
		format, err = formatOf(tx)
		return err
	})
	if err != nil || format >= Format {
		return err
	}
	if err := s.rewriteFile(k, format); err != nil {
		return fmt.Errorf("bring the store from format %d to %d: %w", format, Format, err)
	}
	// What cannot be destroyed now is tried again by the next Open.
	if err := destroyFile(s.path + aside); err != nil {
		return fmt.Errorf("%w: %w", audit.ErrNotErased, err)
	}
	return nil
}

func (s *Store) rewriteFile(k *keys, format uint32) error {
	first, err := s.epochs.begin(k, 1)
	if err != nil {
		return err
	}
	k.add(first)
	next := s.path + migrating
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	db, err := bolt.Open(next, 0o600, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return err
	}
	m := &migration{db: db, store: s, keys: k, epoch: first, batch: s.batch, marks: &marks{changes: map[string]digest{}, epoch: first}}
	err = s.look(k, func(old txn) error { return m.run(old, format) })
	if err := errors.Join(err, db.Close()); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	return s.swap(next)
}

// swap puts a file in the place of the store's and opens it.
func (s *Store) swap(next string) error {
	s.opening.Lock()
	defer s.opening.Unlock()
	if err := s.db.Close(); err != nil {
		return err
	}
	err := os.Rename(s.path, s.path+aside)
	if err == nil {
		if err = os.Rename(next, s.path); err != nil {
			err = errors.Join(err, os.Rename(s.path+aside, s.path))
		}
	}
	if err == nil {
		err = syncFolder(filepath.Dir(s.path))
	}
	return errors.Join(err, s.openBolt())
}

// migration writes one file.
type migration struct {
	db    *bolt.DB
	store *Store
	keys  *keys
	epoch *epoch
	// marks are those of the one great transaction that this stands for.
	marks *marks
	// written is how many bytes the running transaction has; with more than batch
	// another one is begun.
	tx      *bolt.Tx
	written int
	batch   int
	// dropped are lists whose entries cannot be carried on.
	dropped []string
}

// run writes what the old file has.
func (m *migration) run(old txn, format uint32) error {
	return m.whole(func() error {
		for _, do := range []func(txn) error{m.clear, m.audit, m.plain, m.epochal, m.hits} {
			if err := do(old); err != nil {
				return err
			}
		}
		return nil
	}, func() audit.Event {
		slices.Sort(m.dropped)
		return audit.Event{Act: audit.StoreMigrated, Detail: map[string]string{
			"from": strconv.FormatUint(uint64(format), 10), "to": strconv.Itoa(Format),
			"lists-dropped": strings.Join(m.dropped, ", "),
		}}
	})
}

// whole has fill write the file, and makes a store of it in one last transaction, which
// records the event. Nothing is synced before.
func (m *migration) whole(fill func() error, event func() audit.Event) (err error) {
	m.db.NoSync = true
	if m.tx, err = m.db.Begin(true); err != nil {
		return err
	}
	defer func() {
		if m.tx != nil {
			err = errors.Join(err, m.tx.Rollback())
		}
	}()
	if err := plant(m.tx, 0); err != nil {
		return err
	}
	if err := fill(); err != nil {
		return err
	}
	if err := m.commit(); err != nil {
		return err
	}
	if err := m.db.Sync(); err != nil {
		return err
	}
	m.db.NoSync = false
	return m.finish(event())
}

// commit ends a transaction and begins the next.
func (m *migration) commit() (err error) {
	tx := m.tx
	m.tx, m.written = nil, 0
	if err := tx.Commit(); err != nil {
		return err
	}
	m.tx, err = m.db.Begin(true)
	return err
}

// txn is the running transaction of the new file.
func (m *migration) txn() txn {
	return txn{Tx: m.tx, keys: m.keys, store: m.store, marks: m.marks}
}

func (m *migration) put(bucket string, key, value []byte) error {
	if m.written += len(value); m.written > m.batch {
		if err := m.commit(); err != nil {
			return err
		}
	}
	return m.txn().replace(bucket, bytes.Clone(key), bytes.Clone(value))
}

// clear copies what is not sealed.
func (m *migration) clear(old txn) error {
	for _, name := range []string{bucketMeta, bucketSlots, bucketAttempts} {
		err := old.bucket(name).ForEach(func(key, value []byte) error { return m.put(name, key, value) })
		if err != nil {
			return err
		}
	}
	return nil
}

// audit copies the chain, once it is found whole.
func (m *migration) audit(old txn) error {
	records, err := old.records()
	if err == nil {
		err = audit.Verify(records)
	}
	if err != nil {
		return err
	}
	err = old.bucket(bucketAudit).ForEach(func(key, sealed []byte) error { return m.put(bucketAudit, key, sealed) })
	if err != nil {
		return err
	}
	if signer := old.bucket(bucketHead).Get(keySigner); signer != nil {
		if err := m.put(bucketHead, keySigner, signer); err != nil {
			return err
		}
	}
	newest, err := old.head()
	if err != nil {
		return err
	}
	newest.Anchors, newest.Epoch = nil, m.epoch.number
	return m.txn().put(bucketHead, keyHead, newest)
}

// plain copies the buckets that stay as they were sealed.
func (m *migration) plain(old txn) error {
	for _, name := range []string{bucketPeople, bucketSettings} {
		err := old.eachAnchored(name, func(key, sealed []byte) error { return m.put(name, key, sealed) })
		if err != nil {
			return err
		}
	}
	for _, name := range []string{bucketPictures, bucketPreserved} {
		if old.bucket(name) == nil {
			continue
		}
		err := old.bucket(name).ForEach(func(key, sealed []byte) error { return m.put(name, key, sealed) })
		if err != nil {
			return err
		}
	}
	return nil
}

// epochal seals anew what is epochal now.
func (m *migration) epochal(old txn) error {
	for name := range epochal {
		if old.bucket(name) == nil {
			continue
		}
		each := old.eachAnchored
		if !anchored[name] {
			each = func(name string, do func(key, sealed []byte) error) error { return old.bucket(name).ForEach(do) }
		}
		err := each(name, func(key, sealed []byte) error {
			plain, err := unseal(old.cipher(name), name, key, sealed)
			if err != nil {
				return err
			}
			defer clear(plain)
			if plain, err = m.carryOn(name, plain); err != nil || plain == nil {
				return err
			}
			return m.put(name, key, seal(m.epoch.aead[name], name, key, plain))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// carryOn makes today's value of one of an earlier kind. It returns nil for one that
// is dropped.
func (m *migration) carryOn(bucket string, plain []byte) ([]byte, error) {
	switch bucket {
	case bucketLists: // without files of its own: its entries were in the store
		var h listHead
		if err := json.Unmarshal(plain, &h); err != nil {
			return nil, damaged("a list")
		}
		if len(h.Segments) == 0 {
			m.dropped = append(m.dropped, h.Name)
			return nil, nil
		}
	case bucketDeployments: // its exceptions were one text
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(plain, &fields); err != nil {
			return nil, damaged("a deployment")
		}
		var note string
		if json.Unmarshal(fields["Exceptions"], &note) != nil {
			return plain, nil
		}
		var exceptions []shift.Exception
		if note != "" {
			exceptions = append(exceptions, shift.Exception{Note: note})
		}
		var err error
		if fields["Exceptions"], err = json.Marshal(exceptions); err != nil {
			return nil, err
		}
		return json.Marshal(fields)
	}
	return plain, nil
}

// hits notes with each hit which pictures are its own.
func (m *migration) hits(old txn) error {
	return old.eachAnchored(bucketHits, func(id, sealed []byte) error {
		own, err := old.hitKey(string(id))
		if err != nil {
			return err
		}
		var h keptHit
		if err := old.decode(own, bucketHits, id, sealed, &h); err != nil {
			return err
		}
		h.Pictured = nonceOf(old.bucket(bucketPictures).Get(id))
		return m.txn().putUnder(own, bucketHits, bytes.Clone(id), h)
	})
}

// finish records what was done and makes a store of the file.
func (m *migration) finish(e audit.Event) error {
	t := m.txn()
	meta := t.bucket(bucketMeta)
	err := errors.Join(meta.Put(keyFormat, uint32Bytes(Format)), meta.Put(keyEpoch, uint64Bytes(m.epoch.number)))
	if err != nil {
		return err
	}
	if err := t.noteSole(); err != nil {
		return err
	}
	if err := t.appendEvent(m.store.stamp(e)); err != nil {
		return err
	}
	tx := m.tx
	m.tx = nil
	return tx.Commit()
}

// resume looks for what a migration left when it was cut: a file that was half
// written is of no use, and the old file goes back where the new one had not taken
// its place.
func resume(path string) error {
	if err := os.Remove(path + migrating); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_, err := os.Lstat(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	switch err := os.Rename(path+aside, path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// destroyFile overwrites a file once, makes that durable and removes it. Where there
// is none it does nothing.
func destroyFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = io.CopyN(f, rand.Reader, info.Size())
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("overwrite %s: %w", filepath.Base(path), err)
	}
	return errors.Join(os.Remove(path), syncFolder(filepath.Dir(path)))
}
