package patrol

import (
	"context"
	"image"
	"time"

	"secondlook/app/plate"
)

// CameraSetting is one camera of the car, as an administrator set it.
type CameraSetting struct {
	// Name is shown on the tile and on alerts: "Front left".
	Name string
	// Source is a V4L2 device ("/dev/video0"), an RTSP or HTTP URL, a video
	// file, or a folder of pictures. URLs may hold a password: never log it.
	Source string
	// Side is the lane side the camera looks at: "front", "front-left",
	// "front-right", "left", "right", "rear", or empty.
	Side string
}

// Health is how a camera is doing.
type Health struct {
	Name string
	Side string
	// Connected is whether frames are coming in.
	Connected bool
	// FPS is frames captured a second, over the last seconds.
	FPS float64
	// LastFrame is when the newest frame was captured; zero before the first.
	LastFrame time.Time
	// Frames and Drops count frames captured and frames the reader was too busy
	// to look at, since the patrol began.
	Frames, Drops uint64
	// Reconnects counts how often the camera was lost and tried again.
	Reconnects int
	// Problem says in plain words what is wrong, without address or password;
	// empty when nothing is.
	Problem string
	// Ended is set when a finite source (a file, a folder) has been played.
	Ended bool
}

// Vision is the cameras and the readers behind them. Package vision satisfies it.
type Vision interface {
	// Start opens the cameras and reads plates until ctx ends. Each read, voted
	// over the frames of a passing car, is handed to onRead exactly once, from
	// any goroutine; onRead owns the read and must erase it. region is assumed
	// for plates that do not say who issued them; it may be empty.
	Start(ctx context.Context, cameras []CameraSetting, region plate.Jurisdiction, onRead func(plate.Read)) (Live, error)
}

// Prober is a [Vision] that can look at one camera before a patrol begins.
type Prober interface {
	// Probe waits for one picture of a camera, which no patrol may be using.
	Probe(ctx context.Context, camera CameraSetting) error
}

// Live is a running set of cameras.
type Live interface {
	// Health returns the state of each camera in the order they were given.
	Health() []Health
	// Latest returns the newest frame of camera i for its tile, shrunk to fit
	// within size pixels, tightly packed, and its serial number. It returns nil
	// if there is no frame newer than serial since. The picture belongs to the
	// caller until its second next call for the same camera.
	Latest(i int, since uint64, size image.Point) (*image.RGBA, uint64)
	// Wait returns when every goroutine has ended, after ctx is cancelled or all
	// finite sources have ended.
	Wait() error
}
