package cruiser_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/patrol"
	"secondlook/app/training"
	"secondlook/platform/scenariofile"
)

// scenario reads one that is built in.
func scenario(t *testing.T, name string) *training.Scenario {
	t.Helper()
	s, err := scenariofile.BuiltIn(name)
	require.NoError(t, err)
	return s
}

// A trainee works through two scenarios and what a trainer sends; the score has all of
// it, and a restart begins with nothing.
func TestRequirement39_TrainingIsPlayedScoredAndRestarted(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil)
	require.NoError(t, c.Close())
	play, err := training.NewPlay(scenario(t, "stale-list"), c.clock)
	require.NoError(t, err)
	var printed training.Debrief
	c.parts.Training = true
	c.parts.Stage = &cruiser.Stage{Play: play,
		Cameras: func() (all []patrol.CameraSetting) {
			play.Begin()
			for _, k := range play.Script().Cameras {
				all = append(all, patrol.CameraSetting{Name: k.Name, Source: "test", Side: k.Side})
			}
			return all
		},
		Print: func(_ context.Context, d training.Debrief, folder string) (string, error) {
			printed = d
			return folder + "/debrief.pdf", nil
		}}
	c.start()
	require.NoError(t, c.SetUp(ctx, cruiser.FirstPerson{Terminal: "Training", Service: "Training", Name: "Trainee", Badge: "0000", Secret: secret, Roles: []access.Role{access.Patrol}}))
	stale := scenario(t, "stale-list")
	require.NoError(t, c.BeginTraining(ctx, stale))
	require.NoError(t, c.StartPatrol(ctx))
	line := func(i int) training.Line {
		r, ok := c.Score()
		require.True(t, ok)
		return r.Lines[i]
	}
	hear := func(h training.Hit) string {
		c.read(play.Script().Cars[h.Car].Plate)
		require.NotEmpty(t, c.Queue())
		return c.Queue()[0].ID
	}

	// The record has ended: the trainee asks, and hears so.
	id := hear(stale.Hits[0])
	a, err := c.OpenAlert(ctx, id)
	require.NoError(t, err)
	require.True(t, a.ListOld, "80 hours")
	play.Pause() // the trainer explains for a minute
	c.pass(time.Minute)
	play.Resume()
	_, err = c.Confirm(ctx, id, time.Minute+4*time.Second)
	require.NoError(t, err)
	require.Equal(t, 4*time.Second, line(0).Took, "not what the play stood")
	says, err := c.AskAgency(ctx, id)
	require.NoError(t, err)
	require.Equal(t, hit.NotActive, says)
	_, err = c.Verify(ctx, id, hit.Verification{Record: says})
	require.NoError(t, err)
	require.Equal(t, training.Step{Mark: training.Fits, Got: "not-active"}, line(0).Record)
	require.Equal(t, training.NotDue, line(0).Notice.Mark)

	// A car that the trainer sends counts too; this time nobody asks the agency.
	stolen := scenario(t, "stolen-vehicle")
	require.NoError(t, c.AgeList(ctx, 0))
	require.NoError(t, c.SendCars(ctx, stolen, stolen.Hits[0]))
	script := play.Script()
	id = hear(script.Hits[1])
	a, err = c.OpenAlert(ctx, id)
	require.NoError(t, err)
	require.False(t, a.ListOld, "a new list")
	_, err = c.Confirm(ctx, id, 1200*time.Millisecond)
	require.NoError(t, err)
	_, err = c.Verify(ctx, id, hit.Verification{Record: hit.Active, OwnerReminder: true})
	require.NoError(t, err)
	require.Equal(t, training.NotRecorded, line(1).Notice.Mark)
	_, err = c.Notify(ctx, id, hit.Notice{NoStop: true})
	require.NoError(t, err)
	_, err = c.Finish(ctx, id, hit.Outcome{Code: "vehicle-recovered"})
	require.NoError(t, err)
	require.True(t, line(1).TooFast)
	require.Equal(t, []training.Mark{training.NotAsked, training.Differs, training.Fits}, []training.Mark{line(1).Record.Mark, line(1).Notice.Mark, line(1).Outcome.Mark})

	file, err := c.PrintDebrief(ctx, "fr", "/tmp")
	require.NoError(t, err)
	require.Equal(t, "/tmp/debrief.pdf", file)
	require.Equal(t, 2, printed.Report.Right)
	require.Equal(t, "fr", printed.Language)

	// Another scenario, and the first again: what was quiet or open is forgotten.
	require.NoError(t, c.SendCars(ctx, stolen, stolen.Hits[0]))
	sent := play.Script()
	hear(sent.Hits[2])
	require.NoError(t, c.BeginTraining(ctx, stolen))
	require.True(t, c.Patrolling(), "the patrol goes on")
	require.Empty(t, c.Queue())
	require.NoError(t, c.BeginTraining(ctx, stale))
	require.Equal(t, 1, func() int { r, _ := c.Score(); return r.NotAnswered }())
	require.NotEmpty(t, hear(stale.Hits[0]), "the same plate alerts again")

	strange := *stale
	strange.Hits = append([]training.Hit(nil), stale.Hits...)
	strange.Hits[0].Record, strange.Hits[0].Outcomes = "", []string{"coffee"}
	require.ErrorIs(t, c.BeginTraining(ctx, &strange), training.ErrInvalid, "the policy has no such outcome")
	_, err = c.AskAgency(ctx, "none")
	require.ErrorIs(t, err, hit.ErrNotFound)
}

func TestRequirement39_NothingOfTrainingOnPatrol(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	require.Nil(t, c.Stage())
	_, ok := c.Score()
	require.False(t, ok)
	s := scenario(t, "mud")
	require.ErrorIs(t, c.BeginTraining(ctx, s), access.ErrNotAllowed)
	require.ErrorIs(t, c.SendCars(ctx, s, s.Hits...), access.ErrNotAllowed)
	require.ErrorIs(t, c.AgeList(ctx, time.Hour), access.ErrNotAllowed)
	_, err := c.AskAgency(ctx, "x")
	require.ErrorIs(t, err, access.ErrNotAllowed)
	_, err = c.PrintDebrief(ctx, "en", "")
	require.ErrorIs(t, err, access.ErrNotAllowed)
	require.Positive(t, c.recorded(audit.Refused))
}
