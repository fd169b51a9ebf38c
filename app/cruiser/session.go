package cruiser

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
)

// FirstPerson is what set-up asks for.
type FirstPerson struct {
	Terminal, Service string
	Name              access.Name
	Badge             access.Badge
	// Secret is the PIN or passphrase that the person chose; there is no default.
	Secret string
	// Roles beside administrator: a small service's first person may do more.
	Roles []access.Role
	// Agreed is the version of the agreement that the person accepted.
	Agreed int
	// Trained and Course are the training that the person states; nobody else is
	// there yet who could record it.
	Trained time.Time
	Course  string
}

// IsSetUp reports whether the terminal has its first administrator.
func (c *Cruiser) IsSetUp() (bool, error) { return c.store.IsSetUp() }

// SetUp makes the first administrator and signs them in. It returns
// [access.ErrNotReady] where the agreement in force was not accepted, or the
// training has lapsed.
func (c *Cruiser) SetUp(ctx context.Context, f FirstPerson) error {
	settings := Settings{Terminal: strings.TrimSpace(f.Terminal), Service: strings.TrimSpace(f.Service),
		Authority: strings.TrimSpace(f.Service), Language: "en", Palette: "night"}
	if err := settings.Validate(); err != nil {
		return err
	}
	if err := access.CheckSecret(f.Secret); err != nil {
		return err
	}
	first, err := c.firstPerson(f)
	if err != nil {
		return err
	}
	e := audit.Event{At: first.Registered, Terminal: settings.Terminal, Name: string(first.Name), Badge: string(first.Badge),
		Role: string(access.Administrator), Act: audit.SetUp, Object: first.ID, Outcome: "ok",
		Detail: map[string]string{detailAgreement: fmt.Sprint(first.Signed.Version), detailTrained: day(first.Trained.On), detailCourse: first.Trained.Course}}
	change := e
	change.Act, change.Detail, change.Object, change.Reason = audit.SettingsChanged, nil, "", audit.ReasonSetUp
	if err := c.store.SetUpWith(ctx, first, f.Secret, e, settings, change); err != nil {
		return fmt.Errorf("set up the terminal: %w", err)
	}
	if err := c.begin(ctx, first); err != nil {
		return err
	}
	c.begun(ctx)
	return nil
}

// firstPerson is who is set up, if they may operate the system.
func (c *Cruiser) firstPerson(f FirstPerson) (access.Person, error) {
	now := c.now()
	first := access.Person{
		Officer: access.Officer{ID: newID(now), Name: f.Name, Badge: f.Badge, Registered: now,
			Roles: append([]access.Role{access.Administrator}, f.Roles...)},
		Signed: access.Signature{Version: f.Agreed, At: now},
	}
	first.Trained = access.Training{On: f.Trained, Course: strings.TrimSpace(f.Course), By: first.ID}
	if err := first.Validate(); err != nil {
		return access.Person{}, err
	}
	if c.parts.Training {
		return first, nil
	}
	if err := first.Trained.Validate(now); err != nil {
		return access.Person{}, err
	}
	switch need := access.Needs(c.Pack(), first, now); need {
	case access.NeedNothing, access.NeedFactor: // enrolled next
		return first, nil
	default:
		return access.Person{}, fmt.Errorf("%s: %w", need, access.ErrNotReady)
	}
}

// SignIn opens the store for a person. It returns [access.ErrBadSignIn] or
// [access.ErrLockedOut], and [access.ErrCodeNeeded] for who has a second factor.
func (c *Cruiser) SignIn(ctx context.Context, badge access.Badge, secret string) error {
	return c.SignInWithCode(ctx, badge, secret, "")
}

// SignInWithCode is [Cruiser.SignIn] with the code of the second factor; it returns
// [access.ErrBadCode] too.
func (c *Cruiser) SignInWithCode(ctx context.Context, badge access.Badge, secret, code string) error {
	badge = access.Badge(strings.TrimSpace(string(badge)))
	if err := c.signIn(ctx, badge, access.Proof{Secret: secret, Code: code}); err != nil {
		return err
	}
	c.begun(ctx)
	return nil
}

// signIn does it, for a patrol too that goes on after a restart: where what the store
// has cannot be read, that goes on as before.
func (c *Cruiser) signIn(ctx context.Context, badge access.Badge, proof access.Proof) error {
	c.locking.Lock()
	defer c.locking.Unlock()
	p, err := c.store.SignIn(ctx, badge, proof)
	if err != nil {
		return err
	}
	if err := c.begin(ctx, p); err != nil {
		if c.OnStandby() {
			c.veilAll()
			err = errors.Join(err, c.store.Lock(ctx))
		}
		return err
	}
	return nil
}

func (c *Cruiser) begin(ctx context.Context, p access.Person) error {
	defer c.enter(false)
	if err := c.reload(ctx); err != nil {
		return err
	}
	if err := c.readClock(ctx); err != nil {
		return err
	}
	c.purgeDue(ctx)
	c.mu.Lock()
	c.session, c.standby = c.newSession(p), false
	c.mu.Unlock()
	return nil
}

// enter notes that somebody is signing in, or no more.
func (c *Cruiser) enter(now bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entering = now
}

// begun does what follows a sign-in.
func (c *Cruiser) begun(ctx context.Context) {
	c.startTendingLists(ctx)
	c.startFollowing(ctx)
	c.tell(SessionChanged, QueueChanged, SettingsChanged)
	c.followStandby(ctx)
}

// newSession is that of somebody who has just proved in full who they are. What
// they need is judged here: training that lapses at midnight does not take the
// terminal from an officer who stands at a car, the next sign-in does.
func (c *Cruiser) newSession(p access.Person) *Session {
	now := c.now()
	s := &Session{Officer: p.Officer, person: p, Since: now, proved: now, touched: now}
	if !c.parts.Training { // training is what the demo is for
		s.Need = access.Needs(c.Pack(), p, now)
	}
	return s
}

// Session returns who is signed in; ok is false for nobody.
func (c *Cruiser) Session() (s Session, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session == nil {
		return Session{}, false
	}
	return *c.session, true
}

// Lock hides the screens until the same person, or another one, signs in. The
// patrol goes on and alerts sound; what it records nobody can open until then.
func (c *Cruiser) Lock(ctx context.Context) error { return c.lock(ctx, "") }

func (c *Cruiser) lock(ctx context.Context, reason string) error {
	e := c.event(audit.Locked, "")
	e.Reason = reason
	c.mu.Lock()
	if c.session == nil || c.session.Locked {
		c.mu.Unlock()
		return nil
	}
	c.session.Locked = true
	c.working++ // drafts are kept before anybody else closes the store
	c.session.factor = access.Factor{}
	c.mu.Unlock()
	c.sweeper.Ask()
	c.tell(SessionChanged)
	// What is hidden stays hidden, whether or not it can be written down.
	err := c.store.Append(ctx, e)
	if err != nil {
		err = fmt.Errorf("record the lock: %w", err)
	}
	c.leaveDrafts(ctx)
	c.mu.Lock()
	c.working--
	c.mu.Unlock()
	return errors.Join(err, c.closeStore(ctx))
}

// closeStore makes a locked terminal forget the keys and the plates that wait for a
// verdict, as soon as no list and no sync needs them any more.
func (c *Cruiser) closeStore(ctx context.Context) error {
	c.locking.Lock()
	defer c.locking.Unlock()
	c.mu.Lock()
	now := c.session != nil && c.session.Locked && c.working == 0
	c.mu.Unlock()
	if !now {
		return nil
	}
	c.veilAll()
	if err := c.store.Lock(ctx); err != nil {
		return fmt.Errorf("lock the store: %w", err)
	}
	return nil
}

// veilAll makes a terminal that is locked forget what waits for a verdict.
func (c *Cruiser) veilAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, h := range c.waiting {
		c.waiting[id] = veiled(h)
	}
}

// veiled is what a locked terminal remembers of a hit: that it waits, and how grave
// it is.
func veiled(h hit.Hit) hit.Hit {
	v := hit.Hit{ID: h.ID, State: h.State, RaisedAt: h.RaisedAt}
	if len(h.Matches) > 0 {
		v.Matches = []hotlist.Match{{Entry: hotlist.Entry{Category: h.Matches[0].Entry.Category}}}
	}
	return v
}

// keepOpen keeps the store open for work that was begun, should the terminal be
// locked meanwhile, until the returned function is called.
func (c *Cruiser) keepOpen(ctx context.Context) (done func()) {
	c.mu.Lock()
	c.working++
	c.mu.Unlock()
	return func() {
		c.mu.Lock()
		c.working--
		c.mu.Unlock()
		if err := c.closeStore(context.WithoutCancel(ctx)); err != nil {
			c.log.Error("lock the store after a sync", "error", err)
		}
	}
}

// closed reports whether the terminal is locked, or nobody has signed in: what only
// tidies up waits.
func (c *Cruiser) closed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session == nil || c.session.Locked
}

// Touch notes that somebody uses the terminal: a key, a button, a field.
func (c *Cruiser) Touch() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session != nil {
		c.session.touched = c.now()
	}
}

// LockIfDue locks the screens after the pack's idle time, where it has one (CJIS
// AC-11), and after its hours since the person proved in full who they are. Whoever
// shows the screens calls it about once a second.
func (c *Cruiser) LockIfDue(ctx context.Context) error {
	if s, ok := c.Session(); ok && !s.Locked {
		if err := c.watchClock(ctx); err != nil {
			return err
		}
	}
	c.mu.Lock()
	reason := ""
	if s := c.session; s != nil && !s.Locked && !c.parts.Training {
		idle := c.Pack().Session.Lock()
		switch {
		case c.over():
			reason = "hours of the session are over"
		case idle > 0 && c.now().Sub(s.touched) >= idle:
			reason = "idle"
		}
	}
	c.mu.Unlock()
	if reason == "" {
		return nil
	}
	return c.lock(ctx, reason)
}

// over reports whether the session's hours are over. The caller holds mu.
func (c *Cruiser) over() bool {
	hours := c.Pack().Session.Reauthenticate()
	return !c.parts.Training && hours > 0 && c.now().Sub(c.session.Since) >= hours
}

// fresh reports whether the last proof still holds. The caller holds mu.
func (c *Cruiser) fresh() bool {
	age := c.now().Sub(c.session.proved)
	return c.parts.Training || (age >= 0 && age < access.ProofHolds)
}

// Fresh reports whether a privileged act would be accepted without a new proof.
func (c *Cruiser) Fresh() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session != nil && !c.session.Locked && c.fresh()
}

// Reauthenticate proves again who is signed in, before a privileged act (CJIS
// IA-11). It returns [access.ErrBadSignIn] or [access.ErrLockedOut].
func (c *Cruiser) Reauthenticate(ctx context.Context, secret string) error {
	s, ok := c.Session()
	if !ok || s.Locked {
		return access.ErrNotSignedIn
	}
	p, err := c.store.Verify(ctx, s.Officer.Badge, access.Proof{Secret: secret, SecretOnly: true})
	if err != nil {
		return err
	}
	if err := c.store.Append(ctx, c.event(audit.Reauthenticated, p.ID)); err != nil {
		return fmt.Errorf("record the proof: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session != nil && c.session.Officer.ID == p.ID {
		c.session.proved = c.now()
	}
	return nil
}

// Unlock ends the lock for a person who gives their own secret. Somebody else
// than the one who locked takes over the session; they need their second factor
// too, as does everybody after the pack's hours: [access.ErrCodeNeeded].
func (c *Cruiser) Unlock(ctx context.Context, badge access.Badge, secret string) error {
	return c.UnlockWithCode(ctx, badge, secret, "")
}

// UnlockWithCode is [Cruiser.Unlock] with the code of the second factor.
func (c *Cruiser) UnlockWithCode(ctx context.Context, badge access.Badge, secret, code string) error {
	badge = access.Badge(strings.TrimSpace(string(badge)))
	c.mu.Lock()
	same := c.session != nil && strings.EqualFold(string(c.session.Officer.Badge), string(badge)) && !c.over()
	c.mu.Unlock()
	if err := c.openStore(ctx, badge, access.Proof{Secret: secret, Code: code, SecretOnly: same}); err != nil {
		return err
	}
	if err := c.readClock(ctx); err != nil {
		return err
	}
	c.tell(SessionChanged, QueueChanged)
	if !same {
		c.followStandby(ctx)
	}
	return nil
}

// openStore undoes closeStore for a person, whose session it becomes.
func (c *Cruiser) openStore(ctx context.Context, badge access.Badge, proof access.Proof) error {
	c.locking.Lock()
	defer c.locking.Unlock()
	p, err := c.store.Unlock(ctx, badge, proof)
	if err != nil {
		return err
	}
	c.mu.Lock()
	before, next := c.session, c.newSession(p)
	if proof.SecretOnly && before != nil && before.Officer.ID == p.ID {
		next.Since, next.Need = before.Since, before.Need
	}
	c.session = next
	c.mu.Unlock()
	// Read now: what is raised from here on is not veiled.
	hits, err := c.store.Hits(ctx)
	if err != nil {
		c.mu.Lock()
		c.session = before
		c.mu.Unlock()
		return errors.Join(fmt.Errorf("read hits: %w", err), c.store.Lock(ctx))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range hits {
		if h.State != hit.Closed {
			c.waiting[h.ID] = h
		}
	}
	return nil
}

// SignOut ends the session; the terminal signs the audit record. The patrol must
// have ended before.
func (c *Cruiser) SignOut(ctx context.Context) error {
	if err := c.signOutOfStandby(ctx); err != nil {
		return err
	}
	c.leaveDrafts(ctx)
	if err := c.store.Sign(ctx, c.event(audit.SignedOut, "")); err != nil {
		return fmt.Errorf("record the sign-out: %w", err)
	}
	c.stopPatrol()
	c.stopFollowing()
	c.stopTendingLists()
	c.mu.Lock()
	c.session = nil
	clear(c.waiting)
	clear(c.reported)
	c.settings, c.muted = Settings{}, false
	c.lists = nil
	c.doubt = ClockRight // the next sign-in looks again
	c.mu.Unlock()
	c.desk.Clear()
	c.index.Replace(nil)
	c.store.SignOut()
	c.sweeper.Ask()
	c.tell(SessionChanged, QueueChanged, ListsChanged, ProblemChanged)
	return nil
}

// Settings returns the terminal's settings.
func (c *Cruiser) Settings() Settings {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.settings
}

// ChangeSettings replaces the settings, with a reason (IPC, System
// configuration). Cameras take effect when the next patrol starts.
func (c *Cruiser) ChangeSettings(ctx context.Context, s Settings, reason string) error {
	if _, err := c.permit(ctx, access.ActSettings); err != nil {
		return err
	}
	if err := s.Validate(); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return fmt.Errorf("reason for the change: %w", access.ErrIncomplete)
	}
	e := c.event(audit.SettingsChanged, "")
	e.Reason = reason
	e.Detail = changes(c.Settings(), s)
	if len(s.Bundle) > 0 && c.parts.Dock != nil {
		if _, err := c.parts.Dock(s.Bundle); err != nil {
			return fmt.Errorf("station bundle: %w", err)
		}
	}
	s.Roster = c.Settings().Roster
	if string(s.Bundle) != string(c.Settings().Bundle) {
		s.Roster = 0
	}
	if err := c.store.PutSettings(ctx, s, e); err != nil {
		return fmt.Errorf("keep the settings: %w", err)
	}
	c.mu.Lock()
	c.settings = s
	c.mu.Unlock()
	c.tell(SettingsChanged)
	return nil
}

// changes says which settings differ, with before and after where neither can
// hold a password.
func changes(before, after Settings) map[string]string {
	d := map[string]string{}
	for _, f := range []struct{ key, from, to string }{
		{"terminal", before.Terminal, after.Terminal}, {"service", before.Service, after.Service},
		{"authority", before.Authority, after.Authority}, {"region", string(before.Region), string(after.Region)},
		{"language", before.Language, after.Language}, {"palette", before.Palette, after.Palette},
		{"mute-high", yes(before.Sounds.MuteHigh), yes(after.Sounds.MuteHigh)}, {"mute-routine", yes(before.Sounds.MuteRoutine), yes(after.Sounds.MuteRoutine)},
		{"speech", yes(!before.Sounds.Wordless), yes(!after.Sounds.Wordless)},
		{"position", before.Position, after.Position},
		{"cameras", fmt.Sprint(len(before.Cameras)), fmt.Sprint(len(after.Cameras))},
	} {
		if f.from != f.to {
			d[f.key] = f.from + " → " + f.to
		}
	}
	if fmt.Sprint(before.Cameras) != fmt.Sprint(after.Cameras) {
		d["cameras"] += " (changed)"
	}
	if string(before.Bundle) != string(after.Bundle) {
		d["station bundle"] = "replaced"
	}
	return d
}

func yes(on bool) string {
	if on {
		return "yes"
	}
	return "no"
}
