package threads

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A goroutine that gives way does so alone.
func TestBehindIsOneGoroutineOnly(t *testing.T) {
	nice := func() int {
		n, err := nice()
		require.NoError(t, err)
		return n
	}
	before, inside := nice(), make(chan int)
	go func() {
		Behind()
		inside <- nice()
	}()
	require.Equal(t, min(before+behind, 19), <-inside)
	require.Equal(t, before, nice())
}
