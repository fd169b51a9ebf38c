package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/shift"
	"secondlook/assets"
	"secondlook/store"
)

// The report at the station: from what "secondlook-station records export" writes.
func TestRequirement30_ReportFromOpenedRecords(t *testing.T) {
	dir := t.TempDir()
	var lines bytes.Buffer
	for i, start := range []string{"2026-02-03T20:00:00Z", "2026-11-22T20:00:00Z", "2025-06-01T20:00:00Z"} {
		at, err := time.Parse(time.RFC3339, start)
		require.NoError(t, err)
		d := shift.Deployment{ID: string(rune('a' + i)), Terminal: "Car 4127", Start: at, End: at.Add(8 * time.Hour), Statistics: shift.Statistics{Reads: 1000, NonHits: 990}}
		body, err := json.Marshal(d)
		require.NoError(t, err)
		for range 2 { // the station may have opened a record twice
			lines.WriteString(`{"id":"x","kind":"deployment","car":"car-4127","received":"2026-11-23T00:00:00Z","bytes":1,"body":` + string(body) + "}\n")
		}
		lines.WriteString(`{"id":"h","kind":"hit","car":"car-4127","body":{"hit":{}}}` + "\n")
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "records.jsonl"), lines.Bytes(), 0o600))

	var out, errs bytes.Buffer
	pdf := filepath.Join(dir, "report.pdf")
	require.Zero(t, run([]string{"report", "--from", "2026-01-01", "--to", "2026-12-31", "--records", dir, "--out", pdf, "--csv", "-", "--lang", "fr"}, &out, &errs), errs.String())
	require.Contains(t, out.String(), "total,reads,,2000\n")
	require.Contains(t, out.String(), "2026-02,reads,,1000\n")
	text, err := os.ReadFile(pdf)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(text, []byte("%PDF-")))

	for _, wrong := range [][]string{
		{"--from", "2026-01-01", "--to", "2026-12-31", "--records", dir},
		{"--from", "2026-01-01", "--to", "2025-12-31", "--records", dir, "--csv", "-"},
		{"--from", "2026-01-01", "--to", "2026-12-31", "--csv", "-"},
		{"--from", "2026-01-01", "--to", "2026-12-31", "--records", filepath.Join(dir, "none"), "--csv", "-"},
	} {
		require.Equal(t, 1, run(append([]string{"report"}, wrong...), &out, &errs))
	}
}

func TestRequirement40_SheetAndDecalComeOutOfThePack(t *testing.T) {
	dir := t.TempDir()
	own := filepath.Join(dir, "own.toml") // a service's own pack
	text, err := assets.Policy("ontario")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(own, text, 0o600))
	for _, command := range []string{"sheet", "decal"} {
		for _, pack := range []string{"ontario", "florida", own} {
			var out, errs bytes.Buffer
			file := filepath.Join(dir, command+filepath.Base(pack)+".pdf")
			require.Zero(t, run([]string{command, "--pack", pack, "--out", file}, &out, &errs), errs.String())
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.True(t, bytes.HasPrefix(text, []byte("%PDF-")))
		}
	}
}

// The report in the car: of the deployments that are still on the terminal, for
// somebody who signs in; that it was made is recorded.
func TestRequirement30_ReportOnTheTerminal(t *testing.T) {
	root := t.TempDir()
	c, kept, file := terminalIn(t, root)
	start := time.Date(2026, 11, 22, 20, 0, 0, 0, time.Local)
	d := shift.Deployment{ID: "d1", Terminal: "Car 7", Start: start, End: start.Add(8 * time.Hour), Statistics: shift.Statistics{Reads: 4127}}
	require.NoError(t, kept.PutDeployment(t.Context(), d, audit.Event{At: start, Act: audit.DeploymentRecorded, Outcome: "ok"}))
	require.NoError(t, c.Close())

	report := func(secret string, code int) string {
		t.Helper()
		got, out, errs := typed(t, secret, "--data", root, "report", "--from", "2026-11-22", "--to", "2026-11-22", "--badge", "20418", "--policy", "ontario",
			"--csv", "-", "--out", filepath.Join(root, "report.pdf"))
		require.Equal(t, code, got, errs)
		return out + errs
	}
	require.Contains(t, report(pin, 0), "total,reads,,4127\n")
	require.FileExists(t, filepath.Join(root, "report.pdf"))
	require.Contains(t, report("wrong", 1), "sign in")

	kept, err := store.Open(file, store.Options{})
	require.NoError(t, err)
	defer kept.Close()
	_, err = kept.SignIn(t.Context(), "20418", access.Proof{Secret: pin})
	require.NoError(t, err)
	records, err := kept.Records(t.Context())
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(records, func(r audit.Record) bool { return r.Event.Act == audit.ReportMade && r.Event.Badge == "20418" }))
}
