package vision

import (
	"errors"
	"fmt"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/vision/camera"
	"secondlook/vision/detect"
	"secondlook/vision/recognize"
	"secondlook/vision/track"
	"secondlook/vision/vote"
)

// maxPlates is how many plates of one frame are read, best first.
const maxPlates = 8

// worthChecking is the confidence from which a first look is checked by a
// thorough one.
const worthChecking = 0.95

// worker is what one goroutine needs to read frames.
type worker struct {
	detector *detect.Detector
	reader   *recognize.Reader
	second   *recognize.Second // nil if Tesseract is not there
	grey     gocv.Mat
}

// newWorker loads the networks and starts Tesseract. Without Tesseract reads have
// no second opinion, which doctor reports; that is no reason not to patrol.
func newWorker() (*worker, error) {
	detector, err := detect.New()
	if err != nil {
		return nil, err
	}
	reader, err := recognize.New()
	if err != nil {
		detector.Close()
		return nil, err
	}
	second, err := recognize.NewSecond()
	if err != nil && !errors.Is(err, recognize.ErrNoTesseract) {
		detector.Close()
		reader.Close()
		return nil, err
	}
	return &worker{detector: detector, reader: reader, second: second, grey: gocv.NewMat()}, nil
}

func (w *worker) close() {
	w.detector.Close()
	w.reader.Close()
	if w.second != nil {
		w.second.Close()
	}
	if !w.grey.Empty() {
		w.grey.SetTo(gocv.Scalar{})
	}
	w.grey.Close()
}

// sighting is a plate of a frame with its reading.
type sighting struct {
	place    detect.Plate
	reading  vote.Reading
	tried    bool // it was looked at
	read     bool // and reads like a plate
	thorough bool // by several networks, in several crops
}

// read takes frames until there are none.
func (r *running) read(w *worker) {
	for {
		job, ok := r.queue.take()
		if !ok {
			return
		}
		l := r.lanes[job.line]
		var seen []sighting
		var err error
		if !job.frame.End {
			seen, err = w.look(l, job.frame)
		}
		r.queue.await(job)
		var reads []plate.Read
		switch {
		case err != nil:
			r.failed(fmt.Errorf("read a frame: %w", err))
		case job.frame.End:
			reads = r.flush(w, l)
		case job.frame.Unrelated:
			reads = r.scene(w, l, job.frame, seen)
		default:
			reads = r.follow(w, l, job.frame, seen)
		}
		look := Look{Camera: l.name, Captured: job.frame.At}
		end := job.frame.End
		r.queue.pass(job)
		for _, read := range reads {
			r.onRead(read)
		}
		if looked := r.pipeline.options.Looked; looked != nil && !end {
			looked(look)
		}
	}
}

// look finds and reads the plates of a frame.
func (w *worker) look(l *lane, f *camera.Frame) ([]sighting, error) {
	toGrey(f.Mat, &w.grey)
	places, err := w.detector.Find(w.grey)
	if err != nil {
		return nil, err
	}
	var seen []sighting
	for _, p := range places[:min(len(places), maxPlates)] {
		s := sighting{place: p}
		wanted := track.First
		if !f.Unrelated {
			wanted = l.wants(p, f)
		}
		if wanted != track.Nothing {
			if err := w.glance(&s, wanted, f.Unrelated); err != nil {
				return nil, err
			}
		}
		seen = append(seen, s)
	}
	return seen, nil
}

// glance reads a plate: once if it will be seen again, with all that the reader
// has if this is the only picture, or if one look was nearly certain and could be
// given out at once: it takes more than one look to be.
func (w *worker) glance(s *sighting, wanted track.Effort, only bool) (err error) {
	effort := recognize.Quick
	if only {
		effort = recognize.Thorough
	}
	if s.reading, err = w.reader.Read(w.grey, s.place.Corners, effort); err != nil {
		return err
	}
	if wanted == track.First && !only && s.reading.Confidence >= worthChecking {
		if s.reading, err = w.reader.Read(w.grey, s.place.Corners, recognize.Thorough); err != nil {
			return err
		}
		s.thorough = true
	}
	s.tried, s.read = true, recognize.IsPlate(s.reading)
	return nil
}

// whole reports whether a plate lies inside its frame, in pixels. One that the
// edge cuts reads well, and wrong: the car's next or last frames show all of it.
// A margin of a thirtieth of the plate is only its rim.
func whole(p detect.Plate, width, height int) bool {
	left, top, right, bottom := p.Bounds()
	rim := (right - left) / 30
	return left >= -rim && top >= -rim && right <= float64(width)+rim && bottom <= float64(height)+rim
}

// toGrey converts an 8 bit frame of any channels.
func toGrey(frame gocv.Mat, grey *gocv.Mat) {
	switch frame.Channels() {
	case 1:
		frame.CopyTo(grey)
	case 4:
		gocv.CvtColor(frame, grey, gocv.ColorBGRAToGray)
	default:
		gocv.CvtColor(frame, grey, gocv.ColorBGRToGray)
	}
}

// wants says how much a plate of a frame should be looked at.
func (l *lane) wants(p detect.Plate, f *camera.Frame) track.Effort {
	if !whole(p, f.Mat.Cols(), f.Mat.Rows()) {
		return track.Nothing
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tracker.Wants(p.Box(), f.At)
}

// scene makes a read of every plate of a frame that stands alone.
func (r *running) scene(w *worker, l *lane, f *camera.Frame, seen []sighting) []plate.Read {
	var reads []plate.Read
	for i, s := range seen {
		if !s.read {
			continue
		}
		e := newEvidence(r.pipeline.redactor)
		e.capture(f, seen, i)
		reads = append(reads, r.finish(w, l, e, &track.Vote{Reading: s.reading, Frames: 1}))
	}
	return reads
}

// follow tells the tracker what the frame showed and returns the reads that
// became certain.
func (r *running) follow(w *worker, l *lane, f *camera.Frame, seen []sighting) []plate.Read {
	l.mu.Lock()
	defer l.mu.Unlock()
	sightings := make([]track.Sighting, len(seen))
	for i, s := range seen {
		sightings[i] = track.Sighting{Box: s.place.Box(), Score: s.place.Score, Tried: s.tried, Thorough: s.thorough}
		if s.read {
			sightings[i].Reading = &seen[i].reading
		}
	}
	outcomes, ended := l.tracker.Frame(f.At, sightings)
	reads := r.end(w, l, ended)
	for i, o := range outcomes {
		if o.Best {
			if l.evidence[o.Track] == nil {
				l.evidence[o.Track] = newEvidence(r.pipeline.redactor)
			}
			l.evidence[o.Track].capture(f, seen, i)
		}
		if o.Emit != nil {
			reads = append(reads, r.finish(w, l, l.evidence[o.Track], o.Emit))
			delete(l.evidence, o.Track)
		}
		if kept := l.evidence[o.Track]; o.Settled && kept != nil {
			kept.Erase()
			delete(l.evidence, o.Track)
		}
	}
	return reads
}

// flush ends what was followed on a camera that is gone.
func (r *running) flush(w *worker, l *lane) []plate.Read {
	l.mu.Lock()
	defer l.mu.Unlock()
	return r.end(w, l, l.tracker.Flush())
}

// end returns the reads of plates that have left, and erases the others.
func (r *running) end(w *worker, l *lane, ended []track.Ended) []plate.Read {
	var reads []plate.Read
	for _, e := range ended {
		kept := l.evidence[e.Track]
		delete(l.evidence, e.Track)
		switch {
		case kept == nil:
		case e.Emit != nil:
			reads = append(reads, r.finish(w, l, kept, e.Emit))
		default:
			kept.Erase()
		}
	}
	return reads
}

// finish makes a read of a vote and its evidence.
func (r *running) finish(w *worker, l *lane, e *evidence, v *track.Vote) plate.Read {
	read := plate.Read{
		Camera:     l.name,
		At:         e.at,
		Text:       v.Text,
		Confidence: v.Confidence,
		Characters: v.Characters,
		Candidates: v.Candidates,
		Frames:     v.Frames,
		Evidence:   e,
	}
	read.Jurisdiction, read.Basis = Jurisdiction(r.region)
	if w.second != nil {
		if opinion, err := w.second.Opinion(e.plate, v.Reading); err == nil {
			read.Second = opinion
		}
	}
	return read
}

// Jurisdiction returns what a plate that does not say who issued it is assumed to
// be, and on what basis. A region of many issuers, Europe, says nothing.
func Jurisdiction(region plate.Jurisdiction) (plate.Jurisdiction, plate.Basis) {
	if region == "" || region == plate.Europe {
		return "", plate.BasisUnknown
	}
	return region, plate.BasisAssumed
}
