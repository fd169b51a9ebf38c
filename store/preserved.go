package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/cipher"
	"fmt"
	"slices"

	"secondlook/app/audit"
	"secondlook/app/preserve"
)

// order is a preservation order with the key of what it keeps: without the order its
// non-hits are noise.
type order struct {
	Order preserve.Order
	Key   []byte
	// Parts and Kept count the values and the non-hits in them.
	Parts uint64
	Kept  int
}

// PutOrder adds a preservation order, with a key of its own.
func (s *Store) PutOrder(ctx context.Context, o preserve.Order, e audit.Event) error {
	return s.write(ctx, "keep preservation order", e, func(t txn) error {
		key := randomBytes(keySize)
		defer clear(key)
		return t.put(bucketOrders, t.keys.nameOf(bucketOrders, o.ID), order{Order: o, Key: key})
	})
}

// Orders returns every preservation order, oldest first, and how many non-hits each
// keeps.
func (s *Store) Orders(ctx context.Context) ([]preserve.Order, map[string]int, error) {
	orders, err := sorted(ctx, s, bucketOrders, func(a, b order) int {
		return cmp.Or(a.Order.Given.Compare(b.Order.Given), cmp.Compare(a.Order.ID, b.Order.ID))
	})
	if err != nil {
		return nil, nil, err
	}
	var out []preserve.Order
	kept := map[string]int{}
	for _, o := range orders {
		clear(o.Key)
		out = append(out, o.Order)
		kept[o.Order.ID] = o.Kept
	}
	return out, kept, nil
}

// Keep adds non-hits to an order. It returns [preserve.ErrNotFound] where the order
// has ended.
func (s *Store) Keep(ctx context.Context, id string, kept []preserve.NonHit, e audit.Event) error {
	d := delivery{Kind: preserved, Event: e, ID: id, Kept: kept}
	return s.record(ctx, "keep non-hits", d, func(t txn) error { return t.keepNonHits(id, kept) })
}

func (t txn) keepNonHits(id string, kept []preserve.NonHit) error {
	o, own, err := t.order(id)
	if err != nil {
		return err
	}
	defer clear(o.Key)
	name := t.keys.nameOf(bucketOrders, id)
	o.Parts++
	o.Kept += len(kept)
	if err := t.putUnder(own, bucketPreserved, append(bytes.Clone(name), uint64Bytes(o.Parts)...), kept); err != nil {
		return err
	}
	return t.put(bucketOrders, name, o)
}

// Kept returns what an order keeps, oldest first, and records that it did. It returns
// [preserve.ErrNotFound].
func (s *Store) Kept(ctx context.Context, id string, e audit.Event) ([]preserve.NonHit, error) {
	var all []preserve.NonHit
	err := s.write(ctx, "open preserved non-hits", e, func(t txn) (err error) {
		all, err = t.kept(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b preserve.NonHit) int { return a.At.Compare(b.At) })
	return all, nil
}

// kept opens what an order keeps; it must be as much as the order says.
func (t txn) kept(id string) (all []preserve.NonHit, err error) {
	o, own, err := t.order(id)
	if err != nil {
		return nil, err
	}
	defer clear(o.Key)
	parts := uint64(0)
	err = t.eachKept(id, func(key, sealed []byte) error {
		var part []preserve.NonHit
		if err := t.decode(own, bucketPreserved, key, sealed, &part); err != nil {
			return err
		}
		all = append(all, part...)
		parts++
		return nil
	})
	if err == nil && (len(all) != o.Kept || parts != o.Parts) {
		err = fmt.Errorf("preserved non-hits are not all there: %w", ErrDamaged)
	}
	return all, err
}

// EndOrder destroys an order, its key and everything that it keeps. It returns
// [preserve.ErrNotFound].
func (s *Store) EndOrder(ctx context.Context, id string, event func(n int) audit.Event) error {
	return wrap("end preservation order", s.unlocked(ctx, func(k *keys) error {
		e := s.stamp(event(0))
		return s.alter(k, func(t txn) error {
			o, _, err := t.order(id)
			if err != nil {
				return err
			}
			clear(o.Key)
			if err := t.dropOrder(id); err != nil {
				return err
			}
			e.Detail = event(o.Kept).Detail
			return t.appendEvent(e)
		})
	}))
}

// dropOrder removes an order and what it keeps.
func (t txn) dropOrder(id string) error {
	var parts [][]byte
	err := t.eachKept(id, func(key, _ []byte) error {
		parts = append(parts, bytes.Clone(key))
		return nil
	})
	if err != nil {
		return err
	}
	for _, key := range parts {
		if err := t.replace(bucketPreserved, key, nil); err != nil {
			return err
		}
	}
	return t.replace(bucketOrders, t.keys.nameOf(bucketOrders, id), nil)
}

// order opens an order and the cipher of what it keeps.
func (t txn) order(id string) (order, cipher.AEAD, error) {
	o, err := one[order](t, bucketOrders, t.keys.nameOf(bucketOrders, id))
	if err != nil {
		return o, nil, err
	}
	if o.Order.ID == "" {
		return o, nil, preserve.ErrNotFound
	}
	if len(o.Key) != keySize {
		return o, nil, fmt.Errorf("an order's key: %w", ErrDamaged)
	}
	own, err := newAEAD(o.Key)
	return o, own, err
}

// eachKept calls do for every value that an order keeps, in order.
func (t txn) eachKept(id string, do func(key, sealed []byte) error) error {
	name := t.keys.nameOf(bucketOrders, id)
	c := t.bucket(bucketPreserved).Cursor()
	for key, sealed := c.Seek(name); key != nil && bytes.HasPrefix(key, name); key, sealed = c.Next() {
		if err := do(key, sealed); err != nil {
			return err
		}
	}
	return nil
}
