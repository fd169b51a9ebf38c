package store

import (
	"cmp"
	"context"
	"slices"

	"secondlook/app/audit"
	"secondlook/app/hit"
)

// PutHold adds or replaces the legal hold of a hit. It returns [hit.ErrNotFound]
// where the hit is not in the car.
func (s *Store) PutHold(ctx context.Context, h hit.Hold, e audit.Event) error {
	return s.write(ctx, "keep legal hold", e, func(t txn) error {
		if !validID(h.ID) || t.bucket(bucketHitKeys).Get([]byte(h.ID)) == nil {
			return hit.ErrNotFound
		}
		return t.put(bucketHolds, t.keys.nameOf(bucketHolds, h.ID), h)
	})
}

// DropHold releases a hit, and destroys it in the same transaction where erase is
// set. It returns [hit.ErrNotHeld].
func (s *Store) DropHold(ctx context.Context, id string, erase bool, e audit.Event) error {
	return s.write(ctx, "release legal hold", e, func(t txn) error {
		if !t.held(id) {
			return hit.ErrNotHeld
		}
		if err := t.replace(bucketHolds, t.keys.nameOf(bucketHolds, id), nil); err != nil {
			return err
		}
		if erase && validID(id) {
			return t.destroyHit(id)
		}
		return nil
	})
}

// Holds returns every legal hold, oldest first.
func (s *Store) Holds(ctx context.Context) ([]hit.Hold, error) {
	var holds []hit.Hold
	err := s.read(ctx, "read legal holds", func(t txn) (err error) {
		holds, err = all[hit.Hold](t, bucketHolds)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(holds, func(a, b hit.Hold) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return holds, nil
}

// held reports whether a hit is on legal hold. Whether the hold still opens does not
// matter: what cannot be read keeps the hit.
func (t txn) held(id string) bool {
	return t.bucket(bucketHolds).Get(t.keys.nameOf(bucketHolds, id)) != nil
}
