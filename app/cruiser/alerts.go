package cruiser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/scrub"
)

// pictureQuality is the JPEG quality of hit pictures: the plate must stay
// readable for the comparison and in court.
const pictureQuality = 92

// Alert is a hit with everything that the officer compares.
type Alert struct {
	Hit hit.Hit
	// Plate and Context are the two pictures; nil if one is missing or could not be
	// decoded.
	Plate, Context image.Image
	// Redacting is set while the context picture is being made: see [PictureAdded].
	Redacting bool
	// Tier and Category are those of the gravest match, Hit.Matches[0].
	Tier     policy.Tier
	Category policy.Category
	// ListOld is set where the matched list is older than the pack's limit.
	ListOld bool
}

// raise makes a hit of a read that matched, its gravest match first: it keeps the
// plate's picture in the store, and only when that is durable comes the alert. The
// context picture is the rest: redacting it takes longer than an officer should wait.
// Entries that were reported wrong in this shift raise none; those beside them do.
func (c *Cruiser) raise(ctx context.Context, r plate.Read, matches []hotlist.Match) (rest func()) {
	now := c.now()
	if slices.ContainsFunc(matches, func(m hotlist.Match) bool { return m.Unreadable }) {
		c.setProblem(ProblemRecord)
	}
	if matches = c.unreported(matches); len(matches) == 0 {
		return nil
	}
	c.mu.Lock()
	if c.quiet.quiet(r.Text, matches, now) {
		c.mu.Unlock()
		return nil
	}
	// Quiet from here on: the same plate may be read again before this hit is on disk.
	c.quiet.hush(r.Text, matches, now, now.Add(c.Pack().Quiet()))
	deployment := ""
	if c.deployment != nil {
		deployment = c.deployment.ID
	}
	c.mu.Unlock()

	evidence := r.Evidence
	pictures := hit.Pictures{Plate: c.picture(evidence, plate.Evidence.Plate)}
	r.Evidence = nil
	h := hit.Hit{ID: newID(now), State: hit.Raised, RaisedAt: now, Read: cloneRead(r), Matches: matches, Deployment: deployment, Place: c.place()}
	e := c.event(audit.HitRaised, h.ID)
	e.Detail = map[string]string{detailCategory: matches[0].Entry.Category, "list": matches[0].List, "match": matches[0].Kind.String()}
	if err := c.store.Raise(ctx, h, pictures, e); err != nil {
		c.log.Error("keep a hit", "error", err)
		c.mu.Lock()
		c.quiet.forget(h.Read.Text, matches) // its next read tries again
		c.mu.Unlock()
		if !errors.Is(err, audit.ErrNotWritten) { // that has a problem of its own, which ends by itself
			c.setProblem(ProblemStore)
		}
		return nil
	}
	c.mu.Lock()
	c.waiting[h.ID] = h
	if !c.entering && (c.session == nil || c.session.Locked) {
		c.waiting[h.ID] = veiled(h)
	}
	c.redacting[h.ID] = true
	c.mu.Unlock()
	c.follow(h, evidence)
	c.count(e)
	c.callFor(h)
	c.tell(QueueChanged, HitRaised)
	return func() { c.addContext(ctx, h.ID, pictures, evidence) }
}

// addContext makes the context picture of a hit and keeps it, unless the hit was
// rejected meanwhile.
func (c *Cruiser) addContext(ctx context.Context, id string, p hit.Pictures, e plate.Evidence) {
	c.mu.Lock()
	_, exists := c.waiting[id]
	c.mu.Unlock()
	if exists {
		p.Context = c.picture(e, plate.Evidence.Context)
	}
	if p.Context != nil {
		err := c.store.PutPictures(ctx, id, p, c.event(audit.HitPictured, id))
		if err != nil && !errors.Is(err, hit.ErrNotFound) {
			c.log.Error("keep a context picture", "error", err)
			c.mu.Lock()
			c.contextLost[id] = true
			c.mu.Unlock()
		}
	}
	c.mu.Lock()
	delete(c.redacting, id)
	c.mu.Unlock()
	c.tell(PictureAdded)
}

// cloneRead copies what the loop will erase.
func cloneRead(r plate.Read) plate.Read {
	r.Characters = append([]plate.Character(nil), r.Characters...)
	r.Candidates = append([]plate.Candidate(nil), r.Candidates...)
	return r
}

// picture returns one of a read's pictures as JPEG, nil if it cannot be made.
func (c *Cruiser) picture(e plate.Evidence, of func(plate.Evidence) (image.Image, error)) []byte {
	if e == nil {
		return nil
	}
	i, err := of(e)
	var b bytes.Buffer
	if err == nil && i != nil {
		err = jpeg.Encode(&b, i, &jpeg.Options{Quality: pictureQuality})
	}
	if err != nil {
		c.log.Error("hit picture", "error", err)
		return nil
	}
	return b.Bytes()
}

// Queue returns the hits that wait for a verdict, gravest first, then newest.
func (c *Cruiser) Queue() []hit.Hit {
	return c.unfinished(func(h hit.Hit) bool { return h.State.Waiting() })
}

// Open returns the hits that an officer confirmed and that still miss their
// record check, notice or outcome.
func (c *Cruiser) Open() []hit.Hit {
	return c.unfinished(func(h hit.Hit) bool { return !h.State.Waiting() })
}

func (c *Cruiser) unfinished(want func(hit.Hit) bool) []hit.Hit {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.allowed(access.ActPatrol); err != nil {
		return nil
	}
	var hits []hit.Hit
	for _, h := range c.waiting {
		if want(h) {
			hits = append(hits, h)
		}
	}
	sort.Slice(hits, func(i, j int) bool {
		a, b := c.tier(hits[i]).Rank(), c.tier(hits[j]).Rank()
		if a != b {
			return a < b
		}
		return hits[i].ID > hits[j].ID
	})
	return hits
}

// WaitingCounts returns how many hits wait for a verdict, by tier: what a locked
// screen may show.
func (c *Cruiser) WaitingCounts() map[policy.Tier]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := map[policy.Tier]int{}
	for _, h := range c.waiting {
		if h.State.Waiting() {
			n[c.tier(h)]++
		}
	}
	return n
}

func (c *Cruiser) tier(h hit.Hit) policy.Tier {
	if len(h.Matches) == 0 {
		return policy.Routine
	}
	return c.Pack().Tier(h.Matches[0].Entry.Category)
}

// Tier is how urgent a hit is.
func (c *Cruiser) Tier(h hit.Hit) policy.Tier { return c.tier(h) }

// OpenAlert returns a hit with its pictures, and records that it was looked at. It
// returns [hit.ErrNeedsCase] for one that [Cruiser.OpenAlertFor] opens.
func (c *Cruiser) OpenAlert(ctx context.Context, id string) (Alert, error) {
	return c.OpenAlertFor(ctx, id, "", "")
}

// OpenAlertFor is [Cruiser.OpenAlert] for a reason and, beyond tactical access, a
// case number or name, for the record (FL 6e).
func (c *Cruiser) OpenAlertFor(ctx context.Context, id, reason, caseName string) (Alert, error) {
	if !c.May(access.ActPatrol) {
		if _, err := c.permit(ctx, access.ActSeeHits); err != nil {
			return Alert{}, err
		}
	}
	hits, err := c.store.Hits(ctx)
	if err != nil {
		return Alert{}, fmt.Errorf("open a hit: %w", err)
	}
	for _, h := range hits {
		if h.ID != id {
			continue
		}
		caseName = strings.TrimSpace(caseName)
		if h.State == hit.Closed && caseName == "" && c.Pack().Retention.NeedsCase(h.Read.At, c.now()) {
			return Alert{}, c.refused(ctx, string(audit.HitOpened), h.ID, hit.ErrNeedsCase)
		}
		e := c.event(audit.HitOpened, h.ID)
		if e.Reason = reason; reason == "" {
			e.Reason = audit.ReasonHitLog
			if h.State.Waiting() {
				e.Reason = audit.ReasonAlert
			}
		}
		if caseName != "" {
			e.Detail = map[string]string{"case": caseName}
		}
		return c.alert(ctx, h, e)
	}
	return Alert{}, hit.ErrNotFound
}

func (c *Cruiser) alert(ctx context.Context, h hit.Hit, e audit.Event) (Alert, error) {
	redacting := c.isRedacting(h.ID) // asked first: what is missing below will come
	pictures, err := c.store.Pictures(ctx, h.ID)
	if err != nil {
		return Alert{}, fmt.Errorf("open a hit's pictures: %w", err)
	}
	a := Alert{Hit: h, Tier: c.tier(h)}
	var decoding sync.WaitGroup // while the disk is waited for
	decoding.Go(func() { a.Plate, _ = jpeg.Decode(bytes.NewReader(pictures.Plate)) })
	decoding.Go(func() { a.Context, _ = jpeg.Decode(bytes.NewReader(pictures.Context)) })
	err = c.store.Append(ctx, e)
	decoding.Wait()
	if err != nil {
		return Alert{}, fmt.Errorf("record the look at a hit: %w", err)
	}
	a.Category, _ = c.Pack().Category(h.Matches[0].Entry.Category)
	a.ListOld = c.now().Sub(h.Matches[0].ListMade) > c.Pack().ListAge(h.Matches[0].List)
	a.Redacting = redacting && a.Context == nil
	return a, nil
}

// ContextLost reports whether a hit's context picture was made and could not be kept,
// since this terminal was started: the picture of what the plate stood on (IPC, What is
// ALPR) is gone, and whoever judges the hit should know why.
func (c *Cruiser) ContextLost(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.contextLost[id]
}

// Listed reports whether what a hit was raised for is in force still: by now its source
// may have removed it (IPC, Accuracy).
func (c *Cruiser) Listed(h hit.Hit) bool {
	raised := h.Matches[0]
	if raised.Unreadable || slices.ContainsFunc(c.Lists(), func(l hotlist.Summary) bool { return l.Name == raised.List && l.SetAside }) {
		return true // nobody can tell
	}
	return slices.ContainsFunc(c.index.Match(h.Read, c.now()), func(m hotlist.Match) bool {
		return m.List == raised.List && (m.Unreadable || m.Entry.Plate == raised.Entry.Plate && m.Entry.Category == raised.Entry.Category)
	})
}

// isRedacting reports whether a hit's context picture is being made.
func (c *Cruiser) isRedacting(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.redacting[id]
}

// ContextPicture returns the context picture of a hit that was opened while it was
// being made; nil if there is none. ready is false while it still is.
func (c *Cruiser) ContextPicture(ctx context.Context, id string) (i image.Image, ready bool, err error) {
	if _, err := c.permit(ctx, access.ActPatrol); err != nil {
		return nil, false, err
	}
	ready = !c.isRedacting(id)
	pictures, err := c.store.Pictures(ctx, id)
	if err != nil {
		return nil, false, fmt.Errorf("open a hit's pictures: %w", err)
	}
	if i, _ = jpeg.Decode(bytes.NewReader(pictures.Context)); i == nil {
		return nil, ready, nil
	}
	e := c.event(audit.HitOpened, id)
	e.Reason = audit.ReasonContext
	if err := c.store.Append(ctx, e); err != nil {
		return nil, false, fmt.Errorf("record the look at a hit: %w", err)
	}
	return i, ready, nil
}

// Confirm gives the verdict *correct read*. seen is how long the alert had been
// visible; below the pack's limit it returns [hit.ErrTooSoon].
func (c *Cruiser) Confirm(ctx context.Context, id string, seen time.Duration) (hit.Hit, error) {
	return c.step(ctx, id, audit.HitConfirmed, func(h *hit.Hit, by access.Officer, now time.Time) error {
		return h.Confirm(by, now, seen, c.Pack().Compare())
	})
}

// Reject gives the verdict *misread* or *wrong province or state*. The hit, its
// pictures and its key are destroyed; a count remains.
func (c *Cruiser) Reject(ctx context.Context, id string, verdict hit.State, seen time.Duration) error {
	_, err := c.step(ctx, id, audit.HitDestroyed, func(h *hit.Hit, by access.Officer, now time.Time) error {
		return h.Reject(verdict, by, now, seen)
	})
	return err
}

// Verify records the check with the entering agency. A record that is not active
// any more ends the hit: it is destroyed.
func (c *Cruiser) Verify(ctx context.Context, id string, v hit.Verification) (hit.Hit, error) {
	return c.step(ctx, id, audit.HitVerified, func(h *hit.Hit, _ access.Officer, now time.Time) error {
		v.At = now
		return h.Verify(v)
	})
}

// Notify records the verbal notice.
func (c *Cruiser) Notify(ctx context.Context, id string, n hit.Notice) (hit.Hit, error) {
	return c.step(ctx, id, audit.NoticeRecorded, func(h *hit.Hit, _ access.Officer, now time.Time) error {
		n.At = now
		if n.Reason != "" {
			if err := policy.CheckCode(c.Pack().Notice.NotGiven, n.Reason); err != nil {
				return fmt.Errorf("reason for not giving the notice: %w", err)
			}
		}
		return h.Notify(n)
	})
}

// Finish records the outcome and closes the hit.
func (c *Cruiser) Finish(ctx context.Context, id string, o hit.Outcome) (hit.Hit, error) {
	return c.step(ctx, id, audit.OutcomeRecorded, func(h *hit.Hit, _ access.Officer, now time.Time) error {
		o.At = now
		if err := policy.CheckCode(c.Pack().Outcomes, o.Code); err != nil {
			return fmt.Errorf("outcome: %w", err)
		}
		return h.Close(o)
	})
}

// step takes a hit one step on: in memory, then durably, then for all to see.
func (c *Cruiser) step(ctx context.Context, id string, act audit.Act, do func(*hit.Hit, access.Officer, time.Time) error) (hit.Hit, error) {
	scrub.Stack() // nothing of a hit that is destroyed stays where this works
	defer scrub.Stack()
	by, err := c.permit(ctx, access.ActPatrol)
	if err != nil {
		return hit.Hit{}, err
	}
	if err := c.mustWait(); err != nil {
		return hit.Hit{}, c.refused(ctx, string(act), id, err)
	}
	c.mu.Lock()
	h, ok := c.waiting[id]
	c.mu.Unlock()
	if !ok {
		return hit.Hit{}, hit.ErrNotFound
	}
	now := c.now()
	if err := do(&h, by, now); err != nil {
		return hit.Hit{}, c.refused(ctx, string(act), id, err)
	}
	e := c.event(act, id)
	e.Detail = stepDetail(act, h, now)
	if h.State.Destroyed() {
		e.Act = audit.HitDestroyed
		e.Detail[detailCategory], e.Detail["list"] = h.Matches[0].Entry.Category, h.Matches[0].List
		err = c.store.Destroy(ctx, id, e)
	} else {
		err = c.store.Update(ctx, h, e)
	}
	if err != nil {
		return hit.Hit{}, fmt.Errorf("keep the step: %w", err)
	}
	c.answer(h, now)
	c.count(e)
	c.finishStep(h, now)
	c.tell(QueueChanged)
	if h.State.Destroyed() {
		c.sweeper.Ask()
		return hit.Hit{ID: id, State: h.State}, nil
	}
	return h, nil
}

func (c *Cruiser) finishStep(h hit.Hit, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h.State.Destroyed() || h.State == hit.Confirmed {
		c.quiet.hush(h.Read.Text, h.Matches, now, now.Add(c.Pack().Quiet()))
	}
	if h.State.Destroyed() || h.State == hit.Closed {
		delete(c.waiting, h.ID)
		delete(c.contextLost, h.ID)
	} else {
		c.waiting[h.ID] = h
	}
}

func noticeWord(n hit.Notice) string {
	switch {
	case n.Given:
		return noticeGiven
	case n.NoStop:
		return noticeNoStop
	}
	return noticeNotGiven
}

// Hits returns every hit in the car, newest first, for the hit log.
func (c *Cruiser) Hits(ctx context.Context) ([]hit.Hit, error) {
	if _, err := c.permit(ctx, access.ActSeeHits); err != nil {
		return nil, err
	}
	hits, err := c.store.Hits(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the hit log: %w", err)
	}
	if err := c.store.Append(ctx, c.listed(audit.HitsListed, audit.ReasonHitLog, len(hits))); err != nil {
		return nil, fmt.Errorf("record the look at the hit log: %w", err)
	}
	slices.Reverse(hits)
	return hits, nil
}
