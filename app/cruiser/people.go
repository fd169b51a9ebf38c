package cruiser

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// The details of events about people.
const (
	detailAgreement = "agreement"
	detailTrained   = "trained"
	detailCourse    = "course"
	detailRoles     = "roles"
)

// day is a date as records have it.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// Register puts a person on this terminal, with a first secret that they change when
// they first sign in.
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
	e := c.event(audit.PersonRegistered, o.ID)
	e.Detail = map[string]string{detailRoles: roleNames(roles)}
	return c.store.Register(ctx, o, secret, e)
}

// People returns everybody this terminal knows, those who left too, to who may
// record their training, which administrators may.
func (c *Cruiser) People(ctx context.Context) ([]access.Person, error) {
	if _, err := c.looker(access.ActTrain); err != nil {
		return nil, c.refused(ctx, string(access.ActTrain), "", err)
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

// ChangeRoles gives a person other roles, with a reason. It returns
// [access.ErrOwnAccount] or [access.ErrLastAdministrator].
func (c *Cruiser) ChangeRoles(ctx context.Context, id string, roles []access.Role, reason string) error {
	e, err := c.personEvent(ctx, audit.PersonChanged, id, reason)
	if err != nil {
		return err
	}
	e.Detail = map[string]string{}
	before, err := c.store.People(ctx)
	if err != nil {
		return err
	}
	for _, p := range before {
		if p.ID == id {
			e.Detail[detailRoles] = roleNames(p.Roles) + " → " + roleNames(roles)
		}
	}
	_, err = c.store.ChangePerson(ctx, id, e, func(p *access.Person) error {
		p.Roles = slices.Clone(roles)
		return nil
	})
	return err
}

// Deactivate destroys a person's way into this terminal, with a reason. It returns
// [access.ErrOwnAccount] or [access.ErrLastAdministrator].
func (c *Cruiser) Deactivate(ctx context.Context, id, reason string) error {
	e, err := c.personEvent(ctx, audit.PersonDeactivated, id, reason)
	if err != nil {
		return err
	}
	return c.store.Deactivate(ctx, id, e)
}

// GiveSecret gives a person a first secret in place of the one they forgot, or never
// had on this terminal. The administrator sees to it that it is them (CJIS IA-5).
func (c *Cruiser) GiveSecret(ctx context.Context, id, first, reason string) error {
	e, err := c.personEvent(ctx, audit.SecretGiven, id, reason)
	if err != nil {
		return err
	}
	return c.store.GiveSecret(ctx, id, first, e)
}

// ResetFactor takes a person's second factor away; where the policy asks for one
// they enrol anew when they next sign in.
func (c *Cruiser) ResetFactor(ctx context.Context, id, reason string) error {
	e, err := c.personEvent(ctx, audit.FactorReset, id, reason)
	if err != nil {
		return err
	}
	return c.store.SetFactor(ctx, id, access.Factor{}, e)
}

// Release ends the lock-out of a person's badge, with a reason. It needs no station
// (CJIS AC-7). It returns [access.ErrNotLockedOut].
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
	i := slices.IndexFunc(people, func(p access.Person) bool { return p.Badge == badge && p.CanSignIn })
	if i < 0 {
		return access.ErrNotLockedOut
	}
	e := c.event(audit.LockoutReleased, people[i].ID)
	e.Reason = strings.TrimSpace(reason)
	return c.store.Release(ctx, badge, e)
}

// personEvent starts the event of an administrator's act on another's account.
func (c *Cruiser) personEvent(ctx context.Context, act audit.Act, id, reason string) (audit.Event, error) {
	by, err := c.permit(ctx, access.ActPeople)
	if err != nil {
		return audit.Event{}, err
	}
	if by.ID == id {
		return audit.Event{}, c.refused(ctx, string(access.ActPeople), id, access.ErrOwnAccount)
	}
	if strings.TrimSpace(reason) == "" {
		return audit.Event{}, fmt.Errorf("reason for the change: %w", access.ErrIncomplete)
	}
	e := c.event(act, id)
	e.Reason = strings.TrimSpace(reason)
	return e, nil
}

// RecordTraining records that a person was trained. Nobody records their own: it
// returns [access.ErrOwnAccount], or [access.ErrBadTraining].
func (c *Cruiser) RecordTraining(ctx context.Context, id string, on time.Time, course string) error {
	by, err := c.permit(ctx, access.ActTrain)
	if err != nil {
		return err
	}
	if by.ID == id {
		return c.refused(ctx, string(access.ActTrain), id, access.ErrOwnAccount)
	}
	return c.keepTraining(ctx, id, access.Training{On: on, Course: strings.TrimSpace(course), By: by.ID}, "")
}

func (c *Cruiser) keepTraining(ctx context.Context, id string, t access.Training, reason string) error {
	if err := t.Validate(c.now()); err != nil {
		return err
	}
	e := c.event(audit.TrainingRecorded, id)
	e.Reason = reason
	e.Detail = map[string]string{detailTrained: day(t.On), detailCourse: t.Course}
	_, err := c.store.ChangePerson(ctx, id, e, func(p *access.Person) error { p.Trained = t; return nil })
	return err
}

// self is who is signed in, whatever they still need.
func (c *Cruiser) self() (access.Person, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.session == nil || c.session.Locked:
		return access.Person{}, access.ErrNotSignedIn
	case c.over():
		return access.Person{}, access.ErrSessionOver
	}
	return c.session.person, nil
}

// mend changes the record of who is signed in, and judges anew what they need.
func (c *Cruiser) mend(do func(p *access.Person)) {
	c.mu.Lock()
	if c.session != nil {
		do(&c.session.person)
		if !c.parts.Training {
			c.session.Need = access.Needs(c.Pack(), c.session.person, c.now())
		}
	}
	c.mu.Unlock()
	c.tell(SessionChanged, QueueChanged)
}

// Account is the record of who is signed in; ok is false for nobody.
func (c *Cruiser) Account() (p access.Person, ok bool) {
	p, err := c.self()
	return p, err == nil
}

// AcceptAgreement records that the person signed in accepts the agreement in force,
// of which they saw a version (IPC, Training).
func (c *Cruiser) AcceptAgreement(ctx context.Context, version int) error {
	who, err := c.self()
	if err != nil {
		return err
	}
	if version != c.Pack().Agreement.Version {
		return fmt.Errorf("agreement of version %d: %w", version, access.ErrNotReady)
	}
	signed := access.Signature{Version: version, At: c.now()}
	e := c.event(audit.AgreementAccepted, who.ID)
	e.Detail = map[string]string{detailAgreement: fmt.Sprint(version)}
	_, err = c.store.ChangePerson(ctx, who.ID, e, func(p *access.Person) error { p.Signed = signed; return nil })
	if err != nil {
		return fmt.Errorf("keep the agreement: %w", err)
	}
	c.mend(func(p *access.Person) { p.Signed = signed })
	return nil
}

// ChangeSecret replaces the secret of the person signed in. It returns
// [access.ErrBadSignIn], [access.ErrLockedOut], [access.ErrWeakSecret] or
// [access.ErrSameSecret].
func (c *Cruiser) ChangeSecret(ctx context.Context, old, next string) error {
	who, err := c.self()
	if err != nil {
		return err
	}
	if err := c.store.ChangeSecret(ctx, who.Badge, old, next, c.event(audit.SecretChanged, who.ID)); err != nil {
		return err
	}
	c.mend(func(p *access.Person) { p.FirstSecret = false })
	return nil
}

// Enrolment is what a person needs to enrol a second factor. It is shown once.
type Enrolment struct {
	// URI goes into the QR code, Secret is for an authenticator without a camera.
	URI, Secret string
	// Recovery replaces a lost authenticator, once.
	Recovery string
}

// BeginFactor makes a second factor for the person signed in. Nothing is kept before
// [Cruiser.ConfirmFactor].
func (c *Cruiser) BeginFactor() (Enrolment, error) {
	who, err := c.self()
	if err != nil {
		return Enrolment{}, err
	}
	if !who.SecondFactor.IsZero() {
		return Enrolment{}, access.ErrOwnAccount // an administrator resets the old one
	}
	f, recovery := access.NewFactor()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session == nil {
		return Enrolment{}, access.ErrNotSignedIn
	}
	c.session.factor = f
	return Enrolment{URI: f.URI(c.settings.Terminal, who.Badge), Secret: f.Text(), Recovery: recovery}, nil
}

// ConfirmFactor enrols it, with a first code of the person's authenticator. It
// returns [access.ErrBadCode] or [access.ErrCodeNeeded].
func (c *Cruiser) ConfirmFactor(ctx context.Context, code string) error {
	who, err := c.self()
	if err != nil {
		return err
	}
	c.mu.Lock()
	var f access.Factor
	if c.session != nil {
		f = c.session.factor
	}
	c.mu.Unlock()
	if !f.Enrolled() {
		return access.ErrBadCode
	}
	switch f, err = f.Check(code, c.now()); {
	case err != nil:
		return err
	case !f.Enrolled(): // the recovery code proves no authenticator
		return access.ErrBadCode
	}
	if err := c.store.SetFactor(ctx, who.ID, f, c.event(audit.FactorEnrolled, who.ID)); err != nil {
		return fmt.Errorf("keep the second factor: %w", err)
	}
	c.mu.Lock()
	if c.session != nil {
		c.session.factor = access.Factor{}
	}
	c.mu.Unlock()
	now := c.now()
	c.mend(func(p *access.Person) { p.SecondFactor = now })
	return nil
}

// Trainers are, by name, who may record the training of the person signed in, while they may
// do nothing else but see whom to ask. It is empty for the only administrator of a
// terminal without a trainer, who states their own, as at set-up.
func (c *Cruiser) Trainers(ctx context.Context) ([]access.Person, error) {
	who, err := c.self()
	if err != nil {
		return nil, err
	}
	people, err := c.store.People(ctx)
	if err != nil {
		return nil, err
	}
	people = slices.DeleteFunc(people, func(p access.Person) bool {
		return p.ID == who.ID || !p.CanSignIn || !p.May(access.ActTrain) || !access.IsTrained(c.Pack(), p, c.now())
	})
	slices.SortFunc(people, func(a, b access.Person) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Badge, b.Badge))
	})
	return people, nil
}

// StateTraining records what the only administrator says of their own training,
// where nobody else can record it. It returns [access.ErrOwnAccount] where somebody
// can.
func (c *Cruiser) StateTraining(ctx context.Context, on time.Time, course string) error {
	who, err := c.self()
	if err != nil {
		return err
	}
	others, err := c.Trainers(ctx)
	if err != nil {
		return err
	}
	s, _ := c.Session()
	if s.Need != access.NeedTraining || !who.Has(access.Administrator) || len(others) > 0 {
		return access.ErrOwnAccount
	}
	t := access.Training{On: on, Course: strings.TrimSpace(course), By: who.ID}
	if err := c.keepTraining(ctx, who.ID, t, "stated by the only administrator"); err != nil {
		return err
	}
	c.mend(func(p *access.Person) { p.Trained = t })
	return nil
}

// roleNames are roles as records have them.
func roleNames(roles []access.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}
