package cruiser_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/position"
	"secondlook/app/shift"
)

// receiver is one that a test speaks for.
type receiver struct{ fixes, taken chan position.Fix }

func newReceiver() *receiver {
	return &receiver{make(chan position.Fix), make(chan position.Fix)}
}

func (r *receiver) Follow(ctx context.Context, _ string, heard func(position.Fix)) {
	for {
		select {
		case f := <-r.fixes:
			heard(f)
			r.taken <- f
		case <-ctx.Done():
			return
		}
	}
}

// drive has the receiver report a speed, a second after the last report, n times.
func (c *car) drive(r *receiver, kmh float64, n int) {
	for range n {
		c.pass(time.Second)
		r.fixes <- position.Fix{Place: position.Place{Latitude: 43.65321, Longitude: -79.38318}, KMH: kmh}
		<-r.taken
	}
}

// driving is a car with a receiver, on patrol.
func driving(t *testing.T) (*car, *receiver) {
	t.Helper()
	r := newReceiver()
	c := parked(t, newStation(), func(p *cruiser.Parts) { p.Locator = r })
	s := c.Settings()
	s.Position = "gpsd://localhost"
	require.NoError(t, c.Reauthenticate(context.Background(), secret))
	require.NoError(t, c.ChangeSettings(context.Background(), s, "receiver mounted"))
	c.drive(r, 0, 1)
	require.NoError(t, c.StartPatrol(context.Background()))
	return c, r
}

func (c *car) heard(what string) bool {
	c.calls.mu.Lock()
	defer c.calls.mu.Unlock()
	return slices.Contains(c.calls.calls, what)
}

func TestRequirement49_50_TheReceiversLossIsHeardAndSeen(t *testing.T) {
	ctx := context.Background()
	c, r := driving(t)
	checks, err := c.Checklist(ctx)
	require.NoError(t, err)
	require.Equal(t, shift.Check{Item: shift.ItemPosition, State: shift.Well, Found: "fix"}, line(t, checks, shift.ItemPosition))

	c.drive(r, 60, 2)
	c.pass(11 * time.Second)
	require.Eventually(t, func() bool { return c.heard("position lost") }, time.Minute, time.Millisecond)
	state, age := c.Position()
	require.Equal(t, cruiser.PositionLost, state)
	require.Equal(t, 11*time.Second, age)
	checks, err = c.Checklist(ctx)
	require.NoError(t, err)
	require.Equal(t, shift.Check{Item: shift.ItemPosition, State: shift.NotWell, Found: "lost", Age: age}, line(t, checks, shift.ItemPosition))
	c.read("BWKB881")
	require.Nil(t, c.Queue()[0].Place, "where the car was is not where it is")
	moving, _ := c.Driving()
	require.True(t, moving, "a tunnel is no halt")

	c.drive(r, 60, 1)
	require.True(t, c.heard("position back"))
	state, _ = c.Position()
	require.Equal(t, cruiser.PositionFixed, state)

	c.pass(2 * time.Minute) // a receiver that broke for good
	require.Eventually(t, func() bool { moving, _ := c.Driving(); return !moving }, time.Minute, time.Millisecond)

	require.NoError(t, c.SignOut(ctx))
	state, _ = c.Position()
	require.Equal(t, cruiser.PositionNone, state, "nothing is followed once nobody is signed in")
}

func TestRequirement1_AHitCarriesItsPlaceWhereThePolicyAsks(t *testing.T) {
	c, _ := driving(t)
	c.read("CKLM804")
	a, err := c.OpenAlert(context.Background(), c.Queue()[0].ID)
	require.NoError(t, err)
	require.NotNil(t, a.Hit.Place, "it is kept with the hit")
	require.Equal(t, "43.65321, -79.38318", a.Hit.Place.Degrees())

	c.Pack().HitPosition = false
	defer func() { c.Pack().HitPosition = true }()
	c.read("BWKB881")
	for _, h := range c.Queue() {
		require.Equal(t, h.Read.Text == "CKLM804", h.Place != nil)
	}
}

func TestRequirement48_NobodyJudgesWhileDrivingAlone(t *testing.T) {
	ctx := context.Background()
	c, r := driving(t)
	c.read("CKLM804")
	id := c.Queue()[0].ID
	c.drive(r, 60, 2)
	moving, passenger := c.Driving()
	require.True(t, moving)
	require.False(t, passenger)

	_, err := c.Confirm(ctx, id, time.Minute)
	require.ErrorIs(t, err, cruiser.ErrMoving)
	require.ErrorIs(t, c.Reject(ctx, id, hit.Misread, time.Minute), cruiser.ErrMoving)
	require.Len(t, c.Queue(), 1, "it waits")
	last := c.records()[len(c.records())-1].Event
	require.Equal(t, audit.Refused, last.Act)
	require.Equal(t, audit.OutcomeMoving, last.Outcome)

	require.NoError(t, c.DeclarePassenger(ctx))
	_, err = c.Confirm(ctx, id, 0)
	require.ErrorIs(t, err, hit.ErrTooSoon, "a passenger compares as anybody does")
	require.NoError(t, c.EndPassenger(ctx))
	_, err = c.Confirm(ctx, id, time.Minute)
	require.ErrorIs(t, err, cruiser.ErrMoving)

	require.NoError(t, c.DeclarePassenger(ctx))
	c.drive(r, 0, 5)
	moving, passenger = c.Driving()
	require.False(t, moving)
	require.True(t, passenger, "a red light is no change of drivers")
	c.pass(c.Pack().PassengerEnds())
	c.drive(r, 0, 1)
	_, passenger = c.Driving()
	require.False(t, passenger)
	var said []string
	for _, record := range c.records() {
		if e := record.Event; e.Act == audit.PassengerDeclared || e.Act == audit.PassengerEnded {
			require.Equal(t, "20418", e.Badge)
			said = append(said, string(e.Act)+" "+e.Reason)
		}
	}
	require.Equal(t, []string{"passenger.declare ", "passenger.end ", "passenger.declare ", "passenger.end car-stood"}, said)

	_, err = c.Confirm(ctx, id, time.Minute)
	require.NoError(t, err, "the car stands")
}
