package vision

import (
	"errors"
	"fmt"
	"image"
	"slices"
	"time"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/app/scrub"
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
	legend   *recognize.Legend // nil if Tesseract is not there
	grey     gocv.Mat
	cells    gocv.Mat // of the gate
	straight gocv.Mat // a plate, for the second reader
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
	legend, err := recognize.NewLegend()
	if err != nil && !errors.Is(err, recognize.ErrNoTesseract) {
		detector.Close()
		reader.Close()
		if second != nil {
			second.Close()
		}
		return nil, err
	}
	return &worker{detector: detector, reader: reader, second: second, legend: legend, grey: gocv.NewMat(), cells: gocv.NewMat(), straight: gocv.NewMat()}, nil
}

func (w *worker) close() {
	w.detector.Close()
	w.reader.Close()
	if w.second != nil {
		w.second.Close()
	}
	if w.legend != nil {
		w.legend.Close()
	}
	for _, m := range []*gocv.Mat{&w.grey, &w.cells, &w.straight} {
		wipe(*m)
		m.Close()
	}
}

// sighting is a plate of a frame with its reading.
type sighting struct {
	place    detect.Plate
	reading  vote.Reading
	tried    bool // it was looked at
	read     bool // and reads like a plate
	thorough bool // by several networks, in several crops
}

// sight is what was seen in a frame.
type sight struct {
	plates []sighting
	// part of the frame was looked at; elsewhere nothing has changed. It is empty if
	// nothing has anywhere.
	part image.Rectangle
}

// ready is a vote with its pictures, on its way to become a read.
type ready struct {
	evidence *evidence
	vote     *track.Vote
}

// read takes frames until there are none.
func (r *running) read(w *worker) {
	for {
		job, ok := r.queue.take()
		if !ok {
			return
		}
		end := job.frame.End // the frame itself is given back
		var done Look
		var plates bool
		scrub.Around(func() { done, plates = r.frame(w, job) })
		if forgotten := r.pipeline.options.Forgotten; forgotten != nil && plates {
			forgotten()
		}
		if looked := r.pipeline.options.Looked; looked != nil && !end {
			looked(done)
		}
	}
}

// frame reads one frame, hands on what became certain by it, and reports whether
// there were plates.
func (r *running) frame(w *worker, job work) (done Look, plates bool) {
	l := r.lanes[job.line]
	var s sight
	var err error
	if !job.frame.End {
		s, err = w.look(l, job.frame)
	}
	r.queue.await(job)
	var votes []ready
	switch {
	case err != nil:
		r.failed(fmt.Errorf("read a frame: %w", err))
	case job.frame.End:
		votes = l.flush()
	case job.frame.Unrelated:
		votes = r.scene(job.frame, s.plates)
	default:
		votes = r.follow(l, job.frame, s)
	}
	done = Look{Camera: l.name, Captured: job.frame.At, Still: s.part.Empty()}
	r.queue.pass(job)
	for _, v := range votes {
		r.onRead(r.finish(w, l, v))
	}
	wipe(w.grey)
	wipe(w.straight)
	return done, len(s.plates)+len(votes) > 0
}

// look finds and reads the plates of a frame, where it has changed.
func (w *worker) look(l *lane, f *camera.Frame) (s sight, err error) {
	toGrey(f.Mat, &w.grey)
	s.part = image.Rect(0, 0, w.grey.Cols(), w.grey.Rows())
	if !f.Unrelated {
		if s.part, err = l.part(w, f.At); err != nil || s.part.Empty() {
			return s, err
		}
	}
	var places []detect.Plate
	if places, s.part, err = w.detector.FindIn(w.grey, s.part); err != nil {
		return s, err
	}
	for _, p := range places[:min(len(places), maxPlates)] {
		plate := sighting{place: p}
		wanted := track.First
		if !f.Unrelated {
			wanted = l.wants(p, f)
		}
		if wanted != track.Nothing {
			if err := w.glance(&plate, wanted, f.Unrelated); err != nil {
				return s, err
			}
		}
		s.plates = append(s.plates, plate)
	}
	return s, nil
}

// part says which part of the frame that the worker holds is to be looked at.
func (l *lane) part(w *worker, at time.Time) (image.Rectangle, error) {
	shrink(w.grey, &w.cells)
	cells, err := w.cells.DataPtrUint8()
	if err != nil {
		return image.Rectangle{}, fmt.Errorf("compare the frame with the last: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.gate.part(cells, image.Pt(w.grey.Cols(), w.grey.Rows()), at, l.tracker.Unsettled(at)), nil
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
func (r *running) scene(f *camera.Frame, seen []sighting) []ready {
	var votes []ready
	for i, s := range seen {
		if !s.read {
			continue
		}
		e := newEvidence(&r.pipeline.album)
		e.capture(f, seen, i)
		votes = append(votes, ready{e, &track.Vote{Reading: s.reading, Frames: 1}})
	}
	return votes
}

// follow tells the tracker what the frame showed and returns the votes that
// became certain.
func (r *running) follow(l *lane, f *camera.Frame, s sight) []ready {
	l.mu.Lock()
	defer l.mu.Unlock()
	seen := l.unchanged(s)
	sightings := make([]track.Sighting, len(seen))
	for i, p := range seen {
		sightings[i] = track.Sighting{Box: p.place.Box(), Score: p.place.Score, Tried: p.tried, Thorough: p.thorough}
		if p.read {
			sightings[i].Reading = &seen[i].reading
		}
	}
	l.size, l.at = image.Pt(f.Mat.Cols(), f.Mat.Rows()), f.At
	outcomes, ended := l.tracker.Frame(f.At, sightings)
	votes := l.end(ended)
	for i, o := range outcomes {
		if o.Best {
			if l.evidence[o.Track] == nil {
				l.evidence[o.Track] = newEvidence(&r.pipeline.album)
				l.evidence[o.Track].where = func() (plate.Box, bool) { return l.where(o.Track) }
			}
			l.evidence[o.Track].capture(f, seen, i)
		}
		if o.Emit != nil {
			votes = append(votes, ready{l.evidence[o.Track], o.Emit})
			delete(l.evidence, o.Track)
		}
		if kept := l.evidence[o.Track]; o.Settled && kept != nil {
			kept.Erase()
			delete(l.evidence, o.Track)
		}
	}
	return votes
}

// unchanged adds to what was seen in a part of the frame the plates that the last
// frame showed elsewhere, where nothing has changed.
func (l *lane) unchanged(s sight) []sighting {
	seen := s.plates
	for _, before := range l.last {
		box := before.Box()
		if middle := box.Min.Add(box.Max).Div(2); middle.In(s.part) {
			continue
		}
		again := slices.ContainsFunc(s.plates, func(p sighting) bool { return p.place.Overlap(before) > 0 })
		if !again && len(seen) < 2*maxPlates {
			seen = append(seen, sighting{place: before})
		}
	}
	l.last = l.last[:0]
	for _, p := range seen {
		l.last = append(l.last, p.place)
	}
	return seen
}

// flush ends what was followed on a camera that is gone.
func (l *lane) flush() []ready {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gate.reset()
	l.last = l.last[:0]
	return l.end(l.tracker.Flush())
}

// end returns the votes of plates that have left, and erases the others.
func (l *lane) end(ended []track.Ended) []ready {
	var votes []ready
	for _, e := range ended {
		kept := l.evidence[e.Track]
		delete(l.evidence, e.Track)
		switch {
		case kept == nil:
		case e.Emit != nil:
			votes = append(votes, ready{kept, e.Emit})
		default:
			kept.Erase()
		}
	}
	return votes
}

// finish makes a read of a vote and its evidence.
func (r *running) finish(w *worker, l *lane, v ready) plate.Read {
	straight := v.evidence.straighten(&w.straight)
	jurisdiction, basis := Jurisdiction(r.region)
	if w.legend != nil && straight {
		if j, _, err := w.legend.Read(w.straight, v.vote.Reading); err == nil && j != "" {
			jurisdiction, basis = j, plate.BasisRead
		}
	}
	// What the plate itself says comes before where it was met.
	formats := r.region
	if basis == plate.BasisRead {
		formats = jurisdiction
	}
	reading := v.vote.Reading.Prefer(formats)
	read := plate.Read{
		Camera:       l.name,
		At:           v.evidence.at,
		Text:         reading.Text,
		Confidence:   reading.Confidence,
		Characters:   reading.Characters,
		Candidates:   reading.Candidates,
		Frames:       v.vote.Frames,
		Jurisdiction: jurisdiction,
		Basis:        basis,
		Evidence:     v.evidence,
	}
	if w.second != nil && straight {
		if opinion, err := w.second.Opinion(w.straight, reading); err == nil {
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
