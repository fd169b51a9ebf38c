package track

import (
	"image"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/vision/vote"
)

// saw is a sighting of a plate of 100x30 pixels at x, y.
func saw(x, y int, text string, confidence float64) Sighting {
	s := Sighting{Box: image.Rect(x, y, x+100, y+30), Score: 0.9, Tried: true, Thorough: confidence >= 0.985}
	if text == "" {
		return s
	}
	s.Reading = &vote.Reading{
		Text: plate.Text(text), Confidence: confidence,
		Candidates: []plate.Candidate{{Text: plate.Text(text), Confidence: confidence}},
	}
	for i := range len(text) {
		s.Reading.Characters = append(s.Reading.Characters, plate.Character{Char: text[i], Confidence: confidence})
	}
	return s
}

// frame is what one frame shows, some milliseconds after the start.
type frame struct {
	ms   int
	seen []Sighting
}

// play returns the texts that a tracker emits, in order; flush ends it.
func play(tr *Tracker, frames []frame, flush bool) []string {
	start := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	emitted := []string{}
	for _, f := range frames {
		outcomes, ended := tr.Frame(start.Add(time.Duration(f.ms)*time.Millisecond), f.seen)
		emitted = append(emitted, left(ended)...)
		for _, o := range outcomes {
			if o.Emit != nil {
				emitted = append(emitted, string(o.Emit.Text))
			}
		}
	}
	if flush {
		emitted = append(emitted, left(tr.Flush())...)
	}
	return emitted
}

func left(ended []Ended) []string {
	var texts []string
	for _, e := range ended {
		if e.Emit != nil {
			texts = append(texts, string(e.Emit.Text))
		}
	}
	return texts
}

// one is a frame with one plate; others are further candidates, each a text and
// its confidence.
func one(ms, x, y int, text string, confidence float64, others ...any) frame {
	s := saw(x, y, text, confidence)
	for i := 0; i < len(others); i += 2 {
		s.Reading.Candidates = append(s.Reading.Candidates, plate.Candidate{Text: plate.Text(others[i].(string)), Confidence: others[i+1].(float64)})
	}
	return frame{ms, []Sighting{s}}
}

// Two cars whose plates pass each other in the picture, each read in every other
// frame only, keep their texts.
func TestCrossingPlatesDoNotSwap(t *testing.T) {
	tr := New()
	start := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	const from, to = 0, 60
	got := map[int]map[string]bool{}
	for i := from; i < to; i++ {
		at := start.Add(time.Duration(i) * 66 * time.Millisecond)
		a, b := saw(10*i, 0, "ABC123", 0.7), saw(600-10*i, 12, "XYZ789", 0.7)
		if i%2 == 0 {
			a.Reading, a.Tried = nil, false
		} else {
			b.Reading, b.Tried = nil, false
		}
		if a.Box.Overlaps(b.Box) {
			require.Equal(t, Look, tr.Wants(a.Box, at), "only reading tells them apart")
			require.Equal(t, Look, tr.Wants(b.Box, at))
		}
		outcomes, ended := tr.Frame(at, []Sighting{a, b})
		require.Empty(t, ended)
		for k, text := range []string{"ABC123", "XYZ789"} {
			id := outcomes[k].Track
			if got[id] == nil {
				got[id] = map[string]bool{}
			}
			got[id][text] = true
		}
	}
	require.Equal(t, map[int]map[string]bool{1: {"ABC123": true}, 2: {"XYZ789": true}}, got)
}

func TestReadsOfPassingCars(t *testing.T) {
	for name, c := range map[string]struct {
		frames []frame
		flush  bool
		want   []string
	}{
		"TwoSureFramesAgree": {[]frame{one(0, 0, 0, "ABC123", 0.95), one(66, 20, 0, "ABC123", 0.95)}, false, []string{"ABC123"}},
		"OneVeryCertain":     {[]frame{one(0, 0, 0, "ABC123", 0.99)}, false, []string{"ABC123"}},
		"OneUnsureWaits":     {[]frame{one(0, 0, 0, "ABC123", 0.85)}, false, []string{}},
		"OneGoodWhenItLeft":  {[]frame{one(0, 0, 0, "ABC123", 0.95), {2000, nil}}, false, []string{"ABC123"}},
		"OnePoorIsNoRead":    {[]frame{one(0, 0, 0, "ABC123", 0.6), {2000, nil}}, true, []string{}},
		"ManyUnsureDo": {[]frame{one(0, 0, 0, "ABC123", 0.8), one(66, 9, 0, "A8C123", 0.5), one(132, 18, 0, "ABC123", 0.8), one(198, 27, 0, "ABC123", 0.8),
			one(264, 36, 0, "ABC123", 0.8), one(700, 40, 0, "ABC123", 0.8)}, false, []string{"ABC123"}},
		"BlinkedFramesVote":  {[]frame{one(0, 0, 0, "ABC123", 0.95), one(66, 20, 0, "", 0), one(132, 40, 0, "ABC123", 0.95)}, false, []string{"ABC123"}},
		"NothingReadNoTrack": {[]frame{one(0, 0, 0, "", 0), one(66, 0, 0, "", 0)}, true, []string{}},
		"FastCarLowRate":     {[]frame{one(0, 0, 0, "ABC123", 0.95), one(500, 600, 0, "ABC123", 0.95)}, false, []string{"ABC123"}},
		"TwoCarsSideBySide": {[]frame{
			{0, []Sighting{saw(0, 0, "ABC123", 0.95), saw(300, 0, "XYZ789", 0.95)}},
			{66, []Sighting{saw(310, 0, "XYZ789", 0.95), saw(10, 0, "ABC123", 0.95)}},
		}, false, []string{"XYZ789", "ABC123"}},
		"AnotherCarInTheSamePlace": {[]frame{
			one(0, 0, 0, "ABC123", 0.99), one(700, 0, 0, "XYZ789", 0.99),
		}, false, []string{"ABC123", "XYZ789"}},
		"HiddenForAMoment": {[]frame{one(0, 0, 0, "ABC123", 0.99), {1600, nil}, one(4000, 500, 0, "ABC123", 0.99)}, true, []string{"ABC123"}},
		"MuchLater":        {[]frame{one(0, 0, 0, "ABC123", 0.99), {1600, nil}, one(60000, 500, 0, "ABC123", 0.99)}, true, []string{"ABC123", "ABC123"}},
		"StandingCar": {func() (all []frame) {
			for ms := 0; ms < 60000; ms += 250 {
				all = append(all, one(ms, 5, 5, "ABC123", 0.9))
			}
			return all
		}(), true, []string{"ABC123"}},
		// The same blur misleads frame after frame; no look is sure, and the right
		// text comes as the car comes nearer.
		"BlurredFirst": {func() (all []frame) {
			for i, p := range []float64{0.83, 0.88, 0.957, 0.85, 0.71, 0.87, 0.65} {
				all = append(all, one(66*i, 4*i, 0, "WBC123", p, "VBC123", 0.99-p))
			}
			return append(all, one(462, 28, 0, "VBC123", 0.97, "WBC123", 0.02), one(528, 32, 0, "VBC123", 0.98, "WBC123", 0.01),
				one(594, 36, 0, "VBC123", 0.99), one(660, 40, 0, "VBC123", 0.99), one(726, 44, 0, "VBC123", 0.99))
		}(), true, []string{"VBC123"}},
		// One frame is sure and wrong; those before and after it say otherwise.
		"OneSureAndWrong": {[]frame{one(0, 0, 0, "ABC123", 0.9), one(66, 9, 0, "XBC123", 0.999), one(132, 18, 0, "ABC123", 0.95), one(198, 27, 0, "ABC123", 0.97), one(264, 36, 0, "ABC123", 0.97), {3000, nil}},
			true, []string{"ABC123"}},
		"AnOThatMayBeAZero": {[]frame{one(0, 0, 0, "AO2345", 0.55, "A02345", 0.44), one(66, 9, 0, "AO2345", 0.55, "A02345", 0.44), {3000, nil}}, true, []string{"AO2345"}},
		// It comes back a moment later cut short, or with a character misread.
		"CutShortOnTheWayOut":    {[]frame{one(0, 600, 0, "ABC123", 0.99), {1600, nil}, one(1700, 0, 0, "BC123", 0.96), one(1766, 0, 0, "BC123", 0.96)}, true, []string{"ABC123"}},
		"FleetCarsBehindAnother": {[]frame{one(0, 600, 0, "ABC123", 0.99), {3000, nil}, one(3600, 0, 0, "ABC124", 0.99)}, true, []string{"ABC123", "ABC124"}},
		"FleetCarsSideBySide": {[]frame{
			{0, []Sighting{saw(0, 0, "ABC123", 0.95), saw(300, 0, "ABC124", 0.95)}},
			{66, []Sighting{saw(0, 0, "ABC123", 0.95), saw(300, 0, "ABC124", 0.95)}},
		}, true, []string{"ABC123", "ABC124"}},
		"FoundTwiceInOneFrame": {[]frame{
			{0, []Sighting{saw(0, 0, "ABC123", 0.95), saw(40, 20, "ABC123", 0.95)}},
			{66, []Sighting{saw(0, 0, "ABC123", 0.95), saw(40, 20, "ABC123", 0.95)}},
		}, true, []string{"ABC123"}},
		"AHeadlightBeside": {[]frame{
			{0, []Sighting{saw(0, 0, "ABC123", 0.95), saw(200, 0, "", 0)}},
			{66, []Sighting{saw(20, 0, "", 0), saw(220, 0, "ABC123", 0.95)}},
		}, true, []string{"ABC123"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, play(New(), c.frames, c.flush))
			require.Equal(t, c.want, play(New(), c.frames, c.flush), "the same frames give the same reads")
		})
	}
}

func TestBestSightingIsTheClearest(t *testing.T) {
	tr := New()
	at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	best := func(confidence float64) bool {
		at = at.Add(66 * time.Millisecond)
		outcomes, _ := tr.Frame(at, []Sighting{saw(0, 0, "ABC123", confidence)})
		return outcomes[0].Best
	}
	require.True(t, best(0.5), "the first")
	require.False(t, best(0.4))
	require.True(t, best(0.6))
}

func TestWhatIsWorthALook(t *testing.T) {
	tr := New()
	start := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	after := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	box := image.Rect(0, 0, 100, 30)
	require.Equal(t, First, tr.Wants(box, start))
	outcomes, _ := tr.Frame(start, []Sighting{saw(0, 0, "ABC123", 0.99)})
	require.True(t, outcomes[0].Settled)
	require.Equal(t, 1, outcomes[0].Emit.Frames)
	require.Empty(t, tr.Unsettled(start))
	require.Equal(t, Nothing, tr.Wants(box, after(100)), "its read is out")
	require.Equal(t, Look, tr.Wants(box, after(600)), "another may have taken the place")
	require.Equal(t, First, tr.Wants(box.Add(image.Pt(300, 0)), after(100)), "another place")

	tr = New()
	for ms := 0; ms < 3*66; ms += 66 {
		require.NotEqual(t, Nothing, tr.Wants(box, after(ms)))
		tr.Frame(after(ms), []Sighting{saw(0, 0, "", 0)})
	}
	require.Equal(t, Nothing, tr.Wants(box, after(200)), "it cannot be read")
	require.Equal(t, Look, tr.Wants(image.Rect(0, 0, 110, 33), after(200)), "it is larger now")
	require.Equal(t, Look, tr.Wants(box, after(400)), "it is tried again now and then")

	tr = New()
	tr.Frame(start, []Sighting{saw(0, 0, "ABC123", 0.6)})
	require.Len(t, tr.Unsettled(start), 1, "another look may tell")
	require.Equal(t, Look, tr.Wants(box, after(66)))
}

// A car that stands in view for hours costs no more than one that passes.
func TestNothingGrowsBesideAStandingCar(t *testing.T) {
	tr := New()
	at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	for i := range 2000 {
		at = at.Add(3 * time.Second)
		passing := plate.Text("XYZ" + string(rune('A'+i%26)) + string(rune('A'+i/26%26)) + "1")
		for range 2 {
			at = at.Add(time.Second)
			tr.Frame(at, []Sighting{saw(0, 0, "ABC123", 0.7), saw(500, 0, string(passing), 0.95)})
		}
	}
	require.LessOrEqual(t, len(tr.cars), 2)
	require.LessOrEqual(t, len(tr.departed), 5)
	for _, c := range tr.cars {
		require.LessOrEqual(t, len(c.beside), 5)
		require.LessOrEqual(t, len(c.looks), kept)
	}
}

// A plate that was emitted is remembered for a moment, and not in clear.
func TestRequirement3_DepartedPlatesAreNotKept(t *testing.T) {
	tr := New()
	at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	tr.Frame(at, []Sighting{saw(0, 0, "ABC123", 0.99)})
	tr.Frame(at.Add(2*time.Second), nil)
	require.Empty(t, tr.cars)
	require.Len(t, tr.departed, 1)
	tr.Frame(at.Add(20*time.Second), nil)
	require.Empty(t, tr.departed)
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "ABC", 3}, {"ABC", "", 3}, {"ABC", "ABC", 0}, {"ABC", "ABD", 1},
		{"ABC", "BC", 1}, {"ABC", "ABCD", 1}, {"KITTEN", "SITTING", 3},
	} {
		require.Equal(t, c.want, editDistance(plate.Text(c.a), plate.Text(c.b)))
	}
}

func FuzzTracker(f *testing.F) {
	f.Add([]byte{0, 10, 200, 40, 11, 200, 80, 12, 99})
	f.Add([]byte{0, 0, 0, 255, 255, 255, 255, 0, 128})
	f.Fuzz(func(t *testing.T, data []byte) {
		tr := New()
		at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
		open := map[int]bool{}
		done := map[int]bool{}
		for ; len(data) >= 3; data = data[3:] {
			at = at.Add(time.Duration(data[0]) * 10 * time.Millisecond)
			text := []string{"", "ABC123", "A8C123", "XYZ789"}[data[1]%4]
			outcomes, ended := tr.Frame(at, []Sighting{saw(int(data[1])*8, 0, text, float64(data[2])/255)})
			for _, e := range ended {
				require.False(t, done[e.Track] && e.Emit != nil, "emitted twice")
				delete(open, e.Track)
			}
			for _, o := range outcomes {
				require.False(t, done[o.Track] && o.Emit != nil, "emitted twice")
				if o.Emit != nil {
					done[o.Track] = true
				}
				if o.Best {
					open[o.Track] = true
				}
			}
		}
		for _, e := range tr.Flush() {
			delete(open, e.Track)
		}
		require.Empty(t, open, "a plate whose pictures were kept has ended")
	})
}

func TestWhere(t *testing.T) {
	start := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	tr := New()
	outcomes, _ := tr.Frame(start, []Sighting{saw(100, 50, "CKLM804", 0.99), saw(600, 50, "", 0)})
	tr.Frame(start.Add(100*time.Millisecond), []Sighting{saw(120, 50, "CKLM804", 0.99), saw(600, 50, "", 0)})
	box, ok := tr.Where(outcomes[0].Track, start.Add(100*time.Millisecond), 100*time.Millisecond)
	require.True(t, ok)
	require.InDelta(t, 140, box.Min.X, 12, "it goes on as it moved")
	require.Equal(t, 100, box.Dx())
	_, ok = tr.Where(outcomes[0].Track, start.Add(time.Second), 0)
	require.False(t, ok, "out of sight")
	_, ok = tr.Where(99, start, 0)
	require.False(t, ok)
}
