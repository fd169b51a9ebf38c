package cruiser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/patrol"
	"secondlook/app/shift"
)

// ErrNotWell is returned by [Cruiser.StartPatrol] where the checklist has a line
// that is not well and that nobody acknowledged.
var ErrNotWell = errors.New("something on the checklist is not well: acknowledge it with a note, or put it right")

// ErrUndocumented is returned by [Cruiser.StartPatrol] where the deployment's record
// would lack something that the policy asks for, such as who authorised it (FL 2d,
// 5e); the error names it.
var ErrUndocumented = errors.New("the deployment's record is not complete")

// Machine is what the checklist asks of the computer in the car.
type Machine interface {
	// ClockKept reports whether something keeps the clock right.
	ClockKept() (bool, error)
	// DiskFree is how many bytes are free where the store is.
	DiskFree() (uint64, error)
}

const (
	// probeLasts is how long a camera that gave a picture counts as looked at.
	probeLasts = 10 * time.Minute
	// diskLeast is the room below which hits may not be kept, in bytes.
	diskLeast = 1 << 30
	// lapsesSoon is from when on the checklist says that training or agreement ends.
	lapsesSoon = 14 * 24 * time.Hour
)

// probe is when a camera was looked at, and what was found.
type probe struct {
	at  time.Time
	err error
}

// Checklist looks at everything that a patrol needs, and takes as long as the
// slowest camera to show a picture. It changes nothing.
func (c *Cruiser) Checklist(ctx context.Context) ([]shift.Check, error) {
	_, err := c.officer(access.ActPatrol)
	if err != nil {
		return nil, err
	}
	records, err := c.store.Records(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the audit record: %w", err)
	}
	checks := c.checkCameras(ctx)
	checks = append(checks, c.checkPosition(ctx), c.checkClock())
	checks = append(checks, c.checkLists()...)
	sync, err := c.checkSync(ctx, records)
	if err != nil {
		return nil, err
	}
	checks = append(checks, c.checkStore(), sync)
	checks = append(checks, c.checkVoice(ctx)...)
	return append(checks, c.checkStanding()...), nil
}

// checkCameras waits for one picture of each camera, of all at once.
func (c *Cruiser) checkCameras(ctx context.Context) []shift.Check {
	cameras := c.Settings().Cameras
	if len(cameras) == 0 {
		return []shift.Check{{Item: shift.ItemCamera, State: shift.NotWell, Found: "none"}}
	}
	c.looking.Lock()
	defer c.looking.Unlock()
	checks := make([]shift.Check, len(cameras))
	var all sync.WaitGroup
	for i, camera := range cameras {
		all.Go(func() { checks[i] = c.checkCamera(ctx, camera) })
	}
	all.Wait()
	return checks
}

func (c *Cruiser) checkCamera(ctx context.Context, camera patrol.CameraSetting) shift.Check {
	check := shift.Check{Item: shift.ItemCamera, Name: camera.Name, State: shift.Well, Found: "picture"}
	prober, ok := c.parts.Vision.(patrol.Prober)
	switch {
	case c.Training():
		check.Found = "scripted"
		return check
	case !ok:
		check.State, check.Found = shift.NotFitted, "not-looked-at"
		return check
	}
	c.mu.Lock()
	last, known := c.probed[camera]
	c.mu.Unlock()
	if !known || last.err != nil || c.now().Sub(last.at) > probeLasts {
		last = probe{c.now(), prober.Probe(ctx, camera)}
		c.mu.Lock()
		c.probed[camera] = last
		c.mu.Unlock()
	}
	if last.err != nil {
		check.State, check.Found = shift.NotWell, "no-picture"
	}
	return check
}

// checkPosition says whether the receiver knows where the car is.
func (c *Cruiser) checkPosition(ctx context.Context) shift.Check {
	c.awaitFix(ctx)
	found, age := c.Position()
	check := shift.Check{Item: shift.ItemPosition, Found: string(found), Age: age}
	switch found {
	case PositionNone:
		check.State = shift.NotFitted
	case PositionFixed:
		check.State = shift.Well
	default:
		check.State = shift.NotWell
	}
	return check
}

// checkClock says whether the clock fits the record, and what keeps it right.
func (c *Cruiser) checkClock() shift.Check {
	check := shift.Check{Item: shift.ItemClock, State: shift.Well, Found: "kept"}
	doubt, _ := c.Clock()
	if c.clock.Behind() > 0 {
		doubt = ClockBehind
	}
	if doubt != ClockRight {
		check.State, check.Found = shift.NotWell, string(doubt)
		return check
	}
	if c.parts.Machine == nil {
		check.State, check.Found = shift.NotFitted, "not-kept"
	} else if kept, err := c.parts.Machine.ClockKept(); err != nil || !kept {
		check.State, check.Found = shift.NotFitted, "not-kept"
	}
	return check
}

func (c *Cruiser) checkLists() []shift.Check {
	var checks []shift.Check
	for _, l := range c.Lists() {
		check := shift.Check{Item: shift.ItemList, Name: l.Name, State: shift.Well, Found: "fresh", Count: uint64(l.Count), Age: c.now().Sub(l.Made)}
		if check.Age > c.Pack().ListAge(l.Name) { // it may have grown old since it was put in force
			check.State, check.Found = shift.NotWell, "old"
		}
		checks = append(checks, check)
	}
	if len(checks) == 0 {
		checks = []shift.Check{{Item: shift.ItemList, State: shift.NotWell, Found: "none"}}
	}
	return checks
}

// checkStore: that the audit record could be read has shown that it opens.
func (c *Cruiser) checkStore() shift.Check {
	check := shift.Check{Item: shift.ItemStore, State: shift.Well, Found: "opens"}
	if c.parts.Machine == nil {
		return check
	}
	free, err := c.parts.Machine.DiskFree()
	switch {
	case err != nil:
		check.Found = "room-unknown"
	case free < diskLeast:
		check.State, check.Found, check.Count = shift.NotWell, "full", free
	default:
		check.Found, check.Count = "room", free
	}
	return check
}

func (c *Cruiser) checkSync(ctx context.Context, records []audit.Record) (shift.Check, error) {
	check := shift.Check{Item: shift.ItemSync, State: shift.NotFitted, Found: "not-enrolled"}
	if c.Training() {
		check.Found = "training"
		return check, nil
	}
	if c.Station() == "" {
		return check, nil
	}
	waiting, err := c.outbox(ctx)
	if err != nil {
		return check, err
	}
	check.State, check.Found, check.Count = shift.Well, "none", uint64(len(waiting))
	for _, r := range slices.Backward(records) {
		switch r.Event.Act {
		case audit.SyncEnded:
			check.Found, check.Age = "synced", c.now().Sub(r.Event.At)
			return check, nil
		case audit.SyncFailed:
			check.State, check.Found, check.Age = shift.NotWell, "failed", c.now().Sub(r.Event.At)
			return check, nil
		}
	}
	return check, nil
}

// checkStanding says how long the person signed in may operate the system. Nobody
// who never was trained, or never agreed, comes this far; but either may lapse while
// they are signed in. Demo mode keeps no record of people.
func (c *Cruiser) checkStanding() []shift.Check {
	training, agreement := shift.Check{Item: shift.ItemTraining}, shift.Check{Item: shift.ItemAgreement}
	s, ok := c.Session()
	if c.Training() || !ok {
		training.State, training.Found = shift.NotFitted, "not-kept"
		agreement.State, agreement.Found = shift.NotFitted, "not-kept"
		return []shift.Check{training, agreement}
	}
	c.standing(&training, c.Pack().Training.Ends(s.person.Trained.On))
	c.standing(&agreement, c.Pack().Agreement.Ends(s.person.Signed.At))
	return []shift.Check{training, agreement}
}

// standing fills in a check of what lapses at a time.
func (c *Cruiser) standing(check *shift.Check, until time.Time) {
	left := until.Sub(c.now())
	check.State, check.Found, check.Age = shift.Well, "current", left
	switch {
	case left <= 0:
		check.State, check.Found, check.Age = shift.NotWell, "lapsed", -left
	case left < lapsesSoon:
		check.Found = "lapses-soon"
	}
}

// Start is what an officer says when a deployment begins.
type Start struct {
	// Note acknowledges what is not well on the checklist.
	Note string
	// Area is where the car patrols: that of the deployment before it if empty, or
	// the whole of the service's.
	Area string
	// Calibration is what the officer noted of the cameras' check.
	Calibration string
}

// newDeployment makes the record of a deployment that begins now.
func (c *Cruiser) newDeployment(ctx context.Context, by access.Officer, s Settings, start Start) (*shift.Deployment, error) {
	checks, err := c.Checklist(ctx)
	if err != nil {
		return nil, fmt.Errorf("fill in the checklist: %w", err)
	}
	note := strings.TrimSpace(start.Note)
	if !shift.AllWell(checks) && note == "" && !c.Training() {
		return nil, ErrNotWell
	}
	now := c.now()
	d := &shift.Deployment{ID: newID(now), Terminal: s.Terminal, Officer: by, Start: now, Authority: s.Authority,
		Method: fmt.Sprintf("mobile, %d cameras", len(s.Cameras)), Area: strings.TrimSpace(start.Area),
		Checklist: checks, Calibration: strings.TrimSpace(start.Calibration)}
	if d.Area == "" {
		d.Area = c.UsualArea(ctx)
	}
	for _, cam := range s.Cameras {
		d.Cameras = append(d.Cameras, cam.Name)
	}
	if note != "" {
		x := shift.Exception{At: now, Note: note}
		for _, check := range checks {
			if check.State == shift.NotWell {
				x.Checks = append(x.Checks, check.Label())
			}
		}
		d.Exceptions = append(d.Exceptions, x)
	}
	if missing := d.Missing(c.Pack().Deployment.Required); len(missing) > 0 {
		return nil, fmt.Errorf("%w: %s", ErrUndocumented, strings.Join(missing, ", "))
	}
	for _, l := range c.Lists() {
		d.Statistics.Lists = append(d.Statistics.Lists, shift.ListAge{Name: l.Name, Age: now.Sub(l.Made), Old: now.Sub(l.Made) > c.Pack().ListAge(l.Name)})
	}
	return d, nil
}

// UsualArea is where this car patrols if nobody says otherwise: where it did last,
// as far as that is known here, or else in the whole area of its service.
func (c *Cruiser) UsualArea(ctx context.Context) string {
	deployments, err := c.store.Deployments(ctx)
	if err == nil && len(deployments) > 0 {
		return deployments[len(deployments)-1].Area
	}
	return c.Settings().Service
}

// NoteException adds something out of the ordinary to the deployment that runs
// (FL 5e). It does nothing for an empty note, or where none runs.
func (c *Cruiser) NoteException(ctx context.Context, note string) error {
	if _, err := c.permit(ctx, access.ActSync); err != nil {
		return err
	}
	note = strings.TrimSpace(note)
	d, running := c.Deployment()
	if !running || note == "" {
		return nil
	}
	x := shift.Exception{At: c.now(), Note: note}
	d.Exceptions = append(slices.Clone(d.Exceptions), x)
	if err := c.store.PutDeployment(ctx, d, c.event(audit.ExceptionNoted, d.ID)); err != nil {
		return fmt.Errorf("keep the exception: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deployment != nil {
		c.deployment.Exceptions = append(c.deployment.Exceptions, x)
	}
	return nil
}
