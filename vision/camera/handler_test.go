package camera_test

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/app/patrol"
	"secondlook/vision/camera"
)

// script is a source that gives so many frames, one each period, and then fails.
type script struct {
	frames int
	period time.Duration
	err    error
	hang   bool // instead of failing
}

func (s *script) Read(ctx context.Context, frame *gocv.Mat) error {
	if s.frames == 0 && s.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	select {
	case <-time.After(s.period):
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.frames == 0 {
		return s.err
	}
	s.frames--
	frame.Close()
	*frame = gocv.NewMatWithSize(4, 4, gocv.MatTypeCV8UC3)
	return nil
}

func (s *script) Close() error { return nil }

// opener opens one script after the other and keeps the times.
type opener struct {
	scripts []*script
	start   time.Time
	opened  []time.Duration
}

func (o *opener) open(patrol.CameraSetting) (camera.Source, error) {
	o.opened = append(o.opened, time.Since(o.start))
	if len(o.scripts) == 0 {
		return nil, camera.NotFound
	}
	s := o.scripts[0]
	o.scripts = o.scripts[1:]
	return s, nil
}

func TestHandlerReopensWithGrowingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &opener{start: time.Now()}
		for range 9 {
			o.scripts = append(o.scripts, &script{err: camera.NoAnswer})
		}
		h := camera.NewHandler(patrol.CameraSetting{Name: "Front", Side: "front"}, o.open)
		h.Run(t.Context(), camera.NewFrame(), func(f *camera.Frame) *camera.Frame { return f })
		seconds := []float64{0, 0.5, 1.5, 3.5, 7.5, 12.5, 17.5, 22.5, 27.5, 32.5}
		require.Len(t, o.opened, len(seconds))
		for i, s := range seconds {
			require.InDelta(t, s, o.opened[i].Seconds(), 1e-6)
		}
		health := h.Health()
		require.True(t, health.Ended, "a setting that can never give a frame is not tried again")
		require.Equal(t, string(camera.NotFound), health.Problem)
		require.Equal(t, 9, health.Reconnects)
		require.False(t, health.Connected)
	})
}

func TestHandlerPausesAreShortAgainAfterSteadyRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &opener{start: time.Now(), scripts: []*script{
			{err: camera.NoAnswer}, {err: camera.NoAnswer},
			{frames: 60, period: time.Second, err: camera.Interrupted},
		}}
		h := camera.NewHandler(patrol.CameraSetting{}, o.open)
		h.Run(t.Context(), camera.NewFrame(), func(f *camera.Frame) *camera.Frame { return f })
		require.InDelta(t, 1.5+61+0.5, o.opened[3].Seconds(), 1e-6)
	})
}

func TestHandlerHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		o := &opener{scripts: []*script{{frames: 100, period: 100 * time.Millisecond, hang: true}}}
		h := camera.NewHandler(patrol.CameraSetting{Name: "Rear", Side: "rear"}, o.open)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			h.Run(ctx, camera.NewFrame(), func(f *camera.Frame) *camera.Frame { return f })
		}()
		time.Sleep(5050 * time.Millisecond)
		health := h.Health()
		require.Equal(t, "Rear", health.Name)
		require.Equal(t, "rear", health.Side)
		require.True(t, health.Connected)
		require.InDelta(t, 10, health.FPS, 0.01)
		require.EqualValues(t, 50, health.Frames)
		require.Equal(t, 50*time.Millisecond, time.Since(health.LastFrame))
		h.Dropped()
		require.EqualValues(t, 1, h.Health().Drops)

		time.Sleep(time.Minute)
		require.Zero(t, h.Health().FPS, "it hangs")
		cancel()
		<-ended // a camera that hangs does not hang the end
	})
}

func TestHandlerEndsAfterFiniteSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &opener{scripts: []*script{{frames: 3, period: time.Millisecond, err: io.EOF}}}
		h := camera.NewHandler(patrol.CameraSetting{}, o.open)
		var frames, ends int
		h.Run(t.Context(), camera.NewFrame(), func(f *camera.Frame) *camera.Frame {
			require.Equal(t, 1, f.Generation)
			if f.End {
				ends++
			} else {
				frames++
			}
			return f
		})
		require.Equal(t, 3, frames)
		require.Equal(t, 1, ends)
		require.True(t, h.Health().Ended)
		require.Empty(t, h.Health().Problem)
	})
}
