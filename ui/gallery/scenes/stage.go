package scenes

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/patrol"
	"secondlook/app/shift"
	"secondlook/assets"
	"secondlook/platform/packfile"
	"secondlook/store"
	"secondlook/ui"
	"secondlook/ui/gallery/props"
	"secondlook/ui/theme"
	"secondlook/ui/words"
)

// person is somebody who works with the terminals of the scenes.
type person struct {
	name  access.Name
	badge access.Badge
	pin   string
	roles []access.Role
}

// Who works with the terminals. The names are invented.
var (
	administrator = person{"Dana Whitfield", "40417", "maple-7429", []access.Role{access.Administrator}}
	officer       = person{"Alex Tremblay", "20418", "birch-5518", []access.Role{access.Patrol}}
	supervisor    = person{"Morgan Iroquois-Lafleur", "31007", "cedar-9036", []access.Role{access.Supervisor}}
	auditor       = person{"Rae Fontaine", "50090", "alder-3318", []access.Role{access.Auditor}}
	trainer       = person{"Sam Okafor", "60311", "larch-8127", []access.Role{access.Trainer}}
)

// firstPIN is what an administrator gives.
const firstPIN = "hornbeam-2201"

// evening is when the scenes begin, in UTC.
var evening = props.Evening

// usual is the size at which a scene plays.
var usual = Sizes[0]

// Stage is a terminal and its window. The first step that fails ends the scene: those
// after it do nothing.
type Stage struct {
	*ui.Still
	// Car is the terminal behind the window.
	Car *cruiser.Cruiser

	look   Look
	shoot  Shooter
	err    error
	app    fyne.App
	store  *store.Store
	cars   *props.Cameras
	desk   *desk
	dock   *props.Station
	vault  *vault
	speed  props.Receiver
	passed atomic.Int64 // since evening
	raised chan struct{}
	news   chan struct{} // something changed
	folder string
	window fyne.Window // of a scene that has another one
	parts  cruiser.Parts
}

var ctx = context.Background()

func newStage(folder string, setup Setup, look Look, shoot Shooter) (*Stage, error) {
	s := &Stage{look: look, shoot: shoot, folder: folder, app: test.NewApp(), cars: &props.Cameras{}, desk: &desk{}, dock: &props.Station{},
		speed: props.NewReceiver(), raised: make(chan struct{}, 64), news: make(chan struct{}, 1)}
	words.Use(look.Language)
	packs := cruiser.Packs{Decode: packfile.Decode, BuiltIn: func(id string) ([]byte, bool) {
		text, err := assets.Policy(id)
		return text, err == nil
	}}
	text, _ := packs.BuiltIn("ontario")
	pack, err := packs.Decode(text)
	if err != nil {
		return nil, err
	}
	if setup.Pack != nil {
		setup.Pack(pack)
	}
	s.parts = cruiser.Parts{Vision: s.cars, Pack: pack, Packs: packs, Signals: props.Silence{}, Printer: s.desk, Training: setup.Training, Now: s.now}
	if !setup.Training {
		s.parts.Dock = func([]byte) (shift.Dock, error) { return s.dock, nil }
	}
	if setup.Voice {
		s.parts.Signals = props.Voice{}
	}
	if setup.Keys {
		s.parts.Keys = &props.KeyStore{}
	}
	if setup.Receiver {
		s.parts.Locator = s.speed
	}
	s.parts.Lasting = setup.Line
	if setup.Training {
		s.parts.Stage, err = s.play()
		s.fail(err)
	}
	if err := s.start(); err != nil {
		return nil, err
	}
	if !setup.Bare {
		s.populate(setup)
	}
	s.open()
	return s, s.err
}

// start opens the store and makes the terminal over it.
func (s *Stage) start() (err error) {
	if s.store, err = store.Open(filepath.Join(s.folder, "terminal.db"), store.Options{Rounds: 1, Now: s.now}); err != nil {
		return err
	}
	s.vault = &vault{Store: s.store}
	s.parts.Store = s.vault
	s.Car, err = cruiser.New(s.parts)
	return err
}

// open opens the window.
func (s *Stage) open() {
	s.Still = ui.NewStill(s.app, s.Car, ui.Options{Language: s.look.Language, Palette: s.look.Palette,
		Width: usual.Width, Height: usual.Height, StartDemo: func() {}}, func(t cruiser.Topic) {
		if t == cruiser.PictureAdded {
			s.raised <- struct{}{}
		}
		select {
		case s.news <- struct{}{}:
		default:
		}
	})
	s.Window().Resize(usual)
	s.settle()
}

// Restart ends the terminal as a failure of power would, and starts it again.
func (s *Stage) Restart() {
	if s.err != nil {
		return
	}
	s.Stop()
	if err := s.Car.Close(); err != nil {
		s.fail(err)
		return
	}
	if err := s.start(); err != nil {
		s.fail(err)
		return
	}
	_, err := s.Car.Resume(ctx)
	s.fail(err)
	s.open()
}

func (s *Stage) close() {
	if s.Still != nil {
		s.Stop()
	}
	if s.Car != nil {
		s.fail(s.Car.Close())
	}
	s.app.Quit()
	words.Use(words.English)
}

// populate sets the terminal up.
func (s *Stage) populate(setup Setup) {
	c := s.Car
	s.fail(c.SetUp(ctx, cruiser.FirstPerson{Terminal: "Car 4127", Service: "Exampleville Police", Name: administrator.name, Badge: administrator.badge,
		Secret: administrator.pin, Agreed: c.Pack().Agreement.Version, Trained: evening.AddDate(0, -2, 0), Course: "ALPR for administrators"}))
	settings := c.Settings()
	settings.Region, settings.Language, settings.Palette = "CA-ON", s.look.Language, s.look.Palette
	if s.parts.Dock != nil {
		settings.Bundle = []byte("bundle")
	}
	if setup.Receiver {
		settings.Position = "gpsd://localhost"
	}
	names := setup.Cameras
	if names == nil {
		names = []string{"Front left", "Front right"}
	}
	for i, name := range names {
		settings.Cameras = append(settings.Cameras, patrol.CameraSetting{Name: name, Source: fmt.Sprintf("/dev/video%d", i), Side: sides[i%len(sides)]})
	}
	s.fail(c.ChangeSettings(ctx, settings, "fitting out"))
	s.importList()
	for _, p := range []person{officer, supervisor, auditor, trainer} {
		s.enlist(p)
	}
	s.fail(c.SignOut(ctx))
}

var sides = []string{"front-left", "front-right", "rear", "left", "right", "front"}

// register registers a person, to whom the administrator gives a first PIN.
func (s *Stage) register(p person) {
	s.fail(s.Car.Register(ctx, p.name, p.badge, p.roles, firstPIN))
}

// enlist registers a person, who then does what the policy asks of them; the
// administrator stays signed in.
func (s *Stage) enlist(p person) {
	c := s.Car
	s.register(p)
	s.fail(c.RecordTraining(ctx, s.record(p.badge).ID, evening.AddDate(0, -1, 0), "ALPR basics"))
	s.fail(c.SignOut(ctx))
	s.fail(c.SignIn(ctx, p.badge, firstPIN))
	s.fail(c.ChangeSecret(ctx, firstPIN, p.pin))
	s.fail(c.AcceptAgreement(ctx, c.Pack().Agreement.Version))
	s.fail(c.SignOut(ctx))
	s.fail(c.SignIn(ctx, administrator.badge, administrator.pin))
}

// record is what the store has of a person.
func (s *Stage) record(badge access.Badge) access.Person {
	people, err := s.store.People(ctx)
	s.fail(err)
	for _, p := range people {
		if p.Badge == badge {
			return p
		}
	}
	s.fail(errors.New("no such person"))
	return access.Person{}
}

// fail notes the first fault.
func (s *Stage) fail(err error) {
	if s.err == nil && err != nil {
		s.err = err
	}
}

func (s *Stage) now() time.Time { return evening.Add(time.Duration(s.passed.Load())) }

// until waits until something is so that the terminal finds out beside the window.
func (s *Stage) until(what string, so func() bool) {
	late := time.After(time.Minute)
	for s.err == nil && !so() {
		select {
		case <-s.news:
		case <-late:
			s.fail(errors.New(what + " does not come"))
		}
	}
	s.settle()
}

func (s *Stage) settle() {
	if s.err == nil {
		s.fail(s.Settle())
	}
}

// Pass lets time go by.
func (s *Stage) Pass(d time.Duration) {
	if s.err != nil {
		return
	}
	s.passed.Add(int64(d))
	s.fail(s.Beat())
}

// Window is what the scene shows.
func (s *Stage) Window() fyne.Window {
	if s.window != nil {
		return s.window
	}
	return s.Still.Window()
}

// SignIn signs a person in, whoever was before.
func (s *Stage) SignIn(p person) {
	if s.err != nil {
		return
	}
	if _, in := s.Car.Session(); in {
		s.fail(s.Car.SignOut(ctx))
	}
	s.fail(s.Car.SignIn(ctx, p.badge, p.pin))
	s.settle()
}

// Shoot takes a picture of the window.
func (s *Stage) Shoot(name string) {
	if s.err != nil {
		return
	}
	s.fresh()
	s.Window().Canvas().Unfocus()
	if err := s.shoot(s, name); err != nil {
		s.fail(fmt.Errorf("%s: %w", name, err))
	}
	s.Resize(usual)
}

// Resize gives the window a size.
func (s *Stage) Resize(size fyne.Size) {
	if s.Window().Canvas().Size() != size {
		s.Window().Resize(size)
		s.settle()
		s.fresh()
	}
	s.settle()
}

// fresh has the cameras that are there give another picture, of now.
func (s *Stage) fresh() {
	s.settle()
	if s.err == nil && s.window == nil && s.cars.Renew(s.now()) {
		s.Changed(cruiser.CamerasChanged)
		s.fail(s.Beat())
		s.settle()
	}
}

// Look is the language and palette of the scene.
func (s *Stage) Look() Look { return s.look }

// dressed gives a window of its own the scene's palette.
func (s *Stage) dressed() {
	s.app.Settings().SetTheme(theme.New(theme.PaletteFor(s.look.Palette, s.now())))
}

// event is an act that a scene puts into the store, as if it had happened before.
func event(act audit.Act, object string) audit.Event {
	return audit.Event{At: evening, Act: act, Object: object, Outcome: "ok"}
}
