package cruiser_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/plate"
)

// report reports the first entry of the one hit that waits, after which the hit is
// put out of the way.
func (c *car) report(reason hit.ReportReason, words string) hit.Report {
	c.t.Helper()
	ctx := context.Background()
	require.Len(c.t, c.Queue(), 1)
	r, err := c.ReportEntry(ctx, c.Queue()[0].ID, 0, reason, words)
	require.NoError(c.t, err)
	require.NoError(c.t, c.Reject(ctx, c.Queue()[0].ID, hit.Misread, time.Second))
	return r
}

// again reads a plate when no earlier alert keeps it quiet any more, and returns
// how many hits that raised.
func (c *car) again(text plate.Text) int {
	c.t.Helper()
	c.pass(c.Pack().Quiet() + time.Second)
	before := len(c.Queue())
	c.read(text)
	return len(c.Queue()) - before
}

func (c *car) take(name, csv string) {
	c.t.Helper()
	require.NoError(c.t, c.Reauthenticate(context.Background(), secret))
	_, err := c.ImportList(context.Background(), name, c.clock(), strings.NewReader(csv))
	require.NoError(c.t, err)
}

func TestRequirement46_AReportQuietsItsEntryUntilTheShiftEnds(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, newStation()).setUp()
	c.read("CKLM804")
	r := c.report(hit.Recovered, "")
	require.Equal(t, []hit.Report{r}, c.Quieted())
	require.Zero(t, c.again("CKLM804"), "grave as it is")
	require.Zero(t, c.again("CKLM8O4"), "nor where it looks like it")
	require.Equal(t, 1, c.again("BWKB881"), "another entry of the list alerts")

	// The same list again has the same entry; the program may end and begin again.
	c.take("CPIC", "plate,jurisdiction,category,make\nCKLM804,CA-ON,stolen-vehicle,Honda\nBWKB881,CA-ON,suspended-driver,Ford\n")
	c.restart()
	require.NoError(t, c.SignIn(ctx, "20418", secret))
	require.NoError(t, c.StartPatrol(ctx))
	require.Equal(t, []hit.Report{r}, c.Quieted())
	require.Zero(t, c.again("CKLM804"))

	sum, err := c.EndShift(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, sum.Deployment.Statistics.EntriesReported)
	require.Empty(t, c.Quieted())
	require.NoError(t, c.StartPatrol(ctx))
	require.Equal(t, 1, c.again("CKLM804"), "the next shift hears of it again")
	acts := c.acts()
	require.Len(t, acts[audit.EntryReported], 1)
	require.Equal(t, r.ID, acts[audit.EntryReported][0].Object)
	require.Equal(t, "recovered", acts[audit.EntryReported][0].Reason)
	require.Equal(t, map[string]string{"list": "CPIC", "category": "stolen-vehicle"}, acts[audit.EntryReported][0].Detail)
	require.Equal(t, audit.ReasonShiftEnded, acts[audit.EntryUnquieted][0].Reason)
}

func TestRequirement46_OtherReasonsForThePlateStillAlert(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.take("MTO", "plate,jurisdiction,category\nCKLM804,CA-ON,expired-plate\n")
	c.read("CKLM804")
	require.Len(t, c.Queue()[0].Matches, 2)
	require.Equal(t, "stolen-vehicle", c.Queue()[0].Matches[0].Entry.Category)
	c.report(hit.Cleared, "")
	require.Equal(t, 1, c.again("CKLM804"), "the other entry is not reported")
	h := c.Queue()[0]
	require.Len(t, h.Matches, 1)
	require.Equal(t, "expired-plate", h.Matches[0].Entry.Category)
	require.False(t, c.Reported(h.Matches[0]))
	c.report(hit.WrongCategory, "")
	require.Zero(t, c.again("CKLM804"), "now both are")
	require.Len(t, c.Quieted(), 2)

	c.take("CPIC", "plate,jurisdiction,category\nCKLM804,CA-ON,stolen-plate\nBWKB881,CA-ON,suspended-driver\n")
	require.Equal(t, 1, c.again("CKLM804"), "a new reason")

	require.NoError(t, c.Lock(ctx))
	require.Empty(t, c.Quieted(), "a locked screen names nothing")
}

func TestRequirement46_AQuietedEntryCanBeLetAlertAgain(t *testing.T) {
	ctx := context.Background()
	st := newStation()
	c := newCar(t, st).setUp()
	c.read("CKLM804")
	first := c.report(hit.WrongVehicle, "")
	require.NoError(t, c.Unquiet(ctx, first.ID))
	require.ErrorIs(t, c.Unquiet(ctx, first.ID), hit.ErrNoReport)
	require.Equal(t, "lifted", c.acts()[audit.EntryUnquieted][0].Reason)
	require.Equal(t, 1, c.again("CKLM804"))
	second := c.report(hit.WrongVehicle, "")
	require.NotEqual(t, first.ID, second.ID)
	_, err := c.EndShift(ctx)
	require.NoError(t, err)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	var sent hit.Report
	require.NoError(t, json.Unmarshal(st.kept[first.ID], &sent))
	require.Equal(t, access.Badge("20418"), sent.LiftedBy.Badge)
	require.False(t, sent.Quiet)
	require.NoError(t, json.Unmarshal(st.kept[second.ID], &sent))
}

func TestRequirement46_AReportReachesTheListsOwnerAtSync(t *testing.T) {
	ctx := context.Background()
	st := newStation()
	c := newCar(t, st).setUp()
	c.take("CPIC", "plate,jurisdiction,category,source,agency,contact,reference\nCKLM804,CA-ON,stolen-vehicle,CPIC,Peel Regional Police,+1 555 0100,PR26-11\nBWKB881,CA-ON,suspended-driver,CPIC,,,\n")
	c.read("CKLM804")
	seen := c.Queue()[0].Matches[0]
	made := c.report(hit.OtherFault, "  reissued to a taxi ")
	sum, err := c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Zero(t, sum.Delivered, "it keeps its entry quiet yet")
	_, err = c.EndShift(ctx)
	require.NoError(t, err)

	st.cut = 0
	_, err = c.Sync(ctx, nil)
	require.ErrorIs(t, err, errCut)
	reports, err := c.parts.Store.Reports(ctx)
	require.NoError(t, err)
	require.Len(t, reports, 1, "not acknowledged, not erased")
	st.cut = -1
	sum, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, 2, sum.Delivered, "the report, then the deployment")
	require.Equal(t, made.ID, st.order[0])

	var sent hit.Report
	require.NoError(t, json.Unmarshal(st.kept[made.ID], &sent))
	require.Equal(t, "CPIC", sent.List)
	require.True(t, sent.Made.Equal(seen.ListMade))
	require.Equal(t, "CPIC", sent.Source)
	require.Equal(t, "+1 555 0100", sent.Contact)
	require.Equal(t, "Peel Regional Police", sent.Entry.Agency)
	require.Equal(t, "PR26-11", sent.Entry.Reference)
	require.Equal(t, plate.Text("CKLM804"), sent.Entry.Plate)
	require.Equal(t, hit.OtherFault, sent.Reason)
	require.Equal(t, "reissued to a taxi", sent.Words)
	require.Equal(t, access.Badge("20418"), sent.By.Badge)
	require.Equal(t, "Car 4127", sent.Terminal)
	require.NotEmpty(t, sent.Deployment)
	reports, err = c.parts.Store.Reports(ctx)
	require.NoError(t, err)
	require.Empty(t, reports, "acknowledged, then erased")
}

func TestRequirement46_AReportNeedsAReasonAndARole(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.read("CKLM804")
	id := c.Queue()[0].ID
	for _, bad := range []struct {
		id     string
		match  int
		reason hit.ReportReason
		words  string
		want   error
	}{
		{id, 0, "", "", hit.ErrIncomplete},
		{id, 0, "because", "", hit.ErrIncomplete},
		{id, 0, hit.OtherFault, " ", hit.ErrIncomplete},
		{id, 1, hit.Recovered, "", hit.ErrNotFound},
		{id, -1, hit.Recovered, "", hit.ErrNotFound},
		{"gone", 0, hit.Recovered, "", hit.ErrNotFound},
	} {
		_, err := c.ReportEntry(ctx, bad.id, bad.match, bad.reason, bad.words)
		require.ErrorIs(t, err, bad.want)
	}
	require.Empty(t, c.acts()[audit.EntryReported])
	_, err := c.ReportEntry(ctx, id, 0, hit.Recovered, "")
	require.NoError(t, err)
	_, err = c.ReportEntry(ctx, id, 0, hit.Recovered, "")
	require.ErrorIs(t, err, hit.ErrReported)
	require.NoError(t, c.Lock(ctx))
	_, err = c.ReportEntry(ctx, id, 0, hit.Recovered, "")
	require.ErrorIs(t, err, access.ErrNotSignedIn)
	require.ErrorIs(t, c.Unquiet(ctx, "x"), access.ErrNotSignedIn)
}
