package crash

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/hotlist"
	"secondlook/platform/keys"
	"secondlook/platform/keys/keystest"
	"secondlook/store"
)

// standingBy has the order of a copy of the test program that is a terminal with the
// machine's real key store.
const standingBy = "SECONDLOOK_CRASH_STANDBY"

// keyFile is a machine's key store for terminals that are killed by the hundred.
type keyFile string

// keyFileOf is that of a terminal, in its folder and not in its store's.
func keyFileOf(path string) keyFile {
	return keyFile(filepath.Join(filepath.Dir(filepath.Dir(path)), "machine-key"))
}

func (keyFile) Ready(context.Context) error              { return nil }
func (k keyFile) Keep(_ context.Context, b []byte) error { return os.WriteFile(string(k), b, 0o600) }
func (k keyFile) Get(context.Context) ([]byte, error)    { return os.ReadFile(string(k)) }
func (k keyFile) Forget(context.Context) (err error) {
	if err = os.Remove(string(k)); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return err
}

// standing is what a store goes on with that nobody has signed in to; nil lists for one
// that waits.
type standing struct{ lists []*hotlist.InForce }

// resumed has a store go on where the machine's key opens its standby record. Where the
// kill or the cut came between the one and the other, it does not, and waits.
func resumed(s *store.Store, keys keyFile) (*standing, error) {
	key, err := keys.Get(ctx)
	if err != nil {
		return &standing{}, nil
	}
	r, err := s.Resume(ctx, key)
	if errors.Is(err, cruiser.ErrNoStandby) {
		return &standing{}, nil
	}
	return &standing{append([]*hotlist.InForce{}, r.Lists...)}, err
}

// with holds what it matched against to the lists in force.
func (g *standing) with(lists []*hotlist.InForce) error {
	if g.lists == nil {
		return nil
	}
	if len(g.lists) != len(lists) {
		return fmt.Errorf("it went on with %d lists, and has %d", len(g.lists), len(lists))
	}
	for _, l := range lists {
		if !slices.ContainsFunc(g.lists, func(o *hotlist.InForce) bool {
			return o.Name == l.Name && !o.SetAside && o.Count() == l.Count() && o.Made.Equal(l.Made)
		}) {
			return fmt.Errorf("it went on with another list %s than it has", l.Name)
		}
	}
	return nil
}

// slot is the machine's key store for a store.
func slot(kept *store.Store) (keys.Slot, error) {
	name, err := kept.MachineKeyName()
	return keys.Slot{Name: name}, err
}

// openWithKeys opens a terminal with the machine's key store.
func openWithKeys(o order) (*driver, error) {
	d := &driver{order: o, random: rand.New(rand.NewPCG(o.Seed, 7)), eyes: &eyes{}, told: map[string]bool{}}
	kept, err := store.Open(o.Path, store.Options{Rounds: rounds})
	if err != nil {
		return nil, err
	}
	d.keys, err = slot(kept)
	if err := kept.Close(); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	return d, d.open()
}

// standBy is the life of a terminal's process that sets itself up and patrols, or goes
// on with its patrol, and sees plates until it is killed. It says how many hits wait.
func standBy(text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	d, err := openWithKeys(o)
	if err != nil {
		return err
	}
	done, err := d.IsSetUp()
	if err != nil {
		return err
	}
	waiting := func() (n int) {
		for _, of := range d.WaitingCounts() {
			n += of
		}
		return n
	}
	defer d.Subscribe(func(t cruiser.Topic) {
		if t == cruiser.HitRaised {
			say("waiting", audit.HitRaised, "", fmt.Sprint(waiting()))
		}
	})()
	if !done {
		for _, do := range []func() error{d.ready, d.takeListIn, d.patrol} {
			if err := do(); err != nil {
				return err
			}
		}
	} else {
		resumed, err := d.Resume(ctx)
		if err != nil {
			return err
		}
		say("resumed", "", "", fmt.Sprint(resumed))
	}
	d.eyes.traffic(d.now, d.random, func() bool { return waiting() < 20 })
	return nil
}

// runUntilHits lets a terminal see plates until so many hits wait, and kills it. It
// returns what it said.
func runUntilHits(t *testing.T, o order, hits int) (said string, waiting int) {
	t.Helper()
	text, err := json.Marshal(o)
	require.NoError(t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), standingBy+"="+string(text))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	killed := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said += lines.Text() + "\n"
		f := strings.Split(lines.Text(), "\t")
		if f[0] != "waiting" || killed {
			continue
		}
		waiting, err = strconv.Atoi(f[3])
		require.NoError(t, err)
		if waiting >= hits {
			require.NoError(t, cmd.Process.Kill())
			killed = true
		}
	}
	require.ErrorContains(t, cmd.Wait(), "killed", "the terminal ended by itself: %s", said)
	return said, waiting
}

// A real GNOME Keyring, a real store and real kills: the terminal goes on with its
// patrol before anybody signs in, twice, and all that it recorded is there afterwards.
func TestRequirement29_APatrolGoesOnAfterAKillWithTheMachinesKeyStore(t *testing.T) {
	if !keystest.Session(t) {
		return
	}
	o := order{Path: filepath.Join(t.TempDir(), "data", "terminal.db"), PIN: "maple-000000", Seed: 3}
	_, first := runUntilHits(t, o, 3)
	said, second := runUntilHits(t, o, 4)
	require.Contains(t, said, "resumed\t\t\ttrue\n")
	require.NotContains(t, said, string(audit.SignedIn), "nobody signed in")
	_, third := runUntilHits(t, o, 2)

	d, err := openWithKeys(o)
	require.NoError(t, err)
	defer d.Close()
	resumed, err := d.Resume(ctx)
	require.NoError(t, err)
	require.True(t, resumed)
	require.NoError(t, d.SignIn(ctx, administrator, o.PIN))
	require.True(t, d.Patrolling())
	require.GreaterOrEqual(t, len(d.Queue()), first+second+third, "hits were said to wait and are not there")
	records, err := d.kept.Records(ctx)
	require.NoError(t, err)
	require.NoError(t, audit.Verify(records))
	acts := map[audit.Act]int{}
	for _, r := range records {
		require.NoError(t, r.Event.Check())
		acts[r.Event.Act]++
	}
	require.Equal(t, 3, acts[audit.StandbyResumed])
	require.NotZero(t, acts[audit.InboxFolded])
	told := replay(records)
	require.NoError(t, told.hits(d.kept), "each with its pictures, as the record says")

	machine := d.keys.(keys.Slot)
	kept, err := machine.Get(ctx)
	require.NoError(t, err)
	require.Len(t, kept, cruiser.MachineKeySize)
	_, err = d.EndShift(ctx)
	require.NoError(t, err)
	_, err = machine.Get(ctx)
	require.ErrorIs(t, err, keys.ErrNone, "the key rests there only while a patrol runs")
	require.NoError(t, d.Close())
	d, err = openWithKeys(o)
	require.NoError(t, err)
	defer d.Close()
	resumed, err = d.Resume(ctx)
	require.NoError(t, err)
	require.False(t, resumed)
}
