package hotlist

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
)

const plateCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

func anyText(rng *rand.Rand) plate.Text {
	b := make([]byte, 1+rng.IntN(plate.MaxLength))
	for i := range b {
		b[i] = plateCharacters[rng.IntN(len(plateCharacters))]
	}
	return plate.Text(b)
}

func TestEveryPlateHasAKey(t *testing.T) {
	most := 0.0
	for n := 1; n <= plate.MaxLength; n++ {
		most += math.Pow(base, float64(n))
	}
	require.Less(t, most, float64(keyMask), "keys of the longest plates fit")
	classes := map[uint8]bool{}
	for _, c := range []byte(plateCharacters) {
		classes[alphabet.class[c]] = true
		require.Equal(t, alphabet.class[c], alphabet.class[plate.FoldByte(c)])
	}
	require.Len(t, classes, base)
	require.NotContains(t, classes, uint8(0))
}

// What the index keeps of a plate while it looks it up cannot be taken for pixels: those
// of one row differ little from each other, and from the same colour of the next pixel.
func TestRequirement56_NoPlateIsPackedAsPixelsAre(t *testing.T) {
	const colours = 3
	for _, text := range []plate.Text{"CAA988", "BBB977", "8888888888", "ZYXW123", "0000001111"} {
		for _, packed := range Packed(text)[1:] {
			require.Len(t, packed, len(text))
			for i := range packed {
				for _, next := range []int{i + 1, i + colours} {
					if next < len(packed) {
						require.Greater(t, math.Abs(float64(packed[next])-float64(packed[i])), 32.0, "%s: places %d and %d", text, i, next)
					}
				}
			}
		}
	}
}

func TestKeyAndFormAreTheWholePlate(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 9))
	byHash := map[uint64]plate.Text{}
	check := func(text plate.Text) {
		f, form, ok := fold(text)
		require.True(t, ok)
		back, ok := f.unfold(form)
		require.True(t, ok)
		require.True(t, text == back)
		folded := plate.Fold(text)
		other, known := byHash[f.hash()]
		require.True(t, !known || other == folded, "two folded plates have one hash")
		require.LessOrEqual(t, f.hash(), uint64(keyMask))
		byHash[f.hash()] = folded
	}
	for _, a := range []byte(plateCharacters) {
		check(plate.Text(a))
		for _, b := range []byte(plateCharacters) {
			check(plate.Text([]byte{a, b}))
		}
	}
	for range 20_000 {
		check(anyText(rng))
	}
	for _, bad := range []plate.Text{"", "AB-1", "ab12", "ABCDEFGHIJK", "É1"} {
		_, _, ok := fold(bad)
		require.False(t, ok)
		require.ErrorIs(t, new(Builder).Add(bad), ErrPlate)
	}
	require.ErrorIs(t, new(Builder).Add("AB?1"), ErrPlate)
	f, _, _ := fold("D")
	_, ok := f.unfold(4)
	require.False(t, ok, "a form that no plate has")
}

// segmentOf builds a segment of n random plates.
func segmentOf(t testing.TB, n int) (*Segment, []plate.Text) {
	rng := rand.New(rand.NewPCG(3, uint64(n)))
	var b Builder
	var texts []plate.Text
	for range n {
		text := anyText(rng)
		if rng.IntN(4) == 0 && len(texts) > 0 { // a plate that is there already, or a look-alike of it
			text = plate.Text(bytes.ReplaceAll([]byte(texts[rng.IntN(len(texts))]), []byte("0"), []byte("D")))
		}
		texts = append(texts, text)
		require.NoError(t, b.Add(text))
	}
	return b.Build(), texts
}

func TestSegmentFindsEveryRow(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 16, 17, 500, 20_000} {
		s, texts := segmentOf(t, n)
		require.Equal(t, n, s.Rows())
		byText, byFold := map[plate.Text][]uint32{}, map[plate.Text][]uint32{}
		for row, text := range texts {
			byText[text] = append(byText[text], uint32(row))
			byFold[plate.Fold(text)] = append(byFold[plate.Fold(text)], uint32(row))
		}
		for text, rows := range byText {
			got := s.RowsOf(text, nil)
			for _, row := range rows {
				require.Contains(t, got, row)
			}
			for _, row := range got {
				require.Equal(t, plate.Fold(text), plate.Fold(texts[row]))
			}
		}
		rng := rand.New(rand.NewPCG(5, 5))
		for range 2000 {
			text := anyText(rng)
			if byFold[plate.Fold(text)] == nil {
				require.Empty(t, s.RowsOf(text, nil))
			}
		}
		require.Empty(t, s.RowsOf("not a plate", nil))
		s.Repeated(func(rows []uint32) {
			key := plate.Fold(texts[rows[0]])
			rows = slices.Sorted(slices.Values(rows))
			require.Equal(t, byFold[key], rows)
			delete(byFold, key)
		})
		for _, rows := range byFold {
			require.Len(t, rows, 1, "repeated plates that were not named")
		}
	}
}

func TestSegmentTakesTenBytesAnEntry(t *testing.T) {
	for _, n := range []int{100_000, 131_071, 131_072, 200_000} {
		s, _ := segmentOf(t, n)
		require.LessOrEqual(t, float64(s.Bytes())/float64(n), 9.9)
	}
}

func TestSegmentOfOnePlateManyTimes(t *testing.T) {
	var b Builder
	for range 50_000 {
		require.NoError(t, b.Add("CKLM804"))
	}
	require.Len(t, b.Build().RowsOf("CKLM804", nil), 50_000)
}

func stored(t testing.TB, s *Segment) []byte {
	var b bytes.Buffer
	n, err := s.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	return b.Bytes()
}

func TestStoredSegmentComesBack(t *testing.T) {
	for _, n := range []int{0, 1, 100, 5000} {
		s, _ := segmentOf(t, n)
		b := stored(t, s)
		got, err := ReadSegment(iotest.OneByteReader(bytes.NewReader(b)), int64(len(b)))
		require.NoError(t, err)
		require.Equal(t, s, got)
		_, err = ReadSegment(bytes.NewReader(b), int64(len(b))+1)
		require.ErrorIs(t, err, ErrSegment)
		_, err = ReadSegment(bytes.NewReader(b[:len(b)-1]), int64(len(b)))
		require.ErrorIs(t, err, ErrSegment)
		disk := errors.New("disk")
		_, err = ReadSegment(io.MultiReader(bytes.NewReader(b[:len(b)-1]), iotest.ErrReader(disk)), int64(len(b)))
		require.ErrorIs(t, err, disk)
	}
}

// Whatever was stored, looking for a plate stays within it.
func FuzzReadSegment(f *testing.F) {
	for _, n := range []int{0, 1, 40} {
		s, _ := segmentOf(f, n)
		b := stored(f, s)
		f.Add(b)
		f.Add(b[:len(b)-1])
	}
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ReadSegment(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			require.ErrorIs(t, err, ErrSegment)
			return
		}
		require.Equal(t, b, stored(t, s))
		l := &InForce{Parts: []Part{{Segment: s, Details: broken{}}}}
		x := NewIndex()
		x.Put([]*InForce{l})
		for _, text := range []plate.Text{"A", "CKLM804", "CKLM?04", "QQQQQQQQQQ"} {
			for _, m := range x.Match(read(text, 0.5), noon) {
				require.True(t, m.Unreadable)
			}
			s.RowsOf(text, nil)
		}
		s.Repeated(func(rows []uint32) { require.Greater(t, len(rows), 1) })
	})
}
