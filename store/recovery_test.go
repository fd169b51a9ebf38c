package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
)

const newPIN = "spruce-6620"

// recoveryCode makes one.
func (f *fixture) recoveryCode() access.RecoveryCode {
	f.t.Helper()
	code, made, err := f.MakeRecovery(ctx, func(name string) audit.Event {
		e := event(audit.RecoveryMade)
		e.Object = name
		return e
	})
	require.NoError(f.t, err)
	kept, err := f.Recovery(ctx)
	require.NoError(f.t, err)
	require.Equal(f.t, made, kept)
	return code
}

func (f *fixture) recover(code access.RecoveryCode, badge access.Badge) error {
	return f.Recover(ctx, code, badge, newPIN, func(name, id string) audit.Event {
		return audit.Event{Act: audit.RecoveryUsed, Object: id, Detail: map[string]string{"slot": name}}
	})
}

func TestRequirement54_RecoveryCodeGivesAnAdministratorAFirstPIN(t *testing.T) {
	f := twoPeople(t)
	none, err := f.Recovery(ctx)
	require.NoError(t, err)
	require.Zero(t, none)
	code := f.recoveryCode()
	f.SignOut()
	for range maxFailures {
		f.SignIn(ctx, adminBadge, "wrong-9911")
	}
	_, err = f.SignIn(ctx, adminBadge, adminPIN)
	require.ErrorIs(t, err, access.ErrLockedOut)

	require.ErrorIs(t, f.recover(code, patrolID), access.ErrNotAdministrator)
	require.ErrorIs(t, f.recover(code, "11118888"), access.ErrNotAdministrator)
	require.NoError(t, f.recover(code, adminBadge))
	_, err = f.Hits(ctx)
	require.ErrorIs(t, err, ErrLocked, "the code opens nothing")
	_, err = f.SignIn(ctx, adminBadge, adminPIN)
	require.ErrorIs(t, err, access.ErrBadSignIn)
	_, err = f.SignIn(ctx, adminBadge, newPIN)
	require.NoError(t, err)
	require.True(t, f.person(admin().ID).FirstSecret, "to be changed at once")
	records := f.records()
	used := records[len(records)-3].Event
	require.Equal(t, audit.RecoveryUsed, used.Act)
	require.Equal(t, admin().ID, used.Object)
	require.Equal(t, map[string]string{"slot": "recovery-1"}, used.Detail)
	require.NoError(t, used.Check())

	f.SignOut()
	require.NoError(t, f.recover(code, adminBadge), "until another one is made")
}

func TestRequirement54_ANewRecoveryCodeEndsTheOldOne(t *testing.T) {
	f := setUpFixture(t)
	old := f.recoveryCode()
	slot := f.value(bucketMeta, string(recoveryID))
	next := f.recoveryCode()
	f.SignOut()
	require.ErrorIs(t, f.recover(old, adminBadge), access.ErrBadRecovery)

	// Who kept the old sheet of paper and can write the file puts the old slot back.
	now := f.value(bucketMeta, string(recoveryID))
	f.tamper(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketMeta)).Put(recoveryID, slot) })
	require.ErrorIs(t, f.recover(old, adminBadge), ErrDamaged)
	f.tamper(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketMeta)).Put(recoveryID, now) })
	require.NoError(t, f.recover(next, adminBadge))
}

func TestRequirement54_WrongRecoveryCodesLockOut(t *testing.T) {
	f := setUpFixture(t)
	f.SignOut()
	require.ErrorIs(t, f.recover(access.NewRecoveryCode(), adminBadge), access.ErrBadRecovery, "there is none yet")
	f.signIn()
	code := f.recoveryCode()
	f.SignOut()
	for range maxFailures {
		require.ErrorIs(t, f.recover(access.NewRecoveryCode(), adminBadge), access.ErrBadRecovery)
	}
	require.ErrorIs(t, f.recover(code, adminBadge), access.ErrLockedOut)
	f.signIn()
	records := f.records()
	failed := records[len(records)-2].Event
	require.Equal(t, audit.RecoveryFailed, failed.Act)
	require.Equal(t, map[string]string{"failed": "5", "locked_out": "1", "first": "2026-11-22T18:30:15Z"}, failed.Detail)
	require.NoError(t, failed.Check())
	f.SignOut()
	f.clock.add(access.DefaultLockout.Window)
	require.NoError(t, f.recover(code, adminBadge))
}

// Nobody could release the recovery slot: its lock-out ends by itself, whatever the
// policy says of badges.
func TestRequirement54_RecoveryIsNeverLockedOutForGood(t *testing.T) {
	f := twoPeople(t)
	require.NoError(t, f.SetLockout(ctx, access.Lockout{Failures: 2, Window: 20 * time.Minute}))
	code := f.recoveryCode()
	f.SignOut()
	for range 2 {
		require.ErrorIs(t, f.recover(access.NewRecoveryCode(), adminBadge), access.ErrBadRecovery)
	}
	require.ErrorIs(t, f.recover(code, adminBadge), access.ErrLockedOut)
	f.clock.add(20 * time.Minute)
	require.NoError(t, f.recover(code, adminBadge))
}
