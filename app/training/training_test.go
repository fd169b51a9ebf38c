package training_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/training"
)

func TestRequirement39_DefaultScenarioIsValid(t *testing.T) {
	s := training.Default()
	require.NoError(t, s.Validate())

	verdicts, categories := map[training.Verdict]bool{}, map[string]bool{}
	scripted := map[int]bool{}
	for _, h := range s.Hits {
		verdicts[h.Expected] = true
		categories[s.Entries[h.Entry].Category] = true
		scripted[h.Car] = true
	}
	require.Len(t, verdicts, 3, "every verdict is trained")
	for _, id := range []string{"stolen-vehicle", "suspended-driver", "stolen-plate", "amber-alert"} {
		require.Contains(t, categories, id)
	}
	require.GreaterOrEqual(t, len(s.Cars)-len(scripted), len(scripted), "ordinary cars come between the hits")
	require.LessOrEqual(t, s.Length, 90*time.Second)
}

// The plates of the default scenario are synthetic: two cars never share one,
// and a scripted plate meets exactly one entry.
func TestRequirement39_EachScriptedPlateMeetsOneEntry(t *testing.T) {
	s := training.Default()
	seen := map[plate.Text]bool{}
	for _, c := range s.Cars {
		require.False(t, seen[plate.Fold(c.Plate)])
		seen[plate.Fold(c.Plate)] = true
	}
	for _, h := range s.Hits {
		n := 0
		for _, e := range s.Entries {
			if plate.Fold(e.Plate) == plate.Fold(s.Cars[h.Car].Plate) {
				n++
			}
		}
		require.Equal(t, 1, n, h.ID)
	}
}

func TestValidate(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*training.Scenario)
		want  string
	}{
		{"NoName", func(s *training.Scenario) { s.Name.FR = "" }, "name needs"},
		{"NoLength", func(s *training.Scenario) { s.Length = 0 }, "length"},
		{"NoCamera", func(s *training.Scenario) { s.Cameras = nil }, "cameras are missing"},
		{"CameraTwice", func(s *training.Scenario) { s.Cameras[1].Name = s.Cameras[0].Name }, "stands twice"},
		{"UnknownSide", func(s *training.Scenario) { s.Cameras[0].Side = "roof" }, "unknown side"},
		{"PhaseLate", func(s *training.Scenario) { s.Phases[0].From = time.Second }, "begin at zero"},
		{"PhaseOrder", func(s *training.Scenario) { s.Phases[1].From = s.Phases[2].From }, "out of order"},
		{"UnknownLight", func(s *training.Scenario) { s.Phases[1].Light = "noon" }, "unknown light"},
		{"SmallLetters", func(s *training.Scenario) { s.Cars[1].Plate = "abc" }, "car 1: the plate"},
		{"UnknownJurisdiction", func(s *training.Scenario) { s.Cars[1].Jurisdiction = "XX" }, "unknown jurisdiction"},
		{"UnknownCamera", func(s *training.Scenario) { s.Cars[1].Camera = "Roof" }, "unknown camera"},
		{"UnknownColour", func(s *training.Scenario) { s.Cars[1].Vehicle.Colour = "plaid" }, "unknown colour"},
		{"UnknownBody", func(s *training.Scenario) { s.Cars[1].Vehicle.Body = "tank" }, "unknown body"},
		{"UnknownWay", func(s *training.Scenario) { s.Cars[1].Approach.Way = "" }, "unknown way"},
		{"StandsStill", func(s *training.Scenario) { s.Cars[1].Approach.Speed = 0 }, "speed"},
		{"NeverSlow", func(s *training.Scenario) { s.Cars[1].Approach.Slow = 0 }, "slow speed"},
		{"Collision", func(s *training.Scenario) { s.Cars[2].At = s.Cars[0].At + time.Second }, "cars 0 and 2"},
		{"TooNear", func(s *training.Scenario) { s.Cars[1].Approach.Distance = 3 }, "distance"},
		{"LaneOnCamera", func(s *training.Scenario) { s.Cars[1].Approach.Lane = 0 }, "lane"},
		{"TooMuchMud", func(s *training.Scenario) { s.Cars[1].Mud = 2 }, "mud"},
		{"AfterEnd", func(s *training.Scenario) { s.Cars[1].At = s.Length }, "does not fit"},
		{"EntryWithoutPlate", func(s *training.Scenario) { s.Entries[0].Plate = "" }, "entry 0"},
		{"HitTwice", func(s *training.Scenario) { s.Hits[1].ID = s.Hits[0].ID }, "stands twice"},
		{"HitWithoutCar", func(s *training.Scenario) { s.Hits[0].Car = 99 }, "points at no car"},
		{"HitWithoutDebrief", func(s *training.Scenario) { s.Hits[0].Debrief.FR = "" }, "debrief"},
		{"HitNeverRaised", func(s *training.Scenario) { s.Hits[0].Entry = 1 }, "expects"},
		{"WrongVerdict", func(s *training.Scenario) { s.Hits[2].Expected = training.Correct }, "expects"},
		{"UnscriptedHit", func(s *training.Scenario) {
			s.Entries = append(s.Entries, hotlist.Entry{ID: "x", Plate: s.Cars[1].Plate, Category: "stolen-vehicle"})
		}, "no hit scripts it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := training.Default()
			tt.spoil(s)
			err := s.Validate()
			require.ErrorIs(t, err, training.ErrInvalid)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestPassRepeats(t *testing.T) {
	s := &training.Scenario{Length: 10 * time.Second}
	for _, tt := range []struct {
		since, within time.Duration
		pass          int
	}{{0, 0, 0}, {9 * time.Second, 9 * time.Second, 0}, {10 * time.Second, 0, 1}, {37 * time.Second, 7 * time.Second, 3}, {-time.Second, 0, 0}} {
		pass, within := s.Pass(tt.since)
		require.Equal(t, tt.pass, pass)
		require.Equal(t, tt.within, within)
	}
}

func TestLightAt(t *testing.T) {
	s := training.Default()
	require.Equal(t, training.Day, s.LightAt(0))
	require.Equal(t, training.Dusk, s.LightAt(s.Phases[1].From))
	require.Equal(t, training.Night, s.LightAt(s.Length-1))
}

// Both ways are the same path in opposite directions, slow beside the patrol car.
func TestAhead(t *testing.T) {
	coming := training.Approach{Way: training.Approaching, Distance: 48, Speed: 8, Slow: 2}
	going := coming
	going.Way = training.Leaving
	// 28 m at 8 m/s, 7.5 m at 5 on average, 5.5 m at 2, 6 m at 5, 8 m at 8.
	require.InDelta(t, 3.5+1.5+2.75+1.2+1, coming.Time().Seconds(), 1e-6)
	require.Equal(t, coming.Time(), going.Time())

	for _, tt := range []struct{ since, want float64 }{{0, 48}, {2, 32}, {3.5, 20}, {5, 12.5}, {6, 10.5}, {7.75, 7}, {8.95, 1}, {9.95, -7}} {
		since := time.Duration(tt.since * float64(time.Second))
		ahead, there := coming.Ahead(since)
		require.True(t, there)
		require.InDelta(t, tt.want, ahead, 1e-3)
		back, there := going.Ahead(going.Time() - since)
		require.True(t, there)
		require.InDelta(t, tt.want, back, 1e-3)
	}
	for _, since := range []time.Duration{-1, coming.Time() + 1} {
		_, there := coming.Ahead(since)
		require.False(t, there)
	}
}

func TestExpect(t *testing.T) {
	s := training.Default()
	for _, h := range s.Hits {
		e := s.Entries[h.Entry]
		got, ok := s.Expect(e.Plate, e.Category)
		require.True(t, ok)
		require.Equal(t, h.ID, got.ID)
	}
	_, ok := s.Expect(s.Entries[0].Plate, "expired-plate")
	require.False(t, ok)
}

func TestRequirement39_Score(t *testing.T) {
	s := training.Default()
	first, second, third := s.Hits[0], s.Hits[1], s.Hits[2]
	r := training.Score(s, []training.Answer{
		{Hit: first.ID, Verdict: training.Correct, Took: 4 * time.Second},
		{Hit: third.ID, Verdict: training.Correct, Took: 2 * time.Second},
		{Hit: third.ID, Verdict: training.Misread, Took: 3 * time.Second}, // a later pass is practice
		{Hit: "nothing of ours", Verdict: training.Correct},
	})
	require.Equal(t, 1, r.Right)
	require.Equal(t, 1, r.Wrong)
	require.Equal(t, len(s.Hits)-2, r.NotAnswered)
	require.Equal(t, 3*time.Second, r.Mean)
	require.Len(t, r.Lines, len(s.Hits))
	require.Equal(t, training.Right, r.Lines[0].Result)
	require.Equal(t, 4*time.Second, r.Lines[0].Took)
	require.Equal(t, second.ID, r.Lines[1].Hit.ID)
	require.Equal(t, training.NotAnswered, r.Lines[1].Result)
	require.Equal(t, training.Wrong, r.Lines[2].Result)
	require.Equal(t, training.Correct, r.Lines[2].Given)
	require.Equal(t, s.Entries[third.Entry].Category, r.Lines[2].Category)

	empty := training.Score(s, nil)
	require.Equal(t, len(s.Hits), empty.NotAnswered)
	require.Zero(t, empty.Mean)
}

// The look-alike must come whatever the camera's certainty: I and 1 are never
// certain, see package hotlist.
func TestRequirement43_LookAlikeAlwaysAlerts(t *testing.T) {
	s := training.Default()
	for _, h := range s.Hits {
		if h.Expected != training.Misread {
			continue
		}
		index := hotlist.NewIndex()
		index.Replace([]hotlist.List{{Name: "training", Entries: s.Entries}})
		r := plate.Read{Text: s.Cars[h.Car].Plate}
		for i := range len(r.Text) {
			r.Characters = append(r.Characters, plate.Character{Char: r.Text[i], Confidence: 1})
		}
		m := index.Match(r, time.Now())
		if len(m) != 1 || m[0].Kind != hotlist.LookAlike || m[0].Entry.Plate != s.Entries[h.Entry].Plate {
			t.Errorf("hit %s: a certain read of its plate gives %d matches", h.ID, len(m))
		}
	}
}
