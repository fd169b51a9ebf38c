package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

func TestRequirement29_StationTakesRecordsInFromAMedium(t *testing.T) {
	p := serveProcess(t, t.TempDir(), "127.0.0.1:0")
	d, stranger := p.enrol(t, "car-12"), p.enrol(t, "car-66")
	dir := t.TempDir()
	write := func(name, request string, from shift.Dock, ids ...string) {
		file, err := os.Create(filepath.Join(dir, name+protocol.RecordsSuffix))
		require.NoError(t, err)
		m, err := from.Medium(file, request, time.Now())
		require.NoError(t, err)
		for _, id := range ids {
			require.NoError(t, m.Put(shift.Parcel{ID: id, Kind: shift.HitParcel, Body: []byte(`{"ID":"` + id + `"}`)}))
		}
		require.NoError(t, m.Close())
		require.NoError(t, file.Close())
	}
	args := []string{"records", "import", dir, "--data", p.dir}
	_, complaint, code := command(t, args...)
	require.Equal(t, 1, code)
	require.Contains(t, complaint, "no file of records")

	write("car-12-a1", "a1", d, "h1", "h2")
	require.Contains(t, must(t, args...), "2 records of car-12, 2 of them new")
	require.Contains(t, must(t, args...), "2 records of car-12, 0 of them new")
	require.Equal(t, map[string]string{"h1": `{"ID":"h1"}`, "h2": `{"ID":"h2"}`}, p.records(t))
	raw, err := os.ReadFile(filepath.Join(dir, "car-12-a1"+protocol.ReceiptSuffix))
	require.NoError(t, err)
	r, err := d.OpenReceipt(raw, "a1")
	require.NoError(t, err)
	require.Equal(t, []shift.Ref{{Kind: shift.HitParcel, ID: "h1"}, {Kind: shift.HitParcel, ID: "h2"}}, r.Refs())
	_, err = stranger.OpenReceipt(raw, "a1")
	require.ErrorIs(t, err, shift.ErrReceipt)

	// One that an earlier bundle of the car signed, a revoked car's, and one that was taken out too soon; the rest goes on.
	write("car-77-c1", "c1", p.enrol(t, "car-77"), "h4")
	p.enrol(t, "car-77")
	must(t, "revoke", "car-66", "--data", p.dir)
	write("car-66-b1", "b1", stranger, "h3")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "torn"+protocol.RecordsSuffix), []byte("SLM1"), 0o600))
	out, complaint, code := command(t, args...)
	require.Equal(t, 1, code)
	require.Contains(t, out, "2 records of car-12")
	require.Contains(t, complaint, "the car is revoked")
	require.Contains(t, complaint, "not a whole file")
	require.Contains(t, complaint, "enrolled again since")
	require.NoFileExists(t, filepath.Join(dir, "car-66-b1"+protocol.ReceiptSuffix))
	require.Len(t, p.records(t), 2)
}
