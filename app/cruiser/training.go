package cruiser

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/patrol"
	"secondlook/app/position"
	"secondlook/app/training"
)

// Who works with a demo terminal, as the demo's sign-in says to everybody.
const (
	TraineeBadge  access.Badge = "0000"
	TraineeSecret              = "demo-2719"
)

// TrainingList is the name of the list that a training scenario brings.
const TrainingList = "training"

// Stage is what a demo terminal plays scenarios on.
type Stage struct {
	// Play is what its cameras show.
	Play *training.Play
	// Cameras are the settings that show the scenario of Play.
	Cameras func() []patrol.CameraSetting
	// Library are the scenarios that are built in, by name.
	Library map[string]*training.Scenario
	// Read reads a trainer's own scenario.
	Read func(file string) (*training.Scenario, error)
	// Print prints a debrief in a language, or saves it in the folder if one is named;
	// it returns the file, "" if it was printed.
	Print func(ctx context.Context, d training.Debrief, folder string) (file string, err error)
}

// trainee is what a trainee did about the scenario that plays.
type trainee struct {
	answers []training.Answer
	at      map[string]int  // position of the answer to a hit, by the hit's id
	asked   map[string]bool // hits whose agency was asked, by the hit's id
}

// Stage returns what a demo terminal plays on; nil outside of training.
func (c *Cruiser) Stage() *Stage {
	if !c.parts.Training {
		return nil
	}
	return c.parts.Stage
}

// BeginTraining plays a scenario from its beginning on a demo terminal: its cameras,
// its list, and nothing left of what was played before. It works in demo mode only,
// where the store is thrown away.
func (c *Cruiser) BeginTraining(ctx context.Context, s *training.Scenario) error {
	stage := c.Stage()
	if stage == nil {
		return c.refused(ctx, "training", "", access.ErrNotAllowed)
	}
	if err := s.CheckPolicy(c.Pack()); err != nil {
		return err
	}
	patrolling := c.stopPatrol()
	if err := stage.Play.Load(s); err != nil {
		return err
	}
	settings := c.Settings()
	settings.Cameras, settings.Position = stage.Cameras(), ""
	if len(s.Drive) > 0 {
		settings.Position = position.ScriptSource
	}
	e := c.event(audit.SettingsChanged, "")
	e.Reason = audit.ReasonTraining
	if err := c.store.PutSettings(ctx, settings, e); err != nil {
		return fmt.Errorf("keep the training cameras: %w", err)
	}
	if err := c.clearStreet(ctx); err != nil {
		return err
	}
	quiet, err := newQuietPlates()
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.settings, c.trainee, c.quiet, c.reported = settings, trainee{}, quiet, map[entryKey]hit.Report{}
	c.listAge = s.ListAge
	c.mu.Unlock()
	if err := c.putTrainingList(ctx); err != nil {
		return err
	}
	if patrolling {
		err = c.StartPatrol(ctx)
	}
	c.tell(QueueChanged, CamerasChanged)
	return err
}

// clearStreet destroys the hits of a scenario that is over.
func (c *Cruiser) clearStreet(ctx context.Context) error {
	hits, err := c.store.Hits(ctx)
	if err != nil {
		return fmt.Errorf("clear the hits of the last scenario: %w", err)
	}
	for _, h := range hits {
		e := c.event(audit.HitDestroyed, h.ID)
		e.Reason = audit.ReasonTraining
		e.Detail = map[string]string{detailCategory: h.Matches[0].Entry.Category, "list": h.Matches[0].List}
		if err := c.store.Destroy(ctx, h.ID, e); err != nil && !errors.Is(err, hit.ErrNotFound) {
			return fmt.Errorf("clear the hits of the last scenario: %w", err)
		}
	}
	c.mu.Lock()
	clear(c.waiting)
	clear(c.contextLost)
	c.mu.Unlock()
	return nil
}

// putTrainingList puts the list of the scenario that plays in force.
func (c *Cruiser) putTrainingList(ctx context.Context) error {
	c.mu.Lock()
	made := c.now().Add(-c.listAge)
	c.mu.Unlock()
	list := hotlist.List{Name: TrainingList, Made: made, Received: made, Entries: c.parts.Stage.Play.Script().Entries}
	_, err := c.store.PutList(ctx, list.Head(), list.All(), func(_ *hotlist.Head, change hotlist.Change) (audit.Event, error) {
		return c.listEvent(audit.HotlistImported, list.Name, "", change), nil
	})
	if err != nil {
		return fmt.Errorf("keep the training list: %w", err)
	}
	return c.refreshLists(ctx)
}

// SendCars has the cars of scripted hits come now; see [training.Play.Send].
func (c *Cruiser) SendCars(ctx context.Context, from *training.Scenario, hits ...training.Hit) error {
	stage := c.Stage()
	if stage == nil {
		return c.refused(ctx, "training", "", access.ErrNotAllowed)
	}
	if _, err := stage.Play.Send(from, hits...); err != nil {
		return err
	}
	return c.putTrainingList(ctx)
}

// AgeList makes the training list as old as a trainer wants.
func (c *Cruiser) AgeList(ctx context.Context, age time.Duration) error {
	if c.Stage() == nil {
		return c.refused(ctx, "training", "", access.ErrNotAllowed)
	}
	c.mu.Lock()
	c.listAge = age
	c.mu.Unlock()
	return c.putTrainingList(ctx)
}

// AskAgency is the call to the agency that entered the record, which nobody can make
// in training: it returns what the script has it answer. That it was made counts for
// the score.
func (c *Cruiser) AskAgency(ctx context.Context, id string) (hit.Activity, error) {
	stage := c.Stage()
	if stage == nil {
		return "", c.refused(ctx, "training", "", access.ErrNotAllowed)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.waiting[id]
	if !ok {
		return "", hit.ErrNotFound
	}
	if c.trainee.asked == nil {
		c.trainee.asked = map[string]bool{}
	}
	c.trainee.asked[id] = true
	m := h.Matches[0].Entry
	scripted, ok := stage.Play.Script().Expect(m.Plate, m.Category)
	if !ok {
		return hit.Active, nil
	}
	return scripted.AgencySays(), nil
}

// answer notes a trainee's step for the score.
func (c *Cruiser) answer(h hit.Hit, now time.Time) {
	stage := c.Stage()
	if stage == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &c.trainee
	i, known := t.at[h.ID]
	if !known {
		m := h.Matches[0].Entry
		expected, ok := stage.Play.Script().Expect(m.Plate, m.Category)
		if !ok || h.Verdict == nil {
			return
		}
		if t.at == nil {
			t.at = map[string]int{}
		}
		i = len(t.answers)
		t.at[h.ID] = i
		seen := h.Verdict.Seen
		t.answers = append(t.answers, training.Answer{Hit: expected.ID, Verdict: verdictOf(h.State), Seen: seen,
			Took: max(seen-stage.Play.Stood(now.Add(-seen), now), 0)})
		return
	}
	a := &t.answers[i]
	switch h.State {
	case hit.Verified, hit.NotActionable:
		a.Record, a.Asked = h.Verification.Record, t.asked[h.ID]
	case hit.Noticed:
		switch {
		case h.Notice.Given:
			a.Notice = training.NoticeGiven
		case h.Notice.NoStop:
			a.Notice = training.NoticeNoStop
		default:
			a.Notice = h.Notice.Reason
		}
	case hit.Closed:
		a.Outcome = h.Outcome.Code
	}
}

// verdictOf is the verdict that leads to a state.
func verdictOf(s hit.State) training.Verdict {
	switch s {
	case hit.Misread:
		return training.Misread
	case hit.WrongJurisdiction:
		return training.WrongJurisdiction
	}
	return training.Correct
}

// Score compares what the trainee did so far with the scenario; ok is false outside
// of training.
func (c *Cruiser) Score() (r training.Report, ok bool) {
	stage := c.Stage()
	if stage == nil {
		return training.Report{}, false
	}
	c.mu.Lock()
	answers := slices.Clone(c.trainee.answers)
	c.mu.Unlock()
	return training.Score(stage.Play.Script(), answers, c.reviewLimits()), true
}

// PrintDebrief prints the score in a language, or saves it as a file in the folder if
// one is named.
func (c *Cruiser) PrintDebrief(ctx context.Context, language, folder string) (file string, err error) {
	stage := c.Stage()
	if stage == nil {
		return "", c.refused(ctx, "training", "", access.ErrNotAllowed)
	}
	report, _ := c.Score()
	script := stage.Play.Script()
	file, err = stage.Print(ctx, training.Debrief{Language: language, Name: script.Name, Summary: script.Summary, Pack: c.Pack(), Report: report}, folder)
	if err != nil {
		return "", fmt.Errorf("print the debrief: %w", err)
	}
	return file, nil
}
