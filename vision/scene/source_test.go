package scene

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/app/patrol"
	"secondlook/app/training"
	"secondlook/vision/camera"
)

// clock is a clock that stands until somebody waits.
type clock struct {
	now    time.Time
	waited []time.Duration
}

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Wait(ctx context.Context, until time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.waited = append(c.waited, until.Sub(c.now))
	if until.After(c.now) {
		c.now = until
	}
	return nil
}

func TestPlayerOpensItsCameras(t *testing.T) {
	p, err := NewPlayer(evening(t), &clock{})
	require.NoError(t, err)
	settings := p.Cameras()
	require.Equal(t, []patrol.CameraSetting{
		{Name: "Front left", Source: "scene:Front left", Side: "front-left"},
		{Name: "Front right", Source: "scene:Front right", Side: "front-right"},
	}, settings)
	for _, s := range settings {
		source, err := p.Open(s)
		require.NoError(t, err)
		require.False(t, camera.IsUnrelated(source))
		require.NoError(t, source.Close())
	}
	for _, s := range []string{"", "/dev/video0", "scene:Roof"} {
		_, err := p.Open(patrol.CameraSetting{Source: s})
		require.ErrorIs(t, err, camera.NoSource)
	}
}

func TestNewPlayerRefuses(t *testing.T) {
	_, err := NewPlayer(&training.Scenario{}, nil)
	require.ErrorIs(t, err, training.ErrInvalid)
}

func TestSourceKeepsTime(t *testing.T) {
	c := &clock{now: time.Unix(1000, 0)}
	p, err := NewPlayer(evening(t), c)
	require.NoError(t, err)
	source, err := p.Open(p.Cameras()[0])
	require.NoError(t, err)
	defer source.Close()
	mat := gocv.NewMat()
	defer mat.Close()

	for range 3 {
		require.NoError(t, source.Read(t.Context(), &mat))
	}
	require.Equal(t, []time.Duration{0, time.Second / Rate, due(2) - due(1)}, c.waited)

	// A slow reader gets the frame of the moment, not the one after the last.
	c.now = c.now.Add(time.Second + time.Millisecond)
	require.NoError(t, source.Read(t.Context(), &mat))
	require.Equal(t, time.Unix(1000, 0).Add(due(2+Rate+1)), c.now)

	// The second camera is at the same moment of the same street.
	other, err := p.Open(p.Cameras()[1])
	require.NoError(t, err)
	defer other.Close()
	require.NoError(t, other.Read(t.Context(), &mat))
	require.Equal(t, time.Unix(1000, 0).Add(due(2+Rate+1)), c.now)
}

func TestSourceGivesFrames(t *testing.T) {
	p, err := NewPlayer(evening(t), &clock{now: time.Unix(1000, 0)})
	require.NoError(t, err)
	source, err := p.Open(p.Cameras()[0])
	require.NoError(t, err)
	mat := gocv.NewMat()
	defer mat.Close()
	require.NoError(t, source.Read(t.Context(), &mat))
	require.Equal(t, []int{Height, Width}, mat.Size())
	require.Equal(t, gocv.MatTypeCV8UC3, mat.Type())
	sky := mat.GetVecbAt(2, Width-40)
	require.Greater(t, sky[0], sky[2], "blue comes first")

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, source.Read(ended, &mat), context.Canceled)
	require.NoError(t, source.Close())
	require.NoError(t, source.Close())
	require.ErrorIs(t, source.Read(t.Context(), &mat), io.EOF)
}

func TestSystemClockEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, systemClock{}.Wait(ctx, time.Now().Add(time.Hour)), context.Canceled)
	require.NoError(t, systemClock{}.Wait(t.Context(), time.Now().Add(-time.Second)))
}
