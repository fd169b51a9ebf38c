package cruiser_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/plate"
	"secondlook/app/policy"
)

// timed are the rules that depend on time.
var timed = []struct {
	name    string
	pack    func(p *policy.Pack)
	prepare func(c *car)
	// after is when the rule says no.
	after time.Duration
	// here is set where signing in anew satisfies the rule, so that only a clock that
	// goes back while the program runs could make it laxer.
	here bool
	no   func(c *car) bool
}{
	{name: "a manual entry ends", after: 90 * time.Minute,
		prepare: func(c *car) {
			e := proposal(c.clock())
			e.Expires = c.clock().Add(time.Hour)
			e, err := c.Propose(context.Background(), e)
			require.NoError(c.t, err)
			c.as("30001")
			require.NoError(c.t, c.Approve(context.Background(), e.ID))
			c.as("20418")
		},
		no: func(c *car) bool {
			entries, err := c.Entries(context.Background())
			require.NoError(c.t, err)
			return entries[0].State == entry.Expired && !c.alerts("QWER123")
		}},
	{name: "an entry of a list ends", after: 90 * time.Minute,
		prepare: func(c *car) {
			list := "plate,category,expires\nSOON001,stolen-vehicle," + c.clock().Add(time.Hour).Format(time.RFC3339) + "\nLATE001,stolen-vehicle,\n"
			_, err := c.ImportList(context.Background(), "short", c.clock(), strings.NewReader(list))
			require.NoError(c.t, err)
		},
		no: func(c *car) bool { return !c.alerts("SOON001") }},
	{name: "a list grows old", after: 25 * time.Hour,
		no: func(c *car) bool { return c.Lists()[0].Old }},
	{name: "a lock-out lasts", after: time.Minute,
		prepare: func(c *car) {
			for range c.Pack().Session.LockoutFailures {
				_, err := c.parts.Store.Verify(context.Background(), "30001", access.Proof{Secret: "not the right one", SecretOnly: true})
				require.Error(c.t, err)
			}
		},
		no: func(c *car) bool {
			_, err := c.parts.Store.Verify(context.Background(), "30001", access.Proof{Secret: secret, SecretOnly: true})
			return errors.Is(err, access.ErrLockedOut)
		}},
	{name: "training lapses", after: 360 * 24 * time.Hour,
		no: func(c *car) bool {
			c.as("20418")
			s, _ := c.Session()
			return s.Need == access.NeedTraining
		}},
	{name: "a proof holds for minutes", here: true, after: access.ProofHolds, no: func(c *car) bool { return !c.Fresh() }},
	{name: "a session has its hours", here: true, after: 13 * time.Hour, no: func(c *car) bool { return !c.May(access.ActPatrol) }},
	{name: "an idle screen locks", here: true, after: 6 * time.Minute,
		pack: func(p *policy.Pack) { p.Session.LockMinutes = 5 },
		no: func(c *car) bool {
			require.NoError(c.t, c.LockIfDue(context.Background()))
			s, _ := c.Session()
			return s.Locked
		}},
}

// withCode signs somebody in, with a code if they have a second factor, whatever they need.
func (c *car) withCode(badge access.Badge) {
	c.t.Helper()
	c.pass(30 * time.Second)
	code := ""
	if phone, has := c.phones[badge]; has {
		code = phone.Code(c.clock())
	}
	require.NoError(c.t, c.SignInWithCode(context.Background(), badge, secret, code))
}

// alerts reports whether a plate raises an alert.
func (c *car) alerts(text string) bool {
	c.t.Helper()
	require.NoError(c.t, c.StartPatrolWith(context.Background(), cruiser.Start{Note: "clock"}))
	defer func() { require.NoError(c.t, c.StopPatrol(context.Background())) }()
	n := len(c.Queue())
	c.read(plate.Text(text))
	return len(c.Queue()) > n
}

// No rule that depends on time becomes laxer because the clock is set back, neither
// while the program runs nor while it does not.
func TestRequirement38_NoRuleBecomesLaxerByAClockThatIsSetBack(t *testing.T) {
	ctx := context.Background()
	for _, rule := range timed {
		for _, restart := range []bool{false, true} {
			if restart && rule.here {
				continue
			}
			for _, back := range []time.Duration{3 * time.Minute, 400 * 24 * time.Hour} {
				c := newCar(t, nil)
				require.NoError(t, c.Close())
				pack := *c.parts.Pack
				if rule.pack != nil {
					rule.pack(&pack)
				}
				c.parts.Pack = &pack
				c.start()
				c.setUp()
				if rule.prepare != nil {
					rule.prepare(c)
				}
				require.NoError(t, c.StopPatrol(ctx))
				c.pass(rule.after)
				require.NoError(t, c.LockIfDue(ctx)) // as each second
				if restart {
					require.NoError(t, c.parts.Store.Append(ctx, audit.Event{Act: audit.Locked})) // the newest record
					require.NoError(t, c.Close())
				}
				c.pass(-back)
				if restart {
					c.start()
					c.withCode("20418")
				}
				if !rule.here {
					require.NoError(t, c.LockIfDue(ctx))
					if s, _ := c.Session(); s.Locked {
						require.NoError(t, c.Unlock(ctx, "20418", secret))
					}
					doubt, machine := c.Clock()
					require.Equal(t, cruiser.ClockBehind, doubt, rule.name)
					require.Equal(t, c.clock(), machine)
					require.Contains(t, c.Problem(), cruiser.ProblemClockBehind)
					e := c.last(audit.ClockJumped)
					require.NoError(t, e.Check())
					require.Equal(t, c.clock().Format(audit.TimeLayout), e.Detail["clock"])
					require.Greater(t, e.Detail["record"], e.Detail["clock"])
				}
				require.True(t, rule.no(c), "%s; set back by %v, restart %v", rule.name, back, restart)
				require.NoError(t, c.Close())
			}
		}
	}
}

// A clock that is put right again, or confirmed, is trusted again.
func TestRequirement38_AClockIsTrustedAgain(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.pass(-time.Hour)
	require.NoError(t, c.LockIfDue(ctx))
	require.NoError(t, c.LockIfDue(ctx))
	require.Equal(t, 1, c.recorded(audit.ClockJumped), "noticed once")
	require.True(t, c.Now().After(c.clock()))
	c.pass(time.Hour + time.Minute)
	require.NoError(t, c.LockIfDue(ctx))
	require.Empty(t, c.Problem())

	c.pass(-2 * time.Hour)
	require.NoError(t, c.LockIfDue(ctx))
	require.Equal(t, cruiser.ProblemClockBehind, c.Problem())
	require.NoError(t, c.ConfirmClock(ctx))
	require.Empty(t, c.Problem())
	require.Equal(t, c.clock(), c.Now())
	e := c.last(audit.ClockConfirmed)
	require.NoError(t, e.Check())
	require.Equal(t, "administrator", e.Reason)
	require.Equal(t, c.clock().Format(audit.TimeLayout), e.Detail["after"])
	require.Greater(t, e.Detail["before"], e.Detail["after"])
	require.NoError(t, audit.Verify(c.records()))
	require.NoError(t, c.Close())
	c.start()
	c.enter("20418")
	require.Empty(t, c.Problem(), "it stays confirmed")
}

// What a wrong clock says is over is not erased, and is there when it is put right.
func TestRequirement38_NothingIsErasedByAClockThatIsAhead(t *testing.T) {
	ctx := context.Background()
	link := newStation()
	c := newCar(t, link).setUp()
	c.read("CKLM804")
	c.finish()
	e, err := c.Propose(ctx, proposal(c.clock()))
	require.NoError(t, err)
	c.as("30001")
	require.NoError(t, c.Approve(ctx, e.ID))
	c.as("20418")
	require.NoError(t, c.StopPatrol(ctx))
	lists := c.Lists()
	const jump = 500 * 24 * time.Hour

	there := func() {
		t.Helper()
		hits, err := c.parts.Store.Hits(ctx)
		require.NoError(t, err)
		require.Len(t, hits, 1)
		entries, err := c.parts.Store.Entries(ctx)
		require.NoError(t, err)
		require.Equal(t, entry.Approved, entries[0].State)
		require.Zero(t, c.recorded(audit.RetentionPurged))
		require.Zero(t, c.recorded(audit.HotlistPurged))
	}
	c.pass(jump)
	for range 2 { // and it is not forgotten by starting anew
		require.NoError(t, c.Close())
		c.start()
		c.enter("20418")
		doubt, _ := c.Clock()
		require.Equal(t, cruiser.ClockAhead, doubt)
		require.Equal(t, cruiser.ProblemClockAhead, c.Problem())
		there()
	}
	require.NoError(t, c.last(audit.ClockJumped).Check())

	// The clock is put right: the record is of later, so that somebody has to say so.
	c.pass(-jump)
	c.enter("20418")
	require.Equal(t, cruiser.ProblemClockBehind, c.Problem())
	there()
	require.NoError(t, c.ConfirmClock(ctx))
	require.Empty(t, c.Problem())
	there()
	require.Equal(t, lists[0].Count, c.Lists()[0].Count)
	require.True(t, c.alerts("QWER123"))
	s, _ := c.Session()
	require.Equal(t, access.NeedNothing, s.Need)

	// Nobody else may say so.
	c.pass(jump)
	c.enter("30001")
	require.ErrorIs(t, c.ConfirmClock(ctx), access.ErrNotAllowed)
	c.enter("20418")
	c.pass(access.ProofHolds)
	require.ErrorIs(t, c.ConfirmClock(ctx), access.ErrReauthenticate)
	require.NoError(t, c.Reauthenticate(ctx, secret))
	require.NoError(t, c.ConfirmClock(ctx))
	require.Equal(t, 1, c.recorded(audit.RetentionPurged), "what was held back happens")
}

// The station's clock settles a doubt where it shows the same as the car's.
func TestRequirement38_TheStationConfirmsTheClock(t *testing.T) {
	ctx := context.Background()
	link := newStation()
	c := newCar(t, link).setUp()
	c.pass(audit.JumpAhead)
	c.enter("20418")
	require.Equal(t, cruiser.ProblemClockAhead, c.Problem())
	link.time = c.clock().Add(-audit.JumpAhead)
	_, err := c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, cruiser.ProblemClockAhead, c.Problem(), "the station says otherwise")
	link.time = c.clock().Add(time.Minute)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Empty(t, c.Problem())
	e := c.last(audit.ClockConfirmed)
	require.NoError(t, e.Check())
	require.Equal(t, "station", e.Reason)
}

// aDay is a pack that keeps a hit for a day.
func aDay(p *policy.Pack) { p.Retention.HitYears, p.Retention.HitDays = 0, 1 }

// dayCar is a terminal with a hit that nobody judged, whose time is over after a day.
func dayCar(t *testing.T, link *station) *car {
	t.Helper()
	c := newCar(t, link)
	require.NoError(t, c.Close())
	pack := *c.parts.Pack
	aDay(&pack)
	c.parts.Pack = &pack
	c.start()
	c.setUp()
	c.read("CKLM804")
	require.NoError(t, c.StopPatrol(context.Background()))
	return c
}

// kept reports whether the hit is there.
func (c *car) kept() bool {
	c.t.Helper()
	hits, err := c.parts.Store.Hits(context.Background())
	require.NoError(c.t, err)
	return len(hits) == 1
}

// A clock that is wrong by less than what is asked about at once erases nothing either,
// whether it was set while the terminal was off or on, and however often it is started.
func TestRequirement31_AClockThatIsHoursAheadErasesNothingEarly(t *testing.T) {
	ctx := context.Background()
	for _, off := range []bool{true, false} {
		for _, jump := range []time.Duration{25 * time.Hour, audit.JumpAhead - time.Minute} {
			c := dayCar(t, nil)
			c.pass(jump)
			if off {
				require.NoError(t, c.Close())
				c.start()
			}
			for range 3 {
				c.enter("20418")
				require.True(t, c.kept(), "%v ahead", jump)
				doubt, _ := c.Clock()
				require.Equal(t, cruiser.ClockUnproven, doubt)
				require.Equal(t, cruiser.ProblemClockUnproven, c.Problem())
			}
			require.Zero(t, c.recorded(audit.RetentionPurged))
			e := c.last(audit.ClockJumped)
			require.NoError(t, e.Check())
			require.Equal(t, "unproven", e.Outcome)
			require.Less(t, e.Detail["record"], e.Detail["clock"])

			// Set right, there is no doubt any more.
			c.pass(-jump)
			c.enter("20418")
			require.NoError(t, c.ConfirmClock(ctx))
			require.Empty(t, c.Problem())
			require.True(t, c.kept())

			// Right all the time, and confirmed by who may.
			c.pass(jump)
			c.enter("20418")
			require.True(t, c.kept())
			require.NoError(t, c.ConfirmClock(ctx))
			require.False(t, c.kept())
			require.Empty(t, c.Problem())
			require.Equal(t, "1", c.last(audit.RetentionPurged).Detail["hits"])
			require.NoError(t, c.Close())
		}
	}
}

// Time in which the terminal works has passed for sure: nobody is asked.
func TestRequirement31_TimeAtWorkIsTime(t *testing.T) {
	ctx := context.Background()
	c := dayCar(t, nil)
	for range 24*6 + 1 {
		c.pass(audit.Step)
		require.NoError(t, c.parts.Store.Append(ctx, audit.Event{At: c.clock(), Act: audit.HitsListed}))
	}
	c.enter("20418")
	require.Equal(t, 1, c.recorded(audit.RetentionPurged))
	require.False(t, c.kept())
	require.Empty(t, c.Problem())
}

// The station's clock says how late it is at each sync: what is over by it goes, and
// what is over only by the car's does not.
func TestRequirement31_TheStationsClockSaysWhatIsOver(t *testing.T) {
	ctx := context.Background()
	link := newStation()
	c := dayCar(t, link)
	c.pass(25 * time.Hour)
	link.time = c.clock().Add(-24 * time.Hour)
	c.enter("20418")
	_, err := c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, link.time.Format(audit.TimeLayout), c.last(audit.SyncEnded).Detail[audit.DetailStation])
	c.enter("20418")
	require.Equal(t, cruiser.ProblemClockUnproven, c.Problem(), "the car is a day ahead")
	link.time = c.clock()
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	c.enter("20418")
	require.Empty(t, c.Problem())
	require.Equal(t, "1", c.last(audit.RetentionPurged).Detail["hits"])
	require.False(t, c.kept())
}
