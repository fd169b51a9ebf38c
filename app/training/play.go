package training

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

// ErrNoRoom is returned for a car that finds no gap between the others for a while.
var ErrNoRoom = errors.New("the street is full: try again in a moment")

const (
	// leadIn is how long after it was asked for a car comes into the street.
	leadIn = time.Second
	// search is how far ahead a gap between the scripted cars is looked for.
	search = 90 * time.Second
)

// Play is a scenario as it runs: its clock, which a trainer can stop, and what the
// trainer has happen beside the script. All methods may be called from any goroutine.
type Play struct {
	now func() time.Time

	mu     sync.Mutex
	loaded *Scenario
	script *Scenario // loaded, and what was added: replaced, never changed
	begun  bool
	paused bool
	since  time.Time     // when it last went on
	played time.Duration // for how long it had run by then
	stops  []stop
	forced []force
	sent   int // cars that the trainer sent
}

// stop is a time in which a play stood; until is zero while it still does.
type stop struct{ from, until time.Time }

// force is a camera that the trainer lost or restored.
type force struct {
	camera      string
	lost        bool
	from, until time.Duration
}

// NewPlay returns a play that waits for [Play.Begin]. A nil now is the system's clock.
// It returns [ErrInvalid] for a scenario that cannot be played.
func NewPlay(s *Scenario, now func() time.Time) (*Play, error) {
	if now == nil {
		now = time.Now
	}
	p := &Play{now: now}
	if err := p.Load(s); err != nil {
		return nil, err
	}
	return p, nil
}

// Load puts a scenario in place of the one that played, at its beginning. A play that
// was paused stays so. It returns [ErrInvalid].
func (p *Play) Load(s *Scenario) error {
	if err := s.Validate(); err != nil {
		return fmt.Errorf("play the scenario: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.loaded, p.script, p.begun, p.since, p.played, p.forced, p.sent = s, s, false, time.Time{}, 0, nil, 0
	return nil
}

// Begin starts the clock of a scenario that has not begun: with the first camera that
// is opened.
func (p *Play) Begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.begun {
		p.begun, p.since = true, p.now()
	}
}

// Pause stops the clock: cars stand still until [Play.Resume].
func (p *Play) Pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.paused {
		p.played = p.at()
		p.paused = true
		p.stops = append(p.stops, stop{from: p.now()})
	}
}

// Resume lets the clock go on.
func (p *Play) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.paused {
		p.paused, p.since = false, p.now()
		p.stops[len(p.stops)-1].until = p.since
	}
}

// Paused reports whether the clock stands.
func (p *Play) Paused() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paused
}

// At is the time since the scenario began, without the time in which it stood.
func (p *Play) At() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at()
}

func (p *Play) at() time.Duration {
	if !p.begun || p.paused {
		return p.played
	}
	return p.played + p.now().Sub(p.since)
}

// Stood is for how long of the time between two moments the play stood.
func (p *Play) Stood(from, until time.Time) (sum time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.stops {
		first, last := s.from, s.until
		if last.IsZero() || last.After(until) {
			last = until
		}
		if first.Before(from) {
			first = from
		}
		sum += max(last.Sub(first), 0)
	}
	return sum
}

// Script is the scenario with what the trainer added to it. It is not changed any
// more: later additions make another one.
func (p *Play) Script() *Scenario {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.script
}

// Original is the scenario as it was loaded.
func (p *Play) Original() *Scenario {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.loaded
}

// Lost reports whether a camera gives no picture now.
func (p *Play) Lost(camera string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lostAt(camera, p.at())
}

func (p *Play) lostAt(camera string, at time.Duration) bool {
	for _, f := range slices.Backward(p.forced) {
		if f.camera == camera && at >= f.from && at < f.until {
			return f.lost
		}
	}
	_, within := p.script.Pass(at)
	return p.script.Lost(camera, within)
}

// Lose takes a camera's picture away for so long, from now on; Restore gives it back
// for as long, whatever the script says.
func (p *Play) Lose(camera string, d time.Duration)    { p.force(camera, true, d) }
func (p *Play) Restore(camera string, d time.Duration) { p.force(camera, false, d) }

func (p *Play) force(camera string, lost bool, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.at()
	p.forced = append(p.forced, force{camera, lost, at, at + d})
}

// Send has the cars of hits of a scenario come now, each once, as soon as there is
// room for them on one of the cameras' lanes. A car comes under a plate that no other
// has had, so that it can be sent again and is not taken for the one that came before.
// It returns the hits as they were added to [Play.Script], or [ErrNoRoom].
func (p *Play) Send(from *Scenario, hits ...Hit) ([]Hit, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := *p.script
	s.Cars, s.Entries, s.Hits = slices.Clone(s.Cars), slices.Clone(s.Entries), slices.Clone(s.Hits)
	var added []Hit
	sent := p.sent
	for _, h := range hits {
		sent++
		car, entry := from.Cars[h.Car], from.Entries[h.Entry]
		var ok bool
		if car.Plate, entry.Plate, ok = s.unused(car.Plate, entry.Plate); !ok {
			return nil, ErrNoRoom
		}
		if car, ok = s.fit(car, p.at()+leadIn); !ok {
			return nil, ErrNoRoom
		}
		entry.ID = fmt.Sprintf("sent-%d", sent)
		h.ID, h.Car, h.Entry = entry.ID, len(s.Cars), len(s.Entries)
		s.Cars, s.Entries, s.Hits = append(s.Cars, car), append(s.Entries, entry), append(s.Hits, h)
		added = append(added, h)
	}
	p.script, p.sent = &s, sent
	return added, nil
}

// fit gives a car the first free place in a lane from a time since the start on.
func (s *Scenario) fit(c Car, from time.Duration) (Car, bool) {
	c.Once = true
	for at := from; at < from+search; at += time.Second / 2 {
		for _, k := range s.Cameras {
			c.At, c.Camera = at, k.Name
			c.Approach.Way = k.Way()
			if !slices.ContainsFunc(s.Cars, func(other Car) bool { return s.meets(c, other) }) {
				return c, true
			}
		}
	}
	return c, false
}

// meets reports whether a car that comes once comes too near to another.
func (s *Scenario) meets(once, other Car) bool {
	if once.Camera != other.Camera {
		return false
	}
	if other.Once {
		return (once.At - other.At).Abs() < leastGap
	}
	_, within := s.Pass(once.At)
	apart := (within - other.At).Abs()
	return min(apart, s.Length-apart) < leastGap
}

// unused returns the plates of a car and of its entry with the same digit of both
// exchanged, so that they are not on the street or the list yet.
func (s *Scenario) unused(car, entry plate.Text) (plate.Text, plate.Text, bool) {
	free := func(a, b plate.Text) bool {
		return !s.Listed(a) && !s.Listed(b) && !slices.ContainsFunc(s.Cars, func(c Car) bool { return plate.Alike(c.Plate, a) || plate.Alike(c.Plate, b) })
	}
	if free(car, entry) {
		return car, entry, true
	}
	for i := range min(len(car), len(entry)) {
		for _, with := range "234679HJKMNPRTWXY" { // none is taken for another
			if car[i] != entry[i] || isDigit(car[i]) != (with <= '9') {
				continue
			}
			a, b := exchange(car, i, byte(with)), exchange(entry, i, byte(with))
			if free(a, b) {
				return a, b, true
			}
		}
	}
	return car, entry, false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func exchange(t plate.Text, i int, with byte) plate.Text {
	b := []byte(t)
	b[i] = with
	return plate.Text(b)
}

// Cue is something that is going to happen.
type Cue struct {
	// In is how long until then.
	In   time.Duration
	Kind CueKind
	// Camera is where; empty for a light.
	Camera string
	// Hit is what the car raises, and Entry what the list says of it, for a hit.
	Hit   Hit
	Entry hotlist.Entry
	// Light is the one that begins.
	Light Light
}

// CueKind is what a [Cue] tells.
type CueKind string

const (
	// CueHit is a car that can be read and is on the list.
	CueHit CueKind = "hit"
	// CueLoss and CueBack are a camera that is lost, and comes back.
	CueLoss CueKind = "loss"
	CueBack CueKind = "back"
	// CueLight is another light.
	CueLight CueKind = "light"
	// CueAgain is the end of the pass: the street comes round again.
	CueAgain CueKind = "again"
)

// Upcoming is what comes next, in its order: the rest of this pass, and what the
// trainer added.
func (p *Play) Upcoming() []Cue {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, at := p.script, p.at()
	pass, _ := s.Pass(at)
	start := time.Duration(pass) * s.Length
	var cues []Cue
	add := func(when time.Duration, c Cue) {
		if when > at {
			c.In = when - at
			cues = append(cues, c)
		}
	}
	for _, h := range s.Hits {
		c := s.Cars[h.Car]
		when := c.At + c.Approach.read()
		if !c.Once {
			when += start
		}
		add(when, Cue{Kind: CueHit, Camera: c.Camera, Hit: h, Entry: s.Entries[h.Entry]})
	}
	for _, l := range s.Losses {
		add(start+l.From, Cue{Kind: CueLoss, Camera: l.Camera})
		add(start+l.From+l.For, Cue{Kind: CueBack, Camera: l.Camera})
	}
	for _, f := range p.forced {
		if f.lost {
			add(f.until, Cue{Kind: CueBack, Camera: f.camera})
		}
	}
	for _, phase := range s.Phases {
		if phase.From > 0 {
			add(start+phase.From, Cue{Kind: CueLight, Light: phase.Light})
		}
	}
	add(start+s.Length, Cue{Kind: CueAgain})
	slices.SortStableFunc(cues, func(a, b Cue) int { return int(a.In - b.In) })
	return cues
}
