package store

import (
	"cmp"
	"context"
	"slices"

	"secondlook/app/audit"
	"secondlook/app/breach"
	"secondlook/app/cruiser"
	"secondlook/app/disclosure"
	"secondlook/app/search"
)

// AddDisclosure adds a record to the disclosure log. It returns
// [disclosure.ErrExists] for an id that is taken, and [disclosure.ErrCorrects] for
// the correction of a record that is not in the log.
func (s *Store) AddDisclosure(ctx context.Context, r disclosure.Record, e audit.Event) error {
	return s.write(ctx, "record disclosure", e, func(t txn) error {
		b, key := t.bucket(bucketDisclosures), t.keys.nameOf(bucketDisclosures, r.ID)
		switch {
		case b.Get(key) != nil:
			return disclosure.ErrExists
		case r.Corrects != "" && b.Get(t.keys.nameOf(bucketDisclosures, r.Corrects)) == nil:
			return disclosure.ErrCorrects
		}
		return t.put(bucketDisclosures, key, r)
	})
}

// Disclosures returns the disclosure log, oldest first.
func (s *Store) Disclosures(ctx context.Context) ([]disclosure.Record, error) {
	return sorted(ctx, s, bucketDisclosures, func(a, b disclosure.Record) int {
		return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID))
	})
}

// PutRequest adds or replaces an access request.
func (s *Store) PutRequest(ctx context.Context, r search.Request, e audit.Event) error {
	return s.write(ctx, "keep access request", e, func(t txn) error {
		return t.put(bucketRequests, t.keys.nameOf(bucketRequests, r.ID), r)
	})
}

// Requests returns every access request, oldest first.
func (s *Store) Requests(ctx context.Context) ([]search.Request, error) {
	return sorted(ctx, s, bucketRequests, func(a, b search.Request) int {
		return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID))
	})
}

// PutBreach adds a report of a suspected breach.
func (s *Store) PutBreach(ctx context.Context, r breach.Report, e audit.Event) error {
	return s.write(ctx, "keep report of a breach", e, func(t txn) error {
		return t.put(bucketBreaches, t.keys.nameOf(bucketBreaches, r.ID), r)
	})
}

// Breaches returns the reports that the station does not have, oldest first.
func (s *Store) Breaches(ctx context.Context) ([]breach.Report, error) {
	return sorted(ctx, s, bucketBreaches, func(a, b breach.Report) int {
		return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID))
	})
}

// Purge destroys records whose time is over, in one transaction with its event.
// Hits on legal hold stay.
func (s *Store) Purge(ctx context.Context, p cruiser.Purge, e audit.Event) error {
	return s.write(ctx, "purge", e, func(t txn) error {
		for _, id := range p.Hits {
			if !validID(id) || t.held(id) {
				continue
			}
			if err := t.destroyHit(id); err != nil {
				return err
			}
		}
		for bucket, ids := range map[string][]string{bucketDeployments: p.Deployments, bucketDisclosures: p.Disclosures,
			bucketRequests: p.Requests, bucketBreaches: p.Breaches, bucketReports: p.Reports, bucketDrafts: p.Drafts} {
			for _, id := range ids {
				if err := t.replace(bucket, t.keys.nameOf(bucket, id), nil); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// sorted returns every value of an anchored bucket in an order.
func sorted[V any](ctx context.Context, s *Store, bucket string, compare func(a, b V) int) ([]V, error) {
	var values []V
	err := s.read(ctx, "read "+bucket, func(t txn) (err error) {
		values, err = all[V](t, bucket)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(values, compare)
	return values, nil
}
