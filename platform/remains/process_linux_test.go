package remains_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/platform/remains"
)

// seen is what the test's own process, run again as a child, keeps in its memory.
const seen = "SECONDLOOK_REMAINS_SEEN"

// TestMain is also the child: it keeps a text that was put together by itself, says
// that it is ready, and waits.
func TestMain(m *testing.M) {
	if digits, ok := os.LookupEnv(seen); ok {
		kept := []byte("VK")
		kept = append(kept, "LM"...)
		kept = append(kept, digits...)
		fmt.Println("ready")
		bufio.NewReader(os.Stdin).ReadByte()
		runtime.KeepAlive(kept)
		return
	}
	os.Exit(m.Run())
}

func TestRequirement56_MemoryOfAProcessIsSearched(t *testing.T) {
	n := remains.NewNeedles()
	require.NoError(t, n.Add("kept", []byte("VKLM804")))
	require.NoError(t, n.Add("not kept", []byte("VKLM805")))
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), seen+"=804")
	in, err := child.StdinPipe()
	require.NoError(t, err)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
	s, err := n.Memory(context.Background(), "memory", child.Process.Pid)
	require.NoError(t, err)
	require.NotEmpty(t, s.Found)
	for _, f := range s.Found {
		require.Equal(t, "kept", f.Kind)
	}
	require.Greater(t, s.Bytes, int64(1<<20))
	require.NoError(t, in.Close())
	require.NoError(t, child.Wait())
}
