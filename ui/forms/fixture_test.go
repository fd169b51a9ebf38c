package forms

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/assets"
	"secondlook/platform/packfile"
	"secondlook/store"
	"secondlook/ui/gallery/props"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// The people of the tests.
const (
	adminBadge, adminPIN           = "40417", "maple-7429"
	officerBadge, officerPIN       = "20418", "birch-5518"
	supervisorBadge, supervisorPIN = "31007", "cedar-9036"
)

var start = props.Evening

// terminal is a cruiser over the real store, shown in a window of Fyne's test
// driver. Long work runs in place, so that a test sees its end.
type terminal struct {
	*cruiser.Cruiser
	t      *testing.T
	store  *store.Store
	parts  cruiser.Parts
	folder string // of the store
	window fyne.Window
	passed atomic.Int64 // nanoseconds since start; the terminal's own work reads it too
	dock   *props.Station
	lens   *lens

	// What the screens asked of the navigator.
	shown  []string
	toasts []string
	backs  int
	// parked holds long work back while park is set.
	park   bool
	parked []func(context.Context)
}

var (
	_ Navigator = (*terminal)(nil)
	_ Worker    = (*terminal)(nil)
)

// at is the terminal's clock, pass lets time go by.
func (t *terminal) at() time.Time        { return start.Add(time.Duration(t.passed.Load())) }
func (t *terminal) pass(d time.Duration) { t.passed.Add(int64(d)) }

func (t *terminal) Home()               { t.shown = append(t.shown, "home") }
func (t *terminal) Back()               { t.backs++ }
func (t *terminal) Show(s string)       { t.shown = append(t.shown, s) }
func (t *terminal) Window() fyne.Window { return t.window }
func (t *terminal) Toast(s string)      { t.toasts = append(t.toasts, s) }
func (t *terminal) Work(do func(context.Context)) {
	if t.park {
		t.parked = append(t.parked, do)
		return
	}
	do(context.Background())
}

func newTerminal(t *testing.T, o ...func(*terminalOptions)) *terminal {
	t.Helper()
	opts := terminalOptions{palette: theme.Night, language: words.English, size: fyne.NewSize(1280, 800)}
	for _, set := range o {
		set(&opts)
	}
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(opts.palette))
	words.Use(opts.language)
	t.Cleanup(func() { words.Use(words.English) })
	term := &terminal{t: t, dock: &props.Station{}, lens: &lens{}, folder: t.TempDir()}
	packs := cruiser.Packs{Decode: packfile.Decode, BuiltIn: func(id string) ([]byte, bool) {
		text, err := assets.Policy(id)
		return text, err == nil
	}}
	text, _ := packs.BuiltIn("ontario")
	pack, err := packs.Decode(text)
	require.NoError(t, err)
	if opts.pack != nil {
		opts.pack(pack)
	}
	if opts.signals == nil {
		opts.signals = props.Silence{}
	}
	term.parts = cruiser.Parts{Vision: term.lens, Pack: pack, Packs: packs, Signals: opts.signals, Keys: opts.keys,
		Dock: func([]byte) (shift.Dock, error) { return term.dock, nil }, Training: opts.training, Now: term.at}
	term.start()
	t.Cleanup(func() { require.NoError(t, term.Close()) })
	term.window = test.NewTempWindow(t, widgets.NewStack())
	term.window.SetPadded(false)
	term.window.Resize(opts.size)
	return term
}

// start opens the store and makes the cruiser over it.
func (t *terminal) start() {
	t.t.Helper()
	var err error
	t.store, err = store.Open(filepath.Join(t.folder, "second.db"), store.Options{Rounds: 1, Now: t.at})
	require.NoError(t.t, err)
	t.parts.Store = t.store
	t.Cruiser, err = cruiser.New(t.parts)
	require.NoError(t.t, err)
}

// terminalOptions are how a terminal of the tests looks and speaks.
type terminalOptions struct {
	keys     cruiser.KeyStore
	training bool
	palette  theme.Palette
	language string
	size     fyne.Size
	pack     func(*policy.Pack) // changes the policy; nil for none
	signals  cruiser.Signals    // nil for a terminal without loudspeakers
}

func english(o *terminalOptions) { o.language = words.English }
func french(o *terminalOptions)  { o.language = words.French }
func day(o *terminalOptions)     { o.palette = theme.Day }
func training(o *terminalOptions) {
	o.training = true
}

// open puts a screen into the window.
func (t *terminal) open(screen fyne.CanvasObject) {
	t.window.SetContent(container.NewStack(ground(), screen))
	screen.Refresh()
}

// firstAdministrator is who sets the terminals of the tests up.
func firstAdministrator(c *cruiser.Cruiser) cruiser.FirstPerson {
	return cruiser.FirstPerson{Terminal: "Car 4127", Service: "Exampleville Police", Name: "Dana Whitfield", Badge: adminBadge, Secret: adminPIN,
		Agreed: c.Pack().Agreement.Version, Trained: start.AddDate(0, -2, 0), Course: "ALPR for administrators"}
}

// firstPIN is what an administrator gives.
const firstPIN = "hornbeam-2201"

// populate sets the terminal up, with an officer and a supervisor who have all that
// the policy asks for, and leaves it signed out.
func (t *terminal) populate() {
	ctx := context.Background()
	require.NoError(t.t, t.SetUp(ctx, firstAdministrator(t.Cruiser)))
	t.enlist("Alex Tremblay", officerBadge, officerPIN, access.Patrol)
	t.enlist("Morgan Iroquois-Lafleur", supervisorBadge, supervisorPIN, access.Supervisor)
	require.NoError(t.t, t.SignOut(ctx))
}

// enlist registers a person, who then does what the policy asks of them; the
// administrator stays signed in.
func (t *terminal) enlist(name access.Name, badge access.Badge, pin string, roles ...access.Role) {
	t.t.Helper()
	ctx := context.Background()
	require.NoError(t.t, t.Register(ctx, name, badge, roles, firstPIN))
	require.NoError(t.t, t.RecordTraining(ctx, t.person(string(badge)).ID, start.AddDate(0, -1, 0), "ALPR basics"))
	t.signIn(string(badge), firstPIN)
	require.NoError(t.t, t.ChangeSecret(ctx, firstPIN, pin))
	require.NoError(t.t, t.AcceptAgreement(ctx, t.Pack().Agreement.Version))
	t.signIn(adminBadge, adminPIN)
}

// person is somebody's record.
func (t *terminal) person(badge string) access.Person {
	t.t.Helper()
	people, err := t.store.People(context.Background())
	require.NoError(t.t, err)
	for _, p := range people {
		if string(p.Badge) == badge {
			return p
		}
	}
	require.Fail(t.t, "no such person")
	return access.Person{}
}

func (t *terminal) signIn(badge, pin string) {
	if _, ok := t.Session(); ok {
		require.NoError(t.t, t.SignOut(context.Background()))
	}
	require.NoError(t.t, t.SignIn(context.Background(), access.Badge(badge), pin))
}

// enrol gives the terminal a station.
func (t *terminal) enrol() {
	t.signIn(adminBadge, adminPIN)
	s := t.Settings()
	s.Bundle = []byte("bundle")
	require.NoError(t.t, t.ChangeSettings(context.Background(), s, "new terminal"))
}

// propose puts up a manual entry by who is signed in.
func (t *terminal) propose(text, category string, days int) entry.Entry {
	k, ok := t.Pack().Category(category)
	require.True(t.t, ok)
	e := entry.Entry{Plate: plate.Text(text), Jurisdiction: "CA-ON", Category: category, Reason: "Seen leaving a break-in on King Street",
		FileNumber: "26-118203", Expires: t.at().AddDate(0, 0, days), Distribution: k.Distribution[0], Make: "Honda", Model: "Civic", Colour: "Grey"}
	if k.Descriptors {
		e.Descriptors = "Tall, red beard, glasses"
	}
	made, err := t.Propose(context.Background(), e)
	t.pass(time.Minute) // entries of one millisecond have no order
	require.NoError(t.t, err)
	return made
}

// raise puts hits in every state into the store; somebody must be signed in. They
// are seen after the next sign-in.
func (t *terminal) raise() {
	for _, h := range props.Hits(access.Officer{ID: "x", Name: "Alex Tremblay", Badge: officerBadge, Roles: []access.Role{access.Patrol}}) {
		require.NoError(t.t, t.store.Raise(context.Background(), h, props.Pictures(h), audit.Event{At: h.RaisedAt, Act: audit.HitRaised, Object: h.ID, Outcome: "ok"}))
	}
}
