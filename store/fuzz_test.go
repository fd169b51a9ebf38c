package store

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
)

func fuzzKeys(t testing.TB) *keys {
	k, err := deriveKeys(bytes.Repeat([]byte{7}, keySize))
	require.NoError(t, err)
	return k
}

// What was not sealed by us for this place never opens, whatever it looks like.
// The seeds are sealed for other places, since the fuzzer would mend a seed that
// was right but for a byte.
func FuzzOpenSealed(f *testing.F) {
	k := fuzzKeys(f)
	a, key := k.aead[bucketPeople], []byte("key")
	f.Add([]byte{})
	f.Add([]byte{sealVersion})
	f.Add(append([]byte{sealVersion}, make([]byte, a.Overhead())...))
	f.Add(seal(a, bucketEntries, []byte("other"), []byte("x")))
	f.Add(seal(a, bucketHits, key, []byte("x")))
	f.Add(seal(k.aead[bucketSettings], bucketPeople, key, []byte("x")))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		plain, err := unseal(a, bucketPeople, key, sealed)
		require.ErrorIs(t, err, ErrDamaged)
		require.Nil(t, plain)
	})
}

// Any change of any byte of a sealed value is found.
func FuzzChangedSealed(f *testing.F) {
	a, key := fuzzKeys(f).aead[bucketPeople], []byte("key")
	f.Add([]byte("plain"), 0, byte(1))
	f.Add([]byte(""), 5, byte(0x80))
	f.Add(bytes.Repeat([]byte("x"), 300), 299, byte(0xff))
	f.Fuzz(func(t *testing.T, plain []byte, at int, change byte) {
		sealed := seal(a, bucketPeople, key, plain)
		opened, err := unseal(a, bucketPeople, key, sealed)
		require.NoError(t, err)
		require.True(t, bytes.Equal(plain, opened))
		if at < 0 || at >= len(sealed) || change == 0 {
			return
		}
		sealed[at] ^= change
		_, err = unseal(a, bucketPeople, key, sealed)
		require.ErrorIs(t, err, ErrDamaged)
	})
}

func FuzzDecodeSlot(f *testing.F) {
	s, _, err := newSlot([]byte("id"), adminPIN, 8, make([]byte, keySize), "officer")
	require.NoError(f, err)
	f.Add(s.encode())
	f.Add(s.encode()[:36])
	f.Add([]byte{slotSecret, 0xff, 0xff, 0xff, 0xff})
	f.Add(append([]byte{slotSecret, 0, 0, 0, 8}, make([]byte, saltSize+61)...))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := decodeSlot(b)
		if err != nil {
			require.ErrorIs(t, err, ErrDamaged)
			return
		}
		require.True(t, s.rounds >= 1 && s.rounds <= maxRounds)
		require.Equal(t, b, s.encode())
	})
}

func FuzzDecodeAttempts(f *testing.F) {
	now := start
	a := attempts{}.fail(now, access.DefaultLockout).fail(now.Add(time.Second), access.DefaultLockout)
	b, err := json.Marshal(a)
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte(`{"Failures":["2026-11-22T18:30:15Z","","","","",""]}`))
	f.Add([]byte(`{"Locked":"9999-12-31T23:59:59Z"}`))
	f.Add([]byte(`{"Locked":"0001-01-01T00:00:00Z","Pending":{"Failed":18446744073709551615}}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := decodeAttempts(b)
		if err != nil {
			require.ErrorIs(t, err, ErrDamaged)
			return
		}
		// Whatever stood there: after five more failures the badge is locked
		// out, and free again after fifteen minutes.
		l := access.DefaultLockout
		a = a.at(now, l)
		for range maxFailures {
			a = a.fail(now, l)
		}
		require.True(t, a.at(now, l).locked())
		require.False(t, a.at(now.Add(l.Lasts), l).locked())
		l.Lasts = 0
		require.True(t, a.at(now.Add(100*365*24*time.Hour), l).locked())
		_, err = json.Marshal(a)
		require.NoError(t, err)
	})
}

func FuzzDecodeBlock(f *testing.F) {
	for _, n := range []int{0, 1, 40} {
		b, err := new(blockEncoder).encode(list("stolen", n).Entries)
		require.NoError(f, err)
		f.Add(b)
		f.Add(bytes.Clone(b[:len(b)-1]))
		f.Add(append(bytes.Clone(b), 0))
	}
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Add([]byte{1, 3, 'a', 'b', 'c', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := decodeBlock(nil, b)
		if err != nil {
			require.ErrorIs(t, err, ErrDamaged)
			return
		}
		again, err := new(blockEncoder).encode(entries)
		require.NoError(t, err)
		back, err := decodeBlock(nil, again)
		require.NoError(t, err)
		require.Equal(t, entries, back)
	})
}

func FuzzDecodeTable(f *testing.F) {
	f.Add(encodeTable([pieceKinds][]uint32{{100, 90}, {50}, {1000, 7}, {}}), int64(1247))
	f.Add(encodeTable([pieceKinds][]uint32{}), int64(0))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, int64(1)<<40)
	f.Fuzz(func(t *testing.T, b []byte, end int64) {
		offsets, err := decodeTable(b, end)
		if err != nil {
			require.ErrorIs(t, err, ErrDamaged)
			return
		}
		at := int64(0)
		for _, of := range offsets {
			for _, next := range of {
				require.GreaterOrEqual(t, next, at)
				at = next
			}
		}
		require.Equal(t, end, at)
	})
}

func FuzzDecodeGone(f *testing.F) {
	f.Add(goneRows{}.encode())
	f.Add(goneRows{{1}: {0, 1, 7, 1 << 31}}.encode())
	f.Add(append(goneRows{{1}: {5}}.encode(), goneRows{{2}: {6, 9}}.encode()...))
	f.Add(append(goneRows{{1}: {5}}.encode(), goneRows{{1}: {6}}.encode()...))
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := decodeGone(b)
		if err != nil {
			require.ErrorIs(t, err, ErrDamaged)
			return
		}
		for _, rows := range g {
			require.True(t, slices.IsSorted(rows))
		}
		again, err := decodeGone(g.encode())
		require.NoError(t, err)
		require.Equal(t, g, again)
	})
}

func FuzzDecodePictures(f *testing.F) {
	f.Add(encodePictures(hit.Pictures{Plate: []byte("plate"), Context: []byte("context")}))
	f.Add(encodePictures(hit.Pictures{}))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := decodePictures(b)
		if err != nil {
			require.ErrorIs(t, err, ErrDamaged)
			return
		}
		require.Equal(t, b, encodePictures(p))
	})
}

// The check of pages reads any bytes without panicking, and only ever says that
// they are damaged.
func FuzzCheckPages(f *testing.F) {
	file, _ := filledFile(f)
	for _, at := range []int{0, 12, 60, 4106, 8202, 12300, 16400, 20490} {
		f.Add(at, uint32(1))
		f.Add(at, uint32(0xffffffff))
	}
	f.Fuzz(func(t *testing.T, at int, change uint32) {
		if at < 0 || at+4 > len(file) {
			return
		}
		b := bytes.Clone(file)
		native.PutUint32(b[at:], native.Uint32(b[at:])^change)
		if err := checkPages(bytes.NewReader(b), int64(len(b))); err != nil {
			require.ErrorIs(t, err, ErrDamaged)
		}
	})
}

func TestDecodeBlockKeepsWhatItWasGiven(t *testing.T) {
	toronto := time.FixedZone("", -5*3600)
	for name, entries := range map[string][]hotlist.Entry{
		"empty entry":   {{}},
		"zone kept":     {{ID: "a", Expires: time.Date(2026, 12, 1, 0, 0, 0, 0, toronto)}},
		"negative year": {{ID: "a", Year: -44}},
		"long note":     {{ID: "a", Note: string(bytes.Repeat([]byte("note "), 5000))}},
		"not UTF-8":     {{ID: "a", Note: "\xff\xfe", Make: "Citro\xebn"}},
		"drivers":       {{ID: "a"}, {ID: "b", Driver: hotlist.Driver{Name: "Zoé"}}, {ID: "c"}, {ID: "d", Driver: hotlist.Driver{Lenses: true}}, {ID: "e", Driver: hotlist.Driver{Name: "x", Lenses: true}}},
		"first driver":  {{ID: "a", Driver: hotlist.Driver{Name: "Zoé"}}, {ID: "b"}},
		"same expiries": {{ID: "a", Expires: start}, {ID: "b", Expires: start}, {ID: "c"}, {ID: "d", Expires: start.Add(1)}},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := new(blockEncoder).encode(entries)
			require.NoError(t, err)
			before := []hotlist.Entry{{ID: "before"}}
			got, err := decodeBlock(before, b)
			require.NoError(t, err)
			require.Len(t, got, 1+len(entries))
			for i, e := range entries {
				require.True(t, e.Expires.Equal(got[i+1].Expires))
				require.Equal(t, e.Expires.Format(time.RFC3339Nano), got[i+1].Expires.Format(time.RFC3339Nano))
				e.Expires = got[i+1].Expires
				require.Equal(t, e, got[i+1])
			}
		})
	}
	_, err := new(blockEncoder).encode([]hotlist.Entry{{Expires: time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("", 1<<22))}})
	require.Error(t, err, "a zone that is none")
}

// blockOfBefore is a block as it was written before drivers were kept: entries 8 and 3
// of listEntry, the latter with the id of an imported row.
const blockOfBefore = "0a0543412d4f4e0e73746f6c656e2d76656869636c650443504943145065656c20526567696f6e616c20506f6c6963650f2b31203930352035353520303131370" +
	"6546f796f74610a486967686c616e64657204626c7565000f010000000ee299203707270e00ffff0214726f772d30303030303807434b58303030380c505232362d3030303030303800" +
	"000102030405060708b01f010123456789abcdef0123456789abcdef07434b58303030330c505232362d3030303030303300000102030405060709a61f"

func TestRequirement12_BlocksOfBeforeAreRead(t *testing.T) {
	old, err := hex.DecodeString(blockOfBefore)
	require.NoError(t, err)
	want := []hotlist.Entry{listEntry(8), listEntry(3)}
	want[1].ID = "0123456789abcdef0123456789abcdef"
	got, err := decodeBlock(nil, old)
	require.NoError(t, err)
	require.True(t, want[1].Expires.Equal(got[1].Expires))
	want[1].Expires = got[1].Expires
	require.Equal(t, want, got)
	again, err := new(blockEncoder).encode(want)
	require.NoError(t, err)
	require.Equal(t, old, again, "an entry without a driver takes no byte more")
}

func TestRequirement12_DriversThatNoBlockHasAreDamage(t *testing.T) {
	two := []hotlist.Entry{{ID: "a"}, {ID: "b"}}
	plain, err := new(blockEncoder).encode(two)
	require.NoError(t, err)
	plain = bytes.Clone(plain)
	for name, behind := range map[string][]byte{
		"none":          {0},
		"beyond":        {1, 2, 1, 'x', 0},
		"twice":         {2, 1, 1, 'x', 0, 0, 1, 'y', 0},
		"cut":           {1, 0, 1, 'x'},
		"no such mark":  {1, 0, 1, 'x', 2},
		"says nothing":  {1, 0, 0, 0},
		"more than two": {3, 0, 1, 'x', 0, 1, 1, 'y', 0, 1, 1, 'z', 0},
		"more behind":   {1, 0, 1, 'x', 0, 7},
	} {
		_, err := decodeBlock(nil, append(bytes.Clone(plain), behind...))
		require.ErrorIs(t, err, ErrDamaged, name)
	}
	got, err := decodeBlock(nil, append(plain, 2, 0, 1, 'x', 0, 1, 1, 'y', 1))
	require.NoError(t, err)
	require.Equal(t, []hotlist.Driver{{Name: "x"}, {Name: "y", Lenses: true}}, []hotlist.Driver{got[0].Driver, got[1].Driver})
}
