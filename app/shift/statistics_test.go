package shift_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/hit"
	"secondlook/app/shift"
)

func TestRequirement30_WaitsAreCountedByClass(t *testing.T) {
	var h shift.Histogram
	for _, d := range []time.Duration{0, 5 * time.Second, 5*time.Second + 1, time.Minute, 15 * time.Minute, 15*time.Minute + 1, 9 * time.Hour} {
		h.Count(d)
	}
	require.Equal(t, shift.Histogram{2, 1, 0, 1, 0, 1, 2}, h)
	require.EqualValues(t, 7, h.Total())
}

// Statistics of many shifts add up, whatever is missing in one of them.
func TestRequirement30_StatisticsAddUp(t *testing.T) {
	one := shift.Statistics{Reads: 10, NonHits: 8, NoticesGiven: 1, Stops: 1, Lists: []shift.ListAge{{Name: "CPIC", Age: time.Hour}}}
	one.CountHit("stolen-vehicle", 2)
	one.CountVerdict(hit.Confirmed, 1)
	one.CountVerdict(hit.Misread, 1)
	one.CountNotGiven("officer-safety")
	one.CountOutcome("arrest")
	one.ToVerdict.Count(time.Second)
	one.CountCamera("Front", shift.CameraTime{Run: time.Hour, Up: 30 * time.Minute, Losses: 1})

	var sum shift.Statistics
	_, ok := sum.MisreadRate()
	require.False(t, ok)
	_, ok = sum.UpTime()
	require.False(t, ok)
	_, ok = sum.OldestList()
	require.False(t, ok)
	sum.Add(shift.Statistics{})
	sum.Add(one)
	sum.Add(one)
	require.EqualValues(t, 20, sum.Reads)
	require.EqualValues(t, 4, sum.Hits())
	require.EqualValues(t, 4, sum.Judged())
	require.EqualValues(t, 4, sum.Stops)
	require.EqualValues(t, 2, sum.NotGivenBy["officer-safety"])
	require.EqualValues(t, 2, sum.ToVerdict.Total())
	require.Equal(t, shift.CameraTime{Run: 2 * time.Hour, Up: time.Hour, Losses: 2}, sum.Cameras["Front"])
	rate, _ := sum.MisreadRate()
	require.InDelta(t, 0.5, rate, 1e-9)
	require.EqualValues(t, 1, one.NotGivenBy["officer-safety"], "the sum has maps of its own")
	sum.Add(shift.Statistics{Lists: []shift.ListAge{{Name: "MTO", Age: 30 * time.Hour, Old: true}}})
	oldest, _ := sum.OldestList()
	require.Equal(t, "MTO", oldest.Name)
}
