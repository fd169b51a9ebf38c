package crash

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/assets"
	"secondlook/platform/dock"
	"secondlook/platform/layoutfile"
	"secondlook/platform/packfile"
	"secondlook/store"
)

const (
	administrator = access.Badge("20418")
	supervisor    = access.Badge("30001")
	// firstSecret is what the supervisor is given, ownSecret what they choose.
	firstSecret, ownSecret = "given-7714-first", "chosen-2093-own"
	course                 = "ALPR basics"
	// rounds keep PBKDF2 out of the way: what is measured here is not its cost.
	rounds = 64
)

// order is what the parent tells the terminal that it starts.
type order struct {
	Path   string
	Bundle []byte
	Seed   uint64
	// Ahead is by how much the terminal's clock is ahead of the machine's.
	Ahead time.Duration
	// PIN is the administrator's, List what the list "stolen" is, Number what no list
	// was made of yet.
	PIN, List string
	Number    int
	// Line is set where the line to the station is bad: then the terminal syncs more
	// than anything else, and does not wonder where that fails.
	Line bool
	// Acts ends the terminal by itself after so many; 0 is never.
	Acts int
}

// driver is somebody at the terminal who is never done.
type driver struct {
	*cruiser.Cruiser
	kept   *store.Store
	keys   cruiser.KeyStore
	eyes   *eyes
	order  order
	random *rand.Rand

	mu   sync.Mutex
	told map[string]bool // hits that were said to be raised
	// syncing has the error of the sync that runs; nil while none does.
	syncing chan error
}

var ctx = context.Background()

// say writes one line about an act, at once.
func say(word string, act audit.Act, object, value string) {
	fmt.Fprintf(os.Stdout, "%s\t%s\t%s\t%s\n", word, act, object, value)
}

// try does an act, and says so before and after. do returns the id of what it made,
// where it is not known before.
func try(act audit.Act, object, value string, do func() (id string, err error)) error {
	say("begin", act, object, value)
	id, err := do()
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	say("done", act, cmp.Or(id, object), value)
	return nil
}

// just is for an act that makes nothing with an id.
func just(err error) (string, error) { return "", err }

// testPack is Ontario's with what would keep a restless tester waiting put away, and
// with hits that are kept for a day.
func testPack() (*policy.Pack, error) {
	text, err := assets.Policy("ontario")
	if err != nil {
		return nil, err
	}
	pack, err := packfile.Decode(text)
	if err != nil {
		return nil, err
	}
	pack.Session.SecondFactor, pack.Session.ReauthenticateHours = nil, 0
	pack.QuietMinutes, pack.ListShrinkPercent = 0, 99
	pack.Retention.HitYears, pack.Retention.HitDays = 0, 1
	return pack, nil
}

// drive is the whole life of the terminal's process.
func drive(text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	say("start", "", "", "")
	began := time.Now()
	d := &driver{order: o, random: rand.New(rand.NewPCG(o.Seed, 7)), eyes: &eyes{}, told: map[string]bool{}, keys: keyFileOf(o.Path)}
	if err := d.open(); err != nil {
		return err
	}
	if err := d.ready(); err != nil {
		return err
	}
	for _, h := range d.Queue() {
		d.told[h.ID] = true // by an earlier process
	}
	if err := d.patrol(); err != nil {
		return err
	}
	say("ready", "", "", time.Since(began).String())
	defer d.Subscribe(func(t cruiser.Topic) {
		if t == cruiser.HitRaised {
			d.tellRaised()
		}
	})()
	go d.eyes.traffic(d.now, rand.New(rand.NewPCG(o.Seed, 8)), func() bool { return len(d.Queue())+len(d.Open()) < 14 })
	for n := 0; o.Acts == 0 || n < o.Acts; n++ {
		if err := d.act(); err != nil {
			return err
		}
	}
	return d.finishSync(true)
}

func (d *driver) now() time.Time { return time.Now().Add(d.order.Ahead) }

func (d *driver) open() (err error) {
	if d.kept, err = store.Open(d.order.Path, store.Options{Rounds: rounds, Now: d.now}); err != nil {
		return err
	}
	pack, err := testPack()
	if err != nil {
		return err
	}
	layouts, err := layoutfile.BuiltIn()
	if err != nil {
		return err
	}
	d.Cruiser, err = cruiser.New(cruiser.Parts{Store: d.kept, Vision: d.eyes, Pack: pack, Signals: silent{}, Layouts: layouts, Now: d.now, Keys: d.keys,
		Dock: func(bundle []byte) (shift.Dock, error) { return dock.New(bundle) }})
	return err
}

// ready signs the administrator in on a terminal that is set up as far as it goes.
func (d *driver) ready() error {
	done, err := d.IsSetUp()
	if err != nil {
		return err
	}
	if !done {
		say("begin", audit.SettingsChanged, "", "")
		err = try(audit.SetUp, "", "", func() (string, error) {
			return just(d.SetUp(ctx, cruiser.FirstPerson{Terminal: "Car 7", Service: "Test Service", Name: "Ada Admin", Badge: administrator, Secret: d.order.PIN,
				Roles: []access.Role{access.Patrol}, Agreed: d.Pack().Agreement.Version, Trained: d.now().AddDate(0, -1, 0), Course: course}))
		})
	} else {
		err = d.signIn(administrator, d.order.PIN)
	}
	if doubt, _ := d.Clock(); err == nil && doubt != cruiser.ClockRight { // what is over waits for this
		err = try(audit.ClockConfirmed, "", "", func() (string, error) { return just(d.ConfirmClock(ctx)) })
	}
	if err != nil {
		return err
	}
	if s := d.Settings(); len(s.Cameras) == 0 {
		s.Cameras, s.Bundle, s.Authority = []patrol.CameraSetting{{Name: "Front", Source: "test"}}, d.order.Bundle, "Insp. Test"
		if err := try(audit.SettingsChanged, "", "", func() (string, error) { return just(d.ChangeSettings(ctx, s, "mounted")) }); err != nil {
			return err
		}
	}
	return d.enlist()
}

func (d *driver) signIn(badge access.Badge, secret string) error {
	return try(audit.SignedIn, "", "", func() (string, error) { return just(d.SignIn(ctx, badge, secret)) })
}

// change has another person take the terminal over.
func (d *driver) change(badge access.Badge, secret string) error {
	if err := try(audit.Locked, "", "", func() (string, error) { return just(d.Lock(ctx)) }); err != nil {
		return err
	}
	return try(audit.Unlocked, "", "", func() (string, error) { return just(d.Unlock(ctx, badge, secret)) })
}

// enlist registers the supervisor, as far as that is not done.
func (d *driver) enlist() error {
	second := func() (access.Person, bool) {
		people, _ := d.kept.People(ctx)
		i := slices.IndexFunc(people, func(p access.Person) bool { return p.Badge == supervisor })
		if i < 0 {
			return access.Person{}, false
		}
		return people[i], true
	}
	p, there := second()
	if !there {
		err := try(audit.PersonRegistered, "", "", func() (string, error) {
			return just(d.Register(ctx, "Sam Super", supervisor, []access.Role{access.Supervisor}, firstSecret))
		})
		if err != nil {
			return err
		}
		p, _ = second()
	}
	if p.Trained.On.IsZero() {
		err := try(audit.TrainingRecorded, p.ID, "", func() (string, error) {
			return just(d.RecordTraining(ctx, p.ID, d.now().AddDate(0, -1, 0), course))
		})
		if err != nil {
			return err
		}
	}
	if !p.FirstSecret && p.Signed.Version == d.Pack().Agreement.Version {
		return nil
	}
	secret := ownSecret
	if p.FirstSecret {
		secret = firstSecret
	}
	err := d.change(supervisor, secret)
	if err == nil && p.FirstSecret {
		err = try(audit.SecretChanged, p.ID, "", func() (string, error) { return just(d.ChangeSecret(ctx, firstSecret, ownSecret)) })
	}
	if err == nil {
		err = try(audit.AgreementAccepted, p.ID, "", func() (string, error) { return just(d.AcceptAgreement(ctx, d.Pack().Agreement.Version)) })
	}
	return cmp.Or(err, d.change(administrator, d.order.PIN))
}

func (d *driver) patrol() error {
	return try(audit.PatrolStarted, "", "", func() (string, error) {
		return just(d.StartPatrolWith(ctx, cruiser.Start{Note: "seen", Area: "West"}))
	})
}

// tellRaised says of each hit that waits that it is there.
func (d *driver) tellRaised() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, h := range d.Queue() {
		if !d.told[h.ID] {
			d.told[h.ID] = true
			say("done", audit.HitRaised, h.ID, "")
		}
	}
}

// act does one of the things that somebody at a terminal does.
func (d *driver) act() error {
	d.tellRaised()
	type choice struct {
		weight int
		do     func() error
	}
	choices := []choice{
		{12, d.judge}, {18, d.goOn}, {4, d.propose}, {3, d.decide}, {2, d.takeListIn}, {4, d.changeList},
		{1, d.endShift}, {2, d.sync}, {1, d.changePIN}, {1, d.signOutAndIn}, {1, d.withdrawList}, {1, d.stepAway}, {1, d.rekey}, {4, d.write},
	}
	if d.order.Line {
		choices = []choice{{12, d.judge}, {24, d.goOn}, {1, d.propose}, {1, d.endShift}, {12, d.sync}}
	}
	sum := 0
	for _, c := range choices {
		sum += c.weight
	}
	at := d.random.IntN(sum)
	for _, c := range choices {
		if at -= c.weight; at < 0 {
			return c.do()
		}
	}
	return nil
}

func pick[V any](r *rand.Rand, of []V) (v V, ok bool) {
	if len(of) == 0 {
		time.Sleep(time.Millisecond) // let the cameras see something
		return v, false
	}
	return of[r.IntN(len(of))], true
}

// stepAway locks the terminal for a while, in which it goes on recording.
func (d *driver) stepAway() error {
	if err := try(audit.Locked, "", "", func() (string, error) { return just(d.Lock(ctx)) }); err != nil {
		return err
	}
	time.Sleep(time.Duration(d.random.IntN(60)) * time.Millisecond)
	return try(audit.Unlocked, "", "", func() (string, error) { return just(d.Unlock(ctx, administrator, d.order.PIN)) })
}

// judge looks at a hit that waits, and gives a verdict.
func (d *driver) judge() error {
	h, ok := pick(d.random, d.Queue())
	if !ok {
		return nil
	}
	err := try(audit.HitOpened, h.ID, "", func() (string, error) { return just(second(d.OpenAlert(ctx, h.ID))) })
	if err != nil {
		return err
	}
	if d.random.IntN(3) == 0 {
		return try(audit.HitDestroyed, h.ID, "", func() (string, error) { return just(d.Reject(ctx, h.ID, hit.Misread, 3*time.Second)) })
	}
	return try(audit.HitConfirmed, h.ID, "", func() (string, error) { return just(second(d.Confirm(ctx, h.ID, 5*time.Second))) })
}

func second[V any](_ V, err error) error { return err }

// goOn takes a confirmed hit one step on.
func (d *driver) goOn() error {
	h, ok := pick(d.random, d.Open())
	if !ok {
		return nil
	}
	switch h.State {
	case hit.Confirmed:
		v, act := hit.Verification{Record: hit.Active, OwnerReminder: true}, audit.HitVerified
		if d.random.IntN(6) == 0 {
			v.Record, act = hit.NotActive, audit.HitDestroyed
		}
		return try(act, h.ID, "", func() (string, error) { return just(second(d.Verify(ctx, h.ID, v))) })
	case hit.Verified:
		return try(audit.NoticeRecorded, h.ID, "", func() (string, error) {
			return just(second(d.Notify(ctx, h.ID, hit.Notice{Given: true, Language: "fr"})))
		})
	}
	return try(audit.OutcomeRecorded, h.ID, "", func() (string, error) {
		return just(second(d.Finish(ctx, h.ID, hit.Outcome{Code: d.Pack().Outcomes[0].Code})))
	})
}

func (d *driver) propose() error {
	return try(audit.EntryProposed, "", "", func() (string, error) {
		e, err := d.Propose(ctx, entry.Entry{Plate: plate.Text(fmt.Sprintf("E%06d", d.random.IntN(1e6))), Category: "amber-alert",
			Reason: "a child is missing", Expires: d.now().Add(6 * time.Hour), Distribution: policy.Shared})
		return e.ID, err
	})
}

// write keeps what the administrator has written into a form so far, or gives it up.
func (d *driver) write() error {
	form, err := d.Draft(ctx, "entry")
	if err != nil {
		return err
	}
	var fields map[string]string
	text := ""
	if form.Gone() || d.random.IntN(3) > 0 {
		text = fmt.Sprintf("D%06d", d.random.IntN(1e6))
		fields = map[string]string{"plate": text}
	}
	return try(draftKept, "", text, func() (string, error) {
		d.WriteDraft(form.ID, fields)
		return just(d.KeepDrafts(ctx))
	})
}

// decide has the supervisor decide on an entry.
func (d *driver) decide() error {
	entries, err := d.kept.Entries(ctx)
	if err != nil {
		return err
	}
	e, ok := pick(d.random, slices.DeleteFunc(entries, func(e entry.Entry) bool { return e.State != entry.Proposed || !d.now().Before(e.Expires) }))
	if !ok {
		return nil
	}
	if err := d.change(supervisor, ownSecret); err != nil {
		return err
	}
	switch d.random.IntN(4) {
	case 0:
		err = try(audit.EntryRefused, e.ID, "", func() (string, error) { return just(d.Refuse(ctx, e.ID, "no such case")) })
	case 1:
		err = try(audit.EntryWithdrawn, e.ID, "", func() (string, error) { return just(d.Withdraw(ctx, e.ID, "found")) })
	default:
		err = try(audit.EntryApproved, e.ID, "", func() (string, error) { return just(d.Approve(ctx, e.ID)) })
	}
	return cmp.Or(err, d.change(administrator, d.order.PIN))
}

// takeListIn replaces the list "stolen".
func (d *driver) takeListIn() error {
	d.order.Number++
	next := fmt.Sprint(d.order.Number)
	err := try(audit.HotlistImported, stolen, next, func() (string, error) {
		return just(second(d.ImportListFor(ctx, stolen, "daily", d.now(), strings.NewReader(file(platesOf(next))))))
	})
	if err == nil {
		d.order.List = next
	}
	return err
}

// changeList changes a few entries of the list "stolen".
func (d *driver) changeList() error {
	if d.order.List == "" {
		return d.takeListIn()
	}
	d.order.Number++
	next := fmt.Sprint(d.order.List, ".", d.order.Number)
	was, is := platesOf(d.order.List), platesOf(next)
	delta := hotlist.Delta{Head: hotlist.Head{Name: stolen, Made: d.now()}}
	added, removed := without(is, was), without(was, is)
	delta.Added = func(yield func(hotlist.Entry, error) bool) {
		for _, p := range added {
			if !yield(hotlist.Entry{ID: "delta-" + p, Plate: plate.Text(p), Category: category}, nil) {
				return
			}
		}
	}
	gone, err := d.entriesOf(removed)
	if err != nil {
		return err
	}
	delta.Removed = func(yield func(hotlist.Entry, error) bool) {
		for _, e := range gone {
			if !yield(e, nil) {
				return
			}
		}
	}
	err = try(audit.HotlistChanged, stolen, next, func() (string, error) { return just(second(d.ChangeList(ctx, delta, "found"))) })
	if err == nil {
		d.order.List = next
	}
	return err
}

// entriesOf are the entries of the list "stolen" for some plates.
func (d *driver) entriesOf(plates []string) (found []hotlist.Entry, err error) {
	lists, err := d.kept.Lists(ctx)
	for _, l := range lists {
		if l.Name != stolen {
			continue
		}
		for e, err := range l.All() {
			if err != nil {
				return nil, err
			}
			if slices.Contains(plates, string(e.Plate)) {
				found = append(found, e)
			}
		}
	}
	return found, err
}

func (d *driver) withdrawList() error {
	if d.order.List == "" {
		return nil
	}
	err := try(audit.HotlistWithdrawn, stolen, "", func() (string, error) { return just(d.WithdrawListFor(ctx, stolen, "wrong file")) })
	if err == nil {
		d.order.List = ""
	}
	return err
}

func (d *driver) endShift() error {
	err := try(audit.ShiftEnded, "", "", func() (string, error) { return just(second(d.EndShift(ctx))) })
	return cmp.Or(err, d.patrol())
}

// sync delivers to the station while everything else goes on.
func (d *driver) sync() error {
	if err := d.finishSync(false); err != nil || d.syncing != nil {
		return err
	}
	d.syncing = make(chan error, 1)
	say("begin", audit.SyncStarted, "", "")
	say("begin", audit.SyncEnded, "", "")
	if d.order.Line {
		say("begin", audit.SyncFailed, "", "")
	}
	go func() {
		_, err := d.Sync(ctx, nil)
		switch {
		case err == nil:
			say("done", audit.SyncEnded, "", "")
		case errors.Is(err, access.ErrNotSignedIn), // the screen was locked before it began
			d.order.Line && errors.Is(err, shift.ErrNoAnswer):
			err = nil
		}
		d.syncing <- err
	}()
	return nil
}

// finishSync notes the end of the sync that runs, or waits for it.
func (d *driver) finishSync(wait bool) error {
	if d.syncing == nil {
		return nil
	}
	select {
	case err := <-d.syncing:
		d.syncing = nil
		return err
	default:
	}
	if !wait {
		return nil
	}
	err := <-d.syncing
	d.syncing = nil
	return err
}

// rekey gives the store another key, or goes on with it.
func (d *driver) rekey() error {
	if err := d.finishSync(true); err != nil {
		return err
	}
	err := try(audit.PatrolEnded, "", "", func() (string, error) { return just(d.StopPatrol(ctx)) })
	if err == nil {
		d.tellRaised()
		err = try(audit.StoreRekeyed, "", "", func() (string, error) { return just(d.Rekey(ctx, "somebody left", nil)) })
	}
	return cmp.Or(err, d.patrol())
}

func (d *driver) changePIN() error {
	next := fmt.Sprintf("maple-%06d", d.random.IntN(1e6))
	err := try(audit.SecretChanged, "", next, func() (string, error) { return just(d.ChangeSecret(ctx, d.order.PIN, next)) })
	if errors.Is(err, access.ErrSameSecret) {
		return nil
	}
	if err == nil {
		d.order.PIN = next
	}
	return err
}

func (d *driver) signOutAndIn() error {
	if err := d.finishSync(true); err != nil {
		return err
	}
	err := try(audit.PatrolEnded, "", "", func() (string, error) { return just(d.StopPatrol(ctx)) })
	if err == nil {
		d.tellRaised()
		err = try(audit.SignedOut, "", "", func() (string, error) { return just(d.SignOut(ctx)) })
	}
	if err == nil {
		err = d.signIn(administrator, d.order.PIN)
	}
	return cmp.Or(err, d.patrol())
}
