package cruiser_test

import (
	"context"
	"encoding/base32"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/policy"
	"secondlook/app/search"
)

const given = "given by hand"

// newcomer is a person with a first secret and nothing else, signed in.
func (c *car) newcomer(badge access.Badge, roles ...access.Role) string {
	c.t.Helper()
	require.NoError(c.t, c.Register(context.Background(), "New Comer", badge, roles, given))
	id := c.person(badge).ID
	require.NoError(c.t, c.StopPatrol(context.Background()))
	require.NoError(c.t, c.SignOut(context.Background()))
	require.NoError(c.t, c.SignIn(context.Background(), badge, given))
	return id
}

// acts tries every act of the terminal, and returns what came of each.
func (c *car) tryAll() map[string]error {
	ctx := context.Background()
	errs := map[string]error{}
	_, errs["open"] = c.OpenAlert(ctx, "x")
	_, _, errs["picture"] = c.ContextPicture(ctx, "x")
	_, errs["confirm"] = c.Confirm(ctx, "x", time.Minute)
	errs["reject"] = c.Reject(ctx, "x", hit.Misread, time.Minute)
	_, errs["verify"] = c.Verify(ctx, "x", hit.Verification{})
	_, errs["notify"] = c.Notify(ctx, "x", hit.Notice{})
	_, errs["finish"] = c.Finish(ctx, "x", hit.Outcome{})
	_, errs["hits"] = c.Hits(ctx)
	_, _, errs["offer"] = c.Offer(ctx, "x")
	_, errs["end shift"] = c.EndShift(ctx)
	_, errs["pending"] = c.Pending(ctx)
	_, errs["sync"] = c.Sync(ctx, nil)
	_, errs["import"] = c.ImportList(ctx, "CPIC", c.clock(), strings.NewReader("plate,category\nA1,stolen-vehicle\n"))
	errs["withdraw list"] = c.WithdrawList(ctx, "CPIC")
	_, errs["propose"] = c.Propose(ctx, proposal(c.clock()))
	_, errs["entries"] = c.Entries(ctx)
	errs["approve"] = c.Approve(ctx, "x")
	errs["refuse"] = c.Refuse(ctx, "x", "no")
	errs["withdraw"] = c.Withdraw(ctx, "x", "no")
	_, errs["search"] = c.Search(ctx, search.Query{})
	errs["patrol"] = c.StartPatrol(ctx)
	errs["register"] = c.Register(ctx, "A", "1", []access.Role{access.Patrol}, secret)
	_, errs["people"] = c.People(ctx)
	errs["roles"] = c.ChangeRoles(ctx, "x", []access.Role{access.Patrol}, "why")
	errs["deactivate"] = c.Deactivate(ctx, "x", "why")
	errs["give"] = c.GiveSecret(ctx, "x", secret, "why")
	errs["reset"] = c.ResetFactor(ctx, "x", "why")
	errs["release"] = c.Release(ctx, "x", "why")
	errs["train"] = c.RecordTraining(ctx, "x", c.clock(), "ALPR")
	errs["settings"] = c.ChangeSettings(ctx, c.Settings(), "why")
	_, errs["audit"] = c.Records(ctx)
	return errs
}

// Requirement 23: nobody operates the system before all is there, whatever the
// roles; what is missing can be mended, and everything else works afterwards.
func TestRequirement23_NoActBeforeAgreementAndTraining(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.read("CKLM804")
	id := c.newcomer("40001", access.Roles...)
	needs := func(n access.Need) {
		t.Helper()
		s, ok := c.Session()
		require.True(t, ok)
		require.Equal(t, n, s.Need)
		for act, err := range c.tryAll() {
			require.ErrorIs(t, err, access.ErrNotReady, act)
		}
		require.Empty(t, c.Queue())
		require.Empty(t, c.Open())
		for _, act := range []access.Act{access.ActPatrol, access.ActPeople, access.ActSeeAudit, access.ActTrain} {
			require.False(t, c.May(act))
		}
	}
	needs(access.NeedSecret)
	require.NoError(t, c.ChangeSecret(ctx, given, "an own good secret"))
	needs(access.NeedAgreement)
	require.ErrorIs(t, c.AcceptAgreement(ctx, c.Pack().Agreement.Version+1), access.ErrNotReady)
	needs(access.NeedAgreement)
	require.NoError(t, c.AcceptAgreement(ctx, c.Pack().Agreement.Version))
	needs(access.NeedTraining)
	require.ErrorIs(t, c.StateTraining(ctx, c.clock(), "ALPR"), access.ErrOwnAccount, "somebody else records it")
	who, err := c.Trainers(ctx)
	require.NoError(t, err)
	require.Len(t, who, 1)
	require.Equal(t, access.Badge("20418"), who[0].Badge)
	needs(access.NeedTraining)

	c.as("20418")
	require.ErrorIs(t, c.RecordTraining(ctx, id, c.clock().AddDate(0, 0, 1), "ALPR basics"), access.ErrBadTraining)
	require.ErrorIs(t, c.RecordTraining(ctx, id, c.clock(), " "), access.ErrBadTraining)
	require.NoError(t, c.RecordTraining(ctx, id, c.clock(), "ALPR basics"))
	require.NoError(t, c.SignOut(ctx))
	require.NoError(t, c.SignIn(ctx, "40001", "an own good secret"))
	s, _ := c.Session()
	require.Equal(t, access.NeedNothing, s.Need)
	require.Len(t, c.Queue(), 1)
	require.ErrorIs(t, c.RecordTraining(ctx, id, c.clock(), "ALPR basics"), access.ErrOwnAccount)

	acts := c.acts()
	signed := acts[audit.AgreementAccepted][len(acts[audit.AgreementAccepted])-1]
	require.Equal(t, "40001", signed.Badge)
	require.Equal(t, map[string]string{"agreement": "1"}, signed.Detail)
	trained := acts[audit.TrainingRecorded][len(acts[audit.TrainingRecorded])-1]
	require.Equal(t, id, trained.Object)
	require.Equal(t, "20418", trained.Badge, "by whom")
	require.Equal(t, map[string]string{"trained": "2026-11-22", "course": "ALPR basics"}, trained.Detail)
}

func TestRequirement23_LapsedAgreementAndTraining(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	require.NoError(t, c.StopPatrol(ctx))
	c.pass(340 * 24 * time.Hour) // training is from a month before
	c.as("30001")
	s, _ := c.Session()
	require.Equal(t, access.NeedTraining, s.Need)
	require.ErrorIs(t, c.StartPatrol(ctx), access.ErrNotReady)

	// The only administrator, whom nobody here could help, states their own.
	c.as("20418")
	s, _ = c.Session()
	require.Equal(t, access.NeedTraining, s.Need)
	who, err := c.Trainers(ctx)
	require.NoError(t, err)
	require.Empty(t, who)
	require.NoError(t, c.StateTraining(ctx, c.clock(), "Refresher"))
	require.True(t, c.May(access.ActPeople))
	c.pass(26 * 24 * time.Hour)
	c.as("20418")
	s, _ = c.Session()
	require.Equal(t, access.NeedAgreement, s.Need, "signed a year ago")

	c.Pack().Agreement.Version++
	require.NoError(t, c.AcceptAgreement(ctx, c.Pack().Agreement.Version))
	s, _ = c.Session()
	require.Equal(t, access.NeedNothing, s.Need)
}

func TestRequirement23_SetUpNeedsBoth(t *testing.T) {
	c := newCar(t, nil)
	whole := cruiser.FirstPerson{Terminal: "Car 1", Service: "S", Name: "Ada", Badge: "1", Secret: secret,
		Agreed: c.Pack().Agreement.Version, Trained: c.clock().AddDate(0, -1, 0), Course: "ALPR"}
	for name, change := range map[string]func(*cruiser.FirstPerson){
		"agreement": func(f *cruiser.FirstPerson) { f.Agreed = 0 }, "course": func(f *cruiser.FirstPerson) { f.Course = "" },
		"day": func(f *cruiser.FirstPerson) { f.Trained = time.Time{} }, "lapsed": func(f *cruiser.FirstPerson) { f.Trained = c.clock().AddDate(-2, 0, 0) },
		"to come": func(f *cruiser.FirstPerson) { f.Trained = c.clock().AddDate(0, 0, 1) },
	} {
		f := whole
		change(&f)
		require.Error(t, c.SetUp(context.Background(), f), name)
		done, err := c.IsSetUp()
		require.NoError(t, err)
		require.False(t, done, name)
	}
	require.NoError(t, c.SetUp(context.Background(), whole))
	require.True(t, c.May(access.ActSettings))
}

// secretOf is the second factor that an authenticator makes of what it scanned.
func secretOf(t *testing.T, uri string) access.Factor {
	t.Helper()
	u, err := url.Parse(uri)
	require.NoError(t, err)
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(u.Query().Get("secret"))
	require.NoError(t, err)
	return access.Factor{Secret: b}
}

func TestRequirement37_SecondFactorWhereThePackAsks(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	require.NoError(t, c.StopPatrol(ctx))
	c.Pack().Session.SecondFactor = []string{"supervisor"}
	c.as("30001")
	s, _ := c.Session()
	require.Equal(t, access.NeedFactor, s.Need)
	require.ErrorIs(t, c.ConfirmFactor(ctx, "123456"), access.ErrBadCode, "none was begun")
	shown, err := c.BeginFactor()
	require.NoError(t, err)
	phone := secretOf(t, shown.URI)
	require.ErrorIs(t, c.ConfirmFactor(ctx, ""), access.ErrCodeNeeded)
	require.ErrorIs(t, c.ConfirmFactor(ctx, shown.Recovery), access.ErrBadCode)
	require.ErrorIs(t, c.ConfirmFactor(ctx, phone.Code(c.clock().Add(time.Hour))), access.ErrBadCode)
	require.ErrorIs(t, c.StartPatrol(ctx), access.ErrNotReady)
	require.NoError(t, c.ConfirmFactor(ctx, phone.Code(c.clock())))
	require.True(t, c.May(access.ActPatrol))
	_, err = c.BeginFactor()
	require.ErrorIs(t, err, access.ErrOwnAccount, "an enrolled one is not replaced by whoever sits here")
	require.NoError(t, c.SignOut(ctx))

	require.ErrorIs(t, c.SignIn(ctx, "30001", secret), access.ErrCodeNeeded)
	require.ErrorIs(t, c.SignInWithCode(ctx, "30001", secret, phone.Code(c.clock())), access.ErrBadCode, "used to enrol")
	_, in := c.Session()
	require.False(t, in)
	c.pass(30 * time.Second)
	require.NoError(t, c.SignInWithCode(ctx, "30001", secret, phone.Code(c.clock())))

	// An administrator resets it, on record.
	c.as("20418")
	require.NoError(t, c.ResetFactor(ctx, c.person("30001").ID, "phone lost"))
	reset := c.acts()[audit.FactorReset]
	require.Len(t, reset, 1)
	require.Equal(t, "phone lost", reset[0].Reason)
	c.as("30001")
	s, _ = c.Session()
	require.Equal(t, access.NeedFactor, s.Need)
}

func TestRequirement37_IdleAndHoursLock(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	locked := func() bool {
		t.Helper()
		require.NoError(t, c.LockIfDue(ctx))
		s, ok := c.Session()
		require.True(t, ok)
		return s.Locked
	}
	idle := c.Pack().Session.Lock()
	require.Equal(t, 30*time.Minute, idle)
	c.pass(idle - time.Second)
	require.False(t, locked())
	c.Touch()
	c.pass(idle - time.Second)
	require.False(t, locked(), "somebody used it")
	c.pass(time.Second)
	require.True(t, locked())
	before := len(c.calls.alerts)
	c.read("CKLM804")
	require.Len(t, c.calls.alerts, before+1, "alerts still sound")
	require.Empty(t, c.Queue())
	require.Equal(t, 1, c.WaitingCounts()[policy.Grave])
	require.ErrorIs(t, c.anyAct(), access.ErrNotSignedIn)
	require.NoError(t, c.Unlock(ctx, "20418", secret))
	require.Len(t, c.Queue(), 1)

	c.Pack().Session.LockMinutes = 0
	c.pass(9 * time.Hour)
	require.False(t, locked(), "a pack may go without")
	c.pass(2*time.Hour + time.Minute)
	require.Empty(t, c.Queue(), "the hours are over before the screens know")
	require.ErrorIs(t, c.anyAct(), access.ErrSessionOver)
	require.True(t, locked())
	require.True(t, c.Patrolling(), "the patrol goes on")
	require.NoError(t, c.Unlock(ctx, "20418", secret))
	require.Len(t, c.Queue(), 1)
	require.Len(t, c.acts()[audit.Locked], 2)
}

// anyAct is any act of an officer's.
func (c *car) anyAct() error { _, err := c.Hits(context.Background()); return err }

// The second factor is asked for again after the hours, and of whoever takes over.
func TestRequirement37_UnlockAsksForTheCodeWhenItMust(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.Pack().Session.SecondFactor = []string{"supervisor"}
	c.as("30001")
	shown, err := c.BeginFactor()
	require.NoError(t, err)
	phone := secretOf(t, shown.URI)
	require.NoError(t, c.ConfirmFactor(ctx, phone.Code(c.clock())))
	require.NoError(t, c.Lock(ctx))
	require.NoError(t, c.Unlock(ctx, "30001", secret), "one's own session")
	c.pass(c.Pack().Session.Reauthenticate())
	require.NoError(t, c.LockIfDue(ctx))
	require.ErrorIs(t, c.Unlock(ctx, "30001", secret), access.ErrCodeNeeded)
	require.NoError(t, c.UnlockWithCode(ctx, "30001", secret, phone.Code(c.clock())))
	require.True(t, c.May(access.ActPatrol))

	require.NoError(t, c.Lock(ctx))
	require.NoError(t, c.Unlock(ctx, "20418", secret), "the other takes over")
	require.NoError(t, c.Lock(ctx))
	require.ErrorIs(t, c.Unlock(ctx, "30001", secret), access.ErrCodeNeeded)
	s, _ := c.Session()
	require.True(t, s.Locked)
	require.Equal(t, access.Badge("20418"), s.Officer.Badge)
}

func TestRequirement37_PrivilegedActsNeedAFreshProof(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	require.NoError(t, c.ChangeSettings(ctx, c.Settings(), "fresh from the sign-in"))
	c.pass(access.ProofHolds)
	privileged := map[string]bool{"import": true, "withdraw list": true, "register": true, "roles": true, "deactivate": true,
		"give": true, "reset": true, "release": true, "train": true, "settings": true}
	for act, err := range c.tryAll() {
		if privileged[act] {
			require.ErrorIs(t, err, access.ErrReauthenticate, act)
		} else {
			require.NotErrorIs(t, err, access.ErrReauthenticate, act)
		}
	}
	require.True(t, c.May(access.ActPeople), "the way there stays open")
	require.False(t, c.Fresh())
	require.ErrorIs(t, c.Reauthenticate(ctx, "something else"), access.ErrBadSignIn)
	require.ErrorIs(t, c.ChangeSettings(ctx, c.Settings(), "now"), access.ErrReauthenticate)
	require.NoError(t, c.Reauthenticate(ctx, secret))
	require.True(t, c.Fresh())
	require.NoError(t, c.ChangeSettings(ctx, c.Settings(), "now"))
	require.Len(t, c.acts()[audit.Reauthenticated], 1)

	// So does a supervisor's decision.
	c.as("20418")
	e, err := c.Propose(ctx, proposal(c.clock()))
	require.NoError(t, err)
	c.as("30001")
	c.pass(access.ProofHolds)
	require.ErrorIs(t, c.Approve(ctx, e.ID), access.ErrReauthenticate)
	require.NoError(t, c.Reauthenticate(ctx, secret))
	require.NoError(t, c.Approve(ctx, e.ID))
}

func TestRequirement21_AdministratorChangesOthersOnly(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	require.NoError(t, c.StopPatrol(ctx))
	own, other := c.person("20418").ID, c.person("30001").ID
	for act, err := range map[string]error{
		"roles": c.ChangeRoles(ctx, own, access.Roles, "why"), "leave": c.Deactivate(ctx, own, "why"),
		"secret": c.GiveSecret(ctx, own, given, "why"), "factor": c.ResetFactor(ctx, own, "why"),
	} {
		require.ErrorIs(t, err, access.ErrOwnAccount, act)
	}
	require.NoError(t, c.ChangeRoles(ctx, other, []access.Role{access.Administrator, access.Auditor}, "promoted"))
	require.Equal(t, "supervisor → administrator, auditor", c.acts()[audit.PersonChanged][0].Detail["roles"])
	c.as("30001")
	require.False(t, c.May(access.ActApproveEntry))
	require.NoError(t, c.Deactivate(ctx, own, "retired"))
	require.ErrorIs(t, c.Deactivate(ctx, own, " "), access.ErrIncomplete)
	require.NoError(t, c.SignOut(ctx))
	require.ErrorIs(t, c.SignIn(ctx, "20418", secret), access.ErrBadSignIn)
	require.NoError(t, c.SignIn(ctx, "30001", secret))
	require.NoError(t, c.GiveSecret(ctx, own, given, "is back"))
	require.NoError(t, c.SignOut(ctx))
	require.NoError(t, c.SignIn(ctx, "20418", given))
	s, _ := c.Session()
	require.Equal(t, access.NeedSecret, s.Need)
}
