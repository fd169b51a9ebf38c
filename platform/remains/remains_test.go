package remains_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/platform/remains"
)

func TestRequirement56_SearchAgreesWithPlainSearch(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.IntN(3)) // few values: needles meet by chance, and overlap
		}
		return b
	}
	for range 30 {
		n := remains.NewNeedles()
		var all [][]byte
		for range 20 {
			needle := random(remains.Shortest + rng.IntN(9))
			all = append(all, needle)
			require.NoError(t, n.Add("x", needle))
		}
		hay := random(3_000)
		if rng.IntN(2) == 0 { // across pieces
			hay = append(bytes.Repeat([]byte{9}, 1<<20-1_500), hay...)
		}
		var want []int64
		for _, needle := range all {
			for at := 0; ; at++ {
				next := bytes.Index(hay[at:], needle)
				if next < 0 {
					break
				}
				at += next
				want = append(want, int64(at))
			}
		}
		searched, found, err := n.Search(bytes.NewReader(hay))
		require.NoError(t, err)
		require.EqualValues(t, len(hay), searched)
		var got []int64
		for _, f := range found {
			got = append(got, f.At)
		}
		slices.Sort(want)
		slices.Sort(got)
		require.Equal(t, want, got)
	}
}

func TestRequirement56_EveryFormOfATextIsFound(t *testing.T) {
	n := remains.NewNeedles()
	require.NoError(t, n.AddText("VKLM804"))
	require.ErrorIs(t, n.Add("short", []byte("VKLM8")), remains.ErrShort)
	for hay, kind := range map[string]string{
		"..VKLM804.":                          "text",
		"V\x00K\x00L\x00M\x008\x000\x004\x00": "text in UTF-16",
		"\x00V\x00K\x00L\x00M\x008\x000\x004": "text in UTF-16",
		"V\x00K\x00L\x00M\x008\x000\x005\x00": "",
	} {
		_, found, err := n.Search(bytes.NewReader([]byte(hay)))
		require.NoError(t, err)
		if kind == "" {
			require.Empty(t, found)
			continue
		}
		require.Len(t, found, 1, "%q", hay)
		require.Equal(t, kind, found[0].Kind)
	}
}

func TestRequirement56_FilesAndTheirNamesAreSearched(t *testing.T) {
	n := remains.NewNeedles()
	require.NoError(t, n.AddText("VKLM804"))
	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "deep", "er"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "deep", "er", "a.log"), []byte("saw VKLM804 here"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "crop-VKLM804.jpg"), []byte("no text"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "clean"), make([]byte, 1<<16), 0o600))
	s, err := n.Folder(context.Background(), "folder", folder, time.Time{}, "")
	require.NoError(t, err)
	require.Len(t, s.Found, 2)
	require.Greater(t, s.Bytes, int64(1<<16))
	require.Empty(t, s.Left)
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(filepath.Join(folder, "deep", "er", "a.log"), old, old))
	s, err = n.Folder(context.Background(), "folder", folder, old.Add(time.Minute), "")
	require.NoError(t, err)
	require.Len(t, s.Found, 1, "of what was written since")
	s, err = n.Folder(context.Background(), "folder", folder, time.Time{}, filepath.Join(folder, "deep"))
	require.NoError(t, err)
	require.Len(t, s.Found, 1, "but for the folder that is searched by itself")
	s, err = n.Folder(context.Background(), "none", filepath.Join(folder, "absent"), time.Time{}, "")
	require.NoError(t, err)
	require.Zero(t, s.Bytes)
}
