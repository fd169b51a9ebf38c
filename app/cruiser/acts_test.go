package cruiser_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/breach"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/review"
	"secondlook/app/search"
)

// reviewing are limits of reviews that a test reaches.
var reviewing = policy.Review{PeriodDays: 30, DrawPercent: 100, DrawActs: 5, OffShiftActs: 1, OffShiftGraceMinutes: 15,
	SamePlateSearches: 3, SamePlateHours: 1, FastVerdicts: 2, FastVerdictMillis: 1000,
	Refusals: 3, RefusalHours: 1, FailedSignIns: 5, FailedSignInHours: 1, Exports: 1, ExportHours: 1}

// method is one exported method of Cruiser, and what it leaves in the audit record.
type method struct {
	name string
	// act is what it leaves; "" for one that leaves nothing, with the reason why.
	act  audit.Act
	free string
	// may is what a role must be allowed to; "" is anybody who is signed in.
	may access.Act
	// always is set where it happens even if it cannot be written down.
	always bool
	do     func(ctx context.Context, c *car, s *stage) error
}

// state is why a method needs no record.
const inTraining = "works in training only, of which nothing is kept"

const noAct = "somebody's own words before they send them: nothing was looked up and nothing has happened"

const state = "the terminal's own state: what it shows was recorded when it came about"

// stage is what the methods are called with.
type stage struct {
	raised, rejected, confirmed, verified, notified string    // hits
	entries                                         [5]string // the last is approved
	own                                             string    // an entry by who is at the terminal
	badge                                           access.Badge
	draw                                            review.Draw
	report                                          hit.Report
	recovery                                        access.RecoveryCode
}

// amended is a proposal with another reason and less time.
func amended(c *car) entry.Entry {
	e := proposal(c.clock().Add(-time.Hour))
	e.Reason = "Amber Alert 26-17, a second sighting"
	return e
}

// methods are all, in an order in which somebody who may do everything can call them.
var methods = []method{
	{name: "IsSetUp", free: state}, {name: "Session", free: state}, {name: "Settings", free: state}, {name: "Pack", free: state},
	{name: "Training", free: state}, {name: "Now", free: state}, {name: "Subscribe", free: state}, {name: "Problem", free: state},
	{name: "May", free: state}, {name: "Queue", free: state}, {name: "Open", free: state}, {name: "WaitingCounts", free: state},
	{name: "Tier", free: state}, {name: "Lists", free: state}, {name: "Patrolling", free: state}, {name: "Cameras", free: state},
	{name: "Counts", free: state}, {name: "Deployment", free: state}, {name: "Station", free: state}, {name: "Line", free: state}, {name: "Position", free: state}, {name: "Driving", free: state}, {name: "Listed", free: state}, {name: "Reported", free: state},
	{name: "Quieted", free: "what was reported in this shift, to officers on patrol"}, {name: "Score", free: state},
	{name: "Checklist", free: "the terminal's own parts; the list is kept when a deployment begins"},
	{name: "UsualArea", free: state}, {name: "CanPrint", free: "the system's own state"},
	{name: "DriverNotice", free: "words of the policy and of the entry's agency; the notice itself is recorded"},
	{name: "TrySound", free: "a sound"}, {name: "TryVoice", free: "a sentence about the voice"},
	{name: "CanSpeak", free: state}, {name: "Muted", free: state}, {name: "Hush", free: "ends what was read aloud"},
	{name: "ReadNotice", free: "DriverNotice, aloud"},
	{name: "StartPatrolWith", free: "StartPatrol with what the officer says of the deployment"},
	{name: "Pending", free: "a count"}, {name: "Frame", free: "the live picture of a patrol, whose start is recorded"},
	{name: "HitBoxes", free: "marks in the live picture, of hits whose raising is recorded"},
	{name: "AuditKey", free: "a public key"}, {name: "Close", free: "ends the program: what ends it is the operating system"},
	{name: "ImportList", free: "ImportListFor without a reason"}, {name: "WithdrawList", free: "WithdrawListFor without a reason"},
	{name: "InstallPack", free: "tested with the policy packs"}, {name: "TrustPolicyKey", free: "tested with the policy packs"},
	{name: "DropPolicyKey", free: "tested with the policy packs"}, {name: "PolicyState", free: "the pack in force and public keys"},
	{name: "CheckPack", free: "tested with the policy packs"},
	{name: "Release", free: "tested with the lock-out"},
	{name: "SignInWithCode", free: "SignIn with a code"}, {name: "UnlockWithCode", free: "Unlock with a code"},
	{name: "Touch", free: "notes when somebody last used the terminal"}, {name: "LockIfDue", free: "Lock, when it is due"}, {name: "Fresh", free: state},
	{name: "Account", free: "one's own record"}, {name: "Trainers", free: "whom to ask, of who may do nothing else"},
	{name: "BeginFactor", free: "keeps nothing: ConfirmFactor does"}, {name: "ConfirmFactor", free: "tested with the second factor"},
	{name: "StateTraining", free: "tested with the training"},
	{name: "MachineKey", free: "whether a patrol goes on after a restart", may: access.ActSettings}, {name: "OnStandby", free: state},
	{name: "Resume", free: "recorded in nobody's name, since nobody is signed in: see TestRequirement29_WhatWasRecordedAfterARestartIsThereAfterTheSignIn"},
	{name: "SetUp", free: "tested by itself"}, {name: "BeginTraining", free: "works in training only, and is tested by itself"},
	{name: "Stage", free: state}, {name: "SendCars", free: inTraining}, {name: "AgeList", free: inTraining}, {name: "AskAgency", free: inTraining},
	{name: "PrintDebrief", free: inTraining},

	{name: "WriteDraft", free: noAct}, {name: "Draft", free: noAct}, {name: "Drafts", free: "a count"}, {name: "KeepDrafts", free: noAct}, {name: "KeepDraftsIfDue", free: noAct},
	{name: "Clock", free: state}, {name: "ContextLost", free: state},
	{name: "OpenAlertFor", free: "OpenAlert with a reason and a case"}, {name: "Requests", free: "numbers and dates of requests"},
	{name: "Holds", free: "what was recorded when the hits were held"}, {name: "PreservationOrders", free: "what was recorded when the orders were given"},
	{name: "HoldHit", free: "tested with the cases"}, {name: "ReleaseHit", free: "tested with the cases"},
	{name: "Request", free: "tested with the cases"}, {name: "FinishRequest", free: "tested with the cases"},
	{name: "ExportRequest", free: "tested with the cases"}, {name: "OrderPreservation", free: "tested with the cases"},
	{name: "OpenPreserved", free: "tested with the cases"}, {name: "EndPreservation", free: "tested with the cases"},
	{name: "Disclose", act: audit.DisclosureRecorded, may: access.ActDisclose, do: func(ctx context.Context, c *car, _ *stage) error {
		_, err := c.Disclose(ctx, told(c.clock()))
		return err
	}},
	{name: "Disclosures", act: audit.DisclosuresRead, may: access.ActSeeDisclosures, do: func(ctx context.Context, c *car, _ *stage) error {
		_, err := c.Disclosures(ctx)
		return err
	}},
	{name: "TakeRequest", act: audit.RequestAssembled, may: access.ActAnswerRequest, do: func(ctx context.Context, c *car, _ *stage) error {
		_, err := c.TakeRequest(ctx, search.Request{Received: c.clock(), FileNumber: "FOI-1", Requester: "Robin Quill", Entitled: "permit", Plate: "CKLM804"})
		return err
	}},
	{name: "ReportBreach", act: audit.BreachReported, may: access.ActReportBreach, do: func(ctx context.Context, c *car, _ *stage) error {
		_, err := c.ReportBreach(ctx, breach.Report{Kind: breach.Seen, What: "a passenger read the screen", Noticed: c.clock()})
		return err
	}},

	{name: "Hits", act: audit.HitsListed, may: access.ActSeeHits, do: func(ctx context.Context, c *car, _ *stage) error { _, err := c.Hits(ctx); return err }},
	{name: "OpenAlert", act: audit.HitOpened, may: access.ActPatrol, do: func(ctx context.Context, c *car, s *stage) error {
		_, err := c.OpenAlert(ctx, s.raised)
		return err
	}},
	{name: "ContextPicture", act: audit.HitOpened, may: access.ActPatrol, do: func(ctx context.Context, c *car, s *stage) error {
		_, _, err := c.ContextPicture(ctx, s.raised)
		return err
	}},
	{name: "Confirm", act: audit.HitConfirmed, may: access.ActPatrol, do: func(ctx context.Context, c *car, s *stage) error {
		_, err := c.Confirm(ctx, s.raised, 5*time.Second)
		return err
	}},
	{name: "ReportEntry", act: audit.EntryReported, may: access.ActPatrol, do: func(ctx context.Context, c *car, s *stage) error {
		_, err := c.ReportEntry(ctx, s.raised, 0, hit.ReportReasons[0], "")
		return err
	}},
	{name: "Unquiet", act: audit.EntryUnquieted, may: access.ActPatrol, do: func(ctx context.Context, c *car, s *stage) error { return c.Unquiet(ctx, s.report.ID) }},
	{name: "Reject", act: audit.HitDestroyed, may: access.ActPatrol, do: func(ctx context.Context, c *car, s *stage) error {
		return c.Reject(ctx, s.rejected, hit.Misread, time.Second)
	}},
	{name: "Offer", act: audit.HitOffered, may: access.ActPatrol, do: func(ctx context.Context, c *car, s *stage) error {
		_, _, err := c.Offer(ctx, s.confirmed)
		return err
	}},
	{name: "Verify", act: audit.HitVerified, may: access.ActPatrol, do: func(ctx context.Context, c *car, s *stage) error {
		_, err := c.Verify(ctx, s.confirmed, hit.Verification{Record: hit.Active, OwnerReminder: true})
		return err
	}},
	{name: "PrintNotice", act: audit.NoticePrinted, may: access.ActPatrol, do: func(ctx context.Context, c *car, s *stage) error {
		_, err := c.PrintNotice(ctx, s.verified, "Documents")
		return err
	}},
	{name: "Notify", act: audit.NoticeRecorded, may: access.ActPatrol, do: func(ctx context.Context, c *car, s *stage) error {
		_, err := c.Notify(ctx, s.verified, hit.Notice{Given: true, Language: "fr"})
		return err
	}},
	{name: "DeclarePassenger", act: audit.PassengerDeclared, may: access.ActPatrol, do: func(ctx context.Context, c *car, _ *stage) error {
		return c.DeclarePassenger(ctx)
	}},
	{name: "EndPassenger", act: audit.PassengerEnded, may: access.ActPatrol, do: func(ctx context.Context, c *car, _ *stage) error {
		return c.EndPassenger(ctx)
	}},
	{name: "Finish", act: audit.OutcomeRecorded, may: access.ActPatrol, do: func(ctx context.Context, c *car, s *stage) error {
		_, err := c.Finish(ctx, s.notified, hit.Outcome{Code: c.Pack().Outcomes[0].Code})
		return err
	}},
	{name: "Search", act: audit.Searched, may: access.ActSearch, do: func(ctx context.Context, c *car, _ *stage) error {
		_, err := c.Search(ctx, search.Query{Plate: "CKLM804", Purpose: c.Pack().Purposes[0].Code, Reason: "theft", FileNumber: "26-1"})
		return err
	}},
	{name: "Entries", act: audit.EntriesListed, may: access.ActProposeEntry, do: func(ctx context.Context, c *car, _ *stage) error { _, err := c.Entries(ctx); return err }},
	{name: "Propose", act: audit.EntryProposed, may: access.ActProposeEntry, do: func(ctx context.Context, c *car, _ *stage) error {
		_, err := c.Propose(ctx, proposal(c.clock()))
		return err
	}},
	{name: "Amend", act: audit.EntryAmended, may: access.ActProposeEntry, do: func(ctx context.Context, c *car, s *stage) error {
		return c.Amend(ctx, s.own, amended(c))
	}},
	{name: "ApproveAmended", act: audit.EntryApproved, may: access.ActApproveEntry, do: func(ctx context.Context, c *car, s *stage) error {
		return c.ApproveAmended(ctx, s.entries[3], amended(c), "better so")
	}},
	{name: "Renew", act: audit.EntryProposed, may: access.ActProposeEntry, do: func(ctx context.Context, c *car, s *stage) error {
		_, err := c.Renew(ctx, s.entries[4], proposal(c.clock()))
		return err
	}},
	{name: "Approve", act: audit.EntryApproved, may: access.ActApproveEntry, do: func(ctx context.Context, c *car, s *stage) error { return c.Approve(ctx, s.entries[0]) }},
	{name: "Refuse", act: audit.EntryRefused, may: access.ActApproveEntry, do: func(ctx context.Context, c *car, s *stage) error { return c.Refuse(ctx, s.entries[1], "no") }},
	{name: "Withdraw", act: audit.EntryWithdrawn, may: access.ActProposeEntry, do: func(ctx context.Context, c *car, s *stage) error {
		return c.Withdraw(ctx, s.entries[2], "found")
	}},
	{name: "People", act: audit.PeopleListed, may: access.ActTrain, do: func(ctx context.Context, c *car, _ *stage) error { _, err := c.People(ctx); return err }},
	{name: "Register", act: audit.PersonRegistered, may: access.ActPeople, do: func(ctx context.Context, c *car, _ *stage) error {
		return c.Register(ctx, "New One", "77777", []access.Role{access.Patrol}, secret)
	}},
	{name: "RecordTraining", act: audit.TrainingRecorded, may: access.ActTrain, do: func(ctx context.Context, c *car, _ *stage) error {
		return c.RecordTraining(ctx, c.person("30001").ID, c.clock(), "Refresher")
	}},
	{name: "ChangeRoles", act: audit.PersonChanged, may: access.ActPeople, do: func(ctx context.Context, c *car, _ *stage) error {
		return c.ChangeRoles(ctx, c.person("30001").ID, []access.Role{access.Supervisor, access.Trainer}, "promoted")
	}},
	{name: "GiveSecret", act: audit.SecretGiven, may: access.ActPeople, do: func(ctx context.Context, c *car, _ *stage) error {
		return c.GiveSecret(ctx, c.person("30001").ID, given, "forgot it")
	}},
	{name: "ResetFactor", act: audit.FactorReset, may: access.ActPeople, do: func(ctx context.Context, c *car, _ *stage) error {
		return c.ResetFactor(ctx, c.person("30001").ID, "phone lost")
	}},
	{name: "Deactivate", act: audit.PersonDeactivated, may: access.ActPeople, do: func(ctx context.Context, c *car, _ *stage) error {
		return c.Deactivate(ctx, c.person("30001").ID, "retired")
	}},
	{name: "Recovery", free: "whether there is a recovery code, and since when", may: access.ActPeople},
	{name: "MakeRecovery", act: audit.RecoveryMade, may: access.ActPeople, do: func(ctx context.Context, c *car, s *stage) (err error) {
		s.recovery, _, err = c.MakeRecovery(ctx)
		return err
	}},
	{name: "Recover", free: "recorded in nobody's name, since nobody is signed in: see TestRequirement54_RecoverySignsNobodyIn"},
	{name: "AcceptAgreement", act: audit.AgreementAccepted, do: func(ctx context.Context, c *car, _ *stage) error {
		return c.AcceptAgreement(ctx, c.Pack().Agreement.Version)
	}},
	{name: "ChangeSecret", act: audit.SecretChanged, do: func(ctx context.Context, c *car, _ *stage) error {
		return errors.Join(c.ChangeSecret(ctx, secret, "another good secret"), c.ChangeSecret(ctx, "another good secret", secret))
	}},
	{name: "Reauthenticate", act: audit.Reauthenticated, do: func(ctx context.Context, c *car, _ *stage) error { return c.Reauthenticate(ctx, secret) }},
	{name: "ChangeSettings", act: audit.SettingsChanged, may: access.ActSettings, do: func(ctx context.Context, c *car, _ *stage) error {
		s := c.Settings()
		s.Language = "fr"
		return c.ChangeSettings(ctx, s, "a French-speaking officer")
	}},
	{name: "ConfirmClock", act: audit.ClockConfirmed, may: access.ActSettings, do: func(ctx context.Context, c *car, _ *stage) error { return c.ConfirmClock(ctx) }},
	{name: "ImportListFor", act: audit.HotlistImported, may: access.ActSettings, do: func(ctx context.Context, c *car, _ *stage) error {
		_, err := c.ImportListFor(ctx, "MTO", "weekly", c.clock(), strings.NewReader("plate,category\nMTOX001,expired-plate\n"))
		return err
	}},
	{name: "ChangeList", act: audit.HotlistChanged, may: access.ActSettings, do: func(ctx context.Context, c *car, _ *stage) error {
		_, err := c.ChangeList(ctx, hotlist.Delta{Head: hotlist.Head{Name: "CPIC", Made: c.clock()},
			Added: entries(hotlist.Entry{ID: "x", Plate: "NEWX001", Category: "stolen-vehicle"}).All()}, "found")
		return err
	}},
	{name: "WithdrawListFor", act: audit.HotlistWithdrawn, may: access.ActSettings, do: func(ctx context.Context, c *car, _ *stage) error {
		return c.WithdrawListFor(ctx, "CPIC", "wrong file")
	}},
	{name: "Records", act: audit.AuditRead, may: access.ActSeeAudit, do: func(ctx context.Context, c *car, _ *stage) error { _, err := c.Records(ctx); return err }},
	{name: "ExportAudit", act: audit.AuditExported, may: access.ActExportAudit, do: func(ctx context.Context, c *car, _ *stage) error {
		_, err := c.ExportAudit(ctx, time.Time{}, time.Time{}, "yearly audit")
		return err
	}},
	{name: "DrawReview", act: audit.ReviewDrawn, may: access.ActReview, do: func(ctx context.Context, c *car, s *stage) (err error) {
		s.draw, err = c.DrawReview(ctx, time.Time{}, time.Time{})
		return err
	}},
	{name: "Unusual", act: audit.ReviewLooked, may: access.ActReview, do: func(ctx context.Context, c *car, _ *stage) error {
		_, err := c.Unusual(ctx, time.Time{}, time.Time{})
		return err
	}},
	{name: "RecordFinding", act: audit.ReviewFinding, may: access.ActReview, do: func(ctx context.Context, c *car, s *stage) error {
		f := review.Finding{About: s.draw.ID, Code: review.NoConcern}
		if len(s.draw.Picks) > 0 {
			f.Badge = s.draw.Picks[0].Person.Badge
		}
		return c.RecordFinding(ctx, f)
	}},
	{name: "Reviews", act: audit.ReviewRead, may: access.ActReview, do: func(ctx context.Context, c *car, _ *stage) error { _, err := c.Reviews(ctx); return err }},
	{name: "StopPatrol", act: audit.PatrolEnded, always: true, do: func(ctx context.Context, c *car, _ *stage) error { return c.StopPatrol(ctx) }},
	{name: "Unpaired", free: "how many people a re-keying leaves without a slot", may: access.ActSettings},
	{name: "Rekeying", free: "when a re-keying was begun, which is recorded", may: access.ActSettings},
	{name: "Rekey", act: audit.StoreRekeyed, may: access.ActSettings, do: func(ctx context.Context, c *car, _ *stage) error {
		return c.Rekey(ctx, "somebody left", nil)
	}},
	{name: "StartPatrol", act: audit.PatrolStarted, may: access.ActPatrol, do: func(ctx context.Context, c *car, _ *stage) error { return c.StartPatrol(ctx) }},
	{name: "Report", act: audit.ReportMade, may: access.ActStatistics, do: func(ctx context.Context, c *car, _ *stage) error {
		_, err := c.Report(ctx, c.clock(), c.clock())
		return err
	}},
	{name: "Mute", act: audit.SoundMuted, may: access.ActPatrol, do: func(ctx context.Context, c *car, _ *stage) error { return c.Mute(ctx, true) }},
	{name: "NoteException", act: audit.ExceptionNoted, may: access.ActSync, do: func(ctx context.Context, c *car, _ *stage) error {
		return c.NoteException(ctx, "snow on the rear camera")
	}},
	{name: "EndShift", act: audit.ShiftEnded, may: access.ActSync, do: func(ctx context.Context, c *car, _ *stage) error { _, err := c.EndShift(ctx); return err }},
	{name: "TakeReceipt", free: "tested with the media"},
	{name: "SyncTo", act: audit.SyncExported, may: access.ActSync, do: func(ctx context.Context, c *car, _ *stage) error {
		_, _, err := c.SyncTo(ctx, io.Discard, nil)
		return err
	}},
	{name: "Sync", act: audit.SyncEnded, may: access.ActSync, do: func(ctx context.Context, c *car, _ *stage) error { _, err := c.Sync(ctx, nil); return err }},
	{name: "Lock", act: audit.Locked, always: true, do: func(ctx context.Context, c *car, _ *stage) error { return c.Lock(ctx) }},
	{name: "Unlock", act: audit.Unlocked, do: func(ctx context.Context, c *car, s *stage) error { return c.Unlock(ctx, s.badge, secret) }},
	{name: "SignOut", act: audit.SignedOut, do: func(ctx context.Context, c *car, _ *stage) error { return c.SignOut(ctx) }},
	{name: "SignIn", act: audit.SignedIn, do: func(ctx context.Context, c *car, s *stage) error { return c.SignIn(ctx, s.badge, secret) }},
}

// onStage is a terminal in the middle of a shift with somebody of some roles at it.
func onStage(t *testing.T, roles ...access.Role) (*car, *stage) {
	t.Helper()
	ctx := context.Background()
	c := newCar(t, newStation())
	require.NoError(t, c.Close())
	pack := *c.parts.Pack
	pack.Review = reviewing
	c.parts.Pack, c.parts.Printer = &pack, &printer{}
	c.start()
	c.setUp()
	s := &stage{badge: "50001"}
	require.NoError(t, c.StopPatrol(ctx))
	c.enlist("Rae Role", s.badge, roles...)
	require.NoError(t, c.StartPatrol(ctx))
	list := "plate,category\n"
	for i := range 5 {
		list += fmt.Sprintf("STAG00%d,stolen-vehicle\n", i+3)
	}
	_, err := c.ImportList(ctx, "stage", c.clock(), strings.NewReader(list))
	require.NoError(t, err)
	for i, into := range []*string{&s.raised, &s.rejected, &s.confirmed, &s.verified, &s.notified} {
		text := plate.Text(fmt.Sprintf("STAG00%d", i+3))
		c.read(text)
		for _, h := range c.Queue() {
			if h.Read.Text == text {
				*into = h.ID
			}
		}
		if i >= 2 {
			_, err = c.Confirm(ctx, *into, 5*time.Second)
			require.NoError(t, err)
		}
		if i >= 3 {
			_, err = c.Verify(ctx, *into, hit.Verification{Record: hit.Active, OwnerReminder: true})
			require.NoError(t, err)
		}
		if i >= 4 {
			_, err = c.Notify(ctx, *into, hit.Notice{Given: true, Language: "fr"})
			require.NoError(t, err)
		}
	}
	s.report, err = c.ReportEntry(ctx, s.notified, 0, hit.ReportReasons[0], "")
	require.NoError(t, err)
	for i := range s.entries {
		e, err := c.Propose(ctx, proposal(c.clock()))
		require.NoError(t, err)
		s.entries[i] = e.ID
	}
	require.NoError(t, c.Lock(ctx))
	require.NoError(t, c.Unlock(ctx, "30001", secret))
	require.NoError(t, c.Approve(ctx, s.entries[4]))
	require.NoError(t, c.Lock(ctx))
	require.NoError(t, c.Unlock(ctx, s.badge, secret))
	if c.May(access.ActProposeEntry) {
		e, err := c.Propose(ctx, proposal(c.clock()))
		require.NoError(t, err)
		s.own = e.ID
	}
	return c, s
}

func (c *car) records() []audit.Record {
	c.t.Helper()
	records, err := c.parts.Store.Records(context.Background())
	require.NoError(c.t, err)
	return records
}

func TestRequirement22_EveryMethodIsInTheTable(t *testing.T) {
	listed := map[string]bool{}
	for _, m := range methods {
		require.False(t, listed[m.name], "%s is listed twice", m.name)
		listed[m.name] = true
		require.True(t, (m.act == "") == (m.do == nil) && (m.act == "") == (m.free != ""), "%s: what does it leave in the record, or why nothing?", m.name)
	}
	kind := reflect.TypeFor[*cruiser.Cruiser]()
	for i := range kind.NumMethod() {
		name := kind.Method(i).Name
		require.True(t, listed[name], "%s is not in the table of methods: say what it leaves in the audit record", name)
		delete(listed, name)
	}
	require.Empty(t, listed, "no such methods")
}

// Whoever calls whatever: it is recorded, done or refused, and whole.
func TestRequirement22_NoActByAnyRoleLeavesNoRecord(t *testing.T) {
	for _, roles := range [][]access.Role{access.Roles, {access.Patrol}, {access.Supervisor}, {access.Trainer}, {access.Administrator}, {access.Auditor}} {
		t.Run(fmt.Sprint(roles), func(t *testing.T) {
			ctx := context.Background()
			c, s := onStage(t, roles...)
			who := access.Officer{Roles: roles}
			before := 0
			for _, m := range methods {
				if m.do == nil {
					continue
				}
				c.pass(time.Second)
				if m.name != "SignIn" && m.name != "Unlock" {
					before = len(c.records())
				}
				err := m.do(ctx, c, s)
				if m.name == "SignOut" || m.name == "Lock" {
					require.NoError(t, err)
					continue // the next, which opens the store, reads both records
				}
				new := c.records()[before:]
				var acts []audit.Act
				for _, r := range new {
					acts = append(acts, r.Event.Act)
				}
				switch {
				case m.may != "" && !who.May(m.may):
					require.ErrorIs(t, err, access.ErrNotAllowed, m.name)
					require.Equal(t, []audit.Act{audit.Refused}, acts, m.name)
					require.Equal(t, string(m.may), strings.Replace(new[0].Event.Detail[audit.DetailAct], string(access.ActSeeHits), string(m.may), 1))
					require.Equal(t, audit.OutcomeNotAllowed, new[0].Event.Outcome)
				case (m.name == "Withdraw" || m.name == "Renew") && !who.May(access.ActApproveEntry): // somebody else's
					require.ErrorIs(t, err, access.ErrNotAllowed)
					require.Equal(t, []audit.Act{audit.Refused}, acts, m.name)
				default:
					require.NoError(t, err, m.name)
					require.Contains(t, acts, m.act, m.name)
				}
			}
			records := c.records()
			require.NoError(t, audit.Verify(records))
			require.NotEmpty(t, c.acts()[audit.Locked])
			var signed, signedOut bool
			for _, r := range records {
				require.NoError(t, r.Event.Check())
				signedOut = signedOut || r.Event.Act == audit.SignedOut
				signed = signed || signedOut && r.Event.Act == audit.Signed
			}
			require.True(t, signed, "the record is signed at the sign-out")
		})
	}
}

func TestRequirement22_RefusalsSayWhatAndWhy(t *testing.T) {
	ctx := context.Background()
	c, s := onStage(t, access.Supervisor)
	own, err := c.Propose(ctx, proposal(c.clock()))
	require.NoError(t, err)
	long := proposal(c.clock())
	long.Expires = c.clock().AddDate(9, 0, 0)
	before := len(c.records())
	require.ErrorIs(t, c.Approve(ctx, own.ID), entry.ErrOwnEntry)
	_, err = c.Propose(ctx, long)
	require.ErrorIs(t, err, entry.ErrExpiry)
	_, err = c.Confirm(ctx, s.raised, time.Millisecond)
	require.ErrorIs(t, err, hit.ErrTooSoon)
	_, err = c.Search(ctx, search.Query{Plate: "CKLM804", Purpose: "curiosity", Reason: "r", FileNumber: "f"})
	require.Error(t, err)
	_, err = c.Search(ctx, search.Query{Plate: "CKLM804"})
	require.ErrorIs(t, err, search.ErrIncomplete, "a form that is not filled in is no refusal")
	require.ErrorIs(t, c.BeginTraining(ctx, nil), access.ErrNotAllowed)
	var said [][2]string
	for _, r := range c.records()[before:] {
		require.Equal(t, audit.Refused, r.Event.Act)
		require.NoError(t, r.Event.Check())
		said = append(said, [2]string{r.Event.Detail[audit.DetailAct], r.Event.Outcome})
	}
	require.Equal(t, [][2]string{{"entry.approve", audit.OutcomeOwnEntry}, {"entry.propose", audit.OutcomeExpiry},
		{"hit.confirm", audit.OutcomeTooSoon}, {"search.run", audit.OutcomeUnknownAnswer}, {"training", audit.OutcomeNotAllowed}}, said)
}

func TestRequirement22_RefusedListsAndCamerasAreRecorded(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	_, err := c.ImportListFor(ctx, "CPIC", "weekly", c.clock(), strings.NewReader("plate,category\nBWKB881,suspended-driver\n"))
	require.ErrorIs(t, err, hotlist.ErrHeldBack)
	_, err = c.ImportListFor(ctx, "CPIC", "weekly", c.clock(), strings.NewReader("Dear all\n"))
	require.ErrorIs(t, err, hotlist.ErrUnusable)
	refused := c.acts()[audit.HotlistRefused]
	require.Len(t, refused, 2)
	require.Equal(t, []string{audit.OutcomeHeldBack, audit.OutcomeUnusable}, []string{refused[0].Outcome, refused[1].Outcome})
	require.Equal(t, "weekly", refused[0].Reason)

	require.NoError(t, c.StopPatrol(ctx))
	require.NoError(t, c.Close())
	c.parts.Vision = broken{}
	c.start()
	require.NoError(t, c.SignIn(ctx, "20418", secret))
	require.ErrorIs(t, c.StartPatrol(ctx), errCut)
	ended := c.acts()[audit.PatrolEnded]
	require.Equal(t, audit.OutcomeNoCameras, ended[len(ended)-1].Outcome)
}

// broken are cameras that do not start.
type broken struct{}

func (broken) Start(context.Context, []patrol.CameraSetting, plate.Jurisdiction, func(plate.Read)) (patrol.Live, error) {
	return nil, errCut
}
