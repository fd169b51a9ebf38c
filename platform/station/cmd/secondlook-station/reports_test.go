package main

import (
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/shift"
	"secondlook/platform/station"
)

func TestRequirement46_TheStationShowsReportsForTheListsOwner(t *testing.T) {
	p := serveProcess(t, t.TempDir(), "127.0.0.1:0")
	reports := []string{"records", "reports", "--data", p.dir, "--key", filepath.Join(p.dir, station.RecordsKeyFile)}
	require.Equal(t, "0 reports.\n", must(t, reports...))

	link, err := p.enrol(t, "car-12").Connect(t.Context())
	require.NoError(t, err)
	defer link.Close()
	at := time.Date(2026, 11, 22, 21, 47, 0, 0, time.UTC)
	lifter := access.Officer{Name: "Sam Super", Badge: "30001"}
	sent := map[string]hit.Report{
		"r1": {At: at, By: access.Officer{Name: "Ada Admin", Badge: "20418"}, Terminal: "Car 4127", List: "stolen", Version: 7, Made: at.Add(-time.Hour),
			Source: "CPIC", Contact: "+1 555 0100", Reason: hit.OtherFault, Words: "=reissued\x1b[2J\nto a taxi", Lifted: at, LiftedBy: &lifter,
			Entry: hotlist.Entry{ID: "e1", Plate: "CKLM804", Jurisdiction: "CA-ON", Category: "stolen-vehicle", Agency: "Peel", Reference: "PR26-11", Make: "Honda", Year: 2019}},
		"r2": {At: at, List: "expired", Source: "MTO", Reason: hit.Recovered, Entry: hotlist.Entry{ID: "e2", Plate: "BWKB881", Category: "expired-plate"}},
	}
	for id, r := range sent {
		r.ID = id
		body, err := json.Marshal(r)
		require.NoError(t, err)
		require.NoError(t, link.Deliver(t.Context(), shift.Parcel{ID: id, Kind: shift.ReportParcel, Body: body}))
	}
	require.NoError(t, link.Deliver(t.Context(), shift.Parcel{ID: "d1", Kind: shift.DeploymentParcel, Body: []byte("{}")}))
	require.Contains(t, must(t, "records", "list", "--data", p.dir), "entry-report")

	out := must(t, append(reports, "--source", "cpic")...)
	require.NotContains(t, out, "BWKB881")
	require.NotContains(t, out, "\x1b", "an officer's words move no cursor")
	for _, says := range []string{"stolen, version 7", "CPIC, +1 555 0100", "CKLM804, CA-ON, stolen-vehicle, Honda 2019", "Peel, PR26-11", "to a taxi", "Ada Admin, 20418, Car 4127, car-12", "Sam Super", "1 reports."} {
		require.Contains(t, out, says)
	}
	rows, err := csv.NewReader(strings.NewReader(must(t, append(reports, "--csv")...))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3)
	for _, row := range rows[1:] {
		of := map[string]string{}
		for i, name := range rows[0] {
			of[name] = row[i]
		}
		r := sent[of["record"]]
		require.Equal(t, string(r.Entry.Plate), of["plate"])
		require.Equal(t, string(r.Reason), of["reason"])
		require.Equal(t, r.Entry.ID, of["entry"])
		if of["record"] == "r1" {
			require.Equal(t, "'=reissued [2J to a taxi", of["words"], "no formula")
			require.Equal(t, "'+1 555 0100", of["contact"])
		}
	}

	require.NoError(t, link.Deliver(t.Context(), shift.Parcel{ID: "r3", Kind: shift.ReportParcel, Body: []byte("[]")}))
	_, complaint, code := command(t, reports...)
	require.Equal(t, 1, code)
	require.Contains(t, complaint, "r3 of car-12: this is not a report")
}
