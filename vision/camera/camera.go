// Package camera opens cameras, videos and folders of pictures and keeps them
// going.
//
// Start with [Open] for one source and [Handler] for a camera that reports its
// health and is opened again when it is lost.
package camera

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocv.io/x/gocv"

	"secondlook/app/patrol"
)

// Source gives frames. It belongs to one goroutine.
type Source interface {
	// Read waits for the next frame and puts it into frame, 8 bit in one, three
	// (BGR) or four (BGRA) channels. It returns ctx's error as soon as ctx ends,
	// io.EOF when a finite source has been played, and a [Problem] otherwise.
	Read(ctx context.Context, frame *gocv.Mat) error
	// Close ends the source without waiting for the device.
	Close() error
}

// Unrelated is implemented by sources whose frames have nothing to do with one
// another, such as a folder of pictures. Each frame is a scene of its own; and
// the source waits until a frame has been looked at, so that none is dropped.
type Unrelated interface {
	Unrelated() bool
}

// Stamped is implemented by sources that know when their frames were captured
// better than by when they were read.
type Stamped interface {
	// Captured is when the frame of the last Read was captured.
	Captured() time.Time
}

// IsUnrelated reports whether the frames of a source are scenes of their own.
func IsUnrelated(s Source) bool {
	u, ok := s.(Unrelated)
	return ok && u.Unrelated()
}

// Problem says in plain words what is wrong with a camera. It never holds an
// address, a path or a password. As an error, it is what [Health.Problem] shows.
type Problem string

// Error returns the problem in plain words.
func (p Problem) Error() string { return string(p) }

// The problems that a camera may have.
const (
	NoSource     Problem = "no source is set"
	NotFound     Problem = "the file or folder does not exist"
	NotVideo     Problem = "the file is not a video that can be played"
	NoPictures   Problem = "the folder has no pictures"
	BadPictures  Problem = "some pictures in the folder cannot be read"
	BadRate      Problem = "the rate of the folder is not a number of pictures a second above 0"
	NoDevice     Problem = "the camera is not connected"
	NoAnswer     Problem = "the camera does not answer"
	NoFrames     Problem = "the camera sends no pictures"
	Interrupted  Problem = "the connection to the camera was lost"
	NotAvailable Problem = "the camera cannot be used"
)

// Kind is what a source setting names.
type Kind int

const (
	// Device is a V4L2 device, Stream an RTSP or HTTP address, File a video file,
	// Folder a folder of pictures.
	Device Kind = iota
	Stream
	File
	Folder
)

// KindOf says what a source setting names. It returns a [Problem] for one that
// names nothing.
func KindOf(source string) (Kind, error) {
	switch {
	case source == "":
		return 0, NoSource
	case strings.HasPrefix(source, "folder:"):
		return Folder, nil
	case strings.Contains(source, "://"):
		return Stream, nil
	case strings.HasPrefix(source, "/dev/"):
		return Device, nil
	}
	info, err := os.Stat(source)
	switch {
	case err != nil:
		return 0, NotFound
	case info.IsDir():
		return Folder, nil
	}
	return File, nil
}

// How long a source may stay silent before it counts as lost. Opening a network
// camera takes seconds; OpenCV itself gives up after thirty.
const (
	openTimeout  = 15 * time.Second
	frameTimeout = 10 * time.Second
)

// Open opens the source of a camera: a V4L2 device, an RTSP or HTTP address, a
// video file, or a folder of pictures. It does not wait for the device: that is
// left to the first Read. It returns a [Problem] for a setting that can never
// give a frame.
func Open(setting patrol.CameraSetting) (Source, error) {
	kind, err := KindOf(setting.Source)
	if err != nil {
		return nil, err
	}
	switch kind {
	case Folder:
		return openFolder(setting.Source)
	case File:
		return OpenVideo(setting.Source, true), nil
	case Device:
		return newCapture(setting.Source, gocv.VideoCaptureV4L2).start(), nil
	}
	return newCapture(setting.Source, gocv.VideoCaptureFFmpeg).start(), nil
}

// OpenVideo opens a video file, to be played once: at its own rate if paced, else
// as fast as it is read.
func OpenVideo(path string, paced bool) Source {
	c := newCapture(filepath.Clean(path), gocv.VideoCaptureFFmpeg)
	c.finite, c.paced = true, paced
	return c.start()
}

// problemOf returns the plain words for an error of a source.
func problemOf(err error) Problem {
	if p, ok := errors.AsType[Problem](err); ok {
		return p
	}
	return NotAvailable
}
