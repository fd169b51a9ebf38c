package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
)

func TestSetUp(t *testing.T) {
	f := newFixture(t)
	done, err := f.IsSetUp()
	require.NoError(t, err)
	require.False(t, done)

	weak := f.SetUp(ctx, admin(), "12345678", event(audit.SetUp))
	require.ErrorIs(t, weak, access.ErrWeakSecret)
	nameless := admin()
	nameless.Name = " "
	require.ErrorIs(t, f.SetUp(ctx, nameless, adminPIN, event(audit.SetUp)), access.ErrIncomplete)
	done, err = f.IsSetUp()
	require.NoError(t, err)
	require.False(t, done, "a refused set-up leaves nothing")

	require.NoError(t, f.SetUp(ctx, admin(), adminPIN, event(audit.SetUp)))
	done, err = f.IsSetUp()
	require.NoError(t, err)
	require.True(t, done)
	require.Equal(t, []audit.Act{audit.SetUp}, f.acts(), "set-up leaves the store open")
	require.ErrorIs(t, f.SetUp(ctx, officer(), patrolPIN, event(audit.SetUp)), ErrSetUp)
	require.Equal(t, []audit.Act{audit.SetUp}, f.acts())
}

func TestOfficerWithoutIDGetsOne(t *testing.T) {
	f := newFixture(t)
	o := admin()
	o.ID, o.Registered = "", time.Time{}
	require.NoError(t, f.SetUp(ctx, o, adminPIN, event(audit.SetUp)))
	people, err := f.People(ctx)
	require.NoError(t, err)
	require.Len(t, people, 1)
	require.NotEmpty(t, people[0].ID)
	require.Equal(t, start, people[0].Registered)
}

func TestRegister(t *testing.T) {
	f := setUpFixture(t)
	register := func(o access.Officer, secret string) error {
		return f.Register(ctx, o, secret, event(audit.PersonRegistered))
	}
	require.NoError(t, register(officer(), patrolPIN))
	again := officer()
	again.ID, again.Badge = "another", " 83300562 "
	require.ErrorIs(t, register(again, "cedar-1187"), access.ErrBadgeTaken)
	again.ID, again.Badge = officer().ID, "55512000"
	require.Error(t, register(again, "cedar-1187"), "the id is in use")
	again.ID = "another"
	require.ErrorIs(t, register(again, "short"), access.ErrWeakSecret)
	again.Roles = []access.Role{"chief"}
	require.ErrorIs(t, register(again, "cedar-1187"), access.ErrIncomplete)
	require.Equal(t, []audit.Act{audit.SetUp, audit.PersonRegistered}, f.acts())

	f.SignOut()
	o, err := f.SignIn(ctx, patrolID, patrolPIN)
	require.NoError(t, err)
	require.Equal(t, officer(), o)
}

func TestSignIn(t *testing.T) {
	for _, c := range []struct {
		name   string
		badge  access.Badge
		secret string
		err    error
	}{
		{"OK", adminBadge, adminPIN, nil},
		{"OK with blanks around the badge", " 40417731\t", adminPIN, nil},
		{"wrong PIN", adminBadge, "maple-7428", access.ErrBadSignIn},
		{"PIN with a blank", adminBadge, adminPIN + " ", access.ErrBadSignIn},
		{"unknown badge", "40417732", adminPIN, access.ErrBadSignIn},
		{"nothing", "", "", access.ErrBadSignIn},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := setUpFixture(t)
			f.reopen()
			o, err := f.SignIn(ctx, c.badge, c.secret)
			if c.err != nil {
				require.ErrorIs(t, err, c.err)
				require.Zero(t, o)
				_, err = f.People(ctx)
				require.ErrorIs(t, err, ErrLocked)
				return
			}
			require.NoError(t, err)
			require.Equal(t, admin(), o)
		})
	}
}

func TestRequirement22_SignInRecordsWhoAndWhen(t *testing.T) {
	f := setUpFixture(t)
	f.SignOut()
	f.clock.add(time.Hour)
	f.signIn()
	last := f.records()[1]
	require.Equal(t, audit.Event{
		At: start.Add(time.Hour), Terminal: "Car 4127", Name: string(admin().Name), Badge: string(adminBadge),
		Role: string(access.Administrator), Act: audit.SignedIn, Object: admin().ID, Outcome: "ok",
	}, last.Event)
}

// An unknown badge must cost the same work as a wrong PIN, and look the same in
// the file afterwards.
func TestUnknownBadgeCostsAsMuchAsAWrongPIN(t *testing.T) {
	f := setUpFixture(t)
	st, err := f.stretching()
	require.NoError(t, err)
	known, err := st.slotID(adminBadge)
	require.NoError(t, err)
	unknown, err := st.slotID("11118888")
	require.NoError(t, err)
	real, _, err := f.findSlot(known, st.rounds)
	require.NoError(t, err)
	decoy, _, err := f.findSlot(unknown, st.rounds)
	require.NoError(t, err)
	require.Equal(t, real.rounds, decoy.rounds)
	_, err = decoy.open(unknown, adminPIN)
	require.ErrorIs(t, err, errWrongSecret)

	f.SignOut()
	_, wrongPIN := f.SignIn(ctx, adminBadge, "wrong-9911")
	_, wrongBadge := f.SignIn(ctx, "11118888", "wrong-9911")
	require.Equal(t, wrongPIN.Error(), wrongBadge.Error())
	require.Equal(t, f.value(bucketAttempts, string(known)), f.value(bucketAttempts, string(unknown)))
}

func TestRequirement37_FiveFailuresLockOut(t *testing.T) {
	for _, badge := range []access.Badge{adminBadge, "11118888"} {
		for _, reopened := range []bool{false, true} {
			t.Run(fmt.Sprintf("known=%t,reopened=%t", badge == adminBadge, reopened), func(t *testing.T) {
				f := setUpFixture(t)
				f.SignOut()
				try := func(secret string) error {
					if reopened {
						f.reopen()
					}
					f.clock.add(time.Minute)
					_, err := f.SignIn(ctx, badge, secret)
					return err
				}
				for range maxFailures {
					require.ErrorIs(t, try("wrong-9911"), access.ErrBadSignIn)
				}
				require.ErrorIs(t, try("wrong-9911"), access.ErrLockedOut)
				require.ErrorIs(t, try(adminPIN), access.ErrLockedOut, "the right PIN too")
				_, err := f.Verify(ctx, badge, adminPIN)
				require.ErrorIs(t, err, access.ErrLockedOut)

				f.clock.add(access.DefaultLockout.Lasts - 3*time.Minute - time.Second)
				require.ErrorIs(t, try(adminPIN), access.ErrLockedOut, "a second before the end")
				f.clock.add(-time.Minute + time.Second) // try adds a minute
				err = try(adminPIN)
				if badge == adminBadge {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, access.ErrBadSignIn)
				}
			})
		}
	}
}

func TestRequirement37_FailuresOutsideTheWindowDoNotAddUp(t *testing.T) {
	f := setUpFixture(t)
	f.SignOut()
	for range 3 * maxFailures {
		f.clock.add(4 * time.Minute) // never five within fifteen minutes
		_, err := f.SignIn(ctx, adminBadge, "wrong-9911")
		require.ErrorIs(t, err, access.ErrBadSignIn)
	}
	f.signIn()
}

func TestRequirement37_SuccessStartsTheCountAnew(t *testing.T) {
	f := setUpFixture(t)
	f.SignOut()
	for range 3 {
		for range maxFailures - 1 {
			_, err := f.SignIn(ctx, adminBadge, "wrong-9911")
			require.ErrorIs(t, err, access.ErrBadSignIn)
		}
		_, err := f.Verify(ctx, adminBadge, adminPIN)
		require.NoError(t, err)
	}
}

func TestRequirement37_LockOutIsPerBadge(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, f.Register(ctx, officer(), patrolPIN, event(audit.PersonRegistered)))
	f.SignOut()
	for range maxFailures {
		_, err := f.SignIn(ctx, patrolID, "wrong-9911")
		require.ErrorIs(t, err, access.ErrBadSignIn)
	}
	f.signIn()
	_, err := f.Verify(ctx, patrolID, patrolPIN)
	require.ErrorIs(t, err, access.ErrLockedOut, "another's sign-in does not release it")
}

// A clock that was set back must not lock out for longer than fifteen minutes.
func TestRequirement37_LockOutEndsAfterTheClockWasSetBack(t *testing.T) {
	f := setUpFixture(t)
	f.SignOut()
	for range maxFailures {
		_, err := f.SignIn(ctx, adminBadge, "wrong-9911")
		require.ErrorIs(t, err, access.ErrBadSignIn)
	}
	f.clock.add(-365 * 24 * time.Hour)
	_, err := f.SignIn(ctx, adminBadge, adminPIN)
	require.ErrorIs(t, err, access.ErrLockedOut)
	f.clock.add(access.DefaultLockout.Lasts)
	f.signIn()
}

func TestRequirement24_FailuresWhileLockedReachTheAuditRecord(t *testing.T) {
	f := setUpFixture(t)
	f.SignOut()
	for range maxFailures + 2 {
		f.clock.add(time.Minute)
		f.SignIn(ctx, adminBadge, "wrong-9911")
	}
	f.clock.add(time.Minute)
	f.SignIn(ctx, "11118888", "wrong-9911")
	f.reopen()
	f.clock.add(access.DefaultLockout.Lasts)
	f.signIn()

	records := f.records()
	require.Equal(t, []audit.Act{audit.SetUp, audit.SignInFailed, audit.SignInFailed, audit.SignedIn}, f.acts())
	require.Equal(t, audit.Event{
		At: start.Add(7 * time.Minute), Terminal: "Car 4127", Name: string(admin().Name), Badge: string(adminBadge),
		Act: audit.SignInFailed, Outcome: audit.OutcomeLockedOut,
		Detail: map[string]string{"failed": "5", "locked_out": "2", "first": "2026-11-22T18:31:15Z"},
	}, records[1].Event)
	require.Equal(t, audit.Event{
		At: start.Add(8 * time.Minute), Terminal: "Car 4127", Act: audit.SignInFailed, Reason: audit.ReasonUnknownBadge,
		Outcome: audit.OutcomeBadSecret, Detail: map[string]string{"failed": "1"},
	}, records[2].Event)
	require.Zero(t, f.count(bucketAttempts), "nothing is recorded twice")
}

func TestRequirement24_FailuresWhileOpenAreRecordedAtOnce(t *testing.T) {
	f := setUpFixture(t)
	_, err := f.Verify(ctx, adminBadge, "wrong-9911")
	require.ErrorIs(t, err, access.ErrBadSignIn)
	_, err = f.SignIn(ctx, adminBadge, "wrong-9911")
	require.ErrorIs(t, err, access.ErrBadSignIn)
	require.Equal(t, []audit.Act{audit.SetUp, audit.SignInFailed, audit.SignInFailed}, f.acts(), "and the store stays open")
	f.signIn()
	require.Len(t, f.records(), 4)
}

func TestVerify(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, f.Register(ctx, officer(), patrolPIN, event(audit.PersonRegistered)))
	o, err := f.Verify(ctx, patrolID, patrolPIN)
	require.NoError(t, err)
	require.Equal(t, officer(), o)
	require.Len(t, f.records(), 2, "verifying is recorded with the act that it is for")

	f.SignOut()
	o, err = f.Verify(ctx, patrolID, patrolPIN)
	require.NoError(t, err)
	require.Equal(t, officer(), o)
	_, err = f.People(ctx)
	require.ErrorIs(t, err, ErrLocked, "verifying opens nothing")
}

func TestAnotherPersonMaySignInOverTheFirst(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, f.Register(ctx, officer(), patrolPIN, event(audit.PersonRegistered)))
	first := f.keys
	_, err := f.SignIn(ctx, patrolID, patrolPIN)
	require.NoError(t, err)
	require.Zero(t, first.file, "the first one's keys are forgotten")
	require.Len(t, f.acts(), 3)
}

// Somebody who can write the file and knows one PIN must not get at another's slot.
func TestSlotDoesNotOpenInAnothersPlace(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, f.Register(ctx, officer(), patrolPIN, event(audit.PersonRegistered)))
	f.SignOut()
	st, err := f.stretching()
	require.NoError(t, err)
	mine, err := st.slotID(patrolID)
	require.NoError(t, err)
	theirs, err := st.slotID(adminBadge)
	require.NoError(t, err)
	f.tamper(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bucketSlots))
		return b.Put(theirs, append([]byte(nil), b.Get(mine)...))
	})
	_, err = f.SignIn(ctx, adminBadge, patrolPIN)
	require.ErrorIs(t, err, access.ErrBadSignIn)
}

func TestGuessesSideBySideAreCounted(t *testing.T) {
	f := setUpFixture(t)
	f.SignOut()
	const tries = 12
	results := make(chan error, tries)
	for range tries {
		go func() {
			_, err := f.SignIn(context.Background(), adminBadge, "wrong-9911")
			results <- err
		}()
	}
	bad := 0
	for range tries {
		err := <-results
		require.Error(t, err)
		if !isLockedOut(err) {
			bad++
		}
	}
	require.Equal(t, maxFailures, bad)
}

// failFixture is a store with a person besides the administrator, who failed so
// many times; the administrator is signed in.
func failFixture(t *testing.T, l access.Lockout, failures int) *fixture {
	t.Helper()
	f := setUpFixture(t)
	require.NoError(t, f.SetLockout(ctx, l))
	require.NoError(t, f.Register(ctx, officer(), patrolPIN, event(audit.PersonRegistered)))
	f.SignOut()
	f.reopen()
	for range failures {
		_, err := f.SignIn(ctx, patrolID, "wrong-9911")
		require.ErrorIs(t, err, access.ErrBadSignIn)
	}
	f.signIn()
	return f
}

func TestRequirement54_LockOutIsThePolicys(t *testing.T) {
	strict := access.Lockout{Failures: 3, Window: time.Hour, Lasts: 40 * time.Minute}
	f := failFixture(t, strict, 3)
	verify := func() error { _, err := f.Verify(ctx, patrolID, patrolPIN); return err }
	require.ErrorIs(t, verify(), access.ErrLockedOut)
	f.clock.add(strict.Lasts - time.Second)
	require.ErrorIs(t, verify(), access.ErrLockedOut)
	f.clock.add(time.Second)
	require.NoError(t, verify())

	f = failFixture(t, strict, 2)
	require.NoError(t, verify())
	for _, loose := range []access.Lockout{{Failures: 6, Window: time.Hour}, {Failures: 0, Window: time.Hour},
		{Failures: 5, Window: time.Minute}, {Failures: 5, Window: time.Hour, Lasts: -1}} {
		require.ErrorIs(t, f.SetLockout(ctx, loose), access.ErrLockout)
	}
}

// Locked until an administrator releases it (CJIS AC-7).
func TestRequirement54_AnAdministratorReleasesTheBadge(t *testing.T) {
	f := failFixture(t, access.Lockout{Failures: 5, Window: 15 * time.Minute}, 5)
	f.clock.add(365 * 24 * time.Hour)
	_, err := f.Verify(ctx, patrolID, patrolPIN)
	require.ErrorIs(t, err, access.ErrLockedOut)
	require.NoError(t, f.Release(ctx, patrolID, event(audit.LockoutReleased)))
	_, err = f.Verify(ctx, patrolID, patrolPIN)
	require.NoError(t, err)
	before := len(f.records())
	require.ErrorIs(t, f.Release(ctx, patrolID, event(audit.LockoutReleased)), access.ErrNotLockedOut)
	require.Len(t, f.records(), before, "nothing was released, nothing is recorded")
	f.SignOut()
	require.ErrorIs(t, f.Release(ctx, patrolID, event("")), ErrLocked)
	require.ErrorIs(t, f.SetLockout(ctx, access.DefaultLockout), ErrLocked)
}
