package cruiser_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/search"
	"secondlook/app/shift"
	"secondlook/assets"
	"secondlook/platform/layoutfile"
	"secondlook/platform/packfile"
	"secondlook/store"
)

// eyes hands in the reads that a test makes.
type eyes struct {
	onRead func(plate.Read)
	health []patrol.Health
}

func (e *eyes) Start(ctx context.Context, cameras []patrol.CameraSetting, _ plate.Jurisdiction, onRead func(plate.Read)) (patrol.Live, error) {
	e.onRead = onRead
	for _, c := range cameras {
		e.health = append(e.health, patrol.Health{Name: c.Name, Connected: true, Frames: 100, Drops: 3})
	}
	return live{e, ctx}, nil
}

type live struct {
	*eyes
	ctx context.Context
}

func (l live) Health() []patrol.Health                               { return l.health }
func (l live) Latest(int, uint64, image.Point) (*image.RGBA, uint64) { return nil, 0 }
func (l live) Wait() error                                           { <-l.ctx.Done(); return nil }

// signals counts what sounded.
type signals struct {
	mu     sync.Mutex
	alerts []policy.Tier
	calls  []string
}

func (s *signals) call(what string) { s.mu.Lock(); s.calls = append(s.calls, what); s.mu.Unlock() }

func (s *signals) Alert(t policy.Tier) { s.mu.Lock(); s.alerts = append(s.alerts, t); s.mu.Unlock() }
func (s *signals) CameraLost()         {}
func (s *signals) PositionLost()       { s.call("position lost") }
func (s *signals) PositionBack()       { s.call("position back") }
func (s *signals) CameraBack()         {}

// evidence knows whether it was erased. Its context picture is there once redacted
// is closed, if that is set.
type evidence struct {
	erased   atomic.Bool
	redacted chan struct{}
	context  image.Image // nil: as the plate
}

func (e *evidence) Plate() (image.Image, error) {
	m := image.NewRGBA(image.Rect(0, 0, 40, 20))
	m.Set(3, 3, color.White)
	return m, nil
}

func (e *evidence) Context() (image.Image, error) {
	if e.redacted != nil {
		<-e.redacted
	}
	if e.context != nil {
		return e.context, nil
	}
	return e.Plate()
}

func (e *evidence) Erase() { e.erased.Store(true) }

// car is a terminal over a real store.
type car struct {
	*cruiser.Cruiser
	t     *testing.T
	eyes  *eyes
	calls *signals
	now   time.Time
	mu    sync.Mutex
	path  string
	parts cruiser.Parts
	// phones have the second factors of who needs one.
	phones map[access.Badge]access.Factor
}

const secret = "a good long secret"

func newCar(t *testing.T, link *station) *car {
	t.Helper()
	text, err := assets.Policy("ontario")
	require.NoError(t, err)
	pack, err := packfile.Decode(text)
	require.NoError(t, err)
	c := &car{t: t, eyes: &eyes{}, calls: &signals{}, now: time.Date(2026, 11, 22, 21, 47, 0, 0, time.UTC), path: filepath.Join(t.TempDir(), "terminal.db")}
	layouts, err := layoutfile.BuiltIn()
	require.NoError(t, err)
	c.parts = cruiser.Parts{Vision: c.eyes, Pack: pack, Signals: c.calls, Layouts: layouts, Now: c.clock}
	if link != nil {
		c.parts.Dock = func([]byte) (shift.Dock, error) { return link, nil }
	}
	c.start()
	return c
}

func (c *car) clock() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *car) pass(d time.Duration) { c.mu.Lock(); c.now = c.now.Add(d); c.mu.Unlock() }

func (c *car) start() {
	c.t.Helper()
	s, err := store.Open(c.path, store.Options{Now: c.clock, Rounds: 1000})
	require.NoError(c.t, err)
	c.parts.Store = s
	c.Cruiser, err = cruiser.New(c.parts)
	require.NoError(c.t, err)
	c.t.Cleanup(func() { c.Close() })
}

// setUp makes an administrator who also patrols, a supervisor and a patrol.
func (c *car) setUp() *car {
	ctx := context.Background()
	require.NoError(c.t, c.SetUp(ctx, cruiser.FirstPerson{Terminal: "Car 4127", Service: "Test Service", Name: "Ada Admin", Badge: "20418",
		Secret: secret, Roles: []access.Role{access.Patrol}, Agreed: c.Pack().Agreement.Version, Trained: c.clock().AddDate(0, -1, 0), Course: "ALPR basics"}))
	c.ready("20418")
	c.enlist("Sam Super", "30001", access.Supervisor)
	s := c.Settings()
	s.Cameras = []patrol.CameraSetting{{Name: "Front left", Source: "test"}}
	s.Bundle = []byte("{}")
	require.NoError(c.t, c.ChangeSettings(ctx, s, "camera mounted"))
	_, err := c.ImportList(ctx, "CPIC", c.clock(), strings.NewReader("plate,jurisdiction,category,make\nCKLM804,CA-ON,stolen-vehicle,Honda\nBWKB881,CA-ON,suspended-driver,Ford\n"))
	require.NoError(c.t, err)
	require.NoError(c.t, c.StartPatrol(ctx))
	return c
}

// enlist registers a person, and has them do all that the policy asks before they
// operate the system. The administrator stays signed in.
func (c *car) enlist(name access.Name, badge access.Badge, roles ...access.Role) {
	c.t.Helper()
	ctx := context.Background()
	const first = "given by the administrator"
	require.NoError(c.t, c.Register(ctx, name, badge, roles, first))
	require.NoError(c.t, c.RecordTraining(ctx, c.person(badge).ID, c.clock().AddDate(0, -1, 0), "ALPR basics"))
	require.NoError(c.t, c.SignOut(ctx))
	require.NoError(c.t, c.SignIn(ctx, badge, first))
	require.NoError(c.t, c.ChangeSecret(ctx, first, secret))
	c.ready(badge)
	c.as("20418")
}

// ready has the person signed in do what the policy asks of them, training apart.
func (c *car) ready(badge access.Badge) {
	c.t.Helper()
	ctx := context.Background()
	if s, _ := c.Session(); s.Need == access.NeedFactor {
		shown, err := c.BeginFactor()
		require.NoError(c.t, err)
		if c.phones == nil {
			c.phones = map[access.Badge]access.Factor{}
		}
		c.phones[badge] = secretOf(c.t, shown.URI)
		require.NoError(c.t, c.ConfirmFactor(ctx, c.phones[badge].Code(c.clock())))
	}
	if s, _ := c.Session(); s.Need == access.NeedAgreement {
		require.NoError(c.t, c.AcceptAgreement(ctx, c.Pack().Agreement.Version))
	}
}

// person is somebody's record.
func (c *car) person(badge access.Badge) access.Person {
	c.t.Helper()
	people, err := c.parts.Store.People(context.Background())
	require.NoError(c.t, err)
	for _, p := range people {
		if p.Badge == badge {
			return p
		}
	}
	require.Fail(c.t, "no such person")
	return access.Person{}
}

// read hands in a read and waits until all is done with it.
func (c *car) read(text plate.Text) {
	e := &evidence{}
	c.see(text, e)
	// Hits are raised by a goroutine of the patrol's; what is done with is erased.
	require.Eventually(c.t, e.erased.Load, time.Minute, time.Millisecond)
}

// see hands in a read.
func (c *car) see(text plate.Text, e *evidence) {
	r := plate.Read{Camera: "Front left", At: c.clock(), Text: text, Confidence: 0.96, Evidence: e, Jurisdiction: "CA-ON", Basis: plate.BasisAssumed}
	for i := range len(text) {
		r.Characters = append(r.Characters, plate.Character{Char: text[i], Confidence: 0.9})
	}
	c.eyes.onRead(r)
}

// Redaction takes a second or two; the officer does not wait for it.
func TestRequirement10_AlertDoesNotWaitForTheContextPicture(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	added := make(chan struct{}, 9)
	defer c.Subscribe(func(topic cruiser.Topic) {
		if topic == cruiser.PictureAdded {
			added <- struct{}{}
		}
	})()
	first, second := &evidence{redacted: make(chan struct{})}, &evidence{redacted: make(chan struct{})}
	c.see("CKLM804", first)
	c.see("BWKB881", second)
	require.Eventually(t, func() bool { return len(c.Queue()) == 2 }, time.Minute, time.Millisecond)
	a, err := c.OpenAlert(ctx, c.Queue()[0].ID)
	require.NoError(t, err)
	require.NotNil(t, a.Plate)
	require.Nil(t, a.Context)
	require.True(t, a.Redacting)
	_, ready, err := c.ContextPicture(ctx, a.Hit.ID)
	require.NoError(t, err)
	require.False(t, ready)

	close(first.redacted)
	<-added
	street, ready, err := c.ContextPicture(ctx, a.Hit.ID)
	require.NoError(t, err)
	require.True(t, ready)
	require.NotNil(t, street)
	require.Eventually(t, first.erased.Load, time.Minute, time.Millisecond)

	// One that is rejected before its turn, or in it, stays destroyed.
	gone := c.Queue()[1].ID
	require.NoError(t, c.Reject(ctx, gone, hit.Misread, time.Second))
	close(second.redacted)
	<-added
	_, _, err = c.ContextPicture(ctx, gone)
	require.ErrorIs(t, err, hit.ErrNotFound)
	require.NoError(t, c.StopPatrol(ctx))
	require.True(t, second.erased.Load())
}

func TestRequirement3_NonHitIsErasedAtOnce(t *testing.T) {
	c := newCar(t, nil).setUp()
	c.read("ZZZZ999")
	require.Empty(t, c.Queue())
	hits, err := c.Hits(context.Background())
	require.NoError(t, err)
	require.Empty(t, hits)
	_, raised, non := c.Counts()
	require.EqualValues(t, 0, raised)
	require.EqualValues(t, 1, non)
}

func TestRequirement10_AlertIsDurableAndComparedFirst(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.read("CKLM804") // waits until the buffers are overwritten
	require.Equal(t, []policy.Tier{policy.Grave}, c.calls.alerts)
	id := c.Queue()[0].ID

	a, err := c.OpenAlert(ctx, id)
	require.NoError(t, err)
	require.NotNil(t, a.Plate)
	require.NotNil(t, a.Context)
	_, err = c.Confirm(ctx, id, 0)
	require.ErrorIs(t, err, hit.ErrTooSoon)

	require.NoError(t, c.Close()) // the terminal is switched off with the alert open
	c.start()
	require.NoError(t, c.SignIn(ctx, "20418", secret))
	require.Len(t, c.Queue(), 1)
	require.Equal(t, id, c.Queue()[0].ID)
	require.NoError(t, c.StartPatrol(ctx))
	c.read("CKLM804")
	require.Len(t, c.Queue(), 1, "the car is still in view: it waits once")
	d, ok := c.Deployment()
	require.True(t, ok, "the shift goes on")
	require.EqualValues(t, 1, d.Statistics.HitsByCategory["stolen-vehicle"], "counted before the power cut")
}

func TestRequirement13_RejectedHitIsDestroyed(t *testing.T) {
	ctx := context.Background()
	for _, verdict := range []hit.State{hit.Misread, hit.WrongJurisdiction} {
		c := newCar(t, nil).setUp()
		c.read("CKLM804")
		id := c.Queue()[0].ID
		require.NoError(t, c.Reject(ctx, id, verdict, time.Second))
		require.Empty(t, c.Queue())
		_, err := c.OpenAlert(ctx, id)
		require.ErrorIs(t, err, hit.ErrNotFound)
		d, ok := c.Deployment()
		require.True(t, ok)
		require.EqualValues(t, 1, d.Statistics.Verdicts[verdict], "only a count remains")
	}
}

func TestRequirement45_PlateIsQuietAfterAVerdictUnlessANewReasonAppears(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.read("CKLM804")
	c.read("CKLM804")
	require.Len(t, c.Queue(), 1, "the same plate waits once")
	require.NoError(t, c.Reject(ctx, c.Queue()[0].ID, hit.Misread, time.Second))
	c.read("CKLM804")
	require.Empty(t, c.Queue())

	_, err := c.ImportList(ctx, "MTO", c.clock(), strings.NewReader("plate,category\nCKLM804,expired-plate\n"))
	require.NoError(t, err)
	c.read("CKLM804")
	require.Len(t, c.Queue(), 1, "a new reason")
	require.Len(t, c.Queue()[0].Matches, 2, "one alert with every reason")
	require.Equal(t, "stolen-vehicle", c.Queue()[0].Matches[0].Entry.Category, "the gravest first")

	require.NoError(t, c.Reject(ctx, c.Queue()[0].ID, hit.Misread, time.Second))
	c.pass(c.Pack().Quiet() + time.Second)
	c.read("CKLM804")
	require.Len(t, c.Queue(), 1, "the interval is over")
}

func TestRequirement45_LookAlikeNeverSilencesTheListedPlate(t *testing.T) {
	c := newCar(t, nil).setUp()
	c.read("CKLM8O4")
	require.Len(t, c.Queue(), 1)
	require.NoError(t, c.Reject(context.Background(), c.Queue()[0].ID, hit.Misread, time.Second))
	c.read("CKLM8O4")
	require.Empty(t, c.Queue())
	c.read("CKLM804")
	require.Len(t, c.Queue(), 1)
	require.Equal(t, hotlist.Exact, c.Queue()[0].Matches[0].Kind)
}

// finish takes the one waiting hit through all its steps.
func (c *car) finish() string {
	ctx := context.Background()
	id := c.Queue()[0].ID
	_, err := c.Confirm(ctx, id, 5*time.Second)
	require.NoError(c.t, err)
	_, err = c.Verify(ctx, id, hit.Verification{Record: hit.Active, OwnerReminder: true})
	require.NoError(c.t, err)
	_, err = c.Notify(ctx, id, hit.Notice{Given: true, Language: "fr"})
	require.NoError(c.t, err)
	_, err = c.Finish(ctx, id, hit.Outcome{Code: c.Pack().Outcomes[0].Code})
	require.NoError(c.t, err)
	return id
}

func TestRequirement11_RecordNotActiveEndsTheHit(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.read("CKLM804")
	id := c.Queue()[0].ID
	_, err := c.Confirm(ctx, id, 5*time.Second)
	require.NoError(t, err)
	_, err = c.Verify(ctx, id, hit.Verification{Record: hit.Active})
	require.ErrorIs(t, err, hit.ErrIncomplete, "the owner reminder comes first")
	h, err := c.Verify(ctx, id, hit.Verification{Record: hit.NotActive})
	require.NoError(t, err)
	require.Equal(t, hit.NotActionable, h.State)
	require.Empty(t, c.Open())
}

// station is a dock that may cut the line after some deliveries.
type station struct {
	time      time.Time // what its clock shows
	roster    *access.Roster
	publisher ed25519.PublicKey
	kept      map[string][]byte
	parcels   map[string]shift.Parcel
	order     []string
	cut       int // deliveries before the line is cut; negative: never
	lists     []shift.ListFile
	entries   []entry.Entry
	sent      []entry.Entry
	forged    error // comes with the lists
	pack      *shift.PackFile
	took      func() // called with each delivery
}

func newStation() *station {
	return &station{kept: map[string][]byte{}, parcels: map[string]shift.Parcel{}, cut: -1}
}

func (s *station) Publisher() ed25519.PublicKey                { return s.publisher }
func (s *station) Station() string                             { return "Test station" }
func (s *station) Car() string                                 { return "4127" }
func (s *station) Connect(context.Context) (shift.Link, error) { return s, nil }
func (s *station) Close() error                                { return nil }
func (s *station) Await(ctx context.Context) (shift.News, error) {
	<-ctx.Done()
	return shift.News{}, ctx.Err()
}
func (s *station) Time(context.Context) (time.Time, error) { return s.time, nil }
func (s *station) Complain(context.Context, string) error  { return nil }
func (s *station) Roster(_ context.Context, have int) (*access.Roster, error) {
	if s.roster == nil || s.roster.Version == have {
		return nil, nil
	}
	if s.roster.Version < have {
		return nil, shift.ErrUntrusted
	}
	return s.roster, nil
}
func (s *station) Policy(context.Context, shift.KeptPack) (*shift.PackFile, error) {
	return s.pack, nil
}
func (s *station) Entries(context.Context) ([]entry.Entry, error) { return s.entries, nil }
func (s *station) PublishEntry(_ context.Context, e entry.Entry) error {
	s.sent = append(s.sent, e)
	return nil
}
func (s *station) Lists(_ context.Context, have map[string]shift.KeptList) ([]shift.ListFile, error) {
	var newer []shift.ListFile
	for _, l := range s.lists {
		if l.Version > have[l.Name].Version {
			newer = append(newer, l)
		}
	}
	return newer, s.forged
}

var errCut = errors.New("the line is cut")

func (s *station) Deliver(_ context.Context, parcels ...shift.Parcel) error {
	for _, p := range parcels {
		if s.cut == 0 {
			return errCut
		}
		s.cut--
		if s.took != nil {
			s.took()
		}
		if _, there := s.kept[p.ID]; !there {
			s.order = append(s.order, p.ID)
		}
		s.kept[p.ID], s.parcels[p.ID] = p.Body, p
		if p.Stored != nil {
			p.Stored(len(p.Body))
		}
	}
	return nil
}

func (s *station) Medium(io.Writer, string, time.Time) (shift.Medium, error) { return s, nil }
func (s *station) Put(p shift.Parcel) error                                  { return s.Deliver(context.Background(), p) }
func (s *station) ReceiptOf([]byte) (string, error)                          { return "r1", nil }
func (s *station) OpenReceipt([]byte, string) (shift.Receipt, error) {
	return shift.Receipt{}, shift.ErrReceipt
}
func (s *station) Receipt(_ context.Context, of []shift.Ref) (r shift.Receipt, err error) {
	if s.cut == 0 {
		return r, errCut
	}
	r = shift.Receipt{Request: "r1", Digest: []byte{1}, Proof: []byte{2}}
	for _, ref := range of {
		if _, ok := s.kept[ref.ID]; ok {
			r.Records = append(r.Records, shift.Received{Ref: ref, Digest: []byte{3}})
		}
	}
	return r, nil
}

func TestRequirement29_CutSyncLosesAndDoublesNothing(t *testing.T) {
	ctx := context.Background()
	st := newStation()
	c := newCar(t, st).setUp()
	c.read("BWKB881")
	routine := c.finish()
	c.read("CKLM804")
	grave := c.finish()
	c.read("CKLM8O4") // quiet: the same entry, and an exact match was judged
	sum, err := c.EndShift(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 3, sum.Deployment.Statistics.Reads)
	require.EqualValues(t, 2, sum.Deployment.Statistics.Verdicts[hit.Confirmed])
	require.EqualValues(t, 2, sum.Deployment.Statistics.NoticesGiven)

	st.cut = 1
	_, err = c.Sync(ctx, nil)
	require.ErrorIs(t, err, errCut)
	n, err := c.Pending(ctx)
	require.NoError(t, err)
	require.Equal(t, 3, n, "what the station did not sign for is still here")

	st.cut = -1
	var last cruiser.Progress
	sum, err = c.Sync(ctx, func(p cruiser.Progress) { last = p })
	require.NoError(t, err)
	require.Equal(t, cruiser.SyncDone, last.Step)
	require.Equal(t, 3, sum.Delivered)
	require.Len(t, st.kept, 3)
	require.Len(t, c.acts()[audit.ReceiptTaken], 2, "one for what was there, one for the rest")
	require.Equal(t, []string{grave, routine}, st.order[:2], "gravest first")
	hits, err := c.Hits(ctx)
	require.NoError(t, err)
	require.Empty(t, hits, "acknowledged, then erased")

	var record cruiser.HitRecord
	require.NoError(t, json.Unmarshal(st.kept[grave], &record))
	require.Equal(t, plate.Text("CKLM804"), record.Hit.Read.Text)
	require.NotEmpty(t, record.PlatePicture)

	sum, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Zero(t, sum.Delivered)
}

func TestRequirement41_UnjudgedHitsWaitForAHuman(t *testing.T) {
	ctx := context.Background()
	st := newStation()
	c := newCar(t, st).setUp()
	c.read("CKLM804")
	sum, err := c.EndShift(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, sum.Waiting)
	require.Equal(t, hit.NotReviewed, c.Queue()[0].State)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Len(t, c.Queue(), 1, "it stays on the terminal")
	c.finish() // and may be judged later
}

// as signs somebody in, with a code that was not used yet where they need one.
func (c *car) as(badge access.Badge) {
	c.t.Helper()
	ctx := context.Background()
	if _, in := c.Session(); in {
		require.NoError(c.t, c.SignOut(ctx))
	}
	err := c.SignIn(ctx, badge, secret)
	if errors.Is(err, access.ErrCodeNeeded) {
		c.pass(30 * time.Second)
		err = c.SignInWithCode(ctx, badge, secret, c.phones[badge].Code(c.clock()))
	}
	require.NoError(c.t, err)
}

func proposal(now time.Time) entry.Entry {
	return entry.Entry{Plate: "QWER123", Category: "amber-alert", Reason: "Amber Alert 26-17", Expires: now.AddDate(0, 0, 1), Distribution: policy.Shared}
}

func TestRequirement19_EntryMatchesOnlyAfterASupervisorApproved(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	e, err := c.Propose(ctx, proposal(c.clock()))
	require.NoError(t, err)
	c.read("QWER123")
	require.Empty(t, c.Queue(), "proposed is not approved")
	require.ErrorIs(t, c.Approve(ctx, e.ID), access.ErrNotAllowed)

	c.as("30001")
	require.NoError(t, c.Approve(ctx, e.ID))
	require.NoError(t, c.StartPatrol(ctx))
	c.read("QWER123")
	require.Len(t, c.Queue(), 1)

	own, err := c.Propose(ctx, proposal(c.clock()))
	require.NoError(t, err)
	require.ErrorIs(t, c.Approve(ctx, own.ID), entry.ErrOwnEntry)

	require.NoError(t, c.Reject(ctx, c.Queue()[0].ID, hit.Misread, time.Second))
	c.pass(25 * time.Hour)
	c.read("QWER123")
	require.Empty(t, c.Queue(), "expired")
}

func TestRequirement8_ListsAndEntriesArriveWithTheSync(t *testing.T) {
	ctx := context.Background()
	st := newStation()
	c := newCar(t, st).setUp()
	st.lists = []shift.ListFile{{Name: "MTO", Version: 3, Made: c.clock(), Data: []byte("plate,category\nMTOX001,expired-plate\n")}}
	foreign := proposal(c.clock())
	foreign.ID, foreign.State, foreign.Revision, foreign.Proposed = "f1", entry.Approved, 2, c.clock()
	foreign.Author = access.Officer{ID: "x", Name: "Far Away", Badge: "9", Roles: []access.Role{access.Patrol}}
	foreign.Decider = &access.Officer{ID: "y", Name: "Far Off", Badge: "10", Roles: []access.Role{access.Supervisor}}
	tooLong := foreign
	tooLong.ID, tooLong.Plate, tooLong.Expires = "f2", "LONG999", c.clock().AddDate(5, 0, 0)
	st.entries = []entry.Entry{foreign, tooLong}
	sum, err := c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, 1, sum.Lists)
	require.Equal(t, 1, sum.Entries, "an entry beyond the pack's limit is not taken")
	c.read("MTOX001")
	c.read("QWER123")
	c.read("LONG999")
	require.Len(t, c.Queue(), 2)

	st.forged = fmt.Errorf("list CPIC: %w", shift.ErrUntrusted)
	st.lists[0].Version = 4
	sum, err = c.Sync(ctx, nil)
	require.ErrorIs(t, err, shift.ErrUntrusted)
	require.Equal(t, 1, sum.Lists, "a forged list does not keep a good one away")
	st.forged = nil

	st.lists = []shift.ListFile{{Name: "MTO", Version: 5, Withdrawn: true}}
	foreign.State, foreign.Revision = entry.Withdrawn, 3
	st.entries = []entry.Entry{foreign}
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	r, err := c.Search(ctx, search.Query{Plate: "QWER123", Purpose: c.Pack().Purposes[0].Code, Reason: "r", FileNumber: "f"})
	require.NoError(t, err)
	require.Empty(t, r.Matches, "gone at the next contact")
}

func TestRequirement20_SearchNeedsReasonsAndIsLogged(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	_, err := c.Search(ctx, search.Query{Plate: "CKLM804"})
	require.ErrorIs(t, err, search.ErrIncomplete)
	_, err = c.Search(ctx, search.Query{Plate: "CKLM804", Purpose: "curiosity", Reason: "r", FileNumber: "f"})
	require.ErrorIs(t, err, policy.ErrUnknownCode)
	r, err := c.Search(ctx, search.Query{Plate: "CKLM804", Purpose: c.Pack().Purposes[0].Code, Reason: "theft of 21 November", FileNumber: "26-1"})
	require.NoError(t, err)
	require.Len(t, r.Matches, 1)
	records, err := c.parts.Store.Records(ctx)
	require.NoError(t, err)
	require.NoError(t, audit.Verify(records))
	last := records[len(records)-1].Event
	require.Equal(t, audit.Searched, last.Act)
	require.Equal(t, "20418", last.Badge)
	require.Equal(t, "26-1", last.Detail["file"])
}

func TestRequirement21_RolesAndLock(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	_, err := c.Records(ctx)
	require.ErrorIs(t, err, access.ErrNotAllowed)
	c.read("CKLM804")
	require.NoError(t, c.Lock(ctx))
	require.Empty(t, c.Queue(), "a locked screen shows no hit")
	require.Equal(t, 1, c.WaitingCounts()[policy.Grave], "only that one waits")
	before := len(c.calls.alerts)
	c.read("BWKB881")
	require.Len(t, c.calls.alerts, before+1, "alerts still sound")
	_, err = c.parts.Store.Hits(ctx)
	require.Error(t, err, "nobody can open what a locked terminal records")
	total := 0
	for _, n := range c.WaitingCounts() {
		total += n
	}
	require.Equal(t, 2, total, "a locked screen counts the new one")
	require.ErrorIs(t, c.Unlock(ctx, "20418", "something else"), access.ErrBadSignIn)
	require.NoError(t, c.Unlock(ctx, "20418", secret))
	require.Len(t, c.Queue(), 2)
}

func TestTrainingCannotSync(t *testing.T) {
	c := newCar(t, newStation())
	c.parts.Training = true
	require.NoError(t, c.Close())
	c.start()
	c.setUp()
	_, err := c.Sync(context.Background(), nil)
	require.ErrorIs(t, err, cruiser.ErrTraining)
}
