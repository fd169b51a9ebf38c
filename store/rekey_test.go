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
	"secondlook/app/hit"
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
	for _, suffix := range []string{migrating, rekeying, aside} {
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
	require.Len(t, after, records+2)
	for i, act := range []audit.Act{audit.StoreRekeyBegun, audit.StoreRekeyed} {
		require.Equal(t, act, after[records+i].Event.Act)
		require.NoError(t, after[records+i].Event.Check())
	}
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
	f.batch = 1
	err := f.Rekey(stopped, rekeyed(), func(done, total int64, _ time.Duration) {
		if done > total/2 {
			stop()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, before, f.content())
	require.Equal(t, old, must(f.fileKey(ctx)))
	require.Equal(t, start, must(f.Rekeying(ctx)))
	require.Equal(t, []string{rekeying}, f.leftovers())
	f.raise("after-1")
	f.reopen()
	require.ErrorIs(t, f.Rekey(ctx, rekeyed(), nil), ErrLocked)
	require.Equal(t, []string{rekeying}, f.leftovers(), "it stays to be finished")
	f.signIn()
	require.NoError(t, f.Rekey(ctx, rekeyed(), nil))
	require.Zero(t, must(f.Rekeying(ctx)))
	require.Empty(t, f.leftovers())
}

// moments is a context that copies the store's folder each time that a re-keying asks
// whether it may go on: as a cut then would leave it.
type moments struct {
	context.Context
	f *fixture
	// each is how many are asked for until one is taken; 0 takes none.
	each, asked int
	folders     []string
}

func (m *moments) Err() error {
	if m.asked++; m.asked%m.each == 0 {
		folder := filepath.Join(m.f.t.TempDir(), "data")
		require.NoError(m.f.t, os.CopyFS(folder, os.DirFS(filepath.Dir(m.f.path))))
		m.folders = append(m.folders, folder)
	}
	return m.Context.Err()
}

// next is the file key of a re-keying that waits.
func (f *fixture) next() (key []byte) {
	f.t.Helper()
	require.NoError(f.t, f.look(f.keys, func(t txn) error {
		next, err := one[nextKey](t, bucketRekeying, keyNext)
		key = next.Key
		return err
	}))
	return key
}

// cutIn is a store as a cut left it, opened by an officer's old PIN and by the
// administrator's.
func cutIn(t *testing.T, path string) *fixture {
	f := &fixture{t: t, path: path, clock: &clock{t: start}}
	f.reopen()
	t.Cleanup(func() { f.Close() })
	_, err := f.SignIn(ctx, patrolID, patrolPIN)
	require.NoError(t, err)
	f.signIn()
	return f
}

// finished checks a store whose re-keying was cut and is done.
func (f *fixture) finished(old, next []byte) {
	f.t.Helper()
	require.Equal(f.t, next, must(f.fileKey(ctx)), "the new key is not made twice")
	require.False(f.t, f.opensWith(old, f.sealed()))
	require.Empty(f.t, f.leftovers())
	begun, done := 0, 0
	for _, act := range f.acts() {
		switch act {
		case audit.StoreRekeyBegun:
			begun++
		case audit.StoreRekeyed:
			done++
		}
	}
	require.Equal(f.t, []int{1, 1}, []int{begun, done})
	in, err := f.Inspect(ctx)
	require.NoError(f.t, err)
	require.True(f.t, in.Whole(), "%v", in.Faults)
	_, err = f.SignIn(ctx, patrolID, patrolPIN)
	require.NoError(f.t, err)
	f.signIn()
}

// Cut after any of its transactions, a re-keying leaves a store that opens and works
// as before; the next one goes on with what is written, and takes up what was done
// meanwhile.
func TestRequirement29_ARekeyingThatIsCutGoesOn(t *testing.T) {
	f := fillAll(t)
	before, old, next := f.content(), must(f.fileKey(ctx)), f.next()
	f.batch = 1
	cuts := &moments{Context: ctx, f: f, each: 6}
	require.NoError(t, f.Rekey(cuts, rekeyed(), nil))
	require.Greater(t, len(cuts.folders), 8)
	wentOn := 0
	for i, folder := range cuts.folders {
		f := cutIn(t, filepath.Join(folder, "second.db"))
		require.Equal(t, before, f.content(), "cut %d", i)
		require.Equal(t, old, must(f.fileKey(ctx)))
		written, err := os.Stat(f.path + rekeying)
		require.NoError(t, err)
		if i%2 == 0 { // somebody works on before it is gone on with
			require.NoError(t, f.Destroy(ctx, "h-3", event(audit.HitDestroyed)))
			f.raise("after-1")
			require.NoError(t, f.EndOrder(ctx, "h-2", func(int) audit.Event { return event(audit.PreservationEnded) }))
		}
		require.NoError(t, f.Rekey(ctx, rekeyed(), nil))
		f.finished(old, next)
		now, err := os.Stat(f.path)
		require.NoError(t, err)
		if os.SameFile(written, now) {
			wentOn++
		}
		if i%2 == 1 {
			require.Equal(t, before, f.content(), "cut %d", i)
			continue
		}
		_, err = f.Pictures(ctx, "h-3")
		require.ErrorIs(t, err, hit.ErrNotFound)
		_, err = f.Pictures(ctx, "after-1")
		require.NoError(t, err)
	}
	require.GreaterOrEqual(t, wentOn, len(cuts.folders)-1, "it began anew where the file was written in part")
}

// What is written is not written again, and progress says so.
func TestRekeyingThatGoesOnKeepsWhatIsWritten(t *testing.T) {
	f := fillAll(t)
	f.batch = 1
	stopped, stop := context.WithCancel(ctx)
	var reached int64
	require.Error(t, f.Rekey(stopped, rekeyed(), func(done, total int64, _ time.Duration) {
		if reached = done; done > total*3/4 {
			stop()
		}
	}))
	kept := map[string][]byte{}
	db, err := bolt.Open(f.path+rekeying, 0o600, &bolt.Options{ReadOnly: true})
	require.NoError(t, err)
	require.NoError(t, db.View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucketAudit)).ForEach(func(k, v []byte) error { kept[string(k)] = bytes.Clone(v); return nil })
	}))
	require.NoError(t, db.Close())
	require.Len(t, kept, len(f.records()))
	require.NotZero(t, reached)
	require.NoError(t, f.Rekey(ctx, rekeyed(), nil))
	for key, sealed := range kept {
		require.Equal(t, sealed, f.value(bucketAudit, key))
	}
}

// Between the last transaction and the end are the renames.
func TestRequirement29_ARekeyingThatIsCutInTheRenamesGoesOn(t *testing.T) {
	f := fillAll(t)
	old, next := must(f.fileKey(ctx)), f.next()
	f.batch = 1
	cuts := &moments{Context: ctx, f: f, each: 1}
	require.NoError(t, f.Rekey(cuts, rekeyed(), nil))
	require.NoError(t, f.Close())
	last := cuts.folders[len(cuts.folders)-1] // both epochs' keys are there
	for name, lay := range map[string]func(path string){
		"before": func(path string) { require.NoError(t, copyFile(f.path, path+rekeying)) },
		"between": func(path string) {
			require.NoError(t, copyFile(f.path, path+rekeying))
			require.NoError(t, os.Rename(path, path+aside))
		},
		"after": func(path string) {
			require.NoError(t, os.Rename(path, path+aside))
			require.NoError(t, os.Remove(path+rekeying))
			require.NoError(t, copyFile(f.path, path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "data")
			require.NoError(t, os.CopyFS(folder, os.DirFS(last)))
			path := filepath.Join(folder, "second.db")
			lay(path)
			f := cutIn(t, path)
			if name != "after" {
				require.NoError(t, f.Rekey(ctx, rekeyed(), nil))
			}
			f.finished(old, next)
		})
	}
}

// Whoever could open the store while a re-keying waited could have its key: a change of
// who can gives it up, with what was written.
func TestRequirement34_ARekeyingThatWaitsEndsWithAChangeOfSecrets(t *testing.T) {
	for name, change := range map[string]func(f *fixture) error{
		"somebody leaves":     func(f *fixture) error { return f.Deactivate(ctx, officer().ID, event(audit.PersonDeactivated)) },
		"somebody gets a PIN": func(f *fixture) error { return f.GiveSecret(ctx, officer().ID, newPIN, event(audit.SecretGiven)) },
		"somebody changes it": func(f *fixture) error {
			return f.ChangeSecret(ctx, patrolID, patrolPIN, newPIN, event(audit.SecretChanged))
		},
		"a recovery code comes": func(f *fixture) error { f.recoveryCode(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			f := fillAll(t)
			waiting := f.next()
			f.batch = 1
			stopped, stop := context.WithCancel(ctx)
			require.Error(t, f.Rekey(stopped, rekeyed(), func(done, total int64, _ time.Duration) {
				if done > total/2 {
					stop()
				}
			}))
			require.NoError(t, change(f))
			require.Zero(t, must(f.Rekeying(ctx)))
			f.reopen()
			require.Empty(t, f.leftovers())
			f.signIn()
			require.NoError(t, f.Rekey(ctx, rekeyed(), nil))
			require.NotEqual(t, waiting, must(f.fileKey(ctx)))
			require.False(t, f.opensWith(waiting, f.sealed()))
		})
	}
}

// A file that was written in part and is damaged, or is of another run, is given up.
func TestRequirement29_ADamagedHalfOfARekeyingIsWrittenAnew(t *testing.T) {
	f := fillAll(t)
	before, next := f.content(), f.next()
	for name, content := range map[string][]byte{
		"nothing": {}, "noise": randomBytes(64 << 10), "another store": must(os.ReadFile(f.path)),
	} {
		require.NoError(t, os.WriteFile(f.path+rekeying, content, 0o600), name)
		stopped, stop := context.WithCancel(ctx)
		stop()
		require.ErrorIs(t, f.Rekey(stopped, rekeyed(), nil), context.Canceled, name)
		require.Equal(t, before, f.content())
	}
	require.NoError(t, os.WriteFile(f.path+rekeying, randomBytes(64<<10), 0o600))
	require.NoError(t, f.Rekey(ctx, rekeyed(), nil))
	require.Equal(t, before, f.content())
	require.Equal(t, next, must(f.fileKey(ctx)))
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
	f.signIn()
	require.NoError(t, f.Rekey(ctx, rekeyed(), nil))
	require.Equal(t, before, f.content())
	require.False(t, f.opensWith(first, f.sealed()))
	begun, done := 0, 0
	for _, act := range f.acts() {
		switch act {
		case audit.StoreRekeyBegun:
			begun++
		case audit.StoreRekeyed:
			done++
		}
	}
	require.GreaterOrEqual(t, done, whole+1)
	require.Equal(t, begun, done, "none was begun anew while one waited")
	in, err := f.Inspect(ctx)
	require.NoError(t, err)
	require.True(t, in.Whole(), "%v", in.Faults)
	files, err := filepath.Glob(f.path + "*")
	require.NoError(t, err)
	require.Len(t, files, 3, "the file, its epochs and the folder of lists: %v", files)
}
