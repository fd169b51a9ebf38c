package threads

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRoomIsMadeOnce(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	t.Setenv("GOMAXPROCS", "2")
	Room(3)
	require.Equal(t, before, runtime.GOMAXPROCS(0), "somebody else decides")
	t.Setenv("GOMAXPROCS", "")
	Room(3)
	Room(3)
	require.Equal(t, max(before, runtime.NumCPU()+3), runtime.GOMAXPROCS(0))
	Room(1)
	require.Equal(t, max(before, runtime.NumCPU()+3), runtime.GOMAXPROCS(0))
}
