package ui

import (
	"context"
	"image"
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
	"secondlook/app/policy"
	"secondlook/app/training"
	"secondlook/assets"
	"secondlook/platform/packfile"
	"secondlook/platform/scenariofile"
	"secondlook/store"
	"secondlook/ui/words"
	"secondlook/vision/scene"
)

const (
	adminBadge, adminPIN   = access.Badge("10077"), "maple-7429"
	patrolBadge, patrolPIN = access.Badge("20418"), "birch-5518"
)

var ctx = context.Background()

// evening is when the tests' patrol begins.
var evening = time.Date(2026, 11, 22, 21, 47, 8, 0, time.UTC)

// lists is what the fixture's terminal looks out for.
const lists = `plate,jurisdiction,category,source,agency,contact,reference,make,model,year,colour,note
CKLM8O4,CA-ON,stolen-vehicle,CPIC,Peel Regional Police,"Hotlist desk, 905-555-0118",24-118203,Honda,Civic,2019,Grey,
CKLM8O4,CA-ON,expired-plate,MTO,Ministry of Transportation,,,,,,,
CWTR415,CA-ON,suspended-driver,MTO,Ministry of Transportation,"Registrar, 416-555-0177",S-7741,Toyota,Corolla,2016,Blue,
CBDA112,CA-ON,expired-plate,MTO,Ministry of Transportation,,,Ford,Escape,2014,White,
CBDA113,CA-ON,expired-plate,MTO,Ministry of Transportation,,,Mazda,3,2011,Red,
`

// cars is a set of cameras whose pictures and reads the test decides.
type cars struct {
	mu     sync.Mutex
	onRead func(plate.Read)
	health []patrol.Health
	frame  *image.RGBA
	where  func() (plate.Box, bool) // of the next car's plate
	serial uint64
	asked  int
	ctx    context.Context
}

func (c *cars) Start(ctx context.Context, cameras []patrol.CameraSetting, _ plate.Jurisdiction, onRead func(plate.Read)) (patrol.Live, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ctx, c.onRead, c.health = ctx, onRead, nil
	for _, s := range cameras {
		c.health = append(c.health, patrol.Health{Name: s.Name, Side: s.Side, Connected: true, FPS: 15, LastFrame: evening, Frames: 900, Drops: 12})
	}
	return c, nil
}

func (c *cars) Health() []patrol.Health {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]patrol.Health(nil), c.health...)
}

func (c *cars) Latest(_ int, since uint64, _ image.Point) (*image.RGBA, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	if since >= c.serial {
		return nil, since
	}
	return c.frame, c.serial
}

func (c *cars) Wait() error {
	<-c.ctx.Done()
	return nil
}

func (c *cars) lose(i int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.health[i].Connected, c.health[i].Reconnects = false, 3
}

// evidence is the pictures of a read.
type evidence struct {
	plate, context image.Image
	where          func() (plate.Box, bool)
}

func (e evidence) Plate() (image.Image, error)   { return e.plate, nil }
func (e evidence) Context() (image.Image, error) { return e.context, nil }
func (evidence) Erase()                          {}

// Where implements [plate.Followed].
func (e evidence) Where() func() (plate.Box, bool) { return e.where }

// silent is a terminal without loudspeakers.
type silent struct{}

func (silent) Alert(policy.Tier) {}
func (silent) CameraLost()       {}
func (silent) PositionLost()     {}
func (silent) PositionBack()     {}
func (silent) CameraBack()       {}

// fixture is the UI over a real store, with a clock and cameras that the test moves.
type fixture struct {
	*UI
	t    *testing.T
	cars *cars
	kept *store.Store

	mu       sync.Mutex
	now      time.Time
	hops     []func()
	demos    int
	debriefs []training.Debrief
	desk     *desk
	speed    receiver

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
	f := &fixture{t: t, cars: &cars{}, desk: &desk{}, now: evening, speed: receiver{make(chan float64), make(chan bool)}, raised: make(chan struct{}, 16)}
	kept, err := store.Open(filepath.Join(t.TempDir(), "store.db"), store.Options{Now: f.clock, Rounds: 2})
	require.NoError(t, err)
	f.kept = kept
	text, err := assets.Policy("ontario")
	require.NoError(t, err)
	pack, err := packfile.Decode(text)
	require.NoError(t, err)
	parts := cruiser.Parts{Store: kept, Vision: f.cars, Pack: pack, Signals: silent{}, Training: s.training, Printer: f.desk, Locator: f.speed, Now: f.clock}
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
	report, err := c.ImportList(ctx, "CPIC", evening.Add(-3*time.Hour), strings.NewReader(lists))
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
	car := street(f.t).Cars[0]
	f.cars.mu.Lock()
	f.cars.frame, f.cars.serial = scene.Context(car, training.Dusk), f.cars.serial+1
	f.cars.mu.Unlock()
	f.live.Load().fetch()
	f.settle()
}

// see hands in the read of a plate, as the cameras would.
func (f *fixture) see(text plate.Text, camera string, change ...func(*plate.Read)) {
	f.t.Helper()
	picture := scene.Plate(text, "CA-ON", 640)
	r := plate.Read{Camera: camera, At: f.clock(), Text: text, Confidence: 0.964, Jurisdiction: "CA-ON", Basis: plate.BasisRead,
		Frames: 9, Second: plate.Opinion{Verdict: plate.Agrees, Text: text}}
	for i := range text {
		r.Characters = append(r.Characters, plate.Character{Char: text[i], Confidence: 0.98, Centre: centres[i]})
	}
	for _, c := range change {
		c(&r)
	}
	car := street(f.t).Cars[0]
	car.Plate, car.Jurisdiction = text, "CA-ON"
	r.Evidence = evidence{picture, scene.Context(car, training.Dusk), f.cars.where}
	f.cars.onRead(r)
	select {
	case <-f.raised: // hits are raised, and their pictures redacted, beside the reading
	case <-time.After(time.Minute):
		f.t.Fatal("the hit was not raised")
	}
	f.settle()
}

// centres is where the seven characters of an Ontario plate stand, as scene draws it.
var centres = []float64{0.083, 0.217, 0.335, 0.446, 0.681, 0.802, 0.921}

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
