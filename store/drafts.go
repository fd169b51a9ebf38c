package store

import (
	"cmp"
	"context"

	"secondlook/app/draft"
)

// PutDraft adds or replaces a draft.
func (s *Store) PutDraft(ctx context.Context, d draft.Draft) error {
	return s.writeQuietly(ctx, "keep draft", func(t txn) error {
		return t.put(bucketDrafts, t.keys.nameOf(bucketDrafts, d.ID), d)
	})
}

// DropDrafts erases drafts; those that are not there are none.
func (s *Store) DropDrafts(ctx context.Context, ids ...string) error {
	return s.writeQuietly(ctx, "erase drafts", func(t txn) error {
		any := false
		for _, id := range ids {
			is, err := t.drop(bucketDrafts, id)
			if err != nil {
				return err
			}
			any = any || is
		}
		if !any {
			return errNothing
		}
		return nil
	})
}

// Drafts returns every draft, oldest first.
func (s *Store) Drafts(ctx context.Context) ([]draft.Draft, error) {
	return sorted(ctx, s, bucketDrafts, func(a, b draft.Draft) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
}

// writeQuietly runs do in a write transaction of its own that the audit record has
// nothing of: the chain stays where it is.
func (s *Store) writeQuietly(ctx context.Context, what string, do func(t txn) error) error {
	return wrap(what, s.unlocked(ctx, func(k *keys) error {
		return s.alter(k, func(t txn) error { return t.quietly(do) })
	}))
}

// quietly does what has no audit event, and brings the head up to date.
func (t txn) quietly(do func(t txn) error) error {
	newest, err := t.head()
	if err != nil {
		return err
	}
	if err := do(t); err != nil {
		return err
	}
	return t.putHead(newest.Sequence, newest.Hash, newest)
}
