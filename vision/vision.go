// Package vision goes from cameras to plate texts.
//
// Start with [New]: a [Pipeline] is what [patrol.Vision] asks for. Each camera
// has a goroutine that captures into a short queue; workers, one for each core,
// find the plates in a frame, where it has changed, and read them; a tracker for
// each camera votes the frames of a passing car into one read. When the workers
// fall behind the oldest frame is dropped and counted, never a read.
//
// No picture leaves memory here, and every buffer is overwritten before it is
// given back.
package vision

import (
	"context"
	"errors"
	"fmt"
	"image"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/vision/camera"
	"secondlook/vision/detect"
	"secondlook/vision/redact"
	"secondlook/vision/threads"
	"secondlook/vision/track"
)

// Options are the parts of a pipeline that can be chosen.
type Options struct {
	// Open opens the source of a camera; camera.Open if nil.
	Open func(patrol.CameraSetting) (camera.Source, error)
	// Workers is how many frames are read side by side; one for each core if 0.
	Workers int
	// Looked, if set, is called after each frame that was looked at, when what it
	// showed has been handed on. It is called from the workers and must not wait.
	Looked func(Look)
	// Forgotten, if set, is called after each frame in which a plate was read, when
	// the workers hold nothing of it any more: what Go holds of its text and is not
	// in use may be collected now, [patrol.Sweeper.Ask]. It must not wait.
	Forgotten func()
}

// Look is one frame that was looked at.
type Look struct {
	Camera string
	// Captured is when the frame was captured.
	Captured time.Time
	// Still is set when nothing had changed since an earlier frame that was looked
	// at, so that there was nothing to be found.
	Still bool
}

// Pipeline reads plates from cameras.
type Pipeline struct {
	options Options
	album   album
}

var (
	_ patrol.Vision = (*Pipeline)(nil)
	_ patrol.Prober = (*Pipeline)(nil)
)

// New returns a pipeline after trying its parts: it fails if a network cannot be
// loaded. It must be closed once no evidence of its reads is in use.
func New(o Options) (*Pipeline, error) {
	if o.Open == nil {
		o.Open = camera.Open
	}
	if o.Workers <= 0 {
		o.Workers = runtime.NumCPU()
	}
	w, err := newWorker()
	if err != nil {
		return nil, fmt.Errorf("prepare the plate reader: %w", err)
	}
	w.close()
	return &Pipeline{options: o, album: album{redactor: redact.New()}}, nil
}

// Close frees what evidence needs to be redacted.
func (p *Pipeline) Close() error { return p.album.close() }

// running is a started pipeline.
type running struct {
	pipeline *Pipeline
	region   plate.Jurisdiction
	onRead   func(plate.Read)
	lanes    []*lane
	queue    *queue
	done     chan struct{}

	mu  sync.Mutex
	err error
}

// lane is one camera on its way through the pipeline.
type lane struct {
	name    string
	handler *camera.Handler
	display display
	// captured is when the newest frame was, in nanoseconds: that of the tile.
	captured atomic.Int64

	mu       sync.Mutex // guards what follows, together with the lane's turn
	tracker  *track.Tracker
	gate     gate
	size     image.Point       // of the newest frame
	at       time.Time         // when that was captured
	last     []detect.Plate    // in the last frame
	evidence map[int]*evidence // of the tracks that are not emitted yet
}

// Start implements [patrol.Vision]. It returns an error if the readers cannot be
// loaded; a camera that cannot be opened is reported by its health.
func (p *Pipeline) Start(ctx context.Context, cameras []patrol.CameraSetting, region plate.Jurisdiction, onRead func(plate.Read)) (patrol.Live, error) {
	r := &running{
		pipeline: p,
		region:   region,
		onRead:   onRead,
		queue:    newQueue(len(cameras)),
		done:     make(chan struct{}),
	}
	for _, setting := range cameras {
		r.lanes = append(r.lanes, &lane{
			name:     setting.Name,
			handler:  camera.NewHandler(setting, p.options.Open),
			tracker:  track.New(),
			evidence: map[int]*evidence{},
		})
	}
	var workers []*worker
	for range p.options.Workers {
		w, err := newWorker()
		if err != nil {
			for _, w := range workers {
				w.close()
			}
			return nil, fmt.Errorf("start the plate reader: %w", err)
		}
		workers = append(workers, w)
	}
	threads.Room(len(workers))
	go r.run(ctx, workers)
	return r, nil
}

// run owns every goroutine of a started pipeline.
func (r *running) run(ctx context.Context, workers []*worker) {
	defer close(r.done)
	var captures, readers sync.WaitGroup
	stop := context.AfterFunc(ctx, r.queue.abort)
	defer stop()
	for i, l := range r.lanes {
		captures.Go(func() {
			l.handler.Run(ctx, camera.NewFrame(), func(f *camera.Frame) *camera.Frame {
				if !f.End {
					l.display.show(f.Mat)
					l.captured.Store(f.At.UnixNano())
				}
				next, dropped := r.queue.exchange(i, f)
				if dropped {
					l.handler.Dropped()
				}
				return next
			})
		})
	}
	for _, w := range workers {
		readers.Go(func() {
			threads.Behind()
			defer w.close()
			r.read(w)
		})
	}
	captures.Wait()
	r.queue.close()
	readers.Wait()
	for _, l := range r.lanes {
		for _, e := range l.evidence {
			e.Erase()
		}
		l.gate.reset()
		l.display.erase()
	}
	r.queue.erase()
}

// Health implements [patrol.Live].
func (r *running) Health() []patrol.Health {
	all := make([]patrol.Health, 0, len(r.lanes))
	for _, l := range r.lanes {
		all = append(all, l.handler.Health())
	}
	return all
}

// Latest implements [patrol.Live].
func (r *running) Latest(i int, since uint64, size image.Point) (*image.RGBA, uint64) {
	if i < 0 || i >= len(r.lanes) {
		return nil, since
	}
	return r.lanes[i].display.latest(since, size)
}

// Wait implements [patrol.Live]. It returns what went wrong in reading frames.
func (r *running) Wait() error {
	<-r.done
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// failed remembers the first failure of a worker.
func (r *running) failed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = errors.Join(err)
	}
}
