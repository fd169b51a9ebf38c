package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/shift"
	"secondlook/platform/station"
)

func TestRequirement30_StationSumsUpTheCarsDeployments(t *testing.T) {
	p := serveProcess(t, t.TempDir(), "127.0.0.1:0")
	start := time.Date(2026, 11, 20, 20, 0, 0, 0, time.Local)
	for i, car := range []string{"car-12", "car-13"} {
		d := shift.Deployment{ID: fmt.Sprint("d", i), Terminal: car, Start: start, End: start.Add(8 * time.Hour),
			Officer: access.Officer{ID: "p1", Name: "Ann Example", Badge: "4127"}, Statistics: shift.Statistics{Reads: 100, NonHits: 98, Searches: 1}}
		d.Statistics.CountHit("stolen-vehicle", 2)
		body, err := json.Marshal(d)
		require.NoError(t, err)
		link, err := p.enrol(t, car).Connect(t.Context())
		require.NoError(t, err)
		require.NoError(t, link.Deliver(t.Context(), shift.Parcel{ID: d.ID, Kind: shift.DeploymentParcel, Body: body, Captured: start}))
		require.NoError(t, link.Deliver(t.Context(), shift.Parcel{ID: fmt.Sprint("h", i), Kind: shift.HitParcel, Body: []byte("{}")}))
		breach := fmt.Appendf(nil, `{"ID":"b%d","Made":%q,"Kind":"lost","What":"Ann Example's stick"}`, i, start.Format(time.RFC3339))
		require.NoError(t, link.Deliver(t.Context(), shift.Parcel{ID: fmt.Sprint("b", i), Kind: shift.BreachParcel, Body: breach}))
		require.NoError(t, link.Close())
	}
	args := []string{"stats", "--data", p.dir, "--key", filepath.Join(p.dir, station.RecordsKeyFile), "--from", "2026-11-01", "--to", "2026-11-30"}
	out := must(t, args...)
	for _, line := range []string{"Deployments               2, 16h0m0s", "Plates read               200", "Hits                      4", "Terminals                 2", "Breaches reported         2"} {
		require.Contains(t, out, line)
	}
	require.NotContains(t, out, "Example")
	require.Contains(t, must(t, append(args, "--csv")...), "total,non-hits-erased,,196\n")
	var report shift.Report
	require.NoError(t, json.Unmarshal([]byte(must(t, append(args, "--json")...)), &report))
	require.EqualValues(t, 2, report.Total.Statistics.Searches)

	late := append(args[:5:5], "--from", "2026-11-21", "--to", "2026-11-30")
	require.Contains(t, must(t, late...), "Deployments               0")
}
