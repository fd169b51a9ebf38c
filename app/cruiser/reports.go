package cruiser

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
)

// entryKey names one entry of one list. A later version of the list has the entry
// under the same key as long as nothing of it changed.
type entryKey struct{ list, id string }

func keyOf(list string, e hotlist.Entry) entryKey { return entryKey{list, e.ID} }

// ReportEntry reports that an entry which a hit matched looks wrong: the one at
// position match of its matches. The entry raises no alert from here on until the
// shift ends; the hit stays as it is, for its verdict. It returns
// [hit.ErrIncomplete] or [hit.ErrReported].
func (c *Cruiser) ReportEntry(ctx context.Context, id string, match int, reason hit.ReportReason, words string) (hit.Report, error) {
	by, err := c.permit(ctx, access.ActPatrol)
	if err != nil {
		return hit.Report{}, err
	}
	c.reporting.Lock()
	defer c.reporting.Unlock()
	now := c.now()
	r := hit.Report{ID: newID(now), At: now, By: by, Reason: reason, Words: strings.TrimSpace(words), Quiet: true}
	c.mu.Lock()
	h, ok := c.waiting[id]
	if !ok || match < 0 || match >= len(h.Matches) {
		c.mu.Unlock()
		return hit.Report{}, hit.ErrNotFound
	}
	m := h.Matches[match]
	r.Entry, r.List, r.Made = m.Entry, m.List, m.ListMade
	r.Entry.Driver = hotlist.Driver{} // plate and file number find the entry, and the report may outlive the hit
	r.Terminal = c.settings.Terminal
	if c.deployment != nil {
		r.Deployment = c.deployment.ID
	}
	for _, l := range c.lists {
		if l.Name == m.List {
			r.Source, r.Contact = l.Source, l.Contact
			if l.Made.Equal(m.ListMade) { // else another version is in force by now
				r.Version = l.Version
			}
		}
	}
	_, reported := c.reported[keyOf(r.List, r.Entry)]
	c.mu.Unlock()
	r.Source = cmp.Or(r.Source, r.Entry.Source)
	if reported {
		return hit.Report{}, hit.ErrReported
	}
	if err := r.Validate(); err != nil {
		return hit.Report{}, err
	}
	e := c.reportEvent(audit.EntryReported, r)
	if err := c.store.PutReport(ctx, r, e); err != nil {
		return hit.Report{}, fmt.Errorf("keep the report: %w", err)
	}
	c.count(e)
	c.mu.Lock()
	c.reported[keyOf(r.List, r.Entry)] = r
	c.mu.Unlock()
	c.tell(QueueChanged)
	return r, nil
}

// reportEvent says what happened to a report, without the entry's plate.
func (c *Cruiser) reportEvent(act audit.Act, r hit.Report) audit.Event {
	e := c.event(act, r.ID)
	e.Reason = string(r.Reason)
	e.Detail = map[string]string{"list": r.List, detailCategory: r.Entry.Category}
	return e
}

// Quieted returns the reports whose entries raise no alert in this shift, newest
// first.
func (c *Cruiser) Quieted() []hit.Report {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session == nil || c.session.Locked || !c.session.Officer.May(access.ActPatrol) {
		return nil
	}
	return c.quieted()
}

func (c *Cruiser) quieted() []hit.Report {
	return slices.SortedFunc(maps.Values(c.reported), func(a, b hit.Report) int { return cmp.Compare(b.ID, a.ID) })
}

// Reported reports whether a match's entry raises no alert in this shift.
func (c *Cruiser) Reported(m hotlist.Match) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.isReported(m)
}

func (c *Cruiser) isReported(m hotlist.Match) bool {
	_, ok := c.reported[keyOf(m.List, m.Entry)]
	return ok && m.Entry.ID != ""
}

// unreported returns the matches whose entries may alert.
func (c *Cruiser) unreported(matches []hotlist.Match) []hotlist.Match {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(matches), c.isReported)
}

// Unquiet lets a reported entry alert again at once; the report itself still goes
// to the list's owner and says so. It returns [hit.ErrNoReport].
func (c *Cruiser) Unquiet(ctx context.Context, report string) error {
	by, err := c.permit(ctx, access.ActPatrol)
	if err != nil {
		return err
	}
	c.reporting.Lock()
	defer c.reporting.Unlock()
	for _, r := range c.Quieted() {
		if r.ID == report {
			if err := r.Lift(by, c.now()); err != nil {
				return err
			}
			return c.endQuiet(ctx, r, "lifted")
		}
	}
	return hit.ErrNoReport
}

// endQuietOfShift lets every reported entry alert again.
func (c *Cruiser) endQuietOfShift(ctx context.Context) error {
	c.reporting.Lock()
	defer c.reporting.Unlock()
	c.mu.Lock()
	reports := c.quieted()
	c.mu.Unlock()
	for _, r := range reports {
		r.Quiet = false
		if err := c.endQuiet(ctx, r, audit.ReasonShiftEnded); err != nil {
			return err
		}
	}
	return nil
}

// endQuiet keeps a report that keeps its entry quiet no more.
func (c *Cruiser) endQuiet(ctx context.Context, r hit.Report, why string) error {
	e := c.reportEvent(audit.EntryUnquieted, r)
	e.Reason = why
	if err := c.store.PutReport(ctx, r, e); err != nil {
		return fmt.Errorf("let a reported entry alert again: %w", err)
	}
	c.mu.Lock()
	delete(c.reported, keyOf(r.List, r.Entry))
	c.mu.Unlock()
	c.tell(QueueChanged)
	return nil
}

// readReports reads which entries are quiet in the shift that runs: a restart does
// not end it.
func (c *Cruiser) readReports(ctx context.Context) error {
	reports, err := c.store.Reports(ctx)
	if err != nil {
		return fmt.Errorf("read reports of entries: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.reported)
	for _, r := range reports {
		if r.Quiet {
			c.reported[keyOf(r.List, r.Entry)] = r
		}
	}
	return nil
}
