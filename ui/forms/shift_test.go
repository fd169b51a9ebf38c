package forms

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/shift"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

func TestRequirement22_HitLogOpensHitsOnTheRecord(t *testing.T) {
	term := withHits(t)
	l := newHitLog(term.Cruiser, term)
	term.open(l.holder.Container)
	term.mustRead("5 hits in the car", "Stolen vehicle", "Finished", "Not reviewed", "Front left")
	for _, p := range []string{"CKLM804", "CHPN630"} {
		require.False(t, term.reads(p), "a row shows no plate")
	}
	term.tap("Waiting")
	require.Len(t, l.shown, 2)
	term.tap("Unfinished")
	require.Len(t, l.shown, 2)
	require.Equal(t, hit.Confirmed, l.shown[0].State, "newest first")
	term.tap("Finished")
	require.Len(t, l.shown, 1)

	l.list.Select(0)
	term.mustRead("Vehicle recovered: 26-118203", "Given in French", "Correct read, by badge 20418", "Toronto Police", "Read 96 %", "Ontario (assumed)")
	require.Empty(t, find(term, func(b *widgets.Button) bool { return b.Text == "Continue" }), "a finished hit is only read")
	records, err := term.store.Records(t.Context())
	require.NoError(t, err)
	require.Equal(t, audit.HitOpened, records[len(records)-1].Event.Act)

	term.tap("Back")
	term.tap("Unfinished")
	l.list.Select(0)
	term.tap("Continue")
	require.Equal(t, []string{ScreenHit + "a3"}, term.shown)
}

func TestRequirement29_SyncDeliversAndSumsUp(t *testing.T) {
	term := withHits(t)
	term.open(NewEndShift(term.Cruiser, term))
	term.mustRead("2 alerts wait for a verdict.", "2 confirmed hits miss", "1 finished record goes to the station")
	term.tap("End shift and sync")
	require.Equal(t, map[string]shift.Kind{"a1": shift.HitParcel}, term.dock.Parcels)
	term.mustRead("everything finished is at the station", "1 record,", "2 not reviewed, 2 unfinished")
	term.tap("Sync again")
	require.Len(t, term.dock.Parcels, 1, "nothing is doubled")
	term.mustRead("1 record,")
	term.tap("Sign out")
	_, ok := term.Session()
	require.False(t, ok)
}

func TestRequirement29_ErrorsSayWhatIsSafe(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		text string
	}{
		"NoAnswer":  {fmt.Errorf("dial: %w", shift.ErrNoAnswer), "The station did not answer. Your record is safe on this terminal. Try again, or sync later."},
		"Refused":   {shift.ErrRefused, "The station does not accept this terminal's credential."},
		"Untrusted": {shift.ErrUntrusted, "is not signed by the station, and was not taken."},
		"Other":     {context.DeadlineExceeded, "The sync did not finish."},
	} {
		t.Run(name, func(t *testing.T) {
			term := withHits(t)
			term.dock.Absent = c.err
			term.open(NewEndShift(term.Cruiser, term))
			term.tap("End shift and sync")
			term.mustRead(c.text)
			hits, err := term.Hits(t.Context())
			require.NoError(t, err)
			require.Len(t, hits, 5, "nothing left the car")
			term.dock.Absent = nil
			term.tap("Sync now")
			term.mustRead("everything finished is at the station")
		})
	}
}

func TestRequirement29_SyncCanBeStopped(t *testing.T) {
	term := withHits(t)
	var steps []string
	term.open(NewEndShift(term.Cruiser, term))
	term.dock.Delivering = func(ctx context.Context, _ int) error {
		steps = append(steps, term.texts()...)
		term.tap("Stop the sync")
		<-ctx.Done()
		return ctx.Err()
	}
	term.tap("End shift, sync later")
	term.mustRead("The shift has ended.")
	// The work must be cancelled from beside itself, as a finger does it.
	term.park = true
	term.tap("Sync now")
	term.parked[0](t.Context())
	require.Contains(t, steps, "Delivering 0 of 1 records, 0 B")
	term.mustRead("The sync was stopped. Your record is safe on this terminal. Sync again when you like.")
}

func TestRequirement39_TrainingCannotSync(t *testing.T) {
	term := withHits(t, training)
	term.open(NewEndShift(term.Cruiser, term))
	term.mustRead("Training cannot sync: nothing here is real.")
	require.True(t, term.button("End shift and sync").Disabled())
	term.tap("End shift, sync later")
	require.True(t, term.button("Sync now").Disabled())
	require.Empty(t, term.dock.Parcels)
}

func TestUnenrolledTerminalSaysWhatToDo(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(officerBadge, officerPIN)
	term.open(NewEndShift(term.Cruiser, term))
	term.mustRead("This terminal is not enrolled at a station.")
	require.True(t, term.button("End shift and sync").Disabled())
}

// Row 28: the summary is the deployment record, row 30: counts only.
func TestRequirement28_SummaryOfTheDeployment(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(officerBadge, officerPIN)
	d := shift.Deployment{ID: "d1", Terminal: "Car 4127", Start: start.Add(-8 * time.Hour), Authority: "Exampleville Police", Cameras: []string{"Front left", "Rear"},
		Statistics: shift.Statistics{Reads: 4127, NonHits: 4120, NoticesGiven: 3, Searches: 2, EntriesProposed: 1, Frames: 90000, FramesDropped: 12}}
	d.Statistics.CountHit("expired-plate", 5)
	d.Statistics.CountHit("stolen-vehicle", 2)
	d.Statistics.CountVerdict(hit.Misread, 1)
	require.NoError(t, term.store.PutDeployment(t.Context(), d, audit.Event{At: start, Act: audit.PatrolStarted, Outcome: "ok"}))
	term.signIn(officerBadge, officerPIN)
	term.open(NewEndShift(term.Cruiser, term))
	term.tap("End shift, sync later")
	term.mustRead("2026-11-22 13:47 – 21:47", "Front left, Rear", "4 127, 4 120", "2  Stolen vehicle 5  Expired plate", "1  Misread", "3 given, 0 not given", "90 000, 12")
}

func TestCountsReadInBothLanguages(t *testing.T) {
	for _, c := range []struct {
		bytes  int
		en, fr string
	}{{0, "0 B", "0 o"}, {999, "999 B", "999 o"}, {1234, "1.2 kB", "1,2 ko"}, {5_600_000, "5.6 MB", "5,6 Mo"}, {7_000_000_000_000, "7000.0 GB", "7000,0 Go"}} {
		words.Use(words.English)
		require.Equal(t, c.en, size(c.bytes))
		words.Use(words.French)
		require.Equal(t, c.fr, size(c.bytes))
	}
	words.Use(words.English)
}

func TestMaskedHidesSecrets(t *testing.T) {
	for source, want := range map[string]string{
		"/dev/video0":                       "/dev/video0",
		"/srv/pictures":                     "/srv/pictures",
		"rtsp://10.0.0.7/stream":            "rtsp://10.0.0.7/stream",
		"rtsp://user:secret@10.0.0.7:554/s": "rtsp://•••@10.0.0.7:554/s",
		"rtsp://user:se@cret@10.0.0.7/s":    "rtsp://•••@10.0.0.7/s",
		"http://cam/x?token=secret&y=1":     "http://cam/x?•••",
		"http://cam/x#secret":               "http://cam/x",
		"rtsp://user:sec ret%zz@10.0.0.7/s": "rtsp://•••",
		"rtsp://secret\x7f@host/":           "rtsp://•••",
		"rtsp://user:/secret@10.0.0.7/s":    "rtsp://•••",
		"rtsp://user:5?ecret@10.0.0.7/s":    "rtsp://•••",
		"rtsp://user:5#ecret@10.0.0.7/s":    "rtsp://•••",
	} {
		require.Equal(t, want, masked(source))
	}
}

func FuzzMasked(f *testing.F) {
	f.Add("rtsp", "user", "s3cr3t", "10.0.0.7/stream")
	f.Add("http", "", "%zz", "[::1")
	f.Add("rtsp", "0", "/", "0")
	f.Fuzz(func(t *testing.T, scheme, user, password, rest string) {
		const secret = "hunter22-hunter22"
		for _, source := range []string{
			"rtsp://" + user + ":" + secret + "@" + rest, scheme + "://" + user + ":" + password + secret + "@host/x",
		} {
			if shown := masked(source); len(user) < 4 && scheme == "rtsp" {
				require.NotContains(t, shown, secret, "%q", source)
			}
		}
	})
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"cklm 804", "", "é", "A-B.C·D", "0123456789ABC"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, _ := normalise(s)
		again, fault := normalise(text)
		require.Equal(t, text, again)
		require.Empty(t, fault)
		require.LessOrEqual(t, len(text), 10)
	})
}
