package cruiser

import (
	"context"
	"errors"
	"iter"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/breach"
	"secondlook/app/disclosure"
	"secondlook/app/draft"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/policy"
	"secondlook/app/preserve"
	"secondlook/app/review"
	"secondlook/app/scrub"
	"secondlook/app/search"
	"secondlook/app/shift"
)

// What [Cruiser.Problem] says while the audit record cannot be written: for any fault
// of the disk, and where it is full.
const (
	ProblemAudit = "The audit record cannot be written on this terminal, so nothing that needs a record is done. Check the disk."
	ProblemFull  = "The disk of this terminal is full: no alert is raised and nothing new is recorded. What was kept is safe. Tell your technician to make room; work then goes on by itself."
)

// ledger is the store with an eye on its audit record: an act whose record cannot
// be written does not happen (the store sees to that), and the screen says so until
// the next one is written (CJIS AU-5).
type ledger struct {
	Store
	told func(error)
}

// watchRecord makes the terminal's problem of what a write returned.
func (c *Cruiser) watchRecord(err error) {
	switch {
	case errors.Is(err, audit.ErrFull):
		c.setProblem(ProblemFull)
	case errors.Is(err, audit.ErrNotWritten):
		c.setProblem(ProblemAudit)
	case err == nil:
		c.mu.Lock()
		over := c.problem == ProblemAudit || c.problem == ProblemFull
		c.mu.Unlock()
		if over {
			c.setProblem("")
		}
	}
}

func (l ledger) note(err error) error {
	l.told(err)
	return err
}

func (l ledger) Append(ctx context.Context, e audit.Event) error {
	return l.note(l.Store.Append(ctx, e))
}

func (l ledger) Sign(ctx context.Context, e audit.Event) error {
	return l.note(l.Store.Sign(ctx, e))
}

func (l ledger) SetUpWith(ctx context.Context, first access.Person, secret string, e audit.Event, s Settings, change audit.Event) error {
	return l.note(l.Store.SetUpWith(ctx, first, secret, e, s, change))
}

func (l ledger) SignIn(ctx context.Context, badge access.Badge, proof access.Proof) (access.Person, error) {
	p, err := l.Store.SignIn(ctx, badge, proof)
	return p, l.note(err)
}

func (l ledger) Unlock(ctx context.Context, badge access.Badge, proof access.Proof) (access.Person, error) {
	p, err := l.Store.Unlock(ctx, badge, proof)
	return p, l.note(err)
}

func (l ledger) Verify(ctx context.Context, badge access.Badge, proof access.Proof) (access.Person, error) {
	p, err := l.Store.Verify(ctx, badge, proof)
	if err != nil { // a right secret writes nothing
		l.told(err)
	}
	return p, err
}

func (l ledger) ChangePerson(ctx context.Context, id string, e audit.Event, do func(*access.Person) error) (access.Person, error) {
	p, err := l.Store.ChangePerson(ctx, id, e, do)
	return p, l.note(err)
}

func (l ledger) ChangeSecret(ctx context.Context, badge access.Badge, old, next string, e audit.Event) error {
	return l.note(l.Store.ChangeSecret(ctx, badge, old, next, e))
}

func (l ledger) GiveSecret(ctx context.Context, id, first string, e audit.Event) error {
	return l.note(l.Store.GiveSecret(ctx, id, first, e))
}

func (l ledger) MakeRecovery(ctx context.Context, event func(string) audit.Event) (access.RecoveryCode, access.Recovery, error) {
	code, r, err := l.Store.MakeRecovery(ctx, event)
	return code, r, l.note(err)
}

func (l ledger) Recover(ctx context.Context, code access.RecoveryCode, badge access.Badge, first string, event func(name, id string) audit.Event) error {
	return l.note(l.Store.Recover(ctx, code, badge, first, event))
}

func (l ledger) Rekey(ctx context.Context, e audit.Event, progress func(done, total int64, left time.Duration)) error {
	return l.note(l.Store.Rekey(ctx, e, progress))
}

func (l ledger) Deactivate(ctx context.Context, id string, e audit.Event) error {
	return l.note(l.Store.Deactivate(ctx, id, e))
}

func (l ledger) SetFactor(ctx context.Context, id string, f access.Factor, e audit.Event) error {
	return l.note(l.Store.SetFactor(ctx, id, f, e))
}

func (l ledger) Register(ctx context.Context, o access.Officer, secret string, e audit.Event) error {
	return l.note(l.Store.Register(ctx, o, secret, e))
}

func (l ledger) PutPolicy(ctx context.Context, kept KeptPolicy, e audit.Event) error {
	return l.note(l.Store.PutPolicy(ctx, kept, e))
}

func (l ledger) Release(ctx context.Context, badge access.Badge, e audit.Event) error {
	return l.note(l.Store.Release(ctx, badge, e))
}

func (l ledger) PutSettings(ctx context.Context, s Settings, e audit.Event) error {
	return l.note(l.Store.PutSettings(ctx, s, e))
}

func (l ledger) Raise(ctx context.Context, h hit.Hit, p hit.Pictures, e audit.Event) error {
	return l.note(l.Store.Raise(ctx, h, p, e))
}

func (l ledger) Update(ctx context.Context, h hit.Hit, e audit.Event) error {
	return l.note(l.Store.Update(ctx, h, e))
}

func (l ledger) Destroy(ctx context.Context, id string, e audit.Event) error {
	return l.note(l.Store.Destroy(ctx, id, e))
}

func (l ledger) PutPictures(ctx context.Context, id string, p hit.Pictures, e audit.Event) error {
	return l.note(l.Store.PutPictures(ctx, id, p, e))
}

func (l ledger) PutList(ctx context.Context, h hotlist.Head, entries iter.Seq2[hotlist.Entry, error], decide hotlist.Decide) (hotlist.Change, error) {
	var change hotlist.Change
	var err error
	scrub.Around(func() { change, err = l.Store.PutList(ctx, h, entries, decide) })
	return change, l.note(err)
}

func (l ledger) TidyLists(ctx context.Context, event func(hotlist.Purge) audit.Event) (bool, error) {
	var changed bool
	var err error
	scrub.Around(func() { changed, err = l.Store.TidyLists(ctx, event) })
	if changed || err != nil {
		l.told(err)
	}
	return changed, err
}

func (l ledger) DropList(ctx context.Context, name string, e audit.Event) error {
	return l.note(l.Store.DropList(ctx, name, e))
}

func (l ledger) ChangeList(ctx context.Context, d hotlist.Delta, decide hotlist.Decide) (hotlist.Change, error) {
	var change hotlist.Change
	var err error
	scrub.Around(func() { change, err = l.Store.ChangeList(ctx, d, decide) })
	return change, l.note(err)
}

func (l ledger) PutEntry(ctx context.Context, e entry.Entry, ev audit.Event) error {
	return l.note(l.Store.PutEntry(ctx, e, ev))
}

func (l ledger) PutDeployment(ctx context.Context, d shift.Deployment, e audit.Event) error {
	return l.note(l.Store.PutDeployment(ctx, d, e))
}

func (l ledger) Acknowledge(ctx context.Context, records []shift.Acknowledged) error {
	return l.note(l.Store.Acknowledge(ctx, records))
}

func (l ledger) PutReport(ctx context.Context, r hit.Report, e audit.Event) error {
	return l.note(l.Store.PutReport(ctx, r, e))
}

func (l ledger) AddDisclosure(ctx context.Context, r disclosure.Record, e audit.Event) error {
	return l.note(l.Store.AddDisclosure(ctx, r, e))
}

func (l ledger) PutRequest(ctx context.Context, r search.Request, e audit.Event) error {
	return l.note(l.Store.PutRequest(ctx, r, e))
}

func (l ledger) PutHold(ctx context.Context, h hit.Hold, e audit.Event) error {
	return l.note(l.Store.PutHold(ctx, h, e))
}

func (l ledger) DropHold(ctx context.Context, id string, erase bool, e audit.Event) error {
	return l.note(l.Store.DropHold(ctx, id, erase, e))
}

func (l ledger) PutBreach(ctx context.Context, r breach.Report, e audit.Event) error {
	return l.note(l.Store.PutBreach(ctx, r, e))
}

func (l ledger) PutDraft(ctx context.Context, d draft.Draft) error {
	return l.note(l.Store.PutDraft(ctx, d))
}

func (l ledger) DropDrafts(ctx context.Context, ids ...string) error {
	return l.note(l.Store.DropDrafts(ctx, ids...))
}

func (l ledger) PutOrder(ctx context.Context, o preserve.Order, e audit.Event) error {
	return l.note(l.Store.PutOrder(ctx, o, e))
}

func (l ledger) Keep(ctx context.Context, order string, kept []preserve.NonHit, e audit.Event) error {
	return l.note(l.Store.Keep(ctx, order, kept, e))
}

func (l ledger) KeepStandby(ctx context.Context, key []byte, s Standby, e audit.Event) error {
	return l.note(l.Store.KeepStandby(ctx, key, s, e))
}

func (l ledger) EndStandby(ctx context.Context, e audit.Event) error {
	return l.note(l.Store.EndStandby(ctx, e))
}

func (l ledger) Purge(ctx context.Context, p Purge, e audit.Event) error {
	return l.note(l.Store.Purge(ctx, p, e))
}

// rulings are the rules that say no to a person, and the record's outcome then. What is only filled in wrongly is none.
var rulings = []struct {
	err     error
	outcome string
}{
	{access.ErrNotAllowed, audit.OutcomeNotAllowed},
	{access.ErrNotReady, audit.OutcomeNotReady},
	{access.ErrOwnAccount, audit.OutcomeOwnAccount},
	{access.ErrLastAdministrator, audit.OutcomeLastAdmin},
	{entry.ErrOwnEntry, audit.OutcomeOwnEntry},
	{entry.ErrCategory, audit.OutcomeCategory},
	{entry.ErrExpiry, audit.OutcomeExpiry},
	{entry.ErrEnds, audit.OutcomeSuspension},
	{entry.ErrWider, audit.OutcomeWider},
	{entry.ErrDistribution, audit.OutcomeDistribution},
	{hit.ErrTooSoon, audit.OutcomeTooSoon},
	{review.ErrOwnActs, audit.OutcomeOwnActs},
	{policy.ErrUnknownCode, audit.OutcomeUnknownAnswer},
	{disclosure.ErrAuthority, audit.OutcomeGround},
	{hit.ErrNeedsCase, audit.OutcomeNeedsCase},
	{preserve.ErrOff, audit.OutcomeOrdersOff},
	{preserve.ErrWindow, audit.OutcomeWindow},
	{ErrMoving, audit.OutcomeMoving},
}

// refused records that a rule said no to the person signed in, and returns err:
// with the record's own error, if it could not be written.
func (c *Cruiser) refused(ctx context.Context, act, object string, err error) error {
	for _, r := range rulings {
		if !errors.Is(err, r.err) {
			continue
		}
		e := c.event(audit.Refused, object)
		e.Outcome = r.outcome
		e.Detail = map[string]string{audit.DetailAct: act}
		return errors.Join(err, c.store.Append(ctx, e))
	}
	return err
}

// permit is [Cruiser.officer] for an act that is really tried: a refusal is recorded.
func (c *Cruiser) permit(ctx context.Context, act access.Act) (access.Officer, error) {
	o, err := c.officer(act)
	if err != nil {
		return access.Officer{}, c.refused(ctx, string(act), "", err)
	}
	return o, nil
}
