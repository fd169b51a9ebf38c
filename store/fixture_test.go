package store

import (
	"bytes"
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

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
)

const (
	adminBadge = access.Badge("40417731")
	adminPIN   = "maple-7429"
	patrolPIN  = "birch-5518"
	patrolID   = access.Badge("83300562")
)

var (
	start = time.Date(2026, 11, 22, 18, 30, 15, 120_000_000, time.UTC)
	ctx   = context.Background()
)

// clock is a clock that a test sets.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// fixture is a store file and the clock that it runs by.
type fixture struct {
	*Store
	t     testing.TB
	path  string
	clock *clock
}

// SetUp, SignIn and Verify are the store's for a person with a secret and nothing
// else.
func (f *fixture) SetUp(ctx context.Context, o access.Officer, secret string, e audit.Event) error {
	return f.Store.SetUp(ctx, access.Person{Officer: o}, secret, e)
}

func (f *fixture) SignIn(ctx context.Context, b access.Badge, secret string) (access.Officer, error) {
	p, err := f.Store.SignIn(ctx, b, access.Proof{Secret: secret})
	return p.Officer, err
}

func (f *fixture) Verify(ctx context.Context, b access.Badge, secret string) (access.Officer, error) {
	p, err := f.Store.Verify(ctx, b, access.Proof{Secret: secret})
	return p.Officer, err
}

// newFixture opens a new, empty store.
func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{t: t, path: filepath.Join(t.TempDir(), "data", "second.db"), clock: &clock{t: start}}
	f.reopen()
	t.Cleanup(func() { f.Close() })
	return f
}

// setUpFixture opens a new store with its first administrator signed in.
func setUpFixture(t testing.TB) *fixture {
	t.Helper()
	f := newFixture(t)
	require.NoError(t, f.SetUp(ctx, admin(), adminPIN, event(audit.SetUp)))
	return f
}

func (f *fixture) reopen() {
	f.t.Helper()
	if f.Store != nil {
		require.NoError(f.t, f.Close())
	}
	s, err := Open(f.path, f.options())
	require.NoError(f.t, err)
	f.Store = s
}

func (f *fixture) options() Options {
	return Options{Terminal: func() string { return "Car 4127" }, Now: f.clock.now, Rounds: 8}
}

func (f *fixture) signIn() {
	f.t.Helper()
	_, err := f.SignIn(ctx, adminBadge, adminPIN)
	require.NoError(f.t, err)
}

// acts returns what the audit record says was done; the chain must verify.
func (f *fixture) acts() []audit.Act {
	f.t.Helper()
	var acts []audit.Act
	for _, r := range f.records() {
		acts = append(acts, r.Event.Act)
	}
	return acts
}

func (f *fixture) records() []audit.Record {
	f.t.Helper()
	records, err := f.Records(ctx)
	require.NoError(f.t, err)
	require.NoError(f.t, audit.Verify(records))
	return records
}

func admin() access.Officer {
	return access.Officer{
		ID: "9f6d1c52", Name: "Geneviève Tremblay-Okafor", Badge: adminBadge,
		Roles: []access.Role{access.Administrator, access.Auditor}, Registered: start,
	}
}

func officer() access.Officer {
	return access.Officer{
		ID: "3b77e0aa", Name: "Anselm Featherstonehaugh", Badge: patrolID,
		Roles: []access.Role{access.Patrol}, Registered: start.Add(time.Minute),
	}
}

func event(act audit.Act) audit.Event {
	return audit.Event{Name: "Geneviève Tremblay-Okafor", Badge: string(adminBadge), Role: "administrator", Act: act}
}

func sampleHit(id string) (hit.Hit, hit.Pictures) {
	h := hit.Hit{
		ID: id, State: hit.Raised, RaisedAt: start, Deployment: "d-1",
		Read: plate.Read{
			Camera: "Front left", At: start.Add(-time.Second), Text: "CKXR417", Confidence: 0.93,
			Characters:   []plate.Character{{Char: 'C', Confidence: 0.99, Rival: 'G', Centre: 0.08}, {Char: 'K', Confidence: 0.97, Centre: 0.2}},
			Candidates:   []plate.Candidate{{Text: "CKXR417", Confidence: 0.93}, {Text: "GKXR417", Confidence: 0.04}},
			Second:       plate.Opinion{Verdict: plate.Agrees, Text: "CKXR417"},
			Jurisdiction: "CA-ON", Basis: plate.BasisRead, Frames: 7,
		},
		Matches: []hotlist.Match{{
			Entry: listEntry(7), List: "stolen", ListMade: start.Add(-time.Hour), Kind: hotlist.LookAlike,
			Doubtful: []int{0}, Jurisdiction: plate.Same,
		}},
	}
	return h, hit.Pictures{Plate: bytes.Repeat([]byte("PLATEPIC"), 40), Context: bytes.Repeat([]byte("CONTEXTPIC"), 600)}
}

func listEntry(i int) hotlist.Entry {
	e := hotlist.Entry{
		ID: fmt.Sprintf("row-%06d", i), Plate: plate.Text(fmt.Sprintf("CKX%04d", i%10000)), Jurisdiction: "CA-ON",
		Category: "stolen-vehicle", Source: "CPIC", Agency: "Peel Regional Police", Contact: "+1 905 555 0117",
		Reference: fmt.Sprintf("PR26-%07d", i), Make: "Toyota", Model: "Highlander", Year: 2000 + i%26, Colour: "blue",
	}
	if i%3 == 0 {
		e.Expires = start.AddDate(0, 0, i%30)
	}
	if i%7 == 0 {
		e.Category, e.Driver = hotlist.SuspendedDriver, hotlist.Driver{Name: fmt.Sprintf("Quillfeather, Marguerite %d", i), Lenses: i%2 == 0}
	}
	if i%50 == 0 {
		e.Note = "taken from a driveway in Brampton"
	}
	return e
}

func list(name string, n int) hotlist.List {
	l := hotlist.List{Name: name, Made: start.Add(-time.Hour), Received: start, Version: 12}
	for i := range n {
		l.Entries = append(l.Entries, listEntry(i))
	}
	return l
}

// putList puts a list of which nothing needs deciding.
func putList(s *Store, l hotlist.List, e audit.Event) error {
	_, err := s.PutList(ctx, l.Head(), l.All(), func(*hotlist.Head, hotlist.Change) (audit.Event, error) { return e, nil })
	return err
}

// readLists reads every list with its entries.
func readLists(s *Store) ([]hotlist.List, error) {
	var out []hotlist.List
	lists, err := s.Lists(ctx)
	for _, l := range lists {
		if l.SetAside {
			return nil, ErrDamaged
		}
		whole := hotlist.List{Name: l.Name, Made: l.Made, Received: l.Received, Version: l.Version}
		for e, err := range l.All() {
			if err != nil {
				return nil, err
			}
			whole.Entries = append(whole.Entries, e)
		}
		if len(whole.Entries) != l.Count() {
			return nil, fmt.Errorf("%d entries, not %d", len(whole.Entries), l.Count())
		}
		out = append(out, whole)
	}
	return out, err
}

// listFiles are the names of the files that hold lists.
func (f *fixture) listFiles() (names []string) {
	files, err := os.ReadDir(f.path + ".lists")
	if !errors.Is(err, fs.ErrNotExist) {
		require.NoError(f.t, err)
	}
	for _, file := range files {
		names = append(names, file.Name())
	}
	return names
}

func settings() cruiser.Settings {
	return cruiser.Settings{
		Terminal: "Car 9001", Service: "Peel Regional Police", Authority: "Insp. Quackenbush", Region: "CA-ON",
		Cameras:  []patrol.CameraSetting{{Name: "Front", Source: "rtsp://admin:hunter2x9@10.77.3.14/live", Side: "front"}},
		Language: "fr", Palette: "night", Bundle: []byte("enrolment bundle"),
	}
}

func manualEntry(id string) entry.Entry {
	by := admin()
	return entry.Entry{
		ID: id, State: entry.Approved, Plate: "BZTW882", Jurisdiction: "CA-ON", Category: "missing-person",
		Reason: "missing since Tuesday", FileNumber: "26-118830", Expires: start.AddDate(0, 0, 5),
		Distribution: policy.Internal, Descriptors: "tall, grey beard", Make: "Ford", Model: "Focus", Colour: "red",
		Author: officer(), Service: "Peel Regional Police", Proposed: start, Decider: &by, Decided: start.Add(time.Hour), Revision: 2,
	}
}

func deployment(id string) shift.Deployment {
	d := shift.Deployment{
		ID: id, Terminal: "Car 4127", Officer: officer(), Start: start, End: start.Add(8 * time.Hour),
		Authority: "Insp. Quackenbush", Area: "Brampton north", Cameras: []string{"Front"}, Exceptions: []shift.Exception{{Note: "rain"}},
	}
	d.Statistics.Reads = 1812
	d.Statistics.CountHit("stolen-vehicle", 2)
	d.Statistics.CountVerdict(hit.Misread, 1)
	return d
}

func report(id string) hit.Report {
	return hit.Report{
		ID: id, At: start, By: officer(), Terminal: "Car 4127", Deployment: "d-1", List: "stolen", Version: 12, Made: start.Add(-time.Hour),
		Source: "CPIC", Contact: "+1 613 555 0140", Entry: listEntry(7), Reason: hit.OtherFault, Words: "the plate was reissued to a taxi", Quiet: true,
	}
}

func (f *fixture) count(bucket string) int {
	n := 0
	require.NoError(f.t, f.view(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucket)).ForEach(func(_, _ []byte) error { n++; return nil })
	}))
	return n
}

func (f *fixture) value(bucket, key string) []byte {
	var v []byte
	require.NoError(f.t, f.view(func(tx *bolt.Tx) error {
		v = bytes.Clone(tx.Bucket([]byte(bucket)).Get([]byte(key)))
		return nil
	}))
	return v
}

// cipher is the one of a bucket in the epoch in force.
func (f *fixture) cipher(bucket string) (a cipher.AEAD) {
	require.NoError(f.t, f.look(f.keys, func(t txn) error { a = t.cipher(bucket); return nil }))
	return a
}

// tamper changes the file's buckets behind the store's back.
func (f *fixture) tamper(do func(tx *bolt.Tx) error) {
	require.NoError(f.t, f.db.Update(do))
}
