package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
)

// seedsEnv names how many stores TestRequirement29_WhatIsRecoveredVerifies damages;
// docs/store.md names it too.
const seedsEnv = "SECONDLOOK_DAMAGE_SEEDS"

// recoverable is a closed store with all kinds of values, and its folder.
func recoverable(t *testing.T) (folder string, records int) {
	f := fillAll(t)
	require.NoError(t, f.Sign(ctx, event(audit.SignedOut)))
	records = len(f.records())
	require.NoError(t, f.Close())
	return filepath.Dir(f.path), records
}

// recoverCopy damages a copy of a store, sets it aside and recovers it.
func recoverCopy(t *testing.T, folder string, damage func(file []byte)) (*fixture, Recovery, error) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.CopyFS(to, os.DirFS(folder)))
	f := &fixture{t: t, path: filepath.Join(to, "second.db"), clock: &clock{t: start}}
	file, err := os.ReadFile(f.path)
	require.NoError(t, err)
	damage(file)
	require.NoError(t, os.WriteFile(f.path, file, 0o600))
	aside, err := SetAside(f.path, start)
	require.NoError(t, err)
	r, err := Recover(ctx, aside, f.path, adminBadge, access.Proof{Secret: adminPIN}, f.options(), nil)
	left, readErr := os.ReadFile(aside)
	require.NoError(t, readErr)
	require.Equal(t, file, left, "the damaged file stays as it is")
	return f, r, err
}

func TestRequirement29_AnUndamagedStoreIsRecoveredWhole(t *testing.T) {
	folder, records := recoverable(t)
	f, r, err := recoverCopy(t, folder, func([]byte) {})
	require.NoError(t, err)
	require.Empty(t, r.Doubtful)
	require.Empty(t, r.Gap)
	require.Zero(t, r.Lost+r.Pictures)
	require.EqualValues(t, records, r.Records)
	require.Equal(t, 3, r.Kept[bucketHits])
	f.reopen()
	t.Cleanup(func() { f.Close() })
	f.signIn()
	in, err := f.Inspect(ctx)
	require.NoError(t, err)
	require.Empty(t, in.Faults)
	got, err := readLists(f.Store)
	require.NoError(t, err)
	require.Len(t, got, 2)
	last := f.records()[records].Event
	require.Equal(t, audit.StoreRecovered, last.Act)
	require.NoError(t, last.Check())
	require.Equal(t, string(adminBadge), last.Badge)
	require.NoError(t, f.Sign(ctx, event(audit.SignedOut)), "the terminal signs with its key")
	_, err = f.SignIn(ctx, patrolID, patrolPIN)
	require.NoError(t, err)
}

func TestRequirement29_WhatIsRecoveredVerifies(t *testing.T) {
	folder, records := recoverable(t)
	seeds := 40
	if n, err := strconv.Atoi(os.Getenv(seedsEnv)); err == nil {
		seeds = n
	}
	size := os.Getpagesize()
	recovered, whole := 0, 0
	for seed := range seeds {
		random := rand.New(rand.NewPCG(uint64(seed), 29))
		f, r, err := recoverCopy(t, folder, func(file []byte) {
			for range 1 + random.IntN(6) {
				page := random.IntN(usedPagesOf(folder)) * size
				switch random.IntN(3) {
				case 0: // another page's bytes
					copy(file[page:page+size], file[random.IntN(usedPagesOf(folder))*size:])
				case 1: // noise
					copy(file[page:page+size], randomBytes(size))
				case 2: // a few bits, where the page says what it is
					for range 4 {
						file[page+random.IntN(200)] ^= 1 << random.IntN(8)
					}
				}
			}
		})
		if err != nil { // no slot, or no record of the administrator, is left
			continue
		}
		recovered++
		f.reopen()
		f.signIn()
		in, err := f.Inspect(ctx)
		require.NoError(t, err, "seed %d", seed)
		require.Empty(t, in.Faults, "seed %d", seed)
		hits, err := f.Hits(ctx)
		require.NoError(t, err)
		for _, h := range hits {
			want, pictures := sampleHit(h.ID)
			require.Equal(t, want.Read.Text, h.Read.Text)
			p, err := f.Pictures(ctx, h.ID)
			require.NoError(t, err)
			if p.Plate != nil {
				require.Equal(t, pictures, p)
			}
		}
		require.LessOrEqual(t, len(hits)+r.Lost, 3)
		require.LessOrEqual(t, r.Records, uint64(records))
		if r.Records < uint64(records) {
			require.NotEmpty(t, r.Gap, "seed %d: the gap is stated", seed)
		} else if len(hits) == 3 && r.Pictures == 0 {
			whole++
		}
		require.Equal(t, audit.StoreRecovered, f.records()[r.Records].Event.Act)
		require.NoError(t, f.Close())
	}
	require.Greater(t, recovered, seeds/3, "most damage leaves something")
	t.Logf("%d of %d recovered, %d of them with every hit and record", recovered, seeds, whole)
}

func usedPagesOf(folder string) int {
	b, err := os.ReadFile(filepath.Join(folder, "second.db"))
	if err != nil {
		panic(err)
	}
	return int(usedPages(b))
}

// Both of bbolt's first pages are gone: what it calls no database.
func TestRequirement29_RecoveryNeedsNoMetaPage(t *testing.T) {
	folder, records := recoverable(t)
	f, r, err := recoverCopy(t, folder, func(file []byte) { clear(file[:2*os.Getpagesize()]) })
	require.NoError(t, err)
	require.EqualValues(t, records, r.Records)
	require.Equal(t, 3, r.Kept[bucketHits])
	f.reopen()
	t.Cleanup(func() { f.Close() })
	f.signIn()
	f.records()
}

func TestRequirement29_OnlyAnAdministratorRecovers(t *testing.T) {
	folder, _ := recoverable(t)
	to := filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.CopyFS(to, os.DirFS(folder)))
	path := filepath.Join(to, "second.db")
	_, err := Recover(ctx, path, path, adminBadge, access.Proof{Secret: adminPIN}, Options{}, nil)
	require.ErrorIs(t, err, ErrNothingDamaged)
	_, err = Recover(ctx, path+".old", path, adminBadge, access.Proof{Secret: adminPIN}, Options{}, nil)
	require.ErrorIs(t, err, ErrStorePresent)
	aside, err := SetAside(path, start)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		badge  access.Badge
		secret string
		want   error
	}{
		"patrol":       {patrolID, patrolPIN, access.ErrNotAllowed},
		"wrong secret": {adminBadge, "wrong-9911", access.ErrBadSignIn},
		"nobody":       {"77665544", adminPIN, access.ErrBadSignIn},
	} {
		_, err := Recover(ctx, aside, path, c.badge, access.Proof{Secret: c.secret}, Options{}, nil)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err = os.Stat(path)
	require.ErrorIs(t, err, os.ErrNotExist, "nothing was made")
	asides, err := SetAsideStores(path)
	require.NoError(t, err)
	require.Equal(t, []string{aside}, asides)
	_, err = SetAside(path, start)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// A store in place is set aside once it is known who asks; cut after that, nothing is
// made anew in its place, and the next recovery goes on.
func TestRequirement29_ARecoveryInPlaceThatIsCutIsGoneOnWith(t *testing.T) {
	folder, records := recoverable(t)
	to := filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.CopyFS(to, os.DirFS(folder)))
	f := &fixture{t: t, path: filepath.Join(to, "second.db"), clock: &clock{t: start}}
	_, err := ToRecover(f.path)
	require.ErrorIs(t, err, ErrNothingDamaged)
	file := must(os.ReadFile(f.path))
	clear(file[:2*os.Getpagesize()])
	require.NoError(t, os.WriteFile(f.path, file, 0o600))
	require.Equal(t, f.path, must(ToRecover(f.path)))
	_, err = Recover(ctx, f.path, f.path, adminBadge, access.Proof{Secret: "wrong-9911"}, f.options(), nil)
	require.ErrorIs(t, err, access.ErrBadSignIn)
	require.Equal(t, f.path, must(ToRecover(f.path)), "nothing is set aside for nobody")
	stopped, stop := context.WithCancel(ctx)
	_, err = Recover(stopped, f.path, f.path, adminBadge, access.Proof{Secret: adminPIN}, f.options(), func(done, total int64) {
		if done > total/2 {
			stop()
		}
	})
	require.ErrorIs(t, err, context.Canceled)

	require.NoError(t, os.WriteFile(f.path+recovering, []byte("half"), 0o600))
	aside := must(SetAside(f.path, start))
	for _, look := range []func() error{
		func() error { _, err := Open(f.path, f.options()); return err },
		func() error { _, err := Check(f.path); return err },
	} {
		require.ErrorIs(t, look(), ErrDamaged)
		require.NoFileExists(t, f.path)
	}
	require.Equal(t, aside, must(ToRecover(f.path)))
	var last int64
	r, err := Recover(ctx, aside, f.path, adminBadge, access.Proof{Secret: adminPIN}, f.options(), func(done, total int64) {
		require.GreaterOrEqual(t, done, last)
		require.LessOrEqual(t, done, total)
		last = done
	})
	require.NoError(t, err)
	require.Positive(t, last)
	require.Equal(t, aside, r.SetAside)
	require.EqualValues(t, records, r.Records)
	require.Equal(t, file, must(os.ReadFile(aside)))
	f.reopen()
	t.Cleanup(func() { f.Close() })
	f.signIn()
	f.records()
}

// A hit whose key is gone, and one of which only the pictures are, are counted.
func TestRequirement29_WhatIsLostIsCounted(t *testing.T) {
	f := fillAll(t)
	keys := f.value(bucketHitKeys, "h-1")
	pictures := f.value(bucketPictures, "h-2")
	require.NoError(t, f.Close())
	g, r, err := recoverCopy(t, filepath.Dir(f.path), func(file []byte) {
		for _, gone := range [][]byte{keys, pictures[:200]} {
			for at := 0; at+len(gone) <= len(file); at++ {
				if string(file[at:at+len(gone)]) == string(gone) {
					file[at+30] ^= 1
				}
			}
		}
	})
	require.NoError(t, err)
	require.Equal(t, 1, r.Lost)
	require.Equal(t, 1, r.Pictures)
	require.Contains(t, r.Doubtful, bucketHits)
	g.reopen()
	t.Cleanup(func() { g.Close() })
	g.signIn()
	hits, err := g.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 2)
	p, err := g.Pictures(ctx, "h-2")
	require.NoError(t, err)
	require.Equal(t, hit.Pictures{}, p)
	plain, err := json.Marshal(r)
	require.NoError(t, err)
	require.Contains(t, string(plain), `"lost_hits":1`)
	require.NotContains(t, fmt.Sprintf("%+v", r), "CKXR417")
}
