// Package cruiser is what the terminal in the car does, as its screens see it:
// one [Cruiser] joins access, policy, hotlists, patrol, hits, manual entries,
// searches and the sync at the dock. Screens show its state and send it intents;
// every rule is asked of it or of the packages below it.
//
// All methods may be called from any goroutine. What changes is told to
// [Cruiser.Subscribe]rs, from any goroutine.
package cruiser

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/breach"
	"secondlook/app/clock"
	"secondlook/app/disclosure"
	"secondlook/app/draft"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/preserve"
	"secondlook/app/search"
	"secondlook/app/shift"
)

// Store is everything that lasts. Package store satisfies it.
type Store interface {
	access.Keyring
	audit.Store
	hit.Store
	hit.ReportStore
	hotlist.Store
	entry.Store
	shift.Store
	SettingsStore
	PolicyStore
	hit.HoldStore
	disclosure.Store
	search.RequestStore
	breach.Store
	preserve.Store
	PurgeStore
	StandbyStore
	draft.Store
}

// Signals are how the terminal calls the officer's attention beside its window.
type Signals interface {
	// Alert sounds for a hit of a tier and, where the window is not in front,
	// shows a notification without any plate.
	Alert(t policy.Tier)
	// CameraLost and CameraBack sound for a camera.
	CameraLost()
	CameraBack()
	// PositionLost and PositionBack sound for the receiver of positions.
	PositionLost()
	PositionBack()
}

// Parts are what a Cruiser is made of. Store, Vision, Pack and Signals are required.
type Parts struct {
	Store  Store
	Vision patrol.Vision
	// Pack is the policy where no administrator has installed another.
	Pack    *policy.Pack
	Signals Signals
	// Packs reads packs that are installed; without it Pack alone is used.
	Packs Packs
	// Layouts are those of the list files that can be taken in, besides the generic
	// CSV, which is read where there are none.
	Layouts []hotlist.Layout
	// Sweeper is the program's; without one the Cruiser has its own. Close closes it.
	Sweeper *patrol.Sweeper
	// Dock reads an enrolment bundle; nil where there is no dock, as in demo mode.
	Dock func(bundle []byte) (shift.Dock, error)
	// Lasting has the terminal stay connected to its station while somebody is signed
	// in, and take in what it distributes as soon as it does.
	Lasting bool
	// Locator follows the receiver of positions; without one the car has none.
	Locator Locator
	// Machine and Printer may be nil: the checklist says that what they
	// know is not kept here, and notices are not printed.
	Machine Machine
	Printer Printer
	// Keys is the machine's key store; nil where there is none, as in demo mode.
	Keys KeyStore
	// Training is set in demo mode: nothing is real and nothing syncs.
	Training bool
	// Stage is what demo mode plays on; nil on patrol.
	Stage *Stage
	// Now is the machine's clock; nil is the real one.
	Now func() time.Time
	Log *slog.Logger
}

// Topic is what changed.
type Topic int

const (
	SessionChanged Topic = iota
	QueueChanged
	// HitRaised comes in addition to QueueChanged when a new hit is waiting.
	HitRaised
	// PictureAdded comes when a hit got its context picture.
	PictureAdded
	CamerasChanged
	ListsChanged
	EntriesChanged
	SettingsChanged
	// ProblemChanged: see [Cruiser.Problem].
	ProblemChanged
	// LineChanged: see [Cruiser.Line].
	LineChanged
	// PositionChanged: see [Cruiser.Position] and [Cruiser.Driving].
	PositionChanged
	// CasesChanged comes when a disclosure, an access request, a legal hold or a
	// preservation order was written.
	CasesChanged
	// SoundChanged: see [Cruiser.Muted].
	SoundChanged
)

// Session is who is signed in.
type Session struct {
	Officer access.Officer
	// Since is when the person last proved in full who they are; after the pack's
	// hours they must again.
	Since time.Time
	// Locked is set while the screen is locked: alerts still sound.
	Locked bool
	// Need is what keeps the person from operating the system; every act but those
	// that mend it returns [access.ErrNotReady] until then (IPC, Training).
	Need access.Need

	person access.Person
	// proved is the last proof of any kind, see [access.ProofHolds]; touched is when
	// somebody last used the terminal.
	proved, touched time.Time
	// factor is the second factor that is being enrolled.
	factor access.Factor
}

// Cruiser is one running terminal.
type Cruiser struct {
	parts Parts
	store Store
	// pack is the policy in force; a sign-in may replace it.
	pack  atomic.Pointer[policy.Pack]
	now   func() time.Time // clock's
	clock *clock.Clock
	log   *slog.Logger
	index *hotlist.Index
	// sweeper overwrites what was given up of hits: of destroyed ones, and of what a
	// screen showed before it was locked.
	sweeper *patrol.Sweeper
	// refreshing is held while lists are put in force, installing while the
	// installed pack and its keys change.
	refreshing, installing sync.Mutex
	// receiving is held while what the station distributes is taken in.
	receiving sync.Mutex
	// reporting is held while a report of an entry is made or lifted.
	reporting sync.Mutex
	// locking is held while the store is locked or unlocked.
	locking sync.Mutex
	// purging is held while what is over is erased: what is counted goes once.
	purging sync.Mutex
	// looking is held while the cameras are looked at: each can be opened once.
	looking sync.Mutex
	// drafting is held while drafts are written or erased.
	drafting sync.Mutex
	desk     draft.Desk
	// preparing is held while the standby record is made or destroyed.
	preparing sync.Mutex

	mu          sync.Mutex
	session     *Session
	settings    Settings
	lists       []hotlist.Summary
	boxes       map[string]func() (plate.Box, bool) // where the plates of new hits are
	waiting     map[string]hit.Hit                  // every hit in the car that is not finished; veiled while locked
	working     int                                 // how much runs that needs the store open, see keepOpen
	standby     bool                                // a patrol goes on after a restart, and nobody has signed in
	entering    bool                                // somebody is signing in: what is raised is not veiled
	redacting   map[string]bool                     // hits whose context picture is being made
	contextLost map[string]bool                     // hits whose context picture could not be kept
	quiet       quietPlates
	reported    map[entryKey]hit.Report // entries that a report keeps quiet in this shift
	muted       bool                    // all but grave alerts are, in this shift
	run         *patrolRun
	deployment  *shift.Deployment
	probed      map[patrol.CameraSetting]probe
	problem     string
	packFrom    origin
	doubt       ClockDoubt
	standIn     bool // the pack in force stands in for an installed one that cannot be used
	packRefused bool // the station's pack was, at the last sync
	trainee     trainee
	listAge     time.Duration // of the training list when it came into force
	line        Line
	stopTending func() // ends tendLists and stayConnected and waits for them; nil while nobody is signed in
	where       whereabouts
	watchers    map[int]func(Topic)
	nextWatch   int
}

// New joins the parts. Nobody is signed in yet.
func New(p Parts) (*Cruiser, error) {
	if p.Store == nil || p.Vision == nil || p.Pack == nil || p.Signals == nil {
		return nil, errors.New("cruiser: a part is missing")
	}
	c := &Cruiser{parts: p, clock: clock.New(p.Now), log: p.Log,
		boxes: map[string]func() (plate.Box, bool){}, waiting: map[string]hit.Hit{}, redacting: map[string]bool{}, contextLost: map[string]bool{}, reported: map[entryKey]hit.Report{}, watchers: map[int]func(Topic){},
		probed: map[patrol.CameraSetting]probe{}}
	c.now = c.clock.Now
	c.store = ledger{p.Store, c.watchRecord}
	c.pack.Store(p.Pack)
	c.index = hotlist.NewIndexUnder(hotlist.Rules{
		Rank:   func(category string) int { return c.Pack().Tier(category).Rank() },
		Admits: func(e hotlist.Entry, now time.Time) bool { return entry.Admits(c.Pack(), e, now) },
	})
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if c.quiet, err = newQuietPlates(); err != nil {
		return nil, err
	}
	if c.sweeper = p.Sweeper; c.sweeper == nil {
		c.sweeper = patrol.NewSweeper()
	}
	return c, nil
}

// Pack is the policy in force.
func (c *Cruiser) Pack() *policy.Pack { return c.pack.Load() }

// Training reports whether this is demo mode.
func (c *Cruiser) Training() bool { return c.parts.Training }

// Now is the time by which the terminal's rules are kept; see [clock.Clock].
func (c *Cruiser) Now() time.Time { return c.now() }

// Subscribe has f called after each change, from any goroutine, until the
// returned function is called. f must return quickly and may call back.
func (c *Cruiser) Subscribe(f func(Topic)) (cancel func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := c.nextWatch
	c.nextWatch++
	c.watchers[id] = f
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.watchers, id)
	}
}

func (c *Cruiser) tell(topics ...Topic) {
	c.mu.Lock()
	fs := make([]func(Topic), 0, len(c.watchers))
	for _, f := range c.watchers {
		fs = append(fs, f)
	}
	c.mu.Unlock()
	for _, t := range topics {
		for _, f := range fs {
			f(t)
		}
	}
}

// What [Cruiser.Problem] may say.
const (
	ProblemRecord   = "A hotlist on this terminal cannot be read: a plate on it alerts without its record. Import the list again."
	ProblemSetAside = "A hotlist on this terminal cannot be read and is set aside: its plates raise no alert. Sync, or import the list again; every other list is in force."
	ProblemPurge    = "Records whose time is over could not be erased on this terminal. Tell your technician."
	ProblemRefused  = "The station refuses this terminal: what changes there does not arrive any more. Tell your administrator."
	ProblemStore    = "A hit could not be stored on this terminal. Check the disk; hits already stored are safe."
)

// Problems are all of them.
var Problems = []string{ProblemRecord, ProblemSetAside, ProblemStore, ProblemPack, ProblemPackRefused, ProblemRefused, ProblemAudit, ProblemFull, ProblemPurge, ProblemClockBehind, ProblemClockAhead, ProblemClockUnproven}

// Problem is what stands in the way right now, in plain words without personal
// information, a line for each thing; empty when nothing does.
func (c *Cruiser) Problem() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var lines []string
	if slices.ContainsFunc(c.lists, func(l hotlist.Summary) bool { return l.SetAside }) {
		lines = append(lines, ProblemSetAside)
	}
	if c.standIn {
		lines = append(lines, ProblemPack)
	}
	if c.packRefused {
		lines = append(lines, ProblemPackRefused)
	}
	if c.line == LineRefused {
		lines = append(lines, ProblemRefused)
	}
	switch c.doubt {
	case ClockBehind:
		lines = append(lines, ProblemClockBehind)
	case ClockAhead:
		lines = append(lines, ProblemClockAhead)
	case ClockUnproven:
		lines = append(lines, ProblemClockUnproven)
	}
	if c.problem != "" {
		lines = append(lines, c.problem)
	}
	return strings.Join(lines, "\n")
}

func (c *Cruiser) setProblem(text string) {
	c.mu.Lock()
	changed := c.problem != text
	c.problem = text
	c.mu.Unlock()
	if changed {
		c.tell(ProblemChanged)
	}
}

// event starts an audit event by the person signed in; the system's own where
// nobody is.
func (c *Cruiser) event(act audit.Act, object string) audit.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := audit.Event{At: c.now(), Terminal: c.settings.Terminal, Act: act, Object: object, Outcome: "ok"}
	if c.session != nil {
		sign(&e, c.session.Officer)
	}
	return e
}

// eventBy starts an event by an officer.
func (c *Cruiser) eventBy(o access.Officer, act audit.Act, object string) audit.Event {
	e := c.event(act, object)
	sign(&e, o)
	return e
}

// sign names the officer in an event.
func sign(e *audit.Event, o access.Officer) {
	e.Name, e.Badge, e.Role = string(o.Name), string(o.Badge), string(o.Roles[0])
}

// listed is the event of a look at n records of a kind, for a reason.
func (c *Cruiser) listed(act audit.Act, reason string, n int) audit.Event {
	e := c.event(act, "")
	e.Reason = reason
	e.Detail = map[string]string{"count": strconv.Itoa(n)}
	return e
}

// officer returns who is signed in if they may do act now. A privileged act needs a
// fresh proof of who they are: [access.ErrReauthenticate].
func (c *Cruiser) officer(act access.Act) (access.Officer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o, err := c.allowed(act)
	if err == nil && act.Privileged() && !c.fresh() {
		return access.Officer{}, access.ErrReauthenticate
	}
	return o, err
}

// looker is officer for a look at what an act is about, which needs no fresh proof.
func (c *Cruiser) looker(act access.Act) (access.Officer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.allowed(act)
}

// allowed is whether somebody is signed in who may operate the system, and do act.
// The caller holds mu.
func (c *Cruiser) allowed(act access.Act) (access.Officer, error) {
	switch {
	case c.session == nil || c.session.Locked:
		return access.Officer{}, access.ErrNotSignedIn
	case c.over():
		return access.Officer{}, access.ErrSessionOver
	case c.session.Need != access.NeedNothing:
		return access.Officer{}, access.ErrNotReady
	case !c.session.Officer.May(act):
		return access.Officer{}, access.ErrNotAllowed
	}
	return c.session.Officer, nil
}

// May reports whether the person signed in may do act; a privileged one may need a
// fresh proof first, see [Cruiser.Fresh].
func (c *Cruiser) May(act access.Act) bool {
	_, err := c.looker(act)
	return err == nil
}

// newID returns a random id that sorts by time: the milliseconds since 1970 in
// hexadecimal, a hyphen, and 64 random bits.
func newID(now time.Time) string {
	var b [8]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return fmt.Sprintf("%012x-%x", now.UnixMilli(), b)
}

// Close ends the patrol and forgets the keys.
func (c *Cruiser) Close() error {
	c.stopPatrol()
	c.stopFollowing()
	c.stopTendingLists()
	c.leaveDrafts(context.Background())
	c.sweeper.Close()
	return c.store.Close()
}

// assumed is the region that plates are taken to be from.
func (c *Cruiser) assumed() plate.Jurisdiction {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.settings.Region != "" {
		return c.settings.Region
	}
	return plate.Jurisdiction(c.Pack().Region)
}

// reload reads what the store has after it was opened.
func (c *Cruiser) reload(ctx context.Context) error {
	settings, err := c.store.Settings(ctx)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	c.enter(true) // before the hits are read: what a patrol raises from here on is not veiled
	hits, err := c.store.Hits(ctx)
	if err != nil {
		return fmt.Errorf("read hits: %w", err)
	}
	deployments, err := c.store.Deployments(ctx)
	if err != nil {
		return fmt.Errorf("read deployments: %w", err)
	}
	if err := c.adoptPack(ctx, settings); err != nil {
		return err
	}
	s := c.Pack().Session
	lockout := access.Lockout{Failures: s.LockoutFailures, Window: s.LockoutWindow(), Lasts: s.LockoutLasts()}
	if err := c.store.SetLockout(ctx, lockout); err != nil {
		return fmt.Errorf("put the policy in force: %w", err)
	}
	c.mu.Lock()
	c.settings = settings
	maps.DeleteFunc(c.waiting, func(_ string, h hit.Hit) bool { return h.Read.Text == "" })
	for _, h := range hits {
		if h.State != hit.Closed {
			c.waiting[h.ID] = h
			// It was raised before the terminal was switched off: not again.
			c.quiet.hush(h.Read.Text, h.Matches, c.now(), c.now().Add(c.Pack().Quiet()))
		}
	}
	c.mu.Unlock()
	var running *shift.Deployment
	for _, d := range deployments {
		if !d.End.IsZero() {
			continue
		}
		if err := c.recount(ctx, &d); err != nil {
			return err
		}
		running = &d
	}
	c.mu.Lock()
	c.deployment = running
	c.mu.Unlock()
	if err := c.readReports(ctx); err != nil {
		return err
	}
	return c.refreshLists(ctx)
}
