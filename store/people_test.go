package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// person is somebody's record as the store tells it.
func (f *fixture) person(id string) access.Person {
	f.t.Helper()
	people, err := f.People(ctx)
	require.NoError(f.t, err)
	for _, p := range people {
		if p.ID == id {
			return p
		}
	}
	require.Fail(f.t, "no such person")
	return access.Person{}
}

// twoPeople is a store with an administrator and an officer, open.
func twoPeople(t testing.TB) *fixture {
	f := setUpFixture(t)
	require.NoError(f.t, f.Register(ctx, officer(), patrolPIN, event(audit.PersonRegistered)))
	return f
}

func TestRequirement37_SecondFactorAtSignIn(t *testing.T) {
	f := twoPeople(t)
	factor, recovery := access.NewFactor()
	require.NoError(t, f.SetFactor(ctx, officer().ID, factor, event(audit.FactorEnrolled)))
	require.Equal(t, f.clock.now(), f.person(officer().ID).SecondFactor)
	f.reopen()
	try := func(code string) error {
		_, err := f.Store.SignIn(ctx, patrolID, access.Proof{Secret: patrolPIN, Code: code})
		return err
	}
	require.ErrorIs(t, try(""), access.ErrCodeNeeded)
	_, err := f.People(ctx)
	require.ErrorIs(t, err, ErrLocked, "the PIN alone opens nothing")
	_, err = f.Store.SignIn(ctx, patrolID, access.Proof{Secret: "wrong-9911", Code: factor.Code(f.clock.now())})
	require.ErrorIs(t, err, access.ErrBadSignIn, "nor does the code alone")
	code := factor.Code(f.clock.now())
	require.NoError(t, try(code))
	f.SignOut()
	require.ErrorIs(t, try(code), access.ErrBadCode, "never twice, by another sign-in either")
	f.reopen()
	require.ErrorIs(t, try(code), access.ErrBadCode, "nor after a restart")
	f.clock.add(30 * time.Second)
	require.NoError(t, try(factor.Code(f.clock.now())))

	// A secret alone will do to unlock one's own session.
	_, err = f.Store.Verify(ctx, patrolID, access.Proof{Secret: patrolPIN, SecretOnly: true})
	require.NoError(t, err)
	_, err = f.Store.Verify(ctx, patrolID, access.Proof{Secret: patrolPIN})
	require.ErrorIs(t, err, access.ErrCodeNeeded)
	f.clock.add(30 * time.Second)
	code = factor.Code(f.clock.now())
	_, err = f.Store.Verify(ctx, patrolID, access.Proof{Secret: patrolPIN, Code: code})
	require.NoError(t, err)
	_, err = f.Store.Verify(ctx, patrolID, access.Proof{Secret: patrolPIN, Code: code})
	require.ErrorIs(t, err, access.ErrBadCode)

	f.SignOut()
	require.NoError(t, try(recovery))
	require.Zero(t, f.person(officer().ID).SecondFactor, "to be enrolled anew")
}

func TestRequirement37_WrongCodesLockOut(t *testing.T) {
	f := twoPeople(t)
	factor, _ := access.NewFactor()
	require.NoError(t, f.SetFactor(ctx, officer().ID, factor, event(audit.FactorEnrolled)))
	f.SignOut()
	proof := access.Proof{Secret: patrolPIN, Code: "xxxxxx"}
	for range maxFailures {
		_, err := f.Store.SignIn(ctx, patrolID, access.Proof{Secret: patrolPIN})
		require.ErrorIs(t, err, access.ErrCodeNeeded, "the right PIN alone does not start the count anew")
		_, err = f.Store.SignIn(ctx, patrolID, proof)
		require.ErrorIs(t, err, access.ErrBadCode)
	}
	proof.Code = factor.Code(f.clock.now())
	_, err := f.Store.SignIn(ctx, patrolID, proof)
	require.ErrorIs(t, err, access.ErrLockedOut)
}

// Requirement 54: the lock-out lasts as the policy says, and an administrator
// releases it here, without a line to anywhere.
func TestRequirement54_LockOutUntilReleased(t *testing.T) {
	f := twoPeople(t)
	require.NoError(t, f.SetLockout(ctx, access.Lockout{Failures: 3, Window: access.DefaultLockout.Window}))
	f.SignOut()
	fail := func(b access.Badge) {
		for range 3 {
			_, err := f.SignIn(ctx, b, "wrong-9911")
			require.ErrorIs(t, err, access.ErrBadSignIn)
		}
		_, err := f.SignIn(ctx, b, patrolPIN)
		require.ErrorIs(t, err, access.ErrLockedOut)
	}
	fail(patrolID)
	f.clock.add(30 * 24 * time.Hour)
	_, err := f.SignIn(ctx, patrolID, patrolPIN)
	require.ErrorIs(t, err, access.ErrLockedOut, "time does not end it")

	f.signIn()
	require.True(t, f.person(officer().ID).LockedOut)
	require.NoError(t, f.Release(ctx, patrolID, event(audit.LockoutReleased)))
	require.False(t, f.person(officer().ID).LockedOut)
	require.ErrorIs(t, f.Release(ctx, patrolID, event(audit.LockoutReleased)), access.ErrNotLockedOut)
	f.SignOut()
	_, err = f.SignIn(ctx, patrolID, patrolPIN)
	require.NoError(t, err)
	require.Contains(t, f.acts(), audit.LockoutReleased)
	f.SignOut()

	// Nobody could release the only administrator.
	fail(adminBadge)
	f.clock.add(access.DefaultLockout.Window - time.Second)
	_, err = f.SignIn(ctx, adminBadge, adminPIN)
	require.ErrorIs(t, err, access.ErrLockedOut)
	f.clock.add(time.Second)
	f.signIn()

	// With another one there is somebody who can.
	_, err = f.ChangePerson(ctx, officer().ID, event(audit.PersonChanged), func(p *access.Person) error {
		p.Roles = []access.Role{access.Administrator}
		return nil
	})
	require.NoError(t, err)
	f.SignOut()
	fail(adminBadge)
	f.clock.add(access.DefaultLockout.Window)
	_, err = f.SignIn(ctx, adminBadge, adminPIN)
	require.ErrorIs(t, err, access.ErrLockedOut)
}

func TestChangeSecretWrapsOneSlotAnew(t *testing.T) {
	f := twoPeople(t)
	f.SignOut()
	const next = "cedar-1187"
	change := func(old, next string) error {
		return f.ChangeSecret(ctx, patrolID, old, next, event(audit.SecretChanged))
	}
	require.ErrorIs(t, change(patrolPIN, "12345678"), access.ErrWeakSecret)
	require.ErrorIs(t, change(patrolPIN, patrolPIN), access.ErrSameSecret)
	require.ErrorIs(t, change("wrong-9911", next), access.ErrBadSignIn)
	st, err := f.stretching()
	require.NoError(t, err)
	id, err := st.slotID(adminBadge)
	require.NoError(t, err)
	before := f.value(bucketSlots, string(id))
	require.NoError(t, change(patrolPIN, next))
	require.Equal(t, before, f.value(bucketSlots, string(id)), "another's slot stays as it is")
	_, err = f.SignIn(ctx, patrolID, patrolPIN)
	require.ErrorIs(t, err, access.ErrBadSignIn)
	_, err = f.SignIn(ctx, patrolID, next)
	require.NoError(t, err)
	require.False(t, f.person(officer().ID).FirstSecret, "it is their own now")
	f.SignOut()
	f.signIn()
}

func TestRequirement21_DeactivatedPersonHasNoWayIn(t *testing.T) {
	f := twoPeople(t)
	factor, _ := access.NewFactor()
	require.NoError(t, f.SetFactor(ctx, officer().ID, factor, event(audit.FactorEnrolled)))
	require.Equal(t, 2, f.count(bucketSlots))
	require.NoError(t, f.Deactivate(ctx, officer().ID, event(audit.PersonDeactivated)))
	require.Equal(t, 1, f.count(bucketSlots), "the key slot is destroyed")
	gone := f.person(officer().ID)
	require.False(t, gone.CanSignIn)
	require.Equal(t, f.clock.now(), gone.Left)
	require.Zero(t, gone.SecondFactor)
	_, err := f.SignIn(ctx, patrolID, patrolPIN)
	require.ErrorIs(t, err, access.ErrBadSignIn)

	require.ErrorIs(t, f.Deactivate(ctx, admin().ID, event(audit.PersonDeactivated)), access.ErrLastAdministrator)
	_, err = f.ChangePerson(ctx, admin().ID, event(audit.PersonChanged), func(p *access.Person) error {
		p.Roles = []access.Role{access.Auditor}
		return nil
	})
	require.ErrorIs(t, err, access.ErrLastAdministrator)
	require.Equal(t, admin(), f.person(admin().ID).Officer, "nothing was changed")
	require.True(t, f.person(admin().ID).CanSignIn)

	// Who comes back gets a first secret, and is who they were.
	require.NoError(t, f.GiveSecret(ctx, officer().ID, "walnut-3391", event(audit.SecretGiven)))
	f.SignOut()
	back, err := f.SignIn(ctx, patrolID, "walnut-3391")
	require.NoError(t, err)
	require.Equal(t, officer(), back)
	require.True(t, f.person(officer().ID).FirstSecret)
	require.Zero(t, f.person(officer().ID).Left)
}

func TestBadgeOfSomebodyWhoLeftIsFree(t *testing.T) {
	f := twoPeople(t)
	require.NoError(t, f.Deactivate(ctx, officer().ID, event(audit.PersonDeactivated)))
	next := officer()
	next.ID, next.Name = "next", "Next Owner"
	require.NoError(t, f.Register(ctx, next, "cedar-1187", event(audit.PersonRegistered)))
	require.ErrorIs(t, f.GiveSecret(ctx, officer().ID, "walnut-3391", event(audit.SecretGiven)), access.ErrBadgeTaken)
	f.SignOut()
	o, err := f.SignIn(ctx, patrolID, "cedar-1187")
	require.NoError(t, err)
	require.Equal(t, next, o)
}

func TestChangePersonKeepsBadgeAndRefusesNonsense(t *testing.T) {
	f := twoPeople(t)
	before := len(f.records())
	for _, c := range []struct {
		id  string
		do  func(*access.Person) error
		err error
	}{
		{"nobody", func(*access.Person) error { return nil }, access.ErrUnknownPerson},
		{officer().ID, func(*access.Person) error { return access.ErrBadTraining }, access.ErrBadTraining},
		{officer().ID, func(p *access.Person) error { p.Roles = nil; return nil }, access.ErrIncomplete},
	} {
		_, err := f.ChangePerson(ctx, c.id, event(audit.PersonChanged), c.do)
		require.ErrorIs(t, err, c.err)
	}
	require.Len(t, f.records(), before, "what did not happen is not recorded")
	p, err := f.ChangePerson(ctx, officer().ID, event(audit.PersonChanged), func(p *access.Person) error {
		p.Badge, p.ID = "1", "x"
		p.Signed = access.Signature{Version: 2, At: start}
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, officer(), p.Officer)
	require.Equal(t, 2, f.person(officer().ID).Signed.Version)
}
