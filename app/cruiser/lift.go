package cruiser

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"secondlook/app/audit"
	"secondlook/app/entry"
	"secondlook/app/hotlist"
	"secondlook/app/shift"
)

// lift acts on news while the terminal is locked: the patrol goes on, and what was
// removed at its source must not match. The keys to take anything in are forgotten, so
// that what is new waits for the unlock, when all of it comes again. What cannot be
// verified is passed over here, and refused and recorded then.
func (a *attendant) lift(ctx context.Context, link shift.Link) error {
	if a.news == (shift.News{}) {
		return nil
	}
	var err error
	if a.news.Lists && a.in.lists != nil {
		err = a.liftLists(ctx, link)
	}
	if a.news.Entries && err == nil {
		err = a.liftEntries(ctx, link)
	}
	if errors.Is(err, shift.ErrNoAnswer) || errors.Is(err, shift.ErrRefused) || ctx.Err() != nil {
		return err
	}
	if err != nil {
		a.c.log.Warn("lift what was removed at its source", "error", err)
	}
	a.lifted, a.news = true, shift.News{}
	return nil
}

// liftLists lifts what the deltas of lists remove, and lists that were withdrawn.
func (a *attendant) liftLists(ctx context.Context, link shift.Link) error {
	if a.seen == nil {
		a.seen = maps.Clone(a.in.lists)
	}
	files, err := link.Lists(ctx, a.seen)
	if err != nil && !errors.Is(err, shift.ErrUntrusted) {
		return err
	}
	for _, f := range files {
		removed := 0
		if f.Withdrawn {
			removed = a.c.index.LiftList(f.Name)
		}
		for _, d := range f.Deltas {
			n, err := a.c.liftDelta(f.Name, d)
			if err != nil {
				return err
			}
			removed += n
		}
		a.seen[f.Name] = shift.KeptList{Version: f.Version}
		if err := a.c.recordLift(ctx, f.Name, removed); err != nil {
			return err
		}
	}
	return nil
}

// liftDelta lifts what a delta removes, and lets match again what it adds after an
// earlier one removed it.
func (c *Cruiser) liftDelta(name string, d shift.ListDelta) (removed int, err error) {
	rows := hotlist.ReadDelta(d.Data, c.listOptions(name))
	var gone, back []string
	for e, err := range rows.Removed {
		if err != nil {
			return 0, err
		}
		gone = append(gone, e.ID)
	}
	for e, err := range rows.Added {
		if err != nil {
			return 0, err
		}
		back = append(back, e.ID)
	}
	return c.index.Lift(name, gone, back), nil
}

// liftEntries lifts manual entries that were refused or withdrawn.
func (a *attendant) liftEntries(ctx context.Context, link shift.Link) error {
	others, err := link.Entries(ctx)
	if err != nil && !errors.Is(err, shift.ErrUntrusted) {
		return err
	}
	var gone []string
	for _, e := range others {
		off := e.State == entry.Refused || e.State == entry.Withdrawn || e.State == entry.Expired
		if off && a.in.follows(e) {
			gone = append(gone, e.ID)
		}
	}
	return a.c.recordLift(ctx, hotlist.ManualList, a.c.index.Lift(hotlist.ManualList, gone, nil))
}

// recordLift writes down how much of a list matches no more.
func (c *Cruiser) recordLift(ctx context.Context, list string, removed int) error {
	if removed == 0 {
		return nil
	}
	e := c.event(audit.HotlistLifted, "")
	e.Detail = map[string]string{"list": list, "removed": fmt.Sprint(removed)}
	if err := c.store.Append(ctx, e); err != nil {
		return fmt.Errorf("record what was lifted: %w", err)
	}
	return nil
}
