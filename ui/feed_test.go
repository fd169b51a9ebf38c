package ui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Reading plates comes first: tiles slow down when the readers drop frames, and only
// then, and never so far that they look frozen.
func TestTilesSlowDownWhileReadersDropFrames(t *testing.T) {
	at := time.Date(2026, 11, 22, 21, 0, 0, 0, time.UTC)
	p := pace{every: frameEvery}
	p.paid(20 * time.Millisecond)
	look := func(all, dropped uint64) time.Duration {
		at = at.Add(time.Second)
		p.look(all, dropped, at)
		return p.every
	}
	require.Equal(t, frameEvery, look(60, 0), "a machine that keeps up draws at the cameras' pace")
	p.look(90, 9, at.Add(time.Second/2))
	require.Equal(t, frameEvery, p.every, "judged once a second")
	require.Equal(t, frameEvery, look(120, 1), "one of sixty is chance")
	require.Equal(t, costs*20*time.Millisecond, look(180, 12), "at once")
	require.Equal(t, 120*time.Millisecond, look(240, 12), "and faster again step by step")
	for range 100 {
		p.paid(time.Second)
	}
	require.Equal(t, slowest, look(300, 30))
	for range 20 {
		look(300, 30)
	}
	require.Equal(t, frameEvery, p.every, "no frame was dropped any more")
}

// An alert does not wait for the cameras' pictures; nor do they for ever, if it never
// comes.
func TestTilesWaitForAnAlert(t *testing.T) {
	at := time.Date(2026, 11, 22, 21, 0, 0, 0, time.UTC)
	var h hurry
	require.False(t, h.on(at))
	h.begin(at)
	require.True(t, h.on(at.Add(hurries-1)))
	require.False(t, h.on(at.Add(hurries)))
	h.begin(at)
	h.end()
	require.False(t, h.on(at))
}

// A painting is told once, whichever comes first of Fyne's goroutine when it is free.
func TestPaintsTellWhenTheWindowWasPainted(t *testing.T) {
	f := newFixture(t, setting{})
	told := 0
	f.opts.Painted = func(p Paint) {
		told++
		require.Empty(t, p.Hit)
		require.GreaterOrEqual(t, p.Took, time.Duration(0))
		require.False(t, p.Done.IsZero())
	}
	f.win.Canvas().Capture()
	require.Zero(t, told, "it may not be on the screen yet")
	require.Len(t, f.paints.drawn, 1, "a call is asked for")
	f.win.Content().MinSize()
	require.Equal(t, 1, told)
	f.paints.free()
	require.Equal(t, 1, told)
	f.paints.watch()
	f.win.Canvas().Capture()
	f.paints.free()
	require.Equal(t, 2, told)
}
