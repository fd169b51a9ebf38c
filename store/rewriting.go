package store

import (
	"bytes"
	"context"
	"crypto/cipher"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"secondlook/app/audit"
)

// bulky are the buckets that take long, and that the progress is made of. They are
// written in batches, and need no key of the new epoch: who has the new file key opens
// no hit of a file that was not finished.
var bulky = []string{bucketAudit, bucketPictures, bucketHits, bucketPreserved}

// rewriting is one run of a re-keying.
type rewriting struct {
	m     *migration
	old   txn
	file  []byte
	ctx   context.Context
	event audit.Event
	// slots got the new key; without are people whose slot could not.
	slots, without int
	// orders are the preservation orders by their earlier names.
	orders map[string]renamed

	began time.Time
	// done of total bytes are there, written of them by this run.
	done, written, total int64
	tell                 progress
}

// renamed is a preservation order with its new name.
type renamed struct {
	order
	name []byte
}

// run writes what is not there yet of the bulky buckets, each batch on the disk before
// the next, and then the rest, which is little, with what makes a store of it.
func (r *rewriting) run() (err error) {
	if r.m.tx, err = r.m.db.Begin(true); err != nil {
		return err
	}
	defer func() {
		if r.m.tx != nil {
			err = errors.Join(err, r.m.tx.Rollback())
		}
	}()
	if r.m.tx.Bucket([]byte(bucketMeta)) == nil {
		if err := plant(r.m.tx, 0); err != nil {
			return err
		}
	}
	if err := r.readOrders(); err != nil {
		return err
	}
	for _, do := range []func() error{r.audit, r.hits, r.preserved, r.m.commit} {
		if err := do(); err != nil {
			return err
		}
	}
	// An epoch that was begun by an earlier run is not known any more.
	number := r.old.marks.epoch.number + 1
	if r.m.epoch, err = r.m.store.epochs.begin(r.m.keys, number); err != nil {
		return err
	}
	r.m.marks.epoch = r.m.epoch
	r.m.keys.add(r.m.epoch)
	if err := r.finish(); err != nil {
		return errors.Join(err, r.m.store.epochs.erase(number))
	}
	return nil
}

func (r *rewriting) finish() error {
	for _, do := range []func() error{r.empty, r.clear, r.head, r.settings, r.named, r.hitKeys, r.anchors} {
		if err := do(); err != nil {
			return err
		}
	}
	r.event.Detail = map[string]string{"slots": strconv.Itoa(r.slots), "without": strconv.Itoa(r.without)}
	return r.m.finish(r.event)
}

// put writes one value.
func (r *rewriting) put(bucket string, key, value []byte) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	return r.m.put(bucket, key, value)
}

// bring makes one bulky bucket what its values are. A value that is there and the same
// stays; what is there and is none of them goes.
func (r *rewriting) bring(bucket string, values func(keep func(v rewritten) error) error) error {
	kept := map[string]bool{}
	err := values(func(v rewritten) error {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		kept[string(v.key)] = true
		if there := r.m.txn().bucket(bucket).Get(v.key); there == nil || !v.same(there) {
			if err := r.m.put(bucket, v.key, v.sealed()); err != nil {
				return err
			}
			r.written += v.size
		}
		r.done = min(r.done+v.size, r.total)
		left := float64(time.Since(r.began)) / float64(max(r.written, 1)) * float64(r.total-r.done)
		r.tell(r.done, r.total, time.Duration(left))
		return nil
	})
	if err != nil {
		return err
	}
	var gone [][]byte // collected first: bbolt does not allow changes under a running cursor
	err = r.m.txn().bucket(bucket).ForEach(func(key, _ []byte) error {
		if !kept[string(key)] {
			gone = append(gone, bytes.Clone(key))
		}
		return nil
	})
	for _, key := range gone {
		err = errors.Join(err, r.m.txn().replace(bucket, key, nil))
	}
	return err
}

// rewritten is a value of a bulky bucket.
type rewritten struct {
	key  []byte
	size int64
	// same reports whether what is there is right; sealed makes it anew.
	same   func(there []byte) bool
	sealed func() []byte
}

// asItIs is a value that stays as it is.
func asItIs(key, value []byte) rewritten {
	return rewritten{key, int64(len(key) + len(value)), func(there []byte) bool { return bytes.Equal(there, value) }, func() []byte { return value }}
}

// resealed is a plain value under a cipher of the new store.
func resealed(a cipher.AEAD, bucket string, key, plain []byte) rewritten {
	return rewritten{key, int64(len(key) + len(plain)),
		func(there []byte) bool {
			have, err := unseal(a, bucket, key, there)
			defer clear(have)
			return err == nil && bytes.Equal(have, plain)
		},
		func() []byte { return seal(a, bucket, key, plain) }}
}

// again seals a value of one bucket for its place under the next keys.
func (r *rewriting) again(bucket string, key, sealed, newKey []byte) error {
	plain, err := unseal(r.old.cipher(bucket), bucket, key, sealed)
	if err != nil {
		return err
	}
	defer clear(plain)
	return r.put(bucket, newKey, seal(r.m.txn().cipher(bucket), bucket, newKey, plain))
}

// empty takes away what an earlier run wrote of the buckets that are not bulky.
func (r *rewriting) empty() error {
	for _, name := range slices.Concat(buckets, laterBuckets) {
		if slices.Contains(bulky, name) {
			continue
		}
		if err := r.m.tx.DeleteBucket([]byte(name)); err != nil {
			return err
		}
		if _, err := r.m.tx.CreateBucket([]byte(name)); err != nil {
			return err
		}
	}
	return nil
}

// clear copies what is not sealed, and gives every slot the new file key.
func (r *rewriting) clear() error {
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
func (r *rewriting) give(bucket string, id, b, public []byte) error {
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
func (r *rewriting) audit() error {
	records, err := r.old.records()
	if err == nil {
		err = audit.Verify(records)
	}
	if err != nil {
		return err
	}
	return r.bring(bucketAudit, func(keep func(rewritten) error) error {
		return r.old.bucket(bucketAudit).ForEach(func(key, sealed []byte) error {
			plain, err := unseal(r.old.cipher(bucketAudit), bucketAudit, key, sealed)
			if err != nil {
				return err
			}
			defer clear(plain)
			return keep(resealed(r.m.keys.aead[bucketAudit], bucketAudit, key, plain))
		})
	})
}

// head carries on the end of the chain, and what signs it.
func (r *rewriting) head() error {
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

// anchors are the digests of what the new store has, an earlier run's part of it too.
func (r *rewriting) anchors() error {
	clear(r.m.marks.changes)
	for bucket := range anchored {
		var d digest
		err := r.m.txn().bucket(bucket).ForEach(func(key, sealed []byte) error {
			d.turn(r.m.keys, bucket, key, sealed)
			return nil
		})
		if err != nil {
			return err
		}
		r.m.marks.changes[bucket] = d
	}
	return nil
}

// settings carries on what has a fixed place, and makes a new inbox: it is empty while
// somebody is signed in.
func (r *rewriting) settings() error {
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
func (r *rewriting) named() error {
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
	bucketDisclosures: idOf, bucketRequests: idOf, bucketBreaches: idOf, bucketDrafts: idOf,
}

func idOf(b []byte) (string, error) {
	var v struct{ ID string }
	err := json.Unmarshal(b, &v)
	return v.ID, err
}

// hits copies hits and pictures, which have keys of their own.
func (r *rewriting) hits() error {
	err := r.bring(bucketHits, func(keep func(rewritten) error) error {
		return r.old.eachAnchored(bucketHits, func(id, sealed []byte) error {
			if _, _, err := r.old.keptHit(string(id)); err != nil {
				return err
			}
			return keep(asItIs(id, sealed))
		})
	})
	if err != nil {
		return err
	}
	return r.bring(bucketPictures, func(keep func(rewritten) error) error {
		return r.old.bucket(bucketPictures).ForEach(func(id, sealed []byte) error { return keep(asItIs(id, sealed)) })
	})
}

// hitKeys seals the hits' own keys anew.
func (r *rewriting) hitKeys() error {
	return r.old.bucket(bucketHitKeys).ForEach(func(id, sealed []byte) error { return r.again(bucketHitKeys, id, sealed, id) })
}

// readOrders finds the preservation orders' new names.
func (r *rewriting) readOrders() error {
	orders, err := all[order](r.old, bucketOrders)
	for _, o := range orders {
		r.orders[string(r.old.keys.nameOf(bucketOrders, o.Order.ID))] = renamed{o, r.m.keys.nameOf(bucketOrders, o.Order.ID)}
	}
	return err
}

// preserved seals preserved non-hits for their new places, under their orders' keys.
func (r *rewriting) preserved() error {
	const nameSize = 16
	return r.bring(bucketPreserved, func(keep func(rewritten) error) error {
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
			return keep(resealed(own, bucketPreserved, append(bytes.Clone(o.name), key[nameSize:]...), plain))
		})
	})
}
