package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
	"secondlook/app/hotlist"
)

const (
	// chunkEntries is how many entries are sealed together.
	chunkEntries   = 4096
	generationSize = 16
)

// listHead is a list without its entries. Each PutList makes a new generation:
// chunks of an earlier one do not open in its place.
type listHead struct {
	Name           string
	Made, Received time.Time
	Version        int
	Generation     []byte
	Count          int
}

// chunkCount is how many chunks hold the list's entries.
func (h listHead) chunkCount() int { return (h.Count + chunkEntries - 1) / chunkEntries }

// chunkKey names a chunk of a generation.
func chunkKey(generation []byte, number int) []byte {
	return binary.BigEndian.AppendUint32(slices.Clone(generation), uint32(number))
}

// PutList replaces the list of the same name, whole or not at all.
func (s *Store) PutList(ctx context.Context, l hotlist.List, e audit.Event) error {
	h := listHead{
		Name: l.Name, Made: l.Made, Received: l.Received, Version: l.Version,
		Generation: randomBytes(generationSize), Count: len(l.Entries),
	}
	// Sealed before the transaction: meanwhile hits can still be written.
	var sealed [][]byte
	err := s.unlocked(ctx, func(k *keys) error {
		for part := range slices.Chunk(l.Entries, chunkEntries) {
			if err := ctx.Err(); err != nil {
				return err
			}
			plain, err := encodeChunk(part)
			if err != nil {
				return err
			}
			key := chunkKey(h.Generation, len(sealed))
			sealed = append(sealed, seal(k.aead[bucketChunks], bucketChunks, key, plain))
			clear(plain)
		}
		return nil
	})
	if err != nil {
		return wrap("keep list", err)
	}
	return s.write(ctx, "keep list", e, func(t txn) error {
		if _, err := t.dropList(l.Name); err != nil {
			return err
		}
		for i, chunk := range sealed {
			if err := t.bucket(bucketChunks).Put(chunkKey(h.Generation, i), chunk); err != nil {
				return err
			}
		}
		return t.put(bucketLists, t.keys.nameOf(bucketLists, l.Name), h)
	})
}

// DropList removes a list. Where there is none of this name nothing happens and
// nothing is recorded, so that a sync may repeat it.
func (s *Store) DropList(ctx context.Context, name string, e audit.Event) error {
	return s.write(ctx, "drop list", e, func(t txn) error {
		found, err := t.dropList(name)
		if err == nil && !found {
			return errNothing
		}
		return err
	})
}

// dropList deletes a list with its chunks and reports whether it was there.
func (t txn) dropList(name string) (bool, error) {
	key := t.keys.nameOf(bucketLists, name)
	var h listHead
	found, err := t.get(bucketLists, key, &h)
	if err != nil || !found {
		return false, err
	}
	b := t.bucket(bucketChunks)
	var old [][]byte // collected first: bbolt does not allow changes under a running cursor
	c := b.Cursor()
	for k, _ := c.Seek(h.Generation); k != nil && bytes.HasPrefix(k, h.Generation); k, _ = c.Next() {
		old = append(old, bytes.Clone(k))
	}
	for _, k := range old {
		if err := b.Delete(k); err != nil {
			return false, err
		}
	}
	return true, t.replace(bucketLists, key, nil)
}

// sealedList is a list as it lies in the file, copied out of it.
type sealedList struct {
	listHead
	chunks [][]byte
}

// Lists returns every list with its entries, by name. Entries of one chunk share
// their texts' memory.
func (s *Store) Lists(ctx context.Context) ([]hotlist.List, error) {
	var lists []hotlist.List
	err := s.unlocked(ctx, func(k *keys) error {
		// Opened after the transaction: a long one holds up a hit that makes the
		// file grow.
		sealed, err := s.sealedLists(k)
		if err != nil {
			return err
		}
		for _, l := range sealed {
			opened, err := l.open(ctx, k)
			if err != nil {
				return err
			}
			lists = append(lists, opened)
		}
		return nil
	})
	if err != nil {
		return nil, wrap("read lists", err)
	}
	slices.SortFunc(lists, func(a, b hotlist.List) int { return cmp.Compare(a.Name, b.Name) })
	return lists, nil
}

func (s *Store) sealedLists(k *keys) ([]sealedList, error) {
	var lists []sealedList
	err := s.view(func(tx *bolt.Tx) error {
		t := s.newTxn(tx, k)
		heads, err := all[listHead](t, bucketLists)
		for _, h := range heads {
			if h.Count < 0 || len(h.Generation) != generationSize {
				return fmt.Errorf("list: %w", ErrDamaged)
			}
			l := sealedList{listHead: h}
			for i := range h.chunkCount() {
				chunk := t.bucket(bucketChunks).Get(chunkKey(h.Generation, i))
				if chunk == nil {
					return fmt.Errorf("list without part %d: %w", i+1, ErrDamaged)
				}
				l.chunks = append(l.chunks, bytes.Clone(chunk))
			}
			lists = append(lists, l)
		}
		return err
	})
	return lists, err
}

func (sl sealedList) open(ctx context.Context, k *keys) (hotlist.List, error) {
	l := hotlist.List{Name: sl.Name, Made: sl.Made, Received: sl.Received, Version: sl.Version}
	if sl.Count > 0 {
		l.Entries = make([]hotlist.Entry, 0, sl.Count)
	}
	for i, chunk := range sl.chunks {
		if err := ctx.Err(); err != nil {
			return l, err
		}
		plain, err := unseal(k.aead[bucketChunks], bucketChunks, chunkKey(sl.Generation, i), chunk)
		if err != nil {
			return l, err
		}
		l.Entries, err = decodeChunk(l.Entries, plain)
		clear(plain)
		if err != nil {
			return l, err
		}
	}
	if len(l.Entries) != sl.Count {
		return l, fmt.Errorf("list with %d entries instead of %d: %w", len(l.Entries), sl.Count, ErrDamaged)
	}
	return l, nil
}
