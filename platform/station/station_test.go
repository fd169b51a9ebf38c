package station

import (
	"bytes"
	"context"
	"crypto/hpke"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/entry"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/dock/protocol"
)

// limit ends a test that hangs; nothing is measured by it.
const limit = time.Minute

// running is a station that serves over TLS on a port of its own.
type running struct {
	dir, address string
	folder       *Folder
	stop         func()
	// Of a cluster: its servers learn of the cars, and all have everything.
	share, settle func(t *testing.T)
	// op is an operator's connection that is used again while it lives.
	op *Operator
}

// settled waits until every server of a cluster has everything.
func (r *running) settled(t *testing.T) {
	t.Helper()
	if r.settle != nil {
		r.settle(t)
	}
}

func start(t *testing.T) *running {
	t.Helper()
	return startIn(t, t.TempDir(), "127.0.0.1:0")
}

func startIn(t *testing.T, dir, listen string) *running {
	t.Helper()
	return startWith(t, Options{Data: dir, Listen: listen, Name: "West Division"})
}

func startWith(t *testing.T, o Options) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	o.Ready = func(address string) { ready <- address }
	go func() { done <- Serve(ctx, o) }()
	r := &running{dir: o.Data}
	select {
	case r.address = <-ready:
	case err := <-done:
		cancel()
		require.NoError(t, err, "the station ended before it was ready")
	case <-time.After(limit):
		t.Fatal("the station did not become ready")
	}
	stopped := false
	r.stop = func() {
		if !stopped {
			stopped = true
			cancel()
			require.NoError(t, <-done)
		}
	}
	t.Cleanup(r.stop)
	var err error
	r.folder, err = Open(o.Data)
	require.NoError(t, err)
	return r
}

func (r *running) bundle(t *testing.T, car string) []byte {
	t.Helper()
	b, err := r.folder.Enrol(car, nil, time.Now())
	require.NoError(t, err)
	raw, err := b.Encode()
	require.NoError(t, err)
	if r.share != nil {
		r.share(t)
	}
	return raw
}

// link enrols a car and connects it.
func (r *running) link(t *testing.T, car string) shift.Link {
	t.Helper()
	d, err := dock.New(r.bundle(t, car))
	require.NoError(t, err)
	return connect(t, d)
}

func connect(t *testing.T, d *dock.Dock) shift.Link {
	t.Helper()
	l, err := d.Connect(testContext(t))
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

func (r *running) operator(t *testing.T) *Operator {
	t.Helper()
	if r.op != nil && r.op.nc.IsConnected() && !r.folder.Clustered() {
		return r.op
	}
	op, err := Dial(testContext(t), r.dir)
	require.NoError(t, err)
	t.Cleanup(op.Close)
	r.op = op
	return op
}

// raw connects with a bundle's credential and no manners.
func raw(t *testing.T, bundle []byte) (*nats.Conn, <-chan error) {
	t.Helper()
	id, err := protocol.ParseBundle(bundle)
	require.NoError(t, err)
	refusals := make(chan error, 16)
	nc, err := nats.Connect("tls://"+id.Addresses[0], nats.Secure(id.TLS()), nats.TLSHandshakeFirst(),
		nats.CustomInboxPrefix(protocol.InboxPrefix(id.Car)), nats.NoReconnect(),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refusals <- err }))
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return nc, refusals
}

func testContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	return ctx
}

func (r *running) recordsKey(t *testing.T) hpke.PrivateKey {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(r.dir, RecordsKeyFile))
	require.NoError(t, err)
	key, err := protocol.ParseRecordsKey(file)
	require.NoError(t, err)
	return key
}

func (r *running) list(t *testing.T) []Record {
	t.Helper()
	var all []Record
	require.NoError(t, r.operator(t).Records(testContext(t), func(rec Record) error { all = append(all, rec); return nil }))
	return all
}

func (r *running) open(t *testing.T, ids ...string) map[string]Opened {
	t.Helper()
	all := map[string]Opened{}
	err := r.operator(t).OpenRecords(testContext(t), r.recordsKey(t), ids, func(o Opened, err error) error {
		require.NoError(t, err)
		require.NotContains(t, all, o.ID, "a record came twice")
		all[o.ID] = o
		return nil
	})
	require.NoError(t, err)
	return all
}

func hitParcel(id, text string) shift.Parcel {
	return shift.Parcel{ID: id, Kind: shift.HitParcel, Body: []byte(fmt.Sprintf(`{"ID":%q,"Plate":%q}`, id, text))}
}

// decided is an entry that a supervisor approved.
func decided(id, text string) entry.Entry {
	at := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	return entry.Entry{
		ID: id, State: entry.Approved, Plate: plate.Text(text), Jurisdiction: "CA-ON", Category: "stolen-vehicle",
		Reason: "seen leaving the scene", Expires: at.AddDate(0, 0, 7), Distribution: policy.Internal, Service: "West",
		Author:   access.Officer{ID: "o-1", Name: "Robin Nakamura", Badge: "4711", Roles: []access.Role{access.Patrol}},
		Proposed: at, Decided: at.Add(time.Minute), Revision: 2,
		Decider: &access.Officer{ID: "o-2", Name: "Sasha Tremblay", Badge: "1147", Roles: []access.Role{access.Supervisor}},
	}
}

// noLeaks fails the test that leaves goroutines behind. It waits for those that
// are on their way out.
func noLeaks(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		for end := time.Now().Add(limit); runtime.NumGoroutine() > before; runtime.Gosched() {
			if time.Now().After(end) {
				stacks := make([]byte, 1<<20)
				t.Errorf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
				return
			}
			time.Sleep(time.Millisecond)
		}
	})
}

func TestRequirement29_RecordsArriveAsSent(t *testing.T) {
	noLeaks(t)
	r := start(t)
	car := r.link(t, "car-12")
	big, err := json.Marshal(map[string]any{"ID": "h2", "Context": bytes.Repeat([]byte{0xff, 0xd8, 0x17}, 300_000)})
	require.NoError(t, err)
	sent := []shift.Parcel{
		hitParcel("h1", "ABCD123"),
		{ID: "h2", Kind: shift.HitParcel, Body: big},
		{ID: "r1", Kind: shift.ReportParcel, Body: []byte(`{"reason":"recovered"}`)},
		{ID: "d1", Kind: shift.DeploymentParcel, Body: []byte(`{"Area":"west"}`)},
		{ID: "a1", Kind: shift.AuditParcel, Body: []byte(`[1,2,3]`)},
	}
	for range 2 { // the second time is a repeated sync
		for _, p := range sent {
			require.NoError(t, car.Deliver(testContext(t), p))
		}
	}
	listed, opened := r.list(t), r.open(t)
	require.Len(t, listed, len(sent))
	require.Len(t, opened, len(sent))
	for i, p := range sent {
		require.Equal(t, string(p.Body), string(opened[p.ID].Body))
		require.Equal(t, p.ID, listed[i].ID)
		require.Equal(t, p.Kind, listed[i].Kind)
		require.Equal(t, "car-12", listed[i].Car)
		require.Greater(t, listed[i].Bytes, len(p.Body))
		require.Equal(t, listed[i], opened[p.ID].Record)
	}
	require.Len(t, r.open(t, "d1", "h1", "d1"), 2)
	err = r.operator(t).OpenRecords(testContext(t), r.recordsKey(t), []string{"h1", "nothing"}, func(Opened, error) error { return nil })
	require.ErrorIs(t, err, ErrNoRecord)
}

// Everything works over a link that lets little through.
func TestRequirement29_RecordsArriveOverALimitedLink(t *testing.T) {
	noLeaks(t)
	r := start(t)
	_, err := r.folder.EnrolWithin("car-12", []string{r.address}, map[string]int{"elsewhere:4222": 64_000}, time.Now())
	require.ErrorContains(t, err, "none of the addresses")
	b, err := r.folder.EnrolWithin("car-12", []string{r.address}, map[string]int{r.address: 1_000_000}, time.Now())
	require.NoError(t, err)
	raw, err := b.Encode()
	require.NoError(t, err)
	d, err := dock.New(raw)
	require.NoError(t, err)
	car := connect(t, d)
	r.publish(t, "stolen", csvOf("ABCD123"))
	p := shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: []byte(`{"Picture":"` + strings.Repeat("A", 2*protocol.PieceSize) + `"}`)}
	require.NoError(t, car.Deliver(testContext(t), p))
	require.Equal(t, string(p.Body), string(r.open(t)["h1"].Body))
	got, err := car.Lists(testContext(t), nil)
	require.NoError(t, err)
	require.Len(t, got, 1)
	receipt, err := car.Receipt(testContext(t), []shift.Ref{{Kind: p.Kind, ID: "none"}, {Kind: p.Kind, ID: p.ID}})
	require.NoError(t, err)
	require.Equal(t, []shift.Ref{{Kind: p.Kind, ID: p.ID}}, receipt.Refs())
}

func TestRequirement29_OneRecordLongAfterTheMessageIDIsForgotten(t *testing.T) {
	r := start(t)
	bundle := r.bundle(t, "car-12")
	nc, _ := raw(t, bundle)
	// Without a message id, the station's memory of ids has nothing to go by.
	_, err := nc.RequestWithContext(testContext(t), "hit.car-12.h1", []byte("first"))
	require.NoError(t, err)
	d, err := dock.New(bundle)
	require.NoError(t, err)
	require.NoError(t, connect(t, d).Deliver(testContext(t), hitParcel("h1", "ABCD123")))
	require.Len(t, r.list(t), 1)
}

func TestRequirement29_SameIDOfOtherKindOrCarIsAnotherRecord(t *testing.T) {
	r := start(t)
	a, b := r.link(t, "car-a"), r.link(t, "car-b")
	p := hitParcel("same", "ABCD123")
	require.NoError(t, a.Deliver(testContext(t), p))
	require.NoError(t, b.Deliver(testContext(t), p))
	p.Kind = shift.AuditParcel
	require.NoError(t, a.Deliver(testContext(t), p))
	require.Len(t, r.list(t), 3)
}

func TestDeliverRefusesWhatNoStationTakes(t *testing.T) {
	r := start(t)
	car := r.link(t, "car-12")
	for name, c := range map[string]struct {
		parcel shift.Parcel
		want   error
	}{
		"NoID":        {hitParcel("", "X1"), protocol.ErrName},
		"IDWithDots":  {hitParcel("a.b", "X1"), protocol.ErrName},
		"IDWildcard":  {hitParcel("*", "X1"), protocol.ErrName},
		"UnknownKind": {shift.Parcel{ID: "x", Kind: "other", Body: []byte("{}")}, protocol.ErrName},
		"TooLarge":    {shift.Parcel{ID: "x", Kind: shift.HitParcel, Body: make([]byte, protocol.MaxBody+1)}, protocol.ErrSize},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, car.Deliver(testContext(t), c.parcel), c.want)
		})
	}
	// The largest that is taken arrives.
	body := bytes.Repeat([]byte(" "), protocol.MaxBody)
	copy(body, "{}")
	require.NoError(t, car.Deliver(testContext(t), shift.Parcel{ID: "largest", Kind: shift.HitParcel, Body: body}))
	require.Len(t, r.list(t), 1)
}

func TestRequirement35_ForgedRecordsDoNotOpen(t *testing.T) {
	r := start(t)
	require.NoError(t, r.link(t, "car-a").Deliver(testContext(t), hitParcel("h1", "ABCD123")))
	r.link(t, "car-b")
	op := r.operator(t)
	s, err := op.js.Stream(testContext(t), protocol.RecordStream)
	require.NoError(t, err)
	m, err := s.GetLastMsgForSubject(testContext(t), "hit.car-a.h1")
	require.NoError(t, err)
	flipped := bytes.Clone(m.Data)
	flipped[len(flipped)-1] ^= 1
	for subject, data := range map[string][]byte{
		"hit.car-b.h1":        m.Data, // another car's name on it
		"deployment.car-a.h1": m.Data,
		"hit.car-a.h2":        m.Data,
		"hit.car-a.h3":        flipped,
		"hit.car-a.h4":        []byte(`{"stream":"RECORDS","seq":1}`),
	} {
		_, err := op.js.Publish(testContext(t), subject, data)
		require.NoError(t, err)
	}
	var good, bad int
	require.NoError(t, op.OpenRecords(testContext(t), r.recordsKey(t), nil, func(o Opened, err error) error {
		if err != nil {
			require.Empty(t, o.Body)
			bad++
		} else {
			good++
		}
		return nil
	}))
	require.Equal(t, 1, good)
	require.Equal(t, 5, bad)

	other, _, err := protocol.NewRecordsKey()
	require.NoError(t, err)
	wrong, err := protocol.ParseRecordsKey(other)
	require.NoError(t, err)
	require.NoError(t, op.OpenRecords(testContext(t), wrong, []string{"h1"}, func(o Opened, err error) error {
		require.Error(t, err)
		return nil
	}))
}

func TestStationRestartsOnItsFolder(t *testing.T) {
	noLeaks(t)
	r := start(t)
	d, err := dock.New(r.bundle(t, "car-12"))
	require.NoError(t, err)
	require.NoError(t, connect(t, d).Deliver(testContext(t), hitParcel("h1", "ABCD123")))
	// The records key is elsewhere from now on; serving does not miss it.
	key := filepath.Join(t.TempDir(), "records.key")
	require.NoError(t, os.Rename(filepath.Join(r.dir, RecordsKeyFile), key))
	r.stop()

	_, err = Dial(testContext(t), r.dir)
	require.ErrorIs(t, err, ErrNotServing)
	_, err = d.Connect(testContext(t))
	require.ErrorIs(t, err, shift.ErrNoAnswer)

	r = startIn(t, r.dir, r.address)
	require.NoFileExists(t, filepath.Join(r.dir, RecordsKeyFile))
	require.NoError(t, connect(t, d).Deliver(testContext(t), hitParcel("h1", "ABCD123")))
	require.Len(t, r.list(t), 1)
}

func TestOpeningEndsWithTheStation(t *testing.T) {
	noLeaks(t)
	r := start(t)
	car := r.link(t, "car-12")
	for i := range 5 * inFlight {
		require.NoError(t, car.Deliver(testContext(t), hitParcel(fmt.Sprint("h", i), "ABCD123")))
	}
	key, op := r.recordsKey(t), r.operator(t)
	var opened int
	err := op.OpenRecords(context.Background(), key, nil, func(_ Opened, err error) error {
		require.NoError(t, err)
		if opened++; opened == 1 {
			r.stop()
		}
		return nil
	})
	require.ErrorContains(t, err, "read records")
	require.Less(t, opened, 5*inFlight)
}

func TestServeStopsBeforeItIsReady(t *testing.T) {
	noLeaks(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.NoError(t, Serve(ctx, Options{Data: t.TempDir(), Listen: "127.0.0.1:0", Ready: func(string) { t.Error("ready") }}))
}

func TestServeRefuses(t *testing.T) {
	r := start(t)
	ctx := testContext(t)
	require.ErrorIs(t, Serve(ctx, Options{Data: r.dir, Listen: "127.0.0.1:0"}), ErrInUse)
	err := Serve(ctx, Options{Data: t.TempDir(), Listen: r.address})
	require.ErrorContains(t, err, "address already in use")
	require.Error(t, Serve(ctx, Options{Data: t.TempDir(), Listen: "nonsense"}))

	parts := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(parts, keysFolder), 0o700))
	require.ErrorContains(t, Serve(ctx, Options{Data: parts, Listen: "127.0.0.1:0"}), "holds keys but no station.json")

	_, err = Open(t.TempDir())
	require.ErrorIs(t, err, ErrNoStation)
	require.ErrorIs(t, r.folder.Revoke("nobody", time.Now()), ErrNoCar)
	_, err = r.folder.Enrol("car 12", nil, time.Now())
	require.ErrorIs(t, err, protocol.ErrName)
	_, err = r.folder.Enrol("car-12", []string{"no-port"}, time.Now())
	require.Error(t, err)
}

func TestEnrolAddsHostNamesToTheRunningStation(t *testing.T) {
	r := start(t)
	b, err := r.folder.Enrol("car-12", []string{r.address, "dock.example.org:4222"}, time.Now())
	require.NoError(t, err)
	require.Equal(t, []string{r.address, "dock.example.org:4222"}, b.Addresses)
	bundle, err := b.Encode()
	require.NoError(t, err)
	nc, _ := raw(t, bundle)
	state, err := nc.TLSConnectionState()
	require.NoError(t, err)
	require.NoError(t, state.PeerCertificates[0].VerifyHostname("dock.example.org"))
	require.Equal(t, uint16(tls.VersionTLS13), state.Version)
}

func TestKeysAreReadableByTheirOwnerOnly(t *testing.T) {
	r := start(t)
	r.bundle(t, "car-12")
	require.NoError(t, filepath.WalkDir(r.dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || name == r.dir { // the folder itself was made by the test
			return err
		}
		info, err := d.Info()
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		require.NoError(t, err)
		if !d.IsDir() || d.Name() == keysFolder || d.Name() == carsFolder {
			require.Zero(t, info.Mode().Perm()&0o077, "%s has mode %v", name, info.Mode())
		}
		return nil
	}))
}
