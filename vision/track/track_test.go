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
	s := Sighting{Box: image.Rect(x, y, x+100, y+30)}
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

func one(ms, x, y int, text string, confidence float64) frame {
	return frame{ms, []Sighting{saw(x, y, text, confidence)}}
}

func TestReadsOfPassingCars(t *testing.T) {
	for name, c := range map[string]struct {
		frames []frame
		flush  bool
		want   []string
	}{
		"TwoFramesAgree":     {[]frame{one(0, 0, 0, "ABC123", 0.85), one(66, 20, 0, "ABC123", 0.85), one(132, 40, 0, "ABC123", 0.85)}, true, []string{"ABC123"}},
		"OneVeryCertain":     {[]frame{one(0, 0, 0, "ABC123", 0.99)}, false, []string{"ABC123"}},
		"OneUnsureWaits":     {[]frame{one(0, 0, 0, "ABC123", 0.85)}, false, []string{}},
		"OneGoodWhenItLeft":  {[]frame{one(0, 0, 0, "ABC123", 0.85), {2000, nil}}, false, []string{"ABC123"}},
		"OnePoorIsNoRead":    {[]frame{one(0, 0, 0, "ABC123", 0.6), {2000, nil}}, true, []string{}},
		"ManyUnsureDo":       {[]frame{one(0, 0, 0, "ABC123", 0.6), one(66, 9, 0, "A8C123", 0.5), one(132, 18, 0, "ABC123", 0.6), one(198, 27, 0, "ABC123", 0.6), one(264, 36, 0, "ABC123", 0.6)}, false, []string{"ABC123"}},
		"BlinkedFramesVote":  {[]frame{one(0, 0, 0, "ABC123", 0.85), one(66, 20, 0, "", 0), one(132, 40, 0, "ABC123", 0.85)}, false, []string{"ABC123"}},
		"NothingReadNoTrack": {[]frame{one(0, 0, 0, "", 0), one(66, 0, 0, "", 0)}, true, []string{}},
		"FastCarLowRate":     {[]frame{one(0, 0, 0, "ABC123", 0.85), one(500, 600, 0, "ABC123", 0.85)}, false, []string{"ABC123"}},
		"TwoCarsSideBySide": {[]frame{
			{0, []Sighting{saw(0, 0, "ABC123", 0.85), saw(300, 0, "XYZ789", 0.85)}},
			{66, []Sighting{saw(310, 0, "XYZ789", 0.85), saw(10, 0, "ABC123", 0.85)}},
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

func TestSettledPlatesNeedNoReading(t *testing.T) {
	tr := New()
	at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	box := image.Rect(0, 0, 100, 30)
	require.False(t, tr.Settled(box, at))
	outcomes, _ := tr.Frame(at, []Sighting{saw(0, 0, "ABC123", 0.99)})
	require.True(t, outcomes[0].Settled)
	require.Equal(t, 1, outcomes[0].Emit.Frames)
	require.True(t, tr.Settled(box, at.Add(100*time.Millisecond)))
	require.False(t, tr.Settled(box.Add(image.Pt(300, 0)), at.Add(100*time.Millisecond)), "another place")
	require.False(t, tr.Settled(box, at.Add(time.Second)), "looked at again now and then")
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
