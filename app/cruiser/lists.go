package cruiser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hotlist"
	"secondlook/app/scrub"
)

// ErrListName is returned for a list without a name, and for the name that
// manual entries have.
var ErrListName = errors.New("give the list a name other than \"manual\"")

// ImportList takes in a file as the list of that name, in place of the one in
// force. made is when, where the file itself does not say. Bad rows are refused
// singly; the report says which. An unusable file, and one that is held back
// ([hotlist.ErrHeldBack]), leaves the list in force as it is.
func (c *Cruiser) ImportList(ctx context.Context, name string, made time.Time, r io.Reader) (hotlist.Report, error) {
	return c.ImportListFor(ctx, name, "", made, r)
}

// ImportListFor is [Cruiser.ImportList] with the person's reason, for the record.
func (c *Cruiser) ImportListFor(ctx context.Context, name, reason string, made time.Time, r io.Reader) (hotlist.Report, error) {
	if _, err := c.permit(ctx, access.ActSettings); err != nil {
		return hotlist.Report{}, err
	}
	return c.takeList(ctx, name, reason, 0, made, r)
}

func (c *Cruiser) takeList(ctx context.Context, name, reason string, version int, made time.Time, r io.Reader) (hotlist.Report, error) {
	defer c.keepOpen(ctx)()
	name = strings.TrimSpace(name)
	if name == "" || name == hotlist.ManualList {
		return hotlist.Report{}, ErrListName
	}
	options := c.listOptions(name)
	options.Previous = c.entriesOf(name)
	read := listReader{r: r, layouts: c.parts.Layouts, options: options}
	head := hotlist.Head{Name: name, Version: version, Made: made, Received: c.now()}
	var err error
	if version > 0 { // the station's
		if head.Reading, err = c.listReading(); err != nil {
			return hotlist.Report{}, err
		}
	}
	_, err = c.store.PutList(ctx, head, read.entries, func(h *hotlist.Head, change hotlist.Change) (audit.Event, error) {
		h.Made = read.report.MadeOr(made) // its own date, if the file has one
		e := c.listEvent(audit.HotlistImported, name, reason, change)
		e.Detail["rows"] = fmt.Sprint(read.report.Rows)
		return e, nil
	})
	switch {
	case read.err != nil: // the file's fault: its own words
		return read.report, c.refusedList(ctx, name, reason, read.err)
	case err != nil:
		return read.report, fmt.Errorf("keep list %s: %w", name, err)
	}
	return read.report, c.refreshLists(ctx)
}

// listOptions are how this terminal takes the list of a name in.
func (c *Cruiser) listOptions(name string) hotlist.Options {
	return hotlist.Options{Now: c.now(), Allowed: c.Pack().Listed, ListAge: c.Pack().ListAge(name), MaxShrink: c.Pack().ListShrinkPercent}
}

// refusedList records that a list was not taken in, and returns why.
func (c *Cruiser) refusedList(ctx context.Context, name, reason string, why error) error {
	e := c.event(audit.HotlistRefused, "")
	e.Reason, e.Outcome = reason, audit.OutcomeUnusable
	if errors.Is(why, hotlist.ErrHeldBack) {
		e.Outcome = audit.OutcomeHeldBack
	}
	e.Detail = map[string]string{"list": name}
	return errors.Join(why, c.store.Append(context.WithoutCancel(ctx), e))
}

// listReader reads a list file while the store takes it in, so that no list is
// ever whole in memory.
type listReader struct {
	r       io.Reader
	layouts []hotlist.Layout
	options hotlist.Options
	// report and err are how it went, once the entries have ended.
	report hotlist.Report
	err    error
}

// errUnwanted ends the reading of a list that the store will not keep.
var errUnwanted = errors.New("the list is not wanted any more")

func (l *listReader) entries(yield func(hotlist.Entry, error) bool) {
	l.report, l.err = hotlist.Import(l.r, l.layouts, l.options, func(e hotlist.Entry) error {
		if !yield(e, nil) {
			return errUnwanted
		}
		return nil
	})
	switch {
	case errors.Is(l.err, errUnwanted):
		l.err = nil // it is the store that says why
	case l.err != nil:
		yield(hotlist.Entry{}, l.err)
	}
}

// entriesOf is how many entries the list of a name has that is in force.
func (c *Cruiser) entriesOf(name string) int {
	for _, l := range c.Lists() {
		if l.Name == name {
			return l.Count
		}
	}
	return 0
}

// listEvent says what an update did to a list, in counts.
func (c *Cruiser) listEvent(act audit.Act, name, reason string, change hotlist.Change) audit.Event {
	e := c.event(act, "")
	e.Reason = reason
	e.Detail = map[string]string{"list": name, "before": fmt.Sprint(change.Before), "accepted": fmt.Sprint(change.After)}
	for what, n := range map[string]int{"removed": change.Removed, "replaced": change.Replaced, "duplicates": change.Duplicates} {
		if n > 0 {
			e.Detail[what] = fmt.Sprint(n)
		}
	}
	return e
}

// ChangeList applies a delta to a list in force: what it removes matches no more
// when this returns. It returns [hotlist.ErrNoList], and [hotlist.ErrHeldBack] for one
// that shortens the list by more than the pack's limit. The station's next version of
// the list then comes whole.
func (c *Cruiser) ChangeList(ctx context.Context, d hotlist.Delta, reason string) (hotlist.Change, error) {
	if _, err := c.permit(ctx, access.ActSettings); err != nil {
		return hotlist.Change{}, err
	}
	if d.Head.Name == hotlist.ManualList {
		return hotlist.Change{}, ErrListName
	}
	d.Head.Reading = ""
	return c.changeList(ctx, d, reason, func(*hotlist.Head, hotlist.Change) error { return nil })
}

// changeList applies a delta unless check, which may complete the list's head, has
// something against it.
func (c *Cruiser) changeList(ctx context.Context, d hotlist.Delta, reason string, check func(*hotlist.Head, hotlist.Change) error) (hotlist.Change, error) {
	d.Head.Received = c.now()
	change, err := c.store.ChangeList(ctx, d, func(h *hotlist.Head, change hotlist.Change) (audit.Event, error) {
		if err := check(h, change); err != nil {
			return audit.Event{}, err
		}
		if err := hotlist.CheckShrink(change, c.Pack().ListShrinkPercent); err != nil {
			return audit.Event{}, err
		}
		e := c.listEvent(audit.HotlistChanged, d.Head.Name, reason, change)
		e.Detail["added"] = fmt.Sprint(change.Added)
		return e, nil
	})
	if errors.Is(err, hotlist.ErrHeldBack) {
		err = c.refusedList(ctx, d.Head.Name, reason, err)
	}
	if err != nil {
		return change, fmt.Errorf("change list %s: %w", d.Head.Name, err)
	}
	return change, c.refreshLists(ctx)
}

// WithdrawList takes a list out of force.
func (c *Cruiser) WithdrawList(ctx context.Context, name string) error {
	return c.WithdrawListFor(ctx, name, "")
}

// WithdrawListFor is [Cruiser.WithdrawList] with the person's reason, for the record.
func (c *Cruiser) WithdrawListFor(ctx context.Context, name, reason string) error {
	if _, err := c.permit(ctx, access.ActSettings); err != nil {
		return err
	}
	return c.dropList(ctx, name, reason)
}

func (c *Cruiser) dropList(ctx context.Context, name, reason string) error {
	e := c.event(audit.HotlistWithdrawn, "")
	e.Reason = reason
	e.Detail = map[string]string{"list": name}
	if err := c.store.DropList(ctx, name, e); err != nil {
		return fmt.Errorf("withdraw list %s: %w", name, err)
	}
	return c.refreshLists(ctx)
}

// Lists returns what is in force and what is set aside, and which of them are old by
// now.
func (c *Cruiser) Lists() []hotlist.Summary {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	lists := slices.Clone(c.lists)
	for i, l := range lists {
		lists[i].Old = l.Name != hotlist.ManualList && now.Sub(l.Made) > c.Pack().ListAge(l.Name)
	}
	return lists
}

// tendEvery is how often it is looked whether a list is due for a purge.
const tendEvery = time.Hour

// startTendingLists begins what keeps lists tidy and up to date, unless it runs.
// stopTendingLists ends it.
func (c *Cruiser) startTendingLists(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopTending != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var all sync.WaitGroup
	all.Go(func() { c.tendLists(ctx) })
	if c.parts.Lasting {
		all.Go(func() { c.stayConnected(ctx) })
	}
	c.stopTending = func() { cancel(); all.Wait() }
}

func (c *Cruiser) stopTendingLists() {
	c.mu.Lock()
	stop := c.stopTending
	c.stopTending = nil
	c.mu.Unlock()
	if stop != nil {
		stop()
	}
}

// tendLists keeps the stored lists tidy until its context ends.
func (c *Cruiser) tendLists(ctx context.Context) {
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	for {
		c.tidyOpen(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tidyOpen tidies up, unless the terminal is locked.
func (c *Cruiser) tidyOpen(ctx context.Context) {
	defer c.keepOpen(ctx)()
	if c.closed() {
		return
	}
	if err := c.tidyLists(ctx); err != nil && ctx.Err() == nil {
		c.log.Error("tidy hotlists", "error", err)
	}
	c.purgeDue(ctx)
}

// tidyLists has what is out of force erased when it is due, and records how much.
func (c *Cruiser) tidyLists(ctx context.Context) error {
	if ahead, err := c.clockAhead(ctx); err != nil || ahead {
		return err
	}
	changed, err := c.store.TidyLists(ctx, func(p hotlist.Purge) audit.Event {
		e := c.event(audit.HotlistPurged, "")
		e.Detail = map[string]string{"list": p.List, "expired": fmt.Sprint(p.Expired),
			"withdrawn": fmt.Sprint(p.Withdrawn), "duplicates": fmt.Sprint(p.Duplicates)}
		return e
	})
	if changed {
		err = errors.Join(err, c.refreshLists(ctx))
	}
	return err
}

// refreshLists puts the stored lists and the approved manual entries in force.
func (c *Cruiser) refreshLists(ctx context.Context) error {
	scrub.Stack()
	defer scrub.Stack()
	// One at a time: what was read earlier must not come into force later.
	c.refreshing.Lock()
	defer c.refreshing.Unlock()
	lists, err := c.store.Lists(ctx)
	if err != nil {
		return fmt.Errorf("read hotlists: %w", err)
	}
	entries, err := c.store.Entries(ctx)
	if err != nil {
		return fmt.Errorf("read manual entries: %w", err)
	}
	for _, l := range lists {
		if l.SetAside {
			if err := c.noteSetAside(ctx, l.Head); err != nil {
				return err
			}
		}
	}
	now := c.now()
	var manual []hotlist.Entry
	for _, e := range entries {
		if e.OnHotlist(now) {
			manual = append(manual, e.Listed())
		}
	}
	c.putInForce(lists, manual, now)
	return nil
}

// putInForce has the index match lists and manual entries, and no others.
func (c *Cruiser) putInForce(lists []*hotlist.InForce, entries []hotlist.Entry, now time.Time) {
	summaries := make([]hotlist.Summary, 0, len(lists)+1)
	for _, l := range lists {
		s := hotlist.Summary{Name: l.Name, Version: l.Version, Made: l.Made, Received: l.Received, Count: l.Count(),
			Source: l.Source, Contact: l.Contact, SetAside: l.SetAside}
		if l.SetAside {
			s.Count = l.Had
		}
		summaries = append(summaries, s)
	}
	if n := len(entries); n > 0 {
		manual := hotlist.List{Name: hotlist.ManualList, Made: now, Received: now, Entries: entries}
		lists = append(lists, manual.InForce())
		summaries = append(summaries, hotlist.Summary{Name: manual.Name, Made: now, Received: now, Count: n})
	}
	c.index.Put(lists)
	c.sweeper.Ask() // entries that were taken in, compared or withdrawn
	c.mu.Lock()
	c.lists = summaries
	c.mu.Unlock()
	c.tell(ListsChanged, ProblemChanged)
}

// noteSetAside records, once until it is in force again, that a list cannot be read
// and so matches nothing.
func (c *Cruiser) noteSetAside(ctx context.Context, h hotlist.Head) error {
	if slices.ContainsFunc(c.Lists(), func(l hotlist.Summary) bool { return l.Name == h.Name && l.SetAside }) {
		return nil
	}
	e := c.event(audit.HotlistSetAside, "")
	e.Outcome = audit.OutcomeUnreadable
	e.Detail = map[string]string{"list": h.Name, "version": fmt.Sprint(h.Version)}
	if err := c.store.Append(ctx, e); err != nil {
		return fmt.Errorf("record that list %s cannot be read: %w", h.Name, err)
	}
	return nil
}
