package cruiser_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
)

func TestRequirement54_RecoverySignsNobodyIn(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.as("30001")
	_, _, err := c.MakeRecovery(ctx)
	require.ErrorIs(t, err, access.ErrNotAllowed, "an administrator's act")
	c.as("20418")
	none, err := c.Recovery(ctx)
	require.NoError(t, err)
	require.True(t, none.Made.IsZero())
	code, made, err := c.MakeRecovery(ctx)
	require.NoError(t, err)
	kept, err := c.Recovery(ctx)
	require.NoError(t, err)
	require.Equal(t, made, kept)
	require.NoError(t, c.SignOut(ctx))

	require.ErrorIs(t, c.Recover(ctx, string(code)+"7", "20418", "another good secret"), access.ErrMistyped)
	require.ErrorIs(t, c.Recover(ctx, string(access.NewRecoveryCode()), "20418", "another good secret"), access.ErrBadRecovery)
	require.ErrorIs(t, c.Recover(ctx, string(code), "30001", "another good secret"), access.ErrNotAdministrator)
	require.NoError(t, c.Recover(ctx, string(code), " 20418 ", "another good secret"))
	_, ok := c.Session()
	require.False(t, ok, "the code opens nothing")
	require.NoError(t, c.SignIn(ctx, "20418", "another good secret"))
	s, _ := c.Session()
	require.Equal(t, access.NeedSecret, s.Need)
	used := c.acts()[audit.RecoveryUsed][0]
	require.Empty(t, used.Name)
	require.Equal(t, map[string]string{"slot": made.Name}, used.Detail)
	require.NoError(t, used.Check())
	require.NoError(t, c.acts()[audit.RecoveryMade][0].Check())
}

func TestRequirement34_RekeyingNeedsAnAdministratorAReasonAndNoPatrol(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.read("CKLM804")
	require.ErrorIs(t, c.Rekey(ctx, " ", nil), access.ErrIncomplete)
	require.ErrorIs(t, c.Rekey(ctx, "somebody left", nil), cruiser.ErrPatrolRuns)
	require.NoError(t, c.StopPatrol(ctx))
	require.NoError(t, c.Rekey(ctx, "somebody left", nil))
	require.Len(t, c.Queue(), 1)
	require.NoError(t, c.StartPatrol(ctx))
	c.read("BWKB881")
	require.Len(t, c.Queue(), 2, "it goes on as before")
	e := c.acts()[audit.StoreRekeyed][0]
	require.NoError(t, e.Check())
	require.Equal(t, "somebody left", e.Reason)
}
