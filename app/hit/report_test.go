package hit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/hit"
	"secondlook/app/hotlist"
)

func report() hit.Report {
	return hit.Report{ID: "r1", At: noon, By: officer, List: "CPIC", Entry: hotlist.Entry{ID: "e1", Plate: "CKLM804"},
		Reason: hit.Recovered, Words: "back with its owner", Quiet: true}
}

func TestRequirement46_AReportSaysWhatIsWrong(t *testing.T) {
	require.NoError(t, report().Validate())
	for name, spoil := range map[string]func(r *hit.Report){
		"NoList":   func(r *hit.Report) { r.List = "" },
		"NoEntry":  func(r *hit.Report) { r.Entry.ID = "" },
		"NoReason": func(r *hit.Report) { r.Reason = "" },
		"Unknown":  func(r *hit.Report) { r.Reason = "dislike" },
		"NoWords":  func(r *hit.Report) { r.Reason, r.Words = hit.OtherFault, " \n" },
	} {
		t.Run(name, func(t *testing.T) {
			r := report()
			spoil(&r)
			require.ErrorIs(t, r.Validate(), hit.ErrIncomplete)
		})
	}
}

func TestRequirement46_AReportIsLiftedOnce(t *testing.T) {
	r := report()
	require.NoError(t, r.Lift(officer, noon))
	require.False(t, r.Quiet)
	require.Equal(t, officer, *r.LiftedBy)
	require.ErrorIs(t, r.Lift(officer, noon), hit.ErrNoReport)
	text, err := json.Marshal(r)
	require.NoError(t, err)
	var back hit.Report
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, r, back)
}

func TestRequirement3_AReportPrintsItsIDAlone(t *testing.T) {
	r := report()
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "report", r)
	for _, text := range []string{fmt.Sprint(r), fmt.Sprintf("%+v", r), fmt.Sprintf("%#v", r), log.String()} {
		require.Contains(t, text, "r1")
		require.NotContains(t, text, "CKLM804")
		require.NotContains(t, text, "owner")
		require.NotContains(t, text, "4127")
	}
}
