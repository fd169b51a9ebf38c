package cruiser_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
)

// alone runs a test in a process of its own, since a limit holds for everything that
// a process writes, also for what the testing package does. It reports whether this is
// that process.
func alone(t *testing.T) bool {
	t.Helper()
	const mark = "SECONDLOOK_TEST_ALONE"
	if os.Getenv(mark) != "" {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), mark+"=1")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "--- PASS: "+t.Name())
	return false
}

// roomFor lets this process write to the first bytes of files only, so that the
// system refuses what goes beyond, perhaps in the middle of a write, as it does on a
// full disk. The function that it returns makes room again.
func roomFor(t *testing.T, bytes uint64) (again func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var was syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was))
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: was.Max}))
	again = func() { require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was)) }
	t.Cleanup(again)
	return again
}

// Each act on a full disk: it fails and says so, so does the screen, nothing is other
// than before, and when there is room it goes on without anybody's help.
func TestRequirement29_FullDiskStopsActsAndLosesNothing(t *testing.T) {
	if !alone(t) {
		return
	}
	ctx := context.Background()
	c, s := onStage(t, access.Roles...)
	require.NoError(t, c.StopPatrol(ctx)) // so that it can be started
	for _, m := range methods {
		look := func() any { return c.everything() }
		switch {
		case m.do == nil, m.always, m.name == "RecordFinding": // which needs a draw
			continue
		case m.name == "Unlock":
			require.NoError(t, c.Lock(ctx))
			look = c.file // a locked store shows nothing
		}
		kept := *s
		before := look()
		again := roomFor(t, 0)
		err := m.do(ctx, c, s)
		require.ErrorIs(t, err, audit.ErrFull, m.name)
		require.Equal(t, cruiser.ProblemFull, c.Problem(), m.name)
		again()
		require.Equal(t, before, look(), m.name)
		*s = kept
		if m.name == "Unlock" {
			require.NoError(t, c.Unlock(ctx, s.badge, secret))
		}
		_, err = c.Records(ctx) // the next act
		require.NoError(t, err)
		require.Empty(t, c.Problem(), m.name)
	}
}

// A disk that fills up while hits come in takes each hit whole or not at all. A plate
// whose hit was not taken alerts when there is room.
func TestRequirement29_HitsOnADiskThatFillsUp(t *testing.T) {
	if !alone(t) {
		return
	}
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	info, err := os.Stat(c.path)
	require.NoError(t, err)
	// Room for a part of what is written, at whatever place of the file that is.
	for room := int64(1); room <= info.Size()+1; room += max(4096, info.Size()/12) - 1 {
		before := c.everything()
		again := roomFor(t, uint64(room))
		c.read("CKLM804")
		err := c.parts.Store.Append(ctx, audit.Event{Act: audit.Locked})
		again()
		if n := len(c.Queue()); n == 0 {
			require.Equal(t, before.Hits, c.everything().Hits)
			require.Equal(t, cruiser.ProblemFull, c.Problem())
			c.read("CKLM804")
		}
		require.True(t, err == nil || errors.Is(err, audit.ErrFull), "%v", err)
		require.Len(t, c.Queue(), 1)
		require.NoError(t, c.Reject(ctx, c.Queue()[0].ID, hit.Misread, 3*time.Second))
		require.Empty(t, c.Problem())
		c.pass(c.Pack().Quiet() + time.Second)
		require.NoError(t, audit.Verify(c.records()))
	}
	require.NoError(t, c.Close())
	c.start()
	require.NoError(t, c.SignIn(ctx, "20418", secret))
	require.NoError(t, audit.Verify(c.records()))
}

// The disk fills up between a hit and its context picture: the hit is whole with its
// plate's picture, and says that the other is lost.
func TestRequirement1_AContextPictureThatCannotBeKeptIsSaidToBeLost(t *testing.T) {
	if !alone(t) {
		return
	}
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	e := &evidence{redacted: make(chan struct{})}
	c.see("CKLM804", e)
	require.Eventually(t, func() bool { return len(c.Queue()) == 1 }, time.Minute, time.Millisecond)
	id := c.Queue()[0].ID
	require.False(t, c.ContextLost(id))
	again := roomFor(t, 0)
	close(e.redacted)
	require.Eventually(t, e.erased.Load, time.Minute, time.Millisecond)
	require.Equal(t, cruiser.ProblemFull, c.Problem())
	again()
	require.True(t, c.ContextLost(id))
	a, err := c.OpenAlert(ctx, id)
	require.NoError(t, err)
	require.NotNil(t, a.Plate)
	require.Nil(t, a.Context)
	require.False(t, a.Redacting)
	require.Empty(t, c.Problem())
	require.NoError(t, c.Reject(ctx, id, hit.Misread, 3*time.Second))
	require.False(t, c.ContextLost(id))
}
