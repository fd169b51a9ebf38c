package store

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"secondlook/app/audit"
	"secondlook/app/hotlist"
)

// manyDeltas is how many deltas a list may have before they are joined: each one
// is looked up for each read.
const manyDeltas = 6

// purgeEvery is how long what is out of force may stay on the disk, sealed.
const purgeEvery = 24 * time.Hour

// suspect is a row that may be the one an update names.
type suspect struct {
	part    int
	row     uint32
	tag     uint64
	removal bool
}

// suspects collects the rows that a delta may be about.
type suspects struct {
	list  *hotlist.InForce
	found []suspect
	rows  []uint32
}

func (u *suspects) add(e hotlist.Entry, removal bool) {
	for i, p := range u.list.Parts {
		u.rows = p.Segment.RowsOf(e.Plate, u.rows[:0])
		for _, row := range u.rows {
			if !p.Gone.Has(row) {
				u.found = append(u.found, suspect{i, row, tagOf(e.ID), removal})
			}
		}
	}
}

// watch passes entries on and looks each one up.
func (u *suspects) watch(entries iter.Seq2[hotlist.Entry, error]) iter.Seq2[hotlist.Entry, error] {
	return func(yield func(hotlist.Entry, error) bool) {
		if entries == nil {
			return
		}
		for e, err := range entries {
			if err == nil {
				u.add(e, false)
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// confirm returns the rows whose ids are those that were named, and counts them.
// The columns are read once, in order.
func (u *suspects) confirm(segments []*segment, c *hotlist.Change) (goneRows, error) {
	slices.SortFunc(u.found, func(a, b suspect) int {
		return cmp.Or(cmp.Compare(a.part, b.part), cmp.Compare(a.row, b.row))
	})
	gone := goneRows{}
	for rest := u.found; len(rest) > 0; {
		part, piece := rest[0].part, int(rest[0].row/columnRows)
		n := 1
		for n < len(rest) && rest[n].part == part && int(rest[n].row/columnRows) == piece {
			n++
		}
		g := segments[part]
		err := g.columns(piece, func(first int, of func(int) column, _ int) {
			for _, f := range rest[:n] {
				rows := gone[g.ID]
				if len(rows) > 0 && rows[len(rows)-1] == f.row || of(int(f.row)-first).tag != f.tag {
					continue
				}
				gone[g.ID] = append(rows, f.row)
				if f.removal {
					c.Removed++
				} else {
					c.Replaced++
				}
			}
		})
		if err != nil {
			return nil, err
		}
		rest = rest[n:]
	}
	return gone, nil
}

// ChangeList applies a delta, whole or not at all. It returns [hotlist.ErrNoList]
// or [hotlist.ErrOtherVersion].
func (s *Store) ChangeList(ctx context.Context, d hotlist.Delta, decide hotlist.Decide) (hotlist.Change, error) {
	s.shelf.changing.Lock()
	defer s.shelf.changing.Unlock()
	c, err := s.changeList(ctx, d, decide)
	return c, wrap("change list", err)
}

func (s *Store) changeList(ctx context.Context, d hotlist.Delta, decide hotlist.Decide) (c hotlist.Change, err error) {
	before, found, err := s.headOf(ctx, d.Head.Name)
	if err != nil {
		return c, err
	}
	switch {
	case !found:
		return c, hotlist.ErrNoList
	case d.From != 0 && d.From != before.Version:
		return c, hotlist.ErrOtherVersion
	}
	list, segments, err := s.openUnlocked(ctx, before)
	if err != nil {
		return c, err
	}
	w, err := s.shelf.begin()
	if err != nil {
		return c, err
	}
	defer s.shelf.end(w, &err)
	u := &suspects{list: list}
	if d.Removed != nil {
		for e, err := range d.Removed {
			if err != nil {
				return c, err
			}
			u.add(e, true)
		}
	}
	if err := w.write(ctx, u.watch(d.Added)); err != nil {
		return c, err
	}
	if w.gone, err = u.confirm(segments, &c); err != nil {
		return c, err
	}
	if c.Duplicates, err = w.finish(); err != nil {
		return c, err
	}
	c.Added = w.Rows - c.Duplicates - c.Replaced
	c.Before, c.After = before.Count, before.Count+c.Added-c.Removed
	next := before
	next.Made, next.Received, next.Version, next.Reading = d.Head.Made, d.Head.Received, d.Head.Version, d.Head.Reading
	next.Source, next.Contact = cmp.Or(d.Head.Source, before.Source), cmp.Or(d.Head.Contact, before.Contact)
	next.Segments = append(slices.Clone(before.Segments), w.segmentRef)
	next.Count = c.After
	next.Withdrawn += c.Removed + c.Replaced
	next.Duplicates += c.Duplicates
	return c, s.putInForce(ctx, before, next, c, decide)
}

// errOvertaken ends a rewrite of a list that changed meanwhile: the next one will do.
var errOvertaken = errors.New("the list changed meanwhile")

// openUnlocked opens a list while the keys cannot be forgotten.
func (s *Store) openUnlocked(ctx context.Context, h listHead) (l *hotlist.InForce, segments []*segment, err error) {
	err = s.unlocked(ctx, func(*keys) error {
		l, segments, err = s.openList(h)
		return err
	})
	return l, segments, err
}

// rewrite makes one segment of a list's segments from the given one on, without
// the rows that are out of force; leave gives more rows of each part to leave out,
// and may be nil. put writes the new head down. Reads and updates go on meanwhile;
// where an update came it returns errOvertaken.
func (s *Store) rewrite(ctx context.Context, h listHead, from int, leave []hotlist.Rows, put func(k *keys, next listHead) error) (err error) {
	list, segments, err := s.openUnlocked(ctx, h)
	if err != nil {
		return err
	}
	w, err := s.shelf.begin()
	if err != nil {
		return err
	}
	defer s.shelf.end(w, &err)
	rest := &hotlist.InForce{Parts: slices.Clone(list.Parts[from:])}
	was := rest.Count()
	for i := range leave {
		rest.Parts[i].Gone = leave[i]
	}
	for _, g := range segments[from:] {
		for id, rows := range g.gone {
			if slices.ContainsFunc(h.Segments[:from], func(r segmentRef) bool { return r.ID == id }) {
				w.gone[id] = append(w.gone[id], rows...)
			}
		}
	}
	for _, rows := range w.gone {
		slices.Sort(rows)
	}
	if err := w.write(ctx, rest.All()); err != nil {
		return err
	}
	duplicates, err := w.finish()
	if err != nil {
		return err
	}
	s.shelf.changing.Lock()
	defer s.shelf.changing.Unlock()
	next, _, err := s.headOf(ctx, h.Name)
	if err != nil {
		return err
	}
	if !slices.Equal(next.Segments, h.Segments) {
		return errOvertaken
	}
	next.Segments = append(slices.Clone(h.Segments[:from]), w.segmentRef)
	next.Count += w.Rows - duplicates - was
	if err := s.unlocked(ctx, func(k *keys) error { return put(k, next) }); err != nil {
		return err
	}
	s.shelf.erase(without(h.Segments, next.Segments))
	return nil
}

// TidyLists keeps lists small. One that was last written whole a day ago is
// written anew without what expired, was withdrawn or came twice, so that nothing
// of it is left on the disk; an event records each such purge. The deltas of one
// that had many are joined, which changes nothing of what is in force. One that
// cannot be read is left as it is, and the error says so after the others were
// tidied. It reports whether any list is stored otherwise than before.
func (s *Store) TidyLists(ctx context.Context, event func(hotlist.Purge) audit.Event) (changed bool, err error) {
	var heads []listHead
	err = s.unlocked(ctx, func(k *keys) (err error) {
		heads, err = s.heads(k)
		return err
	})
	var failed []error
	for _, h := range heads {
		done, err := s.purge(ctx, h, event)
		if err == nil && !done {
			done, err = s.joinDeltas(ctx, h)
		}
		changed = changed || done
		switch {
		case err == nil, errors.Is(err, errOvertaken):
		case errors.Is(err, ErrDamaged):
			failed = append(failed, err)
		default:
			return changed, wrap("tidy lists", err)
		}
	}
	return changed, wrap("tidy lists", errors.Join(append(failed, err)...))
}

func (s *Store) purge(ctx context.Context, h listHead, event func(hotlist.Purge) audit.Event) (bool, error) {
	now := s.options.Now()
	if now.Sub(h.Purged) < purgeEvery {
		return false, nil
	}
	leave, expired, err := s.expired(ctx, h, now)
	if err != nil || expired+h.Withdrawn+h.Duplicates == 0 {
		return false, err
	}
	p := hotlist.Purge{List: h.Name, Expired: expired, Duplicates: h.Duplicates, Withdrawn: h.Withdrawn}
	e := s.stamp(event(p))
	return true, s.rewrite(ctx, h, 0, leave, func(k *keys, next listHead) error {
		next.Withdrawn, next.Duplicates, next.Purged = 0, 0, now
		return s.commit(k, e, func(t txn) error { return t.putHeadOf(h, next) })
	})
}

func (s *Store) joinDeltas(ctx context.Context, h listHead) (bool, error) {
	if len(h.Segments)-1 <= manyDeltas {
		return false, nil
	}
	return true, s.rewrite(ctx, h, 1, nil, func(k *keys, next listHead) error {
		return s.alter(k, func(t txn) error {
			return t.quietly(func(t txn) error { return t.putHeadOf(h, next) })
		})
	})
}

// expired returns for each part of a list the rows that are out of force or whose
// time is over, and counts the latter.
func (s *Store) expired(ctx context.Context, h listHead, now time.Time) (leave []hotlist.Rows, count int, err error) {
	list, segments, err := s.openUnlocked(ctx, h)
	if err != nil {
		return nil, 0, err
	}
	for i, g := range segments {
		gone := hotlist.NewRows(g.Rows)
		copy(gone, list.Parts[i].Gone)
		before := gone.Len()
		for piece := range g.pieces(pieceColumns) {
			err := g.columns(piece, func(first int, of func(int) column, rows int) {
				for row := range rows {
					if of(row).expires <= now.Unix() {
						gone.Add(uint32(first + row))
					}
				}
			})
			if err != nil {
				return nil, 0, err
			}
		}
		count += gone.Len() - before
		leave = append(leave, gone)
	}
	return leave, count, nil
}
