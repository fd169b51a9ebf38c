package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"secondlook/app/audit"
)

// Inspection is what [Store.Inspect] found. Nothing in it is personal.
type Inspection struct {
	Format uint32 `json:"format"`
	Epoch  uint64 `json:"epoch"`
	// Pages are those of the bbolt file, FreePages those of them that are not in use.
	Pages     int `json:"pages"`
	FreePages int `json:"free_pages"`
	// Values were opened, by bucket; Pieces are those of the files of lists.
	Values map[string]int `json:"values"`
	Pieces int            `json:"pieces"`
	// Records are those of the audit chain, Signatures those in it.
	Records    int `json:"records"`
	Signatures int `json:"signatures"`
	// Faults are what is not as it was written; empty for a store that is whole.
	Faults []Fault `json:"faults"`
}

// Fault is something that is not as it was written.
type Fault struct {
	// Where is a bucket, "pages", "audit" or "lists".
	Where string `json:"where"`
	What  string `json:"what"`
}

// Inspect looks at the whole store: each page, each value under its key, the digests
// of the anchored buckets, the audit chain with its signatures, and each piece of the
// lists' files. What it finds stands in the Inspection; the error is for what kept it
// from looking. No write happens meanwhile.
func (s *Store) Inspect(ctx context.Context) (Inspection, error) {
	in := Inspection{Values: map[string]int{}, Faults: []Fault{}}
	err := s.unlocked(ctx, func(k *keys) error {
		s.epochs.mu.Lock()
		defer s.epochs.mu.Unlock()
		in.pages(s.path)
		err := s.look(k, func(t txn) error { return in.tree(ctx, t) })
		if errors.Is(err, ErrDamaged) { // bbolt itself cannot go on
			in.fault("pages", err)
			err = nil
		}
		return err
	})
	slices.SortFunc(in.Faults, func(a, b Fault) int { return bytes.Compare([]byte(a.Where+a.What), []byte(b.Where+b.What)) })
	return in, wrap("inspect the store", err)
}

// fault notes an error, without the advice that is the same for all.
func (in *Inspection) fault(where string, err error) {
	in.Faults = append(in.Faults, Fault{where, err.Error()})
}

func (in *Inspection) pages(path string) {
	f, err := os.Open(path)
	if err == nil {
		defer f.Close()
		var info fs.FileInfo
		if info, err = f.Stat(); err == nil {
			in.Pages, in.FreePages, err = countPages(f, info.Size())
		}
	}
	if err != nil {
		in.fault("pages", err)
	}
}

func (in *Inspection) tree(ctx context.Context, t txn) (err error) {
	if in.Format, err = formatOf(t.Tx); err != nil {
		return err
	}
	in.Epoch = t.marks.epoch.number
	for _, look := range []func(txn){in.derived, in.clear, in.hits, in.kept, in.standby, in.chain} {
		if err := ctx.Err(); err != nil {
			return err
		}
		look(t)
	}
	return in.lists(ctx, t)
}

// derived opens every value that has no key of its own, and compares the digests.
func (in *Inspection) derived(t txn) {
	newest, err := t.head()
	if err != nil {
		in.fault(bucketHead, err)
	}
	for bucket := range labels {
		var d digest
		t.bucket(bucket).ForEach(func(key, sealed []byte) error {
			in.Values[bucket]++
			d.turn(t.keys, bucket, key, sealed)
			plain, err := unseal(t.cipher(bucket), bucket, key, sealed)
			clear(plain)
			if err != nil {
				in.fault(bucket, err)
			}
			return nil
		})
		if want := newest.anchor(bucket, nil); anchored[bucket] && d != want {
			in.fault(bucket, errNotAll)
		}
	}
}

// errNotAll is where values are missing, or older ones stand in their place.
var errNotAll = damaged("not all there, or not the newest")

// clear reads what is not sealed.
func (in *Inspection) clear(t txn) {
	t.bucket(bucketSlots).ForEach(func(_, b []byte) error {
		in.Values[bucketSlots]++
		if _, err := decodeSlot(b); err != nil {
			in.fault(bucketSlots, err)
		}
		return nil
	})
	t.bucket(bucketAttempts).ForEach(func(_, b []byte) error {
		in.Values[bucketAttempts]++
		if _, err := decodeAttempts(b); err != nil {
			in.fault(bucketAttempts, err)
		}
		return nil
	})
	if _, err := limits(t.Tx); err != nil {
		in.fault(bucketMeta, err)
	}
}

// hits opens each hit and its pictures.
func (in *Inspection) hits(t txn) {
	var d digest
	t.bucket(bucketHits).ForEach(func(id, sealed []byte) error {
		in.Values[bucketHits]++
		d.turn(t.keys, bucketHits, id, sealed)
		if _, err := t.pictures(string(id)); err != nil {
			in.fault(bucketHits, err)
		}
		return nil
	})
	newest, err := t.head()
	if err != nil {
		return // said already
	}
	if d != newest.anchor(bucketHits, nil) {
		in.fault(bucketHits, errNotAll)
	}
	for _, bucket := range []string{bucketHitKeys, bucketPictures} {
		t.bucket(bucket).ForEach(func(id, _ []byte) error {
			if bucket == bucketPictures {
				in.Values[bucket]++
			}
			if t.bucket(bucketHits).Get(id) == nil {
				in.fault(bucket, damaged("one of no hit"))
			}
			return nil
		})
	}
}

// kept opens what preservation orders keep.
func (in *Inspection) kept(t txn) {
	orders, err := all[order](t, bucketOrders)
	if err != nil {
		return // said already
	}
	for _, o := range orders {
		if _, err := t.kept(o.Order.ID); err != nil {
			in.fault(bucketPreserved, err)
		}
		in.Values[bucketPreserved] += int(o.Parts)
		clear(o.Key)
	}
	if n := t.bucket(bucketPreserved).Stats().KeyN; n != in.Values[bucketPreserved] {
		in.fault(bucketPreserved, errNotAll)
	}
}

// chain verifies the audit record.
func (in *Inspection) chain(t txn) {
	records, err := t.records()
	if err == nil {
		var newest head
		if newest, err = t.head(); err == nil {
			var report audit.Report
			report, err = audit.Examine(records, newest.Key)
			in.Records, in.Signatures = report.Count, report.Signatures
		}
	}
	if err != nil {
		in.fault("audit", err)
	}
}

// lists reads each piece of each list's files.
func (in *Inspection) lists(ctx context.Context, t txn) error {
	heads, err := all[listHead](t, bucketLists)
	if err != nil {
		return nil // said already
	}
	for _, h := range heads {
		if _, _, err := t.store.openList(h); err != nil {
			in.fault("lists", err)
			continue
		}
		for _, ref := range h.Segments {
			g, err := t.store.shelf.segment(ref)
			if err == nil {
				err = in.pieces(ctx, g)
			}
			if errors.Is(err, ErrDamaged) {
				in.fault("lists", err)
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

func (in *Inspection) pieces(ctx context.Context, g *segment) error {
	for kind := range pieceKind(pieceKinds) {
		for n := range g.pieces(kind) {
			if err := ctx.Err(); err != nil {
				return err
			}
			plain, err := g.piece(kind, n)
			if err == nil && kind == pieceBlock {
				_, err = decodeBlock(nil, plain)
			}
			clear(plain)
			if err != nil {
				return err
			}
			in.Pieces++
		}
	}
	return nil
}

// Whole reports whether nothing is wrong.
func (in Inspection) Whole() bool { return len(in.Faults) == 0 }

// Buckets are the names in Values, sorted.
func (in Inspection) Buckets() []string { return slices.Sorted(maps.Keys(in.Values)) }

// String is one line a technician can read out.
func (in Inspection) String() string {
	n := 0
	for _, of := range in.Values {
		n += of
	}
	return fmt.Sprintf("%d pages, %d values, %d audit records, %d signatures, %d pieces of lists, faults: %d",
		in.Pages, n, in.Records, in.Signatures, in.Pieces, len(in.Faults))
}
