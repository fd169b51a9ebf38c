package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// tour is everything a store says, without the audit record, which may be one
// event shorter where bbolt fell back to the transaction before.
type tour struct {
	People, Settings, Lists, Entries, Deployments, Reports, Hits, Pictures any
}

// take signs in and reads everything.
func take(path string, options Options) (got tour, err error) {
	s, err := Open(path, options)
	if err != nil {
		return got, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err = s.SignIn(ctx, adminBadge, access.Proof{Secret: adminPIN}); err != nil {
		return got, err
	}
	if got.People, err = s.People(ctx); err != nil {
		return got, err
	}
	if got.Settings, err = s.Settings(ctx); err != nil {
		return got, err
	}
	if got.Lists, err = readLists(s); err != nil {
		return got, err
	}
	if got.Entries, err = s.Entries(ctx); err != nil {
		return got, err
	}
	if got.Deployments, err = s.Deployments(ctx); err != nil {
		return got, err
	}
	if got.Reports, err = s.Reports(ctx); err != nil {
		return got, err
	}
	if got.Hits, err = s.Hits(ctx); err != nil {
		return got, err
	}
	if got.Pictures, err = s.Pictures(ctx, "h-1"); err != nil {
		return got, err
	}
	records, err := s.Records(ctx)
	return got, errors.Join(err, audit.Verify(records))
}

// filledFile is the bytes of a filled store and the options to open it with; it
// is made once.
func filledFile(t testing.TB) ([]byte, Options) {
	t.Helper()
	filledOnce.Do(func() {
		f := setUpFixture(t)
		fill(t, f)
		// The older of bbolt's two states says the same but for one event.
		require.NoError(t, f.Append(ctx, event(audit.AuditRead)))
		require.NoError(t, f.Close())
		b, err := os.ReadFile(f.path)
		require.NoError(t, err)
		filledBytes = b
		filledEpoch, err = os.ReadFile(epochPath(f.path))
		require.NoError(t, err)
		for _, name := range f.listFiles() {
			filledLists[name], err = os.ReadFile(filepath.Join(f.path+".lists", name))
			require.NoError(t, err)
		}
	})
	require.NotEmpty(t, filledBytes)
	c := &clock{t: start}
	return bytes.Clone(filledBytes), Options{Now: c.now, Rounds: 8}
}

var (
	filledOnce  sync.Once
	filledBytes []byte
	filledEpoch []byte
	filledLists = map[string][]byte{}
)

// writeBeside puts the filled store's lists and its epoch beside a copy of its file.
func writeBeside(t testing.TB, path string) {
	t.Helper()
	require.NoError(t, os.WriteFile(epochPath(path), filledEpoch, 0o600))
	require.NoError(t, os.MkdirAll(path+".lists", 0o700))
	for name, b := range filledLists {
		require.NoError(t, os.WriteFile(filepath.Join(path+".lists", name), b, 0o600))
	}
}

func TestRequirement29_FlippedBitsGiveErrorsNeverOtherData(t *testing.T) {
	file, options := filledFile(t)
	path := filepath.Join(t.TempDir(), "store.db")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	writeBeside(t, path)
	want, err := take(path, options)
	require.NoError(t, err)

	random := rand.New(rand.NewPCG(41, 27))
	var places []int
	for range 100 {
		places = append(places, random.IntN(len(file)))
	}
	// Page headers and the element tables behind them decide where bbolt goes.
	for pageStart := 0; pageStart < len(file); pageStart += os.Getpagesize() {
		places = append(places, pageStart+random.IntN(64))
	}
	refused := 0
	for _, at := range places {
		bit := byte(1) << random.IntN(8)
		flipped := bytes.Clone(file)
		flipped[at] ^= bit
		require.NoError(t, os.WriteFile(path, flipped, 0o600))
		got, err := take(path, options)
		if err != nil {
			refused++
			require.True(t, errors.Is(err, ErrDamaged) || errors.Is(err, ErrNewer) || errors.Is(err, access.ErrBadSignIn),
				"byte %d, bit %08b: %v", at, bit, err)
			continue
		}
		require.Equal(t, want, got, "byte %d, bit %08b", at, bit)
	}
	require.Greater(t, refused, len(places)/10)
}

func TestRequirement29_CutFilesAreRefusedAndLeftAlone(t *testing.T) {
	file, options := filledFile(t)
	path := filepath.Join(t.TempDir(), "store.db")
	used := int(usedPages(file)) * os.Getpagesize()
	for _, size := range []int{0, 1, 80, 4095, 4096, 8192, 12288, used / 2, used - os.Getpagesize(), used - 1} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			require.NoError(t, os.WriteFile(path, file[:size], 0o600))
			_, err := Open(path, options)
			require.ErrorIs(t, err, ErrDamaged)
			_, err = Check(path)
			require.ErrorIs(t, err, ErrDamaged)
			left, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, file[:size], left)
		})
	}
}

// usedPages is the number of pages that the newer meta page counts.
func usedPages(file []byte) uint64 {
	m, err := readMeta(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		panic(err)
	}
	return m.end
}

func TestFilesThatAreNoStoreAreRefusedAndLeftAlone(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "letter.txt")
	require.NoError(t, os.WriteFile(text, bytes.Repeat([]byte("Dear sir or madam, "), 2000), 0o600))
	other := filepath.Join(folder, "other.db")
	db, err := bolt.Open(other, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("recipes")); return err }))
	require.NoError(t, db.Close())
	for _, path := range []string{text, other} {
		before, err := os.ReadFile(path)
		require.NoError(t, err)
		_, err = Open(path, Options{})
		require.ErrorIs(t, err, ErrDamaged)
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, before, after)
	}
	_, err = Open(folder, Options{})
	require.Error(t, err)
}

func TestNewerFormatIsRefused(t *testing.T) {
	f := setUpFixture(t)
	f.tamper(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketMeta)).Put(keyFormat, uint32Bytes(Format+1)) })
	require.NoError(t, f.Close())
	_, err := Open(f.path, f.options())
	require.ErrorIs(t, err, ErrNewer)
	_, err = Check(f.path)
	require.ErrorIs(t, err, ErrNewer)
}

func TestMissingPiecesAreDamage(t *testing.T) {
	meta := func(key, value []byte) func(tx *bolt.Tx) error {
		return func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketMeta)).Put(key, value) }
	}
	cases := map[string]func(tx *bolt.Tx) error{
		"format empty": meta(keyFormat, nil),
		"format zero":  meta(keyFormat, uint32Bytes(0)),
		"salt short":   meta(keySalt, []byte("salt")),
		"rounds zero":  meta(keyRounds, uint32Bytes(0)),
		"rounds vast":  meta(keyRounds, uint32Bytes(maxRounds+1)),
	}
	for _, name := range buckets {
		cases["bucket "+name] = func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte(name)) }
	}
	for name, tamper := range cases {
		t.Run(name, func(t *testing.T) {
			f := setUpFixture(t)
			f.tamper(tamper)
			require.NoError(t, f.Close())
			_, err := take(f.path, f.options())
			require.ErrorIs(t, err, ErrDamaged)
		})
	}
}

func TestSecondInstanceIsTold(t *testing.T) {
	f := setUpFixture(t)
	_, err := Open(f.path, f.options())
	require.ErrorIs(t, err, ErrInUse)
	_, err = Check(f.path)
	require.ErrorIs(t, err, ErrInUse)
	require.NoError(t, f.Close())
	f.reopen()
}

func TestBadOptionsAndFolders(t *testing.T) {
	_, err := Open(filepath.Join(t.TempDir(), "s.db"), Options{Rounds: maxRounds + 1})
	require.Error(t, err)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = Open(filepath.Join(file, "s.db"), Options{})
	require.Error(t, err)
	require.NotErrorIs(t, err, ErrDamaged)
}

func TestCheck(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.db")
	detail, err := Check(path)
	require.NoError(t, err)
	require.Contains(t, detail, "no store yet")
	_, err = os.Stat(path)
	require.ErrorIs(t, err, fs.ErrNotExist, "looking makes no file")

	f := newFixture(t)
	require.NoError(t, f.Close())
	detail, err = Check(f.path)
	require.NoError(t, err)
	require.Contains(t, detail, "not set up yet, format 2")

	f.reopen()
	require.NoError(t, f.SetUp(ctx, admin(), adminPIN, event(audit.SetUp)))
	fill(t, f)
	require.NoError(t, f.Close())
	before, err := os.ReadFile(f.path)
	require.NoError(t, err)
	detail, err = Check(f.path)
	require.NoError(t, err)
	require.Contains(t, detail, "set up, people: 2, hits: 2, format 2")
	after, err := os.ReadFile(f.path)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// Pages that lead in a circle, out of the file, or to a page twice.
func TestPagesThatDoNotAddUpAreRefused(t *testing.T) {
	file, options := filledFile(t)
	size := os.Getpagesize()
	m, err := readMeta(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	branch := branchPage(t, file, m)
	path := filepath.Join(t.TempDir(), "store.db")
	for name, change := range map[string]func(b []byte){
		"circle": func(b []byte) { binary.NativeEndian.PutUint64(b[branch*size+24:], uint64(branch)) },
		"same child twice": func(b []byte) {
			copy(b[branch*size+24:branch*size+32], b[branch*size+40:branch*size+48])
		},
		"child outside":    func(b []byte) { binary.NativeEndian.PutUint64(b[branch*size+24:], 1<<40) },
		"child is meta":    func(b []byte) { binary.NativeEndian.PutUint64(b[branch*size+24:], 1) },
		"no children":      func(b []byte) { binary.NativeEndian.PutUint16(b[branch*size+10:], 0) },
		"vast key":         func(b []byte) { binary.NativeEndian.PutUint32(b[branch*size+20:], 1<<31) },
		"vast overflow":    func(b []byte) { binary.NativeEndian.PutUint32(b[branch*size+12:], 1<<31) },
		"another's number": func(b []byte) { binary.NativeEndian.PutUint64(b[branch*size:], uint64(branch+1)) },
		"unknown kind":     func(b []byte) { binary.NativeEndian.PutUint16(b[branch*size+8:], 0x40) },
		"a used page is free": func(b []byte) {
			free := int(m.freelist) * size
			require.NotZero(t, binary.NativeEndian.Uint16(b[free+10:]))
			binary.NativeEndian.PutUint64(b[free+16:], uint64(branch))
		},
		"free list gone": func(b []byte) { binary.NativeEndian.PutUint16(b[int(m.freelist)*size+8:], leafFlag) },
		"root outside": func(b []byte) {
			for at := range 2 {
				meta := b[at*size+pageHeader:]
				binary.NativeEndian.PutUint64(meta[16:], 1<<30)
				sum := fnv.New64a()
				sum.Write(meta[:56])
				binary.NativeEndian.PutUint64(meta[56:], sum.Sum64())
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			changed := bytes.Clone(file)
			change(changed)
			require.NoError(t, os.WriteFile(path, changed, 0o600))
			_, err := Open(path, options)
			require.ErrorIs(t, err, ErrDamaged)
		})
	}
}

// branchPage finds a branch page in use.
func branchPage(t *testing.T, file []byte, m boltMeta) int {
	size := int(m.pageSize)
	p := &pages{file: bytes.NewReader(file), boltMeta: m, used: make([]bool, m.end)}
	require.NoError(t, p.tree(m.root, 0))
	for id := range p.used {
		b := file[id*size:]
		if id > 1 && p.used[id] && binary.NativeEndian.Uint64(b) == uint64(id) && binary.NativeEndian.Uint16(b[8:]) == branchFlag {
			return id
		}
	}
	t.Fatal("no branch page in the file")
	return 0
}
