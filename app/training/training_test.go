package training_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/review"
	"secondlook/app/training"
)

// script is a scenario that is valid: three hits, one of each verdict, and a car that
// is on no list.
func script() *training.Scenario {
	vehicle := training.Vehicle{Make: "Honda", Model: "Civic", Year: 2019, Colour: "grey", Body: "sedan"}
	car := func(at time.Duration, text plate.Text, issuer plate.Jurisdiction) training.Car {
		return training.Car{At: at, Camera: "Front", Plate: text, Jurisdiction: issuer, Vehicle: vehicle,
			Approach: training.Approach{Way: training.Approaching, Distance: 48, Speed: 10, Slow: 1.1, Lane: 2.8}}
	}
	entry := func(id string, text plate.Text) hotlist.Entry {
		return hotlist.Entry{ID: id, Plate: text, Jurisdiction: "CA-ON", Category: "stolen-vehicle"}
	}
	debrief := training.Text{EN: "look", FR: "regardez"}
	return &training.Scenario{
		Name: training.Text{EN: "Three", FR: "Trois"}, Summary: training.Text{EN: "Each verdict once.", FR: "Chaque verdict une fois."},
		Length:  50 * time.Second,
		Cameras: []training.Camera{{Name: "Front", Side: "front-left"}, {Name: "Rear", Side: "rear"}},
		Phases:  []training.Phase{{Light: training.Day}, {From: 20 * time.Second, Light: training.Dusk}, {From: 30 * time.Second, Light: training.Night}},
		Cars: []training.Car{car(0, "WKLM804", "CA-ON"), car(6*time.Second, "YBRT227", "CA-ON"),
			car(12*time.Second, "SKIHILL", "CA-ON"), car(18*time.Second, "KVR291", "CA-QC")},
		Entries: []hotlist.Entry{entry("1", "WKLM804"), entry("2", "SK1HILL"), entry("3", "KVR291")},
		Hits: []training.Hit{{ID: "exact", Car: 0, Entry: 0, Expected: training.Correct, Debrief: debrief},
			{ID: "look-alike", Car: 2, Entry: 1, Expected: training.Misread, Debrief: debrief},
			{ID: "province", Car: 3, Entry: 2, Expected: training.WrongJurisdiction, Debrief: debrief}},
		Losses: []training.Loss{{Camera: "Rear", From: 5 * time.Second, For: 10 * time.Second}},
	}
}

func TestValidate(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*training.Scenario)
		part  string
		at    int
		want  string
	}{
		{"NoName", func(s *training.Scenario) { s.Name.FR = "" }, "scenario", 0, "name needs"},
		{"NoSummary", func(s *training.Scenario) { s.Summary.EN = "" }, "scenario", 0, "summary needs"},
		{"NoLength", func(s *training.Scenario) { s.Length = 0 }, "scenario", 0, "length"},
		{"Endless", func(s *training.Scenario) { s.Length = 2 * time.Hour }, "scenario", 0, "length"},
		{"ListOfTomorrow", func(s *training.Scenario) { s.ListAge = -time.Hour }, "scenario", 0, "future"},
		{"NoCamera", func(s *training.Scenario) { s.Cameras = nil }, "scenario", 0, "cameras are missing"},
		{"SevenCameras", func(s *training.Scenario) { s.Cameras = slices.Repeat(s.Cameras[:1], 7) }, "scenario", 0, "6 cameras at most"},
		{"CameraTwice", func(s *training.Scenario) { s.Cameras[1].Name = s.Cameras[0].Name }, "camera", 2, "stands twice"},
		{"UnknownSide", func(s *training.Scenario) { s.Cameras[0].Side = "roof" }, "camera", 1, "unknown side"},
		{"PhaseLate", func(s *training.Scenario) { s.Phases[0].From = time.Second }, "scenario", 0, "begin at zero"},
		{"PhaseOrder", func(s *training.Scenario) { s.Phases[1].From = s.Phases[2].From }, "phase", 3, "out of order"},
		{"UnknownLight", func(s *training.Scenario) { s.Phases[1].Light = "noon" }, "phase", 2, "unknown light"},
		{"SmallLetters", func(s *training.Scenario) { s.Cars[1].Plate = "abc" }, "car", 2, "the plate"},
		{"UnknownIssuer", func(s *training.Scenario) { s.Cars[1].Jurisdiction = "XX" }, "car", 2, "unknown issuer"},
		{"UnknownCamera", func(s *training.Scenario) { s.Cars[1].Camera = "Roof" }, "car", 2, "no camera"},
		{"NamedOwner", func(s *training.Scenario) { s.Entries[1].Driver.Name = "Sam Sample" }, "entry", 2, "only an entry of the category"},
		{"UnknownColour", func(s *training.Scenario) { s.Cars[1].Vehicle.Colour = "plaid" }, "car", 2, "unknown colour"},
		{"UnknownBody", func(s *training.Scenario) { s.Cars[1].Vehicle.Body = "tank" }, "car", 2, "unknown body"},
		{"UnknownWay", func(s *training.Scenario) { s.Cars[1].Approach.Way = "" }, "car", 2, "unknown way"},
		{"StandsStill", func(s *training.Scenario) { s.Cars[1].Approach.Speed = 0 }, "car", 2, "speed"},
		{"NoNumber", func(s *training.Scenario) { s.Cars[1].Approach.Speed = math.NaN() }, "car", 2, "speed"},
		{"NeverSlow", func(s *training.Scenario) { s.Cars[1].Approach.Slow = 0 }, "car", 2, "slow speed"},
		{"Collision", func(s *training.Scenario) { s.Cars[2].At = s.Cars[0].At + time.Second }, "car", 3, "of car 1"},
		{"TooNear", func(s *training.Scenario) { s.Cars[1].Approach.Distance = 3 }, "car", 2, "distance"},
		{"LaneOnCamera", func(s *training.Scenario) { s.Cars[1].Approach.Lane = 0 }, "car", 2, "lane"},
		{"TooMuchMud", func(s *training.Scenario) { s.Cars[1].Mud = 2 }, "car", 2, "mud"},
		{"AfterEnd", func(s *training.Scenario) { s.Cars[1].At = s.Length }, "car", 2, "does not fit"},
		{"EntryWithoutPlate", func(s *training.Scenario) { s.Entries[0].Plate = "" }, "entry", 1, "needs an id"},
		{"EntryTwice", func(s *training.Scenario) { s.Entries[1].ID = s.Entries[0].ID }, "entry", 2, "of its own"},
		{"HitTwice", func(s *training.Scenario) { s.Hits[1].ID = s.Hits[0].ID }, "hit", 3, "stands twice"},
		{"HitWithoutCar", func(s *training.Scenario) { s.Hits[0].Car = 99 }, "scenario", 0, "points at no car"},
		{"HitWithoutDebrief", func(s *training.Scenario) { s.Hits[0].Debrief.FR = "" }, "hit", 1, "debrief"},
		{"HitNeverRaised", func(s *training.Scenario) { s.Hits[0].Entry = 1 }, "hit", 1, "expects"},
		{"WrongVerdict", func(s *training.Scenario) { s.Hits[1].Expected = training.Correct }, "hit", 3, "expects"},
		{"UnscriptedHit", func(s *training.Scenario) {
			s.Entries = append(s.Entries, hotlist.Entry{ID: "x", Plate: s.Cars[1].Plate, Category: "stolen-vehicle"})
		}, "car", 2, "no hit scripts it"},
		{"NoTarget", func(s *training.Scenario) { s.Target = -1 }, "scenario", 0, "target"},
		{"HitsTarget", func(s *training.Scenario) { s.Hits[0].Target = 2 * time.Hour }, "hit", 1, "target"},
		{"RecordAfterMisread", func(s *training.Scenario) { s.Hits[1].Record = hit.Active }, "hit", 3, "nothing follows"},
		{"UnknownRecord", func(s *training.Scenario) { s.Hits[0].Record = "perhaps" }, "hit", 1, "unknown record"},
		{"NoticeAfterTheEnd", func(s *training.Scenario) {
			s.Hits[0].Record, s.Hits[0].Notices = hit.NotActive, []string{training.NoticeGiven}
		}, "hit", 1, "ends the hit"},
		{"LossOfNothing", func(s *training.Scenario) { s.Losses[0].Camera = "Roof" }, "loss", 1, "no camera"},
		{"LossTooLong", func(s *training.Scenario) { s.Losses[0].For = time.Hour }, "loss", 1, "within the pass"},
	}
	require.NoError(t, script().Validate())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := script()
			tt.spoil(s)
			err := s.Validate()
			require.ErrorIs(t, err, training.ErrInvalid)
			require.ErrorContains(t, err, tt.want)
			var f *training.Fault
			require.ErrorAs(t, err, &f)
			require.Equal(t, tt.part, f.Part)
			require.Equal(t, tt.at, f.Number)
		})
	}
}

func TestRequirement39_ACameraIsLostForAWhile(t *testing.T) {
	s := script()
	for _, tt := range []struct {
		camera string
		at     time.Duration
		lost   bool
	}{{"Rear", 4 * time.Second, false}, {"Rear", 5 * time.Second, true}, {"Rear", 14 * time.Second, true}, {"Rear", 15 * time.Second, false}, {"Front", 7 * time.Second, false}} {
		require.Equal(t, tt.lost, s.Lost(tt.camera, tt.at), "%s at %v", tt.camera, tt.at)
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
	s := script()
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
	s := script()
	for _, h := range s.Hits {
		e := s.Entries[h.Entry]
		got, ok := s.Expect(e.Plate, e.Category)
		require.True(t, ok)
		require.Equal(t, h.ID, got.ID)
	}
	_, ok := s.Expect(s.Entries[0].Plate, "expired-plate")
	require.False(t, ok)
}

// reviews are the limits of the tests: two verdicts on end below 1.5 s are flagged.
var reviews = review.Limits{FastVerdicts: 2, FastVerdict: 1500 * time.Millisecond}

func TestRequirement39_Score(t *testing.T) {
	s := script()
	first, second, third := s.Hits[0], s.Hits[1], s.Hits[2]
	r := training.Score(s, []training.Answer{
		{Hit: first.ID, Verdict: training.Correct, Took: 4 * time.Second, Seen: 5 * time.Second},
		{Hit: third.ID, Verdict: training.Correct, Took: 2 * time.Second, Seen: 2 * time.Second},
		{Hit: third.ID, Verdict: training.Misread, Took: 3 * time.Second, Seen: time.Second}, // a later pass is practice
		{Hit: "nothing of ours", Verdict: training.Correct},
	}, reviews)
	require.Equal(t, 1, r.Right)
	require.Equal(t, 1, r.Wrong)
	require.Equal(t, len(s.Hits)-2, r.NotAnswered)
	require.Equal(t, 3*time.Second, r.Mean)
	require.Zero(t, r.TooFast)
	require.Len(t, r.Lines, len(s.Hits))
	require.Equal(t, training.Right, r.Lines[0].Result)
	require.Equal(t, 4*time.Second, r.Lines[0].Took)
	require.Equal(t, second.ID, r.Lines[1].Hit.ID)
	require.Equal(t, training.NotAnswered, r.Lines[1].Result)
	require.Equal(t, training.Wrong, r.Lines[2].Result)
	require.Equal(t, training.Correct, r.Lines[2].Given)
	require.Equal(t, s.Entries[third.Entry].Category, r.Lines[2].Category)

	empty := training.Score(s, nil, reviews)
	require.Equal(t, len(s.Hits), empty.NotAnswered)
	require.Zero(t, empty.Mean)
}

func TestRequirement39_ScoreOfTheSteps(t *testing.T) {
	fits, due := training.Fits, training.NotDue
	for _, tt := range []struct {
		name                    string
		hit                     training.Hit // what it expects
		answer                  training.Answer
		record, notice, outcome training.Mark
	}{
		{"all recorded, nothing particular expected", training.Hit{},
			training.Answer{Record: hit.Active, Asked: true, Notice: "given", Outcome: "warned"}, fits, fits, fits},
		{"nothing recorded", training.Hit{}, training.Answer{}, training.NotRecorded, training.NotRecorded, training.NotRecorded},
		{"the agency was not asked", training.Hit{}, training.Answer{Record: hit.Active, Notice: "given", Outcome: "warned"}, training.NotAsked, fits, fits},
		{"another answer than the agency's", training.Hit{}, training.Answer{Record: hit.NotYet, Asked: true}, training.Differs, training.NotRecorded, training.NotRecorded},
		{"the record has ended", training.Hit{Record: hit.NotActive}, training.Answer{Record: hit.NotActive, Asked: true}, fits, due, due},
		{"the record had ended, and the hit went on", training.Hit{Record: hit.NotActive},
			training.Answer{Record: hit.Active, Asked: true, Notice: "given", Outcome: "arrest"}, training.Differs, due, due},
		{"ended though active", training.Hit{}, training.Answer{Record: hit.NotActive, Asked: true}, training.Differs, due, due},
		{"a reason that fits", training.Hit{Notices: []string{"no-stop", "officer-safety"}, Outcomes: []string{"no-action"}},
			training.Answer{Record: hit.Active, Asked: true, Notice: "officer-safety", Outcome: "no-action"}, fits, fits, fits},
		{"a reason that does not", training.Hit{Notices: []string{"given"}, Outcomes: []string{"warned"}},
			training.Answer{Record: hit.Active, Asked: true, Notice: "no-stop", Outcome: "arrest"}, fits, training.Differs, training.Differs},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := script()
			s.Hits[0].Record, s.Hits[0].Notices, s.Hits[0].Outcomes = tt.hit.Record, tt.hit.Notices, tt.hit.Outcomes
			require.NoError(t, s.Validate())
			tt.answer.Hit, tt.answer.Verdict, tt.answer.Seen = s.Hits[0].ID, training.Correct, time.Minute
			r := training.Score(s, []training.Answer{tt.answer}, reviews)
			l := r.Lines[0]
			require.Equal(t, []training.Mark{tt.record, tt.notice, tt.outcome}, []training.Mark{l.Record.Mark, l.Notice.Mark, l.Outcome.Mark})
			require.Equal(t, string(tt.answer.Record), l.Record.Got)
			steps, fit := 0, 0
			for _, m := range []training.Mark{tt.record, tt.notice, tt.outcome} {
				if m != due {
					steps++
				}
				if m == fits {
					fit++
				}
			}
			require.Equal(t, []int{steps, fit}, []int{r.Steps, r.Fit})
		})
	}
}

func TestRequirement39_ScoreOfTheTimes(t *testing.T) {
	s := script()
	s.Target, s.Hits[2].Target = 10*time.Second, 3*time.Second
	answer := func(i int, took, seen time.Duration) training.Answer {
		return training.Answer{Hit: s.Hits[i].ID, Verdict: s.Hits[i].Expected, Took: took, Seen: seen}
	}
	r := training.Score(s, []training.Answer{answer(0, 10*time.Second, 10*time.Second), answer(1, 1499*time.Millisecond, 1499*time.Millisecond), answer(2, 4*time.Second, 9*time.Second)}, reviews)
	require.Equal(t, []bool{false, false, true}, []bool{r.Lines[0].Late, r.Lines[1].Late, r.Lines[2].Late})
	require.Equal(t, []bool{false, true, false}, []bool{r.Lines[0].TooFast, r.Lines[1].TooFast, r.Lines[2].TooFast})
	require.Equal(t, 1, r.Late)
	require.Equal(t, 1, r.TooFast)
	require.False(t, r.Flagged, "one is not two on end")

	fast := training.Score(s, []training.Answer{answer(0, time.Second, time.Second), answer(2, time.Second, time.Second)}, reviews)
	require.Equal(t, 2, fast.TooFast)
	require.True(t, fast.Flagged, "as a supervisor's review would")
	stood := training.Score(s, []training.Answer{answer(0, time.Second, time.Minute)}, reviews)
	require.Zero(t, stood.TooFast, "a picture that stood still could be compared")
	require.Equal(t, training.UsualTarget, script().TargetOf(s.Hits[0]))
}
