package shift

import (
	"cmp"
	"slices"
	"time"

	"secondlook/app/hit"
)

// Statistics are counts only: no plate, name or position can be told from them
// (IPC, Reviews and audits; FL 7b).
type Statistics struct {
	// Reads are plates read and NonHits those that matched nothing and were erased.
	Reads, NonHits uint64
	HitsByCategory map[string]uint64
	// Verdicts counts every verdict given, destroyed hits included, and the hits
	// that nobody judged before the shift ended.
	Verdicts map[hit.State]uint64
	// ToVerdict is how long alerts waited for the officer's verdict: see [Waits].
	ToVerdict Histogram
	// Stops are confirmed hits after which the vehicle was stopped: those where the
	// driver was told, or was not told for one of the policy's reasons.
	Stops           uint64
	NoticesGiven    uint64
	NoticesNotGiven uint64
	// NotGivenBy counts the notices not given by the policy's reason.
	NotGivenBy map[string]uint64
	// NoStops are confirmed hits without a stop.
	NoStops uint64
	// Outcomes counts finished hits by the policy's code.
	Outcomes map[string]uint64
	// Frames were captured; FramesDropped came when the reader was busy.
	Frames, FramesDropped uint64
	// Cameras is how long each camera was up, by its name.
	Cameras map[string]CameraTime
	// Lists are the lists in force when the deployment began, by name.
	Lists           []ListAge
	EntriesProposed uint64
	EntriesReported uint64 // as looking wrong
	Searches        uint64
	// Syncs counts syncs that went through while the deployment ran, SyncsFailed
	// those that did not, until the station had the record.
	Syncs, SyncsFailed uint64
}

// CameraTime is how long a camera was to run and how long its frames came.
type CameraTime struct {
	Run, Up time.Duration
	// Losses counts how often it was lost while it ran.
	Losses uint64
}

// ListAge is how old a list was when a deployment began.
type ListAge struct {
	Name string
	Age  time.Duration
	// Old is set where that was past the policy's limit.
	Old bool
}

// Waits are the upper limits of a [Histogram]'s classes; the last class has none.
var Waits = [...]time.Duration{5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute}

// Histogram counts lengths of time by class: up to each of [Waits], and longer.
type Histogram [len(Waits) + 1]uint64

// Count adds a length of time.
func (h *Histogram) Count(d time.Duration) {
	i, _ := slices.BinarySearch(Waits[:], d)
	h[i]++
}

// Total is how many were counted.
func (h Histogram) Total() (n uint64) {
	for _, c := range h {
		n += c
	}
	return n
}

// Add sums another shift's counts into s.
func (s *Statistics) Add(o Statistics) {
	for _, sum := range []struct {
		to   *uint64
		from uint64
	}{
		{&s.Reads, o.Reads}, {&s.NonHits, o.NonHits}, {&s.Stops, o.Stops},
		{&s.NoticesGiven, o.NoticesGiven}, {&s.NoticesNotGiven, o.NoticesNotGiven}, {&s.NoStops, o.NoStops},
		{&s.Frames, o.Frames}, {&s.FramesDropped, o.FramesDropped},
		{&s.EntriesProposed, o.EntriesProposed}, {&s.EntriesReported, o.EntriesReported}, {&s.Searches, o.Searches},
		{&s.Syncs, o.Syncs}, {&s.SyncsFailed, o.SyncsFailed},
	} {
		*sum.to += sum.from
	}
	add(&s.HitsByCategory, o.HitsByCategory)
	add(&s.Verdicts, o.Verdicts)
	add(&s.NotGivenBy, o.NotGivenBy)
	add(&s.Outcomes, o.Outcomes)
	for i, n := range o.ToVerdict {
		s.ToVerdict[i] += n
	}
	for name, t := range o.Cameras {
		s.CountCamera(name, t)
	}
	s.Lists = append(s.Lists, o.Lists...)
}

// count adds n to a key of a map that may still be nil.
func count[K ~string](m *map[K]uint64, key K, n uint64) {
	if *m == nil {
		*m = map[K]uint64{}
	}
	(*m)[key] += n
}

func add[K ~string](m *map[K]uint64, from map[K]uint64) {
	for key, n := range from {
		count(m, key, n)
	}
}

// CountHit adds n hits of a category.
func (s *Statistics) CountHit(category string, n uint64) { count(&s.HitsByCategory, category, n) }

// CountVerdict adds n verdicts.
func (s *Statistics) CountVerdict(v hit.State, n uint64) { count(&s.Verdicts, v, n) }

// CountOutcome adds a finished hit.
func (s *Statistics) CountOutcome(code string) { count(&s.Outcomes, code, 1) }

// CountNotGiven adds a notice that was not given, with the policy's reason.
func (s *Statistics) CountNotGiven(reason string) {
	s.NoticesNotGiven++
	s.Stops++
	count(&s.NotGivenBy, reason, 1)
}

// CountCamera adds to a camera's times.
func (s *Statistics) CountCamera(name string, t CameraTime) {
	if s.Cameras == nil {
		s.Cameras = map[string]CameraTime{}
	}
	sum := s.Cameras[name]
	sum.Run, sum.Up, sum.Losses = sum.Run+t.Run, sum.Up+t.Up, sum.Losses+t.Losses
	s.Cameras[name] = sum
}

// Hits is how many hits there were.
func (s Statistics) Hits() (n uint64) {
	for _, c := range s.HitsByCategory {
		n += c
	}
	return n
}

// Judged is how many alerts an officer compared and gave a verdict on.
func (s Statistics) Judged() uint64 {
	return s.Verdicts[hit.Confirmed] + s.Verdicts[hit.Misread] + s.Verdicts[hit.WrongJurisdiction]
}

// MisreadRate is the share of judged alerts that were misread or had the wrong
// province or state, 0 to 1; ok is false where none was judged.
func (s Statistics) MisreadRate() (rate float64, ok bool) {
	wrong := s.Verdicts[hit.Misread] + s.Verdicts[hit.WrongJurisdiction]
	if s.Judged() == 0 {
		return 0, false
	}
	return float64(wrong) / float64(s.Judged()), true
}

// UpTime is the share of the cameras' time in which their frames came, 0 to 1; ok
// is false where none ran.
func (s Statistics) UpTime() (share float64, ok bool) {
	var run, up time.Duration
	for _, c := range s.Cameras {
		run, up = run+c.Run, up+c.Up
	}
	if run == 0 {
		return 0, false
	}
	return float64(up) / float64(run), true
}

// OldestList is the oldest list in force when the deployment began; ok is false
// where there was none.
func (s Statistics) OldestList() (l ListAge, ok bool) {
	if len(s.Lists) == 0 {
		return ListAge{}, false
	}
	return slices.MaxFunc(s.Lists, func(a, b ListAge) int {
		return cmp.Or(cmp.Compare(a.Age, b.Age), cmp.Compare(b.Name, a.Name))
	}), true
}
