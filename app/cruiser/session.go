package cruiser

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"secondlook/app/access"
	"secondlook/app/audit"
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
}

// IsSetUp reports whether the terminal has its first administrator.
func (c *Cruiser) IsSetUp() (bool, error) { return c.store.IsSetUp() }

// SetUp makes the first administrator and signs them in.
func (c *Cruiser) SetUp(ctx context.Context, f FirstPerson) error {
	settings := Settings{Terminal: strings.TrimSpace(f.Terminal), Service: strings.TrimSpace(f.Service),
		Authority: strings.TrimSpace(f.Service), Language: "en", Palette: "night"}
	if err := settings.Validate(); err != nil {
		return err
	}
	if err := access.CheckSecret(f.Secret); err != nil {
		return err
	}
	now := c.now()
	o := access.Officer{ID: newID(now), Name: f.Name, Badge: f.Badge, Registered: now,
		Roles: append([]access.Role{access.Administrator}, f.Roles...)}
	if err := o.Validate(); err != nil {
		return err
	}
	e := audit.Event{At: now, Terminal: settings.Terminal, Name: string(o.Name), Badge: string(o.Badge),
		Role: string(access.Administrator), Act: audit.SetUp, Outcome: "ok"}
	if err := c.store.SetUp(ctx, o, f.Secret, e); err != nil {
		return fmt.Errorf("set up the terminal: %w", err)
	}
	e.Act, e.Reason = audit.SettingsChanged, "set-up"
	if err := c.store.PutSettings(ctx, settings, e); err != nil {
		return fmt.Errorf("keep the settings: %w", err)
	}
	return c.begin(ctx, o)
}

// SignIn opens the store for a person. It returns [access.ErrBadSignIn] or
// [access.ErrLockedOut].
func (c *Cruiser) SignIn(ctx context.Context, badge access.Badge, secret string) error {
	o, err := c.store.SignIn(ctx, access.Badge(strings.TrimSpace(string(badge))), secret)
	if err != nil {
		return err
	}
	return c.begin(ctx, o)
}

func (c *Cruiser) begin(ctx context.Context, o access.Officer) error {
	if err := c.reload(ctx); err != nil {
		return err
	}
	c.purgeDue(ctx)
	c.mu.Lock()
	c.session = &Session{Officer: o, Since: c.now()}
	c.mu.Unlock()
	c.startTendingLists(ctx)
	c.tell(SessionChanged, QueueChanged, SettingsChanged)
	return nil
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
// patrol goes on and alerts sound (CJIS AC-11 exempts the timer in vehicles; the
// key is always there).
func (c *Cruiser) Lock(ctx context.Context) error {
	e := c.event(audit.Locked, "")
	c.mu.Lock()
	if c.session == nil || c.session.Locked {
		c.mu.Unlock()
		return nil
	}
	c.session.Locked = true
	c.mu.Unlock()
	c.tell(SessionChanged)
	// What is hidden stays hidden, whether or not it can be written down.
	if err := c.store.Append(ctx, e); err != nil {
		return fmt.Errorf("record the lock: %w", err)
	}
	return nil
}

// Unlock ends the lock for a person who gives their own secret. Somebody else
// than the one who locked takes over the session.
func (c *Cruiser) Unlock(ctx context.Context, badge access.Badge, secret string) error {
	o, err := c.store.Verify(ctx, access.Badge(strings.TrimSpace(string(badge))), secret)
	if err != nil {
		return err
	}
	if err := c.store.Append(ctx, c.eventBy(o, audit.Unlocked, "")); err != nil {
		return fmt.Errorf("record the unlocking: %w", err)
	}
	c.mu.Lock()
	if c.session != nil && c.session.Officer.ID == o.ID {
		c.session.Locked = false
	} else {
		c.session = &Session{Officer: o, Since: c.now()}
	}
	c.mu.Unlock()
	c.tell(SessionChanged, QueueChanged)
	return nil
}

// SignOut ends the session; the terminal signs the audit record. The patrol must
// have ended before.
func (c *Cruiser) SignOut(ctx context.Context) error {
	if err := c.store.Sign(ctx, c.event(audit.SignedOut, "")); err != nil {
		return fmt.Errorf("record the sign-out: %w", err)
	}
	c.stopPatrol()
	c.stopTendingLists()
	c.mu.Lock()
	c.session = nil
	clear(c.waiting)
	clear(c.reported)
	c.settings = Settings{}
	c.lists = nil
	c.mu.Unlock()
	c.index.Replace(nil)
	c.store.SignOut()
	c.tell(SessionChanged, QueueChanged, ListsChanged, ProblemChanged)
	return nil
}

// Register puts a person on this terminal.
func (c *Cruiser) Register(ctx context.Context, name access.Name, badge access.Badge, roles []access.Role, secret string) error {
	if _, err := c.permit(ctx, access.ActPeople); err != nil {
		return err
	}
	now := c.now()
	o := access.Officer{ID: newID(now), Name: access.Name(strings.TrimSpace(string(name))),
		Badge: access.Badge(strings.TrimSpace(string(badge))), Roles: roles, Registered: now}
	if err := o.Validate(); err != nil {
		return err
	}
	if err := access.CheckSecret(secret); err != nil {
		return err
	}
	return c.store.Register(ctx, o, secret, c.event(audit.PersonRegistered, o.ID))
}

// Release ends the lock-out of a person's badge, with a reason. It needs no station.
// It returns [access.ErrNotLockedOut].
func (c *Cruiser) Release(ctx context.Context, badge access.Badge, reason string) error {
	if _, err := c.permit(ctx, access.ActPeople); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return fmt.Errorf("reason for the release: %w", access.ErrIncomplete)
	}
	badge = access.Badge(strings.TrimSpace(string(badge)))
	people, err := c.store.People(ctx)
	if err != nil {
		return fmt.Errorf("find the badge: %w", err)
	}
	i := slices.IndexFunc(people, func(o access.Officer) bool { return o.Badge == badge })
	if i < 0 {
		return access.ErrNotLockedOut
	}
	e := c.event(audit.LockoutReleased, people[i].ID)
	e.Reason = reason
	return c.store.Release(ctx, badge, e)
}

// People returns everybody registered on this terminal.
func (c *Cruiser) People(ctx context.Context) ([]access.Officer, error) {
	if _, err := c.permit(ctx, access.ActPeople); err != nil {
		return nil, err
	}
	people, err := c.store.People(ctx)
	if err != nil {
		return nil, fmt.Errorf("read people: %w", err)
	}
	if err := c.store.Append(ctx, c.listed(audit.PeopleListed, "", len(people))); err != nil {
		return nil, fmt.Errorf("record the look at people: %w", err)
	}
	return people, nil
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
