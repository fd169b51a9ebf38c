package cruiser_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/breach"
	"secondlook/app/cruiser"
	"secondlook/app/disclosure"
	"secondlook/app/hit"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/preserve"
	"secondlook/app/search"
	"secondlook/app/shift"
	"secondlook/assets"
	"secondlook/platform/packfile"
)

const (
	patrolBadge     = "20418"
	supervisorBadge = "30001"
)

// later is a time at which somebody signs in after an administrator confirmed the
// clock, since the car has stood long.
func (c *car) later(d time.Duration, badge access.Badge) {
	c.t.Helper()
	c.pass(d)
	require.NoError(c.t, c.SignOut(context.Background()))
	c.enter("20418")
	require.NoError(c.t, c.ConfirmClock(context.Background()))
	c.enter(badge)
}

// enter signs somebody in, in place of whoever was.
func (c *car) enter(badge access.Badge) {
	c.t.Helper()
	ctx := context.Background()
	if _, in := c.Session(); in {
		require.NoError(c.t, c.SignOut(ctx))
	}
	err := c.SignIn(ctx, badge, secret)
	if errors.Is(err, access.ErrCodeNeeded) {
		c.pass(30 * time.Second)
		err = c.SignInWithCode(ctx, badge, secret, c.phones[badge].Code(c.clock()))
	}
	require.NoError(c.t, err)
	c.ready(badge)
	if s, _ := c.Session(); s.Need != access.NeedTraining {
		return
	}
	// Years went by; everybody was trained again.
	for _, b := range []access.Badge{patrolBadge, supervisorBadge} {
		_, err := c.parts.Store.ChangePerson(ctx, c.person(b).ID, audit.Event{Act: audit.TrainingRecorded}, func(p *access.Person) error {
			p.Trained = access.Training{On: c.clock(), Course: "refresher"}
			return nil
		})
		require.NoError(c.t, err)
	}
	c.enter(badge)
}

// under goes on with another policy pack, as after an update.
func (c *car) under(change func(*policy.Pack)) {
	c.t.Helper()
	require.NoError(c.t, c.Close())
	pack := *c.parts.Pack
	change(&pack)
	c.parts.Pack = &pack
	c.start()
	require.NoError(c.t, c.SignIn(context.Background(), patrolBadge, secret))
}

func florida(t *testing.T) *policy.Pack {
	text, err := assets.Policy("florida")
	require.NoError(t, err)
	pack, err := packfile.Decode(text)
	require.NoError(t, err)
	return pack
}

// last returns the newest event of an act.
func (c *car) last(act audit.Act) audit.Event {
	c.t.Helper()
	records, err := c.parts.Store.Records(context.Background())
	require.NoError(c.t, err)
	require.NoError(c.t, audit.Verify(records))
	for i := len(records) - 1; i >= 0; i-- {
		if records[i].Event.Act == act {
			return records[i].Event
		}
	}
	require.Fail(c.t, "nothing recorded", "%s", act)
	return audit.Event{}
}

func (c *car) recorded(act audit.Act) (n int) {
	records, err := c.parts.Store.Records(context.Background())
	require.NoError(c.t, err)
	for _, r := range records {
		if r.Event.Act == act {
			n++
		}
	}
	return n
}

func query(text plate.Text) search.Query {
	return search.Query{Plate: text, Jurisdiction: "CA-ON", Purpose: "criminal-investigation", Reason: "witness", FileNumber: "26-118"}
}

func TestRequirement20_ASearchIsRecordedWhateverItsResult(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.read("CKLM804")
	r, err := c.Search(ctx, query("CKLM804"))
	require.NoError(t, err)
	require.Empty(t, r.Hits, "nobody has confirmed the hit")
	id := c.finish()
	r, err = c.Search(ctx, query("CKLM804"))
	require.NoError(t, err)
	require.Len(t, r.Matches, 1)
	require.Equal(t, []string{id}, r.Hits)
	e := c.last(audit.Searched)
	require.Equal(t, map[string]string{"purpose": "criminal-investigation", "file": "26-118", "plate": "CKLM804", "matches": "1", "hits": "1"}, e.Detail)
	require.Equal(t, []string{"Ada Admin", patrolBadge, "witness"}, []string{e.Name, e.Badge, e.Reason})

	_, err = c.Search(ctx, query("ZZZZ999"))
	require.NoError(t, err)
	require.Equal(t, "0", c.last(audit.Searched).Detail["matches"], "nothing found is recorded too")
	n := c.recorded(audit.Searched)
	for _, pattern := range []plate.Text{"CKLM80?", "CKL*", "CKLM"} {
		r, err := c.Search(ctx, query(pattern))
		if pattern != "CKLM" { // a plate of its own, and not the beginning of another
			require.ErrorIs(t, err, plate.ErrNotPlate)
		}
		require.Empty(t, r.Matches)
		require.Empty(t, r.Hits)
	}
	require.Equal(t, n+1, c.recorded(audit.Searched))
}

func TestRequirement32_FloridaAsksForACaseBeyondTacticalAccess(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil)
	c.parts.Pack = florida(t)
	require.NoError(t, c.Close())
	c.start()
	c.setUp()
	c.read("CKLM804")
	id := c.finish()
	q := query("CKLM804")
	q.FileNumber = ""
	r, err := c.Search(ctx, q)
	require.NoError(t, err)
	require.Len(t, r.Hits, 1, "thirty days of tactical use without a case")
	_, err = c.OpenAlert(ctx, id)
	require.NoError(t, err)

	c.pass(31 * 24 * time.Hour)
	c.enter(patrolBadge)
	r, err = c.Search(ctx, q)
	require.NoError(t, err)
	require.Empty(t, r.Hits)
	require.True(t, r.TacticalOnly)
	_, err = c.OpenAlert(ctx, id)
	require.ErrorIs(t, err, hit.ErrNeedsCase)
	_, err = c.OpenAlertFor(ctx, id, "trial", " ")
	require.ErrorIs(t, err, hit.ErrNeedsCase)
	_, err = c.OpenAlertFor(ctx, id, "trial", "State v. Doe")
	require.NoError(t, err)
	e := c.last(audit.HitOpened)
	require.Equal(t, []string{"trial", "State v. Doe"}, []string{e.Reason, e.Detail["case"]})
	q.FileNumber = "State v. Doe"
	r, err = c.Search(ctx, q)
	require.NoError(t, err)
	require.Len(t, r.Hits, 1)

	require.NoError(t, c.StopPatrol(ctx))
	c.later(3*365*24*time.Hour, patrolBadge)
	hits, err := c.Hits(ctx)
	require.NoError(t, err)
	require.Empty(t, hits, "three anniversary years at most")
}

// told is a disclosure with every field.
func told(now time.Time) disclosure.Record {
	return disclosure.Record{Disclosed: now, Authority: "investigation", Circumstances: "joint investigation under agreement 7",
		AuthorisedBy: "Sam Super", AuthorisedBadge: "30001", Collected: now.Add(-time.Hour), Place: "King Street", Linked: "none",
		Recipient: "Durham Regional Police", RecipientName: "R. Poe", RecipientTitle: "Detective", OurFile: "26-118", TheirFile: "D-7",
		Plates: []plate.Text{"CKLM804"}, Categories: []string{"stolen-vehicle"}, Information: "one hit and its pictures",
		Means: "encrypted mail", Conditions: "this investigation only", AfterUse: disclosure.Destroyed}
}

func TestRequirement26_TheDisclosureLogOnlyGrows(t *testing.T) {
	ctx := context.Background()
	link := newStation()
	c := newCar(t, link).setUp()
	_, err := c.Disclose(ctx, told(c.clock()))
	require.ErrorIs(t, err, access.ErrNotAllowed)
	c.enter(supervisorBadge)
	bad := told(c.clock())
	bad.Conditions = ""
	_, err = c.Disclose(ctx, bad)
	require.ErrorIs(t, err, disclosure.ErrIncomplete)
	require.Zero(t, c.recorded(audit.DisclosureRecorded))

	first, err := c.Disclose(ctx, told(c.clock()))
	require.NoError(t, err)
	require.Equal(t, access.Badge("30001"), first.By.Badge)
	require.Equal(t, first.ID, c.last(audit.DisclosureRecorded).Object)
	require.Error(t, c.parts.Store.AddDisclosure(ctx, first, audit.Event{Act: audit.DisclosureRecorded}), "no record is written over")

	c.pass(time.Minute)
	correction := told(c.clock())
	correction.Corrects, correction.Why, correction.Recipient = "nothing", "wrong service", "Peel Regional Police"
	_, err = c.Disclose(ctx, correction)
	require.ErrorIs(t, err, disclosure.ErrCorrects)
	correction.Corrects = first.ID
	second, err := c.Disclose(ctx, correction)
	require.NoError(t, err)
	log, err := c.Disclosures(ctx)
	require.NoError(t, err)
	require.Equal(t, []disclosure.Record{second, first}, log)
	require.Equal(t, "2", c.last(audit.DisclosuresRead).Detail["records"])

	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Contains(t, link.kept, first.ID)
	require.Contains(t, link.kept, second.ID)
	log, err = c.Disclosures(ctx)
	require.NoError(t, err)
	require.Len(t, log, 2, "the log stays in the car as long as the policy says")
	n := len(link.order)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Len(t, link.order, n, "and is not sent again")
	c.later(3*365*24*time.Hour, supervisorBadge)
	log, err = c.Disclosures(ctx)
	require.NoError(t, err)
	require.Empty(t, log)
	require.Equal(t, "2", c.last(audit.RetentionPurged).Detail["disclosures"])
}

func TestRequirement27_AnAccessRequestIsAssembledMarkedAndLogged(t *testing.T) {
	ctx := context.Background()
	link := newStation()
	c := newCar(t, link).setUp()
	c.read("CKLM804")
	c.finish()
	_, err := c.Search(ctx, query("CKLM804"))
	require.NoError(t, err)
	ask := search.Request{Received: c.clock().AddDate(0, 0, -2), FileNumber: "FOI-26-17", Requester: "Robin Quill",
		Entitled: "ownership permit", Plate: "CKLM804", Jurisdiction: "CA-ON"}
	_, err = c.TakeRequest(ctx, ask)
	require.ErrorIs(t, err, access.ErrNotAllowed)
	c.enter(supervisorBadge)
	_, err = c.Disclose(ctx, told(c.clock()))
	require.NoError(t, err)
	r, err := c.TakeRequest(ctx, ask)
	require.NoError(t, err)
	require.Equal(t, ask.Received.AddDate(0, 0, c.Pack().AccessRequest.AnswerDays), r.Due)
	for _, s := range search.Sections {
		require.Equal(t, 1, r.Count(s), "%s", s)
	}
	e := c.last(audit.RequestAssembled)
	require.Equal(t, []string{r.ID, "FOI-26-17"}, []string{e.Object, e.Reason})
	text, err := json.Marshal(e)
	require.NoError(t, err)
	require.NotContains(t, string(text), "CKLM804")
	require.NotContains(t, string(text), "Robin")

	heads, err := c.Requests(ctx)
	require.NoError(t, err)
	require.Len(t, heads, 1)
	require.True(t, heads[0].Answered.IsZero())
	_, err = c.FinishRequest(ctx, r.ID, search.Exemptions{Items: map[int]string{0: "no such ground"}})
	require.ErrorIs(t, err, policy.ErrUnknownCode)
	done, err := c.FinishRequest(ctx, r.ID, search.Exemptions{Items: map[int]string{0: "law-enforcement"}})
	require.NoError(t, err)
	require.True(t, done.Withholds())
	require.Equal(t, "1", c.last(audit.RequestAnswered).Detail["withheld"])
	_, err = c.FinishRequest(ctx, r.ID, search.Exemptions{})
	require.ErrorIs(t, err, search.ErrAnswered)
	_, err = c.ExportRequest(ctx, r.ID, "md")
	require.NoError(t, err)
	require.Equal(t, "md", c.last(audit.RequestExported).Detail["form"])
	_, err = c.Request(ctx, "none")
	require.ErrorIs(t, err, search.ErrNoRequest)

	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Contains(t, link.kept, r.ID)
	n := len(link.order)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Len(t, link.order, n)
}

func TestRequirement31_AHeldHitOutlivesDeliveryAndRetention(t *testing.T) {
	ctx := context.Background()
	link := newStation()
	c := newCar(t, link).setUp()
	c.read("CKLM804")
	waiting := c.Queue()[0].ID
	c.enter(supervisorBadge)
	_, err := c.HoldHit(ctx, waiting, "R. v. Doe", "exhibit")
	require.ErrorIs(t, err, hit.ErrWrongState, "what may still turn out a non-hit is not held")
	c.enter(patrolBadge)
	_, err = c.HoldHit(ctx, waiting, "R. v. Doe", "exhibit")
	require.ErrorIs(t, err, access.ErrNotAllowed)
	held := c.finish()
	require.NoError(t, c.StartPatrol(ctx))
	c.read("BWKB881")
	other := c.finish()
	_, err = c.EndShift(ctx)
	require.NoError(t, err)

	c.enter(supervisorBadge)
	_, err = c.HoldHit(ctx, held, " ", "exhibit")
	require.ErrorIs(t, err, hit.ErrIncomplete)
	_, err = c.HoldHit(ctx, "none", "R. v. Doe", "exhibit")
	require.ErrorIs(t, err, hit.ErrNotFound)
	_, err = c.HoldHit(ctx, held, "R. v. Doe", "exhibit")
	require.NoError(t, err)
	require.Equal(t, "R. v. Doe", c.last(audit.HitHeld).Detail["authority"])
	require.ErrorIs(t, c.parts.Store.Destroy(ctx, held, audit.Event{Act: audit.HitDestroyed}), hit.ErrHeld)

	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.True(t, link.parcels[held].Held)
	require.False(t, link.parcels[other].Held)
	require.False(t, link.parcels[held].Captured.IsZero())
	hits, err := c.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 1, "the other one was erased")
	require.Equal(t, held, hits[0].ID)
	n := len(link.order)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Len(t, link.order, n, "the station has it")

	c.later(5*365*24*time.Hour, supervisorBadge)
	hits, err = c.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 1, "the hold outlives retention")

	require.ErrorIs(t, c.ReleaseHit(ctx, held, " "), hit.ErrIncomplete)
	require.ErrorIs(t, c.ReleaseHit(ctx, other, "over"), hit.ErrNotHeld)
	require.NoError(t, c.ReleaseHit(ctx, held, "the proceeding is over"))
	require.Equal(t, "the proceeding is over", c.last(audit.HitReleased).Reason)
	hits, err = c.Hits(ctx)
	require.NoError(t, err)
	require.Empty(t, hits)
}

func TestRequirement31_WhatNoSyncTookIsPurgedWithACount(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.read("CKLM804")
	id := c.finish()
	_, err := c.EndShift(ctx)
	require.NoError(t, err)
	year := c.Pack().Retention.HitEnds(c.clock(), c.clock()).Sub(c.clock())
	c.later(year-time.Second, patrolBadge)
	hits, err := c.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 1, "kept for at least the policy's minimum")
	require.Zero(t, c.recorded(audit.RetentionPurged))

	c.pass(time.Second)
	c.enter(patrolBadge)
	hits, err = c.Hits(ctx)
	require.NoError(t, err)
	require.Empty(t, hits)
	e := c.last(audit.RetentionPurged)
	require.Equal(t, map[string]string{"hits": "1"}, e.Detail, "what kind and how many, never what")
	require.Empty(t, e.Object)
	require.Empty(t, e.Badge, "the terminal did it by itself")
	_, err = c.OpenAlert(ctx, id)
	require.ErrorIs(t, err, hit.ErrNotFound)
}

func TestRequirement57_AnybodyReportsABreachAndItGoesFirst(t *testing.T) {
	ctx := context.Background()
	link := newStation()
	c := newCar(t, link).setUp()
	c.read("CKLM804")
	c.finish()
	_, err := c.ReportBreach(ctx, breach.Report{Kind: breach.Seen, What: " ", Noticed: c.clock()})
	require.ErrorIs(t, err, breach.ErrIncomplete)
	r, err := c.ReportBreach(ctx, breach.Report{Kind: breach.Seen, What: "a passenger read the screen", Noticed: c.clock()})
	require.NoError(t, err)
	require.Equal(t, "Car 4127", r.Terminal)
	e := c.last(audit.BreachReported)
	require.Equal(t, []string{r.ID, "seen"}, []string{e.Object, e.Detail["kind"]})
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, r.ID, link.order[0])
	require.Equal(t, shift.BreachParcel, link.parcels[r.ID].Kind)
	require.Contains(t, string(link.kept[r.ID]), "a passenger read the screen")
	left, err := c.parts.Store.Breaches(ctx)
	require.NoError(t, err)
	require.Empty(t, left)
	for _, role := range access.Roles {
		require.True(t, access.Officer{Roles: []access.Role{role}}.May(access.ActReportBreach), "%s", role)
	}
	require.NoError(t, c.SignOut(ctx))
	_, err = c.ReportBreach(ctx, breach.Report{Kind: breach.Seen, What: "x", Noticed: c.clock()})
	require.ErrorIs(t, err, access.ErrNotSignedIn)
}

// ordering turns orders on, as no pack that ships does.
func ordering(p *policy.Pack) {
	p.Preservation = policy.Preservation{Enabled: true, WindowHours: 6, HoldDays: 5}
}

func (c *car) order() preserve.Order {
	now := c.clock()
	return preserve.Order{Authority: "production order applied for", Case: "26-118", Area: "Harbour", From: now,
		Until: now.Add(4 * time.Hour), Settled: now.AddDate(0, 0, 3)}
}

// deployedIn begins a patrol whose deployment record names an area.
func (c *car) deployedIn(area string) {
	c.t.Helper()
	ctx := context.Background()
	c.enter(patrolBadge)
	d := shift.Deployment{ID: "d" + area, Area: area, Start: c.clock()}
	require.NoError(c.t, c.parts.Store.PutDeployment(ctx, d, audit.Event{Act: audit.DeploymentRecorded}))
	c.enter(patrolBadge)
	require.NoError(c.t, c.StartPatrol(ctx))
}

func TestRequirement33_WithThePolicyOffNothingCanBeOrderedOrKept(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	require.NoError(t, c.StopPatrol(ctx))
	c.enter(supervisorBadge)
	_, err := c.OrderPreservation(ctx, c.order())
	require.ErrorIs(t, err, preserve.ErrOff)
	_, _, err = c.PreservationOrders(ctx)
	require.ErrorIs(t, err, preserve.ErrOff)
	_, err = c.OpenPreserved(ctx, "o", "warrant")
	require.ErrorIs(t, err, preserve.ErrOff)
	require.ErrorIs(t, c.EndPreservation(ctx, "o", "over"), preserve.ErrOff)

	// Not even an order that somehow is in the store counts: it is destroyed.
	stray := c.order()
	stray.ID, stray.Given = "stray", c.clock()
	require.NoError(t, c.parts.Store.PutOrder(ctx, stray, audit.Event{Act: audit.PreservationOrdered}))
	c.deployedIn("Harbour")
	c.read("ZZZZ999")
	require.NoError(t, c.StopPatrol(ctx))
	orders, kept, err := c.parts.Store.Orders(ctx)
	require.NoError(t, err)
	require.Empty(t, orders)
	require.Empty(t, kept)
	require.Zero(t, c.recorded(audit.PreservationKept))
	require.Equal(t, "0", c.last(audit.PreservationEnded).Detail["non-hits"])
}

func TestRequirement33_AnOrderKeepsItsAreaAndWindowAndThenNothing(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	require.NoError(t, c.StopPatrol(ctx))
	c.under(ordering)
	_, err := c.OrderPreservation(ctx, c.order())
	require.ErrorIs(t, err, access.ErrNotAllowed, "an officer gives no orders")
	c.enter(supervisorBadge)
	bad := c.order()
	bad.Case = ""
	_, err = c.OrderPreservation(ctx, bad)
	require.ErrorIs(t, err, preserve.ErrIncomplete)
	o, err := c.OrderPreservation(ctx, c.order())
	require.NoError(t, err)
	require.Equal(t, "production order applied for", c.last(audit.PreservationOrdered).Reason)

	c.deployedIn("Airport")
	c.read("AAAA111") // elsewhere
	_, err = c.EndShift(ctx)
	require.NoError(t, err)
	c.deployedIn("harbour")
	c.read("BBBB222")
	c.read("CKLM804") // a hit is no non-hit
	c.pass(4 * time.Hour)
	c.read("CCCC333") // the window is over
	require.NoError(t, c.StopPatrol(ctx))
	require.Equal(t, "1", c.last(audit.PreservationKept).Detail["non-hits"])

	c.enter(supervisorBadge)
	orders, kept, err := c.PreservationOrders(ctx)
	require.NoError(t, err)
	require.Len(t, orders, 1)
	require.Equal(t, map[string]int{o.ID: 1}, kept)
	_, err = c.OpenPreserved(ctx, o.ID, " ")
	require.ErrorIs(t, err, preserve.ErrIncomplete, "not without authority")
	found, err := c.OpenPreserved(ctx, o.ID, "production order 26-77")
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, plate.Text("BBBB222"), found[0].Text)
	require.Equal(t, "production order 26-77", c.last(audit.PreservationOpened).Reason)

	c.later(3*24*time.Hour, supervisorBadge)
	orders, _, err = c.PreservationOrders(ctx)
	require.NoError(t, err)
	require.Empty(t, orders, audit.ReasonAuthorityEnded)
	require.Equal(t, "1", c.last(audit.PreservationEnded).Detail["non-hits"])
	_, err = c.OpenPreserved(ctx, o.ID, "production order 26-77")
	require.ErrorIs(t, err, preserve.ErrNotFound)

	o, err = c.OrderPreservation(ctx, c.order())
	require.NoError(t, err)
	require.ErrorIs(t, c.EndPreservation(ctx, o.ID, ""), preserve.ErrIncomplete)
	require.NoError(t, c.EndPreservation(ctx, o.ID, "the authority was refused"))
	require.Equal(t, "the authority was refused", c.last(audit.PreservationEnded).Reason)
}

// Requirement 3 must not come to depend on a condition: a patrol without an order in
// force hands its reads to the loop's own Handle, which knows of no orders, and only
// one place in the code can choose otherwise.
func TestRequirement3_OnlyAnOrderInForceChangesTheWayOfANonHit(t *testing.T) {
	for name, uses := range map[string]int{"patrol.go": 1, "preserve.go": 0, "alerts.go": 0} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, uses, strings.Count(string(text), ".Preserving("), name)
	}
	loop, err := os.ReadFile("../patrol/loop.go")
	require.NoError(t, err)
	require.NotContains(t, string(loop), "reserv")

	ctx := context.Background()
	c := newCar(t, nil).setUp()
	require.NoError(t, c.StopPatrol(ctx))
	c.under(ordering)
	c.deployedIn("Harbour") // before there is an order
	c.read("DDDD444")
	require.NoError(t, c.StopPatrol(ctx))
	require.Zero(t, c.recorded(audit.PreservationKept))
}

// The pack that stands in for the service's own, which cannot be used any more, may
// keep hits for less time: it purges nothing.
func TestRequirement31_APackThatStandsInErasesNothingEarly(t *testing.T) {
	c := newOffice(t)
	c.read("CKLM804")
	c.finish()
	text, signature := edition(t, "ontario", policyKey('a'), "version = 1\n", "version = 2\n", "hit_years = 1 ", "hit_years = 7 ")
	_, err := c.InstallPack(t.Context(), text, signature, "longer proceedings")
	require.NoError(t, err)
	c.enter(patrolBadge)
	require.Equal(t, 7, c.Pack().Retention.HitYears)
	require.NoError(t, c.DropPolicyKey(t.Context(), policy.KeyID(policyKey('a').Public().(ed25519.PublicKey)), "the key is lost"))
	c.later(2*365*24*time.Hour, patrolBadge)
	require.Equal(t, cruiser.ProblemPack, c.Problem())
	require.Equal(t, 1, c.Pack().Retention.HitYears)
	hits, err := c.Hits(t.Context())
	require.NoError(t, err)
	require.Len(t, hits, 1)
}

// Supervisors, auditors and administrators make the report; it counts what the audit
// record of this terminal tells.
func TestRequirement30_ReportCountsWhatThisTerminalRecorded(t *testing.T) {
	c, ctx := newCar(t, nil).setUp(), t.Context()
	c.as("30001")
	r := told(c.clock())
	disclosed, err := c.Disclose(ctx, r)
	require.NoError(t, err)
	r.Corrects, r.Why = disclosed.ID, "wrong service"
	_, err = c.Disclose(ctx, r)
	require.NoError(t, err)
	_, err = c.TakeRequest(ctx, search.Request{Received: c.clock(), FileNumber: "FOI-1", Requester: "Robin Quill", Entitled: "permit", Plate: "CKLM804"})
	require.NoError(t, err)
	_, err = c.ReportBreach(ctx, breach.Report{Kind: breach.Lost, What: "a stick", Noticed: c.clock()})
	require.NoError(t, err)
	report, err := c.Report(ctx, c.clock(), c.clock())
	require.NoError(t, err)
	require.Equal(t, shift.Cases{Disclosures: 1, Requests: 1, Breaches: 1, DisclosuresBy: map[string]uint64{r.Authority: 1}, BreachesBy: map[string]uint64{"lost": 1}}, report.Total.Cases)
}
