package reading

import (
	"errors"
	"slices"
	"time"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/vision"
	"secondlook/vision/detect"
	"secondlook/vision/recognize"
	"secondlook/vision/vote"
)

// maxPlates is how many plates of one picture are read, best score first.
const maxPlates = 12

// A picture that stands alone is the only chance to see a plate, so places are
// read from this score on.
const faint = 0.2

// glimpsed is how clearly the first look at a faint place must see characters for
// more looks to be worth their time.
const glimpsed = 0.5

// required is how sure the reading must be, 0 to 1, of a place of a score: the
// fainter the place, the surer.
func required(score float64) float64 {
	switch {
	case score < detect.MinScore:
		return 0.8
	case score < 0.6:
		return 0.4
	}
	return 0.15
}

// certain reports whether a plate was read so surely that faint places beside it are
// not worth their time.
func certain(f found) bool { return f.reading.LookAlike() >= required(0) }

// Looker finds and reads the plates of single pictures. It belongs to one
// goroutine.
type Looker struct {
	detector *detect.Detector
	reader   *recognize.Reader
	legend   *recognize.Legend // nil if legends are not read
	region   plate.Jurisdiction
	crop     bool
	grey     gocv.Mat
	straight gocv.Mat // a plate, for the legend
}

// found is a plate with what it says.
type found struct {
	place        detect.Plate
	reading      vote.Reading
	jurisdiction plate.Jurisdiction
	basis        plate.Basis
}

// NewLooker loads the networks. region is assumed for plates that do not say who
// issued them; crop says that each picture is a plate, cut out. The looker must
// be closed.
func NewLooker(region plate.Jurisdiction, crop bool) (*Looker, error) {
	detector, err := detect.New()
	if err != nil {
		return nil, err
	}
	detector.Lowest = faint
	reader, err := recognize.New()
	if err != nil {
		detector.Close()
		return nil, err
	}
	return &Looker{detector: detector, reader: reader, region: region, crop: crop, grey: gocv.NewMat(), straight: gocv.NewMat()}, nil
}

// ReadLegends makes the looker read who issued a plate from its small print. It
// returns [recognize.ErrNoTesseract] where Tesseract is not installed.
func (l *Looker) ReadLegends() (err error) {
	l.legend, err = recognize.NewLegend()
	return err
}

// Look returns what an 8 bit picture of any channels says, under the name that it
// is to have.
func (l *Looker) Look(name string, picture gocv.Mat) (Picture, error) {
	all, elapsed, err := l.look(picture)
	if err != nil {
		return Picture{}, err
	}
	return describe(name, picture, all, elapsed), nil
}

// Close overwrites the last picture and frees the networks.
func (l *Looker) Close() error {
	erase(&l.grey)
	erase(&l.straight)
	err := errors.Join(l.detector.Close(), l.reader.Close())
	if l.legend != nil {
		err = errors.Join(err, l.legend.Close())
	}
	return err
}

// look returns the plates of an 8 bit picture, best first, and how long finding
// and reading them took, their small print left out.
func (l *Looker) look(picture gocv.Mat) ([]found, time.Duration, error) {
	start := time.Now()
	switch picture.Channels() {
	case 1:
		picture.CopyTo(&l.grey)
	case 4:
		gocv.CvtColor(picture, &l.grey, gocv.ColorBGRAToGray)
	default:
		gocv.CvtColor(picture, &l.grey, gocv.ColorBGRToGray)
	}
	places, effort := []detect.Plate{whole(l.grey)}, recognize.Whole
	if !l.crop {
		var err error
		if places, err = l.detector.Find(l.grey); err != nil {
			return nil, 0, err
		}
		effort = recognize.Thorough
	}
	var all []found
	for _, p := range places[:min(len(places), maxPlates)] {
		if p.Score < detect.MinScore {
			if slices.ContainsFunc(all, certain) {
				break // best first: what follows is fainter still
			}
			first, err := l.reader.Read(l.grey, p.Corners, recognize.Quick)
			if err != nil {
				return nil, 0, err
			}
			if first.Clarity < glimpsed {
				continue
			}
		}
		reading, err := l.reader.Read(l.grey, p.Corners, effort)
		if err != nil {
			return nil, 0, err
		}
		if !l.crop && reading.LookAlike() < required(p.Score) {
			continue
		}
		if recognize.IsPlate(reading) || l.crop && reading.Text != "" {
			all = append(all, found{place: p, reading: reading})
		}
	}
	elapsed := time.Since(start)
	for i := range all {
		if err := l.issuer(&all[i]); err != nil {
			return nil, 0, err
		}
	}
	slices.SortStableFunc(all, func(a, b found) int {
		switch {
		case a.reading.Confidence > b.reading.Confidence:
			return -1
		case a.reading.Confidence < b.reading.Confidence:
			return 1
		}
		return 0
	})
	return all, elapsed, nil
}

// issuer finds out who issued a plate, from its small print or the region, and
// lets the serial formats decide near-equal readings.
func (l *Looker) issuer(f *found) error {
	f.jurisdiction, f.basis = vision.Jurisdiction(l.region)
	formats := l.region
	if l.legend != nil {
		recognize.Rectify(l.grey, f.place.Corners, &l.straight)
		j, _, err := l.legend.Read(l.straight, f.reading)
		if err != nil {
			return err
		}
		if j != "" {
			f.jurisdiction, f.basis, formats = j, plate.BasisRead, j
		}
	}
	f.reading = f.reading.Prefer(formats)
	return nil
}

// whole takes all of a picture as one plate.
func whole(picture gocv.Mat) detect.Plate {
	w, h := float64(picture.Cols()), float64(picture.Rows())
	return detect.Plate{Corners: [4]detect.Point{{}, {X: w}, {X: w, Y: h}, {Y: h}}, Score: 1}
}
