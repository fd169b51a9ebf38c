package cruiser

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hotlist"
	"secondlook/app/shift"
)

// A terminal that is restarted while it patrols, by a crash, a power cut or an orderly
// reboot, goes on as a locked one does: the cameras run, what matches sounds, and each
// hit is sealed to a key that nobody has until somebody signs in. What it needs for
// that is the standby record, which the store makes when a patrol starts and destroys
// when it ends, and a key that meanwhile rests in the key store of the machine. Where
// the machine has none, a terminal that is restarted waits for its officer.

// ErrNoStandby is returned by [StandbyStore.Resume] where the key opens nothing.
var ErrNoStandby = errors.New("no patrol is to be gone on with")

// MachineKeySize is that of the machine's key, in bytes.
const MachineKeySize = 32

// standbyLasts is how long after it was made a standby record may be used, where the
// policy says nothing of how long a sign-in holds: a car that was parked in the middle
// of a shift does not begin to read plates by itself the next day.
const standbyLasts = 12 * time.Hour

// KeyStore keeps one secret of this terminal in the key store of the machine. Package
// platform/keys satisfies it. Each method waits some seconds for one that does not
// answer.
type KeyStore interface {
	// Ready returns why the key store cannot be used; nil where it can.
	Ready(ctx context.Context) error
	// Keep keeps the secret in place of an earlier one, Get returns it, and Forget
	// destroys it; where there is none, Forget does nothing.
	Keep(ctx context.Context, secret []byte) error
	Get(ctx context.Context) ([]byte, error)
	Forget(ctx context.Context) error
}

// Standby is what a terminal that is restarted needs to know of its patrol, beside what
// it matches against. It names nobody.
type Standby struct {
	// Since is when it was made, Until when it is of no use any more.
	Since, Until time.Time
	// Deployment is the id of the shift's record.
	Deployment string
	// Settings are those of them that a patrol goes by.
	Settings Settings
	// PackID names the policy in force; Pack is the text of one that was installed.
	PackID string
	Pack   []byte `json:",omitempty"`
}

// Resumed is what a terminal that is restarted goes on with.
type Resumed struct {
	Standby
	Lists []*hotlist.InForce
	// Entries are the approved manual entries.
	Entries []hotlist.Entry
}

// StandbyStore keeps the standby record, sealed. Package store satisfies it.
type StandbyStore interface {
	// KeepStandby makes the record under the machine's key, in place of an earlier one.
	// From then on it follows the lists and entries that are in force.
	KeepStandby(ctx context.Context, key []byte, s Standby, e audit.Event) error
	HasStandby(ctx context.Context) (bool, error)
	// EndStandby destroys the record. Where there is none nothing is recorded.
	EndStandby(ctx context.Context, e audit.Event) error
	// Resume opens the record on a terminal that nobody has signed in to, which is
	// locked from then on. It returns [ErrNoStandby].
	Resume(ctx context.Context, key []byte) (Resumed, error)
}

// MachineKey is what became of the machine's key.
type MachineKey string

const (
	// MachineKeyNone: this machine has no key store that answers.
	MachineKeyNone MachineKey = "none"
	// MachineKeyReady: the key store answers; it has nothing of this terminal.
	MachineKeyReady MachineKey = "ready"
	// MachineKeyKept: a patrol goes on by itself after a restart.
	MachineKeyKept MachineKey = "kept"
)

// MachineKey says whether a patrol goes on by itself after a restart, to an
// administrator. It asks the key store, which may take some seconds.
func (c *Cruiser) MachineKey(ctx context.Context) (MachineKey, error) {
	if _, err := c.looker(access.ActSettings); err != nil {
		return "", err
	}
	if c.parts.Keys == nil || c.parts.Keys.Ready(ctx) != nil {
		return MachineKeyNone, nil
	}
	switch kept, err := c.store.HasStandby(ctx); {
	case err != nil:
		return "", fmt.Errorf("look for the standby record: %w", err)
	case kept:
		return MachineKeyKept, nil
	}
	return MachineKeyReady, nil
}

// OnStandby reports whether the patrol goes on after a restart and nobody has signed
// in yet.
func (c *Cruiser) OnStandby() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.standby
}

// keepStandby makes the standby record of the patrol that runs. A fault leaves a
// terminal that waits for its officer after a restart, and is logged.
func (c *Cruiser) keepStandby(ctx context.Context) {
	if c.parts.Keys == nil || c.parts.Training {
		return
	}
	c.preparing.Lock()
	defer c.preparing.Unlock()
	defer c.keepOpen(ctx)()
	if c.closed() || !c.Patrolling() {
		return
	}
	key := make([]byte, MachineKeySize)
	rand.Read(key) // never fails since Go 1.24
	defer clear(key)
	if err := c.parts.Keys.Keep(ctx, key); err != nil {
		c.log.Warn("the machine's key store keeps nothing: a patrol does not go on by itself after a restart", "error", err)
		return
	}
	s, err := c.makeStandby(ctx)
	if err == nil {
		err = c.store.KeepStandby(ctx, key, s, c.event(audit.StandbyKept, s.Deployment))
	}
	if err != nil {
		c.log.Error("keep the standby record", "error", err)
		if err := c.parts.Keys.Forget(ctx); err != nil {
			c.log.Error("destroy the machine's key", "error", err)
		}
	}
}

func (c *Cruiser) makeStandby(ctx context.Context) (Standby, error) {
	all, now := c.Settings(), c.now()
	s := Standby{Since: now, Until: now.Add(standbyLasts), Deployment: c.deploymentID(), PackID: c.Pack().ID,
		Settings: Settings{Terminal: all.Terminal, Region: all.Region, Cameras: all.Cameras, Position: all.Position, Language: all.Language, Palette: all.Palette}}
	if holds := c.Pack().Session.Reauthenticate(); holds > 0 {
		s.Until = now.Add(holds)
	}
	c.mu.Lock()
	installed := c.packFrom.digest != ""
	c.mu.Unlock()
	if !installed {
		return s, nil
	}
	kept, err := c.store.Policy(ctx)
	if err != nil {
		return s, fmt.Errorf("read the installed policy pack: %w", err)
	}
	s.Pack = kept.Pack
	return s, nil
}

// endStandby destroys the machine's key and the standby record. The record opens no
// more whether or not the key store answers; the event says if it did not.
func (c *Cruiser) endStandby(ctx context.Context, reason string) error {
	c.preparing.Lock()
	defer c.preparing.Unlock()
	kept, err := c.store.HasStandby(ctx)
	if err != nil {
		return fmt.Errorf("look for the standby record: %w", err)
	}
	if !kept {
		return nil
	}
	e := c.event(audit.StandbyEnded, c.deploymentID())
	e.Reason = reason
	e.Outcome = audit.OutcomeKeyLeft
	if c.parts.Keys != nil {
		if err := c.parts.Keys.Forget(ctx); err == nil {
			e.Outcome = audit.OutcomeOK
		} else {
			c.log.Warn("the machine's key store keeps a key that opens nothing", "error", err)
		}
	}
	if err := c.store.EndStandby(ctx, e); err != nil {
		return fmt.Errorf("destroy the standby record: %w", err)
	}
	return nil
}

// followStandby has the standby record fit what somebody finds who signs in: it is made
// anew for the patrol that runs, and destroyed where none does.
func (c *Cruiser) followStandby(ctx context.Context) {
	if c.Patrolling() {
		c.keepStandby(ctx)
		return
	}
	defer c.keepOpen(ctx)()
	if c.closed() {
		return
	}
	if err := c.endStandby(ctx, audit.ReasonNotResumed); err != nil {
		c.log.Error("destroy a standby record that was not used", "error", err)
	}
}

// signOutOfStandby ends it before the keys are forgotten. A terminal that is locked
// destroys the machine's key; what it opened goes with the next sign-in.
func (c *Cruiser) signOutOfStandby(ctx context.Context) error {
	if !c.closed() {
		return c.endStandby(ctx, "")
	}
	if c.parts.Keys == nil {
		return nil
	}
	if err := c.parts.Keys.Forget(ctx); err != nil {
		c.log.Error("destroy the machine's key", "error", err)
	}
	return nil
}

// Resume goes on with the patrol that a restart interrupted, on a terminal that nobody
// has signed in to yet; it reports whether there was one. It does nothing once somebody
// has signed in.
func (c *Cruiser) Resume(ctx context.Context) (bool, error) {
	c.locking.Lock()
	defer c.locking.Unlock()
	if _, in := c.Session(); in || c.parts.Keys == nil || c.Patrolling() {
		return false, nil
	}
	key, err := c.parts.Keys.Get(ctx)
	if err != nil {
		return false, nil // none is kept, or the key store does not answer
	}
	defer clear(key)
	r, err := c.store.Resume(ctx, key)
	switch {
	case errors.Is(err, ErrNoStandby), err == nil && !c.now().Before(r.Until):
		c.store.SignOut()
		if err := c.parts.Keys.Forget(ctx); err != nil {
			c.log.Warn("the machine's key store keeps a key of no use", "error", err)
		}
		return false, nil
	case err != nil:
		return false, fmt.Errorf("go on with the patrol: %w", err)
	}
	if err := c.resume(ctx, r); err != nil {
		c.standDown()
		return false, fmt.Errorf("go on with the patrol: %w", err)
	}
	c.startFollowing(ctx)
	c.tell(SettingsChanged, SessionChanged, ListsChanged, CamerasChanged)
	return true, nil
}

func (c *Cruiser) resume(ctx context.Context, r Resumed) error {
	switch own, _ := c.builtIn(r.PackID); {
	case len(r.Pack) > 0: // its signature was verified before it was kept
		pack, err := c.parts.Packs.Decode(r.Pack)
		if err != nil {
			return fmt.Errorf("policy pack: %w", err)
		}
		c.pack.Store(pack)
	case r.PackID != c.parts.Pack.ID && own != nil:
		c.pack.Store(own)
	}
	c.mu.Lock()
	c.standby, c.settings = true, r.Settings
	c.deployment = &shift.Deployment{ID: r.Deployment, Terminal: r.Settings.Terminal}
	c.mu.Unlock()
	now := c.now()
	c.putInForce(r.Lists, slices.DeleteFunc(r.Entries, func(e hotlist.Entry) bool { return !now.Before(e.Expires) }), now)
	e := c.event(audit.StandbyResumed, r.Deployment)
	e.Detail = map[string]string{"since": r.Since.UTC().Format(audit.TimeLayout)}
	if err := c.store.Append(ctx, e); err != nil {
		return fmt.Errorf("record it: %w", err)
	}
	if err := c.beginRun(ctx, r.Settings.Cameras, nil); err != nil {
		e.At, e.Outcome = c.now(), audit.OutcomeNoCameras
		return errors.Join(fmt.Errorf("start the cameras: %w", err), c.store.Append(ctx, e))
	}
	return nil
}

// standDown makes a terminal on standby, whose patrol does not run, one that waits for
// its officer.
func (c *Cruiser) standDown() {
	c.store.SignOut()
	c.mu.Lock()
	c.standby, c.settings, c.lists, c.deployment = false, Settings{}, nil, nil
	clear(c.waiting)
	c.mu.Unlock()
	c.index.Replace(nil)
}
