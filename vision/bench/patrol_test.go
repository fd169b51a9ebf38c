package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/app/training"
	"secondlook/vision"
)

func TestPatrolCountsWhatWasShownAndRead(t *testing.T) {
	start := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	now := start
	tally := newTally(2)
	tally.clock = func(string) time.Time { return now }
	// Ten frames of each: large enough; too few of them; too small; again, later.
	for i := range 10 {
		tally.shown("a", at(100*i), []filmed{{1, "ABC123", true}, {2, "DEF456", i < 7}})
		tally.shown("b", at(100*i), []filmed{{1, "GHJ789", true}, {3, "KLM012", false}})
	}
	for i := range 10 {
		tally.shown("a", at(60000+100*i), []filmed{{1, "ABC123", true}})
	}
	for _, r := range []struct {
		ms     int
		camera string
		text   plate.Text
	}{
		{500, "a", "ABC123"},   // right
		{600, "a", "ABC123"},   // twice
		{60500, "a", "ABC123"}, // right: it came again
		{30000, "a", "ABC123"}, // nobody was there
		{500, "b", "ABC123"},   // nor was it here
		{500, "b", "GHJ780"},   // misread
		{900, "a", "DEF456"},   // right, though it did not count
	} {
		now = at(r.ms + 40)
		tally.read(plate.Read{Camera: r.camera, Text: r.text, At: at(r.ms)})
	}
	for i := range 100 {
		now = at(i)
		tally.looked(vision.Look{Captured: start, Still: i%4 == 0})
	}
	r := tally.result()
	require.Equal(t, 3, r.PlatesShown)
	require.Equal(t, 2, r.PlatesReadRight)
	require.Equal(t, 3, r.PlatesReadWrong)
	require.Equal(t, 1, r.Duplicates)
	require.Equal(t, []float64{49, 98}, []float64{r.Latency50, r.Latency99})
	require.Equal(t, 25.0, r.still)
	require.ElementsMatch(t, []float64{540, 540, 940}, r.waited, "from the first large frame")
	require.Equal(t, []float64{40, 40, 40}, r.reported)
}

func TestScriptsDiffer(t *testing.T) {
	seen := map[plate.Text]bool{}
	for seed := range int64(4) {
		for _, side := range []string{"front-left", "front-right"} {
			s := script(seed*2, side, longest)
			require.NoError(t, s.Validate())
			require.Equal(t, s, script(seed*2, side, longest), "a seed gives one script")
			require.Greater(t, len(s.Cars), 10)
			ways := map[training.Way]int{}
			for _, c := range s.Cars {
				ways[c.Approach.Way]++
				seen[c.Plate] = true
			}
			require.Len(t, ways, 2)
		}
	}
	require.Greater(t, len(seen), 50)
}

// The names of the fields are a contract.
func TestPatrolJSONContract(t *testing.T) {
	data, err := json.Marshal(PatrolResult{})
	require.NoError(t, err)
	require.JSONEq(t, `{"cameras":0,"fps_in":0,"fps_read":0,"latency_ms_p50":0,"latency_ms_p99":0,"plates_shown":0,"plates_read_right":0,
		"plates_read_wrong":0,"duplicates":0,"rss_mb":0,"rss_growth_mb":0}`, string(data))
}

func TestPatrolRefusesWhatItCannotMeasure(t *testing.T) {
	for _, o := range []PatrolOptions{{Cameras: 7}, {Cameras: -1}, {Seconds: -3}, {FPS: 1000}} {
		require.Error(t, Patrol(t.Context(), io.Discard, o))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, Patrol(ctx, io.Discard, PatrolOptions{Cameras: 1, Seconds: 1, Folder: t.TempDir()}), context.Canceled)
}

// A whole run, as short as can be: an empty street, of which every frame is looked at.
func TestPatrolWatchesAFilm(t *testing.T) {
	s := script(1, "front-left", 4*time.Second)
	require.Empty(t, s.Cars)
	f, err := shoot(t.Context(), t.TempDir()+"/film", s, 5)
	require.NoError(t, err)
	require.Len(t, f.plates, 20)
	r, err := watch(t.Context(), []*film{f}, PatrolOptions{Cameras: 2, Seconds: 5, FPS: 5, Patient: true, Progress: io.Discard})
	require.NoError(t, err)
	require.Equal(t, 2, r.Cameras)
	require.Positive(t, r.FPSIn)
	require.Equal(t, r.FPSIn, r.FPSRead)
	require.Zero(t, r.PlatesShown+r.PlatesReadWrong)
	require.Positive(t, r.still, "nothing moves in an empty street")
	var out bytes.Buffer
	require.NoError(t, r.table(&out))
	require.Contains(t, out.String(), "plates shown (70 px, 8 frames)")
}

func TestMemoryIsMeasured(t *testing.T) {
	require.Positive(t, memory(), "the system says how much memory is used")
	stop := watchMemory(time.Second)
	end, _ := stop()
	require.Greater(t, end, 1.0)
	require.Equal(t, 2.0, median([]float64{9, 1, 2}))
}
