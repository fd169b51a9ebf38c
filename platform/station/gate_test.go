package station

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"net"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/dock/protocol"
)

func TestRequirement35_CarMayDoNothingElse(t *testing.T) { carMayDoNothingElse(t, start(t)) }

func carMayDoNothingElse(t *testing.T, r *running) {
	r.bundle(t, "car-b")
	op := r.operator(t)
	_, err := op.PublishList(testContext(t), "stolen", time.Now(), []byte("plate,category\nABCD123,stolen-vehicle\n"))
	require.NoError(t, err)
	require.NoError(t, r.link(t, "car-b").Deliver(testContext(t), hitParcel("h1", "ABCD123")))
	nc, refusals := raw(t, r.bundle(t, "car-a"))

	publish := []string{
		"hit.car-b.h2", "deployment.car-b.d1", "audit.car-b.a1", "entry.car-b.e1", // as another car
		"piece.hit.car-b.h1.abc.0", "piece.hit.car-a.h1.abc", "piece.hit.car-a.h1.abc.0.0", "piece.car-a.hit.h1.abc.0", "missing.car-b", "missing.>",
		"hit.car-a", "hit.car-a.x.y", "hit.x", "list.stolen", "receipt.car-b", "receipt.>", "complaint.car-b", "entry.=station.e1", "roster", "policy", "station.status", "_INBOX_car-b.x", "_INBOX.x",
		"$O.LISTS.M.c3RvbGVu", "$O.LISTS.C.x", // lists
		protocol.ObjectHead(protocol.DeltaBucket, "1 stolen"), protocol.ObjectChunks(protocol.DeltaBucket, "x"),
		"$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.LIST", "$JS.API.STREAM.CREATE.MINE",
		"$JS.API.STREAM.INFO.RECORDS", "$JS.API.STREAM.PURGE.RECORDS", "$JS.API.STREAM.DELETE.RECORDS",
		"$JS.API.STREAM.UPDATE.RECORDS", "$JS.API.STREAM.MSG.GET.RECORDS", "$JS.API.STREAM.MSG.DELETE.RECORDS",
		"$JS.API.STREAM.MSG.GET.PIECES", "$JS.API.STREAM.MSG.DELETE.PIECES", "$JS.API.DIRECT.GET.PIECES", "$JS.API.DIRECT.GET.PIECES.piece.hit.car-a.h1.abc.0",
		"$JS.API.CONSUMER.CREATE.PIECES", "$JS.API.STREAM.PURGE.PIECES", "$JS.API.STREAM.SNAPSHOT.RECORDS", "$JS.API.DIRECT.GET.RECORDS", "$JS.API.DIRECT.GET.RECORDS.hit.car-b.h1",
		"$JS.API.CONSUMER.CREATE.RECORDS", "$JS.API.CONSUMER.CREATE.OBJ_LISTS.x", "$JS.API.CONSUMER.CREATE.ENTRIES",
		"$JS.API.CONSUMER.NAMES.ENTRIES", "$JS.ACK.RECORDS.x.1.1.1.1.1", "$JS.FC.x", "$SYS.REQ.SERVER.PING", "$SYS.REQ.USER.INFO",
	}
	for _, subject := range publish {
		t.Run("publish "+subject, func(t *testing.T) {
			require.NoError(t, nc.PublishRequest(subject, protocol.InboxPrefix("car-a")+".x", []byte(`{"name":"MINE","subjects":["mine"]}`)))
			requireRefused(t, refusals)
		})
	}
	for _, subject := range []string{
		">", "*", "*.*.*", "hit.>", "hit.car-a.*", "piece.>", "missing.>", "missing.car-a", "entry.>", "$JS.>", "$SYS.>", "$O.>", "_INBOX.>", "_INBOX_car-b.>", "_INBOX_car-a", "station.status",
	} {
		t.Run("subscribe "+subject, func(t *testing.T) {
			_, err := nc.SubscribeSync(subject)
			require.NoError(t, err)
			requireRefused(t, refusals)
		})
	}

	// Nothing came of any of it.
	require.Len(t, r.list(t), 1)
	state, err := op.state(testContext(t), protocol.EntryStream)
	require.NoError(t, err)
	require.Zero(t, state.Msgs)
	lists, err := op.Lists(testContext(t))
	require.NoError(t, err)
	require.Len(t, lists, 1)
	var streams []string
	for name := range op.js.StreamNames(testContext(t)).Name() {
		if name != carStream { // a cluster's
			streams = append(streams, name)
		}
	}
	require.ElementsMatch(t, []string{protocol.RecordStream, protocol.PieceStream, protocol.EntryStream, protocol.ListStream, protocol.DeltaStream, protocol.RosterStream, protocol.PolicyStream}, streams)
}

// The server sends an answer to whatever subject the request names. A car must
// not be able to aim it.
func TestRequirement35_CarCannotAimAnswers(t *testing.T) { carCannotAimAnswers(t, start(t)) }

func carCannotAimAnswers(t *testing.T, r *running) {
	ctx := testContext(t)
	op := r.operator(t)
	_, err := op.PublishList(ctx, "stolen", time.Now(), []byte("plate,category\nABCD123,stolen-vehicle\n"))
	require.NoError(t, err)
	require.NoError(t, r.link(t, "car-b").Deliver(ctx, hitParcel("h1", "ABCD123")))
	require.NoError(t, r.link(t, "car-b").PublishEntry(ctx, decided("e1", "ABCD123")))
	nc, _ := raw(t, r.bundle(t, "car-a"))
	// What the answer will hold: nothing, which is what deleting a stream wants.
	_, err = nc.RequestWithContext(ctx, "entry.car-a.x", nil)
	require.NoError(t, err)
	ask := []byte(`{"kind":"hit","id":"x","upload":"00112233445566778899aabbccddeeff","pieces":2}`)
	get, entries := []byte(`{"last_by_subj":"entry.car-a.x"}`), protocol.DirectGet(protocol.EntryStream)
	targets := []string{
		"hit.car-b.h2", "piece.hit.car-b.h2.abc.0", "entry.car-b.e1", "$O.LISTS.M.c3RvbGVu", "$JS.API.STREAM.DELETE.RECORDS", "$JS.API.STREAM.DELETE.OBJ_LISTS",
		"$JS.API.STREAM.PURGE.ENTRIES", "station.status",
	}
	for _, target := range targets {
		require.NoError(t, nc.PublishRequest(entries, target, get))
		require.NoError(t, nc.PublishRequest("hit.car-a.x", target, nil))
		require.NoError(t, nc.PublishRequest("piece.hit.car-a.x.abc.0", target, nil))
		require.NoError(t, nc.PublishRequest("missing.car-a", target, ask))
	}
	// Answers leave in order: when these are here, those have gone.
	for found := ""; found != "entry.car-a.x"; { // in a cluster, as soon as the server that is asked has it
		m, err := nc.RequestWithContext(ctx, entries, get)
		require.NoError(t, err)
		found = m.Header.Get("Nats-Subject")
	}
	_, err = nc.RequestWithContext(ctx, "hit.car-a.last", nil)
	require.NoError(t, err)
	_, err = nc.RequestWithContext(ctx, "piece.hit.car-a.x.abc.0", nil)
	require.NoError(t, err)
	m, err := nc.RequestWithContext(ctx, "missing.car-a", ask)
	require.NoError(t, err)
	require.Equal(t, "[0,1]", string(m.Data))

	r.settled(t)
	for stream, count := range map[string]uint64{protocol.EntryStream: 2, protocol.ListStream: 2, protocol.PieceStream: uint64(len(targets)) + 1} {
		state, err := op.state(ctx, stream)
		require.NoError(t, err)
		require.Equal(t, count, state.Msgs, stream)
	}
	for _, rec := range r.list(t) {
		require.True(t, rec.Car == "car-a" || rec.ID == "h1", "a record under another car's name")
	}
	s, err := op.js.Stream(ctx, protocol.PieceStream)
	require.NoError(t, err)
	info, err := s.Info(ctx, jetstream.WithSubjectFilter(">"))
	require.NoError(t, err)
	require.Len(t, info.State.Subjects, 1, "a piece under another car's name")
	got, err := r.link(t, "car-c").Lists(ctx, nil)
	require.NoError(t, err)
	require.Len(t, got, 1)
}

func requireRefused(t *testing.T, refusals <-chan error) {
	t.Helper()
	select {
	case err := <-refusals:
		require.ErrorIs(t, err, nats.ErrPermissionViolation)
	case <-time.After(limit):
		t.Fatal("the station did not refuse")
	}
}

// credential makes a bundle that the station's files need not know.
func (r *running) credential(t *testing.T, car string, from, until time.Time) ([]byte, Car) {
	t.Helper()
	b, c, err := r.folder.bundle(car, nil, from, until)
	require.NoError(t, err)
	bundle, err := b.Encode()
	require.NoError(t, err)
	return bundle, c
}

func TestRequirement57_CredentialsThatAreRefused(t *testing.T) {
	r := start(t)
	now := time.Now()
	revoked := r.bundle(t, "revoked")
	require.NoError(t, r.folder.Revoke("revoked", now))
	require.NoError(t, r.folder.Revoke("revoked", now.Add(time.Hour)), "revoking twice is no error")
	replaced := r.bundle(t, "again")
	again := r.bundle(t, "again")
	unknown, _ := r.credential(t, "unknown", now, now.Add(time.Hour))
	expired, c := r.credential(t, "expired", now, now.Add(-time.Minute))
	require.NoError(t, r.folder.saveCar(c))

	for name, bundle := range map[string][]byte{
		"Revoked": revoked, "Replaced": replaced, "Unknown": unknown, "Expired": expired,
	} {
		t.Run(name, func(t *testing.T) {
			d, err := dock.New(bundle)
			require.NoError(t, err)
			_, err = d.Connect(testContext(t))
			require.ErrorIs(t, err, shift.ErrRefused)
		})
	}
	d, err := dock.New(again)
	require.NoError(t, err)
	connect(t, d)
	cars, err := r.folder.Cars()
	require.NoError(t, err)
	require.Len(t, cars, 3)
	require.WithinDuration(t, now, *cars[2].Revoked, time.Second)
}

// A car that trusts the station, whose certificate another authority made.
func TestRequirement35_CertificateOfAnotherAuthorityIsRefused(t *testing.T) {
	r, other := start(t), start(t)
	bundle := r.bundle(t, "car-12")
	r.stop()
	g := &gate{folder: r.folder, log: slog.New(slog.DiscardHandler), now: time.Now, cars: map[uint64]*x509.Certificate{}}
	opts, err := r.folder.serverOptions(g, "127.0.0.1", server.RANDOM_PORT)
	require.NoError(t, err)
	ca, err := other.folder.authorityCertificate()
	require.NoError(t, err)
	opts.TLSConfig.ClientCAs = x509.NewCertPool()
	opts.TLSConfig.ClientCAs.AddCert(ca)
	s, err := server.NewServer(opts)
	require.NoError(t, err)
	g.server = s
	go s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	require.True(t, s.ReadyForConnections(limit))

	d, err := dock.New(at(t, bundle, s.Addr().String()))
	require.NoError(t, err)
	_, err = d.Connect(testContext(t))
	require.ErrorIs(t, err, shift.ErrRefused)
}

// The service that runs with the server reads without the line, by a secret that is made
// at every start and stays in the process; nobody else gets in without a certificate.
func TestRequirement57_OnlyTheStationItselfNeedsNoCertificate(t *testing.T) {
	g := &gate{log: slog.New(slog.DiscardHandler), now: time.Now, inside: "secret of this start"}
	for _, secret := range []string{"", "secret of this star", "secret of that start"} {
		require.False(t, g.Check(gone{secret: secret}))
	}
	require.True(t, g.Check(gone{secret: g.inside}))
	g.inside = ""
	require.False(t, g.Check(gone{}), "no secret is none")
}

// at changes a bundle's address.
func at(t *testing.T, bundle []byte, address string) []byte {
	t.Helper()
	var b protocol.Bundle
	require.NoError(t, json.Unmarshal(bundle, &b))
	b.Addresses = []string{address}
	bundle, err := b.Encode()
	require.NoError(t, err)
	return bundle
}

func TestRequirement35_AnotherStationIsNotThisStation(t *testing.T) {
	r, other := start(t), start(t)
	d, err := dock.New(at(t, r.bundle(t, "car-12"), other.address))
	require.NoError(t, err)
	_, err = d.Connect(testContext(t))
	require.ErrorIs(t, err, shift.ErrNoAnswer)
	require.ErrorContains(t, err, "is not this station")
}

func TestRequirement35_ConnectionsThatNeverGetThrough(t *testing.T) {
	r := start(t)
	ca, err := r.folder.authority()
	require.NoError(t, err)
	now := time.Now()
	pair := func(role string, hosts ...string) tls.Certificate {
		i, err := ca.issue(role, role, hosts, now.Add(-skew), now.Add(skew))
		require.NoError(t, err)
		p, err := tls.X509KeyPair(i.pem(), i.pem())
		require.NoError(t, err)
		return p
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.certificate)
	operator, err := r.folder.pair(operatorFile)
	require.NoError(t, err)
	for name, config := range map[string]*tls.Config{
		"AnotherOperator":   protocol.ClientTLS(ca.certificate, pair(protocol.RoleOperator)),
		"ServerCertificate": protocol.ClientTLS(ca.certificate, pair(protocol.RoleServer, "localhost")),
		"UnknownRole":       protocol.ClientTLS(ca.certificate, pair("clerk")),
		"NoCertificate":     {RootCAs: roots},
		"TLS12":             {RootCAs: roots, Certificates: []tls.Certificate{operator}, MaxVersion: tls.VersionTLS12},
	} {
		t.Run(name, func(t *testing.T) {
			nc, err := nats.Connect("tls://"+r.address, nats.Secure(config), nats.TLSHandshakeFirst())
			if err == nil {
				nc.Close()
			}
			require.Error(t, err)
			require.NotErrorIs(t, err, nats.ErrNoServers)
		})
	}
	t.Run("NoTLS", func(t *testing.T) {
		conn, err := net.Dial("tcp", r.address)
		require.NoError(t, err)
		defer conn.Close()
		_, err = conn.Write([]byte("CONNECT {}\r\nPING\r\n"))
		require.NoError(t, err)
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(limit)))
		answer := make([]byte, 64)
		n, _ := conn.Read(answer)
		require.NotContains(t, string(answer[:n]), "PONG")
		require.NotContains(t, string(answer[:n]), "INFO")
	})
}

// A technician reads whose certificate has ended and what to do; not what somebody wrote on
// one of their own.
func TestRequirement35_TheLogNamesWhoseCertificateHasEnded(t *testing.T) {
	log := newStationLog()
	r := startWith(t, Options{Data: t.TempDir(), Listen: "127.0.0.1:0", Name: "West Division", Log: log.Logger})
	other := start(t)
	ca, err := r.folder.authorityCertificate()
	require.NoError(t, err)
	now := time.Now()
	come := func(station *running, role, name string) {
		authority, err := station.folder.authority()
		require.NoError(t, err)
		i, err := authority.issue(role, name, nil, now.Add(-time.Hour), now.Add(-time.Minute))
		require.NoError(t, err)
		pair, err := tls.X509KeyPair(i.pem(), i.pem())
		require.NoError(t, err)
		if station == r && name == "car-12" {
			require.NoError(t, r.folder.saveCar(Car{Car: name, Serial: i.serial, Enrolled: now, Expires: i.expires}))
		}
		_, err = nats.Connect("tls://"+r.address, nats.Secure(protocol.ClientTLS(ca, pair)), nats.TLSHandshakeFirst())
		require.Error(t, err)
	}
	come(r, protocol.RoleCar, "car-12")
	log.await(t, "connection refused", "name=car-12", "from=127.0.0.1:", errExpired.Error())
	r.bundle(t, "car-13")
	come(r, protocol.RoleCar, "car-13")
	log.await(t, "connection refused", "name=car-13", errReplaced.Error())
	come(r, protocol.RoleConsumer, "rms")
	log.await(t, "connection refused", "name=rms")

	come(other, protocol.RoleCar, "car-14")
	log.await(t, "TLS handshake error", "certificate has expired", "car-14")
	log.mu.Lock()
	defer log.mu.Unlock()
	require.NotContains(t, log.text.String(), "name=car-14")
	require.NotContains(t, log.text.String(), "CN=car-12", "one line says it")
}

func TestRequirement57_RevokingEndsTheConnection(t *testing.T) {
	noLeaks(t)
	r := start(t)
	bundle := r.bundle(t, "car-12")
	d, err := dock.New(bundle)
	require.NoError(t, err)
	kept := r.link(t, "car-13")
	car := connect(t, d)
	nc, _ := raw(t, bundle)
	closed := make(chan struct{})
	nc.SetClosedHandler(func(*nats.Conn) { close(closed) })
	st, err := r.operator(t).Status(testContext(t))
	require.NoError(t, err)
	require.Equal(t, []string{"car-12", "car-13"}, st.Connected)

	require.NoError(t, r.folder.Revoke("car-12", time.Now()))
	select {
	case <-closed:
	case <-time.After(limit):
		t.Fatal("the connection of a revoked car lives on")
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for car.Deliver(ctx, hitParcel("late", "ABCD123")) == nil {
		require.NoError(t, ctx.Err(), "a revoked car still delivers")
	}
	_, err = d.Connect(testContext(t))
	require.ErrorIs(t, err, shift.ErrRefused)
	require.NoError(t, kept.Deliver(testContext(t), hitParcel("h1", "ABCD123")))
	st, err = r.operator(t).Status(testContext(t))
	require.NoError(t, err)
	require.Equal(t, []string{"car-13"}, st.Connected)
}

func TestStationRenewsItsOwnCertificates(t *testing.T) {
	r := start(t)
	r.stop()
	before, err := os.ReadFile(r.folder.key(operatorFile))
	require.NoError(t, err)
	require.NoError(t, r.folder.renew(time.Now()))
	same, err := os.ReadFile(r.folder.key(operatorFile))
	require.NoError(t, err)
	require.Equal(t, before, same)
	require.NoError(t, r.folder.renew(time.Now().Add(ownLife-renewBefore+time.Hour)))
	renewed, err := os.ReadFile(r.folder.key(operatorFile))
	require.NoError(t, err)
	require.NotEqual(t, before, renewed)
}

// gone is a connection that was closed before the gate looked at it.
type gone struct {
	server.ClientAuthentication
	secret string
}

func (gone) GetTLSConnectionState() *tls.ConnectionState { return nil }
func (gone) Kind() int                                   { return server.CLIENT }
func (gone) RemoteAddress() net.Addr                     { return nil }
func (c gone) GetOpts() *server.ClientOpts               { return &server.ClientOpts{Token: c.secret} }
func (gone) RegisterUser(*server.User)                   {}

func TestRequirement35_AClientThatHangsUpDoesNotEndTheStation(t *testing.T) {
	log := newStationLog()
	g := &gate{log: log.Logger, now: time.Now}
	require.False(t, g.Check(gone{}))
	log.await(t, "connection refused", errNoCertificate.Error())
}
