package camera

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"gocv.io/x/gocv"

	"secondlook/app/patrol"
)

// Back-off between attempts to open a camera again: doubled from the first to
// the longest pause, and back to the first once the camera ran for a while. On a
// highway even the longest costs plates, so that it is short.
const (
	firstPause   = 500 * time.Millisecond
	longestPause = 5 * time.Second
	steady       = 30 * time.Second
)

// rateWindow is the time over which frames a second are counted.
const rateWindow = 3 * time.Second

// Frame is one picture of a camera.
type Frame struct {
	// Mat is the picture, 8 bit in one, three (BGR) or four (BGRA) channels.
	Mat gocv.Mat
	// At is when it was captured.
	At time.Time
	// Generation counts how often the camera was opened; between frames of
	// different generations nothing can be followed.
	Generation int
	// Unrelated is set when the frame is a scene of its own.
	Unrelated bool
	// End marks a frame without a picture: the camera was lost or has ended, and
	// whatever was followed is gone.
	End bool
}

// NewFrame returns an empty frame. It must be erased in the end.
func NewFrame() *Frame { return &Frame{Mat: gocv.NewMat()} }

// Erase overwrites the picture and frees it.
func (f *Frame) Erase() {
	if !f.Mat.Empty() {
		f.Mat.SetTo(gocv.Scalar{})
	}
	f.Mat.Close()
}

// Handler keeps one camera going.
type Handler struct {
	setting patrol.CameraSetting
	open    func(patrol.CameraSetting) (Source, error)

	mu     sync.Mutex
	health patrol.Health
	recent []time.Time // captures within rateWindow, oldest first
}

// NewHandler returns the handler of a camera, which open opens.
func NewHandler(setting patrol.CameraSetting, open func(patrol.CameraSetting) (Source, error)) *Handler {
	return &Handler{
		setting: setting,
		open:    open,
		health:  patrol.Health{Name: setting.Name, Side: setting.Side},
	}
}

// Health returns how the camera is doing.
func (h *Handler) Health() patrol.Health {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget(time.Now())
	health := h.health
	if n := len(h.recent); n > 1 {
		health.FPS = float64(n-1) / h.recent[n-1].Sub(h.recent[0]).Seconds()
	}
	return health
}

// Dropped counts a frame that the reader was too busy to look at.
func (h *Handler) Dropped() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.health.Drops++
}

// forget drops captures that are too old to count.
func (h *Handler) forget(now time.Time) {
	for len(h.recent) > 0 && now.Sub(h.recent[0]) > rateWindow {
		h.recent = h.recent[1:]
	}
}

// Run captures until ctx ends or a finite source has been played. It fills the
// frame it holds and gives it away by deliver, which returns the next one to
// fill, or nil to end. A lost camera is opened again, with growing pauses.
func (h *Handler) Run(ctx context.Context, frame *Frame, deliver func(*Frame) *Frame) {
	defer func() {
		if frame != nil {
			frame.Erase()
		}
	}()
	pause := firstPause
	for generation := 1; ctx.Err() == nil; generation++ {
		opened := time.Now()
		var err error
		final := false
		source, err := h.open(h.setting)
		if err != nil {
			final = true
		} else {
			frame, err = h.play(ctx, source, generation, frame, deliver)
		}
		if frame == nil || ctx.Err() != nil {
			return
		}
		frame.End, frame.Generation = true, generation
		if frame = deliver(frame); frame == nil {
			return
		}
		if final || errors.Is(err, io.EOF) || errors.Is(err, NotVideo) {
			h.ended(err)
			return
		}
		if time.Since(opened) > steady {
			pause = firstPause
		}
		h.lost(err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
		pause = min(2*pause, longestPause)
	}
}

// play delivers the frames of an open source until it fails.
func (h *Handler) play(ctx context.Context, source Source, generation int, frame *Frame, deliver func(*Frame) *Frame) (*Frame, error) {
	defer source.Close()
	unrelated := IsUnrelated(source)
	for {
		if err := source.Read(ctx, &frame.Mat); err != nil {
			return frame, err
		}
		if !usable(frame.Mat) {
			return frame, NotAvailable
		}
		at := time.Now()
		if s, ok := source.(Stamped); ok {
			at = s.Captured()
		}
		frame.At, frame.Generation, frame.Unrelated, frame.End = at, generation, unrelated, false
		h.captured(frame.At)
		if frame = deliver(frame); frame == nil {
			return nil, nil
		}
	}
}

// usable reports whether the rest of the program can look at a frame.
func usable(m gocv.Mat) bool {
	switch m.Type() {
	case gocv.MatTypeCV8UC1, gocv.MatTypeCV8UC3, gocv.MatTypeCV8UC4:
		return !m.Empty()
	}
	return false
}

func (h *Handler) captured(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.health.Connected, h.health.Problem = true, ""
	h.health.LastFrame = at
	h.health.Frames++
	h.forget(at)
	h.recent = append(h.recent, at)
}

func (h *Handler) lost(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.health.Connected = false
	h.health.Problem = string(problemOf(err))
	h.health.Reconnects++
	h.recent = nil
}

func (h *Handler) ended(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.health.Connected, h.health.Ended = false, true
	h.recent = nil
	if p, ok := errors.AsType[Problem](err); ok {
		h.health.Problem = string(p)
	} else if err != nil && !errors.Is(err, io.EOF) {
		h.health.Problem = string(NotAvailable)
	}
}
