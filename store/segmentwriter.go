package store

import (
	"bufio"
	"cmp"
	"context"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"secondlook/app/hotlist"
	"secondlook/app/scrub"
)

const (
	// batchRows are handed from who makes entries to who seals them at once.
	batchRows = 16 * blockRows
	writeSize = 1 << 20
)

// segmentWriter writes one segment.
type segmentWriter struct {
	segmentRef
	path string
	file *os.File
	out  *bufio.Writer
	aead cipher.AEAD

	sizes   [pieceKinds][]uint32
	builder hotlist.Builder
	rows    []column
	gone    goneRows
	// source and contact are the first that an entry names.
	source, contact string

	encoder        blockEncoder
	sealed, places []byte
}

// newSegmentWriter begins a file. The caller calls finish or abandon.
func newSegmentWriter(folder string) (*segmentWriter, error) {
	w := &segmentWriter{gone: goneRows{}}
	copy(w.ID[:], randomBytes(idSize))
	copy(w.Key[:], randomBytes(keySize))
	aead, err := newAEAD(w.Key[:])
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	w.aead, w.path = aead, filepath.Join(folder, w.ID.file())
	if w.file, err = os.OpenFile(w.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
		return nil, err
	}
	w.out = bufio.NewWriterSize(w.file, writeSize)
	return w, nil
}

// abandon removes the file. It may be called after finish, to undo it.
func (w *segmentWriter) abandon() error {
	w.file.Close() // a second time where it was finished
	return os.Remove(w.path)
}

// write seals entries as they come: one goroutine makes them, that of the caller,
// another one seals and writes. It returns the first error of either.
func (w *segmentWriter) write(ctx context.Context, entries iter.Seq2[hotlist.Entry, error]) error {
	full, empty := make(chan []hotlist.Entry, 2), make(chan []hotlist.Entry, 3)
	for range 3 {
		empty <- make([]hotlist.Entry, 0, batchRows)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		scrub.Around(func() {
			for batch := range full {
				if ctx.Err() == nil {
					if err := w.seal(batch); err != nil {
						cancel(err)
					}
				}
				clear(batch)
				empty <- batch[:0]
			}
		})
	}()
	err := collect(ctx, entries, full, empty)
	close(full)
	<-done
	w.encoder.forget()
	return noRoom(cmp.Or(err, context.Cause(ctx)))
}

// collect hands entries on in batches.
func collect(ctx context.Context, entries iter.Seq2[hotlist.Entry, error], full chan<- []hotlist.Entry, empty <-chan []hotlist.Entry) error {
	batch := <-empty
	for e, err := range entries {
		if err != nil {
			return err
		}
		if batch = append(batch, e); len(batch) < batchRows {
			continue
		}
		full <- batch
		batch = <-empty
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	full <- batch
	return nil
}

func (w *segmentWriter) seal(batch []hotlist.Entry) error {
	for block := range slices.Chunk(batch, blockRows) {
		for i := range block {
			e := &block[i]
			if err := w.builder.Add(e.Plate); err != nil {
				return fmt.Errorf("entry %d: %w", len(w.rows)+1, err)
			}
			w.rows = append(w.rows, columnOf(e))
			w.source, w.contact = cmp.Or(w.source, e.Source), cmp.Or(w.contact, e.Contact)
		}
		plain, err := w.encoder.encode(block)
		if err != nil {
			return err
		}
		if err := w.piece(pieceBlock, plain); err != nil {
			return err
		}
	}
	return nil
}

// piece seals and writes the next piece of a kind.
func (w *segmentWriter) piece(k pieceKind, plain []byte) error {
	number := 0
	if k != pieceTable {
		number = len(w.sizes[k])
	}
	w.places = w.ID.place(w.places[:0], k, number)
	w.sealed = w.aead.Seal(append(w.sealed[:0], sealVersion), nil, plain, w.places)
	if k != pieceTable {
		w.sizes[k] = append(w.sizes[k], uint32(len(w.sealed)))
	}
	w.Size += int64(len(w.sealed))
	_, err := w.out.Write(w.sealed)
	return err
}

// finish writes what stands behind the entries and makes the file durable. It
// returns how many duplicates there were: of rows with one id, the one that lasts
// longest stays in force, the first of those that last equally.
func (w *segmentWriter) finish() (duplicates int, err error) {
	w.Rows = len(w.rows)
	index := w.builder.Build()
	if own := w.duplicates(index); len(own) > 0 {
		w.gone[w.ID] = own
		duplicates = len(own)
	}
	if err := w.columns(); err != nil {
		return 0, err
	}
	pieces := bufio.NewWriterSize(pieceWriter{w, pieceIndex}, indexPiece)
	if _, err := index.WriteTo(pieces); err != nil {
		return 0, err
	}
	if err := pieces.Flush(); err != nil {
		return 0, err
	}
	if len(w.gone) > 0 {
		if err := w.piece(pieceGone, w.gone.encode()); err != nil {
			return 0, err
		}
	}
	before := w.Size
	if err := w.piece(pieceTable, encodeTable(w.sizes)); err != nil {
		return 0, err
	}
	w.Table = int(w.Size - before)
	w.rows = nil
	err = errors.Join(w.out.Flush(), w.file.Sync(), w.file.Close())
	folder := filepath.Dir(w.path) // may be new itself
	return duplicates, noRoom(cmp.Or(err, syncFolder(folder), syncFolder(filepath.Dir(folder))))
}

// pieceWriter seals what is written to it at once as one piece.
type pieceWriter struct {
	w    *segmentWriter
	kind pieceKind
}

func (p pieceWriter) Write(b []byte) (int, error) { return len(b), p.w.piece(p.kind, b) }

func (w *segmentWriter) columns() error {
	var plain []byte
	for part := range slices.Chunk(w.rows, columnRows) {
		plain = plain[:0]
		for _, c := range part {
			plain = binary.LittleEndian.AppendUint64(plain, c.tag)
			plain = binary.LittleEndian.AppendUint64(plain, uint64(c.expires))
		}
		if err := w.piece(pieceColumns, plain); err != nil {
			return err
		}
	}
	clear(plain)
	return nil
}

// duplicates returns the rows, ascending, that another row stands for.
func (w *segmentWriter) duplicates(index *hotlist.Segment) (out []uint32) {
	index.Repeated(func(rows []uint32) {
		slices.SortFunc(rows, func(a, b uint32) int {
			x, y := w.rows[a], w.rows[b]
			return cmp.Or(cmp.Compare(x.tag, y.tag), cmp.Compare(y.expires, x.expires), cmp.Compare(a, b))
		})
		for i := 1; i < len(rows); i++ {
			if w.rows[rows[i]].tag == w.rows[rows[i-1]].tag {
				out = append(out, rows[i])
			}
		}
	})
	slices.Sort(out)
	return out
}
