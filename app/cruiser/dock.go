package cruiser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/plate"
	"secondlook/app/shift"
)

// ErrTraining is returned by a sync in demo mode: nothing there is real.
var ErrTraining = errors.New("training cannot sync: nothing here is real")

// SyncStep is what a sync is doing.
type SyncStep int

const (
	Connecting SyncStep = iota
	Delivering
	Receiving
	SyncDone
)

// Progress of a sync.
type Progress struct {
	Step SyncStep
	// Done and Total count records to deliver, Bytes what was delivered so far, with
	// what the station has of a large record that is on its way.
	Done, Total, Bytes int
	// Left is how long the others will take if they are as the ones before; 0 while
	// nothing is known.
	Left time.Duration
}

// Summary is the end of a shift.
type Summary struct {
	Deployment shift.Deployment
	// Delivered counts records the station acknowledged, Bytes their size.
	Delivered, Bytes int
	// Waiting hits nobody judged and Unfinished ones that miss a step stay on
	// this terminal.
	Waiting, Unfinished int
	// Lists and Entries count what arrived.
	Lists, Entries int
}

// EndShift ends the patrol, closes the deployment record and marks hits nobody
// judged *not reviewed*: they stay on the terminal and wait for a human. Drafts are
// erased. Call [Cruiser.Sync] after it.
func (c *Cruiser) EndShift(ctx context.Context) (Summary, error) {
	if _, err := c.permit(ctx, access.ActSync); err != nil {
		return Summary{}, err
	}
	c.stopPatrol()
	if err := c.passengerGone(ctx, audit.ReasonShiftEnded); err != nil {
		return Summary{}, err
	}
	if err := c.endStandby(ctx, ""); err != nil {
		return Summary{}, err
	}
	c.mu.Lock()
	var left []hit.Hit
	for _, h := range c.waiting {
		if h.State == hit.Raised {
			left = append(left, h)
		}
	}
	c.mu.Unlock()
	for _, h := range left {
		if err := h.Leave(); err != nil {
			return Summary{}, err
		}
		e := c.event(audit.HitNotReviewed, h.ID)
		e.Detail = map[string]string{detailState: string(h.State)}
		if err := c.store.Update(ctx, h, e); err != nil {
			return Summary{}, fmt.Errorf("leave a hit for review: %w", err)
		}
		c.count(e)
		c.mu.Lock()
		c.waiting[h.ID] = h
		c.mu.Unlock()
	}
	if err := c.endQuietOfShift(ctx); err != nil {
		return Summary{}, err
	}
	drafts, err := c.endDrafts(ctx)
	if err != nil {
		return Summary{}, err
	}
	if err := c.closeDeployment(ctx); err != nil {
		return Summary{}, err
	}
	s := c.summary()
	e := c.event(audit.ShiftEnded, s.Deployment.ID)
	e.Detail = map[string]string{"waiting": fmt.Sprint(s.Waiting), "unfinished": fmt.Sprint(s.Unfinished), "drafts": fmt.Sprint(drafts)}
	if err := c.store.Sign(ctx, e); err != nil {
		return Summary{}, fmt.Errorf("record the shift's end: %w", err)
	}
	c.mu.Lock()
	c.deployment, c.muted = nil, false
	c.mu.Unlock()
	c.tell(QueueChanged, CamerasChanged)
	return s, nil
}

// closeDeployment ends the shift's record; it stays open where that cannot be kept.
func (c *Cruiser) closeDeployment(ctx context.Context) error {
	set := func(end time.Time) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.deployment != nil {
			c.deployment.End = end
		}
	}
	set(c.now())
	err := c.keepDeployment(ctx, audit.DeploymentRecorded)
	if errors.Is(err, audit.ErrNotWritten) {
		set(time.Time{})
	}
	return err
}

func (c *Cruiser) summary() Summary {
	s := Summary{}
	s.Deployment, _ = c.Deployment()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.waiting {
		if h.State.Waiting() {
			s.Waiting++
		} else {
			s.Unfinished++
		}
	}
	return s
}

// dock returns the station's dock, from the enrolment bundle in the settings.
func (c *Cruiser) dock() (shift.Dock, error) {
	switch {
	case c.parts.Training:
		return nil, ErrTraining
	case c.parts.Dock == nil || len(c.Settings().Bundle) == 0:
		return nil, shift.ErrNotEnrolled
	}
	return c.parts.Dock(c.Settings().Bundle)
}

// Station names the station this terminal is enrolled at, "" for none.
func (c *Cruiser) Station() string {
	d, err := c.dock()
	if err != nil {
		return ""
	}
	return d.Station()
}

// Pending returns how many records wait for the station.
func (c *Cruiser) Pending(ctx context.Context) (int, error) {
	if _, err := c.officer(access.ActSync); err != nil {
		return 0, err
	}
	p, err := c.outbox(ctx)
	return len(p), err
}

// Sync delivers what is finished, gravest first; a record is erased from the car only
// after the station has signed a receipt for it, so a sync that is cut and repeated
// loses and doubles nothing. Then it takes in lists, entries, roster and policy.
// progress may be nil; it is called from this goroutine.
func (c *Cruiser) Sync(ctx context.Context, progress func(Progress)) (s Summary, err error) {
	if _, err := c.permit(ctx, access.ActSync); err != nil {
		return s, err
	}
	defer c.keepOpen(ctx)()
	if progress == nil {
		progress = func(Progress) {}
	}
	dock, err := c.dock()
	if err != nil {
		return s, err
	}
	if err := c.store.Append(ctx, c.event(audit.SyncStarted, "")); err != nil {
		return s, fmt.Errorf("record the sync: %w", err)
	}
	s = c.summary()
	station, err := c.sync(ctx, dock, &s, progress)
	e := c.event(audit.SyncEnded, "")
	e.Detail = map[string]string{"delivered": fmt.Sprint(s.Delivered), "lists": fmt.Sprint(s.Lists), "entries": fmt.Sprint(s.Entries)}
	if !station.IsZero() {
		e.Detail[audit.DetailStation] = station.UTC().Format(audit.TimeLayout)
	}
	if err != nil {
		e.Act, e.Outcome = audit.SyncFailed, audit.OutcomeFailed
	}
	if distrusted(err) || errors.Is(err, shift.ErrRefused) {
		e.Outcome, e.Detail["why"] = audit.OutcomeRefused, err.Error()
	}
	c.count(e)
	// The record is written even where the sync was cancelled.
	if aerr := c.store.Append(context.WithoutCancel(ctx), e); aerr != nil {
		err = errors.Join(err, fmt.Errorf("record the sync: %w", aerr))
	}
	c.tell(QueueChanged, ListsChanged, EntriesChanged)
	return s, err
}

// distrusted reports whether something of the station's was not what it should be.
func distrusted(err error) bool {
	return errors.Is(err, shift.ErrUntrusted) || errors.Is(err, shift.ErrReceipt)
}

// sync returns the time that the station's clock showed, zero where it did not say.
func (c *Cruiser) sync(ctx context.Context, dock shift.Dock, s *Summary, progress func(Progress)) (station time.Time, err error) {
	progress(Progress{Step: Connecting})
	link, err := dock.Connect(ctx)
	if err != nil {
		return station, err
	}
	defer link.Close()
	defer func() {
		if distrusted(err) {
			// The station's operator learns of it too; the audit record has it in any case.
			_ = link.Complain(ctx, err.Error())
		}
	}()
	if station, err = c.askStation(ctx, link); err != nil {
		return station, err
	}
	p := Progress{Step: Delivering}
	if err := c.deliver(ctx, link, s, &p, progress); err != nil {
		return station, err
	}
	p.Step = Receiving
	progress(p)
	in := newIntake()
	err = c.receive(ctx, dock, link, in, shift.Everything)
	s.Lists, s.Entries = in.summary.Lists, in.summary.Entries
	if err != nil {
		return station, err
	}
	p.Step = SyncDone
	progress(p)
	return station, nil
}

// outgoing is one record on its way: packed when its turn comes, erased after
// the station's receipt.
type outgoing struct {
	shift.Ref
	held bool // a hit on legal hold
	rank int
	pack func(context.Context) (shift.Parcel, error)
}

// outbox lists what is finished: reports of breaches, closed hits, the gravest first,
// then logs, reports of entries and deployments. A report that keeps its entry quiet
// stays until the shift ends.
func (c *Cruiser) outbox(ctx context.Context) ([]outgoing, error) {
	out, err := c.hitsOut(ctx)
	if err != nil {
		return nil, err
	}
	reports, err := c.store.Reports(ctx)
	if err != nil {
		return nil, fmt.Errorf("read reports to deliver: %w", err)
	}
	for _, r := range reports {
		if r.Quiet {
			continue
		}
		out = append(out, outgoing{
			Ref:  shift.Ref{Kind: shift.ReportParcel, ID: r.ID},
			rank: 9,
			pack: func(context.Context) (shift.Parcel, error) {
				body, err := json.Marshal(r)
				return shift.Parcel{ID: r.ID, Kind: shift.ReportParcel, Body: body}, err
			},
		})
	}
	deployments, err := c.store.Deployments(ctx)
	if err != nil {
		return nil, fmt.Errorf("read deployments to deliver: %w", err)
	}
	for _, d := range deployments {
		if d.End.IsZero() {
			continue
		}
		out = append(out, outgoing{
			Ref:  shift.Ref{Kind: shift.DeploymentParcel, ID: d.ID},
			rank: 10,
			pack: func(ctx context.Context) (shift.Parcel, error) {
				d, err := c.syncsAfter(ctx, d)
				if err != nil {
					return shift.Parcel{}, err
				}
				body, err := json.Marshal(d)
				return shift.Parcel{ID: d.ID, Kind: shift.DeploymentParcel, Body: body, Captured: d.Start}, err
			},
		})
	}
	for _, more := range []func(context.Context) ([]outgoing, error){c.breachesOut, c.disclosuresOut, c.requestsOut} {
		others, err := more(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, others...)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].rank < out[j].rank })
	return out, nil
}

// HitRecord is a hit as it travels to the station.
type HitRecord struct {
	Hit hit.Hit `json:"hit"`
	// PlatePicture and ContextPicture are JPEG.
	PlatePicture   []byte `json:"plate_picture,omitempty"`
	ContextPicture []byte `json:"context_picture,omitempty"`
}

func (c *Cruiser) packHit(ctx context.Context, h hit.Hit) (shift.Parcel, error) {
	p, err := c.store.Pictures(ctx, h.ID)
	if err != nil {
		return shift.Parcel{}, fmt.Errorf("read a hit's pictures: %w", err)
	}
	h.Read.Evidence = nil
	body, err := json.Marshal(HitRecord{Hit: h, PlatePicture: p.Plate, ContextPicture: p.Context})
	if err != nil {
		return shift.Parcel{}, fmt.Errorf("encode a hit: %w", err)
	}
	return shift.Parcel{ID: h.ID, Kind: shift.HitParcel, Body: body, Captured: h.Read.At, Used: h.Used()}, nil
}

// Offer returns a confirmed hit's plate for the dispatch system's clipboard and
// how long it may stay there (requirements row 47).
func (c *Cruiser) Offer(ctx context.Context, id string) (text plate.Text, clearAfter time.Duration, err error) {
	if _, err := c.permit(ctx, access.ActPatrol); err != nil {
		return "", 0, err
	}
	c.mu.Lock()
	h, ok := c.waiting[id]
	c.mu.Unlock()
	if !ok || h.State.Waiting() {
		return "", 0, hit.ErrWrongState
	}
	e := c.event(audit.HitOffered, id)
	e.Reason = audit.ReasonDispatch
	if err := c.store.Append(ctx, e); err != nil {
		return "", 0, fmt.Errorf("record the copy of a plate: %w", err)
	}
	return h.Read.Text, time.Minute, nil
}
