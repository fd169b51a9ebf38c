package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
	"secondlook/platform/station"
)

// A shift's records go to the station by a medium, and the receipt comes back by it.
func TestRequirement29_SyncByAMedium(t *testing.T) {
	root, medium, data := t.TempDir(), t.TempDir(), t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- station.Serve(ctx, station.Options{Data: data, Listen: "127.0.0.1:0", Name: "West", Ready: func(a string) { ready <- a }})
	}()
	defer func() { stop(); require.NoError(t, <-done) }()
	address := <-ready
	f, err := station.Open(data)
	require.NoError(t, err)
	b, err := f.Enrol("car-7", []string{address}, time.Now())
	require.NoError(t, err)

	c, kept, _ := terminalIn(t, root)
	settings := c.Settings()
	settings.Bundle, err = b.Encode()
	require.NoError(t, err)
	event := audit.Event{At: time.Now(), Terminal: "Car 7", Act: audit.SettingsChanged, Outcome: "ok"}
	require.NoError(t, kept.PutSettings(ctx, settings, event))
	deployment := func(id string) {
		start := time.Now().Add(-9 * time.Hour)
		require.NoError(t, kept.PutDeployment(ctx, shift.Deployment{ID: id, Terminal: "Car 7", Start: start, End: start.Add(8 * time.Hour)}, event))
	}
	deployment("d1")
	require.NoError(t, c.Close())
	sync := func(code int, args ...string) string {
		t.Helper()
		got, out, errs := typed(t, pin, append([]string{"--data", root, "sync", "--badge", "20418"}, args...)...)
		require.Equal(t, code, got, "%s%s", out, errs)
		return out + errs
	}
	require.Contains(t, sync(1, "--receipt", medium), "no receipt for car-7 is there")
	require.Contains(t, sync(0, "--to", medium), "1 records, sealed")
	files, err := filepath.Glob(filepath.Join(medium, "car-7-*"+protocol.RecordsSuffix))
	require.NoError(t, err)
	require.Len(t, files, 1)

	op, err := station.Dial(ctx, data)
	require.NoError(t, err)
	defer op.Close()
	file, err := os.Open(files[0])
	require.NoError(t, err)
	defer file.Close()
	in, err := op.ImportRecords(ctx, file, time.Now())
	require.NoError(t, err)
	receipt := strings.TrimSuffix(files[0], protocol.RecordsSuffix) + protocol.ReceiptSuffix
	require.NoError(t, os.WriteFile(receipt, in.Receipt, 0o600))
	require.Contains(t, sync(0, "--receipt", medium), "1 records are at the station, and erased here")
	require.Contains(t, sync(1, "--receipt", medium), "it was taken before")
	require.Contains(t, sync(0, "--to", medium), "No record is finished")
	require.Contains(t, sync(0), "0 records delivered", "over the network")
}
