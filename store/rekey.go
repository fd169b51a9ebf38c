package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
)

// progress is told how far a long work is: how many bytes of how many are done, and
// about how long it still takes.
type progress = func(done, total int64, left time.Duration)

// Rekey gives the store another file key: it is written anew under it, in batches,
// beside the old file, whose place it takes when it is whole; then the old epoch's key
// and the old file are overwritten. Everybody's slot, and that of the recovery code,
// gets the new key without a secret, sealed to the public keys of their records.
// Somebody whose slot has no key pair yet, since they have not signed in for long, loses
// it: an administrator gives them a first secret.
//
// Nothing else can be done meanwhile. Where it is cut, by its context or a crash, the
// old store stands as it was, and Rekey begins anew; past that, the next [Open]
// destroys what is left of the old one. tell may be nil. It returns [ErrLocked],
// and [audit.ErrNotErased] where the new key is in force and the old file is still to be
// overwritten.
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
	s.epochs.mu.Lock()
	defer s.epochs.mu.Unlock()
	return wrap("re-key the store", noRoom(s.rekey(ctx, s.stamp(e), tell)))
}

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
func (s *Store) rekey(ctx context.Context, e audit.Event, tell progress) error {
	file := randomBytes(keySize)
	defer clear(file)
	next, err := deriveKeys(file)
	if err != nil {
		return err
	}
	var current uint64
	err = s.look(s.keys, func(old txn) (err error) {
		current, err = epochOf(old.Tx)
		return err
	})
	if err != nil {
		return err
	}
	first, err := s.epochs.begin(next, current+1)
	if err != nil {
		return err
	}
	next.add(first)
	path := s.path + migrating
	if err := s.writeUnder(ctx, path, next, first, file, e, tell); err != nil {
		next.forget()
		if gone := os.Remove(path); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		return errors.Join(err, s.epochs.erase(current+1))
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

// writeUnder writes the store under the next keys.
func (s *Store) writeUnder(ctx context.Context, path string, next *keys, first *epoch, file []byte, e audit.Event, tell progress) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return err
	}
	err = s.look(s.keys, func(old txn) error {
		r := &rekeying{old: old, file: file, ctx: ctx, tell: tell, began: time.Now(), orders: map[string]renamed{}}
		r.m = &migration{db: db, store: s, keys: next, epoch: first, marks: &marks{changes: map[string]digest{}, epoch: first}}
		for _, name := range bulky {
			r.total += int64(old.bucket(name).Stats().LeafInuse)
		}
		return r.m.whole(r.fill, func() audit.Event {
			e.Detail = map[string]string{"slots": strconv.Itoa(r.slots), "without": strconv.Itoa(r.without)}
			return e
		})
	})
	return errors.Join(err, db.Close())
}

// bulky are the buckets that take long, and that the progress is made of.
var bulky = []string{bucketAudit, bucketPictures, bucketHits, bucketPreserved}

// rekeying is one run.
type rekeying struct {
	m    *migration
	old  txn
	file []byte
	ctx  context.Context
	// slots got the new key; without are people whose slot could not.
	slots, without int
	// orders are the preservation orders by their earlier names.
	orders map[string]renamed

	began       time.Time
	done, total int64
	tell        progress
}

// renamed is a preservation order with its new name.
type renamed struct {
	order
	name []byte
}

func (r *rekeying) fill() error {
	for _, do := range []func() error{r.clear, r.audit, r.settings, r.named, r.hits, r.preserved} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// put writes one value, and says how far the work is.
func (r *rekeying) put(bucket string, key, value []byte) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	for _, name := range bulky {
		if name == bucket {
			r.done = min(r.done+int64(len(key)+len(value)), r.total)
			r.tell(r.done, r.total, time.Duration(float64(time.Since(r.began))/float64(r.done)*float64(r.total-r.done)))
		}
	}
	return r.m.put(bucket, key, value)
}

// again seals a value of one bucket for its place under the next keys.
func (r *rekeying) again(bucket string, key, sealed, newKey []byte) error {
	plain, err := unseal(r.old.cipher(bucket), bucket, key, sealed)
	if err != nil {
		return err
	}
	defer clear(plain)
	return r.put(bucket, newKey, seal(r.m.txn().cipher(bucket), bucket, newKey, plain))
}

// clear copies what is not sealed, and gives every slot the new file key.
func (r *rekeying) clear() error {
	for _, name := range []string{bucketMeta, bucketAttempts} {
		err := r.old.bucket(name).ForEach(func(key, value []byte) error { return r.put(name, key, value) })
		if err != nil {
			return err
		}
	}
	people, err := all[person](r.old, bucketPeople)
	if err != nil {
		return err
	}
	for _, p := range people {
		b := r.old.bucket(bucketSlots).Get(p.Slot)
		switch {
		case p.Slot == nil || b == nil:
		case p.Public == nil:
			r.without++
		default:
			if err := r.give(bucketSlots, p.Slot, b, p.Public); err != nil {
				return err
			}
		}
	}
	code, err := r.old.recovery()
	if err != nil {
		return err
	}
	if b := r.old.bucket(bucketMeta).Get(recoveryID); b != nil && code.Public != nil {
		return r.give(bucketMeta, recoveryID, b, code.Public)
	}
	return nil
}

// give seals the new file key to a slot. A slot that was changed opens with no secret
// then; it cannot make its key another's, since public is from a sealed record.
func (r *rekeying) give(bucket string, id, b, public []byte) error {
	sl, err := decodeSlot(b)
	if err != nil {
		return err
	}
	sl.kind = slotPair
	if sl, err = sl.give(id, public, r.file); err != nil {
		return err
	}
	r.slots++
	return r.put(bucket, id, sl.encode())
}

// audit carries the chain on, once it is found whole.
func (r *rekeying) audit() error {
	records, err := r.old.records()
	if err == nil {
		err = audit.Verify(records)
	}
	if err != nil {
		return err
	}
	err = r.old.bucket(bucketAudit).ForEach(func(key, sealed []byte) error { return r.again(bucketAudit, key, sealed, key) })
	if err != nil {
		return err
	}
	if sealed := r.old.bucket(bucketHead).Get(keySigner); sealed != nil {
		if err := r.again(bucketHead, keySigner, sealed, keySigner); err != nil {
			return err
		}
	}
	newest, err := r.old.head()
	if err != nil {
		return err
	}
	newest.Anchors, newest.Epoch = nil, r.m.epoch.number
	return r.m.txn().put(bucketHead, keyHead, newest)
}

// settings carries on what has a fixed place, and makes a new inbox: it is empty while
// somebody is signed in.
func (r *rekeying) settings() error {
	err := r.old.eachAnchored(bucketSettings, func(key, sealed []byte) error {
		if bytes.Equal(key, keyInbox) {
			return nil
		}
		return r.again(bucketSettings, key, sealed, key)
	})
	if err != nil {
		return err
	}
	return r.m.txn().makeInbox()
}

// named carries on the buckets whose keys are names: those change with the file key.
func (r *rekeying) named() error {
	for bucket, idOf := range namedBy {
		err := r.old.eachAnchored(bucket, func(key, sealed []byte) error {
			plain, err := unseal(r.old.cipher(bucket), bucket, key, sealed)
			if err != nil {
				return err
			}
			defer clear(plain)
			id, err := idOf(plain)
			if err != nil || !bytes.Equal(key, r.old.keys.nameOf(bucket, id)) {
				return damaged("a name in %s", bucket)
			}
			name := r.m.keys.nameOf(bucket, id)
			if bucket == bucketOrders {
				o := renamed{name: name}
				if err := json.Unmarshal(plain, &o.order); err != nil {
					return damaged("a preservation order")
				}
				r.orders[string(key)] = o
			}
			return r.put(bucket, name, seal(r.m.txn().cipher(bucket), bucket, name, plain))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// namedBy says of what id or name a bucket's keys are made.
var namedBy = map[string]func(plain []byte) (string, error){
	bucketPeople: func(b []byte) (string, error) {
		var v person
		err := json.Unmarshal(b, &v)
		return v.ID, err
	},
	bucketLists: func(b []byte) (string, error) {
		var v listHead
		err := json.Unmarshal(b, &v)
		return v.Name, err
	},
	bucketOrders: func(b []byte) (string, error) {
		var v order
		err := json.Unmarshal(b, &v)
		return v.Order.ID, err
	},
	bucketEntries: idOf, bucketDeployments: idOf, bucketReports: idOf, bucketHolds: idOf,
	bucketDisclosures: idOf, bucketRequests: idOf, bucketBreaches: idOf,
}

func idOf(b []byte) (string, error) {
	var v struct{ ID string }
	err := json.Unmarshal(b, &v)
	return v.ID, err
}

// hits copies hits and pictures, which have keys of their own, and seals those anew.
func (r *rekeying) hits() error {
	err := r.old.eachAnchored(bucketHits, func(id, sealed []byte) error {
		if _, _, err := r.old.keptHit(string(id)); err != nil {
			return err
		}
		return errors.Join(r.put(bucketHits, id, sealed), r.put(bucketPictures, id, r.old.bucket(bucketPictures).Get(id)))
	})
	if err != nil {
		return err
	}
	return r.old.bucket(bucketHitKeys).ForEach(func(id, sealed []byte) error { return r.again(bucketHitKeys, id, sealed, id) })
}

// preserved seals preserved non-hits for their new places, under their orders' keys.
func (r *rekeying) preserved() error {
	const nameSize = 16
	return r.old.bucket(bucketPreserved).ForEach(func(key, sealed []byte) error {
		if len(key) < nameSize {
			return damaged("preserved non-hits")
		}
		o, ok := r.orders[string(key[:nameSize])]
		if !ok {
			return damaged("preserved non-hits without an order")
		}
		own, err := newAEAD(o.Key)
		if err != nil {
			return damaged("a preservation order's key")
		}
		plain, err := unseal(own, bucketPreserved, key, sealed)
		if err != nil {
			return err
		}
		defer clear(plain)
		place := append(bytes.Clone(o.name), key[nameSize:]...)
		return r.put(bucketPreserved, place, seal(own, bucketPreserved, place, plain))
	})
}
