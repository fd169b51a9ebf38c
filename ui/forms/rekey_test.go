package forms

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/patrol"
)

// acts are the records of an act.
func (t *terminal) acts(of audit.Act) (found []audit.Event) {
	t.t.Helper()
	records, err := t.store.Records(context.Background())
	require.NoError(t.t, err)
	for _, r := range records {
		if r.Event.Act == of {
			found = append(found, r.Event)
		}
	}
	return found
}

const rekeyButton = "Give the store a new key"

// An administrator gives the real store a new key, and everybody signs in as before.
func TestRequirement34_RekeyingFromTheSettings(t *testing.T) {
	ctx := t.Context()
	term := newTerminal(t)
	term.populate()
	term.signIn(adminBadge, adminPIN)
	code, _, err := term.MakeRecovery(ctx)
	require.NoError(t, err)
	s := newSettings(term.Cruiser, term)
	term.open(s.page)
	term.tap("Keys")
	term.mustRead("For when somebody left", "Other screens wait until it is done")
	require.False(t, term.reads("signed in for long"), "everybody has a key pair")

	term.tap(rekeyButton)
	term.mustRead("Say why: each change is recorded")
	require.Empty(t, term.acts(audit.StoreRekeyed))

	term.write("Reason for the change", "Somebody left")
	s.keys.rekey.save.reason.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	term.mustRead("The store has a new key; the old one is destroyed.")
	require.Positive(t, s.keys.rekey.busy.bar.Value(), "it said how far it was")
	require.False(t, s.keys.rekey.busy.Visible())
	require.Empty(t, s.keys.rekey.save.reason.Text())
	acts := term.acts(audit.StoreRekeyed)
	require.Len(t, acts, 1)
	require.Equal(t, "Somebody left", acts[0].Reason)
	require.Equal(t, "0", acts[0].Detail["without"])

	term.signIn(officerBadge, officerPIN)
	term.signIn(adminBadge, adminPIN)
	require.NoError(t, term.SignOut(ctx))
	require.NoError(t, term.Recover(ctx, string(code), adminBadge, firstPIN), "the recovery code stays")
}

// It is not done while the cameras run, nor where it is stopped, and the screen says so.
func TestRequirement34_RekeyingThatIsNotDoneSaysWhy(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(adminBadge, adminPIN)
	next := term.Settings()
	next.Cameras = []patrol.CameraSetting{{Name: "Rear", Source: "/dev/video0"}}
	require.NoError(t, term.ChangeSettings(t.Context(), next, "camera mounted"))
	term.enlist("Robin Castellane", newBadge, ownPIN, access.Administrator, access.Patrol)
	term.signIn(newBadge, ownPIN)
	s := newSettings(term.Cruiser, term)
	term.open(s.page)
	term.tap("Keys")
	require.NoError(t, term.StartPatrolWith(t.Context(), cruiser.Start{Note: "no list yet"}))
	term.write("Reason for the change", "Somebody left")
	term.tap(rekeyButton)
	term.mustRead("Stop the patrol first.")
	require.NoError(t, term.StopPatrol(t.Context()))

	term.park = true
	term.tap(rekeyButton)
	term.mustRead("Writing the store under its new key")
	term.button("Stop")
	term.button("Make a recovery code").OnTapped()
	require.Len(t, term.parked, 1, "one at a time")
	stopped, stop := context.WithCancel(t.Context())
	stop()
	term.parked[0](stopped)
	term.mustRead("Stopped. The key of before is in force")
	require.False(t, term.reads("was cut"), "none was begun")
	term.park = false
	require.Empty(t, term.acts(audit.StoreRekeyed))
	require.Equal(t, "Somebody left", s.keys.rekey.save.reason.Text(), "to try again")
	term.tap(rekeyButton)
	term.mustRead("The store has a new key")
}

// One that was cut is announced, and gone on with.
func TestRequirement34_RekeyingThatWaitsIsAnnounced(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(adminBadge, adminPIN)
	stopped, stop := context.WithCancel(t.Context())
	require.ErrorIs(t, term.Rekey(stopped, "Somebody left", func(int64, int64, time.Duration) { stop() }), context.Canceled)
	s := newSettings(term.Cruiser, term)
	term.open(s.page)
	term.tap("Keys")
	term.mustRead("was begun on", "goes on where it stopped")
	term.write("Reason for the change", "Somebody left")
	term.tap(rekeyButton)
	term.mustRead("The store has a new key")
	require.False(t, term.reads("goes on where it stopped"))
	require.Len(t, term.acts(audit.StoreRekeyBegun), 1)
}

// Who has no key pair yet is announced before, and what to do is said after.
func TestRequirement34_RekeyingSaysWhoNeedsAFirstPIN(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(adminBadge, adminPIN)
	s := newSettings(term.Cruiser, term)
	s.open(partKeys)
	term.open(s.page)
	s.keys.rekey.warn(1, time.Time{})
	term.mustRead("One person has not signed in for long.")
	s.keys.rekey.warn(3, time.Time{})
	term.mustRead("3 people have not signed in for long.")
	s.keys.rekey.done(3, time.Time{}, nil)
	require.False(t, term.reads("signed in for long"))
	term.mustRead("The store has a new key", "3 people need a new first PIN now")
	s.keys.rekey.done(0, time.Time{}, audit.ErrNotErased)
	term.mustRead("could not be overwritten on the disk yet")
	s.keys.rekey.done(0, time.Time{}, audit.ErrFull)
	term.mustRead("The disk is full: this was not done.")
}
