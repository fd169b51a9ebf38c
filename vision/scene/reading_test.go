package scene

import (
	"image"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/app/training"
	"secondlook/assets"
	"secondlook/platform/scenariofile"
	"secondlook/vision/detect"
	"secondlook/vision/recognize"
)

// eyes reads frames with the networks that ship.
type eyes struct {
	detector *detect.Detector
	reader   *recognize.Reader
	frame    *image.RGBA
	grey     gocv.Mat
}

func mustOpenEyes(t *testing.T) *eyes {
	t.Helper()
	detector, err := detect.New()
	require.NoError(t, err)
	reader, err := recognize.New()
	require.NoError(t, err)
	e := &eyes{detector, reader, frame(), gocv.NewMat()}
	t.Cleanup(func() {
		require.NoError(t, detector.Close())
		require.NoError(t, reader.Close())
		require.NoError(t, e.grey.Close())
	})
	return e
}

// sight is a reading with the area that it was read in.
type sight struct {
	box        image.Rectangle
	text       string
	confidence float64
}

// look returns what is read in the frame, without what no alert could rest on.
func (e *eyes) look(t *testing.T) []sight {
	t.Helper()
	colour, err := gocv.ImageToMatRGB(e.frame)
	require.NoError(t, err)
	defer colour.Close()
	gocv.CvtColor(colour, &e.grey, gocv.ColorBGRToGray)
	places, err := e.detector.Find(e.grey)
	require.NoError(t, err)
	var all []sight
	for _, p := range places {
		r, err := e.reader.Read(e.grey, p.Corners, recognize.Quick)
		require.NoError(t, err)
		if recognize.IsPlate(r) && r.Confidence >= 0.3 {
			all = append(all, sight{p.Box(), string(r.Text), r.Confidence})
		}
	}
	return all
}

// Each car of each scenario that ships is looked at twice while it is near. The
// networks must read its plate right both times and surely once, and must read
// nothing else; of a plate that is more mud than plate they may read nothing, but
// nothing wrong for certain.
func TestRequirement39_NetworksReadEveryScriptedPlate(t *testing.T) {
	e := mustOpenEyes(t)
	for _, name := range assets.Scenarios() {
		t.Run(name, func(t *testing.T) {
			scenario, err := scenariofile.BuiltIn(name)
			require.NoError(t, err)
			for _, c := range scenario.Cameras {
				s, err := NewStreet(scenario, c.Name)
				require.NoError(t, err)
				for i, car := range scenario.Cars {
					if car.Camera == c.Name {
						e.reads(t, s, i, car)
					}
				}
			}
		})
	}
}

// reads fails the test unless the networks read a car's plate.
func (e *eyes) reads(t *testing.T, s *Street, i int, car training.Car) {
	t.Helper()
	right, sure := 0, 0.0
	for _, distance := range []float64{9.8, 7.8} {
		at := car.At + passes(car.Approach, distance)
		s.Render(at, e.frame)
		for _, saw := range e.look(t) {
			truth, ok := truthAt(s.Truth(at), saw.box)
			require.True(t, ok, "car %d at %v: something that is no plate was read", i+1, at)
			switch {
			case truth.Car != i:
			case saw.text == string(truth.Text):
				right++
				sure = max(sure, saw.confidence)
			default:
				require.Less(t, saw.confidence, 0.9, "car %d is read wrong for certain", i+1)
			}
		}
	}
	if car.Mud <= 0.5 {
		require.Equal(t, 2, right, "car %d is read right", i+1)
		least := 0.9
		if strings.ContainsAny(string(car.Plate), "O0I1") {
			least = 0.7 // nobody is sure of these
		}
		require.Greater(t, sure, least, "car %d is read surely", i+1)
	}
}

func truthAt(all []Truth, box image.Rectangle) (Truth, bool) {
	for _, p := range all {
		common := p.Box.Intersect(box)
		if 2*common.Dx()*common.Dy() > p.Box.Dx()*p.Box.Dy() {
			return p, true
		}
	}
	return Truth{}, false
}

// The empty street raises no read in any light.
func TestNetworksReadNothingInAnEmptyStreet(t *testing.T) {
	scenario := evening(t)
	e := mustOpenEyes(t)
	for _, tt := range []struct {
		camera string
		at     time.Duration
	}{
		{scenario.Cameras[0].Name, 0}, {scenario.Cameras[0].Name, 50 * time.Second}, {scenario.Cameras[1].Name, 70 * time.Second},
	} {
		s := mustStreet(t, tt.camera)
		m := s.moodAt(tt.at)
		copy(e.frame.Pix, s.backdrop(m).Pix)
		addNoise(e.frame, s.noise, m.lighting().noise, uint64(tt.at))
		require.Empty(t, e.look(t), "%s at %v", tt.camera, tt.at)
	}
}
