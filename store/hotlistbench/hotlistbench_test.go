package hotlistbench

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
)

func TestRequirement53_TheBenchmarkMeasuresEverything(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a process's memory")
	}
	folder := t.TempDir()
	var out bytes.Buffer
	require.NoError(t, Run(context.Background(), &out, Options{Entries: 3000, Seed: 1, JSON: true, Folder: folder}))
	var got map[string]float64
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	for _, key := range []string{"entries", "build_s", "import_rows_per_s", "index_bytes_per_entry", "match_ns_p50", "match_ns_p99",
		"map_ns_p50", "bbolt_ns_p50", "delta_s", "delta_worst_match_ms", "rss_mb"} {
		require.Contains(t, got, key)
	}
	require.Len(t, got, 11)
	require.EqualValues(t, 3000, got["entries"])
	require.Positive(t, got["import_rows_per_s"])
	require.Positive(t, got["rss_mb"])
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, left)

	out.Reset()
	require.NoError(t, Run(context.Background(), &out, Options{Entries: 10, Folder: folder}))
	require.Contains(t, out.String(), "update                 ")
	require.NotContains(t, out.String(), "%!")
	require.Error(t, Run(context.Background(), &out, Options{}))
}

func TestPlatesAreDifferent(t *testing.T) {
	s := newSample(5, 1000)
	seen := map[plate.Text]bool{}
	for i := range 100_000 {
		p := s.plate(i)
		require.False(t, seen[p])
		seen[p] = true
	}
	require.False(t, seen[s.passing(0)])
}
