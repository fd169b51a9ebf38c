package station

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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
	require.NoError(t, Prepare(c.running.dir, "West Division", c.cluster, c.dir, time.Now(), func(key string) { made = key }))
	require.FileExists(t, made)
	c.folder, err = Open(c.running.dir)
	require.NoError(t, err)
	shipped, err := os.ReadFile("../../packaging/station/nats-server.conf")
	require.NoError(t, err)
	for _, s := range c.cluster.Servers {
		c.place(t, s.Name, "nats-server.conf", string(shipped))
		own, err := os.ReadFile(c.file(s.Name, serverConf))
		require.NoError(t, err)
		c.place(t, s.Name, serverConf, strings.Replace(string(own), "0.0.0.0", "127.0.0.1", 1))
	}
	return c
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
	at, err := ReadCluster(c.file(server, clusterFile))
	require.NoError(t, err)
	data := c.running.dir
	if at.standsBy() {
		data = c.file(server, standbyDir)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- Serve(ctx, Options{Data: data, Cluster: at, Ready: func(a string) { ready <- a }}) }()
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
	t.Cleanup(func() {
		for server := range c.servers {
			c.kill(t, server)
		}
	})
	for _, s := range c.cluster.Servers {
		c.start(t, s.Name)
	}
	for _, s := range c.cluster.Servers {
		c.serve(t, s.Name)
	}
	c.share(t)
	return c
}

// share waits until every server has taken the folder's cars.
func (c *clustered) share(t *testing.T) {
	t.Helper()
	op := c.operator(t)
	ctx, done := context.WithTimeout(context.Background(), clusterLimit)
	defer done()
	behind, err := op.ShareCars(ctx)
	require.NoError(t, err)
	require.Empty(t, behind)
}
