package store

import (
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/shift"
)

func TestRequirement46_ReportsAreKeptWithTheirEvents(t *testing.T) {
	f := setUpFixture(t)
	later := report("r-2")
	later.At = start.AddDate(0, 0, 1)
	require.NoError(t, f.PutReport(ctx, later, event(audit.EntryReported)))
	require.NoError(t, f.PutReport(ctx, report("r-1"), event(audit.EntryReported)))
	f.reopen()
	_, err := f.Reports(ctx)
	require.ErrorIs(t, err, ErrLocked)
	f.signIn()
	got, err := f.Reports(ctx)
	require.NoError(t, err)
	require.Equal(t, []hit.Report{report("r-1"), later}, got)
	require.NoError(t, f.acknowledge(shift.Ref{Kind: shift.ReportParcel, ID: "r-1"}))
	records := len(f.records())
	require.NoError(t, f.acknowledge(shift.Ref{Kind: shift.ReportParcel, ID: "r-1"}), "a sync may repeat it")
	require.Len(t, f.records(), records)
	got, err = f.Reports(ctx)
	require.NoError(t, err)
	require.Equal(t, []hit.Report{later}, got)
}

// A store from before there were reports opens, and takes them.
func TestRequirement46_AnOlderStoreTakesReports(t *testing.T) {
	f := setUpFixture(t)
	f.tamper(func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte(bucketReports)) })
	f.reopen()
	f.signIn()
	require.NoError(t, f.PutReport(ctx, report("r-1"), event(audit.EntryReported)))
	got, err := f.Reports(ctx)
	require.NoError(t, err)
	require.Len(t, got, 1)

	// But nobody takes away what there was.
	f.tamper(func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte(bucketReports)) })
	f.reopen()
	f.signIn()
	_, err = f.Reports(ctx)
	require.ErrorIs(t, err, ErrDamaged)
}
