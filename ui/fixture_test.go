package ui

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/training"
	"secondlook/assets"
	"secondlook/platform/packfile"
	"secondlook/platform/scenariofile"
	"secondlook/store"
	"secondlook/ui/gallery/props"
	"secondlook/ui/words"
)

const (
	adminBadge, adminPIN   = access.Badge("10077"), "maple-7429"
	patrolBadge, patrolPIN = access.Badge("20418"), "birch-5518"
)

var ctx = context.Background()

// evening is when the tests' patrol begins.
var evening = props.Evening

// fixture is the UI over a real store, with a clock and cameras that the test moves.
type fixture struct {
	*UI
	t    *testing.T
	cars *props.Cameras
	kept *store.Store

	mu       sync.Mutex
	now      time.Time
	hops     []func()
	demos    int
	debriefs []training.Debrief
	desk     *desk
	speed    props.Receiver
	where    func() (plate.Box, bool) // of the next car's plate

	raised chan struct{} // one for each hit that the window was told of
}

type setting struct {
	size     fyne.Size
	language string
	palette  string
	training bool
	bare     bool // nothing is set up
	receiver bool // the car knows its speed
}

func newFixture(t *testing.T, s setting) *fixture {
	t.Helper()
	app := test.NewTempApp(t)
	f := &fixture{t: t, cars: &props.Cameras{}, desk: &desk{}, now: evening, speed: props.NewReceiver(), raised: make(chan struct{}, 16)}
	kept, err := store.Open(filepath.Join(t.TempDir(), "store.db"), store.Options{Now: f.clock, Rounds: 2})
	require.NoError(t, err)
	f.kept = kept
	text, err := assets.Policy("ontario")
	require.NoError(t, err)
	pack, err := packfile.Decode(text)
	require.NoError(t, err)
	parts := cruiser.Parts{Store: kept, Vision: f.cars, Pack: pack, Signals: props.Silence{}, Training: s.training, Printer: f.desk, Locator: f.speed, Now: f.clock}
	if s.training {
		parts.Stage = f.stage()
	}
	c, err := cruiser.New(parts)
	require.NoError(t, err)
	if s.size.Width == 0 {
		s.size = fyne.NewSize(1280, 800)
	}
	if !s.bare {
		f.setUp(c, s)
	}
	f.UI = New(app, c, Options{Language: "en", Palette: s.palette, Width: s.size.Width, Height: s.size.Height, StartDemo: func() { f.demos++ }})
	f.UI.do = f.hop
	f.UI.background = func(work func()) { work() }
	f.forget()
	f.forget = c.Subscribe(func(topic cruiser.Topic) {
		f.told(topic)
		if topic == cruiser.PictureAdded {
			f.raised <- struct{}{}
		}
	})
	f.win.Resize(s.size)
	t.Cleanup(func() {
		f.forget()
		f.cancel()
		require.NoError(t, c.Close())
		f.win.Close()
		words.Use(words.English)
	})
	return f
}

// setUp makes a terminal with lists, two cameras and an officer.
func (f *fixture) setUp(c *cruiser.Cruiser, s setting) {
	require.NoError(f.t, c.SetUp(ctx, cruiser.FirstPerson{Terminal: "Car 4127", Service: "Example Police Service",
		Name: "A. Administrator", Badge: adminBadge, Secret: adminPIN,
		Agreed: c.Pack().Agreement.Version, Trained: evening.AddDate(0, -2, 0), Course: "ALPR for administrators"}))
	settings := c.Settings()
	settings.Region, settings.Language, settings.Palette = "CA-ON", s.language, s.palette
	if settings.Language == "" {
		settings.Language = "en"
	}
	if settings.Palette == "" {
		settings.Palette = "night"
	}
	settings.Cameras = []patrol.CameraSetting{{Name: "Front left", Source: "a", Side: "front-left"}, {Name: "Front right", Source: "b", Side: "front-right"}}
	if s.receiver {
		settings.Position = "gpsd://localhost"
	}
	require.NoError(f.t, c.ChangeSettings(ctx, settings, "fitting out"))
	report, err := c.ImportList(ctx, "CPIC", evening.Add(-3*time.Hour), strings.NewReader(props.List))
	require.NoError(f.t, err)
	require.Empty(f.t, report.Refused)
	const first = "hornbeam-2201"
	require.NoError(f.t, c.Register(ctx, "P. Officer", patrolBadge, []access.Role{access.Patrol, access.Supervisor}, first))
	people, err := c.People(ctx)
	require.NoError(f.t, err)
	for _, p := range people {
		if p.Badge == patrolBadge {
			require.NoError(f.t, c.RecordTraining(ctx, p.ID, evening.AddDate(0, -1, 0), "ALPR basics"))
		}
	}
	require.NoError(f.t, c.SignOut(ctx))
	require.NoError(f.t, c.SignIn(ctx, patrolBadge, first))
	require.NoError(f.t, c.ChangeSecret(ctx, first, patrolPIN))
	require.NoError(f.t, c.AcceptAgreement(ctx, c.Pack().Agreement.Version))
	require.NoError(f.t, c.SignOut(ctx))
}

func (f *fixture) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// hop keeps what other goroutines want done on Fyne's, which here is the test's.
func (f *fixture) hop(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hops = append(f.hops, do)
}

// settle does all that was hopped.
func (f *fixture) settle() {
	f.t.Helper()
	for range 200 {
		f.mu.Lock()
		hops := f.hops
		f.hops = nil
		f.mu.Unlock()
		if len(hops) == 0 {
			return
		}
		for _, do := range hops {
			do()
		}
	}
	f.t.Fatal("the window never comes to rest")
}

// pass lets time go by.
func (f *fixture) pass(d time.Duration) {
	f.mu.Lock()
	f.now = f.now.Add(d)
	f.mu.Unlock()
	f.tick()
	f.settle()
}

// signIn signs the officer in and begins the patrol.
func (f *fixture) signIn() {
	f.t.Helper()
	require.NoError(f.t, f.c.SignIn(ctx, patrolBadge, patrolPIN))
	f.settle()
}

func (f *fixture) startPatrol() {
	f.t.Helper()
	f.signIn()
	require.NoError(f.t, f.c.StartPatrol(ctx))
	f.settle()
}

// drive gives every tile a picture.
func (f *fixture) drive() {
	f.t.Helper()
	f.cars.Show(street(f.t).Cars[0], f.clock())
	f.live.Load().fetch()
	f.settle()
}

// see hands in the read of a plate, as the cameras would.
func (f *fixture) see(text plate.Text, camera string, change ...func(*plate.Read)) {
	f.t.Helper()
	r := props.Read(text, camera, f.clock(), street(f.t).Cars[0])
	for _, c := range change {
		c(&r)
	}
	pictures := r.Evidence.(props.Evidence)
	pictures.Box = f.where
	r.Evidence = pictures
	f.cars.OnRead(r)
	select {
	case <-f.raised: // hits are raised, and their pictures redacted, beside the reading
	case <-time.After(time.Minute):
		f.t.Fatal("the hit was not raised")
	}
	f.settle()
}

// states returns the states of all hits in the car, newest first.
func (f *fixture) states() (states []hit.State) {
	f.t.Helper()
	hits, err := f.c.Hits(ctx)
	require.NoError(f.t, err)
	for _, h := range hits {
		states = append(states, h.State)
	}
	return states
}

// street is the scenario that demo mode plays.
func street(t testing.TB) *training.Scenario {
	t.Helper()
	s, err := scenariofile.BuiltIn(scenariofile.Standard)
	require.NoError(t, err)
	return s
}
