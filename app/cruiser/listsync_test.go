package cruiser_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/hotlist"
	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/dock/protocol"
	depots "secondlook/platform/station"
)

// depot is a real station, and a line to it that counts what cars fetch.
type depot struct {
	t       *testing.T
	dir     string
	address atomic.Pointer[string]
	line    string
	fetched atomic.Int64 // bytes
	log     *slog.Logger // the station's
	stop    func()

	mu      sync.Mutex
	severed bool
	onLine  map[net.Conn]bool
	sent    atomic.Int64 // bytes
}

func newDepot(t *testing.T) *depot {
	t.Helper()
	return newDepotWith(t, nil)
}

func newDepotWith(t *testing.T, log *slog.Logger) *depot {
	t.Helper()
	d := &depot{t: t, dir: t.TempDir(), onLine: map[net.Conn]bool{}, log: log}
	d.serve()
	t.Cleanup(func() { d.stop() })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	d.line = l.Addr().String()
	var all sync.WaitGroup
	all.Go(func() {
		for {
			car, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { d.carry(car) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return d
}

// serve starts the station, anew where it ran before; d.stop stops it.
func (d *depot) serve() {
	d.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- depots.Serve(ctx, depots.Options{Data: d.dir, Listen: "127.0.0.1:0", Name: "West", Log: d.log, Ready: func(a string) { ready <- a }})
	}()
	select {
	case address := <-ready:
		d.address.Store(&address)
	case err := <-done:
		cancel()
		d.t.Fatalf("the station ended: %v", err)
	}
	d.stop = sync.OnceFunc(func() { cancel(); require.NoError(d.t, <-done) })
}

// sever cuts the line, or mends it.
func (d *depot) sever(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.severed = on
	for c := range d.onLine {
		if on {
			c.Close()
		}
	}
}

// hold keeps a connection within reach of sever until it is released.
func (d *depot) hold(c net.Conn) (release func(), ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.onLine[c] = true
	return func() { d.mu.Lock(); delete(d.onLine, c); d.mu.Unlock() }, !d.severed
}

// carry passes on what a car and the station say until either hangs up.
func (d *depot) carry(car net.Conn) {
	defer car.Close()
	release, ok := d.hold(car)
	defer release()
	if !ok {
		return
	}
	far, err := net.Dial("tcp", *d.address.Load())
	if err != nil {
		return
	}
	defer far.Close()
	go func() { io.Copy(io.MultiWriter(far, counter{&d.sent}), car); far.Close() }()
	io.Copy(io.MultiWriter(car, counter{&d.fetched}), far)
}

// cut ends every line.
func (d *depot) cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for car := range d.onLine {
		car.Close()
	}
}

type counter struct{ n *atomic.Int64 }

func (c counter) Write(p []byte) (int, error) { c.n.Add(int64(len(p))); return len(p), nil }

// car enrols a terminal of a name.
func (d *depot) car(name string) *car {
	d.t.Helper()
	return d.carWith(name, func(*cruiser.Parts) {})
}

func (d *depot) carWith(name string, change func(*cruiser.Parts)) *car {
	d.t.Helper()
	c := newCar(d.t, nil)
	require.NoError(d.t, c.Close())
	change(&c.parts)
	c.parts.Dock = func(bundle []byte) (shift.Dock, error) {
		if string(bundle) == "{}" { // setUp's
			return newStation(), nil
		}
		return dock.New(bundle)
	}
	c.parts.Packs = packs
	c.start()
	c.setUp()
	f, err := depots.Open(d.dir)
	require.NoError(d.t, err)
	b, err := f.Enrol(name, []string{d.line}, time.Now())
	require.NoError(d.t, err)
	s := c.Settings()
	s.Bundle, err = b.Encode()
	require.NoError(d.t, err)
	require.NoError(d.t, c.ChangeSettings(context.Background(), s, "enrolled"))
	return c
}

// publish distributes the list "MTO" with so many rows and the plates given.
func (d *depot) publish(rows int, plates ...string) depots.Published {
	d.t.Helper()
	op, err := depots.Dial(context.Background(), d.dir)
	require.NoError(d.t, err)
	defer op.Close()
	p, err := op.PublishList(context.Background(), "MTO", time.Now(), mto(rows, plates...))
	require.NoError(d.t, err)
	return p
}

func mto(rows int, plates ...string) []byte {
	b := bytes.NewBufferString("plate,category,source,contact\n")
	for i := range rows {
		fmt.Fprintf(b, "C%06d,expired-plate,MTO,416-555-0100\n", i)
	}
	for _, p := range plates {
		fmt.Fprintf(b, "%s,expired-plate,MTO,416-555-0100\n%s,made-up-category,MTO,\n", p, p)
	}
	return b.Bytes()
}

// count says how often an act is on record.
func (c *car) count(act audit.Act) int { return len(c.acts()[act]) }

func TestRequirement8_TheLeastNeededIsFetched(t *testing.T) {
	ctx := context.Background()
	d := newDepot(t)
	c := d.car("car-12")
	const rows = 2000
	d.publish(rows, "MTOX000")
	fetch := func() int64 {
		before := d.fetched.Load()
		sum, err := c.Sync(ctx, nil)
		require.NoError(t, err)
		require.Equal(t, 1, sum.Lists)
		return d.fetched.Load() - before
	}
	whole := fetch()
	require.Greater(t, whole, int64(len(mto(rows))))
	require.Len(t, c.matches("MTOX000"), 1)

	p := d.publish(rows, "MTOX001")
	require.NotNil(t, p.Delta)
	imports := c.count(audit.HotlistImported)
	require.Less(t, fetch(), whole/8, "the delta alone, and the handshake")
	require.Empty(t, c.matches("MTOX000"), "removed")
	require.Len(t, c.matches("MTOX001"), 1, "new")
	changed := c.acts()[audit.HotlistChanged]
	require.Len(t, changed, 1)
	require.Equal(t, map[string]string{"list": "MTO", "before": "2001", "accepted": "2001", "added": "1", "removed": "1"}, changed[0].Detail)
	require.Equal(t, "416-555-0100", c.summary("MTO").Contact)

	for i := range 3 {
		d.publish(rows, fmt.Sprintf("MTOX%03d", 2+i))
	}
	require.Less(t, fetch(), whole/8)
	require.Equal(t, 4, c.count(audit.HotlistChanged), "three were missed")
	require.Equal(t, imports, c.count(audit.HotlistImported))
	require.Empty(t, c.matches("MTOX003"))
	require.Len(t, c.matches("MTOX004"), 1)

	for i := range protocol.MaxDeltas + 1 {
		d.publish(rows, fmt.Sprintf("MTOX%03d", 10+i))
	}
	require.Greater(t, fetch(), int64(len(mto(rows))), "more than are kept")
	require.Equal(t, 4, c.count(audit.HotlistChanged))
	require.Equal(t, imports+1, c.count(audit.HotlistImported))
	require.Len(t, c.matches("MTOX026"), 1)

	// Who came by deltas has what one has that came today.
	d.publish(rows, "MTOX100", "MTOX026")
	fetch()
	other := d.car("car-13")
	_, err := other.Sync(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, other.stored("MTO"), c.stored("MTO"))

	op, err := depots.Dial(ctx, d.dir)
	require.NoError(t, err)
	defer op.Close()
	_, err = op.WithdrawList(ctx, "MTO", time.Now())
	require.NoError(t, err)
	fetch()
	require.Empty(t, c.matches("MTOX100"))
}

// intruder connects with the operator's own credential, as somebody could who broke
// into the station's machine.
func (d *depot) intruder() jetstream.JetStream {
	d.t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(d.dir, "keys", "operator.pem"), filepath.Join(d.dir, "keys", "operator.pem"))
	require.NoError(d.t, err)
	ca, err := os.ReadFile(filepath.Join(d.dir, "keys", "ca.pem"))
	require.NoError(d.t, err)
	roots := x509.NewCertPool()
	require.True(d.t, roots.AppendCertsFromPEM(ca))
	nc, err := nats.Connect("tls://"+*d.address.Load(), nats.TLSHandshakeFirst(), nats.Secure(&tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13}))
	require.NoError(d.t, err)
	d.t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	require.NoError(d.t, err)
	return js
}

// put writes to the station's store without its publishing key.
func (d *depot) put(bucket, object, version string, data []byte) {
	d.t.Helper()
	js := d.intruder()
	store, err := js.ObjectStore(context.Background(), bucket)
	require.NoError(d.t, err)
	if data == nil {
		data, err = store.GetBytes(context.Background(), object)
		require.NoError(d.t, err)
		data[len(data)-1] ^= 1
	}
	_, err = store.Put(context.Background(), jetstream.ObjectMeta{Name: object, Metadata: map[string]string{protocol.VersionKey: version}}, bytes.NewReader(data))
	require.NoError(d.t, err)
}

func TestRequirement8_WhatTheStationDidNotSignIsRefusedAndRecorded(t *testing.T) {
	ctx := context.Background()
	d := newDepot(t)
	c := d.car("car-12")
	d.publish(1000, "MTOX001")
	_, err := c.Sync(ctx, nil)
	require.NoError(t, err)
	id, err := protocol.ParseBundle(c.Settings().Bundle)
	require.NoError(t, err)
	_, stranger, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	forged, err := protocol.SealDelta(id.Fleet, stranger, shift.ListDelta{Name: "MTO", From: 1, Version: 2, Made: time.Now()})
	require.NoError(t, err)

	// The list itself is as it should be: the car takes it in the delta's place.
	d.publish(1000, "MTOX002")
	d.put(protocol.DeltaBucket, protocol.DeltaName("MTO", 2), "2", forged)
	_, err = c.Sync(ctx, nil)
	require.ErrorIs(t, err, shift.ErrUntrusted)
	refused := c.acts()[audit.HotlistRefused]
	require.Len(t, refused, 1)
	require.Equal(t, "refused", refused[0].Outcome)
	require.Contains(t, refused[0].Detail["why"], `list "MTO": delta to version 2: signature`)
	require.Zero(t, c.count(audit.HotlistChanged))
	require.Len(t, c.matches("MTOX002"), 1)

	// Neither is: the list in force stays.
	d.publish(1000, "MTOX003")
	d.put(protocol.DeltaBucket, protocol.DeltaName("MTO", 3), "3", nil)
	d.put(protocol.ListBucket, "MTO", "3", nil)
	_, err = c.Sync(ctx, nil)
	require.ErrorIs(t, err, shift.ErrUntrusted)
	require.Len(t, c.acts()[audit.HotlistRefused], 3)
	require.Zero(t, c.count(audit.HotlistChanged))
	require.Len(t, c.matches("MTOX002"), 1)
	require.Empty(t, c.matches("MTOX003"))
}

func TestRequirement8_ADeltaThatLosesEntriesWaitsForAnAdministrator(t *testing.T) {
	ctx := context.Background()
	d := newDepot(t)
	c := d.car("car-12")
	d.publish(1000)
	_, err := c.Sync(ctx, nil)
	require.NoError(t, err)
	require.NotNil(t, d.publish(700).Delta)
	for range 2 {
		_, err = c.Sync(ctx, nil)
		require.ErrorIs(t, err, hotlist.ErrHeldBack)
		require.Len(t, c.matches("C000900"), 1, "the list in force stays")
		require.Equal(t, 1000, c.summary("MTO").Count)
	}
	// The station makes it good. Alone, the step between would be held back still.
	require.NotNil(t, d.publish(990).Delta)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, 990, c.summary("MTO").Count)

	one := c.stored("CPIC")["CKLM804"]
	_, err = c.ChangeList(ctx, hotlist.Delta{Head: hotlist.Head{Name: "CPIC"}, Removed: entries(one).All()}, "")
	require.ErrorIs(t, err, hotlist.ErrHeldBack, "by hand too")
	require.Len(t, c.matches("CKLM804"), 1)
}

// step is a station with one list: a version, and the delta to the next one.
type step struct {
	*station
	delta shift.ListDelta
	whole shift.ListFile
	// asked counts how often the list was fetched whole.
	asked int
}

func (s *step) Connect(context.Context) (shift.Link, error) { return s, nil }

func (s *step) Lists(_ context.Context, have map[string]shift.KeptList) ([]shift.ListFile, error) {
	old := have[s.whole.Name]
	switch {
	case old.Version >= s.whole.Version:
		return nil, nil
	case old.Version == 0 || old.Whole:
		s.asked++
		return []shift.ListFile{s.whole}, nil
	}
	return []shift.ListFile{{Name: s.whole.Name, Version: s.whole.Version, Made: s.whole.Made, Deltas: []shift.ListDelta{s.delta}}}, nil
}

// wornStore cannot apply deltas, as one whose list file is damaged.
type wornStore struct{ cruiser.Store }

var errWorn = errors.New("the file is damaged")

func (wornStore) ChangeList(context.Context, hotlist.Delta, hotlist.Decide) (hotlist.Change, error) {
	return hotlist.Change{}, errWorn
}

func TestRequirement8_WhereADeltaDoesNotFitTheListComesWhole(t *testing.T) {
	ctx := context.Background()
	for name, test := range map[string]struct {
		change func(*car, *step)
		whole  bool
		want   error
	}{
		"it fits":         {func(*car, *step) {}, false, nil},
		"another version": {func(_ *car, s *step) { s.delta.From, s.delta.Version = 2, 3 }, true, shift.ErrUntrusted},
		"another list":    {func(_ *car, s *step) { s.delta.Name = "CPIC" }, true, shift.ErrUntrusted},
		"replayed":        {func(_ *car, s *step) { s.delta.Version = 1 }, true, shift.ErrUntrusted},
		"damaged":         {func(_ *car, s *step) { s.delta.Data = s.delta.Data[:20] }, true, nil},
		"other layouts":   {func(_ *car, s *step) { s.delta.Reading = "" }, true, nil},
		"another pack": {func(c *car, _ *step) {
			pack := *c.parts.Pack
			pack.Categories = append(pack.Categories[:len(pack.Categories):len(pack.Categories)], policy.Category{ID: "made-up-category"})
			c.parts.Pack = &pack
		}, true, nil},
		"a worn store": {func(c *car, _ *step) { c.parts.Store = wornStore{c.parts.Store} }, true, nil},
		"what is removed is not there": {func(_ *car, s *step) {
			var data bytes.Buffer
			_, err := hotlist.Compare(&data, nil, hotlist.Version{File: mto(10, "NEVER1")}, hotlist.Version{File: mto(10, "MTOX002")})
			require.NoError(t, err)
			s.delta.Data = data.Bytes()
		}, true, nil},
		"changed by hand": {func(c *car, _ *step) {
			_, err := c.ChangeList(ctx, hotlist.Delta{Head: hotlist.Head{Name: "MTO", Version: 1},
				Added: entries(hotlist.Entry{ID: "x", Plate: "BYHAND1", Category: "expired-plate"}).All()}, "a slip")
			require.NoError(t, err)
		}, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			st := &step{station: newStation()}
			c := newCar(t, nil)
			c.parts.Dock = func([]byte) (shift.Dock, error) { return st, nil }
			again := func() {
				var err error
				c.Cruiser, err = cruiser.New(c.parts)
				require.NoError(t, err)
			}
			again()
			c.setUp()
			st.whole = shift.ListFile{Name: "MTO", Version: 1, Made: c.clock(), Data: mto(10, "MTOX001")}
			_, err := c.Sync(ctx, nil)
			require.NoError(t, err)
			require.Equal(t, 1, st.asked)

			var data bytes.Buffer
			_, err = hotlist.Compare(&data, nil, hotlist.Version{File: mto(10, "MTOX001")}, hotlist.Version{File: mto(10, "MTOX002")})
			require.NoError(t, err)
			reading, err := hotlist.Reading(c.parts.Layouts)
			require.NoError(t, err)
			st.delta = shift.ListDelta{Name: "MTO", From: 1, Version: 2, Made: c.clock(), Reading: reading, Data: data.Bytes()}
			st.whole.Version, st.whole.Data = 2, mto(10, "MTOX002")
			test.change(c, st)
			require.NoError(t, c.SignOut(ctx))
			again()
			require.NoError(t, c.SignIn(ctx, "20418", secret))
			sum, err := c.Sync(ctx, nil)
			if test.want == nil {
				require.NoError(t, err)
				require.Zero(t, c.count(audit.HotlistRefused))
			} else {
				require.ErrorIs(t, err, test.want)
				require.Equal(t, 1, c.count(audit.HotlistRefused))
			}
			require.Equal(t, 1, sum.Lists)
			require.Equal(t, test.whole, st.asked == 2)
			require.Empty(t, c.matches("MTOX001"))
			require.Empty(t, c.matches("BYHAND1"))
			require.NotEmpty(t, c.matches("MTOX002"))
		})
	}
}
