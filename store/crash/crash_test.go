package crash

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
	"secondlook/platform/station"
)

// driving has the order of a copy of the test program that is a terminal.
const driving = "SECONDLOOK_CRASH_TERMINAL"

func TestMain(m *testing.M) {
	if text := os.Getenv(driving); text != "" {
		if err := drive(text); err != nil {
			fmt.Fprintln(os.Stderr, "the terminal:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if text := os.Getenv(standingBy); text != "" {
		if err := standBy(text); err != nil {
			fmt.Fprintln(os.Stderr, "the terminal on standby:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// asked is a number from the environment.
func asked(t *testing.T, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, name)
	return n
}

// office is a station that runs while terminals are killed.
type office struct {
	t        *testing.T
	folder   *station.Folder
	operator *station.Operator
	address  string
	cars     int
	version  int // of the list "province"
	// authority made the certificates with which the cars sign.
	authority *x509.Certificate
	// have are the digests of the records at the station, by id, up to the message
	// that was read last.
	have map[string]string
	last uint64
}

func newOffice(t *testing.T) *office {
	t.Helper()
	dir := t.TempDir()
	serving, cancel := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- station.Serve(serving, station.Options{Data: dir, Listen: "127.0.0.1:0", Name: "West Division", Ready: func(a string) { ready <- a }})
	}()
	o := &office{t: t, have: map[string]string{}}
	select {
	case o.address = <-ready:
	case err := <-done:
		cancel()
		require.NoError(t, err, "the station ended before it was ready")
	}
	t.Cleanup(func() { cancel(); require.NoError(t, <-done) })
	var err error
	o.folder, err = station.Open(dir)
	require.NoError(t, err)
	o.operator, err = station.Dial(context.Background(), dir)
	require.NoError(t, err)
	t.Cleanup(o.operator.Close)
	return o
}

// enrol makes the bundle of another car, which reaches the station at the addresses, or
// where it is.
func (o *office) enrol(addresses ...string) []byte {
	o.t.Helper()
	o.cars++
	b, err := o.folder.Enrol(fmt.Sprintf("car-%d", o.cars), addresses, time.Now())
	require.NoError(o.t, err)
	raw, err := b.Encode()
	require.NoError(o.t, err)
	id, err := protocol.ParseBundle(raw)
	require.NoError(o.t, err)
	o.authority = id.Authority
	return raw
}

// publish makes the next version of the list "province".
func (o *office) publish() {
	o.t.Helper()
	o.version++
	p, err := o.operator.PublishList(ctx, province, time.Now(), []byte(file(provinceOf(o.version))))
	require.NoError(o.t, err)
	require.Equal(o.t, o.version, p.Version)
}

// records are the digests of what the station has, by id. It returns an error for a
// record that is there twice.
func (o *office) records() (map[string]string, error) {
	stream, err := o.operator.JetStream().Stream(ctx, protocol.RecordStream)
	if err != nil {
		return nil, err
	}
	for o.last < stream.CachedInfo().State.LastSeq {
		m, err := stream.GetMsg(ctx, o.last+1)
		if err != nil {
			return nil, err
		}
		o.last++
		kind, car, id, err := protocol.ParseRecordSubject(m.Subject)
		if err != nil {
			return nil, err
		}
		if o.have[id] != "" {
			return nil, fmt.Errorf("record %s is at the station twice", id)
		}
		digest, err := protocol.CheckRecord(o.authority, shift.Ref{Kind: kind, ID: id}, car, m.Time, m.Data)
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", id, err)
		}
		o.have[id] = hex.EncodeToString(digest)
	}
	return o.have, nil
}

// terminal is one terminal through all its crashes.
type terminal struct {
	t      *testing.T
	order  order
	model  model
	random *rand.Rand
}

func newTerminal(t *testing.T, o *office, random *rand.Rand, addresses ...string) *terminal {
	folder, err := os.MkdirTemp("", "secondlook-crash-")
	require.NoError(t, err)
	return &terminal{t: t, random: random, model: model{pin: "maple-000000", inStation: o.records},
		order: order{Path: filepath.Join(folder, "data", "terminal.db"), Bundle: o.enrol(addresses...)}}
}

// done removes what is left of a terminal that kept its promise.
func (x *terminal) done() {
	require.NoError(x.t, os.RemoveAll(filepath.Dir(filepath.Dir(x.order.Path))))
}

func (x *terminal) now() time.Time { return time.Now().Add(x.order.Ahead) }

// command starts the terminal's process, under another program if there is one.
func (x *terminal) command(under ...string) *exec.Cmd {
	x.t.Helper()
	x.order.Seed = x.random.Uint64()
	x.order.PIN, x.order.List = x.model.pin, x.model.list
	text, err := json.Marshal(x.order)
	require.NoError(x.t, err)
	args := append(slices.Clone(under), os.Args[0])
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), driving+"="+string(text))
	cmd.Stderr = os.Stderr
	return cmd
}

// runAndKill lets the terminal work for a while and kills it.
func (x *terminal) runAndKill(after time.Duration) []line {
	x.t.Helper()
	cmd := x.command()
	out, err := cmd.StdoutPipe()
	require.NoError(x.t, err)
	require.NoError(x.t, cmd.Start())
	var said bytes.Buffer
	first := make([]byte, 1)
	_, err = io.ReadFull(out, first)
	require.NoError(x.t, err, "the terminal said nothing")
	said.Write(first)
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	_, err = said.ReadFrom(out)
	require.NoError(x.t, err)
	timer.Stop()
	require.ErrorContains(x.t, cmd.Wait(), "killed", "the terminal ended by itself")
	x.order.Number += bytes.Count(said.Bytes(), []byte("begin\thotlist")) // no list is made twice
	return parse(said.String())
}

// held holds a store to what was promised.
func (x *terminal) held(m *model, path string, said []line) figures {
	x.t.Helper()
	f, err := m.look(path, x.now, said)
	require.NoError(x.t, err, "the terminal in %s broke its promise", filepath.Dir(path))
	return f
}

// spread sums up how long something took.
func spread(of []time.Duration) string {
	slices.Sort(of)
	at := func(percent int) time.Duration { return of[(len(of)-1)*percent/100].Round(100 * time.Microsecond) }
	return fmt.Sprintf("median %v, 99 %% %v, longest %v", at(50), at(99), at(100))
}

// perTerminal is after how many kills a new terminal is set up.
const perTerminal = 20

func TestRequirement29_NothingIsLostByATerminalThatIsKilled(t *testing.T) {
	kills := asked(t, "SECONDLOOK_KILLS", 16)
	seed := asked(t, "SECONDLOOK_CRASH_SEED", 6)
	random := rand.New(rand.NewPCG(uint64(seed), 1))
	o := newOffice(t)
	var x *terminal
	var opened, signedIn, listed, ready []time.Duration
	acknowledged, syncs, wentOn := 0, 0, 0
	for i := range kills {
		if i%perTerminal == 0 {
			if x != nil {
				x.done()
			}
			x = newTerminal(t, o, random)
		}
		if i%4 == 0 {
			o.publish()
		}
		longest := 900 * time.Millisecond
		if random.IntN(3) == 0 {
			longest = 120 * time.Millisecond // while it starts
		}
		said := x.runAndKill(time.Duration(random.Int64N(int64(longest))))
		f := x.held(&x.model, x.order.Path, said)
		opened, signedIn, listed = append(opened, f.opened), append(signedIn, f.signedIn), append(listed, f.listed)
		acknowledged += f.acknowledged
		if f.wentOn {
			wentOn++
		}
		for _, l := range said {
			if d, err := time.ParseDuration(l.value); l.word == "ready" && err == nil && len(x.model.records) > 0 {
				ready = append(ready, d)
			}
			if l.act == "sync.end" && l.word == "done" {
				syncs++
			}
		}
		x.order.Ahead += 3 * time.Hour // until it is started again
	}
	x.done()
	require.NotZero(t, acknowledged)
	t.Logf("%d kills, %d acts acknowledged, %d syncs, %d patrols that could go on; after a kill: store opened in %s; signed in, %s; lists ready in %s", kills, acknowledged, syncs, wentOn, spread(opened), spread(signedIn), spread(listed))
	if len(ready) > 0 {
		t.Logf("terminal started after a kill until its patrol ran: %s", spread(ready))
	}
}
