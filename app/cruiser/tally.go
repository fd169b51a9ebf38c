package cruiser

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/shift"
)

// The keys of an event's detail that statistics are made of.
const (
	detailCategory = "category"
	detailState    = "state"
	detailNotice   = "notice"
	detailReason   = "reason"
	detailOutcome  = "outcome"
	// detailWaited is how long an alert waited for its verdict, in milliseconds.
	detailWaited = "waited_ms"
)

// What detailNotice may be.
const (
	noticeGiven    = "given"
	noticeNotGiven = "not-given"
	noticeNoStop   = "no-stop"
)

// tally counts one event into a shift's statistics. What people and hits did is
// counted from the audit record and nothing else, so that after a power cut it can
// be made again and no count is without its act.
func tally(s *shift.Statistics, e audit.Event) {
	switch e.Act {
	case audit.HitRaised:
		s.CountHit(e.Detail[detailCategory], 1)
	case audit.HitConfirmed, audit.HitDestroyed, audit.HitNotReviewed:
		s.CountVerdict(hit.State(e.Detail[detailState]), 1)
		if ms, err := strconv.ParseInt(e.Detail[detailWaited], 10, 64); err == nil {
			s.ToVerdict.Count(time.Duration(ms) * time.Millisecond)
		}
	case audit.NoticeRecorded:
		switch e.Detail[detailNotice] {
		case noticeGiven:
			s.NoticesGiven++
			s.Stops++
		case noticeNotGiven:
			s.CountNotGiven(e.Detail[detailReason])
		case noticeNoStop:
			s.NoStops++
		}
	case audit.OutcomeRecorded:
		s.CountOutcome(e.Detail[detailOutcome])
	case audit.EntryProposed:
		s.EntriesProposed++
	case audit.EntryReported:
		s.EntriesReported++
	case audit.Searched:
		s.Searches++
	case audit.SyncEnded:
		s.Syncs++
	case audit.SyncFailed:
		s.SyncsFailed++
	}
}

// stepDetail is what the record keeps of a hit's step for the statistics.
func stepDetail(act audit.Act, h hit.Hit, now time.Time) map[string]string {
	d := map[string]string{detailState: string(h.State)}
	switch act {
	case audit.HitConfirmed, audit.HitDestroyed:
		d[detailWaited] = strconv.FormatInt(now.Sub(h.RaisedAt).Milliseconds(), 10)
		if h.Verdict != nil {
			d[audit.DetailSeen] = strconv.FormatInt(h.Verdict.Seen.Milliseconds(), 10)
		}
	case audit.NoticeRecorded:
		d[detailNotice] = noticeWord(*h.Notice)
		if h.Notice.Reason != "" {
			d[detailReason] = h.Notice.Reason
		}
	case audit.OutcomeRecorded:
		d[detailOutcome] = h.Outcome.Code
	}
	return d
}

// count counts an event that was recorded into the shift that runs.
func (c *Cruiser) count(e audit.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deployment != nil {
		tally(&c.deployment.Statistics, e)
	}
}

// recount makes the statistics of a shift that a power cut interrupted again, from
// the audit record. Frames, reads and camera times of the run that was cut are not
// known: those of the runs before it are kept.
func (c *Cruiser) recount(ctx context.Context, d *shift.Deployment) error {
	records, err := c.store.Records(ctx)
	if err != nil {
		return fmt.Errorf("read the audit record: %w", err)
	}
	first := slices.IndexFunc(records, func(r audit.Record) bool {
		return r.Event.Act == audit.PatrolStarted && r.Event.Object == d.ID
	})
	if first < 0 {
		return nil // begun elsewhere: what it says itself is all there is
	}
	old := d.Statistics
	d.Statistics = shift.Statistics{Reads: old.Reads, NonHits: old.NonHits, Frames: old.Frames, FramesDropped: old.FramesDropped,
		Cameras: old.Cameras, Lists: old.Lists}
	for _, r := range records[first:] {
		tally(&d.Statistics, r.Event)
	}
	return nil
}

// syncsAfter counts into an ended deployment the syncs that failed before the
// station had its record; that it got there says that one went through.
func (c *Cruiser) syncsAfter(ctx context.Context, d shift.Deployment) (shift.Deployment, error) {
	records, err := c.store.Records(ctx)
	if err != nil {
		return d, fmt.Errorf("read the audit record: %w", err)
	}
	for _, r := range records {
		if r.Event.Act == audit.SyncFailed && r.Event.At.After(d.End) {
			d.Statistics.SyncsFailed++
		}
	}
	d.Statistics.Syncs++
	return d, nil
}
