package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"secondlook/app/patrol"
	"secondlook/platform/dock"
	"secondlook/platform/doctor"
	"secondlook/platform/keys"
	"secondlook/platform/position"
	"secondlook/platform/sound"
	"secondlook/store"
	"secondlook/vision"
)

type doctorCommand struct {
	Camera   []string `help:"Try this camera too; may be given several times." placeholder:"SOURCE" sep:"none"`
	Position string   `help:"Try this receiver of positions: gpsd://localhost:2947, /dev/ttyACM0." placeholder:"SOURCE"`
	Bundle   string   `help:"Enrolment bundle, to try the station." type:"existingfile" placeholder:"FILE"`
}

// Run checks the terminal. Settings are sealed, so it tries the cameras that are
// plugged in or named, and the station of a bundle that it is given.
func (d doctorCommand) Run(ctx context.Context, t *terminal) error {
	folders, err := t.folders()
	if err != nil {
		return err
	}
	player := sound.Open()
	defer player.Close()
	opencv, tesseract := vision.Versions()
	checks := []doctor.Check{
		{Name: "OpenCV", Run: func(context.Context) (string, string, bool) { return opencv, "", true }},
		{Name: "Networks", Run: func(context.Context) (string, string, bool) {
			engine, err := vision.CheckNetworks()
			if err != nil {
				return err.Error(), "install SecondLook anew", false
			}
			return "they load; " + engine + " runs them", "", true
		}},
		{Name: "Tesseract", Run: fault(tesseract+", English data found", "install tesseract-ocr-eng", vision.CheckTesseract)},
		{Name: "Redaction", Run: fault("face cascades found", "install opencv-data", vision.CheckRedaction)},
		doctor.Module(), doctor.Display(), doctor.Sound(player.Ready), voiceCheck(), doctor.Clock(time.Now), doctor.Disk(folders.Data), doctor.Folder(folders.Data),
		{Name: "Store", Run: func(context.Context) (string, string, bool) {
			detail, err := store.Check(filepath.Join(folders.Data, storeFile))
			if err != nil {
				return err.Error(), "close SecondLook if it is running, else call the fleet desk", false
			}
			return detail, "", true
		}},
		{Name: "Key store", Run: keyStore},
		{Name: "Station", Run: d.station},
		{Name: "Position", Run: d.position},
	}
	devices, _ := filepath.Glob("/dev/video*")
	if len(devices)+len(d.Camera) == 0 {
		checks = append(checks, doctor.Check{Name: "Camera", Run: func(context.Context) (string, string, bool) {
			return "none is plugged in", "connect one, or name a network camera with --camera", false
		}})
	}
	for i, source := range append(devices, d.Camera...) {
		checks = append(checks, cameraCheck(fmt.Sprintf("Camera %d", i+1), source))
	}
	if !doctor.Run(ctx, t.out, checks) {
		return errSaid
	}
	return nil
}

// keyStore tries the key store of the machine. A terminal needs none, so that its
// absence is nothing to mend.
func keyStore(ctx context.Context) (detail, advice string, ok bool) {
	if err := (keys.Slot{Name: "doctor"}).Ready(ctx); err != nil {
		return "none answers: after a restart on patrol, cameras and hits wait until an officer signs in (docs/keys.md)", "", true
	}
	return "it answers: after a restart on patrol, the patrol goes on and hits are sealed until an officer signs in", "", true
}

// receiving is how long a receiver may take to report where it is.
const receiving = 10 * time.Second

// position waits for the receiver that it is given to report where it is. It says
// nothing of where that is.
func (d doctorCommand) position(ctx context.Context) (detail, advice string, ok bool) {
	if d.Position == "" {
		return "none given, so no receiver was tried (--position)", "", true
	}
	ctx, cancel := context.WithTimeout(ctx, receiving)
	defer cancel()
	if err := (position.Receiver{}).Probe(ctx, d.Position); err != nil {
		return err.Error(), "check the receiver's cable, its address and its view of the sky", false
	}
	return "the receiver reports where it is, and how fast", "", true
}

// station tries the station of the bundle.
func (d doctorCommand) station(ctx context.Context) (detail, advice string, ok bool) {
	if d.Bundle == "" {
		return "not tried: its address is sealed in the store; name the enrolment bundle with --bundle to try it", "", true
	}
	bundle, err := os.ReadFile(d.Bundle)
	if err != nil {
		return err.Error(), "name the file that \"secondlook-station enrol\" wrote", false
	}
	car, err := dock.New(bundle)
	if err != nil {
		return err.Error(), "enrol this car again", false
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	link, err := car.Connect(ctx)
	if err != nil {
		return err.Error(), "check the network and that secondlook-station serve runs", false
	}
	defer link.Close()
	return car.Station() + " answers", "", true
}

// cameraCheck waits for one frame. The source is not printed: it may hold a
// password.
func cameraCheck(name, source string) doctor.Check {
	return doctor.Check{Name: name, Run: func(ctx context.Context) (string, string, bool) {
		w, h, err := vision.CheckCamera(ctx, patrol.CameraSetting{Name: name, Source: source}, 10*time.Second, nil)
		if err != nil {
			return err.Error(), "check its cable, power and address", false
		}
		return fmt.Sprintf("%d × %d pixels", w, h), "", true
	}}
}

// fault makes a check of a function that returns what is wrong.
func fault(detail, advice string, try func() error) func(context.Context) (string, string, bool) {
	return func(context.Context) (string, string, bool) {
		if err := try(); err != nil {
			return err.Error(), advice, false
		}
		return detail, "", true
	}
}
