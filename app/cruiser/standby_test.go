package cruiser_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/policy"
)

// keyStore is a machine's key store. The real one is in package store/crash's tests.
type keyStore struct {
	mu     sync.Mutex
	secret []byte
	absent error
}

func (k *keyStore) Ready(context.Context) error { k.mu.Lock(); defer k.mu.Unlock(); return k.absent }

func (k *keyStore) Keep(_ context.Context, secret []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.absent == nil {
		k.secret = slices.Clone(secret)
	}
	return k.absent
}

func (k *keyStore) Get(context.Context) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.absent == nil && k.secret == nil {
		return nil, errors.New("nothing is kept")
	}
	return slices.Clone(k.secret), k.absent
}

func (k *keyStore) Forget(context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.absent == nil {
		k.secret = nil
	}
	return k.absent
}

func (k *keyStore) has() bool { k.mu.Lock(); defer k.mu.Unlock(); return k.secret != nil }

func (k *keyStore) answer(err error) { k.mu.Lock(); k.absent = err; k.mu.Unlock() }

// newKeyed is a car whose machine has a key store.
func newKeyed(t *testing.T) (*car, *keyStore) {
	t.Helper()
	c := newCar(t, nil)
	require.NoError(t, c.Close())
	keys := &keyStore{}
	c.parts.Keys = keys
	c.start()
	return c, keys
}

// resumes restarts the terminal in the middle of what it does, as far as the next start
// sees of it, and reports whether it goes on with its patrol.
func (c *car) resumes() bool {
	c.t.Helper()
	c.restart()
	resumed, err := c.Resume(context.Background())
	require.NoError(c.t, err)
	return resumed
}

func TestRequirement29_APatrolGoesOnAfterARestart(t *testing.T) {
	ctx := context.Background()
	c, keys := newKeyed(t)
	c.setUp()
	require.True(t, keys.has())
	kept, err := c.MachineKey(ctx)
	require.NoError(t, err)
	require.Equal(t, cruiser.MachineKeyKept, kept)
	c.read("BWKB881")
	c.pass(time.Minute)

	require.True(t, c.resumes())
	require.True(t, c.OnStandby())
	require.True(t, c.Patrolling())
	require.NotEmpty(t, c.Cameras())
	require.Equal(t, "Car 4127", c.Settings().Terminal)
	_, in := c.Session()
	require.False(t, in, "nobody has signed in")
	c.calls.alerts = nil
	c.read("CKLM804")
	c.read("NOBODY1")
	require.Equal(t, []policy.Tier{policy.Grave}, c.calls.alerts, "it sounds")
	// What is on the screen says how many wait, and nothing more.
	require.Empty(t, c.Queue())
	require.Equal(t, map[policy.Tier]int{policy.Grave: 1}, c.WaitingCounts())
	_, err = c.Hits(ctx)
	require.ErrorIs(t, err, access.ErrNotSignedIn)
}

// Before anybody has signed in nothing of what is recorded can be opened; afterwards it
// is all there, and the shift goes on.
func TestRequirement29_WhatWasRecordedAfterARestartIsThereAfterTheSignIn(t *testing.T) {
	ctx := context.Background()
	c, keys := newKeyed(t)
	c.setUp()
	before, _ := c.Deployment()
	c.read("BWKB881")
	require.True(t, c.resumes())
	c.read("CKLM804")
	c.as("20418")
	require.False(t, c.OnStandby())
	require.True(t, c.Patrolling(), "the patrol went on")
	require.Len(t, c.Queue(), 2)
	for _, h := range c.Queue() {
		require.NotEmpty(t, h.Read.Text)
		require.Equal(t, before.ID, h.Deployment)
		a, err := c.OpenAlert(ctx, h.ID)
		require.NoError(t, err)
		require.NotNil(t, a.Plate)
	}
	now, ok := c.Deployment()
	require.True(t, ok)
	require.Equal(t, before.ID, now.ID)
	c.pass(time.Hour)
	c.read("CKLM804") // and so is the next one
	require.Len(t, c.Queue(), 3)
	acts := c.acts()
	require.Len(t, acts[audit.StandbyResumed], 1)
	require.Empty(t, acts[audit.StandbyResumed][0].Badge, "nobody did it")
	require.Equal(t, before.ID, acts[audit.StandbyResumed][0].Object)
	require.Equal(t, map[string]string{"records": "3"}, acts[audit.InboxFolded][0].Detail, "that it went on, the hit, its picture")
	require.Len(t, acts[audit.StandbyKept], 2, "it is made anew for who has signed in")
	require.True(t, keys.has())
	for _, r := range c.records() {
		require.NoError(t, r.Event.Check())
	}
	d, err := c.EndShift(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 3, d.Deployment.Statistics.Hits())
	require.False(t, keys.has())
}

func TestRequirement36_TheMachinesKeyRestsThereOnlyWhileAPatrolRuns(t *testing.T) {
	ctx := context.Background()
	for name, end := range map[string]func(c *car) error{
		"patrol":   func(c *car) error { return c.StopPatrol(ctx) },
		"shift":    func(c *car) error { _, err := c.EndShift(ctx); return err },
		"sign-out": func(c *car) error { return c.SignOut(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			c, keys := newKeyed(t)
			c.setUp()
			require.True(t, keys.has())
			require.NoError(t, end(c))
			require.False(t, keys.has())
			require.False(t, c.resumes(), "nothing to go on with")
			require.False(t, c.Patrolling())
			c.as("20418")
			require.Equal(t, audit.OutcomeOK, c.acts()[audit.StandbyEnded][0].Outcome)
			ready, err := c.MachineKey(ctx)
			require.NoError(t, err)
			require.Equal(t, cruiser.MachineKeyReady, ready)
		})
	}
}

// A key store that does not answer when a patrol ends keeps a key that opens nothing.
func TestRequirement36_AKeyThatIsLeftOpensNothing(t *testing.T) {
	ctx := context.Background()
	c, keys := newKeyed(t)
	c.setUp()
	keys.answer(errors.New("locked"))
	require.NoError(t, c.StopPatrol(ctx))
	require.True(t, keys.has())
	require.Equal(t, audit.OutcomeKeyLeft, c.acts()[audit.StandbyEnded][0].Outcome)
	keys.answer(nil)
	require.False(t, c.resumes())
	require.False(t, keys.has(), "it goes at the next start")
}

// A machine without a key store does everything but go on by itself.
func TestWithoutAKeyStoreATerminalWaitsForItsOfficer(t *testing.T) {
	ctx := context.Background()
	c, keys := newKeyed(t)
	keys.answer(errors.New("no bus"))
	c.setUp()
	c.read("CKLM804")
	state, err := c.MachineKey(ctx)
	require.NoError(t, err)
	require.Equal(t, cruiser.MachineKeyNone, state)
	require.False(t, c.resumes())
	require.False(t, c.Patrolling())
	c.as("20418")
	require.Len(t, c.Queue(), 1)
	require.Empty(t, c.acts()[audit.StandbyKept])
	require.Empty(t, c.acts()[audit.StandbyEnded])
}

// A key store that lost its key, or does not answer at the start, leaves a record that
// the next sign-in destroys.
func TestRequirement36_AStandbyRecordThatWasNotUsedGoesWithTheNextSignIn(t *testing.T) {
	c, keys := newKeyed(t)
	c.setUp()
	keys.answer(errors.New("locked"))
	require.False(t, c.resumes())
	keys.answer(nil)
	c.as("20418")
	ended := c.acts()[audit.StandbyEnded]
	require.Len(t, ended, 1)
	require.Equal(t, audit.ReasonNotResumed, ended[0].Reason)
	require.False(t, keys.has())
}

// A car that was parked in the middle of a shift does not read plates by itself the next
// day.
func TestAPatrolDoesNotGoOnAfterTheHoursOfASession(t *testing.T) {
	c, keys := newKeyed(t)
	c.setUp()
	holds := c.Pack().Session.Reauthenticate()
	require.Positive(t, holds)
	c.pass(holds)
	require.False(t, c.resumes())
	require.False(t, keys.has())
	c.as("20418")
	require.False(t, c.Patrolling())
}

// Whoever has signed in decides: nothing is started behind their back.
func TestNothingIsResumedOnceSomebodyHasSignedIn(t *testing.T) {
	ctx := context.Background()
	c, _ := newKeyed(t)
	c.setUp()
	require.NoError(t, c.Close())
	c.start()
	c.as("20418")
	resumed, err := c.Resume(ctx)
	require.NoError(t, err)
	require.False(t, resumed)
	require.False(t, c.Patrolling())
}

func TestRequirement29_CamerasThatDoNotStartLeaveATerminalThatWaits(t *testing.T) {
	ctx := context.Background()
	c, _ := newKeyed(t)
	c.setUp()
	require.NoError(t, c.Close())
	c.parts.Vision = broken{}
	c.start()
	_, err := c.Resume(ctx)
	require.ErrorIs(t, err, errCut)
	require.False(t, c.OnStandby())
	require.False(t, c.Patrolling())
	require.Empty(t, c.Settings().Terminal)
	c.as("20418")
	var outcomes []string
	for _, e := range c.acts()[audit.StandbyResumed] {
		outcomes = append(outcomes, e.Outcome)
	}
	require.Equal(t, []string{audit.OutcomeOK, audit.OutcomeNoCameras}, outcomes)
}

// A PIN that is not right leaves the patrol as it is.
func TestRequirement37_AFailedSignInLeavesThePatrolLocked(t *testing.T) {
	ctx := context.Background()
	c, _ := newKeyed(t)
	c.setUp()
	require.True(t, c.resumes())
	require.ErrorIs(t, c.SignIn(ctx, "20418", "not the secret"), access.ErrBadSignIn)
	require.True(t, c.OnStandby())
	require.True(t, c.Patrolling())
	c.read("CKLM804")
	require.Empty(t, c.Queue())
	c.as("20418")
	require.Len(t, c.Queue(), 1)
	require.Len(t, c.acts()[audit.SignInFailed], 1)
}

// An installed policy is in force after a restart too: it says what alerts, and how.
func TestRequirement29_TheInstalledPolicyGoesOnToo(t *testing.T) {
	c := newOffice(t)
	c.parts.Keys = &keyStore{}
	text, signature := edition(t, "ontario", policyKey('a'), "version = 1\n", "version = 2\n", "quiet_minutes = 10", "quiet_minutes = 25")
	_, err := c.InstallPack(t.Context(), text, signature, "the board's new procedure")
	require.NoError(t, err)
	c.restart()
	c.as("20418")
	require.NoError(t, c.StartPatrolWith(t.Context(), cruiser.Start{Note: "seen"}))
	require.True(t, c.resumes())
	require.Equal(t, 25, c.Pack().QuietMinutes)
	require.True(t, c.OnStandby())
}
