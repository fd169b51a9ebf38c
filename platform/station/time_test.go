package station

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/platform/dock/protocol"
)

// A car that doubts its clock may ask for the station's; nobody may answer in the
// station's place.
func TestRequirement38_TheStationSaysTheTime(t *testing.T) {
	r := start(t)
	link := r.link(t, "car-a")
	before := time.Now()
	said, err := link.Time(testContext(t))
	require.NoError(t, err)
	require.False(t, said.Before(before.Add(-time.Millisecond)))
	require.False(t, said.After(time.Now()))

	nc, refusals := raw(t, r.bundle(t, "car-b"))
	_, err = nc.SubscribeSync(protocol.TimeSubject)
	require.NoError(t, err)
	require.NoError(t, nc.Flush())
	require.ErrorContains(t, <-refusals, "permissions violation")
}
