package store

import (
	"context"
	"fmt"
	"time"

	"secondlook/app/disclosure"
	"secondlook/app/hit"
	"secondlook/app/search"
	"secondlook/app/shift"
)

// Acknowledge erases what the station signed to have, or notes it with what stays: a
// hit that travelled as one on legal hold, a disclosure, an access request. It is one
// transaction and one turn of the epoch, with each record's own event. What is not
// there any more has none, so that a sync may repeat it; and a hit that was held since
// it travelled stays as it is, and travels again.
func (s *Store) Acknowledge(ctx context.Context, records []shift.Acknowledged) error {
	return wrap("erase what the station has", s.unlocked(ctx, func(k *keys) error {
		return s.alter(k, func(t txn) error {
			var done []shift.Acknowledged
			for _, r := range records {
				r.Event = s.stamp(r.Event)
				is, err := t.acknowledge(r)
				if err != nil {
					return err
				}
				if is {
					done = append(done, r)
				}
			}
			if len(done) == 0 {
				return errNothing
			}
			for _, r := range done {
				if err := t.record(r.Event); err != nil {
					return err
				}
			}
			return nil
		})
	}))
}

// acknowledge reports whether there was anything to do.
func (t txn) acknowledge(r shift.Acknowledged) (bool, error) {
	switch r.Kind {
	case shift.HitParcel:
		return t.acknowledgeHit(r)
	case shift.DeploymentParcel:
		return t.drop(bucketDeployments, r.ID)
	case shift.ReportParcel:
		return t.drop(bucketReports, r.ID)
	case shift.BreachParcel:
		return t.drop(bucketBreaches, r.ID)
	case shift.DisclosureParcel:
		return noteDelivered(t, bucketDisclosures, r, func(d *disclosure.Record) *time.Time { return &d.Delivered })
	case shift.RequestParcel:
		return noteDelivered(t, bucketRequests, r, func(q *search.Request) *time.Time { return &q.Delivered })
	}
	return false, fmt.Errorf("a record of the kind %s is not erased", r.Kind)
}

func (t txn) acknowledgeHit(r shift.Acknowledged) (bool, error) {
	there := validID(r.ID) && t.bucket(bucketHitKeys).Get([]byte(r.ID)) != nil
	switch {
	case !there || r.Held != t.held(r.ID):
		return false, nil
	case r.Held:
		return noteDelivered(t, bucketHolds, r, func(h *hit.Hold) *time.Time { return &h.Delivered })
	}
	return true, t.destroyHit(r.ID)
}

// drop removes a record.
func (t txn) drop(bucket, id string) (bool, error) {
	key := t.keys.nameOf(bucket, id)
	if t.bucket(bucket).Get(key) == nil {
		return false, nil
	}
	return true, t.replace(bucket, key, nil)
}

// noteDelivered notes with a record that stays when the station had it.
func noteDelivered[V any](t txn, bucket string, r shift.Acknowledged, delivered func(*V) *time.Time) (bool, error) {
	key := t.keys.nameOf(bucket, r.ID)
	var v V
	is, err := t.get(bucket, key, &v)
	if err != nil || !is {
		return false, err
	}
	*delivered(&v) = r.Event.At
	return true, t.put(bucket, key, v)
}
