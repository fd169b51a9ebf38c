package station

import (
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
)

// Cars are told by a cluster's servers as by one.
func TestRequirement8_ConnectedToACluster(t *testing.T) {
	t.Parallel()
	c := startCluster(t, 3)
	ctx := testContext(t)
	l, other := c.link(t, "car-a"), c.link(t, "car-b")
	of, err := l.Await(ctx)
	require.NoError(t, err)
	require.Equal(t, shift.Everything, of)
	entries, err := l.Entries(ctx)
	require.NoError(t, err)
	require.Empty(t, entries)
	require.NoError(t, other.PublishEntry(ctx, decided("e1", "ABCD123")))
	for len(entries) == 0 { // a server may tell of what another does not have yet
		of, err = l.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, shift.News{Entries: true}, of)
		entries, err = l.Entries(ctx)
		require.NoError(t, err)
	}
	require.Equal(t, "e1", entries[0].ID)
}
