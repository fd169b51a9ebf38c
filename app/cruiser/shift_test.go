package cruiser_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/notice"
	"secondlook/app/patrol"
	"secondlook/app/shift"
)

// probing are eyes that can look at a camera before a patrol.
type probing struct {
	*eyes
	looks int
	fault error
}

func (p *probing) Probe(context.Context, patrol.CameraSetting) error { p.looks++; return p.fault }

// machine is a computer as a test sets it.
type machine struct {
	kept bool
	free uint64
}

func (m machine) ClockKept() (bool, error)  { return m.kept, nil }
func (m machine) DiskFree() (uint64, error) { return m.free, nil }

// standing knows until when somebody may operate the system.
// lapse has a person's training and agreement end at these times.
func (c *car) lapse(badge access.Badge, training, agreement time.Time) {
	c.t.Helper()
	p := c.Pack()
	_, err := c.parts.Store.ChangePerson(context.Background(), c.person(badge).ID, audit.Event{Act: audit.TrainingRecorded}, func(who *access.Person) error {
		who.Trained.On = training.AddDate(0, 0, -p.Training.Days)
		who.Signed.At = agreement.AddDate(0, 0, -p.Agreement.Days)
		return nil
	})
	require.NoError(c.t, err)
	c.as(badge)
}

// parked is a car set up as setUp does, with the patrol ended and its shift over.
func parked(t *testing.T, link *station, parts func(*cruiser.Parts)) *car {
	t.Helper()
	c := newCar(t, link).setUp()
	_, err := c.EndShift(context.Background())
	require.NoError(t, err)
	require.NoError(t, c.Close())
	if parts != nil {
		parts(&c.parts)
	}
	c.start()
	require.NoError(t, c.SignIn(context.Background(), "20418", secret))
	return c
}

func line(t *testing.T, checks []shift.Check, item shift.Item) shift.Check {
	t.Helper()
	for _, c := range checks {
		if c.Item == item {
			return c
		}
	}
	t.Fatalf("the checklist has no %s", item)
	return shift.Check{}
}

func TestRequirement50_ChecklistFillsItselfIn(t *testing.T) {
	ctx := context.Background()
	eye := &probing{eyes: &eyes{}}
	c := parked(t, newStation(), func(p *cruiser.Parts) {
		p.Vision, p.Machine = eye, machine{kept: true, free: 5 << 30}
	})
	c.lapse("20418", c.clock().AddDate(0, 0, 180), c.clock().Add(72*time.Hour))
	checks, err := c.Checklist(ctx)
	require.NoError(t, err)
	require.True(t, shift.AllWell(checks))
	for item, want := range map[shift.Item]shift.Check{
		shift.ItemCamera:    {Name: "Front left", State: shift.Well, Found: "picture"},
		shift.ItemPosition:  {State: shift.NotFitted, Found: "none"},
		shift.ItemClock:     {State: shift.Well, Found: "kept"},
		shift.ItemList:      {Name: "CPIC", State: shift.Well, Found: "fresh", Count: 2},
		shift.ItemStore:     {State: shift.Well, Found: "room", Count: 5 << 30},
		shift.ItemSync:      {State: shift.Well, Found: "none", Count: 1},
		shift.ItemTraining:  {State: shift.Well, Found: "current", Age: 180 * 24 * time.Hour},
		shift.ItemAgreement: {State: shift.Well, Found: "lapses-soon", Age: 72 * time.Hour},
	} {
		want.Item = item
		require.Equal(t, want, line(t, checks, item))
	}
	require.NoError(t, c.StartPatrol(ctx), "one tap goes on when all is well")
	require.Equal(t, 1, eye.looks, "a camera that gave a picture is not opened again at once")
	d, _ := c.Deployment()
	require.Equal(t, checks, d.Checklist, "it is kept in the deployment record")
	require.Empty(t, d.Exceptions)
}

func TestRequirement50_WhatIsNotWellIsAcknowledgedWithANote(t *testing.T) {
	ctx := context.Background()
	for _, test := range []struct {
		name  string
		item  shift.Item
		found string
		spoil func(c *car, p *cruiser.Parts)
	}{
		{"camera dark", shift.ItemCamera, "no-picture", func(_ *car, p *cruiser.Parts) {
			p.Vision = &probing{eyes: &eyes{}, fault: errors.New("no frames")}
		}},
		{"list old", shift.ItemList, "old", func(c *car, _ *cruiser.Parts) { c.pass(c.Pack().ListAge("CPIC") + time.Minute) }},
		{"clock behind", shift.ItemClock, "behind", func(c *car, _ *cruiser.Parts) { c.pass(-time.Hour) }},
		{"disk full", shift.ItemStore, "full", func(_ *car, p *cruiser.Parts) { p.Machine = machine{free: 1 << 20} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := parked(t, nil, nil)
			require.NoError(t, c.Close())
			test.spoil(c, &c.parts)
			c.start()
			require.NoError(t, c.SignIn(ctx, "20418", secret))
			checks, err := c.Checklist(ctx)
			require.NoError(t, err)
			bad := line(t, checks, test.item)
			require.Equal(t, shift.NotWell, bad.State)
			require.Equal(t, test.found, bad.Found)

			require.ErrorIs(t, c.StartPatrol(ctx), cruiser.ErrNotWell)
			require.ErrorIs(t, c.StartPatrolWith(ctx, cruiser.Start{Note: " \n"}), cruiser.ErrNotWell)
			require.False(t, c.Patrolling())
			_, begun := c.Deployment()
			require.False(t, begun)

			require.NoError(t, c.StartPatrolWith(ctx, cruiser.Start{Note: "told the desk"}))
			d, _ := c.Deployment()
			require.Equal(t, []shift.Exception{{At: d.Start, Checks: []string{bad.Label()}, Note: "told the desk"}}, d.Exceptions)
		})
	}
}

// Training and agreement are asked for at sign-in; on a long day they lapse later.
func TestRequirement50_WhatLapsesWhileSignedInIsNotWell(t *testing.T) {
	ctx := context.Background()
	c := parked(t, nil, nil)
	c.lapse("20418", c.clock().Add(time.Hour), c.clock().Add(2*time.Hour))
	c.pass(90 * time.Minute)
	checks, err := c.Checklist(ctx)
	require.NoError(t, err)
	require.Equal(t, shift.Check{Item: shift.ItemTraining, State: shift.NotWell, Found: "lapsed", Age: 30 * time.Minute}, line(t, checks, shift.ItemTraining))
	require.Equal(t, "lapses-soon", line(t, checks, shift.ItemAgreement).Found)
	require.ErrorIs(t, c.StartPatrol(ctx), cruiser.ErrNotWell)
}

func TestRequirement50_FailedSyncIsNotWell(t *testing.T) {
	ctx := context.Background()
	link := newStation()
	link.cut = 0
	c := parked(t, link, nil)
	_, err := c.Sync(ctx, nil)
	require.Error(t, err)
	checks, err := c.Checklist(ctx)
	require.NoError(t, err)
	require.Equal(t, shift.NotWell, line(t, checks, shift.ItemSync).State)
	link.cut = -1
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	c.pass(3 * time.Hour)
	checks, err = c.Checklist(ctx)
	require.NoError(t, err)
	require.Equal(t, shift.Check{Item: shift.ItemSync, State: shift.Well, Found: "synced", Age: 3 * time.Hour}, line(t, checks, shift.ItemSync))
}

func TestRequirement28_DeploymentSaysWhoHowWhenWhereAndWhatCame(t *testing.T) {
	ctx := context.Background()
	link := newStation()
	c := parked(t, link, func(p *cruiser.Parts) { p.Vision = &probing{eyes: &eyes{}} })
	c.pass(time.Hour) // after the shift before
	begun := c.clock()
	require.NoError(t, c.StartPatrolWith(ctx, cruiser.Start{Area: "Highway 403, eastbound", Calibration: "front left cleaned and aimed"}))
	require.NoError(t, c.NoteException(ctx, "  "))
	require.NoError(t, c.NoteException(ctx, "rear camera covered by snow until 22:30"))
	c.pass(time.Hour)
	_, err := c.EndShift(ctx)
	require.NoError(t, err)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)

	var d shift.Deployment
	for _, id := range link.order { // the last that came
		var next shift.Deployment
		if json.Unmarshal(link.kept[id], &next) == nil && next.ID != "" {
			d = next
		}
	}
	require.Equal(t, access.Name("Ada Admin"), d.Officer.Name)
	require.Equal(t, "Test Service", d.Authority)
	require.Equal(t, "mobile, 1 cameras", d.Method)
	require.Equal(t, "Highway 403, eastbound", d.Area)
	require.Equal(t, "front left cleaned and aimed", d.Calibration)
	require.True(t, begun.Equal(d.Start) && begun.Add(time.Hour).Equal(d.End))
	require.Equal(t, "rear camera covered by snow until 22:30", d.Exceptions[0].Note)
	require.Len(t, d.Exceptions, 1)
	require.EqualValues(t, 1, d.Statistics.Syncs)
	for _, field := range [][]string{c.Pack().Deployment.Required, {"authority", "method", "area", "camera-check", "results", "exceptions"}} {
		require.Empty(t, d.Missing(field))
	}
	require.Equal(t, []string{"authority", "method", "area", "camera-check"}, shift.Deployment{}.Missing([]string{"authority", "method", "area", "camera-check", "results"}))
}

func TestRequirement28_NoPatrolWithoutWhatTheRecordMustSay(t *testing.T) {
	ctx := context.Background()
	c := parked(t, nil, nil)
	s := c.Settings()
	s.Authority = ""
	require.NoError(t, c.ChangeSettings(ctx, s, "authority withdrawn"))
	err := c.StartPatrol(ctx)
	require.ErrorIs(t, err, cruiser.ErrUndocumented)
	require.ErrorContains(t, err, "authority")
	require.False(t, c.Patrolling())
	_, begun := c.Deployment()
	require.False(t, begun)
}

// Every count of a shift, once as it runs and once made again after a power cut.
func TestRequirement30_StatisticsSurviveAPowerCut(t *testing.T) {
	ctx := context.Background()
	link := newStation()
	c := newCar(t, link).setUp()
	ids := map[string]string{}
	for _, text := range []string{"CKLM804", "BWKB881"} {
		c.read("ZZZZ999") // a non-hit
		before := len(c.Queue())
		c.pass(c.Pack().Quiet() + time.Second)
		if text == "CKLM804" {
			c.read("CKLM804")
		} else {
			c.read("BWKB881")
		}
		require.Len(t, c.Queue(), before+1)
		for _, h := range c.Queue() {
			ids[string(h.Read.Text)] = h.ID
		}
	}
	c.pass(8 * time.Second)
	require.NoError(t, c.Reject(ctx, ids["BWKB881"], hit.Misread, time.Second))
	_, err := c.Confirm(ctx, ids["CKLM804"], 5*time.Second)
	require.NoError(t, err)
	_, err = c.Verify(ctx, ids["CKLM804"], hit.Verification{Record: hit.Active, OwnerReminder: true})
	require.NoError(t, err)
	_, err = c.Notify(ctx, ids["CKLM804"], hit.Notice{Reason: "officer-safety"})
	require.NoError(t, err)
	_, err = c.Finish(ctx, ids["CKLM804"], hit.Outcome{Code: "arrest"})
	require.NoError(t, err)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.NoError(t, c.StopPatrol(ctx))

	check := func(s shift.Statistics) {
		t.Helper()
		require.EqualValues(t, 4, s.Reads)
		require.EqualValues(t, 2, s.NonHits)
		require.Equal(t, map[string]uint64{"stolen-vehicle": 1, "suspended-driver": 1}, s.HitsByCategory)
		require.Equal(t, map[hit.State]uint64{hit.Confirmed: 1, hit.Misread: 1}, s.Verdicts)
		rate, ok := s.MisreadRate()
		require.True(t, ok)
		require.InDelta(t, 0.5, rate, 1e-9)
		require.Equal(t, shift.Histogram{0, 1, 0, 0, 0, 1}, s.ToVerdict, "one after 8 s, one after ten minutes and 9 s")
		require.EqualValues(t, 1, s.Stops)
		require.Zero(t, s.NoticesGiven)
		require.Equal(t, map[string]uint64{"officer-safety": 1}, s.NotGivenBy)
		require.Equal(t, map[string]uint64{"arrest": 1}, s.Outcomes)
		require.Equal(t, []shift.ListAge{{Name: "CPIC"}}, s.Lists)
		require.EqualValues(t, 1, s.Syncs)
		require.EqualValues(t, 100, s.Frames)
		require.EqualValues(t, 3, s.FramesDropped)
		up, ok := s.UpTime()
		require.True(t, ok)
		require.InDelta(t, 1, up, 1e-9)
		require.Equal(t, 2*(c.Pack().Quiet()+time.Second)+8*time.Second, s.Cameras["Front left"].Run)
	}
	d, ok := c.Deployment()
	require.True(t, ok)
	check(d.Statistics)
	require.NoError(t, c.Close()) // the power fails
	c.start()
	require.NoError(t, c.SignIn(ctx, "20418", secret))
	again, ok := c.Deployment()
	require.True(t, ok)
	require.Equal(t, d.ID, again.ID)
	check(again.Statistics)

	text, err := json.Marshal(again.Statistics)
	require.NoError(t, err)
	for _, personal := range []string{"CKLM804", "BWKB881", "Ada", "20418"} {
		require.NotContains(t, string(text), personal, "counts only")
	}
}

func TestRequirement30_CameraTimeCountsLosses(t *testing.T) {
	ctx := context.Background()
	c := parked(t, nil, nil)
	c.eyes.health = nil
	require.NoError(t, c.StartPatrol(ctx))
	c.pass(3 * time.Hour)
	require.NoError(t, c.StopPatrol(ctx))
	c.eyes.health = nil
	c.parts.Vision = c.eyes
	require.NoError(t, c.StartPatrol(ctx))
	c.eyes.health[0].Connected = false
	c.pass(time.Hour)
	require.NoError(t, c.StopPatrol(ctx))
	d, _ := c.Deployment()
	up, ok := d.Statistics.UpTime()
	require.True(t, ok)
	require.InDelta(t, 0.75, up, 1e-9)
	require.Equal(t, 4*time.Hour, d.Statistics.Cameras["Front left"].Run)
}

// printer keeps what it was given.
type printer struct {
	pages  []notice.Driver
	folder string
	fault  error
}

func (p *printer) Ready() (bool, string) { return false, "/home/officer/Documents" }
func (p *printer) Print(_ context.Context, pages []notice.Driver, folder string) (string, error) {
	p.pages, p.folder = pages, folder
	return folder, p.fault
}

func TestRequirement15_NoticeIsPrintedInBothLanguagesAndRecorded(t *testing.T) {
	ctx := context.Background()
	paper := &printer{}
	c := parked(t, nil, func(p *cruiser.Parts) { p.Printer = paper })
	_, err := c.ImportList(ctx, "CPIC", c.clock(), strings.NewReader("plate,category,agency,contact\nCKLM804,stolen-vehicle,Toronto Police,416-555-0101\nBWKB881,suspended-driver,,\n"))
	require.NoError(t, err)
	require.NoError(t, c.StartPatrol(ctx))
	c.read("CKLM804")
	id := c.Queue()[0].ID
	_, err = c.PrintNotice(ctx, id, "")
	require.ErrorIs(t, err, hit.ErrWrongState, "no notice before the hit is confirmed")
	_, err = c.Confirm(ctx, id, 5*time.Second)
	require.NoError(t, err)
	on, folder, ok := c.CanPrint()
	require.True(t, ok)
	require.False(t, on)
	_, err = c.PrintNotice(ctx, id, folder)
	require.NoError(t, err)
	require.Equal(t, folder, paper.folder)
	require.Len(t, paper.pages, 2)
	require.Equal(t, "en", paper.pages[0].Language)
	require.Equal(t, "fr", paper.pages[1].Language)
	require.Equal(t, notice.Contact{Title: "Toronto Police", Telephone: "416-555-0101"}, paper.pages[0].Agency)

	s, err := c.parts.Store.Records(ctx)
	require.NoError(t, err)
	last := s[len(s)-1].Event
	require.Equal(t, audit.NoticePrinted, last.Act)
	require.Equal(t, "file", last.Detail["to"])

	paper.fault = os.ErrPermission
	_, err = c.PrintNotice(ctx, id, filepath.Join(folder, "x"))
	require.ErrorIs(t, err, os.ErrPermission)
}
