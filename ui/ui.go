// Package ui is the window of the terminal in the car: the patrol with its live
// pictures and its queue, the alerts, and the steps after them. It shows what
// package cruiser knows and sends it what people want; no rule lives here.
//
// Everything here runs on Fyne's own goroutine but what is handed to [UI.work];
// what the terminal tells, from any goroutine, hops over in [UI.told].
package ui

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/forms"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// Options are what main decides.
type Options struct {
	// StartDemo leaves this window and starts the demo; nil where there is none.
	StartDemo func()
	// Closed is called after the window's workers have ended, before it closes.
	Closed func()
	// Language is spoken before anybody has signed in, "en" or "fr"; empty is the
	// system's.
	Language string
	// Palette is shown before anybody has signed in: "night", "day" or "auto".
	Palette string
	// Width and Height are the window's first size; zero is 1280 by 800.
	Width, Height float32
	// FullScreen is for a terminal that does nothing else.
	FullScreen bool
	// Painted is told of each time that a screen that changed, or pictures of the
	// cameras, were painted; nil tells nobody. It runs on Fyne's goroutine.
	Painted func(Paint)
}

// beatEvery is how often a screen learns that time passes.
const beatEvery = time.Second / 15

// UI is one window on one terminal.
type UI struct {
	app  fyne.App
	c    *cruiser.Cruiser
	opts Options
	win  fyne.Window

	root   *fyne.Container // shell below, toast above
	shell  *shell
	toast  *toast
	stack  []screen
	parked []screen    // what was open when the screen was locked
	who    string      // id of the officer for whom the screens were made
	need   access.Need // what that officer needed then
	judged time.Time   // when it was last asked whether to lock

	palette string          // set by hand for this run, "" for the setting's
	driving *moving         // nil while the car stands, or a passenger is declared
	later   map[string]bool // hits put off in this session
	opening string          // id of the hit that is being loaded
	scored  map[string]bool // scripted hits of which the trainee was told
	since   time.Time       // when the screen on top came into view

	ctx     context.Context
	cancel  context.CancelFunc
	workers sync.WaitGroup
	forget  func() // ends the subscription
	topics  atomic.Uint32
	focused atomic.Bool
	live    atomic.Pointer[tiles] // the camera tiles on screen, nil for none
	paints  *paints
	painted chan Paint // for [UI.feed]
	hurry   hurry
	toolkit string        // the language that Fyne speaks
	drawn   atomic.Uint64 // pictures of cameras

	// do hops to Fyne's goroutine, background starts work beside it; see [Still].
	do         func(func())
	background func(func())
}

// screen is one full screen on the stack.
type screen interface {
	// object is what is shown.
	object() fyne.CanvasObject
	// queue reports whether the queue stays beside it.
	queue() bool
}

// The further things that a screen may want to know.
type (
	// follower is told what changed.
	follower interface{ changed(cruiser.Topic) }
	// ticker is called about fifteen times a second while it is on top.
	ticker interface{ tick(now time.Time) }
	// keyed takes keys that no field wants; it reports whether it had a use for one.
	keyed interface{ key(r rune) bool }
	// viewed is told whenever the screen comes into view.
	viewed interface{ viewed(now time.Time) }
	// leaver decides what Esc does.
	leaver interface{ leave() }
)

// New makes the window; [UI.Show] opens it.
func New(app fyne.App, c *cruiser.Cruiser, opts Options) *UI {
	return open(app, c, opts, fyne.Do, nil)
}

// open makes the window; without background, work runs on goroutines of its own.
func open(app fyne.App, c *cruiser.Cruiser, opts Options, do, background func(func())) *UI {
	u := &UI{app: app, c: c, opts: opts, later: map[string]bool{}, scored: map[string]bool{}, painted: make(chan Paint, 1), do: do, background: background}
	u.ctx, u.cancel = context.WithCancel(context.Background())
	if u.background == nil {
		u.background = func(f func()) { u.workers.Go(f) }
	}
	u.opts.Language = spoken(u.opts.Language)
	u.dress()
	title := "SecondLook"
	if widgets.Train(c.Training()); c.Training() {
		title += " · " + words.In(words.English, "training") + " · " + words.In(words.French, "training")
	}
	u.win = app.NewWindow(title)
	u.win.SetIcon(theme.AppIcon())
	u.win.SetPadded(false)
	u.shell = newShell(u)
	u.toast = newToast(u.shell)
	u.paints = newPaints(u.current, u.paintingDone)
	u.root = container.NewStack(container.New(u.paints, u.paints.below), u.shell.object, u.toast.object, container.New(u.paints, u.paints.above))
	if u.win.SetContent(u.root); c.Training() {
		u.win.SetContent(widgets.NewFrame(u.root))
	}
	u.keys()
	if opts.Width == 0 || opts.Height == 0 {
		opts.Width, opts.Height = 1280, 800
	}
	u.win.Resize(fyne.NewSize(opts.Width, opts.Height))
	u.win.SetFullScreen(opts.FullScreen)
	u.forget = c.Subscribe(u.told)
	widgets.Touched(c.Touch)
	u.win.SetCloseIntercept(u.close)
	app.Lifecycle().SetOnEnteredForeground(func() { u.focused.Store(true) })
	app.Lifecycle().SetOnExitedForeground(func() { u.focused.Store(false) })
	u.Home()
	return u
}

// spoken is a language, or the system's where none is set.
func spoken(language string) string {
	switch {
	case language != "":
		return language
	case strings.HasPrefix(lang.SystemLocale().LanguageString(), words.French):
		return words.French
	}
	return words.English
}

// Show opens the window and begins to draw the cameras. The app's Run comes after it.
func (u *UI) Show() {
	u.win.Show()
	u.background(u.beat)
	u.background(u.follow)
	u.background(u.feed)
}

// Focused reports whether the window is in front. It may be called from any
// goroutine.
func (u *UI) Focused() bool { return u.focused.Load() }

// close ends the workers, then the window: what Fyne drops while it shuts down must
// not be anything that matters.
func (u *UI) close() {
	go func() { // the workers may still wait for this goroutine's own hop
		u.Stop()
		if u.opts.Closed != nil {
			u.opts.Closed()
		}
		u.do(u.win.Close)
	}()
}

// Stop ends the window's workers and returns when they have ended. Main calls it
// after the app's Run, which other ways than closing the window may end; a second
// call does nothing.
func (u *UI) Stop() {
	u.forget()
	u.cancel()
	u.workers.Wait()
}

// beat calls for a tick of the screen on top, with at most one call on its way.
func (u *UI) beat() {
	t := time.NewTicker(beatEvery)
	defer t.Stop()
	var pending atomic.Bool
	for {
		select {
		case <-u.ctx.Done():
			return
		case <-t.C:
		}
		if pending.CompareAndSwap(false, true) {
			u.do(func() {
				pending.Store(false)
				u.tick()
			})
		}
	}
}

// tick moves on what depends on the time.
func (u *UI) tick() {
	now := u.c.Now()
	u.eachSecond(now)
	u.shell.tick(now)
	u.toast.tick(now)
	if t, ok := u.front().(ticker); ok {
		t.tick(now)
	}
}

// eachSecond asks once a second whether the terminal is to be locked, and whether what was
// written into forms is to be kept.
func (u *UI) eachSecond(now time.Time) {
	if age := now.Sub(u.judged); age >= 0 && age < time.Second {
		return
	}
	u.judged = now
	say := func(err error) {
		if err != nil {
			u.Toast(words.Error(err))
		}
	}
	u.work(u.c.LockIfDue, say)
	u.work(u.c.KeepDraftsIfDue, say)
}

// told notes what changed, from any goroutine, and hops to Fyne's for all that was
// noted meanwhile.
func (u *UI) told(t cruiser.Topic) {
	if t == cruiser.HitRaised {
		u.hurry.begin(time.Now())
	}
	if u.topics.Or(1<<uint(t)) == 0 {
		u.do(func() {
			seen := u.topics.Swap(0)
			if seen&(1<<uint(cruiser.HitRaised)) != 0 { // first: its pictures load meanwhile
				if u.hitRaised(); u.opening == "" {
					u.hurry.end()
				}
			}
			for t := cruiser.SessionChanged; t <= cruiser.SoundChanged; t++ {
				if seen&(1<<uint(t)) != 0 {
					u.changed(t)
				}
			}
		})
	}
}

// changed brings the shell and every open screen up to date. An alert on its way does
// so for the queue when it comes into view: the window is not painted twice for it.
func (u *UI) changed(t cruiser.Topic) {
	if u.opening != "" && (t == cruiser.QueueChanged || t == cruiser.HitRaised) {
		return
	}
	switch t {
	case cruiser.SessionChanged:
		u.session()
	case cruiser.SettingsChanged:
		if u.dress() {
			u.Home()
		}
	}
	if t == cruiser.SessionChanged || t == cruiser.PositionChanged {
		u.driven()
	}
	u.shell.changed(t)
	if u.driving != nil {
		u.driving.changed(t)
	}
	for _, s := range u.stack {
		if f, ok := s.(follower); ok {
			f.changed(t)
		}
	}
}

// dress puts language and palette in force and reports whether the language changed.
func (u *UI) dress() bool {
	s := u.c.Settings()
	language, palette := s.Language, s.Palette
	if language == "" {
		language = u.opts.Language
	}
	if palette == "" {
		palette = u.opts.Palette
	}
	if u.palette != "" {
		palette = u.palette
	}
	if p := theme.PaletteFor(palette, u.c.Now()); p != theme.Current() || !themed(u.app) {
		u.app.Settings().SetTheme(theme.New(p))
	}
	before := words.Language()
	words.Use(language)
	if now := words.Language(); u.toolkit != now {
		u.toolkit = now
		translateToolkit()
	}
	return before != words.Language()
}

func themed(app fyne.App) bool {
	_, ok := app.Settings().Theme().(theme.Theme)
	return ok
}

// session follows a sign-in, a lock or a sign-out.
func (u *UI) session() {
	s, ok := u.c.Session()
	if !ok || s.Locked { // a dialog would lie over the lock
		for over := u.win.Canvas().Overlays(); over.Top() != nil; {
			over.Remove(over.Top())
		}
		u.toast.object.Hide()
	}
	switch {
	case !ok:
		u.unpark()
		u.who, u.need, u.palette = "", access.NeedNothing, ""
		clear(u.later)
		u.dress()
		u.Home()
	case s.Locked:
		if u.parked == nil {
			u.parked = u.stack
		} else {
			discard(u.stack)
		}
		u.stack = nil
		u.push(u.form(forms.ScreenLock))
	case u.who != s.Officer.ID || u.need != s.Need:
		u.unpark()
		u.who, u.need = s.Officer.ID, s.Need
		clear(u.later)
		u.dress()
		u.Home()
	case u.parked != nil:
		discard(u.stack)
		u.stack, u.parked = u.parked, nil
		u.show()
	}
}

// Window implements [forms.Navigator].
func (u *UI) Window() fyne.Window { return u.win }

// Toast implements [forms.Navigator].
func (u *UI) Toast(text string) { u.toast.say(text, u.c.Now()) }

// settling is how long a screen must have been in view before it takes an answer: the
// second tap of a double one must not answer for the next hit.
const settling = 500 * time.Millisecond

// settled makes an answer wait that long.
func (u *UI) settled(answer func()) func() {
	return func() {
		if u.c.Now().Sub(u.since) >= settling {
			answer()
		}
	}
}

// work runs an intent beside Fyne's goroutine, since it may wait for the disk, and
// then, back on it, what follows. A fault is said in words.
func (u *UI) work(intent func(context.Context) error, then func(error)) {
	u.background(func() {
		err := intent(u.ctx)
		u.do(func() { then(err) })
	})
}

// form makes one of the screens of package forms.
func (u *UI) form(name string) screen { return formScreen{name, makeForm(name, u)} }

type formScreen struct {
	name string
	made fyne.CanvasObject
}

func (f formScreen) object() fyne.CanvasObject { return f.made }
func (formScreen) queue() bool                 { return false }

func (f formScreen) changed(t cruiser.Topic) {
	if follower, ok := f.made.(forms.Follower); ok {
		follower.Changed(t)
	}
}

// navigator is what forms see of the UI: its Show opens a screen.
type navigator struct{ *UI }

func (n navigator) Show(name string) { n.Open(name) }

// Work implements [forms.Worker]: the window waits for it before it closes.
func (n navigator) Work(do func(context.Context)) { n.background(func() { do(n.ctx) }) }

var (
	_ forms.Navigator = navigator{}
	_ forms.Worker    = navigator{}
)
