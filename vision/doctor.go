package vision

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/otiai10/gosseract/v2"
	"gocv.io/x/gocv"

	"secondlook/app/patrol"
	"secondlook/vision/camera"
	"secondlook/vision/detect"
	"secondlook/vision/network"
	"secondlook/vision/recognize"
	"secondlook/vision/redact"
)

// Versions returns the versions of OpenCV and Tesseract that are in use.
func Versions() (opencv, tesseract string) {
	return gocv.OpenCVVersion(), gosseract.Version()
}

// CheckNetworks loads every network once. It returns what runs them, with its
// version.
func CheckNetworks() (engine string, err error) {
	in := network.Engine()
	if in.Err != nil && !errors.Is(in.Err, network.ErrNoLibrary) {
		return in.Name, in.Err
	}
	detector, err := detect.New()
	if err != nil {
		return in.Name, err
	}
	defer detector.Close()
	reader, err := recognize.New()
	if err != nil {
		return in.Name, err
	}
	return in.Name, reader.Close()
}

// CheckTesseract starts Tesseract once for plates and once for their small print.
// It returns [recognize.ErrNoTesseract] if the English data is not installed.
func CheckTesseract() error {
	second, err := recognize.NewSecond()
	if err != nil {
		return err
	}
	defer second.Close()
	legend, err := recognize.NewLegend()
	if err != nil {
		return err
	}
	return legend.Close()
}

// ErrNoFaces is returned when OpenCV's face cascades are not installed.
var ErrNoFaces = errors.New("OpenCV's face cascades are not installed (install opencv-data)")

// CheckRedaction looks for the face cascades.
func CheckRedaction() error {
	r := redact.New()
	defer r.Close()
	if !r.HasFaces() {
		return ErrNoFaces
	}
	return nil
}

// probeWithin is how long a camera has to show a picture before a patrol.
const probeWithin = 8 * time.Second

// Probe waits for one picture of a camera: see [patrol.Prober].
func (p *Pipeline) Probe(ctx context.Context, setting patrol.CameraSetting) error {
	_, _, err := CheckCamera(ctx, setting, probeWithin, p.options.Open)
	return err
}

// CheckCamera opens a camera and waits for one frame. It returns the frame's size
// in pixels, or a [camera.Problem]. open is camera.Open if nil.
func CheckCamera(ctx context.Context, setting patrol.CameraSetting, within time.Duration, open func(patrol.CameraSetting) (camera.Source, error)) (width, height int, err error) {
	if open == nil {
		open = camera.Open
	}
	source, err := open(setting)
	if err != nil {
		return 0, 0, err
	}
	defer source.Close()
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	frame := camera.NewFrame()
	defer frame.Erase()
	switch err := source.Read(ctx, &frame.Mat); {
	case errors.Is(err, context.DeadlineExceeded):
		return 0, 0, fmt.Errorf("%w within %v", camera.NoFrames, within)
	case errors.Is(err, io.EOF):
		return 0, 0, camera.NoFrames
	case err != nil:
		return 0, 0, err
	}
	return frame.Mat.Cols(), frame.Mat.Rows(), nil
}
