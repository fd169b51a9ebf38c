package cruiser

import (
	"context"
	"fmt"
	"slices"

	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/shift"
)

// The keys of an event's detail that statistics are made of.
const (
	detailCategory = "category"
	detailState    = "state"
	detailNotice   = "notice"
)

// What detailNotice may be.
const (
	noticeGiven    = "given"
	noticeNotGiven = "not-given"
	noticeNoStop   = "no-stop"
)

// tally counts one event into a shift's statistics. Statistics are made of the
// audit record and nothing else, so that after a power cut they can be made again
// and no count is without its act.
func tally(s *shift.Statistics, e audit.Event) {
	switch e.Act {
	case audit.HitRaised:
		s.CountHit(e.Detail[detailCategory], 1)
	case audit.HitConfirmed, audit.HitDestroyed, audit.HitNotReviewed:
		s.CountVerdict(hit.State(e.Detail[detailState]), 1)
	case audit.NoticeRecorded:
		switch e.Detail[detailNotice] {
		case noticeGiven:
			s.NoticesGiven++
		case noticeNotGiven:
			s.NoticesNotGiven++
		case noticeNoStop:
			s.NoStops++
		}
	case audit.EntryProposed:
		s.EntriesProposed++
	case audit.EntryReported:
		s.EntriesReported++
	case audit.Searched:
		s.Searches++
	}
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
// the audit record. Frames and reads of the run that was cut are not known.
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
	d.Statistics = shift.Statistics{Reads: old.Reads, NonHits: old.NonHits, Frames: old.Frames, FramesDropped: old.FramesDropped}
	for _, r := range records[first:] {
		tally(&d.Statistics, r.Event)
	}
	return nil
}
