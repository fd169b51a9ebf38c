package store

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"secondlook/app/audit"
	"secondlook/app/hotlist"
)

// listHead is a list without its entries, and where they are. Whatever else lies
// in the folder of lists is of no list: an update writes its file first, and is in
// force with the transaction that changes the head.
type listHead struct {
	hotlist.Head
	// Count is how many entries are in force.
	Count int
	// Segments are the list as it was taken in, and the deltas since.
	Segments []segmentRef
	// Withdrawn and Duplicates count rows that are out of force and not erased yet.
	Withdrawn, Duplicates int
	// Purged is when the list was last written whole.
	Purged time.Time
}

// shelf is what is open of the lists.
type shelf struct {
	folder string
	// changing is held by whatever puts lists in force, and while they are opened.
	changing sync.Mutex

	mu sync.Mutex // guards the rest; nothing else is locked under it
	// open are the segments whose index is in memory.
	open map[segmentID]*segment
	// writing are segments that no head has yet.
	writing map[segmentID]bool
	// swept is set once leftovers of an earlier run were removed.
	swept bool
}

func newShelf(storePath string) *shelf {
	return &shelf{folder: storePath + listsSuffix, open: map[segmentID]*segment{}, writing: map[segmentID]bool{}}
}

// forget drops all that is open.
func (l *shelf) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, g := range l.open {
		g.forget()
	}
	clear(l.open)
	l.swept = false
}

// begin starts a segment's file; end follows.
func (l *shelf) begin() (*segmentWriter, error) {
	w, err := newSegmentWriter(l.folder)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.writing[w.ID] = true
	l.mu.Unlock()
	return w, nil
}

// end lets go of a segment: a head has it now, or its file is removed.
func (l *shelf) end(w *segmentWriter, err *error) {
	if *err != nil {
		*err = errors.Join(*err, w.abandon())
	}
	l.mu.Lock()
	delete(l.writing, w.ID)
	l.mu.Unlock()
}

// segment opens a segment, or returns the one that is open.
func (l *shelf) segment(ref segmentRef) (*segment, error) {
	l.mu.Lock()
	g := l.open[ref.ID]
	l.mu.Unlock()
	if g != nil {
		return g, nil
	}
	g, err := openSegment(l.folder, ref)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[ref.ID] = g
	return g, nil
}

// erase removes the files of segments that no head has any more. Their keys went
// with the head; a file that cannot be removed now is removed at the next sign-in.
// What is matched at this moment may still read from it.
func (l *shelf) erase(refs []segmentRef) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range refs {
		delete(l.open, r.ID)
		os.Remove(filepath.Join(l.folder, r.ID.file()))
	}
}

// sweep removes files that an update left which was never in force. The files
// were listed before the heads were read.
func (l *shelf) sweep(files []fs.DirEntry, heads []listHead) error {
	var errs []error
	used := map[string]bool{}
	for _, h := range heads {
		for _, r := range h.Segments {
			used[r.ID.file()] = true
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for id := range l.writing {
		used[id.file()] = true
	}
	for _, f := range files {
		if !used[f.Name()] {
			errs = append(errs, os.Remove(filepath.Join(l.folder, f.Name())))
		}
	}
	l.swept = true
	return errors.Join(errs...)
}

// Lists returns every list, ready to match, by name. Only what changed since the
// last time is read. A list of which a file is missing, damaged or cannot be read
// comes set aside; its files stay as they are until it is replaced or dropped, and
// the next call tries them again.
func (s *Store) Lists(ctx context.Context) ([]*hotlist.InForce, error) {
	s.shelf.changing.Lock()
	defer s.shelf.changing.Unlock()
	var lists []*hotlist.InForce
	err := s.unlocked(ctx, func(k *keys) error {
		heads, err := s.heads(k)
		if err != nil {
			return err
		}
		for _, h := range heads {
			l, _, err := s.openList(h)
			if err != nil {
				l = &hotlist.InForce{Head: h.Head, SetAside: true, Had: h.Count}
			}
			lists = append(lists, l)
		}
		return nil
	})
	if err != nil {
		return nil, wrap("read lists", err)
	}
	slices.SortFunc(lists, func(a, b *hotlist.InForce) int { return cmp.Compare(a.Name, b.Name) })
	return lists, nil
}

// IndexBytes is how much memory the index of all lists takes that are open.
func (s *Store) IndexBytes() (n int) {
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	for _, g := range s.shelf.open {
		n += g.memory()
	}
	return n
}

// heads reads every list's head, and sweeps once after each sign-in.
func (s *Store) heads(k *keys) (heads []listHead, err error) {
	s.shelf.mu.Lock()
	swept := s.shelf.swept
	s.shelf.mu.Unlock()
	var files []fs.DirEntry
	if !swept {
		if files, err = os.ReadDir(s.shelf.folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	err = s.look(k, func(t txn) (err error) {
		heads, err = all[listHead](t, bucketLists)
		return err
	})
	if err != nil || swept {
		return heads, err
	}
	return heads, s.shelf.sweep(files, heads)
}

// openList makes a list ready to match. The segments are in the parts' order.
func (s *Store) openList(h listHead) (*hotlist.InForce, []*segment, error) {
	l := &hotlist.InForce{Head: h.Head}
	segments := make([]*segment, len(h.Segments))
	at := map[segmentID]int{}
	for i, ref := range h.Segments {
		g, err := s.shelf.segment(ref)
		if err != nil {
			return nil, nil, err
		}
		segments[i], at[ref.ID] = g, i
		l.Parts = append(l.Parts, hotlist.Part{Segment: g.index, Details: g})
	}
	for _, g := range segments {
		for id, rows := range g.gone {
			i, ok := at[id]
			if !ok {
				return nil, nil, damaged("removals of a part that a list does not have")
			}
			if err := takeOut(&l.Parts[i], rows); err != nil {
				return nil, nil, err
			}
		}
	}
	if len(h.Segments) == 0 || l.Count() != h.Count {
		return nil, nil, damaged("a list has another number of entries")
	}
	return l, segments, nil
}

func takeOut(p *hotlist.Part, rows []uint32) error {
	if p.Gone == nil {
		p.Gone = hotlist.NewRows(p.Segment.Rows())
	}
	for _, row := range rows {
		if int(row) >= p.Segment.Rows() {
			return damaged("removal of a row that a list does not have")
		}
		p.Gone.Add(row)
	}
	return nil
}

// PutList replaces the list of the same name, whole or not at all. Where the head
// has no source and contact, they are the first that an entry names.
func (s *Store) PutList(ctx context.Context, h hotlist.Head, entries iter.Seq2[hotlist.Entry, error], decide hotlist.Decide) (hotlist.Change, error) {
	change, err := s.putList(ctx, h, entries, decide)
	return change, wrap("keep list", err)
}

func (s *Store) putList(ctx context.Context, h hotlist.Head, entries iter.Seq2[hotlist.Entry, error], decide hotlist.Decide) (c hotlist.Change, err error) {
	// Asked now and again at the end: meanwhile a sign-out need not wait.
	if err := s.unlocked(ctx, func(*keys) error { return nil }); err != nil {
		return c, err
	}
	w, err := s.shelf.begin()
	if err != nil {
		return c, err
	}
	defer s.shelf.end(w, &err)
	if err := w.write(ctx, entries); err != nil {
		return c, err
	}
	if c.Duplicates, err = w.finish(); err != nil {
		return c, err
	}
	next := listHead{Head: h, Segments: []segmentRef{w.segmentRef}, Count: w.Rows - c.Duplicates, Duplicates: c.Duplicates, Purged: s.options.Now()}
	next.Source, next.Contact = cmp.Or(h.Source, w.source), cmp.Or(h.Contact, w.contact)
	s.shelf.changing.Lock()
	defer s.shelf.changing.Unlock()
	before, _, err := s.headOf(ctx, h.Name)
	if err != nil {
		return c, err
	}
	c.Before, c.After, c.Added = before.Count, next.Count, next.Count
	return c, s.putInForce(ctx, before, next, c, decide)
}

// putInForce asks whether to go on, replaces a list's head in one transaction with
// its event, and erases the segments that are of no use any more.
func (s *Store) putInForce(ctx context.Context, before, next listHead, c hotlist.Change, decide hotlist.Decide) error {
	e, err := decide(&next.Head, c)
	if err != nil {
		return err
	}
	err = s.unlocked(ctx, func(k *keys) error { return s.commit(k, e, func(t txn) error { return t.putHeadOf(before, next) }) })
	if err == nil {
		s.shelf.erase(without(before.Segments, next.Segments))
	}
	return err
}

// putHeadOf replaces a list's head. The keys of segments that it has no more are
// destroyed.
func (t txn) putHeadOf(before, next listHead) error {
	if len(without(before.Segments, next.Segments)) > 0 {
		t.marks.due = true
	}
	return t.put(bucketLists, t.keys.nameOf(bucketLists, next.Name), next)
}

// without returns the segments of refs that are not in kept.
func without(refs, kept []segmentRef) (out []segmentRef) {
	for _, r := range refs {
		if !slices.ContainsFunc(kept, func(k segmentRef) bool { return k.ID == r.ID }) {
			out = append(out, r)
		}
	}
	return out
}

// headOf reads one list's head; found is false where there is none.
func (s *Store) headOf(ctx context.Context, name string) (h listHead, found bool, err error) {
	err = s.unlocked(ctx, func(k *keys) error {
		return s.look(k, func(t txn) error {
			h, err = one[listHead](t, bucketLists, k.nameOf(bucketLists, name))
			found = len(h.Segments) > 0
			return err
		})
	})
	return h, found, err
}

// DropList removes a list. Where there is none of this name nothing happens and
// nothing is recorded, so that a sync may repeat it.
func (s *Store) DropList(ctx context.Context, name string, e audit.Event) error {
	s.shelf.changing.Lock()
	defer s.shelf.changing.Unlock()
	h, found, err := s.headOf(ctx, name)
	if err != nil || !found {
		return wrap("drop list", err)
	}
	err = s.write(ctx, "drop list", e, func(t txn) error {
		return t.replace(bucketLists, t.keys.nameOf(bucketLists, name), nil)
	})
	if err == nil {
		s.shelf.erase(h.Segments)
	}
	return err
}
