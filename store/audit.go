package store

import (
	"context"
	"encoding/binary"
	"fmt"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
)

// Append records an event that changes nothing else.
func (s *Store) Append(ctx context.Context, e audit.Event) error {
	return s.record(ctx, "append to the audit record", delivery{Kind: noted, Event: e}, func(txn) error { return nil })
}

// Records returns the chain, oldest first. It returns [ErrDamaged], naming the
// record, where one does not open, is missing, or was cut off the end; whether
// the links fit is for [audit.Verify] to say.
func (s *Store) Records(ctx context.Context) ([]audit.Record, error) {
	var records []audit.Record
	err := s.read(ctx, "read the audit record", func(t txn) (err error) {
		records, err = t.records()
		return err
	})
	return records, err
}

// Clock returns what the chain knows of the terminal's clock.
func (s *Store) Clock(ctx context.Context) (audit.Clock, error) {
	var c audit.Clock
	err := s.read(ctx, "read the record's time", func(t txn) error {
		newest, err := t.head()
		c = newest.Clock
		return err
	})
	return c, err
}

// records reads the whole chain.
func (t txn) records() ([]audit.Record, error) {
	newest, err := t.head()
	if err != nil {
		return nil, err
	}
	var records []audit.Record
	next := uint64(1)
	err = t.bucket(bucketAudit).ForEach(func(key, sealed []byte) error {
		var r audit.Record
		if err := t.decode(t.cipher(bucketAudit), bucketAudit, key, sealed, &r); err != nil {
			return fmt.Errorf("record %d: %w", next, err)
		}
		if len(key) != 8 || binary.BigEndian.Uint64(key) != next || r.Sequence != next {
			return fmt.Errorf("record %d is missing: %w", next, ErrDamaged)
		}
		records = append(records, r)
		next++
		return nil
	})
	if err != nil {
		return nil, err
	}
	var last audit.Record
	if len(records) > 0 {
		last = records[len(records)-1]
	}
	if newest.Sequence != last.Sequence || newest.Hash != last.Hash {
		return nil, fmt.Errorf("the chain ends at record %d, not at %d: %w", last.Sequence, newest.Sequence, ErrDamaged)
	}
	return records, nil
}

// stamp fills in what the store knows of an event. It runs outside transactions.
func (s *Store) stamp(e audit.Event) audit.Event {
	if e.At.IsZero() {
		e.At = s.options.Now()
	}
	if e.Terminal == "" && s.options.Terminal != nil {
		e.Terminal = s.options.Terminal()
	}
	if e.Outcome == "" {
		e.Outcome = "ok"
	}
	return e
}

// record appends a stamped event, without which its act does not happen: the error
// is an [audit.ErrNotWritten].
func (t txn) record(e audit.Event) error {
	if err := t.appendEvent(e); err != nil {
		return fmt.Errorf("%w: %w", audit.ErrNotWritten, err)
	}
	return nil
}

// appendEvent adds a stamped event to the chain.
func (t txn) appendEvent(e audit.Event) error {
	if e.Terminal == "" {
		var settings cruiser.Settings
		if _, err := t.get(bucketSettings, keySettings, &settings); err != nil {
			return err
		}
		e.Terminal = settings.Terminal
	}
	newest, err := t.head()
	if err != nil {
		return err
	}
	r, err := audit.Next(audit.Record{Sequence: newest.Sequence, Hash: newest.Hash}, e)
	if err != nil {
		return err
	}
	key := uint64Bytes(r.Sequence)
	if t.bucket(bucketAudit).Get(key) != nil {
		return fmt.Errorf("the audit record goes on after its head: %w", ErrDamaged)
	}
	if err := t.put(bucketAudit, key, r); err != nil {
		return err
	}
	newest.Clock = newest.Clock.After(r.Event)
	return t.putHead(r.Sequence, r.Hash, newest)
}
