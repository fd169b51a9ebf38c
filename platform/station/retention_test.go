package station

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/policy"
	"secondlook/app/shift"
)

// oneYear keeps hits a year from their use and logs for two.
var oneYear = policy.Retention{HitYears: 1, HitFrom: policy.FromUse, LogYears: 2}

func (r *running) deliver(t *testing.T, l shift.Link, parcels ...shift.Parcel) {
	t.Helper()
	for _, p := range parcels {
		p.Body = []byte(`{"plate":"CKLM804"}`)
		require.NoError(t, l.Deliver(testContext(t), p))
	}
}

func kept(t *testing.T, op *Operator) map[string]Record {
	t.Helper()
	all := map[string]Record{}
	require.NoError(t, op.Records(testContext(t), func(r Record) error { all[r.ID] = r; return nil }))
	return all
}

func journal(t *testing.T, dir string) (lines []journalLine) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, journalFile))
	require.NoError(t, err)
	for _, text := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		var l journalLine
		require.NoError(t, json.Unmarshal([]byte(text), &l))
		lines = append(lines, l)
	}
	return lines
}

func TestRequirement31_RecordsAreKeptForTheirTimeAndThenDestroyed(t *testing.T) {
	r := start(t)
	now := time.Now().UTC()
	ago := func(years, days int) time.Time { return now.AddDate(-years, 0, -days) }
	r.deliver(t, r.link(t, "car-1"),
		shift.Parcel{ID: "old", Kind: shift.HitParcel, Captured: ago(1, 40), Used: ago(1, 2)},
		shift.Parcel{ID: "used-lately", Kind: shift.HitParcel, Captured: ago(1, 40), Used: ago(0, 364)},
		shift.Parcel{ID: "says-nothing", Kind: shift.HitParcel},
		shift.Parcel{ID: "held", Kind: shift.HitParcel, Captured: ago(9, 0), Used: ago(9, 0), Held: true},
		shift.Parcel{ID: "shift-old", Kind: shift.DeploymentParcel, Captured: ago(2, 1)},
		shift.Parcel{ID: "shift", Kind: shift.DeploymentParcel, Captured: ago(1, 300)},
		shift.Parcel{ID: "told", Kind: shift.DisclosureParcel, Captured: ago(2, 1)},
		shift.Parcel{ID: "asked", Kind: shift.RequestParcel, Captured: ago(1, 1)},
		shift.Parcel{ID: "breach", Kind: shift.BreachParcel, Captured: ago(0, 1)},
	)
	op := r.operator(t)
	require.Len(t, kept(t, op), 9)
	purged, err := op.Purge(testContext(t), oneYear, now)
	require.NoError(t, err)
	require.Equal(t, map[shift.Kind]int{shift.HitParcel: 1, shift.DeploymentParcel: 1, shift.DisclosureParcel: 1}, purged)
	left := kept(t, op)
	require.Len(t, left, 6)
	for _, id := range []string{"old", "shift-old", "told"} {
		require.NotContains(t, left, id)
	}
	require.True(t, left["held"].Held)
	lines := journal(t, r.dir)
	require.Len(t, lines, 1)
	require.Equal(t, purged, lines[0].Purged)
	raw, err := os.ReadFile(filepath.Join(r.dir, journalFile))
	require.NoError(t, err)
	for _, what := range []string{"old", "told", "car-1"} {
		require.NotContains(t, string(raw), what, "what kind and how many, never what")
	}

	purged, err = op.Purge(testContext(t), oneYear, now)
	require.NoError(t, err)
	require.Empty(t, purged)
	require.Len(t, journal(t, r.dir), 1, "where nothing was due, nothing is said")
	// Florida's time counts from the capture, whatever use came after.
	purged, err = op.Purge(testContext(t), policy.Retention{HitYears: 1, HitFrom: policy.FromCapture, LogYears: 9}, now)
	require.NoError(t, err)
	require.Equal(t, map[shift.Kind]int{shift.HitParcel: 1}, purged)
	require.NotContains(t, kept(t, op), "used-lately")
}

func TestRequirement31_ALegalHoldOutlivesRetention(t *testing.T) {
	r := start(t)
	now := time.Now().UTC()
	old := now.AddDate(-5, 0, 0)
	r.deliver(t, r.link(t, "car-1"), shift.Parcel{ID: "h1", Kind: shift.HitParcel, Captured: old, Used: old},
		shift.Parcel{ID: "h2", Kind: shift.HitParcel, Captured: old, Used: old, Held: true})
	op := r.operator(t)
	ctx := testContext(t)
	require.ErrorIs(t, op.Hold(ctx, "h1", "", "exhibit", "31007", now), ErrHoldIncomplete)
	require.ErrorIs(t, op.Hold(ctx, "none", "R. v. Doe", "exhibit", "31007", now), ErrNoRecord)
	require.ErrorIs(t, op.Release(ctx, "h1", "over", "31007", now), ErrNotOnHold)
	require.NoError(t, op.Hold(ctx, "h1", "R. v. Doe", "exhibit", "31007", now))
	purged, err := op.Purge(ctx, oneYear, now)
	require.NoError(t, err)
	require.Empty(t, purged)

	require.ErrorIs(t, op.Release(ctx, "h1", "over", " ", now), ErrHoldIncomplete)
	require.NoError(t, op.Release(ctx, "h1", "the proceeding is over", "31007", now))
	require.NoError(t, op.Release(ctx, "h2", "the proceeding is over", "31007", now), "the car's hold too")
	require.ErrorIs(t, op.Release(ctx, "h2", "again", "31007", now), ErrNotOnHold)
	purged, err = op.Purge(ctx, oneYear, now)
	require.NoError(t, err)
	require.Equal(t, map[shift.Kind]int{shift.HitParcel: 2}, purged)
	var acts []string
	for _, l := range journal(t, r.dir) {
		acts = append(acts, l.Act)
	}
	require.Equal(t, []string{"hold", "release", "release", "purge"}, acts)
}

func TestRequirement36_APurgedRecordsBytesAreOverwritten(t *testing.T) {
	r := start(t)
	old := time.Now().AddDate(-3, 0, 0)
	r.deliver(t, r.link(t, "car-1"), shift.Parcel{ID: "h1", Kind: shift.HitParcel, Captured: old, Used: old})
	op := r.operator(t)
	var sealed []byte
	require.NoError(t, op.records(testContext(t), []string{"*.*.h1"}, false, func(_ Record, b []byte) error { sealed = b[len(b)/2:]; return nil }))
	require.True(t, onDisk(t, r.dir, sealed))
	_, err := op.Purge(testContext(t), oneYear, time.Now())
	require.NoError(t, err)
	r.stop()
	require.False(t, onDisk(t, r.dir, sealed))
}

// onDisk reports whether any file of the station has the bytes.
func onDisk(t *testing.T, dir string, b []byte) (found bool) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		found = found || strings.Contains(string(raw), string(b))
		return err
	}))
	return found
}

func TestRequirement31_AServingStationPurgesByItself(t *testing.T) {
	r := start(t)
	old := time.Now().AddDate(-3, 0, 0)
	r.deliver(t, r.link(t, "car-1"), shift.Parcel{ID: "h1", Kind: shift.HitParcel, Captured: old, Used: old})
	r.stop()
	log := newStationLog()
	r = startWith(t, Options{Data: r.dir, Listen: "127.0.0.1:0", Retention: &oneYear, Log: log.Logger})
	log.await(t, "records purged")
	require.Empty(t, kept(t, r.operator(t)))
}
