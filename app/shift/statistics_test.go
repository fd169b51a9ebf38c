package shift_test

import (
	"strings"
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

func TestRequirement30_ReportCountsDisclosuresRequestsAndBreaches(t *testing.T) {
	day := func(month time.Month, d int) time.Time { return time.Date(2026, month, d, 9, 0, 0, 0, time.UTC) }
	var cases []shift.Case
	for _, p := range []struct {
		kind shift.Kind
		body string
	}{
		{shift.DisclosureParcel, `{"ID":"d1","Made":"2026-02-03T09:00:00Z","Authority":"consent","Recipient":"Peel"}`},
		{shift.DisclosureParcel, `{"ID":"d1","Made":"2026-02-03T09:00:00Z","Authority":"consent"}`},
		{shift.DisclosureParcel, `{"ID":"d2","Made":"2026-02-04T09:00:00Z","Authority":"consent","Corrects":"d1"}`},
		{shift.DisclosureParcel, `{"ID":"d3","Made":"2025-12-31T09:00:00Z","Authority":"consent"}`},
		{shift.RequestParcel, `{"ID":"r1","Made":"2026-02-05T09:00:00Z","Answered":"2026-03-01T09:00:00Z"}`},
		{shift.RequestParcel, `{"ID":"r2","Made":"2026-03-05T09:00:00Z"}`},
		{shift.BreachParcel, `{"ID":"b1","Made":"2026-03-06T09:00:00Z","Kind":"lost"}`},
		{shift.DeploymentParcel, `{"ID":"s1"}`},
	} {
		in, err := shift.CasesIn(p.kind, []byte(p.body))
		require.NoError(t, err)
		cases = append(cases, in...)
	}
	r := shift.Summarise(nil, cases, day(2, 1), day(3, 31))
	require.Equal(t, shift.Cases{Disclosures: 1, Requests: 2, Answers: 1, Breaches: 1, DisclosuresBy: map[string]uint64{"consent": 1},
		BreachesBy: map[string]uint64{"lost": 1}}, r.Total.Cases)
	require.Equal(t, uint64(1), r.Months[0].Cases.Requests)
	require.Equal(t, uint64(1), r.Months[1].Cases.Answers)
	var out strings.Builder
	require.NoError(t, r.WriteCSV(&out))
	for _, line := range []string{"total,disclosures,,1", "total,access-requests,,2", "2026-03,breaches-by,lost,1", "2026-02,disclosures-by,consent,1"} {
		require.Contains(t, out.String(), line+"\n")
	}
	_, err := shift.CasesIn(shift.BreachParcel, []byte(`{"ID":"b","What":7,"Made":"Robin Quill"}`))
	require.Error(t, err)
	require.NotContains(t, err.Error(), "Quill")
}
