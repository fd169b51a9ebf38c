package camera

import (
	"context"
	"io"
	"os"
	"sync"
	"time"

	"gocv.io/x/gocv"

	"secondlook/vision/threads"
)

// capture is a device, stream or video file read by OpenCV. OpenCV's calls
// cannot be cancelled, so a goroutine of its own makes them, is the only one that
// closes the VideoCapture, and swaps frames with Read. If the device hangs, Read
// and Close do not: the goroutine stays behind and cleans up when OpenCV returns.
type capture struct {
	frames chan gocv.Mat // filled; closed by the goroutine when it is done
	empty  chan gocv.Mat // to be filled
	stop   chan struct{}
	close  sync.Once
	err    error // why frames was closed; read after that only
	opened bool  // the first frame has come

	source string
	api    gocv.VideoCaptureAPI
	finite bool // a file, which is played once
	paced  bool // at its own rate
}

func newCapture(source string, api gocv.VideoCaptureAPI) *capture {
	threads.One()
	return &capture{
		frames: make(chan gocv.Mat),
		empty:  make(chan gocv.Mat, 1),
		stop:   make(chan struct{}),
		source: source,
		api:    api,
	}
}

// start starts to open the source.
func (c *capture) start() *capture {
	c.empty <- gocv.NewMat()
	go c.run()
	return c
}

func (c *capture) run() {
	defer close(c.frames)
	video, err := gocv.VideoCaptureFileWithAPI(c.source, c.api)
	if err != nil {
		c.err = c.unopened()
		return
	}
	defer video.Close()
	if c.api == gocv.VideoCaptureV4L2 {
		prepare(video)
	}
	period := time.Duration(0)
	if c.paced {
		period = framePeriod(video.Get(gocv.VideoCaptureFPS))
	}
	start, read := time.Now(), 0
	for {
		var frame gocv.Mat
		select {
		case frame = <-c.empty:
		case <-c.stop:
			return
		}
		if !video.Read(&frame) || frame.Empty() {
			frame.Close()
			c.err = c.lost(read)
			return
		}
		read++
		if !c.wait(start.Add(time.Duration(read) * period)) {
			frame.Close()
			return
		}
		select {
		case c.frames <- frame:
		case <-c.stop:
			frame.Close()
			return
		}
	}
}

// unopened says why the source could not be opened.
func (c *capture) unopened() Problem {
	if c.finite {
		return NotVideo
	}
	if _, err := os.Stat(c.source); c.api == gocv.VideoCaptureV4L2 && err != nil {
		return NoDevice
	}
	return NoAnswer
}

// lost says why there is no further frame after some were read.
func (c *capture) lost(read int) error {
	switch {
	case c.finite && read > 0:
		return io.EOF
	case c.finite:
		return NotVideo
	case read == 0:
		return NoFrames
	}
	return Interrupted
}

// wait returns at a time, or false when the source is closed before.
func (c *capture) wait(until time.Time) bool {
	pause := time.Until(until)
	if pause <= 0 {
		return true
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.stop:
		return false
	}
}

// prepare asks a V4L2 device for what plates need: 1280x720, compressed by the
// camera so that USB carries it at full rate, and no old frames in its buffer.
// A device that cannot do it picks its nearest.
func prepare(video *gocv.VideoCapture) {
	video.Set(gocv.VideoCaptureFOURCC, video.ToCodec("MJPG"))
	video.Set(gocv.VideoCaptureFrameWidth, 1280)
	video.Set(gocv.VideoCaptureFrameHeight, 720)
	video.Set(gocv.VideoCaptureBufferSize, 1)
}

// framePeriod is the time between the frames of a video; 25 frames a second if
// the file does not say.
func framePeriod(fps float64) time.Duration {
	if !(fps >= 1 && fps <= 240) {
		fps = 25
	}
	return time.Duration(float64(time.Second) / fps)
}

// Read implements [Source].
func (c *capture) Read(ctx context.Context, frame *gocv.Mat) error {
	patience := frameTimeout
	if !c.opened {
		patience = openTimeout
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case filled, ok := <-c.frames:
		if !ok {
			if c.err == nil {
				return NotAvailable
			}
			return c.err
		}
		c.opened = true
		filled, *frame = *frame, filled
		c.empty <- filled // never blocks: there are two, and one is in frame
		return nil
	case <-timer.C:
		return NoFrames
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close implements [Source]. It does not wait for the device.
func (c *capture) Close() error {
	c.close.Do(func() {
		close(c.stop)
		go func() { // what the goroutine left behind
			for m := range c.frames {
				m.Close()
			}
			select {
			case m := <-c.empty:
				m.Close()
			default:
			}
		}()
	})
	return nil
}
