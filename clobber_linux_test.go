package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/scrub"
	"secondlook/platform/remains"
)

// calculating has this test binary keep a number in a register for a while.
const calculating = "SECONDLOOK_CALCULATING"

// A goroutine that is interrupted in the middle of sealing or hashing has parts of what
// it works on in registers. They are not put by anywhere.
func TestRequirement3_56_RegistersAreNotPutBy(t *testing.T) {
	t.Parallel()
	secret, half := rand.Uint64(), rand.Uint64()
	needles := remains.NewNeedles()
	require.NoError(t, needles.Add("a register", binary.NativeEndian.AppendUint64(nil, secret)))

	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), calculating+"=1")
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	require.NoError(t, err)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	_, err = fmt.Fprintln(in, half, secret^half)
	require.NoError(t, err)
	_, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	searched, err := needles.Memory(t.Context(), "memory", child.Process.Pid)
	require.NoError(t, err)
	require.NoError(t, in.Close())
	require.NoError(t, child.Wait())
	require.Greater(t, searched.Bytes, int64(1<<20))
	require.Empty(t, searched.Found)
}

// calculate is told two halves of a secret, has it in a register for a while, during
// which the collector wants to interrupt it, and says when it is done.
func calculate(in io.Reader, out io.Writer) error {
	var a, b uint64
	lines := bufio.NewReader(in)
	if _, err := fmt.Fscan(lines, &a, &b); err != nil {
		return err
	}
	var done atomic.Bool
	collected := make(chan struct{})
	go func() {
		defer close(collected)
		for !done.Load() {
			runtime.GC()
		}
	}()
	var sum uint64
	scrub.Around(func() { sum = powers(a, b, 300_000_000) })
	done.Store(true)
	<-collected
	if _, err := fmt.Fprintln(out, sum); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, lines)
	return err
}

// powers sums the powers of the secret, which stays in one register meanwhile.
//
//go:noinline
func powers(a, b uint64, n int) (sum uint64) {
	secret := a ^ b
	for range n {
		sum = sum*secret + 1
	}
	return sum
}
