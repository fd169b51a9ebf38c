package store

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
)

func rekeyed() audit.Event {
	e := event(audit.StoreRekeyed)
	e.Reason = "somebody left"
	return e
}

// content is all that a store has, as it reads.
func (f *fixture) content() (out []any) {
	f.t.Helper()
	add := func(v any, err error) {
		f.t.Helper()
		require.NoError(f.t, err)
		out = append(out, v)
	}
	hits, err := f.Hits(ctx)
	add(hits, err)
	for _, h := range hits {
		add(f.Pictures(ctx, h.ID))
	}
	add(readLists(f.Store))
	add(f.Entries(ctx))
	add(f.Deployments(ctx))
	add(f.Reports(ctx))
	add(f.Holds(ctx))
	add(f.Disclosures(ctx))
	add(f.Requests(ctx))
	add(f.Breaches(ctx))
	add(f.Settings(ctx))
	add(f.Policy(ctx))
	orders, kept, err := f.Orders(ctx)
	add(orders, err)
	add(kept, nil)
	return out
}

// leftovers are the files beside the store's that only exist while it is rewritten.
func (f *fixture) leftovers() (names []string) {
	for _, suffix := range []string{migrating, aside} {
		if _, err := os.Lstat(f.path + suffix); err == nil {
			names = append(names, suffix)
		}
	}
	return names
}

func TestRequirement34_AfterRekeyingTheOldFileKeyOpensNothing(t *testing.T) {
	f := fillAll(t)
	code := f.recoveryCode()
	before, records := f.content(), len(f.records())
	old, err := f.fileKey(ctx)
	require.NoError(t, err)
	require.True(t, f.opensWith(old, f.sealed()), "until then it opens the store")

	var last int64
	require.NoError(t, f.Rekey(ctx, rekeyed(), func(done, total int64, _ time.Duration) {
		require.GreaterOrEqual(t, done, last)
		require.LessOrEqual(t, done, total)
		last = done
	}))
	require.NotZero(t, last)
	now, err := f.fileKey(ctx)
	require.NoError(t, err)
	require.NotEqual(t, old, now)
	require.False(t, f.opensWith(old, f.sealed()))
	require.True(t, f.opensWith(now, f.sealed()))
	require.Empty(t, f.leftovers())
	file, err := os.ReadFile(f.path)
	require.NoError(t, err)
	for _, secret := range [][]byte{old, now} {
		require.False(t, bytes.Contains(file, secret))
	}

	require.Equal(t, before, f.content())
	after := f.records()
	require.Len(t, after, records+1)
	require.Equal(t, audit.StoreRekeyed, after[records].Event.Act)
	require.NoError(t, after[records].Event.Check())
	in, err := f.Inspect(ctx)
	require.NoError(t, err)
	require.True(t, in.Whole(), "%v", in.Faults)

	f.clock.add(time.Hour)
	f.raise("after-1")
	require.NoError(t, f.Lock(ctx))
	f.raise("after-2")
	f.unlock()
	f.reopen()
	f.signIn()
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Equal(t, "after-2", hits[len(hits)-1].ID)
	f.SignOut()
	require.NoError(t, f.recover(code, adminBadge), "the recovery slot follows")
}

// sealed is every value that could be opened.
func (f *fixture) sealed() map[string][]byte {
	found := f.all()
	for place := range found {
		for _, clear := range []string{bucketMeta, bucketSlots, bucketAttempts} {
			if strings.HasPrefix(place, clear+"/") {
				delete(found, place)
			}
		}
	}
	return found
}

// Neither an attacker's key pair in the place of a person's, nor a slot of before, gets
// the new file key.
func TestRequirement34_RekeyingTrustsThePublicKeyOfTheRecordOnly(t *testing.T) {
	f := twoPeople(t)
	id, theirs := f.slotOf(patrolID)
	old, err := f.fileKey(ctx)
	require.NoError(t, err)
	forged, _, err := newSlot(id, "attacker-5512", 8, old, officer().ID)
	require.NoError(t, err)
	f.tamper(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketSlots)).Put(id, forged.encode()) })
	require.NoError(t, f.Rekey(ctx, rekeyed(), nil))
	f.SignOut()
	_, err = f.SignIn(ctx, patrolID, "attacker-5512")
	require.ErrorIs(t, err, access.ErrBadSignIn)
	_, now := f.slotOf(patrolID)
	_, err = now.open(id, "attacker-5512")
	require.ErrorIs(t, err, errWrongSecret)

	f.tamper(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketSlots)).Put(id, theirs.encode()) })
	_, err = f.SignIn(ctx, patrolID, patrolPIN)
	require.Error(t, err, "the old slot has the old file key")
	f.signIn()
}

// Who has not signed in since slots have key pairs is told apart, and needs a first PIN.
func TestRequirement34_RekeyingWithoutAKeyPair(t *testing.T) {
	f := earlierFixture(t)
	f.signIn()
	require.Equal(t, 1, must(f.Unpaired(ctx)), "who signed in has a pair")
	require.NoError(t, f.Rekey(ctx, rekeyed(), nil))
	records := f.records()
	require.Equal(t, map[string]string{"slots": "1", "without": "1"}, records[len(records)-1].Event.Detail)
	require.False(t, f.person(officer().ID).CanSignIn)
	require.Zero(t, must(f.Unpaired(ctx)))
	require.NoError(t, f.GiveSecret(ctx, officer().ID, newPIN, event(audit.SecretGiven)))
	f.SignOut()
	_, err := f.SignIn(ctx, patrolID, newPIN)
	require.NoError(t, err)
}

func TestRekeyingThatIsStoppedChangesNothing(t *testing.T) {
	f := fillAll(t)
	before, old := f.content(), must(f.fileKey(ctx))
	stopped, stop := context.WithCancel(ctx)
	err := f.Rekey(stopped, rekeyed(), func(done, total int64, _ time.Duration) {
		if done > total/2 {
			stop()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, before, f.content())
	require.Equal(t, old, must(f.fileKey(ctx)))
	require.Empty(t, f.leftovers())
	f.raise("after-1")
	f.reopen()
	require.ErrorIs(t, f.Rekey(ctx, rekeyed(), nil), ErrLocked)
	f.signIn()
	require.NoError(t, f.Rekey(ctx, rekeyed(), nil))
}

// rekeyEnv names the store that a copy of the test program re-keys until it is killed.
const rekeyEnv = "SECONDLOOK_STORE_REKEY_TEST"

func init() {
	if path := os.Getenv(rekeyEnv); path != "" {
		fmt.Println("error", rekeyUntilKilled(path))
		os.Exit(1)
	}
}

func rekeyUntilKilled(path string) error {
	s, err := Open(path, Options{Rounds: 8})
	if err != nil {
		return err
	}
	if _, err := s.SignIn(ctx, adminBadge, access.Proof{Secret: adminPIN}); err != nil {
		return err
	}
	fmt.Println("signed in")
	for {
		if err := s.Rekey(ctx, rekeyed(), nil); err != nil {
			return err
		}
		fmt.Println("re-keyed")
	}
}

func TestRequirement29_KilledWhileRekeying(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	f := fillAll(t)
	before, first := f.content(), must(f.fileKey(ctx))
	require.NoError(t, f.Close())
	random := rand.New(rand.NewPCG(34, 29))
	whole := 0
	for i := range 30 {
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), rekeyEnv+"="+f.path)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		kill := func() {
			time.AfterFunc(time.Duration(random.IntN(60_000))*time.Microsecond, func() { cmd.Process.Kill() })
		}
		once := i%5 == 4 // the others may be cut in their first
		for lines := bufio.NewScanner(out); lines.Scan(); {
			switch lines.Text() {
			case "signed in":
				if !once {
					kill()
				}
			case "re-keyed":
				whole++
				if once {
					once = false
					kill()
				}
			default:
				t.Error(lines.Text())
			}
		}
		require.ErrorContains(t, cmd.Wait(), "killed")
	}
	require.NotZero(t, whole, "no re-keying came to its end")
	f.Store = nil
	f.reopen()
	require.Empty(t, f.leftovers(), "opening destroys what is left")
	f.signIn()
	require.NoError(t, f.Rekey(ctx, rekeyed(), nil))
	require.Equal(t, before, f.content())
	require.False(t, f.opensWith(first, f.sealed()))
	n := 0
	for _, r := range f.records() {
		if r.Event.Act == audit.StoreRekeyed {
			n++
		}
	}
	require.GreaterOrEqual(t, n, whole+1)
	in, err := f.Inspect(ctx)
	require.NoError(t, err)
	require.True(t, in.Whole(), "%v", in.Faults)
	files, err := filepath.Glob(f.path + "*")
	require.NoError(t, err)
	require.Len(t, files, 3, "the file, its epochs and the folder of lists: %v", files)
}
