package cruiser

import (
	"context"
	"fmt"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/patrol"
	"secondlook/app/training"
)

// TrainingList is the name of the list that a training scenario brings.
const TrainingList = "training"

// BeginTraining prepares a demo terminal for a scenario: the cameras that play it
// and its list. It works in demo mode only, where the store is thrown away.
func (c *Cruiser) BeginTraining(ctx context.Context, s *training.Scenario, cameras []patrol.CameraSetting) error {
	if !c.parts.Training {
		return c.refused(ctx, "training", "", access.ErrNotAllowed)
	}
	settings := c.Settings()
	settings.Cameras = cameras
	e := c.event(audit.SettingsChanged, "")
	e.Reason = audit.ReasonTraining
	if err := c.store.PutSettings(ctx, settings, e); err != nil {
		return fmt.Errorf("keep the training cameras: %w", err)
	}
	now := c.now()
	made := now.Add(-s.ListAge)
	list := hotlist.List{Name: TrainingList, Made: made, Received: made, Entries: s.Entries}
	_, err := c.store.PutList(ctx, list.Head(), list.All(), func(_ *hotlist.Head, change hotlist.Change) (audit.Event, error) {
		return c.listEvent(audit.HotlistImported, list.Name, "", change), nil
	})
	if err != nil {
		return fmt.Errorf("keep the training list: %w", err)
	}
	c.mu.Lock()
	c.settings, c.scenario, c.answers = settings, s, nil
	c.mu.Unlock()
	return c.refreshLists(ctx)
}

// answer notes a trainee's verdict for the score.
func (c *Cruiser) answer(h hit.Hit, seen time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.scenario == nil {
		return
	}
	verdict := training.Correct
	switch h.State {
	case hit.Misread:
		verdict = training.Misread
	case hit.WrongJurisdiction:
		verdict = training.WrongJurisdiction
	}
	m := h.Matches[0].Entry
	if expected, ok := c.scenario.Expect(m.Plate, m.Category); ok {
		c.answers = append(c.answers, training.Answer{Hit: expected.ID, Verdict: verdict, Took: seen})
	}
}

// Score compares the trainee's verdicts so far with the scenario; ok is false
// outside of training.
func (c *Cruiser) Score() (r training.Report, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.scenario == nil {
		return training.Report{}, false
	}
	return training.Score(c.scenario, c.answers), true
}
