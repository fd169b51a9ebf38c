package station

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/dock/protocol"
)

// natsServer builds the server's program once for all tests.
var natsServer = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "nats-server-*")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "nats-server")
	build := exec.Command("go", "build", "-o", program, "github.com/nats-io/nats-server/v2")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build nats-server: %w: %s", err, out)
	}
	return program, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if program, err := natsServer(); err == nil {
		os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(code)
}

// clustered is a cluster of real servers with the configuration that is shipped, each
// in the folder that Prepare made, with a station's service beside each.
type clustered struct {
	*running
	dir     string
	cluster *Cluster
	servers map[string]*exec.Cmd
}

// freePorts are ports that nothing listened on a moment ago.
func freePorts(t *testing.T, n int) []string {
	t.Helper()
	var all []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close()
		all = append(all, l.Addr().String())
	}
	return all
}

// newCluster prepares the folders of n servers and starts nothing.
func newCluster(t *testing.T, n int) *clustered {
	t.Helper()
	c := &clustered{dir: t.TempDir(), servers: map[string]*exec.Cmd{}}
	ports := freePorts(t, 2*n)
	var file strings.Builder
	fmt.Fprintln(&file, `name = "province"`)
	for i := range n {
		fmt.Fprintf(&file, "[[server]]\nname = \"station-%d\"\ncars = %q\nroutes = %q\n", i+1, ports[2*i], ports[2*i+1])
	}
	name := filepath.Join(c.dir, clusterFile)
	require.NoError(t, os.WriteFile(name, []byte(file.String()), 0o600))
	var err error
	c.cluster, err = ReadCluster(name)
	require.NoError(t, err)
	c.running = &running{dir: filepath.Join(c.dir, "keeper")}
	made := ""
	c.prepare(t, func(key string) { made = key })
	require.FileExists(t, made)
	c.folder, err = Open(c.running.dir)
	require.NoError(t, err)
	return c
}

// prepare makes the servers' folders, with what is shipped in them.
func (c *clustered) prepare(t *testing.T, made func(string)) {
	t.Helper()
	require.NoError(t, Prepare(c.running.dir, "West Division", c.cluster, c.dir, time.Now(), made))
	shipped, err := os.ReadFile("../../packaging/station/nats-server.conf")
	require.NoError(t, err)
	for _, s := range c.cluster.Servers {
		c.place(t, s.Name, "nats-server.conf", string(shipped))
		own, err := os.ReadFile(c.file(s.Name, serverConf))
		require.NoError(t, err)
		c.place(t, s.Name, serverConf, strings.Replace(string(own), "0.0.0.0", "127.0.0.1", 1))
	}
}

func (c *clustered) file(server, name string) string { return filepath.Join(c.dir, server, name) }

// place writes a file of a server, with its own folder in the place of the shipped one.
func (c *clustered) place(t *testing.T, server, name, text string) {
	t.Helper()
	text = strings.ReplaceAll(text, clusterDir, c.file(server, "")+"/")
	text = strings.ReplaceAll(text, strings.TrimSuffix(clusterDir, "/")+`"`, c.file(server, "")+`"`)
	require.NotContains(t, text, "/var/lib")
	require.NoError(t, os.WriteFile(c.file(server, name), []byte(text), 0o600))
}

// start starts a server's process.
func (c *clustered) start(t *testing.T, server string) {
	t.Helper()
	program, err := natsServer()
	require.NoError(t, err)
	log, err := os.OpenFile(c.file(server, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	defer log.Close()
	cmd := exec.Command(program, "-c", c.file(server, "nats-server.conf"))
	cmd.Stdout, cmd.Stderr = log, log
	require.NoError(t, cmd.Start())
	c.servers[server] = cmd
	t.Cleanup(func() {
		if c.servers[server] == cmd {
			c.kill(t, server)
		}
		if t.Failed() {
			text, _ := os.ReadFile(c.file(server, "log"))
			t.Logf("%s:\n%s", server, text[max(0, len(text)-6000):])
		}
	})
}

// kill ends a server as a power cut ends its process.
func (c *clustered) kill(t *testing.T, server string) {
	t.Helper()
	cmd := c.servers[server]
	require.NoError(t, cmd.Process.Kill())
	cmd.Wait() // it was killed
	delete(c.servers, server)
}

// serve runs the service beside a server until the test ends or stop is called.
func (c *clustered) serve(t *testing.T, server string) (stop func()) {
	t.Helper()
	at, data := c.beside(t, server)
	return c.serveAt(t, Options{Data: data, Cluster: at})
}

// beside is what the service beside a server works with.
func (c *clustered) beside(t *testing.T, server string) (at *Cluster, data string) {
	t.Helper()
	at, err := ReadCluster(c.file(server, clusterFile))
	require.NoError(t, err)
	if at.standsBy() {
		return at, c.file(server, standbyDir)
	}
	return at, c.running.dir
}

func (c *clustered) serveAt(t *testing.T, o Options) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	o.Ready = func(a string) { ready <- a }
	go func() { done <- Serve(ctx, o) }()
	select {
	case c.address = <-ready:
	case err := <-done:
		cancel()
		require.NoError(t, err, "the service ended before it was ready")
	case <-time.After(clusterLimit):
		cancel()
		t.Fatal("the service did not become ready")
	}
	stop = sync.OnceFunc(func() { cancel(); require.NoError(t, <-done) })
	t.Cleanup(stop)
	return stop
}

// clusterLimit ends a test that hangs; nothing is measured by it.
const clusterLimit = 2 * time.Minute

// startCluster starts servers and services, and waits until all are there.
func startCluster(t *testing.T, n int) *clustered {
	t.Helper()
	c := newCluster(t, n)
	for _, s := range c.cluster.Servers {
		c.start(t, s.Name)
	}
	for _, s := range c.cluster.Servers {
		c.serve(t, s.Name)
	}
	c.running.share = c.shareCars
	c.settle = func(t *testing.T) { c.awaitReplicas(testContext(t), t) }
	c.shareCars(t)
	return c
}

// shareCars waits until every server has taken the folder's cars.
func (c *clustered) shareCars(t *testing.T) {
	t.Helper()
	op := c.operator(t)
	ctx, done := context.WithTimeout(context.Background(), clusterLimit)
	defer done()
	behind, err := op.ShareCars(ctx)
	require.NoError(t, err)
	require.Empty(t, behind)
}

func TestRequirement35_CarMayDoNothingElseInACluster(t *testing.T) {
	t.Parallel()
	c := startCluster(t, 3)
	t.Run("MayDoNothingElse", func(t *testing.T) { carMayDoNothingElse(t, c.running) })
}

func TestRequirement35_CarCannotAimAnswersInACluster(t *testing.T) {
	t.Parallel()
	carCannotAimAnswers(t, startCluster(t, 3).running)
}

func TestRequirement57_ClusterRefusesCredentials(t *testing.T) {
	t.Parallel()
	c := startCluster(t, 3)
	revoked, kept := c.bundle(t, "car-12"), c.link(t, "car-13")
	d, err := dock.New(revoked)
	require.NoError(t, err)
	car := connect(t, d)
	nc, _ := raw(t, revoked)
	closed := make(chan struct{})
	nc.SetClosedHandler(func(*nats.Conn) { close(closed) })
	require.NoError(t, car.Deliver(testContext(t), hitParcel("h1", "ABCD123")))
	st, err := c.operator(t).Status(testContext(t))
	require.NoError(t, err)
	require.Equal(t, []string{"car-12", "car-13"}, st.Connected)

	require.NoError(t, c.folder.Revoke("car-12", time.Now()))
	c.shareCars(t)
	select {
	case <-closed:
	case <-time.After(clusterLimit):
		t.Fatal("the connection of a revoked car lives on")
	}
	require.ErrorIs(t, car.Deliver(testContext(t), hitParcel("late", "ABCD123")), shift.ErrRefused)
	require.NoError(t, kept.Deliver(testContext(t), hitParcel("h2", "ABCD123")))
	st, err = c.operator(t).Status(testContext(t))
	require.NoError(t, err)
	require.Equal(t, []string{"car-13"}, st.Connected)

	replaced := c.bundle(t, "again")
	again := c.bundle(t, "again")
	now := time.Now()
	unknown, _ := c.credential(t, "unknown", now, now.Add(time.Hour))
	expired, late := c.credential(t, "expired", now, now.Add(-time.Minute))
	require.NoError(t, c.folder.saveCar(late))
	c.shareCars(t)
	for name, bundle := range map[string][]byte{"Revoked": revoked, "Replaced": replaced, "Unknown": unknown, "Expired": expired} {
		t.Run(name, func(t *testing.T) {
			d, err := dock.New(bundle)
			require.NoError(t, err)
			_, err = d.Connect(testContext(t))
			require.ErrorIs(t, err, shift.ErrRefused)
		})
	}
	d, err = dock.New(again)
	require.NoError(t, err)
	connect(t, d)
	c.connectionsThatNeverGetThrough(t, again)
}

// connectionsThatNeverGetThrough knocks at a server with certificates of other uses, and
// at its route with a car's.
func (c *clustered) connectionsThatNeverGetThrough(t *testing.T, bundle []byte) {
	ca, err := c.folder.authority()
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
	operator, err := c.folder.pair(operatorFile)
	require.NoError(t, err)
	for name, config := range map[string]*tls.Config{
		"AnotherOperator":   protocol.ClientTLS(ca.certificate, pair(protocol.RoleOperator)),
		"AnotherSystem":     protocol.ClientTLS(ca.certificate, pair(protocol.RoleSystem)),
		"ServerCertificate": protocol.ClientTLS(ca.certificate, pair(protocol.RoleServer, "localhost")),
		"NoCertificate":     {RootCAs: roots},
		"TLS12":             {RootCAs: roots, Certificates: []tls.Certificate{operator}, MaxVersion: tls.VersionTLS12},
	} {
		t.Run(name, func(t *testing.T) {
			nc, err := nats.Connect("tls://"+c.cluster.Servers[0].Cars, nats.Secure(config), nats.TLSHandshakeFirst())
			if err == nil {
				nc.Close()
			}
			require.Error(t, err)
			require.NotErrorIs(t, err, nats.ErrNoServers)
		})
	}
	t.Run("CarAtTheRoute", func(t *testing.T) {
		id, err := protocol.ParseBundle(bundle)
		require.NoError(t, err)
		conn, err := net.Dial("tcp", c.cluster.Servers[0].Routes)
		require.NoError(t, err)
		defer conn.Close()
		require.NoError(t, conn.SetDeadline(time.Now().Add(limit)))
		config := id.TLS()
		config.InsecureSkipVerify = true // so that it is the server that refuses
		line := tls.Client(conn, config)
		if err = line.Handshake(); err == nil {
			_, err = line.Read(make([]byte, 1)) // TLS 1.3 has the client finish first
		}
		require.ErrorContains(t, err, "remote error: tls")
	})
}

// A server that was off while a car was revoked must not let it in when it is back.
func TestRequirement57_ServerThatWasAwayLearnsOfARevocation(t *testing.T) {
	t.Parallel()
	c := newCluster(t, 3)
	for _, s := range c.cluster.Servers {
		c.start(t, s.Name)
	}
	c.serve(t, "station-1")
	c.serve(t, "station-2")
	stop := c.serve(t, "station-3")
	c.running.share = c.shareCars
	bundle := c.bundle(t, "car-12")
	ctx, done := context.WithTimeout(context.Background(), clusterLimit)
	defer done()
	asks := *c.cluster
	asks.Here = "station-3" // so that the command has asked the server that goes
	op, err := dialAt(ctx, c.folder, asks.serving(), goOn(asks.serving())...)
	require.NoError(t, err)
	defer op.Close()
	require.Equal(t, "station-3", op.nc.ConnectedServerName())
	stop()
	c.kill(t, "station-3")
	require.NoError(t, c.folder.Revoke("car-12", time.Now()))
	type answer struct {
		behind []string
		err    error
	}
	shared := make(chan answer, 1)
	go func() {
		behind, err := op.ShareCars(ctx)
		shared <- answer{behind, err}
	}()
	look := c.operator(t)
	sequence, err := look.putRollUntil(ctx, time.Now().Add(clusterLimit))
	require.NoError(t, err)
	for {
		behind, err := look.behind(ctx, []string{"station-1", "station-2", "station-3"}, sequence)
		require.NoError(t, err)
		require.NoError(t, ctx.Err(), "%v", behind)
		require.Contains(t, behind, "station-3")
		if len(behind) == 1 {
			break
		}
	}
	there, data := c.beside(t, "station-3")
	before, err := os.ReadFile(c.file("station-3", accountsFile))
	require.NoError(t, err)
	require.Contains(t, string(before), "car-12")
	require.NoError(t, FetchAccounts(ctx, data, there)) // as its start does
	c.start(t, "station-3")
	d, err := dock.New(at(t, bundle, c.cluster.server("station-3").Cars))
	require.NoError(t, err)
	for {
		if _, err = d.Connect(ctx); !errors.Is(err, shift.ErrNoAnswer) {
			break
		}
		require.NoError(t, ctx.Err())
	}
	require.ErrorIs(t, err, shift.ErrRefused)
	c.serve(t, "station-3")
	got := <-shared
	require.NoError(t, got.err)
	require.Empty(t, got.behind, "it waited for the one that was away")
}

// Where there is no cluster behind the address, the station says that records are
// stored once, and works.
func TestRequirement29_OneServerByItsAddress(t *testing.T) {
	t.Parallel()
	c := newCluster(t, 1)
	b, err := c.folder.Enrol("car-12", nil, time.Now())
	require.NoError(t, err)
	bundle, err := b.Encode()
	require.NoError(t, err)
	c.prepare(t, nil)
	c.start(t, "station-1")
	at, err := ClusterAt([]string{"tls://" + c.cluster.Servers[0].Station})
	require.NoError(t, err)
	var log bytes.Buffer
	stop := c.serveAt(t, Options{Data: c.running.dir, Cluster: at, Log: slog.New(slog.NewTextHandler(&log, nil))})
	other := c.file("station-1", "other")
	require.NoError(t, os.CopyFS(other, os.DirFS(c.running.dir)))
	require.NoError(t, os.Remove(filepath.Join(other, lockFile)))
	require.ErrorIs(t, Serve(t.Context(), Options{Data: other, Cluster: at}), ErrKept)
	standby := c.serveAt(t, Options{Data: other, Cluster: at, Standby: true})

	d, err := dock.New(bundle)
	require.NoError(t, err)
	l := connect(t, d)
	require.NoError(t, l.Deliver(testContext(t), hitParcel("h1", "ABCD123")))
	ask := func() {
		r, err := l.Receipt(testContext(t), []shift.Ref{{Kind: shift.HitParcel, ID: "h1"}})
		require.NoError(t, err)
		require.Len(t, r.Records, 1)
	}
	ask()
	stop() // the other answers alone
	ask()
	_, err = l.Time(testContext(t))
	require.NoError(t, err)
	standby()
	require.Contains(t, log.String(), "records are stored once")
}

func TestReadCluster(t *testing.T) {
	t.Parallel()
	shipped, err := ReadCluster("../../packaging/station/cluster.toml")
	require.NoError(t, err)
	require.Equal(t, "station-1", shipped.Keeper)
	require.Equal(t, "tls://10.20.0.1:4222,tls://10.20.0.2:4222,tls://10.20.0.3:4222", shipped.serving().Dial)
	shipped.Here = "station-2"
	require.True(t, shipped.standsBy())
	require.Equal(t, "tls://10.20.0.2:4222,tls://10.20.0.1:4222,tls://10.20.0.3:4222", shipped.serving().Dial)
	one := "name = \"p\"\n[[server]]\nname = \"a\"\ncars = \"h:1\"\nroutes = \"h:2\"\n"
	for name, text := range map[string]string{
		"Empty": "", "NotTOML": "=", "NoName": one[11:], "Unknown": "port = 1\n" + one, "Twice": one + one[11:],
		"NoRoutes": one[:len(one)-15], "Keeper": "keeper = \"b\"\n" + one, "Here": "here = \"b\"\n" + one,
		"Address": one + "station = \"h\"\n", "ServerName": strings.Replace(one, "\"a\"", "\"a b\"", 1),
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), clusterFile)
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
			_, err := ReadCluster(file)
			require.ErrorIs(t, err, ErrCluster)
		})
	}
	_, err = ClusterAt([]string{"http://a:1"})
	require.ErrorIs(t, err, ErrCluster)
	_, err = ClusterAt([]string{"a"})
	require.ErrorIs(t, err, ErrCluster)
}

// A roll that another program put there must not become a server's configuration.
func FuzzRoll(f *testing.F) {
	f.Add([]byte(`{"operator":"secondlook:operator:operator:a1","system":"secondlook:system:system:a2","cars":[{"car":"car-12","serial":"a3"}]}`))
	f.Add([]byte(`{"operator":"x\"}","system":"y","cars":[{"car":"a.b","serial":"*"}]}`))
	file := filepath.Join(f.TempDir(), accountsFile)
	f.Fuzz(func(t *testing.T, raw []byte) {
		os.Remove(file)
		if _, err := writeAccounts(file, raw); err != nil {
			return
		}
		opts := &server.Options{}
		require.NoError(t, opts.ProcessConfigFile(file), "a server could not read it")
		var r roll
		require.NoError(t, json.Unmarshal(raw, &r))
		require.LessOrEqual(t, len(opts.Accounts), len(r.Cars)+2)
	})
}
