package store

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
)

// killEnv names the store that a copy of the test program writes to until it is killed.
const killEnv = "SECONDLOOK_STORE_KILL_TEST"

func TestMain(m *testing.M) {
	if path := os.Getenv(killEnv); path != "" {
		if err := workUntilKilled(path); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// workUntilKilled raises, confirms and destroys hits and replaces a list, and
// prints each act once the store has acknowledged it.
func workUntilKilled(path string) error {
	s, err := Open(path, Options{Rounds: 8})
	if err != nil {
		return err
	}
	if _, err := s.SignIn(ctx, adminBadge, access.Proof{Secret: adminPIN}); err != nil {
		return err
	}
	fmt.Println("signed in")
	for i := 0; ; i++ {
		h, p := sampleHit(fmt.Sprintf("%d-%06d", os.Getpid(), i))
		if err := s.Raise(ctx, h, p, event(audit.HitRaised)); err != nil {
			return err
		}
		fmt.Println("raised", h.ID)
		switch i % 4 {
		case 1:
			h.State = hit.Confirmed
			if err := s.Update(ctx, h, event(audit.HitConfirmed)); err != nil {
				return err
			}
			fmt.Println("confirmed", h.ID)
		case 2:
			fmt.Println("destroying", h.ID)
			if err := s.Destroy(ctx, h.ID, event(audit.HitDestroyed)); err != nil {
				return err
			}
			fmt.Println("destroyed", h.ID)
		case 3:
			if err := workOnList(s, 100+i); err != nil {
				return err
			}
		}
	}
}

// workOnList puts a list of n entries and makes it one of n+40 with a delta.
func workOnList(s *Store, n int) error {
	fmt.Println("listing", n)
	if err := putList(s, list("stolen", n), event(audit.HotlistImported)); err != nil {
		return err
	}
	fmt.Println("listed", n)
	fmt.Println("listing", n+40)
	added := list("", n+40).Entries[n-5:] // of which five are there
	if _, err := s.ChangeList(ctx, delta(added, nil), yes(audit.HotlistChanged)); err != nil {
		return err
	}
	fmt.Println("listed", n+40)
	return nil
}

// told is what a killed process had said of each hit, and of its list.
type told struct {
	hits map[string]string
	// listed is how long the list is, listing how long it may be.
	listed, listing int
}

func TestRequirement29_NothingAcknowledgedIsLostWhenKilled(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	f := setUpFixture(t)
	require.NoError(t, f.Close())
	random := rand.New(rand.NewPCG(15, 9))
	all := told{hits: map[string]string{}}
	for range 15 {
		runAndKill(t, program, f.path, time.Duration(random.IntN(120_000))*time.Microsecond, &all)
		f.checkTold(&all)
	}
	require.NotEmpty(t, all.hits, "no program got as far as a hit")
}

// runAndKill starts the program, lets it work for a while after its sign-in, and
// notes what it said.
func runAndKill(t *testing.T, program, path string, after time.Duration, all *told) {
	t.Helper()
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), killEnv+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var timer *time.Timer
	for lines := bufio.NewScanner(out); lines.Scan(); {
		verb, id, _ := strings.Cut(lines.Text(), " ")
		switch verb {
		case "signed":
			timer = time.AfterFunc(after, func() { cmd.Process.Kill() })
		case "listed":
			fmt.Sscan(id, &all.listed)
		case "listing":
			fmt.Sscan(id, &all.listing)
		case "raised", "confirmed", "destroying", "destroyed":
			all.hits[id] = verb
		default:
			t.Errorf("the program said %q", lines.Text())
		}
	}
	require.ErrorContains(t, cmd.Wait(), "killed")
	timer.Stop()
}

// checkTold opens the store anew and compares; what was not acknowledged may
// have happened, but only whole. How long the list is then known, acknowledged or
// not: the next process begins with it.
func (f *fixture) checkTold(all *told) {
	f.t.Helper()
	detail, err := Check(f.path)
	require.NoError(f.t, err, detail)
	s, err := Open(f.path, f.options())
	require.NoError(f.t, err)
	f.Store = s
	f.signIn()
	hits, err := f.Hits(ctx)
	require.NoError(f.t, err)
	states := map[string]hit.State{}
	for _, h := range hits {
		states[h.ID] = h.State
		p, err := f.Pictures(ctx, h.ID)
		require.NoError(f.t, err)
		_, want := sampleHit(h.ID)
		require.Equal(f.t, want, p)
	}
	for id, verb := range all.hits {
		state, there := states[id]
		switch verb {
		case "raised":
			require.True(f.t, there, "an acknowledged hit is lost")
		case "confirmed":
			require.Equal(f.t, hit.Confirmed, state)
		case "destroyed":
			require.False(f.t, there, "a destroyed hit is back")
		}
	}
	lists, err := f.Lists(ctx)
	require.NoError(f.t, err)
	if len(lists) > 0 || all.listed > 0 {
		listed := f.listed()
		require.Contains(f.t, []int{all.listed, all.listing}, len(listed))
		all.listed = len(listed)
		for i := range len(listed) {
			require.Equal(f.t, listEntry(i), listed[listEntry(i).ID], "the old list or the new one, whole")
		}
	}
	parts := 0
	for _, l := range lists {
		parts += len(l.Parts)
	}
	require.Len(f.t, f.listFiles(), parts, "what a killed update left is removed")
	f.records()
	require.NoError(f.t, f.Close())
	files, err := os.ReadDir(filepath.Dir(f.path))
	require.NoError(f.t, err)
	require.LessOrEqual(f.t, len(files), 3, "the file, the epochs and the folder of lists")
}
