package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/vision"
	"secondlook/vision/camera"
)

// PatrolOptions say what [Patrol] measures.
type PatrolOptions struct {
	// Cameras is how many cameras look at once, 1 to 6; 2 if 0.
	Cameras int
	// Seconds is how long they look, at their own pace; 60 if 0.
	Seconds int
	// JSON prints one JSON object instead of a table.
	JSON bool
	// Seed decides the films: plates, cars, speeds, lights. The same seed gives the
	// same films.
	Seed int64
	// FPS is how many frames a second each camera gives; 15 if 0.
	FPS int
	// Workers is how many frames are read side by side; the pipeline's own choice
	// if 0.
	Workers int
	// Patient makes each camera wait until its frame has been looked at, and keep the
	// film's time. What is read then is the same on any machine, however busy, and
	// what is said of time means nothing.
	Patient bool
	// Folder is where the films are kept while they play; a temporary one if empty.
	Folder string
	// Progress is told what is going on before the clock starts; nil drops it.
	Progress io.Writer
}

// PatrolResult is what [Patrol] prints. Its JSON is a contract with those who
// measure. Figures a second are of one camera, the mean of all.
type PatrolResult struct {
	Cameras int `json:"cameras"`
	// FPSIn is frames a second that a camera gave, FPSRead those of them that were
	// looked at; the others were dropped because newer ones had come.
	FPSIn   float64 `json:"fps_in"`
	FPSRead float64 `json:"fps_read"`
	// Latency50 and Latency99 are the median and the 99th percentile, over all
	// frames looked at, of the time from a frame's capture until what it showed had
	// been handed on, in milliseconds.
	Latency50 float64 `json:"latency_ms_p50"`
	Latency99 float64 `json:"latency_ms_p99"`
	// PlatesShown counts the plates that were in the picture, whole and at least 70
	// pixels wide, in at least 8 frames; a car that comes again counts again.
	// PlatesReadRight are those that were read, every character right.
	PlatesShown     int `json:"plates_shown"`
	PlatesReadRight int `json:"plates_read_right"`
	// PlatesReadWrong are all reads of a text that no plate in view had, however
	// small the plate was. Duplicates are reads of a plate that had been read.
	PlatesReadWrong int `json:"plates_read_wrong"`
	Duplicates      int `json:"duplicates"`
	// RSS is the memory of the process at the end, RSSGrowth how much it grew after
	// the first quarter of the run, in megabytes (Linux; 0 elsewhere).
	RSS       float64 `json:"rss_mb"`
	RSSGrowth float64 `json:"rss_growth_mb"`

	// What only the table shows: how long after the capture of the frame that shows
	// it best a plate was reported, how long after it was large enough, in
	// milliseconds; frames that were like the one before; cores kept busy.
	reported, waited []float64
	still            float64
	cores            float64
}

// maxCameras is how many cameras a patrol car has at most.
const maxCameras = 6

// Patrol plays generated street films to the whole pipeline as so many cameras, at
// the cameras' pace, compares what it reads with what the films show, and writes
// the figures to out. The films are drawn before the clock starts, so that the
// figures are of reading and not of drawing; playing them costs what the picture
// stream of a USB camera costs (1280×720 motion JPEG). It needs some hundred
// megabytes in the folder for temporary files.
func Patrol(ctx context.Context, out io.Writer, o PatrolOptions) error {
	if o.Cameras == 0 {
		o.Cameras = 2
	}
	if o.Seconds == 0 {
		o.Seconds = 60
	}
	if o.FPS == 0 {
		o.FPS = 15
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	switch {
	case o.Cameras < 1 || o.Cameras > maxCameras:
		return fmt.Errorf("cameras: from 1 to %d", maxCameras)
	case o.Seconds < 1:
		return errors.New("seconds: 1 or more")
	case o.FPS < 1 || o.FPS > 60:
		return errors.New("frames a second: from 1 to 60")
	}
	folder, err := os.MkdirTemp(o.Folder, "secondlook-bench-")
	if err != nil {
		return fmt.Errorf("make a folder for the films: %w", err)
	}
	defer os.RemoveAll(folder)
	films, err := shootAll(ctx, folder, o)
	if err != nil {
		return err
	}
	debug.FreeOSMemory() // what drawing left behind is not the pipeline's
	result, err := watch(ctx, films, o)
	if err != nil {
		return err
	}
	if o.JSON {
		return json.NewEncoder(out).Encode(result)
	}
	return result.table(out)
}

// watch plays the films to a pipeline and measures.
func watch(ctx context.Context, films []*film, o PatrolOptions) (PatrolResult, error) {
	t := newTally(o.Cameras)
	players := map[string]*player{}
	var settings []patrol.CameraSetting
	for i := range o.Cameras {
		name := fmt.Sprintf("camera %d", i+1)
		settings = append(settings, patrol.CameraSetting{Name: name, Source: name})
		// Cameras of the same film begin at different parts of it.
		players[name] = &player{film: films[i%len(films)], part: i / len(films) * 2, tally: t, camera: name, fps: o.FPS,
			patient: o.Patient, looked: make(chan struct{}, 1)}
	}
	t.clock = func(camera string) time.Time { return players[camera].now() }
	p, err := vision.New(vision.Options{
		Workers: o.Workers,
		Open:    func(s patrol.CameraSetting) (camera.Source, error) { return players[s.Name], nil },
		Looked: func(l vision.Look) {
			t.looked(l)
			players[l.Camera].next()
		},
	})
	if err != nil {
		return PatrolResult{}, err
	}
	defer p.Close()
	fmt.Fprintf(o.Progress, "reading for %d s\n", o.Seconds)
	start := time.Now()
	for _, player := range players {
		player.begin, player.until = start, start.Add(time.Duration(o.Seconds)*time.Second)
	}
	before := processorTime()
	live, err := p.Start(ctx, settings, "", t.read)
	if err != nil {
		return PatrolResult{}, err
	}
	memory := watchMemory(time.Duration(o.Seconds) * time.Second)
	err = live.Wait()
	rss, growth := memory()
	if err = errors.Join(err, ctx.Err()); err != nil {
		return PatrolResult{}, err
	}
	result := t.result()
	result.Cameras = o.Cameras
	frames, drops := 0.0, 0.0
	for _, h := range live.Health() {
		if h.Problem != "" {
			return PatrolResult{}, fmt.Errorf("%s: %s", h.Name, h.Problem)
		}
		frames += float64(h.Frames)
		drops += float64(h.Drops)
	}
	each := float64(o.Cameras) * time.Since(start).Seconds()
	result.FPSIn, result.FPSRead = round(frames/each, 2), round((frames-drops)/each, 2)
	result.cores = (processorTime() - before).Seconds() / time.Since(start).Seconds()
	result.RSS, result.RSSGrowth = round(rss, 1), round(growth, 1)
	return result, nil
}

// table prints the figures for people.
func (r PatrolResult) table(out io.Writer) error {
	part := func(n int) string {
		if r.PlatesShown == 0 {
			return ""
		}
		return fmt.Sprintf("  %.1f %%", share(n, r.PlatesShown))
	}
	_, err := fmt.Fprintf(out, `cameras                                  %8d
frames a second, each camera             %8.2f
  looked at                              %8.2f
  of these like the one before           %8.1f %%
captured to looked at, median            %8.0f ms
captured to looked at, 99th of 100       %8.0f ms
plates shown (70 px, 8 frames)           %8d
  read right                             %8d%s
  read wrong                             %8d%s
  read again                             %8d%s
large enough to reported, median         %8.0f ms
best frame to reported, median           %8.0f ms
memory                                   %8.1f MB
memory grew                              %8.1f MB
cores kept busy, playing included        %8.2f
`, r.Cameras, r.FPSIn, r.FPSRead, r.still, r.Latency50, r.Latency99, r.PlatesShown,
		r.PlatesReadRight, part(r.PlatesReadRight), r.PlatesReadWrong, part(r.PlatesReadWrong), r.Duplicates, part(r.Duplicates),
		percentile(r.waited, 50), percentile(r.reported, 50), r.RSS, r.RSSGrowth, r.cores)
	return err
}

// tally compares what was read with what was shown.
type tally struct {
	clock    func(camera string) time.Time
	mu       sync.Mutex
	showings map[string][]*showing // by camera, in order of their beginning
	reads    []seenRead
	latency  []float64 // of frames looked at, in milliseconds
	still    int       // of these
}

// showing is one passing of one plate.
type showing struct {
	text        plate.Text
	car         int
	first, last time.Time
	frames      int       // in which it was large enough
	large       time.Time // the first of them
	read        int
}

// seenRead is a read as it was reported. Its plate is invented.
type seenRead struct {
	camera       string
	text         plate.Text
	at, reported time.Time
}

func newTally(cameras int) *tally {
	return &tally{showings: make(map[string][]*showing, cameras)}
}

// Plates count from this size, for so many frames.
const countedWidth, countedFrames = 70, 8

// apart is the gap from which a plate that is seen again is another showing.
const apart = 3 * time.Second

// shown notes what a camera's frame shows.
func (t *tally) shown(camera string, at time.Time, plates []filmed) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.showings[camera]
	for _, p := range plates {
		i := len(all) - 1
		for i >= 0 && (all[i].car != p.car || at.Sub(all[i].last) > apart) {
			i--
		}
		if i < 0 {
			all = append(all, &showing{text: p.text, car: p.car, first: at})
			i = len(all) - 1
		}
		s := all[i]
		s.last = at
		if p.large {
			if s.frames == 0 {
				s.large = at
			}
			s.frames++
		}
	}
	t.showings[camera] = all
}

// read notes and erases a read.
func (t *tally) read(r plate.Read) {
	now := t.clock(r.Camera)
	t.mu.Lock()
	t.reads = append(t.reads, seenRead{r.Camera, r.Text, r.At, now})
	t.mu.Unlock()
	r.Erase()
}

// looked notes a frame that was looked at.
func (t *tally) looked(l vision.Look) {
	ms := t.clock(l.Camera).Sub(l.Captured).Seconds() * 1000
	t.mu.Lock()
	defer t.mu.Unlock()
	t.latency = append(t.latency, ms)
	if l.Still {
		t.still++
	}
}

// blink is how far a read's time may lie outside of its showing: the player notes
// a frame a moment before the pipeline stamps it.
const blink = 250 * time.Millisecond

// result makes the figures.
func (t *tally) result() PatrolResult {
	t.mu.Lock()
	defer t.mu.Unlock()
	var r PatrolResult
	slices.SortStableFunc(t.reads, func(a, b seenRead) int { return a.reported.Compare(b.reported) })
	for _, read := range t.reads {
		i := slices.IndexFunc(t.showings[read.camera], func(s *showing) bool {
			return s.text == read.text && read.at.After(s.first.Add(-blink)) && read.at.Before(s.last.Add(blink))
		})
		if i < 0 {
			r.PlatesReadWrong++
			continue
		}
		s := t.showings[read.camera][i]
		s.read++
		if s.read > 1 {
			r.Duplicates++
			continue
		}
		r.reported = append(r.reported, read.reported.Sub(read.at).Seconds()*1000)
		if s.frames > 0 {
			r.waited = append(r.waited, max(0, read.reported.Sub(s.large).Seconds()*1000))
		}
	}
	for _, all := range t.showings {
		for _, s := range all {
			if s.frames < countedFrames {
				continue
			}
			r.PlatesShown++
			if s.read > 0 {
				r.PlatesReadRight++
			}
		}
	}
	r.Latency50, r.Latency99 = round(percentile(t.latency, 50), 1), round(percentile(t.latency, 99), 1)
	r.still = share(t.still, len(t.latency))
	return r
}
