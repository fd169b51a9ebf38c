package dock

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What is on its way at a time grows on a quick line, stays a message on a slow one, and
// never exceeds its bound.
func TestRoomFollowsTheLine(t *testing.T) {
	const size = 200_000
	var r room
	require.True(t, r.fits(size, 0), "one message always goes")
	require.False(t, r.fits(size, size), "nothing is known yet")
	r.learn(size, time.Minute)
	require.False(t, r.fits(size, size), "a slow line")
	r.learn(size, time.Second)
	r.learn(size, time.Second)
	require.True(t, r.fits(size, size))
	require.False(t, r.fits(size, 2*size))
	for range 100 {
		r.learn(size, time.Millisecond)
	}
	require.True(t, r.fits(size, mostInFlight-size))
	require.False(t, r.fits(size, mostInFlight-size+1))
	r.learn(size, prompt+1)
	require.False(t, r.fits(size, mostInFlight/2), "it became slow")
	require.True(t, r.fits(2*mostInFlight, 0))
}
