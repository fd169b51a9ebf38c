package training_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/app/training"
)

// hand is a clock that the test moves.
type hand struct{ now time.Time }

func (h *hand) clock() time.Time      { return h.now }
func (h *hand) pass(d time.Duration)  { h.now = h.now.Add(d) }
func newHand() *hand                  { return &hand{now: time.Unix(1000, 0)} }
func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
func kinds(cues []training.Cue) (k []training.CueKind) {
	for _, c := range cues {
		k = append(k, c.Kind)
	}
	return k
}

func TestRequirement39_APlayStandsWhileItIsPaused(t *testing.T) {
	h := newHand()
	p, err := training.NewPlay(script(), h.clock)
	require.NoError(t, err)
	h.pass(time.Minute)
	require.Zero(t, p.At(), "it has not begun")
	p.Begin()
	h.pass(3 * time.Second)
	p.Begin() // a second camera
	require.Equal(t, 3*time.Second, p.At())
	stopped := h.now
	p.Pause()
	h.pass(time.Hour)
	p.Pause()
	require.True(t, p.Paused())
	require.Equal(t, 3*time.Second, p.At())
	require.Equal(t, time.Hour, p.Stood(stopped.Add(-time.Second), h.now), "it still stands")
	p.Resume()
	p.Resume()
	h.pass(2 * time.Second)
	require.Equal(t, 5*time.Second, p.At())
	require.Equal(t, time.Hour, p.Stood(stopped.Add(-time.Second), h.now))
	require.Equal(t, 10*time.Second, p.Stood(stopped.Add(-time.Second), stopped.Add(10*time.Second)))
	require.Zero(t, p.Stood(h.now.Add(-time.Second), h.now))

	p.Pause()
	require.NoError(t, p.Load(script()))
	p.Begin()
	h.pass(time.Minute)
	require.Zero(t, p.At(), "paused before it began")
	p.Resume()
	h.pass(time.Second)
	require.Equal(t, time.Second, p.At())
	require.ErrorIs(t, p.Load(&training.Scenario{}), training.ErrInvalid)
}

func TestRequirement39_ATrainerLosesAndRestoresACamera(t *testing.T) {
	h := newHand()
	p, err := training.NewPlay(script(), h.clock) // which loses the rear one from 5 to 15 s
	require.NoError(t, err)
	p.Begin()
	p.Lose("Front", 4*time.Second)
	require.True(t, p.Lost("Front"))
	require.False(t, p.Lost("Rear"))
	require.Contains(t, kinds(p.Upcoming()), training.CueBack)
	h.pass(4 * time.Second)
	require.False(t, p.Lost("Front"), "it comes back by itself")
	h.pass(2 * time.Second)
	require.True(t, p.Lost("Rear"), "by the script")
	p.Restore("Rear", time.Minute)
	require.False(t, p.Lost("Rear"))
}

func TestRequirement39_ATrainerSendsACarNow(t *testing.T) {
	h := newHand()
	p, err := training.NewPlay(script(), h.clock)
	require.NoError(t, err)
	p.Begin()
	before := p.Script()
	library := script()
	look := library.Hits[1]
	require.Equal(t, training.Misread, look.Expected, "the look-alike, so that the plates differ")

	plates := map[plate.Text]bool{}
	for i := range 4 {
		added, err := p.Send(library, look)
		require.NoError(t, err)
		s := p.Script()
		require.NoError(t, s.Validate(), "it is as sound as a file")
		require.Len(t, s.Cars, len(before.Cars)+i+1)
		car, entry := s.Cars[added[0].Car], s.Entries[added[0].Entry]
		require.False(t, plates[car.Plate], "a plate that came lately would raise no alert")
		plates[car.Plate] = true
		require.Equal(t, training.Misread, added[0].Expected)
		require.True(t, plate.Alike(car.Plate, entry.Plate))
		require.NotEqual(t, car.Plate, entry.Plate)
		for k, other := range s.Cars {
			if k != added[0].Car && other.Camera == car.Camera {
				within := car.At % s.Length
				if other.Once {
					within = car.At
				}
				require.GreaterOrEqual(t, (within - other.At).Abs(), 5*time.Second, "car %d", k+1)
			}
		}
		expected, ok := s.Expect(entry.Plate, entry.Category)
		require.True(t, ok)
		require.Equal(t, added[0].ID, expected.ID)
	}
	require.Len(t, before.Cars, len(script().Cars), "what was handed out is not changed")

	s := p.Script()
	once := s.Cars[len(s.Cars)-1]
	require.Equal(t, seconds(1), once.On(once.At+seconds(1), 0))
	require.Negative(t, once.On(once.At-1, once.At+seconds(1)), "not again in a later pass")
	score := training.Score(s, []training.Answer{{Hit: s.Hits[len(s.Hits)-1].ID, Verdict: training.Misread}}, reviews)
	require.Equal(t, 1, score.Right, "it counts")

	for range 60 {
		if _, err = p.Send(library, look); err != nil {
			break
		}
	}
	require.ErrorIs(t, err, training.ErrNoRoom)
	require.NoError(t, p.Load(script()))
	require.Len(t, p.Script().Cars, len(before.Cars), "a restart forgets them")
}

func TestRequirement39_WhatComesNext(t *testing.T) {
	h := newHand()
	p, err := training.NewPlay(script(), h.clock)
	require.NoError(t, err)
	p.Begin()
	all := p.Upcoming()
	require.Equal(t, training.CueAgain, all[len(all)-1].Kind)
	count := map[training.CueKind]int{}
	for i, c := range all {
		count[c.Kind]++
		require.Positive(t, c.In)
		require.True(t, i == 0 || all[i-1].In <= c.In, "in their order")
	}
	s := p.Script()
	require.Equal(t, map[training.CueKind]int{training.CueHit: len(s.Hits), training.CueLoss: 1, training.CueBack: 1,
		training.CueLight: len(s.Phases) - 1, training.CueAgain: 1}, count)
	h.pass(all[0].In)
	require.Len(t, p.Upcoming(), len(all)-1, "what is over is not to come")
	h.pass(s.Length)
	require.Len(t, p.Upcoming(), len(all)-1, "the next pass is as the first")
	added, err := p.Send(script(), s.Hits[0])
	require.NoError(t, err)
	sent := 0
	for _, c := range p.Upcoming() {
		if c.Hit.ID == added[0].ID {
			sent++
			require.Equal(t, "stolen-vehicle", c.Entry.Category)
		}
	}
	require.Equal(t, 1, sent)
}
