package cruiser

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"secondlook/app/audit"
	"secondlook/app/hotlist"
	"secondlook/app/shift"
)

// errNeedsWhole is returned for an update by deltas that did not come to its end:
// the list has to come whole.
var errNeedsWhole = errors.New("the deltas do not fit the list in force")

// receiveLists takes in newer lists. told is what was refused or held back; the
// lists in force stay there.
func (c *Cruiser) receiveLists(ctx context.Context, link shift.Link, in *intake) (told, err error) {
	kept, err := c.keptLists(ctx)
	if err != nil {
		return nil, err
	}
	have := in.wanted(kept)
	defer func() { in.lists = have }()
	refuse := func(err error) error {
		for _, refusal := range refusals(err) {
			if !in.isNew(refusal) {
				continue
			}
			told = errors.Join(told, refusal)
			if err := c.recordRefusal(ctx, refusal); err != nil {
				return err
			}
		}
		return nil
	}
	// Once for what is new, and once more for the lists that have to come whole.
	for again := true; again; {
		again = false
		files, untrusted := link.Lists(ctx, have)
		if untrusted != nil && !errors.Is(untrusted, shift.ErrUntrusted) {
			return told, fmt.Errorf("receive hotlists: %w", untrusted)
		}
		if err := refuse(untrusted); err != nil {
			return told, err
		}
		for _, f := range files {
			err := c.takeUpdate(ctx, f, have)
			switch {
			case errors.Is(err, errNeedsWhole):
				again = true
				c.log.Info("fetch a hotlist whole", "list", f.Name, "reason", err)
				if err := refuse(err); err != nil {
					return told, err
				}
			case errors.Is(err, hotlist.ErrHeldBack):
				told = errors.Join(told, fmt.Errorf("take in list %s: %w", f.Name, err))
			case err != nil:
				return told, fmt.Errorf("take in list %s: %w", f.Name, err)
			default:
				in.summary.Lists++
			}
		}
	}
	return told, nil
}

// keptLists says what the station need not send.
func (c *Cruiser) keptLists(ctx context.Context) (map[string]shift.KeptList, error) {
	reading, err := c.listReading()
	if err != nil {
		return nil, err
	}
	lists, err := c.store.Lists(ctx)
	if err != nil {
		return nil, fmt.Errorf("read hotlists: %w", err)
	}
	have := map[string]shift.KeptList{}
	for _, l := range lists {
		if l.SetAside { // the station sends it again, whatever its version
			have[l.Name] = shift.KeptList{Whole: true}
			continue
		}
		have[l.Name] = shift.KeptList{Version: l.Version, Whole: l.Reading != reading}
	}
	return have, nil
}

// listReading is how this terminal takes the station's lists in.
func (c *Cruiser) listReading() (string, error) {
	var listed []string
	for _, category := range c.Pack().Categories {
		if c.Pack().Listed(category.ID) {
			listed = append(listed, category.ID)
		}
	}
	return hotlist.Reading(c.parts.Layouts, listed...)
}

// takeUpdate takes in what came of one list, and notes in have what there is of it
// then. It returns errNeedsWhole, once for a list.
func (c *Cruiser) takeUpdate(ctx context.Context, f shift.ListFile, have map[string]shift.KeptList) error {
	if len(f.Deltas) > 0 && !have[f.Name].Whole {
		return c.takeDeltas(ctx, f, have)
	}
	have[f.Name] = shift.KeptList{Version: f.Version}
	if f.Withdrawn {
		return c.dropList(ctx, f.Name, "")
	}
	_, err := c.takeList(ctx, f.Name, "", f.Version, f.Made, named{bytes.NewReader(f.Data), f.Name})
	return err
}

// takeDeltas applies deltas one by one. Where one does not fit, the list has to come
// whole: so it has where one is held back that others follow, which may make good
// for what it removed.
func (c *Cruiser) takeDeltas(ctx context.Context, f shift.ListFile, have map[string]shift.KeptList) error {
	for i, d := range f.Deltas {
		err := c.takeDelta(ctx, f.Name, have[f.Name].Version, d)
		switch {
		case err == nil:
			have[f.Name] = shift.KeptList{Version: d.Version}
		case errors.Is(err, hotlist.ErrHeldBack) && i == len(f.Deltas)-1:
			have[f.Name] = shift.KeptList{Version: d.Version} // not to be fetched again now
			return err
		case ctx.Err() != nil:
			return err
		default:
			have[f.Name] = shift.KeptList{Version: have[f.Name].Version, Whole: true}
			return fmt.Errorf("%w: %w", errNeedsWhole, err)
		}
	}
	return nil
}

// takeDelta applies the delta that leads on from a version of a list.
func (c *Cruiser) takeDelta(ctx context.Context, name string, version int, d shift.ListDelta) error {
	if d.Name != name || version < 1 || d.From != version || d.Version <= version {
		return fmt.Errorf("list %q: a delta from another version: %w", name, shift.ErrUntrusted)
	}
	read, err := hotlist.Reading(c.parts.Layouts)
	if err != nil {
		return err
	}
	if d.Reading != read {
		return errors.New("the station reads list files otherwise than this terminal")
	}
	reading, err := c.listReading()
	if err != nil {
		return err
	}
	rows := hotlist.ReadDelta(d.Data, c.listOptions(name))
	_, err = c.changeList(ctx, hotlist.Delta{
		From:  d.From,
		Head:  hotlist.Head{Name: name, Version: d.Version, Made: d.Made, Source: d.Source, Contact: d.Contact, Reading: reading},
		Added: rows.Added, Removed: rows.Removed,
	}, "", func(h *hotlist.Head, change hotlist.Change) error {
		if change.Removed < rows.Removals {
			return fmt.Errorf("the list in force has %d of %d entries to remove", change.Removed, rows.Removals)
		}
		if !rows.Made.IsZero() {
			h.Made = rows.Made // its own date, if the file has one
		}
		return nil
	})
	return err
}

// recordRefusal writes down that something was not what the station signed.
func (c *Cruiser) recordRefusal(ctx context.Context, refusal error) error {
	e := c.event(audit.HotlistRefused, "")
	e.Outcome, e.Detail = audit.OutcomeRefused, map[string]string{"why": refusal.Error()}
	if err := c.store.Append(ctx, e); err != nil {
		return fmt.Errorf("record a refusal: %w", err)
	}
	return nil
}

// refusals are the single refusals in an error that joins them with others.
func refusals(err error) (all []error) {
	if !errors.Is(err, shift.ErrUntrusted) {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	for _, part := range joined.Unwrap() {
		all = append(all, refusals(part)...)
	}
	return all
}

// named is a file that is called what its list is: feeds whose files look alike,
// as California's do, are published as lists of the files' names.
type named struct {
	*bytes.Reader
	name string
}

// Name tells the importer.
func (n named) Name() string { return n.name }
