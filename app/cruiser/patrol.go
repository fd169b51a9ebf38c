package cruiser

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hotlist"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/shift"
)

// ErrNoCameras is returned by [Cruiser.StartPatrol] while no camera is set.
var ErrNoCameras = errors.New("no camera is set up on this terminal: an administrator adds one in the settings")

// watchEvery is how often camera health is looked at, for loss and recovery, and
// expired entries are swept.
const watchEvery = time.Second

// patrolRun is one run of the cameras.
type patrolRun struct {
	cancel context.CancelFunc
	live   patrol.Live
	loop   *patrol.Loop
	keeper *keeper // nil without a preservation order in force
	done   chan struct{}
	times  cameraTimes
}

// StartPatrol opens the cameras and begins to read, under the shift's deployment
// record, which it begins if there is none; it returns [ErrNotWell] where the
// checklist then has something to acknowledge. It does nothing while a patrol runs.
func (c *Cruiser) StartPatrol(ctx context.Context) error {
	return c.StartPatrolWith(ctx, Start{})
}

// StartPatrolWith is [Cruiser.StartPatrol] with what the officer says of the
// deployment that begins.
func (c *Cruiser) StartPatrolWith(ctx context.Context, start Start) error {
	by, err := c.permit(ctx, access.ActPatrol)
	if err != nil {
		return err
	}
	settings := c.Settings()
	if len(settings.Cameras) == 0 {
		return ErrNoCameras
	}
	c.mu.Lock()
	running := c.run != nil
	c.mu.Unlock()
	if running {
		return nil
	}
	if err := c.beginDeployment(ctx, by, settings, start); err != nil {
		return err
	}
	keeper, err := c.newKeeper(ctx)
	if err == nil {
		err = c.beginRun(ctx, settings.Cameras, keeper)
	}
	if err != nil {
		e := c.event(audit.PatrolEnded, c.deploymentID())
		e.Outcome = audit.OutcomeNoCameras
		return errors.Join(fmt.Errorf("start the cameras: %w", err), c.store.Append(ctx, e))
	}
	c.tell(CamerasChanged)
	c.keepStandby(ctx)
	return nil
}

// beginRun opens the cameras and begins to read. keeper may be nil.
func (c *Cruiser) beginRun(ctx context.Context, cameras []patrol.CameraSetting, keeper *keeper) error {
	// The patrol outlives the call that starts it; stopPatrol ends it.
	runCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	// A hit that was seen before the patrol ended is kept all the same.
	keep := context.WithoutCancel(ctx)
	loop := patrol.NewLoop(
		func(r plate.Read) []hotlist.Match { return c.index.Match(r, c.now()) },
		func(r plate.Read, m []hotlist.Match) func() { return c.raise(keep, r, m) }, c.sweeper)
	handle := loop.Handle
	if keeper != nil {
		handle = loop.Preserving(keeper.keep)
	}
	live, err := c.parts.Vision.Start(runCtx, cameras, c.assumed(), handle)
	if err != nil {
		cancel()
		loop.Close()
		return err
	}
	run := &patrolRun{cancel: cancel, live: live, loop: loop, keeper: keeper, done: make(chan struct{}), times: newCameraTimes(c.now())}
	c.mu.Lock()
	c.run = run
	c.mu.Unlock()
	go c.watch(runCtx, run)
	return nil
}

// deploymentID is the id of the shift's record, "" where there is none.
func (c *Cruiser) deploymentID() string {
	d, _ := c.Deployment()
	return d.ID
}

func (c *Cruiser) beginDeployment(ctx context.Context, by access.Officer, s Settings, start Start) error {
	e := c.event(audit.PatrolStarted, "")
	c.mu.Lock()
	d := c.deployment
	c.mu.Unlock()
	if d != nil {
		e.Object = d.ID
		return c.store.Append(ctx, e)
	}
	d, err := c.newDeployment(ctx, by, s, start)
	if err != nil {
		return err
	}
	e.Object, e.Reason = d.ID, start.Note
	if err := c.store.PutDeployment(ctx, *d, e); err != nil {
		return fmt.Errorf("begin the deployment record: %w", err)
	}
	c.mu.Lock()
	c.deployment = d
	c.mu.Unlock()
	return nil
}

// watch sounds for cameras lost and found, and sweeps expired entries. It owns
// the end of the run.
func (c *Cruiser) watch(ctx context.Context, run *patrolRun) {
	defer close(run.done)
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			run.times.look(c.now(), run.live.Health())
			if err := run.live.Wait(); err != nil && !errors.Is(err, context.Canceled) {
				c.log.Error("cameras", "error", err)
			}
			run.loop.Close()
			run.keeper.flush(context.WithoutCancel(ctx))
			return
		case <-tick.C:
		}
		lost, found := run.times.look(c.now(), run.live.Health())
		for range lost {
			c.parts.Signals.CameraLost()
		}
		for range found {
			c.parts.Signals.CameraBack()
		}
		if err := c.sweepOpen(ctx); err != nil {
			c.log.Error("sweep entries", "error", err)
		}
		run.keeper.flush(ctx)
		c.tell(CamerasChanged)
	}
}

// StopPatrol closes the cameras.
func (c *Cruiser) StopPatrol(ctx context.Context) error {
	if !c.stopPatrol() {
		return nil
	}
	if err := c.keepDeployment(ctx, audit.PatrolEnded); err != nil {
		return err
	}
	c.tell(CamerasChanged)
	return c.endStandby(ctx, "")
}

// stopPatrol ends the run and counts it into the deployment; it reports whether
// one was running.
func (c *Cruiser) stopPatrol() bool {
	c.mu.Lock()
	run := c.run
	c.run = nil
	c.mu.Unlock()
	if run == nil {
		return false
	}
	run.cancel()
	<-run.done
	reads, _, nonHits := run.loop.Counts()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deployment != nil {
		s := &c.deployment.Statistics
		s.Reads += reads
		s.NonHits += nonHits
		for _, h := range run.live.Health() {
			s.Frames += h.Frames
			s.FramesDropped += h.Drops
		}
		for name, t := range run.times.sum {
			s.CountCamera(name, t)
		}
	}
	return true
}

func (c *Cruiser) keepDeployment(ctx context.Context, act audit.Act) error {
	c.mu.Lock()
	if c.deployment == nil {
		c.mu.Unlock()
		return nil
	}
	d := *c.deployment
	d.Statistics = shift.Statistics{}
	d.Statistics.Add(c.deployment.Statistics) // its own maps
	c.mu.Unlock()
	if err := c.store.PutDeployment(ctx, d, c.event(act, d.ID)); err != nil {
		return fmt.Errorf("keep the deployment record: %w", err)
	}
	return nil
}

// Patrolling reports whether the cameras run.
func (c *Cruiser) Patrolling() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.run != nil
}

// Cameras returns the health of each camera; nil while no patrol runs.
func (c *Cruiser) Cameras() []patrol.Health {
	if run := c.current(); run != nil {
		return run.live.Health()
	}
	return nil
}

// Frame returns the newest picture of camera i for its tile: see
// [patrol.Live.Latest]. While the session is locked there is none.
func (c *Cruiser) Frame(i int, since uint64, size image.Point) (*image.RGBA, uint64) {
	if s, ok := c.Session(); !ok || s.Locked || s.Need != access.NeedNothing {
		return nil, since
	}
	if run := c.current(); run != nil {
		return run.live.Latest(i, since, size)
	}
	return nil, since
}

// Counts returns how many reads the running patrol made, and how many of them
// were hits and non-hits.
func (c *Cruiser) Counts() (reads, hits, nonHits uint64) {
	if run := c.current(); run != nil {
		return run.loop.Counts()
	}
	return 0, 0, 0
}

func (c *Cruiser) current() *patrolRun {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.run
}

// Deployment returns the shift's record so far; ok is false before the first
// patrol.
func (c *Cruiser) Deployment() (d shift.Deployment, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deployment == nil {
		return shift.Deployment{}, false
	}
	d = *c.deployment
	d.Statistics = shift.Statistics{}
	d.Statistics.Add(c.deployment.Statistics)
	return d, true
}

// Report counts the deployments that are still on this terminal, and what its audit
// record says of disclosures, access requests and breaches, from the first day to the
// last. Making it is recorded.
func (c *Cruiser) Report(ctx context.Context, from, to time.Time) (shift.Report, error) {
	if _, err := c.permit(ctx, access.ActStatistics); err != nil {
		return shift.Report{}, err
	}
	if err := c.store.Append(ctx, c.event(audit.ReportMade, "")); err != nil {
		return shift.Report{}, fmt.Errorf("record the report: %w", err)
	}
	all, err := c.store.Deployments(ctx)
	if err != nil {
		return shift.Report{}, fmt.Errorf("read deployments: %w", err)
	}
	records, err := c.store.Records(ctx)
	if err != nil {
		return shift.Report{}, fmt.Errorf("read the audit record: %w", err)
	}
	return shift.Summarise(all, casesIn(records), from, to), nil
}

// casesIn are the cases that the audit record tells of. A record that corrects a
// disclosure is no further one.
func casesIn(records []audit.Record) (cases []shift.Case) {
	for _, r := range records {
		e := r.Event
		switch {
		case e.Act == audit.DisclosureRecorded && e.Detail["corrects"] == "":
			cases = append(cases, shift.Case{ID: e.Object, Kind: shift.CaseDisclosure, Of: e.Reason, At: e.At})
		case e.Act == audit.RequestAssembled:
			cases = append(cases, shift.Case{ID: e.Object, Kind: shift.CaseRequest, At: e.At})
		case e.Act == audit.RequestAnswered:
			cases = append(cases, shift.Case{ID: e.Object, Kind: shift.CaseAnswer, At: e.At})
		case e.Act == audit.BreachReported:
			cases = append(cases, shift.Case{ID: e.Object, Kind: shift.CaseBreach, Of: e.Detail["kind"], At: e.At})
		}
	}
	return cases
}
